//! Reads a request as sloppily as a target may read it: what the guard asks before it lets anything out.
//!
//! Pure. Where two readers could come to different ends, the answer is no.

use http::Method;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::exchange::{Body, Request, encode};

/// A body as a target may take it.
pub(super) enum Content {
    /// There is none.
    None,
    /// JSON; where a key stands twice its values are gathered in an array, since readers differ in which one counts.
    Json(Value),
    /// Text that is no JSON to us, but may be to a patient reader: unescaped, decoded, in lower case.
    Text(String),
}

impl Content {
    /// Reads a body.
    pub(super) fn of(body: &Body) -> Content {
        match body {
            Body::None => Content::None,
            Body::Json(Value::String(text)) => Content::Text(flattened(text)),
            Body::Json(value) => Content::Json(value.clone()),
            Body::Raw(bytes) if bytes.is_empty() => Content::None,
            Body::Raw(bytes) => match serde_json::from_slice::<Gathered>(bytes) {
                Ok(Gathered(Value::String(text))) => Content::Text(flattened(&text)),
                Ok(Gathered(value)) => Content::Json(value),
                Err(_) => Content::Text(flattened(&String::from_utf8_lossy(bytes))),
            },
        }
    }
}

/// JSON in which no value is lost to a repeated key.
struct Gathered(Value);

impl<'de> Deserialize<'de> for Gathered {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Gathered, D::Error> {
        from.deserialize_any(Gatherer).map(Gathered)
    }
}

struct Gatherer;

impl<'de> Visitor<'de> for Gatherer {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Gathered(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(all.into())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some((name, Gathered(value))) = entries.next_entry::<String, Gathered>()? {
            let both = match all.remove(&name) {
                Some(before) => Value::Array(vec![before, value]),
                None => value,
            };
            all.insert(name, both);
        }
        Ok(Value::Object(all))
    }
}

/// The header, parameter or part of the path that could turn a request into another, if there is one.
pub(super) fn turning(request: &Request) -> Option<String> {
    for (name, value) in &request.headers {
        let is_token =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !is_token || is_override(name) || is_hop(name) || value.contains(['\r', '\n', '\0']) {
            return Some(name.clone());
        }
    }
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '#');
    if !request.path.starts_with('/') || request.path.contains(odd) || request.path.contains('?') {
        return Some(request.path.clone());
    }
    if request.query.contains(odd) {
        return Some(request.query.clone());
    }
    let whole = request.path_and_query();
    let Some(text) = decoded_lossy(&whole) else { return Some(whole) };
    let pieces = text.split(['?', '&', ';', '#']).chain(whole.split(['?', '&', ';']));
    let turns = |piece: &&str| is_override(piece.split('=').next().unwrap_or_default());
    let first = pieces.filter(|piece| piece.contains('=')).find(turns).map(String::from);
    first.or_else(|| {
        let reads = matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS);
        // A body there can hide a second request from whoever does not expect one.
        (reads && !request.body_bytes().is_empty()).then(|| format!("the body of a {}", request.method))
    })
}

/// `X-HTTP-Method-Override`, `X-HTTP-Method`, `_method`, `X-Original-URL` and their kin, however they are spelt.
pub(super) fn is_override(name: &str) -> bool {
    let name = flattened(name);
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let parts = ["override", "originalur", "rewriteur"];
    plain.ends_with("method") || parts.iter().any(|part| plain.contains(part))
}

/// Headers by which the bounds of a message are read, or its way.
fn is_hop(name: &str) -> bool {
    const HOP: [&str; 8] =
        ["content-length", "transfer-encoding", "connection", "upgrade", "host", "te", "trailer", "expect"];
    HOP.contains(&name.to_ascii_lowercase().as_str())
}

/// The decoded segments of a path that is written in the one canonical way: what needs decoding twice, or what two
/// readers could split differently, gives `None`.
pub(super) fn segments(path: &str) -> Option<Vec<String>> {
    let segment = |segment: &str| {
        let id = once(segment)?;
        (is_plain_id(&id) && encode(&id) == segment).then_some(id)
    };
    path.strip_prefix('/')?.split('/').map(segment).collect()
}

fn once(text: &str) -> Option<String> {
    Some(percent_encoding::percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

/// Whether no reader takes this id for more than one segment.
pub(super) fn is_plain_id(id: &str) -> bool {
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '/' | '\\' | '?' | '#' | ';' | '%');
    !(id.is_empty() || id == "." || id == ".." || id.len() > 512 || id.chars().any(odd))
}

/// The ids that a body names in `members` and `groups`, in any writing, at any depth.
///
/// # Errors
/// A reference that cannot be read for certain.
pub(super) fn references(body: &Value) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    gather(body, false, &mut found)?;
    Ok(found)
}

fn gather(value: &Value, inside: bool, found: &mut Vec<String>) -> Result<(), String> {
    match value {
        Value::Object(map) => {
            let mut by_path = false;
            for (name, value) in map {
                if ["path", "from"].iter().any(|known| same(name, known)) {
                    for path in texts(value).iter().filter(|path| names_references(path)) {
                        by_path = true;
                        found.extend(filtered_ids(path)?);
                    }
                }
            }
            for (name, value) in map {
                let here = inside || names_references(name) || (by_path && same(name, "value"));
                match value {
                    Value::String(_) | Value::Number(_) if here && (!inside || names_an_id(name)) => {
                        reference(value, found)?;
                    }
                    Value::Object(_) | Value::Array(_) => gather(value, here, found)?,
                    // `display` and `type` name nobody.
                    _ => {}
                }
            }
            Ok(())
        }
        Value::Array(items) => items.iter().try_for_each(|item| match item {
            // A bare text or number in a list of references may be read as an id.
            Value::String(_) | Value::Number(_) if inside => reference(item, found),
            _ => gather(item, inside, found),
        }),
        _ => Ok(()),
    }
}

/// Keys of a member under which a reader may look for its id.
fn names_an_id(name: &str) -> bool {
    let name = name.to_lowercase();
    let known = ["value", "$ref", "ref", "href", "uri", "url", "location"].contains(&name.as_str());
    known || (name.ends_with("id") && name != "externalid")
}

fn reference(value: &Value, found: &mut Vec<String>) -> Result<(), String> {
    let text = text(value);
    if text.contains('/') {
        found.extend(ids_of_uri(&text).ok_or(text)?);
    } else if is_plain_id(&text) {
        found.push(text);
    } else {
        return Err(text);
    }
    Ok(())
}

/// Every id that a URI may be read to name: what follows a collection, and what stands last.
fn ids_of_uri(uri: &str) -> Option<Vec<String>> {
    let path = match uri.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => uri.strip_prefix('/').unwrap_or(uri),
    };
    let mut path = path;
    while let Some(rest) = path.strip_prefix("../") {
        path = rest;
    }
    let all: Vec<String> =
        path.split('/').map(|text| once(text).filter(|id| is_plain_id(id))).collect::<Option<_>>()?;
    let after =
        all.windows(2).filter(|two| same(&two[0], "users") || same(&two[0], "groups")).map(|two| two[1].clone());
    Some(after.chain(all.last().cloned()).collect())
}

/// The ids in the filter of a path: `members[value eq "x"]`. A target may add whom it cannot find.
fn filtered_ids(path: &str) -> Result<Vec<String>, String> {
    const WORDS: [&str; 19] = [
        "value", "display", "type", "ref", "members", "groups", "eq", "ne", "co", "sw", "ew", "pr", "gt", "ge", "lt",
        "le", "and", "or", "not",
    ];
    let Some((_, filter)) = path.split_once('[') else { return Ok(Vec::new()) };
    if filter.contains('\\') {
        return Err(path.into());
    }
    let mut found = Vec::new();
    for (at, piece) in filter.split('"').enumerate() {
        if at % 2 == 1 {
            reference(&Value::from(piece), &mut found).map_err(|_| path.to_string())?;
            continue;
        }
        let bare = piece.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '@' | '\'')));
        for word in bare.filter(|word| !word.is_empty() && !WORDS.iter().any(|known| same(word, known))) {
            found.push(word.into());
        }
    }
    Ok(found)
}

/// `members`, `groups` and their kin as a key or path: `Members`, `/members/0`, `members[value eq "x"]`, behind a URN.
fn names_references(name: &str) -> bool {
    let name = flattened(name);
    let stem = name.split('[').next().unwrap_or_default();
    stem.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "groups" || word.starts_with("member"))
}

/// What a body sets on the resource itself, by the attribute's name in lower case: from a whole representation, from
/// several, from a schema's own object, or from the operations of a PATCH.
pub(super) fn attributes(body: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    spread(body, &mut all);
    all
}

fn spread<'a>(body: &'a Value, all: &mut Vec<(String, &'a Value)>) {
    match body {
        Value::Array(items) => items.iter().for_each(|item| spread(item, all)),
        Value::Object(map) => {
            for (name, value) in map {
                let is_schema = name.to_lowercase().starts_with("urn:") && (value.is_object() || value.is_array());
                match value {
                    _ if is_schema => spread(value, all),
                    Value::Array(operations) if same(name, "Operations") => {
                        operations.iter().for_each(|operation| spread_operation(operation, all));
                    }
                    _ => all.push((attribute(name), value)),
                }
            }
        }
        _ => {}
    }
}

fn spread_operation<'a>(operation: &'a Value, all: &mut Vec<(String, &'a Value)>) {
    let Value::Object(map) = operation else {
        return operation.as_array().into_iter().flatten().for_each(|one| spread_operation(one, all));
    };
    let under = |wanted: &'static str| map.iter().filter(move |(name, _)| same(name, wanted)).map(|(_, value)| value);
    for value in under("value") {
        for path in under("path").flat_map(texts) {
            all.push((attribute(&path), value));
        }
        spread(value, all);
    }
}

/// The attribute itself, without schema, case or the marks of other path languages.
fn attribute(path: &str) -> String {
    let path = flattened(path);
    let last = path.rsplit(':').next().unwrap_or_default();
    last.trim_matches(|c: char| !c.is_alphanumeric()).to_string()
}

/// Every text and number within a value.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(_) | Value::Number(_) => vec![text(value)],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

/// What stands behind each mention of an attribute in a text that is no JSON, up to the next comma or bracket.
pub(super) fn after_mentions<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let behind = text.match_indices(name).map(move |(at, _)| &text[at + name.len()..]);
    let pieces = behind.map(|rest| rest.split([',', '}', '<', '\n', '&']).next().unwrap_or_default());
    pieces.filter(|piece| piece.chars().any(char::is_alphanumeric))
}

/// Whether a text that is no JSON could name another resource, or another method, to a patient reader.
pub(super) fn text_names_others(text: &str) -> bool {
    let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    // An empty list names nobody; the user that Okta sends has one.
    let tight = tight.replace("\"groups\":[]", "");
    ["member", "groups", "$ref", "_method"].iter().any(|word| tight.contains(word)) || names_id(&tight)
}

/// Whether `id` stands in a text as a key: `"id"`, `:id"`, `<id>`, `&id=`.
fn names_id(text: &str) -> bool {
    text.match_indices("id").any(|(at, _)| {
        let ends = text[at + 2..].starts_with(['"', '\'', '>', '=', ':', ' ']);
        ends && !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
    })
}

/// Text as the most patient reader has it: without NUL bytes and byte order mark, unescaped, decoded, in lower case.
fn flattened(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '\0' | '\u{feff}' | '\u{fffd}')).collect();
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("\\u") {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        match code {
            Some(c) => {
                plain.push(c);
                rest = &rest[at + 6..];
            }
            None => {
                plain.push_str("\\u");
                rest = &rest[at + 2..];
            }
        }
    }
    plain.push_str(rest);
    decoded_lossy(&plain).unwrap_or(plain).to_lowercase()
}

/// Percent-decodes until nothing changes, as a chain of proxies might; `None` if it never settles.
fn decoded_lossy(text: &str) -> Option<String> {
    let mut text = text.to_string();
    for _ in 0..8 {
        let next = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if next == text {
            return Some(text);
        }
        text = next;
    }
    None
}

fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}
