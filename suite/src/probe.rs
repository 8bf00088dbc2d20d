//! What a target says about itself, with the evidence. Broken discovery leaves a fact *unknown*: it closes no gate.

pub(crate) mod definition;
mod promised;
pub(crate) mod schema;

use std::sync::Arc;

use scim_profile::Profile;
use serde_json::Value;

use crate::catalogue::{Gate, Rule, Rulebook};
use crate::scim::urn;
use crate::target::{Client, Exchange, Request};

/// What the target announces.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// `GET /ServiceProviderConfig`, if it answered.
    pub config: Option<Exchange>,
    /// `GET /ResourceTypes`.
    pub resource_types: Option<Exchange>,
    /// `GET /Schemas`.
    pub schemas: Option<Exchange>,
    /// Whether the run has credentials that it can leave out.
    pub has_credentials: bool,
    /// Whether the base URL is https.
    pub is_tls: bool,
    /// Whether the run has the token of another organisation.
    pub has_second_tenant: bool,
    /// What the product says of itself, where the run was told.
    pub profile: Option<Arc<Profile>>,
}

pub use promised::Fate;

/// Whether the target offers something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// It says so.
    Yes,
    /// It says that it does not.
    No,
    /// It says nothing that can be read.
    Unknown,
}

/// Reads the three discovery endpoints. A failure to answer is a fact like others.
pub async fn discover(client: &Client, has_credentials: bool, is_tls: bool, profile: Option<Arc<Profile>>) -> Facts {
    let read = async |path: &str| client.send(Request::get(path)).await.ok().map(|sent| sent.exchange);
    Facts {
        config: read("/ServiceProviderConfig").await,
        resource_types: read("/ResourceTypes").await,
        schemas: read("/Schemas").await,
        has_credentials,
        is_tls,
        has_second_tenant: false,
        profile,
    }
}

impl Facts {
    /// Whether a rule applies. Only the RFC's rules are gated by what a target announces.
    pub fn applies(&self, rule: &Rule) -> bool {
        rule.rulebook != Rulebook::Rfc || rule.gates.iter().all(|gate| self.offers(*gate) != Offer::No)
    }

    /// Whether the target offers what a gate stands for.
    pub fn offers(&self, gate: Gate) -> Offer {
        match gate {
            Gate::Patch => self.flag("/patch/supported"),
            Gate::Filter => self.flag("/filter/supported"),
            Gate::Sort => self.flag("/sort/supported"),
            Gate::Bulk => self.flag("/bulk/supported"),
            Gate::Etag => self.flag("/etag/supported"),
            Gate::ChangePassword => self.flag("/changePassword/supported"),
            Gate::Group => self.lists(|kind| kind.get("name").and_then(Value::as_str) == Some("Group")),
            Gate::Enterprise => self.lists(|kind| {
                let extensions = kind.get("schemaExtensions").and_then(Value::as_array);
                extensions.is_some_and(|all| all.iter().any(|one| text_is(one.get("schema"), urn::ENTERPRISE)))
            }),
            Gate::Auth => Offer::from(self.has_credentials),
            Gate::Tls => Offer::from(self.is_tls),
            // Who says nothing of paging has been there before cursors were.
            Gate::Cursor => match self.flag("/pagination/cursor") {
                Offer::Unknown => Offer::No,
                said => said,
            },
            Gate::Tenancy => Offer::from(self.has_second_tenant),
            // Nothing of this suite uses them yet; a target that has them is no worse for it.
            Gate::Async => Offer::No,
        }
    }

    /// Whether the target's own User schema leaves an attribute out, or a part of one: `title`, `name.middleName`. A schema
    /// that can't be read leaves nothing out. A server may support a part of the schema (RFC 7644 §3.1).
    pub fn lacks(&self, attribute: &str) -> bool {
        let schemas = self.json(&self.schemas).and_then(|json| json.get("Resources")?.as_array());
        let user = schemas.and_then(|all| all.iter().find(|schema| text_is(schema.get("id"), urn::USER)));
        let known = user.and_then(|schema| schema.get("attributes")?.as_array()).filter(|known| !known.is_empty());
        let (whole, part) = attribute.split_once('.').map_or((attribute, None), |(whole, part)| (whole, Some(part)));
        let named = |all: &'_ [Value], name: &str| all.iter().position(|it| text_is(it.get("name"), name));
        known.is_some_and(|known| match (named(known, whole), part) {
            (None, _) => true,
            (Some(at), Some(part)) => {
                let parts = known[at].get("subAttributes").and_then(Value::as_array).filter(|parts| !parts.is_empty());
                parts.is_some_and(|parts| named(parts, part).is_none())
            }
            (Some(_), None) => false,
        })
    }

    /// `filter.maxResults`, where it is announced.
    pub fn max_results(&self) -> Option<u64> {
        self.json(&self.config)?.pointer("/filter/maxResults")?.as_u64()
    }

    fn flag(&self, pointer: &str) -> Offer {
        match self.json(&self.config).and_then(|config| config.pointer(pointer)) {
            Some(Value::Bool(flag)) => Offer::from(*flag),
            _ => Offer::Unknown,
        }
    }

    /// Whether one of the resource types is so; unknown without a list that names at least one type.
    fn lists(&self, is_it: impl Fn(&Value) -> bool) -> Offer {
        let kinds = self.json(&self.resource_types).and_then(|json| json.get("Resources")).and_then(Value::as_array);
        match kinds {
            Some(kinds) if kinds.iter().any(|kind| kind.get("name").is_some()) => Offer::from(kinds.iter().any(is_it)),
            _ => Offer::Unknown,
        }
    }

    fn json<'a>(&self, exchange: &'a Option<Exchange>) -> Option<&'a Value> {
        exchange.as_ref().filter(|exchange| exchange.answer.status == 200)?.answer.json.as_ref()
    }
}

impl From<bool> for Offer {
    fn from(flag: bool) -> Offer {
        if flag { Offer::Yes } else { Offer::No }
    }
}

fn text_is(value: Option<&Value>, wanted: &str) -> bool {
    value.and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::target::Answer;

    fn answered(body: &'static str) -> Option<Exchange> {
        let answer = Answer::new(200, Vec::new(), body.into(), Duration::ZERO);
        Some(Exchange { request: Request::get("/x"), answer, focus: String::new() })
    }

    #[test]
    fn broken_discovery_closes_no_gate() {
        let rule = crate::catalogue::rule("RFC7644-3.5.2-03").expect("a PATCH rule");
        assert!(Facts::default().applies(rule));
        assert!(Facts { config: answered(r#"{"patch":{"supported":"no"}}"#), ..Facts::default() }.applies(rule));
        assert!(!Facts { config: answered(r#"{"patch":{"supported":false}}"#), ..Facts::default() }.applies(rule));
    }

    #[test]
    fn only_a_schema_that_can_be_read_leaves_something_out() {
        let schema =
            r#"{"Resources":[{"id":"urn:ietf:params:scim:schemas:core:2.0:User","attributes":[{"name":"userName"}]}]}"#;
        let facts = Facts { schemas: answered(schema), ..Facts::default() };
        assert!(facts.lacks("title") && !facts.lacks("USERNAME"));
        assert!(!Facts::default().lacks("title"));
        assert!(!Facts { schemas: answered(r#"{"Resources":[]}"#), ..Facts::default() }.lacks("title"));
    }

    #[test]
    fn groups_are_offered_only_if_listed() {
        let facts = Facts { resource_types: answered(r#"{"Resources":[{"name":"User"}]}"#), ..Facts::default() };
        assert_eq!(facts.offers(Gate::Group), Offer::No);
        assert_eq!(Facts { resource_types: answered("[]"), ..Facts::default() }.offers(Gate::Group), Offer::Unknown);
    }
}
