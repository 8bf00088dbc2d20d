//! The names of RFC 7643: what a profile may have rules for without an extension of its own.

use crate::Profile;
use crate::attribute::Kind;

/// URN of the enterprise extension.
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const USER: &[(&str, Kind)] = &[
    ("userName", Kind::String),
    ("externalId", Kind::String),
    ("displayName", Kind::String),
    ("nickName", Kind::String),
    ("profileUrl", Kind::Reference),
    ("title", Kind::String),
    ("userType", Kind::String),
    ("preferredLanguage", Kind::String),
    ("locale", Kind::String),
    ("timezone", Kind::String),
    ("active", Kind::Boolean),
    ("password", Kind::String),
];

/// Complex attributes, and their parts besides those of lists.
const COMPLEX: &[(&str, &[&str])] = &[
    ("name", &["formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix"]),
    ("emails", LIST),
    ("phoneNumbers", LIST),
    ("ims", LIST),
    ("photos", LIST),
    ("addresses", &["formatted", "streetAddress", "locality", "region", "postalCode", "country", "type", "primary"]),
    ("entitlements", LIST),
    ("roles", LIST),
    ("x509Certificates", LIST),
];

const LIST: &[&str] = &["value", "display", "type", "primary"];

const ENTERPRISE_NAMES: &[&str] =
    &["employeeNumber", "costCenter", "organization", "division", "department", "manager"];

impl Profile {
    /// The type of what a name means: an attribute of the RFC, or of an extension, with or without its URN. `None` if it
    /// means nothing, and within for complex attributes.
    #[must_use]
    pub fn kind_of(&self, name: &str) -> Option<Option<Kind>> {
        let own = self.extensions.iter().flat_map(|extension| {
            extension.attributes.iter().map(move |attribute| (extension.urn.get_ref(), attribute))
        });
        kind_of(name).or_else(|| {
            let mut own = own.filter(|(urn, attribute)| {
                let short = attribute.name.get_ref();
                short == name || name.strip_prefix(urn.as_str()).and_then(|rest| rest.strip_prefix(':')) == Some(short)
            });
            own.next().map(|(_, attribute)| attribute.kind)
        })
    }
}

/// The type of what a name means in a user of RFC 7643, or nothing. `None` within is a complex attribute.
pub(crate) fn kind_of(name: &str) -> Option<Option<Kind>> {
    if let Some(name) = strip_urn(name) {
        let simple = || Some(Kind::String).filter(|_| name != "manager");
        return ENTERPRISE_NAMES.contains(&name).then(simple);
    }
    if let Some((_, kind)) = USER.iter().find(|(known, _)| *known == name) {
        return Some(Some(*kind));
    }
    let (name, part) = match name.split_once('.') {
        Some((name, part)) => (name, Some(part)),
        None => (name, None),
    };
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    let (_, parts) = COMPLEX.iter().find(|(known, _)| *known == name)?;
    match part {
        None => Some(None),
        Some("primary") => parts.contains(&"primary").then_some(Some(Kind::Boolean)),
        Some(part) => parts.contains(&part).then_some(Some(Kind::String)),
    }
}

fn strip_urn(name: &str) -> Option<&str> {
    name.strip_prefix(ENTERPRISE)?.strip_prefix(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_rfc_are_known() {
        assert_eq!(kind_of("userName"), Some(Some(Kind::String)));
        assert_eq!(kind_of("name"), Some(None));
        assert_eq!(kind_of("name.givenName"), Some(Some(Kind::String)));
        assert_eq!(kind_of("emails.primary"), Some(Some(Kind::Boolean)));
        assert_eq!(kind_of("phoneNumbers[type eq \"mobile\"].value"), Some(Some(Kind::String)));
        assert_eq!(kind_of(&format!("{ENTERPRISE}:organization")), Some(Some(Kind::String)));
        for unknown in ["username", "name.first", "emails.adress", "urn:x:y", "name.primary"] {
            assert_eq!(kind_of(unknown), None, "{unknown}");
        }
    }
}
