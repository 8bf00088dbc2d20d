//! Messages with one thing wrong.

use serde_json::{Map, Value, json};

use super::op::Bend;
use super::values::deep;
use crate::scim::patch;
use crate::target::Request;
use crate::target::exchange::SCIM_JSON;

/// The request with a body that is bent; `which` chooses among bad paths.
pub(super) fn bent(how: Bend, request: Request, mut body: Value, made_up_id: &str, which: u8) -> Request {
    bend(how, &mut body, made_up_id, which);
    let text = body.to_string();
    match how {
        Bend::Twice => {
            let is_patch = body.get("Operations").is_some();
            let twice = if is_patch { "\"schemas\":[]" } else { "\"title\":\"1\",\"title\":\"2\"" };
            request.raw(SCIM_JSON, format!("{{{twice},{}", text.trim_start_matches('{')))
        }
        Bend::Cut => {
            let at = (0..=text.len() * 3 / 4).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            request.raw(SCIM_JSON, text[..at].to_string())
        }
        Bend::PlainJson => request.json(body).header("Content-Type", "application/json"),
        _ => request.json(body),
    }
}

fn bend(how: Bend, body: &mut Value, made_up_id: &str, which: u8) {
    let Some(body) = body.as_object_mut() else { return };
    match how {
        Bend::NoSchemas => _ = body.shift_remove("schemas"),
        Bend::OtherSchema => {
            if let Some(schemas) = body.get_mut("schemas").and_then(Value::as_array_mut) {
                schemas.push("urn:example:params:scim:schemas:unknown".into());
            }
        }
        _ => match body.get_mut("Operations").and_then(Value::as_array_mut) {
            Some(operations) => bend_operations(how, operations, which),
            None => bend_resource(how, body, made_up_id),
        },
    }
}

fn bend_resource(bend: Bend, body: &mut Map<String, Value>, made_up_id: &str) {
    match bend {
        Bend::Capitals => capitals(body),
        Bend::ReadOnly => {
            body.insert("id".into(), made_up_id.into());
            body.insert("meta".into(), json!({"created": "2001-01-01T00:00:00Z", "resourceType": "Other"}));
        }
        Bend::Unknown => _ = body.insert("unknownAttribute".into(), "x".into()),
        // What is left out may become active by default.
        Bend::Empty => body.retain(|name, _| ["schemas", "active"].contains(&name.as_str())),
        Bend::Deep => _ = body.insert("unknownAttribute".into(), deep(100)),
        _ => {}
    }
}

fn bend_operations(bend: Bend, operations: &mut Vec<Value>, which: u8) {
    const BAD_PATHS: [&str; 8] =
        ["", ".", "name..givenName", "emails[", "emails[type eq]", "emails[type eq \"work\"", "a b", "/title"];
    match bend {
        Bend::ReadOnly => {
            operations.push(patch::operation("replace", "meta.created", "2001-01-01T00:00:00Z".into()));
        }
        Bend::Unknown => operations.push(patch::operation("replace", "unknownAttribute", "x".into())),
        Bend::Empty => operations.clear(),
        _ => {}
    }
    let Some(first) = operations.first_mut().and_then(Value::as_object_mut) else { return };
    match bend {
        Bend::CapitalOp => first["op"] = capital(first["op"].as_str().unwrap_or_default()).into(),
        Bend::NoValue => _ = first.shift_remove("value"),
        Bend::BadPath => _ = first.insert("path".into(), BAD_PATHS[usize::from(which) % BAD_PATHS.len()].into()),
        Bend::Deep => _ = first.insert("value".into(), deep(100)),
        Bend::Capitals => {
            if let Some(value) = first.get_mut("value").and_then(Value::as_object_mut) {
                capitals(value);
            }
            if let Some(path) = first.get("path").and_then(Value::as_str) {
                let (stem, filter) = path.split_at(path.find('[').unwrap_or(path.len()));
                let path = format!("{}{filter}", stem.to_ascii_uppercase());
                first.insert("path".into(), path.into());
            }
        }
        _ => {}
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn capitals(map: &mut Map<String, Value>) {
    let spelt = std::mem::take(map).into_iter().map(|(name, value)| match name.as_str() {
        "schemas" | "id" => (name, value),
        _ => (name.to_ascii_uppercase(), value),
    });
    *map = spelt.collect();
}
