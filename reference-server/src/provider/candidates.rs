//! Which resources a list has to look at: those an index offers, or all.

use super::Provider;
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::{Operand, Operator, Predicate};
use crate::scim::fold::fold;
use crate::scim::schema::{ResourceKind, Target};
use crate::store::{KeyKind, Store};

impl Provider {
    /// The slots that may satisfy a filter, in order; the filter itself still decides about them.
    pub(super) fn looked_at(
        &self,
        store: &Store,
        kind: ResourceKind,
        filter: Option<&Predicate>,
    ) -> Result<Vec<usize>, ScimError> {
        let offered = filter.and_then(|filter| candidates(store, kind, filter));
        let number = offered.as_ref().map_or_else(|| store.len(kind), Vec::len);
        if number > self.limits.scan {
            let detail = format!(
                "{number} resources would have to be looked at, and the limit is {}; ask for one userName, externalId, \
                 e-mail address, displayName or member with eq, or for pages without filter and order",
                self.limits.scan
            );
            return Err(ScimError::bad(ScimType::TooMany, detail));
        }
        Ok(offered.unwrap_or_else(|| store.slots_from(kind, 0).collect()))
    }
}

/// The slots that the indexes offer for a filter, as few as can be said; `None` where they know nothing of it.
fn candidates(store: &Store, kind: ResourceKind, filter: &Predicate) -> Option<Vec<usize>> {
    offered(store, kind, None, filter)
}

/// The same within the brackets behind an attribute.
fn offered(store: &Store, kind: ResourceKind, within: Option<&Target>, filter: &Predicate) -> Option<Vec<usize>> {
    let of = |filter: &Predicate| offered(store, kind, within, filter);
    match filter {
        Predicate::Constant(false) => Some(Vec::new()),
        Predicate::And(terms) => terms.iter().filter_map(of).min_by_key(Vec::len),
        Predicate::Or(terms) => {
            let mut slots = terms.iter().map(of).collect::<Option<Vec<_>>>()?.concat();
            slots.sort_unstable();
            slots.dedup();
            Some(slots)
        }
        Predicate::Element(target, inner) => offered(store, kind, Some(target), inner),
        Predicate::Compare(leaf, Operator::Eq, Operand::Text(text)) => {
            let target = within.map_or(leaf.target, |target| Target { sub: Some(leaf.attribute), ..*target });
            by_key(store, kind, &target, text)
        }
        _ => None,
    }
}

fn by_key(store: &Store, kind: ResourceKind, target: &Target, text: &str) -> Option<Vec<usize>> {
    if target.extension.is_some() {
        return None;
    }
    // An index folds by the widest rule, whatever the filter compares by.
    let folded = fold(text);
    let key = match (target.attribute.name, target.sub.map(|sub| sub.name)) {
        ("id", None) => return Some(store.candidates(kind, KeyKind::Id, &folded)),
        ("userName", None) => KeyKind::UserName,
        ("externalId", None) => return Some(store.candidates(kind, KeyKind::ExternalId, text)),
        ("displayName", None) => KeyKind::DisplayName,
        ("emails", Some("value")) => KeyKind::Email,
        ("members", Some("value")) => {
            let members = store.find_folded(&folded).into_iter();
            let mut groups: Vec<usize> = members.flat_map(|member| store.groups_of(member)).collect();
            groups.sort_unstable();
            groups.dedup();
            return Some(groups);
        }
        _ => return None,
    };
    Some(store.candidates(kind, key, &folded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Population;
    use crate::scim::filter::{FilterLimits, FilterReading, compile, parse};
    use crate::scim::schema::Vocabulary;
    use serde_json::Value;

    /// A loaded store and a computed one: 250 people in teams of twenty.
    fn stores() -> [Store; 2] {
        [Population::of(250), Population::synthetic(250)].map(|population| Store::with(population, Vocabulary::Full))
    }

    /// A text in which `«name 7»` stands for what user 7 has there.
    fn filled_in(store: &Store, text: &str) -> String {
        let user = |number: &str| store.record(ResourceKind::User, number.parse().expect("a number")).expect("a user");
        let mut filter = String::new();
        for part in text.split('»') {
            let (before, meant) = part.split_once('«').unwrap_or((part, ""));
            filter.push_str(before);
            filter.push_str(&match meant.split_once(' ') {
                None => String::new(),
                Some(("id", number)) => Value::from(&*user(number).id).to_string(),
                Some((name, number)) => user(number).attributes()[name].to_string(),
            });
        }
        filter
    }

    fn offered_for(store: &Store, kind: ResourceKind, text: &str) -> Option<Vec<usize>> {
        let filter = parse(&filled_in(store, text), FilterLimits::default()).expect("a filter");
        let both = [ResourceKind::User.definition(), ResourceKind::Group.definition()];
        let predicate = compile(&filter, kind.definition(), &both, FilterReading::default()).expect("known attributes");
        candidates(store, kind, &predicate)
    }

    #[test]
    fn an_index_is_asked_for_each_equality_wherever_it_stands_among_what_must_hold() {
        for (text, offered) in [
            ("userName eq «userName 7»", 7),
            ("USERNAME EQ «userName 7»", 7),
            ("id eq «id 7»", 7),
            ("externalId eq «externalId 7»", 7),
            ("displayName eq «displayName 7»", 7),
            ("emails eq «userName 7»", 7),
            ("emails.value eq «userName 7»", 7),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq «userName 7»", 7),
            ("urn:ietf:params:scim:schemas:core:2.0:User:emails.value eq «userName 7»", 7),
            ("active eq true and userName eq «userName 7»", 7),
            ("title pr and (active eq true and (name pr and userName eq «userName 7»))", 7),
            ("not (active eq true) and userName eq «userName 7» and userName co \"x\"", 7),
            ("emails[value eq «userName 7»]", 7),
            ("emails[type eq \"work\" and value eq «userName 7»]", 7),
            ("emails[type eq \"work\" and (primary eq true and value eq «userName 7»)]", 7),
            ("(active eq true or active eq false) and emails[value eq «userName 7»]", 7),
        ] {
            for store in &stores() {
                assert_eq!(offered_for(store, ResourceKind::User, text), Some(vec![offered]), "{text}");
            }
        }
    }

    #[test]
    fn of_several_equalities_the_rarest_counts() {
        for mut store in stores() {
            // The team is known by the name of a person, too.
            let twin = store.record(ResourceKind::User, 7).expect("a user").attributes();
            let change = crate::store::Change { attributes: Some((&twin).into()), ..Default::default() };
            store.update(ResourceKind::User, 200, change, jiff::Timestamp::UNIX_EPOCH);
            let of = |text: &str| offered_for(&store, ResourceKind::User, text);
            assert_eq!(of("displayName eq «displayName 7»"), Some(vec![7, 200]));
            assert_eq!(of("displayName eq «displayName 7» and id eq «id 7»"), Some(vec![7]));
            assert_eq!(of("id eq «id 200» and displayName eq «displayName 7»"), Some(vec![200]));
            assert_eq!(of("displayName eq «displayName 7» and userName eq \"nobody\""), Some(vec![]));
        }
    }

    #[test]
    fn each_side_of_an_or_is_asked() {
        for store in &stores() {
            let of = |text: &str| offered_for(store, ResourceKind::User, text);
            assert_eq!(of("userName eq «userName 9» or emails.value eq «userName 7»"), Some(vec![7, 9]));
            assert_eq!(of("userName eq «userName 9» or emails.value eq «userName 9»"), Some(vec![9]));
            assert_eq!(of("emails[value eq «userName 9» or value eq «userName 7»]"), Some(vec![7, 9]));
            assert_eq!(of("userName eq «userName 9» or title pr"), None);
        }
    }

    #[test]
    fn members_lead_to_their_groups() {
        for store in &stores() {
            for text in ["members.value eq «id 107»", "members[type eq \"User\" and value eq «id 107»]"] {
                assert_eq!(offered_for(store, ResourceKind::Group, text), Some(vec![5]), "{text}");
            }
        }
    }

    #[test]
    fn what_only_another_type_has_is_looked_for_nowhere() {
        for store in &stores() {
            assert_eq!(offered_for(store, ResourceKind::Group, "userName eq «userName 7»"), Some(vec![]));
            assert_eq!(offered_for(store, ResourceKind::Group, "active eq true and displayName pr"), Some(vec![]));
        }
    }

    #[test]
    fn other_filters_look_at_everything() {
        for text in [
            "userName co \"a\"",
            "userName ne «userName 7»",
            "not (userName eq «userName 7»)",
            "title eq \"Engineer\"",
            "name.familyName eq \"Smith\"",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"Sales\"",
            "externalId eq null",
        ] {
            for store in &stores() {
                assert_eq!(offered_for(store, ResourceKind::User, text), None, "{text}");
            }
        }
    }
}
