//! What discovery says.

use scimprove::scim::urn;
use scimprove::target::{Answer, Request};
use serde_json::{Value, json};

use super::Mutation::{self, Drop, Other, Set, Status};
use super::Place::{self, At, Every};
use super::{Past, edit};

const CONFIG: &str = "/ServiceProviderConfig";
const TYPES: &str = "/ResourceTypes";
const SCHEMAS: &str = "/Schemas";

pub(super) const BENDS: &[(Place, Mutation)] = &[
    (At(CONFIG), Set("/id", "7")),
    (At(SCHEMAS), Drop("/Resources/0/attributes/0/required")),
    (At(SCHEMAS), Set("/Resources/0/attributes/0/caseExact", "\"yes\"")),
    (At(SCHEMAS), Other("what is never shown is said to be shown", shown_secrets)),
    (At(SCHEMAS), Other("references lead anywhere", no_reference_types)),
    (At(TYPES), Other("every extension is required", all_required)),
    (At(TYPES), Drop("/Resources/0/description")),
    (At(TYPES), Set("/Resources/1/endpoint", "\"/Teams\"")),
    (At("/Me"), Status(404)),
    (Every, Other("every version is the same", all_versions)),
    (Every, Other("a list is refused without a reason", refused_lists)),
    (Every, Other("a filter is forbidden without a reason", forbidden_filters)),
];

/// Does something to each attribute definition.
fn definitions(answer: &mut Answer, change: impl Fn(&mut Value)) {
    edit(answer, |body| {
        for schema in body["Resources"].as_array_mut().into_iter().flatten() {
            schema["attributes"].as_array_mut().into_iter().flatten().for_each(&change);
        }
    });
}

fn shown_secrets(_: &Past, _: &Request, answer: &mut Answer) {
    definitions(answer, |definition| {
        if definition["mutability"] == "writeOnly" {
            definition["returned"] = json!("default");
        }
    });
}

fn no_reference_types(_: &Past, _: &Request, answer: &mut Answer) {
    definitions(answer, |definition| {
        if let Some(definition) = definition.as_object_mut() {
            definition.remove("referenceTypes");
        }
    });
}

fn all_required(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        for kind in body["Resources"].as_array_mut().into_iter().flatten() {
            let extensions = kind["schemaExtensions"].as_array_mut();
            extensions.into_iter().flatten().for_each(|one| one["required"] = json!(true));
        }
    });
}

fn all_versions(_: &Past, request: &Request, answer: &mut Answer) {
    if request.path == "/v1/Users" {
        let body = json!({"schemas": [urn::LIST], "totalResults": 0, "Resources": []});
        (answer.status, answer.body, answer.json) = (200, body.to_string().into(), Some(body));
    }
}

fn is_list(request: &Request) -> bool {
    request.method == http::Method::GET && ["/Users", "/Groups"].contains(&request.path.as_str())
}

fn refused_lists(_: &Past, request: &Request, answer: &mut Answer) {
    if is_list(request) && request.query.is_empty() && answer.is_success() {
        (answer.status, answer.json) = (400, None);
    }
}

fn forbidden_filters(_: &Past, request: &Request, answer: &mut Answer) {
    if is_list(request) && request.parameter("filter").is_some() && answer.is_success() {
        (answer.status, answer.json) = (403, None);
    }
}
