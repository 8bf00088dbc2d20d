//! The table of relations.

mod filter;
mod group;
mod read;
mod write;

use std::future::Future;
use std::pin::Pin;

use super::run::{Outline, Search};

/// A relation between answers that holds for every conforming server and all data.
pub struct Relation {
    /// `property.area.relation`: chosen, never changed, never reused.
    pub id: &'static str,
    /// A sentence that is true of a conforming server.
    pub title: &'static str,
    /// What a client feels when it is not.
    pub effect: &'static str,
    /// The rules that it follows from.
    pub rules: &'static [&'static str],
    /// Whether what it reads may lag behind (lists and filters), within the user's `--settle`.
    pub(super) may_lag: bool,
    /// Draws cases and tries them.
    pub(super) search: for<'a> fn(&'a mut Search<'_>) -> Searched<'a>,
}

pub(super) type Searched<'a> = Pin<Box<dyn Future<Output = Outline> + 'a>>;

/// Every relation: reading, filtering, writing, membership.
pub fn relations() -> Vec<&'static Relation> {
    [read::RELATIONS, filter::RELATIONS, write::RELATIONS, group::RELATIONS].into_iter().flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::catalogue;

    #[test]
    fn ids_are_unique_and_rules_are_known_and_one_of_them_binds() {
        let mut ids = HashSet::new();
        for relation in relations() {
            assert!(relation.id.starts_with("property.") && ids.insert(relation.id), "{}", relation.id);
            let levels: Vec<_> = relation.rules.iter().map(|id| catalogue::rule(id).expect(id).level).collect();
            assert!(levels.iter().any(|level| *level != catalogue::Level::May), "{}", relation.id);
        }
    }
}
