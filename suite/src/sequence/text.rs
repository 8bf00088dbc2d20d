//! Sequences as text, the only form that is stored: JSON lines, the first of which names the version.
//!
//! ```text
//! {"scimseq":1}
//! {"do":{"create":{"kind":"user","basis":"whole","set":[]}}}
//! {"do":{"patch":{"at":{"live":["user",0]},"steps":[{"op":"replace","writing":"pathless","attribute":"active","value":1}]}}}
//! ```
//! Empty lines, and those that begin with `#`, are for people.

use serde_json::{Value, json};

use super::codec;
use super::op::{MOST_OPS, Op, Seq};

/// The version of the grammar: what an operation of it means never changes.
pub const VERSION: u64 = 1;

/// How every sequence in text form begins, after its comments.
pub const MAGIC: &str = "{\"scimseq\"";

/// Text that is no sequence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The first line is missing, or no head.
    #[error("this is no sequence: its first line must be {MAGIC}:{VERSION}}}")]
    Head,
    /// Written by another scimprove.
    #[error("the sequence has version {0}, and this scimprove reads version {VERSION}")]
    Version(String),
    /// A line is no operation.
    #[error("line {0}: {1}")]
    Line(usize, String),
    /// There are more operations than a sequence may have.
    #[error("a sequence has at most {MOST_OPS} operations")]
    Long,
}

/// Writes a sequence.
pub fn print(seq: &Seq) -> String {
    let head = json!({ "scimseq": VERSION }).to_string();
    let ops = seq.ops.iter().map(|op| serde_json::to_string(op).unwrap_or_default());
    std::iter::once(head).chain(ops).map(|line| line + "\n").collect()
}

/// Reads a sequence.
///
/// # Errors
/// Anything but what [`print()`] could have written, comments aside.
pub fn parse(text: &str) -> Result<Seq, Unreadable> {
    let is_said = |(_, line): &(usize, &str)| !line.trim().is_empty() && !line.starts_with('#');
    let mut lines = text.lines().enumerate().filter(is_said);
    let (_, head) = lines.next().ok_or(Unreadable::Head)?;
    let head: Value = serde_json::from_str(head).map_err(|_| Unreadable::Head)?;
    match head.get("scimseq") {
        None => return Err(Unreadable::Head),
        Some(version) if *version == json!(VERSION) => {}
        Some(version) => return Err(Unreadable::Version(version.to_string())),
    }
    let mut seq = Seq::default();
    for (at, line) in lines {
        let wrong = |reason: String| Unreadable::Line(at + 1, reason);
        let op: Op = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
        let single = Seq { ops: vec![op] };
        if codec::decode(&codec::encode(&single)) != single {
            return Err(wrong(
                "too many parts, too high a number, or an attribute that the resource does not have".into(),
            ));
        }
        seq.ops.extend(single.ops);
    }
    if seq.ops.len() > MOST_OPS { Err(Unreadable::Long) } else { Ok(seq) }
}

/// Reads what a fuzzer may be given: text where it begins like one, bytes otherwise.
///
/// # Errors
/// Text that begins like a sequence and is none.
pub fn read(bytes: &[u8]) -> Result<Seq, Unreadable> {
    match std::str::from_utf8(bytes) {
        Ok(text) if is_text(text) => parse(text),
        _ => Ok(codec::decode(bytes)),
    }
}

fn is_text(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with(MAGIC))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn what_is_printed_is_read_as_the_same(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let seq = codec::decode(&bytes);
            let text = print(&seq);
            prop_assert_eq!(parse(&text), Ok(seq.clone()), "{}", text);
            prop_assert_eq!(read(text.as_bytes()), Ok(seq));
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let error = |text: &str| parse(text).expect_err(text).to_string();
        assert!(error("").contains("first line"));
        assert!(error("{\"scimseq\":2}").contains("version 2, and this scimprove reads version 1"));
        assert!(error("{\"scimseq\":1}\n\n{\"do\":{\"fly\":{}}}").starts_with("line 3: unknown variant `fly`"));
        let wrong = |act: &str| error(&format!("{{\"scimseq\":1}}\n{{\"do\":{act}}}"));
        assert!(wrong(r#"{"delete":{"at":{"live":["user",8]}}}"#).contains("too high a number"));
        assert!(wrong(r#"{"patch":{"at":{"live":["user",0]},"steps":[]}}"#).contains("line 2"));
        let member = r#"[{"attribute":"members","value":0}]"#;
        assert!(
            wrong(&format!(r#"{{"create":{{"kind":"user","basis":"whole","set":{member}}}}}"#)).contains("attribute")
        );
        assert_eq!(
            parse(
                &("{\"scimseq\":1}\n".to_string()
                    + &"{\"do\":{\"delete\":{\"at\":{\"never\":[\"user\",0]}}}}\n".repeat(25))
            ),
            Err(Unreadable::Long)
        );
    }

    #[test]
    fn comments_are_left_out() {
        let text = "# why\n\n{\"scimseq\":1}\n# what\n{\"do\":{\"delete\":{\"at\":{\"deleted\":[\"group\",3]}}}}\n";
        assert_eq!(read(text.as_bytes()).expect("readable").ops.len(), 1);
    }
}
