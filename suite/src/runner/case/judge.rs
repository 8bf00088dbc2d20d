//! What a story says of answers and readings, rule by rule.

use http::Method;
use serde_json::Value;

use super::{Case, MOST_VERDICTS, Resource, Stop, breach, mark};
use crate::catalogue;
use crate::check::{Form, Judgement, Outcome, Read, Verdict};
use crate::expect::Expectation;
use crate::probe::Offer;
use crate::scim::patch;
use crate::target::{Exchange, Request};

impl Case {
    /// Says what the next verdicts are about, for findings: "after the second PUT".
    pub fn step(&self, words: impl Into<String>) {
        self.lock().step = words.into();
    }

    /// Judges an exchange for every cited rule; the story goes on whatever comes out. Tells whether it holds.
    pub fn expect(&self, rules: &[&'static str], exchange: &Exchange, expectation: Expectation) -> bool {
        self.conclude(rules, expectation(exchange), Some(exchange))
    }

    /// Records a judgement that the story made itself.
    pub fn conclude(&self, rules: &[&'static str], judgement: Judgement, exchange: Option<&Exchange>) -> bool {
        let stays_open = exchange.is_some_and(|exchange| self.is_not_offered(exchange));
        let (judgement, exchange) = (self.bounded(judgement), exchange.map(mark));
        let mut log = self.lock();
        // The exchange was kept when it was sent: the newest one that says the same is it.
        let number = exchange.and_then(|mark| log.kept.iter().rposition(|kept| kept.asked && kept.mark == mark));
        let step = log.step.clone();
        for id in rules {
            let mut verdict = self.verdict(id, &judgement, step.clone(), number);
            if stays_open && verdict.rulebook == catalogue::Rulebook::Rfc {
                (verdict.outcome, verdict.difference) = (Outcome::Unsupported, None);
            }
            // A list may have any number of rows with the same fault.
            let says_it = |known: &Verdict| known.rule == verdict.rule && known.outcome == verdict.outcome;
            if log.verdicts.len() < MOST_VERDICTS || !log.verdicts.iter().any(says_it) {
                log.verdicts.push(verdict);
            }
        }
        judgement == Judgement::Holds
    }

    /// Whether the target refused what it does not announce: a rule of the RFC that was to be shown by a filter or a
    /// PATCH then stays open.
    fn is_not_offered(&self, exchange: &Exchange) -> bool {
        let Request { method, path, query, .. } = &exchange.request;
        let is_of_resources = path.starts_with("/Users") || path.starts_with("/Groups");
        let gate = if *method == Method::PATCH {
            catalogue::Gate::Patch
        } else if is_of_resources && query.split('&').any(|pair| pair.starts_with("filter=")) {
            catalogue::Gate::Filter
        } else {
            return false;
        };
        !exchange.answer.is_success() && self.shared.facts.offers(gate) == Offer::No
    }

    /// Asks a list or a filter about what was changed before, and judges the answer. Lists and filters may lag behind:
    /// the question is repeated within the settling time, and a lag is noted.
    pub async fn ask(
        &self,
        rules: &[&'static str],
        question: Request,
        expectation: impl Fn() -> Expectation,
    ) -> Result<Exchange, Stop> {
        let mut settling = self.settling();
        let (answer, mut judgement) = loop {
            let answer = self.send(question.clone()).await?;
            let judgement = expectation()(&answer);
            let may_lag = matches!(judgement, Judgement::Broken(_)) && answer.answer.is_success();
            if !may_lag || !settling.again().await {
                break (answer, judgement);
            }
        };
        if judgement == Judgement::Holds && settling.has_waited() {
            let after = format!("this after {} ms", settling.milliseconds());
            judgement = crate::expect::as_variation(crate::expect::broken("this at once", after, ""));
        }
        self.conclude(rules, judgement, Some(&answer));
        Ok(answer)
    }

    fn verdict(&self, id: &'static str, judgement: &Judgement, step: String, exchange: Option<usize>) -> Verdict {
        let rule = self.shared.rules.rule(id);
        let (rulebook, level) =
            rule.map_or((catalogue::Rulebook::Rfc, catalogue::Level::Must), |rule| (rule.rulebook, rule.level));
        let (outcome, difference) = match (rule, judgement) {
            (None, _) => (Outcome::Error, None),
            (Some(rule), _) if !self.shared.facts.applies(rule) => (Outcome::Unsupported, None),
            (_, Judgement::Holds) => (Outcome::Passed, None),
            (_, Judgement::Variation(difference)) => (Outcome::Noted, Some(difference.clone())),
            (_, Judgement::Doubtful(difference)) => (Outcome::Warned, Some(difference.clone())),
            (_, Judgement::Broken(difference)) => (breach(level), Some(difference.clone())),
        };
        Verdict { rule: id, rulebook, level, outcome, difference, step, exchange }
    }

    /// Reads a resource back in one way. The reading's own rules say that it is there; `rules` say how it looks.
    /// Where a reading may lag it is repeated within the settling time, and a lag is noted.
    pub async fn see(
        &self,
        read: &'static Read,
        resource: &Resource,
        rules: &[&'static str],
        expectation: impl Fn() -> Expectation,
    ) -> Result<(), Stop> {
        let mut settling = self.settling();
        let mut came_late = false;
        let (seen, judgement) = loop {
            let Some(seen) = (read.run)(self, resource).await? else { return Ok(()) };
            let judgement = if seen.subject().is_some() { Some(expectation()(&seen)) } else { None };
            let is_done = judgement.as_ref().is_some_and(|judgement| !matches!(judgement, Judgement::Broken(_)));
            let has_waited = settling.has_waited();
            if is_done || !read.may_lag || !settling.again().await {
                // What was there from the first reading and stays wrong is wrong, and not late.
                came_late |= is_done && has_waited;
                break (seen, judgement);
            }
            came_late |= judgement.is_none();
        };
        self.step(format!("the reading {}", read.name));
        let there = |got: String| crate::expect::broken("the resource", got, &seen.focus);
        match judgement {
            None if seen.answer.is_success() => {
                self.conclude(read.rules, there("an answer without it".into()), Some(&seen));
            }
            None => _ = self.conclude(read.rules, there(crate::expect::got_status(&seen)), Some(&seen)),
            Some(_) if seen.answer.status != 200 => {
                self.conclude(read.rules, there(crate::expect::got_status(&seen)), Some(&seen));
            }
            Some(judgement) => {
                let shown = if came_late {
                    crate::expect::as_variation(there(format!("it after {} ms", settling.milliseconds())))
                } else {
                    Judgement::Holds
                };
                self.conclude(read.rules, shown, Some(&seen));
                self.conclude(rules, judgement, Some(&seen));
            }
        }
        self.step("");
        Ok(())
    }

    /// Reads back in every way and judges each reading alike.
    pub async fn see_all(
        &self,
        reads: &'static [Read],
        resource: &Resource,
        rules: &[&'static str],
        expectation: impl Fn() -> Expectation,
    ) -> Result<(), Stop> {
        for read in reads {
            self.see(read, resource, rules, &expectation).await?;
        }
        Ok(())
    }

    /// Writes `change` in a form and judges its status. Where the target does not offer the form the story ends.
    pub async fn write(&self, form: &'static Form, resource: &Resource, change: &Value) -> Result<Exchange, Stop> {
        if resource.collection == "/Users" {
            patch::leaves(change).iter().try_for_each(|(path, _)| self.changes(path))?;
        }
        let answer = (form.run)(self, resource, change).await?;
        let applies = |id: &&str| catalogue::rule(id).is_some_and(|rule| self.shared.facts.applies(rule));
        if !answer.answer.is_success() && !form.rules.iter().any(applies) {
            return Err(Stop::Unsupported(format!(
                "{} is not announced, and answered {}",
                form.words, answer.answer.status
            )));
        }
        self.step(format!("the answer to {}", form.words));
        self.expect(form.rules, &answer, crate::expect::status(form.answers));
        self.step("");
        Ok(answer)
    }

    /// Writes `change` in a form, and sees `effect` in the answer's body and in every reading. A form that is refused
    /// must have changed nothing.
    pub async fn write_and_see(
        &self,
        write: &'static Form,
        reads: &'static [Read],
        resource: &Resource,
        change: &Value,
        also: &[&'static str],
        effect: impl Fn() -> Expectation,
    ) -> Result<Exchange, Stop> {
        let answer = self.write(write, resource, change).await?;
        if !answer.answer.is_success() {
            let seen = self.read(resource).await?;
            if effect()(&seen) == Judgement::Holds && seen.answer.json.as_ref() != Some(&resource.seen) {
                let got = format!("{} and the change all the same", answer.answer.status);
                self.step(format!("the reading after {}", write.words));
                self.conclude(write.rules, crate::expect::broken("a success, or no change", got, ""), Some(&seen));
                self.step("");
            }
            return Ok(answer);
        }
        self.conclude_answer(write, resource, &answer, effect()).await?;
        let rules: Vec<&'static str> = write.rules.iter().chain(also).copied().collect();
        for read in reads {
            self.see(read, resource, &rules, &effect).await?;
        }
        Ok(answer)
    }

    /// Whether the answer to a change shows the resource as a reading right after does (RFC 7644 §3.1): if neither
    /// shows the change, the change is missing, and the answer is honest.
    pub async fn conclude_answer(
        &self,
        write: &'static Form,
        resource: &Resource,
        answer: &Exchange,
        effect: Expectation,
    ) -> Result<(), Stop> {
        let mut judgement = crate::expect::if_body(&effect)(answer);
        if judgement != Judgement::Holds {
            let seen = self.read(resource).await?;
            if seen.answer.status == 200 && effect(&seen) != Judgement::Holds {
                judgement = Judgement::Holds;
            }
        }
        self.step(format!("the answer to {}", write.words));
        self.conclude(&["RFC7644-3.1-04"], judgement, Some(answer));
        self.step("");
        Ok(())
    }
}
