//! What the product makes of it all, as its own application shows it: where the run knows the way there. Without one these
//! checks end, and their claims are not called proven.

mod equipment;
mod gates;
mod mails;
mod mapping;
mod passwords;
mod rights;
mod staff;

use serde_json::{Value, json};

use super::product::Product;
use super::said::Said;
use super::{Draft, ways};
use crate::check::{Case, Demand, Feature, Resource, Stop};
use crate::expect::{Expectation, broken, got_status, quoted};
use crate::scim::urn;
use crate::target::exchange::encode;
use crate::target::{Exchange, Request};

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let topics: [fn(&'static Product) -> Vec<Demand>; 7] = [
        gates::demands,
        mails::demands,
        rights::demands,
        staff::demands,
        mapping::demands,
        equipment::demands,
        passwords::demands,
    ];
    topics.into_iter().flat_map(|topic| topic(product)).collect()
}

fn draft(id: (&'static str, impl Into<String>), feature: Feature, title: impl Into<String>, said: Vec<Said>) -> Draft {
    Draft { id: (id.0, id.1.into()), feature, title: title.into(), said, alone: false }
}

/// A person, as the application shows one.
pub(super) async fn person(t: &Case, id: &str) -> Result<Exchange, Stop> {
    t.beside(Request::get(format!("/users/{}", encode(id)))).await
}

/// Whether the application would let somebody in whom the identity provider vouches for.
pub(super) async fn sign_in(t: &Case, user: &Resource) -> Result<Exchange, Stop> {
    t.beside(Request::post("/sign-in", json!({ "userName": user.name }))).await
}

/// An account that nobody has provisioned, and the id that it has for clients.
pub(super) async fn made_there(t: &Case) -> Result<Resource, Stop> {
    let name = t.fresh_name();
    let body = json!({
        "schemas": [urn::USER], "userName": name, "displayName": "Made There", "active": true,
        "name": {"givenName": "Made", "familyName": "There"},
        "emails": [{"value": name, "type": "work", "primary": true}],
    });
    let made = t.change_beside(Request::post("/users", body.clone())).await?;
    let Some(id) = made.get("id").and_then(Value::as_str).map(String::from) else {
        return Err(Stop::Inconclusive("the application gave no id to an account that was made there".into()));
    };
    Ok(Resource { collection: "/Users", id, name, sent: body, seen: Value::Null })
}

/// Takes such an account away again, as far as the target lets it go.
pub(super) async fn taken_away(t: &Case, user: &Resource) -> Result<(), Stop> {
    let answer = t.send(Request::delete(user.path())).await?;
    if !answer.answer.is_success() {
        ways::write_to(t, ways::Way::PatchPathless, user.clone(), &json!({"active": false})).await?;
    }
    Ok(())
}

/// A list at a pointer that holds a word, or does not.
pub(super) fn holds(pointer: &str, word: &str, wanted: bool) -> Expectation {
    let (pointer, word) = (pointer.to_owned(), word.to_owned());
    Box::new(move |exchange| {
        let expected = if wanted { format!("{word:?} among them") } else { format!("no {word:?} among them") };
        let list = exchange.subject().and_then(|subject| subject.pointer(&pointer));
        match list.and_then(Value::as_array) {
            Some(all) if all.iter().any(|one| one.as_str() == Some(&word)) == wanted => crate::check::Judgement::Holds,
            Some(_) => broken(expected, quoted(list), &pointer),
            None => broken(expected, got_status(exchange), &pointer),
        }
    })
}

/// A list at a pointer that holds exactly these words.
fn words_are(pointer: &str, wanted: &[&str]) -> Expectation {
    let pointer = pointer.to_owned();
    let mut wanted: Vec<String> = wanted.iter().map(|word| word.to_string()).collect();
    wanted.sort();
    Box::new(move |exchange| {
        let list = exchange.subject().and_then(|subject| subject.pointer(&pointer));
        let words = list.and_then(Value::as_array).into_iter().flatten().filter_map(|word| word.as_str());
        let mut words: Vec<String> = words.map(String::from).collect();
        words.sort();
        if list.is_some() && words == wanted {
            return crate::check::Judgement::Holds;
        }
        let got = if list.is_some() { quoted(list) } else { got_status(exchange) };
        broken(format!("exactly {wanted:?}"), got, &pointer)
    })
}

/// Everything of a list of the application.
pub(super) async fn whole(t: &Case, path: &str) -> Result<(Vec<Value>, Exchange), Stop> {
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut request = Request::get(path);
        if let Some(after) = &after {
            request = request.query("after", after);
        }
        let page = t.beside(request).await?;
        let body = page.answer.json.clone().filter(|_| page.answer.is_success());
        let Some(body) = body else {
            return Err(Stop::Inconclusive(format!("{path} of the application answered {}", page.answer.status)));
        };
        all.extend(body.get("items").and_then(Value::as_array).cloned().unwrap_or_default());
        let next = body.get("next").filter(|next| !next.is_null());
        let next = next.map(|next| next.as_str().map_or_else(|| next.to_string(), String::from));
        // A list that leads back to where it was has no end.
        if next.is_none() || next == after || all.len() > 20_000 {
            return Ok((all, page));
        }
        after = next;
    }
}
