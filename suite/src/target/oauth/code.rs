//! Authorization by a code (RFC 6749 §4.1), always with PKCE (RFC 7636, S256) and a state.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use url::Url;

use super::loopback::Loopback;
use super::web::Web;
use super::{LoginError, pages, place};
use crate::clean::cut;
use crate::target::redact::Redactor;

/// How much of a server's own words is shown.
const MOST_SHOWN: usize = 200;

/// How somebody logs in and consents.
pub struct Code {
    /// Where they do.
    pub authorize_url: Url,
    /// Who does.
    pub who: Who,
}

/// Who logs in.
pub enum Who {
    /// This program does, with an account that was given.
    Account(Account),
    /// A person does, in a browser that comes back to this machine.
    Browser {
        /// Where the browser comes back to.
        loopback: Loopback,
        /// Tells the person which address to open.
        show: Box<dyn Fn(&str) + Send + Sync>,
    },
}

/// Somebody who may consent.
pub struct Account {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// The registered redirect URI. It is read and not followed, so it may be anybody's.
    pub redirect: Url,
}

/// A code, and what belongs to it.
pub(super) struct Got {
    pub(super) code: String,
    pub(super) redirect: String,
    pub(super) verifier: String,
}

impl Code {
    pub(super) fn password(&self) -> Option<String> {
        match &self.who {
            Who::Account(account) => Some(account.password.clone()),
            Who::Browser { .. } => None,
        }
    }

    /// Whether nobody has to be there.
    pub(super) fn is_alone(&self) -> bool {
        matches!(self.who, Who::Account(_))
    }

    /// Logs in, consents, and takes the code.
    pub(super) async fn get(
        &mut self,
        client_id: &str,
        scope: Option<&str>,
        web: &Web,
        redactor: &Redactor,
    ) -> Result<Got, LoginError> {
        let (state, verifier) = (random()?, random()?);
        [&state, &verifier].into_iter().for_each(|secret| redactor.learn(secret));
        let redirect = match &self.who {
            Who::Account(account) => account.redirect.to_string(),
            Who::Browser { loopback, .. } => loopback.redirect().to_string(),
        };
        let mut question = self.authorize_url.clone();
        question
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", &redirect)
            .append_pair("state", &state)
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256");
        if let Some(scope) = scope {
            question.query_pairs_mut().append_pair("scope", scope);
        }
        let reached = match &mut self.who {
            Who::Account(account) => pages::drive(&question, account, web, redactor).await?,
            Who::Browser { loopback, show } => {
                show(question.as_str());
                loopback.wait(|reached| read(reached, &state, &place(&self.authorize_url), redactor).is_ok()).await?
            }
        };
        let code = read(&reached, &state, &place(&self.authorize_url), redactor)?;
        Ok(Got { code, redirect, verifier })
    }
}

/// The code in the address that was redirected to, if it is the answer to our question.
fn read(reached: &Url, state: &str, at: &str, redactor: &Redactor) -> Result<String, LoginError> {
    let odd = |what: &str| LoginError::Odd { at: at.into(), what: what.into() };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in reached.query_pairs() {
        if pairs.iter().any(|(known, _)| *known == name) {
            return Err(odd("sends a parameter twice to the redirect URI"));
        }
        pairs.push((name.into_owned(), value.into_owned()));
    }
    let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    value("code").into_iter().for_each(|code| redactor.learn(code));
    if value("state") != Some(state) {
        return Err(odd(
            "sends another state to the redirect URI than it was given, or none: this is not the answer to this login",
        ));
    }
    if let Some(error) = value("error") {
        let words = value("error_description").map(|words| format!(" ({words})")).unwrap_or_default();
        let said = cut(&redactor.text(&format!("{error}{words}")), MOST_SHOWN);
        return Err(LoginError::Refused { at: at.into(), said, advice: advice(error) });
    }
    let code = value("code").filter(|code| !code.is_empty());
    code.map(String::from).ok_or_else(|| odd("sends no code to the redirect URI"))
}

/// What to try, by the error code (RFC 6749 §4.1.2.1).
fn advice(error: &str) -> &'static str {
    match error {
        "access_denied" => "Somebody refused to consent, or this account may not",
        "invalid_scope" => "Check --oauth-scope",
        "unauthorized_client" | "unsupported_response_type" => "Is the client registered for the authorization code?",
        _ => "See how the client is registered at the authorization server",
    }
}

/// 43 characters that nobody can guess.
fn random() -> Result<String, LoginError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| LoginError::Broken)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The challenge S256 of a verifier (RFC 7636 §4.2).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn only_an_answer_to_this_login_gives_a_code() {
        let code = |query: &str| {
            let url = Url::parse(&format!("http://127.0.0.1/callback?{query}")).expect("a URL");
            read(&url, "s1", "https://h/authorize", &Redactor::default()).map_err(|error| error.to_string())
        };
        assert_eq!(code("code=c1&state=s1"), Ok("c1".into()));
        for (query, word) in [
            ("code=c1", "state"),
            ("code=c1&state=s2", "state"),
            ("state=s2&state=s1&code=c1", "twice"),
            ("code=c0&code=c1&state=s1", "twice"),
            ("state=s1", "no code"),
            ("code=&state=s1", "no code"),
            ("error=access_denied&error_description=not+you&state=s1", "access_denied (not you)"),
            ("error=access_denied", "state"),
        ] {
            let error = code(query).expect_err(query);
            assert!(error.contains(word), "{query}: {error}");
        }
    }
}
