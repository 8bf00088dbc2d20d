//! What must be true of every exchange, whoever makes it. Pure functions over one exchange.

use http::Method;
use serde_json::Value;

use crate::check::{Invariant, Judgement, Scope};
use crate::expect::{as_doubtful, broken, error_shape, quoted, shortened};
use crate::scim::{time, urn};
use crate::target::Exchange;
use crate::target::exchange::SCIM_JSON;

/// In the order of the wire: status, headers, body, resource.
pub(super) static INVARIANTS: &[&Invariant] = &[
    &SERVER_ERROR,
    &NO_CONTENT,
    &MEDIA_TYPE,
    &ERROR_MEDIA_TYPE,
    &JSON,
    &BYTE_ORDER_MARK,
    &ALLOW,
    &LOCATION,
    &LOCATION_IN_BODY,
    &TOKEN,
    &ERROR_SHAPE,
    &ERROR_STATUS,
    &SCIM_TYPE,
    &ERROR_AS_SUCCESS,
    &LIST_NUMBERS,
    &LIST_ITEMS,
    &LIST_ONCE,
    &LIST_ROWS,
    &SCHEMAS,
    &ID,
    &META,
    &DATES,
    &LOCATION_URI,
    &PASSWORD,
    &BOOLEANS,
    &LISTS,
    &FLAT,
    &PRIMARY,
];

const MISREAD: &str = "Clients misread the answer, or show the admin a parser message in place of the cause.";

static SERVER_ERROR: Invariant = Invariant {
    id: "protocol.no-server-error",
    since: "0.1",
    title: "No request of this run makes the server fail",
    effect: "Okta retries, and the admin learns nothing of the cause.",
    rules: &["RFC7644-3.12-23"],
    judge: |exchange, _| {
        Some(match exchange.answer.status {
            500 | 502.. => as_doubtful(broken("no 5xx", crate::expect::got_status(exchange), "")),
            _ => Judgement::Holds,
        })
    },
};

static NO_CONTENT: Invariant = Invariant {
    id: "protocol.no-content",
    since: "0.1",
    title: "A 204 has no body",
    effect: MISREAD,
    rules: &["RFC7644-3.5.2-09"],
    judge: |exchange, _| {
        (exchange.answer.status == 204).then(|| {
            if exchange.answer.body.is_empty() { Judgement::Holds } else { broken("no body", body_text(exchange), "") }
        })
    },
};

static MEDIA_TYPE: Invariant = Invariant {
    id: "protocol.media-type",
    since: "0.1",
    title: "Every body is application/scim+json, errors too",
    effect: "Strict clients refuse every answer.",
    rules: &["RFC7644-3.1-02"],
    judge: |exchange, _| media_type(exchange),
};

static ERROR_MEDIA_TYPE: Invariant = Invariant {
    id: "protocol.error-media-type",
    since: "0.1",
    title: "Every error is application/scim+json",
    effect: "Strict clients refuse the error, and show the admin a parser message in place of the cause.",
    rules: &["RFC7644-3.12-26"],
    judge: |exchange, _| if is_error(exchange) { media_type(exchange) } else { None },
};

static JSON: Invariant = Invariant {
    id: "protocol.json",
    since: "0.1",
    title: "Every body is JSON",
    effect: MISREAD,
    rules: &["RFC7644-3.2-03", "OKTA-TRN-009"],
    judge: |exchange, _| {
        has_body(exchange).then(|| match exchange.answer.json {
            Some(_) => Judgement::Holds,
            None => broken("JSON", body_text(exchange), ""),
        })
    },
};

static BYTE_ORDER_MARK: Invariant = Invariant {
    id: "protocol.no-byte-order-mark",
    since: "0.1",
    title: "No body begins with a byte order mark",
    effect: MISREAD,
    rules: &["RFC8259-8.1-01"],
    judge: |exchange, _| {
        has_body(exchange).then(|| {
            let marked = exchange.answer.body.starts_with(&[0xef, 0xbb, 0xbf]);
            if marked { broken("no byte order mark", "EF BB BF", "") } else { Judgement::Holds }
        })
    },
};

static ALLOW: Invariant = Invariant {
    id: "protocol.allow",
    since: "0.1",
    title: "A 405 says which methods are allowed",
    effect: "Clients can't tell what the endpoint takes.",
    rules: &["RFC9110-15.5.6-01"],
    judge: |exchange, _| {
        (exchange.answer.status == 405).then(|| match exchange.answer.header("allow") {
            Some(_) => Judgement::Holds,
            None => broken("an Allow header", "none", "Allow"),
        })
    },
};

static LOCATION: Invariant = Invariant {
    id: "protocol.location",
    since: "0.1",
    title: "A 201 has a Location header",
    effect: "Clients lose what they just created.",
    rules: &["RFC7644-3.3-03"],
    judge: |exchange, _| {
        (exchange.answer.status == 201).then(|| match exchange.answer.header("location") {
            Some(_) => Judgement::Holds,
            None => broken("a Location header", "none", "Location"),
        })
    },
};

static LOCATION_IN_BODY: Invariant = Invariant {
    id: "protocol.location-in-body",
    since: "0.1",
    title: "The Location header of a 201 and meta.location of its body are the same",
    effect: "Clients lose what they just created.",
    rules: &["RFC7644-3.3-04"],
    judge: |exchange, _| {
        let header = exchange.answer.header("location").filter(|_| exchange.answer.status == 201)?;
        let inside = exchange.answer.json.as_ref().and_then(|body| body.pointer("/meta/location")?.as_str());
        Some(match inside {
            Some(inside) if inside != header => broken(header, inside, "/meta/location"),
            _ => Judgement::Holds,
        })
    },
};

static TOKEN: Invariant = Invariant {
    id: "protocol.token-kept",
    since: "0.1",
    title: "No answer shows the client's own credentials",
    effect: "Tokens end in logs and in admins' screens.",
    rules: &["RFC7643-9.3-01"],
    judge: |exchange, scope| {
        let body = String::from_utf8_lossy(&exchange.answer.body);
        let shows = |secret: &String| {
            secret.len() >= 8
                && (body.contains(secret.as_str())
                    || exchange.answer.headers.iter().any(|(_, value)| value.contains(secret.as_str())))
        };
        Some(if scope.secrets.iter().any(shows) {
            broken("no credentials", "the run's own token", "")
        } else {
            Judgement::Holds
        })
    },
};

static ERROR_SHAPE: Invariant = Invariant {
    id: "protocol.error-shape",
    since: "0.1",
    title: "Every error has an Error body",
    effect: MISREAD,
    rules: &["RFC7644-3.12-14", "OKTA-ERR-001", "OKTA-ERR-004"],
    judge: |exchange, _| is_error(exchange).then(|| error_shape(exchange).unwrap_or(Judgement::Holds)),
};

static ERROR_STATUS: Invariant = Invariant {
    id: "protocol.error-status",
    since: "0.1",
    title: "The status in an Error body is the HTTP status, as text",
    effect: "Strict clients can't read the error.",
    rules: &["RFC7644-3.12-15", "OKTA-ERR-002"],
    judge: |exchange, _| {
        let status = exchange.answer.json.as_ref().filter(|_| is_error(exchange))?.get("status")?;
        let wanted = exchange.answer.status.to_string();
        Some(if status.as_str() == Some(wanted.as_str()) {
            Judgement::Holds
        } else {
            broken(format!("{wanted:?}"), quoted(Some(status)), "/status")
        })
    },
};

static SCIM_TYPE: Invariant = Invariant {
    id: "protocol.scim-type",
    since: "0.1",
    title: "scimType is one of the RFC's words",
    effect: "Clients can't tell one error from another.",
    rules: &["RFC7644-3.12-16"],
    judge: |exchange, _| {
        let word = exchange.answer.json.as_ref().filter(|_| is_error(exchange))?.get("scimType")?;
        const WORDS: [&str; 13] = [
            "invalidFilter",
            "tooMany",
            "uniqueness",
            "mutability",
            "invalidSyntax",
            "invalidPath",
            "noTarget",
            "invalidValue",
            "invalidVers",
            "sensitive",
            "invalidCursor",
            "expiredCursor",
            "invalidCount",
        ];
        let known = word.is_null() || WORDS.iter().any(|known| word == known);
        Some(if known {
            Judgement::Holds
        } else {
            as_doubtful(broken("a word of RFC 7644 table 9", quoted(Some(word)), "/scimType"))
        })
    },
};

static ERROR_AS_SUCCESS: Invariant = Invariant {
    id: "protocol.error-as-success",
    since: "0.1",
    title: "No success carries an Error body",
    effect: "Okta takes a failure for done.",
    rules: &["RFC7644-3.2-06"],
    judge: |exchange, _| {
        let schemas = exchange.answer.json.as_ref().filter(|_| exchange.answer.is_success())?.get("schemas")?;
        let is_error = schemas.as_array().is_some_and(|all| all.contains(&urn::ERROR.into()));
        Some(if is_error {
            broken("an error status", exchange.answer.status.to_string(), "")
        } else {
            Judgement::Holds
        })
    },
};

static LIST_NUMBERS: Invariant = Invariant {
    id: "protocol.list-numbers",
    since: "0.1",
    title: "The numbers of a list are whole JSON numbers",
    effect: "Okta stops silently: no user is ever created.",
    rules: &["OKTA-USR-005", "RFC7643-2.3.4-01"],
    judge: |exchange, _| {
        let list = list(exchange)?;
        let wrong = ["totalResults", "startIndex", "itemsPerPage"].iter().find_map(|name| {
            let value = list.get(*name)?;
            (!value.is_u64()).then(|| broken("a whole number", quoted(Some(value)), format!("/{name}")))
        });
        Some(wrong.unwrap_or(Judgement::Holds))
    },
};

static LIST_ITEMS: Invariant = Invariant {
    id: "protocol.items-per-page",
    since: "0.1",
    title: "itemsPerPage is the number of rows",
    effect: "Okta reads past the end or stops before it.",
    rules: &["OKTA-IMP-004", "RFC7644-3.4.2.4-10"],
    judge: |exchange, _| {
        let items = list(exchange)?.get("itemsPerPage")?;
        let rows = exchange.rows().count() as u64;
        // Text in place of a number is another finding.
        let items = items.as_u64()?;
        Some(if items == rows {
            Judgement::Holds
        } else {
            broken(rows.to_string(), items.to_string(), "/itemsPerPage")
        })
    },
};

static LIST_ONCE: Invariant = Invariant {
    id: "protocol.rows-once",
    since: "0.1",
    title: "A list shows each resource once",
    effect: "An import brings people in twice.",
    rules: &["RFC7644-3.4.2-90"],
    judge: |exchange, _| {
        list(exchange)?;
        let mut ids: Vec<&str> = exchange.rows().filter_map(|(_, row)| row.get("id")?.as_str()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        Some(if ids.len() == all {
            Judgement::Holds
        } else {
            broken("each id once", format!("{} rows twice", all - ids.len()), "/Resources")
        })
    },
};

static LIST_ROWS: Invariant = Invariant {
    id: "protocol.list-rows",
    since: "0.1",
    title: "Resources is a list, or absent where nothing matched; never null",
    effect: "Clients fail on every empty answer.",
    rules: &["RFC7644-3.4.2-04"],
    judge: |exchange, _| {
        let list = list(exchange)?;
        let total = list.get("totalResults").and_then(Value::as_u64);
        let count = exchange.request.parameter("count").and_then(|count| count.parse::<i64>().ok());
        Some(match list.get("Resources") {
            Some(Value::Array(_)) => Judgement::Holds,
            None if total == Some(0) || count.is_some_and(|count| count <= 0) => Judgement::Holds,
            // A page past the end has nothing to show either.
            None if exchange.request.parameter("startIndex").is_some() => Judgement::Holds,
            other => broken("a list", quoted(other), "/Resources"),
        })
    },
};

static SCHEMAS: Invariant = Invariant {
    id: "protocol.schemas",
    since: "0.1",
    title: "Every resource names its schemas, the core one among them, each once",
    effect: "Clients can't tell what they were given.",
    rules: &["RFC7643-3-01", "RFC7643-3-02", "RFC7643-3.3-01"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, core| {
            // A projected answer may leave them out.
            if resource.get("schemas").is_none() && exchange.request.parameter("attributes").is_some() {
                return Judgement::Holds;
            }
            let Some(schemas) =
                resource.get("schemas").and_then(Value::as_array).filter(|all| all.iter().all(Value::is_string))
            else {
                return broken("a list of URNs", quoted(resource.get("schemas")), format!("{pointer}/schemas"));
            };
            let mut folded: Vec<String> = schemas.iter().filter_map(Value::as_str).map(str::to_lowercase).collect();
            let has_core = folded.contains(&core.to_lowercase());
            folded.sort();
            folded.dedup();
            if has_core && folded.len() == schemas.len() {
                Judgement::Holds
            } else {
                broken(
                    format!("{core}, and nothing twice"),
                    quoted(resource.get("schemas")),
                    format!("{pointer}/schemas"),
                )
            }
        })
    },
};

static ID: Invariant = Invariant {
    id: "protocol.id",
    since: "0.1",
    title: "Every resource has an id, without the word bulkId",
    effect: "Okta can't address the account again.",
    rules: &["RFC7643-3.1-02", "RFC7643-3.1-06", "OKTA-USR-010"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| match resource.get("id").and_then(Value::as_str) {
            Some(id) if !id.is_empty() && !id.to_lowercase().contains("bulkid") => Judgement::Holds,
            _ => broken("a non-empty text", quoted(resource.get("id")), format!("{pointer}/id")),
        })
    },
};

static META: Invariant = Invariant {
    id: "protocol.meta",
    since: "0.1",
    title: "Every resource says its type and its location",
    effect: "Clients mix up users and groups, or can't find them again.",
    rules: &["RFC7643-3.1-17", "RFC7644-3.3.1-01"],
    judge: |exchange, scope| {
        if exchange.request.parameter("attributes").is_some() {
            return None;
        }
        each_own(exchange, scope, |pointer, resource, core| {
            let wanted = if core == urn::GROUP { "Group" } else { "User" };
            let meta = resource.get("meta");
            let kind = meta.and_then(|meta| meta.get("resourceType"));
            if kind.and_then(Value::as_str) != Some(wanted) {
                return broken(format!("{wanted:?}"), quoted(kind), format!("{pointer}/meta/resourceType"));
            }
            let location = meta.and_then(|meta| meta.get("location"));
            let id = resource.get("id").and_then(Value::as_str).unwrap_or_default();
            let ends = location.and_then(Value::as_str).is_some_and(|uri| {
                let last = uri.rsplit('/').next().unwrap_or_default();
                percent_encoding::percent_decode_str(last).decode_utf8_lossy() == id
            });
            if ends {
                Judgement::Holds
            } else {
                broken("a URI that ends with the id", quoted(location), format!("{pointer}/meta/location"))
            }
        })
    },
};

static DATES: Invariant = Invariant {
    id: "protocol.dates",
    since: "0.1",
    title: "created and lastModified are real dates with a time",
    effect: "Clients that follow changes by time break.",
    rules: &["RFC7643-2.3.5-01"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| {
            for name in ["created", "lastModified"] {
                let Some(date) = resource.pointer(&format!("/meta/{name}")) else { continue };
                if date.as_str().and_then(time::parse).is_none() {
                    return broken("an xsd:dateTime", quoted(Some(date)), format!("{pointer}/meta/{name}"));
                }
            }
            Judgement::Holds
        })
    },
};

static LOCATION_URI: Invariant = Invariant {
    id: "protocol.location-uri",
    since: "0.1",
    title: "Locations hold no query and no credentials",
    effect: "Tokens or sessions leak through stored links.",
    rules: &["RFC7644-1.3-01", "RFC7644-7.1-01"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| {
            let Some(uri) = resource.pointer("/meta/location").and_then(Value::as_str) else { return Judgement::Holds };
            let authority = uri.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            if uri.contains('?') || authority.contains('@') {
                broken("a plain URI", shortened(uri), format!("{pointer}/meta/location"))
            } else {
                Judgement::Holds
            }
        })
    },
};

static PASSWORD: Invariant = Invariant {
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

static BOOLEANS: Invariant = Invariant {
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

const LIST_NAMES: [&str; 3] = ["emails", "phoneNumbers", "addresses"];

static LISTS: Invariant = Invariant {
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

static FLAT: Invariant = Invariant {
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

static PRIMARY: Invariant = Invariant {
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

fn media_type(exchange: &Exchange) -> Option<Judgement> {
    if !has_body(exchange) {
        return None;
    }
    let accepts_other =
        exchange.request.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("accept") && value != SCIM_JSON);
    let got = exchange.answer.header("content-type").unwrap_or("none");
    let kind = got.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        SCIM_JSON => Some(Judgement::Holds),
        // A client that asked for something else may get it; media.accept judges that.
        _ if accepts_other => None,
        _ => Some(broken(SCIM_JSON, got, "Content-Type")),
    }
}

fn has_body(exchange: &Exchange) -> bool {
    !exchange.answer.body.is_empty() && exchange.request.method != Method::HEAD && exchange.answer.status != 204
}

fn is_error(exchange: &Exchange) -> bool {
    exchange.answer.status >= 400 && exchange.request.method != Method::HEAD
}

fn body_text(exchange: &Exchange) -> String {
    shortened(&String::from_utf8_lossy(&exchange.answer.body))
}

fn list(exchange: &Exchange) -> Option<&Value> {
    let body = exchange.answer.json.as_ref().filter(|_| exchange.answer.status == 200)?;
    body.get("schemas")?.as_array()?.contains(&urn::LIST.into()).then_some(body)
}

/// Judges each of this run's own users and groups in an answer: what belongs to others is nobody's business.
fn each_own(
    exchange: &Exchange,
    scope: &Scope,
    judge: impl Fn(String, &Value, &str) -> Judgement,
) -> Option<Judgement> {
    let path = exchange.request.path.as_str();
    let core = if path.starts_with("/Users") {
        urn::USER
    } else if path.starts_with("/Groups") {
        urn::GROUP
    } else {
        return None;
    };
    let body = exchange.answer.json.as_ref().filter(|_| exchange.answer.is_success())?;
    let judgements: Vec<Judgement> = match list(exchange) {
        Some(_) => {
            let own = exchange.rows().filter(|(_, row)| scope.key.owns(row));
            own.map(|(at, row)| judge(format!("/Resources/{at}"), row, core)).collect()
        }
        None if body.get("Resources").is_none() && scope.key.owns(body) => vec![judge(String::new(), body, core)],
        None => Vec::new(),
    };
    if judgements.is_empty() {
        return None;
    }
    Some(judgements.into_iter().find(|judgement| *judgement != Judgement::Holds).unwrap_or(Judgement::Holds))
}

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
