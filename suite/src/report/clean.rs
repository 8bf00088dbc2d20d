//! Makes text from a target safe to show.

/// Text without anything that a terminal obeys: control characters, and the marks that turn the reading direction.
/// They are shown as `\u{1b}`, so that nothing is lost. Line breaks become `\n`.
pub fn line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => clean.push_str("\\n"),
            '\t' => clean.push(' '),
            c if is_dangerous(c) => clean.extend(c.escape_unicode()),
            c => clean.push(c),
        }
    }
    clean
}

/// Text for XML 1.0: what it forbids is shown escaped; line breaks stay.
pub fn xml(text: &str) -> String {
    let forbidden = |c: char| (is_dangerous(c) && c != '\n' && c != '\t') || matches!(c, '\u{fffe}' | '\u{ffff}');
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if forbidden(c) { clean.extend(c.escape_unicode()) } else { clean.push(c) }
    }
    clean
}

/// Whether a terminal obeys this character, or turns the reading direction at it.
pub(super) fn is_dangerous(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_shown_not_obeyed() {
        assert_eq!(line("a\u{1b}[31mb\u{9b}c\nd\u{202e}"), "a\\u{1b}[31mb\\u{9b}c\\nd\\u{202e}");
    }

    proptest! {
        #[test]
        fn no_text_keeps_a_control_character(text in any::<String>()) {
            prop_assert!(!line(&text).chars().any(char::is_control));
            prop_assert!(!xml(&text).chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
