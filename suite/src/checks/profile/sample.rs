//! Values that keep the rules of a profile, and values that break them. What a rule means is written here from the public
//! standards, and never taken from a server.

use scim_profile::{Attribute, Kind, Profile, Rule};
use serde_json::{Value, json};

/// Values of an attribute.
pub(super) struct Samples {
    /// They are kept as they are; there is one at least.
    pub(super) valid: Vec<Value>,
    /// They break the rule.
    pub(super) invalid: Vec<Value>,
    /// They are taken, and kept in another spelling.
    pub(super) loose: Vec<(Value, Value)>,
}

/// Values of an attribute, by its rule, its set of values, or its type.
pub(super) fn of(attribute: &Attribute, profile: &Profile) -> Samples {
    if let Some(values) = &attribute.values {
        let valid = values.get().iter().map(|value| json!(value)).collect();
        return Samples { valid, invalid: texts(&["scim-sample-nobody", "42"]), loose: Vec::new() };
    }
    if let Some(rule) = &attribute.rule {
        return of_rule(*rule.get(), &attribute.known);
    }
    let kind = attribute.kind.or_else(|| profile.kind_of(attribute.name.get_ref()).flatten());
    let valid = match kind {
        Some(Kind::Boolean) => vec![json!(true), json!(false)],
        Some(Kind::Integer) => vec![json!(7), json!(8)],
        Some(Kind::Decimal) => vec![json!(1.5), json!(2.5)],
        Some(Kind::DateTime) => texts(&["2026-02-03T04:05:06Z", "2026-03-04T05:06:07Z"]),
        Some(Kind::Reference) => texts(&["https://example.com/sample", "https://example.com/other"]),
        Some(Kind::String) | None => texts(&["Sample", "Other"]),
    };
    Samples { valid, invalid: Vec::new(), loose: Vec::new() }
}

/// Values that keep a rule, and values that break it.
pub(super) fn of_rule(rule: Rule, known: &[String]) -> Samples {
    let (valid, invalid) = match rule {
        Rule::Npi => (vec![npi("123456789"), npi("200000000"), npi("167928051")], npis_that_are_none()),
        Rule::DeaNumber => (vec![dea("AB", "123456"), dea("M9", "907113"), dea("FZ", "000001")], deas_that_are_none()),
        Rule::TimeZone => (
            texts(&[
                "US/Eastern",
                "US/Central",
                "US/Mountain",
                "US/Pacific",
                "US/Alaska",
                "US/Hawaii",
                "Europe/Berlin",
            ]),
            texts(&["Mars/Olympus", "Eastern Standard Time", "US/Nowhere"]),
        ),
        Rule::NoDigits => (texts(&["Ada", "Anne-Marie", "D'Arcy"]), texts(&["Ada2", "4da"])),
        Rule::Email => {
            (texts(&["ada@example.com", "ada.l+x@sub.example.org"]), texts(&["ada", "@example.com", "ada@"]))
        }
        Rule::KnownList => (
            vec![json!(known.join(",")), json!(known.first())],
            vec![json!("scim-sample"), json!(format!("{},scim-sample", known.first().map_or("", String::as_str)))],
        ),
        Rule::Known => (known.iter().map(|one| json!(one)).collect(), texts(&["scim-sample-nowhere"])),
    };
    let loose = if rule == Rule::KnownList && known.len() > 1 {
        vec![(json!(format!(" {} ", known.join(" , "))), json!(known.join(",")))]
    } else {
        Vec::new()
    };
    Samples { valid, invalid, loose }
}

fn texts(all: &[&str]) -> Vec<Value> {
    all.iter().map(|one| json!(one)).collect()
}

/// A National Provider Identifier of these nine digits: ISO 7812's digit is taken over 80840 and the number.
fn npi(nine: &str) -> Value {
    json!(format!("{nine}{}", luhn_digit(&format!("80840{nine}"))))
}

/// The digit after these that makes a number good: from the right, every second digit is doubled, beginning with the last.
fn luhn_digit(digits: &str) -> u32 {
    let weighed = digits.bytes().rev().enumerate().map(|(at, digit)| {
        let digit = u32::from(digit - b'0');
        let doubled = if at % 2 == 0 { 2 * digit } else { digit };
        doubled / 10 + doubled % 10
    });
    (10 - weighed.sum::<u32>() % 10) % 10
}

/// Another check digit, another length, another first digit, a letter.
fn npis_that_are_none() -> Vec<Value> {
    let wrong_digit = (luhn_digit("80840123456789") + 1) % 10;
    vec![json!(format!("123456789{wrong_digit}")), json!("123456789"), npi("312345678"), json!("12345678X3")]
}

/// A DEA number of these letters and six digits: the last digit is that of 1st, 3rd, 5th and twice 2nd, 4th, 6th.
fn dea(letters: &str, six: &str) -> Value {
    json!(format!("{letters}{six}{}", dea_digit(six)))
}

fn dea_digit(six: &str) -> u32 {
    let weighed = six.bytes().enumerate().map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 2 });
    weighed.sum::<u32>() % 10
}

fn deas_that_are_none() -> Vec<Value> {
    let wrong_digit = (dea_digit("123456") + 1) % 10;
    vec![json!(format!("AB123456{wrong_digit}")), json!("AB123456"), dea("4B", "123456"), dea("A4", "123456")]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples that the published rules give.
    #[test]
    fn check_digits_are_those_of_the_examples() {
        assert_eq!(npi("123456789"), "1234567893");
        assert_eq!(dea("AB", "123456"), "AB1234563");
    }
}
