//! Filters, drawn from what the target announces and from what the people of the run have; and other ways to write them.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::grounds::{Grounds, Topic};
use crate::probe::schema::Kind;
use crate::scim::filter::{Filter, Op, compare, element, present};
use crate::scim::urn;

/// The longest list of values that one attribute is asked for.
const MOST_VALUES: usize = 12;

/// This many filters.
pub(super) fn filters(grounds: &Grounds, count: usize) -> BoxedStrategy<Vec<Filter>> {
    prop::collection::vec(filter(grounds), count).boxed()
}

/// One expression, then some more joined to it. Flat, so that a filter gets smaller by leaving expressions out.
fn filter(grounds: &Grounds) -> BoxedStrategy<Filter> {
    let rarely = || prop::bool::weighted(0.25);
    let more = (any::<bool>(), any::<bool>(), rarely(), comparison(grounds));
    (comparison(grounds), prop::collection::vec(more, 0..=2), rarely())
        .prop_map(|(first, more, is_negated)| {
            let whole = more.into_iter().fold(first, |left, (is_or, is_turned, is_negated, right)| {
                let right = if is_negated { right.negated() } else { right };
                let (left, right) = if is_turned { (right, left) } else { (left, right) };
                if is_or { left.or(right) } else { left.and(right) }
            });
            if is_negated { whole.negated() } else { whole }
        })
        .boxed()
}

/// One expression without `and`, `or` and `not`.
pub(super) fn comparison(grounds: &Grounds) -> BoxedStrategy<Filter> {
    // Mostly what somebody has: a filter that finds nobody shows little.
    let seen: Vec<Topic> = grounds.topics.iter().filter(|topic| topic.is_seen).cloned().collect();
    let topic = prop_oneof![4 => select(seen), 1 => select(grounds.topics.clone())];
    let drawn = (topic, 0..9_usize, 0..MOST_VALUES, 0..4_usize);
    drawn.prop_map(|(topic, op, value, cut)| written(&topic, op, value, cut)).boxed()
}

/// Somebody who has a value, and the value: what a filter for it must find.
pub(super) fn sighting(grounds: &Grounds) -> Option<BoxedStrategy<(usize, Topic, String)>> {
    let mut seen = Vec::new();
    for topic in grounds.topics.iter().filter(|topic| topic.kind == Kind::Text) {
        for (at, person) in grounds.people.iter().enumerate() {
            let texts = topic.of(&person.seen).into_iter().filter_map(Value::as_str).filter(|text| is_plain(text));
            seen.extend(texts.map(|text| (at, topic.clone(), text.to_string())));
        }
    }
    (!seen.is_empty()).then(|| select(seen).boxed())
}

/// An empty value, or one with white space at its ends, may be taken for another.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && text.chars().count() <= 200
}

fn written(topic: &Topic, op: usize, value: usize, cut: usize) -> Filter {
    let Some(value) = topic.values.get(value % topic.values.len().max(1)) else { return present(&topic.path) };
    let ops: &[Op] = match topic.kind {
        Kind::Text => &[Op::Eq, Op::Ne, Op::Co, Op::Sw, Op::Ew],
        Kind::Number | Kind::Date => &[Op::Eq, Op::Gt, Op::Le],
        _ => &[Op::Eq, Op::Ne],
    };
    let Some(op) = ops.get(op) else { return if op == 8 { in_brackets(topic, value) } else { present(&topic.path) } };
    match (value, op) {
        (Value::String(text), Op::Co | Op::Sw | Op::Ew) => compare(&topic.path, *op, piece(text, *op, cut)),
        _ => compare(&topic.path, *op, value.clone()),
    }
}

/// `emails[value eq "…"]`, where the attribute has several values.
fn in_brackets(topic: &Topic, value: &Value) -> Filter {
    match topic.path.rsplit_once('.') {
        Some((list, part)) if topic.multi_valued => element(list, compare(part, Op::Eq, value.clone())),
        _ => present(&topic.path),
    }
}

/// The whole text, or the piece of it that the operator looks for.
fn piece(text: &str, op: Op, cut: usize) -> Value {
    let letters: Vec<char> = text.chars().collect();
    let keep = letters.len().saturating_sub(cut * letters.len() / 4).max(1);
    let from = if op == Op::Ew { letters.len().saturating_sub(keep) } else { 0 };
    json!(letters.iter().skip(from).take(keep).collect::<String>())
}

/// Another way to write a filter.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spelling {
    /// Operators and logical words in another letter case.
    Words,
    /// Attribute names in another letter case.
    Names,
    /// Core attributes behind the URN of their schema.
    Qualified,
    /// Parentheses around everything.
    Parentheses,
}

/// A filter in another spelling, which means the same.
pub(super) fn spelt(filter: &Filter, how: Spelling) -> String {
    let word = |word: &str| if matches!(how, Spelling::Words) { word.to_uppercase() } else { word.into() };
    let side = |side: &Filter| match side {
        Filter::Or(..) if !matches!(how, Spelling::Parentheses) => format!("({})", spelt(side, how)),
        _ => spelt(side, how),
    };
    let text = match filter {
        Filter::Compare(path, op, value) => format!("{} {} {value}", name(path, how), word(op.name())),
        Filter::Present(path) => format!("{} {}", name(path, how), word("pr")),
        Filter::And(left, right) => format!("{} {} {}", side(left), word("and"), side(right)),
        Filter::Or(left, right) => format!("{} {} {}", spelt(left, how), word("or"), spelt(right, how)),
        Filter::Not(inner) => format!("{} ({})", word("not"), spelt(inner, how)),
        // Within brackets names are parts of the attribute before them, which no URN can stand for.
        Filter::Element(path, inner) if matches!(how, Spelling::Qualified) => format!("{}[{inner}]", name(path, how)),
        Filter::Element(path, inner) => format!("{}[{}]", name(path, how), spelt(inner, how)),
    };
    if matches!(how, Spelling::Parentheses) { format!("({text})") } else { text }
}

fn name(path: &str, how: Spelling) -> String {
    let (urn, attribute) = path.rsplit_once(':').map_or((None, path), |(urn, attribute)| (Some(urn), attribute));
    match (how, urn) {
        (Spelling::Names, None) => other_case(attribute),
        (Spelling::Names, Some(urn)) => format!("{urn}:{}", other_case(attribute)),
        (Spelling::Qualified, None) => format!("{}:{attribute}", urn::USER),
        _ => path.into(),
    }
}

/// Every letter of ASCII in its other case; others have no other case in some languages.
pub(super) fn other_case(text: &str) -> String {
    let turn = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(turn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::filter::eq;

    #[test]
    fn a_spelling_changes_the_letters_and_not_the_meaning() {
        let filter = eq("title", "A").or(present("name.familyName")).and(eq("userType", "B").negated());
        for (how, wanted) in [
            (Spelling::Words, r#"(title EQ "A" OR name.familyName PR) AND NOT (userType EQ "B")"#),
            (Spelling::Names, r#"(TITLE eq "A" or NAME.FAMILYnAME pr) and not (USERtYPE eq "B")"#),
            (Spelling::Parentheses, r#"(((title eq "A") or (name.familyName pr)) and (not ((userType eq "B"))))"#),
        ] {
            assert_eq!(spelt(&filter, how), wanted);
        }
        let qualified = spelt(&element("emails", eq("value", "a")), Spelling::Qualified);
        assert_eq!(qualified, format!("{}:emails[value eq \"a\"]", urn::USER));
    }
}
