//! `docs/policies.md`: every ambiguity of the catalogue, with the field that decides it and what each preset takes.

use crate::choice::Choice;
use crate::{bulk, discovery, filters, lists, patch, patch_values, schemas, shown, wire, writes};
use scim_reference_server::policy::PRESETS;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// The ambiguities are A01 to this one.
const LAST: usize = 70;

/// Why an ambiguity leaves a server no choice. The list is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// Whatever a client writes has to be read.
    BothAreRead,
}

impl Reason {
    fn sentence(self) -> &'static str {
        match self {
            Self::BothAreRead => "no choice: both have to be read",
        }
    }
}

/// An ambiguity without a field, and the test of the requirements that shows what it says.
struct NoChoice {
    id: &'static str,
    asks: &'static str,
    why: Reason,
    /// `file::name`.
    test: &'static str,
}

const NO_CHOICE: &[NoChoice] = &[NoChoice {
    id: "A28",
    asks: "`not (…)`, with a space, and `not(…)`: which is right?",
    why: Reason::BothAreRead,
    test: "filter_grammar::not_stands_in_front_of_parentheses",
}];

/// All rows of all tables.
pub(crate) fn choices() -> impl Iterator<Item = &'static Choice> {
    let areas = [
        patch::CHOICES,
        patch_values::CHOICES,
        writes::CHOICES,
        filters::CHOICES,
        lists::CHOICES,
        shown::CHOICES,
        wire::CHOICES,
        bulk::CHOICES,
        discovery::CHOICES,
        schemas::CHOICES,
    ];
    areas.into_iter().flatten()
}

#[test]
fn every_ambiguity_is_decided_or_leaves_no_choice() {
    let wanted: BTreeSet<String> = (1..=LAST).map(|number| format!("A{number:02}")).collect();
    let decided = choices().map(|choice| choice.id).filter(|id| !id.is_empty());
    let decided: BTreeSet<String> = decided.map(str::to_owned).collect();
    let free: BTreeSet<String> = NO_CHOICE.iter().map(|it| it.id.to_owned()).collect();
    let both: Vec<&String> = decided.intersection(&free).collect();
    assert!(both.is_empty(), "{both:?} are decided, and said to leave no choice");
    let known: BTreeSet<String> = decided.union(&free).cloned().collect();
    let differing: Vec<&String> = known.symmetric_difference(&wanted).collect();
    assert!(differing.is_empty(), "{differing:?} are missing, or no ambiguities");
}

#[test]
fn what_leaves_no_choice_is_tested_among_the_requirements() {
    for NoChoice { id, test, .. } in NO_CHOICE {
        let (file, name) = test.split_once("::").expect("a file and a name");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/conformance/{file}.rs"));
        let text = std::fs::read_to_string(path).expect("a file of tests");
        assert!(text.contains(&format!("\nasync fn {name}(")), "{id}: there is no {test}");
    }
}

/// Writes the document if `SCIMPROVE_UPDATE` is set, and compares it otherwise.
#[test]
fn the_document_is_up_to_date() {
    let mut rows: Vec<(&str, String)> = choices().map(|choice| (choice.id, row(choice))).collect();
    rows.extend(NO_CHOICE.iter().map(|it| {
        let NoChoice { id, asks, why, test } = it;
        (*id, format!("| {id} | {asks} | {} | `conformance/{test}` | | | | | |\n", why.sentence()))
    }));
    rows.sort_by_key(|(id, _)| *id);
    let (beyond, asked): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(id, _)| id.is_empty());
    let table =
        |rows: Vec<(&str, String)>| TABLE.to_owned() + &rows.into_iter().map(|(_, row)| row).collect::<String>();
    let text = format!("{HEAD}{}{BEYOND}{}", table(asked), table(beyond));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/policies.md");
    if std::env::var_os("SCIMPROVE_UPDATE").is_some() {
        std::fs::write(&path, text).expect("the document can be written");
        return;
    }
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    let first = old.lines().zip(text.lines()).find(|(old, new)| old != new);
    assert!(old == text, "docs/policies.md is stale; SCIMPROVE_UPDATE=1 rewrites it. First difference: {first:#?}");
}

fn row(choice: &Choice) -> String {
    let mut row = format!("| {} | {} | `{}` | {}: ", choice.id, choice.asks, choice.field(), choice.example);
    let test = choice.exchange.trim_start_matches("policies::");
    write!(row, "`{test}` | ").expect("a string takes it");
    let readings = choice.readings.iter().map(|reading| format!("`{}`: {}", reading.name(), reading.shows));
    row += &readings.collect::<Vec<_>>().join("<br>");
    for (_, preset) in PRESETS {
        let taken = choice.taken(&preset()).expect("a preset takes one of the readings");
        write!(row, " | `{}`", taken.name()).expect("a string takes it");
    }
    row + " |\n"
}

const HEAD: &str = "\
# How the reference server reads what the documents leave open

Written by `SCIMPROVE_UPDATE=1 cargo test -p scim-reference-server --test policies`, and compared whenever that runs.
Each row is a question that the RFCs answer in two ways, or in none; A01 to A70 are the ambiguities of the catalogue of
requirements. A field of the server's `Policy` gives the answer. What each of its values makes of one exchange is tried
by the function that stands behind the exchange, in `reference-server/tests/policies/`, with everything else as in mode
`rfc`; `done` is 200 or 204, `created` is 201. The last columns are what the modes of `scimprove serve --mode` take.

";

const BEYOND: &str = "
## Beyond the catalogue

What identity providers write, and what a server may mind, without an ambiguity of the catalogue behind it.

";

const TABLE: &str = "\
| # | question | field | exchange | what it comes to | strict | rfc | okta | entra |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
";
