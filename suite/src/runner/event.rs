//! What a run tells while it goes on. Everything here is redacted and safe to store; reports read nothing else.

use serde::Serialize;

use crate::catalogue::{Level, Rulebook};
use crate::check::{Difference, Feature, Outcome};
use crate::clean::cut;
use crate::runner::fit::Choice;
use crate::target::cleanup::Cleaned;
use crate::target::redact::Redactor;

/// The longest quotation, in bytes.
const LONGEST: usize = 2000;

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The run begins.
    Started(Box<Started>),
    /// What made-up users are like, where that is not as usual.
    Fitted(Vec<Choice>),
    /// An item is decided.
    Finished(Box<Finished>),
    /// What was created is gone, or not.
    Cleaned(Cleaned),
    /// The run is over.
    Ended(Ended),
}

/// The head of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Started {
    /// When it began, in UTC.
    pub at: String,
    /// The base URL.
    pub target: String,
    /// Whether the target is the built-in server.
    pub embedded: bool,
    /// Whether any certificate is accepted.
    pub insecure: bool,
    /// Whether logins can be tried.
    pub login_probe: bool,
    /// The rulebooks that count.
    pub rulebooks: Vec<Rulebook>,
    /// The random word that marks what the run creates.
    pub key: String,
    /// How many items were selected.
    pub selected: usize,
    /// The ledger's file, if there is one.
    pub ledger: Option<String>,
    /// What the run's profile says.
    pub promise: Option<Promise>,
}

/// What a profile says, for reports.
#[derive(Debug, Clone, Serialize)]
pub struct Promise {
    /// The profile's name.
    pub name: String,
    /// The product's name.
    pub title: String,
    /// The claims, in the order of the profile.
    pub claims: Vec<Claim>,
    /// The rows of the headline on which it is silent.
    pub silent: Vec<Feature>,
    /// The checks that are made of it, in their order.
    pub checks: Vec<String>,
}

/// One claim.
#[derive(Debug, Clone, Serialize)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// How firm it is: `stated`, `derived` or `chosen`.
    pub basis: &'static str,
    /// It, in a sentence.
    pub words: String,
    /// Where it shows: `wire`, `page`, `emulator`, `text`.
    pub shows: Vec<&'static str>,
    /// What of it this program does not see, and why.
    pub unseen: Vec<String>,
}

/// The end of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Ended {
    /// Requests that went out.
    pub exchanges: u64,
    /// Wall time in milliseconds.
    pub milliseconds: u64,
    /// Whether the user broke it off.
    pub interrupted: bool,
    /// Whether the target stopped taking connections.
    pub target_gone: bool,
    /// Why the login ended before the run did, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_login: Option<String>,
}

/// One item, decided.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The check's id.
    pub id: String,
    /// A sentence that is true of a conforming server.
    pub title: String,
    /// The row of the headline table.
    pub feature: Feature,
    /// What a tenant feels when it is not true.
    pub effect: &'static str,
    /// Every rule that it may judge.
    pub cites: Vec<&'static str>,
    /// Whether it counts: not if it is about a feature on which the product is silent.
    pub is_claimed: bool,
    /// What came out.
    pub outcome: Outcome,
    /// Why the story ended early, if it did.
    pub reason: Option<String>,
    /// The check that owns the reason of a block.
    pub blocked_by: Option<&'static str>,
    /// The worst verdict on each rule of the selected rulebooks, in the order of the check.
    pub verdicts: Vec<RuleVerdict>,
    /// What is wrong or worth a note, each with its evidence.
    pub findings: Vec<Finding>,
}

impl Finished {
    /// Takes secrets out of what findings quote, and cuts it: a target may send back a password, or the token, or a book.
    pub fn redact(&mut self, redactor: &Redactor) {
        let redact = |text: &mut String| *text = cut(&redactor.text(text), LONGEST);
        self.reason.iter_mut().for_each(redact);
        for verdict in &mut self.verdicts {
            verdict.reason.iter_mut().chain(&mut verdict.pointer).for_each(redact);
        }
        for finding in &mut self.findings {
            let difference = &mut finding.difference;
            [&mut difference.expected, &mut difference.got, &mut difference.pointer].into_iter().for_each(redact);
            finding.steps.iter_mut().for_each(redact);
        }
    }
}

/// What is said of one rule.
#[derive(Debug, Clone, Serialize)]
pub struct RuleVerdict {
    /// The rule's id.
    pub rule: &'static str,
    /// Where it comes from.
    pub rulebook: Rulebook,
    /// How binding it is.
    pub level: Level,
    /// What came out.
    pub result: Outcome,
    /// Expected and got, in one line; absent where it passed.
    pub reason: Option<String>,
    /// Where in the body.
    pub pointer: Option<String>,
}

/// One thing that is wrong: an assertion that did not hold, for all rules that it cites.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The worst outcome among its rules.
    pub outcome: Outcome,
    /// The broken rules.
    pub rules: Vec<&'static str>,
    /// Expected, got and where.
    pub difference: Difference,
    /// Where it was seen: readings, answers, or the endpoint.
    pub steps: Vec<String>,
    /// The exchange that shows it, and the change before it.
    pub exchanges: Vec<Evidence>,
    /// Shell lines that show it again.
    pub reproduce: Vec<String>,
}

/// An exchange as it is stored: no secrets, and text only.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// The method.
    pub method: String,
    /// Path and query below the base URL.
    pub path: String,
    /// The body that was sent.
    pub sent: Option<String>,
    /// The status that came back.
    pub status: u16,
    /// The headers that came back.
    pub headers: Vec<(String, String)>,
    /// The body that came back.
    pub got: String,
    /// From sending to the last byte, in milliseconds.
    pub milliseconds: u64,
}
