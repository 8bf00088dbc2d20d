//! Takes secrets out of everything before it is stored.

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use super::exchange::{Answer, Body, Exchange, encode};

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// A secret that is shorter may be a part of any word, and counts only where it stands alone.
pub(super) const SHORT: usize = 8;

/// No secret is longer, in any writing.
const LONGEST_SECRET: usize = 16 << 10;

/// Knows the secrets of a run, in every writing that a target may give them back in. What one clone learns, all know.
#[derive(Clone, Default)]
pub struct Redactor {
    writings: Arc<RwLock<Vec<String>>>,
}

impl Redactor {
    /// A redactor for these texts; empty ones are ignored, they would match everywhere.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Redactor {
        let redactor = Redactor::default();
        secrets.into_iter().for_each(|secret| redactor.learn(&secret));
        redactor
    }

    /// From now on it knows this one, too.
    pub fn learn(&self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let quoted = Value::from(secret).to_string();
        let in_json = quoted[1..quoted.len() - 1].to_string();
        let mut writings = self.writings.write().unwrap_or_else(PoisonError::into_inner);
        // Some JSON writers escape slashes, and tokens have them.
        for writing in [in_json.replace('/', r"\/"), in_json, encode(secret), secret.to_string()] {
            if !writings.contains(&writing) {
                writings.push(writing);
            }
        }
        // The longest first, so that a secret which contains another leaves no remains.
        writings.sort_by_key(|writing| std::cmp::Reverse(writing.len()));
    }

    /// The text without secrets.
    pub fn text(&self, text: &str) -> String {
        let writings = self.writings.read().unwrap_or_else(PoisonError::into_inner);
        if !writings.iter().any(|writing| text.contains(writing.as_str())) {
            return text.to_string();
        }
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        // In one go from left to right: what stands for one secret may hold another, short one.
        while let Some(next) = rest.chars().next() {
            let before = text[..text.len() - rest.len()].chars().next_back();
            let secret = writings.iter().find(|writing| stands_there(writing, before, rest));
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
            Body::Raw(bytes) => Some(self.body(bytes)),
        }
    }

    /// The body of an answer as text.
    pub fn answer_body(&self, exchange: &Exchange) -> String {
        self.body(&exchange.answer.body)
    }

    /// The first bytes of a long answer as text, with its length.
    pub fn beginning(&self, answer: &Answer, most: usize) -> String {
        let length = answer.body.len();
        if answer.json.as_ref().is_some_and(holds_password) {
            return format!("[{length} bytes with a password in them]");
        }
        // Where the piece ends a secret may be cut in two, and not be known any more.
        let piece = &answer.body[..length.min(most + LONGEST_SECRET)];
        let text = self.text(&String::from_utf8_lossy(piece));
        let end = text.floor_char_boundary(most.min(text.len().saturating_sub(LONGEST_SECRET)));
        format!("{}… ({length} bytes in all)", &text[..end])
    }

    fn body(&self, bytes: &[u8]) -> String {
        match serde_json::from_slice::<Value>(bytes) {
            Ok(value) if holds_password(&value) => self.json(&value),
            _ => self.text(&String::from_utf8_lossy(bytes)),
        }
    }

    fn json(&self, value: &Value) -> String {
        let mut value = value.clone();
        blank_passwords(&mut value);
        self.text(&value.to_string())
    }
}

/// Whether the text goes on with a secret.
fn stands_there(secret: &str, before: Option<char>, rest: &str) -> bool {
    let Some(after) = rest.strip_prefix(secret) else { return false };
    let in_word = |neighbour: Option<char>, edge: Option<char>| {
        neighbour.is_some_and(char::is_alphanumeric) && edge.is_some_and(char::is_alphanumeric)
    };
    secret.len() >= SHORT
        || !(in_word(before, secret.chars().next()) || in_word(after.chars().next(), secret.chars().next_back()))
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
    // A text may be long: nothing but its end is read.
    let Some((before, last)) = name.len().checked_sub("password".len()).and_then(|at| name.split_at_checked(at)) else {
        return false;
    };
    last.eq_ignore_ascii_case("password") && (before.is_empty() || before.ends_with([':', '.']))
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
    fn tokens_go_in_every_writing_that_paths_and_json_know() {
        let redactor = Redactor::new(["ab/c+d==".to_string()]);
        for text in ["ab/c+d==", r"ab\/c+d==", "ab%2Fc%2Bd%3D%3D"] {
            assert_eq!(redactor.text(text), REDACTED, "{text}");
        }
    }

    #[test]
    fn what_stands_for_a_secret_is_not_redacted_again() {
        let redactor = Redactor::new(["t".to_string(), "tea".to_string()]);
        assert_eq!(redactor.text("tea at two: \"t\""), "[redacted] at two: \"[redacted]\"");
    }

    #[test]
    fn a_short_secret_takes_no_word_apart() {
        let redactor = Redactor::new(["tok".to_string(), "long-secret".to_string()]);
        assert_eq!(redactor.text("Bearer tok, a token, xlong-secretx"), "Bearer [redacted], a token, x[redacted]x");
    }
}
