//! The rules that checks cite: what the RFCs and identity providers demand of a server, as data.
//!
//! The rows live in `catalogue/*.json`, in our own words. Ids are frozen: a new row gets a new number.

mod claims;
mod unchecked;

pub use claims::Rules;
pub use unchecked::{Reason, unchecked, unchecked_ids};

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Where a rule comes from. A run judges the rulebooks that its user selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rulebook {
    /// RFC 7643, RFC 7644 and the HTTP and JSON documents that they lean on.
    Rfc,
    /// What Okta documents, tests in its published suites, or was seen to send.
    Okta,
    /// What Microsoft Entra documents, validates, or was seen to send.
    Entra,
    /// The same of Google, OneLogin, JumpCloud, Ping, CyberArk, SailPoint and some more.
    Others,
    /// What the product says of itself: the claims of the run's profile.
    Profile,
}

impl Rulebook {
    /// Every rulebook that is there without a profile, in the order of reports.
    pub const ALL: [Rulebook; 4] = [Rulebook::Rfc, Rulebook::Okta, Rulebook::Entra, Rulebook::Others];

    /// Those that count unless a user says otherwise.
    pub const DEFAULT: [Rulebook; 2] = [Rulebook::Rfc, Rulebook::Okta];

    /// The word of command lines and reports: `rfc`, `okta`, `entra`, `others` or `profile`.
    pub fn name(self) -> &'static str {
        match self {
            Rulebook::Rfc => "rfc",
            Rulebook::Okta => "okta",
            Rulebook::Entra => "entra",
            Rulebook::Others => "others",
            Rulebook::Profile => "profile",
        }
    }
}

/// How binding a rule is; decides what a broken assertion counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// MUST, SHALL, REQUIRED, plain statements of the RFC, and what Okta requires: a breach fails.
    #[serde(alias = "required")]
    Must,
    /// SHOULD, or what Okta recommends: a breach warns.
    #[serde(alias = "recommended")]
    Should,
    /// MAY and OPTIONAL: the outcome is noted.
    May,
    /// Seen in the field, promised by nobody: a breach warns.
    Observed,
}

impl Level {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Level::Must => "must",
            Level::Should => "should",
            Level::May => "may",
            Level::Observed => "observed",
        }
    }
}

/// How an RFC says a thing: by a key word of RFC 2119, or by describing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// MUST, SHALL, REQUIRED and their negations.
    Must,
    /// SHOULD, RECOMMENDED.
    Should,
    /// MAY, OPTIONAL.
    May,
    /// A plain statement of what a server does.
    Desc,
}

/// A capability that an RFC rule needs. Okta's rules have none: they hold whatever a server announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Gate {
    /// `patch.supported` of ServiceProviderConfig.
    Patch,
    /// `filter.supported`.
    Filter,
    /// `sort.supported`.
    Sort,
    /// `bulk.supported`.
    Bulk,
    /// `etag.supported`.
    Etag,
    /// `changePassword.supported`.
    ChangePassword,
    /// A resource type named Group exists.
    Group,
    /// The User resource type lists the enterprise extension.
    Enterprise,
    /// The run has credentials to leave out.
    Auth,
    /// Cursor paging (RFC 9865).
    Cursor,
    /// Asynchronous requests (RFC 9967).
    Async,
    /// Two tenants were configured.
    Tenancy,
    /// The base URL is https.
    Tls,
}

/// One thing that a document demands.
#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    /// `RFC7644-3.5.2-07`, `OKTA-USR-036`: frozen, never reused.
    pub id: String,
    /// The document it comes from.
    pub rulebook: Rulebook,
    /// How binding it is.
    pub level: Level,
    /// What the server must offer for the rule to apply; all of them.
    pub gates: Vec<Gate>,
    /// The demand in our words.
    pub words: String,
    /// For what clients ask: who is bound by it. An RFC rule binds the server.
    pub side: Side,
    /// For what clients ask: the section of the catalogue; 0 for the RFCs, whose ids hold the section.
    pub section: u8,
    /// For the RFCs: how the document says it. For the others none.
    pub class: Option<Class>,
    /// For the RFCs: what it is about, in words.
    pub topic: String,
    /// For the RFCs: how one sees whether it holds, in brief. `ERR` stands for an Error body, `LIST` for a ListResponse, `B`
    /// for the base URL.
    pub test: String,
    /// The key of the source (see `docs/okta-sources.md` and `docs/entra-sources.md`); empty for the RFCs, whose ids are the
    /// source. For a claim how firm it is: stated, derived or chosen.
    pub source: String,
}

/// Who is bound by a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The service provider: what this suite judges.
    Server,
    /// The identity provider: what an emulator must do.
    Client,
}

/// Every rule, RFC first, in the order of the documents.
pub fn rules() -> &'static [Rule] {
    &CATALOGUE.rows
}

/// The rule with this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    CATALOGUE.by_id.get(id).map(|&at| &CATALOGUE.rows[at])
}

struct Catalogue {
    rows: Vec<Rule>,
    by_id: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct RfcRow {
    id: String,
    level: Level,
    gate: Vec<Gate>,
    words: String,
    class: Class,
    topic: String,
    test: String,
}

#[derive(Deserialize)]
struct ClientRow {
    id: String,
    section: u8,
    level: Level,
    side: Side,
    words: String,
    source: String,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let rfc: Vec<RfcRow> = parse(include_str!("catalogue/rfc.json"));
    let of_client = |rulebook, text| {
        let rows: Vec<ClientRow> = parse(text);
        rows.into_iter().map(move |row| Rule {
            id: row.id,
            rulebook,
            level: row.level,
            gates: Vec::new(),
            words: row.words,
            side: row.side,
            section: row.section,
            class: None,
            topic: String::new(),
            test: String::new(),
            source: row.source,
        })
    };
    let rows: Vec<Rule> = rfc
        .into_iter()
        .map(|row| Rule {
            id: row.id,
            rulebook: Rulebook::Rfc,
            level: row.level,
            gates: row.gate,
            words: row.words,
            side: Side::Server,
            section: 0,
            class: Some(row.class),
            topic: row.topic,
            test: row.test,
            source: String::new(),
        })
        .chain(of_client(Rulebook::Okta, include_str!("catalogue/okta.json")))
        .chain(of_client(Rulebook::Entra, include_str!("catalogue/entra.json")))
        .chain(of_client(Rulebook::Others, include_str!("catalogue/others.json")))
        .collect();
    let by_id = rows.iter().enumerate().map(|(at, rule)| (rule.id.clone(), at)).collect();
    Catalogue { rows, by_id }
});

/// The tables are part of the program, and a test parses them: a slip cannot reach a user.
fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    serde_json::from_str(text).expect("a catalogue table that its test has parsed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique() {
        assert_eq!(CATALOGUE.by_id.len(), CATALOGUE.rows.len());
    }

    #[test]
    fn no_row_is_lost() {
        let count = |rulebook| rules().iter().filter(|rule| rule.rulebook == rulebook).count();
        // 675 of the documents, and five that they leave out and no server can do without.
        assert_eq!(Rulebook::ALL.map(count), [675 + 5, 188, 181, 56]);
    }

    #[test]
    fn levels_and_gates_are_read() {
        let remove = rule("RFC7644-3.5.2.2-02").expect("a known rule");
        assert_eq!((remove.level, remove.gates.as_slice()), (Level::Must, [Gate::Patch].as_slice()));
        assert_eq!(rule("OKTA-USR-006").expect("a known rule").level, Level::Should);
        assert!(rule("OKTA-USR-999").is_none());
    }
}
