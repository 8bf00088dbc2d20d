//! What an assertion can ask of an exchange. Pure: each gives a [`Judgement`] with expected and got.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::check::{Difference, Judgement};
use crate::scim::urn;
use crate::target::Exchange;

/// Something that can be asked of an exchange.
pub type Expectation = Box<dyn Fn(&Exchange) -> Judgement + Send + Sync>;

/// The longest piece of an answer that a finding quotes.
const QUOTED: usize = 160;

/// A judgement that something is broken.
pub fn broken(expected: impl Into<String>, got: impl Into<String>, pointer: impl Into<String>) -> Judgement {
    Judgement::Broken(Difference { expected: expected.into(), got: got.into(), pointer: pointer.into() })
}

/// The same finding as a warning: tolerated, whatever the rule's level.
pub fn as_doubtful(judgement: Judgement) -> Judgement {
    match judgement {
        Judgement::Broken(difference) => Judgement::Doubtful(difference),
        other => other,
    }
}

/// The same finding as a legal variation.
pub fn as_variation(judgement: Judgement) -> Judgement {
    match judgement {
        Judgement::Broken(difference) | Judgement::Doubtful(difference) => Judgement::Variation(difference),
        other => other,
    }
}

/// A value as a finding quotes it.
pub fn quoted(value: Option<&Value>) -> String {
    match value {
        None => "nothing there".into(),
        Some(value) => {
            let mut beginning = Beginning(Vec::new());
            // It ends early where there is more than is quoted: a value may be as long as a target likes.
            let _ = serde_json::to_writer(&mut beginning, value);
            shortened(&String::from_utf8_lossy(&beginning.0))
        }
    }
}

/// Takes no more than the beginning of a text: enough for a quotation, and a letter that shows that there is more.
struct Beginning(Vec<u8>);

impl std::io::Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // No letter takes more than four bytes, and the last one may be cut.
        let room = (4 * (QUOTED + 2)).saturating_sub(self.0.len());
        self.0.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room { Err(std::io::ErrorKind::WriteZero.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Text cut to the length of a quotation.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into(),
    }
}

/// One of these statuses.
pub fn status(wanted: &'static [u16]) -> Expectation {
    Box::new(move |exchange| {
        if wanted.contains(&exchange.answer.status) {
            Judgement::Holds
        } else {
            broken(status_words(wanted), got_status(exchange), "")
        }
    })
}

/// One of these statuses; one of `tolerated` warns.
pub fn status_or(wanted: &'static [u16], tolerated: &'static [u16]) -> Expectation {
    let strict = status(wanted);
    Box::new(move |exchange| {
        let judgement = strict(exchange);
        if tolerated.contains(&exchange.answer.status) { as_doubtful(judgement) } else { judgement }
    })
}

/// Any refusal: a status of 400 to 499, or 501.
pub fn refused() -> Expectation {
    Box::new(|exchange| match exchange.answer.status {
        400..=499 | 501 => Judgement::Holds,
        _ => broken("a refusal (4xx)", got_status(exchange), ""),
    })
}

/// No failure of the server: anything below 500, or 501.
pub fn no_server_error() -> Expectation {
    Box::new(|exchange| match exchange.answer.status {
        500 | 502.. => broken("no server error", got_status(exchange), ""),
        _ => Judgement::Holds,
    })
}

/// The value at a pointer below the focus.
pub fn json_at(pointer: &str, wanted: impl Into<Value>) -> Expectation {
    let (pointer, wanted) = (pointer.to_string(), wanted.into());
    Box::new(move |exchange| {
        let got = at(exchange, &pointer);
        if got.is_some_and(|got| same(got, &wanted)) {
            Judgement::Holds
        } else {
            broken(wanted.to_string(), quoted_or_missing(exchange, got), full(exchange, &pointer))
        }
    })
}

/// Text at a pointer, letter case aside: for attributes that are not case-exact.
pub fn text_at(pointer: &str, wanted: &str) -> Expectation {
    let (pointer, wanted) = (pointer.to_string(), wanted.to_string());
    Box::new(move |exchange| {
        let got = at(exchange, &pointer);
        if got.and_then(Value::as_str).is_some_and(|got| got.to_lowercase() == wanted.to_lowercase()) {
            Judgement::Holds
        } else {
            broken(format!("{wanted:?}"), quoted_or_missing(exchange, got), full(exchange, &pointer))
        }
    })
}

/// A value for which `fits` is true; `words` says what that is.
pub fn value_at(pointer: &str, words: &'static str, fits: fn(&Value) -> bool) -> Expectation {
    let pointer = pointer.to_string();
    Box::new(move |exchange| {
        let got = at(exchange, &pointer);
        if got.is_some_and(fits) {
            Judgement::Holds
        } else {
            broken(words, quoted_or_missing(exchange, got), full(exchange, &pointer))
        }
    })
}

/// Nothing at a pointer: absent, null, an empty list or an empty object, which SCIM holds to be the same.
pub fn unassigned(pointer: &str) -> Expectation {
    let pointer = pointer.to_string();
    Box::new(move |exchange| {
        if exchange.subject().is_none() {
            return broken(
                "a resource without a value here",
                quoted_or_missing(exchange, None),
                full(exchange, &pointer),
            );
        }
        match at(exchange, &pointer) {
            Some(value) if !is_unassigned(value) => broken("no value", quoted(Some(value)), full(exchange, &pointer)),
            _ => Judgement::Holds,
        }
    })
}

/// The values of a multi-valued attribute's `value`, as a set.
pub fn values_are(pointer: &str, wanted: &[&str]) -> Expectation {
    let pointer = pointer.to_string();
    let wanted: Vec<String> = wanted.iter().map(|value| value.to_string()).collect();
    Box::new(move |exchange| {
        let expected = if wanted.is_empty() { "none".into() } else { format!("exactly {}", values_in_words(&wanted)) };
        if exchange.subject().is_none() {
            return broken(expected, quoted_or_missing(exchange, None), full(exchange, &pointer));
        }
        let got = values(at(exchange, &pointer));
        let once: BTreeSet<&String> = got.iter().collect();
        if once == wanted.iter().collect() && got.len() == once.len() {
            Judgement::Holds
        } else {
            broken(expected, values_in_words(&got), full(exchange, &pointer))
        }
    })
}

/// The values of a multi-valued attribute's `value`; a bare string counts as one.
pub fn values(list: Option<&Value>) -> Vec<String> {
    let items = match list {
        Some(Value::Array(items)) => items.as_slice(),
        Some(Value::Null) | None => &[],
        Some(single) => std::slice::from_ref(single),
    };
    items
        .iter()
        .map(|item| item.get("value").unwrap_or(item))
        .map(|value| value.as_str().map_or_else(|| value.to_string(), String::from))
        .collect()
}

/// A list answer whose rows, among those in `of_interest`, are exactly `wanted`, by id and in any order.
pub fn rows_are(of_interest: &[&str], wanted: &[&str]) -> Expectation {
    let of_interest: BTreeSet<String> = of_interest.iter().map(|id| id.to_string()).collect();
    let wanted: BTreeSet<String> = wanted.iter().map(|id| id.to_string()).collect();
    Box::new(move |exchange| {
        if exchange.answer.status != 200 {
            return broken(format!("200 with {} matching rows", wanted.len()), got_status(exchange), "");
        }
        let got: Vec<&str> = exchange
            .rows()
            .filter_map(|(_, row)| row.get("id")?.as_str())
            .filter(|id| of_interest.contains(*id))
            .collect();
        ids_are(&got, &wanted)
    })
}

/// Whether these ids, from one page or from several, are exactly the wanted ones.
pub fn ids_are(got: &[&str], wanted: &BTreeSet<String>) -> Judgement {
    let once: BTreeSet<String> = got.iter().map(|id| id.to_string()).collect();
    if once == *wanted && once.len() == got.len() {
        return Judgement::Holds;
    }
    let missing = wanted.difference(&once).count();
    let surplus = once.difference(wanted).count();
    let double = got.len() - once.len();
    let got = format!("{missing} missing, {surplus} that do not match, {double} twice");
    broken(format!("exactly {} of this run's resources", wanted.len()), got, "/Resources")
}

/// A list answer with exactly one row, which has this id.
pub fn only_row(id: &str) -> Expectation {
    let id = id.to_string();
    Box::new(move |exchange| {
        let rows: Vec<&str> = exchange.rows().filter_map(|(_, row)| row.get("id")?.as_str()).collect();
        rows_are(&rows, &[&id])(exchange)
    })
}

/// A list answer with no row at all and `totalResults` 0.
pub fn no_rows() -> Expectation {
    Box::new(|exchange| {
        if exchange.answer.status != 200 {
            return broken("200 with an empty list", got_status(exchange), "");
        }
        let total = exchange.answer.json.as_ref().and_then(|json| json.get("totalResults"));
        let as_zero = total.and_then(Value::as_u64) == Some(0) || total.and_then(Value::as_str) == Some("0");
        if as_zero && exchange.rows().count() == 0 {
            Judgement::Holds
        } else {
            broken(
                "totalResults 0 and no rows",
                format!("totalResults {}, {} rows", quoted(total), exchange.rows().count()),
                "/totalResults",
            )
        }
    })
}

/// An Error body with this status; every part of it that is wrong is named. A 501 is a refusal, too: a server that has
/// not implemented what a request is about can't tell what else is wrong with it.
pub fn error(wanted: &'static [u16]) -> Expectation {
    Box::new(move |exchange| {
        if !wanted.contains(&exchange.answer.status) {
            let other = broken(status_words(wanted), got_status(exchange), "");
            return if exchange.answer.status == 501 { as_variation(other) } else { other };
        }
        error_shape(exchange).unwrap_or(Judgement::Holds)
    })
}

/// What is wrong with the shape of an Error body: `schemas`, `detail` and `status`, as Okta's published tests ask.
pub fn error_shape(exchange: &Exchange) -> Option<Judgement> {
    let Some(body @ Value::Object(_)) = &exchange.answer.json else {
        return Some(broken("a SCIM Error body", shortened(&String::from_utf8_lossy(&exchange.answer.body)), ""));
    };
    let schemas = body.get("schemas").and_then(Value::as_array);
    if !schemas.is_some_and(|schemas| schemas.iter().any(|urn| urn.as_str() == Some(urn::ERROR))) {
        return Some(broken(urn::ERROR, quoted(body.get("schemas")), "/schemas"));
    }
    let code = exchange.answer.status;
    let status_fits = match body.get("status") {
        Some(Value::String(text)) => text.parse() == Ok(code),
        Some(Value::Number(number)) => number.as_u64() == Some(code.into()),
        _ => false,
    };
    (!status_fits).then(|| broken(format!("\"{code}\""), quoted(body.get("status")), "/status"))
}

/// A non-empty `detail` in an Error body.
pub fn has_detail() -> Expectation {
    value_at("/detail", "a text for the admin", |value| value.as_str().is_some_and(|text| !text.trim().is_empty()))
}

/// `scimType` of an Error body; `tolerated` ones warn.
pub fn scim_type(wanted: &'static [&'static str], tolerated: &'static [&'static str]) -> Expectation {
    Box::new(move |exchange| {
        let got = exchange.answer.json.as_ref().and_then(|body| body.get("scimType"));
        match got.and_then(Value::as_str) {
            Some(word) if wanted.contains(&word) => Judgement::Holds,
            Some(word) if tolerated.contains(&word) => as_doubtful(broken(wanted.join(" or "), word, "/scimType")),
            _ => broken(format!("scimType {}", wanted.join(" or ")), quoted(got), "/scimType"),
        }
    })
}

/// All of these hold; the first that does not is the finding.
pub fn all(expectations: Vec<Expectation>) -> Expectation {
    Box::new(move |exchange| {
        let judgements = expectations.iter().map(|expectation| expectation(exchange));
        judgements.into_iter().find(|judgement| *judgement != Judgement::Holds).unwrap_or(Judgement::Holds)
    })
}

/// One of these holds; otherwise the mildest is the finding, and the first among equals.
pub fn any(expectations: Vec<Expectation>) -> Expectation {
    Box::new(move |exchange| {
        let judgements: Vec<Judgement> = expectations.iter().map(|expectation| expectation(exchange)).collect();
        let weight = |judgement: &Judgement| match judgement {
            Judgement::Holds => 0,
            Judgement::Variation(_) => 1,
            Judgement::Doubtful(_) => 2,
            Judgement::Broken(_) => 3,
        };
        judgements.into_iter().min_by_key(weight).unwrap_or(Judgement::Holds)
    })
}

/// The finding counts as a warning.
pub fn doubtful(expectation: Expectation) -> Expectation {
    Box::new(move |exchange| as_doubtful(expectation(exchange)))
}

/// A target that accepts what it should refuse is warned of; any other answer is a finding in full.
pub fn lenient(refusal: Expectation) -> Expectation {
    Box::new(move |exchange| {
        let judgement = refusal(exchange);
        if exchange.answer.is_success() { as_doubtful(judgement) } else { judgement }
    })
}

/// The finding counts as a legal variation.
pub fn variation(expectation: Expectation) -> Expectation {
    Box::new(move |exchange| as_variation(expectation(exchange)))
}

/// Judges only answers with a success status that have a body; others are another assertion's matter.
pub fn if_body<'a>(
    expectation: impl Fn(&Exchange) -> Judgement + Send + Sync + 'a,
) -> Box<dyn Fn(&Exchange) -> Judgement + Send + Sync + 'a> {
    Box::new(move |exchange| {
        if exchange.answer.is_success() && !exchange.answer.body.is_empty() {
            expectation(exchange)
        } else {
            Judgement::Holds
        }
    })
}

/// Whether two JSON values say the same: numbers by value, everything else by itself.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

/// Absent, null, `[]` and `{}` are one state.
pub fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_unassigned),
        _ => false,
    }
}

fn at<'a>(exchange: &'a Exchange, pointer: &str) -> Option<&'a Value> {
    let subject = exchange.subject()?;
    // A body with another envelope has no resource; pointers then find nothing.
    subject.pointer(pointer)
}

fn full(exchange: &Exchange, pointer: &str) -> String {
    format!("{}{pointer}", exchange.focus)
}

fn quoted_or_missing(exchange: &Exchange, got: Option<&Value>) -> String {
    match (got, exchange.subject()) {
        (None, None) if exchange.answer.is_success() && exchange.answer.json.is_some() => {
            "the resource is not in the answer".into()
        }
        (None, None) => got_status(exchange),
        (got, _) => quoted(got),
    }
}

/// The status, with what the target said about it.
pub fn got_status(exchange: &Exchange) -> String {
    let answer = &exchange.answer;
    let said = match answer.json.as_ref().and_then(|body| body.get("detail")) {
        Some(detail) => quoted(Some(detail)),
        None if answer.body.is_empty() || answer.is_success() => String::new(),
        None => shortened(&String::from_utf8_lossy(&answer.body)),
    };
    if said.is_empty() { answer.status.to_string() } else { format!("{} {said}", answer.status) }
}

fn status_words(wanted: &[u16]) -> String {
    wanted.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ")
}

/// How many, and which, in the order in which they came: ids sort by chance.
fn values_in_words(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    if values.is_empty() { "none".into() } else { format!("{}: {}", values.len(), quoted.join(", ")) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::target::{Answer, Request};

    #[test]
    fn of_several_ways_the_mildest_counts() {
        let answer = Answer::new(200, vec![], "".into(), Duration::ZERO);
        let exchange = Exchange { request: Request::get("/Users"), answer, focus: String::new() };
        assert_eq!(any(vec![status(&[201]), status(&[200])])(&exchange), Judgement::Holds);
        let mild = any(vec![status(&[201]), doubtful(status(&[400])), variation(status(&[404]))]);
        assert!(matches!(mild(&exchange), Judgement::Variation(_)));
        let hard = any(vec![status(&[201]), status(&[400])]);
        assert!(matches!(hard(&exchange), Judgement::Broken(found) if found.expected == "201"));
    }
}
