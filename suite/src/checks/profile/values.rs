//! The values that an attribute may have: those of a set, and those that keep a rule. What becomes of others.

use scim_profile::Invalid;
use serde_json::{Value, json};

use super::product::{Known, Product, json as of_scalar};
use super::said::Said;
use super::ways::{Way, write};
use super::{Draft, sample, word};
use crate::check::{Case, Demand, Feature, Stop};

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let mut demands = Vec::new();
    for known in &product.attributes {
        let says = known.says;
        let (mechanism, title) = match (&says.values, &says.rule) {
            (Some(_), _) => ("values", format!("{} has one of its values, and no other", known.name())),
            (None, Some(rule)) => ("rule", format!("{} keeps the rule {}", known.name(), rule.get().name())),
            (None, None) => continue,
        };
        let said = [
            Some(limit_of(known)),
            says.rule_when.as_ref().map(|when| known.said(Some(when))),
            says.invalid.as_ref().map(|it| known.said(Some(it))),
        ];
        let draft = |mechanism: &'static str, title: String, said: Vec<Said>| {
            Draft { id: (mechanism, word(known.name())), feature: Feature::UpdateAttributes, title, said, alone: false }
                .story(product, move |t| match mechanism {
                    "case-exact" => Box::pin(other_case(t, product, known)),
                    _ => Box::pin(story(t, product, known)),
                })
        };
        demands.push(draft(mechanism, title, said.into_iter().flatten().collect()));
        if let Some(exact) = says.case_exact.as_ref().filter(|exact| *exact.get() && says.values.is_some()) {
            let title = format!("A value of {} in other letter case is another value", known.name());
            demands.push(draft("case-exact", title, vec![known.said(Some(exact))]));
        }
    }
    demands
}

/// What says which values there are.
fn limit_of(known: &Known) -> Said {
    match (&known.says.values, &known.says.rule) {
        (Some(values), _) => known.said(Some(values)),
        (None, rule) => known.said(rule.as_ref()),
    }
}

async fn story(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let says = known.says;
    let (ground, limit) = (product.ground(known), limit_of(known));
    let samples = sample::of(says, product.profile);
    // Each value once; one of them in every way, and read in every way. The last is no default.
    for value in &samples.valid {
        let made = write(t, Way::Post, &ground, &known.place.change(value.clone())).await?;
        made.shows(t, &limit, false, || known.place.is(value, known.is_exact())).await?;
    }
    if let Some(value) = samples.valid.last() {
        for way in Way::ALL {
            let made = write(t, way, &ground, &known.place.change(value.clone())).await?;
            made.shows(t, &limit, true, || known.place.is(value, known.is_exact())).await?;
        }
    }
    for (sent, kept) in &samples.loose {
        for way in Way::ALL {
            let made = write(t, way, &ground, &known.place.change(sent.clone())).await?;
            made.shows(t, &limit.chosen(), false, || known.place.is(kept, true)).await?;
        }
    }
    for value in &samples.invalid {
        for way in Way::ALL {
            judge_invalid(t, product, known, &ground, way, value).await?;
        }
    }
    // Where the rule does not hold, any value does.
    if let Some(when) = &says.rule_when
        && let Some(value) = samples.invalid.first()
    {
        for way in Way::ALL {
            let made = write(t, way, &product.standing(&[]), &known.place.change(value.clone())).await?;
            made.shows(t, &known.said(Some(when)), way == Way::Post, || known.place.is(value, true)).await?;
        }
    }
    Ok(())
}

/// A value that is none: the default takes its place, or the request is refused and leaves nothing.
async fn judge_invalid(
    t: &Case,
    product: &'static Product,
    known: &'static Known,
    ground: &Value,
    way: Way,
    value: &Value,
) -> Result<(), Stop> {
    let says = known.says;
    let (limit, fate) = (limit_of(known), known.said(says.invalid.as_ref()));
    let made = write(t, way, ground, &known.place.change(value.clone())).await?;
    let is_default = says.invalid.as_ref().is_some_and(|invalid| *invalid.get() == Invalid::Default);
    if let (true, Some(default)) = (is_default, &says.default) {
        let all: Vec<Value> = says.values.iter().flat_map(|values| values.get()).map(|one| json!(one)).collect();
        let is_exact = known.is_exact();
        if all.is_empty() {
            made.shows(t, &fate, way == Way::Post, || known.place.is_not(value)).await?;
        } else {
            made.shows(t, &fate, way == Way::Post, || known.place.is_one_of(&all, is_exact)).await?;
        }
        let default_value = of_scalar(default.get());
        return made.shows(t, &known.said(Some(default)), false, || known.place.is(&default_value, is_exact)).await;
    }
    // A rule that holds only for some: whoever does not become one of them may keep the value.
    if says.rule_when.is_some() && made.answer.answer.is_success() && !fate.binds(t) {
        return made.shows(t, &limit, false, || product.is_not_both(known, value)).await;
    }
    made.is_refused(t, &limit, &fate, &["invalidValue"], || match says.rule_when {
        Some(_) => product.is_not_both(known, value),
        None => known.place.is_not(value),
    })
    .await
}

/// A value in other letter case is none.
async fn other_case(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let Some(exact) = &known.says.case_exact else { return Ok(()) };
    let said = known.said(Some(exact));
    let ground = product.ground(known);
    let samples = sample::of(known.says, product.profile);
    // The last one, so that the default shows.
    let Some(text) = samples.valid.last().and_then(Value::as_str) else { return Ok(()) };
    let other = json!(text.to_uppercase());
    let is_default = known.says.invalid.as_ref().is_some_and(|invalid| *invalid.get() == Invalid::Default);
    for way in Way::ALL {
        let made = write(t, way, &ground, &known.place.change(other.clone())).await?;
        if is_default {
            let listed = json!(text);
            made.shows(t, &said, way == Way::Post, || {
                crate::expect::all(vec![known.place.is_not(&other), known.place.is_not(&listed)])
            })
            .await?;
        } else {
            made.is_refused(t, &said, &said, &["invalidValue"], || known.place.is_not(&other)).await?;
        }
    }
    Ok(())
}
