//! What the suite says of a server with some variants, held against what it should say.
#![allow(unreachable_pub)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use scim_reference_server::{Policy, Variant, variants};
use scimprove::check::Outcome;

use super::matrix::{BOOKS, Peer, each, is_whole, story};

/// What a run came to.
#[derive(Debug, Clone, Default)]
pub struct Verdicts {
    /// Rules that are failed or warned of, each with a check that says so, and why.
    pub red: Vec<(&'static str, String)>,
    /// Rules that some check came to a verdict on.
    pub decided: BTreeSet<&'static str>,
    /// Checks that came to no end, with the reason.
    pub undecided: Vec<String>,
    /// What remained on the server.
    pub left: usize,
}

/// Runs every check against a server with these variants.
pub fn judged(variants: &[&Variant]) -> Verdicts {
    let mut policy = Policy::okta();
    for variant in variants {
        (variant.change)(&mut policy);
    }
    judged_as(policy)
}

/// Runs every check against a server of this policy.
pub fn judged_as(policy: Policy) -> Verdicts {
    let story = story(&Peer { policy, ..Peer::correct() }, &BOOKS);
    let left = story.cleaned.as_ref().map_or(0, |cleaned| cleaned.left.len());
    let mut found = Verdicts { left, ..Verdicts::default() };
    for finished in &story.finished {
        for verdict in &finished.verdicts {
            if verdict.result.is_decided() {
                found.decided.insert(verdict.rule);
            }
            if matches!(verdict.result, Outcome::Failed | Outcome::Warned) {
                let reason = verdict.reason.as_deref().unwrap_or_default();
                found.red.push((verdict.rule, format!("{}: {reason}", finished.id)));
            }
        }
        let is_orphan = match finished.blocked_by {
            Some(_) if !is_whole() => false,
            Some(owner) => !story.finished.iter().any(|it| it.id == owner && it.outcome == Outcome::Failed),
            None => finished.outcome == Outcome::Blocked,
        };
        if is_orphan || matches!(finished.outcome, Outcome::Error | Outcome::Inconclusive) {
            found.undecided.push(format!("{} is {}: {:?}", finished.id, finished.outcome.name(), finished.reason));
        }
    }
    found
}

/// What each variant comes to alone, by its name.
pub fn alone() -> &'static BTreeMap<&'static str, Verdicts> {
    static ALONE: OnceLock<BTreeMap<&'static str, Verdicts>> = OnceLock::new();
    ALONE.get_or_init(|| {
        let all: Vec<&Variant> = variants::all().collect();
        let names = all.iter().map(|variant| variant.name);
        names.zip(each(&all, |variant| judged(&[*variant]))).collect()
    })
}

/// What is wrong with a run: rules that are red without a reason, rules that are silent, checks that came to no end.
///
/// A variant shows its rules in company, too, unless another one takes away what they are about: then nothing is
/// decided on them with that one alone.
pub fn faults(company: &[&Variant], found: &Verdicts) -> Vec<String> {
    let names: Vec<&str> = company.iter().map(|variant| variant.name).collect();
    let names = names.join(" + ");
    let allowed: BTreeSet<&str> = company.iter().flat_map(|variant| variant.shows).copied().collect();
    let seen: BTreeSet<&str> = found.red.iter().map(|(rule, _)| *rule).collect();
    let wolves = found.red.iter().filter(|(rule, _)| !allowed.contains(rule));
    let mut faults: Vec<String> = wolves.map(|(rule, check)| format!("{names}: {rule} is red by {check}")).collect();
    let decides = |variant: &Variant, rule: &str| alone().get(variant.name).is_none_or(|it| it.decided.contains(rule));
    let is_silent = |rule: &&&str| {
        if !is_whole() {
            return false;
        }
        let others = || company.iter().filter(|variant| !variant.shows.contains(*rule));
        !seen.contains(**rule) && (company.len() == 1 || others().all(|variant| decides(variant, rule)))
    };
    faults.extend(allowed.iter().filter(is_silent).map(|rule| format!("{names}: {rule} is silent")));
    faults.extend(found.undecided.iter().map(|what| format!("{names}: {what}")));
    faults.extend((found.left > 0).then(|| format!("{names}: {} left behind", found.left)));
    faults.sort();
    faults.dedup();
    faults
}
