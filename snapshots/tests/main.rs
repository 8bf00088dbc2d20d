//! What users and clients see, recorded: each trial compares one text with its `.snap` file.
//!
//! This binary is also the program whose screens it records: it starts itself once more, as `scimprove`.

mod exchanges;
mod guides;
mod help;
mod mistakes;
mod normalise;
mod program;
mod recording;
mod reports;
mod runscope;
mod wire;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    if program::is_child() {
        return scimprove::cli::main();
    }
    let arguments = Arguments::from_args();
    // Runs write their ledgers where they are.
    let folder = tempfile::tempdir().expect("a folder");
    std::env::set_current_dir(folder.path()).expect("a folder to be in");
    let snapshots = [
        exchanges::snapshots(),
        reports::snapshots(),
        runscope::snapshots(),
        guides::snapshots(),
        help::snapshots(),
        mistakes::snapshots(),
    ]
    .concat();
    let names: Vec<&str> = snapshots.iter().map(|snapshot| snapshot.name).collect();
    let mut trials = vec![
        Trial::test("recording.holds_no_secret", recording::holds_no_secret),
        Trial::test("recording.has_a_trial", {
            let names = names.iter().map(|name| name.to_string()).collect();
            move || recording::has_a_trial(names)
        }),
        Trial::test("reports.two_runs_tell_the_same", reports::two_runs_tell_the_same),
    ];
    trials.extend(snapshots.into_iter().map(|snapshot| Trial::test(snapshot.name, move || snapshot.compare())));
    libtest_mimic::run(&arguments, trials).exit_code()
}
