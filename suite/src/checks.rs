//! The registry: everything that is checked, in the order of Okta's guide and of the RFC.

use crate::check::Item;

/// Every item, in the order of reports.
pub fn items() -> Vec<Item> {
    Vec::new()
}
