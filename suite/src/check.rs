//! The vocabulary: what is checked, how it is written, and what came out.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;
use serde_json::Value;

use crate::catalogue::{Level, Rulebook};
pub use crate::runner::case::{Case, Resource, Stop};
use crate::target::Exchange;

/// What a story or one of its steps gives back.
pub type Fut<'a, T> = Pin<Box<dyn Future<Output = Result<T, Stop>> + Send + 'a>>;

/// A check that is written in one form.
pub struct Check {
    /// `area.subject.expectation`: chosen, never changed, never reused.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// The row of the headline table that it proves.
    pub feature: Feature,
    /// A sentence that is true of a conforming server.
    pub title: &'static str,
    /// What a tenant feels when it is not.
    pub effect: &'static str,
    /// Every rule that the story judges.
    pub rules: &'static [&'static str],
    /// Whether it needs the target for itself, because it judges totals or imports.
    pub alone: bool,
    /// What it does.
    pub story: for<'a> fn(&'a Case) -> Fut<'a, ()>,
}

/// A check that can be written in several forms: one named check for each.
pub struct Family {
    /// The beginning of its checks' ids: `deactivate` gives `deactivate.put` and so on.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// The row of the headline table that it proves.
    pub feature: Feature,
    /// A sentence that is true of a conforming server; `{write}` stands for the form.
    pub title: &'static str,
    /// What a tenant feels when it is not.
    pub effect: &'static str,
    /// Rules that every form judges besides its own and those of the readings.
    pub also: &'static [&'static str],
    /// Whether its checks need the target for themselves.
    pub alone: bool,
    /// The ways of writing.
    pub writes: &'static [Form],
    /// The ways of reading back.
    pub reads: &'static [Read],
    /// What each check does.
    pub story: for<'a> fn(&'a Case, &'static Form, &'static [Read]) -> Fut<'a, ()>,
}

/// What such a check does: it remembers what it was made of.
pub type Story = dyn for<'a> Fn(&'a Case) -> Fut<'a, ()> + Send + Sync;

/// A check that is made of what the run's profile says. It lives as long as the process.
pub struct Demand {
    /// `profile.…`: a word for what is said, and one for what it is said of.
    pub id: String,
    /// The row of the headline table that it proves.
    pub feature: Feature,
    /// A sentence that is true of a conforming server.
    pub title: String,
    /// What a tenant feels when it is not.
    pub effect: String,
    /// The claims that the story judges.
    pub rules: Vec<&'static str>,
    /// Whether it needs the target for itself.
    pub alone: bool,
    /// What it does.
    pub story: Box<Story>,
}

/// One way of writing a change.
pub struct Form {
    /// The end of the check's id.
    pub name: &'static str,
    /// The way in words, for titles.
    pub words: &'static str,
    /// The rules that say what this form does.
    pub rules: &'static [&'static str],
    /// The statuses of success.
    pub answers: &'static [u16],
    /// Writes `change` to a resource.
    pub run: for<'a> fn(&'a Case, &'a Resource, &'a Value) -> Fut<'a, Exchange>,
}

/// One way of reading a resource back.
pub struct Read {
    /// How it is called in findings.
    pub name: &'static str,
    /// The rules that say that this reading shows the resource at all.
    pub rules: &'static [&'static str],
    /// Whether the target may lag behind (lists and filters), within the user's `--settle`.
    pub may_lag: bool,
    /// Reads; the exchange is focused on the resource. `None` where the target makes this reading impossible.
    pub run: for<'a> fn(&'a Case, &'a Resource) -> Fut<'a, Option<Exchange>>,
}

/// Judges every exchange that anybody makes.
pub struct Invariant {
    /// `protocol.…`.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// A sentence that is true of a conforming server.
    pub title: &'static str,
    /// What a client feels when it is not.
    pub effect: &'static str,
    /// The rules that it judges.
    pub rules: &'static [&'static str],
    /// `None` where the exchange says nothing on the matter.
    pub judge: fn(&Exchange, &Scope) -> Option<Judgement>,
}

/// What an invariant may know besides the exchange.
pub struct Scope {
    /// The word that marks this run's resources: others in a list are nobody's business.
    pub key: crate::target::guard::Key,
    /// The login, whose secrets must not come back.
    pub credentials: crate::target::credentials::Credentials,
}

/// Tells whether an id is that of a user whom the run has read and not removed.
pub type IsUser<'a> = &'a dyn Fn(&str) -> bool;

/// Compares a resource before and after a successful change of it (or of another).
pub struct Transition {
    /// `protocol.…`.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// A sentence that is true of a conforming server.
    pub title: &'static str,
    /// What a tenant feels when it is not.
    pub effect: &'static str,
    /// The rules that it judges.
    pub rules: &'static [&'static str],
    /// Whether it compares a resource that the request did not name at all.
    pub bystander: bool,
    /// `before` and `after` are representations; the exchange is the change between them.
    pub judge: fn(before: &Value, change: &Exchange, after: &Value, is_user: IsUser<'_>) -> Option<Judgement>,
}

/// One thing that can be selected, run and reported.
#[derive(Clone, Copy)]
pub enum Item {
    /// A single check.
    Check(&'static Check),
    /// One form of a family.
    Form(&'static Family, &'static Form),
    /// A check that is made of the run's profile.
    Demand(&'static Demand),
    /// An invariant, judged along the way.
    Invariant(&'static Invariant),
    /// A transition, judged along the way.
    Transition(&'static Transition),
}

/// A row of the headline table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Create users.
    CreateUsers,
    /// Update attributes.
    UpdateAttributes,
    /// Deactivate.
    Deactivate,
    /// Reactivate.
    Reactivate,
    /// Import users.
    ImportUsers,
    /// Import groups.
    ImportGroups,
    /// Group push.
    GroupPush,
    /// Password sync.
    PasswordSync,
    /// Everything below the features: HTTP, discovery, errors, authentication, the filter language.
    Protocol,
}

/// What came out, from good to bad. The result of a check is the worst among its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Shown to hold.
    Passed,
    /// The target does not announce what the rule is about.
    Unsupported,
    /// A legal variation, or a lag within the time allowed.
    Noted,
    /// A recommendation, or something seen in the field, does not hold.
    Warned,
    /// No answer, or a rate limit: nothing can be said.
    Inconclusive,
    /// The set-up failed; another check owns the reason.
    Blocked,
    /// A demand does not hold.
    Failed,
    /// Our own bug.
    Error,
}

/// What one assertion found.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// It holds.
    Holds,
    /// It does not.
    Broken(Difference),
    /// It does not, and that is tolerated with a warning, whatever the rule's level.
    Doubtful(Difference),
    /// It does not, and that is a legal variation.
    Variation(Difference),
}

/// Expected and got.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// What a conforming answer has.
    pub expected: String,
    /// What was there.
    pub got: String,
    /// Where: a JSON pointer into the body, a header's name, or empty for the status.
    pub pointer: String,
}

/// What is said of one rule by one assertion.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The rule's id.
    pub rule: &'static str,
    /// Where it comes from.
    pub rulebook: Rulebook,
    /// How binding it is.
    pub level: Level,
    /// What came out.
    pub outcome: Outcome,
    /// Why, unless it passed.
    pub difference: Option<Difference>,
    /// The step in words: which reading, after which write.
    pub step: String,
    /// The exchange that it was read from, by its number in the case.
    pub exchange: Option<usize>,
}

impl Item {
    /// The id under which it is selected and reported.
    pub fn id(&self) -> String {
        match self {
            Item::Check(check) => check.id.into(),
            Item::Form(family, form) => format!("{}.{}", family.id, form.name),
            Item::Demand(demand) => demand.id.clone(),
            Item::Invariant(invariant) => invariant.id.into(),
            Item::Transition(transition) => transition.id.into(),
        }
    }

    /// A sentence that is true of a conforming server.
    pub fn title(&self) -> String {
        match self {
            Item::Check(check) => check.title.into(),
            Item::Form(family, form) => {
                let title = family.title.replace("{write}", form.words);
                let mut letters = title.chars();
                letters
                    .next()
                    .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
            }
            Item::Demand(demand) => demand.title.clone(),
            Item::Invariant(invariant) => invariant.title.into(),
            Item::Transition(transition) => transition.title.into(),
        }
    }

    /// What a tenant feels when it does not hold.
    pub fn effect(&self) -> &'static str {
        match self {
            Item::Check(check) => check.effect,
            Item::Form(family, _) => family.effect,
            Item::Demand(demand) => &demand.effect,
            Item::Invariant(invariant) => invariant.effect,
            Item::Transition(transition) => transition.effect,
        }
    }

    /// Every rule that it judges.
    pub fn rules(&self) -> Vec<&'static str> {
        let mut rules: Vec<&'static str> = match self {
            Item::Check(check) => check.rules.to_vec(),
            Item::Form(family, form) => {
                let reads = family.reads.iter().flat_map(|read| read.rules);
                form.rules.iter().chain(family.also).chain(reads).copied().collect()
            }
            Item::Demand(demand) => demand.rules.clone(),
            Item::Invariant(invariant) => invariant.rules.to_vec(),
            Item::Transition(transition) => transition.rules.to_vec(),
        };
        let mut seen = std::collections::HashSet::new();
        rules.retain(|rule| seen.insert(*rule));
        rules
    }

    /// The row of the headline table.
    pub fn feature(&self) -> Feature {
        match self {
            Item::Check(check) => check.feature,
            Item::Form(family, _) => family.feature,
            Item::Demand(demand) => demand.feature,
            Item::Invariant(_) | Item::Transition(_) => Feature::Protocol,
        }
    }

    /// The version that brought it.
    pub fn since(&self) -> &'static str {
        match self {
            Item::Check(check) => check.since,
            Item::Form(family, _) => family.since,
            Item::Demand(_) => "0.1",
            Item::Invariant(invariant) => invariant.since,
            Item::Transition(transition) => transition.since,
        }
    }

    /// Whether it needs the target for itself.
    pub fn alone(&self) -> bool {
        match self {
            Item::Check(check) => check.alone,
            Item::Form(family, _) => family.alone,
            Item::Demand(demand) => demand.alone,
            Item::Invariant(_) | Item::Transition(_) => false,
        }
    }

    /// Whether it is judged along the way, rather than run.
    pub fn is_watcher(&self) -> bool {
        matches!(self, Item::Invariant(_) | Item::Transition(_))
    }
}

impl Feature {
    /// The eight features, then the protocol below them.
    pub const ALL: [Feature; 9] = [
        Feature::CreateUsers,
        Feature::UpdateAttributes,
        Feature::Deactivate,
        Feature::Reactivate,
        Feature::ImportUsers,
        Feature::ImportGroups,
        Feature::GroupPush,
        Feature::PasswordSync,
        Feature::Protocol,
    ];

    /// The title of the row.
    pub fn title(self) -> &'static str {
        match self {
            Feature::CreateUsers => "Create users",
            Feature::UpdateAttributes => "Update attributes",
            Feature::Deactivate => "Deactivate",
            Feature::Reactivate => "Reactivate",
            Feature::ImportUsers => "Import users",
            Feature::ImportGroups => "Import groups",
            Feature::GroupPush => "Group push",
            Feature::PasswordSync => "Password sync",
            Feature::Protocol => "Protocol",
        }
    }

    /// The word of command lines and reports: `create-users`.
    pub fn name(self) -> String {
        self.title().to_lowercase().replace(' ', "-")
    }
}

impl Outcome {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Unsupported => "unsupported",
            Outcome::Noted => "noted",
            Outcome::Warned => "warned",
            Outcome::Inconclusive => "inconclusive",
            Outcome::Blocked => "blocked",
            Outcome::Failed => "failed",
            Outcome::Error => "error",
        }
    }

    /// Whether it says something on the target: it holds, or it does not.
    pub fn is_decided(self) -> bool {
        matches!(self, Outcome::Passed | Outcome::Noted | Outcome::Warned | Outcome::Failed)
    }
}
