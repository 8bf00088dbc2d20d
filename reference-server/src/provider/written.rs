//! Answers as the text that is sent. Most of it is a resource's stored text; what the server adds is put in between.
//!
//! [`super::Provider::shown`] says the same as a value, for whoever has to look into it on the way. A test holds both together.

use super::Reply;
use super::document::ESCAPED;
use super::search::Found;
use crate::policy::{ItemsPerPage, Policy, Shown, Wire};
use crate::scim::list::LIST_URN;
use crate::scim::schema::{BADGE, ResourceKind};
use crate::store::{Place, Store};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use percent_encoding::utf8_percent_encode;
use std::io::Write;

/// Writes resources in the plain form.
pub(super) struct Writer {
    /// Address of the service, as it stands in a JSON string.
    base: String,
    shows_user_groups: bool,
}

impl Writer {
    /// Nothing where another form is wanted.
    pub(super) fn new(policy: &Policy, base: &str) -> Option<Self> {
        let has_badges = policy.vocabulary.definition(ResourceKind::User).extension(BADGE.id).is_some();
        let lists = &policy.lists;
        let is_plain = policy.wire == Wire::default()
            && policy.shown == Shown::default()
            && lists.items_per_page == ItemsPerPage::Shown
            && !(has_badges || lists.bare_when_whole || lists.no_empty_resources);
        let quoted = serde_json::Value::from(base).to_string();
        is_plain
            .then(|| Self { base: quoted.trim_matches('"').to_owned(), shows_user_groups: policy.shows_user_groups() })
    }

    /// 200 with a whole resource.
    pub(super) fn answer(&self, store: &Store, place: Place) -> Reply {
        let mut text = Vec::new();
        self.add_resource(&mut text, store, place);
        Reply { written: Some(text.into()), ..Reply::of(200) }
    }

    /// 200 with a page of whole resources.
    pub(super) fn list(&self, store: &Store, total: usize, start_index: usize, page: &[Found]) -> Reply {
        // Room for resources of a common size.
        let mut text = Vec::with_capacity(256 + 1536 * page.len());
        let count = page.len();
        add(
            &mut text,
            format_args!(
                r#"{{"schemas":["{LIST_URN}"],"totalResults":{total},"startIndex":{start_index},"itemsPerPage":{count},"Resources":["#
            ),
        );
        for (at, (_, place)) in page.iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            self.add_resource(&mut text, store, *place);
        }
        text.extend_from_slice(b"]}");
        Reply { written: Some(text.into()), ..Reply::of(200) }
    }

    fn add_resource(&self, text: &mut Vec<u8>, store: &Store, place: Place) {
        let Some(record) = store.record(place.kind(), place.slot) else {
            text.extend_from_slice(b"{}");
            return;
        };
        let (schemas, others) = record.rendered().parts();
        text.reserve(schemas.len() + others.len() + 512);
        text.extend_from_slice(schemas);
        text.extend_from_slice(b",\"id\":");
        add_string(text, &record.id);
        text.extend_from_slice(others);
        match place.kind() {
            ResourceKind::User if self.shows_user_groups => self.add_groups(text, store, place),
            ResourceKind::User => {}
            ResourceKind::Group => {
                text.extend_from_slice(b",\"members\":[");
                for (at, member) in store.members_of(place.slot).into_iter().enumerate() {
                    self.add_member(text, store, at == 0, member, member.kind().name());
                }
                text.push(b']');
            }
        }
        text.extend_from_slice(b",\"meta\":{\"resourceType\":\"");
        text.extend_from_slice(place.kind().name().as_bytes());
        text.extend_from_slice(b"\",\"created\":\"");
        add_moment(text, record.created);
        text.extend_from_slice(b"\",\"lastModified\":\"");
        add_moment(text, record.modified);
        text.extend_from_slice(b"\",\"location\":");
        self.add_location(text, place.kind(), &record.id);
        text.extend_from_slice(b",\"version\":\"W/\\\"");
        add(text, format_args!("{:x}", record.modified.as_millisecond()));
        text.extend_from_slice(b"\\\"\"}}");
    }

    fn add_groups(&self, text: &mut Vec<u8>, store: &Store, user: Place) {
        let direct = store.groups_of(user).into_iter().map(|slot| (slot, "direct"));
        let indirect = store.indirect_groups_of(user).into_iter().map(|slot| (slot, "indirect"));
        let mut groups = direct.chain(indirect).enumerate().peekable();
        if groups.peek().is_none() {
            return;
        }
        text.extend_from_slice(b",\"groups\":[");
        for (at, (slot, how)) in groups {
            self.add_member(text, store, at == 0, Place::new(ResourceKind::Group, slot), how);
        }
        text.push(b']');
    }

    fn add_member(&self, text: &mut Vec<u8>, store: &Store, is_first: bool, place: Place, kind: &str) {
        let Some(record) = store.record(place.kind(), place.slot) else {
            return;
        };
        text.extend_from_slice(if is_first { b"{\"value\":" } else { b",{\"value\":" });
        add_string(text, &record.id);
        text.extend_from_slice(b",\"$ref\":");
        self.add_location(text, place.kind(), &record.id);
        text.extend_from_slice(b",\"type\":\"");
        text.extend_from_slice(kind.as_bytes());
        text.push(b'"');
        if let Some(label) = record.label() {
            text.extend_from_slice(b",\"display\":");
            add_string(text, &label);
        }
        text.push(b'}');
    }

    fn add_location(&self, text: &mut Vec<u8>, kind: ResourceKind, id: &str) {
        text.push(b'"');
        text.extend_from_slice(self.base.as_bytes());
        text.extend_from_slice(kind.definition().endpoint.as_bytes());
        text.push(b'/');
        // What an address escapes leaves nothing that JSON would.
        utf8_percent_encode(id, ESCAPED).for_each(|part| text.extend_from_slice(part.as_bytes()));
        text.push(b'"');
    }
}

fn add_moment(text: &mut Vec<u8>, moment: Timestamp) {
    static PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    // Writing to memory has no way to fail.
    let _ = PRINTER.print_timestamp(&moment, text);
}

fn add(text: &mut Vec<u8>, what: std::fmt::Arguments<'_>) {
    // Neither has this.
    let _ = text.write_fmt(what);
}

/// Adds a JSON string.
fn add_string(text: &mut Vec<u8>, value: &str) {
    // Neither has this.
    let _ = serde_json::to_writer(text, value);
}
