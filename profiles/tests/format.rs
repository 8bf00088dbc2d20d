//! The format is shown whole: by the example that uses every key, and by the page that tells about each.

use scim_profile::{
    Accepted, Accounts, Advisory, Attribute, Authentication, Basis, Claim, ClientAuthentication, ClosedBy, Equipment,
    Extension, Feature, FollowUp, FoundBy, Gate, Groups, Invalid, Kind, Limit, Mail, Mapping, Moment, Mutability,
    OptIn, Organisation, Others, Password, Permission, Pkce, Probe, Profile, Refusal, Rule, Scheme, Shown,
    UserNameFormat,
};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use toml::{Table, Value};

const ACME: &str = include_str!("../../examples/profiles/acme.toml");
const PAGE: &str = include_str!("../../docs/profiles.md");

/// The names of keys or words that a type can be read from.
fn names_of<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    T::deserialize(Asking).err().map_or(&[], |asked| asked.0)
}

/// Reads nothing, and tells which names it was asked for.
struct Asking;

#[derive(Debug)]
struct Asked(&'static [&'static str]);

impl Display for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.0)
    }
}

impl std::error::Error for Asked {}

impl Error for Asked {
    fn custom<T: Display>(_: T) -> Self {
        Self(&[])
    }
}

impl<'de> Deserializer<'de> for Asking {
    type Error = Asked;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Asked> {
        Err(Asked(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Asked> {
        Err(Asked(names))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Asked> {
        Err(Asked(names))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

type Keys = BTreeMap<String, BTreeSet<String>>;

/// Every key that there is, by the table that it stands in.
fn keys() -> Keys {
    let tables = [
        ("profile", names_of::<Profile>()),
        ("claim", names_of::<Claim>()),
        ("features", names_of::<Feature>()),
        ("organisation", names_of::<Organisation>()),
        ("authentication", names_of::<Authentication>()),
        ("gate", names_of::<Gate>()),
        ("accounts", names_of::<Accounts>()),
        ("accounts.accepts", names_of::<Accepted>()),
        ("attribute", names_of::<Attribute>()),
        ("extension", names_of::<Extension>()),
        ("groups", names_of::<Groups>()),
        ("groups.mapping", names_of::<Mapping>()),
        ("refusal", names_of::<Refusal>()),
        ("mail", names_of::<Mail>()),
        ("opt-in", names_of::<OptIn>()),
        ("advisory", names_of::<Advisory>()),
        ("permission", names_of::<Permission>()),
        ("follow-up", names_of::<FollowUp>()),
        ("equipment", names_of::<Equipment>()),
        ("limit", names_of::<Limit>()),
    ];
    let keys = tables.map(|(table, names)| {
        assert!(!names.is_empty(), "{table}");
        (table.to_owned(), names.iter().map(ToString::to_string).collect())
    });
    keys.into()
}

/// Words that may stand beside others of their kind, and those of which a profile has one.
fn words() -> (Vec<&'static str>, Vec<&'static [&'static str]>) {
    let several = [
        names_of::<Basis>(),
        names_of::<Shown>(),
        names_of::<Scheme>(),
        names_of::<ClientAuthentication>(),
        names_of::<ClosedBy>(),
        names_of::<Rule>(),
        names_of::<Kind>(),
        names_of::<Mutability>(),
        names_of::<Invalid>(),
        names_of::<Moment>(),
    ];
    let one = [
        names_of::<FoundBy>(),
        names_of::<Pkce>(),
        names_of::<Probe>(),
        names_of::<UserNameFormat>(),
        names_of::<Password>(),
        names_of::<Others>(),
    ];
    (several.concat(), one.into())
}

/// The keys and the words of a file.
#[derive(Default)]
struct Used {
    keys: Keys,
    words: BTreeSet<String>,
}

impl Used {
    fn table(&mut self, name: &str, table: &Table) {
        for (key, value) in table {
            self.keys.entry(name.to_owned()).or_default().insert(key.clone());
            let below = match name {
                "profile" => key.clone(),
                // It is the same type.
                "extension" if key == "attribute" => key.clone(),
                _ => format!("{name}.{key}"),
            };
            self.value(&below, value);
        }
    }

    fn value(&mut self, name: &str, value: &Value) {
        match value {
            Value::Table(table) if table.contains_key("value") && table.contains_key("from") && table.len() == 2 => {
                table.values().for_each(|value| self.value(name, value));
            }
            Value::Table(table) => self.table(name, table),
            Value::Array(values) => values.iter().for_each(|value| self.value(name, value)),
            Value::String(text) => self.words.extend(text.split(' ').map(str::to_owned)),
            _ => {}
        }
    }
}

#[test]
fn the_example_has_nothing_wrong() {
    let profile = Profile::read(ACME).unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!(profile.name, "acme");
}

#[test]
fn the_example_uses_every_key_and_word() {
    let mut used = Used::default();
    used.table("profile", &ACME.parse().expect("TOML"));
    let mut keys = keys();
    for (table, used) in used.keys {
        assert_eq!(Some(&used), keys.remove(&table).as_ref(), "{table}");
    }
    assert!(keys.is_empty(), "{keys:?}");
    let (several, one) = words();
    for word in several {
        assert!(used.words.contains(word), "{word} is not used");
    }
    for words in one {
        assert!(words.iter().any(|word| used.words.contains(*word)), "none of {words:?} is used");
    }
}

/// The rows of the tables under a heading: the key, and the example.
fn rows(heading: &str) -> Vec<(String, String)> {
    let section = PAGE.split("\n### ").find(|section| section.lines().next() == Some(heading)).unwrap_or_default();
    let code = |cell: &str| cell.split('`').nth(1).unwrap_or_default().to_owned();
    let cells = section.lines().filter(|line| line.starts_with("| `")).map(|line| line.split(" | ").collect());
    cells.map(|cells: Vec<&str>| (code(cells[0]), code(cells.get(1).unwrap_or(&"")))).collect()
}

#[test]
fn the_page_tells_about_every_key() {
    for (table, keys) in keys() {
        let heading = if table == "attribute" { "`attribute`, `extension.attribute`" } else { &format!("`{table}`") };
        let rows = rows(heading);
        let told: BTreeSet<String> = rows.iter().map(|(key, _)| key.clone()).collect();
        assert_eq!(told, keys, "{table}");
        assert_eq!(told.len(), rows.len(), "{table} has a row twice");
        for (key, example) in rows {
            let shown: Table = example.parse().unwrap_or_else(|error| panic!("{table}, {key}: {error}"));
            let names: Vec<&String> = shown.keys().collect();
            // A table within is shown by its head.
            let head = example.trim_matches(['[', ']']);
            assert!(names == [&key] || head.rsplit('.').next() == Some(&key), "{table}, {key}: {example}");
        }
    }
}

#[test]
fn the_page_tells_about_every_word() {
    let (several, one) = words();
    for word in several.into_iter().chain(one.concat()) {
        assert!(PAGE.contains(&format!("`{word}`")), "{word}");
    }
}

/// What it tells to begin with is a profile.
#[test]
fn the_page_begins_with_a_profile() {
    let mut blocks = PAGE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let first = blocks.next().expect("a block");
    assert!(Profile::read(first).is_ok(), "{:?}", Profile::read(first).err());
    assert!(blocks.next().is_none(), "another block");
}
