//! Requests that are refused, whatever they hold.

use http::Method;
use scim_profile::Refusal;
use serde_json::{Value, json};

use super::product::Product;
use super::said::Said;
use super::{Draft, word};
use crate::catalogue::Gate;
use crate::check::{Case, Demand, Feature, Judgement, Resource, Stop};
use crate::expect::{broken, got_status, has_detail, quoted};
use crate::probe::Offer;
use crate::scim::patch;
use crate::target::{Exchange, Request};

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let demand = |refusal: &'static Refusal| {
        let draft = Draft {
            id: ("refusal", word(&refusal.request.get_ref().to_ascii_lowercase())),
            feature: Feature::Protocol,
            title: format!("{} is refused with {}, and nothing is done", refusal.request.get_ref(), refusal.status),
            said: vec![Said::of(refusal.from.get_ref())],
            alone: false,
        };
        draft.story(product, move |t| Box::pin(story(t, refusal)))
    };
    product.profile.refusals.iter().map(demand).collect()
}

async fn story(t: &Case, refusal: &'static Refusal) -> Result<(), Stop> {
    let said = Said::of(refusal.from.get_ref());
    let Some((method, path)) = refusal.request.get_ref().split_once(' ') else { return Ok(()) };
    let Ok(method) = Method::from_bytes(method.as_bytes()) else { return Ok(()) };
    let user = t.given_user().await?;
    let before = t.read(&user).await?;
    let id = if path.starts_with("/Groups") { t.fresh_id() } else { user.id.clone() };
    let path = path.replace("{id}", &crate::target::exchange::encode(&id));
    let body = body(t, &method, &path, &user);
    let mut request =
        if method == Method::DELETE { Request::delete(&path) } else { Request::new(method.clone(), &path) };
    if let Some(body) = &body {
        request = request.json(body.clone());
    }
    let answer = t.send(request).await?;
    t.step(refusal.request.get_ref().as_str());
    let is_so = answer.answer.status == refusal.status;
    let judgement = || broken(refusal.status.to_string(), got_status(&answer), "");
    said.conclude(t, if is_so { Judgement::Holds } else { judgement() }, &answer);
    if is_so {
        said.expect(t, &answer, has_detail());
    }
    is_untouched(t, &said, &user, &before).await?;
    if t.facts().offers(Gate::Bulk) == Offer::Yes && method != Method::GET && path != "/Bulk" {
        let mut operation = json!({"method": method.as_str(), "path": path, "bulkId": "one"});
        if let Some(body) = body {
            operation["data"] = body;
        }
        let message =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation]});
        let answer = t.post("/Bulk", message).await?;
        t.step(format!("{} in bulk", refusal.request.get_ref()));
        said.conclude(t, bulk_status(&answer, refusal.status), &answer);
        is_untouched(t, &said, &user, &before).await?;
    }
    Ok(())
}

/// What such a request holds, if anything.
fn body(t: &Case, method: &Method, path: &str, user: &Resource) -> Option<Value> {
    match (method, path.starts_with("/Groups")) {
        (&Method::POST, true) | (&Method::PUT, true) => Some(crate::scim::sample::group(&t.fresh_group_name(), &[])),
        (&Method::POST, false) => Some(t.okta_user()),
        (&Method::PUT, false) => Some(user.seen.clone()),
        (&Method::PATCH, true) => {
            Some(patch::message(vec![patch::pathless("replace", json!({"displayName": t.fresh_group_name()}))]))
        }
        (&Method::PATCH, false) => Some(patch::message(vec![patch::pathless("replace", t.some_change())])),
        _ => None,
    }
}

/// The status of the one operation of a bulk request.
fn bulk_status(answer: &Exchange, wanted: u16) -> Judgement {
    let status = answer.answer.json.as_ref().and_then(|json| json.pointer("/Operations/0/status"));
    let got = status.and_then(|status| status.as_str().and_then(|text| text.parse().ok()).or_else(|| status.as_u64()));
    if got == Some(wanted.into()) {
        return Judgement::Holds;
    }
    let shown = if status.is_some() { quoted(status) } else { got_status(answer) };
    broken(format!("{wanted} for the operation"), shown, "/Operations/0/status")
}

/// A user is as before.
async fn is_untouched(t: &Case, said: &Said, user: &Resource, before: &Exchange) -> Result<(), Stop> {
    let seen = t.read(user).await?;
    let is_same = seen.answer.status == 200 && seen.answer.json == before.answer.json;
    let judgement = || broken("the account as it was", got_status(&seen), "");
    said.conclude(t, if is_same { Judgement::Holds } else { judgement() }, &seen);
    Ok(())
}
