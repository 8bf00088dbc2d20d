//! Reading a file, and what is wrong with it: words that mean nothing, and statements that contradict each other.

use crate::attribute::{Attribute, Condition, Kind, Mutability};
use crate::authentication::Scheme;
use crate::claim::Shown;
use crate::core;
use crate::feature::Feature;
use crate::gate::{ClosedBy, Refusal};
use crate::place::Position;
use crate::scalar::Scalar;
use crate::source::{Basis, Said};
use crate::{Profile, account};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::ops::Range;
use toml::Spanned;

/// Something wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct Complaint {
    /// Where.
    pub position: Position,
    /// What.
    pub message: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.position, self.message)
    }
}

impl Profile {
    /// Reads a file that has nothing wrong with it.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the file: what cannot be read is one complaint alone.
    pub fn read(text: &str) -> Result<Self, Vec<Complaint>> {
        let profile: Self = toml::from_str(text).map_err(|error| {
            let byte = error.span().map_or(text.len(), |span| span.start);
            vec![Complaint { position: Position::of(text, byte), message: error.message().to_owned() }]
        })?;
        let mut found: Vec<Complaint> = Lint::of(&profile)
            .into_iter()
            .map(|(span, message)| Complaint { position: Position::of(text, span.start), message })
            .collect();
        found.sort();
        if found.is_empty() { Ok(profile) } else { Err(found) }
    }
}

type Found = Vec<(Range<usize>, String)>;

/// One pass over a profile.
struct Lint<'a> {
    profile: &'a Profile,
    found: Found,
}

impl<'a> Lint<'a> {
    fn of(profile: &'a Profile) -> Found {
        let mut lint = Self { profile, found: Vec::new() };
        lint.claims();
        lint.features();
        lint.authentication();
        lint.gates();
        lint.accounts();
        lint.attributes();
        lint.application();
        lint.found
    }

    fn complain(&mut self, at: Range<usize>, message: impl Into<String>) {
        self.found.push((at, message.into()));
    }

    /// A word may stand once.
    fn once<'b>(&mut self, what: &str, words: impl IntoIterator<Item = &'b Spanned<String>>) {
        let mut seen = HashSet::new();
        for word in words {
            if !seen.insert(word.get_ref().to_ascii_lowercase()) {
                self.complain(word.span(), format!("{what} {:?} is there twice", word.get_ref()));
            }
        }
    }

    /// Claims have ids of their own, keys cite claims that there are, and what shows has keys.
    fn claims(&mut self) {
        let claims = &self.profile.claims;
        self.once("the claim", claims.iter().map(|claim| &claim.id));
        let known: HashMap<&str, Basis> =
            claims.iter().map(|claim| (claim.id.get_ref().as_str(), claim.basis)).collect();
        let mut cited = HashSet::new();
        for statement in self.profile.statements() {
            let source = statement.from.get_ref();
            for id in &source.claims {
                match known.get(id.as_str()) {
                    None => self.complain(statement.from.span(), format!("{}: there is no claim {id}", statement.key)),
                    Some(basis) if *basis < source.basis => self.complain(
                        statement.from.span(),
                        format!(
                            "{}: {} cannot be {}, since the claim is {}",
                            statement.key,
                            id,
                            source.basis.name(),
                            basis.name()
                        ),
                    ),
                    Some(_) => {
                        cited.insert(id.as_str());
                    }
                }
            }
        }
        for claim in claims {
            let id = claim.id.get_ref();
            if !is_claim_id(id) {
                self.complain(claim.id.span(), format!("{id:?} is no id of a claim, which looks like ACME-01"));
            }
            if claim.shows.is_empty() {
                self.complain(
                    claim.id.span(),
                    format!("{id} shows nowhere; what only stands in the documents shows in text"),
                );
            }
            if claim.shows.contains(&Shown::Wire) && !cited.contains(id.as_str()) {
                self.complain(claim.id.span(), format!("{id} shows on the wire, and no key stands for it"));
            }
        }
    }

    fn offers(&self, feature: Feature) -> Option<bool> {
        self.profile.features.get(&feature).map(|offer| *offer.get())
    }

    fn features(&mut self) {
        let needs = [
            (Feature::Reactivate, Feature::Deactivate),
            (Feature::EnhancedGroupPush, Feature::GroupPush),
            (Feature::Link, Feature::CreateUsers),
        ];
        for (feature, other) in needs {
            if self.offers(feature) == Some(true) && self.offers(other) == Some(false) {
                let at = self.profile.features[&feature].value.span();
                self.complain(at, format!("{} needs {}, which is not offered", feature.name(), other.name()));
            }
        }
        let groups = [Feature::ImportGroups, Feature::GroupPush, Feature::EnhancedGroupPush];
        let wants = groups.into_iter().find(|feature| self.offers(*feature) == Some(true));
        match (wants, &self.profile.groups) {
            (Some(feature), None) => {
                let at = self.profile.features[&feature].value.span();
                self.complain(at, format!("{} needs [groups]", feature.name()));
            }
            (None, Some(groups)) => {
                self.complain(groups.from.span(), "there are groups, and no feature that uses them");
            }
            _ => {}
        }
        let sets = self.profile.accounts.password.as_ref().map(|password| *password.get() == account::Password::Set);
        if let (Some(offered), Some(sets)) = (self.offers(Feature::PasswordSync), sets)
            && offered != sets
        {
            let at = self.profile.features[&Feature::PasswordSync].value.span();
            self.complain(at, "password-sync and accounts, password contradict each other");
        }
        for refusal in &self.profile.refusals {
            let (method, path) = refusal.method_and_path();
            if !(Refusal::METHODS.contains(&method) && Refusal::PATHS.contains(&path)) {
                let words = format!(
                    "a request is one of {}, a space, and one of {}",
                    Refusal::METHODS.join(", "),
                    Refusal::PATHS.join(", ")
                );
                self.complain(refusal.request.span(), words);
            }
            if !(400..=599).contains(&refusal.status) {
                self.complain(
                    refusal.request.span(),
                    format!("{} is the status of no refusal: 400 to 599", refusal.status),
                );
            }
        }
        let deletes = |request: &str| request.starts_with("DELETE /Users/");
        if self.offers(Feature::RemoveUsers) == Some(true)
            && let Some(refusal) = self.profile.refusals.iter().find(|refusal| deletes(refusal.request.get_ref()))
        {
            self.complain(refusal.request.span(), "remove-users is offered, and DELETE refused");
        }
    }

    /// Keys of one scheme mean nothing under another.
    fn authentication(&mut self) {
        let authentication = &self.profile.authentication;
        let mut schemes = vec![*authentication.scheme.get()];
        schemes.extend(authentication.also.iter().flat_map(|also| also.get()));
        let has = |scheme: Scheme| schemes.contains(&scheme);
        let (code, client) = (has(Scheme::AuthorizationCode), has(Scheme::ClientCredentials));
        let only = [
            ("token-seconds", place(&authentication.token_seconds), code || client),
            ("refresh", place(&authentication.refresh), code),
            ("pkce", place(&authentication.pkce), code),
            ("redirect-uris", place(&authentication.redirect_uris), code),
            ("idle-days", place(&authentication.idle_days), code),
            ("client-authentication", place(&authentication.client_authentication), code || client),
            ("secret-ends-tokens", place(&authentication.secret_ends_tokens), client),
            ("can-be-deleted", place(&authentication.can_be_deleted), client),
        ];
        for (key, at, fits) in only {
            if let Some(at) = at.filter(|_| !fits) {
                self.complain(at, format!("{key} means nothing with this scheme"));
            }
        }
        if code && authentication.redirect_uris.as_ref().is_none_or(|uris| uris.get().is_empty()) {
            let at = authentication.scheme.value.span();
            self.complain(at, "authorization-code needs redirect-uris");
        }
    }

    fn gates(&mut self) {
        self.once("the gate", self.profile.gates.iter().map(|gate| &gate.name));
        for gate in &self.profile.gates {
            let is_switch = gate.closed_by == ClosedBy::Switch;
            if is_switch != (gate.open_for.is_empty() && gate.closed_for.is_empty()) {
                let words = if is_switch {
                    "a switch is open or closed, and for nobody"
                } else {
                    "it says for whom it is open, open-for"
                };
                self.complain(gate.name.span(), format!("{}: {words}", gate.name.get_ref()));
            }
            if let Some(both) = gate.open_for.iter().find(|one| gate.closed_for.contains(one)) {
                self.complain(gate.name.span(), format!("{}: {both} is open and closed", gate.name.get_ref()));
            }
        }
    }

    fn accounts(&mut self) {
        let Some(accepts) = &self.profile.accounts.accepts else { return };
        let names = accepts.attributes.get();
        for name in names {
            if self.kind_of(name).is_none() {
                self.complain(accepts.attributes.value.span(), format!("there is no attribute {name}"));
            }
        }
        if !names.iter().any(|name| name == "userName") {
            self.complain(
                accepts.attributes.value.span(),
                "an account has a userName, which is not among what is accepted",
            );
        }
    }

    fn attributes(&mut self) {
        self.once("the extension", self.profile.extensions.iter().map(|extension| &extension.urn));
        for extension in &self.profile.extensions {
            self.once("the attribute", extension.attributes.iter().map(|attribute| &attribute.name));
            let urn = extension.urn.get_ref();
            if !urn.to_ascii_lowercase().starts_with("urn:") || urn.contains(char::is_whitespace) {
                self.complain(extension.urn.span(), format!("{urn:?} is no URN"));
            }
            for attribute in &extension.attributes {
                if !is_attribute_name(attribute.name.get_ref()) {
                    self.complain(
                        attribute.name.span(),
                        format!("{:?} is no name of an attribute", attribute.name.get_ref()),
                    );
                }
                if attribute.kind.is_none() {
                    self.complain(attribute.name.span(), format!("{} has no type", attribute.name.get_ref()));
                }
                self.attribute(attribute, attribute.kind);
            }
        }
        self.once("the attribute", self.profile.attributes.iter().map(|attribute| &attribute.name));
        for attribute in &self.profile.attributes {
            let name = attribute.name.get_ref();
            match core::kind_of(name) {
                None => self.complain(
                    attribute.name.span(),
                    format!("RFC 7643 has no attribute {name}; one of your own stands in an extension"),
                ),
                Some(_) if attribute.kind.is_some() || attribute.multi_valued => {
                    self.complain(attribute.name.span(), format!("the type of {name} is that of RFC 7643"));
                }
                Some(kind) => self.attribute(attribute, kind),
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, kind: Option<Kind>) {
        let name = attribute.name.get_ref();
        let rules = [attribute.rule.is_some(), attribute.values.is_some()];
        if rules == [true, true] {
            self.complain(attribute.name.span(), format!("{name} has a rule and a set of values; one would do"));
        }
        if let Some(invalid) = attribute.invalid.as_ref().filter(|_| rules == [false, false]) {
            self.complain(
                invalid.value.span(),
                format!("{name}: no value is invalid without a rule or a set of values"),
            );
        }
        if let Some(invalid) = &attribute.invalid
            && *invalid.get() == crate::Invalid::Default
            && attribute.default.is_none()
        {
            self.complain(invalid.value.span(), format!("{name}: there is no default to take"));
        }
        if let Some(rule) = &attribute.rule
            && rule.get().asks_for_known() == attribute.known.is_empty()
        {
            let words = if attribute.known.is_empty() {
                "needs to be told what is known"
            } else {
                "does not ask for what is known"
            };
            self.complain(rule.value.span(), format!("{name}: {} {words}", rule.get().name()));
        }
        if let (Some(when), None) = (&attribute.rule_when, &attribute.rule) {
            self.complain(when.value.span(), format!("{name}: there is no rule"));
        }
        if let Some(default) = &attribute.default {
            if !fits(default.get(), kind) {
                self.complain(default.value.span(), format!("{name}: the default is of another type"));
            }
            if let (Some(values), Scalar::Text(text)) = (&attribute.values, default.get())
                && !values.get().contains(text)
            {
                self.complain(default.value.span(), format!("{name}: {text:?} is not among the values"));
            }
        }
        if let Some(mutability) = &attribute.mutability
            && *mutability.get() == Mutability::ReadOnly
            && (attribute.required.is_some() || attribute.required_when.is_some())
        {
            self.complain(mutability.value.span(), format!("{name}: nobody can send what is required"));
        }
        for when in [&attribute.rule_when, &attribute.applies_when, &attribute.required_when].into_iter().flatten() {
            self.condition(name, when);
        }
    }

    /// A condition is about another attribute, whose type it fits.
    fn condition(&mut self, name: &str, when: &Said<Condition>) {
        let Condition { attribute, is } = when.get();
        match self.kind_of(attribute) {
            None => self.complain(when.value.span(), format!("{name}: there is no attribute {attribute}")),
            Some(_) if attribute == name => self.complain(when.value.span(), format!("{name} depends on itself")),
            Some(kind) if !fits(is, kind) => {
                self.complain(when.value.span(), format!("{name}: {attribute} is never {is}"));
            }
            Some(_) => {}
        }
    }

    fn kind_of(&self, name: &str) -> Option<Option<Kind>> {
        self.profile.kind_of(name)
    }

    fn application(&mut self) {
        self.once("the mail", self.profile.mails.iter().map(|mail| &mail.name));
        self.once("the opt-in", self.profile.opt_ins.iter().map(|opt_in| &opt_in.name));
        self.once("the advisory", self.profile.advisories.iter().map(|advisory| &advisory.name));
        if let Some(equipment) = &self.profile.equipment {
            self.once("the item", equipment.items.iter());
            if equipment.items.is_empty() {
                self.complain(equipment.from.span(), "no items are named");
            }
        }
        let accounts = &self.profile.accounts;
        if let (Some(keeps), None) = (&accounts.keeps_what_is_given, &accounts.access_level) {
            self.complain(keeps.value.span(), "without an access level nothing is given");
        }
        let named = self.profile.opt_ins.iter().map(|it| &it.attribute);
        let named = named.chain(self.profile.advisories.iter().map(|it| &it.attribute));
        for attribute in named.chain(self.profile.permissions.iter().map(|it| &it.attribute)) {
            if self.kind_of(attribute.get_ref()).is_none() {
                self.complain(attribute.span(), format!("there is no attribute {}", attribute.get_ref()));
            }
        }
        if let Some(child) = &self.profile.organisation.child_attribute {
            if self.kind_of(child.get()).is_none() {
                self.complain(child.value.span(), format!("there is no attribute {}", child.get()));
            }
            if self.profile.organisation.children.is_empty() {
                self.complain(child.value.span(), "no children are named");
            }
        }
        let mut values: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
        for permission in &self.profile.permissions {
            if !values.entry(permission.attribute.get_ref()).or_default().insert(permission.value.get_ref()) {
                self.complain(permission.value.span(), format!("{:?} is there twice", permission.value.get_ref()));
            }
        }
    }
}

/// Whether a value is of a type. Complex attributes have no values of their own.
fn fits(value: &Scalar, kind: Option<Kind>) -> bool {
    match kind {
        None => false,
        Some(Kind::Boolean) => matches!(value, Scalar::Boolean(_)),
        Some(Kind::Integer) => matches!(value, Scalar::Integer(_)),
        Some(Kind::Decimal) => matches!(value, Scalar::Integer(_) | Scalar::Decimal(_)),
        Some(Kind::String | Kind::DateTime | Kind::Reference) => matches!(value, Scalar::Text(_)),
    }
}

/// Where a value stands, if there is one.
fn place<T>(said: &Option<Said<T>>) -> Option<Range<usize>> {
    said.as_ref().map(|said| said.value.span())
}

/// Capitals, a hyphen, two digits or more.
fn is_claim_id(id: &str) -> bool {
    id.split_once('-').is_some_and(|(letters, digits)| {
        !letters.is_empty()
            && letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && digits.len() >= 2
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A letter, then letters, digits, `-` and `_` (RFC 7643 §2.1).
fn is_attribute_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'$'))
}
