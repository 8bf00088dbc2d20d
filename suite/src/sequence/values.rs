//! What is written: values that every server should take, by attribute, and a table of odd ones.

use serde_json::{Value, json};

use super::op::{Attribute, Kind};
use crate::scim::urn;

/// Plain words, for names and titles.
const WORDS: [&str; 12] = [
    "Ada",
    "Bo Lin",
    "O'Neil",
    "van der Berg",
    "Tour Guide",
    "R&D (EMEA)",
    "Zo\u{eb}",
    "\u{674e}\u{5c0f}\u{9f99}",
    "Smith-Jones, Jr.",
    "say \"hi\"",
    "back\\slash",
    "x",
];

const LOCALES: [&str; 4] = ["en-US", "de-DE", "fr", "ja-JP"];

/// Odd values: wrong types, borders, and texts on which parsers, databases and pages have stumbled.
pub fn odd(n: u8) -> Value {
    let texts = ODD_TEXTS.len();
    match usize::from(n) % (texts + 20) {
        at if at < texts => ODD_TEXTS[at].into(),
        at => match at - texts {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(false),
            3 => json!(0),
            4 => json!(-1),
            5 => json!(1.5),
            6 => json!(9_007_199_254_740_993_u64),
            7 => json!(1e300),
            8 => json!([]),
            9 => json!({}),
            10 => json!([[]]),
            11 => json!([null]),
            12 => json!({"value": null}),
            13 => json!([{}]),
            14 => json!([{"value": "a"}, {"value": "a"}]),
            15 => json!([{"value": "a", "primary": true}, {"value": "b", "primary": true}]),
            16 => json!({"$ref": "http://[::1]/"}),
            17 => json!("x".repeat(300)),
            18 => json!("\u{e9}".repeat(5_000)),
            _ => deep(40),
        },
    }
}

/// The texts among them.
pub const ODD_TEXTS: [&str; 30] = [
    "",
    " ",
    " padded ",
    "True",
    "False",
    "null",
    "0",
    "1e5",
    "\u{0}",
    "a\u{0}b",
    "line\r\nbreak",
    "\u{7f}\u{80}",
    "\u{202e}txt",
    "\u{feff}mark",
    "e\u{301}",
    "\u{1f469}\u{200d}\u{1f4bb}",
    "\u{130}stanbul",
    "\u{df}",
    "\u{ffff}",
    "' OR '1'='1",
    "\"; DROP TABLE users; --",
    "*)(uid=*",
    "{\"$gt\":\"\"}",
    "${7*7}{{7*7}}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%00%2f%2e",
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "a eq \"b\" or 1 eq 1",
    "2011-13-13T25:61:61Z",
];

/// Nesting of so many levels.
pub fn deep(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}

/// What the values of one operation are made for.
pub struct Makings<'a> {
    /// A name that nobody has, which shows the run's key.
    pub fresh: &'a str,
    /// The name of somebody who is there.
    pub taken: Option<&'a str>,
    /// The domain of mail addresses.
    pub mail_domain: &'a str,
    /// No user may be active.
    pub inactive: bool,
}

/// A value that suits the attribute. Those that name resources are the binder's.
pub fn fitting(attribute: Attribute, n: u8, kind: Kind, makings: &Makings<'_>) -> Value {
    let at = usize::from(n);
    let word = WORDS[at % WORDS.len()];
    let mail = |name: &str| format!("{name}.{at}@{}", makings.mail_domain);
    match attribute {
        Attribute::UserName => name(n, makings),
        Attribute::DisplayName if kind == Kind::Group => name(n, makings),
        Attribute::ExternalId => format!("{word} {}", makings.fresh).into(),
        Attribute::Active => (!makings.inactive && at.is_multiple_of(2)).into(),
        Attribute::Name => match at % 3 {
            0 => json!({"givenName": word, "familyName": "Person"}),
            1 => json!({"familyName": word}),
            _ => json!({"givenName": word, "familyName": word, "middleName": "M", "honorificPrefix": "Dr."}),
        },
        Attribute::Emails => match at % 4 {
            0 => json!([{"value": mail("work"), "type": "work", "primary": true}]),
            1 => json!([{"value": mail("home"), "type": "home"}]),
            2 => json!([
                {"value": mail("work"), "type": "work", "primary": true}, {"value": mail("home"), "type": "home"},
            ]),
            _ => json!([]),
        },
        Attribute::WorkEmail => mail("new").into(),
        Attribute::PhoneNumbers => json!([{"value": format!("+1-555-01{:02}", at % 100), "type": "work"}]),
        Attribute::Addresses => {
            json!([{"streetAddress": word, "locality": "Town", "country": "US", "type": "work", "primary": true}])
        }
        Attribute::Locale => LOCALES[at % LOCALES.len()].into(),
        Attribute::ProfileUrl => format!("https://{}/{at}", makings.mail_domain).into(),
        Attribute::EmployeeNumber => at.to_string().into(),
        Attribute::Enterprise => json!({"department": word, "costCenter": at.to_string()}),
        Attribute::Password => format!("Pw-{at}-{}-aA1!", makings.fresh).into(),
        _ => word.into(),
    }
}

/// Every other one is taken already, and half of those are in capital letters.
fn name(n: u8, makings: &Makings<'_>) -> Value {
    match makings.taken {
        Some(taken) if n % 4 == 3 => taken.to_uppercase().into(),
        Some(taken) if n % 4 == 1 => taken.into(),
        _ => makings.fresh.into(),
    }
}

/// An odd value that may be written here: a name must go on showing the run's key, or nothing leaves.
pub fn odd_for(attribute: Attribute, n: u8, kind: Kind, makings: &Makings<'_>) -> Value {
    let is_name = match attribute {
        Attribute::UserName | Attribute::ExternalId => true,
        Attribute::DisplayName => kind == Kind::Group,
        _ => false,
    };
    match odd(n) {
        Value::String(text) if is_name => format!("{text}{}", makings.fresh).into(),
        // Whoever may be invited by mail must stay inactive.
        _ if attribute == Attribute::Active && makings.inactive => false.into(),
        value => value,
    }
}

/// The names that lead to an attribute: of the core schema, or of the extension.
pub fn place(attribute: Attribute) -> (Option<&'static str>, &'static [&'static str]) {
    let core = |names: &'static [&'static str]| (None, names);
    let extension = |names: &'static [&'static str]| (Some(urn::ENTERPRISE), names);
    match attribute {
        Attribute::UserName => core(&["userName"]),
        Attribute::ExternalId => core(&["externalId"]),
        Attribute::DisplayName => core(&["displayName"]),
        Attribute::NickName => core(&["nickName"]),
        Attribute::Title => core(&["title"]),
        Attribute::Active => core(&["active"]),
        Attribute::GivenName => core(&["name", "givenName"]),
        Attribute::FamilyName => core(&["name", "familyName"]),
        Attribute::MiddleName => core(&["name", "middleName"]),
        Attribute::Name => core(&["name"]),
        Attribute::Emails | Attribute::WorkEmail => core(&["emails"]),
        Attribute::PhoneNumbers => core(&["phoneNumbers"]),
        Attribute::Addresses => core(&["addresses"]),
        Attribute::Locale => core(&["locale"]),
        Attribute::ProfileUrl => core(&["profileUrl"]),
        Attribute::Password => core(&["password"]),
        Attribute::Members | Attribute::MemberPair | Attribute::NoMembers => core(&["members"]),
        Attribute::Department => extension(&["department"]),
        Attribute::EmployeeNumber => extension(&["employeeNumber"]),
        Attribute::Manager => extension(&["manager", "value"]),
        Attribute::Enterprise => extension(&[]),
    }
}
