//! What holds for the values of every resource of this run.

use serde_json::Value;

use super::each_own;
use crate::check::{Invariant, Judgement};
use crate::expect::{broken, quoted};

pub(super) static PASSWORD: Invariant = Invariant {
    id: "protocol.no-password",
    since: "0.1",
    title: "No answer holds a password",
    effect: "Passwords end in Okta's logs and in everybody's who imports.",
    rules: &["RFC7643-4.1.1-12", "RFC7643-7-24", "OKTA-PWD-004"],
    judge: |exchange, _| {
        let body = exchange.answer.json.as_ref()?;
        // The schema of User names the attribute; that is no password.
        if exchange.request.path.starts_with("/Schemas") {
            return None;
        }
        Some(match password_in(body) {
            Some(pointer) => broken("no password", "one", pointer),
            None => Judgement::Holds,
        })
    },
};

pub(super) static BOOLEANS: Invariant = Invariant {
    id: "protocol.booleans",
    since: "0.1",
    title: "active and primary are true or false, not text",
    effect: "Okta takes \"false\" for true: a deactivated person looks active.",
    rules: &["RFC7643-2.3.2-01"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| {
            if let Some(active) = resource.get("active").filter(|active| !active.is_boolean() && !active.is_null()) {
                return broken("true or false", quoted(Some(active)), format!("{pointer}/active"));
            }
            for (at, email) in resource.get("emails").and_then(Value::as_array).into_iter().flatten().enumerate() {
                if let Some(primary) =
                    email.get("primary").filter(|primary| !primary.is_boolean() && !primary.is_null())
                {
                    return broken("true or false", quoted(Some(primary)), format!("{pointer}/emails/{at}/primary"));
                }
            }
            Judgement::Holds
        })
    },
};

pub(super) static LISTS: Invariant = Invariant {
    id: "protocol.values-in-lists",
    since: "0.1",
    title: "Addresses and numbers come as lists, even where there is one",
    effect: "Clients find no address at all.",
    rules: &["RFC7643-2.4-01", "OKTA-USR-017"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| {
            let bare = LIST_NAMES.into_iter().find_map(|name| {
                let value = resource.get(name).filter(|value| !value.is_array() && !value.is_null())?;
                Some(broken("a list", quoted(Some(value)), format!("{pointer}/{name}")))
            });
            bare.unwrap_or(Judgement::Holds)
        })
    },
};

pub(super) static FLAT: Invariant = Invariant {
    id: "protocol.flat-lists",
    since: "0.1",
    title: "No list of values has a list inside",
    effect: "Strict clients can't read the first user who looks like this, nor any after.",
    rules: &["RFC7644-3.8-08"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| match nested_list(resource, pointer) {
            Some(pointer) => broken("values", "a list in a list", pointer),
            None => Judgement::Holds,
        })
    },
};

pub(super) static PRIMARY: Invariant = Invariant {
    id: "protocol.one-primary",
    since: "0.1",
    title: "No list of addresses or numbers has two primary values",
    effect: "Okta takes the wrong address.",
    rules: &["RFC7643-2.4-02", "OKTA-USR-017"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| {
            for name in LIST_NAMES {
                let items = resource.get(name).and_then(Value::as_array).into_iter().flatten();
                let primaries = items.filter(|item| item["primary"] == true).count();
                if primaries > 1 {
                    return broken("at most one primary", primaries.to_string(), format!("{pointer}/{name}"));
                }
            }
            Judgement::Holds
        })
    },
};

const LIST_NAMES: [&str; 3] = ["emails", "phoneNumbers", "addresses"];

/// Where a password stands below this value. The pointer is put together only where there is one.
fn password_in(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) => map.iter().find_map(|(name, value)| {
            let is_one = name.eq_ignore_ascii_case("password") && !value.is_null();
            let below = if is_one { Some(String::new()) } else { password_in(value) };
            Some(format!("/{name}{}", below?))
        }),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(at, item)| Some(format!("/{at}{}", password_in(item)?)))
        }
        _ => None,
    }
}

/// Where a list stands directly in a list; no attribute of SCIM is like that.
fn nested_list(value: &Value, pointer: String) -> Option<String> {
    match value {
        Value::Object(map) => map.iter().find_map(|(name, value)| nested_list(value, format!("{pointer}/{name}"))),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            let pointer = format!("{pointer}/{at}");
            if item.is_array() { Some(pointer) } else { nested_list(item, pointer) }
        }),
        _ => None,
    }
}
