//! What a page is given to work with.

use crate::application::Application;
use crate::config::Forward;
use crate::product::Console;
use crate::provider::Provider;
use crate::scim::ScimError;
use serde_json::Value;

/// The pages of one organisation.
pub(super) struct Desk<'a> {
    pub(super) provider: &'a Provider,
    pub(super) application: &'a Application,
    pub(super) console: Console,
    pub(super) forward: Option<&'a Forward>,
}

/// What somebody wants of a page.
pub(super) struct Call<'a> {
    pub(super) arguments: Vec<String>,
    pub(super) query: &'a str,
    pub(super) body: Value,
}

impl Call<'_> {
    /// What the address names.
    pub(super) fn named(&self) -> &str {
        self.arguments.first().map(String::as_str).unwrap_or_default()
    }

    /// Where a list is to go on; from the beginning if nothing is said.
    pub(super) fn after(&self) -> Result<u64, ScimError> {
        let given = form_urlencoded::parse(self.query.as_bytes()).find(|(name, _)| name == "after");
        let Some((_, text)) = given else { return Ok(0) };
        text.parse().map_err(|_| ScimError::new(400, "after takes a number"))
    }

    pub(super) fn text(&self, name: &str) -> Result<&str, ScimError> {
        self.needs(name, Value::as_str, "a string")
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, ScimError> {
        self.needs(name, Value::as_bool, "true or false")
    }

    /// A whole number of no more than 32 bits.
    pub(super) fn number(&self, name: &str) -> Result<u32, ScimError> {
        self.needs(name, |value| u32::try_from(value.as_u64()?).ok(), "a whole number that is not too large")
    }

    /// What may be left out.
    pub(super) fn maybe<'a, T>(
        &'a self,
        name: &str,
        read: impl Fn(&'a Value) -> Option<T>,
        what: &str,
    ) -> Result<Option<T>, ScimError> {
        match self.body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| ScimError::new(400, format!("{name} takes {what}"))),
        }
    }

    fn needs<'a, T>(&'a self, name: &str, read: impl Fn(&'a Value) -> Option<T>, what: &str) -> Result<T, ScimError> {
        let given = self.maybe(name, read, what)?;
        given.ok_or_else(|| ScimError::new(400, format!("{name} is required, and takes {what}")))
    }
}
