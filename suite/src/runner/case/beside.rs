//! What a story does beside SCIM, in the application itself.

use serde_json::Value;

use super::{Case, Kept, Stop};
use crate::target::application::Spare;
use crate::target::{Exchange, Request};

impl Case {
    /// Asks the application itself. Whether what it says is right is for the story to judge: it is no SCIM.
    ///
    /// # Errors
    /// Ends the story where the run knows no way to it, or where it gave no answer.
    pub async fn beside(&self, request: Request) -> Result<Exchange, Stop> {
        let Some(application) = &self.shared.application else {
            return Err(Stop::Unsupported("this shows in the application alone: it needs --application".into()));
        };
        let answer = application.send(&request).await.map_err(|reason| Stop::Inconclusive(reason.to_string()))?;
        let exchange = Exchange { request, answer, focus: String::new() };
        let kept = Kept::new(&exchange, false, &self.shared.client.redactor);
        self.lock().kept.push(Kept { beside: true, ..kept });
        Ok(exchange)
    }

    /// Asks the organisation that is there to be thrown away. What it gives out is secret from then on.
    ///
    /// # Errors
    /// Ends the story where there is none, or where it gave no answer.
    pub async fn in_spare(&self, request: Request) -> Result<Exchange, Stop> {
        let answer = self.spare()?.send(&request).await.map_err(|reason| Stop::Inconclusive(reason.to_string()))?;
        for name in ["access_token", "refresh_token", "clientSecret", "token"] {
            answer.json.iter().filter_map(|json| json.get(name)?.as_str()).for_each(|secret| self.learn(secret));
        }
        let exchange = Exchange { request, answer, focus: String::new() };
        let kept = Kept::new(&exchange, false, &self.shared.client.redactor);
        self.lock().kept.push(Kept { beside: true, ..kept });
        Ok(exchange)
    }

    /// The organisation that is there to be thrown away.
    ///
    /// # Errors
    /// Ends the story where there is none.
    pub fn spare(&self) -> Result<&Spare, Stop> {
        let none = || {
            Stop::Unsupported("it takes an organisation that can be thrown away: the built-in server has one".into())
        };
        self.shared.spare.as_ref().ok_or_else(none)
    }

    /// Keeps a secret out of whatever is told.
    pub fn learn(&self, secret: &str) {
        self.shared.client.redactor.learn(secret);
    }

    /// Changes something in the application, which it must take.
    ///
    /// # Errors
    /// As [`Case::beside`]; and where it refuses.
    pub async fn change_beside(&self, request: Request) -> Result<Value, Stop> {
        let words = format!("{} {} of the application", request.method, request.path);
        let answer = self.beside(request).await?.answer;
        match answer.is_success() {
            true => Ok(answer.json.unwrap_or_default()),
            false => Err(Stop::Inconclusive(format!("{words} answered {}", answer.status))),
        }
    }

    /// Whether the run knows the way to the application.
    pub fn knows_application(&self) -> bool {
        self.shared.application.is_some()
    }
}
