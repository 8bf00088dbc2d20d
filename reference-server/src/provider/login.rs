//! The login door: whether a person gets in, which is what provisioning is about in the end.

use super::{Provider, Refusal, Reply};
use crate::application::Application;
use crate::scim::ScimError;
use crate::scim::fold::opaque;
use crate::scim::schema::ResourceKind;
use crate::store::{Session, Store};
use serde_json::json;

impl Provider {
    pub(crate) fn login(&self, user_name: &str, password: &str) -> Reply {
        self.sign_in(user_name, Some(password))
    }

    /// Lets in whom the identity provider vouches for: there is no password to show.
    pub(crate) fn vouched(&self, user_name: &str) -> Reply {
        self.sign_in(user_name, None)
    }

    fn sign_in(&self, user_name: &str, password: Option<&str>) -> Reply {
        let mut store = self.writing();
        match self.admit(&store, user_name, password) {
            Err(refusal) => refused(refusal),
            Ok(session) => {
                let name = self.random::<24>();
                store.sessions.open(name.clone(), session);
                let mut body = json!({ "access_token": name });
                if self.application.is_some() {
                    let record = store.record(ResourceKind::User, session.user);
                    body["access"] = record.is_some_and(|record| record.is_active()).into();
                }
                Reply::ok(body)
            }
        }
    }

    pub(crate) fn session(&self, name: &str) -> Reply {
        let store = self.reading();
        match holder(&store, name, self.lets_closed_accounts_in()) {
            Err(refusal) => refused(refusal),
            Ok(user_name) => Reply::ok(json!({ "userName": user_name })),
        }
    }
}

impl Provider {
    fn admit(&self, store: &Store, user_name: &str, password: Option<&str>) -> Result<Session, Refusal> {
        let user = self.users_named(store, user_name).next().ok_or(Refusal::Unknown)?;
        let record = store.record(ResourceKind::User, user).ok_or(Refusal::Unknown)?;
        let fits = |clear| record.password.as_ref().is_some_and(|known| known.is(&opaque(clear)));
        if !password.is_none_or(fits) {
            return Err(Refusal::Unknown);
        }
        if !record.is_active() && !self.lets_closed_accounts_in() {
            return Err(Refusal::Inactive);
        }
        Ok(Session { user, epoch: record.epoch })
    }

    /// Whether whoever is deactivated signs in all the same, and reaches nothing.
    fn lets_closed_accounts_in(&self) -> bool {
        self.application.as_ref().is_some_and(Application::signs_in_when_closed)
    }

    /// The id of the user whose session that is, if it reaches anything.
    pub(crate) fn person(&self, session: &str) -> Option<String> {
        let store = self.reading();
        holder(&store, session, false).ok()?;
        let user = store.sessions.find(session)?.user;
        store.record(ResourceKind::User, user).map(|record| record.id.to_string())
    }
}

fn holder(store: &Store, name: &str, closed_too: bool) -> Result<String, Refusal> {
    let session = store.sessions.find(name).ok_or(Refusal::Unknown)?;
    let record = store.record(ResourceKind::User, session.user).ok_or(Refusal::Unknown)?;
    if !record.is_active() && !closed_too {
        return Err(Refusal::Inactive);
    }
    if record.epoch != session.epoch {
        return Err(Refusal::Ended);
    }
    Ok(record.string("userName").unwrap_or_default().into_owned())
}

/// One sentence for every reason, so that nobody learns which names exist.
fn refused(refusal: Refusal) -> Reply {
    Reply { refusal: Some(refusal), ..ScimError::new(401, "not signed in").into() }
}
