//! The registry against the catalogue: every citation is known, every demand of Okta is checked or said not to be.

#[path = "matrix/document.rs"]
#[allow(unreachable_pub)]
mod document;

use std::collections::{BTreeMap, BTreeSet};

use scimprove::catalogue::{self, Class, Level, Reason, Rulebook, Side};
use scimprove::checks;

/// How many rows of the RFCs may be unchecked, by the way the document says it.
const MOST_UNCHECKED: [(Class, usize); 3] = [(Class::Must, 10), (Class::Desc, 10), (Class::Should, 5)];

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

/// The checks that cite each rule.
fn citing() -> BTreeMap<&'static str, Vec<String>> {
    let mut citing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for item in checks::items() {
        item.rules().into_iter().for_each(|rule| citing.entry(rule).or_default().push(item.id()));
    }
    citing
}

#[test]
fn every_rule_is_checked_or_has_a_reason_and_never_both() {
    let citing = citing();
    let mut wrong = Vec::new();
    for rule in catalogue::rules() {
        match (citing.contains_key(rule.id.as_str()), catalogue::unchecked(&rule.id)) {
            (false, None) => wrong.push(format!("{} is neither checked nor excused: {}", rule.id, rule.words)),
            (true, Some(_)) => wrong.push(format!("{} is excused, and checked all the same", rule.id)),
            _ => {}
        }
    }
    let unknown = catalogue::unchecked_ids().filter(|id| catalogue::rule(id).is_none());
    wrong.extend(unknown.map(|id| format!("{id} is excused, and nobody knows it")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn few_rows_of_the_rfcs_are_unchecked() {
    for (class, most) in MOST_UNCHECKED {
        let rows = catalogue::rules().iter().filter(|rule| rule.class == Some(class) && !rule.id.ends_with("-90"));
        let open = rows.filter(|rule| catalogue::unchecked(&rule.id).is_some()).count();
        assert_eq!(open, most, "{class:?}: where it is less now, make the limit less, too");
    }
}

#[test]
fn every_demand_of_okta_is_checked_or_cannot_be() {
    for rule in catalogue::rules().iter().filter(|rule| rule.rulebook == Rulebook::Okta) {
        let demands = rule.side == Side::Server && rule.level == Level::Must && (1..=8).contains(&rule.section);
        let reason = catalogue::unchecked(&rule.id).map(|(reason, _)| reason);
        assert!(!demands || reason != Some(Reason::Later), "{}: {}", rule.id, rule.words);
    }
}

/// Cells of a table in Markdown.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}

#[test]
fn the_document_shows_every_rule() {
    let citing = citing();
    for book in Rulebook::ALL {
        let mut table =
            String::from("| rule | level | what it says | checks, or why there is none |\n| --- | --- | --- | --- |\n");
        for rule in catalogue::rules().iter().filter(|rule| rule.rulebook == book) {
            let by = match (citing.get(rule.id.as_str()), catalogue::unchecked(&rule.id)) {
                (Some(checks), _) => checks.iter().map(|check| format!("`{check}`")).collect::<Vec<_>>().join(", "),
                (None, Some((reason, ""))) => format!("– {}", reason.words()),
                (None, Some((reason, why))) => format!("– {}: {}", reason.words(), cell(why)),
                (None, None) => String::new(),
            };
            table.push_str(&format!("| {} | {} | {} | {by} |\n", rule.id, rule.level.name(), cell(&rule.words)));
        }
        document::compare("catalogue.md", book.name(), &table);
    }
}

#[test]
fn the_readme_counts_the_rules() {
    let citing = citing();
    let mut table = String::from("| rulebook | level | rules | checked |\n|---|---|---:|---:|\n");
    for book in Rulebook::ALL {
        for level in [Level::Must, Level::Should, Level::May, Level::Observed] {
            let rules: Vec<_> =
                catalogue::rules().iter().filter(|rule| rule.rulebook == book && rule.level == level).collect();
            let checked = rules.iter().filter(|rule| citing.contains_key(rule.id.as_str())).count();
            if !rules.is_empty() {
                table.push_str(&format!("| `{}` | {} | {} | {checked} |\n", book.name(), level.name(), rules.len()));
            }
        }
    }
    document::compare("../README.md", "rules", &table);
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
