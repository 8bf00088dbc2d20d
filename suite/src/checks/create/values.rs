//! What a new user keeps of the values that were sent, and what it must not keep.

use serde_json::{Value, json};

use crate::check::{Check, Feature, Stop};
use crate::checks::{reads, resource};
use crate::expect::{all, any, error, json_at, status, text_at, unassigned, value_at, values_are};
use crate::probe::Fate;
use crate::scim::{sample, urn};
use crate::target::Request;

pub(super) static FULL: Check = Check {
    id: "create.user.full",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Every core attribute that the server knows comes back as it was sent",
    effect: "Profile data that Okta sends is lost without a word.",
    rules: &["RFC7644-3.3-10", "RFC7643-2.4-05", "RFC7643-4.1.1-10"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let name = t.fresh_name();
            let other = format!("home-{name}");
            let mut body = t.okta_user();
            let more = json!({
                "userName": name,
                "name": {"formatted": "Ms. Sample Q Person, III", "middleName": "Q", "honorificPrefix": "Ms.", "honorificSuffix": "III"},
                "nickName": "Sam", "title": "Tour Guide", "userType": "Employee", "preferredLanguage": "en-US",
                "timezone": "America/Los_Angeles", "profileUrl": "https://login.example.com/sample",
                "emails": [{"value": name, "type": "work", "primary": true}, {"value": other, "type": "home"}],
                "phoneNumbers": [{"value": "tel:+1-201-555-0123", "type": "work"}],
                "addresses": [{"type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA", "postalCode": "91608", "country": "US"}],
                "roles": [{"value": "Student"}],
            });
            sample::overlay(&mut body, &more);
            if let Some(body) = body.as_object_mut() {
                body.retain(|name, _| t.facts().fate(name) != Fate::Ruled);
                // What the target's own schema leaves out it may refuse.
                for (name, value) in body.iter_mut() {
                    if let Some(parts) = value.as_object_mut() {
                        parts.retain(|part, _| !t.facts().lacks(&format!("{name}.{part}")));
                    }
                }
            }
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7644-3.3-10"], &created, status(&[201]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            // A server may leave out attributes that its schema does not have; what it shows must be right.
            for pointer in [
                "/nickName",
                "/title",
                "/userType",
                "/name/middleName",
                "/name/honorificSuffix",
                "/addresses/0/locality",
                "/roles/0/value",
            ] {
                let is_shown = seen.subject().and_then(|user| user.pointer(pointer)).is_some();
                if let Some(sent) = user.sent.pointer(pointer).filter(|_| is_shown) {
                    t.expect(&["RFC7644-3.3-10"], &seen, json_at(pointer, sent.clone()));
                }
            }
            if seen.subject().and_then(|user| user.get("timezone")).is_some() {
                t.expect(&["RFC7643-4.1.1-10"], &seen, json_at("/timezone", "America/Los_Angeles"));
            }
            // A server may keep a single address; then this is a variation.
            t.expect(&["RFC7643-2.4-05"], &seen, crate::expect::variation(values_are("/emails", &[&name, &other])));
            Ok(())
        })
    },
};

pub(super) static UNNAMED_EXTENSION: Check = Check {
    id: "create.user.unnamed-extension",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Extension data whose URN is not in schemas is refused or adopted, not lost",
    effect: "Departments and managers are lost without a word.",
    rules: &["RFC7643-3-06"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_enterprise()?;
            if !t.keeps(&format!("{}:department", urn::ENTERPRISE)) {
                return Err(Stop::Unsupported("the product does not keep the department".into()));
            }
            let mut body = t.okta_user();
            body["schemas"] = json!([urn::USER]);
            body[urn::ENTERPRISE] = json!({"department": "Tours"});
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7643-3-06"], &created, any(vec![status(&[201]), error(&[400])]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let named = value_at("/schemas", "the extension's URN, too", |all| {
                all.as_array().is_some_and(|all| all.contains(&urn::ENTERPRISE.into()))
            });
            let kept = json_at(&format!("/{}/department", urn::ENTERPRISE), "Tours");
            t.expect(&["RFC7643-3-06"], &t.read(&user).await?, crate::expect::doubtful(all(vec![kept, named])));
            Ok(())
        })
    },
};

pub(super) static MANAGER: Check = Check {
    id: "create.user.manager",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A manager comes back as an object that holds the manager's id",
    effect: "Clients can't read anybody who has a manager.",
    rules: &["RFC7643-4.3-03", "RFC7643-4.3-05"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_enterprise()?;
            let boss = t.given_user().await?;
            let mut body = t.okta_user();
            body["schemas"] = json!([urn::USER, urn::ENTERPRISE]);
            body[urn::ENTERPRISE] = json!({"manager": {"value": boss.id, "displayName": "Somebody Else"}});
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7643-4.3-03"], &created, status(&[201]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            let pointer = format!("/{}/manager", urn::ENTERPRISE);
            // A server may know the extension and no managers.
            if seen.subject().and_then(|user| user.pointer(&pointer)).is_some_and(|manager| !manager.is_null()) {
                t.expect(&["RFC7643-4.3-03"], &seen, json_at(&format!("{pointer}/value"), boss.id.as_str()));
                let own =
                    value_at(&pointer, "no displayName of the client's", |it| it["displayName"] != "Somebody Else");
                t.expect(&["RFC7643-4.3-05"], &seen, own);
            }
            Ok(())
        })
    },
};

pub(super) static ENTERPRISE: Check = Check {
    id: "create.user.enterprise",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Enterprise attributes are stored under their URN",
    effect: "Department, manager and employee number from Okta are lost.",
    rules: &["RFC7643-3.3-02", "RFC7643-3.3-03", "RFC7643-4.3-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_enterprise()?;
            let mut body = t.okta_user();
            body["schemas"] = json!([urn::USER, urn::ENTERPRISE]);
            let mut sent = json!({"employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios", "division": "Theme Park", "department": "Tour Operations"});
            if let Some(sent) = sent.as_object_mut() {
                sent.retain(|name, _| t.keeps(&format!("{}:{name}", urn::ENTERPRISE)));
            }
            if sent == json!({}) {
                return Err(Stop::Unsupported("the product keeps no enterprise attribute".into()));
            }
            body[urn::ENTERPRISE] = sent.clone();
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7643-4.3-02"], &created, status(&[201]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            for (name, value) in sent.as_object().into_iter().flatten() {
                let pointer = format!("/{}/{name}", urn::ENTERPRISE);
                t.expect(&["RFC7643-3.3-02", "RFC7643-4.3-02"], &seen, json_at(&pointer, value.clone()));
            }
            t.expect(
                &["RFC7643-3.3-03"],
                &seen,
                value_at("/schemas", "the enterprise URN too", |schemas| {
                    schemas.as_array().is_some_and(|all| all.contains(&urn::ENTERPRISE.into()))
                }),
            );
            Ok(())
        })
    },
};

pub(super) static EXTERNAL_ID: Check = Check {
    id: "create.user.external-id",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "externalId comes back as it was sent, and is never made up",
    effect: "Okta's own id of the person is lost or changed; clients that match by it make duplicates.",
    rules: &["RFC7643-3.1-10", "RFC7643-3.1-11", "RFC7643-3.1-12", "OKTA-USR-014"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let wanted = user.sent["externalId"].clone();
            let seen = t.read(&user).await?;
            t.expect(
                &["RFC7643-3.1-10", "RFC7643-3.1-11", "RFC7643-3.1-12", "OKTA-USR-014"],
                &seen,
                json_at("/externalId", wanted),
            );
            let mut body = t.okta_user();
            if let Some(body) = body.as_object_mut() {
                body.remove("externalId");
            }
            let without = t.post("/Users", body).await?;
            if without.answer.is_success() {
                t.step("a create without externalId");
                t.expect(&["RFC7643-3.1-11"], &without, unassigned("/externalId"));
            }
            Ok(())
        })
    },
};

pub(super) static EMPTY_VALUES: Check = Check {
    id: "create.user.empty-values",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "null and [] on a create mean no value, and are no error",
    effect: "A person with an empty attribute in Okta can't be created.",
    rules: &["RFC7643-2.5-01", "RFC7644-3.3-07", "OKTA-USR-029"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let mut body = t.okta_user();
            sample::overlay(&mut body, &json!({"nickName": null, "phoneNumbers": [], "title": null}));
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7643-2.5-01", "RFC7644-3.3-07", "OKTA-USR-029"], &created, status(&[201]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            for pointer in ["/nickName", "/phoneNumbers", "/title"] {
                t.expect(&["RFC7643-2.5-01"], &seen, unassigned(pointer));
            }
            Ok(())
        })
    },
};

pub(super) static NAME_CASE: Check = Check {
    id: "create.user.names-any-case",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Attribute names are taken in any letter case",
    effect: "Clients that write userName differently lose data.",
    rules: &["RFC7643-2.1-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["displayName", "name.givenName"])?;
            let name = t.fresh_name();
            // Should all of these be lost, the external id still tells whose the account is.
            let body = json!({"schemas": [urn::USER], "externalId": t.fresh_word(), "USERNAME": name, "DisplayName": "Any Case", "NAME": {"GivenNAME": "Any", "familyname": "Case"}});
            let created = t.post("/Users", body).await?;
            t.expect(
                &["RFC7643-2.1-03"],
                &created,
                all(vec![
                    status(&[201]),
                    text_at("/userName", &name),
                    json_at("/displayName", "Any Case"),
                    json_at("/name/givenName", "Any"),
                ]),
            );
            Ok(())
        })
    },
};

pub(super) static UNKNOWN_ATTRIBUTE: Check = Check {
    id: "create.user.unknown-attribute",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "An attribute that the server does not know is ignored or refused, never stored and never a server error",
    effect: "One unmapped attribute in Okta breaks every create.",
    rules: &["RFC7644-3.1-03", "RFC7643-3-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let mut body = t.okta_user();
            body["xUnknown"] = "v".into();
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7644-3.1-03"], &created, any(vec![status(&[201]), error(&[400])]));
            if let Some(user) = resource(&created, body) {
                let seen = t.read(&user).await?;
                t.expect(&["RFC7644-3.1-03"], &seen, unassigned("/xUnknown"));
            }
            let mut body = t.okta_user();
            body["schemas"] = json!([urn::USER, "urn:example:nope"]);
            body["urn:example:nope"] = json!({"a": "b"});
            let created = t.post("/Users", body.clone()).await?;
            t.step("a schema that the server does not know");
            t.expect(&["RFC7643-3-03"], &created, any(vec![status(&[201]), error(&[400])]));
            if let Some(user) = resource(&created, body) {
                let seen = t.read(&user).await?;
                t.expect(
                    &["RFC7643-3-03"],
                    &seen,
                    all(vec![
                        unassigned("/urn:example:nope"),
                        value_at("/schemas", "known schemas only", |schemas| {
                            !schemas.to_string().contains("urn:example:nope")
                        }),
                    ]),
                );
            }
            Ok(())
        })
    },
};

pub(super) static UNICODE: Check = Check {
    id: "create.user.unicode",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Letters of every script come back as they were sent, escaped or not, and can be found",
    effect: "Names outside ASCII are mangled, or those people can't be created.",
    rules: &["RFC7644-3.8-04", "RFC8259-7-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_display_name().await?;
            let name = "Zoë 日本 😀 O'Malley \"Q\" \\ <b>&";
            let user = t.given_user_with(json!({"displayName": name, "name": {"familyName": "Çelik-Łódź"}})).await?;
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.8-04"], &seen, json_at("/displayName", name));
            if t.keeps("name.familyName") {
                t.expect(&["RFC7644-3.8-04"], &seen, json_at("/name/familyName", "Çelik-Łódź"));
            }
            let user_name = t.fresh_name();
            let escaped = format!(
                r#"{{"schemas":["{}"],"userName":"\u0073{}","displayName":"\u0041nn {}"}}"#,
                urn::USER,
                &user_name[1..],
                t.key()
            );
            let created =
                t.send(Request::post("/Users", Value::Null).raw(crate::target::exchange::SCIM_JSON, escaped)).await?;
            if created.answer.is_success() {
                t.step("letters as \\u escapes");
                t.expect(&["RFC8259-7-01"], &created, text_at("/userName", &user_name));
            }
            Ok(())
        })
    },
};

pub(super) static PRIMARY_TWICE: Check = Check {
    id: "create.user.two-primaries",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Two primary addresses are refused or made one, never returned as two",
    effect: "Okta takes the wrong address for the person's login.",
    rules: &["RFC7643-2.4-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let mut body = t.okta_user();
            let name = body["userName"].as_str().unwrap_or_default().to_string();
            body["emails"] = json!([{"value": name, "type": "work", "primary": true}, {"value": format!("b{name}"), "type": "home", "primary": true}]);
            let created = t.post("/Users", body.clone()).await?;
            let made_one = || value_at("/emails", "at most one primary", at_most_one_primary);
            t.expect(&["RFC7643-2.4-02"], &created, any(vec![all(vec![status(&[201]), made_one()]), error(&[400])]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            for read in reads::USER {
                if let Some(seen) = (read.run)(t, &user).await?.filter(|seen| seen.subject().is_some()) {
                    t.step(format!("the reading {}", read.name));
                    t.expect(&["RFC7643-2.4-02"], &seen, any(vec![made_one(), unassigned("/emails")]));
                }
            }
            Ok(())
        })
    },
};

fn at_most_one_primary(list: &Value) -> bool {
    list.as_array().is_none_or(|items| items.iter().filter(|item| item["primary"] == true).count() <= 1)
}
