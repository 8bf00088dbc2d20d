//! From what a client sent to what is kept: types checked, names in their canonical spelling, nothing unknown.

use super::error::{ScimError, ScimType, quoted};
use super::schema::{Attribute, Mutability, ResourceKind, ResourceType};
use super::value::{ValueLeniency, normalize, object};
use serde_json::{Map, Value};
use std::fmt::Display;

/// A resource's attributes by their canonical names.
pub type Attributes = Map<String, Value>;

/// A body that passed, taken apart into what is kept in different places.
#[derive(Debug, Default)]
pub struct Submitted {
    /// Attributes of the resource itself.
    pub attributes: Attributes,
    /// Members, when the body spoke of them.
    pub members: Option<Vec<MemberRef>>,
    /// Password, when there was one.
    pub password: Option<String>,
}

/// A member as a client names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRef {
    /// Identifier.
    pub value: String,
    /// Resource type, if the client said one.
    pub kind: Option<String>,
}

/// How a body is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// Loose writings of values.
    pub values: ValueLeniency,
    /// Unknown URNs in `schemas` are dropped, instead of refused.
    pub ignore_unknown_schemas: bool,
    /// Unknown attributes are refused, instead of dropped.
    pub refuse_unknown_attributes: bool,
    /// What becomes of an extension that `schemas` does not name.
    pub undeclared: Undeclared,
    /// How the lack of a required value is called.
    pub missing: Missing,
}

/// Fate of the attributes of an extension that `schemas` does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Undeclared {
    /// They are taken, and `schemas` gets its URN.
    #[default]
    Adopted,
    /// They are refused.
    Refused,
}

/// The keyword of an error about a required value that is missing (A19).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// `invalidValue`: "a required value was missing".
    #[default]
    InvalidValue,
    /// `invalidSyntax`: the request does not conform to the schema.
    InvalidSyntax,
}

impl Missing {
    fn keyword(self) -> ScimType {
        match self {
            Self::InvalidValue => ScimType::InvalidValue,
            Self::InvalidSyntax => ScimType::InvalidSyntax,
        }
    }
}

/// Reads the body of a POST or PUT.
///
/// # Errors
/// 400 with `invalidSyntax` for a body that is no resource, `invalidValue` for a value that does not fit.
pub fn read(definition: &'static ResourceType, body: &Value, terms: Terms) -> Result<Submitted, ScimError> {
    let leniency = terms.values;
    let Value::Object(body) = body else {
        return Err(ScimError::bad(ScimType::InvalidSyntax, "the body must be a JSON object"));
    };
    let schemas = member_of(body, "schemas");
    check_schemas(definition, schemas, terms.ignore_unknown_schemas)?;
    let mut attributes = Attributes::new();
    for (name, value) in body {
        if let Some(extension) = definition.extension(name) {
            let Some(part) = read_extension(extension.attributes, extension.id, value, leniency)? else {
                continue;
            };
            if terms.undeclared == Undeclared::Refused && !is_named(schemas, extension.id) {
                return Err(invalid("schemas", &format!("does not name {}, which is used", extension.id)));
            }
            put_once(&mut attributes, extension.id, part)?;
        } else if let Some(attribute) = definition.attribute(name) {
            if attribute.mutability == Mutability::ReadOnly || attribute.name == "schemas" {
                continue;
            }
            if let Some(value) = normalize(attribute, value, &attribute.name, leniency)? {
                put_once(&mut attributes, attribute.name, value)?;
            }
        } else if terms.refuse_unknown_attributes && is_unheard_of(definition, name) {
            let detail = format!("a {} has no attribute {}", definition.name, quoted(name));
            return Err(ScimError::bad(ScimType::InvalidSyntax, detail));
        }
    }
    check_required(definition, &attributes, terms.missing.keyword())?;
    let members = member_of(body, "members").filter(|_| definition.kind == ResourceKind::Group);
    let members = members.map(|_| take_members(&mut attributes)).transpose()?;
    let password = take_password(&mut attributes);
    set_schemas(definition, &mut attributes);
    Ok(Submitted { attributes, members, password })
}

fn is_named(schemas: Option<&Value>, urn: &str) -> bool {
    let named = schemas.and_then(Value::as_array).into_iter().flatten();
    named.filter_map(Value::as_str).any(|named| named.eq_ignore_ascii_case(urn))
}

/// Whether no vocabulary has it: what the RFC has and this server has not is dropped.
fn is_unheard_of(definition: &ResourceType, name: &str) -> bool {
    let whole = definition.kind.definition();
    whole.attribute(name).is_none() && whole.extension(name).is_none()
}

/// The values of a normalised extension object; `None` when nothing is left.
fn read_extension(
    attributes: &'static [Attribute],
    urn: &str,
    value: &Value,
    leniency: ValueLeniency,
) -> Result<Option<Value>, ScimError> {
    match value {
        Value::Null => Ok(None),
        Value::Object(part) => object(attributes, part, &urn, leniency),
        _ => Err(invalid(urn, "must be a JSON object")),
    }
}

/// Two names that differ in case only would leave it to chance which of them counts.
pub(super) fn put_once(into: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), ScimError> {
    match into.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(ScimError::bad(ScimType::InvalidSyntax, format!("{name} occurs twice in different case"))),
    }
}

/// Every required attribute has a value, in the resource, in each extension that it uses, and in each complex value.
///
/// # Errors
/// 400 with the keyword given, naming the one that is missing.
pub fn check_required(definition: &ResourceType, attributes: &Attributes, keyword: ScimType) -> Result<(), ScimError> {
    let missing = |name: &str| ScimError::bad(keyword, format!("{name} is required and must not be empty"));
    if let Some(name) = lacking(definition.schema.attributes, attributes) {
        return Err(missing(&name));
    }
    for extension in definition.extensions {
        match attributes.get(extension.id).and_then(Value::as_object) {
            Some(part) => {
                if let Some(name) = lacking(extension.attributes, part) {
                    return Err(missing(&format!("{}:{name}", extension.id)));
                }
            }
            None if definition.demands(extension) => return Err(missing(extension.id)),
            None => {}
        }
    }
    Ok(())
}

/// The name of a required attribute without a value.
fn lacking(attributes: &[Attribute], values: &Map<String, Value>) -> Option<String> {
    let demands = |attribute: &&Attribute| attribute.required || attribute.sub_attributes.iter().any(|it| it.required);
    for attribute in attributes.iter().filter(demands) {
        match values.get(attribute.name) {
            None if attribute.required => return Some(attribute.name.to_owned()),
            Some(value) => {
                let elements = if let Value::Array(all) = value { all.as_slice() } else { std::slice::from_ref(value) };
                let mut elements = elements.iter().filter_map(Value::as_object);
                if let Some(part) = elements.find_map(|element| lacking(attribute.sub_attributes, element)) {
                    return Some(format!("{}.{part}", attribute.name));
                }
            }
            None => {}
        }
    }
    None
}

/// Checks a list of schema URNs: strings, the core schema among them, nothing unknown.
///
/// # Errors
/// 400 `invalidSyntax` when there is no list, `invalidValue` for what is in it.
pub fn check_schemas(
    definition: &ResourceType,
    schemas: Option<&Value>,
    ignore_unknown: bool,
) -> Result<(), ScimError> {
    let Some(Value::Array(urns)) = schemas else {
        return Err(ScimError::bad(ScimType::InvalidSyntax, "schemas is required and must be an array of URNs"));
    };
    let mut has_core = false;
    for urn in urns {
        let Value::String(urn) = urn else {
            return Err(invalid("schemas", "takes strings"));
        };
        if urn.eq_ignore_ascii_case(definition.schema.id) {
            has_core = true;
        } else if definition.extension(urn).is_none() && !ignore_unknown {
            let detail = format!("schemas names {}, which a {} does not have", quoted(urn), definition.name);
            return Err(ScimError::bad(ScimType::InvalidValue, detail));
        }
    }
    if has_core { Ok(()) } else { Err(invalid("schemas", &format!("must hold {}", definition.schema.id))) }
}

/// Sets `schemas` to what the resource really uses, in front of everything else.
pub fn set_schemas(definition: &ResourceType, attributes: &mut Attributes) {
    let used = definition.extensions.iter().filter(|extension| attributes.contains_key(extension.id));
    let urns = std::iter::once(definition.schema.id).chain(used.map(|extension| extension.id));
    let urns: Value = urns.collect();
    // A map that has them already need not be put in order again.
    if attributes.iter().next().is_none_or(|(name, value)| name != "schemas" || *value != urns) {
        attributes.shift_insert(0, "schemas".to_owned(), urns);
    }
}

/// Takes the members out of normalised attributes; they are kept apart.
///
/// # Errors
/// 400 `invalidValue` for a member without `value`.
pub fn take_members(attributes: &mut Attributes) -> Result<Vec<MemberRef>, ScimError> {
    match attributes.shift_remove("members") {
        Some(members) => member_refs(&members),
        None => Ok(Vec::new()),
    }
}

/// Reads normalised member objects.
///
/// # Errors
/// 400 `invalidValue` for a member without `value`.
pub fn member_refs(members: &Value) -> Result<Vec<MemberRef>, ScimError> {
    let text = |member: &Value, name| member.get(name).and_then(Value::as_str).map(str::to_owned);
    let elements = members.as_array().map(Vec::as_slice).unwrap_or_default();
    elements
        .iter()
        .map(|member| match text(member, "value") {
            Some(value) if !value.is_empty() => Ok(MemberRef { value, kind: text(member, "type") }),
            _ => Err(invalid("members", "needs a value in every member")),
        })
        .collect()
}

/// Takes the password out of normalised attributes, so that it is never kept beside them.
pub fn take_password(attributes: &mut Attributes) -> Option<String> {
    match attributes.shift_remove("password") {
        Some(Value::String(password)) => Some(password),
        _ => None,
    }
}

/// A member of an object by name in any case.
#[must_use]
pub fn member_of<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

pub(super) fn invalid(place: impl Display, what: &str) -> ScimError {
    ScimError::bad(ScimType::InvalidValue, format!("{place} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

    fn user(mut body: Value) -> Result<Submitted, ScimError> {
        body["schemas"] = json!([USER]);
        read(ResourceKind::User.definition(), &body, Terms::default())
    }

    fn refused(body: Value) -> Option<ScimType> {
        user(body).err().and_then(|error| error.scim_type)
    }

    #[test]
    fn names_are_put_in_their_canonical_spelling() {
        let kept = user(json!({"USERNAME": "a", "Name": {"GIVENNAME": "B"}})).expect("valid").attributes;
        assert_eq!(kept["userName"], "a");
        assert_eq!(kept["name"], json!({"givenName": "B"}));
    }

    #[test]
    fn unknown_read_only_and_unassigned_are_not_kept() {
        let body = json!({
            "userName": "a", "x-unknown": 1, "id": "mine", "meta": {"created": "x"}, "groups": [{"value": "g"}],
            "title": null, "emails": [], "name": {}, "displayName": "", "active": false,
        });
        let kept = user(body).expect("valid").attributes;
        assert_eq!(Value::Object(kept), json!({"schemas": [USER], "userName": "a", "active": false}));
    }

    #[test]
    fn values_of_the_wrong_type_are_refused() {
        for wrong in [
            json!({"userName": {}}),
            json!({"userName": ""}),
            json!({}),
            json!({"userName": "a", "active": "yes"}),
            json!({"userName": "a", "active": "True"}),
            json!({"userName": "a", "name": "B"}),
            json!({"userName": "a", "emails": {"value": "x"}}),
            json!({"userName": "a", "emails": ["x"]}),
            json!({"userName": "a", "emails": [null]}),
            json!({"userName": "a", "profileUrl": "http://exa mple"}),
            json!({"userName": "a", "x509Certificates": [{"value": "!!!"}]}),
            json!({"userName": "a", "emails": [{"value": "x", "primary": true}, {"value": "y", "primary": true}]}),
        ] {
            assert_eq!(refused(wrong.clone()), Some(ScimType::InvalidValue), "{wrong}");
        }
        assert_eq!(refused(json!({"userName": "a", "USERNAME": "b"})), Some(ScimType::InvalidSyntax));
    }

    #[test]
    fn exact_duplicates_are_folded() {
        let email = json!({"value": "a@x", "type": "work"});
        let home = json!({"value": "a@x", "type": "home"});
        let kept = user(json!({"userName": "a", "emails": [email, email, home]})).expect("valid").attributes;
        assert_eq!(kept["emails"], json!([email, home]));
    }

    #[test]
    fn schemas_must_name_the_core_and_nothing_unknown() {
        let read = |schemas: Value, lenient| {
            read(
                ResourceKind::User.definition(),
                &json!({"schemas": schemas, "userName": "a"}),
                Terms { ignore_unknown_schemas: lenient, ..Terms::default() },
            )
        };
        assert!(read(json!([USER, USER.to_uppercase()]), false).is_ok());
        assert!(read(json!([USER, "urn:example:nope"]), false).is_err());
        assert!(read(json!([USER, "urn:example:nope"]), true).is_ok());
        assert!(read(json!([]), false).is_err());
        assert!(read(json!(null), false).is_err());
        assert!(read(json!(["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]), false).is_err());
    }

    #[test]
    fn extension_data_brings_its_urn() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let kept =
            user(json!({"userName": "a", urn.to_uppercase(): {"DEPARTMENT": "D", "manager": {"displayName": "x"}}}));
        let kept = kept.expect("valid").attributes;
        assert_eq!(kept["schemas"], json!([USER, urn]));
        assert_eq!(kept[urn], json!({"department": "D"}));
    }

    #[test]
    fn password_and_members_are_taken_apart() {
        let submitted = user(json!({"userName": "a", "password": "secret"})).expect("valid");
        assert_eq!(submitted.password.as_deref(), Some("secret"));
        assert!(!submitted.attributes.contains_key("password"));
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "G",
            "members": [{"value": "1", "display": null}],
        });
        let submitted = read(ResourceKind::Group.definition(), &group, Terms::default()).expect("valid");
        assert_eq!(submitted.members, Some(vec![MemberRef { value: "1".into(), kind: None }]));
    }
}
