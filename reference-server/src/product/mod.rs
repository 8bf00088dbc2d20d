//! A product as this server plays it: what its profile says, made into schemas and into rules for what is written.

mod console;
mod place;
mod refused;
mod ruled;
mod schemas;
mod state;

pub use console::{Console, Credentials, LastingToken};
pub(crate) use place::Place;
pub(crate) use ruled::Rules;
pub use state::Organisation;
pub(crate) use state::State;

use crate::policy::{Groups, Policy};
use crate::scim::ScimError;
use crate::scim::patch::UnknownPaths;
use crate::scim::schema::{Own, ResourceType, Vocabulary};
use axum::http::Method;
use refused::Refused;
use scim_profile::{Others, Password, Profile};

/// A product. It lives as long as the process: schemas do, and a server has one product.
#[derive(Debug)]
pub struct Product {
    profile: Profile,
    resource_types: [ResourceType; 2],
    rules: Rules,
    refused: Vec<Refused>,
}

impl Product {
    /// Makes schemas and rules of a profile.
    #[must_use]
    pub fn of(profile: Profile) -> &'static Self {
        let resource_types = schemas::of(&profile);
        let rules = Rules::of(&profile, &resource_types[0]);
        let refused = profile.refusals.iter().map(Refused::of).collect();
        Box::leak(Box::new(Self { profile, resource_types, rules, refused }))
    }

    /// The policy of a server that plays it: what Okta needs, and what the profile says.
    #[must_use]
    pub fn policy(&'static self) -> Policy {
        let mut policy = Policy::okta();
        policy.vocabulary = Vocabulary::Own(Own(&self.resource_types));
        policy.product = Some(self);
        if self.profile.groups.is_none() {
            policy.offers.groups = Groups::EmptyList;
        }
        let accounts = &self.profile.accounts;
        if accounts.password.as_ref().is_some_and(|password| *password.get() == Password::Ignored) {
            policy.offers.passwords = false;
        }
        if accounts.accepts.as_ref().is_some_and(|accepts| *accepts.others.get() == Others::Ignored) {
            policy.patch.unknown_keys = UnknownPaths::Ignored;
            policy.patch.unknown_paths = UnknownPaths::Ignored;
        }
        policy
    }

    /// What it says of itself.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The refusal of a request that the product refuses whatever it holds; the path as `/Users/{id}`.
    pub(crate) fn refusal(&self, method: &Method, path: &str) -> Option<ScimError> {
        self.refused.iter().find_map(|refused| refused.of_request(method, path))
    }

    /// Where in a user an attribute of the profile is.
    pub(crate) fn place(&self, name: &str) -> Place {
        Place::of(name, None, &self.profile, &self.resource_types[0])
    }

    /// Whether values of an attribute differ when their case differs.
    pub(crate) fn is_case_exact(&self, name: &str) -> bool {
        let ruled = self.profile.all_attributes().find(|attribute| attribute.name.get_ref() == name);
        ruled.and_then(|attribute| attribute.case_exact.as_ref()).is_some_and(|exact| *exact.get())
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }
}

impl PartialEq for Product {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Product {}
