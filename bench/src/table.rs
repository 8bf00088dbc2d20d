//! Figures as Markdown, and their place in a document.

use crate::measure::{FEW, Figures, Kind, LARGE, MANY, Row, SMALL, Sample};
use anyhow::Context;
use std::fmt::Write;
use std::path::Path;

const START: &str = "<!-- figures: written by bench/server -->\n";
const END: &str = "<!-- end of figures -->\n";

/// The smallest part of the bare route's speed that is good enough.
fn wanted(kind: Kind) -> f64 {
    match kind {
        Kind::Read => 0.85,
        Kind::Filter => 0.75,
        Kind::Create => 0.5,
        Kind::Patch => 0.6,
    }
}

fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Read => "GET by id",
        Kind::Filter => "`filter=userName eq`",
        Kind::Create => "POST",
        Kind::Patch => "PATCH `active`",
    }
}

/// Two tables.
pub(crate) fn table(figures: &Figures) -> String {
    let mut text = String::from(
        "| request | against | requests/s | server CPU µs | busy | ratio | target |\n\
         |---|---|---:|---:|---:|---:|---|\n",
    );
    for (kind, row) in &figures.rows {
        let Row { bare, small, large } = row;
        let of_bare = ratio(small.per_second / bare.per_second, wanted(*kind)..);
        let of_small = ratio(large.per_second / small.per_second, 0.9..);
        let lines = [
            ("bare route".to_owned(), bare, String::new(), String::new()),
            (format!("{} users", grouped(SMALL)), small, of_bare, format!("≥ {} of the bare route", wanted(*kind))),
            (format!("{} users", grouped(LARGE)), large, of_small, format!("≥ 0.9 of {} users", grouped(SMALL))),
        ];
        for (against, sample, ratio, target) in lines {
            let Sample { per_second, cost, busy } = sample;
            let per_second = grouped(per_second.round() as usize);
            line(
                &mut text,
                &[words(*kind), &against, &per_second, &format!("{cost:.1}"), &format!("{busy:.2}"), &ratio, &target],
            );
        }
    }
    text.push_str("\n| | figure | target |\n|---|---:|---|\n");
    let cost = |sample: &Sample| 1e6 / sample.per_second;
    let Figures { first_page, late_page, joining_few, joining_many, .. } = figures;
    let lines = [
        (
            format!(
                "Page of 100 at startIndex {} ({:.0} µs) to one at 1 ({:.0} µs)",
                grouped(LARGE / 10 * 9 + 1),
                cost(late_page),
                cost(first_page)
            ),
            ratio(cost(late_page) / cost(first_page), ..=1.2),
            "≤ 1.2".to_owned(),
        ),
        (
            format!(
                "Adding a member (204) to a group of {} ({:.0} µs) to adding one to a group of {FEW} ({:.0} µs)",
                grouped(MANY),
                cost(joining_many),
                cost(joining_few)
            ),
            ratio(cost(joining_many) / cost(joining_few), ..=2.0),
            "≤ 2".to_owned(),
        ),
        (
            format!(
                "KiB of memory a user at {} users, each {} bytes in an answer",
                grouped(LARGE),
                figures.user_answer
            ),
            ratio(figures.user_memory / 1024.0, ..=1.5),
            "≤ 1.5".to_owned(),
        ),
        (
            format!("Import of {} users in pages of 100, pages/s", grouped(LARGE)),
            grouped(figures.import.round() as usize),
            String::new(),
        ),
        ("Its last tenth to its first".to_owned(), ratio(figures.import_end, 0.9..), "≥ 0.9".to_owned()),
    ];
    for (what, figure, target) in lines {
        line(&mut text, &[&what, &figure, &target]);
    }
    text
}

/// A number with two digits, in bold where it misses its target.
fn ratio(number: f64, target: impl std::ops::RangeBounds<f64>) -> String {
    if target.contains(&number) { format!("{number:.2}") } else { format!("**{number:.2}**") }
}

fn line(text: &mut String, cells: &[&str]) {
    // Writing to a string has no way to fail.
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// Digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b',')).into_owned()
}

/// Puts the tables into their place in a document.
pub(crate) fn put(table: &str, document: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(document).with_context(|| format!("could not read {}", document.display()))?;
    let (before, rest) = text.split_once(START).context("the document marks where figures start")?;
    let (_, after) = rest.split_once(END).context("the document marks where figures end")?;
    std::fs::write(document, format!("{before}{START}\n{table}\n{END}{after}"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_misses_stand_out() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(ratio(0.851, 0.85..), "0.85");
        assert_eq!(ratio(0.849, 0.85..), "**0.85**");
        assert_eq!(ratio(1.2, ..=1.2), "1.20");
    }
}
