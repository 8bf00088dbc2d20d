//! Writes exchanges as shell lines that a person can paste to see for themselves.
//!
//! What a run created is gone when its report is read, so the lines create it again: the run's key becomes `$RUN` (where
//! its letter case was changed, `$RUN_UPPER`), an id that a create gave becomes `$ID1`, `$ID2` …, and the token stays in
//! `$SCIM_TOKEN` (HTTP Basic: `$SCIM_BASIC`).

use http::Method;

use super::credentials::Credentials;
use super::exchange::{Exchange, Login};
use super::redact::Redactor;

/// Takes the id out of a created resource, with nothing but what every shell has.
const FIRST_ID: &str = r#"sed -n 's/.*"id" *: *"\([^"]*\)".*/\1/p' | head -n 1"#;

/// The shell lines that repeat these exchanges, the last of which shows the finding; then remove what they created.
pub fn script(base: &str, key: &str, exchanges: &[&Exchange], redactor: &Redactor, own: &Credentials) -> Vec<String> {
    let mut names: Vec<(String, String)> = Vec::new();
    let mut removals = Vec::new();
    let mut lines = Vec::new();
    for exchange in exchanges {
        let line = line(base, exchange, redactor, own);
        let mut line = mark(&line, key, &names);
        let created = exchange.request.method == Method::POST && exchange.answer.is_success();
        let id = exchange.answer.json.as_ref().and_then(|body| body.get("id")?.as_str());
        if let (true, Some(id)) = (created, id) {
            let name = format!("ID{}", names.len() + 1);
            line = format!("{name}=$({line} | tee /dev/stderr | {FIRST_ID})");
            let delete = format!("curl -sS -X DELETE {}", quote(&format!("{base}{}/{id}", exchange.request.path)));
            names.push((id.to_string(), name));
            removals.push(mark(&format!("{delete}{}", own.curl_option(None)), key, &names));
        }
        lines.push(line);
    }
    let mentioned = |lines: &[String], name: &str| lines.iter().any(|line| line.contains(name));
    if mentioned(&lines, "$RUN_UPPER") {
        lines.insert(0, r#"RUN_UPPER=$(echo "$RUN" | tr x X)"#.into());
    }
    if mentioned(&lines, "$RUN") {
        lines.insert(0, "RUN=$(date +%s)x".into());
    }
    removals.reverse();
    lines.extend(removals);
    lines
}

fn line(base: &str, exchange: &Exchange, redactor: &Redactor, own: &Credentials) -> String {
    let request = &exchange.request;
    let mut line = String::from("curl -sS -w '\\n'");
    if request.method != Method::GET {
        line.push_str(&format!(" -X {}", request.method));
    } else {
        line.push_str(" -i");
    }
    line.push_str(&format!(" {}", quote(&format!("{base}{}", request.path_and_query()))));
    line.push_str(&authorization(&request.login, own));
    for (name, value) in &request.headers {
        if name.eq_ignore_ascii_case("content-type") || name.eq_ignore_ascii_case("accept") {
            line.push_str(&format!(" -H {}", quote(&format!("{name}: {value}"))));
        }
    }
    if let Some(body) = redactor.request_body(&request.body) {
        line.push_str(&format!(" -d {}", quote(&body)));
    }
    line
}

fn authorization(login: &Login, own: &Credentials) -> String {
    match login {
        Login::Own => own.curl_option(None),
        Login::OwnSpelt(scheme) => own.curl_option(Some(scheme)),
        Login::None => String::new(),
        Login::Literal(value) => format!(" -H {}", quote(&format!("Authorization: {value}"))),
    }
}

/// Puts `$RUN` and `$ID1` … where the key and the ids of this run stand, stepping out of the single quotes.
fn mark(line: &str, key: &str, names: &[(String, String)]) -> String {
    names.iter().fold(mark_key(line, key), |line, (id, name)| mark_id(&line, id, name))
}

/// A check may write a name in other letter case, and the target takes it for the same: so must the lines.
fn mark_key(line: &str, key: &str) -> String {
    let (mut marked, mut from) = (String::new(), 0);
    for (at, _) in line.to_ascii_lowercase().match_indices(key) {
        let name = if line[at..].starts_with(key) { "RUN" } else { "RUN_UPPER" };
        marked.push_str(&format!("{}'\"${name}\"'", &line[from..at]));
        from = at + key.len();
    }
    marked + &line[from..]
}

/// Replaces an id where it stands as a whole, as a path segment or a JSON string: an id may be as short as `1`.
fn mark_id(line: &str, id: &str, name: &str) -> String {
    let mut marked = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(id) {
        let (before, from) = rest.split_at(at);
        let after = &from[id.len()..];
        marked.push_str(before);
        let whole = marked.ends_with(['/', '"']) && after.starts_with(['/', '"', '\'', '?', '\\']);
        if whole {
            marked.push_str(&format!("'\"${name}\"'"));
        } else {
            marked.push_str(id);
        }
        rest = after;
    }
    marked + rest
}

/// Quotes text for a POSIX shell. Control characters are shown as `?`: a line from a report is never a trap.
fn quote(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() && c != '\n' { '?' } else { c }).collect();
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use serde_json::json;

    use super::*;
    use crate::target::exchange::{Answer, Request};

    fn exchange(request: Request, status: u16, body: &str) -> Exchange {
        let answer = Answer::new(status, Vec::new(), Bytes::from(body.to_string()), Duration::ZERO);
        Exchange { request, answer, focus: String::new() }
    }

    #[test]
    fn a_script_creates_changes_reads_and_removes() {
        let create = exchange(Request::post("/Users", json!({"userName": "scim-k3y-1"})), 201, r#"{"id":"42"}"#);
        let change = exchange(Request::patch("/Users/42", json!({"it's": 1})), 200, "");
        let read = exchange(Request::get("/Users/42"), 200, "");
        let lines = script(
            "http://h/v2",
            "k3y",
            &[&create, &change, &read],
            &Redactor::default(),
            &Credentials::Bearer("secret".into()),
        );
        assert_eq!(lines.len(), 5, "{lines:#?}");
        assert_eq!(lines[0], "RUN=$(date +%s)x");
        assert!(lines[1].starts_with("ID1=$(curl -sS -w '\\n' -X POST 'http://h/v2/Users'"), "{}", lines[1]);
        assert!(lines[1].contains(r#"scim-'"$RUN"'-1"#));
        assert!(lines[2].contains(r#"'http://h/v2/Users/'"$ID1"''"#), "{}", lines[2]);
        assert!(lines[2].contains(r"it'\''s"));
        assert!(lines[4].starts_with("curl -sS -X DELETE"));
    }

    #[test]
    fn a_name_in_other_letter_case_is_still_that_name() {
        let read = exchange(Request::get("/Users").query("filter", "userName eq \"SCIM-K3Y-1\""), 200, "");
        let lines = script("http://h/v2", "k3y", &[&read], &Redactor::default(), &Credentials::Anonymous);
        assert_eq!(&lines[..2], ["RUN=$(date +%s)x", r#"RUN_UPPER=$(echo "$RUN" | tr x X)"#]);
        assert!(lines[2].contains(r#"SCIM-'"$RUN_UPPER"'-1"#), "{}", lines[2]);
    }
}
