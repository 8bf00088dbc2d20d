//! Takes out of a report what may differ between two runs that tell the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The report of the run with this key, with stand-ins for what chance, clock and load decide. Ids and numbers of names
/// are counted in the order in which they are met, so that the same one stays the same.
pub(crate) fn normalise(report: &str, key: &str) -> String {
    let text = report.replace(key, "run-key").replace(&key.to_uppercase(), "RUN-KEY");
    let text = NAME_NUMBER.counted(&text, |number| number);
    let text = ID.counted(&text, |number| format!("id-{number}"));
    PLAIN.iter().fold(text, |text, (pattern, instead)| pattern.replace_all(&text, *instead).into_owned())
}

/// A pattern with one group; what the group takes is counted.
struct Counted(LazyLock<Regex>);

static ID: Counted = Counted(LazyLock::new(|| regex("([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")));

/// `scim-KEY-12@…`, `scim KEY 12`, `00uKEYX12`, and the same with `$RUN` for the key, in whatever quotes.
static NAME_NUMBER: Counted = Counted(LazyLock::new(|| {
    let quotes = r#"(?:\\?"|')"#;
    let xml_quotes = "(?:&quot;|&apos;)";
    // A redacted password ends with a number, too.
    regex(&format!(r"(?:run-key|RUN-KEY|\$RUN(?:_UPPER)?|\[redacted\])(?:{quotes}|{xml_quotes})*(?:-|X| |%20)([0-9]+)"))
}));

static PLAIN: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"127\.0\.0\.1:[0-9]+", "127.0.0.1:PORT"),
        (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z", "TIME"),
        (r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT", "DATE"),
        (r#""(milliseconds|exchanges)": [0-9]+"#, r#""$1": 0"#),
        (
            r"[0-9]+ exchanges in [0-9.]+ s \([0-9]+ checks/s, [0-9]+ exchanges/s\)",
            "N exchanges in T s (N checks/s, N exchanges/s)",
        ),
        // A version follows from the time of the last change.
        (r#"(W/\\*(?:"|&quot;))[0-9a-f]{11}"#, "${1}VERSION"),
        (r"os error [0-9]+", "os error N"),
        // Numbers in names have as many digits as come.
        (r#""content-length",\n( *)"[0-9]+""#, "\"content-length\",\n$1\"N\""),
    ]
    .map(|(pattern, instead)| (regex(pattern), instead))
    .into()
});

impl Counted {
    fn counted<T: ToString>(&self, text: &str, name: impl Fn(usize) -> T) -> String {
        let mut known: HashMap<String, usize> = HashMap::new();
        let instead = |found: &Captures| {
            let (whole, part) = (&found[0], &found[1]);
            let next = known.len() + 1;
            let number = *known.entry(part.to_string()).or_insert(next);
            format!("{}{}", &whole[..whole.len() - part.len()], name(number).to_string())
        };
        self.0.replace_all(text, instead).into_owned()
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}
