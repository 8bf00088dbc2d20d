//! Mail and events.

use super::call::{Call, Desk};
use crate::application::Since;
use crate::provider::Reply;
use crate::scim::ScimError;

pub(super) fn outbox(desk: &Desk<'_>, call: &Call<'_>) -> Result<Reply, ScimError> {
    Ok(Reply::ok(desk.application.outbox(Since(call.after()?))))
}

pub(super) fn events(desk: &Desk<'_>, call: &Call<'_>) -> Result<Reply, ScimError> {
    Ok(Reply::ok(desk.application.events(Since(call.after()?))))
}
