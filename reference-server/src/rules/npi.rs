//! National Provider Identifiers, as the Centers for Medicare & Medicaid Services number providers: ten digits, the first
//! 1 or 2, the last a Luhn digit (ISO/IEC 7812-1) over the prefix 80840 and the number.

/// What the digits of the prefix add to every sum: 8 + 0·2 + 8 + 4·2 + 0, the last doubled as the number has ten digits.
const PREFIX: u32 = 24;

pub(super) fn is_npi(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(10)).collect();
    if digits.len() != 10 || text.len() != 10 || !matches!(digits[0], 1 | 2) {
        return false;
    }
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let weigh = |(at, digit): (usize, &u32)| if at % 2 == 0 { doubled(*digit) } else { *digit };
    (PREFIX + digits.iter().enumerate().map(weigh).sum::<u32>()).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_tells() {
        // The example of the published rule.
        assert!(is_npi("1234567893"));
        for other in (0..10).filter(|digit| *digit != 3) {
            assert!(!is_npi(&format!("123456789{other}")), "{other}");
        }
    }

    #[test]
    fn one_of_ten_numbers_is_one_and_the_first_digit_counts() {
        let among = |first: u32| (0..10_000).filter(|rest| is_npi(&format!("{first}{rest:09}"))).count();
        assert_eq!((among(1), among(2), among(3)), (1000, 1000, 0));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for bad in ["", "123456789", "12345678933", "1234567893 ", "123456789x", "+234567893", "١٢٣٤٥٦٧٨٩٣"] {
            assert!(!is_npi(bad), "{bad:?}");
        }
    }
}
