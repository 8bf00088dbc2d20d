//! `guide`: the page that a product's administrators read, from its profile, stamped by a run.

use std::path::Path;

use super::grammar::{GuideFormat, GuideOptions};
use super::{Exit, Fault, check, profile};
use crate::guide::evidence::Evidence;
use crate::guide::{document, html, markdown};

/// Writes the guide, unless the run has disproved what it would say.
pub(super) fn guide(options: &GuideOptions) -> Result<Exit, Fault> {
    let profile = profile::load(&options.profile)?;
    let evidence = options.report.as_deref().map(read).transpose()?;
    if let Some(other) = evidence.as_ref().and_then(|evidence| evidence.about_another(&profile)) {
        return Err(Fault::usage(format!(
            "the report is of a run that held its target to {other}, and this guide is of {}",
            profile.name
        )));
    }
    let disproved = evidence.as_ref().map(|evidence| evidence.disproved(&profile)).unwrap_or_default();
    if let (Some(evidence), [_, ..]) = (&evidence, disproved.as_slice()) {
        return Err(Fault {
            exit: Exit::Failed,
            message: format!(
                "no guide is written: the run of {} against {} disproves what {} claims: {}",
                evidence.day(),
                evidence.target(),
                profile.title,
                disproved.join("; ")
            ),
        });
    }
    let page = document(&profile, evidence.as_ref());
    let out = options.output.clone().unwrap_or_else(|| "-".into());
    let text = match options.format.unwrap_or_else(|| format_of(&out)) {
        GuideFormat::Markdown => markdown::render(&page),
        GuideFormat::Html => html::render(&page).map_err(Fault::bug)?,
    };
    check::write(&Some(out), || text)?;
    Ok(Exit::Conforms)
}

fn read(file: &Path) -> Result<Evidence, Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::usage(format!("--report {}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| fault(&error))?;
    Evidence::read(&text).map_err(|error| fault(&error))
}

fn format_of(file: &Path) -> GuideFormat {
    let ending = file.extension().map(|ending| ending.to_ascii_lowercase());
    match ending.as_deref().and_then(|ending| ending.to_str()) {
        Some("html" | "htm") => GuideFormat::Html,
        _ => GuideFormat::Markdown,
    }
}
