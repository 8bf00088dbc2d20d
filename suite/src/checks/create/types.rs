//! Values and their types (RFC 7643 §2.3 to §2.5): what is kept as it was sent, and what is refused.

use serde_json::{Value, json};

use crate::check::{Case, Check, Feature, Judgement, Stop};
use crate::checks::made;
use crate::expect::{
    all, any, as_variation, broken, error, is_unassigned, json_at, quoted, status, unassigned, values_are,
};
use crate::scim::urn;
use crate::target::Exchange;

const NOT_AS_SENT: &str = "What the identity provider sent is not what the application shows.";

/// The answer to a create with these attributes, and what a reading shows of it then.
pub(super) async fn shown(t: &Case, change: &Value) -> Result<(Exchange, Option<Exchange>), Stop> {
    let (created, made) = made(t, change).await?;
    Ok((created, made.map(|(_, seen)| seen)))
}

pub(super) static WRONG_TYPES: Check = Check {
    id: "create.user.wrong-types",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A value of another type than its attribute has is refused, and not kept as it is",
    effect: NOT_AS_SENT,
    rules: &["RFC7643-2.3.1-01", "RFC7643-2.3.8-04", "RFC7643-2.4-01", "RFC7643-2.3.6-01", "RFC7643-2.3.7-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let pem = json!([{"value": "not base64!"}]);
            let cases: [(&'static str, &str, Value); 5] = [
                ("RFC7643-2.3.1-01", "displayName", json!(123)),
                ("RFC7643-2.3.8-04", "name", json!("Barbara")),
                ("RFC7643-2.4-01", "emails", json!({"value": t.fresh_name(), "type": "work"})),
                ("RFC7643-2.3.6-01", "x509Certificates", pem),
                ("RFC7643-2.3.7-02", "profileUrl", json!("http://exa mple/<>")),
            ];
            for (rule, name, value) in cases {
                if t.facts().lacks(name) {
                    continue;
                }
                let (created, read) = shown(t, &json!({name: value})).await?;
                t.step(format!("{name} as {value}"));
                // Kindness is not forbidden; but what is shown then must have the right type.
                let judgement = error(&[400])(&created);
                let judgement = if created.answer.is_success() { as_variation(judgement) } else { judgement };
                t.conclude(&[rule], judgement, Some(&created));
                let Some(read) = read else { continue };
                let shown = read.subject().and_then(|user| user.get(name));
                let fits = match (name, shown) {
                    (_, None | Some(Value::Null)) => true,
                    ("displayName" | "profileUrl", Some(value)) => value.is_string(),
                    ("name", Some(value)) => value.is_object(),
                    (_, Some(value)) => value.is_array(),
                };
                let judgement = if fits {
                    Judgement::Holds
                } else {
                    broken("a value of its type, or none", quoted(shown), format!("/{name}"))
                };
                t.conclude(&[rule], judgement, Some(&read));
            }
            Ok(())
        })
    },
};

pub(super) static AS_SENT: Check = Check {
    id: "create.user.as-sent",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Binary values, references and whatever letter case counts in come back as they were sent",
    effect: NOT_AS_SENT,
    rules: &["RFC7643-2.3.6-02", "RFC7643-2.3.7-06", "RFC7643-7-19"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["profileUrl"])?;
            let certificate = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg==";
            let external_id = format!("AbC-{}", t.fresh_word());
            let mut change = json!({"profileUrl": "https://example.com/People/AbC", "externalId": external_id});
            let has_certificates = !t.facts().lacks("x509Certificates");
            if has_certificates {
                change["x509Certificates"] = json!([{"value": certificate}]);
            }
            let (created, read) = shown(t, &change).await?;
            let Some(read) = read else {
                return Err(Stop::Unsupported(format!(
                    "the target refused it: {}",
                    crate::expect::got_status(&created)
                )));
            };
            let kept = json_at("/externalId", external_id);
            t.expect(&["RFC7643-7-19"], &read, kept);
            // What is not kept at all is for other checks: here it is how a value comes back.
            let is_there =
                |name: &str| read.subject().and_then(|user| user.get(name)).is_some_and(|it| !is_unassigned(it));
            if is_there("profileUrl") {
                t.expect(&["RFC7643-2.3.7-06"], &read, json_at("/profileUrl", "https://example.com/People/AbC"));
            }
            if has_certificates && is_there("x509Certificates") {
                t.expect(&["RFC7643-2.3.6-02"], &read, values_are("/x509Certificates", &[certificate]));
            }
            Ok(())
        })
    },
};

pub(super) static WRITING: Check = Check {
    id: "create.user.writing",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Neither the order of attributes nor the letter case of names and URNs makes a difference",
    effect: "Accounts miss what a client wrote in its own way.",
    rules: &["RFC7643-2.3.8-03", "RFC7643-2.1-03", "RFC7643-2.1-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["name.familyName"])?;
            let as_usual = || all(vec![status(&[201]), json_at("/name/familyName", "Person")]);
            let body = t.okta_user();
            let reversed: Value = body
                .as_object()
                .into_iter()
                .flatten()
                .rev()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            let created = t.post("/Users", reversed).await?;
            t.step("the attributes from last to first");
            t.expect(&["RFC7643-2.3.8-03"], &created, as_usual());
            let body = t.okta_user();
            // Should all the others be lost, the external id still tells whose the account is.
            let loud = |name: &str| match name {
                "schemas" | "externalId" => name.to_string(),
                _ => name.to_uppercase(),
            };
            let shouted: Value =
                body.as_object().into_iter().flatten().map(|(name, value)| (loud(name), value.clone())).collect();
            let created = t.post("/Users", shouted).await?;
            t.step("names in capitals");
            t.expect(&["RFC7643-2.1-03"], &created, as_usual());
            let department = format!("{}:department", urn::ENTERPRISE);
            if t.needs_enterprise().is_err() || !t.keeps(&department) {
                return Ok(());
            }
            let key = urn::ENTERPRISE.to_uppercase();
            let schemas = json!([urn::USER, urn::ENTERPRISE]);
            let (created, read) = shown(t, &json!({"schemas": schemas, key: {"department": "Tours"}})).await?;
            t.step("the extension's URN in capitals");
            let judgement = match &read {
                Some(read) => json_at(&format!("/{}/department", urn::ENTERPRISE), "Tours")(read),
                None => error(&[400])(&created),
            };
            let seen = read.as_ref().unwrap_or(&created);
            let is_taken = judgement == Judgement::Holds;
            // The RFC has URNs compared by the rules of URNs, of which servers know little.
            t.conclude(&["RFC7643-2.1-04"], if is_taken { judgement } else { as_variation(judgement) }, Some(seen));
            Ok(())
        })
    },
};

pub(super) static NOTHING: Check = Check {
    id: "create.user.nothing",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "null and an empty list are no value; the same value twice is kept once",
    effect: "Accounts show empty or doubled entries that nobody made.",
    rules: &["RFC7643-2.5-01", "RFC7643-2.5-02", "RFC7643-2.4-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_change(&["nickName", "phoneNumbers"])?;
            let (created, read) = shown(t, &json!({"nickName": null, "phoneNumbers": []})).await?;
            t.step("null and an empty list on create");
            t.expect(&["RFC7643-2.5-01"], &created, status(&[201]));
            if let Some(read) = &read {
                t.expect(&["RFC7643-2.5-01"], read, all(vec![unassigned("/nickName"), unassigned("/phoneNumbers")]));
            }
            let phone = json!([{"value": "+1 555 0100", "type": "work"}]);
            let user = t.given_user_with(json!({"nickName": "Sam", "phoneNumbers": phone})).await?;
            let change = json!({"nickName": null, "phoneNumbers": []});
            let put = t.put_changed(&user, &change).await?;
            t.step("null and an empty list by PUT");
            t.expect(&["RFC7643-2.5-02"], &put, status(&[200]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7643-2.5-02"], &seen, all(vec![unassigned("/nickName"), unassigned("/phoneNumbers")]));
            let twice = json!([{"value": "+1 555 0101", "type": "work"}, {"value": "+1 555 0101", "type": "work"}]);
            let (created, read) = shown(t, &json!({"phoneNumbers": twice})).await?;
            t.step("the same number twice");
            let judgement = match &read {
                // A server that keeps no numbers shows none twice.
                Some(read) => {
                    any(vec![values_are("/phoneNumbers", &["+1 555 0101"]), unassigned("/phoneNumbers")])(read)
                }
                None => error(&[400])(&created),
            };
            t.conclude(&["RFC7643-2.4-04"], judgement, Some(read.as_ref().unwrap_or(&created)));
            Ok(())
        })
    },
};
