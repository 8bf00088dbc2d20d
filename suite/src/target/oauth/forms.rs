//! The forms of an HTML page, as far as a login needs them. Tags are read one after the other and no tree is built, so
//! that no page can be too deep.

use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};
use html5gum::{HtmlString, Tokenizer};

/// What a page asks for.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    pub(crate) forms: Vec<Form>,
    /// What relative addresses are relative to, where the page says so.
    pub(crate) base: Option<String>,
    /// What a person reads, with single spaces.
    pub(crate) words: String,
}

/// A form.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) action: Option<String>,
    pub(crate) is_post: bool,
    /// Whether it is sent in another way than as name=value&….
    pub(crate) is_odd: bool,
    pub(crate) fields: Vec<Field>,
    pub(crate) buttons: Vec<Button>,
}

/// A field that is sent.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) kind: Kind,
}

/// Who fills a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The page has.
    Given,
    /// A person writes a line of text.
    Text,
    /// A person writes a password.
    Password,
}

/// A button that sends its form.
#[derive(Debug, Default)]
pub(crate) struct Button {
    pub(crate) name: Option<String>,
    pub(crate) value: String,
    /// What stands on it.
    pub(crate) words: String,
    /// Another action than that of its form.
    pub(crate) action: Option<String>,
}

impl Button {
    /// The words on it and in it, in lower case.
    fn all_words(&self) -> Vec<String> {
        let text = format!("{} {} {}", self.words, self.value, self.name.as_deref().unwrap_or_default());
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(String::from).collect()
    }

    /// Whether it says no, leads away, or takes something away.
    pub(crate) fn is_refusal(&self) -> bool {
        const NO: &[&str] = &[
            "abort",
            "back",
            "cancel",
            "close",
            "decline",
            "delete",
            "deny",
            "destroy",
            "disable",
            "disagree",
            "disallow",
            "disconnect",
            "don",
            "erase",
            "logout",
            "no",
            "not",
            "out",
            "refuse",
            "reject",
            "remove",
            "revoke",
            "switch",
        ];
        self.all_words().iter().any(|word| NO.contains(&word.as_str()))
    }

    /// Whether it says yes.
    pub(crate) fn is_consent(&self) -> bool {
        const YES: &[&str] = &[
            "accept",
            "agree",
            "allow",
            "approve",
            "authorise",
            "authorize",
            "confirm",
            "consent",
            "continue",
            "grant",
            "ok",
            "yes",
        ];
        !self.is_refusal() && self.all_words().iter().any(|word| YES.contains(&word.as_str()))
    }
}

/// Reads a page.
pub(crate) fn read(html: &str) -> Forms {
    let mut read = Forms::default();
    // Where the reading is: in a form, on a button, in what nobody sees.
    let (mut is_inside, mut on_button, mut is_hidden) = (false, false, false);
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => match tag.name.as_slice() {
                b"base" if read.base.is_none() => read.base = attribute(&tag, "href"),
                b"script" | b"style" | b"noscript" => is_hidden = true,
                // A form in a form is none.
                b"form" if !is_inside => {
                    is_inside = true;
                    read.forms.push(form(&tag));
                }
                b"input" | b"button" if is_inside => {
                    let Some(form) = read.forms.last_mut() else { continue };
                    on_button = put(form, &tag) && tag.name.as_slice() == b"button";
                }
                _ => {}
            },
            Token::EndTag(tag) => match tag.name.as_slice() {
                b"script" | b"style" | b"noscript" => is_hidden = false,
                b"form" => (is_inside, on_button) = (false, false),
                b"button" => on_button = false,
                _ => {}
            },
            Token::String(text) if !is_hidden => {
                let text = String::from_utf8_lossy(&text);
                let button = read.forms.last_mut().and_then(|form| form.buttons.last_mut()).filter(|_| on_button);
                add(button.map_or(&mut read.words, |button| &mut button.words), &text);
            }
            _ => {}
        }
    }
    read
}

fn form(tag: &StartTag<()>) -> Form {
    let is = |name: &str, value: &str| attribute(tag, name).is_some_and(|it| it.trim().eq_ignore_ascii_case(value));
    Form {
        action: attribute(tag, "action").filter(|action| !action.trim().is_empty()),
        is_post: is("method", "post"),
        is_odd: is("enctype", "multipart/form-data") || is("enctype", "text/plain") || is("method", "dialog"),
        ..Form::default()
    }
}

/// Puts a field or a button into its form; tells whether it is a button.
fn put(form: &mut Form, tag: &StartTag<()>) -> bool {
    let is_button = tag.name.as_slice() == b"button";
    let kind = attribute(tag, "type").unwrap_or_default().trim().to_ascii_lowercase();
    let (name, value) = (attribute(tag, "name"), attribute(tag, "value"));
    if attribute(tag, "disabled").is_some() {
        return false;
    }
    let kind = match kind.as_str() {
        "reset" | "button" | "file" => return false,
        "submit" | "image" => None,
        _ if is_button => None,
        "hidden" => Some(Kind::Given),
        "checkbox" | "radio" if attribute(tag, "checked").is_none() => return false,
        "checkbox" | "radio" => Some(Kind::Given),
        "password" => Some(Kind::Password),
        "color" | "date" | "datetime-local" | "month" | "number" | "range" | "search" | "time" | "week" => {
            Some(Kind::Given)
        }
        _ => Some(Kind::Text),
    };
    let on = if matches!(attribute(tag, "type").as_deref(), Some("checkbox" | "radio")) { "on" } else { "" };
    match (kind, name) {
        (None, name) => {
            // What stands on an input is its value.
            let words = if is_button { String::new() } else { value.clone().unwrap_or_default() };
            let (value, action) = (value.unwrap_or_default(), attribute(tag, "formaction"));
            form.buttons.push(Button { name, value, words, action });
            return true;
        }
        (Some(kind), Some(name)) => form.fields.push(Field { name, value: value.unwrap_or(on.into()), kind }),
        (Some(_), None) => {}
    }
    false
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(&HtmlString::from(name.as_bytes().to_vec()))?;
    Some(String::from_utf8_lossy(&value.value).into_owned())
}

/// Adds text with single spaces.
fn add(words: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html><title>Sign in</title><script>document.write("<form action=evil>")</script>
        <form method=POST action="/login?a=1&amp;b=2"><!-- <input name=commented> -->
        <input type=hidden name=csrf value="x&quot;y"><INPUT NAME=user><input type=password name=pw>
        <input type=checkbox name=keep checked><input type=checkbox name=no><input name=off disabled>
        <form action=/inner><button>Sign <b>in</b></button></form>
        <form><button name=decision value=deny>No</button><input type=submit value=Authorize formaction=/yes></form>"#;

    #[test]
    fn forms_are_read_as_browsers_read_them() {
        let read = read(PAGE);
        assert_eq!(read.forms.len(), 2, "{read:?}");
        let login = &read.forms[0];
        assert_eq!((login.action.as_deref(), login.is_post), (Some("/login?a=1&b=2"), true));
        let fields: Vec<_> = login.fields.iter().map(|it| (it.name.as_str(), it.value.as_str(), it.kind)).collect();
        let wanted = [
            ("csrf", "x\"y", Kind::Given),
            ("user", "", Kind::Text),
            ("pw", "", Kind::Password),
            ("keep", "on", Kind::Given),
        ];
        assert_eq!(fields, wanted);
        assert_eq!(login.buttons[0].words, "Sign in");
        let [no, yes] = &read.forms[1].buttons[..] else { panic!("{read:?}") };
        assert!(no.is_refusal() && !no.is_consent() && yes.is_consent());
        assert_eq!((no.value.as_str(), yes.action.as_deref()), ("deny", Some("/yes")));
    }

    #[test]
    fn what_says_no_is_no_consent() {
        for words in
            ["Don't allow", "Do not authorize", "Cancel and go back", "Sign out", "Disallow", "Confirm and delete"]
        {
            assert!(Button { words: words.into(), ..Button::default() }.is_refusal(), "{words}");
        }
    }

    #[test]
    fn no_page_is_too_deep_or_too_broken() {
        for piece in ["<form>", "<div>", "<input name=a ", "<button>", "<", "</", "<!--", "&#x110000;", "<form\0"] {
            read(&piece.repeat(20_000));
        }
    }
}
