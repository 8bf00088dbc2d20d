//! Numbers of the Drug Enforcement Administration: a letter, a letter or 9, and seven digits, the last of which is that of
//! (1st + 3rd + 5th) + 2 · (2nd + 4th + 6th).

pub(super) fn is_dea_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 9 || !bytes[0].is_ascii_alphabetic() || !(bytes[1].is_ascii_alphabetic() || bytes[1] == b'9') {
        return false;
    }
    if !bytes[2..].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let digit = |at: usize| u32::from(bytes[at + 1] - b'0');
    let sum = digit(1) + digit(3) + digit(5) + 2 * (digit(2) + digit(4) + digit(6));
    sum % 10 == digit(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_tells() {
        // 1 + 3 + 5 + 2 · (2 + 4 + 6) = 33.
        assert!(is_dea_number("AB1234563") && is_dea_number("b91234563"));
        for other in (0..10).filter(|digit| *digit != 3) {
            assert!(!is_dea_number(&format!("AB123456{other}")), "{other}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for bad in ["", "AB123456", "AB12345633", "1B1234563", "A81234563", "AB12345x3", "ÄB1234563", "AB 234563"] {
            assert!(!is_dea_number(bad), "{bad:?}");
        }
    }
}
