//! `init`: drafts a first profile from what a server shows of itself.

use std::path::Path;

use scim_profile::Profile;

use super::check::{embedded_options, knock, may_write, write};
use super::embedded::{self, Behaviour};
use super::grammar::{InitOptions, TargetOptions};
use super::target::{Reached, random_word, reach};
use super::{Exit, Fault};
use crate::draft::{Discovery, draft};
use crate::probe;

/// Reads the discovery of the target, and writes the draft.
pub(super) async fn init(options: InitOptions) -> Result<Exit, Fault> {
    let out = options.output.clone().unwrap_or_else(|| "-".into());
    if out != Path::new("-") && out.exists() {
        return Err(Fault::usage(format!("{} is there already; a draft does not take its place", out.display())));
    }
    may_write(&out)?;
    let text = match &options.target.url {
        Some(url) => drafted(reach(&options.target, url)?, &options.target, &options.name).await?,
        None => {
            let server = embedded::start(0, random_word()?, &Behaviour::default()).await?;
            let target = embedded_options(&options.target, &server);
            drafted(reach(&target, &server.base)?, &target, &options.name).await?
        }
    };
    write(&Some(out), || text)?;
    Ok(Exit::Conforms)
}

async fn drafted(reached: Reached, target: &TargetOptions, name: &str) -> Result<String, Fault> {
    let (base, credentials) = (reached.base.clone(), reached.credentials.clone());
    let is_tls = base.starts_with("https:");
    let client = reached.client(target, None, "none")?;
    knock(&client, &base, &credentials).await?;
    let facts = probe::discover(&client, !credentials.is_anonymous(), is_tls, None).await;
    let discovery = Discovery::of(&facts);
    if discovery.is_empty() {
        return Err(Fault {
            exit: Exit::Nothing,
            message: format!(
                "{base} shows none of /ServiceProviderConfig, /ResourceTypes and /Schemas, from which a profile is drafted"
            ),
        });
    }
    let text = draft(&discovery, name);
    // Whatever a target shows, what is written can be read.
    match Profile::read(&text) {
        Ok(_) => Ok(text),
        Err(complaints) => Err(Fault::bug(format!("the draft has a mistake: {}", complaints[0]))),
    }
}
