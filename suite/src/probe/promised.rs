//! What a product says that becomes of an attribute that is written.

use scim_profile::{Attribute, Mutability, Others, Password, Profile, Said};

use super::Facts;
use crate::check::Feature;
use crate::scim::urn;

/// What becomes of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Whatever it is, it is kept, and can be changed.
    Free,
    /// It is kept when it fits a rule of the product's own.
    Ruled,
    /// It is kept, and cannot be changed.
    Once,
    /// It is not kept.
    Ignored,
}

impl Facts {
    /// What becomes of an attribute: `title`, `name.givenName`, or an extension's URN, a colon and a name. Without a
    /// profile nothing is said against any.
    pub fn fate(&self, attribute: &str) -> Fate {
        self.profile.as_ref().map_or(Fate::Free, |profile| fate(profile, attribute))
    }

    /// Whether the product says that it refuses such requests: `DELETE /Users/{id}`.
    pub fn refuses(&self, request: &str) -> bool {
        self.profile.iter().flat_map(|profile| &profile.refusals).any(|refusal| refusal.request.get_ref() == request)
    }

    /// Whether the product says that it ignores whatever it does not know.
    pub fn ignores_others(&self) -> bool {
        let accepts = self.profile.as_ref().and_then(|profile| profile.accounts.accepts.as_ref());
        accepts.is_some_and(|accepts| *accepts.others.get() == Others::Ignored)
    }

    /// Whether there is a profile, and it does not speak of a feature.
    pub fn is_silent_on(&self, feature: Feature) -> bool {
        let speaks = |profile: &Profile| profile.features.keys().any(|known| known.name() == feature.name());
        feature != Feature::Protocol && self.profile.as_deref().is_some_and(|profile| !speaks(profile))
    }

    /// Whether the product says that it does not offer a feature.
    pub fn declines(&self, feature: Feature) -> bool {
        let offers = self.profile.iter().flat_map(|profile| &profile.features);
        let named = offers.filter(|(known, _)| known.name() == feature.name());
        named.map(|(_, offer)| *offer.get()).any(|is_offered| !is_offered)
    }
}

fn fate(profile: &Profile, name: &str) -> Fate {
    let accounts = &profile.accounts;
    let ignores_passwords = accounts.password.as_ref().is_some_and(|it| *it.get() == Password::Ignored);
    if ignores_passwords && name.eq_ignore_ascii_case("password") {
        return Fate::Ignored;
    }
    if accounts.accepts.as_ref().is_some_and(|accepts| !accepts.attributes.get().iter().any(|it| covers(it, name))) {
        return Fate::Ignored;
    }
    if profile.organisation.child_attribute.as_ref().is_some_and(|child| child.get().eq_ignore_ascii_case(name)) {
        return Fate::Ruled;
    }
    let about = profile.attributes.iter().filter(|attribute| covers(attribute.name.get_ref(), name));
    let own = profile.extensions.iter().flat_map(|extension| {
        let is_it = move |it: &&Attribute| covers(&format!("{}:{}", extension.urn.get_ref(), it.name.get_ref()), name);
        extension.attributes.iter().filter(is_it)
    });
    about.chain(own).map(fate_by_rules).find(|fate| *fate != Fate::Free).unwrap_or(Fate::Free)
}

fn fate_by_rules(attribute: &Attribute) -> Fate {
    match attribute.mutability.as_ref().map(Said::get) {
        Some(Mutability::ReadOnly) => Fate::Ignored,
        Some(Mutability::Immutable) => Fate::Once,
        _ if attribute.rule.is_some() || attribute.values.is_some() || attribute.applies_when.is_some() => Fate::Ruled,
        _ => Fate::Free,
    }
}

/// Whether what is said of one name is said of another: of itself, of its parts, and of the whole that it is a part of.
fn covers(said: &str, name: &str) -> bool {
    let (said, name) = (plain(said), plain(name));
    let is_part = |whole: &str, part: &str| part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('.'));
    said == name || is_part(&said, &name) || is_part(&name, &said)
}

/// In lower case, without the core schema's URN and without filters.
fn plain(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let core = format!("{}:", urn::USER.to_ascii_lowercase());
    let name = name.strip_prefix(&core).unwrap_or(&name);
    match (name.find('['), name.find(']')) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &name[..from], &name[to + 1..]),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Fate::{Free, Ignored, Once, Ruled};
    use super::*;

    fn fates(profile: &str, names: &[&str]) -> Vec<Fate> {
        let profile = scim_profile::named(profile).expect("published");
        names.iter().map(|name| fate(profile, name)).collect()
    }

    #[test]
    fn a_closed_set_keeps_what_it_names() {
        let names = ["userName", "displayname", "active", "title", "name", "name.givenName", "emails", "password"];
        assert_eq!(fates("rudderstack", &names), [Once, Free, Free, Ignored, Ignored, Ignored, Once, Ignored]);
        let names = ["name", "name.givenName", "name.middleName", "phoneNumbers", "phoneNumbers.value", "title"];
        assert_eq!(fates("rxnt", &names), [Free, Free, Ignored, Free, Free, Ignored]);
    }

    #[test]
    fn rules_of_the_products_own_are_seen() {
        let organisation = format!("{}:organization", urn::ENTERPRISE);
        assert_eq!(fates("rubiconmd", &["userType", &organisation, "title"]), [Ruled, Ruled, Free]);
        assert_eq!(Facts::default().fate("title"), Free);
    }
}
