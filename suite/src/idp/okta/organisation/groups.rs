//! Groups that are pushed.

use serde_json::{Value, json};

use super::{Dialect, Organisation, Task};
use crate::idp::emulator::{Event, Silence, Trouble, Which, Who, body, id_in, list};
use crate::scim::{patch, sample, urn};
use crate::target::Answer;

/// Most changes of members in one PATCH (OKTA-GRP-023).
const CHUNK: usize = 100;

impl Organisation {
    pub(super) fn push(&mut self, event: &Event) -> Result<(), Silence> {
        match event {
            // What has this name is looked for before it is created (OKTA-GRP-003).
            Event::Push(which) => self.plan([Task::LookUpGroup(*which)]),
            Event::PushNow(which) => {
                let which = self.pushed(*which)?;
                let members = self.provisioned(which);
                let all = json!(self.named(&members));
                self.plan([match self.dialect {
                    // OKTA-GRP-010.
                    Dialect::Patch => Task::PatchGroup(which, vec![patch::operation("replace", "members", all)]),
                    Dialect::Put => Task::PutGroup(which, members),
                }]);
            }
            Event::Join(which, who) => {
                let before = self.provisioned(*which);
                self.groups[*which].members.push(*who);
                let which = self.pushed(*which)?;
                self.change_members(which, before);
            }
            Event::Leave(which, who) => {
                let before = self.provisioned(*which);
                self.groups[*which].members.retain(|member| member != who);
                let which = self.pushed(*which)?;
                self.change_members(which, before);
            }
            Event::Rename(which, name) => {
                self.groups[*which].name.clone_from(name);
                let which = self.pushed(*which)?;
                let task = match self.dialect {
                    Dialect::Patch => self.renaming(which),
                    Dialect::Put => Task::PutGroup(which, self.provisioned(which)),
                };
                self.plan([task]);
            }
            // The group and its members stay (OKTA-GRP-018).
            Event::Unlink(which) => {
                let which = self.pushed(*which)?;
                self.groups[which].id = None;
                return Err(Silence::Never("a group that is unlinked and left stays as it is"));
            }
            Event::Remove(which) => {
                let which = self.pushed(*which)?;
                self.plan([Task::DeleteGroup(which)]);
            }
            _ => {}
        }
        Ok(())
    }

    /// A group that is there.
    fn pushed(&self, which: Which) -> Result<Which, Silence> {
        self.groups[which].id.as_ref().map(|_| which).ok_or(Silence::Unknown)
    }

    /// A rename to the name that it has comes first (OKTA-GRP-006); whoever puts sends the old set first (OKTA-GRP-015).
    fn change_members(&mut self, which: Which, before: Vec<Who>) {
        let now = self.provisioned(which);
        let tasks = match self.dialect {
            Dialect::Put => vec![Task::PutGroup(which, before), Task::PutGroup(which, now)],
            Dialect::Patch => {
                let gone =
                    before.iter().filter(|who| !now.contains(who)).filter_map(|who| self.people[*who].id.as_deref());
                // OKTA-GRP-007.
                let removals: Vec<Value> = gone.map(|id| patch::remove(&patch::member_path(id))).collect();
                let come: Vec<Who> = now.iter().filter(|who| !before.contains(who)).copied().collect();
                let mut tasks = vec![self.renaming(which)];
                tasks.extend(removals.chunks(CHUNK).map(|some| Task::PatchGroup(which, some.to_vec())));
                tasks.extend(come.chunks(CHUNK).map(|some| self.adding(which, some)));
                tasks
            }
        };
        self.plan(tasks);
    }

    /// OKTA-GRP-005.
    fn renaming(&self, which: Which) -> Task {
        let value = json!({"id": self.groups[which].id, "displayName": self.groups[which].name});
        Task::PatchGroup(which, vec![patch::pathless("replace", value)])
    }

    /// OKTA-GRP-008.
    fn adding(&self, which: Which, members: &[Who]) -> Task {
        Task::PatchGroup(which, vec![patch::operation("add", "members", json!(self.named(members)))])
    }

    /// The members that are sent: those who have the application, and whose accounts are known (OKTA-GRP-026).
    fn provisioned(&self, which: Which) -> Vec<Who> {
        let is_sent = |who: &Who| self.people[*who].id.is_some() && self.people[*who].is_assigned;
        self.groups[which].members.iter().copied().filter(is_sent).collect()
    }

    /// Members as Okta names them (OKTA-GRP-014).
    fn named(&self, members: &[Who]) -> Vec<Value> {
        let of = |who: &Who| json!({"value": self.people[*who].id, "display": self.people[*who].person.user_name()});
        members.iter().map(of).collect()
    }

    /// With members in one dialect, without any in the other (OKTA-APP-008).
    pub(super) fn group_to_create(&self, which: Which) -> Value {
        let members = match self.dialect {
            Dialect::Patch => self.named(&self.provisioned(which)),
            Dialect::Put => Vec::new(),
        };
        let mut body = sample::group(&self.groups[which].name, &[]);
        body["members"] = json!(members);
        body
    }

    /// OKTA-GRP-013.
    pub(super) fn group_to_put(&self, which: Which, members: &[Who]) -> Value {
        let group = &self.groups[which];
        json!({"schemas": [urn::GROUP], "id": group.id, "displayName": group.name, "members": self.named(members)})
    }

    pub(super) fn take_group_look_up(&mut self, which: Which, answer: &Answer) -> Result<(), Trouble> {
        const DOING: &str = "look-up of a group";
        let rows = if answer.status == 404 { &[][..] } else { list(DOING, answer)?.0 };
        if !rows.is_empty() {
            // OKTA-GRP-020.
            return Err(Trouble::Useless { doing: DOING, reason: "a group of this name is there, and not linked" });
        }
        self.plan([Task::CreateGroup(which)]);
        Ok(())
    }

    /// What follows the create, as it was recorded: the same members once more, or first none and then all.
    pub(super) fn take_created_group(&mut self, which: Which, answer: &Answer) -> Result<(), Trouble> {
        const DOING: &str = "create of a group";
        let id =
            id_in(body(DOING, answer)?).ok_or(Trouble::Useless { doing: DOING, reason: "a group without an id" })?;
        self.groups[which].id = Some(id);
        let members = self.provisioned(which);
        match self.dialect {
            Dialect::Put => self.plan([Task::PutGroup(which, Vec::new()), Task::PutGroup(which, members)]),
            Dialect::Patch if members.is_empty() => {}
            Dialect::Patch => {
                let tasks: Vec<Task> = members.chunks(CHUNK).map(|some| self.adding(which, some)).collect();
                self.plan(tasks);
            }
        }
        Ok(())
    }
}
