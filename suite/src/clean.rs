//! Makes text from a target safe to show, and short enough.

/// Text without anything that a terminal obeys or hides: control characters, the marks that turn the reading direction,
/// and what has no width. They are shown as `\u{1b}`, so that nothing is lost. Line breaks become `\n`.
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
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if is_dangerous(c) && !matches!(c, '\n' | '\t') { clean.extend(c.escape_unicode()) } else { clean.push(c) }
    }
    clean
}

/// JSON in which nothing is left that a terminal obeys: some control characters are legal in it.
pub fn json(json: &str) -> String {
    let mut clean = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_dangerous(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| clean.push_str(&format!("\\u{unit:04x}")));
        } else {
            clean.push(c);
        }
    }
    clean
}

/// Text of at most so many bytes; a longer one is cut, and says how long it was.
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.into();
    }
    format!("{}… ({} bytes in all)", &text[..text.floor_char_boundary(most)], text.len())
}

/// Whether a terminal obeys this character, turns the reading direction at it, or shows nothing; or XML forbids it.
pub fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_shown_not_obeyed() {
        assert_eq!(line("a\u{1b}[31mb\u{9b}c\nd\u{202e}"), "a\\u{1b}[31mb\\u{9b}c\\nd\\u{202e}");
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("ééé", 6), "ééé");
        assert_eq!(cut("ééé", 3), "é… (6 bytes in all)");
    }

    proptest! {
        #[test]
        fn no_text_keeps_a_control_character(text in any::<String>()) {
            prop_assert!(!line(&text).chars().any(is_dangerous));
            prop_assert!(!xml(&text).chars().any(|c| is_dangerous(c) && c != '\n' && c != '\t'));
        }

        #[test]
        fn json_says_the_same_without_them(text in any::<String>()) {
            let written = json(&serde_json::Value::from(text.as_str()).to_string());
            prop_assert!(!written.chars().any(is_dangerous));
            prop_assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), text);
        }
    }
}
