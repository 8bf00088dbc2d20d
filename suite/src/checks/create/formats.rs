//! Values whose form the RFC names (RFC 7643 §4.1): the right form is kept, and another one is kept or refused.

use serde_json::{Value, json};
use url::Url;

use super::types::shown;
use crate::check::{Case, Check, Feature, Judgement, Stop};
use crate::expect::{any, broken, error, is_unassigned, quoted, status};

/// One attribute, by a value in the right form. A mail address is made one that nobody has.
struct Format {
    rule: &'static str,
    attribute: &'static str,
    /// Where the text stands in what is shown.
    pointer: &'static str,
    right: fn() -> Value,
    /// The same attribute in a form that the RFC does not name, and that a server may take all the same.
    other: Option<fn() -> Value>,
    /// Whether what is shown says the same as what was sent.
    same: fn(&str, &str) -> bool,
}

const FORMATS: &[Format] = &[
    Format {
        rule: "RFC7643-4.1.1-07",
        attribute: "profileUrl",
        pointer: "/profileUrl",
        right: || json!("https://example.com/people/sample"),
        other: None,
        same: |_, shown| Url::options().base_url(Url::parse("https://h.example").ok().as_ref()).parse(shown).is_ok(),
    },
    Format {
        rule: "RFC7643-4.1.1-08",
        attribute: "preferredLanguage",
        pointer: "/preferredLanguage",
        right: || json!("en-US, fr;q=0.8"),
        other: Some(|| json!("???")),
        same: as_sent,
    },
    Format {
        rule: "RFC7643-4.1.1-09",
        attribute: "locale",
        pointer: "/locale",
        right: || json!("en-US"),
        other: Some(|| json!("en_US")),
        same: |sent, shown| sent == shown.replace('_', "-"),
    },
    Format {
        rule: "RFC7643-4.1.2-01",
        attribute: "emails",
        pointer: "/emails/0/value",
        right: || json!([{"value": "sample@Example.com", "type": "work", "primary": true}]),
        other: Some(|| json!([{"value": "not an email", "type": "work", "primary": true}])),
        same: |sent, shown| sent.eq_ignore_ascii_case(shown),
    },
    Format {
        rule: "RFC7643-2.4-06",
        attribute: "emails",
        pointer: "/emails/0/type",
        right: || json!([{"value": "sample@example.com", "type": "work", "primary": true}]),
        other: None,
        same: |sent, shown| sent.eq_ignore_ascii_case(shown),
    },
    Format {
        rule: "RFC7643-4.1.2-02",
        attribute: "phoneNumbers",
        pointer: "/phoneNumbers/0/value",
        right: || json!([{"value": "tel:+1-201-555-0123", "type": "work"}]),
        other: Some(|| json!([{"value": "call me", "type": "work"}])),
        same: |sent, shown| digits(sent) == digits(shown),
    },
    Format {
        rule: "RFC7643-4.1.2-03",
        attribute: "ims",
        pointer: "/ims/0/type",
        right: || json!([{"value": "sample", "type": "xmpp"}]),
        other: Some(|| json!([{"value": "sample", "type": "carrier pigeon"}])),
        same: |sent, shown| sent.eq_ignore_ascii_case(shown),
    },
    Format {
        rule: "RFC7643-4.1.2-04",
        attribute: "photos",
        pointer: "/photos/0/type",
        right: || json!([{"value": "https://example.com/sample.png", "type": "thumbnail"}]),
        other: None,
        same: |sent, shown| sent.eq_ignore_ascii_case(shown),
    },
    Format {
        rule: "RFC7643-4.1.2-06",
        attribute: "addresses",
        pointer: "/addresses/0/country",
        right: || json!([{"country": "US", "locality": "Hollywood", "type": "work"}]),
        // Examples of the RFC itself had three letters (erratum 5990).
        other: Some(|| json!([{"country": "USA", "locality": "Hollywood", "type": "work"}])),
        same: |sent, shown| sent.eq_ignore_ascii_case(shown),
    },
    Format {
        rule: "RFC7643-4.1.2-08",
        attribute: "roles",
        pointer: "/roles/0/value",
        right: || json!([{"value": "Student"}]),
        other: None,
        same: as_sent,
    },
    Format {
        rule: "RFC7643-4.1.2-08",
        attribute: "entitlements",
        pointer: "/entitlements/0/value",
        right: || json!([{"value": "seat:gold"}]),
        other: None,
        same: as_sent,
    },
    Format {
        rule: "RFC7643-4.1.2-09",
        attribute: "x509Certificates",
        pointer: "/x509Certificates/0/value",
        right: || json!([{"value": CERTIFICATE}]),
        other: None,
        same: |sent, shown| sent == shown.replace(['\r', '\n'], ""),
    },
];

/// A certificate that nobody has the key of.
const CERTIFICATE: &str = "MIIBeTCCAR+gAwIBAgIUUBfRdneiYqaqN/OW+B9DznMBERwwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGc2FtcGxlMCAXDTI2MTEyNTE3NDMyOVoYDzIxMjYxMTAxMTc0MzI5WjARMQ8wDQYDVQQDDAZzYW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS9G2ZYsljDfgWyGzBqYDTl56rVP4ccf7fkdYvAQjyBKXtEfOMMPdFdGzCs7tBCl08+I9G6MJsfN2ti7CaY/L+Ao1MwUTAdBgNVHQ4EFgQUaQkCf0jO4ggo3gH6lqy77QUlrFcwHwYDVR0jBBgwFoAUaQkCf0jO4ggo3gH6lqy77QUlrFcwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA0Lqdznni960BL77aqeUF9tBiWsXX8GVtGirUjJKJI3ACIB0jjybH1UkU0Gfsq5l6IurgSw/h9I6gTRqGorAbB4nb";

pub(super) static FORMATS_KEPT: Check = Check {
    id: "create.user.formats",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A value in the form that the RFC names is taken and kept; one in another form is kept, or refused",
    effect: "People whose data is right can't be created.",
    rules: &[
        "RFC7643-2.4-06",
        "RFC7643-4.1.1-07",
        "RFC7643-4.1.1-08",
        "RFC7643-4.1.1-09",
        "RFC7643-4.1.2-01",
        "RFC7643-4.1.2-02",
        "RFC7643-4.1.2-03",
        "RFC7643-4.1.2-04",
        "RFC7643-4.1.2-06",
        "RFC7643-4.1.2-08",
        "RFC7643-4.1.2-09",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for format in FORMATS {
                if !t.facts().lacks(format.attribute) && t.keeps(format.attribute) {
                    hold(t, format).await?;
                }
            }
            Ok(())
        })
    },
};

async fn hold(t: &Case, format: &Format) -> Result<(), Stop> {
    let mut right = json!({format.attribute: (format.right)()});
    if let Some(Value::String(address)) = right.pointer_mut("/emails/0/value") {
        *address = format!("{}-{address}", t.fresh_word());
    }
    let (created, read) = shown(t, &right).await?;
    t.step(format!("{} in the form of the RFC", format.attribute));
    t.expect(&[format.rule], &created, status(&[201]));
    if let Some(read) = read {
        let sent = right.pointer(format.pointer).and_then(Value::as_str).unwrap_or_default();
        let shown = read.subject().and_then(|user| user.pointer(format.pointer));
        let part = format.pointer.rsplit('/').next().unwrap_or_default();
        let is_whole_missing = read.subject().is_none_or(|user| user.get(format.attribute).is_none_or(is_unassigned));
        let judgement = match shown {
            // What is not kept at all is for other checks: a server need not have every attribute.
            _ if is_whole_missing => Judgement::Holds,
            None if format.rule == "RFC7643-2.4-06" || t.facts().lacks(&format!("{}.{part}", format.attribute)) => {
                Judgement::Holds
            }
            Some(Value::String(text)) if (format.same)(sent, text) => Judgement::Holds,
            other => broken(quoted(Some(&sent.into())), quoted(other), format.pointer),
        };
        t.conclude(&[format.rule], judgement, Some(&read));
    }
    if let Some(other) = format.other {
        let (created, _) = shown(t, &json!({format.attribute: other()})).await?;
        t.step(format!("{} in another form", format.attribute));
        t.expect(&[format.rule], &created, any(vec![status(&[201]), error(&[400])]));
    }
    Ok(())
}

fn as_sent(sent: &str, shown: &str) -> bool {
    sent == shown
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

pub(super) static FORMATTED: Check = Check {
    id: "create.user.formatted-name",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Where a name is shown as a whole, it is made of the parts that are shown",
    effect: "People are called by a name that is not theirs.",
    rules: &["RFC7643-4.1.1-05"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["name.familyName"])?;
            let user = t.given_user().await?;
            let seen = t.read(&user).await?;
            let part = |name: &str| seen.subject().and_then(|user| user.pointer(name)).and_then(Value::as_str);
            let judgement = match (part("/name/formatted"), part("/name/familyName")) {
                (Some(whole), Some(family)) if !whole.contains(family) => broken(
                    format!("a text with {family:?} in it"),
                    crate::expect::shortened(&format!("{whole:?}")),
                    "/name/formatted",
                ),
                _ => Judgement::Holds,
            };
            t.conclude(&["RFC7643-4.1.1-05"], judgement, Some(&seen));
            Ok(())
        })
    },
};
