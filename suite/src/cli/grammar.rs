//! The grammar of the command line, with its help texts.

mod guide;
mod init;
mod oauth;
mod okta;
mod profile;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::catalogue::Rulebook;
use crate::check::Feature;
use crate::runner::fit::MADE_UP_DOMAIN;
use crate::scim::additions::Addition;

pub use guide::{GuideFormat, GuideOptions};
pub use init::InitOptions;
pub use oauth::{OAuthOptions, ShownBy};
pub use okta::{OktaCommand, OktaOptions, RunscopeOptions};
pub use profile::{LintOptions, ProfileCommand, ProfileOptions};

/// Proves that a SCIM 2.0 service provider will work with Okta.
///
/// Without a command it checks; without --url it checks the built-in reference server.
#[derive(Debug, Parser)]
#[command(name = "scimprove", version, max_term_width = 110, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `check`, which is the default.
    #[command(flatten)]
    pub check: CheckOptions,
}

const EXAMPLES: &str = "\
Examples:
  scimprove                                        prove the built-in server
  scimprove --url https://app.example.com/scim/v2 --token-env SCIM_TOKEN
  scimprove --url https://app.example.com/scim/v2 --oauth-client-credentials \\
    --oauth-token-url https://app.example.com/token --oauth-client-id okta --oauth-client-secret-env S
  scimprove check --feature deactivate --json report.json
  scimprove serve --port 8080 --token secret --defect error.plain-text
  scimprove okta runscope Okta-SCIM-20-SPEC-Test.json
  scimprove init --url https://app.example.com/scim/v2 --output acme.toml
  scimprove guide --profile reftab --output guide.html
  scimprove explain OKTA-USR-036
  scimprove cleanup scimprove-ledger-k3x9.jsonl --token-env SCIM_TOKEN

Exit codes:
   0  it conforms; warnings are allowed
   1  something failed
   2  the command line can't be used
   3  the target is unreachable, is no SCIM service, or refuses the credentials
   4  nothing was selected, or nothing could be decided
  70  a bug of scimprove";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run checks against a target (the default)
    Check(Box<CheckOptions>),
    /// Run the reference server
    Serve(Box<ServeOptions>),
    /// What Okta does and asks: its published tests
    Okta(OktaOptions),
    /// Draft a first profile from what a server shows
    Init(Box<InitOptions>),
    /// What a product says that it supports, as a file: its mistakes
    Profile(ProfileOptions),
    /// Write the configuration guide of a product
    Guide(GuideOptions),
    /// List checks, rules, defects, variants or profiles
    List(ListOptions),
    /// Explain a check, a rule, a defect or a variant
    Explain(ExplainOptions),
    /// Remove what a run left behind, by its ledger
    Cleanup(Box<CleanupOptions>),
}

/// `check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  scimprove check --url https://app.example.com/scim/v2 --token-file token.txt
  scimprove check --only 'deactivate*' --only group --url http://localhost/scim
  scimprove check --url … --token-command 'vault read -field=token secret/scim'
  scimprove check --url … --oauth-code --oauth-authorize-url https://app.example.com/authorize \\
    --oauth-token-url https://app.example.com/token --oauth-client-id okta --oauth-client-secret-env S
  scimprove check --url … --login-probe http://localhost/login --junit scim.xml
  scimprove check --url … --set userType=Employee --set emails:='[{\"value\":\"it@example.org\"}]'
  scimprove check --url … --only property --properties 100 --seed 7")]
pub struct CheckOptions {
    /// The target.
    #[command(flatten)]
    pub target: TargetOptions,
    /// The bearer token of another organisation (tenant) at the same URL: nothing of the run may be seen or changed by it
    #[arg(long, value_name = "TOKEN", env = "SCIM_SECOND_TOKEN", hide_env_values = true, help_heading = "Target")]
    pub second_token: Option<String>,
    /// The bearer token of somebody who may read and not write, at the same URL
    #[arg(long, value_name = "TOKEN", env = "SCIM_LOW_TOKEN", hide_env_values = true, help_heading = "Target")]
    pub low_token: Option<String>,
    /// Hold the target to what a product says of itself: one of `scimprove list profiles`, or a file. The built-in server
    /// plays that product
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Run only checks whose id matches; a word takes its whole family (repeatable)
    #[arg(long, value_name = "GLOB", help_heading = "Selection")]
    pub only: Vec<String>,
    /// Leave out checks whose id matches (repeatable)
    #[arg(long, value_name = "GLOB", help_heading = "Selection")]
    pub skip: Vec<String>,
    /// Run only checks of this row of the headline table (repeatable)
    #[arg(long, value_name = "FEATURE", value_parser = feature, help_heading = "Selection")]
    pub feature: Vec<Feature>,
    /// Whose rules count
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = rulebook, default_value = "rfc,okta", help_heading = "Selection")]
    pub rulebook: Vec<Rulebook>,
    /// A warning counts like a failure
    #[arg(long, help_heading = "Selection")]
    pub strict: bool,
    /// Write the JSON report to FILE (- for standard output)
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub json: Option<PathBuf>,
    /// Write the JUnit report to FILE (- for standard output)
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub junit: Option<PathBuf>,
    /// After the checks, try every property with N cases: relations that hold whatever the data, like "not (not (f))
    /// finds whom f finds", tried with users, filters and changes drawn from the target's own /Schemas. What does not
    /// hold is made as small as possible and told like a finding of a check. 0 tries none
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100_000), help_heading = "Properties")]
    pub properties: u32,
    /// What the cases of --properties are drawn from; a random seed is printed
    #[arg(long, value_name = "N", help_heading = "Properties")]
    pub seed: Option<u64>,
    /// Give every made-up user this attribute, where a check does not write it itself; NAME:=JSON for what is no text
    /// (repeatable)
    #[arg(long, value_name = "NAME=TEXT", help_heading = "Behaviour")]
    pub set: Vec<Addition>,
    /// Leave what was created, and print the line that cleans it up
    #[arg(long, help_heading = "Behaviour")]
    pub keep: bool,
    /// Where nothing can be deleted: leave deactivated users and emptied groups behind
    #[arg(long, help_heading = "Behaviour")]
    pub allow_leftovers: bool,
    /// Leave out the checks that send several requests at the same time; so does --rps
    #[arg(long, help_heading = "Behaviour")]
    pub no_concurrency: bool,
}

/// The target is the same group of options everywhere.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Target")]
pub struct TargetOptions {
    /// The SCIM base URL [default: the built-in reference server; for `cleanup` that of the ledger]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The bearer token (visible to other users of this machine: prefer --token-env or --token-file)
    #[arg(long, value_name = "TOKEN", group = "credentials")]
    pub token: Option<String>,
    /// The environment variable that holds the bearer token [default: SCIM_TOKEN, where it is set]
    #[arg(long, value_name = "NAME", group = "credentials")]
    pub token_env: Option<String>,
    /// The file that holds the bearer token
    #[arg(long, value_name = "FILE", group = "credentials")]
    pub token_file: Option<PathBuf>,
    /// The command that prints the bearer token; run again when the token is refused
    #[arg(long, value_name = "COMMAND", group = "credentials")]
    pub token_command: Option<String>,
    /// HTTP Basic credentials
    #[arg(long, value_name = "USER:PASSWORD", group = "credentials")]
    pub basic: Option<String>,
    /// Logging in at an authorization server.
    #[command(flatten)]
    pub oauth: OAuthOptions,
    /// Trust the PEM certificates in FILE besides those of the machine
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Accept any certificate; every report says so
    #[arg(long)]
    pub insecure: bool,
    /// Try logins: POST userName and password as JSON to a URL (200 lets in, 401 refuses), or give them to a command's
    /// standard input (exit 0 lets in, 1 refuses). If a URL answers with an access_token, it is also tried what people may
    /// do with their own login
    #[arg(long, value_name = "URL|COMMAND")]
    pub login_probe: Option<String>,
    /// Where the application behind SCIM shows as JSON what an administrator sees and does there (docs/application.md):
    /// with --profile, claims about switches, roles, mail and the like are tried there, in an organisation for tests
    #[arg(long, value_name = "URL", requires = "application_key_env")]
    pub application: Option<String>,
    /// The environment variable that holds the application's key
    #[arg(long, value_name = "NAME")]
    pub application_key_env: Option<String>,
    /// The key of the built-in server's application.
    #[arg(skip)]
    pub application_key: Option<String>,
    /// A user who exists already: read, never deleted
    #[arg(long, value_name = "ID")]
    pub fixture_user: Option<String>,
    /// The --fixture-user is the last owner of an organisation for tests: to deactivate them is tried, must be refused, and
    /// is undone if it is not
    #[arg(long, requires = "fixture_user")]
    pub last_owner: bool,
    /// How long lists and filters may lag behind a change
    #[arg(long, value_name = "SECONDS", default_value = "2", allow_negative_numbers = true, value_parser = seconds)]
    pub settle: Duration,
    /// At most this many requests a second
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = rate)]
    pub rps: Option<f64>,
    /// Checks at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: u8,
    /// How long one request may take
    #[arg(long, value_name = "SECONDS", default_value = "30", allow_negative_numbers = true, value_parser = seconds)]
    pub timeout: Duration,
    /// The domain of made-up mail addresses
    #[arg(long, value_name = "DOMAIN", default_value = MADE_UP_DOMAIN)]
    pub mail_domain: String,
}

/// `serve`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  scimprove serve                           prints its port and a random token
  scimprove serve --port 8080 --token secret
  scimprove serve --defect deactivate.not-applied --defect error.plain-text
  scimprove serve --variant patch.no-content --variant id.number
  scimprove serve --profile mdscripts
  scimprove serve --profile rxnt --client-id acme --client-secret secret
  scimprove serve --profile rubiconmd --administrator ada:lovelace
  scimprove serve --users 10000
  scimprove serve --second-token other --low-token looker --account ada:lovelace
  scimprove serve --users 100000000 --synthetic
  scimprove serve --tls --tls-cert-out cert.pem      clients trust it with --ca cert.pem
  scimprove serve --tls-cert cert.pem --tls-key key.pem
  scimprove serve --log --log-format json 2>access.jsonl

Users log in at http://127.0.0.1:PORT/login:
POST userName and password as JSON; 200 lets in, 401 refuses.
A product that is played has its application under /app; docs/application.md says what is there.

Where the product has OAuth, what its administrator copies is printed: where tokens are given
out (OAuth), client and secret, and where somebody consents (asks), signed in as whom (admin).")]
pub struct ServeOptions {
    /// The port on 127.0.0.1; 0 for a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// The bearer token that clients must send; random if not given
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Whose demands the server follows where they differ
    #[arg(long, value_enum, default_value_t = Mode::Okta)]
    pub mode: Mode,
    /// Play a product: one of `scimprove list profiles`, or a file; in mode okta, with its rules
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "mode")]
    pub profile: Option<String>,
    /// Be wrong in this way; see `scimprove list defects` (repeatable)
    #[arg(long, value_name = "NAME")]
    pub defect: Vec<String>,
    /// Differ in this legal way; see `scimprove list variants` (repeatable)
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// The key of the application behind, which is served as JSON under /app; random if not given
    #[arg(long, value_name = "KEY", requires = "profile", help_heading = "The product")]
    pub console_key: Option<String>,
    /// Let the application put the server's clock forward: POST /app/clock with {"seconds": N}
    #[arg(long, requires = "profile", help_heading = "The product")]
    pub forward_clock: bool,
    /// A bearer token that may read and not write
    #[arg(long, value_name = "TOKEN", help_heading = "Others")]
    pub low_token: Option<String>,
    /// A bearer token of another organisation under the same address; it sees nothing of the first
    #[arg(long, value_name = "TOKEN", help_heading = "Others")]
    pub second_token: Option<String>,
    /// Another organisation, under /tenants/NAME/scim/v2, and its bearer token (repeatable)
    #[arg(long, value_name = "NAME=TOKEN", value_parser = tenant, help_heading = "Others")]
    pub tenant: Vec<(String, String)>,
    /// An account that was there before any client came: no client knows it (repeatable)
    #[arg(long, value_name = "NAME[:PASSWORD]", value_parser = account, help_heading = "Others")]
    pub account: Vec<(String, Option<String>)>,
    /// The same for an account that owns the organisation: the last one can neither be deactivated nor deleted (repeatable)
    #[arg(long, value_name = "NAME[:PASSWORD]", value_parser = account, help_heading = "Others")]
    pub owner: Vec<(String, Option<String>)>,
    /// The id of the product's OAuth client, where it has one; random if not given
    #[arg(long, value_name = "ID", requires = "profile", help_heading = "Product")]
    pub client_id: Option<String>,
    /// The secret of that client; random if not given
    #[arg(long, value_name = "SECRET", requires = "profile", help_heading = "Product")]
    pub client_secret: Option<String>,
    /// The account that signs in at the product's authorization endpoint and consents, where it has one
    #[arg(long, value_name = "NAME:PASSWORD", value_parser = administrator, requires = "profile", help_heading = "Product")]
    pub administrator: Option<(String, String)>,
    /// An address that codes may be sent to, letter by letter, besides those of the product (repeatable)
    #[arg(long, value_name = "URI", requires = "profile", help_heading = "Product")]
    pub redirect_uri: Vec<String>,
    /// Begin with N made-up users, and a group for each twenty of them; the same ones each time
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000_000_000))]
    pub users: u32,
    /// Compute these users when they are asked for. Only what is changed takes memory, so that a hundred million fit into a
    /// few megabytes. Lists that would have to look at more than two million of them are refused (tooMany)
    #[arg(long, requires = "users")]
    pub synthetic: bool,
    /// Serve HTTPS with a certificate for this machine that is made for this run
    #[arg(long, help_heading = "Connections")]
    pub tls: bool,
    /// Write that certificate to FILE as PEM, so that clients can trust it
    #[arg(long, value_name = "FILE", requires = "tls", help_heading = "Connections")]
    pub tls_cert_out: Option<PathBuf>,
    /// Serve HTTPS with the certificate in FILE, PEM, followed by those that vouch for it
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls", help_heading = "Connections")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert", conflicts_with = "tls", help_heading = "Connections")]
    pub tls_key: Option<PathBuf>,
    /// Write a line for each request to standard error: never a token, nor what a query asks for
    #[arg(long, help_heading = "Connections")]
    pub log: bool,
    /// How lines of the log are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, requires = "log", help_heading = "Connections")]
    pub log_format: Format,
}

/// Ways to write a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Words with spaces between them
    Text,
    /// A JSON object a line
    Json,
}

/// The presets of the reference server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// The RFCs in their narrowest reading: what they do not define is refused
    Strict,
    /// The RFCs as most understand them
    Rfc,
    /// What Okta needs
    #[default]
    Okta,
    /// What Entra sends without its compliance flag, and what its validator asks for
    Entra,
}

/// `list`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  scimprove list checks
  scimprove list rules --json
  scimprove list rules --unchecked --rulebook rfc
  scimprove list defects
  scimprove list variants
  scimprove list profiles")]
pub struct ListOptions {
    /// What to list
    #[arg(value_enum)]
    pub what: Listed,
    /// Of the rules, those that no check decides, each with the reason
    #[arg(long)]
    pub unchecked: bool,
    /// Of the rules, those of these rulebooks
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = rulebook)]
    pub rulebook: Vec<Rulebook>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// Everything that is checked
    Checks,
    /// The rules that checks can cite, and which do
    Rules,
    /// The ways in which the reference server can be wrong
    Defects,
    /// The ways in which it can differ and still be right
    Variants,
    /// The published systems that it can play
    Profiles,
}

/// `explain`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  scimprove explain deactivate.put
  scimprove explain OKTA-USR-036
  scimprove explain patch.pathless-ignored")]
pub struct ExplainOptions {
    /// The id of a check, a rule, a defect or a variant
    #[arg(value_name = "ID")]
    pub id: String,
}

/// `cleanup`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  scimprove cleanup scimprove-ledger-k3x9.jsonl --token-env SCIM_TOKEN

The target is that of the run. Only what still shows the run's key is removed.
Exit code 1 if anything is left, with a list.")]
pub struct CleanupOptions {
    /// The ledger of the run: scimprove-ledger-….jsonl
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,
    /// The target.
    #[command(flatten)]
    pub target: TargetOptions,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it must be a number of seconds, like 2 or 0.5".to_string())?;
    if (0.0..=3600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("it must be between 0 and 3600 seconds".into())
    }
}

fn tenant(text: &str) -> Result<(String, String), String> {
    let (name, token) = text.split_once('=').ok_or("it must be a name and a token, like acme=secret")?;
    let is_fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(is_fit) {
        return Err("the name stands in an address: lower-case letters, digits and hyphens".into());
    }
    if token.is_empty() {
        return Err("the token must not be empty".into());
    }
    Ok((name.to_string(), token.to_string()))
}

fn account(text: &str) -> Result<(String, Option<String>), String> {
    let (name, password) = match text.split_once(':') {
        Some((name, password)) => (name, Some(password.to_string())),
        None => (text, None),
    };
    if name.is_empty() { Err("it needs a name".into()) } else { Ok((name.to_string(), password)) }
}

fn administrator(text: &str) -> Result<(String, String), String> {
    match account(text)? {
        (name, Some(password)) if !password.is_empty() => Ok((name, password)),
        _ => Err("it needs a password, as in ada:lovelace".into()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "it must be a number of requests a second, like 5".to_string())?;
    if rate > 0.0 && rate.is_finite() { Ok(rate.clamp(0.01, 1e6)) } else { Err("it must be more than 0".into()) }
}

fn feature(text: &str) -> Result<Feature, String> {
    let names: Vec<String> = Feature::ALL.iter().map(|feature| feature.name()).collect();
    let at = names.iter().position(|name| name == text);
    at.map(|at| Feature::ALL[at]).ok_or_else(|| format!("it must be one of {}", names.join(", ")))
}

fn rulebook(text: &str) -> Result<Rulebook, String> {
    Rulebook::ALL
        .into_iter()
        .find(|book| book.name() == text)
        .ok_or_else(|| "it must be rfc, okta, entra or others, or several with commas".into())
}
