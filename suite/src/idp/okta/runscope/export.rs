//! The file, as Runscope writes it. What is not known here is an error that says where it stands.

use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::assertion::{Assertion, Comparison, Source, number};
use super::place::Place;
use super::script::Script;
use super::variables::names;
use super::{Export, Extraction, Step};

/// A file that cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is something else.
    #[error("this is no Runscope export: {0}")]
    Other(String),
    /// Something in a step is not known here.
    #[error("step {at}{title}: {reason}")]
    Step {
        /// Its place among all steps, pauses included, from 1.
        at: usize,
        /// Its title, in brackets behind a space, or nothing.
        title: String,
        /// What is not known.
        reason: String,
    },
    /// Nothing is asked.
    #[error("the export holds no request")]
    Empty,
}

#[derive(Deserialize)]
struct File {
    name: String,
    steps: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(tag = "step_type", rename_all = "snake_case")]
enum Written {
    Pause {},
    Request(Box<WrittenRequest>),
}

#[derive(Deserialize)]
struct WrittenRequest {
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    skipped: bool,
    method: String,
    url: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    assertions: Vec<WrittenAssertion>,
    #[serde(default)]
    variables: Vec<WrittenVariable>,
    #[serde(default)]
    scripts: Vec<String>,
    #[serde(default)]
    before_scripts: Vec<String>,
    /// Forms, files, other credentials: nothing of this may be there.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAssertion {
    source: WrittenSource,
    comparison: Comparison,
    #[serde(default)]
    property: Option<String>,
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize)]
enum WrittenSource {
    #[serde(rename = "response_status")]
    Status,
    #[serde(rename = "response_time")]
    Time,
    #[serde(rename = "response_json")]
    Json,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenVariable {
    source: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    property: Option<String>,
}

/// Reads a file.
pub(super) fn read(text: &str) -> Result<Export, Unreadable> {
    let file: File = serde_json::from_str(text).map_err(|error| Unreadable::Other(error.to_string()))?;
    let mut steps = Vec::new();
    for (at, value) in file.steps.into_iter().enumerate() {
        let note = value.get("note").and_then(Value::as_str).filter(|note| !note.trim().is_empty());
        let title = note.map(|note| format!(" ({})", note.trim())).unwrap_or_default();
        let wrong = |reason| Unreadable::Step { at: at + 1, title: title.clone(), reason };
        let written = Written::deserialize(value).map_err(|error| wrong(error.to_string()))?;
        if let Written::Request(request) = written {
            steps.push(step(steps.len() + 1, *request).map_err(wrong)?);
        }
    }
    if steps.is_empty() { Err(Unreadable::Empty) } else { Ok(Export { name: file.name.trim().into(), steps }) }
}

fn step(number: usize, written: WrittenRequest) -> Result<Step, String> {
    if let Some((name, _)) = written.rest.iter().find(|(_, value)| !is_nothing(value)) {
        return Err(format!("it has `{name}`, which is not known here"));
    }
    let all = written.before_scripts.iter().chain(&written.scripts);
    if let Some(text) = all.clone().find(|text| !text.trim().is_empty() && Script::read(text).is_none()) {
        let begin: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
        return Err(format!("its script is none of those that are known here; it begins with `{begin}`"));
    }
    if written.before_scripts.iter().any(|text| !text.trim().is_empty()) {
        return Err("its script wants to run before the request; those that are known here run after it".into());
    }
    let method = written.method.to_ascii_uppercase();
    Ok(Step {
        number,
        title: written.note.unwrap_or_default().trim().to_string(),
        skipped: written.skipped,
        method: Method::from_bytes(method.as_bytes()).map_err(|_| format!("{method:?} is no HTTP method"))?,
        url: written.url.trim().into(),
        headers: headers(written.headers)?,
        body: written.body.unwrap_or_default(),
        assertions: written.assertions.into_iter().map(assertion).collect::<Result<_, _>>()?,
        extractions: written
            .variables
            .into_iter()
            .filter_map(|it| extraction(it).transpose())
            .collect::<Result<_, _>>()?,
        scripts: all.filter_map(|text| Script::read(text)).collect(),
    })
}

/// Older exports have one value for each name, newer ones a list.
fn headers(written: Map<String, Value>) -> Result<Vec<(String, String)>, String> {
    let mut headers = Vec::new();
    for (name, value) in written {
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        for value in values {
            let Value::String(value) = value else { return Err(format!("the header {name} holds no text")) };
            // Stray spaces at its ends are none of its value (RFC 9110 §5.5).
            headers.push((name.clone(), value.trim().into()));
        }
    }
    Ok(headers)
}

fn assertion(written: WrittenAssertion) -> Result<Assertion, String> {
    let comparison = written.comparison;
    let target = match written.value {
        Value::String(text) => text,
        Value::Null => String::new(),
        value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
        other => return Err(format!("an assertion compares with {other}, which is no text and no number")),
    };
    let source = match (written.source, written.property.as_deref().unwrap_or_default()) {
        (WrittenSource::Json, property) => Source::Json(place(property)?),
        (_, property) if !property.is_empty() => {
            return Err(format!("an assertion looks for {property:?} outside of JSON"));
        }
        (WrittenSource::Status, _) => Source::Status,
        (WrittenSource::Time, _) => Source::Time,
    };
    if comparison.has_target() && target.is_empty() {
        return Err("an assertion compares with nothing".into());
    }
    if comparison.is_numeric() && names(&target).next().is_none() && number(&target).is_none() {
        return Err(format!("an assertion compares with {target:?}, which is no number"));
    }
    Ok(Assertion { source, comparison, target })
}

/// A row of the editor that nobody has filled in is no variable.
fn extraction(written: WrittenVariable) -> Result<Option<Extraction>, String> {
    let property = written.property.unwrap_or_default();
    let name = written.name.unwrap_or_default();
    if name.is_empty() && property.is_empty() {
        return Ok(None);
    }
    if name.is_empty() {
        return Err(format!("the variable for {property:?} has no name"));
    }
    if written.source != "response_json" {
        return Err(format!("the variable {name} is read from `{}`, which is not known here", written.source));
    }
    Ok(Some(Extraction { name, place: place(&property)? }))
}

fn place(text: &str) -> Result<Place, String> {
    Place::read(text).ok_or_else(|| format!("{text:?} is no place in a body that is known here, like Resources[0].id"))
}

/// What Runscope writes where nothing is.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(map) => map.values().all(is_nothing),
        _ => false,
    }
}
