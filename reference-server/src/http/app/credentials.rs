//! What opens SCIM: the configuration of its client, and the tokens that people make. Whatever is secret is shown when it is
//! made, and never again.

use super::call::{Call, Desk};
use crate::application::What;
use crate::product::{Credentials, LastingToken};
use crate::provider::Reply;
use crate::scim::ScimError;
use crate::scim::error::quoted;
use serde_json::{Value, json};

type Page = Result<Reply, ScimError>;

pub(super) fn configuration(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    desk.console.configuration().map(|shown| Reply::ok(told(shown))).ok_or_else(not_configured)
}

pub(super) fn configure(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    if desk.console.configuration().is_some() {
        return Err(ScimError::new(409, "SCIM is configured already"));
    }
    let made = desk.console.create_configuration();
    let made = made.ok_or_else(|| ScimError::new(404, "there is nothing to configure here"))?;
    desk.application.note(What::SettingChanged, None, "configuration made");
    Ok(Reply { status: 201, ..Reply::ok(told(made)) })
}

pub(super) fn delete(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    if !desk.console.delete_configuration() {
        return Err(not_configured());
    }
    desk.application.note(What::SettingChanged, None, "configuration deleted");
    Ok(Reply::no_content())
}

pub(super) fn regenerate(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    let secret = desk.console.regenerate_secret().ok_or_else(not_configured)?;
    desk.application.note(What::SettingChanged, None, "secret made anew");
    Ok(Reply::ok(json!({ "clientSecret": secret })))
}

pub(super) fn tokens(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    let told =
        |token: LastingToken| json!({ "number": token.number, "role": token.role, "made": token.made.to_string() });
    let items: Vec<Value> = desk.console.tokens().into_iter().map(told).collect();
    Ok(Reply::ok(json!({ "total": items.len(), "items": items, "next": null })))
}

pub(super) fn make_token(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let role = call.text("role")?;
    if !desk.console.makes_tokens() {
        return Err(ScimError::new(404, "people make no tokens here"));
    }
    let token = desk.console.create_token(role);
    let token = token.ok_or_else(|| ScimError::new(422, format!("there is no role {}", quoted(role))))?;
    desk.application.note(What::SettingChanged, None, format!("token made, {role}"));
    Ok(Reply { status: 201, ..Reply::ok(json!({ "token": token, "role": role })) })
}

pub(super) fn take_token_back(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let number = call.named();
    if !number.parse().is_ok_and(|number| desk.console.revoke_token(number)) {
        return Err(ScimError::new(404, format!("there is no token {}", quoted(number))));
    }
    desk.application.note(What::SettingChanged, None, format!("token {number} taken back"));
    Ok(Reply::no_content())
}

fn not_configured() -> ScimError {
    ScimError::new(404, "SCIM is not configured here")
}

fn told(shown: Credentials) -> Value {
    json!({
        "scimEndpoint": shown.scim_endpoint,
        "tokenEndpoint": shown.token_endpoint,
        "authorizationEndpoint": shown.authorization_endpoint,
        "clientId": shown.client_id,
        "clientSecret": shown.client_secret,
        "token": shown.lasting_token,
    })
}
