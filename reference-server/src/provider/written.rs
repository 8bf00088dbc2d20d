//! Answers as the text that is sent. Most of it is a resource's stored text; what the server adds is put in between.
//!
//! [`Provider::shown`] says the same as a value, for whoever has to look into it on the way. A test holds both together.

use super::search::Found;
use super::{Provider, Reply};
use crate::policy::{Policy, Shown, Wire};
use crate::scim::list::LIST_URN;
use crate::scim::schema::{BADGE, ResourceKind};
use crate::store::{Place, Store};
use std::io::Write;

/// Whether answers have the form that is written here.
pub(super) fn is_plain(policy: &Policy) -> bool {
    let has_badges = policy.vocabulary.definition(ResourceKind::User).extension(BADGE.id).is_some();
    let lists = &policy.lists;
    policy.wire == Wire::default()
        && policy.shown == Shown::default()
        && !(has_badges || lists.bare_when_whole || lists.no_empty_resources)
}

impl Provider {
    /// 200 with a whole resource.
    pub(super) fn written(&self, store: &Store, place: Place) -> Reply {
        let mut text = Vec::new();
        self.write(&mut text, store, place);
        Reply { written: Some(text.into()), ..Reply::of(200) }
    }

    /// 200 with a page of whole resources.
    pub(super) fn written_list(&self, store: &Store, total: usize, start_index: usize, page: &[Found]) -> Reply {
        let mut text = Vec::new();
        add(
            &mut text,
            format_args!(
                r#"{{"schemas":["{LIST_URN}"],"totalResults":{total},"startIndex":{start_index},"itemsPerPage":{},"Resources":["#,
                page.len()
            ),
        );
        for (at, (_, place)) in page.iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            self.write(&mut text, store, *place);
        }
        text.extend_from_slice(b"]}");
        Reply { written: Some(text.into()), ..Reply::of(200) }
    }

    fn write(&self, text: &mut Vec<u8>, store: &Store, place: Place) {
        let Some(record) = store.record(place.kind(), place.slot) else {
            text.extend_from_slice(b"{}");
            return;
        };
        let (schemas, others) = record.text_parts();
        text.reserve(schemas.len() + others.len() + 512);
        text.extend_from_slice(schemas);
        text.extend_from_slice(b",\"id\":");
        add_string(text, &record.id);
        text.extend_from_slice(others);
        match place.kind() {
            ResourceKind::User if self.policy.shows_user_groups() => self.write_groups(text, store, place),
            ResourceKind::User => {}
            ResourceKind::Group => {
                text.extend_from_slice(b",\"members\":[");
                for (at, member) in store.members_of(place.slot).into_iter().enumerate() {
                    self.write_member(text, store, at == 0, member, member.kind().name());
                }
                text.push(b']');
            }
        }
        let (name, created, modified) = (place.kind().name(), record.created, record.modified);
        add(
            text,
            format_args!(
                r#","meta":{{"resourceType":"{name}","created":"{created:.3}","lastModified":"{modified:.3}","location":"#
            ),
        );
        add_string(text, &self.location(place.kind(), &record.id));
        add(text, format_args!(r#","version":"W/\"{:x}\""}}}}"#, modified.as_millisecond()));
    }

    fn write_groups(&self, text: &mut Vec<u8>, store: &Store, user: Place) {
        let direct = store.groups_of(user).iter().map(|slot| (*slot, "direct"));
        let indirect = store.indirect_groups_of(user).into_iter().map(|slot| (slot, "indirect"));
        let mut groups = direct.chain(indirect).enumerate().peekable();
        if groups.peek().is_none() {
            return;
        }
        text.extend_from_slice(b",\"groups\":[");
        for (at, (slot, how)) in groups {
            self.write_member(text, store, at == 0, Place::new(ResourceKind::Group, slot), how);
        }
        text.push(b']');
    }

    fn write_member(&self, text: &mut Vec<u8>, store: &Store, is_first: bool, place: Place, kind: &str) {
        let Some(record) = store.record(place.kind(), place.slot) else {
            return;
        };
        text.extend_from_slice(if is_first { b"{\"value\":" } else { b",{\"value\":" });
        add_string(text, &record.id);
        text.extend_from_slice(b",\"$ref\":");
        add_string(text, &self.location(place.kind(), &record.id));
        add(text, format_args!(r#","type":"{kind}""#));
        if let Some(label) = record.keys().label() {
            text.extend_from_slice(b",\"display\":");
            add_string(text, &label);
        }
        text.push(b'}');
    }
}

fn add(text: &mut Vec<u8>, what: std::fmt::Arguments<'_>) {
    // Writing to memory has no way to fail.
    let _ = text.write_fmt(what);
}

/// Adds a JSON string.
fn add_string(text: &mut Vec<u8>, value: &str) {
    // Neither has this.
    let _ = serde_json::to_writer(text, value);
}
