//! Who belongs to which group, in both directions, kept equal at all times.

use crate::population::People;
use crate::scim::schema::ResourceKind;
use hashbrown::HashMap;
use smallvec::SmallVec;
use std::collections::HashSet;

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

/// The members of all groups. Teams of people who are computed are computed, too, until somebody changes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Membership {
    people: People,
    /// Members of a group with the order in which they came.
    members: HashMap<u32, HashMap<Code, u64>>,
    /// Groups that a user belongs to directly, in the order in which it joined.
    groups_of_users: HashMap<u32, Groups>,
    /// The same of groups, of which few are members themselves.
    groups_of_groups: HashMap<u32, Groups>,
    joined: u64,
}

/// Few belong to more groups than have room here, so that who looks up a user's groups finds them at once.
type Groups = SmallVec<[u32; 4]>;

/// A place in four bytes: there are millions of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Code(u32);

impl From<Place> for Code {
    fn from(place: Place) -> Self {
        Self((place.slot as u32) << 1 | u32::from(place.is_group))
    }
}

impl From<Code> for Place {
    fn from(code: Code) -> Self {
        Self { is_group: code.0 & 1 == 1, slot: (code.0 >> 1) as usize }
    }
}

fn user(slot: usize) -> Place {
    Place { is_group: false, slot }
}

impl Membership {
    /// The teams, computed.
    pub(super) fn computed(people: People) -> Self {
        Self { people, joined: people.count(ResourceKind::User) as u64, ..Self::default() }
    }

    /// The same, written down.
    pub(super) fn filled(people: People) -> Self {
        let mut membership = Self::default();
        membership.groups_of_users.reserve(people.count(ResourceKind::User));
        for team in 0..people.count(ResourceKind::Group) {
            for member in people.members_of(team) {
                membership.add(team, user(member));
            }
        }
        membership
    }

    pub(crate) fn contains(&self, group: usize, member: Place) -> bool {
        match self.members.get(&(group as u32)) {
            Some(members) => members.contains_key(&Code::from(member)),
            None => !member.is_group && self.people.team_of(member.slot) == Some(group),
        }
    }

    pub(crate) fn size(&self, group: usize) -> usize {
        let computed = || self.people.members_of(group).len();
        self.members.get(&(group as u32)).map_or_else(computed, HashMap::len)
    }

    /// Members of a group, in the order in which they joined.
    pub(crate) fn members_of(&self, group: usize) -> Vec<Place> {
        let Some(members) = self.members.get(&(group as u32)) else {
            return self.people.members_of(group).map(user).collect();
        };
        let mut ordered: Vec<(u64, Place)> = members.iter().map(|(code, joined)| (*joined, (*code).into())).collect();
        ordered.sort_unstable();
        ordered.into_iter().map(|(_, place)| place).collect()
    }

    /// Groups that hold the record directly.
    pub(crate) fn groups_of(&self, member: Place) -> Vec<usize> {
        let groups = if member.is_group { &self.groups_of_groups } else { &self.groups_of_users };
        match groups.get(&(member.slot as u32)) {
            Some(groups) => groups.iter().map(|group| *group as usize).collect(),
            None if member.is_group => Vec::new(),
            None => self.people.team_of(member.slot).into_iter().collect(),
        }
    }

    /// Groups that hold the record through other groups only. Groups that hold each other end the walk, not the server.
    pub(crate) fn indirect_groups_of(&self, member: Place) -> Vec<usize> {
        if self.groups_of_groups.is_empty() {
            return Vec::new();
        }
        let direct = self.groups_of(member);
        let mut seen: HashSet<usize> = direct.iter().copied().collect();
        let mut found = Vec::new();
        let mut open: Vec<usize> = direct;
        while let Some(group) = open.pop() {
            for outer in self.groups_of(Place { is_group: true, slot: group }) {
                if seen.insert(outer) {
                    found.push(outer);
                    open.push(outer);
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
        let joined = self.joined;
        self.own_members(group).insert(member.into(), joined);
        self.own_groups(member).push(group as u32);
        true
    }

    /// Takes a member out; false when it was none.
    pub(crate) fn remove(&mut self, group: usize, member: Place) -> bool {
        if !self.contains(group, member) {
            return false;
        }
        let members = self.own_members(group);
        members.remove(&Code::from(member));
        if members.is_empty() && self.people.members_of(group).is_empty() {
            self.members.remove(&(group as u32));
        }
        let groups = self.own_groups(member);
        groups.retain(|other| *other as usize != group);
        if groups.is_empty() && (member.is_group || self.people.team_of(member.slot).is_none()) {
            self.groups_of_mut(member).remove(&(member.slot as u32));
        }
        true
    }

    /// The members of a group to be changed; each of the people joined when they were created.
    fn own_members(&mut self, group: usize) -> &mut HashMap<Code, u64> {
        let people = self.people;
        let computed = || people.members_of(group).map(|member| (user(member).into(), member as u64)).collect();
        self.members.entry(group as u32).or_insert_with(computed)
    }

    fn own_groups(&mut self, member: Place) -> &mut Groups {
        let people = self.people;
        let team = || if member.is_group { None } else { people.team_of(member.slot) };
        let computed = || team().into_iter().map(|group| group as u32).collect();
        self.groups_of_mut(member).entry(member.slot as u32).or_insert_with(computed)
    }

    fn groups_of_mut(&mut self, member: Place) -> &mut HashMap<u32, Groups> {
        if member.is_group { &mut self.groups_of_groups } else { &mut self.groups_of_users }
    }

    /// How many members are kept of groups that have changed, and of how many records the groups.
    #[cfg(test)]
    pub(super) fn kept(&self) -> (usize, usize) {
        (self.members.values().map(HashMap::len).sum(), self.groups_of_users.len() + self.groups_of_groups.len())
    }

    /// Forgets a record, as member and as group; gives the groups that lost it.
    pub(crate) fn forget(&mut self, place: Place) -> Vec<usize> {
        let left = self.groups_of(place);
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
    use crate::scim::schema::Vocabulary;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn people(users: usize) -> People {
        People::new(users, Vocabulary::Full)
    }

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
        fn both_directions_agree_with_a_set_of_pairs(users in 0_usize..6, steps in prop::collection::vec(step(), 0..80)) {
            let mut membership = Membership::computed(people(users));
            let mut written = Membership::filled(people(users));
            let mut pairs: BTreeSet<(usize, Place)> = (0..users).map(|slot| (0, user(slot))).collect();
            for step in steps {
                match step {
                    Step::Add(group, member) => {
                        prop_assert_eq!(membership.add(group, member), pairs.insert((group, member)));
                        written.add(group, member);
                    }
                    Step::Remove(group, member) => {
                        prop_assert_eq!(membership.remove(group, member), pairs.remove(&(group, member)));
                        written.remove(group, member);
                    }
                    Step::Forget(place) => {
                        prop_assert_eq!(membership.forget(place), written.forget(place));
                        pairs.retain(|(group, member)| *member != place && !(place.is_group && *group == place.slot));
                    }
                }
            }
            for group in 0..6 {
                let members: BTreeSet<Place> = membership.members_of(group).into_iter().collect();
                let expected: BTreeSet<Place> = pairs.iter().filter(|pair| pair.0 == group).map(|pair| pair.1).collect();
                prop_assert_eq!(members, expected);
                prop_assert_eq!(membership.members_of(group), written.members_of(group));
            }
            for member in pairs.iter().map(|pair| pair.1).collect::<BTreeSet<_>>() {
                let groups: BTreeSet<usize> = membership.groups_of(member).into_iter().collect();
                let expected: BTreeSet<usize> = pairs.iter().filter(|pair| pair.1 == member).map(|pair| pair.0).collect();
                prop_assert_eq!(groups.len(), membership.groups_of(member).len());
                prop_assert_eq!(groups, expected);
                prop_assert_eq!(membership.groups_of(member), written.groups_of(member));
                membership.indirect_groups_of(member);
            }
        }
    }

    #[test]
    fn groups_in_a_circle_end() {
        let user = user(0);
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
