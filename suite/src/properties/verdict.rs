//! What came out of a relation, told as checks tell it.

use http::Method;

use super::grounds::Grounds;
use super::relations::Relation;
use super::run::{Example, Outline, Plan};
use crate::catalogue::{self, Rulebook};
use crate::check::{Difference, Feature, Judgement, Outcome, Stop};
use crate::runner::Finished;
use crate::runner::case::{Shared, breach};
use crate::runner::event::{Finding, RuleVerdict};
use crate::runner::evidence::evidence_of;
use crate::target::{Exchange, curl};

/// The result of a relation.
pub(super) fn finished(
    relation: &Relation,
    outline: &Outline,
    plan: &Plan,
    grounds: Option<&Grounds>,
    rulebooks: &[Rulebook],
    base: &str,
    shared: &Shared,
) -> Finished {
    let (stopped, reason) = ended(outline, plan);
    let cited = relation.rules.iter().filter_map(|rule| catalogue::rule(rule));
    let examples: Vec<&Example> = outline.broken.iter().chain(&outline.varied).collect();
    let verdicts: Vec<RuleVerdict> = cited
        .filter(|rule| rulebooks.contains(&rule.rulebook))
        .filter_map(|rule| {
            let shown = examples.iter().find(|example| example.breach.rules.contains(&rule.id.as_str()));
            let difference = shown.and_then(|example| difference(&example.breach.judgement));
            let result = match shown {
                _ if !shared.facts.applies(rule) => Outcome::Unsupported,
                Some(example) => weighed(&example.breach.judgement, rule.level),
                None if stopped.is_some() => stopped?,
                None if outline.shown.contains(rule.id.as_str()) => Outcome::Passed,
                // No case came to what this rule is about.
                None => return None,
            };
            let told = difference.filter(|_| result != Outcome::Unsupported);
            Some(RuleVerdict {
                rule: rule.id.as_str(),
                rulebook: rule.rulebook,
                level: rule.level,
                result,
                reason: told.map(|it| format!("expected {}, got {}", it.expected, it.got)),
                pointer: told.map(|it| it.pointer.clone()),
            })
        })
        .collect();
    let findings: Vec<Finding> = examples
        .iter()
        .filter_map(|example| {
            let broken = verdicts.iter().filter(|it| it.reason.is_some() && example.breach.rules.contains(&it.rule));
            let (outcome, rules) = (broken.clone().map(|it| it.result).max()?, broken.map(|it| it.rule).collect());
            let asked = asked(example, grounds);
            let shown = asked.iter().rev().take(2).rev().map(|exchange| evidence_of(exchange, shared)).collect();
            let needed: Vec<&Exchange> = asked.iter().collect();
            let client = &shared.client;
            Some(Finding {
                outcome,
                rules,
                difference: difference(&example.breach.judgement)?.clone(),
                steps: vec![format!(
                    "case {} of seed {}, made smaller {} times",
                    example.case, plan.seed, example.shrinks
                )],
                exchanges: shown,
                reproduce: curl::script(
                    base,
                    client.guard.key().word(),
                    &needed,
                    &client.redactor,
                    &shared.credentials,
                ),
            })
        })
        .collect();
    let decided = verdicts.iter().map(|it| it.result).filter(|it| *it != Outcome::Unsupported);
    Finished {
        id: relation.id.into(),
        title: relation.title.into(),
        feature: Feature::Protocol,
        effect: relation.effect,
        cites: relation.rules.to_vec(),
        is_claimed: true,
        outcome: decided.max().unwrap_or(Outcome::Unsupported),
        reason,
        blocked_by: None,
        verdicts,
        findings,
    }
}

/// Why nothing, or not everything, could be said.
fn ended(outline: &Outline, plan: &Plan) -> (Option<Outcome>, Option<String>) {
    match &outline.stop {
        Some(Stop::Unsupported(reason)) => return (Some(Outcome::Unsupported), Some(reason.clone())),
        Some(Stop::Error(reason)) => return (Some(Outcome::Error), Some(reason.clone())),
        Some(Stop::Blocked { reason, .. } | Stop::Inconclusive(reason)) if outline.broken.is_none() => {
            return (Some(Outcome::Inconclusive), Some(reason.clone()));
        }
        _ => {}
    }
    // What is never exercised never passes.
    if outline.tried > 0 {
        return (None, None);
    }
    let most = outline.skipped.iter().max_by_key(|(_, count)| **count);
    let why = most.map_or_else(String::new, |(reason, count)| format!("; {count} times because {reason}"));
    (Some(Outcome::Inconclusive), Some(format!("none of {} cases could be tried{why}", plan.cases)))
}

fn weighed(judgement: &Judgement, level: catalogue::Level) -> Outcome {
    match judgement {
        Judgement::Holds => Outcome::Passed,
        Judgement::Broken(_) => breach(level),
        Judgement::Doubtful(_) => Outcome::Warned,
        Judgement::Variation(_) => Outcome::Noted,
    }
}

fn difference(judgement: &Judgement) -> Option<&Difference> {
    match judgement {
        Judgement::Holds => None,
        Judgement::Broken(it) | Judgement::Doubtful(it) | Judgement::Variation(it) => Some(it),
    }
}

/// What shows the example again: the creation of the people who show it, then everything that the case asked.
fn asked(example: &Example, grounds: Option<&Grounds>) -> Vec<Exchange> {
    let people = example.breach.people.iter().filter_map(|person| grounds?.creation(*person));
    let asked = example.kept.iter().filter(|kept| kept.asked).map(|kept| kept.exchange.clone());
    let asked: Vec<Exchange> = people.chain(asked).collect();
    let reads_back = |at: usize| {
        at > 0
            && asked[at].request.method == Method::GET
            && asked[at - 1].request.method == Method::POST
            && asked[at].request.path.starts_with(&format!("{}/", asked[at - 1].request.path))
    };
    // A create answers with the user; the reading that follows it says the same.
    let needed = |(at, exchange): (usize, &Exchange)| (!reads_back(at)).then(|| exchange.clone());
    asked.iter().enumerate().filter_map(needed).collect()
}
