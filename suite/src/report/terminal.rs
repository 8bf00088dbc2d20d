//! The report for people: the headline table, then the findings by cause, then what to do next.

use std::fmt::Write as _;

use super::claims::{self, Verdict};
use super::headline::{self, Kind};
use super::{Story, is_unclaimed_breach};
use crate::catalogue;
use crate::check::{Feature, Outcome};
use crate::clean;
use crate::runner::event::{Claim, Finding, Finished};
use crate::target::cleanup::Cleaned;

/// Whether to colour. The caller knows the terminal and NO_COLOR; this only writes what it is told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    Yes,
    /// Plain.
    No,
}

/// Findings that are shown whole; the rest is counted.
const SHOWN: usize = 40;

/// Columns that words fill. What is to be pasted stays in one piece.
const WIDTH: usize = 110;

/// The whole report.
pub fn render(story: &Story, colour: Colour) -> String {
    let paint = Paint(colour);
    let mut out = String::new();
    head(&mut out, story, paint);
    table(&mut out, story, paint);
    claimed(&mut out, story, paint);
    findings(&mut out, story, paint);
    undecided(&mut out, story, paint);
    tail(&mut out, story, paint);
    out
}

fn head(out: &mut String, story: &Story, paint: Paint) {
    let Some(started) = &story.started else { return };
    let plays = started.promise.as_ref().map(|promise| format!(" as {}", clean::line(&promise.title)));
    let target = match (started.embedded, plays) {
        (true, plays) => format!("the built-in reference server{}", plays.unwrap_or_default()),
        (false, plays) => format!("{}{}", clean::line(&started.target), plays.unwrap_or_default()),
    };
    let books: Vec<&str> = started.rulebooks.iter().map(|book| book.name()).collect();
    let _ = writeln!(out, "\n{} {target}   rulebooks: {}", paint.bold("scimprove"), books.join(", "));
    if started.insecure {
        let _ =
            writeln!(out, "{}", paint.yellow("--insecure: certificates were not checked; anyone could have answered"));
    }
    for choice in &story.choices {
        let about = clean::line(&choice.about);
        let words = match &choice.chosen {
            Some(chosen) => format!("made-up users have {about}: {}", clean::line(chosen)),
            None => format!("no made-up {about} was found that is taken; see --set and --mail-domain"),
        };
        let _ = writeln!(out, "{}", paint.yellow(&words));
        for line in wrapped(&format!("since the target said {}", clean::line(&choice.because)), WIDTH - 2) {
            let _ = writeln!(out, "  {}", paint.dim(&line));
        }
    }
    let _ = writeln!(out);
}

fn table(out: &mut String, story: &Story, paint: Paint) {
    for row in headline::rows(story) {
        let (mark, state) = match row.kind {
            Kind::Works => (paint.green("✔"), paint.green(&row.state)),
            Kind::RecordOnly => (paint.green("✔"), row.state.clone()),
            Kind::Broken => (paint.red("✘"), paint.red(&row.state)),
            Kind::Partly => (paint.yellow("…"), paint.yellow(&row.state)),
            Kind::NotOffered | Kind::NotTested => (paint.dim("–"), paint.dim(&row.state)),
        };
        let _ = writeln!(out, "  {mark} {:<20} {state}", row.feature.title());
    }
    let _ = writeln!(out);
}

/// What became of the claims of the profile, each in a line, and why nothing can be said.
fn claimed(out: &mut String, story: &Story, paint: Paint) {
    let rows = claims::rows(story);
    if rows.is_empty() {
        return;
    }
    let count = |verdict: Verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter(|verdict| count(*verdict) > 0)
        .map(|verdict| format!("{} {}", count(verdict), verdict.words()))
        .collect();
    let _ = writeln!(out, "{}  {}", paint.bold("CLAIMS"), counts.join(" · "));
    for row in rows {
        let (mark, state) = match row.verdict {
            Verdict::Proven => (paint.green("✔"), paint.green(&row.state)),
            Verdict::Broken => (paint.red("✘"), paint.red(&row.state)),
            Verdict::Noted | Verdict::Partly => (paint.yellow("…"), paint.yellow(&row.state)),
            Verdict::CannotBeShown | Verdict::NotExercised => (paint.dim("–"), paint.dim(&row.state)),
        };
        let words = wrapped(&clean::line(&row.words), WIDTH - 12);
        for (at, line) in words.iter().enumerate() {
            let (mark, id) = if at == 0 { (mark.as_str(), row.id.as_str()) } else { (" ", "") };
            let _ = writeln!(out, "  {mark} {id:<7} {line}");
        }
        let _ = writeln!(out, "            {state}");
        for line in row.reasons.iter().flat_map(|reason| wrapped(&clean::line(reason), WIDTH - 14)) {
            let _ = writeln!(out, "            {}", paint.dim(&line));
        }
    }
    let _ = writeln!(out);
}

/// What failed first, then what warns; each cause once, with the checks that show it too.
fn findings(out: &mut String, story: &Story, paint: Paint) {
    let mut shown = 0;
    let sections = [
        (Outcome::Error, true, "OUR OWN BUGS"),
        (Outcome::Failed, true, "FAILED"),
        (Outcome::Warned, true, "WARNED"),
        (Outcome::Failed, false, "BROKEN, NOT CLAIMED"),
    ];
    for (outcome, is_claimed, title) in sections {
        let causes = causes(story, outcome, is_claimed);
        let errors =
            story.finished.iter().filter(|finished| finished.outcome == Outcome::Error && outcome == Outcome::Error);
        let errors: Vec<&Finished> = errors.collect();
        if causes.is_empty() && errors.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}", paint.bold(title));
        if let Some(name) = secret_wanted(&causes) {
            let hint = format!("  the lines to try need the secret in the environment: export {name}=…");
            let _ = writeln!(out, "{}", paint.dim(&hint));
        }
        for finished in errors {
            let reason = clean::line(finished.reason.as_deref().unwrap_or("unknown"));
            let _ = writeln!(out, "\n  {} {}\n    {reason}", paint.red("✘"), finished.id);
        }
        for cause in causes {
            shown += 1;
            if shown > SHOWN {
                continue;
            }
            show(out, story, &cause, paint);
        }
        let _ = writeln!(out);
    }
    if shown > SHOWN {
        let _ = writeln!(out, "… and {} more; --json FILE has all of them\n", shown - SHOWN);
    }
}

/// The variable that pasted lines need.
fn secret_wanted(causes: &[Cause]) -> Option<&'static str> {
    causes.iter().flat_map(|cause| &cause.finding.reproduce).find_map(|line| secret_in(line))
}

pub(super) fn secret_in(line: &str) -> Option<&'static str> {
    ["SCIM_TOKEN", "SCIM_BASIC"].into_iter().find(|name| line.contains(&format!("${name}")))
}

/// One cause: the finding that shows it best, and every other check that shows it too.
struct Cause<'a> {
    finished: &'a Finished,
    finding: &'a Finding,
    rules: Vec<&'static str>,
    also: Vec<&'a str>,
}

/// An answer that shows an old state is a consequence of whatever was not done: it joins the cause, and makes none.
const CONSEQUENCE: &str = "RFC7644-3.1-04";

/// Findings have one cause if they break the same rule, or say the same of one check.
fn causes(story: &Story, outcome: Outcome, is_claimed: bool) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause> = Vec::new();
    let counts = |finished: &&Finished| is_unclaimed_breach(finished) != is_claimed;
    for finished in story.finished.iter().filter(counts) {
        for finding in finished.findings.iter().filter(|finding| finding.outcome == outcome) {
            let shares = |cause: &Cause| {
                let same_rule = finding.rules.iter().any(|rule| *rule != CONSEQUENCE && cause.rules.contains(rule));
                same_rule || cause.finished.id == finished.id && cause.finding.difference == finding.difference
            };
            match causes.iter_mut().find(|cause| shares(cause)) {
                Some(cause) => cause.take(finished, finding),
                None => causes.push(Cause { finished, finding, rules: finding.rules.clone(), also: Vec::new() }),
            }
        }
    }
    causes.sort_by_key(|cause| rank(cause.finished, cause.finding));
    causes
}

impl<'a> Cause<'a> {
    /// Adds a finding; it becomes the one that is shown if it matters more to a tenant.
    fn take(&mut self, finished: &'a Finished, finding: &'a Finding) {
        self.rules.extend(finding.rules.iter().filter(|rule| !self.rules.contains(rule)).copied().collect::<Vec<_>>());
        let mut other = finished.id.as_str();
        if rank(finished, finding) < rank(self.finished, self.finding) {
            other = self.finished.id.as_str();
            (self.finished, self.finding) = (finished, finding);
        }
        self.also.retain(|known| *known != self.finished.id);
        if other != self.finished.id && !self.also.contains(&other) {
            self.also.push(other);
        }
    }
}

/// What takes or leaves access comes first, then what else Okta demands, then the rest; of equals, the shorter script.
fn rank(finished: &Finished, finding: &Finding) -> (usize, usize, usize) {
    let feature = match finished.feature {
        Feature::Deactivate => 0,
        Feature::Protocol => 3,
        Feature::UpdateAttributes => 2,
        _ => 1,
    };
    let okta = usize::from(!finding.rules.iter().any(|rule| rule.starts_with("OKTA-")));
    (okta, feature, finding.reproduce.len())
}

fn show(out: &mut String, story: &Story, cause: &Cause, paint: Paint) {
    let Cause { finished, finding, also, .. } = cause;
    let failed = finding.outcome == Outcome::Failed;
    let mark = if failed { paint.red("✘") } else { paint.yellow("!") };
    let _ = writeln!(out, "\n  {mark} {}  {}", paint.bold(&finished.id), paint.dim(finished.feature.title()));
    for line in wrapped(&clean::line(&finished.title), WIDTH - 4) {
        let _ = writeln!(out, "    {line}");
    }
    let steps: Vec<&str> = finding.steps.iter().map(String::as_str).filter(|step| !step.is_empty()).collect();
    if !steps.is_empty() {
        labelled(out, "seen in", &clean::line(&steps.join(", ")));
    }
    let at = if finding.difference.pointer.is_empty() {
        String::new()
    } else {
        format!("  at {}", finding.difference.pointer)
    };
    let _ = writeln!(out, "    expected   {}", clean::line(&finding.difference.expected));
    let _ = writeln!(out, "    got        {}{}", clean::line(&finding.difference.got), clean::line(&at));
    for rule in finding.rules.iter().filter(|rule| **rule != CONSEQUENCE || finding.rules.len() == 1) {
        if let Some(rule) = catalogue::rule(rule) {
            let words = rule.words.replace('`', "");
            labelled(out, "rule", &format!("{} ({}): {}", rule.id, rule.level.name(), clean::line(&words)));
        } else if let Some(claim) = claim(story, rule) {
            labelled(out, "claim", &format!("{} ({}): {}", claim.id, claim.basis, clean::line(&claim.words)));
        }
    }
    labelled(out, "effect", finished.effect);
    for (at, line) in finding.reproduce.iter().enumerate() {
        let lead = if at == 0 { "try it" } else { "" };
        let _ = writeln!(out, "    {lead:<10} {}", clean::line(line));
    }
    if !also.is_empty() {
        let named = also.iter().take(4).copied().collect::<Vec<_>>().join(", ");
        let more = if also.len() > 4 { format!(" and {} more", also.len() - 4) } else { String::new() };
        labelled(out, "also in", &format!("{named}{more}"));
    }
}

fn claim<'a>(story: &'a Story, id: &str) -> Option<&'a Claim> {
    story.started.as_ref()?.promise.as_ref()?.claims.iter().find(|claim| claim.id == id)
}

/// A line of a finding; what is too long for it goes on below.
fn labelled(out: &mut String, label: &str, text: &str) {
    for (at, line) in wrapped(text, WIDTH - 15).iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        let _ = writeln!(out, "    {label:<10} {line}");
    }
}

/// The text in lines of at most so many characters; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.chars().count());
        match lines.last_mut() {
            Some(last) if line == 0 => last.push_str(word),
            Some(last) if line + 1 + word.chars().count() <= width => *last += &format!(" {word}"),
            _ => lines.push(word.into()),
        }
    }
    lines
}

fn undecided(out: &mut String, story: &Story, paint: Paint) {
    let undecided: Vec<&Finished> = story
        .finished
        .iter()
        .filter(|finished| matches!(finished.outcome, Outcome::Unsupported | Outcome::Blocked | Outcome::Inconclusive))
        .collect();
    if undecided.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", paint.bold("NOT DECIDED"));
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for finished in undecided {
        let by = finished.blocked_by.map(|by| format!(" (see {by})")).unwrap_or_default();
        let reason = finished.reason.as_deref().unwrap_or("the target does not announce it");
        let reason = format!("{}: {reason}{by}", finished.outcome.name());
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, ids)) => ids.push(&finished.id),
            None => reasons.push((reason, vec![&finished.id])),
        }
    }
    for (reason, ids) in reasons {
        let named = ids.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let more = if ids.len() > 3 { format!(" and {} more", ids.len() - 3) } else { String::new() };
        let _ = writeln!(
            out,
            "  {} {}\n    {}",
            paint.yellow("…"),
            clean::line(&reason),
            paint.dim(&format!("{named}{more}"))
        );
    }
    let _ = writeln!(out);
}

fn tail(out: &mut String, story: &Story, paint: Paint) {
    let counts: Vec<String> = [
        Outcome::Passed,
        Outcome::Failed,
        Outcome::Warned,
        Outcome::Noted,
        Outcome::Unsupported,
        Outcome::Blocked,
        Outcome::Inconclusive,
        Outcome::Error,
    ]
    .iter()
    .filter(|outcome| story.count(**outcome) > 0)
    .map(|outcome| format!("{} {}", story.count(*outcome), outcome.name()))
    .chain((story.count_unclaimed() > 0).then(|| format!("{} not claimed", story.count_unclaimed())))
    .collect();
    let _ = write!(out, "{}", paint.bold(&counts.join(" · ")));
    if let Some(ended) = &story.ended {
        let seconds = ended.milliseconds.max(1) as f64 / 1000.0;
        let checks = story.finished.len() as f64 / seconds;
        let exchanges = ended.exchanges as f64 / seconds;
        let _ = write!(
            out,
            "   {} exchanges in {seconds:.2} s ({checks:.0} checks/s, {exchanges:.0} exchanges/s)",
            ended.exchanges
        );
        if ended.interrupted {
            let _ = write!(out, "   {}", paint.yellow("broken off"));
        }
        if ended.target_gone {
            let _ = write!(out, "   {}", paint.red("the target stopped taking connections"));
        }
        if ended.lost_login.is_some() {
            let _ = write!(out, "   {}", paint.red("the login is over"));
        }
    }
    let _ = writeln!(out);
    if let Some(cleaned) = &story.cleaned {
        show_cleaned(out, cleaned, paint);
    }
}

/// What became of the things created.
pub(super) fn show_cleaned(out: &mut String, cleaned: &Cleaned, paint: Paint) {
    let counts = format!("cleaned up: {} removed, {} gone already", cleaned.removed, cleaned.gone);
    let _ = writeln!(out, "{}", paint.dim(&counts));
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for leftover in &cleaned.left {
        match reasons.iter_mut().find(|(reason, _)| *reason == leftover.reason) {
            Some((_, places)) => places.push(&leftover.place),
            None => reasons.push((&leftover.reason, vec![&leftover.place])),
        }
    }
    for (reason, places) in reasons {
        let named = places.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let more = if places.len() > 3 { format!(" and {} more", places.len() - 3) } else { String::new() };
        let text = format!("left behind: {}{more}: {}", clean::line(&named), clean::line(reason));
        let _ = writeln!(out, "{}", paint.yellow(&text));
    }
}

#[derive(Clone, Copy)]
pub(super) struct Paint(pub(super) Colour);

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        match self.0 {
            Colour::Yes => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Colour::No => text.into(),
        }
    }
    pub(super) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }
    pub(super) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }
    pub(super) fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }
    pub(super) fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }
    pub(super) fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }
}
