//! Why no check decides a rule: one reason of a closed list for each that no check cites.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Why a rule is not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It binds the client, or tells what a client does with an answer.
    Client,
    /// It does not show from outside, by a URL and a token.
    Unseen,
    /// The reference server does not offer what it is about, so no check of it could be proven.
    Absent,
    /// It allows both ways: nothing that a server does could break it.
    Permits,
    /// To see it a check would have to do harm: load, a long time, or a loss.
    Harmful,
    /// A check of it is still to be written.
    Later,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 6] =
        [Reason::Client, Reason::Unseen, Reason::Absent, Reason::Permits, Reason::Harmful, Reason::Later];

    /// The word of lists.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Client => "client",
            Reason::Unseen => "unseen",
            Reason::Absent => "absent",
            Reason::Permits => "permits",
            Reason::Harmful => "harmful",
            Reason::Later => "later",
        }
    }

    /// What it means.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Client => "it binds the client",
            Reason::Unseen => "it does not show from outside",
            Reason::Absent => "the reference server does not offer it",
            Reason::Permits => "it allows both ways",
            Reason::Harmful => "a check of it would do harm",
            Reason::Later => "its check is still to be written",
        }
    }
}

#[derive(Deserialize)]
struct Row {
    id: String,
    reason: Reason,
    #[serde(default)]
    why: String,
}

static ROWS: LazyLock<HashMap<String, (Reason, String)>> = LazyLock::new(|| {
    let rows: Vec<Row> = super::parse(include_str!("unchecked.json"));
    rows.into_iter().map(|row| (row.id, (row.reason, row.why))).collect()
});

/// Why no check decides this rule, and some words on it, which may be empty; none for a rule that is checked.
pub fn unchecked(id: &str) -> Option<(Reason, &'static str)> {
    ROWS.get(id).map(|(reason, why)| (*reason, why.as_str()))
}

/// Every row, for a test that holds the table to the checks.
pub fn unchecked_ids() -> impl Iterator<Item = &'static str> {
    ROWS.keys().map(String::as_str)
}
