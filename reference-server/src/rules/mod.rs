//! The rules that profiles cite by name ([`scim_profile::Rule`]).

mod dea;
mod npi;

use jiff::tz::TimeZoneDatabase;
use scim_profile::Rule;

/// Whether a text keeps a rule; `known` is what the profile says is known.
#[must_use]
pub(crate) fn keeps(rule: Rule, text: &str, known: &[String]) -> bool {
    match rule {
        Rule::Npi => npi::is_npi(text),
        Rule::DeaNumber => dea::is_dea_number(text),
        Rule::TimeZone => is_time_zone(text),
        Rule::NoDigits => !text.contains(|letter: char| letter.is_ascii_digit()),
        Rule::Email => is_email(text),
        Rule::KnownList => text.split(',').all(|one| is_known(one.trim(), known)),
        Rule::Known => is_known(text, known),
    }
}

/// The text as it is kept: blanks around the parts of a list mean nothing.
#[must_use]
pub(crate) fn kept(rule: Rule, text: &str) -> String {
    match rule {
        Rule::KnownList => text.split(',').map(str::trim).collect::<Vec<_>>().join(","),
        _ => text.to_owned(),
    }
}

/// What a rule wants, for errors.
#[must_use]
pub(crate) fn wants(rule: Rule) -> &'static str {
    match rule {
        Rule::Npi => "must be a National Provider Identifier: ten digits, the last of which is the check digit",
        Rule::DeaNumber => {
            "must be a DEA number: two characters and seven digits, the last of which is the check digit"
        }
        Rule::TimeZone => "must be the name of an IANA time zone, such as US/Eastern",
        Rule::NoDigits => "must not hold digits",
        Rule::Email => "must be an e-mail address",
        Rule::KnownList => "must be known values with commas between them",
        Rule::Known => "must be a known value",
    }
}

fn is_known(text: &str, known: &[String]) -> bool {
    known.iter().any(|known| known == text)
}

fn is_time_zone(name: &str) -> bool {
    TimeZoneDatabase::bundled().get(name).is_ok_and(|zone| zone.iana_name() == Some(name))
}

/// Something, an @, and a domain with a dot or none; no spaces. Whether it exists, only a mail can tell.
pub(crate) fn is_email(text: &str) -> bool {
    let is_fine =
        |part: &str| !part.is_empty() && !part.contains(|it: char| it.is_whitespace() || it.is_control() || it == '@');
    let label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || !byte.is_ascii();
        !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 254 && text.rsplit_once('@').is_some_and(|(left, right)| is_fine(left) && right.split('.').all(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail() {
        for good in ["a@b", "ada.lovelace+x@example.com", "o'neil@sub.example.org", "dörte@bücher.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "ada", "@b", "a@", "a b@c", "a@b c", "a@@b", "a@b..c", "a@-b.c", "a@b@c", "a\n@b"] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }

    #[test]
    fn time_zones_by_their_names_old_and_new() {
        for good in
            ["US/Eastern", "US/Central", "US/Mountain", "US/Pacific", "US/Alaska", "US/Hawaii", "Europe/Berlin", "UTC"]
        {
            assert!(is_time_zone(good), "{good}");
        }
        for bad in ["", "Mars/Olympus", "us/eastern", "+01:00", "Eastern", "US/Eastern "] {
            assert!(!is_time_zone(bad), "{bad:?}");
        }
    }

    #[test]
    fn lists_of_known_values() {
        let known = ["1001".to_owned(), "2001".to_owned()];
        assert!(keeps(Rule::KnownList, "1001, 2001", &known) && keeps(Rule::KnownList, "2001", &known));
        assert!(!keeps(Rule::KnownList, "1001,,2001", &known) && !keeps(Rule::KnownList, "1001;2001", &known));
        assert!(!keeps(Rule::KnownList, "9", &known) && !keeps(Rule::Known, "1001,2001", &known));
        assert_eq!(kept(Rule::KnownList, " 1001 ,2001"), "1001,2001");
    }
}
