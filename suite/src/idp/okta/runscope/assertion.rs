//! What an export asks of an answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::place::Place;
use super::variables::Variables;
use crate::expect::shortened;
use crate::target::Answer;

/// One assertion.
#[derive(Debug)]
pub(super) struct Assertion {
    pub(super) source: Source,
    pub(super) comparison: Comparison,
    /// What is compared with, with its variables; empty where nothing is.
    pub(super) target: String,
}

/// What is looked at.
#[derive(Debug)]
pub(super) enum Source {
    Status,
    /// In milliseconds.
    Time,
    Json(Place),
}

/// How it is compared. Runscope has more; these are the ones that Okta uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Comparison {
    /// As texts: the number 401 and the text "401" are equal.
    Equal,
    /// A JSON number with this value.
    EqualNumber,
    /// A JSON number.
    IsANumber,
    NotEmpty,
    /// One of a list's elements, or of an object's values.
    HasValue,
    /// A part of a text, or one of a list's elements.
    Contains,
    IsLessThan,
}

/// One thing that was asked of an answer, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What asks.
    pub kind: Kind,
    /// What is looked at: `status`, `time`, or a place in the body.
    pub subject: String,
    /// What it should be.
    pub expected: String,
    /// What it is.
    pub got: String,
    /// Whether it is so.
    pub verdict: Verdict,
}

/// What asks something of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An assertion.
    Assertion,
    /// A variable that must be there to be read.
    Variable,
    /// A script.
    Script,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is so.
    Passed,
    /// It is not.
    Failed,
    /// Nobody knows, and why.
    Open(String),
}

impl Assertion {
    /// Whether it is about what a list holds.
    pub(super) fn is_about_rows(&self) -> bool {
        matches!(&self.source, Source::Json(place) if place.to_string().starts_with("Resources"))
    }

    pub(super) fn judge(&self, answer: &Answer, variables: &Variables) -> Judged {
        let target = match variables.fill(&self.target) {
            Ok(target) => target,
            Err(missing) => return self.open(&missing.to_string()),
        };
        let measured;
        let actual = match &self.source {
            Source::Status => {
                measured = Value::from(answer.status);
                Some(&measured)
            }
            Source::Time => {
                measured = Value::from(answer.took.as_secs_f64() * 1000.0);
                Some(&measured)
            }
            Source::Json(place) => answer.json.as_ref().and_then(|body| place.of(body)),
        };
        let verdict = actual.map_or(Verdict::Failed, |actual| self.comparison.judge(actual, &target));
        let got = match (&self.source, actual) {
            (Source::Time, Some(Value::Number(time))) => format!("{:.1}", time.as_f64().unwrap_or_default()),
            _ => got(answer, actual),
        };
        Judged { got, verdict, ..self.asked(&target) }
    }

    /// Not judged, for this reason.
    pub(super) fn open(&self, reason: &str) -> Judged {
        Judged { verdict: Verdict::Open(reason.into()), ..self.asked(&self.target) }
    }

    fn asked(&self, target: &str) -> Judged {
        let subject = match &self.source {
            Source::Status => "status".into(),
            Source::Time => "time in ms".into(),
            Source::Json(place) => place.to_string(),
        };
        let (expected, got) = (self.comparison.words(target), String::new());
        Judged { kind: Kind::Assertion, subject, expected, got, verdict: Verdict::Failed }
    }
}

impl Comparison {
    /// Whether it compares with something.
    pub(super) fn has_target(self) -> bool {
        !matches!(self, Comparison::IsANumber | Comparison::NotEmpty)
    }

    /// Whether what it compares with must be a number.
    pub(super) fn is_numeric(self) -> bool {
        matches!(self, Comparison::EqualNumber | Comparison::IsLessThan)
    }

    fn judge(self, actual: &Value, target: &str) -> Verdict {
        let is = |text: &Value| scalar(text).is_some_and(|text| text == target);
        let numbers = actual.as_f64().zip(number(target));
        let holds = match self {
            Comparison::Equal => is(actual),
            Comparison::EqualNumber => numbers.is_some_and(|(actual, target)| actual == target),
            Comparison::IsLessThan => numbers.is_some_and(|(actual, target)| actual < target),
            Comparison::IsANumber => actual.is_number(),
            Comparison::NotEmpty => match actual {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(map) => !map.is_empty(),
                Value::Bool(true) => true,
                Value::Number(number) if number.as_f64() != Some(0.0) => true,
                Value::Bool(_) | Value::Number(_) => {
                    return Verdict::Open(format!("whether Runscope takes {actual} for empty is not known"));
                }
            },
            Comparison::Contains | Comparison::HasValue => match actual {
                Value::Array(items) => items.iter().any(is),
                Value::Object(map) if self == Comparison::HasValue => map.values().any(is),
                Value::String(text) if self == Comparison::Contains => text.contains(target),
                _ => false,
            },
        };
        if holds { Verdict::Passed } else { Verdict::Failed }
    }

    fn words(self, target: &str) -> String {
        match self {
            Comparison::Equal => format!("is {target:?}"),
            Comparison::EqualNumber => format!("is the number {target}"),
            Comparison::IsANumber => "is a number".into(),
            Comparison::NotEmpty => "is not empty".into(),
            Comparison::HasValue => format!("has the value {target:?}"),
            Comparison::Contains => format!("contains {target:?}"),
            Comparison::IsLessThan => format!("is less than {target}"),
        }
    }
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Text, number or boolean as a text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// What was found there, in few words.
pub(super) fn got(answer: &Answer, actual: Option<&Value>) -> String {
    match (actual, &answer.json) {
        (Some(actual), _) => shortened(&actual.to_string()),
        (None, Some(_)) => "nothing there".into(),
        (None, None) if answer.body.is_empty() => "no body".into(),
        (None, None) => "no JSON".into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_comparison_holds_and_fails() {
        use Comparison::*;
        for (comparison, target, right, wrong) in [
            (Equal, "a", vec![json!("a")], vec![json!("A"), json!(["a"]), json!(null), json!({})]),
            (Equal, "401", vec![json!("401"), json!(401)], vec![json!(401.5), json!("0401")]),
            (Equal, "true", vec![json!(true), json!("true")], vec![json!(false), json!("True")]),
            (EqualNumber, "0", vec![json!(0), json!(0.0)], vec![json!("0"), json!(1), json!(null), json!(false)]),
            (IsANumber, "", vec![json!(0), json!(1.5)], vec![json!("1"), json!(true), json!(null), json!([1])]),
            (
                NotEmpty,
                "",
                vec![json!("a"), json!([0]), json!({"a": null}), json!(true), json!(1)],
                vec![json!(""), json!([]), json!({}), json!(null)],
            ),
            (
                HasValue,
                "a",
                vec![json!(["b", "a"]), json!({"x": "a"})],
                vec![json!("a"), json!(["aa"]), json!({"a": "x"}), json!([])],
            ),
            (
                Contains,
                "a",
                vec![json!(["b", "a"]), json!("bab")],
                vec![json!("A"), json!(["aa"]), json!({"x": "a"}), json!(null)],
            ),
            (IsLessThan, "600", vec![json!(599.9)], vec![json!(600), json!("1"), json!(null)]),
        ] {
            for value in right {
                assert_eq!(comparison.judge(&value, target), Verdict::Passed, "{comparison:?} {target} {value}");
            }
            for value in wrong {
                assert_eq!(comparison.judge(&value, target), Verdict::Failed, "{comparison:?} {target} {value}");
            }
        }
    }

    #[test]
    fn whether_an_inactive_user_has_an_empty_status_is_open() {
        for value in [json!(false), json!(0)] {
            assert!(matches!(Comparison::NotEmpty.judge(&value, ""), Verdict::Open(_)), "{value}");
        }
    }
}
