//! What a product says of itself, held against a target: a check for each key of its profile that requests can show. A file
//! for each mechanism: it makes its checks of the keys that it reads, whatever the product. What a rule means, with values
//! that keep it and values that break it, is written here once more, apart from every server.
//!
//! What is stated or derived can fail any target. What somebody chose, where the documents are silent, binds the built-in
//! server; elsewhere a difference is noted.

mod accepted;
mod accounts;
mod application;
mod authentication;
mod besides;
mod conditions;
mod credentials;
mod defaults;
mod features;
mod flows;
mod groups;
mod mutability;
mod place;
mod product;
mod published;
mod refusals;
mod said;
mod sample;
mod unseen;
mod values;
mod ways;

use std::collections::BTreeSet;

use scim_profile::Profile;

use crate::check::{Case, Demand, Feature, Fut};
use product::Product;
use said::Said;

pub use unseen::unseen;

/// Every check that is made of a profile, in the order of reports.
pub(super) fn demands(profile: &'static Profile) -> Vec<Demand> {
    let product = Product::of(profile);
    let mechanisms: [fn(&'static Product) -> Vec<Demand>; 15] = [
        features::demands,
        accounts::demands,
        accepted::demands,
        defaults::demands,
        values::demands,
        conditions::demands,
        mutability::demands,
        besides::demands,
        refusals::demands,
        groups::demands,
        authentication::demands,
        credentials::demands,
        application::demands,
        published::demands,
        flows::demands,
    ];
    mechanisms.into_iter().flat_map(|mechanism| mechanism(product)).collect()
}

/// A check in the making: what is the same in all of them.
struct Draft {
    /// The mechanism, and the word for what it is about.
    id: (&'static str, String),
    feature: Feature,
    title: String,
    /// Everything that the story leans on.
    said: Vec<Said>,
    alone: bool,
}

impl Draft {
    fn story(
        self,
        product: &'static Product,
        story: impl for<'a> Fn(&'a Case) -> Fut<'a, ()> + Send + Sync + 'static,
    ) -> Demand {
        let rules: BTreeSet<&'static str> = self.said.iter().flat_map(|said| said.claims().iter().copied()).collect();
        let of_rules = product.profile.claims.iter().filter(|claim| rules.contains(claim.id.get_ref().as_str()));
        let effect = of_rules.map(|claim| claim.effect.as_str()).find(|effect| !effect.is_empty());
        Demand {
            id: format!("profile.{}.{}", self.id.0, self.id.1),
            feature: self.feature,
            title: self.title,
            effect: effect.unwrap_or("The product does not do what its documents say.").into(),
            rules: rules.into_iter().collect(),
            alone: self.alone,
            story: Box::new(story),
        }
    }
}

/// An attribute's name as ids have it: `name.givenName` is `name-given-name`, and a URN is left out.
fn word(name: &str) -> String {
    let name = name.rsplit(':').next().unwrap_or(name);
    let mut word = String::new();
    for letter in name.chars() {
        match letter {
            'A'..='Z' => {
                if !word.is_empty() && !word.ends_with('-') {
                    word.push('-');
                }
                word.push(letter.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => word.push(letter),
            _ if !word.is_empty() && !word.ends_with('-') => word.push('-'),
            _ => {}
        }
    }
    word.trim_end_matches('-').to_owned()
}
