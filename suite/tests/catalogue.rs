//! The registry against the catalogue: every citation is known, every demand of Okta is checked or said not to be.

use std::collections::{BTreeMap, BTreeSet};

use scimprove::catalogue::{self, Level, Rulebook, Side};
use scimprove::checks;

/// What Okta requires of a server, and cannot be decided from outside with a base URL and a token; with the reason.
const NOT_DECIDABLE: &[(&str, &str)] = &[
    ("OKTA-TRN-002", "the base URL is the user's; that it stays the same shows over months"),
    (
        "OKTA-TRN-003",
        "no answer within the time limit makes a check inconclusive; 60 s of Okta are the client's own clock",
    ),
    ("OKTA-TRN-010", "concerns Okta's agent behind a firewall, not the server"),
    ("OKTA-AUT-005", "a matter of the submission to Okta"),
    ("OKTA-AUT-007", "the redirect URIs lie in the vendor's authorization server, and need an admin's browser"),
    ("OKTA-AUT-009", "needs two tenants' client ids"),
    ("OKTA-TST-004", "a state of the vendor's test tenant; the suite makes its own users"),
    ("OKTA-USR-018", "says what Okta does with further attributes; any answer conforms"),
    ("OKTA-USR-020", "concerns the profile that the admin defines in Okta"),
    ("OKTA-GRP-030", "says what Okta does after a 501; the forms themselves are checked"),
    ("OKTA-PWD-005", "whether a placeholder opens a login depends on who owns the login; both are right"),
    ("OKTA-ERR-011", "a rate limit cannot be provoked within the run's own limits"),
];

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for item in checks::items() {
        let id = item.id();
        assert!(id.split('.').count() >= 2, "{id}");
        assert!(
            id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte)),
            "{id}"
        );
        assert!(seen.insert(id.clone()), "{id} is there twice");
    }
}

#[test]
fn every_cited_rule_is_in_the_catalogue_and_binds_the_server() {
    for item in checks::items() {
        assert!(!item.rules().is_empty(), "{} cites no rule", item.id());
        for id in item.rules() {
            let rule = catalogue::rule(id).unwrap_or_else(|| panic!("{} cites {id}, which nobody knows", item.id()));
            // Okta promises not to need these; a server that offers them does no harm.
            let is_insurance = id.starts_with("OKTA-NOT-");
            assert!(rule.side == Side::Server || is_insurance, "{} cites {id}, which binds the client", item.id());
        }
    }
}

#[test]
fn every_demand_of_okta_is_checked_or_said_not_to_be_decidable() {
    let cited: BTreeSet<&str> = checks::items().iter().flat_map(|item| item.rules()).collect();
    let excused: BTreeMap<&str, &str> = NOT_DECIDABLE.iter().copied().collect();
    let demands = catalogue::rules().iter().filter(|rule| {
        rule.rulebook == Rulebook::Okta
            && rule.side == Side::Server
            && rule.level == Level::Must
            && (1..=8).contains(&rule.section)
    });
    let mut open = Vec::new();
    for rule in demands {
        match (cited.contains(rule.id.as_str()), excused.contains_key(rule.id.as_str())) {
            (false, false) => open.push(format!("{} is neither checked nor excused: {}", rule.id, rule.words)),
            (true, true) => open.push(format!("{} is excused, and checked all the same", rule.id)),
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:#?}");
}

#[test]
fn an_owner_of_blocks_is_a_check() {
    let ids: BTreeSet<String> = checks::items().iter().map(|item| item.id()).collect();
    for owner in
        ["create.user.okta", "read.user.by-id", "group.create.empty", "group.create.with-members", "group.read.by-id"]
    {
        assert!(ids.contains(owner), "{owner}");
    }
}
