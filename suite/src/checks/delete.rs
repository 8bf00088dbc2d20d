//! DELETE (RFC 7644 §3.6).

use crate::check::{Check, Feature};
use crate::expect::{error, no_rows, rows_are, status_or};
use crate::idp::okta;
use crate::target::Request;

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] = &[&GONE, &UNKNOWN];

static GONE: Check = Check {
    id: "delete.user.gone",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A deleted user is gone from every reading, and every further request on it is a 404",
    effect: "Accounts that were deleted live on, or are found as ghosts.",
    rules: &[
        "RFC7644-3.6-01",
        "RFC7644-3.6-02",
        "RFC7644-3.6-03",
        "RFC7644-3.6-04",
        "RFC7644-3.6-05",
        "RFC7644-3.6-06",
        "RFC7644-3.6-07",
        "OKTA-USR-043",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let answer = t.delete(&user).await?;
            t.expect(&["RFC7644-3.6-02", "OKTA-USR-043"], &answer, status_or(&[204], &[200]));
            if !answer.answer.is_success() {
                return Ok(());
            }
            let read = t.read(&user).await?;
            t.expect(&["RFC7644-3.6-03", "OKTA-USR-043"], &read, error(&[404]));
            let put = t.put(&user, user.seen.clone()).await?;
            t.expect(&["RFC7644-3.6-04"], &put, error(&[404]));
            let patch = t.patch(&user, okta::set_active(false)).await?;
            t.expect(&["RFC7644-3.6-05"], &patch, error(&[404]));
            let again = t.delete(&user).await?;
            t.expect(&["RFC7644-3.6-06"], &again, error(&[404]));
            t.ask(&["RFC7644-3.6-07", "RFC7644-3.6-01"], okta::look_up_user(&user.name), no_rows).await?;
            super::reads::until_listed(t, &user, false).await?;
            if let Some(list) = super::reads::in_list(t, &user).await? {
                t.expect(&["RFC7644-3.6-07"], &list, rows_are(&[&user.id], &[]));
            }
            Ok(())
        })
    },
};

static UNKNOWN: Check = Check {
    id: "delete.user.unknown",
    since: "0.1",
    feature: Feature::Protocol,
    title: "DELETE of an id that does not exist is a 404",
    effect: "Clients can't tell a deletion from a slip.",
    rules: &["RFC7644-3.6-09", "RFC7644-3.12-20"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_request("DELETE /Users/{id}")?;
            let answer = t.send(Request::delete(format!("/Users/{}", t.fresh_id()))).await?;
            t.expect(&["RFC7644-3.6-09", "RFC7644-3.12-20"], &answer, error(&[404]));
            if t.needs_groups().is_err() {
                return Ok(());
            }
            let answer = t.send(Request::delete(format!("/Groups/{}", t.fresh_id()))).await?;
            t.step("a group");
            t.expect(&["RFC7644-3.6-09", "RFC7644-3.12-20"], &answer, error(&[404]));
            Ok(())
        })
    },
};
