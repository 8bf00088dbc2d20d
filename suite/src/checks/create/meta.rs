//! What the server alone gives a new user: its id, its times, its location, its groups.

use serde_json::{Value, json};

use super::is_text;
use crate::check::{Check, Feature, Judgement};
use crate::checks::{resource, same_after_read};
use crate::expect::{as_doubtful, broken, json_at, status, value_at, values_are};

pub(super) static READ_ONLY: Check = Check {
    id: "create.user.read-only-ignored",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "An id, meta or groups sent by the client is ignored, not refused and not taken",
    effect: "A client could choose ids or memberships; or Okta's create with groups is refused.",
    rules: &[
        "RFC7643-3.1-05",
        "RFC7643-3.1-18",
        "RFC7644-3.3-05",
        "RFC7643-4.1.2-10",
        "RFC7643-7-22",
        "OKTA-USR-010",
        "OKTA-USR-013",
    ],
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
                &["RFC7643-3.1-18", "RFC7643-7-22"],
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

pub(super) static LOCATION: Check = Check {
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
            // Whole or relative to the base address (RFC 7643 §2.3.7), and escaped as the target likes.
            let there = |text: &str| {
                let plain = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
                plain.ends_with(&format!("Users/{}", user.id)) || plain.ends_with(&format!("/{}", user.id))
            };
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
                    crate::expect::broken("the address of this user", location.as_str(), "/meta/location")
                },
                Some(&seen),
            );
            // A server behind a proxy may know itself by another address, which then leads its clients nowhere.
            t.conclude(&["RFC7643-3.1-22"], as_doubtful(below_base(t.base(), &location)), Some(&seen));
            Ok(())
        })
    },
};

/// Whether the path of an absolute address lies below the path of the service.
fn below_base(base: &str, location: &str) -> Judgement {
    let path = |url: &str| url.split_once("://").map(|(_, rest)| rest.split_once('/').map_or("", |it| it.1).to_owned());
    match (path(base), path(location)) {
        (Some(base), Some(there)) if !there.starts_with(base.trim_end_matches('/')) => {
            broken(format!("an address below {base:?}"), location, "/meta/location")
        }
        _ => Judgement::Holds,
    }
}

pub(super) static META: Check = Check {
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

fn is_date(value: &Value) -> bool {
    value.as_str().is_some_and(|text| crate::scim::time::parse(text).is_some())
}
