//! HTTP, media types, errors and authentication (RFC 7644 §2, §3.1, §3.8, §3.12; OKTA-TRN, OKTA-AUT, OKTA-ERR).

mod me;
mod versions;

use http::Method;
use serde_json::Value;

use crate::check::{Case, Check, Family, Feature, Form, Judgement, Resource, Stop};
use crate::expect::{
    all, as_doubtful, broken, doubtful, error, has_detail, json_at, no_rows, no_server_error, scim_type, shortened,
    status, status_or,
};
use crate::idp::okta;
use crate::target::exchange::{Login, SCIM_JSON, SCIM_JSON_UTF8};
use crate::target::{Exchange, NoAnswer, Request};

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] = &[
    &ACCEPT,
    &UNSUPPORTED_MEDIA,
    &DUPLICATE_MEMBERS,
    &UNKNOWN_ENDPOINT,
    &versions::VERSIONS,
    &WRONG_METHOD,
    &ODD_IDS,
    &NO_PRECONDITIONS,
    &OVERSIZED,
    &DEEP,
    &AUTH_NONE,
    &AUTH_WRONG,
    &AUTH_CHALLENGE,
    &AUTH_WRITES,
    &AUTH_SCHEME_CASE,
    &BAD_FILTER,
    &FORWARDED_HOST,
    &me::ME,
];

/// Each request media type.
pub(super) static FAMILIES: &[&Family] = &[&MEDIA];

const CAUSE_HIDDEN: &str = "Okta shows the admin a parser message in place of the cause.";
const DOOR_OPEN: &str = "Anybody on the network can create, change or read accounts.";

static MEDIA: Family = Family {
    id: "media.request",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A create as {write} is accepted",
    effect: "Every create of a client that writes its Content-Type like this fails.",
    also: &[],
    alone: false,
    writes: &[
        Form {
            name: "scim-json",
            words: "application/scim+json",
            rules: &["RFC7644-3.8-05"],
            answers: &[201],
            run: |t, _, _| Box::pin(t.send(Request::post("/Users", t.okta_user()).header("Content-Type", SCIM_JSON))),
        },
        Form {
            name: "okta",
            words: "application/scim+json; charset=utf-8",
            rules: &["OKTA-TRN-007", "RFC7644-3.8-06"],
            answers: &[201],
            run: |t, _, _| {
                Box::pin(t.send(Request::post("/Users", t.okta_user()).header("Content-Type", SCIM_JSON_UTF8)))
            },
        },
        Form {
            name: "json",
            words: "application/json",
            rules: &["RFC7644-8.1-01", "OKTA-TRN-007"],
            answers: &[201],
            run: |t, _, _| {
                Box::pin(t.send(Request::post("/Users", t.okta_user()).header("Content-Type", "application/json")))
            },
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
            t.write(write, &nobody, &Value::Null).await?;
            Ok(())
        })
    },
};

static ACCEPT: Check = Check {
    id: "media.accept",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Answers are application/scim+json, whatever of JSON the client accepts; an odd Accept is no server error",
    effect: "Strict clients refuse the answer although its content is right.",
    rules: &["RFC7644-3.8-01", "RFC7644-3.8-02", "RFC7644-3.8-03", "RFC9110-15.5.7-01", "OKTA-TRN-008"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let list = || Request::get("/Users").query("count", 1);
            let scim = t.send(list()).await?;
            t.expect(&["RFC7644-3.8-01", "OKTA-TRN-008"], &scim, all(vec![status(&[200]), media(&[SCIM_JSON])]));
            let json = t.send(list().header("Accept", "application/json")).await?;
            t.step("Accept: application/json");
            t.expect(&["RFC7644-3.8-02"], &json, all(vec![status(&[200]), media(&[SCIM_JSON, "application/json"])]));
            let any_type = t.send(list().header("Accept", "*/*")).await?;
            t.step("Accept: */*");
            t.expect(&["RFC7644-3.8-03"], &any_type, all(vec![status(&[200]), doubtful(media(&[SCIM_JSON]))]));
            let odd = t.send(list().header("Accept", "text/xml")).await?;
            t.step("Accept: text/xml");
            t.expect(&["RFC9110-15.5.7-01"], &odd, no_server_error());
            Ok(())
        })
    },
};

static UNSUPPORTED_MEDIA: Check = Check {
    id: "media.unsupported",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A create as text/xml is refused, and creates nobody",
    effect: "Misread requests become accounts.",
    rules: &["RFC9110-15.5.16-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let name = t.fresh_name();
            let body = format!("<user><userName>{name}</userName></user>");
            let answer = t.send(Request::post("/Users", Value::Null).raw("text/xml", body)).await?;
            t.expect(&["RFC9110-15.5.16-01"], &answer, status(&[415, 400]));
            let found = t.send(okta::look_up_user(&name)).await?;
            t.expect(&["RFC9110-15.5.16-01"], &found, no_rows());
            Ok(())
        })
    },
};

static DUPLICATE_MEMBERS: Check = Check {
    id: "errors.duplicate-members",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A body with the same member twice is refused or read one way, never a server error",
    effect: "Two parts of the product read two different names from one request.",
    rules: &["RFC8259-4-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let (a, b) = (t.fresh_name(), t.fresh_name());
            let body = format!(r#"{{"schemas":["{}"],"userName":"{a}","userName":"{b}"}}"#, crate::scim::urn::USER);
            let answer = t.send(Request::post("/Users", Value::Null).raw(SCIM_JSON, body)).await?;
            t.expect(&["RFC8259-4-01"], &answer, no_server_error());
            Ok(())
        })
    },
};

static UNKNOWN_ENDPOINT: Check = Check {
    id: "errors.unknown-endpoint",
    since: "0.1",
    feature: Feature::Protocol,
    title: "An endpoint that does not exist is a 404 with an Error body",
    effect: CAUSE_HIDDEN,
    rules: &["RFC7644-3.12-01", "OKTA-ERR-001"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let answer = t.get(format!("/NoSuchEndpoint{}", t.key())).await?;
            t.expect(&["RFC7644-3.12-01"], &answer, error(&[404]));
            t.expect(&["OKTA-ERR-001"], &answer, all(vec![status(&[404]), has_detail()]));
            Ok(())
        })
    },
};

static WRONG_METHOD: Check = Check {
    id: "errors.wrong-method",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A POST to an existing user is refused, and HEAD is no server error",
    effect: "A create aimed at the wrong place becomes a second account.",
    rules: &["RFC7644-3.3-13", "RFC7644-3.2-05", "RFC9110-9.3.2-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let body = t.okta_user();
            let answer = t.send(Request::new(Method::POST, user.path()).json(body)).await?;
            t.expect(&["RFC7644-3.3-13"], &answer, status(&[405, 404, 501]));
            t.expect(&["RFC7644-3.2-05"], &answer, status_or(&[405], &[404, 501]));
            let head = t.send(Request::new(Method::HEAD, user.path())).await?;
            t.expect(&["RFC9110-9.3.2-01"], &head, no_server_error());
            Ok(())
        })
    },
};

static ODD_IDS: Check = Check {
    id: "errors.odd-ids",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Odd ids are not found: no server error, and nobody else's record",
    effect: "A slip in an id shows another person's record, or brings the service down.",
    rules: &["RFC7644-3.4.1-06", "RFC7644-3.12-07"],
    // A server may end connections over this, and others' requests with them.
    alone: true,
    story: |t| {
        Box::pin(async move {
            for (words, id) in [
                ("a word", "not-an-id".to_string()),
                ("a number of many digits", "9".repeat(40)),
                ("5,000 letters", "a".repeat(5000)),
                ("a quotation mark", "%22".into()),
                ("a percent sign", "%25".into()),
                ("a NUL", "%00".into()),
                ("letters outside ASCII", "%C3%A9".into()),
            ] {
                t.step(words);
                let answer = match t.try_get(format!("/Users/{id}")).await? {
                    Ok(answer) => answer,
                    Err(reason) => {
                        t.conclude(&["RFC7644-3.4.1-06"], broken("a valid HTTP answer", reason, ""), None);
                        continue;
                    }
                };
                let refused = if matches!(words, "a word" | "a number of many digits") {
                    error(&[404])
                } else {
                    crate::expect::refused()
                };
                t.expect(&["RFC7644-3.4.1-06"], &answer, crate::expect::refused());
                t.expect(&["RFC7644-3.12-07"], &answer, refused);
            }
            Ok(())
        })
    },
};

static NO_PRECONDITIONS: Check = Check {
    id: "errors.no-preconditions",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Changes need no precondition header",
    effect: "Okta sends none: every update is refused.",
    rules: &["OKTA-HDR-004"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let answer = t.put_changed(&user, &serde_json::json!({"name": {"familyName": "Changed"}})).await?;
            let judgement = match answer.answer.status {
                412 | 428 => broken("no demand for a precondition", crate::expect::got_status(&answer), ""),
                _ => Judgement::Holds,
            };
            t.conclude(&["OKTA-HDR-004"], judgement, Some(&answer));
            Ok(())
        })
    },
};

static OVERSIZED: Check = Check {
    id: "errors.oversized",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A body of two megabytes is taken or refused with an error, and the server goes on",
    effect: "One large request brings provisioning down for everybody.",
    rules: &["RFC9110-17-01"],
    // A server may end connections over this, and others' requests with them.
    alone: true,
    story: |t| {
        Box::pin(async move {
            let mut body = t.okta_user();
            body["nickName"] = "x".repeat(2 << 20).into();
            // A server may close the connection while the body still comes: that is an answer too.
            let judgement = match t.post("/Users", body).await {
                Ok(answer) => no_server_error()(&answer),
                Err(Stop::Inconclusive(_)) => Judgement::Holds,
                Err(other) => return Err(other),
            };
            t.conclude(&["RFC9110-17-01"], judgement, None);
            let after = t.send(okta::test_connection()).await?;
            t.step("the next request");
            t.expect(&["RFC9110-17-01"], &after, status(&[200]));
            Ok(())
        })
    },
};

static DEEP: Check = Check {
    id: "errors.deep",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Deeply nested JSON and filters are refused with an error, and the server goes on",
    effect: "One small request brings the whole service down.",
    rules: &["RFC9110-17-01", "RFC7644-3.4.2.2-31"],
    // A server may end connections over this, and others' requests with them.
    alone: true,
    story: |t| {
        Box::pin(async move {
            let depth = 10_000;
            let body = format!(
                r#"{{"schemas":["{}"],"userName":"{}","x":{}{}}}"#,
                crate::scim::urn::USER,
                t.fresh_name(),
                "[".repeat(depth),
                "]".repeat(depth)
            );
            let answer = t.send(Request::post("/Users", Value::Null).raw(SCIM_JSON, body)).await?;
            t.expect(&["RFC9110-17-01"], &answer, no_server_error());
            for depth in [50, 500, 2000] {
                let filter = format!("{}userName eq \"{}\"{}", "(".repeat(depth), t.fresh_name(), ")".repeat(depth));
                let asked = t.try_send(Request::get("/Users").query("filter", filter).query("count", 1)).await?;
                t.step(format!("{depth} parentheses"));
                match asked {
                    Ok(answer) => _ = t.expect(&["RFC7644-3.4.2.2-31"], &answer, no_server_error()),
                    // An address of more than 8 KB may end the connection, as a large body may.
                    Err(NoAnswer::Closed(_)) if depth > 500 => {}
                    Err(reason @ (NoAnswer::Timeout(_) | NoAnswer::Closed(_) | NoAnswer::Protocol(_))) => {
                        t.conclude(&["RFC7644-3.4.2.2-31"], broken("an answer", reason.to_string(), ""), None);
                        break;
                    }
                    Err(other) => return Err(Stop::Inconclusive(other.to_string())),
                }
            }
            let after = t.send(okta::test_connection()).await?;
            t.step("the next request");
            t.expect(&["RFC9110-17-01", "RFC7644-3.4.2.2-31"], &after, status(&[200]));
            Ok(())
        })
    },
};

static AUTH_NONE: Check = Check {
    id: "auth.none",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A request without credentials is a 401 with an Error body",
    effect: DOOR_OPEN,
    rules: &["OKTA-TRN-001", "OKTA-AUT-011", "RFC7644-3.12-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            needs_credentials(t)?;
            let user = t.given_user().await?;
            for path in ["/Users", "/Groups", &user.path()] {
                t.step(if path.len() > "/Groups".len() { "/Users/{id}" } else { path });
                let answer = t.send(Request::get(path).login(Login::None)).await?;
                t.expect(&["OKTA-TRN-001"], &answer, status(&[401, 403]));
                t.expect(&["OKTA-AUT-011", "RFC7644-3.12-02"], &answer, error(&[401]));
            }
            Ok(())
        })
    },
};

static AUTH_WRONG: Check = Check {
    id: "auth.wrong",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Wrong credentials are a 401 with an Error body; the right ones work right after",
    effect: "The admin sees a parser message in place of \"wrong token\"; or a wrong token works.",
    rules: &["OKTA-AUT-010", "OKTA-ERR-001", "RFC7644-3.12-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            needs_credentials(t)?;
            for wrong in ["Bearer invalid", "non-token", "Bearer", "Bearer null", "Basic Zm9vOmJhcg=="] {
                t.step(wrong);
                let answer = t.send(okta::test_connection().login(Login::Literal(wrong.into()))).await?;
                t.expect(&["OKTA-AUT-010", "RFC7644-3.12-02"], &answer, error(&[401]));
                t.expect(&["OKTA-AUT-010", "OKTA-ERR-001"], &answer, all(vec![status(&[401]), has_detail()]));
            }
            let right = t.send(okta::test_connection()).await?;
            t.step("the right credentials afterwards");
            t.expect(&["OKTA-AUT-010"], &right, status(&[200]));
            Ok(())
        })
    },
};

static AUTH_CHALLENGE: Check = Check {
    id: "auth.challenge",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A 401 says how to authenticate",
    effect: "Clients can't tell what to send.",
    rules: &["RFC7644-2-01", "RFC6750-3-01", "RFC6750-3-02", "RFC6750-3.1-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            needs_credentials(t)?;
            let header = |wanted: &'static str, has: fn(&str) -> bool| -> crate::expect::Expectation {
                Box::new(move |answer| match answer.answer.header("www-authenticate") {
                    Some(value) if has(value) => Judgement::Holds,
                    got => broken(wanted, got.unwrap_or("none"), "WWW-Authenticate"),
                })
            };
            let none = t.send(okta::test_connection().login(Login::None)).await?;
            if none.answer.status != 401 {
                return Err(Stop::Blocked {
                    by: "auth.none",
                    reason: "a request without credentials is no 401".into(),
                });
            }
            t.expect(&["RFC7644-2-01"], &none, header("a challenge", |value| !value.trim().is_empty()));
            let is_bearer = none
                .answer
                .header("www-authenticate")
                .is_some_and(|value| value.to_ascii_lowercase().starts_with("bearer"));
            if is_bearer {
                let named = header("a parameter such as realm=\"…\"", |value| value.contains('='));
                t.expect(&["RFC6750-3-01"], &none, named);
                t.expect(&["RFC6750-3.1-01"], &none, header("no error code", |value| !value.contains("error=")));
                let wrong = t.send(okta::test_connection().login(Login::Literal("Bearer invalid".into()))).await?;
                t.step("a wrong token");
                t.expect(
                    &["RFC6750-3-02"],
                    &wrong,
                    header("error=\"invalid_token\"", |value| value.contains("invalid_token")),
                );
            }
            Ok(())
        })
    },
};

static AUTH_WRITES: Check = Check {
    id: "auth.writes",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Without credentials nothing can be created, changed or deleted, on any route",
    effect: DOOR_OPEN,
    rules: &["RFC7644-3.12-04", "OKTA-TRN-001"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            needs_credentials(t)?;
            let user = t.given_user().await?;
            let group = t.given_group(&[]).await.ok();
            let body = t.okta_user();
            let name = body["userName"].as_str().unwrap_or_default().to_string();
            let mut requests = vec![
                Request::post("/Users", body),
                Request::patch(user.path(), okta::set_active(false)),
                Request::put(user.path(), user.sent.clone()),
                Request::delete(user.path()),
            ];
            if let Some(group) = &group {
                requests.push(Request::patch(group.path(), okta::rename_group(&group.id, &t.fresh_group_name())));
                requests.push(Request::put(group.path(), group.sent.clone()));
                requests.push(Request::delete(group.path()));
            }
            requests.push(Request::post("/Groups", crate::scim::sample::group(&t.fresh_group_name(), &[])));
            for request in requests {
                t.step(format!("{} {}", request.method, request.path.split('/').nth(1).unwrap_or_default()));
                let answer = t.send(request.login(Login::None)).await?;
                t.expect(&["RFC7644-3.12-04", "OKTA-TRN-001"], &answer, status(&[401, 403]));
            }
            t.step("afterwards");
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.12-04"], &seen, all(vec![status(&[200]), json_at("/active", true)]));
            let found = t.send(okta::look_up_user(&name)).await?;
            t.expect(&["RFC7644-3.12-04"], &found, no_rows());
            Ok(())
        })
    },
};

static AUTH_SCHEME_CASE: Check = Check {
    id: "auth.scheme-case",
    since: "0.1",
    feature: Feature::Protocol,
    title: "The word Bearer is taken in any letter case",
    effect: "Clients that write it differently are locked out.",
    rules: &["RFC9110-11.1-01", "OKTA-AUT-004"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            needs_credentials(t)?;
            for scheme in ["bearer", "BEARER"] {
                t.step(scheme);
                let answer = t.send(okta::test_connection().login(Login::OwnSpelt(scheme))).await?;
                t.expect(&["RFC9110-11.1-01", "OKTA-AUT-004"], &answer, status(&[200]));
            }
            Ok(())
        })
    },
};

static BAD_FILTER: Check = Check {
    id: "errors.malformed-filter",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A malformed filter is a 400 invalidFilter, and never lists anybody",
    effect: "A look-up that went wrong links the first user of the list.",
    rules: &[
        "OKTA-ERR-015",
        "RFC7644-3.4.2.2-06",
        "RFC7644-3.4.2.2-07",
        "RFC7644-3.4.2.2-08",
        "RFC7644-3.4.2.2-09",
        "RFC7644-3.4.2.2-12",
        "RFC7644-3.4.2.2-13",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.given_user().await?;
            for (rule, filter) in [
                ("OKTA-ERR-015", "nonsense"),
                ("RFC7644-3.4.2.2-06", "userName eq"),
                ("RFC7644-3.4.2.2-06", "eq \"a\""),
                ("RFC7644-3.4.2.2-07", "userName regex \".*\""),
                ("RFC7644-3.4.2.2-08", "(userName eq \"a\""),
                ("RFC7644-3.4.2.2-08", "userName eq \"a\")"),
                ("RFC7644-3.4.2.2-08", "emails[type eq \"work\""),
                ("RFC7644-3.4.2.2-09", "userName eq \"a\" and"),
                ("RFC7644-3.4.2.2-09", "userName eq \"a\" userName eq \"b\""),
                ("RFC7644-3.4.2.2-12", "userName eq \"a"),
                ("RFC7644-3.4.2.2-13", "userName pr \"x\""),
            ] {
                t.step(format!("the filter {filter}"));
                let answer = t.send(Request::get("/Users").query("filter", filter).query("count", 5)).await?;
                t.expect(&[rule], &answer, error(&[400]));
                if answer.answer.status == 400 && rule.starts_with("RFC") {
                    t.expect(
                        &[rule],
                        &answer,
                        scim_type(&["invalidFilter"], &["invalidSyntax", "invalidValue", "invalidPath"]),
                    );
                }
            }
            Ok(())
        })
    },
};

static FORWARDED_HOST: Check = Check {
    id: "security.forwarded-host",
    since: "0.1",
    feature: Feature::Protocol,
    title: "The address of a resource is the server's own, whatever a client says of the host",
    effect: "Clients and caches keep links that lead to whoever wrote the header.",
    rules: &["RFC7643-3.1-22"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let stranger = format!("{}.invalid", t.key());
            for (name, value) in [("X-Forwarded-Host", stranger.clone()), ("Forwarded", format!("host={stranger}"))] {
                let answer = t.send(Request::get(user.path()).header(name, value)).await?;
                t.step(format!("{name} with the name of a stranger"));
                // It is right behind a proxy that always writes the header anew, and nowhere else.
                t.conclude(&["RFC7643-3.1-22"], as_doubtful(leads_elsewhere(&answer, &stranger)), Some(&answer));
            }
            Ok(())
        })
    },
};

/// Whether an address in the answer names this host. A refusal may quote it.
fn leads_elsewhere(exchange: &Exchange, host: &str) -> Judgement {
    let answer = &exchange.answer;
    let own = |got: &str, pointer: &str| broken("an address of the server's own", shortened(got), pointer);
    let header = ["Location", "Content-Location"].into_iter().find_map(|name| Some((name, answer.header(name)?)));
    match header.filter(|(_, address)| address.contains(host)) {
        Some((name, address)) => own(address, name),
        None if answer.is_success() && String::from_utf8_lossy(&answer.body).contains(host) => {
            let address = exchange.subject().and_then(|user| user.pointer("/meta/location")?.as_str());
            own(address.unwrap_or(host), "/meta/location")
        }
        None => Judgement::Holds,
    }
}

fn needs_credentials(t: &Case) -> Result<(), Stop> {
    if t.facts().has_credentials {
        Ok(())
    } else {
        Err(Stop::Unsupported("the run has no credentials that could be left out".into()))
    }
}

/// The media type of the answer, parameters aside.
fn media(wanted: &'static [&'static str]) -> crate::expect::Expectation {
    Box::new(move |answer| {
        let got = answer.answer.header("content-type").unwrap_or_default();
        let kind = got.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if wanted.contains(&kind.as_str()) {
            Judgement::Holds
        } else {
            broken(wanted.join(" or "), if got.is_empty() { "none" } else { got }, "Content-Type")
        }
    })
}
