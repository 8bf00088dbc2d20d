//! What people and teams are found by, and the way back from there to their numbers.
//!
//! The way back gives a guess: whoever has the key has that number, but nobody need have the key.

use super::words::{FAMILY, GIVEN, NAMES, Name};
use super::{People, TEAM, words};
use crate::scim::fold::fold;
use crate::scim::schema::ResourceKind;

/// Identifiers carry their numbers in 56 bits.
const BITS: u32 = 56;
const MASK: u64 = (1 << BITS) - 1;
const FACTOR: u64 = 0x00B5_1E68_E0D5_3A4D;

impl People {
    /// A version 7 UUID, as this server gives to whatever else is created.
    pub(crate) fn id(self, kind: ResourceKind, number: usize) -> String {
        let code = scattered(number as u64 * 2 + u64::from(kind == ResourceKind::Group));
        let mut random = [0; 10];
        random[..3].copy_from_slice(&code.wrapping_mul(FACTOR).to_be_bytes()[..3]);
        random[3..].copy_from_slice(&code.to_be_bytes()[1..]);
        let milliseconds = u64::try_from(self.created(number).as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid().to_string()
    }

    /// Who may have that identifier, in any case.
    pub(crate) fn with_id(self, kind: ResourceKind, id: &str) -> Option<usize> {
        let uuid = uuid::Uuid::try_parse(id).ok()?;
        let code = gathered(u64::try_from(uuid.as_u128() & u128::from(MASK)).ok()?);
        let is_group = code % 2 == 1;
        let number = usize::try_from(code / 2).ok().filter(|number| *number < self.count(kind))?;
        (is_group == (kind == ResourceKind::Group)).then_some(number)
    }

    /// The user of that `externalId`.
    pub(crate) fn with_external_id(self, id: &str) -> Option<usize> {
        let code = u64::from_str_radix(id.strip_prefix("00u")?, 16).ok()?;
        let number = usize::try_from(gathered(code & MASK)).ok()?;
        (number < self.users).then_some(number)
    }

    /// The user of that user name or address: both have the number in front of the `@`.
    pub(crate) fn with_address(self, address: &str) -> Option<usize> {
        let local = address.split('@').next().unwrap_or_default();
        number_at_the_end(local).filter(|number| *number < self.users)
    }

    /// All users to whom this name may be shown, folded.
    pub(crate) fn called(self, name: &str) -> Vec<usize> {
        let pairs = GIVEN.iter().enumerate().flat_map(|(given, first)| {
            let rest = name.strip_prefix(&*fold(first.0)).and_then(|rest| rest.strip_prefix(' '));
            let family = rest.and_then(|rest| FAMILY.iter().position(|family| fold(family.0) == rest));
            family.map(|family| family * NAMES + given)
        });
        let mut users: Vec<usize> = pairs
            .flat_map(|pair| (0..PAIRS).filter(move |number| shuffled(*number) == pair))
            .flat_map(|first| (first..self.users).step_by(PAIRS))
            .collect();
        users.sort_unstable();
        users
    }

    /// The team of that name, folded.
    pub(crate) fn team_called(self, name: &str) -> Option<usize> {
        let number = number_at_the_end(name)?.checked_sub(1)?;
        (number < self.count(ResourceKind::Group)).then_some(number)
    }
}

/// Given name and family name.
pub(super) fn names(number: usize) -> (Name, Name) {
    let pair = shuffled(number % PAIRS);
    (GIVEN[pair % NAMES], FAMILY[pair / NAMES])
}

pub(super) fn user_name(number: usize) -> String {
    let (given, family) = names(number);
    format!("{}.{}{number}@corp.example", given.1, family.1)
}

pub(super) fn external_id(number: usize) -> String {
    format!("00u{:017x}", scattered(number as u64))
}

pub(super) fn department(team: usize) -> &'static str {
    words::DEPARTMENTS[(scattered(team as u64) % words::DEPARTMENTS.len() as u64) as usize]
}

pub(super) fn team_name(team: usize) -> String {
    format!("{} Team {}", department(team), team + 1)
}

/// Whom a person reports to: the first of the team, and the first of a team to one of a twentieth of its number.
pub(super) fn manager(number: usize) -> Option<usize> {
    let manager = if number.is_multiple_of(TEAM) { number / TEAM / TEAM * TEAM } else { number / TEAM * TEAM };
    (manager != number).then_some(manager)
}

fn number_at_the_end(text: &str) -> Option<usize> {
    let start = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    text[start..].parse().ok()
}

/// Pairs of names. Their number is a power of two, which [`shuffled`] builds on.
const PAIRS: usize = NAMES * NAMES;

/// Another order of the pairs, so that neighbours do not have similar names: an odd factor and a shift by half the bits
/// give each number below a power of two another one.
fn shuffled(number: usize) -> usize {
    let number = number * 0x9E5 % PAIRS;
    (number ^ (number / NAMES)) * 0x6A7 % PAIRS
}

/// The same with 56 bits, so that numbers don't show; [`gathered`] is the way back.
fn scattered(number: u64) -> u64 {
    halved(halved(number & MASK).wrapping_mul(FACTOR) & MASK)
}

fn gathered(code: u64) -> u64 {
    halved(halved(code).wrapping_mul(inverse(FACTOR)) & MASK)
}

/// Its own contrary.
fn halved(number: u64) -> u64 {
    number ^ (number >> (BITS / 2))
}

/// What an odd factor is undone by, by Newton: each step doubles the bits that are right, and three are so from the start.
const fn inverse(factor: u64) -> u64 {
    let (mut inverse, mut step) = (factor, 0);
    while step < 5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(factor.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Population;
    use crate::scim::schema::Vocabulary;
    use std::collections::HashSet;

    const SAMPLES: [usize; 8] = [0, 1, 99, 100, 4_096, 1_234_567, 999_999_998, 999_999_999];

    fn all() -> People {
        People::new(Population::LIMIT, Vocabulary::Full)
    }

    #[test]
    fn each_key_leads_back() {
        for number in SAMPLES {
            assert_eq!(all().with_id(ResourceKind::User, &all().id(ResourceKind::User, number)), Some(number));
            assert_eq!(all().with_external_id(&external_id(number)), Some(number));
            assert_eq!(all().with_address(&user_name(number)), Some(number));
            let ((given, _), (family, _)) = names(number);
            assert!(all().called(&fold(&format!("{given} {family}"))).binary_search(&number).is_ok());
            let team = number / TEAM;
            assert_eq!(all().with_id(ResourceKind::Group, &all().id(ResourceKind::Group, team)), Some(team));
            assert_eq!(all().team_called(&fold(&team_name(team))), Some(team));
        }
    }

    #[test]
    fn what_nobody_has_leads_nowhere() {
        let few = People::new(10, Vocabulary::Full);
        assert_eq!(few.with_id(ResourceKind::User, &all().id(ResourceKind::User, 10)), None);
        assert_eq!(few.with_id(ResourceKind::User, &all().id(ResourceKind::Group, 0)), None);
        assert_eq!(few.with_external_id(&external_id(10)), None);
        for odd in ["", "@", "no.number@corp.example", "a99999999999999999999999@corp.example", "é"] {
            assert_eq!((few.with_address(odd), few.with_external_id(odd), few.team_called(odd)), (None, None, None));
            assert_eq!((few.called(odd), few.with_id(ResourceKind::User, odd)), (vec![], None));
        }
        assert_eq!(few.team_called("sales team 0"), None);
    }

    #[test]
    fn all_pairs_of_names_occur() {
        let names: HashSet<usize> = (0..PAIRS).map(shuffled).collect();
        assert_eq!(names.len(), PAIRS);
    }
}
