//! `init`.

use std::path::PathBuf;

use clap::Args;

use super::TargetOptions;

/// `init`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  scimprove init --url https://app.example.com/scim/v2 --name acme --output acme.toml
  scimprove profile lint acme.toml
  scimprove serve --profile acme.toml

It only reads: /ServiceProviderConfig, /ResourceTypes and /Schemas. Nothing that it drafts stands in
anybody's documents yet, so that all of it is \"chosen\"; each TODO asks a question that discovery
leaves open.")]
pub struct InitOptions {
    /// The target.
    #[command(flatten)]
    pub target: TargetOptions,
    /// The product's word for command lines
    #[arg(long, value_name = "WORD", default_value = "draft", value_parser = word)]
    pub name: String,
    /// Write the profile to FILE, which must not be there yet (- for standard output, which is the default)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

fn word(text: &str) -> Result<String, String> {
    let is_fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_fit) {
        Ok(text.to_owned())
    } else {
        Err("it must be lower-case letters, digits and hyphens, a letter first".into())
    }
}
