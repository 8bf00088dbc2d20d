//! People, groups, and what they are given.

use super::call::{Call, Desk};
use crate::application::{Staff, What};
use crate::provider::Reply;
use crate::scim::ScimError;
use serde_json::Value;

type Page = Result<Reply, ScimError>;

pub(super) fn list(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    Ok(Reply::ok(desk.provider.people(desk.application, from(call)?)))
}

pub(super) fn make(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let id = desk.provider.make_account(&call.body)?;
    // Whoever is not listed is not shown either.
    let person = desk.provider.person_seen(desk.application, &id);
    let shown = person.unwrap_or_else(|_| serde_json::json!({ "id": id, "listed": false }));
    Ok(Reply { status: 201, ..Reply::ok(shown) })
}

pub(super) fn one(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    desk.provider.person_seen(desk.application, call.named()).map(Reply::ok)
}

pub(super) fn edit(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    desk.provider.edit_person(call.named(), &call.body)?;
    one(desk, call)
}

pub(super) fn give(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let names = |value: &Value| value.as_array()?.iter().map(|name| Some(name.as_str()?.to_owned())).collect();
    let staff = Staff {
        level: call.maybe("accessLevel", Value::as_str, "a string")?.map(str::to_owned),
        locations: call.maybe("locations", names, "a list of strings")?,
        is_provider: call.maybe("isProvider", Value::as_bool, "true or false")?,
    };
    desk.provider.give(desk.application, call.named(), staff)?;
    one(desk, call)
}

pub(super) fn make_password(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    desk.provider.make_password(desk.application, call.named(), call.text("password")?)?;
    one(desk, call)
}

pub(super) fn unlisted(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    Ok(Reply::ok(desk.provider.unlisted_accounts()))
}

pub(super) fn sign_in(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    Ok(desk.provider.sign_in_elsewhere(call.text("userName")?))
}

pub(super) fn groups(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    Ok(Reply::ok(desk.provider.groups_with_roles(desk.application, from(call)?)))
}

pub(super) fn map_group(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    desk.provider.map_group(desk.application, call.named(), Some(call.text("role")?)).map(|()| Reply::no_content())
}

pub(super) fn unmap_group(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    desk.provider.map_group(desk.application, call.named(), None).map(|()| Reply::no_content())
}

pub(super) fn children(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    desk.provider.children(desk.application).map(Reply::ok)
}

pub(super) fn equipment(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    Ok(Reply::ok(desk.provider.equipment(desk.application, false)))
}

pub(super) fn held_by_closed(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    Ok(Reply::ok(desk.provider.equipment(desk.application, true)))
}

pub(super) fn lend(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    desk.provider.lend(desk.application, call.named(), call.text("user")?).map(|()| Reply::no_content())
}

pub(super) fn take_back(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    desk.application.lend(call.named(), None)?;
    desk.application.note(What::ItemReturned, None, call.named());
    Ok(Reply::no_content())
}

fn from(call: &Call<'_>) -> Result<usize, ScimError> {
    Ok(usize::try_from(call.after()?).unwrap_or(usize::MAX))
}
