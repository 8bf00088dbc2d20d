//! Every item as a named test: against the built-in server, or against `SCIM_BASE_URL` with `SCIM_TOKEN`
//! (and `SCIM_LOGIN_PROBE`). One run decides all of them, so that this and `scimprove check` always agree.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use clap::Parser;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use scimprove::catalogue::Rules;
use scimprove::check::{Item, Outcome};
use scimprove::checks;
use scimprove::cli::grammar::{Arguments as CommandLine, CheckOptions};
use scimprove::report::Story;
use scimprove::runner::Finished;
use scimprove::runner::select::Selection;

fn main() {
    let arguments = Arguments::from_args();
    let wanted: Vec<Item> = items().into_iter().filter(|item| is_wanted(&arguments, &item.id())).collect();
    let ids: Vec<String> = wanted.iter().map(Item::id).collect();
    let results: Arc<OnceLock<Result<HashMap<String, Finished>, String>>> = Arc::default();
    let trials = items()
        .into_iter()
        .map(|item| {
            let (id, ids, results) = (item.id(), ids.clone(), results.clone());
            // The first test that really runs makes the run; listing never does.
            Trial::ignorable_test(id.clone(), move || verdict(&id, results.get_or_init(|| run(&ids))))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// What counts by default. Whoever wants the demands of others runs the program, with `--rulebook`.
fn items() -> Vec<Item> {
    Selection::default().select(&checks::items(), Rules::default()).expect("no patterns that could be wrong")
}

/// The same choice as the harness makes, so that a single test does not run them all.
fn is_wanted(arguments: &Arguments, id: &str) -> bool {
    let fits = |text: &String| if arguments.exact { id == text } else { id.contains(text.as_str()) };
    arguments.filter.as_ref().is_none_or(fits) && !arguments.skip.iter().any(fits)
}

fn run(ids: &[String]) -> Result<HashMap<String, Finished>, String> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    let story: Story = runtime.block_on(async {
        let mut options = CheckOptions { only: ids.to_vec(), ..CommandLine::parse_from(["scimprove"]).check };
        // The token comes from SCIM_TOKEN by itself.
        options.target.url = std::env::var("SCIM_BASE_URL").ok();
        options.target.login_probe = std::env::var("SCIM_LOGIN_PROBE").ok();
        scimprove::cli::check::story(&options).await.map_err(|fault| fault.to_string())
    })?;
    Ok(story.finished.into_iter().map(|finished| (finished.id.clone(), finished)).collect())
}

fn verdict(id: &str, results: &Result<HashMap<String, Finished>, String>) -> Result<Completion, Failed> {
    let finished = match results {
        Ok(results) => results.get(id).ok_or("the run did not decide this item")?,
        Err(reason) => return Err(reason.into()),
    };
    match finished.outcome {
        Outcome::Passed | Outcome::Noted | Outcome::Warned => Ok(Completion::Completed),
        Outcome::Unsupported | Outcome::Blocked | Outcome::Inconclusive => {
            let reason = finished.reason.as_deref().unwrap_or("the target does not announce it");
            Ok(Completion::ignored_with(format!("{}: {reason}", finished.outcome.name())))
        }
        Outcome::Failed | Outcome::Error => Err(told(finished).into()),
    }
}

/// The findings, as a failed test shows them.
fn told(finished: &Finished) -> String {
    let mut text = format!("{}\n", finished.title);
    for finding in &finished.findings {
        let difference = &finding.difference;
        text.push_str(&format!(
            "{} {}: expected {}, got {} {}\n",
            finding.rules.join(", "),
            finding.steps.join(", "),
            difference.expected,
            difference.got,
            difference.pointer
        ));
        finding.reproduce.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    scimprove::clean::xml(&text)
}
