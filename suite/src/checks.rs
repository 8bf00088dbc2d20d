//! The registry: everything that is checked. To add a check, write its static in the file of its area and put it into
//! that file's table; one that is left out is dead code, which does not compile.

mod activate;
mod create;
mod delete;
mod discovery;
mod filter;
mod group;
mod http;
mod import;
mod invariants;
mod password;
mod reads;
mod transitions;
mod update;
mod writes;

use serde_json::Value;

use crate::check::{Check, Family, Item, Judgement};
use crate::expect::{broken, is_unassigned, quoted};
use crate::target::Exchange;

/// Every item, in the order of reports: Okta's features, then the protocol below them.
pub fn items() -> Vec<Item> {
    let areas: [(&[&'static Check], &[&'static Family]); 10] = [
        (create::CHECKS, create::FAMILIES),
        (update::CHECKS, update::FAMILIES),
        (activate::CHECKS, activate::FAMILIES),
        (import::CHECKS, &[]),
        (group::CHECKS, group::FAMILIES),
        (password::CHECKS, password::FAMILIES),
        (delete::CHECKS, &[]),
        (discovery::CHECKS, &[]),
        (http::CHECKS, http::FAMILIES),
        (filter::CHECKS, &[]),
    ];
    let mut items = Vec::new();
    for (checks, families) in areas {
        items.extend(checks.iter().map(|check| Item::Check(check)));
        for family in families {
            items.extend(family.writes.iter().map(|form| Item::Form(family, form)));
        }
    }
    items.extend(invariants::INVARIANTS.iter().map(|invariant| Item::Invariant(invariant)));
    items.extend(transitions::TRANSITIONS.iter().map(|transition| Item::Transition(transition)));
    items
}

/// Whether an answer shows the same resource as a reading right after it: every attribute that both show is equal.
fn same_after_read(answer: &Exchange, read: &Exchange) -> Judgement {
    let (Some(Value::Object(answered)), Some(Value::Object(seen))) = (answer.subject(), read.subject()) else {
        return Judgement::Holds;
    };
    for (name, value) in answered {
        let again = seen.get(name);
        if again != Some(value) && !(is_unassigned(value) && again.is_none_or(is_unassigned)) {
            let pointer = format!("{}/{name}", answer.focus);
            return broken(
                format!("{name} as a reading by id shows it, {}", quoted(again)),
                quoted(Some(value)),
                pointer,
            );
        }
    }
    Judgement::Holds
}
