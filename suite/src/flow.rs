//! A flow: what happens at an identity provider, step by step, and what a product has to show after each, by what it says
//! of itself.
//!
//! The script and what it expects are made of the profile; the clients of the identity providers are those of
//! [`crate::idp`]; [`crate::runner::flow`] plays one to the other.

pub mod cast;
pub mod compare;
mod place;
pub mod script;
mod shown;
pub mod world;

use scim_profile::{Feature, Profile, Said};

use crate::idp::emulator::{Emulator, Options, Person, Who};
use crate::idp::entra::{Flag, Tenant};
use crate::idp::google::{Directory, Form};
use crate::idp::okta::organisation::{Dialect, Organisation};

/// Whose client plays a flow, and how it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Okta's, in one of its dialects.
    Okta(Dialect),
    /// Entra's, with or without the flag.
    Entra(Flag),
    /// Google's, in one of the forms that it may have.
    Google(Form),
}

impl Client {
    /// All of them.
    pub const ALL: [Client; 6] = [
        Client::Okta(Dialect::Put),
        Client::Okta(Dialect::Patch),
        Client::Entra(Flag::None),
        Client::Entra(Flag::Compliant),
        Client::Google(Form::Put),
        Client::Google(Form::Patch),
    ];

    /// Those of the identity providers that a product names.
    pub fn of(profile: &Profile) -> impl Iterator<Item = Client> {
        let named = |word: &'static str| profile.identity_providers.iter().any(|name| name.contains(word));
        Client::ALL.into_iter().filter(move |client| named(client.provider()))
    }

    /// The name of the identity provider, as products write it or a part of it.
    pub fn provider(self) -> &'static str {
        match self {
            Client::Okta(_) => "Okta",
            Client::Entra(_) => "Entra",
            Client::Google(_) => "Google",
        }
    }

    /// Whether it is known how the client does this: of Google's only the create was seen (GOOG-USR-003).
    pub fn is_known_for(self, feature: Feature) -> bool {
        !matches!(self, Client::Google(_)) || feature == Feature::CreateUsers
    }

    /// The word of ids and reports.
    pub fn name(self) -> &'static str {
        match self {
            Client::Okta(Dialect::Put) => "okta-put",
            Client::Okta(Dialect::Patch) => "okta-patch",
            Client::Entra(Flag::None) => "entra",
            Client::Entra(Flag::Compliant) => "entra-flag",
            Client::Google(Form::Put) => "google-put",
            Client::Google(Form::Patch) => "google-patch",
        }
    }

    /// Whether somebody who is suspended there is told of (OKTA-USR-041).
    pub fn tells_of_suspensions(self) -> bool {
        !matches!(self, Client::Okta(_))
    }

    /// Whether people are ever deleted (OKTA-USR-042).
    pub fn deletes(self) -> bool {
        !matches!(self, Client::Okta(_))
    }

    /// Whether it reads what the application has.
    pub fn imports(self) -> bool {
        matches!(self, Client::Okta(_))
    }

    /// Whether it sends groups.
    pub fn pushes_groups(self) -> bool {
        matches!(self, Client::Okta(_))
    }

    /// The client, for these people and groups.
    pub fn start(self, options: Options, people: Vec<Person>, groups: Vec<(String, Vec<Who>)>) -> Box<dyn Emulator> {
        match self {
            Client::Okta(dialect) => Box::new(Organisation::new(dialect, options, people, groups)),
            Client::Entra(flag) => Box::new(Tenant::new(flag, options, people)),
            Client::Google(form) => Box::new(Directory::new(form, options, people)),
        }
    }
}

/// What a product says of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// It is there.
    Claimed,
    /// Nothing is said.
    Silent,
    /// It is not there.
    Denied,
}

/// What the product says of this feature.
pub fn offered(profile: &Profile, feature: Feature) -> Offered {
    match profile.features.get(&feature).map(Said::get) {
        Some(true) => Offered::Claimed,
        Some(false) => Offered::Denied,
        None => Offered::Silent,
    }
}

/// How an administrator sets the application up: what is said not to be there is switched off (OKTA-TST-005). What the
/// documents do not speak of is tried.
pub fn options(profile: &Profile) -> Options {
    let on = |feature| offered(profile, feature) != Offered::Denied;
    Options {
        creates: on(Feature::CreateUsers),
        updates: on(Feature::UpdateAttributes),
        updates_administrators: profile.accounts.updates_administrators.as_ref().is_none_or(|said| *said.get()),
        deactivates: on(Feature::Deactivate),
        deletes: on(Feature::RemoveUsers),
        imports_users: on(Feature::ImportUsers),
        imports_groups: on(Feature::ImportGroups),
        pushes_groups: on(Feature::GroupPush),
    }
}
