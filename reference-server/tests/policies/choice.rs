//! A row of the tables, tied to the code: a field that the policy does not have and a reading that a field cannot take
//! do not compile, and neither does a row that leaves a reading out.

use crate::client::{Answer, Client, config};
use futures::future::LocalBoxFuture;
use scim_reference_server::{Clock, Config, Policy};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A field of the policy, and what it decides.
pub(crate) struct Choice {
    /// The ambiguity that asks; empty where none of the catalogue does.
    pub(crate) id: &'static str,
    pub(crate) asks: &'static str,
    /// The field as the code writes it, in brackets.
    pub(crate) place: &'static str,
    /// What the client does, in words.
    pub(crate) example: &'static str,
    /// The function that does it.
    pub(crate) exchange: &'static str,
    pub(crate) run: fn(Client) -> LocalBoxFuture<'static, String>,
    /// What the server needs besides, to be asked at all.
    pub(crate) within: fn(&mut Policy),
    pub(crate) readings: &'static [Reading],
}

/// A value that a field can take.
pub(crate) struct Reading {
    /// The value as the code writes it.
    pub(crate) value: &'static str,
    pub(crate) take: fn(&mut Policy),
    pub(crate) is_taken: fn(&Policy) -> bool,
    /// What the exchange comes to.
    pub(crate) shows: &'static str,
}

impl Choice {
    pub(crate) const fn within(self, within: fn(&mut Policy)) -> Self {
        Self { within, ..self }
    }

    /// What the exchange comes to.
    pub(crate) async fn shown(&self, mut policy: Policy) -> String {
        (self.within)(&mut policy);
        (self.run)(server(policy)).await
    }

    /// The path of the field.
    pub(crate) fn field(&self) -> &'static str {
        self.place.trim_matches(['[', ']'])
    }

    /// The reading that a policy takes; none, where the field is about something else.
    pub(crate) fn taken(&self, policy: &Policy) -> Option<&'static Reading> {
        self.readings.iter().find(|reading| (reading.is_taken)(policy))
    }
}

impl Reading {
    /// The value without its type.
    pub(crate) fn name(&self) -> &'static str {
        self.value.rsplit("::").next().unwrap_or_default()
    }
}

/// A row: the ambiguity, its question, `[the.field]`, the exchange in words and as a function, and each reading with
/// what it comes to. `..` at the end: the field has more values, which are about something else.
macro_rules! choice {
    ($id:literal, $asks:literal, $place:tt, $example:literal, $exchange:ident, $(($value:literal, $shows:literal)),+ $(,)?) => {{
        const _: fn(&Policy) = |policy| match $crate::choice::place!(policy, $place) {
            $($value => (),)+
        };
        $crate::choice::row!($id, $asks, $place, $example, $exchange, $(($value, $shows)),+)
    }};
    ($id:literal, $asks:literal, $place:tt, $example:literal, $exchange:ident, $(($value:path, $shows:literal)),+ $(,)?) => {{
        const _: fn(&Policy) = |policy| match $crate::choice::place!(policy, $place) {
            $($value => (),)+
        };
        $crate::choice::row!($id, $asks, $place, $example, $exchange, $(($value, $shows)),+)
    }};
    ($id:literal, $asks:literal, $place:tt, $example:literal, $exchange:ident, $(($value:path, $shows:literal)),+, ..) => {
        $crate::choice::row!($id, $asks, $place, $example, $exchange, $(($value, $shows)),+)
    };
}

macro_rules! row {
    ($id:literal, $asks:literal, $place:tt, $example:literal, $exchange:ident, $(($value:expr, $shows:literal)),+) => {
        $crate::choice::Choice {
            id: $id,
            asks: $asks,
            place: stringify!($place),
            example: $example,
            exchange: concat!(module_path!(), "::", stringify!($exchange)),
            run: |client| Box::pin($exchange(client)),
            within: |_| (),
            readings: &[$($crate::choice::Reading {
                value: stringify!($value),
                take: |policy| $crate::choice::place!(policy, $place) = $value,
                is_taken: |policy| $crate::choice::place!(policy, $place) == $value,
                shows: $shows,
            }),+],
        }
    };
}

macro_rules! place {
    ($policy:ident, [$($field:tt)+]) => { $policy.$($field)+ };
}

pub(crate) use {choice, place, row};

/// Runs every exchange under every reading, and compares what it comes to with what is said of it. No two readings come
/// to the same.
pub(crate) async fn prove(choices: &[Choice]) {
    let mut wrong = Vec::new();
    for choice in choices {
        for (at, reading) in choice.readings.iter().enumerate() {
            let mut policy = Policy::rfc();
            (reading.take)(&mut policy);
            let (field, name) = (choice.field(), reading.name());
            assert!((reading.is_taken)(&policy), "{field}: {name} is not what it takes");
            let shown = choice.shown(policy).await;
            if shown != reading.shows {
                wrong.push(format!("{field} {name}: {shown} instead of {}", reading.shows));
            }
            let is_same = |other: &Reading| other.shows == reading.shows;
            assert!(!choice.readings[..at].iter().any(is_same), "{field}: {name} shows no difference");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A server with a clock that shows another second whenever it is looked at, and little room in bulk requests.
fn server(policy: Policy) -> Client {
    let seconds = AtomicI64::new(1_800_000_000);
    let clock: Clock = Arc::new(move || {
        jiff::Timestamp::from_second(seconds.fetch_add(1, Ordering::Relaxed)).expect("a moment of this century")
    });
    let mut config = Config { policy, clock, ..config() };
    config.limits.bulk_operations = 3;
    Client::with(config)
}

/// Status and keyword of an answer; every 200 and 204 is `done`.
pub(crate) fn said(answer: &Answer) -> String {
    match (answer.status, &answer.body["scimType"]) {
        (200 | 204, _) => "done".to_owned(),
        (201, _) => "created".to_owned(),
        (status, Value::String(keyword)) => format!("{status} {keyword}"),
        (status, _) => status.to_string(),
    }
}

/// A value in words: text without quotes, and nothing for none.
pub(crate) fn told(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Names one after the other, or nobody.
pub(crate) fn all(names: impl IntoIterator<Item = String>) -> String {
    let names: Vec<String> = names.into_iter().collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(" and ") }
}
