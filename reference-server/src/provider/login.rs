//! The login door: whether a person gets in, which is what provisioning is about in the end.

use super::{Provider, Refusal, Reply};
use crate::scim::ScimError;
use crate::scim::schema::ResourceKind;
use crate::store::{Session, Store};
use serde_json::json;

impl Provider {
    pub(crate) fn login(&self, user_name: &str, password: &str) -> Reply {
        let mut store = self.writing();
        match admit(&store, user_name, password) {
            Err(refusal) => refused(refusal),
            Ok(session) => {
                let name = self.random::<24>();
                store.sessions.open(name.clone(), session);
                Reply::ok(json!({ "session": name }))
            }
        }
    }

    pub(crate) fn session(&self, name: &str) -> Reply {
        let store = self.reading();
        match holder(&store, name) {
            Err(refusal) => refused(refusal),
            Ok(user_name) => Reply::ok(json!({ "userName": user_name })),
        }
    }
}

impl Provider {
    /// The id of the user whose session that is.
    pub(crate) fn person(&self, session: &str) -> Option<String> {
        let store = self.reading();
        holder(&store, session).ok()?;
        let user = store.sessions.find(session)?.user;
        store.record(ResourceKind::User, user).map(|record| record.id.to_string())
    }
}

fn admit(store: &Store, user_name: &str, password: &str) -> Result<Session, Refusal> {
    let user = store.user_named(user_name).ok_or(Refusal::Unknown)?;
    let record = store.record(ResourceKind::User, user).ok_or(Refusal::Unknown)?;
    if !record.password.as_ref().is_some_and(|known| known.is(password)) {
        return Err(Refusal::Unknown);
    }
    if !record.keys().active {
        return Err(Refusal::Inactive);
    }
    Ok(Session { user, epoch: record.epoch })
}

fn holder(store: &Store, name: &str) -> Result<String, Refusal> {
    let session = store.sessions.find(name).ok_or(Refusal::Unknown)?;
    let record = store.record(ResourceKind::User, session.user).ok_or(Refusal::Unknown)?;
    let keys = record.keys();
    if !keys.active {
        return Err(Refusal::Inactive);
    }
    if record.epoch != session.epoch {
        return Err(Refusal::Ended);
    }
    Ok(keys.user_name.unwrap_or_default())
}

/// One sentence for every reason, so that nobody learns which names exist.
fn refused(refusal: Refusal) -> Reply {
    Reply { refusal: Some(refusal), ..ScimError::new(401, "not signed in").into() }
}
