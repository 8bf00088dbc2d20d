//! Where a target can put text, and texts that it should not.

use serde_json::{Value, json};

use super::peer::Asked;
use super::world::{Answered, Mint, error};

/// Each has a meaning for a terminal, a reader of XML or JSON, a shell or a person's eye.
const NASTY: [&str; 26] = [
    "\u{1b}[31mred\u{1b}[2J",
    "\u{1b}]8;;https://evil.example/\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJmIC8=\u{7}",
    "\u{9b}2J\u{9d}0;title\u{9c}\u{85}",
    "bell \u{7} null \0 delete \u{7f} backspace \u{8}\u{8}\u{8}",
    "no\rFAILED 0\r\nscimprove: all is well",
    "\u{202e}txt.exe \u{2066}\u{2069}\u{200e}\u{200f}\u{61c}",
    "no\u{200b}width\u{ad}\u{2060}\u{feff}\u{180e}",
    "tags \u{e0001}\u{e0041}\u{e007f} lines \u{2028}\u{2029} notes \u{fff9}\u{fffb}",
    "\u{fffe}\u{ffff}",
    "]]> <!-- --> <![CDATA[ </testsuites> &amp; &#0; &lol;",
    "<script>alert(1)</script>",
    "'; touch pwned; '",
    "$(touch pwned)`touch pwned`",
    "\"; touch pwned; \"\\",
    "a\ntouch pwned\n",
    "a\r\nX-Injected: 1\r\n\r\n",
    "'\"$RUN\"' ${ID1:?} $SCIM_TOKEN !! ~ *",
    "{\"gone\":0}\n{\"n\":0,\"create\":\"/Users\",\"name\":null}",
    "%0d%0a%00%2f..%2f {} {0} %s %n",
    "../../../../etc/passwd",
    "http://169.254.169.254/latest/meta-data?x#y",
    "@/etc/passwd",
    "-o/etc/passwd",
    "",
    " ",
];

fn nasty(asked: &Asked) -> String {
    match asked.number % (NASTY.len() + 1) {
        // Long, and with its sting in the tail.
        0 => format!("{}\u{1b}[31m", "Ä".repeat(30_000)),
        other => NASTY[other - 1].into(),
    }
}

/// What a header can hold: HTTP itself ends with the rest.
fn in_header(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_control()).take(3000).collect()
}

/// A place, by its name.
pub(crate) struct Place(pub(crate) &'static str, pub(crate) fn(&Asked, &mut Answered));

pub(crate) const PLACES: &[Place] = &[
    Place("header values", |asked, answered| {
        let text = in_header(&nasty(asked));
        answered.headers[0].1 = format!("application/scim+json; x=\"{text}\"");
        for name in
            ["X-Evil", "ETag", "Location", "WWW-Authenticate", "Retry-After", "Content-Language", "Server", "Link"]
        {
            answered.headers.push((name.into(), text.clone()));
        }
    }),
    Place("header names", |_, answered| {
        for name in ["x-`touch$pwned`", "$IFS'|'", "!!~^*#%&+", "x-\u{7f}"].iter().take(3) {
            answered.headers.push((name.to_string(), "x".into()));
        }
    }),
    Place("errors", |asked, answered| {
        if answered.status >= 400 || asked.number % 3 == 2 {
            let status = [400, 404, 409, 500, 403][asked.number % 5];
            *answered = error(status, &nasty(asked));
            answered.json["scimType"] = nasty(asked).into();
        }
    }),
    Place("names", |asked, answered| {
        for one in answered.resources().into_iter().filter(|one| one.get("id").is_some()) {
            for name in ["displayName", "title", "nickName", "locale", "externalId", "userType"] {
                one[name] = nasty(asked).into();
            }
            one["name"] = json!({"formatted": nasty(asked), "givenName": nasty(asked)});
            one["emails"] = json!([{"value": nasty(asked), "type": nasty(asked), "primary": true}]);
            if let Some(name) = one.get("userName").and_then(Value::as_str) {
                one["userName"] = format!("{name}{}", nasty(asked)).into();
            }
        }
    }),
    Place("keys", |asked, answered| {
        let text = nasty(asked);
        for one in answered.resources().into_iter().filter(|one| one.is_object()) {
            one[&text] = text.as_str().into();
            one["meta"] = json!({"resourceType": text, &text: text});
            one["password"] = json!({ &text: text });
        }
    }),
    Place("references", |asked, answered| {
        let text = nasty(asked);
        answered.headers.push(("Location".into(), in_header(&text)));
        for one in answered.resources().into_iter().filter(|one| one.get("id").is_some()) {
            one["meta"] = json!({"resourceType": text, "location": text, "version": text, "created": text});
            one["groups"] = json!([{"value": text, "$ref": text, "display": text}]);
            one["members"] = json!([{"value": text, "$ref": text, "display": text, "type": text}]);
        }
    }),
    Place("schemas", |asked, answered| {
        let text = nasty(asked);
        let is_discovery =
            ["Schemas", "ResourceTypes", "ServiceProviderConfig"].iter().any(|it| asked.path.contains(it));
        for one in answered.resources().into_iter().filter(|one| one.is_object()) {
            one["schemas"] = json!([text, "urn:ietf:params:scim:schemas:core:2.0:User", text]);
            if is_discovery {
                for name in ["id", "name", "description", "endpoint", "schema", "documentationUri"] {
                    one[name] = text.as_str().into();
                }
                one["attributes"] =
                    json!([{"name": text, "type": text, "mutability": text, "subAttributes": [{"name": text}]}]);
                one["schemaExtensions"] = json!([{"schema": text, "required": text}]);
            }
        }
    }),
    Place("bodies", |asked, answered| {
        if asked.number % 3 == 2 {
            answered.text = Some([nasty(asked).as_bytes(), b"\xff\x80\xc3\x28\xed\xa0\x80"].concat());
        }
    }),
    Place("wrong types", |asked, answered| {
        let text = nasty(asked);
        for one in answered.resources().into_iter().filter(|one| one.get("id").is_some()) {
            for name in ["active", "meta", "emails", "members", "name", "schemas", "groups"] {
                one[name] = text.as_str().into();
            }
        }
        if answered.json.get("Resources").is_some() && asked.number > 0 {
            for name in ["totalResults", "startIndex", "itemsPerPage"] {
                answered.json[name] = text.as_str().into();
            }
        }
    }),
    Place("the token, everywhere", |asked, answered| {
        let token = asked.head.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")).unwrap_or("none");
        let text =
            format!("{} {}", token, percent_encoding::utf8_percent_encode(token, percent_encoding::NON_ALPHANUMERIC));
        answered.headers.push(("X-Token".into(), text.clone()));
        for one in answered.resources().into_iter().filter(|one| one.is_object()) {
            one["displayName"] = text.as_str().into();
            one[&text] = text.as_str().into();
        }
        if answered.status >= 400 {
            answered.json["detail"] = text.into();
            answered.text = Some(answered.json.to_string().replace('/', "\\/").into_bytes());
        }
    }),
];

/// Ids that no path carries for certain, some of them beside ids that are well.
pub(crate) const IDS: &[(&str, Mint)] = &[
    ("an empty id", |_| String::new()),
    ("a long id", |number| format!("{number}{}", "i".repeat(100_000))),
    ("a dot", |_| ".".into()),
    ("two dots", |_| "..".into()),
    ("a path", |number| format!("../Groups/{number}")),
    ("a coded path", |number| format!("..%2fGroups%2f{number}")),
    ("a query", |number| format!("{number}?count=1")),
    ("a fragment", |number| format!("{number}#x")),
    ("line breaks", |number| format!("{number}\r\nX-Injected: 1")),
    ("NUL", |number| format!("{number}\0")),
    ("a URL", |number| format!("http://elsewhere.example/{number}")),
    ("a shell", |number| format!("'$(touch pwned)`touch pwned`;{number}")),
    ("a terminal", |number| format!("\u{1b}]0;{number}\u{7}\u{9b}31m\u{202e}")),
    ("the same id", |_| "1".into()),
    ("words of ours", |number| ["Users", "id", "scim", "v2", "replace", "userName"][number % 6].into()),
    (
        "all kinds",
        |number| if number % 2 == 0 { NASTY[number / 2 % NASTY.len()].into() } else { format!("id-{number}") },
    ),
];

/// Answers that take much memory once they are read, or in many places.
pub(crate) const FAT: &[Place] = &[
    Place("objects in every resource", |_, answered| {
        let many = vec![json!({"": 0}); 12_000];
        answered
            .resources()
            .into_iter()
            .filter(|one| one.get("id").is_some())
            .take(1)
            .for_each(|one| one["x"] = json!(many));
    }),
    Place("text in every resource", |_, answered| {
        let text = "\u{1}".repeat(150_000);
        answered
            .resources()
            .into_iter()
            .filter(|one| one.get("id").is_some())
            .take(1)
            .for_each(|one| one["x"] = json!(text));
    }),
    Place("lists of objects", |_, answered| {
        if let Some(rows) = answered.json.get_mut("Resources").and_then(Value::as_array_mut) {
            rows.extend(vec![json!({"": 0}); 100_000]);
        }
    }),
    Place("lists of text", |asked, answered| {
        if answered.json.get("Resources").is_some() && asked.number > 0 {
            answered.json["x"] = "\u{9b}".repeat(3 << 20).into();
        }
    }),
    Place("headers", |_, answered| {
        answered.headers.extend((0..90).map(|number| (format!("X-{number}"), "\u{9b}".repeat(2000))));
    }),
];

const STATUS: [u16; 34] = [
    200, 201, 202, 204, 205, 206, 226, 300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 412, 413,
    415, 418, 422, 451, 500, 501, 502, 503, 504, 599, 999,
];

/// Answers that contradict each other.
pub(crate) const FICKLE: &[Place] = &[
    Place("another status each time", |asked, answered| {
        answered.status = if asked.number == 0 { 200 } else { STATUS[asked.number % STATUS.len()] };
    }),
    Place("another id each time", |asked, answered| {
        answered
            .resources()
            .into_iter()
            .filter(|one| one.get("id").is_some())
            .for_each(|one| one["id"] = format!("id-{}", asked.number % 7).into());
    }),
    Place("another type each time", |asked, answered| {
        if asked.number > 0 {
            answered.json = match asked.number % 5 {
                0 => json!([answered.json.take()]),
                1 => json!({"Resources": answered.json.take()}),
                2 => Value::Null,
                3 => json!({"Resources": {"0": {}}, "totalResults": -1, "schemas": 7}),
                _ => answered.json.take(),
            };
        }
    }),
    Place("another length each time", |asked, answered| {
        if asked.number > 0 && answered.json.get("Resources").is_some() {
            answered.json["totalResults"] = (asked.number * 1000 % 7777).into();
            answered.json["startIndex"] = (asked.number % 3).into();
        }
    }),
];
