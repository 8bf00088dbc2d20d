//! What a profile says and no request shows: why.

use scim_profile::Profile;

/// Claims whose keys no check judges, each with the reason; a claim may have several.
pub fn unseen(profile: &Profile) -> Vec<(String, &'static str)> {
    let mut unseen = Vec::new();
    for statement in profile.statements() {
        if let Some(reason) = reason(&statement.key) {
            unseen.extend(statement.from.get_ref().claims.iter().map(|claim| (claim.clone(), reason)));
        }
    }
    unseen.dedup();
    unseen
}

/// Why what a key says does not show in requests.
fn reason(key: &str) -> Option<&'static str> {
    let begins = |word: &str| key.starts_with(word);
    if begins("mail ") {
        return Some("mails are not seen from outside");
    }
    if begins("opt-in ") || begins("advisory ") || begins("permission ") {
        return Some("what the product makes of it shows there, and not in SCIM");
    }
    if begins("follow-up ") || begins("limit ") || begins("accounts, fixed-in-pages") {
        return Some("it is done in the product's own pages");
    }
    None
}
