//! `{{name}}` and what it stands for. What Okta's two initial scripts set is set here, with the run's key in the names.

use std::collections::BTreeMap;

use crate::target::exchange::encode;
use crate::target::guard::Key;

/// The credentials, which are no text here: they go out as the user's own.
pub(super) const AUTH: [&str; 2] = ["auth", "SCIMAuth"];

/// The base URL, by the names that it has in the exports.
const BASE: [&str; 3] = ["SCIMBaseURL", "SCIMUrl", "SCIM Base URL"];

/// The values of variables.
#[derive(Debug, Clone)]
pub struct Variables {
    base: String,
    given: BTreeMap<String, String>,
    read: BTreeMap<String, String>,
}

/// A variable without a value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{{{{{0}}}}} has no value: no step before has read one")]
pub struct NoValue(pub String);

impl Variables {
    /// What the partner gives and what the initial scripts set. Their random last name holds the key, and by it the user
    /// name: what is created can be known again. Mail goes to `domain`, and not to Okta.
    pub fn new(base: &str, key: &Key, domain: &str) -> Variables {
        let given_name = format!("Runscope{}", digits(key, 0));
        let family_name = format!("{}{}", capitalised(key.word()), digits(key, 3));
        let full_name = format!("{given_name} {family_name}");
        let email = format!("{given_name}{family_name}@{domain}");
        let nobody = format!("abcdefgh@{domain}");
        let updated = format!("{given_name}update");
        let updated_full_name = format!("{updated} {family_name}");
        let upper_case = email.to_uppercase();
        let set = [
            // Of the SPEC tests.
            ("randomGivenName", given_name.as_str()),
            ("randomFamilyName", &family_name),
            ("randomEmail", &email),
            ("randomUsername", &email),
            ("randomUsernameCaps", &upper_case),
            ("InvalidUserEmail", &nobody),
            ("UserIdThatDoesNotExist", "010101001010101011001010101011"),
            // Of the CRUD tests.
            ("okta_user_firstname", &given_name),
            ("okta_user_lastname", &family_name),
            ("okta_user_fullname", &full_name),
            ("okta_user_firstname_update", &updated),
            ("okta_user_fullname_update", &updated_full_name),
            ("okta_user_email", &email),
            ("okta_user_title", "Engineer"),
            ("okta_user_primaryphone", "415.123.4567"),
        ];
        let bases = BASE.map(|name| (name, base));
        let given = set.into_iter().chain(bases).map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Variables { base: base.into(), given, read: BTreeMap::new() }
    }

    /// The base URL of the target.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sets what the user gives. False for what is given by other options.
    pub fn give(&mut self, name: &str, value: &str) -> bool {
        let fits = !AUTH.contains(&name) && !BASE.contains(&name);
        if fits {
            self.given.insert(name.into(), value.into());
        }
        fits
    }

    /// Sets what a step has read.
    pub(super) fn learn(&mut self, name: &str, value: &str) {
        self.read.insert(name.into(), value.into());
    }

    /// A step should have read it, and has not.
    pub(super) fn forget(&mut self, name: &str) {
        self.read.remove(name);
        self.given.remove(name);
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.read.get(name).or_else(|| self.given.get(name)).map(String::as_str)
    }

    /// The text with its variables' values.
    pub(super) fn fill(&self, text: &str) -> Result<String, NoValue> {
        self.filled(text, |name| self.value(name).map(String::from))
    }

    /// The same for a URL: what was read is one piece of it, whatever characters it holds.
    pub(super) fn fill_url(&self, text: &str) -> Result<String, NoValue> {
        self.filled(text, |name| {
            self.read.get(name).map(|value| encode(value)).or_else(|| self.given.get(name).cloned())
        })
    }

    fn filled(&self, text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, NoValue> {
        let mut filled = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Variable(name) => filled.push_str(&value(name).ok_or_else(|| NoValue(name.into()))?),
            }
        }
        Ok(filled)
    }
}

/// The variables that a text names.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(name),
        Piece::Text(_) => None,
    })
}

enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else { break };
        pieces.extend([Piece::Text(before), Piece::Variable(name)]);
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// Three digits, as the scripts put them behind each name.
fn digits(key: &Key, from: usize) -> String {
    key.word().bytes().cycle().skip(from).take(3).map(|byte| char::from(b'0' + byte % 10)).collect()
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE_URL: &str = "https://app.example/scim";

    fn variables() -> Variables {
        Variables::new(BASE_URL, &Key::new("k3yk3yk3yk3y").expect("a key"), "example.com")
    }

    #[test]
    fn the_names_have_the_form_of_oktas_and_show_the_key() {
        let variables = variables();
        let value = |name: &str| variables.value(name).expect(name);
        assert_eq!(value("randomGivenName"), "Runscope711");
        assert_eq!(value("randomFamilyName"), "K3yk3yk3yk3y711");
        assert_eq!(value("randomUsername"), "Runscope711K3yk3yk3yk3y711@example.com");
        assert_eq!(value("randomUsernameCaps"), "RUNSCOPE711K3YK3YK3YK3Y711@EXAMPLE.COM");
        assert_eq!(value("okta_user_fullname_update"), "Runscope711update K3yk3yk3yk3y711");
    }

    #[test]
    fn what_was_read_is_one_piece_of_a_url() {
        let mut variables = variables();
        variables.learn("id", "a/b?c");
        assert_eq!(
            variables.fill_url("{{SCIMBaseURL}}/Users/{{id}}").as_deref(),
            Ok("https://app.example/scim/Users/a%2Fb%3Fc")
        );
        assert_eq!(variables.fill("<{{id}}>}}{{").as_deref(), Ok("<a/b?c>}}{{"));
        assert_eq!(variables.fill("{{random_int}}"), Err(NoValue("random_int".into())));
    }

    #[test]
    fn what_other_options_give_is_not_given_twice() {
        let mut variables = variables();
        assert!(variables.give("EntitlementEndpoint", "/Roles") && variables.knows("EntitlementEndpoint"));
        assert!(!variables.give("auth", "secret") && !variables.give("SCIMBaseURL", "https://other.example"));
    }
}
