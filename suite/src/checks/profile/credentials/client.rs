//! Client credentials: a token for id and secret, what a new secret ends, and what is left of a configuration that is deleted.

use http::Method;
use scim_profile::{ClientAuthentication, Said as Key, Scheme};
use serde_json::Value;

use super::authority::{Configuration, ask, configured, given, oauth_error, opened, page, read};
use super::{draft, said, scheme};
use crate::check::{Case, Demand, Judgement, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::expect::{all, broken, json_at, status, value_at};

const GRANT: &[(&str, &str)] = &[("grant_type", "client_credentials")];

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let Some(has) = scheme(product, Scheme::ClientCredentials) else { return Vec::new() };
    let says = &product.profile.authentication;
    let keys = [says.token_seconds.as_ref().map(Key::source), says.client_authentication.as_ref().map(Key::source)];
    let mut demands = vec![
        draft(
            "client-credentials",
            "A client gets a token for its id and secret, which opens; a wrong secret gets none",
            [vec![has.clone()], said(&keys)].concat(),
        )
        .story(product, move |t| Box::pin(granted(t, product, has.clone()))),
    ];
    let is_so = |key: &Option<Key<bool>>| key.as_ref().is_some_and(|said| *said.get());
    if is_so(&says.secret_ends_tokens) {
        let ends = said(&[says.secret_ends_tokens.as_ref().map(Key::source)]);
        let draft =
            draft("new-secret", "A new secret ends the old one at once, and the tokens that it got", ends.clone());
        demands.push(draft.story(product, move |t| Box::pin(renewed(t, product, ends[0].clone()))));
    }
    if is_so(&says.can_be_deleted) {
        let goes = said(&[says.can_be_deleted.as_ref().map(Key::source)]);
        let title = "Nothing of a configuration that is deleted opens anything, and a new one shares nothing with it";
        let draft = draft("deleted", title, goes.clone());
        demands.push(draft.story(product, move |t| Box::pin(deleted(t, product, goes[0].clone()))));
    }
    demands
}

/// The ways in which a client shows its secret, the first of which is as good as any.
fn ways(product: &Product) -> Vec<ClientAuthentication> {
    let says = product.profile.authentication.client_authentication.as_ref();
    says.map_or_else(|| vec![ClientAuthentication::Basic], |ways| ways.get().clone())
}

fn words(way: ClientAuthentication) -> &'static str {
    match way {
        ClientAuthentication::Basic => "id and secret in the header",
        ClientAuthentication::Form => "id and secret in the form",
    }
}

async fn granted(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let client = configured(t).await?;
    let wrong = Configuration { secret: "scim-sample-wrong-secret".into(), ..client.clone() };
    for way in ways(product) {
        let answer = ask(t, &client, way, GRANT).await?;
        t.step(words(way));
        let is_bearer = |kind: &Value| kind.as_str().is_some_and(|it| it.eq_ignore_ascii_case("bearer"));
        said.expect(t, &answer, all(vec![status(&[200]), value_at("/token_type", "a bearer token", is_bearer)]));
        if let Some(seconds) = &product.profile.authentication.token_seconds {
            Said::of(seconds.source()).expect(t, &answer, json_at("/expires_in", *seconds.get()));
        }
        if let Some(token) = given(&answer, "access_token") {
            let opened = opened(t, &client, &token).await?;
            t.step(format!("a token by {}", words(way)));
            said.expect(t, &opened, status(&[200]));
        }
        let answer = ask(t, &wrong, way, GRANT).await?;
        t.step(format!("a wrong secret, {}", words(way)));
        said.expect(t, &answer, oauth_error("invalid_client", &[400, 401]));
    }
    Ok(())
}

async fn renewed(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let (old, way) = (configured(t).await?, ways(product)[0]);
    let token = token(t, &old, way).await?;
    let new = configured(t).await?;
    let answer = ask(t, &old, way, GRANT).await?;
    t.step("the old secret");
    said.as_claimed(product).expect(t, &answer, status(&[400, 401]));
    let answer = opened(t, &old, &token).await?;
    t.step("a token that the old secret got");
    said.expect(t, &answer, status(&[401]));
    let answer = ask(t, &new, way, GRANT).await?;
    t.step("the new secret");
    said.as_claimed(product).expect(t, &answer, status(&[200]));
    Ok(())
}

async fn deleted(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let (old, way) = (configured(t).await?, ways(product)[0]);
    let token = token(t, &old, way).await?;
    let gone = page(t, Method::DELETE, "/configuration", None).await?;
    t.step("the deletion");
    if !said.expect(t, &gone, status(&[200, 204])) {
        return Ok(());
    }
    is_over(t, &said, &old, way, &token, "after the deletion").await?;
    let made = page(t, Method::POST, "/configuration", None).await?;
    let new = read(t, &made, None)?;
    t.step("a new configuration");
    let shares = new.id == old.id || new.secret == old.secret;
    let judgement =
        if shares { broken("another id and secret", "one of the old ones", "/clientId") } else { Judgement::Holds };
    said.conclude(t, judgement, &made);
    is_over(t, &said, &old, way, &token, "beside the new one").await?;
    let answer = ask(t, &new, way, GRANT).await?;
    t.step("the new client");
    said.expect(t, &answer, status(&[200]));
    Ok(())
}

/// Neither the client nor its token opens anything.
async fn is_over(
    t: &Case,
    said: &Said,
    client: &Configuration,
    way: ClientAuthentication,
    token: &str,
    when: &str,
) -> Result<(), Stop> {
    let answer = opened(t, client, token).await?;
    t.step(format!("the old token {when}"));
    said.expect(t, &answer, status(&[401]));
    let answer = ask(t, client, way, GRANT).await?;
    t.step(format!("the old client {when}"));
    said.expect(t, &answer, status(&[400, 401]));
    Ok(())
}

/// A token to begin with.
async fn token(t: &Case, client: &Configuration, way: ClientAuthentication) -> Result<String, Stop> {
    let answer = ask(t, client, way, GRANT).await?;
    given(&answer, "access_token").ok_or_else(|| Stop::Inconclusive("the client gets no token to begin with".into()))
}
