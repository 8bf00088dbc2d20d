//! A person as the product's own pages show one.

use super::write::is_open;
use super::{Application, list, rights, text_of};
use crate::scim::resource::Attributes;
use scim_profile::{Password, Probe, Profile};
use serde_json::{Value, json};

/// What the resources say of somebody.
pub(crate) struct Seen<'a> {
    pub(crate) id: &'a str,
    pub(crate) user: &'a Attributes,
    /// Ids of the groups that they belong to, also by way of other groups.
    pub(crate) groups: &'a [String],
    pub(crate) has_password: bool,
}

impl Application {
    /// The person: what every product knows, and what this one does.
    pub(crate) fn person(&self, seen: &Seen<'_>) -> Value {
        let Seen { id, user, groups, has_password } = *seen;
        let (profile, kept) = (self.product.profile(), self.kept());
        let is_open = is_open(user);
        let mut person = json!({
            "id": id,
            "userName": text_of(user, "userName"),
            "displayName": text_of(user, "displayName"),
            "active": is_open,
            "origin": if kept.made_here.contains(id) { "application" } else { "provisioning" },
            "signsIn": is_open || signs_in_when_closed(profile),
            "access": is_open,
            "password": match (has_password, kept.stand_alone.contains(id)) {
                (false, _) => Value::Null,
                (true, false) => "usual".into(),
                (true, true) => "stand-alone".into(),
            },
        });
        if !profile.permissions.is_empty() {
            let permissions = rights::permissions(self.product, user);
            person["permissions"] = list(permissions.iter().map(|permission| permission.value.get_ref().as_str()));
            person["may"] = list(permissions.iter().flat_map(|permission| &permission.may).map(String::as_str));
        }
        if let Some(first) = &profile.accounts.access_level {
            kept.given.get(id).cloned().unwrap_or_default().show(first.get(), &mut person);
        }
        if profile.groups.as_ref().is_some_and(|groups| groups.mapping.is_some()) {
            let mut roles: Vec<&str> =
                groups.iter().filter_map(|group| kept.roles.get(group)).map(String::as_str).collect();
            roles.sort_unstable();
            roles.dedup();
            person["roles"] = list(roles);
        }
        if !profile.opt_ins.is_empty() {
            person["optIns"] = list(rights::opt_ins(self.product, user));
        }
        if profile.organisation.child_attribute.is_some() {
            person["child"] = rights::child(self.product, user).into();
        }
        if profile.equipment.is_some() {
            let holds = kept.lent.iter().filter(|(_, holder)| *holder == id).map(|(item, _)| item.as_str());
            person["equipment"] = list(holds);
        }
        person
    }

    /// The organisation below that somebody belongs to.
    pub(crate) fn child(&self, user: &Attributes) -> Option<String> {
        rights::child(self.product, user)
    }

    /// Remembers a password that somebody has made past the identity provider.
    pub(crate) fn password_made(&self, id: &str) {
        if self.signs_in_elsewhere() && !self.signs_in_when_closed() {
            self.kept().stand_alone.insert(id.to_owned());
        }
    }

    /// Whether people sign in with the identity provider, and have no password here.
    pub(crate) fn signs_in_elsewhere(&self) -> bool {
        let password = &self.product.profile().accounts.password;
        password.as_ref().is_some_and(|password| *password.get() == Password::Ignored)
    }

    /// Whether somebody whose account is closed signs in all the same, and reaches nothing.
    pub(crate) fn signs_in_when_closed(&self) -> bool {
        signs_in_when_closed(self.product.profile())
    }
}

fn signs_in_when_closed(profile: &Profile) -> bool {
    profile.accounts.probe.as_ref().is_some_and(|probe| *probe.get() == Probe::Access)
}
