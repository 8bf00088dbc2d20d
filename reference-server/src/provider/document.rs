//! A resource as clients see it: its own attributes with what the server adds.

use super::Provider;
use crate::scim::projection::Projection;
use crate::scim::schema::ResourceKind;
use crate::store::{Place, Record, Store};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Whether the parts that come from membership are worth the look-up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    Shown,
    LeftOut,
}

impl Provider {
    /// The whole resource, or nothing if the place is empty.
    pub(crate) fn document(&self, store: &Store, place: Place, membership: Membership) -> Map<String, Value> {
        let Some(record) = store.record(place.kind(), place.slot) else {
            return Map::new();
        };
        let own = record.attributes();
        let mut document = Map::with_capacity(own.len() + 3);
        for (name, value) in own {
            let is_first = document.is_empty();
            document.insert(name, value);
            if is_first {
                document.insert("id".to_owned(), record.id.as_str().into());
            }
        }
        if membership == Membership::Shown {
            match place.kind() {
                ResourceKind::User => {
                    let groups = self.groups(store, place);
                    if !groups.is_empty() {
                        document.insert("groups".to_owned(), groups.into());
                    }
                }
                ResourceKind::Group => {
                    let members = store.members_of(place.slot).into_iter().map(|member| self.member(store, member));
                    document.insert("members".to_owned(), members.collect::<Vec<_>>().into());
                }
            }
        }
        document.insert("meta".to_owned(), self.meta(place.kind(), record));
        document
    }

    /// The resource as a projection shows it.
    pub(crate) fn shown(&self, store: &Store, place: Place, projection: &Projection) -> Value {
        let from_membership = match place.kind() {
            ResourceKind::User => "groups",
            ResourceKind::Group => "members",
        };
        let membership = if projection.shows(from_membership) { Membership::Shown } else { Membership::LeftOut };
        let document = self.document(store, place, membership);
        Value::Object(projection.apply(place.kind().definition(), document))
    }

    pub(crate) fn location(&self, kind: ResourceKind, id: &str) -> String {
        format!("{}{}/{id}", self.base, kind.definition().endpoint)
    }

    /// A member as it stands in a group.
    pub(crate) fn member(&self, store: &Store, place: Place) -> Value {
        let Some(record) = store.record(place.kind(), place.slot) else {
            return Value::Null;
        };
        let mut member = json!({
            "value": record.id,
            "$ref": self.location(place.kind(), &record.id),
            "type": place.kind().name(),
        });
        if let Some(label) = record.keys().label() {
            member["display"] = label.into();
        }
        member
    }

    fn groups(&self, store: &Store, user: Place) -> Vec<Value> {
        let direct = store.groups_of(user).iter().map(|slot| (*slot, "direct"));
        let indirect = store.indirect_groups_of(user).into_iter().map(|slot| (slot, "indirect"));
        direct
            .chain(indirect)
            .map(|(slot, how)| {
                let mut group = self.member(store, Place::new(ResourceKind::Group, slot));
                group["type"] = how.into();
                group
            })
            .collect()
    }

    fn meta(&self, kind: ResourceKind, record: &Record) -> Value {
        json!({
            "resourceType": kind.name(),
            "created": moment(record.created),
            "lastModified": moment(record.modified),
            "location": self.location(kind, &record.id),
        })
    }
}

fn moment(timestamp: Timestamp) -> String {
    timestamp.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
