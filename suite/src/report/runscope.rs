//! One of Okta's published tests, played: for people.

pub mod json;

use std::fmt::Write as _;

use super::terminal::{Colour, Paint, secret_in, show_cleaned};
use crate::clean::line;
use crate::idp::okta::runscope::{Judged, Kind, Verdict};
use crate::runner::runscope::{End, Played, PlayedStep};

/// The whole report.
pub fn render(played: &Played, colour: Colour) -> String {
    let paint = Paint(colour);
    let mut out = String::new();
    let target = if played.embedded { "the built-in reference server".into() } else { line(&played.target) };
    let _ = writeln!(out, "\n{} {target}   {}", paint.bold("scimprove"), line(&played.name));
    if played.insecure {
        let warning = "--insecure: certificates were not checked; anyone could have answered";
        let _ = writeln!(out, "{}", paint.yellow(warning));
    }
    if let Some(set_up) = &played.set_up {
        let _ = writeln!(out, "{}", paint.dim(&line(set_up)));
    }
    played.steps.iter().for_each(|step| show(&mut out, step, paint));
    tail(&mut out, played, paint);
    out
}

fn show(out: &mut String, step: &PlayedStep, paint: Paint) {
    let mark = match step.end() {
        End::Passed => paint.green("✔"),
        End::Failed => paint.red("✘"),
        End::Open => paint.yellow("…"),
        End::Skipped => paint.dim("–"),
    };
    let _ = writeln!(out, "\n{mark} {:>2}  {}", step.number, paint.bold(&line(&step.title)));
    if let Some(request) = &step.request {
        let status = step.status.map(|status| format!(" → {status}")).unwrap_or_default();
        let _ = writeln!(out, "      {}{status}", line(request));
    }
    if step.skipped {
        let _ = writeln!(out, "      {}", paint.dim("switched off in the export"));
        return;
    }
    match &step.trouble {
        Some(trouble) => {
            let unjudged = match step.judged.len() {
                1 => "what it asks of the answer is not judged".into(),
                many => format!("the {many} things that it asks of the answer are not judged"),
            };
            let _ = writeln!(out, "      {}; {unjudged}", paint.red(&line(trouble)));
        }
        None => step.judged.iter().for_each(|judged| show_judged(out, judged, paint)),
    }
    for (at, shell) in step.reproduce.iter().enumerate() {
        let lead = if at == 0 { "try it" } else { "" };
        let _ = writeln!(out, "      {lead:<7} {}", line(shell));
    }
}

fn show_judged(out: &mut String, judged: &Judged, paint: Paint) {
    let asks = match judged.kind {
        Kind::Assertion | Kind::Variable => format!("{} {}", judged.subject, judged.expected),
        Kind::Script => format!("script: {} {}", judged.subject, judged.expected),
    };
    let asks = line(&asks);
    let got = if judged.got.is_empty() { String::new() } else { format!("   got {}", line(&judged.got)) };
    let _ = match &judged.verdict {
        Verdict::Passed => writeln!(out, "      {} {asks}{}", paint.green("✔"), paint.dim(&got)),
        Verdict::Failed => writeln!(out, "      {} {asks}{}", paint.red("✘"), paint.red(&got)),
        Verdict::Open(reason) => {
            writeln!(out, "      {} {asks}{got}   {}", paint.yellow("…"), paint.yellow(&line(reason)))
        }
    };
}

fn tail(out: &mut String, played: &Played, paint: Paint) {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let ends: Vec<String> =
        [(End::Passed, "passed"), (End::Failed, "failed"), (End::Open, "open"), (End::Skipped, "switched off")]
            .into_iter()
            .filter(|(end, _)| played.count(*end) > 0)
            .map(|(end, word)| format!("{} {word}", played.count(end)))
            .collect();
    let open = played.assertions() - played.passed() - played.failed();
    let open = if open > 0 { format!(", {open} not judged") } else { String::new() };
    let failed = if played.failed() > 0 { format!(", {} failed", played.failed()) } else { String::new() };
    let sum = format!(
        "{}: {}; {}: {} passed{failed}{open}",
        counted(played.steps.len(), "request"),
        ends.join(", "),
        counted(played.assertions(), "assertion"),
        played.passed()
    );
    let _ = write!(out, "\n{}", paint.bold(&sum));
    if played.ended.interrupted {
        let _ = write!(out, "   {}", paint.yellow("broken off"));
    }
    if played.ended.target_gone {
        let _ = write!(out, "   {}", paint.red("the target stopped taking connections"));
    }
    if played.ended.lost_login.is_some() {
        let _ = write!(out, "   {}", paint.red("the login is over"));
    }
    let _ = writeln!(out);
    let mut lines = played.steps.iter().flat_map(|step| &step.reproduce);
    if let Some(name) = lines.find_map(|line| secret_in(line)) {
        let hint = format!("the lines to try need the secret in the environment: export {name}=…");
        let _ = writeln!(out, "{}", paint.dim(&hint));
    }
    if !played.kept {
        show_cleaned(out, &played.cleaned, paint);
    }
}
