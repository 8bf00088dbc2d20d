//! The ways of reading a resource back.

use serde_json::Value;

use crate::check::{Case, Fut, Read, Resource, Stop};
use crate::idp::okta;
use crate::runner::case::focus_on;
use crate::target::{Exchange, Request};

/// Every way to see a user, for any change.
pub(super) static USER: &[Read] = &[
    Read { name: "by id", rules: &["RFC7644-3.4.1-03", "OKTA-USR-053"], may_lag: false, run: by_id },
    Read { name: "by filter", rules: &["OKTA-USR-002", "OKTA-USR-004"], may_lag: true, run: by_name },
    // Whether a list shows everybody is for the import checks to say; here it says how it shows them.
    Read { name: "in the list", rules: &[], may_lag: true, run: in_list },
];

/// A user among all others, for the checks that judge the list itself.
pub(super) static LISTED: Read =
    Read { name: "in the list", rules: &["RFC7644-3.4.2.1-01", "OKTA-IMP-008"], may_lag: true, run: in_list };

/// Every way to see a group.
pub(super) static GROUP: &[Read] = &[
    Read { name: "by id", rules: &["RFC7644-3.4.1-03", "OKTA-GRP-004"], may_lag: false, run: by_id },
    Read { name: "by filter", rules: &["OKTA-GRP-002"], may_lag: true, run: by_name },
    Read { name: "in the list", rules: &[], may_lag: true, run: in_list },
];

/// Every way to see the members of a group. A list may leave members out, so it is no witness.
pub(super) static MEMBERS: &[Read] =
    &[Read { name: "by id", rules: &["RFC7644-3.4.1-03", "OKTA-GRP-004"], may_lag: false, run: by_id }];

/// Every way to see a user who is inactive.
pub(super) static INACTIVE: &[Read] = &[
    Read { name: "by id", rules: &["RFC7644-3.4.1-03", "OKTA-USR-039"], may_lag: false, run: by_id },
    Read { name: "by filter", rules: &["OKTA-USR-039", "OKTA-USR-047"], may_lag: true, run: by_name },
    Read { name: "in the list", rules: &[], may_lag: true, run: in_list },
];

/// Pages of 100 that a reading walks through at most; a longer list is not read at all.
const MOST_PAGES: usize = 20;

/// Waits until a list shows a resource, or no longer shows it, or the settling time is over: for checks that compare
/// whole lists. What never comes is for them to find.
pub(super) async fn until_listed(t: &Case, resource: &Resource, listed: bool) -> Result<(), Stop> {
    let mut settling = t.settling();
    while in_list(t, resource).await?.is_some_and(|page| page.subject().is_some() != listed) && settling.again().await {
    }
    Ok(())
}

/// Waits until a question finds so many, or the settling time is over: for checks that go on to compare what it finds.
/// Where it is refused there is nothing to wait for.
pub(super) async fn until_found(t: &Case, question: &Request, count: usize) -> Result<(), Stop> {
    let mut settling = t.settling();
    loop {
        let found = t.send(question.clone()).await?;
        if found.answer.status != 200 || found.rows().count() >= count || !settling.again().await {
            return Ok(());
        }
    }
}

/// `GET` on the resource.
pub(super) fn by_id<'a>(t: &'a Case, resource: &'a Resource) -> Fut<'a, Option<Exchange>> {
    Box::pin(async move {
        let seen = t.read(resource).await?;
        let focus = if seen.answer.status == 200 { "" } else { "/-" };
        Ok(Some(seen.focused(focus)))
    })
}

/// Okta's look-up: `userName eq` or `displayName eq`, by the name that the resource has now.
pub(super) fn by_name<'a>(t: &'a Case, resource: &'a Resource) -> Fut<'a, Option<Exchange>> {
    Box::pin(async move {
        let look_up = match resource.collection {
            "/Groups" => okta::look_up_group(&resource.name),
            _ => okta::look_up_user(&resource.name),
        };
        Ok(Some(focus_on(t.send(look_up).await?, &resource.id)))
    })
}

/// Okta's import: pages of 100 until the resource comes.
pub(super) fn in_list<'a>(t: &'a Case, resource: &'a Resource) -> Fut<'a, Option<Exchange>> {
    Box::pin(async move {
        let mut start = 1;
        loop {
            let page = t.send(okta::import_page(resource.collection, start)).await?;
            let list = page.answer.json.as_ref();
            let rows = page.rows().count();
            let total = list.and_then(|list| list.get("totalResults")).and_then(Value::as_u64).unwrap_or(0) as usize;
            if total > MOST_PAGES * okta::PAGE {
                return Ok(None);
            }
            let page = focus_on(page, &resource.id);
            start += rows;
            if page.subject().is_some() || rows == 0 || start > total {
                return Ok(Some(page));
            }
        }
    })
}
