//! `okta`: what Okta does and asks, as commands.

mod runscope;

use super::grammar::{OktaCommand, OktaOptions};
use super::{Exit, Fault};

/// Does what the subcommand says.
pub(super) async fn okta(options: OktaOptions) -> Result<Exit, Fault> {
    match options.command {
        OktaCommand::Runscope(options) => runscope::runscope(*options).await,
    }
}
