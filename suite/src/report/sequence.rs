//! A played sequence in words: its faults, lines for a shell that show them again, and the sequence as it can be stored.

use std::fmt::Write;

use crate::catalogue;
use crate::clean::line;
use crate::expect::shortened;
use crate::runner::event::{Finding, Finished};
use crate::runner::sequence::Played;
use crate::sequence::{Seq, text};

/// Tells what is wrong with a target that has played a sequence.
pub fn render<'a>(faults: impl IntoIterator<Item = &'a Finished>, played: &Played, seq: &Seq) -> String {
    let mut report = String::new();
    for finished in faults {
        _ = writeln!(report, "\n{}: it is not so that: {}", finished.id, finished.title);
        finished.findings.iter().for_each(|finding| tell(&mut report, finding));
    }
    report.push_str("\nwhat happened:\n");
    for step in &played.steps {
        _ = writeln!(report, "  {}", line(step));
    }
    report.push_str("\nthe sequence, to be stored with the ending .scimseq:\n");
    report + &text::print(seq)
}

fn tell(report: &mut String, finding: &Finding) {
    let difference = &finding.difference;
    let at = if difference.pointer.is_empty() { "" } else { "  at " };
    _ = writeln!(report, "  seen in    {}", line(&finding.steps.join(", ")));
    _ = writeln!(report, "  expected   {}", line(&difference.expected));
    _ = writeln!(report, "  got        {}{at}{}", line(&difference.got), line(&difference.pointer));
    for rule in finding.rules.iter().filter_map(|id| catalogue::rule(id)) {
        _ = writeln!(report, "  rule       {} ({}): {}", rule.id, rule.level.name(), rule.words);
    }
    for evidence in &finding.exchanges {
        _ = writeln!(report, "  answer     {} {}", evidence.status, line(&shortened(&evidence.got)));
    }
    for (at, shell) in finding.reproduce.iter().enumerate() {
        _ = writeln!(report, "  {}{shell}", if at == 0 { "try it     " } else { "           " });
    }
}
