//! How a connection is paused, renewed and ended.

use scim_profile::{ClosedBy, Profile, Scheme};

use super::document::{Section, code, line, points, text};
use super::scheme_for;

pub(super) fn section(profile: &Profile) -> Section {
    let authentication = &profile.authentication;
    let here = || text(&profile.title);
    let has_secret = scheme_for(profile, &[Scheme::ClientCredentials]).is_some();
    let is_true = |said: &Option<scim_profile::Said<bool>>| said.as_ref().is_some_and(|it| *it.get());
    let mut lines = Vec::new();
    if has_secret && profile.gates.iter().any(|gate| gate.closed_by == ClosedBy::Switch) {
        lines.push(line("*Pause.* While provisioning is switched off in {}, accounts stay as they are, and changes do not arrive. Switched on again, it goes on with the same credentials.", [here()]));
    }
    if let Some(ends_tokens) = &authentication.secret_ends_tokens {
        let over = if *ends_tokens.get() {
            line("The old one is over at once, and so are the tokens that it gave", [])
        } else {
            line("The old one is over at once; tokens that it gave run out", [])
        };
        let words = "*Renew the secret.* Make a new client secret in {}. {}: enter the new one at the identity provider without delay.";
        lines.push(line(words, [here(), over]));
    }
    if is_true(&authentication.can_be_deleted) {
        lines.push(line("*End it.* Delete the configuration in {}. This cannot be undone: client ID, secret and tokens open nothing any more, and accounts stay. Whoever wants to provision again begins anew, with new credentials.", [here()]));
    }
    if let Some(seconds) = &authentication.token_seconds {
        let minutes = match seconds.get() {
            seconds if seconds % 60 == 0 => format!("{} minutes", seconds / 60),
            seconds => format!("{seconds} seconds"),
        };
        let words = "*Access tokens* are good for {}. The identity provider fetches new ones by itself.";
        lines.push(line(words, [text(minutes)]));
    }
    if let Some(days) = &authentication.idle_days {
        lines.push(line("*Use it.* After {} days without a request the authentication is over, and an administrator authenticates again.", [text(days.get().to_string())]));
    }
    if is_true(&authentication.refresh) && authentication.idle_days.is_none() {
        lines.push(line("An authentication renews itself with a {}.", [code("refresh_token")]));
    }
    Section::new("upkeep", text("Pause, renew, end"), points(lines).into_iter().collect())
}
