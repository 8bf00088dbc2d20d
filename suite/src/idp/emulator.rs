//! An identity provider that is played: something happens there, requests come of it one after the other, and each answer
//! decides on the next.

use std::fmt;

use serde_json::Value;

use crate::target::{Answer, Exchange, Request};

/// Somebody, by the place in the list of people.
pub type Who = usize;
/// A group, by the place in the list of groups.
pub type Which = usize;

/// What happens at an identity provider.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An administrator enters the address and the credentials, and saves.
    Connect,
    /// Somebody gets the application, for the first time or again.
    Assign(Who),
    /// Attributes of somebody are changed; objects are merged.
    Change(Who, Value),
    /// Somebody may not sign in for a while.
    Suspend(Who),
    /// And may again.
    Resume(Who),
    /// Somebody's account is closed.
    Deactivate(Who),
    /// Somebody loses the application.
    Unassign(Who),
    /// Somebody's account is removed for good.
    Delete(Who),
    /// What the application has is read.
    Import,
    /// A group begins to be pushed, with its members.
    Push(Which),
    /// A group is pushed again as a whole.
    PushNow(Which),
    /// Somebody becomes a member of a group.
    Join(Which, Who),
    /// Somebody is a member no longer.
    Leave(Which, Who),
    /// A group gets another name.
    Rename(Which, String),
    /// A group is pushed no longer, and stays at the application.
    Unlink(Which),
    /// A group is pushed no longer, and is deleted at the application.
    Remove(Which),
}

/// Somebody at the identity provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The attributes that are mapped to the application, as SCIM has them: `userName` and all others but `active`.
    pub mapped: Value,
    /// The id that the identity provider gave.
    pub external_id: String,
    /// A password that is sent with a create, by whoever sends one.
    pub password: String,
    /// Whether this is an administrator of the identity provider.
    pub is_administrator: bool,
}

/// What the application is set up to take; what is off causes no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Create users.
    pub creates: bool,
    /// Update user attributes.
    pub updates: bool,
    /// Those of administrators of the identity provider, too.
    pub updates_administrators: bool,
    /// Deactivate users.
    pub deactivates: bool,
    /// Delete users, where a client does so at all.
    pub deletes: bool,
    /// Import users.
    pub imports_users: bool,
    /// Import groups.
    pub imports_groups: bool,
    /// Push groups.
    pub pushes_groups: bool,
}

/// Why something that happens causes no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The option is switched off.
    Off(&'static str),
    /// This client never sends one.
    Never(&'static str),
    /// Suspensions are not told.
    Suspension,
    /// The person is an administrator of the identity provider.
    Administrator,
    /// The person does not have the application, or the group is not pushed.
    Unknown,
}

/// Why a client gives up, in the words that an administrator finds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The target refused.
    #[error("{doing}: {status}. Errors reported by remote server: {detail}")]
    Refused {
        /// What the client was doing.
        doing: &'static str,
        /// The status of the answer.
        status: u16,
        /// The error's `scimType`.
        kind: Option<String>,
        /// The error's `detail`.
        detail: String,
    },
    /// The target agreed, and what it answered is no use.
    #[error("{doing}: {reason}")]
    Useless {
        /// What the client was doing.
        doing: &'static str,
        /// What is wrong with the answer.
        reason: &'static str,
    },
}

/// A client of an identity provider.
pub trait Emulator: Send + Sync {
    /// Takes in that something happens.
    ///
    /// # Errors
    /// It causes no request, for this reason.
    fn happens(&mut self, event: &Event) -> Result<(), Silence>;

    /// The next request of what has happened; none when all is done.
    fn next(&mut self) -> Option<Request>;

    /// Takes in the answer to it.
    ///
    /// # Errors
    /// The client gives up what it was doing.
    fn answer(&mut self, answer: &Answer) -> Result<(), Trouble>;

    /// The target's id of somebody, once it is known.
    fn id_of(&self, who: Who) -> Option<&str>;

    /// The target's id of a group, once it is known.
    fn group_id_of(&self, which: Which) -> Option<&str>;

    /// Everybody whom the last import brought.
    fn imported(&self) -> &[Value];
}

impl Options {
    /// Everything.
    pub const ALL: Options = Options {
        creates: true,
        updates: true,
        updates_administrators: true,
        deactivates: true,
        deletes: true,
        imports_users: true,
        imports_groups: true,
        pushes_groups: true,
    };
}

impl Person {
    /// The name that the person signs in by.
    pub fn user_name(&self) -> &str {
        self.mapped.get("userName").and_then(Value::as_str).unwrap_or_default()
    }
}

impl Trouble {
    /// What an answer says that is no success.
    pub fn of(doing: &'static str, answer: &Answer) -> Trouble {
        let text = |name: &str| answer.json.as_ref().and_then(|body| body.get(name)?.as_str()).map(String::from);
        let detail = text("detail").unwrap_or_default();
        Trouble::Refused { doing, status: answer.status, kind: text("scimType"), detail }
    }
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Silence::Off(option) => write!(f, "{option} is switched off, so no request is sent"),
            Silence::Never(words) => write!(f, "{words}: no request is sent"),
            Silence::Suspension => f.write_str("cannot be met through SCIM: no request is sent"),
            Silence::Administrator => f.write_str(
                "skipped, a documented limit: attributes of the identity provider's administrators are not updated",
            ),
            Silence::Unknown => f.write_str("the application knows nothing of it, so no request is sent"),
        }
    }
}

/// The body of a success, as JSON.
pub(crate) fn body<'a>(doing: &'static str, answer: &'a Answer) -> Result<&'a Value, Trouble> {
    if !answer.is_success() {
        return Err(Trouble::of(doing, answer));
    }
    answer.json.as_ref().ok_or(Trouble::Useless { doing, reason: "the answer is no JSON" })
}

/// A success, whatever the body.
pub(crate) fn succeeded(doing: &'static str, answer: &Answer) -> Result<(), Trouble> {
    if answer.is_success() { Ok(()) } else { Err(Trouble::of(doing, answer)) }
}

/// The id in a resource.
pub(crate) fn id_in(resource: &Value) -> Option<String> {
    resource.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(String::from)
}

/// The rows of a list, and how many there are in all.
pub(crate) fn list<'a>(doing: &'static str, answer: &'a Answer) -> Result<(&'a [Value], usize), Trouble> {
    let body = body(doing, answer)?;
    let total = body.get("totalResults").and_then(Value::as_u64);
    let total = total.ok_or(Trouble::Useless { doing, reason: "totalResults is no whole number" })?;
    let rows = body.get("Resources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if rows.is_empty() && total > 0 && doing != "import" {
        return Err(Trouble::Useless { doing, reason: "totalResults tells of more than Resources holds" });
    }
    Ok((rows, usize::try_from(total).unwrap_or(usize::MAX)))
}

/// What an exchange looks like in a report: method, path and query.
pub fn words(exchange: &Exchange) -> String {
    format!("{} {}: {}", exchange.request.method, exchange.request.path_and_query(), exchange.answer.status)
}
