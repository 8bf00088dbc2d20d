//! What an account is, and what follows from it: the last owner can't be shut out, and nobody is given rights by an
//! attribute alone. It takes `--last-owner`, and a `--login-probe` that tells people's tokens.

use serde_json::{Value, json};

use super::made;
use crate::check::{Check, Feature, Judgement, Resource, Stop};
use crate::expect::{broken, got_status, json_at, refused};
use crate::scim::patch::{message, operation};
use crate::target::exchange::Login;
use crate::target::{Exchange, Request};

/// The owner first.
pub(super) static CHECKS: &[&Check] = &[&LAST_OWNER, &ROLES];

static LAST_OWNER: Check = Check {
    id: "deactivate.last-owner",
    since: "0.1",
    feature: Feature::Deactivate,
    title: "The last owner of an organisation is not deactivated (--last-owner)",
    effect: "One slip in the identity provider locks a customer out of its own organisation.",
    rules: &["RFC7644-3.12-03"],
    alone: true,
    story: |t| {
        Box::pin(async move {
            let owner = t.last_owner().await?;
            if owner.seen.get("active") == Some(&json!(false)) {
                return Err(Stop::Unsupported("the last owner is not active".into()));
            }
            for request in activations(&owner, false, t.offers_patch()) {
                t.step(format!("{} of active: false", request.method));
                let answer = t.send(request).await?;
                t.expect(&["RFC7644-3.12-03"], &answer, refused());
                let seen = t.read(&owner).await?;
                t.expect(&["RFC7644-3.12-03"], &seen, json_at("/active", true));
                // Somebody may be waiting at the door.
                if seen.subject().is_some_and(|user| user["active"] == false) {
                    for request in activations(&owner, true, t.offers_patch()) {
                        t.send(request).await?;
                    }
                }
            }
            Ok(())
        })
    },
};

/// Each way of switching an account on or off.
fn activations(user: &Resource, active: bool, has_patch: bool) -> Vec<Request> {
    let mut body = user.seen.clone();
    body["active"] = active.into();
    // Whose groups somebody is in is told by the groups.
    if let Some(body) = body.as_object_mut() {
        body.remove("groups");
    }
    let patch = Request::patch(user.path(), message(vec![operation("replace", "active", json!(active))]));
    has_patch.then_some(patch).into_iter().chain([Request::put(user.path(), body)]).collect()
}

static ROLES: Check = Check {
    id: "auth.role-by-attribute",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A role that the identity provider writes does not make a provisioning client (--login-probe)",
    effect: "A slip in a mapping gives people the right to create and remove accounts.",
    rules: &["RFC7644-7.7-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let other = t.given_user().await?;
            let plain = signed_in(t, json!({})).await?;
            let mut role = json!({
                "roles": [{"value": "admin", "primary": true}], "entitlements": [{"value": "admin"}], "userType": "admin",
            });
            if let Some(role) = role.as_object_mut() {
                role.retain(|name, _| !t.facts().lacks(name));
                if role.is_empty() {
                    return Err(Stop::Unsupported("the target's User schema has no attribute for a role".into()));
                }
            }
            let promoted = signed_in(t, role).await?;
            let shut_out = || Request::patch(other.path(), message(vec![operation("replace", "active", json!(false))]));
            let list = || Request::get("/Users").query("count", 1);
            for (words, request) in
                [("the list", &list as &(dyn Fn() -> Request + Sync)), ("a deactivation", &shut_out)]
            {
                let without = t.send(request().login(plain.clone())).await?;
                let with = t.send(request().login(promoted.clone())).await?;
                t.step(format!("{words} by somebody with the role admin"));
                t.conclude(&["RFC7644-7.7-01"], no_more(&with, &without), Some(&with));
            }
            t.step("afterwards");
            t.expect(&["RFC7644-7.7-01"], &t.read(&other).await?, json_at("/active", true));
            Ok(())
        })
    },
};

/// A new person with these attributes, by their own login.
async fn signed_in(t: &crate::check::Case, mut change: Value) -> Result<Login, Stop> {
    let password = t.fresh_password();
    change["password"] = password.as_str().into();
    match made(t, &change).await? {
        (_, Some((user, _))) => t.sign_in(&user.name, &password).await,
        (answer, None) => {
            Err(Stop::Unsupported(format!("the target does not take such people: {}", got_status(&answer))))
        }
    }
}

/// Whether a role opened what is shut without it.
fn no_more(with: &Exchange, without: &Exchange) -> Judgement {
    if with.answer.is_success() && !without.answer.is_success() {
        broken(format!("as without the role: {}", got_status(without)), with.answer.status.to_string(), "")
    } else {
        Judgement::Holds
    }
}
