//! `profile`: what a product says that it supports, as a file; and how other commands come by one.

use std::io::Write;
use std::path::Path;

use scim_profile::{NAMES, Profile};

use super::grammar::{ProfileCommand, ProfileOptions};
use super::{Exit, Fault};

/// Most bytes of a file that is read: a profile is written by hand.
const LARGEST: u64 = 1024 * 1024;

/// Does what the subcommand says.
pub(super) fn profile(options: ProfileOptions) -> Result<Exit, Fault> {
    match options.command {
        ProfileCommand::Lint(options) => lint(&options.file),
    }
}

/// A published profile by its name, or one in a file that has nothing wrong with it.
pub(super) fn load(wanted: &str) -> Result<Profile, Fault> {
    if let Some(profile) = scim_profile::named(wanted) {
        return Ok(profile.clone());
    }
    let file = Path::new(wanted);
    if !file.exists() && file.extension().is_none() {
        return Err(Fault::usage(format!(
            "there is no profile {wanted:?}; there are {}, or a file of your own",
            NAMES.join(", ")
        )));
    }
    Profile::read(&read(file)?).map_err(|complaints| {
        let first = &complaints[0];
        let others = match complaints.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more: `scimprove profile lint {wanted}`)"),
        };
        Fault::usage(format!("--profile {wanted}:{first}{others}"))
    })
}

fn read(file: &Path) -> Result<String, Fault> {
    let fault = |error: std::io::Error| Fault::usage(format!("{}: {error}", file.display()));
    if std::fs::metadata(file).map_err(fault)?.len() > LARGEST {
        return Err(Fault::usage(format!("{}: a profile has at most {LARGEST} bytes", file.display())));
    }
    std::fs::read_to_string(file).map_err(fault)
}

/// Says where each thing is that is wrong, as compilers do.
fn lint(file: &Path) -> Result<Exit, Fault> {
    let (text, exit) = match Profile::read(&read(file)?) {
        Ok(profile) => {
            let count = profile.claims.len();
            (
                format!("{}: {} makes {count} claims, and nothing is wrong\n", file.display(), profile.title),
                Exit::Conforms,
            )
        }
        Err(complaints) => {
            let lines = complaints.iter().map(|complaint| format!("{}:{complaint}\n", file.display()));
            (lines.collect(), Exit::Failed)
        }
    };
    anstream::stdout().write_all(text.as_bytes()).map_err(Fault::bug)?;
    Ok(exit)
}
