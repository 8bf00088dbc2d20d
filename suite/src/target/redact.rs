//! Takes secrets out of everything before it is stored.

use serde_json::Value;

use super::exchange::{Body, Exchange};

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// Knows the secrets of a run.
#[derive(Clone, Default)]
pub struct Redactor {
    secrets: Vec<String>,
}

impl Redactor {
    /// A redactor for these texts; empty ones are ignored, they would match everywhere.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Redactor {
        let secrets = secrets.into_iter().filter(|secret| !secret.is_empty());
        // As it is, and as JSON writes it between its quotes.
        let in_json = |secret: &str| Value::from(secret).to_string().trim_matches('"').to_string();
        let mut secrets: Vec<String> = secrets.flat_map(|secret| [in_json(&secret), secret]).collect();
        // The longest first, so that a secret which contains another leaves no remains.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Redactor { secrets }
    }

    /// The text without secrets.
    pub fn text(&self, text: &str) -> String {
        if !self.secrets.iter().any(|secret| text.contains(secret.as_str())) {
            return text.to_string();
        }
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        // In one go from left to right: what stands for one secret may hold another, short one.
        while let Some(next) = rest.chars().next() {
            let secret = self.secrets.iter().find(|secret| rest.starts_with(secret.as_str()));
            match secret {
                Some(_) => clean.push_str(REDACTED),
                None => clean.push(next),
            }
            rest = &rest[secret.map_or(next.len_utf8(), String::len)..];
        }
        clean
    }

    /// The body of a request as text: passwords are taken out by name, other secrets by value.
    pub fn request_body(&self, body: &Body) -> Option<String> {
        match body {
            Body::None => None,
            Body::Json(value) => Some(self.json(value)),
            Body::Raw(bytes) => Some(match serde_json::from_slice::<Value>(bytes) {
                Ok(value) if holds_password(&value) => self.json(&value),
                _ => self.text(&String::from_utf8_lossy(bytes)),
            }),
        }
    }

    /// The body of an answer as text.
    pub fn answer_body(&self, exchange: &Exchange) -> String {
        match &exchange.answer.json {
            Some(value) if holds_password(value) => self.json(value),
            _ => self.text(&String::from_utf8_lossy(&exchange.answer.body)),
        }
    }

    fn json(&self, value: &Value) -> String {
        let mut value = value.clone();
        blank_passwords(&mut value);
        self.text(&value.to_string())
    }
}

fn holds_password(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(name, value)| is_password(name) || holds_password(value)),
        // A PATCH operation names the attribute in its path.
        Value::Array(items) => items.iter().any(holds_password),
        Value::String(text) => is_password(text),
        _ => false,
    }
}

fn is_password(name: &str) -> bool {
    name.rsplit([':', '.']).next().is_some_and(|last| last.eq_ignore_ascii_case("password"))
}

fn blank_passwords(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let patched = map.get("path").and_then(Value::as_str).is_some_and(is_password);
            for (name, value) in map.iter_mut() {
                if is_password(name) || (patched && name == "value") {
                    *value = REDACTED.into();
                } else {
                    blank_passwords(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(blank_passwords),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn passwords_go_by_name_in_every_writing() {
        let redactor = Redactor::default();
        for body in [
            json!({"password": "pw-1"}),
            json!({"Operations": [{"op": "replace", "path": "password", "value": "pw-1"}]}),
            json!({"Operations": [{"op": "replace", "value": {"Password": "pw-1"}}]}),
            json!({"Operations": [{"path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "pw-1"}]}),
        ] {
            let text = redactor.request_body(&Body::Json(body)).expect("a body");
            assert!(!text.contains("pw-1"), "{text}");
        }
    }

    #[test]
    fn tokens_go_by_value_also_where_json_escapes_them() {
        let redactor = Redactor::new(["a\"b".to_string(), String::new()]);
        assert_eq!(redactor.text(r#"x a"b y a\"b z"#), "x [redacted] y [redacted] z");
    }

    #[test]
    fn what_stands_for_a_secret_is_not_redacted_again() {
        let redactor = Redactor::new(["t".to_string(), "tea".to_string()]);
        assert_eq!(redactor.text("tea at two"), "[redacted] a[redacted] [redacted]wo");
    }
}
