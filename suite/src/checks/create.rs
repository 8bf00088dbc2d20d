//! Create users: what Okta does when a person is assigned (OKTA-USR-001 to 022), and RFC 7644 §3.3.

use serde_json::{Value, json};

use super::{reads, same_after_read};
use crate::check::{Case, Check, Family, Feature, Form, Fut, Resource};
use crate::expect::{
    all, any, error, has_detail, json_at, lenient, no_rows, refused, rows_are, scim_type, status, status_or, text_at,
    unassigned, value_at, values_are,
};
use crate::idp::okta;
use crate::scim::{sample, urn};
use crate::target::{Exchange, Request};

/// In the order of Okta's guide.
pub(super) static CHECKS: &[&Check] = &[
    &OKTA,
    &READ_BY_ID,
    &LOOK_UP_UNKNOWN,
    &LOOK_UP_OTHER_CASE,
    &LOOK_UP_ENCODINGS,
    &MINIMAL,
    &FULL,
    &ENTERPRISE,
    &INACTIVE,
    &READ_ONLY,
    &LOCATION,
    &EXTERNAL_ID,
    &EXTERNAL_ID_CASE,
    &EMPTY_VALUES,
    &NAME_CASE,
    &UNKNOWN_ATTRIBUTE,
    &UNICODE,
    &PASSWORD,
    &PLUS,
    &AFTER_DELETE,
    &PRIMARY_TWICE,
    &META,
];

/// Families of this file.
pub(super) static FAMILIES: &[&Family] = &[&DUPLICATE, &REFUSED];

const STUCK: &str = "Okta shows an error at the person's assignment, and the person has no account.";

static OKTA: Check = Check {
    id: "create.user.okta",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Okta's look-up and create make a user that every reading shows",
    effect: STUCK,
    rules: &[
        "OKTA-USR-003",
        "OKTA-USR-007",
        "OKTA-USR-013",
        "OKTA-USR-016",
        "OKTA-USR-017",
        "RFC7644-3.3-01",
        "RFC7644-3.3-02",
        "RFC7644-3.3-11",
        "OKTA-TRN-007",
        "RFC7644-3.4.1-03",
        "OKTA-USR-053",
        "OKTA-USR-002",
        "OKTA-USR-004",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let body = t.okta_user();
            let name = body["userName"].as_str().unwrap_or_default().to_string();
            let looked_up = t.send(okta::look_up_user(&name)).await?;
            t.expect(&["OKTA-USR-003"], &looked_up, no_rows());
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7644-3.3-01", "OKTA-USR-007", "OKTA-TRN-007"], &created, status(&[201]));
            t.expect(&["OKTA-USR-013"], &created, status_or(&[201], &[200]));
            t.expect(&["RFC7644-3.3-02", "OKTA-USR-007"], &created, value_at("/id", "a non-empty id", is_text));
            t.expect(
                &["OKTA-USR-007", "OKTA-USR-016"],
                &created,
                all(vec![
                    value_at("/schemas", "the User schema", |schemas| {
                        schemas.as_array().is_some_and(|all| all.contains(&urn::USER.into()))
                    }),
                    text_at("/userName", &name),
                    json_at("/name/givenName", "Sample"),
                    json_at("/name/familyName", "Person"),
                    json_at("/active", true),
                ]),
            );
            t.expect(
                &["OKTA-USR-017"],
                &created,
                value_at("/emails", "a list with one primary", |emails| {
                    emails.as_array().is_some_and(|emails| emails.iter().any(|email| email["primary"] == true))
                }),
            );
            let Some(user) = resource(&created, body) else { return Ok(()) };
            for read in reads::USER {
                t.see(read, &user, &["RFC7644-3.3-11"], || json_at("/name/familyName", "Person")).await?;
            }
            Ok(())
        })
    },
};

static READ_BY_ID: Check = Check {
    id: "read.user.by-id",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A user is read by its id, the same each time; an unknown id is a 404",
    effect: "Okta can't see whether the account exists: updates and reactivations end in errors.",
    rules: &[
        "OKTA-USR-053",
        "RFC7644-3.4.1-03",
        "RFC7644-3.4.1-05",
        "OKTA-USR-054",
        "RFC7644-3.12-07",
        "OKTA-ERR-001",
        "RFC7644-3.4.1-04",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let first = t.read(&user).await?;
            t.expect(
                &["OKTA-USR-053", "RFC7644-3.4.1-03"],
                &first,
                all(vec![status(&[200]), json_at("/id", user.id.as_str()), text_at("/userName", &user.name)]),
            );
            let second = t.read(&user).await?;
            let before = first
                .answer
                .json
                .as_ref()
                .and_then(|body| body.pointer("/meta/lastModified"))
                .cloned()
                .unwrap_or_default();
            if !before.is_null() {
                t.expect(&["RFC7644-3.4.1-05"], &second, json_at("/meta/lastModified", before));
            }
            let unknown = t.get(format!("/Users/{}", t.fresh_id())).await?;
            t.step("an id that does not exist");
            t.expect(&["OKTA-USR-054", "RFC7644-3.12-07"], &unknown, error(&[404]));
            t.expect(&["OKTA-USR-054", "OKTA-ERR-001"], &unknown, has_detail());
            let elsewhere = t.get(format!("/Groups/{}", user.id)).await?;
            t.step("the user's id under /Groups");
            t.expect(&["RFC7644-3.4.1-04"], &elsewhere, status(&[404]));
            Ok(())
        })
    },
};

static LOOK_UP_UNKNOWN: Check = Check {
    id: "lookup.user.unknown",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Looking up a name that nobody has gives 200 and an empty list, whatever the name looks like",
    effect: "Okta takes the answer for a failure, or links the wrong person; nobody is created.",
    rules: &["OKTA-USR-002", "OKTA-USR-003", "RFC7644-3.4.2-07", "RFC7644-3.4.2.2-65"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let plain = t.send(okta::look_up_user(&t.fresh_name())).await?;
            t.expect(&["OKTA-USR-002", "OKTA-USR-003", "RFC7644-3.4.2-07"], &plain, no_rows());
            for odd in ["x' or '1'='1", "%", "*", "_", "a\\b", "O'Brien \"the\" 1st"] {
                t.step(format!("the name {odd:?}"));
                let name = format!("{odd}{}", t.key());
                let answer = t.send(okta::look_up_user(&name)).await?;
                t.expect(&["RFC7644-3.4.2.2-65"], &answer, no_rows());
            }
            Ok(())
        })
    },
};

static LOOK_UP_OTHER_CASE: Check = Check {
    id: "lookup.user.other-case",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A user is found by its name in any letter case",
    effect: "Okta does not find the account, creates it again, and the job is stuck on a 409 or a duplicate.",
    rules: &["OKTA-USR-006", "OKTA-USR-035", "RFC7644-3.4.2.2-51", "RFC7643-4.1.1-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            for (words, name) in [("upper case", user.name.to_uppercase()), ("mixed case", mixed(&user.name))] {
                t.step(words);
                let found = t.send(okta::look_up_user(&name)).await?;
                t.expect(
                    &["OKTA-USR-006", "OKTA-USR-035", "RFC7644-3.4.2.2-51", "RFC7643-4.1.1-03"],
                    &found,
                    rows_are(&[&user.id], &[&user.id]),
                );
            }
            Ok(())
        })
    },
};

static LOOK_UP_ENCODINGS: Check = Check {
    id: "lookup.user.encodings",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A look-up works with its spaces as %20 and as +",
    effect: "Okta's look-up fails before anybody is created.",
    rules: &["OKTA-TRN-005", "RFC7644-1.2-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let percent = okta::look_up_user(&user.name);
            let mut plus = percent.clone();
            plus.query = plus.query.replace("%20", "+");
            let answer = t.send(percent).await?;
            t.expect(&["OKTA-TRN-005", "RFC7644-1.2-01"], &answer, rows_are(&[&user.id], &[&user.id]));
            t.step("spaces as +");
            let answer = t.send(plus).await?;
            t.expect(&["OKTA-TRN-005"], &answer, rows_are(&[&user.id], &[&user.id]));
            Ok(())
        })
    },
};

static MINIMAL: Check = Check {
    id: "create.user.minimal",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A userName is enough to create a user",
    effect: "Accounts with few mapped attributes can't be created.",
    rules: &["RFC7644-3.3-01", "RFC7643-3-05", "RFC7644-3.3-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let name = t.fresh_name();
            let created = t.post("/Users", sample::minimal_user(&name)).await?;
            // A server may demand more than the RFC does, and must then say so.
            t.expect(&["RFC7644-3.3-01", "RFC7643-3-05"], &created, status_or(&[201], &[400]));
            if created.answer.is_success() {
                t.expect(&["RFC7644-3.3-04"], &created, text_at("/userName", &name));
            }
            Ok(())
        })
    },
};

static FULL: Check = Check {
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
                if seen.subject().and_then(|user| user.pointer(pointer)).is_some() {
                    let sent = user.sent.pointer(pointer).cloned().unwrap_or_default();
                    t.expect(&["RFC7644-3.3-10"], &seen, json_at(pointer, sent));
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

static ENTERPRISE: Check = Check {
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
            let sent = json!({"employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios", "division": "Theme Park", "department": "Tour Operations"});
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

static INACTIVE: Check = Check {
    id: "create.user.inactive",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A user created with active false is inactive in every reading",
    effect: "Somebody who must not have access yet has it.",
    rules: &["RFC7643-4.1.1-11", "RFC7644-3.4.1-03", "OKTA-USR-039", "OKTA-USR-047"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user_with(json!({"active": false})).await?;
            for read in reads::INACTIVE {
                t.see(read, &user, &["RFC7643-4.1.1-11"], || json_at("/active", false)).await?;
            }
            Ok(())
        })
    },
};

static READ_ONLY: Check = Check {
    id: "create.user.read-only-ignored",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "An id, meta or groups sent by the client is ignored, not refused and not taken",
    effect: "A client could choose ids or memberships; or Okta's create with groups is refused.",
    rules: &["RFC7643-3.1-05", "RFC7643-3.1-18", "RFC7644-3.3-05", "RFC7643-4.1.2-10", "OKTA-USR-010", "OKTA-USR-013"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let group = t.given_group(&[]).await.ok();
            let chosen = t.fresh_id();
            let mut body = t.okta_user();
            body["id"] = chosen.as_str().into();
            body["meta"] = json!({"created": "1999-01-01T00:00:00Z", "lastModified": "1999-01-01T00:00:00Z", "resourceType": "X", "location": "http://x.invalid/"});
            if let Some(group) = &group {
                body["groups"] = json!([{"value": group.id}]);
            }
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7644-3.3-05", "OKTA-USR-013"], &created, status(&[201]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            t.expect(
                &["RFC7643-3.1-05", "OKTA-USR-010"],
                &created,
                value_at("/id", "an id that the server chose", is_text),
            );
            t.conclude(
                &["RFC7643-3.1-05", "OKTA-USR-010"],
                if user.id == chosen {
                    crate::expect::broken("an id that the server chose", "the client's", "/id")
                } else {
                    crate::check::Judgement::Holds
                },
                Some(&created),
            );
            let seen = t.read(&user).await?;
            t.expect(
                &["RFC7643-3.1-18"],
                &seen,
                value_at("/meta/created", "the server's own time", |created| {
                    !created.as_str().unwrap_or_default().starts_with("1999")
                }),
            );
            if let Some(group) = group {
                let members = t.read(&group).await?;
                t.expect(&["RFC7643-4.1.2-10", "OKTA-USR-013"], &members, values_are("/members", &[]));
            }
            Ok(())
        })
    },
};

static LOCATION: Check = Check {
    id: "create.user.location",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A create tells where the new user is, in the header and in the body alike",
    effect: "Clients that follow the Location lose the account they just made.",
    rules: &["RFC7644-3.3-03", "RFC7644-3.3-04", "RFC7643-3.1-22"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let body = t.okta_user();
            let created = t.post("/Users", body.clone()).await?;
            let header = created.answer.header("location").unwrap_or_default().to_string();
            let Some(user) = resource(&created, body) else {
                return Err(crate::check::Stop::Blocked {
                    by: "create.user.okta",
                    reason: "the user was not created".into(),
                });
            };
            let there = |text: &str| text.ends_with(&user.path()) || text.ends_with(&format!("/{}", user.id));
            t.conclude(
                &["RFC7644-3.3-03"],
                if there(&header) {
                    crate::check::Judgement::Holds
                } else {
                    crate::expect::broken(
                        "a Location header with the new user's address",
                        if header.is_empty() { "none".into() } else { header.clone() },
                        "Location",
                    )
                },
                Some(&created),
            );
            if !header.is_empty() {
                t.expect(&["RFC7644-3.3-04"], &created, json_at("/meta/location", header));
            }
            let seen = t.read(&user).await?;
            let location = seen
                .subject()
                .and_then(|user| user.pointer("/meta/location")?.as_str())
                .unwrap_or_default()
                .to_string();
            t.conclude(
                &["RFC7643-3.1-22"],
                if there(&location) {
                    crate::check::Judgement::Holds
                } else {
                    crate::expect::broken("the address of this user", location, "/meta/location")
                },
                Some(&seen),
            );
            Ok(())
        })
    },
};

static EXTERNAL_ID: Check = Check {
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

static EXTERNAL_ID_CASE: Check = Check {
    id: "lookup.user.external-id",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "externalId can be filtered for, and its letter case counts",
    effect: "Clients that match by externalId find nobody, or the wrong person.",
    rules: &["RFC7644-3.4.2.2-60", "RFC7643-3.1-13", "RFC7644-3.4.2.2-52", "OKTA-NOT-003"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user_with(json!({"externalId": format!("AbC{}", t.key())})).await?;
            let exact = t.filtered(&user, &format!("externalId eq \"AbC{}\"", t.key())).await?;
            t.expect(&["RFC7644-3.4.2.2-60", "OKTA-NOT-003"], &exact, rows_are(&[&user.id], &[&user.id]));
            let other = t.filtered(&user, &format!("externalId eq \"aBc{}\"", t.key())).await?;
            if other.answer.status == 200 {
                t.step("in another letter case");
                t.expect(&["RFC7643-3.1-13", "RFC7644-3.4.2.2-52"], &other, rows_are(&[&user.id], &[]));
            }
            Ok(())
        })
    },
};

static EMPTY_VALUES: Check = Check {
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

static NAME_CASE: Check = Check {
    id: "create.user.names-any-case",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Attribute names are taken in any letter case",
    effect: "Clients that write userName differently lose data.",
    rules: &["RFC7643-2.1-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["displayName"])?;
            let name = t.fresh_name();
            let body = json!({"schemas": [urn::USER], "USERNAME": name, "DisplayName": "Any Case", "NAME": {"GivenNAME": "Any", "familyname": "Case"}});
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

static UNKNOWN_ATTRIBUTE: Check = Check {
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

static UNICODE: Check = Check {
    id: "create.user.unicode",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Letters of every script come back as they were sent, escaped or not, and can be found",
    effect: "Names outside ASCII are mangled, or those people can't be created.",
    rules: &["RFC7644-3.8-04", "RFC8259-7-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["displayName"])?;
            let name = "Zoë 日本 😀 O'Malley \"Q\" \\ <b>&";
            let user = t.given_user_with(json!({"displayName": name, "name": {"familyName": "Çelik-Łódź"}})).await?;
            let seen = t.read(&user).await?;
            t.expect(
                &["RFC7644-3.8-04"],
                &seen,
                all(vec![json_at("/displayName", name), json_at("/name/familyName", "Çelik-Łódź")]),
            );
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

static PASSWORD: Check = Check {
    id: "create.user.password",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "The placeholder password that Okta always sends is accepted and never shown",
    effect: "No user can be created (password policy), or passwords leak into Okta's logs.",
    rules: &["OKTA-USR-012", "RFC7643-4.1.1-12", "RFC7643-7-26"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let mut body = t.okta_user();
            body["password"] = t.fresh_password().into();
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["OKTA-USR-012"], &created, status(&[201]));
            t.expect(&["OKTA-USR-012", "RFC7643-4.1.1-12"], &created, crate::expect::if_body(unassigned("/password")));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            t.expect(&["RFC7643-4.1.1-12"], &seen, unassigned("/password"));
            let asked_for = t.send(Request::get(user.path()).query("attributes", "password")).await?;
            t.step("asked for by name");
            t.expect(&["RFC7643-4.1.1-12", "RFC7643-7-26"], &asked_for, unassigned("/password"));
            Ok(())
        })
    },
};

static PLUS: Check = Check {
    id: "lookup.user.plus-sign",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A name with a plus sign, an apostrophe or a dollar sign is found exactly",
    effect: "People with a + in their mail address are created twice or not at all.",
    rules: &["OKTA-USR-002", "OKTA-USR-035", "RFC7644-3.4.2.2-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for mark in ["+", "'", "$"] {
                let name = format!("o{mark}{}", t.fresh_name());
                let mut body = t.okta_user();
                body["userName"] = name.as_str().into();
                let created = t.post("/Users", body.clone()).await?;
                // A server may forbid such names; then it says so, and there is nothing to look up.
                let Some(user) = resource(&created, body) else { continue };
                t.step(format!("a name with {mark}"));
                let found = t.send(okta::look_up_user(&name)).await?;
                t.expect(
                    &["OKTA-USR-002", "OKTA-USR-035", "RFC7644-3.4.2.2-02"],
                    &found,
                    rows_are(&[&user.id], &[&user.id]),
                );
            }
            Ok(())
        })
    },
};

static AFTER_DELETE: Check = Check {
    id: "create.user.after-delete",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "The name of a deleted user is free, and the new user has a new id",
    effect: "Somebody who comes back can't be created, or inherits what belonged to the old account.",
    rules: &["RFC7644-3.6-08", "RFC7644-3.6-11", "RFC7643-3.1-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            if !t.delete(&user).await?.answer.is_success() {
                return Err(crate::check::Stop::Blocked {
                    by: "delete.user.gone",
                    reason: "the user could not be deleted".into(),
                });
            }
            let again = t.post("/Users", user.sent.clone()).await?;
            t.expect(&["RFC7644-3.6-08"], &again, status(&[201]));
            if let Some(new) = resource(&again, user.sent.clone()) {
                let judgement = if new.id == user.id {
                    crate::expect::broken("a new id", "the id of the deleted user", "/id")
                } else {
                    crate::check::Judgement::Holds
                };
                t.conclude(&["RFC7644-3.6-11", "RFC7643-3.1-04"], judgement, Some(&again));
            }
            Ok(())
        })
    },
};

static PRIMARY_TWICE: Check = Check {
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

static META: Check = Check {
    id: "create.user.meta",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A new user has its times, its type and the same content in the answer and in a reading",
    effect: "Clients that watch lastModified miss changes or see ghosts.",
    rules: &["RFC7643-3.1-17", "RFC7643-3.1-20", "RFC7644-3.3.1-01", "RFC7644-3.1-04", "RFC7643-3.1-19"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let body = t.okta_user();
            let created = t.post("/Users", body.clone()).await?;
            let Some(user) = resource(&created, body) else {
                return Err(crate::check::Stop::Blocked {
                    by: "create.user.okta",
                    reason: "the user was not created".into(),
                });
            };
            let seen = t.read(&user).await?;
            t.expect(&["RFC7643-3.1-17", "RFC7644-3.3.1-01"], &seen, json_at("/meta/resourceType", "User"));
            for pointer in ["/meta/created", "/meta/lastModified", "/meta/location"] {
                t.expect(&["RFC7643-3.1-17"], &seen, value_at(pointer, "a value", is_text));
            }
            t.expect(&["RFC7643-3.1-19"], &seen, value_at("/meta/created", "an xsd:dateTime", is_date));
            let time = |name: &str| {
                seen.subject().and_then(|user| user.pointer(name)?.as_str()).and_then(crate::scim::time::parse)
            };
            if let (Some(made), Some(modified)) = (time("/meta/created"), time("/meta/lastModified")) {
                let judgement = if made == modified {
                    crate::check::Judgement::Holds
                } else {
                    crate::expect::broken(
                        format!("the same instant as created, {made}"),
                        modified.to_string(),
                        "/meta/lastModified",
                    )
                };
                t.conclude(&["RFC7643-3.1-20"], judgement, Some(&seen));
            }
            if !created.answer.body.is_empty() {
                t.conclude(&["RFC7644-3.1-04"], same_after_read(&created, &seen), Some(&seen));
            }
            Ok(())
        })
    },
};

/// The prior states in which a create must be a conflict.
static DUPLICATE: Family = Family {
    id: "create.duplicate",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A second create with {write} is a 409, and there is still one user",
    effect: "Two accounts for one person; Okta manages one of them, the other keeps its access.",
    also: &["OKTA-USR-015", "RFC7644-3.3-08", "RFC7644-3.3-09", "OKTA-ERR-001"],
    alone: false,
    writes: &[
        Form { name: "same", words: "the same body", rules: &["RFC7643-4.1.1-02"], answers: &[409], run: post_again },
        Form {
            name: "other-attributes",
            words: "the same userName and other attributes",
            rules: &["RFC7643-4.1.1-02"],
            answers: &[409],
            run: post_other,
        },
        Form {
            name: "other-case",
            words: "the userName in another letter case",
            rules: &["RFC7643-4.1.1-03", "OKTA-USR-006"],
            answers: &[409],
            run: post_upper,
        },
        Form {
            name: "inactive",
            words: "the userName of an inactive user",
            rules: &["OKTA-USR-035"],
            answers: &[409],
            run: post_after_deactivation,
        },
    ],
    reads: &[],
    story: |t, write, _| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let answer = (write.run)(t, &user, &Value::Null).await?;
            let cited: Vec<&'static str> = if write.name == "other-case" {
                write.rules.to_vec()
            } else {
                [&["OKTA-USR-015", "RFC7644-3.3-08"], write.rules].concat()
            };
            t.expect(&cited, &answer, status(&[409]));
            if answer.answer.status == 409 {
                t.expect(&["RFC7644-3.3-08"], &answer, scim_type(&["uniqueness"], &[]));
                t.expect(&["OKTA-USR-015", "OKTA-ERR-001"], &answer, all(vec![error(&[409]), has_detail()]));
            }
            let found = t.send(okta::look_up_user(&user.name)).await?;
            let rows: Vec<String> =
                found.rows().filter_map(|(_, row)| row.get("id")?.as_str().map(String::from)).collect();
            if found.answer.status == 200 && !rows.is_empty() {
                let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
                t.step("the look-up afterwards");
                t.expect(&["RFC7644-3.3-09"], &found, rows_are(&rows, &[&user.id]));
            }
            Ok(())
        })
    },
};

fn post_again<'a>(t: &'a Case, user: &'a Resource, _: &'a Value) -> Fut<'a, Exchange> {
    Box::pin(t.post("/Users", user.sent.clone()))
}

fn post_other<'a>(t: &'a Case, user: &'a Resource, _: &'a Value) -> Fut<'a, Exchange> {
    let mut body = t.okta_user();
    sample::overlay(&mut body, &json!({"userName": user.name, "displayName": "Somebody Else"}));
    Box::pin(t.post("/Users", body))
}

fn post_upper<'a>(t: &'a Case, user: &'a Resource, _: &'a Value) -> Fut<'a, Exchange> {
    let mut body = t.okta_user();
    body["userName"] = user.name.to_uppercase().into();
    Box::pin(t.post("/Users", body))
}

fn post_after_deactivation<'a>(t: &'a Case, user: &'a Resource, _: &'a Value) -> Fut<'a, Exchange> {
    Box::pin(async move {
        t.put_changed(user, &json!({"active": false})).await?;
        t.post("/Users", user.sent.clone()).await
    })
}

/// Bodies that no server can make a user of.
static REFUSED: Family = Family {
    id: "create.refused",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A create with {write} is refused with an Error body, and nothing is stored",
    effect: "Broken data gets in, or the admin sees a server error in place of the cause.",
    also: &["OKTA-USR-019", "OKTA-ERR-001"],
    alone: false,
    writes: &[
        Form {
            name: "no-user-name",
            words: "no userName",
            rules: &["RFC7643-4.1.1-01", "RFC7644-3.12-05"],
            answers: &[400],
            run: |t, _, _| {
                Box::pin(
                    t.post("/Users", json!({"schemas": [urn::USER], "displayName": format!("nameless {}", t.key())})),
                )
            },
        },
        Form {
            name: "empty-user-name",
            words: "an empty userName",
            rules: &["RFC7643-4.1.1-01"],
            answers: &[400],
            run: |t, _, _| {
                Box::pin(t.post(
                    "/Users",
                    json!({"schemas": [urn::USER], "userName": "", "displayName": format!("nameless {}", t.key())}),
                ))
            },
        },
        Form {
            name: "no-schemas",
            words: "no schemas",
            rules: &["RFC7643-2.1-02"],
            answers: &[400],
            run: |t, _, _| Box::pin(t.post("/Users", json!({"userName": t.fresh_name()}))),
        },
        Form {
            name: "name-as-text",
            words: "text where an object belongs",
            rules: &["RFC7643-2.3.8-04", "RFC7644-3.12-06"],
            answers: &[400],
            run: |t, _, _| {
                Box::pin(
                    t.post("/Users", json!({"schemas": [urn::USER], "userName": t.fresh_name(), "name": "Barbara"})),
                )
            },
        },
        Form {
            name: "active-as-word",
            words: "a word where a Boolean belongs",
            rules: &["RFC7643-2.3.2-02"],
            answers: &[400],
            run: |t, _, _| {
                Box::pin(
                    t.post("/Users", json!({"schemas": [urn::USER], "userName": t.fresh_name(), "active": "maybe"})),
                )
            },
        },
        Form {
            name: "malformed",
            words: "malformed JSON",
            rules: &["RFC8259-2-01"],
            answers: &[400],
            run: |t, _, _| {
                let body = format!("{{\"schemas\":[\"{}\"],\"userName\":\"{}\"", urn::USER, t.fresh_name());
                Box::pin(
                    t.send(Request::post("/Users", Value::Null).raw(crate::target::exchange::SCIM_JSON_UTF8, body)),
                )
            },
        },
        Form {
            name: "array",
            words: "an array as the body",
            rules: &["RFC8259-2-02"],
            answers: &[400],
            run: |t, _, _| Box::pin(t.post("/Users", json!([t.fresh_name()]))),
        },
        Form {
            name: "text",
            words: "a string as the body",
            rules: &["RFC8259-2-02"],
            answers: &[400],
            run: |t, _, _| Box::pin(t.post("/Users", json!(t.fresh_name()))),
        },
    ],
    reads: &[],
    story: |t, write, _| {
        Box::pin(async move {
            let nobody = Resource {
                collection: "/Users",
                id: String::new(),
                name: String::new(),
                sent: Value::Null,
                seen: Value::Null,
            };
            let answer = (write.run)(t, &nobody, &Value::Null).await?;
            // No text obliges a server to refuse these two.
            let may_be_taken = matches!(write.name, "no-schemas" | "active-as-word");
            t.expect(write.rules, &answer, if may_be_taken { lenient(error(&[400])) } else { error(&[400]) });
            if refused()(&answer) == crate::check::Judgement::Holds {
                t.expect(&["OKTA-USR-019", "OKTA-ERR-001"], &answer, all(vec![error(&[400, 422]), has_detail()]));
            }
            Ok(())
        })
    },
};

/// The resource that a create's answer speaks of.
pub(super) fn resource(created: &Exchange, sent: Value) -> Option<Resource> {
    let body = created.answer.json.as_ref().filter(|_| created.answer.is_success())?;
    let collection = if created.request.path == "/Groups" { "/Groups" } else { "/Users" };
    let name = ["userName", "displayName"].iter().find_map(|name| sent.get(*name)?.as_str()).unwrap_or_default().into();
    Some(Resource { collection, id: body.get("id")?.as_str()?.into(), name, sent, seen: body.clone() })
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn is_date(value: &Value) -> bool {
    value.as_str().is_some_and(|text| crate::scim::time::parse(text).is_some())
}

fn at_most_one_primary(list: &Value) -> bool {
    list.as_array().is_none_or(|items| items.iter().filter(|item| item["primary"] == true).count() <= 1)
}

/// Every other letter upper case.
fn mixed(name: &str) -> String {
    name.char_indices().map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect()
}
