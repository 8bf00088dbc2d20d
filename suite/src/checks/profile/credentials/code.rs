//! Authorization by a code: an administrator logs in and consents, and the client gets its tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use scim_profile::{ClientAuthentication, Said as Key, Scheme};
use sha2::{Digest, Sha256};
use url::Url;
use url::form_urlencoded::Serializer;

use super::authority::{Configuration, ask, configured, given, opened};
use super::pages::walk;
use super::{draft, said, scheme};
use crate::check::{Case, Demand, Judgement, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::expect::{broken, got_status, status};
use crate::target::Exchange;

/// A redirect URI that nobody has registered.
const ELSEWHERE: &str = "https://scim-sample.example/callback";

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let Some(has) = scheme(product, Scheme::AuthorizationCode) else { return Vec::new() };
    let says = &product.profile.authentication;
    let keys = [
        says.redirect_uris.as_ref().map(Key::source),
        says.pkce.as_ref().map(Key::source),
        says.refresh.as_ref().map(Key::source),
    ];
    let title = "An administrator logs in and consents, and the client gets tokens that open, for that login alone";
    let draft = draft("code", title, [vec![has.clone()], said(&keys)].concat());
    vec![draft.story(product, move |t| Box::pin(story(t, product, has.clone())))]
}

/// What a login ended with.
pub(super) struct Login {
    pub(super) client: Configuration,
    /// The answer of the token endpoint, or the page where it came to no end.
    pub(super) last: Exchange,
}

impl Login {
    pub(super) fn token(&self) -> Option<String> {
        given(&self.last, "access_token")
    }

    pub(super) fn refresh(&self) -> Option<String> {
        given(&self.last, "refresh_token")
    }
}

/// The first of the redirect URIs.
fn redirect(product: &Product) -> Result<Url, Stop> {
    let uris = product.profile.authentication.redirect_uris.as_ref();
    let first = uris.and_then(|uris| uris.get().first());
    first.and_then(|uri| Url::parse(uri).ok()).ok_or_else(|| Stop::Unsupported("there is no redirect URI".into()))
}

fn verifier(t: &Case) -> String {
    let verifier = format!("{}-scim-sample-verifier-of-a-login-{}", t.key(), t.fresh_word());
    t.learn(&verifier);
    verifier
}

/// The question by which a login begins.
fn question(authorize: &str, client: &str, redirect: &str, state: &str, verifier: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let mut query = Serializer::new(String::new());
    query.extend_pairs([
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", redirect),
        ("state", state),
    ]);
    query.extend_pairs([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
    format!("{authorize}?{}", query.finish())
}

/// Logs in, consents and takes the tokens; `swap` puts another verifier in place of the right one.
pub(super) async fn login(t: &Case, product: &Product, swap: Option<&str>) -> Result<Login, Stop> {
    let (client, redirect) = (configured(t).await?, redirect(product)?);
    let Some(authorize) = client.authorize.clone() else {
        return Err(Stop::Inconclusive("the application shows no place to log in".into()));
    };
    let (verifier, state) = (verifier(t), t.fresh_word());
    let asked = question(&authorize, &client.id, redirect.as_str(), &state, &verifier);
    let (reached, page) = walk(t, &asked, &redirect).await?;
    let value = |name: &str| {
        let mut pairs = reached.iter().flat_map(|url| url.query_pairs());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let (Some(code), true) = (value("code"), value("state").as_deref() == Some(state.as_str())) else {
        return Ok(Login { client, last: page });
    };
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", redirect.as_str()),
        ("code_verifier", swap.unwrap_or(&verifier)),
    ];
    let last = ask(t, &client, way(product), &fields).await?;
    Ok(Login { client, last })
}

/// How the client shows its secret.
pub(super) fn way(product: &Product) -> ClientAuthentication {
    let ways = product.profile.authentication.client_authentication.as_ref();
    ways.and_then(|ways| ways.get().first()).copied().unwrap_or(ClientAuthentication::Basic)
}

async fn story(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let done = login(t, product, None).await?;
    t.step("the login");
    let Some(token) = done.token() else {
        let what = broken("tokens", format!("none: {}", got_status(&done.last)), "");
        said.as_claimed(product).conclude(t, what, &done.last);
        return Ok(());
    };
    let answer = opened(t, &done.client, &token).await?;
    t.step("the access token");
    said.as_claimed(product).expect(t, &answer, status(&[200]));
    if let Some(refreshes) = product.profile.authentication.refresh.as_ref().filter(|it| *it.get()) {
        let said = Said::of(refreshes.source());
        match renewed(t, product, &done).await? {
            None => _ = said.conclude(t, broken("a refresh token", "none", "/refresh_token"), &done.last),
            Some(answer) => {
                t.step("the refresh token");
                said.expect(t, &answer, status(&[200]));
                if let Some(token) = given(&answer, "access_token") {
                    let opened = opened(t, &done.client, &token).await?;
                    said.expect(t, &opened, status(&[200]));
                }
            }
        }
    }
    let other = verifier(t);
    let swapped = login(t, product, Some(&other)).await?;
    t.step("another verifier than that of the login");
    said.expect(t, &swapped.last, super::authority::oauth_error("invalid_grant", &[400]));
    elsewhere(t, &swapped.client).await.map(|page| {
        t.step("a redirect URI that nobody has registered");
        let uris = product.profile.authentication.redirect_uris.as_ref();
        let said = uris.map_or(said, |uris| Said::of(uris.source()));
        let leads = page.answer.header("location").is_some_and(|to| to.starts_with(ELSEWHERE));
        let what = broken("no way there", "a redirect there", "location");
        said.conclude(t, if leads { what } else { Judgement::Holds }, &page);
    })
}

/// Begins a login that is to lead somewhere else.
async fn elsewhere(t: &Case, client: &Configuration) -> Result<Exchange, Stop> {
    let authorize = client.authorize.clone().unwrap_or_default();
    let asked = question(&authorize, &client.id, ELSEWHERE, &t.fresh_word(), &verifier(t));
    let nowhere = Url::parse(ELSEWHERE).map_err(|_| Stop::Error("no address".into()))?;
    walk(t, &asked, &nowhere).await.map(|(_, page)| page)
}

/// What the refresh token of a login gets, if there is one.
pub(super) async fn renewed(t: &Case, product: &Product, login: &Login) -> Result<Option<Exchange>, Stop> {
    let Some(refresh) = login.refresh() else { return Ok(None) };
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    ask(t, &login.client, way(product), &fields).await.map(Some)
}
