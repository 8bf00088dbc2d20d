//! How text is compared when an attribute does not distinguish case.

use super::filter::Comparison;
use precis_profiles::precis_core::profile::Profile;
use precis_profiles::{OpaqueString, UsernameCaseMapped};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Prepares text as the UsernameCaseMapped profile of PRECIS does (RFC 8265 §3.3): two spellings that differ in case,
/// width or composition alone become equal. What that profile does not allow stays as it is.
///
/// Lower-casing goes character by character: the position-dependent rules of whole-string lower-casing (final sigma)
/// would make a prefix of a value fold differently from the value itself, and `sw` would miss it.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        return text.chars().flat_map(narrow).flat_map(char::to_lowercase).nfc().collect();
    }
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => text.to_ascii_lowercase().into(),
        false => text.into(),
    }
}

/// Folds only when the attribute ignores case.
#[must_use]
pub fn fold_unless(case_exact: bool, text: &str) -> String {
    if case_exact { text.to_owned() } else { fold(text).into_owned() }
}

/// How the values of one attribute are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folding {
    /// As they are.
    Exact,
    /// As this makes them.
    Folded(Comparison),
}

impl Folding {
    /// The text in the form in which it is compared.
    #[must_use]
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Exact => text.to_owned(),
            Self::Folded(Comparison::Prepared) => fold(text).into_owned(),
            Self::Folded(Comparison::LowerCase) => text.chars().flat_map(char::to_lowercase).collect(),
        }
    }
}

/// Prepares a password as the OpaqueString profile of PRECIS does (RFC 8265 §4.2): every space is the same space, and
/// composition makes no difference. Case does. What the profile does not allow stays as it is.
#[must_use]
pub fn opaque(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    OpaqueString::new().enforce(text).unwrap_or(text.into())
}

/// Whether a text holds nothing but what PRECIS allows in identifiers (RFC 8264 §4.2): no space, no control, and no
/// symbol beyond ASCII.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    UsernameCaseMapped::new().prepare(text).is_ok()
}

/// The halfwidth and fullwidth forms of letters are those letters.
fn narrow(letter: char) -> impl Iterator<Item = char> {
    let mapped = matches!(letter, '\u{FF00}'..='\u{FFEF}' | '\u{3000}');
    let (one, other) = if mapped { (None, Some(std::iter::once(letter).nfkc())) } else { (Some(letter), None) };
    one.into_iter().chain(other.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_beyond_ascii() {
        assert_eq!(fold("ÉCOLE"), fold("école"));
        assert_eq!(fold("ÅSA@Example.Com"), "åsa@example.com");
    }

    #[test]
    fn width_and_composition_make_no_difference() {
        for (one, other) in [
            ("jos\u{e9}", "jose\u{301}"),
            ("JOS\u{c9}", "jose\u{301}"),
            ("\u{ff22}\u{ff4f}\u{ff42}", "bob"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("\u{1e9b}\u{323}", "\u{1e9b}\u{323}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        let cased = Folding::Folded(Comparison::LowerCase);
        assert_eq!(cased.of("\u{c9}"), "\u{e9}");
        assert_ne!(cased.of("e\u{301}"), cased.of("\u{e9}"));
        assert_eq!(Folding::Exact.of("A"), "A");
    }

    #[test]
    fn a_prefix_folds_like_the_whole() {
        assert!(fold("ΟΔΟΣ ΑΒ").starts_with(&*fold("ΟΔΟΣ")));
    }

    #[test]
    fn passwords_keep_their_case() {
        assert_eq!(opaque("Pass\u{a0}w\u{3000}Ord"), "Pass w Ord");
        assert_eq!(opaque("e\u{301}"), "\u{e9}");
        assert_eq!(opaque("E\u{ff21}"), "E\u{ff21}");
        assert_eq!(opaque("\u{e9}\u{0}"), "\u{e9}\u{0}");
    }

    #[test]
    fn identifiers_hold_no_spaces_and_no_symbols() {
        for name in ["a@example.com", "o'neil+1", "Zo\u{eb}", "\u{ff22}ob", "\u{4f60}\u{597d}"] {
            assert!(is_identifier(name), "{name:?}");
        }
        for name in ["a b", "a\u{0}b", "a\u{200b}b", "\u{2603}", "\u{a0}", ""] {
            assert!(!is_identifier(name), "{name:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        /// Indexes fold by the wider rule: what is equal by the narrower one is found there.
        #[test]
        fn the_wider_rule_never_parts_what_the_narrower_joins(text in ".{0,8}") {
            let narrower = Folding::Folded(Comparison::LowerCase).of(&text);
            prop_assert_eq!(fold(&narrower), fold(&text));
        }

        #[test]
        fn folding_twice_is_folding_once(text in ".{0,8}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.as_ref());
        }
    }
}
