//! A resource as clients see it: its own attributes with what the server adds.

use super::Provider;
use crate::policy::{Elements, Etag, Locations, MemberForm, StaleVersion, Times, Unassigned, Versions};
use crate::provider::Reply;
use crate::scim::ScimError;
use crate::scim::etag::{Preconditions, Tag};
use crate::scim::projection::Projection;
use crate::scim::schema::{BADGE, ResourceKind, Returned};
use crate::store::{Place, Record, Store};
use jiff::Timestamp;
use jiff::tz::Offset;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::Ordering;

/// What an address escapes: all but the unreserved characters of RFC 3986.
pub(super) const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Which attributes of a resource somebody looks at; those of an extension are one, named by its URN.
#[derive(Clone, Copy)]
pub(crate) enum Needed<'a> {
    All,
    /// All but this one, which would have to be looked up.
    AllBut(&'a str),
    These(&'a [&'a str]),
}

impl Needed<'_> {
    fn has(self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::AllBut(other) => name != other,
            Self::These(names) => names.contains(&name),
        }
    }
}

impl Provider {
    /// The resource, or nothing if the place is empty. What nobody needs may be missing.
    pub(crate) fn document(&self, store: &Store, place: Place, needed: Needed<'_>) -> Map<String, Value> {
        let Some(record) = store.record(place.kind(), place.slot) else {
            return Map::new();
        };
        let mut document = match needed {
            Needed::These(names) => record.rendered().attributes_named(names),
            _ => record.attributes(),
        };
        if needed.has("id") {
            // Behind `schemas`.
            document.shift_insert(document.len().min(1), "id".to_owned(), (&*record.id).into());
        }
        if place.kind() == ResourceKind::User {
            self.derive(&mut document, place);
        }
        match place.kind() {
            ResourceKind::User if needed.has("groups") && self.policy.shows_user_groups() => {
                let groups = self.groups(store, place);
                if !groups.is_empty() {
                    document.insert("groups".to_owned(), groups.into());
                }
            }
            ResourceKind::Group if needed.has("members") => {
                let members = store.members_of(place.slot).into_iter();
                let members = members.map(|member| self.trimmed(self.member(store, member)));
                document.insert("members".to_owned(), members.collect::<Vec<_>>().into());
            }
            _ => {}
        }
        if needed.has("meta") {
            document.insert("meta".to_owned(), self.meta(place.kind(), &record));
        }
        document
    }

    /// The resource as a projection shows it.
    pub(crate) fn shown(&self, store: &Store, place: Place, projection: &Projection) -> Value {
        let from_membership = match place.kind() {
            ResourceKind::User => "groups",
            ResourceKind::Group => "members",
        };
        // A strong version stands for the whole resource, whatever part of it is shown.
        let is_whole = self.policy.shown.versions == Versions::Strong;
        let needed = match is_whole || projection.shows(from_membership) {
            true => Needed::All,
            false => Needed::AllBut(from_membership),
        };
        let mut document = self.document(store, place, needed);
        self.dress(&mut document, place.kind());
        if let Some(version) = self.version_of(store, place, &document) {
            document["meta"]["version"] = version.to_string().into();
        }
        Value::Object(projection.apply(self.policy.vocabulary.definition(place.kind()), document))
    }

    /// 200 with the resource and its version.
    pub(super) fn answer(&self, store: &Store, place: Place, projection: &Projection) -> Reply {
        match (&self.writer, projection) {
            (Some(writer), Projection::Default) => writer.answer(store, place),
            _ => Reply { version: self.version(store, place), ..Reply::ok(self.shown(store, place, projection)) },
        }
    }

    /// The present version of a resource.
    pub(super) fn version(&self, store: &Store, place: Place) -> Option<Tag> {
        let mut document = Map::new();
        if self.policy.shown.versions == Versions::Strong {
            document = self.document(store, place, Needed::All);
            self.dress(&mut document, place.kind());
        }
        self.version_of(store, place, &document)
    }

    /// The version of a resource that looks like this: a weak one tells when it last changed, a strong one stands for
    /// every byte.
    fn version_of(&self, store: &Store, place: Place, document: &Map<String, Value>) -> Option<Tag> {
        let record = store.record(place.kind(), place.slot)?;
        match self.policy.shown.versions {
            Versions::None => None,
            Versions::Weak => Some(Tag { weak: true, opaque: format!("{:x}", record.modified.as_millisecond()) }),
            Versions::Strong => Some(Tag { weak: false, opaque: format!("{:016x}", digest(document)) }),
        }
    }

    /// Whether the conditions of a write hold.
    pub(super) fn check_version(&self, store: &Store, place: Place, when: &Preconditions) -> Result<(), ScimError> {
        let Some(current) = self.condition(store, place, when) else {
            return Ok(());
        };
        if when.mismatch(&current, self.policy.offers.etag == Etag::Offered) || when.is_known(&current) {
            return Err(self.stale());
        }
        Ok(())
    }

    /// What a reading under conditions comes to, if not to the resource.
    pub(super) fn spared(&self, store: &Store, place: Place, when: &Preconditions) -> Option<Reply> {
        let current = self.condition(store, place, when)?;
        if when.mismatch(&current, self.policy.offers.etag == Etag::Offered) {
            return Some(self.stale().into());
        }
        when.is_known(&current).then(|| Reply { status: 304, version: Some(current), ..Reply::no_content() })
    }

    /// The version to hold conditions against, where there are any that count.
    fn condition(&self, store: &Store, place: Place, when: &Preconditions) -> Option<Tag> {
        if when.is_empty() || self.policy.offers.etag == Etag::Ignored {
            return None;
        }
        self.version(store, place)
    }

    fn stale(&self) -> ScimError {
        let status = match self.policy.offers.stale_version {
            StaleVersion::PreconditionFailed => 412,
            StaleVersion::Conflict => 409,
        };
        ScimError::new(status, "the resource has another version by now")
    }

    /// The form in which this server shows a resource: its meaning stays the same.
    fn dress(&self, document: &mut Map<String, Value>, kind: ResourceKind) {
        let shown = &self.policy.shown;
        if shown.unassigned != Unassigned::LeftOut {
            self.show_unassigned(document, kind);
        }
        let turn = match shown.elements {
            Elements::AsSent => false,
            Elements::Reversed => true,
            // A strong version stands for the very bytes, so these stay.
            Elements::Alternating if shown.versions == Versions::Strong => false,
            Elements::Alternating => self.shown.fetch_add(1, Ordering::Relaxed) % 2 == 1,
        };
        if turn {
            document.values_mut().filter_map(Value::as_array_mut).for_each(|values| values.reverse());
        }
    }

    fn show_unassigned(&self, document: &mut Map<String, Value>, kind: ResourceKind) {
        let definition = self.policy.vocabulary.definition(kind);
        for attribute in definition.schema.attributes {
            let is_hidden = attribute.name == "groups" && !self.policy.shows_user_groups();
            if is_hidden || attribute.returned == Returned::Never || document.contains_key(attribute.name) {
                continue;
            }
            match self.policy.shown.unassigned {
                Unassigned::Null => drop(document.insert(attribute.name.to_owned(), Value::Null)),
                Unassigned::EmptyList if attribute.multi_valued => {
                    document.insert(attribute.name.to_owned(), json!([]));
                }
                _ => {}
            }
        }
    }

    /// Adds what follows from the rest.
    fn derive(&self, document: &mut Map<String, Value>, place: Place) {
        let definition = self.policy.vocabulary.definition(ResourceKind::User);
        let has_formatted = || definition.attribute("name").is_some_and(|name| name.sub("formatted").is_some());
        if self.policy.shown.formats_names
            && has_formatted()
            && let Some(Value::Object(name)) = document.get_mut("name")
            && !name.contains_key("formatted")
        {
            let parts = ["givenName", "familyName"].into_iter().filter_map(|part| name.get(part)?.as_str());
            let whole = parts.collect::<Vec<_>>().join(" ");
            if !whole.is_empty() {
                name.insert("formatted".to_owned(), whole.into());
            }
        }
        if definition.extension(BADGE.id).is_some() {
            if let Some(Value::Array(schemas)) = document.get_mut("schemas")
                && !schemas.contains(&BADGE.id.into())
            {
                schemas.push(BADGE.id.into());
            }
            document.entry(BADGE.id).or_insert_with(|| json!({}))["number"] = format!("B-{:05}", place.slot).into();
        }
    }

    pub(crate) fn location(&self, kind: ResourceKind, id: &str) -> String {
        let endpoint = kind.definition().endpoint;
        let start = match self.policy.shown.locations {
            Locations::Absolute => [&self.base, endpoint, "/"],
            Locations::Relative => ["", endpoint.trim_start_matches('/'), "/"],
            Locations::FromResource => ["..", endpoint, "/"],
        };
        let mut location = start.concat();
        location.extend(utf8_percent_encode(id, ESCAPED));
        location
    }

    /// A member as it stands in a group.
    pub(crate) fn member(&self, store: &Store, place: Place) -> Value {
        let Some(record) = store.record(place.kind(), place.slot) else {
            return Value::Null;
        };
        let mut member = json!({
            "value": &*record.id,
            "$ref": self.location(place.kind(), &record.id),
            "type": place.kind().name(),
        });
        if let Some(label) = record.label() {
            member["display"] = label.into();
        }
        member
    }

    /// A member with as much as this server says of one.
    fn trimmed(&self, mut member: Value) -> Value {
        let dropped: &[&str] = match self.policy.shown.members {
            MemberForm::Full => &[],
            MemberForm::Bare => &["$ref", "type", "display"],
            MemberForm::Nameless => &["display"],
        };
        if let Value::Object(parts) = &mut member {
            parts.retain(|name, _| !dropped.contains(&name.as_str()));
        }
        member
    }

    fn groups(&self, store: &Store, user: Place) -> Vec<Value> {
        let direct = store.groups_of(user).into_iter().map(|slot| (slot, "direct"));
        let indirect = store.indirect_groups_of(user).into_iter().map(|slot| (slot, "indirect"));
        direct
            .chain(indirect)
            .map(|(slot, how)| {
                let mut group = self.member(store, Place::new(ResourceKind::Group, slot));
                group["type"] = how.into();
                self.trimmed(group)
            })
            .collect()
    }

    fn meta(&self, kind: ResourceKind, record: &Record) -> Value {
        json!({
            "resourceType": kind.name(),
            "created": self.moment(record.created),
            "lastModified": self.moment(record.modified),
            "location": self.location(kind, &record.id),
        })
    }

    fn moment(&self, timestamp: Timestamp) -> String {
        match self.policy.shown.times {
            Times::Milliseconds => format!("{timestamp:.3}"),
            Times::Seconds => format!("{timestamp:.0}"),
            Times::Nanoseconds => format!("{timestamp:.9}"),
            Times::Offset => {
                Offset::constant(2).to_datetime(timestamp).strftime("%Y-%m-%dT%H:%M:%S.%3f+02:00").to_string()
            }
        }
    }
}

fn digest(document: &Map<String, Value>) -> u64 {
    let mut hasher = DefaultHasher::new();
    Value::Object(document.clone()).to_string().hash(&mut hasher);
    hasher.finish()
}
