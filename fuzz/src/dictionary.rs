//! The words of the grammar for libFuzzer's `-dict`, out of the tables of the suite. A test holds the file to it.

use scimprove::scim::urn;
use scimprove::sequence::filter::{FIELDS, TEXTS, Test};
use scimprove::sequence::op::Kind;
use scimprove::sequence::values::{ODD_TEXTS, place};

/// The text of `dictionaries/scim.dict`.
pub fn text() -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(Test::ALL.iter().map(|test| format!(" {} ", format!("{test:?}").to_lowercase())));
    words.extend([" and ", " or ", "not (", "(", ")", "[", "]", "true", "false", "null"].map(String::from));
    words.extend(FIELDS.iter().map(|(path, _)| path.to_string()));
    for kind in [Kind::User, Kind::Group] {
        words.extend(kind.attributes().iter().flat_map(|it| place(*it).1).map(|name| name.to_string()));
    }
    words.extend([urn::USER, urn::GROUP, urn::ENTERPRISE, urn::PATCH_OP].map(String::from));
    words.extend(
        ["\"Operations\"", "\"op\"", "\"path\"", "\"value\"", "\"add\"", "\"replace\"", "\"remove\""].map(String::from),
    );
    words.extend(["emails[type eq \"work\"]", "members[value eq \"", "\"]", ".value", "\"schemas\""].map(String::from));
    words.extend(TEXTS.iter().chain(&ODD_TEXTS).map(|text| text.to_string()));
    words.sort();
    words.dedup();
    words.retain(|word| !word.is_empty());
    words.iter().map(|word| format!("\"{}\"\n", escaped(word))).collect()
}

/// As libFuzzer reads it: printable ASCII as it is, the rest as bytes.
fn escaped(word: &str) -> String {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        byte => format!("\\x{byte:02X}"),
    };
    word.bytes().map(byte).collect()
}
