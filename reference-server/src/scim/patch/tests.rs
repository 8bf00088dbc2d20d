//! What operations do, one by one and in company.

use super::*;
use crate::scim::filter::FilterLimits;
use crate::scim::resource::Terms;
use crate::scim::schema::ResourceKind;
use crate::scim::value::{CanonicalValues, Countries, UnknownParts, ValueLeniency};
use proptest::prelude::*;
use serde_json::json;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What becomes of a resource, or why nothing does.
type Outcome = Result<Value, ScimType>;

fn start() -> Value {
    json!({
        "schemas": [USER], "userName": "a", "active": true, "title": "T", "name": {"givenName": "G", "familyName": "F"},
        "emails": [
            {"value": "w@x", "type": "work", "primary": true},
            {"value": "h@x", "type": "home", "display": "Home"},
        ],
    })
}

/// The resource as clients see it.
fn shown(own: &Value) -> Map<String, Value> {
    let mut shown = own.as_object().cloned().expect("resources are objects");
    let provided = json!({
        "id": "id-1", "groups": [{"value": "g1", "display": "One", "type": "direct"}, {"value": "g2"}],
        "meta": {"resourceType": "User", "created": "2024-05-01T12:00:00.000Z"},
    });
    shown.extend(provided.as_object().cloned().expect("an object"));
    shown
}

fn run(from: &Value, operations: &Value, leniency: &PatchLeniency) -> Result<Value, ScimType> {
    let Value::Object(mut attributes) = from.clone() else { unreachable!("resources are objects") };
    let body = json!({"schemas": [PATCH_URN], "Operations": operations});
    let keyword = |error: ScimError| error.scim_type.unwrap_or(ScimType::Uniqueness);
    let steps = read(&body, leniency, 100).map_err(keyword)?;
    let shown = || shown(from);
    apply(ResourceKind::User.definition(), &shown, &mut attributes, &steps, leniency, FilterLimits::default())
        .map_err(keyword)?;
    Ok(Value::Object(attributes))
}

fn okta(operations: Value) -> Result<Value, ScimType> {
    run(&start(), &operations, &PatchLeniency::okta())
}

fn rfc(operations: Value) -> Result<Value, ScimType> {
    run(&start(), &operations, &PatchLeniency::default())
}

/// The start with some attributes set, null taking one away.
fn with(changes: Value) -> Result<Value, ScimType> {
    let mut resource = start();
    for (name, value) in changes.as_object().into_iter().flatten() {
        if value.is_null() {
            resource.as_object_mut().and_then(|resource| resource.remove(name));
        } else {
            resource[name] = value.clone();
        }
    }
    Ok(resource)
}

#[test]
fn add() {
    assert_eq!(rfc(json!([{"op": "add", "path": "title", "value": "N"}])), with(json!({"title": "N"})));
    assert_eq!(
        rfc(json!([{"op": "add", "path": "name", "value": {"givenName": "N"}}])),
        with(json!({"name": {"givenName": "N", "familyName": "F"}}))
    );
    let emails = |extra: Value| {
        let mut emails = start()["emails"].clone();
        emails.as_array_mut().expect("an array").push(extra);
        with(json!({"emails": emails}))
    };
    let other = json!({"value": "o@x", "type": "other"});
    for value in [json!([other]), other.clone(), json!([other, other])] {
        assert_eq!(rfc(json!([{"op": "add", "path": "emails", "value": value}])), emails(other.clone()));
    }
    assert_eq!(rfc(json!([{"op": "add", "value": {"emails": [other], "title": "T"}}])), emails(other));
    let present = json!({"value": "w@x", "type": "work"});
    assert_eq!(rfc(json!([{"op": "add", "path": "emails", "value": [present]}])), with(json!({})));
    assert_eq!(rfc(json!([{"op": "add", "path": "emails", "value": []}])), with(json!({})));
}

#[test]
fn a_new_primary_value_demotes_the_old() {
    let primaries = |result: Result<Value, ScimType>| {
        let emails = result.expect("accepted")["emails"].clone();
        let emails = emails.as_array().cloned().unwrap_or_default();
        emails.iter().map(|email| email["primary"] == true).collect::<Vec<_>>()
    };
    let new = json!({"value": "n@x", "primary": true});
    assert_eq!(primaries(rfc(json!([{"op": "add", "path": "emails", "value": [new]}]))), [false, false, true]);
    let home = "emails[type eq \"home\"]";
    let part = json!([{"op": "replace", "path": format!("{home}.primary"), "value": true}]);
    assert_eq!(primaries(rfc(part)), [false, true]);
    let whole = json!([{"op": "replace", "path": home, "value": {"value": "n@x", "primary": true}}]);
    assert_eq!(primaries(rfc(whole)), [false, true]);
    let two = json!([{"value": "1", "primary": true}, {"value": "2", "primary": true}]);
    assert_eq!(rfc(json!([{"op": "replace", "path": "emails", "value": two}])), Err(ScimType::InvalidValue));
    let all = json!([{"op": "replace", "path": "emails[value pr].primary", "value": true}]);
    assert_eq!(rfc(all), Err(ScimType::InvalidValue));
}

#[test]
fn replace() {
    let name = json!([{"op": "replace", "path": "name", "value": {"givenName": "N"}}]);
    assert_eq!(rfc(name), with(json!({"name": {"givenName": "N", "familyName": "F"}})));
    assert_eq!(
        rfc(json!([{"op": "replace", "path": "emails", "value": [{"value": "n@x"}]}])),
        with(json!({"emails": [{"value": "n@x"}]}))
    );
    for nothing in [json!([]), json!(null)] {
        assert_eq!(rfc(json!([{"op": "replace", "path": "emails", "value": nothing}])), with(json!({"emails": null})));
    }
    assert_eq!(rfc(json!([{"op": "replace", "path": "nickName", "value": "N"}])), with(json!({"nickName": "N"})));
    let display =
        rfc(json!([{"op": "replace", "path": "EMAILS[Type EQ \"Home\" and value ew \"x\"].DISPLAY", "value": "N"}]));
    assert_eq!(display.map(|user| user["emails"][1]["display"].clone()), Ok(json!("N")));
    let urn = rfc(json!([{"op": "replace", "path": format!("{USER}:name.givenName"), "value": "N"}]));
    assert_eq!(urn.map(|user| user["name"]["givenName"].clone()), Ok(json!("N")));
    let unmatched = json!([{"op": "replace", "path": "emails[type eq \"fax\"].value", "value": "N"}]);
    assert_eq!(rfc(unmatched.clone()), Err(ScimType::NoTarget));
    assert_eq!(okta(unmatched.clone()), Err(ScimType::NoTarget));
    let creating = PatchLeniency { replace_creates_element: true, ..PatchLeniency::default() };
    let created = run(&start(), &unmatched, &creating).expect("accepted");
    assert_eq!(created["emails"][2], json!({"type": "fax", "value": "N"}));
}

#[test]
fn elements_that_become_the_same_are_one() {
    let other = json!({"value": "n@x", "type": "other"});
    let operations = json!([
        {"op": "add", "path": "emails", "value": other},
        {"op": "replace", "path": "emails[type eq \"home\"]", "value": other},
    ]);
    let emails = rfc(operations).map(|user| user["emails"].as_array().map(Vec::len));
    assert_eq!(emails, Ok(Some(2)));
}

#[test]
fn remove() {
    assert_eq!(rfc(json!([{"op": "remove", "path": "title"}])), with(json!({"title": null})));
    assert_eq!(rfc(json!([{"op": "remove", "path": "nickName"}])), with(json!({})));
    assert_eq!(rfc(json!([{"op": "remove", "path": "name.givenName"}])), with(json!({"name": {"familyName": "F"}})));
    assert_eq!(
        rfc(json!([{"op": "remove", "path": "emails[type eq \"home\"]"}])),
        with(json!({"emails": [start()["emails"][0]]}))
    );
    assert_eq!(rfc(json!([{"op": "remove", "path": "emails[type eq \"fax\"]"}])), with(json!({})));
    assert_eq!(rfc(json!([{"op": "remove", "path": "emails[value pr]"}])), with(json!({"emails": null})));
    assert_eq!(
        rfc(json!([{"op": "remove", "path": "emails[type eq \"home\"].display"}])),
        with(json!({"emails": [start()["emails"][0], {"value": "h@x", "type": "home"}]}))
    );
    assert_eq!(rfc(json!([{"op": "remove", "path": "active"}])), with(json!({"active": null})));
    let listed = json!([{"op": "remove", "path": "emails", "value": [{"value": "h@x"}]}]);
    assert_eq!(okta(listed.clone()), with(json!({"emails": [start()["emails"][0]]})));
    assert_eq!(rfc(listed), Err(ScimType::InvalidSyntax));
}

#[test]
fn read_only_attributes_are_not_written() {
    for path in
        ["id", "meta", "meta.created", "groups", "groups[value eq \"x\"]", &format!("{ENTERPRISE}:manager.displayName")]
    {
        for op in ["add", "replace", "remove"] {
            let operation = json!([{"op": op, "path": path, "value": "x"}]);
            assert_eq!(rfc(operation), Err(ScimType::Mutability), "{op} {path}");
        }
    }
    assert_eq!(rfc(json!([{"op": "replace", "value": {"id": "other"}}])), Err(ScimType::Mutability));
    assert_eq!(rfc(json!([{"op": "replace", "value": {"id": "id-1"}}])), with(json!({})));
}

#[test]
fn extensions_come_and_go() {
    let set = json!({"schemas": [USER, ENTERPRISE], ENTERPRISE: {"department": "D"}});
    for operation in [
        json!({"op": "add", "path": format!("{ENTERPRISE}:department"), "value": "D"}),
        json!({"op": "add", "path": ENTERPRISE, "value": {"DEPARTMENT": "D"}}),
        json!({"op": "replace", "value": {ENTERPRISE.to_uppercase(): {"department": "D"}}}),
    ] {
        assert_eq!(rfc(json!([operation])), with(set.clone()), "{operation}");
        for path in [ENTERPRISE.to_owned(), format!("{ENTERPRISE}:department")] {
            assert_eq!(rfc(json!([operation, {"op": "remove", "path": path}])), with(json!({})));
        }
    }
    assert_eq!(rfc(json!([{"op": "add", "path": "schemas", "value": [ENTERPRISE]}])), with(json!({})));
    assert_eq!(rfc(json!([{"op": "add", "path": "schemas", "value": ["urn:x:y"]}])), Err(ScimType::InvalidValue));
}

/// Each row: another reading, operations, what the usual one makes of the start, and what the other makes.
#[test]
fn where_the_rfc_leaves_it_open_both_readings_are_there() {
    let usual = PatchLeniency::default();
    let same = || with(json!({}));
    let emails = |emails: Value| with(json!({"emails": emails}));
    let (work, home) = (start()["emails"][0].clone(), start()["emails"][1].clone());
    let fax = |parts: Value| {
        let mut all = start()["emails"].clone();
        all.as_array_mut().expect("an array").push(parts);
        with(json!({"emails": all}))
    };
    let enterprise = |parts: Value| with(json!({"schemas": [USER, ENTERPRISE], ENTERPRISE: parts}));
    let values = |values| PatchLeniency { values, ..usual };
    let loose = ValueLeniency::default();
    let syntax = || Err(ScimType::InvalidSyntax);
    let value = || Err(ScimType::InvalidValue);
    let path = || Err(ScimType::InvalidPath);
    let manager = format!("{ENTERPRISE}:manager");
    let rows: Vec<(PatchLeniency, Value, Outcome, Outcome)> = vec![
        (
            PatchLeniency { op_in_any_case: true, ..usual },
            json!([{"op": "Replace", "path": "title", "value": "N"}]),
            syntax(),
            with(json!({"title": "N"})),
        ),
        (PatchLeniency { empty_operations: true, ..usual }, json!([]), syntax(), same()),
        (
            PatchLeniency { unknown_members: UnknownMembers::Refused, ..usual },
            json!([{"op": "replace", "path": "title", "value": "T", "note": "x"}]),
            same(),
            syntax(),
        ),
        (
            values(ValueLeniency { string_booleans: true, ..loose }),
            json!([{"op": "replace", "path": "active", "value": "False"}]),
            value(),
            with(json!({"active": false})),
        ),
        (
            values(ValueLeniency { bare_complex: true, ..loose }),
            json!([{"op": "replace", "path": manager, "value": "m"}]),
            value(),
            enterprise(json!({"manager": {"value": "m"}})),
        ),
        (
            values(ValueLeniency { lists_of_one: true, ..loose }),
            json!([{"op": "add", "path": manager, "value": [{"value": "m"}]}]),
            value(),
            enterprise(json!({"manager": {"value": "m"}})),
        ),
        (
            values(ValueLeniency { empty_text_clears: true, ..loose }),
            json!([{"op": "replace", "path": "title", "value": ""}]),
            with(json!({"title": ""})),
            with(json!({"title": null})),
        ),
        (
            values(ValueLeniency { last_primary_wins: true, ..loose }),
            json!([{"op": "replace", "path": "emails", "value": [
                {"value": "1", "primary": true}, {"value": "2", "primary": true},
            ]}]),
            value(),
            emails(json!([{"value": "1", "primary": false}, {"value": "2", "primary": true}])),
        ),
        (
            values(ValueLeniency { unknown_parts: UnknownParts::Refused, ..loose }),
            json!([{"op": "replace", "path": "name", "value": {"givenName": "G", "nope": 1}}]),
            same(),
            syntax(),
        ),
        (
            values(ValueLeniency { countries: Countries::TwoLetters, ..loose }),
            json!([{"op": "add", "path": "addresses", "value": [{"country": "USA"}]}]),
            with(json!({"addresses": [{"country": "USA"}]})),
            value(),
        ),
        (
            values(ValueLeniency { canonical_values: CanonicalValues::Demanded, ..loose }),
            json!([{"op": "replace", "path": "emails", "value": [{"value": "1", "type": "fax"}]}]),
            emails(json!([{"value": "1", "type": "fax"}])),
            value(),
        ),
        (
            PatchLeniency { lone_values: LoneValues::Refused, ..usual },
            json!([{"op": "replace", "path": "emails", "value": {"value": "1"}}]),
            emails(json!([{"value": "1"}])),
            value(),
        ),
        (
            PatchLeniency { nulls: Nulls::Refused, ..usual },
            json!([{"op": "replace", "path": "title", "value": null}]),
            with(json!({"title": null})),
            value(),
        ),
        (
            PatchLeniency { path_like_keys: true, ..usual },
            json!([{"op": "replace", "value": {"name.givenName": "N", format!("{ENTERPRISE}:department"): "D"}}]),
            path(),
            with(json!({
                "schemas": [USER, ENTERPRISE], "name": {"givenName": "N", "familyName": "F"},
                ENTERPRISE: {"department": "D"},
            })),
        ),
        (
            PatchLeniency { unknown_keys: UnknownPaths::Ignored, ..usual },
            json!([{"op": "replace", "value": {"title": "N", "nope": "x", ENTERPRISE: {"nope": "x"}}}]),
            path(),
            with(json!({"title": "N"})),
        ),
        (
            PatchLeniency { unknown_keys: UnknownPaths::NoTarget, ..usual },
            json!([{"op": "replace", "value": {"nope": "x"}}]),
            path(),
            Err(ScimType::NoTarget),
        ),
        (
            PatchLeniency { unknown_paths: UnknownPaths::NoTarget, ..usual },
            json!([{"op": "replace", "path": "nope", "value": "x"}]),
            path(),
            Err(ScimType::NoTarget),
        ),
        (
            PatchLeniency { unknown_paths: UnknownPaths::Ignored, ..usual },
            json!([{"op": "remove", "path": "nope"}]),
            path(),
            same(),
        ),
        (
            PatchLeniency { bare_urns: BareUrns::Refused, ..usual },
            json!([{"op": "add", "path": ENTERPRISE, "value": {"department": "D"}}]),
            enterprise(json!({"department": "D"})),
            path(),
        ),
        (
            PatchLeniency { unqualified_names: true, ..usual },
            json!([{"op": "add", "path": "manager.value", "value": "m"}]),
            path(),
            enterprise(json!({"manager": {"value": "m"}})),
        ),
        (
            PatchLeniency { filters_lone_values: true, ..usual },
            json!([{"op": "replace", "path": "name[givenName eq \"G\"].familyName", "value": "N"}]),
            path(),
            with(json!({"name": {"givenName": "G", "familyName": "N"}})),
        ),
        (
            PatchLeniency { filters_lone_values: true, ..usual },
            json!([{"op": "replace", "path": "name[givenName eq \"X\"].familyName", "value": "N"}]),
            path(),
            Err(ScimType::NoTarget),
        ),
        (
            PatchLeniency { listed_values: ListedValues::Removed, ..usual },
            json!([{"op": "remove", "path": "emails", "value": [{"value": "h@x"}]}]),
            syntax(),
            emails(json!([work])),
        ),
        (
            PatchLeniency { listed_values: ListedValues::Ignored, ..usual },
            json!([{"op": "remove", "path": "emails", "value": [{"value": "h@x"}]}]),
            syntax(),
            with(json!({"emails": null})),
        ),
        (
            PatchLeniency { remove_needs_a_target: true, ..usual },
            json!([{"op": "remove", "path": "emails[type eq \"fax\"]"}]),
            same(),
            Err(ScimType::NoTarget),
        ),
        (
            PatchLeniency { add_creates_element: true, ..usual },
            json!([{"op": "add", "path": "emails[type eq \"fax\"].value", "value": "f@x"}]),
            Err(ScimType::NoTarget),
            fax(json!({"type": "fax", "value": "f@x"})),
        ),
        (
            PatchLeniency { replace_creates_element: true, ..usual },
            json!([{"op": "replace", "path": "emails[type eq \"fax\"].value", "value": "f@x"}]),
            Err(ScimType::NoTarget),
            fax(json!({"type": "fax", "value": "f@x"})),
        ),
        (
            PatchLeniency { added_parts: Parts::Replaced, ..usual },
            json!([{"op": "add", "path": "name", "value": {"givenName": "N"}}]),
            with(json!({"name": {"givenName": "N", "familyName": "F"}})),
            with(json!({"name": {"givenName": "N"}})),
        ),
        (
            PatchLeniency { replaced_elements: Parts::Replaced, ..usual },
            json!([{"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "n@x", "type": "home"}}]),
            emails(json!([work, {"value": "n@x", "type": "home", "display": "Home"}])),
            emails(json!([work, {"value": "n@x", "type": "home"}])),
        ),
    ];
    assert_eq!(home["display"], "Home");
    for (other, operations, by_default, otherwise) in rows {
        assert_eq!(run(&start(), &operations, &usual), by_default, "{operations}");
        assert_eq!(run(&start(), &operations, &other), otherwise, "{operations} {other:?}");
    }
}

/// The roles that Entra writes: text for a boolean in the filter, and one element out of several operations.
#[test]
fn entra_builds_a_role_of_its_parts() {
    let part = |name: &str, value: &str| json!({"op": "Add", "path": format!("roles[primary eq \"True\"].{name}"), "value": value});
    let operations = json!([part("display", "Admin"), part("value", "25"), part("type", "App")]);
    let roles = run(&start(), &operations, &PatchLeniency::entra()).map(|user| user["roles"].clone());
    assert_eq!(roles, Ok(json!([{"primary": true, "display": "Admin", "value": "25", "type": "App"}])));
    assert_eq!(run(&start(), &operations, &PatchLeniency::okta()).map(|user| user["roles"].clone()), roles);
    assert_eq!(rfc(operations), Err(ScimType::InvalidSyntax));
}

#[test]
fn what_cannot_be_changed_may_be_repeated() {
    let groups = |all: &[&str]| all.iter().map(|id| json!({"value": id, "display": "renamed"})).collect::<Value>();
    let unchanged = [
        json!({"op": "replace", "path": "id", "value": "id-1"}),
        json!({"op": "add", "path": "id", "value": "id-1"}),
        json!({"op": "replace", "path": "meta.created", "value": "2024-05-01T14:00:00+02:00"}),
        json!({"op": "replace", "path": "meta", "value": {"resourceType": "User"}}),
        json!({"op": "replace", "path": "groups", "value": groups(&["g2", "g1"])}),
        json!({"op": "add", "path": "groups", "value": groups(&["g2"])}),
        json!({"op": "replace", "path": "groups[value eq \"g1\"].type", "value": "DIRECT"}),
        json!({"op": "replace", "path": "groups[value eq \"g1\"]", "value": {"value": "g1"}}),
        json!({"op": "replace", "value": {
            "ID": "id-1", "schemas": [USER], "meta": {"resourceType": "User", "version": null},
            "groups": groups(&["g1", "g2"]), "title": "T",
        }}),
        json!({"op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": null}),
    ];
    for operation in unchanged {
        assert_eq!(rfc(json!([operation])), with(json!({})), "{operation}");
    }
    let changed = [
        json!({"op": "replace", "path": "id", "value": "ID-1"}),
        json!({"op": "replace", "path": "id", "value": null}),
        json!({"op": "replace", "path": "meta.created", "value": "2024-05-01T12:00:01Z"}),
        json!({"op": "replace", "path": "meta", "value": {"resourceType": "Group"}}),
        json!({"op": "replace", "path": "meta", "value": {"nope": 1}}),
        json!({"op": "replace", "path": "groups", "value": groups(&["g1"])}),
        json!({"op": "replace", "path": "groups", "value": groups(&["g1", "g2", "g3"])}),
        json!({"op": "replace", "path": "groups", "value": []}),
        json!({"op": "add", "path": "groups", "value": groups(&["g3"])}),
        json!({"op": "replace", "path": "groups[value eq \"g3\"].type", "value": "direct"}),
        json!({"op": "replace", "value": {"title": "N", "id": "other"}}),
        json!({"op": "replace", "value": {"title": "N", "groups": groups(&["g1"])}}),
        json!({"op": "replace", "value": {"title": "N", "meta": {"location": "elsewhere"}}}),
        json!({"op": "remove", "path": "id"}),
        json!({"op": "remove", "path": "groups"}),
        json!({"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": {"value": "m", "displayName": "M"}}),
    ];
    for operation in changed {
        assert_eq!(rfc(json!([operation])), Err(ScimType::Mutability), "{operation}");
    }
}

#[test]
fn malformed_paths() {
    for path in [
        "name..x",
        "emails[",
        "emails[]",
        "[type eq 1]",
        ".x",
        "emails[type eq \"work\"]x",
        "/title",
        "emails/0",
        "",
        " title",
        "emails.value[type pr]",
    ] {
        assert_eq!(rfc(json!([{"op": "remove", "path": path}])), Err(ScimType::InvalidPath), "{path:?}");
    }
    let deep = format!("emails[{}type pr{}]", "(".repeat(5_000), ")".repeat(5_000));
    assert!(rfc(json!([{"op": "remove", "path": deep}])).is_err());
}

#[test]
fn the_message_is_read_in_any_case() {
    let body =
        json!({"SCHEMAS": [PATCH_URN.to_uppercase()], "operations": [{"OP": "add", "Path": "title", "VALUE": "x"}]});
    let steps = read(&body, &PatchLeniency::default(), 1).expect("a PatchOp");
    assert_eq!(steps, [Step { op: Op::Add, path: Some("title".to_owned()), value: Some("x".into()) }]);
}

#[test]
fn passwords_leave_by_the_side_door() {
    let Value::Object(mut attributes) = start() else { unreachable!("an object") };
    let step = |op, value| Step { op, path: Some("password".to_owned()), value };
    let mut password = |steps: &[Step]| {
        let patched = apply(
            ResourceKind::User.definition(),
            &Map::new,
            &mut attributes,
            steps,
            &PatchLeniency::default(),
            FilterLimits::default(),
        );
        assert!(!attributes.contains_key("password"));
        patched.expect("accepted").password
    };
    assert_eq!(password(&[step(Op::Replace, Some("x".into()))]), Some(Some("x".to_owned())));
    assert_eq!(password(&[step(Op::Remove, None)]), Some(None));
    assert_eq!(password(&[]), None);
}

/// Operations that are sensible on their own, mostly.
fn operation() -> impl Strategy<Value = Value> {
    let op = prop::sample::select(vec!["add", "replace", "remove"]);
    let path = prop::sample::select(vec![
        "title",
        "nickName",
        "name",
        "name.givenName",
        "emails",
        "emails[type eq \"work\"]",
        "emails[type eq \"home\"].value",
        "emails[primary eq true].display",
        "phoneNumbers[type eq \"work\"].value",
        "active",
        "userName",
        "id",
        "nope",
    ]);
    let value = prop::sample::select(vec![
        json!("x"),
        json!("y"),
        json!({"givenName": "z"}),
        json!([{"value": "n@x", "type": "other"}]),
        json!(true),
        json!(false),
        json!({"value": "v@x"}),
        json!({"type": "home", "primary": true}),
        json!([]),
        json!(null),
    ]);
    (op, path, value).prop_map(|(op, path, value)| match op {
        "remove" => json!({"op": op, "path": path}),
        _ => json!({"op": op, "path": path, "value": value}),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn several_operations_are_each_after_the_other(operations in prop::collection::vec(operation(), 1..6)) {
        let leniency = PatchLeniency::okta();
        let together = run(&start(), &operations.clone().into(), &leniency);
        let one_by_one = operations.iter().try_fold(start(), |resource, operation| run(&resource, &json!([operation]), &leniency));
        // Within one message an attribute may be missing for a moment; else the two agree.
        if let Ok(one_by_one) = one_by_one {
            prop_assert_eq!(together, Ok(one_by_one));
        }
    }

    #[test]
    fn replace_is_idempotent(before in prop::collection::vec(operation(), 0..4), operation in operation()) {
        let leniency = PatchLeniency::okta();
        let Ok(from) = run(&start(), &before.into(), &leniency) else { return Ok(()) };
        if operation["op"] != "replace" {
            return Ok(());
        }
        // What selects by a part that it changes selects something else the second time.
        prop_assume!(!operation["path"].as_str().is_some_and(|path| path.contains('[')));
        if let Ok(once) = run(&from, &json!([operation]), &leniency) {
            prop_assert_eq!(run(&once, &json!([operation]), &leniency), Ok(once.clone()));
        }
    }

    #[test]
    fn remove_takes_back_what_add_brought(value in "[a-z]{1,8}", kind in "[a-z]{1,8}") {
        prop_assume!(value != "w@x");
        let element = json!({"value": format!("{value}@new"), "type": kind});
        let filter = format!("emails[value eq \"{value}@new\" and type eq \"{kind}\"]");
        let operations = json!([
            {"op": "add", "path": "emails", "value": [element]}, {"op": "remove", "path": filter},
            {"op": "add", "path": "nickName", "value": value}, {"op": "remove", "path": "nickName"},
        ]);
        prop_assert_eq!(rfc(operations), with(json!({})));
    }

    #[test]
    fn results_are_always_well_formed(operations in prop::collection::vec(operation(), 1..8)) {
        if let Ok(resource) = run(&start(), &operations.into(), &PatchLeniency::okta()) {
            let again = crate::scim::resource::read(ResourceKind::User.definition(), &resource, Terms::default());
            prop_assert_eq!(again.map(|submitted| Value::Object(submitted.attributes)), Ok(resource));
        }
    }
}
