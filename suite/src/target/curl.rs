//! Writes exchanges as shell lines that a person can paste to see for themselves.
//!
//! What a run created is gone when its report is read, so the lines create it again: the run's key becomes `$RUN` (where
//! its letter case was changed, `$RUN_UPPER`), an id that a create gave becomes `${ID1:?}`, `${ID2:?}` …, and the token
//! stays in `$SCIM_TOKEN` (HTTP Basic: `$SCIM_BASIC`).

use http::Method;
use serde_json::Value;

use super::credentials::Credentials;
use super::exchange::{Exchange, Login, encode};
use super::redact::Redactor;
use crate::clean;

/// Takes the id out of a created resource, with nothing but what every shell has: the first one of the body, and only
/// what [`is_simple`], so that no answer turns the next line into a request for something else.
const FIRST_ID: &str =
    r#"tr ',{' '\n\n' | sed -n 's/^ *"id" *: *"\([A-Za-z0-9_-][A-Za-z0-9._~-]*\)".*/\1/p' | head -n 1"#;

/// Whether an id reads alike in a path, in JSON and in a shell.
fn is_simple(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
    id.bytes().all(plain) && !id.is_empty() && !id.starts_with(['.', '~'])
}

/// The shell lines that repeat these exchanges, the last of which shows the finding; then remove what they created.
pub fn script(base: &str, key: &str, exchanges: &[&Exchange], redactor: &Redactor, own: &Credentials) -> Vec<String> {
    let mut names: Vec<(String, String)> = Vec::new();
    let mut removals = Vec::new();
    let mut lines = Vec::new();
    for exchange in exchanges {
        let line = line(base, exchange, redactor, own);
        let mut line = mark(&line, base, key, &names);
        if let Some(id) = created(exchange) {
            let path = format!("{}/{}", exchange.request.path, encode(&id));
            let delete = format!("curl -sS -X DELETE {}{}", quote(&format!("{base}{path}")), own.curl_option(None));
            if is_simple(&id) && !id.contains(key) {
                let name = format!("ID{}", names.len() + 1);
                line = format!("{name}=$({line} | tee /dev/stderr | {FIRST_ID})");
                names.push((id, name));
                removals.push(mark(&delete, base, key, &names));
            } else if path.contains(key) {
                removals.push(mark(&delete, base, key, &names));
            }
            // Any other id would be that of this run, and may be somebody else's by the time that the line is pasted.
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

/// The id that a create was answered with.
pub(crate) fn created(exchange: &Exchange) -> Option<String> {
    if exchange.request.method != Method::POST || !exchange.answer.is_success() {
        return None;
    }
    let body: Value = serde_json::from_slice(&exchange.answer.body).ok()?;
    Some(body.get("id")?.as_str()?.to_string())
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
    line.push_str(&authorization(&request.login, own, redactor));
    for (name, value) in &request.headers {
        if name.eq_ignore_ascii_case("content-type") || name.eq_ignore_ascii_case("accept") {
            line.push_str(&format!(" -H {}", quote(&format!("{name}: {value}"))));
        }
    }
    if let Some(body) = redactor.request_body(&request.body) {
        let is_json = matches!(body.trim_start().as_bytes().first(), Some(b'{' | b'['));
        let body = if is_json { clean::json(&body) } else { body };
        // A file would be read for what begins with an at sign.
        let option = if body.starts_with('@') { "--data-raw" } else { "-d" };
        line.push_str(&format!(" {option} {}", quote(&body)));
    }
    line
}

fn authorization(login: &Login, own: &Credentials, redactor: &Redactor) -> String {
    match login {
        Login::Own => own.curl_option(None),
        Login::OwnSpelt(scheme) => own.curl_option(Some(scheme)),
        Login::None => String::new(),
        Login::Other { variable, .. } => format!(" -H \"Authorization: Bearer ${variable}\""),
        Login::Literal(value) => format!(" -H {}", quote(&format!("Authorization: {}", redactor.text(value)))),
    }
}

/// Puts `$RUN` and `${ID1:?}` … where the key and the ids of this run stand, stepping out of the single quotes. The base
/// URL stays as it is: where a line goes is no target's to say.
fn mark(line: &str, base: &str, key: &str, names: &[(String, String)]) -> String {
    let below = line.find(base).map_or(0, |at| at + base.len());
    let (head, tail) = line.split_at(below);
    let tail = names.iter().fold(mark_key(tail, key), |tail, (id, name)| mark_id(&tail, id, name));
    format!("{head}{tail}")
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

/// Replaces an id where it stands as a whole, in a path or as a JSON string: an id may be as short as `1`.
fn mark_id(line: &str, id: &str, name: &str) -> String {
    let mut marked = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(id) {
        let (before, from) = rest.split_at(at);
        let after = &from[id.len()..];
        marked.push_str(before);
        let begins = ["/Users/", "/Groups/", "\""].iter().any(|lead| marked.ends_with(lead));
        if begins && after.starts_with(['/', '"', '\'', '?', '\\']) {
            // An empty one would make it a request for the whole collection.
            marked.push_str(&format!("'\"${{{name}:?}}\"'"));
        } else {
            marked.push_str(id);
        }
        rest = after;
    }
    marked + rest
}

/// Quotes text for a POSIX shell. What a terminal would obey is shown as `?`: a line from a report is never a trap.
fn quote(text: &str) -> String {
    let text: String = text.chars().map(|c| if clean::is_dangerous(c) && c != '\n' { '?' } else { c }).collect();
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
        assert!(lines[2].contains(r#"'http://h/v2/Users/'"${ID1:?}"''"#), "{}", lines[2]);
        assert!(lines[2].contains(r"it'\''s"));
        assert!(lines[4].starts_with("curl -sS -X DELETE"));
    }

    /// Runs lines in a real shell in which `curl` only writes down its arguments and gives `answer`.
    fn pasted(lines: &[String], answer: &str) -> Vec<Vec<String>> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("answer"), answer).expect("written");
        let curl = "curl() { printf '%s\\036' \"$@\" >> arguments; printf '\\035' >> arguments; cat answer; }\n";
        let script = format!("{curl}{}\n", lines.join("\n"));
        let shell = |arguments: &[&str]| {
            let mut command = std::process::Command::new("sh");
            command.args(arguments).current_dir(folder.path()).env("SCIM_TOKEN", "t").output().expect("a shell")
        };
        let read = shell(&["-n", "-c", &script]);
        assert!(read.status.success(), "{}\n{script}", String::from_utf8_lossy(&read.stderr));
        shell(&["-c", &script]);
        let names = std::fs::read_dir(folder.path()).expect("a folder").map(|it| it.expect("an entry").file_name());
        let strangers: Vec<_> = names.filter(|name| name != "answer" && name != "arguments").collect();
        assert!(strangers.is_empty(), "{strangers:?} from {script}");
        let arguments = std::fs::read_to_string(folder.path().join("arguments")).expect("UTF-8");
        let calls = arguments.split_terminator('\u{1d}');
        calls.map(|call| call.split_terminator('\u{1e}').map(String::from).collect()).collect()
    }

    const NASTY: [&str; 21] = [
        "'; touch pwned; '",
        "$(touch pwned)",
        "`touch pwned`",
        "\"; touch pwned; \"",
        "a\ntouch pwned\n",
        "a\r\ntouch pwned",
        "'\"$RUN\"'",
        "${ID1:?}",
        "\\",
        "'",
        "../../Groups/1",
        "..",
        "[1-9]",
        "{a,b}",
        "a?b#c",
        "@/etc/passwd",
        "-K/etc/passwd",
        "!!",
        "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}",
        "Users",
        "",
    ];

    #[test]
    fn no_text_of_a_target_gets_out_of_its_quotes() {
        let own = Credentials::Bearer("secret".into());
        for nasty in NASTY {
            let answer = json!({"id": nasty, "userName": "scim-k3y-1"}).to_string();
            let create = exchange(Request::post("/Users", json!({"userName": "scim-k3y-1"})), 201, &answer);
            let put =
                Request::put(format!("/Users/{}", encode(nasty)), json!({"userName": "scim-k3y-1", nasty: nasty}));
            let put = put.header("Accept", nasty);
            let read = Request::get("/Users").query("filter", format!("id eq {nasty:?}"));
            let raw = Request::post("/Users", Value::Null).raw("text/plain", nasty.to_string());
            let all = [create, exchange(put.clone(), 200, "{}"), exchange(read, 200, "{}"), exchange(raw, 400, "")];
            let lines = script("http://h/v2", "k3y", &all.iter().collect::<Vec<_>>(), &Redactor::default(), &own);
            assert!(!lines.iter().any(|line| line.chars().any(|c| c != '\n' && clean::is_dangerous(c))), "{lines:?}");
            let calls = pasted(&lines, r#"{"id":"new-1"}"#);
            let urls = calls.iter().flatten().filter(|argument| argument.contains("//"));
            assert!(
                urls.clone().count() >= calls.len() && urls.clone().all(|url| url.starts_with("http://h/v2/Users"))
            );
            let body = calls[1].iter().find(|argument| argument.starts_with('{')).expect("a body");
            let sent: Value = serde_json::from_str(body).expect("JSON");
            // This one is a plain word, and becomes the id that the pasted line gets.
            let wrote = if nasty == "Users" { "new-1" } else { nasty };
            assert_eq!(sent[wrote], *wrote, "the body that is pasted is the one that was sent");
            let removes = lines.iter().any(|line| line.contains("DELETE"));
            assert_eq!(removes, nasty == "Users", "an id that is no plain word is not removed by a line: {lines:?}");
        }
    }

    #[test]
    fn a_pasted_line_goes_to_the_resource_that_it_made_or_nowhere() {
        let create = exchange(Request::post("/Users", json!({"userName": "scim-k3y-1"})), 201, r#"{"id":"42"}"#);
        let own = Credentials::Bearer("secret".into());
        let lines = script("http://42/42/Users/42", "k3y", &[&create], &Redactor::default(), &own);
        let deleted = |answer: &str| {
            let calls = pasted(&lines, answer);
            calls.get(1).map(|call| call[3].clone())
        };
        let base = "http://42/42/Users/42/Users";
        assert_eq!(deleted(r#"{"id":"7","manager":{"id":"boss"}}"#), Some(format!("{base}/7")), "{lines:?}");
        assert_eq!(deleted("{\n  \"schemas\" : [],\n  \"id\" : \"7\"\n}"), Some(format!("{base}/7")));
        for answer in
            ["", "{}", r#"{"id":""}"#, r#"{"id":"../7"}"#, r#"{"id":".."}"#, r#"{"id":"[1-9]"}"#, r#"{"id":"7?x"}"#]
        {
            assert_eq!(deleted(answer), None, "{answer}");
        }
    }

    #[test]
    fn a_name_in_other_letter_case_is_still_that_name() {
        let read = exchange(Request::get("/Users").query("filter", "userName eq \"SCIM-K3Y-1\""), 200, "");
        let lines = script("http://h/v2", "k3y", &[&read], &Redactor::default(), &Credentials::Anonymous);
        assert_eq!(&lines[..2], ["RUN=$(date +%s)x", r#"RUN_UPPER=$(echo "$RUN" | tr x X)"#]);
        assert!(lines[2].contains(r#"SCIM-'"$RUN_UPPER"'-1"#), "{}", lines[2]);
    }
}
