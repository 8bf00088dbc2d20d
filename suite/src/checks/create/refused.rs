//! Creates that must be refused.

use serde_json::{Value, json};

use crate::check::{Case, Family, Feature, Form, Resource};
use crate::expect::{all, error, has_detail, lenient, refused};
use crate::scim::urn;
use crate::target::Request;

/// Bodies that no server can make a user of.
pub(super) static REFUSED: Family = Family {
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
            run: |t, _, _| Box::pin(t.post("/Users", nameless(t))),
        },
        Form {
            name: "empty-user-name",
            words: "an empty userName",
            rules: &["RFC7643-4.1.1-01"],
            answers: &[400],
            run: |t, _, _| {
                let mut body = nameless(t);
                body["userName"] = "".into();
                Box::pin(t.post("/Users", body))
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
                Box::pin(async move {
                    t.needs(&["name"])?;
                    let body = json!({"schemas": [urn::USER], "userName": t.fresh_name(), "name": "Barbara"});
                    t.post("/Users", body).await
                })
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

/// A user without a name. A server that stores it may keep either of the others, by which it is known for this run's.
fn nameless(t: &Case) -> Value {
    json!({"schemas": [urn::USER], "externalId": t.fresh_word(), "displayName": format!("nameless {}", t.key())})
}
