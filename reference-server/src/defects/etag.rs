//! Faults of versions and preconditions.

use super::message::{resources_mut, take};
use super::{Defect, Twist};
use crate::provider::{Operation, Reply};
use crate::scim::etag::Tag;
use axum::http::header;
use axum::http::request::Parts;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "etag.if-match-ignored",
        sentence: "A write with a stale version is carried out.",
        area: "etag",
        breaks: &["RFC7232-3.1-01", "RFC7644-3.12-13"],
        twist: Twist::Head(if_match_ignored),
    },
    Defect {
        name: "etag.no-304",
        sentence: "Who has the present version gets it again.",
        area: "etag",
        breaks: &["RFC7232-3.2-02", "RFC7644-3.14-04"],
        twist: Twist::Head(no_304),
    },
    Defect {
        name: "etag.version-stuck",
        sentence: "A version stays the same whatever changes.",
        area: "etag",
        breaks: &["RFC7232-2.1-01", "RFC7644-3.5.1-19", "RFC7644-3.5.2-23"],
        twist: Twist::Reply(version_stuck),
    },
];

fn if_match_ignored(head: &mut Parts, _: &str) {
    head.headers.remove(header::IF_MATCH);
}

fn no_304(head: &mut Parts, _: &str) {
    head.headers.remove(header::IF_NONE_MATCH);
}

fn version_stuck(_: &Operation, reply: &mut Reply) {
    let first = Tag { weak: true, opaque: "1".to_owned() };
    for meta in resources_mut(reply).iter_mut().filter_map(|resource| resource.get_mut("meta")) {
        if take(meta, "version").is_some() {
            meta["version"] = first.to_string().into();
        }
    }
    reply.version = reply.version.take().map(|_| first);
}
