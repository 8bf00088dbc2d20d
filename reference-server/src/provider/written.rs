//! Answers as the text that is sent. Most of it is a resource's stored text; what the server adds is put in between.
//!
//! [`super::Provider::shown`] says the same as a value, for whoever has to look into it on the way. A test holds both together.

use super::Reply;
use super::document::ESCAPED;
use super::search::Found;
use crate::policy::{ItemsPerPage, Policy, Shown, Wire};
use crate::scim::etag::{Tag, hexadecimal};
use crate::scim::list::LIST_URN;
use crate::scim::schema::{BADGE, ResourceKind};
use crate::store::{Place, Record, Store};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use percent_encoding::utf8_percent_encode;

/// Writes resources in the plain form.
pub(super) struct Writer {
    /// Address of the service, as it stands in a JSON string.
    base: String,
    shows_user_groups: bool,
}

impl Writer {
    /// Nothing where another form is wanted.
    pub(super) fn new(policy: &Policy, base: &str) -> Option<Self> {
        let users = policy.vocabulary.definition(ResourceKind::User);
        let has_badges = users.extension(BADGE.id).is_some();
        let lists = &policy.lists;
        let is_plain = policy.wire == Wire::default()
            && policy.shown == Shown::default()
            && lists.items_per_page == ItemsPerPage::Shown
            && !(has_badges || users.hides || lists.bare_when_whole || lists.no_empty_resources);
        let quoted = serde_json::Value::from(base).to_string();
        is_plain
            .then(|| Self { base: quoted.trim_matches('"').to_owned(), shows_user_groups: policy.shows_user_groups() })
    }

    /// 200 with a whole resource and its version.
    pub(super) fn answer(&self, store: &Store, place: Place) -> Reply {
        let mut text = Vec::new();
        self.add_resource(&mut text, store, place);
        let record = store.record(place.kind(), place.slot);
        let version = record.map(|record| Tag { weak: true, opaque: version(&record).map(char::from).collect() });
        Reply { written: Some(text.into()), version, ..Reply::of(200) }
    }

    /// 200 with a page of whole resources.
    pub(super) fn list(&self, store: &Store, total: usize, start_index: usize, page: &[Found]) -> Reply {
        // Room for resources of a common size.
        let mut text = Vec::with_capacity(256 + 1536 * page.len());
        text.extend_from_slice(b"{\"schemas\":[");
        add_string(&mut text, LIST_URN);
        text.push(b']');
        text.extend_from_slice(b",\"totalResults\":");
        add_number(&mut text, total);
        text.extend_from_slice(b",\"startIndex\":");
        add_number(&mut text, start_index);
        text.extend_from_slice(b",\"itemsPerPage\":");
        add_number(&mut text, page.len());
        text.extend_from_slice(b",\"Resources\":[");
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
        // Looked up before the text is touched: in a large directory both are far away, and memory fetches them together.
        let (direct, indirect) = match place.kind() {
            ResourceKind::User if self.shows_user_groups => (store.groups_of(place), store.indirect_groups_of(place)),
            _ => Default::default(),
        };
        let (schemas, others) = record.rendered().parts();
        text.reserve(schemas.len() + others.len() + 512);
        text.extend_from_slice(schemas);
        text.extend_from_slice(b",\"id\":");
        add_string(text, &record.id);
        text.extend_from_slice(others);
        match place.kind() {
            ResourceKind::User => self.add_groups(text, store, direct, indirect),
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
        let created = text.len();
        add_moment(text, record.created);
        let created = created..text.len();
        text.extend_from_slice(b"\",\"lastModified\":\"");
        // Most are as they were created.
        match record.modified == record.created {
            true => text.extend_from_within(created),
            false => add_moment(text, record.modified),
        }
        text.extend_from_slice(b"\",\"location\":");
        self.add_location(text, place.kind(), &record.id);
        text.extend_from_slice(b",\"version\":\"W/\\\"");
        text.extend(version(&record));
        text.extend_from_slice(b"\\\"\"}}");
    }

    fn add_groups(&self, text: &mut Vec<u8>, store: &Store, direct: Vec<usize>, indirect: Vec<usize>) {
        let direct = direct.into_iter().map(|slot| (slot, "direct"));
        let indirect = indirect.into_iter().map(|slot| (slot, "indirect"));
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
        match is_unreserved(id) {
            true => text.extend_from_slice(id.as_bytes()),
            false => utf8_percent_encode(id, ESCAPED).for_each(|part| text.extend_from_slice(part.as_bytes())),
        }
        text.push(b'"');
    }
}

/// Whether an address holds the text as it is. Each byte is looked at, which is faster than to stop at one.
fn is_unreserved(text: &str) -> bool {
    let is_one =
        |byte: u8| byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'.') | (byte == b'_') | (byte == b'~');
    text.bytes().fold(true, |all, byte| all & is_one(byte))
}

/// What a weak version says between its quotes.
fn version(record: &Record) -> impl Iterator<Item = u8> + use<> {
    hexadecimal(record.modified.as_millisecond().cast_unsigned())
}

fn add_moment(text: &mut Vec<u8>, moment: Timestamp) {
    static PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    // Writing to memory has no way to fail.
    let _ = PRINTER.print_timestamp(&moment, text);
}

fn add_number(text: &mut Vec<u8>, number: usize) {
    // Neither has this.
    let _ = serde_json::to_writer(text, &number);
}

/// Adds a JSON string.
fn add_string(text: &mut Vec<u8>, value: &str) {
    let is_plain = |byte: u8| (byte >= b' ') & (byte != b'"') & (byte != b'\\');
    if value.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        text.push(b'"');
        text.extend_from_slice(value.as_bytes());
        text.push(b'"');
        return;
    }
    // Neither has this.
    let _ = serde_json::to_writer(text, value);
}
