//! The grammar. Ids are never literals: a reference means what an earlier operation of the sequence has created.

use serde::{Deserialize, Serialize};

use super::filter::Term;

/// Operations in a sequence at most.
pub const MOST_OPS: usize = 24;
/// Settings, steps or terms in one operation at most.
pub const MOST_PARTS: usize = 3;
/// References of one kind and state.
pub const MOST_REFS: u8 = 8;

/// A sequence of operations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seq {
    /// In the order of sending.
    pub ops: Vec<Op>,
}

/// One operation: a valid one, or one with a single thing wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Op {
    /// What it does.
    #[serde(rename = "do")]
    pub act: Act,
    /// What is wrong or odd with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odd: Option<Odd>,
}

/// What an operation does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// POST.
    Create {
        /// A user or a group.
        kind: Kind,
        /// What lies under the settings.
        basis: Basis,
        /// What is set besides.
        set: Vec<Setting>,
    },
    /// GET of one resource.
    Read {
        /// Which.
        at: Ref,
        /// How much of it.
        view: View,
    },
    /// PUT.
    Replace {
        /// Which.
        at: Ref,
        /// What lies under the settings.
        basis: Basis,
        /// What is changed.
        set: Vec<Setting>,
    },
    /// PATCH.
    Patch {
        /// Which.
        at: Ref,
        /// Its operations, at least one.
        steps: Vec<Step>,
    },
    /// DELETE.
    Delete {
        /// Which.
        at: Ref,
    },
    /// GET of a collection.
    List {
        /// Which collection.
        kind: Kind,
        /// How much of it.
        view: View,
        /// The filter; none for everything.
        filter: Vec<Term>,
    },
}

/// The resource that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ref {
    /// The n-th that this sequence has created and not deleted, counted round.
    Live(Kind, u8),
    /// The n-th that it has deleted.
    Deleted(Kind, u8),
    /// An id that never was.
    Never(Kind, u8),
}

/// A resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the RFC's own")]
pub enum Kind {
    User,
    Group,
}

/// What a body begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The least that is valid.
    Least,
    /// What Okta sends: a whole profile for a create, what was last read for a PUT.
    Whole,
}

/// How much a reading asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Everything; a list from its beginning.
    All,
    /// Only some attributes.
    Some,
    /// All but some attributes.
    Without,
    /// One row from the second on, sorted; a single resource as a whole.
    Page,
}

/// One attribute with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Which attribute.
    pub attribute: Attribute,
    /// Which of its values; of an attribute that names resources, a reference as its record holds it.
    pub value: u8,
}

/// One operation of a PATCH.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What to do.
    pub op: Verb,
    /// How it is written.
    pub writing: Writing,
    /// Which attribute.
    pub attribute: Attribute,
    /// Which of its values.
    pub value: u8,
}

/// `op` of a PATCH operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are RFC 7644's own")]
pub enum Verb {
    Add,
    Replace,
    Remove,
}

/// The ways of writing a PATCH operation. Where one does not fit, the path is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writing {
    /// `"path": "name.givenName"`.
    Path,
    /// The path begins with the schema's URN.
    Qualified,
    /// No path: the value is an object. `remove` has a path all the same.
    Pathless,
    /// The same with the resource's own id in it, as Okta renames groups.
    WithId,
    /// `emails[type eq "work"]`, `members[value eq "…"]`.
    Element,
    /// A list as a single object; `remove` with a value, as Entra sends it.
    Single,
}

/// The attributes that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are RFC 7643's own")]
pub enum Attribute {
    UserName,
    ExternalId,
    DisplayName,
    NickName,
    Title,
    Active,
    GivenName,
    FamilyName,
    MiddleName,
    Name,
    Emails,
    /// The `value` of the work address.
    WorkEmail,
    PhoneNumbers,
    Addresses,
    Locale,
    ProfileUrl,
    Department,
    EmployeeNumber,
    /// The enterprise extension as a whole.
    Enterprise,
    /// `manager.value` of the extension.
    Manager,
    Password,
    /// A list of one member.
    Members,
    /// A list of two.
    MemberPair,
    /// An empty list.
    NoMembers,
}

/// The one thing that is wrong or odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Odd {
    /// The first value is one of [`super::values::odd`], by the number of the value.
    Value,
    /// The message is bent.
    Message(Bend),
}

/// The ways of bending a message. One that means nothing for an operation leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bend {
    /// No `schemas`.
    NoSchemas,
    /// A URN in `schemas` that nobody knows.
    OtherSchema,
    /// Names in capital letters.
    Capitals,
    /// `id`, `meta` and `groups` are written; `meta` in a filter.
    ReadOnly,
    /// An attribute that does not exist.
    Unknown,
    /// `Replace` for `replace`; a filter's operator in capital letters.
    CapitalOp,
    /// No operations, no settings; an empty filter.
    Empty,
    /// No `value`; a filter that breaks off behind its operator.
    NoValue,
    /// A path that does not follow the grammar.
    BadPath,
    /// A key that stands twice in the body, as text.
    Twice,
    /// A body that breaks off.
    Cut,
    /// Nesting.
    Deep,
    /// `application/json`.
    PlainJson,
}

impl Kind {
    /// `/Users` or `/Groups`.
    pub fn collection(self) -> &'static str {
        match self {
            Kind::User => "/Users",
            Kind::Group => "/Groups",
        }
    }

    /// What can be written to it.
    pub fn attributes(self) -> &'static [Attribute] {
        use Attribute as A;
        match self {
            Kind::User => &[
                A::UserName,
                A::ExternalId,
                A::DisplayName,
                A::NickName,
                A::Title,
                A::Active,
                A::GivenName,
                A::FamilyName,
                A::MiddleName,
                A::Name,
                A::Emails,
                A::WorkEmail,
                A::PhoneNumbers,
                A::Addresses,
                A::Locale,
                A::ProfileUrl,
                A::Department,
                A::EmployeeNumber,
                A::Enterprise,
                A::Manager,
                A::Password,
            ],
            Kind::Group => &[A::Members, A::DisplayName, A::MemberPair, A::NoMembers, A::ExternalId],
        }
    }
}

impl Ref {
    /// The resource type that is meant.
    pub fn kind(self) -> Kind {
        match self {
            Ref::Live(kind, _) | Ref::Deleted(kind, _) | Ref::Never(kind, _) => kind,
        }
    }
}

impl Act {
    /// The resource type that it is about.
    pub fn kind(&self) -> Kind {
        match self {
            Act::Create { kind, .. } | Act::List { kind, .. } => *kind,
            Act::Read { at, .. } | Act::Replace { at, .. } | Act::Patch { at, .. } | Act::Delete { at } => at.kind(),
        }
    }
}
