//! What must be open before anything works: a switch, a plan, a role.

use scim_profile::{ClosedBy, Gate};
use serde_json::json;

use super::draft;
use crate::check::{Case, Demand, Feature, Judgement, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::checks::profile::ways::success;
use crate::checks::profile::word;
use crate::expect::{all, broken, error, got_status, has_detail, only_row, refused, status};
use crate::idp::okta;
use crate::scim::patch;
use crate::target::Request;
use crate::target::exchange::Login;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let demand = |gate: &'static Gate| {
        let said = Said::of(gate.from.get_ref());
        let title = "While it is closed every request is refused with 403 and a reason, and nothing is done";
        let mut draft = draft(("gate", word(gate.name.get_ref())), Feature::Protocol, title, vec![said]);
        draft.alone = true;
        draft.story(product, move |t| Box::pin(story(t, product, gate)))
    };
    product.profile.gates.iter().map(demand).collect()
}

/// What closes a gate, in words, and what opens it again.
fn keys(gate: &Gate) -> Vec<(&'static str, Request, Request)> {
    let (open, closed) = (gate.open_for.first(), gate.closed_for.first());
    let both = |path: &str, member: &str| {
        (Request::put(path, json!({ member: closed })), Request::put(path, json!({ member: open })))
    };
    match gate.closed_by {
        ClosedBy::Switch => {
            let path = format!("/switches/{}", crate::target::exchange::encode(gate.name.get_ref()));
            vec![("switched off", Request::put(&path, json!({"on": false})), Request::put(&path, json!({"on": true})))]
        }
        ClosedBy::Plan => {
            let (close, open) = both("/plan", "plan");
            vec![("another plan", close, open)]
        }
        ClosedBy::Role => {
            let ((close, open), (close_maker, open_maker)) = (both("/token-role", "role"), both("/maker-role", "role"));
            vec![
                ("a token of a lesser role", close, open),
                ("a token whose maker has a lesser role", close_maker, open_maker),
            ]
        }
    }
}

async fn story(t: &Case, product: &'static Product, gate: &'static Gate) -> Result<(), Stop> {
    let said = Said::of(gate.from.get_ref());
    for (words, close, open) in keys(gate) {
        let user = t.given_user().await?;
        let before = t.read(&user).await?;
        let body = t.okta_user();
        t.change_beside(close).await?;
        let closed = while_closed(t, product, &said, words, &user.path(), body.clone()).await;
        // Whatever came of it, others come after this.
        t.change_beside(open).await?;
        closed?;
        let seen = t.read(&user).await?;
        t.step(format!("{words}, and open again"));
        let is_same = seen.answer.status == 200 && seen.answer.json == before.answer.json;
        said.conclude(
            t,
            if is_same { Judgement::Holds } else { broken("the user as before", got_status(&seen), "") },
            &seen,
        );
        let name = body.get("userName").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
        let found = t.send(okta::look_up_user(&name)).await?;
        let is_stored = found.rows().count() > 0;
        said.conclude(
            t,
            if is_stored { broken("nothing stored", "a user", "/Resources") } else { Judgement::Holds },
            &found,
        );
        // What failed can be done again, and is there once.
        let again = t.post("/Users", body).await?;
        said.conclude(t, success(&again), &again);
        if let Some(id) = again.answer.json.as_ref().and_then(|json| json.get("id")?.as_str()) {
            let found = t.send(okta::look_up_user(&name)).await?;
            said.expect(t, &found, only_row(id));
        }
    }
    Ok(())
}

async fn while_closed(
    t: &Case,
    product: &'static Product,
    said: &Said,
    words: &str,
    user: &str,
    body: serde_json::Value,
) -> Result<(), Stop> {
    let nobody = format!("/Users/{}", t.fresh_id());
    let off = patch::message(vec![patch::pathless("replace", json!({"active": false}))]);
    let requests = [
        okta::test_connection(),
        Request::get(user),
        Request::post("/Users", body),
        Request::patch(&nobody, off),
        Request::delete(&nobody),
    ];
    for request in requests {
        let stranger = request.clone().login(Login::Literal("Bearer scim-sample-wrong-key".into()));
        let what = format!("{}, {}", words, request.method);
        let answer = t.send(request).await?;
        t.step(&what);
        // That nothing works is what the documents say; how it is said was chosen.
        said.as_claimed(product).expect(t, &answer, refused());
        said.expect(t, &answer, all(vec![error(&[403]), has_detail()]));
        let answer = t.send(stranger).await?;
        t.step(format!("{what} by a stranger"));
        said.expect(t, &answer, status(&[401]));
    }
    Ok(())
}
