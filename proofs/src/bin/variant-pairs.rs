//! Every two variants together: no check cries wolf, and what either shows alone it shows in company. The result is
//! written to `variant-pairs.md`; it depends on nothing but the code.
//!
//! `cargo run -p proofs --bin variant-pairs`, some minutes.

#[path = "../../../suite/tests/variants/judge.rs"]
mod judge;
#[path = "../../../suite/tests/matrix/mod.rs"]
mod matrix;

use std::fmt::Write as _;
use std::process::ExitCode;

use judge::{alone, faults, judged};
use scim_reference_server::{Variant, variants};

fn main() -> std::io::Result<ExitCode> {
    let all: Vec<&Variant> = variants::all().collect();
    let mut pairs: Vec<[&Variant; 2]> = Vec::new();
    let mut excluded = 0;
    for (at, first) in all.iter().enumerate() {
        for second in &all[at + 1..] {
            if first.excludes(second) {
                excluded += 1;
            } else {
                pairs.push([first, second]);
            }
        }
    }
    let mut wrong: Vec<String> = all.iter().flat_map(|variant| faults(&[*variant], &alone()[variant.name])).collect();
    wrong.extend(matrix::each(&pairs, |pair| faults(pair, &judged(pair))).concat());
    let text = report(&all, pairs.len(), excluded, &wrong);
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/variant-pairs.md"), text)?;
    println!("{} pairs, {} faults", pairs.len(), wrong.len());
    wrong.iter().for_each(|fault| println!("{fault}"));
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(all: &[&Variant], pairs: usize, excluded: usize, wrong: &[String]) -> String {
    let checks = scimprove::checks::items().len();
    let mut text = format!(
        "# Every two variants together\n\n\
         Written by `cargo run -p proofs --bin variant-pairs`. The whole suite of {checks} checks against the reference\n\
         server with each of its {} variants, and with every two of them that do not exclude each other: a server that\n\
         differs in legal ways is not called wrong, and what a variant shows to a rulebook that forbids it is shown in\n\
         company, too.\n\n\
         * {pairs} pairs were run; {excluded} exclude each other\n\
         * {} faults\n\n",
        all.len(),
        wrong.len(),
    );
    for fault in wrong {
        let _ = writeln!(text, "    {fault}");
    }
    if !wrong.is_empty() {
        text.push('\n');
    }
    text.push_str(
        "| variant | what the server does | legal under | rules that it breaks elsewhere |\n|---|---|---|---|\n",
    );
    for variant in all {
        let legal: Vec<&str> = variant.legal_under.iter().map(|book| book.name()).collect();
        let row = [variant.name, variant.sentence, &legal.join(", "), &variant.shows.join(" ")];
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}
