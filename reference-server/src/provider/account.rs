//! Accounts that were there before any client came, and the owners among them.

use super::Provider;
use crate::application::Author;
use crate::config::Account;
use crate::policy::{LastOwner, Links};
use crate::scim::error::ScimError;
use crate::scim::projection::View;
use crate::scim::schema::ResourceKind;
use crate::store::Store;
use serde_json::{Value, json};
use std::sync::PoisonError;

impl Provider {
    /// Makes the accounts, as an administrator would in the application itself.
    pub(crate) fn open_accounts(&self, accounts: &[Account]) {
        for account in accounts {
            let mut body = json!({ "schemas": [ResourceKind::User.definition().schema.id], "active": true });
            body["userName"] = account.user_name.as_str().into();
            body["password"] = account.password.clone().into();
            // Two accounts of one name are one.
            let made = if account.owner { self.make_listed(&body) } else { self.make_account(&body) };
            if let (Ok(id), true) = (made, account.owner) {
                self.owners.lock().unwrap_or_else(PoisonError::into_inner).push(id);
            }
        }
    }

    /// The ids of those that own the organisation.
    pub(crate) fn owners(&self) -> Vec<String> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes an account as an administrator does, and gives its id.
    ///
    /// # Errors
    /// As for a POST.
    pub(crate) fn make_account(&self, body: &Value) -> Result<String, ScimError> {
        match self.policy.writes.links {
            Links::Listed => self.make_listed(body),
            Links::OnPost => self.make_unlisted(body),
        }
    }

    fn make_listed(&self, body: &Value) -> Result<String, ScimError> {
        let made = self.create(Author::Administrator, ResourceKind::User, body, &View::default())?;
        Ok(made.id().unwrap_or_default())
    }

    /// Refuses to take away the last account that owns the organisation. `stays` tells whether the user is to be active.
    pub(super) fn check_owner(
        &self,
        store: &Store,
        kind: ResourceKind,
        id: &str,
        stays: impl FnOnce() -> bool,
    ) -> Result<(), ScimError> {
        if kind != ResourceKind::User || self.policy.writes.last_owner == LastOwner::MayGo {
            return Ok(());
        }
        let owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        if owners.is_empty() || stays() {
            return Ok(());
        }
        let owns = |owner: &&String| {
            let slot = store.find(ResourceKind::User, owner);
            let record = slot.and_then(|slot| store.record(ResourceKind::User, slot));
            record.is_some_and(|record| record.is_active())
        };
        let mut owning = owners.iter().filter(owns);
        match (owning.next(), owning.next()) {
            (Some(last), None) if last == id => {
                Err(ScimError::new(403, "the last owner can neither be deactivated nor deleted"))
            }
            _ => Ok(()),
        }
    }
}
