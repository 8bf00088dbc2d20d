//! Faults of a server under weight.

use super::error::say;
use super::member::pushed;
use super::{Defect, Twist};
use crate::policy::Policy;
use crate::provider::Operation;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode, header};
use bytes::Bytes;
use std::num::NonZeroU64;
use std::time::Duration;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "performance.excluded-members-loaded",
        sentence: "Members cannot be excluded from groups.",
        area: "performance",
        breaks: &["RFC7644-3.4.2.5-02", "RFC7644-3.9-13"],
        twist: Twist::Request(excluded_members_loaded),
    },
    Defect {
        name: "performance.large-group-timeout",
        sentence: "A push of many members is never answered.",
        area: "performance",
        breaks: &["OKTA-GRP-023", "OKTA-TRN-003"],
        twist: Twist::Wait(large_group_timeout),
    },
    Defect {
        name: "performance.throttle-without-retry-after",
        sentence: "Every fortieth request is put off by an HTML page that does not say until when.",
        area: "performance",
        breaks: &["RFC6585-4-02", "RFC7644-3.12-14"],
        twist: Twist::Several(&[Twist::Policy(throttle), Twist::Wire(without_retry_after)]),
    },
];

/// Longer than any client waits.
pub(super) const FOR_EVER: Duration = Duration::from_secs(3600);

/// More members than this are many.
const FEW: usize = 50;

fn is_large(operation: &Operation) -> bool {
    pushed(operation).iter().map(Vec::len).sum::<usize>() > FEW
}

fn excluded_members_loaded(operation: &mut Operation) {
    let view = match operation {
        Operation::Search { query, .. } => &mut query.view,
        Operation::Read { view, .. } => view,
        _ => return,
    };
    if let Some(names) = &mut view.excluded {
        names.retain(|name| !name.eq_ignore_ascii_case("members"));
    }
}

fn large_group_timeout(operation: &Operation) -> Option<Duration> {
    is_large(operation).then_some(FOR_EVER)
}

fn throttle(policy: &mut Policy) {
    policy.wire.busy = NonZeroU64::new(40);
}

fn without_retry_after(_: &Parts, response: &mut Response<Bytes>) {
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().remove(header::RETRY_AFTER);
        say(response, "text/html; charset=utf-8", "<!DOCTYPE html><title>Slow down</title>".to_owned());
    }
}
