//! What administrators give to people by hand.

use super::Application;
use super::short;
use crate::scim::ScimError;
use crate::scim::error::quoted;
use scim_profile::Profile;
use serde_json::Value;

/// Most places that somebody works at.
const LOCATIONS: usize = 50;

/// What somebody was given. Nothing stands for what everybody has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) level: Option<String>,
    pub(super) locations: Vec<String>,
    /// There is a provider's record for this member of staff.
    pub(super) is_provider: bool,
}

/// What an administrator changes of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Staff {
    pub(crate) level: Option<String>,
    pub(crate) locations: Option<Vec<String>>,
    pub(crate) is_provider: Option<bool>,
}

impl Application {
    /// Gives something to a user who is there.
    ///
    /// # Errors
    /// 404 where people are not given anything, 422 for a level that is none, or too many locations.
    pub(crate) fn give(&self, id: &str, staff: Staff) -> Result<(), ScimError> {
        let accounts = &self.product.profile().accounts;
        let Some(first) = &accounts.access_level else {
            return Err(ScimError::new(404, "there are no access levels here"));
        };
        let mut levels = vec![first.get().clone()];
        levels.extend(accounts.access_levels.iter().cloned());
        let level = staff.level.map(|level| chosen("level", &level, &levels)).transpose()?;
        if staff.locations.as_ref().is_some_and(|locations| locations.len() > LOCATIONS) {
            return Err(ScimError::new(422, format!("somebody works at {LOCATIONS} locations at most")));
        }
        let mut kept = self.kept();
        let given = kept.given.entry(id.to_owned()).or_default();
        if let Some(level) = level {
            given.level = Some(level);
        }
        if let Some(locations) = staff.locations {
            given.locations = locations.iter().map(|location| short(location)).collect();
        }
        if let Some(is_provider) = staff.is_provider {
            given.is_provider = is_provider;
        }
        Ok(())
    }
}

/// Whether what was given outlives what clients write; where nothing is said, it does.
pub(super) fn is_kept(profile: &Profile) -> bool {
    profile.accounts.keeps_what_is_given.as_ref().is_none_or(|keeps| *keeps.get())
}

/// One of several words.
pub(super) fn chosen(what: &str, word: &str, words: &[String]) -> Result<String, ScimError> {
    let found = words.iter().find(|known| *known == word);
    found
        .cloned()
        .ok_or_else(|| ScimError::new(422, format!("{what} is one of {}, not {}", words.join(", "), quoted(word))))
}

impl Given {
    /// As it stands in a person's view.
    pub(super) fn show(&self, first: &str, person: &mut Value) {
        person["accessLevel"] = self.level.as_deref().unwrap_or(first).into();
        person["locations"] = self.locations.clone().into();
        person["isProvider"] = self.is_provider.into();
    }
}
