//! What a story or a watcher comes to: verdicts by rule, and findings by cause.

use super::case::{Record, Shared, Stop, breach};
use super::event::{Evidence, Finding, Finished, RuleVerdict};
use super::evidence::{afforded, afforded_lines, evidence, evidence_of, reproduce};
use super::watch::Watched;
use crate::catalogue::{Rule, Rulebook};
use crate::check::{Difference, Feature, Item, Judgement, Outcome, Verdict};

/// The result of a story: the worst of its verdicts and of the reason why it ended.
pub(super) fn judge_story(
    item: Item,
    record: &Record,
    stop: Option<Stop>,
    rulebooks: &[Rulebook],
    base: &str,
    shared: &Shared,
) -> Finished {
    let counted = record.verdicts.iter().filter(|verdict| rulebooks.contains(&verdict.rulebook));
    let verdicts: Vec<&Verdict> = counted.collect();
    let (stopped, reason, blocked_by) = match stop {
        // A target that refuses every step leaves nothing to judge. On the correct server a test forbids it.
        None if verdicts.is_empty() => (Some(Outcome::Inconclusive), Some("there was nothing to judge".into()), None),
        None => (None, None, None),
        Some(Stop::Blocked { by, reason }) => (Some(Outcome::Blocked), Some(reason), Some(by)),
        Some(Stop::Inconclusive(reason)) => (Some(Outcome::Inconclusive), Some(reason), None),
        Some(Stop::Unsupported(reason)) => (Some(Outcome::Unsupported), Some(reason), None),
        Some(Stop::Error(reason)) => (Some(Outcome::Error), Some(reason), None),
    };
    let mut findings: Vec<Finding> = Vec::new();
    for verdict in &verdicts {
        let Some(difference) = &verdict.difference else { continue };
        match findings.iter_mut().find(|known| is_same_cause(&known.difference, difference)) {
            Some(known) => {
                known.outcome = known.outcome.max(verdict.outcome);
                if !known.rules.contains(&verdict.rule) {
                    known.rules.push(verdict.rule);
                }
                if !known.steps.contains(&verdict.step) {
                    known.steps.push(verdict.step.clone());
                }
            }
            None => findings.push(Finding {
                outcome: verdict.outcome,
                rules: vec![verdict.rule],
                difference: difference.clone(),
                steps: vec![verdict.step.clone()],
                exchanges: evidence(record, verdict.exchange, shared),
                reproduce: afforded_lines(reproduce(&record.kept, verdict.exchange, base, shared), shared),
            }),
        }
    }
    let by_rule = worst_by_rule(&verdicts);
    Finished {
        id: item.id(),
        title: item.title(),
        feature: item.feature(),
        effect: item.effect(),
        cites: item.rules(),
        is_claimed: is_claimed(shared, item.feature(), &by_rule),
        outcome: worst(by_rule.iter().map(|verdict| verdict.result).chain(stopped)),
        reason,
        blocked_by,
        verdicts: by_rule,
        findings,
    }
}

/// Whether what came out counts: a feature on which the product is silent does not, but what it says of itself does.
fn is_claimed(shared: &Shared, feature: Feature, verdicts: &[RuleVerdict]) -> bool {
    !shared.facts.is_silent_on(feature)
        || verdicts.iter().any(|it| it.rulebook == Rulebook::Profile && it.result >= Outcome::Failed)
}

/// Whether two readings of one story show the same thing wrong: the same attribute, wherever the resource was read.
fn is_same_cause(left: &Difference, right: &Difference) -> bool {
    let attribute = |difference: &Difference| match difference.pointer.strip_prefix("/Resources/") {
        Some(row) => row.split_once('/').map_or_else(|| difference.pointer.clone(), |(_, rest)| format!("/{rest}")),
        None => difference.pointer.clone(),
    };
    left.expected == right.expected && attribute(left) == attribute(right)
}

/// The worst outcome, where "unsupported" says something only if there is nothing else.
fn worst(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    let outcomes: Vec<Outcome> = outcomes.collect();
    let decided = outcomes.iter().filter(|outcome| **outcome != Outcome::Unsupported).max();
    decided.copied().unwrap_or(Outcome::Unsupported)
}

fn worst_by_rule(verdicts: &[&Verdict]) -> Vec<RuleVerdict> {
    let mut by_rule: Vec<&Verdict> = Vec::new();
    for verdict in verdicts {
        match by_rule.iter_mut().find(|known| known.rule == verdict.rule) {
            Some(known) if verdict.outcome > known.outcome => *known = verdict,
            Some(_) => {}
            None => by_rule.push(verdict),
        }
    }
    by_rule
        .into_iter()
        .map(|verdict| RuleVerdict {
            rule: verdict.rule,
            rulebook: verdict.rulebook,
            level: verdict.level,
            result: verdict.outcome,
            reason: verdict.difference.as_ref().map(|it| format!("expected {}, got {}", it.expected, it.got)),
            pointer: verdict.difference.as_ref().map(|it| it.pointer.clone()),
        })
        .collect()
}

/// What a watcher saw, in which story, and what shows it.
pub(super) struct Sight {
    /// The story's place in the registry.
    pub(super) place: usize,
    pub(super) seen: Watched,
    evidence: Option<Evidence>,
    reproduce: Vec<String>,
}

/// Keeps what watchers saw: each finding once for its endpoint, and one passing sight of each. Stories end in any order;
/// the first in the registry is the one that is shown, so that two runs tell the same.
pub(super) fn collect(sights: &mut Vec<Sight>, place: usize, record: &Record, base: &str, shared: &Shared) {
    for seen in &record.watched {
        let known = sights.iter().position(|Sight { seen: known, .. }| {
            known.item == seen.item
                && known.endpoint == seen.endpoint
                && std::mem::discriminant(&known.judgement) == std::mem::discriminant(&seen.judgement)
        });
        if known.is_some_and(|known| sights[known].place <= place) {
            continue;
        }
        let shows = (seen.judgement != Judgement::Holds).then_some(seen.exchange);
        let sight = Sight {
            place,
            seen: seen.clone(),
            evidence: shows.map(|at| evidence_of(&record.kept[at].exchange, shared)),
            reproduce: reproduce(&record.kept, shows, base, shared),
        };
        match known {
            Some(known) => sights[known] = sight,
            None => sights.push(sight),
        }
    }
}

pub(super) fn judge_watcher(item: &Item, sights: &[Sight], rulebooks: &[Rulebook], shared: &Shared) -> Finished {
    let rules: Vec<&'static Rule> = item
        .rules()
        .into_iter()
        .filter_map(|id| shared.rules.rule(id))
        .filter(|rule| rulebooks.contains(&rule.rulebook))
        .collect();
    let id = item.id();
    let sights: Vec<&Sight> = sights.iter().filter(|sight| sight.seen.item == id).collect();
    let mut findings = Vec::new();
    for sight in &sights {
        let (difference, outcome) = match &sight.seen.judgement {
            Judgement::Holds => continue,
            Judgement::Variation(difference) => (difference, Some(Outcome::Noted)),
            Judgement::Doubtful(difference) => (difference, Some(Outcome::Warned)),
            Judgement::Broken(difference) => (difference, None),
        };
        let outcome = outcome.or_else(|| rules.iter().map(|rule| breach(rule.level)).max()).unwrap_or(Outcome::Noted);
        findings.push(Finding {
            outcome,
            rules: rules.iter().map(|rule| rule.id.as_str()).collect(),
            difference: difference.clone(),
            steps: vec![sight.seen.endpoint.clone()],
            exchanges: sight.evidence.iter().cloned().map(|evidence| afforded(evidence, shared)).collect(),
            reproduce: afforded_lines(sight.reproduce.clone(), shared),
        });
    }
    let seen = (!sights.is_empty()).then_some(Outcome::Passed);
    let outcome = worst(findings.iter().map(|finding: &Finding| finding.outcome).chain(seen));
    let first = findings.iter().max_by_key(|finding| finding.outcome);
    let verdicts = rules
        .iter()
        .map(|rule| RuleVerdict {
            rule: rule.id.as_str(),
            rulebook: rule.rulebook,
            level: rule.level,
            result: match first {
                Some(finding) if finding.outcome == Outcome::Failed => breach(rule.level),
                Some(finding) => finding.outcome,
                None => outcome,
            },
            reason: first.map(|it| format!("expected {}, got {}", it.difference.expected, it.difference.got)),
            pointer: first.map(|it| it.difference.pointer.clone()),
        })
        .collect();
    Finished {
        id,
        title: item.title(),
        feature: item.feature(),
        effect: item.effect(),
        cites: item.rules(),
        is_claimed: true,
        outcome,
        reason: sights.is_empty().then(|| "no exchange of this run said anything on it".into()),
        blocked_by: None,
        verdicts,
        findings,
    }
}
