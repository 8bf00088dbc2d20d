//! PATCH: everything is worked out beside the resource and put in place at the end, or not at all.

use super::write::{is_active, new_password};
use super::{Provider, Reply};
use crate::application::{Author, Write};
use crate::policy::PatchAnswer;
use crate::scim::error::{ScimError, ScimType};
use crate::scim::etag::Preconditions;
use crate::scim::filter::Predicate;
use crate::scim::named;
use crate::scim::patch::{self, MemberEdit};
use crate::scim::projection::{Projection, View};
use crate::scim::schema::ResourceKind;
use crate::store::{Change, Place, Store};
use serde_json::{Map, Value};
use std::collections::HashSet;

impl Provider {
    pub(crate) fn patch(
        &self,
        by: Author,
        kind: ResourceKind,
        id: &str,
        body: &Value,
        view: &View,
        when: &Preconditions,
    ) -> Result<Reply, ScimError> {
        let definition = self.policy.vocabulary.definition(kind);
        let steps = patch::read(body, &self.policy.patch, self.limits.operations)?;
        let projection = self.projection(view, &[kind])?.and(named::in_patch(definition, &steps));
        let mut store = self.writing();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        self.check_version(&store, Place::new(kind, slot), when)?;
        let mut attributes = store.record(kind, slot).map(|record| record.attributes()).unwrap_or_default();
        let shown = || match self.shown(&store, Place::new(kind, slot), &Projection::Default) {
            Value::Object(shown) => shown,
            _ => Map::new(),
        };
        let before = self.application.as_ref().map(|_| attributes.clone());
        let patched =
            patch::apply(definition, &shown, &mut attributes, &steps, &self.policy.patch, self.limits.filter)?;
        self.tidy(kind, &mut attributes)?;
        if let (Author::Administrator, Some(application), Some(before)) = (by, &self.application, &before) {
            application.check_edit(id, before, &attributes)?;
        }
        self.check_unique(&store, kind, &attributes, Some(slot))?;
        self.check_manager(&store, &attributes)?;
        self.check_owner(&store, kind, id, || is_active(&attributes))?;
        let mut change = Change { touches: self.policy.writes.patch_touches, ..Change::default() };
        if !patched.members.is_empty() {
            let mut members = Members::of(&store, slot);
            for edit in &patched.members {
                self.edit(&mut members, edit)?;
            }
            (change.joining, change.leaving) = members.difference();
            if !change.joining.is_empty() {
                self.check_size(store.group_size(slot) + change.joining.len() - change.leaving.len())?;
            }
        }
        change.password = match patched.password {
            None => None,
            Some(None) => store.record(kind, slot).is_some_and(|record| record.password.is_some()).then_some(None),
            Some(Some(_)) if !self.policy.offers.passwords => None,
            Some(Some(clear)) => new_password(&store, slot, Some(&clear)),
        };
        change.attributes = store.other_attributes(kind, slot, &attributes);
        let moved = (change.joining.len(), change.leaving.len());
        store.update(kind, slot, change, self.now());
        self.tell(
            &mut store,
            Place::new(kind, slot),
            Write {
                before: before.as_ref(),
                after: Some(&attributes),
                speaks_of: &|path| named::patch_speaks_of(definition, &steps, path),
                members: moved,
                ..Write::of(by, kind)
            },
        );
        Ok(self.patched(&store, Place::new(kind, slot), view, &projection))
    }

    /// The answer to a PATCH that was carried out.
    pub(super) fn patched(&self, store: &Store, place: Place, view: &View, projection: &Projection) -> Reply {
        let is_silent = match self.policy.patch_answer {
            PatchAnswer::Resource => false,
            PatchAnswer::NoContent => true,
            PatchAnswer::NoContentForGroups => place.is_group,
        };
        if is_silent && *view == View::default() {
            return Reply { version: self.version(store, place), ..Reply::no_content() };
        }
        self.answer(store, place, projection)
    }

    fn edit(&self, members: &mut Members<'_>, edit: &MemberEdit) -> Result<(), ScimError> {
        match edit {
            MemberEdit::Add(joining) => {
                self.resolve(members.store, joining)?.into_iter().for_each(|member| members.add(member))
            }
            MemberEdit::Replace(wanted) => {
                let wanted = self.resolve(members.store, wanted)?;
                members.clear();
                wanted.into_iter().for_each(|member| members.add(member));
            }
            // An id that nobody has is nobody's membership.
            MemberEdit::Remove(ids) => {
                ids.iter().filter_map(|id| members.store.find_any(id)).for_each(|member| members.remove(member));
            }
            MemberEdit::RemoveWhere(predicate) => {
                let leaving = self.meant(members, predicate);
                if self.policy.patch.remove_needs_a_target && leaving.is_empty() {
                    return Err(ScimError::bad(ScimType::NoTarget, "no member is meant by the path"));
                }
                leaving.into_iter().for_each(|member| members.remove(member));
            }
            MemberEdit::Exchange(predicate, joining) => {
                let leaving = self.meant(members, predicate);
                if leaving.is_empty() {
                    return Err(ScimError::bad(ScimType::NoTarget, "no member is meant by the path"));
                }
                leaving.into_iter().for_each(|member| members.remove(member));
                let joining = self.resolve(members.store, std::slice::from_ref(joining))?;
                joining.into_iter().for_each(|member| members.add(member));
            }
        }
        Ok(())
    }

    /// The members that a filter selects.
    fn meant(&self, members: &Members<'_>, predicate: &Predicate) -> Vec<Place> {
        let is_meant = |member: &Place| {
            members.has(*member)
                && self.member(members.store, *member).as_object().is_some_and(|member| predicate.matches(member))
        };
        let named = predicate.exact_text("value").and_then(|id| members.store.find_any(id));
        let candidates = named.map_or_else(|| members.list(), |member| vec![member]);
        candidates.into_iter().filter(is_meant).collect()
    }
}

/// The members of a group as they are after some edits, written as what is different from the store.
struct Members<'a> {
    store: &'a Store,
    group: usize,
    cleared: bool,
    added: Vec<Place>,
    /// The same as `added`, for quick questions.
    is_added: HashSet<Place>,
    removed: HashSet<Place>,
}

impl<'a> Members<'a> {
    fn of(store: &'a Store, group: usize) -> Self {
        Self { store, group, cleared: false, added: Vec::new(), is_added: HashSet::new(), removed: HashSet::new() }
    }

    fn stays(&self, member: Place) -> bool {
        !self.cleared && !self.removed.contains(&member) && self.store.is_member(self.group, member)
    }

    fn has(&self, member: Place) -> bool {
        self.stays(member) || self.is_added.contains(&member)
    }

    fn list(&self) -> Vec<Place> {
        let kept = self.store.members_of(self.group).into_iter().filter(|member| self.stays(*member));
        kept.chain(self.added.iter().copied()).collect()
    }

    fn add(&mut self, member: Place) {
        if !self.stays(member) && self.is_added.insert(member) {
            self.added.push(member);
        }
    }

    fn remove(&mut self, member: Place) {
        if self.is_added.remove(&member) {
            self.added.retain(|added| *added != member);
        }
        self.removed.insert(member);
    }

    fn clear(&mut self) {
        self.cleared = true;
        self.added.clear();
        self.is_added.clear();
    }

    /// Who joins and who leaves in the end; somebody who left and came back did neither.
    fn difference(self) -> (Vec<Place>, Vec<Place>) {
        let is_member = |member: &Place| self.store.is_member(self.group, *member);
        let gone = |member: &Place| is_member(member) && !self.is_added.contains(member);
        let leaving = if self.cleared {
            self.store.members_of(self.group).into_iter().filter(gone).collect()
        } else {
            let mut leaving: Vec<Place> = self.removed.iter().copied().filter(gone).collect();
            leaving.sort_unstable();
            leaving
        };
        (self.added.iter().copied().filter(|member| !is_member(member)).collect(), leaving)
    }
}
