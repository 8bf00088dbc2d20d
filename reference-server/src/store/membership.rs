//! Who belongs to which group, in both directions, kept equal at all times.

use crate::scim::schema::ResourceKind;
use std::collections::{HashMap, HashSet};

/// A record's place in the store. Slots are never used twice, so a place never comes to mean somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) is_group: bool,
    pub(crate) slot: usize,
}

impl Place {
    pub(crate) fn new(kind: ResourceKind, slot: usize) -> Self {
        Self { is_group: kind == ResourceKind::Group, slot }
    }

    pub(crate) fn kind(self) -> ResourceKind {
        if self.is_group { ResourceKind::Group } else { ResourceKind::User }
    }
}

/// The members of all groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Membership {
    /// Members of a group with the order in which they came.
    members: HashMap<usize, HashMap<Place, u64>>,
    /// Groups that a record belongs to directly, in the order in which it joined.
    groups: HashMap<Place, Vec<usize>>,
    joined: u64,
}

impl Membership {
    pub(crate) fn contains(&self, group: usize, member: Place) -> bool {
        self.members.get(&group).is_some_and(|members| members.contains_key(&member))
    }

    /// Members of a group, in the order in which they joined.
    pub(crate) fn members_of(&self, group: usize) -> Vec<Place> {
        let Some(members) = self.members.get(&group) else {
            return Vec::new();
        };
        let mut ordered: Vec<(u64, Place)> = members.iter().map(|(place, joined)| (*joined, *place)).collect();
        ordered.sort_unstable();
        ordered.into_iter().map(|(_, place)| place).collect()
    }

    /// Groups that hold the record directly.
    pub(crate) fn groups_of(&self, member: Place) -> &[usize] {
        self.groups.get(&member).map(Vec::as_slice).unwrap_or_default()
    }

    /// Groups that hold the record through other groups only. Groups that hold each other end the walk, not the server.
    pub(crate) fn indirect_groups_of(&self, member: Place) -> Vec<usize> {
        let direct = self.groups_of(member);
        let mut seen: HashSet<usize> = direct.iter().copied().collect();
        let mut found = Vec::new();
        let mut open: Vec<usize> = direct.to_vec();
        while let Some(group) = open.pop() {
            for outer in self.groups_of(Place { is_group: true, slot: group }) {
                if seen.insert(*outer) {
                    found.push(*outer);
                    open.push(*outer);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Adds a member; false when it was one already.
    pub(crate) fn add(&mut self, group: usize, member: Place) -> bool {
        if self.contains(group, member) {
            return false;
        }
        self.joined += 1;
        self.members.entry(group).or_default().insert(member, self.joined);
        self.groups.entry(member).or_default().push(group);
        true
    }

    /// Takes a member out; false when it was none.
    pub(crate) fn remove(&mut self, group: usize, member: Place) -> bool {
        let Some(members) = self.members.get_mut(&group) else {
            return false;
        };
        if members.remove(&member).is_none() {
            return false;
        }
        if members.is_empty() {
            self.members.remove(&group);
        }
        if let Some(groups) = self.groups.get_mut(&member) {
            groups.retain(|other| *other != group);
            if groups.is_empty() {
                self.groups.remove(&member);
            }
        }
        true
    }

    /// Forgets a record, as member and as group; gives the groups that lost it.
    pub(crate) fn forget(&mut self, place: Place) -> Vec<usize> {
        let left = self.groups_of(place).to_vec();
        for group in &left {
            self.remove(*group, place);
        }
        if place.is_group {
            for member in self.members_of(place.slot) {
                self.remove(place.slot, member);
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn place() -> impl Strategy<Value = Place> {
        (any::<bool>(), 0_usize..6).prop_map(|(is_group, slot)| Place { is_group, slot })
    }

    #[derive(Clone, Debug)]
    enum Step {
        Add(usize, Place),
        Remove(usize, Place),
        Forget(Place),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (0_usize..6, place()).prop_map(|(group, member)| Step::Add(group, member)),
            3 => (0_usize..6, place()).prop_map(|(group, member)| Step::Remove(group, member)),
            1 => place().prop_map(Step::Forget),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        #[test]
        fn both_directions_agree_with_a_set_of_pairs(steps in prop::collection::vec(step(), 0..80)) {
            let mut membership = Membership::default();
            let mut pairs: BTreeSet<(usize, Place)> = BTreeSet::new();
            for step in steps {
                match step {
                    Step::Add(group, member) => prop_assert_eq!(membership.add(group, member), pairs.insert((group, member))),
                    Step::Remove(group, member) => {
                        prop_assert_eq!(membership.remove(group, member), pairs.remove(&(group, member)));
                    }
                    Step::Forget(place) => {
                        membership.forget(place);
                        pairs.retain(|(group, member)| *member != place && !(place.is_group && *group == place.slot));
                    }
                }
            }
            for group in 0..6 {
                let members: BTreeSet<Place> = membership.members_of(group).into_iter().collect();
                let expected: BTreeSet<Place> = pairs.iter().filter(|pair| pair.0 == group).map(|pair| pair.1).collect();
                prop_assert_eq!(members, expected);
            }
            for member in pairs.iter().map(|pair| pair.1).collect::<BTreeSet<_>>() {
                let groups: BTreeSet<usize> = membership.groups_of(member).iter().copied().collect();
                let expected: BTreeSet<usize> = pairs.iter().filter(|pair| pair.1 == member).map(|pair| pair.0).collect();
                prop_assert_eq!(groups.len(), membership.groups_of(member).len());
                prop_assert_eq!(groups, expected);
                membership.indirect_groups_of(member);
            }
        }
    }

    #[test]
    fn groups_in_a_circle_end() {
        let user = Place { is_group: false, slot: 0 };
        let group = |slot| Place { is_group: true, slot };
        let mut membership = Membership::default();
        membership.add(1, user);
        membership.add(2, group(1));
        membership.add(3, group(2));
        membership.add(1, group(3));
        membership.add(1, group(1));
        assert_eq!(membership.groups_of(user), [1]);
        assert_eq!(membership.indirect_groups_of(user), [2, 3]);
    }
}
