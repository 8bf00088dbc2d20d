//! Accounts that somebody has made in the application itself and that no list shows, until a client takes them over.

use super::Provider;
use crate::policy::Links;
use crate::scim::ScimError;
use crate::scim::fold::{Folding, opaque};
use crate::scim::resource::Attributes;
use crate::scim::schema::ResourceKind;
use crate::store::Password;
use serde_json::{Value, json};
use std::sync::{MutexGuard, PoisonError};

/// So many are kept.
const MOST: usize = 10_000;

/// Such an account.
pub(super) struct Unlisted {
    pub(super) id: String,
    attributes: Attributes,
    pub(super) password: Option<Password>,
}

impl Unlisted {
    fn user_name(&self) -> &str {
        self.attributes.get("userName").and_then(Value::as_str).unwrap_or_default()
    }
}

impl Provider {
    pub(super) fn make_unlisted(&self, body: &Value) -> Result<String, ScimError> {
        let kind = ResourceKind::User;
        let mut submitted = self.submitted(kind, body)?;
        self.complete(body, &mut submitted.attributes);
        let store = self.writing();
        self.check_unique(&store, kind, &submitted.attributes, None)?;
        let id = self.free_id(&store, self.now());
        let password = submitted.password.as_deref().map(|clear| Password::new(&opaque(clear)));
        let account = Unlisted { id: id.clone(), attributes: submitted.attributes, password };
        if self.is_unlisted(account.user_name()) {
            return Err(ScimError::conflict("there is an account with this userName"));
        }
        let mut accounts = self.unlisted();
        if accounts.len() == MOST {
            return Err(ScimError::new(422, format!("there are {MOST} unlisted accounts, and no room for more")));
        }
        accounts.push(account);
        Ok(id)
    }

    /// Takes over the account whose name a new user has: its names stay what they were for whoever signs in with them.
    pub(super) fn take_over(&self, kind: ResourceKind, user: &mut Attributes) -> Option<Unlisted> {
        if kind != ResourceKind::User || self.policy.writes.links == Links::Listed {
            return None;
        }
        let name = user.get("userName")?.as_str()?.to_owned();
        let mut accounts = self.unlisted();
        let at = accounts.iter().position(|account| self.is_same_name(account.user_name(), &name))?;
        let account = accounts.remove(at);
        for name in ["userName", "emails"] {
            if let Some(value) = account.attributes.get(name) {
                user.insert(name.to_owned(), value.clone());
            }
        }
        Some(account)
    }

    /// Whether an account that no list shows has that name.
    pub(super) fn is_unlisted(&self, name: &str) -> bool {
        self.policy.writes.links == Links::OnPost
            && self.unlisted().iter().any(|account| self.is_same_name(account.user_name(), name))
    }

    /// These accounts, for the pages of the application.
    pub(crate) fn unlisted_accounts(&self) -> Value {
        let accounts = self.unlisted();
        let shown = |account: &Unlisted| json!({ "id": account.id, "userName": account.user_name() });
        json!({ "total": accounts.len(), "items": accounts.iter().take(100).map(shown).collect::<Vec<_>>() })
    }

    fn is_same_name(&self, one: &str, other: &str) -> bool {
        let folding = Folding::Folded(self.policy.filters.comparison);
        folding.of(one) == folding.of(other)
    }

    fn unlisted(&self) -> MutexGuard<'_, Vec<Unlisted>> {
        self.unlisted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
