//! The JUnit report: a suite for each feature, a case for each check.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Story, is_unclaimed_breach};
use crate::check::{Feature, Outcome};
use crate::clean;
use crate::runner::event::Finished;

/// The whole run as JUnit XML. Failed checks are failures, our own bugs errors; what was not decided is skipped.
pub fn render(story: &Story) -> String {
    let mut report = Report::new("scimprove");
    for feature in Feature::ALL {
        let mut suite = TestSuite::new(feature.title());
        for finished in story.finished.iter().filter(|finished| finished.feature == feature) {
            suite.add_test_case(case(finished));
        }
        if !suite.test_cases.is_empty() {
            report.add_test_suite(suite);
        }
    }
    report.to_string().unwrap_or_else(|error| format!("<!-- no report: {} -->\n", clean::xml(&error.to_string())))
}

fn case(finished: &Finished) -> TestCase {
    let status = match finished.outcome {
        Outcome::Failed if is_unclaimed_breach(finished) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("broken, and not claimed by the product");
            status
        }
        Outcome::Passed | Outcome::Noted | Outcome::Warned => TestCaseStatus::success(),
        Outcome::Failed => non_success(NonSuccessKind::Failure, finished),
        Outcome::Error => non_success(NonSuccessKind::Error, finished),
        Outcome::Unsupported | Outcome::Blocked | Outcome::Inconclusive => {
            let mut status = TestCaseStatus::skipped();
            let reason = finished.reason.as_deref().unwrap_or("the target does not announce it");
            let by = finished.blocked_by.map(|by| format!(" (see {by})")).unwrap_or_default();
            status.set_message(format!("{}: {}{by}", finished.outcome.name(), clean::xml(reason)));
            status
        }
    };
    let mut case = TestCase::new(finished.id.clone(), status);
    case.set_classname(format!("scimprove.{}", finished.feature.name()));
    let remarks = remarks(finished);
    // What was skipped has its reason in the message already.
    let is_told =
        finished.outcome == Outcome::Failed || (finished.findings.is_empty() && !finished.outcome.is_decided());
    if !is_told && !remarks.is_empty() {
        case.set_system_out(remarks);
    }
    case
}

fn non_success(kind: NonSuccessKind, finished: &Finished) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    let rules: Vec<&str> = finished
        .verdicts
        .iter()
        .filter(|verdict| verdict.result == Outcome::Failed)
        .map(|verdict| verdict.rule)
        .collect();
    status.set_message(clean::xml(&format!("{} [{}]", finished.title, rules.join(", "))));
    status.set_description(remarks(finished));
    status
}

fn remarks(finished: &Finished) -> String {
    let mut text = finished.reason.as_deref().map(|reason| format!("{}\n", clean::xml(reason))).unwrap_or_default();
    for finding in &finished.findings {
        let difference = &finding.difference;
        let steps: Vec<&str> = finding.steps.iter().map(String::as_str).filter(|step| !step.is_empty()).collect();
        let seen_in = if steps.is_empty() { String::new() } else { format!("{}: ", steps.join(", ")) };
        let at = if difference.pointer.is_empty() { String::new() } else { format!(" at {}", difference.pointer) };
        text.push_str(&format!(
            "{}: {}expected {}, got {}{}\n",
            finding.outcome.name(),
            clean::xml(&seen_in),
            clean::xml(&difference.expected),
            clean::xml(&difference.got),
            clean::xml(&at),
        ));
        for line in &finding.reproduce {
            text.push_str(&format!("  {}\n", clean::xml(line)));
        }
    }
    text
}
