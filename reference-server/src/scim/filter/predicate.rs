//! Expressions checked against a resource type, and their truth for a resource.
//!
//! * A comparison with an attribute of several values holds if it holds for any of them.
//! * `ne` is also true where there is no value at all, `eq null` is true only there; other readings are possible.
//! * `path[…]` holds if one and the same value satisfies all of it.

use super::{
    BareComplex, Filter, FilterReading, NeOfNone, NeOfSeveral, NestedBrackets, NullOperand, Operator, Unknown,
};
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::fold::Folding;
use crate::scim::path::AttrPath;
use crate::scim::schema::{Attribute, Located, ResourceType, Returned, Target, Type};
use crate::scim::time::instant;
use jiff::Timestamp;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A filter that fits a resource type.
#[derive(Debug)]
pub enum Predicate {
    /// The same for every resource: the attribute belongs to another type.
    Constant(bool),
    /// A comparison.
    Compare(Leaf, Operator, Operand),
    /// Has a value.
    Present(Target),
    /// All of them.
    And(Vec<Predicate>),
    /// Any of them.
    Or(Vec<Predicate>),
    /// The contrary.
    Not(Box<Predicate>),
    /// One value satisfies it.
    Element(Target, Box<Predicate>),
}

/// What a comparison looks at.
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    /// Where it is.
    pub target: Target,
    /// The definition of the values compared.
    pub attribute: &'static Attribute,
    /// How their text is compared.
    pub folding: Folding,
}

/// What a comparison compares with.
#[derive(Debug, PartialEq)]
pub enum Operand {
    /// No value.
    Null,
    /// A boolean.
    Boolean(bool),
    /// Text, folded if the attribute ignores case.
    Text(String),
    /// A number.
    Number(Number),
    /// A point in time.
    Instant(Timestamp),
}

/// Checks a filter against a resource type. An attribute that only a type of `others` has counts as having no value.
///
/// # Errors
/// 400 `invalidFilter` for an unknown attribute or an operator that does not fit the attribute.
pub fn compile(
    filter: &Filter,
    definition: &'static ResourceType,
    others: &[&'static ResourceType],
    reading: FilterReading,
) -> Result<Predicate, ScimError> {
    let scope = Scope::Resource { definition, others };
    connect(filter, &|filter| match filter {
        Filter::Element(path, inner) => match scope.find(path, reading)? {
            None => Ok(Predicate::Constant(false)),
            Some(target) if !has_elements(&target) => {
                Err(refused(format!("{} has no parts to filter by", quoted(&path.to_string()))))
            }
            Some(target) => {
                let inner = compile_for_element(inner, target.attribute, reading)?;
                Ok(Predicate::Element(target, Box::new(inner)))
            }
        },
        simple => term(simple, &scope, reading),
    })
}

fn has_elements(target: &Target) -> bool {
    target.sub.is_none() && (target.attribute.kind == Type::Complex || target.attribute.multi_valued)
}

/// Checks the part of a filter that stands in brackets against the attribute in front of them.
///
/// # Errors
/// 400 `invalidFilter`, as for a whole filter.
pub fn compile_for_element(
    filter: &Filter,
    attribute: &'static Attribute,
    reading: FilterReading,
) -> Result<Predicate, ScimError> {
    let scope = Scope::Element(attribute);
    connect(filter, &|filter| match filter {
        Filter::Element(..) if reading.nested_brackets == NestedBrackets::FindNothing => Ok(Predicate::Constant(false)),
        simple => term(simple, &scope, reading),
    })
}

fn connect(filter: &Filter, leaf: &dyn Fn(&Filter) -> Result<Predicate, ScimError>) -> Result<Predicate, ScimError> {
    let all = |terms: &[Filter]| terms.iter().map(|term| connect(term, leaf)).collect::<Result<Vec<_>, _>>();
    match filter {
        Filter::And(terms) => all(terms).map(Predicate::And),
        Filter::Or(terms) => all(terms).map(Predicate::Or),
        Filter::Not(inner) => connect(inner, leaf).map(|inner| Predicate::Not(Box::new(inner))),
        simple => leaf(simple),
    }
}

enum Scope<'a> {
    Resource { definition: &'static ResourceType, others: &'a [&'static ResourceType] },
    Element(&'static Attribute),
}

impl Scope<'_> {
    /// What a path means here; `None` when only another resource type has it.
    fn find(&self, path: &AttrPath, reading: FilterReading) -> Result<Option<Target>, ScimError> {
        let refusal = || refused(format!("there is no attribute {}", quoted(&path.to_string())));
        let target = match self {
            Self::Element(attribute) => part(attribute, path).ok_or_else(refusal)?,
            Self::Resource { definition, others } => {
                let unqualified = || definition.locate_unqualified(path).filter(|_| reading.unqualified_names);
                match definition.locate(path).or_else(unqualified) {
                    Some(Located::Attribute(target)) => target,
                    None if others.iter().any(|other| other.locate(path).is_some()) => return Ok(None),
                    None if reading.unknown == Unknown::HasNoValue => return Ok(None),
                    _ => return Err(refusal()),
                }
            }
        };
        if target.attribute.returned == Returned::Never || target.sub.is_some_and(|sub| sub.returned == Returned::Never)
        {
            return Err(refused(format!("{} cannot be filtered by", path.name)));
        }
        Ok(Some(target))
    }
}

/// What a name in brackets means. Values without parts have a `value` all the same: themselves.
fn part(attribute: &'static Attribute, path: &AttrPath) -> Option<Target> {
    if path.urn.is_some() || path.sub.is_some() {
        return None;
    }
    let is_value = attribute.kind != Type::Complex && path.name.eq_ignore_ascii_case("value");
    let part = if is_value { attribute } else { attribute.sub(&path.name)? };
    Some(Target { extension: None, attribute: part, sub: None })
}

fn term(filter: &Filter, scope: &Scope<'_>, reading: FilterReading) -> Result<Predicate, ScimError> {
    match filter {
        Filter::Present(path) => Ok(scope.find(path, reading)?.map_or(Predicate::Constant(false), Predicate::Present)),
        Filter::Compare(path, operator, value) => {
            let Some(target) = scope.find(path, reading)? else {
                return Ok(Predicate::Constant(holds_without_value(*operator, value.is_null(), reading.ne_of_none)));
            };
            let leaf = leaf(target, path, reading)?;
            let operand = operand(&leaf, *operator, value, reading)?;
            Ok(comparison(leaf, *operator, operand, reading))
        }
        // Brackets in brackets do not parse; connectives were taken apart before.
        _ => Err(refused("brackets cannot stand here".to_owned())),
    }
}

fn comparison(leaf: Leaf, operator: Operator, operand: Operand, reading: FilterReading) -> Predicate {
    if operator != Operator::Ne || operand == Operand::Null {
        return Predicate::Compare(leaf, operator, operand);
    }
    let differs = if leaf.target.attribute.multi_valued && reading.ne_of_several == NeOfSeveral::AllDiffer {
        Predicate::Not(Box::new(Predicate::Compare(leaf, Operator::Eq, operand)))
    } else {
        Predicate::Compare(leaf, operator, operand)
    };
    match reading.ne_of_none {
        NeOfNone::Holds => differs,
        NeOfNone::Fails => Predicate::And(vec![Predicate::Present(leaf.target), differs]),
    }
}

/// The values a comparison looks at. A complex attribute of several values stands for their `value`, as in the RFC's
/// example `emails co "example.com"`.
fn leaf(target: Target, path: &AttrPath, reading: FilterReading) -> Result<Leaf, ScimError> {
    let attribute = target.sub.unwrap_or(target.attribute);
    let folding = |attribute: &Attribute| match attribute.case_exact || attribute.kind == Type::Binary {
        true => Folding::Exact,
        false => Folding::Folded(reading.comparison),
    };
    if attribute.kind != Type::Complex {
        return Ok(Leaf { target, attribute, folding: folding(attribute) });
    }
    let is_meant = match reading.bare_complex {
        BareComplex::ValueOfSeveral => attribute.multi_valued,
        BareComplex::Value => true,
        BareComplex::Refused => false,
    };
    match attribute.sub("value").filter(|_| is_meant) {
        Some(value) => {
            Ok(Leaf { target: Target { sub: Some(value), ..target }, attribute: value, folding: folding(value) })
        }
        None => Err(refused(format!("{} needs a sub-attribute to compare", quoted(&path.to_string())))),
    }
}

fn operand(leaf: &Leaf, operator: Operator, value: &Value, reading: FilterReading) -> Result<Operand, ScimError> {
    use Operator::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    let attribute = leaf.attribute;
    let allowed = match attribute.kind {
        Type::Boolean => matches!(operator, Eq | Ne),
        Type::Binary => matches!(operator, Eq | Ne | Co | Sw | Ew),
        Type::DateTime | Type::Integer | Type::Decimal => matches!(operator, Eq | Ne | Gt | Ge | Lt | Le),
        _ => true,
    };
    if !allowed {
        return Err(refused(format!("{operator} does not apply to {}", attribute.name)));
    }
    let mismatch = || refused(format!("{} cannot be compared with {}", attribute.name, quoted(&value.to_string())));
    match (attribute.kind, value) {
        (_, Value::Null) if matches!(operator, Eq | Ne) && reading.nulls == NullOperand::NoValue => Ok(Operand::Null),
        (Type::Boolean, Value::Bool(value)) => Ok(Operand::Boolean(*value)),
        (Type::Boolean, Value::String(text)) if reading.string_booleans && text.eq_ignore_ascii_case("true") => {
            Ok(Operand::Boolean(true))
        }
        (Type::Boolean, Value::String(text)) if reading.string_booleans && text.eq_ignore_ascii_case("false") => {
            Ok(Operand::Boolean(false))
        }
        (Type::Integer | Type::Decimal, Value::Number(number)) => Ok(Operand::Number(number.clone())),
        (Type::DateTime, Value::String(text)) => instant(text).map(Operand::Instant).ok_or_else(mismatch),
        (Type::String | Type::Reference | Type::Binary, Value::String(text)) => {
            Ok(Operand::Text(leaf.folding.of(text)))
        }
        _ => Err(mismatch()),
    }
}

fn refused(detail: String) -> ScimError {
    ScimError::bad(ScimType::InvalidFilter, detail)
}

impl Predicate {
    /// The text that an attribute of that name must equal, if that is all there is to it.
    #[must_use]
    pub fn exact_text(&self, name: &str) -> Option<&str> {
        match self {
            Self::Compare(leaf, Operator::Eq, Operand::Text(text)) if leaf.attribute.name == name => Some(text),
            _ => None,
        }
    }

    /// Whether a resource satisfies it, where that hangs on one attribute that is a text; `text` says what text an
    /// attribute is.
    #[must_use]
    pub fn is_true_by_text<'a>(&self, text: impl FnOnce(&str) -> Option<Cow<'a, str>>) -> Option<bool> {
        let Self::Compare(leaf, operator, Operand::Text(wanted)) = self else {
            return None;
        };
        let Target { extension: None, attribute, sub: None } = leaf.target else {
            return None;
        };
        let text = text(attribute.name).filter(|text| !text.is_empty())?;
        Some(compare_text(leaf.folding, *operator, wanted, &text))
    }

    /// Whether an element of an attribute satisfies it. One without parts is looked at by the name of its attribute.
    #[must_use]
    pub fn is_true_of(&self, attribute: &Attribute, element: &Value) -> bool {
        match element {
            Value::Object(parts) => self.matches(parts),
            value => self.matches(&Map::from_iter([(attribute.name.to_owned(), value.clone())])),
        }
    }

    /// The attributes that decide it, as [`Target::top`] names them.
    #[must_use]
    pub fn attributes(&self) -> Vec<&'static str> {
        match self {
            Self::Constant(_) => Vec::new(),
            Self::Compare(leaf, ..) => vec![leaf.target.top()],
            Self::Present(target) | Self::Element(target, _) => vec![target.top()],
            Self::And(terms) | Self::Or(terms) => terms.iter().flat_map(Self::attributes).collect(),
            Self::Not(inner) => inner.attributes(),
        }
    }

    /// Whether the resource, or the element of an attribute, satisfies it.
    #[must_use]
    pub fn matches(&self, resource: &Map<String, Value>) -> bool {
        match self {
            Self::Constant(truth) => *truth,
            Self::Present(target) => target.values(resource).any(is_present),
            Self::And(terms) => terms.iter().all(|term| term.matches(resource)),
            Self::Or(terms) => terms.iter().any(|term| term.matches(resource)),
            Self::Not(inner) => !inner.matches(resource),
            Self::Element(target, inner) => {
                target.values(resource).any(|element| inner.is_true_of(target.attribute, element))
            }
            Self::Compare(leaf, operator, operand) => {
                let mut values = leaf.target.values(resource).filter(|value| is_present(value)).peekable();
                let absent = values.peek().is_none();
                if absent || *operand == Operand::Null {
                    return absent == holds_without_value(*operator, *operand == Operand::Null, NeOfNone::Holds);
                }
                values.any(|value| compare(leaf.folding, *operator, operand, value))
            }
        }
    }
}

fn holds_without_value(operator: Operator, with_null: bool, ne: NeOfNone) -> bool {
    match operator {
        Operator::Eq => with_null,
        Operator::Ne => !with_null && ne == NeOfNone::Holds,
        _ => false,
    }
}

fn compare(folding: Folding, operator: Operator, operand: &Operand, value: &Value) -> bool {
    match (operand, value) {
        (Operand::Boolean(wanted), Value::Bool(value)) => (wanted == value) == (operator == Operator::Eq),
        (Operand::Text(wanted), Value::String(text)) => compare_text(folding, operator, wanted, text),
        (Operand::Instant(wanted), Value::String(text)) => {
            instant(text).is_some_and(|value| ordered(operator, value.cmp(wanted)))
        }
        (Operand::Number(wanted), Value::Number(value)) => {
            number_order(value, wanted).is_some_and(|order| ordered(operator, order))
        }
        _ => operator == Operator::Ne,
    }
}

fn compare_text(folding: Folding, operator: Operator, wanted: &str, text: &str) -> bool {
    let text = folding.of(text);
    match operator {
        Operator::Co => text.contains(wanted),
        Operator::Sw => text.starts_with(wanted),
        Operator::Ew => text.ends_with(wanted),
        _ => ordered(operator, text.as_str().cmp(wanted)),
    }
}

/// Integers are compared exactly, beyond what a float can tell apart.
pub(crate) fn number_order(one: &Number, other: &Number) -> Option<Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn ordered(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Eq => order.is_eq(),
        Operator::Ne => order.is_ne(),
        Operator::Gt => order.is_gt(),
        Operator::Ge => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Le => order.is_le(),
        Operator::Co | Operator::Sw | Operator::Ew => false,
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => values.iter().any(is_present),
        Value::Object(parts) => parts.values().any(is_present),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

impl Target {
    /// The member of a resource in which it lies: the attribute, or the extension that has it.
    #[must_use]
    pub fn top(&self) -> &'static str {
        self.extension.map_or(self.attribute.name, |schema| schema.id)
    }

    /// All values at this place of a resource, those of several elements one by one.
    pub fn values<'a>(&self, resource: &'a Map<String, Value>) -> impl Iterator<Item = &'a Value> + use<'a> {
        let object = match self.extension {
            Some(schema) => resource.get(schema.id).and_then(Value::as_object),
            None => Some(resource),
        };
        let sub = self.sub.map(|sub| sub.name);
        let value = object.and_then(|object| object.get(self.attribute.name));
        let elements = match value {
            Some(Value::Array(elements)) => elements.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        elements.iter().filter_map(move |element| match sub {
            Some(name) => element.get(name),
            None => Some(element),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::filter::{BareWords, Comparison, DollarNames, FilterLimits, parse_as};
    use crate::scim::schema::ResourceKind;
    use serde_json::json;

    fn check(text: &str) -> Result<bool, ScimType> {
        check_as(text, FilterReading::default())
    }

    fn check_as(text: &str, reading: FilterReading) -> Result<bool, ScimType> {
        let resource = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": "Ab1", "externalId": "AbC", "userName": "Bjensen@X.example", "active": true, "title": "",
            "displayName": "jos\u{e9}",
            "name": {"familyName": "O'Malley"},
            "emails": [{"value": "a@x", "type": "work"}, {"value": "b@y", "type": "home", "primary": true}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Tour", "manager": {"value": "M1"}},
            "meta": {"resourceType": "User", "created": "2024-05-01T12:00:00.000Z"},
        });
        let filter = parse_as(text, FilterLimits::default(), reading).map_err(|_| ScimType::InvalidSyntax)?;
        let predicate = compile(&filter, ResourceKind::User.definition(), &[ResourceKind::Group.definition()], reading)
            .map_err(|error| error.scim_type.unwrap_or(ScimType::InvalidSyntax))?;
        Ok(predicate.matches(resource.as_object().expect("an object")))
    }

    #[test]
    fn true_ones() {
        for text in [
            r#"userName eq "bjensen@x.EXAMPLE""#,
            r#"USERNAME sw "BJ""#,
            r#"userName sw "bjensen@x.example""#,
            r#"userName ew "example""#,
            r#"userName gt "a" and userName lt "c" and userName le "bjensen@x.example" and userName ge "b""#,
            r#"externalId eq "AbC""#,
            r#"name.familyName co "o'm""#,
            "name pr and emails pr and emails.value pr",
            r#"title ne "x" and title eq null and not (title pr)"#,
            r#"emails co "@y""#,
            r#"emails.type eq "work" and emails.value ew "@y""#,
            r#"emails[type eq "work" and value ew "@x"]"#,
            r#"emails[not (type eq "work")]"#,
            "emails[primary eq true]",
            "emails[primary ne true]",
            r#"emails.value ne "a@x""#,
            r#"not (active eq false)"#,
            r#"meta.created eq "2024-05-01T14:00:00+02:00""#,
            r#"meta.created gt "2024-05-01T11:59:59.999""#,
            r#"meta.resourceType eq "User""#,
            r#"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName pr"#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "tour""#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "M1""#,
            "not (members pr)",
        ] {
            assert_eq!(check(text), Ok(true), "{text}");
        }
    }

    #[test]
    fn false_ones() {
        for text in [
            r#"externalId eq "abc""#,
            r#"id eq "ab1""#,
            r#"meta.resourceType eq "user""#,
            r#"emails[type eq "work" and value ew "@y"]"#,
            "title pr",
            "userName eq null",
            r#"members.value eq "x""#,
            r#"userName co "%""#,
            r#"nickName lt "z""#,
        ] {
            assert_eq!(check(text), Ok(false), "{text}");
        }
    }

    #[test]
    fn refused_ones() {
        for text in [
            "noSuchAttr pr",
            r#"name eq "x""#,
            "active gt true",
            r#"active eq "true""#,
            r#"active co "t""#,
            r#"x509Certificates.value gt "a""#,
            r#"meta.created gt "yesterday""#,
            r#"meta.created gt "2024-05-01 12:00:00Z""#,
            r#"password eq "x""#,
            "password pr",
            r#"emails[userName eq "A"]"#,
            "userName eq 1",
            "userName gt null",
            r#"userName[value eq "x"]"#,
            r#"department eq "x""#,
        ] {
            assert_eq!(check(text), Err(ScimType::InvalidFilter), "{text}");
        }
    }

    /// Each row: a filter, another reading, what the usual one makes of it, and what the other makes.
    #[test]
    fn where_the_rfc_leaves_it_open_both_readings_are_there() {
        let refused = Err(ScimType::InvalidFilter);
        let malformed = Err(ScimType::InvalidSyntax);
        let usual = FilterReading::default();
        let rows = [
            ("noSuch eq 1", FilterReading { unknown: Unknown::HasNoValue, ..usual }, refused, Ok(false)),
            ("noSuch ne 1", FilterReading { unknown: Unknown::HasNoValue, ..usual }, refused, Ok(true)),
            (
                "emails[type eq \"work\" and sub[x pr]]",
                FilterReading { nested_brackets: NestedBrackets::FindNothing, ..usual },
                malformed,
                Ok(false),
            ),
            (
                "emails[type eq \"work\"].value eq \"a@x\"",
                FilterReading { parts_behind_brackets: true, ..usual },
                malformed,
                Ok(true),
            ),
            (
                "emails[type eq \"work\"].value eq \"b@y\"",
                FilterReading { parts_behind_brackets: true, ..usual },
                malformed,
                Ok(false),
            ),
            ("emails co \"@y\"", FilterReading { bare_complex: BareComplex::Refused, ..usual }, Ok(true), refused),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq \"M1\"",
                FilterReading { bare_complex: BareComplex::Value, ..usual },
                refused,
                Ok(true),
            ),
            ("department eq \"Tour\"", FilterReading { unqualified_names: true, ..usual }, refused, Ok(true)),
            ("noSuch eq \"Tour\"", FilterReading { unqualified_names: true, ..usual }, refused, refused),
            (
                "emails.value ne \"a@x\"",
                FilterReading { ne_of_several: NeOfSeveral::AllDiffer, ..usual },
                Ok(true),
                Ok(false),
            ),
            (
                "emails.value ne \"c@z\"",
                FilterReading { ne_of_several: NeOfSeveral::AllDiffer, ..usual },
                Ok(true),
                Ok(true),
            ),
            ("nickName ne \"x\"", FilterReading { ne_of_none: NeOfNone::Fails, ..usual }, Ok(true), Ok(false)),
            ("nickName eq null", FilterReading { nulls: NullOperand::Refused, ..usual }, Ok(true), refused),
            ("active eq \"True\"", FilterReading { string_booleans: true, ..usual }, refused, Ok(true)),
            ("externalId eq AbC", FilterReading { bare_words: BareWords::Text, ..usual }, malformed, Ok(true)),
            (
                "(externalId eq AbC)and userName co ENSEN",
                FilterReading { bare_words: BareWords::Text, ..usual },
                malformed,
                Ok(true),
            ),
            ("externalId eq 'AbC'", FilterReading { bare_words: BareWords::Text, ..usual }, malformed, malformed),
            ("groups.$ref pr", FilterReading { dollar_names: DollarNames::Refused, ..usual }, Ok(false), malformed),
            (
                "displayName eq \"jose\u{301}\"",
                FilterReading { comparison: Comparison::LowerCase, ..usual },
                Ok(true),
                Ok(false),
            ),
            (
                "displayName eq \"JOS\u{c9}\"",
                FilterReading { comparison: Comparison::LowerCase, ..usual },
                Ok(true),
                Ok(true),
            ),
        ];
        for (text, other, by_default, otherwise) in rows {
            assert_eq!(check(text), by_default, "{text}");
            assert_eq!(check_as(text, other), otherwise, "{text} {other:?}");
        }
    }

    #[test]
    fn large_integers_are_told_apart() {
        let order = |one: u64, other: u64| number_order(&one.into(), &other.into());
        assert_eq!(order(9_007_199_254_740_993, 9_007_199_254_740_992), Some(Ordering::Greater));
        let (one, half) = (Number::from(1), Number::from_f64(0.5).expect("a number"));
        assert_eq!(number_order(&one, &half), Some(Ordering::Greater));
    }
}
