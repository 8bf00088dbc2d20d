//! Points in time as text (RFC 7643 §2.3.5).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads an xsd:dateTime; one without a zone is taken as UTC.
#[must_use]
pub fn instant(text: &str) -> Option<Timestamp> {
    zoned(text).or_else(|| TimeZone::UTC.to_timestamp(has_form(text).then(|| text.parse::<DateTime>().ok())??).ok())
}

/// Reads an xsd:dateTime that has a zone, as RFC 3339 wants it.
#[must_use]
pub fn zoned(text: &str) -> Option<Timestamp> {
    has_form(text).then(|| text.parse().ok())?
}

/// The parser takes more than xsd does: a space for the `T`, lower case, a name of a zone.
fn has_form(text: &str) -> bool {
    text.as_bytes().get(10) == Some(&b'T')
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b':' | b'.' | b'T' | b'Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_may_be_missing_and_the_t_may_not() {
        for text in ["2024-05-01T12:00:00Z", "2024-05-01T12:00:00.123456789+02:00"] {
            assert!(instant(text).is_some() && zoned(text).is_some(), "{text}");
        }
        for text in ["2024-05-01T12:00:00", "2024-05-01T12:00:00.5"] {
            assert!(instant(text).is_some() && zoned(text).is_none(), "{text}");
        }
        for text in ["2024-05-01", "2024-05-01 12:00:00Z", "2024-13-01T12:00:00Z", "2024-05-01t12:00:00z", "", "now"] {
            assert!(instant(text).is_none() && zoned(text).is_none(), "{text}");
        }
        assert_eq!(instant("2024-05-01T12:00:00"), zoned("2024-05-01T14:00:00+02:00"));
    }
}
