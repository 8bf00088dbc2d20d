//! The login door: addresses beside SCIM through which a test can see whether a person still gets in.

use super::answer::Answer;
use super::space::{Door, Visitor, version};
use super::{Server, body, not_allowed, session_name};
use crate::auth::Presented;
use crate::provider::{Actor, Operation, Reply};
use crate::scim::error::quoted;
use crate::scim::etag::Preconditions;
use crate::scim::{ScimError, ScimType};
use axum::body::Body;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use serde_json::Value;

impl Server {
    /// Everything that does not stand under the base path.
    pub(super) async fn beside(&self, door: Door, path: &str, parts: &Parts, body: Body) -> Answer {
        let visitor = Visitor {
            space: door.home(),
            actor: Actor::Anonymous,
            person: None,
            role: None,
            presented: Presented::Nothing,
        };
        match (path, &parts.method) {
            ("/login", &Method::POST) => match self.login(&visitor, &parts.headers, body).await {
                Ok(answer) => answer.plain_json(),
                Err(error) => Answer::from(error).plain_json(),
            },
            ("/session", &Method::GET | &Method::HEAD) => {
                let session = session_name(&parts.headers).unwrap_or_default().to_owned();
                challenged(self.perform(&visitor, Operation::Session { session }, Preconditions::default()).into())
            }
            ("/access", &Method::POST) if self.policy.product.is_some() => {
                match self.reaches(&visitor, &parts.headers, body).await {
                    Ok(answer) => answer.plain_json(),
                    Err(error) => Answer::from(error).plain_json(),
                }
            }
            ("/access", _) if self.policy.product.is_some() => not_allowed("POST"),
            ("/login", _) => not_allowed("POST"),
            ("/session", _) => not_allowed("GET, HEAD"),
            _ => match version(path) {
                Some(version) => ScimError::bad(
                    ScimType::InvalidVers,
                    format!("{} is not spoken here; SCIM is served under {}", quoted(version), crate::BASE_PATH),
                )
                .into(),
                None => ScimError::new(404, format!("SCIM is served under {}", crate::BASE_PATH)).into(),
            },
        }
    }

    async fn login(&self, visitor: &Visitor<'_>, headers: &HeaderMap, body: Body) -> Result<Answer, ScimError> {
        Ok(challenged(self.sign_in(visitor, headers, body).await?.into()))
    }

    /// Whether somebody who signs in reaches the organisation, too: in some products those are two things.
    async fn reaches(&self, visitor: &Visitor<'_>, headers: &HeaderMap, body: Body) -> Result<Answer, ScimError> {
        let reply = self.sign_in(visitor, headers, body).await?;
        let is_shut_out = reply.body.as_ref().is_some_and(|body| body["access"] == false);
        let refused = || ScimError::new(401, "signed in, and without access to the organisation");
        Ok(challenged(if is_shut_out { refused().into() } else { reply.into() }))
    }

    async fn sign_in(&self, visitor: &Visitor<'_>, headers: &HeaderMap, body: Body) -> Result<Reply, ScimError> {
        let message = body::receive(headers, body, &self.limits).await?;
        let message = body::parse(&message, &self.limits, self.policy.wire.repeated_names)?;
        let text = |name: &str| {
            let value = message.get(name).and_then(Value::as_str).map(str::to_owned);
            value.ok_or_else(|| ScimError::new(400, format!("{name} is required and must be a string")))
        };
        let operation = Operation::Login { user_name: text("userName")?, password: text("password")? };
        Ok(self.perform(visitor, operation, Preconditions::default()))
    }
}

fn challenged(answer: Answer) -> Answer {
    let answer = answer.plain_json();
    if answer.is_unauthorized() { answer.with(WWW_AUTHENTICATE, "Session realm=\"login\"") } else { answer }
}
