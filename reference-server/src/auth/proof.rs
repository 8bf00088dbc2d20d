//! Proof keys (RFC 7636): whoever fetches a code has to know what whoever asked for it made up.

use super::Secret;
use super::form::Form;
use super::refused::Refused;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What a client showed of its verifier: SHA-256 of it in base64url, of which this is the digest.
#[derive(Clone, Debug)]
pub(super) struct Challenge(Secret);

impl Challenge {
    /// The challenge of an authorization request. The method `plain`, which is meant where none is named, proves nothing to
    /// whoever has seen the request.
    pub(super) fn read(form: &Form) -> Result<Option<Self>, Refused> {
        let Some(challenge) = form.find("code_challenge") else {
            return match form.find("code_challenge_method") {
                None => Ok(None),
                Some(_) => Err(Refused::InvalidRequest("code_challenge_method without code_challenge")),
            };
        };
        if form.find("code_challenge_method") != Some("S256") {
            return Err(Refused::InvalidRequest("code_challenge_method must be S256"));
        }
        let is_digest = URL_SAFE_NO_PAD.decode(challenge).is_ok_and(|digest| digest.len() == 32);
        if !is_digest {
            return Err(Refused::InvalidRequest("code_challenge is no SHA-256 in base64url"));
        }
        Ok(Some(Self(Secret::of(challenge))))
    }

    /// Whether that is the verifier.
    fn is_met_by(&self, verifier: &str) -> bool {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_verifier = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_plain);
        is_verifier && Secret::of(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))).is(&self.0).into()
    }
}

/// Whether a client proves what it has to. A verifier that nobody asked for belongs to another request: whoever sends it
/// has been given a code that was asked for without (RFC 9700 §4.8.2).
pub(super) fn holds(challenge: Option<&Challenge>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(fields: &str) -> Result<Option<Challenge>, Refused> {
        Challenge::read(&Form::read(fields.as_bytes()).expect("well-formed"))
    }

    #[test]
    fn the_verifier_of_a_challenge_meets_it() {
        let challenge = read(&format!("code_challenge={CHALLENGE}&code_challenge_method=S256")).expect("good");
        assert!(challenge.is_some());
        let holds = |verifier| holds(challenge.as_ref(), verifier);
        assert!(holds(Some(VERIFIER)));
        for bad in [None, Some(""), Some(CHALLENGE), Some(&VERIFIER[1..]), Some(&VERIFIER.to_lowercase())] {
            assert!(!holds(bad), "{bad:?}");
        }
    }

    #[test]
    fn without_a_challenge_there_is_nothing_to_prove() {
        assert!(holds(None, None));
        assert!(!holds(None, Some(VERIFIER)));
    }

    #[test]
    fn only_digests_are_challenges() {
        assert!(read("").expect("none").is_none());
        for bad in [
            format!("code_challenge={CHALLENGE}"),
            format!("code_challenge={CHALLENGE}&code_challenge_method=plain"),
            format!("code_challenge={CHALLENGE}&code_challenge_method=s256"),
            format!("code_challenge={CHALLENGE}%3D&code_challenge_method=S256"),
            format!("code_challenge={}&code_challenge_method=S256", &CHALLENGE[1..]),
            "code_challenge_method=S256".into(),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_verifier_has_a_length_and_an_alphabet() {
        let challenge = |verifier: &str| Challenge(Secret::of(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))));
        let met = |verifier: &str| challenge(verifier).is_met_by(verifier);
        assert!(met(&"a".repeat(43)) && met(&"~".repeat(128)));
        assert!(!met(&"a".repeat(42)) && !met(&"a".repeat(129)) && !met(&"ä".repeat(43)) && !met(&" ".repeat(43)));
    }
}
