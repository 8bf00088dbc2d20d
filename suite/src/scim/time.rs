//! `xsd:dateTime`, the dates of SCIM (RFC 7643 §2.3.5).

use jiff::Timestamp;
use jiff::civil::DateTime;

/// A date as RFC 7643 wants it: date, `T`, time, any fraction, and an offset that may be left out.
/// Without an offset it is read as UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('T')?;
    let digits = |part: &str, shape: &str| {
        part.len() == shape.len()
            && part.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                other => byte == other,
            })
    };
    let clock = time.get(..8)?;
    if !digits(date, "0000-00-00") || !digits(clock, "00:00:00") {
        return None;
    }
    let rest = &time[8..];
    let zone_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (fraction, zone) = rest.split_at(zone_at);
    let fraction_fits = fraction.is_empty()
        || fraction.strip_prefix('.').is_some_and(|f| !f.is_empty() && f.bytes().all(|byte| byte.is_ascii_digit()));
    let zone_fits = zone.is_empty() || zone == "Z" || digits(&zone[1..], "00:00");
    if !fraction_fits || !zone_fits {
        return None;
    }
    // More digits than the clock of this machine knows are cut, not refused.
    let fraction = fraction.get(..10).unwrap_or(fraction);
    if zone.is_empty() {
        let civil: DateTime = format!("{date}T{clock}{fraction}").parse().ok()?;
        return civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    }
    format!("{date}T{clock}{fraction}{zone}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_forms_of_xsd_date_time() {
        for good in [
            "2011-05-13T04:42:34Z",
            "2011-05-13T04:42:34.123456789012Z",
            "2011-05-13T04:42:34+02:00",
            "2011-05-13T04:42:34",
        ] {
            assert!(parse(good).is_some(), "{good}");
        }
        for bad in ["2011-05-13 04:42:34Z", "2011-05-13", "yesterday", "2011-13-13T04:42:34Z", "2011-05-13T04:42:34.Z"]
        {
            assert!(parse(bad).is_none(), "{bad}");
        }
        assert_eq!(parse("2011-05-13T04:42:34+02:00"), parse("2011-05-13T02:42:34Z"));
    }
}
