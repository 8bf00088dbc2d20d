//! `cleanup LEDGER`: removes what a run left behind.

use super::grammar::CleanupOptions;
use super::target::reach;
use super::{Exit, Fault};
use crate::clean;
use crate::target::cleanup::cleanup as clean_up;
use crate::target::guard::Key;
use crate::target::ledger::Ledger;

/// Cleans up. Exit 1 if anything is left, with a list.
pub(super) async fn cleanup(options: CleanupOptions) -> Result<Exit, Fault> {
    let (head, ledger) = Ledger::open(&options.ledger).map_err(Fault::usage)?;
    let url = options.target.url.clone().unwrap_or_else(|| head.base.clone());
    let reached = reach(&options.target, &url)?;
    if reached.base != head.base {
        let message = format!("the ledger is of a run against {}, not {}; give that URL", head.base, reached.base);
        return Err(Fault::usage(message));
    }
    let key =
        Key::new(&head.key).ok_or_else(|| Fault::usage("the ledger's key is none of ours; was the file edited?"))?;
    reached.log_in().await?;
    let mut target = options.target.clone();
    // The run wrote down whom it was allowed to change: that user is put back.
    target.fixture_user = ledger.fixture().map(|(id, _)| id).or(target.fixture_user);
    let client = reached.with_ledger(&target, key, ledger, "");
    let cleaned = clean_up(&client).await;
    println!("{} removed, {} gone already, {} left", cleaned.removed, cleaned.gone, cleaned.left.len());
    for leftover in &cleaned.left {
        println!("  {}: {}", clean::line(&leftover.place), clean::line(&leftover.reason));
    }
    if !cleaned.left.is_empty() {
        return Ok(Exit::Failed);
    }
    client.ledger.close().map_err(Fault::usage)?;
    Ok(Exit::Conforms)
}
