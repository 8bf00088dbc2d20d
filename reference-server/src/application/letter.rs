//! Mail. Nothing leaves the machine: it is kept where an administrator can see it.

use super::text_of;
use super::write::{Author, Write};
use crate::scim::resource::Attributes;
use scim_profile::{Moment, Profile};
use serde_json::{Value, json};

/// Longest address there is (RFC 5321 §4.5.3.1).
const LONGEST: usize = 320;

/// A mail that was sent.
pub(super) struct Letter {
    pub(super) name: String,
    to: String,
    user: String,
    user_name: String,
}

impl Letter {
    pub(super) fn shown(&self) -> Value {
        json!({ "mail": self.name, "to": self.to, "user": self.user, "userName": self.user_name })
    }
}

/// The mail that follows from a write. Whoever has had an account already, or got it from an administrator, is not new.
pub(super) fn of(profile: &Profile, write: &Write<'_>) -> Vec<Letter> {
    let is_due = |moment: Moment| match moment {
        Moment::Create => write.is_start() && write.by == Author::Client && !write.linked,
        Moment::Deactivate => write.closes(),
        Moment::Reactivate => write.opens(),
    };
    let Some(user) = write.after else { return Vec::new() };
    let Some(to) = address(user) else { return Vec::new() };
    let letter = |name: &str| Letter {
        name: name.to_owned(),
        to: to.to_owned(),
        user: write.id.to_owned(),
        user_name: text_of(user, "userName"),
    };
    profile.mails.iter().filter(|mail| is_due(mail.on)).map(|mail| letter(mail.name.get_ref())).collect()
}

/// Where a person gets mail: at the primary address, else at the first, else at a user name that is one.
fn address(user: &Attributes) -> Option<&str> {
    let emails = user.get("emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let primary = emails.iter().find(|email| email["primary"] == true).or(emails.first());
    let address = primary.and_then(|email| email.get("value")?.as_str());
    let is_one = |text: &&str| text.contains('@') && text.len() <= LONGEST;
    address.or_else(|| user.get("userName")?.as_str()).filter(is_one)
}
