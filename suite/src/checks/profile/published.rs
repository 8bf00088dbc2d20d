//! What `/Schemas` says of an attribute.

use scim_profile::{Kind, Mutability};
use serde_json::Value;

use super::product::{Known, Product};
use super::said::Said;
use super::{Draft, word};
use crate::check::{Case, Demand, Feature, Judgement, Stop};
use crate::expect::{broken, quoted};
use crate::target::Exchange;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let demand = |known: &'static Known| {
        let mut said = vec![there(product, known)];
        said.extend(known.says.mutability.as_ref().map(|it| known.said(Some(it))));
        said.extend(known.says.case_exact.as_ref().map(|it| known.said(Some(it))));
        let draft = Draft {
            id: ("published", word(known.name())),
            feature: Feature::Protocol,
            title: format!("/Schemas describes {} as it is", known.name()),
            said,
            alone: false,
        };
        draft.story(product, move |t| Box::pin(story(t, product, known)))
    };
    product.attributes.iter().map(demand).collect()
}

/// Who says that it is published: the documents know the attribute, and the place for it was chosen.
fn there(product: &'static Product, known: &'static Known) -> Said {
    let mut extensions = product.profile.extensions.iter();
    let extension = extensions.find(|extension| extension.urn.get_ref() == known.place.schema());
    extension.map_or_else(|| known.said::<()>(None).chosen(), |extension| Said::of(extension.from.get_ref()))
}

async fn story(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let says = known.says;
    let schemas = t.get("/Schemas").await?;
    let there = there(product, known);
    t.step("/Schemas");
    let Some(definition) = definition(&schemas, known) else {
        let place = format!("{} in {}", known.name(), known.place.schema());
        there.conclude(t, broken(place, "nothing of it", "/Resources"), &schemas);
        return Ok(());
    };
    let kind = says.kind.map_or(Judgement::Holds, |kind| is(definition, "type", kind_word(kind).into()));
    there.conclude(t, kind, &schemas);
    if says.kind.is_some() {
        there.conclude(t, is(definition, "multiValued", says.multi_valued.into()), &schemas);
    }
    if let Some(mutability) = &says.mutability {
        let word = mutability_word(*mutability.get());
        known.said(Some(mutability)).conclude(t, is(definition, "mutability", word.into()), &schemas);
    }
    if let Some(exact) = &says.case_exact {
        known.said(Some(exact)).conclude(t, is(definition, "caseExact", (*exact.get()).into()), &schemas);
    }
    Ok(())
}

/// What the schema says of the attribute, or of the part of it that is meant.
fn definition<'a>(schemas: &'a Exchange, known: &Known) -> Option<&'a Value> {
    let id = |schema: &&Value| {
        schema.get("id").and_then(Value::as_str).is_some_and(|id| id.eq_ignore_ascii_case(known.place.schema()))
    };
    let schema = schemas.rows().map(|(_, schema)| schema).find(id)?;
    let named = |all: Option<&'a Value>, wanted: &str| {
        let mut all = all.and_then(Value::as_array)?.iter();
        all.find(|it| it.get("name").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case(wanted)))
    };
    let (name, part) = known.place.names();
    let whole = named(schema.get("attributes"), name)?;
    match part {
        Some(part) => named(whole.get("subAttributes"), part),
        None => Some(whole),
    }
}

fn is(definition: &Value, name: &str, wanted: Value) -> Judgement {
    let got = definition.get(name);
    let same = got == Some(&wanted) || (got.is_none() && wanted == Value::Bool(false));
    if same { Judgement::Holds } else { broken(format!("{name} {wanted}"), quoted(got), "") }
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Boolean => "boolean",
        Kind::Integer => "integer",
        Kind::Decimal => "decimal",
        Kind::DateTime => "dateTime",
        Kind::Reference => "reference",
    }
}

fn mutability_word(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::ReadOnly => "readOnly",
        Mutability::ReadWrite => "readWrite",
        Mutability::Immutable => "immutable",
        Mutability::WriteOnly => "writeOnly",
    }
}
