//! How text is compared when an attribute does not distinguish case.

/// Folds text so that two spellings that differ in case only become equal.
///
/// Lower-casing goes character by character: the position-dependent rules of whole-string lower-casing (final sigma)
/// would make a prefix of a value fold differently from the value itself, and `sw` would miss it.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Folds only when the attribute ignores case.
#[must_use]
pub fn fold_unless(case_exact: bool, text: &str) -> String {
    if case_exact { text.to_owned() } else { fold(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_beyond_ascii() {
        assert_eq!(fold("ÉCOLE"), fold("école"));
        assert_eq!(fold("ÅSA@Example.Com"), "åsa@example.com");
    }

    #[test]
    fn a_prefix_folds_like_the_whole() {
        assert!(fold("ΟΔΟΣ ΑΒ").starts_with(&fold("ΟΔΟΣ")));
    }
}
