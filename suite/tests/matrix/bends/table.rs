//! Which bends there are: those that every change is tried with, and all that the places and mutations give.

use http::Method;
use scimprove::target::{Answer, Request};
use serde_json::{Value, json};

use super::Mutation::{Drop, EmptyList, Header, NoBody, NoHeader, Other, Set, Status};
use super::Place::{
    Again, At, Changed, ChangedTwice, Created, Deleted, Every, Filtered, FilteredChanged, Fresh, List, Login, Patched,
    Put,
};
use super::{Bend, Mutation, Past, Place, edit, id_of};

const USERS: &str = "/Users";
const GROUPS: &str = "/Groups";
const CONFIG: &str = "/ServiceProviderConfig";
const TYPES: &str = "/ResourceTypes";
const SCHEMAS: &str = "/Schemas";
const ENTERPRISE: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const OLD: Mutation = Set("/meta/lastModified", "\"2020-01-01T00:00:00Z\"");

/// What stands nowhere else.
pub const BENDS: &[(Place, Mutation)] = &[
    // What stands where a resource should be.
    (Filtered(USERS), Drop("/id")),
    (Filtered(GROUPS), Drop("/id")),
    (Changed(USERS), NoBody),
    (Changed(USERS), Drop("/id")),
    (Changed(USERS), Set("/password", "\"x\"")),
    (Changed(USERS), Drop(ENTERPRISE)),
    (Changed(GROUPS), NoBody),
    (ChangedTwice(USERS), Mutation::Status(404)),
    (Again(USERS), Mutation::Status(404)),
    (Again(USERS), Other("lastModified counts the readings", counts_readings)),
    (Fresh(USERS), NoBody),
    (Fresh(USERS), Drop("/id")),
    (Fresh(USERS), Set("/name", "\"n\"")),
    (Fresh(USERS), Set("/active", "false")),
    (Fresh(USERS), Set("/timezone", "\"Europe/Bern\"")),
    (Fresh(USERS), Set("/groups", "[]")),
    (Fresh(USERS), Set("/meta/location", "\"http://scim.example/scim/v2/Users/x?session=1\"")),
    (Fresh(USERS), Set("/meta/location", "\"http://me:pw@scim.example/scim/v2/Users/x\"")),
    (Fresh(USERS), Set("/meta/resourceType", "\"Person\"")),
    (Fresh(USERS), Set("/schemas", "[\"urn:example:person\"]")),
    (Fresh(USERS), Other("each schema is named twice", schemas_twice)),
    (Fresh(USERS), Set("/id", "\"bulkId:1\"")),
    (Fresh(USERS), Set("/meta/created", "\"yesterday\"")),
    (Fresh(USERS), OLD),
    (Fresh(USERS), Set("/emails", "[{\"value\":\"a\",\"primary\":true},{\"value\":\"b\",\"primary\":true}]")),
    (Fresh(USERS), Set("/emails", "\"a@example.com\"")),
    (Fresh(GROUPS), Drop("/id")),
    (Fresh(GROUPS), Set("/members/0/$ref", "\"https://scim.example/scim/v2/Users/somebody\"")),
    (Fresh(GROUPS), Set("/members/0/type", "\"Person\"")),
    (Changed(GROUPS), Mutation::Status(500)),
    (Again(GROUPS), Set("/members", "[{\"value\":\"somebody\"}]")),
    (Every, Other("a user keeps its groups", last_groups)),
    // Answers to changes.
    (Created(USERS), Set("/id", "\"other\"")),
    (Created(USERS), Drop("/userName")),
    (Created(USERS), NoHeader("location")),
    (Created(USERS), Other("a new user has the id that the client sent", id_as_sent)),
    (Created(USERS), Other("a new user has the id of one deleted", id_of_deleted)),
    (Created(GROUPS), Set("/id", "\"other\"")),
    (Patched(USERS), Status(500)),
    (Patched(USERS), Set("/active", "true")),
    (Patched(USERS), Set("/active", "\"true\"")),
    (Patched(USERS), Set("/title", "\"t\"")),
    (Patched(USERS), Set("/name", "\"n\"")),
    (Patched(USERS), Drop("/displayName")),
    (Patched(USERS), Drop("/userName")),
    (Patched(USERS), Set("/externalId", "\"x\"")),
    (Patched(USERS), Set("/emails", "[]")),
    (Patched(USERS), Drop(ENTERPRISE)),
    (Put(USERS), Status(428)),
    (Put(USERS), Set("/active", "true")),
    (Put(USERS), Set("/active", "\"true\"")),
    (Put(USERS), Set("/title", "\"t\"")),
    (Put(USERS), Set("/name", "\"n\"")),
    (Put(USERS), Drop("/displayName")),
    (Put(USERS), Drop("/userName")),
    (Put(USERS), Set("/externalId", "\"x\"")),
    (Put(USERS), Set("/emails", "[]")),
    (Put(USERS), Drop(ENTERPRISE)),
    (Patched(GROUPS), Drop("/displayName")),
    (Patched(GROUPS), Set("/members", "[{\"value\":\"somebody\"}]")),
    (Put(GROUPS), Drop("/displayName")),
    (Put(GROUPS), Set("/members", "[{\"value\":\"somebody\"}]")),
    (Login, Other("everybody gets in once", once)),
    // Lists.
    (List(USERS), Set("/active", "\"true\"")),
    (List(USERS), Set("/externalId", "\"x\"")),
    (List(GROUPS), Status(500)),
    (List(GROUPS), Drop("/displayName")),
    (List(GROUPS), Set("/members", "[{\"value\":\"somebody\"}]")),
    // Discovery.
    (At(CONFIG), Drop("/authenticationSchemes")),
    (At(CONFIG), Drop("/authenticationSchemes/0/name")),
    (At(CONFIG), Set("/filter/maxResults", "1")),
    (At(TYPES), Drop("/Resources/0/name")),
    (At(TYPES), Drop("/Resources/0/endpoint")),
    (At(TYPES), Drop("/Resources/0/schema")),
    (At(TYPES), Drop("/Resources/1/schema")),
    (At(TYPES), Set("/Resources/0/schemaExtensions", "\"none\"")),
    (At(SCHEMAS), Other("the first schema stands there twice", row_too_many)),
    (At(SCHEMAS), Set("/Resources/0/id", "\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"")),
    (At(SCHEMAS), Set("/Resources/1/attributes", "\"many\"")),
    (At(SCHEMAS), Other("an attribute without a name", |_, _, answer| attribute(answer, "name", json!("")))),
    (At(SCHEMAS), Other("an attribute of no known type", |_, _, answer| attribute(answer, "type", json!("text")))),
    (At(SCHEMAS), Other("multiValued is a text", |_, _, answer| attribute(answer, "multiValued", json!("no")))),
    (At(SCHEMAS), Other("an unknown mutability", |_, _, answer| attribute(answer, "mutability", json!("frozen")))),
    (At(SCHEMAS), Other("an unknown returned", |_, _, answer| attribute(answer, "returned", json!("sometimes")))),
    (At(SCHEMAS), Other("an unknown uniqueness", |_, _, answer| attribute(answer, "uniqueness", json!("yes")))),
    (
        At(SCHEMAS),
        Other("a complex attribute without parts", |_, _, answer| attribute(answer, "type", json!("complex"))),
    ),
    (At(SCHEMAS), Other("a complex part of a complex attribute", complex_part)),
    (Every, Other("a single schema can't be read", single_schema_missing)),
    (Every, Other("discovery is cut by parameters", parameters_cut)),
    // HTTP.
    (Every, Status(200)),
    (Every, NoBody),
    (Every, Drop("/schemas")),
    (Every, NoHeader("allow")),
    (Every, NoHeader("www-authenticate")),
    (Every, Header("www-authenticate", "Bearer error=\"invalid_token\"")),
    (Every, Header("www-authenticate", "Bearer realm=\"scim\"")),
    (Every, Header("x-debug", super::super::TOKEN)),
    (Every, Set("/scimType", "\"odd\"")),
    (Every, Set("/detail", "[1]")),
    (Every, Other("HEAD fails", head_fails)),
    (Every, Other("bodies begin with a byte order mark", byte_order_mark)),
];

/// Every place with every mutation that can be meant there: for the long proof.
pub fn everything() -> Vec<Bend> {
    let mut all = Vec::new();
    let mut cross = |places: &[Place], mutations: &[Mutation]| {
        all.extend(places.iter().flat_map(|place| mutations.iter().map(|mutation| (*place, *mutation))));
    };
    let statuses = [Status(200), Status(204), Status(400), Status(404), Status(500)];
    let resources = [
        NoBody,
        EmptyList,
        Drop("/id"),
        Drop("/meta"),
        Drop("/schemas"),
        Drop("/userName"),
        Drop("/displayName"),
        Drop("/active"),
        Drop("/externalId"),
        Drop("/emails"),
        Drop("/name"),
        Drop("/members"),
        Drop("/meta/location"),
        Set("/id", "\"other\""),
        Set("/id", "7"),
        Set("/active", "true"),
        Set("/active", "\"false\""),
        Set("/name", "\"n\""),
        Set("/emails", "{}"),
        Set("/members", "null"),
        Set("/title", "[]"),
        Set("/schemas", "\"urn\""),
        Set("/meta", "[]"),
        Set("/meta/created", "\"yesterday\""),
        OLD,
        NoHeader("location"),
        Header("content-type", "text/html"),
    ];
    for collection in [USERS, GROUPS] {
        let places = [
            Created(collection),
            Put(collection),
            Patched(collection),
            Deleted(collection),
            Fresh(collection),
            Again(collection),
            Changed(collection),
            ChangedTwice(collection),
            List(collection),
            Filtered(collection),
            FilteredChanged(collection),
        ];
        cross(&places, &statuses);
        cross(&places, &resources);
    }
    let discovery = [
        NoBody,
        EmptyList,
        Drop("/schemas"),
        Drop("/Resources"),
        Set("/Resources", "null"),
        Set("/Resources", "[null, 1, \"x\", [], {}]"),
        Set("/Resources", "{}"),
        Drop("/meta"),
        Set("/patch", "false"),
        Set("/filter", "[]"),
        Set("/authenticationSchemes", "{}"),
        Set("/authenticationSchemes", "[1]"),
    ];
    cross(&[At(CONFIG), At(TYPES), At(SCHEMAS)], &statuses);
    cross(&[At(CONFIG), At(TYPES), At(SCHEMAS)], &discovery);
    let errors =
        [NoBody, Drop("/schemas"), Drop("/detail"), Drop("/status"), Drop("/scimType"), Set("/detail", "[{}]")];
    let refusals = [400, 401, 403, 404, 405, 409, 413, 415, 501].map(Place::Status);
    cross(&refusals, &statuses);
    cross(&refusals, &errors);
    all.into_iter().map(|(place, mutation)| Bend { place, mutation }).chain(super::all()).collect()
}

fn schemas_twice(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        if let Some(Value::Array(schemas)) = body.get_mut("schemas") {
            schemas.extend(schemas.clone());
        }
    });
}

fn counts_readings(past: &Past, request: &Request, answer: &mut Answer) {
    let readings = id_of(request).map_or(0, |id| past.readings(id).len());
    edit(answer, |body| body["meta"]["lastModified"] = format!("2030-01-01T00:00:{:02}Z", readings % 60).into());
}

fn last_groups(past: &Past, request: &Request, answer: &mut Answer) {
    let id = id_of(request).filter(|_| request.method == Method::GET && answer.is_success());
    let readings = id.map_or(&[][..], |id| past.readings(id)).iter();
    if let Some(groups) = readings.filter_map(|seen| seen.get("groups")).rfind(|groups| **groups != json!([])) {
        edit(answer, |body| body["groups"] = groups.clone());
    }
}

fn once(past: &Past, request: &Request, answer: &mut Answer) {
    let name = request.body_json().and_then(|body| body["userName"].as_str().map(String::from)).unwrap_or_default();
    if past.logins.get(&name) > Some(&1) {
        answer.status = 401;
    }
}

fn row_too_many(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        if let Some(Value::Array(rows)) = body.get_mut("Resources") {
            rows.extend(rows.first().cloned());
        }
    });
}

fn id_as_sent(_: &Past, request: &Request, answer: &mut Answer) {
    if let Some(id) = request.body_json().and_then(|body| body.get("id").cloned()) {
        edit(answer, |body| body["id"] = id);
    }
}

fn id_of_deleted(past: &Past, request: &Request, answer: &mut Answer) {
    let name = |body: &Value| body.get("userName").cloned();
    let wanted = request.body_json().as_ref().and_then(name);
    let before = past.deleted.iter().find(|id| past.readings(id).first().and_then(name) == wanted);
    if let Some(before) = before {
        edit(answer, |body| body["id"] = before.as_str().into());
    }
}

/// Changes a characteristic of the first attribute that has no parts.
fn attribute(answer: &mut Answer, name: &str, value: Value) {
    edit(answer, |body| {
        let schemas = body["Resources"].as_array_mut().into_iter().flatten();
        let mut all = schemas.flat_map(|schema| schema["attributes"].as_array_mut().into_iter().flatten());
        if let Some(attribute) = all.find(|attribute| attribute["type"] == "string") {
            attribute[name] = value;
        }
    });
}

fn complex_part(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        let schemas = body["Resources"].as_array_mut().into_iter().flatten();
        let mut all = schemas.flat_map(|schema| schema["attributes"].as_array_mut().into_iter().flatten());
        if let Some(attribute) = all.find(|attribute| attribute["type"] == "complex") {
            attribute["subAttributes"][0]["type"] = json!("complex");
        }
    });
}

fn single_schema_missing(_: &Past, request: &Request, answer: &mut Answer) {
    if request.path.starts_with("/Schemas/") {
        answer.status = 404;
    }
}

fn parameters_cut(_: &Past, request: &Request, answer: &mut Answer) {
    if [CONFIG, TYPES, SCHEMAS].contains(&request.path.as_str()) && !request.query.is_empty() {
        edit(answer, |body| {
            body["Resources"] = json!([]);
            body["documentationUri"] = json!("another");
        });
    }
}

fn head_fails(_: &Past, request: &Request, answer: &mut Answer) {
    if request.method == Method::HEAD {
        answer.status = 500;
    }
}

fn byte_order_mark(_: &Past, _: &Request, answer: &mut Answer) {
    answer.body = [b"\xEF\xBB\xBF", answer.body.as_ref()].concat().into();
}
