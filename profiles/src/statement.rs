//! Every key of a profile that says who says so: what stands for a claim, in one list.

use crate::Profile;
use crate::attribute::Attribute;
use crate::source::{Said, Source};
use toml::Spanned;

/// A key, and who says so.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// The key in words: `attribute npi, required-when`.
    pub key: String,
    /// Who says so.
    pub from: &'a Spanned<Source>,
}

impl Profile {
    /// Every statement, in the order of the keys of this type.
    pub fn statements(&self) -> Vec<Statement<'_>> {
        let mut list = List(Vec::new());
        for (feature, offer) in &self.features {
            list.add(format!("feature {}", feature.name()), &offer.from);
        }
        list.said("organisation, found-by", self.organisation.found_by.as_ref());
        list.said("organisation, child-attribute", self.organisation.child_attribute.as_ref());
        let authentication = &self.authentication;
        list.add("authentication, scheme".into(), &authentication.scheme.from);
        list.said("authentication, also", authentication.also.as_ref());
        list.said("authentication, found-under", authentication.found_under.as_ref());
        list.said("authentication, held-by", authentication.held_by.as_ref());
        list.said("authentication, shown-once", authentication.shown_once.as_ref());
        list.said("authentication, token-seconds", authentication.token_seconds.as_ref());
        list.said("authentication, refresh", authentication.refresh.as_ref());
        list.said("authentication, pkce", authentication.pkce.as_ref());
        list.said("authentication, redirect-uris", authentication.redirect_uris.as_ref());
        list.said("authentication, idle-days", authentication.idle_days.as_ref());
        list.said("authentication, client-authentication", authentication.client_authentication.as_ref());
        list.said("authentication, secret-ends-tokens", authentication.secret_ends_tokens.as_ref());
        list.said("authentication, can-be-deleted", authentication.can_be_deleted.as_ref());
        for gate in &self.gates {
            list.add(format!("gate {}", gate.name.get_ref()), &gate.from);
        }
        let accounts = &self.accounts;
        list.said("accounts, probe", accounts.probe.as_ref());
        list.said("accounts, user-name", accounts.user_name.as_ref());
        list.said("accounts, password", accounts.password.as_ref());
        list.said("accounts, access-level", accounts.access_level.as_ref());
        list.said("accounts, keeps-what-is-given", accounts.keeps_what_is_given.as_ref());
        list.said("accounts, updates-administrators", accounts.updates_administrators.as_ref());
        list.said("accounts, fixed-in-pages", accounts.fixed_in_pages.as_ref());
        if let Some(accepts) = &accounts.accepts {
            list.add("accounts, accepts, attributes".into(), &accepts.attributes.from);
            list.add("accounts, accepts, others".into(), &accepts.others.from);
        }
        for extension in &self.extensions {
            list.add(format!("extension {}", extension.urn.get_ref()), &extension.from);
        }
        for attribute in self.all_attributes() {
            list.attribute(attribute);
        }
        if let Some(groups) = &self.groups {
            list.add("groups".into(), &groups.from);
            if let Some(mapping) = &groups.mapping {
                list.add("groups, mapping".into(), &mapping.from);
            }
        }
        for refusal in &self.refusals {
            list.add(format!("refusal {}", refusal.request.get_ref()), &refusal.from);
        }
        for mail in &self.mails {
            list.add(format!("mail {}", mail.name.get_ref()), &mail.from);
        }
        for opt_in in &self.opt_ins {
            list.add(format!("opt-in {}", opt_in.name.get_ref()), &opt_in.from);
        }
        for advisory in &self.advisories {
            list.add(format!("advisory {}", advisory.name.get_ref()), &advisory.from);
        }
        for permission in &self.permissions {
            list.add(format!("permission {}", permission.value.get_ref()), &permission.from);
        }
        if let Some(equipment) = &self.equipment {
            list.add("equipment".into(), &equipment.from);
        }
        for follow_up in &self.follow_ups {
            list.add(format!("follow-up {:?}", follow_up.words), &follow_up.from);
        }
        for limit in &self.limits {
            list.add(format!("limit {:?}", limit.words), &limit.from);
        }
        list.0
    }

    /// The attributes with rules: those of the RFC first, then those of the extensions.
    pub fn all_attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.iter().chain(self.extensions.iter().flat_map(|extension| &extension.attributes))
    }
}

struct List<'a>(Vec<Statement<'a>>);

impl<'a> List<'a> {
    fn add(&mut self, key: String, from: &'a Spanned<Source>) {
        self.0.push(Statement { key, from });
    }

    fn said<T>(&mut self, key: &str, said: Option<&'a Said<T>>) {
        if let Some(said) = said {
            self.add(key.to_owned(), &said.from);
        }
    }

    fn attribute(&mut self, attribute: &'a Attribute) {
        let name = attribute.name.get_ref();
        self.add(format!("attribute {name}"), &attribute.from);
        self.said(&format!("attribute {name}, rule"), attribute.rule.as_ref());
        self.said(&format!("attribute {name}, rule-when"), attribute.rule_when.as_ref());
        self.said(&format!("attribute {name}, values"), attribute.values.as_ref());
        self.said(&format!("attribute {name}, case-exact"), attribute.case_exact.as_ref());
        self.said(&format!("attribute {name}, invalid"), attribute.invalid.as_ref());
        self.said(&format!("attribute {name}, default"), attribute.default.as_ref());
        self.said(&format!("attribute {name}, mutability"), attribute.mutability.as_ref());
        self.said(&format!("attribute {name}, applies-when"), attribute.applies_when.as_ref());
        self.said(&format!("attribute {name}, required"), attribute.required.as_ref());
        self.said(&format!("attribute {name}, required-when"), attribute.required_when.as_ref());
    }
}
