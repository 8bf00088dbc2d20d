//! What Entra wants of the service as a whole: who gets in, what it says of itself, and how it lists (ENTRA-CON, ENTRA-AUT,
//! ENTRA-SCH).

use serde_json::{Value, json};

use super::look_up::{by, equals};
use super::{story, user_of_entra};
use crate::check::{Check, Feature, Judgement};
use crate::checks::reads::until_listed;
use crate::expect::{broken, quoted, status};
use crate::target::Request;
use crate::target::exchange::Login;

pub(super) static CONNECTION: Check = story(
    "auth.entra.connection",
    Feature::Protocol,
    "The token opens the service, and another one is refused",
    "The job can't be set up, or anybody gets in.",
    &["ENTRA-AUT-001", "ENTRA-TST-004"],
    |t| {
        Box::pin(async move {
            let test = || by("/Users", equals("userName", &t.fresh_word()));
            let right = t.send(test()).await?;
            t.expect(&["ENTRA-AUT-001"], &right, status(&[200]));
            let wrong = t.send(test().login(Login::Literal("Bearer invalid".into()))).await?;
            t.step("another token");
            t.expect(&["ENTRA-TST-004"], &wrong, status(&[401, 403]));
            Ok(())
        })
    },
);

pub(super) static DISCOVERY: Check = story(
    "discovery.entra",
    Feature::Protocol,
    "Types, configuration and schemas are there; the schemas have no nulls, and say how attributes change in the RFC's words",
    "Attributes can't be mapped: the provisioning page stays empty.",
    &["ENTRA-SCH-001", "ENTRA-SCH-002", "ENTRA-SCH-005"],
    |t| {
        Box::pin(async move {
            for path in ["/ResourceTypes", "/ServiceProviderConfig"] {
                t.step(path);
                t.expect(&["ENTRA-SCH-005"], &t.get(path).await?, status(&[200]));
            }
            let schemas = t.get("/Schemas").await?;
            t.step("/Schemas");
            t.expect(&["ENTRA-SCH-001"], &schemas, status(&[200]));
            let urns: Vec<&str> = schemas.rows().filter_map(|(_, schema)| schema.get("id")?.as_str()).collect();
            let judgement = match urns.iter().any(|id| id.ends_with(":core:2.0:User")) {
                true => Judgement::Holds,
                false => broken("the User schema by its URN", urns.join(", "), "/Resources"),
            };
            t.conclude(&["ENTRA-SCH-001"], judgement, Some(&schemas));
            let odd = schemas.rows().find_map(|(at, schema)| Some((at, odd_value(schema)?)));
            let judgement = match odd {
                None => Judgement::Holds,
                Some((at, odd)) => {
                    broken("no null, and mutability in camel case", quoted(Some(odd)), format!("/Resources/{at}"))
                }
            };
            t.conclude(&["ENTRA-SCH-002"], judgement, Some(&schemas));
            Ok(())
        })
    },
);

/// The first null, or a word for mutability that is none.
fn odd_value(value: &Value) -> Option<&Value> {
    match value {
        Value::Null => Some(value),
        Value::Array(all) => all.iter().find_map(odd_value),
        Value::Object(map) => map.iter().find_map(|(name, value)| match (name.as_str(), value) {
            ("mutability", Value::String(word)) => {
                let known = ["readOnly", "readWrite", "immutable", "writeOnly"].contains(&word.as_str());
                (!known).then_some(value)
            }
            _ => odd_value(value),
        }),
        _ => None,
    }
}

pub(super) static PAGES: Check = story(
    "import.entra.pages",
    Feature::ImportUsers,
    "Users are listed, page by page",
    "Entra can't look through the users.",
    &["ENTRA-CON-016"],
    |t| {
        Box::pin(async move {
            let users = [user_of_entra(t, json!({})).await?, user_of_entra(t, json!({})).await?];
            for user in &users {
                until_listed(t, user, true).await?;
            }
            let page = |start: usize| Request::get("/Users").query("startIndex", start).query("count", 1);
            let (first, second) = (t.send(page(1)).await?, t.send(page(2)).await?);
            let id = |page: &crate::target::Exchange| -> Vec<Value> {
                page.rows().filter_map(|(_, row)| row.get("id").cloned()).collect()
            };
            for (words, page) in [("the first page", &first), ("the second page", &second)] {
                t.step(words);
                t.expect(&["ENTRA-CON-016"], page, status(&[200]));
            }
            let (one, two) = (id(&first), id(&second));
            let judgement = match (one.as_slice(), two.as_slice()) {
                ([one], [two]) if one != two => Judgement::Holds,
                _ => broken("one user on each page, another on the second", format!("{one:?}, {two:?}"), "/Resources"),
            };
            t.conclude(&["ENTRA-CON-016"], judgement, Some(&second));
            Ok(())
        })
    },
);
