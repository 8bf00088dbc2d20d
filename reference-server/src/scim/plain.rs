//! Messages in their plainest writing, read without being taken apart.
//!
//! Most writes say what is to be kept in the very bytes in which it is kept: no white space, no escapes, canonical names,
//! nothing null or empty. They are looked through once and copied. Whatever is written in another way, or is wrong, is
//! nothing here and is read the usual way (`json`, `resource`, `patch`), which comes to the same.

use super::patch::PATCH_URN;
use super::schema::{Attribute, COMMON, Mutability, ResourceType, Type};
use super::value::{ValueLeniency, text_fits};
use std::ops::Range;

/// As deep as these messages are nested.
pub const DEPTH: usize = 4;

/// A resource that is kept as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub struct PlainResource<'a> {
    /// Its attributes as they are kept.
    pub text: Vec<u8>,
    /// Its `userName`.
    pub user_name: Option<&'a str>,
}

/// One attribute and what it becomes, as JSON.
pub type PlainStep<'a> = (&'static Attribute, &'a str);

/// Reads the body of a POST. `status` is that of a user who is sent without one.
#[must_use]
pub fn resource<'a>(
    definition: &'static ResourceType,
    body: &'a [u8],
    leniency: ValueLeniency,
    status: bool,
) -> Option<PlainResource<'a>> {
    let mut reader = Reader::new(body, leniency)?;
    let (mut seen, mut used) = (Seen::default(), Seen::default());
    let (mut schemas, mut user_name) = (None, None);
    reader.object(|reader, name| {
        if name == "schemas" {
            let start = reader.at - "\"schemas\":".len();
            check_schemas(definition, reader)?;
            // Another one would leave this one among the others.
            return schemas.replace(start..reader.at).is_none().then_some(());
        }
        if let Some(at) = place(definition.schema.attributes, name) {
            seen.add(at)?;
            let attribute = &definition.schema.attributes[at];
            if name == "userName" {
                user_name = Some(reader.text(attribute)?);
                return Some(());
            }
            return reader.value(attribute);
        }
        if let Some(at) = place(COMMON, name) {
            seen.add(COMMON_FROM + at)?;
            return reader.value(&COMMON[at]);
        }
        let at = definition.extensions.iter().position(|extension| extension.id == name)?;
        used.add(at)?;
        reader.parts(definition.extensions[at].attributes).map(drop)
    })?;
    reader.end()?;
    if !definition.demanded.is_empty() || !seen.has_required(definition.schema.attributes) {
        return None;
    }
    let mut text = Vec::with_capacity(body.len() + 128);
    text.extend_from_slice(b"{\"schemas\":[");
    add_quoted(&mut text, definition.schema.id);
    for (_, extension) in definition.extensions.iter().enumerate().filter(|(at, _)| used.has(*at)) {
        text.push(b',');
        add_quoted(&mut text, extension.id);
    }
    text.push(b']');
    add_others(&mut text, reader.text, schemas?);
    if let Some(at) = place(definition.schema.attributes, "active")
        && !seen.has(at)
    {
        text.extend_from_slice(if status { b",\"active\":true" } else { b",\"active\":false" });
    }
    text.push(b'}');
    Some(PlainResource { text, user_name })
}

/// Reads a PatchOp message that sets attributes of one value, and no others than clients may change as they like.
#[must_use]
pub fn patch<'a>(
    definition: &'static ResourceType,
    body: &'a [u8],
    leniency: ValueLeniency,
    most: usize,
) -> Option<Vec<PlainStep<'a>>> {
    let mut reader = Reader::new(body, leniency)?;
    let (mut steps, mut operations, mut is_patch) = (Vec::new(), None, None);
    reader.object(|reader, name| match name {
        "schemas" if is_patch.is_none() => {
            is_patch = Some(());
            reader.array(|reader| (reader.string()? == PATCH_URN).then_some(()))
        }
        "Operations" if operations.is_none() => {
            let mut count = 0;
            reader.array(|reader| {
                count += 1;
                operation(definition, reader, &mut steps)
            })?;
            operations = Some(count);
            Some(())
        }
        _ => None,
    })?;
    reader.end()?;
    is_patch?;
    (operations? <= most).then_some(steps)
}

fn operation<'a>(
    definition: &'static ResourceType,
    reader: &mut Reader<'a>,
    steps: &mut Vec<PlainStep<'a>>,
) -> Option<()> {
    let (mut op, mut path, mut value) = (None, None, None);
    let start = steps.len();
    reader.object(|reader, name| match name {
        "op" if op.is_none() => {
            op = Some(reader.string()?);
            Some(())
        }
        "path" if path.is_none() => {
            path = Some(settable(definition, reader.string()?)?);
            Some(())
        }
        "value" if value.is_none() && reader.next() == Some(b'{') => {
            value = Some("");
            reader.object(|reader, name| {
                let attribute = settable(definition, name)?;
                if steps[start..].iter().any(|(other, _)| other.name == name) {
                    return None;
                }
                steps.push((attribute, reader.scalar()?));
                Some(())
            })
        }
        "value" if value.is_none() => {
            value = Some(reader.scalar()?);
            Some(())
        }
        _ => None,
    })?;
    match (op?, path, value?) {
        ("add" | "replace", None, "") => {}
        ("add" | "replace", Some(attribute), value) if !value.is_empty() => steps.push((attribute, value)),
        _ => return None,
    }
    let fits = |(attribute, value): &PlainStep<'_>| {
        let mut reader = Reader { text: value, at: 0, leniency: reader.leniency };
        reader.single(attribute).is_some()
    };
    steps[start..].iter().all(fits).then_some(())
}

/// An attribute of one value that has its place in the resource alone.
fn settable(definition: &'static ResourceType, name: &str) -> Option<&'static Attribute> {
    let attribute = definition.attribute(name).filter(|attribute| attribute.name == name)?;
    let is_plain = attribute.mutability == Mutability::ReadWrite && !attribute.multi_valued && !attribute.unique;
    (is_plain && attribute.kind != Type::Complex).then_some(attribute)
}

/// The core schema and nothing unknown. Which extensions are named makes no difference.
fn check_schemas(definition: &'static ResourceType, reader: &mut Reader<'_>) -> Option<()> {
    let mut has_core = false;
    reader.array(|reader| {
        let urn = reader.string()?;
        has_core |= urn == definition.schema.id;
        (urn == definition.schema.id || definition.extensions.iter().any(|schema| schema.id == urn)).then_some(())
    })?;
    has_core.then_some(())
}

/// Adds the members of an object but those that stand there.
fn add_others(text: &mut Vec<u8>, object: &str, without: Range<usize>) {
    let (before, after) = (&object[1..without.start], &object[without.end..object.len() - 1]);
    if let Some(before) = before.strip_suffix(',') {
        text.push(b',');
        text.extend_from_slice(before.as_bytes());
    }
    text.extend_from_slice(after.as_bytes());
}

fn add_quoted(text: &mut Vec<u8>, plain: &str) {
    text.push(b'"');
    text.extend_from_slice(plain.as_bytes());
    text.push(b'"');
}

/// Which attributes of a table were seen.
#[derive(Clone, Copy, Default)]
struct Seen(u64);

/// Where those that every resource has stand behind the others.
const COMMON_FROM: usize = 48;

impl Seen {
    /// Adds one that was not there.
    fn add(&mut self, at: usize) -> Option<()> {
        let bit = 1_u64.checked_shl(at.try_into().ok()?)?;
        let is_new = self.0 & bit == 0;
        self.0 |= bit;
        is_new.then_some(())
    }

    fn has(self, at: usize) -> bool {
        self.0.checked_shr(at as u32).is_some_and(|seen| seen & 1 == 1)
    }

    fn has_required(self, attributes: &[Attribute]) -> bool {
        attributes.iter().enumerate().all(|(at, attribute)| !attribute.required || self.has(at))
    }
}

/// Where the attribute of that very name stands.
fn place(attributes: &[Attribute], name: &str) -> Option<usize> {
    attributes.iter().position(|attribute| attribute.name == name)
}

/// The values of an object that tell the elements of a list apart.
#[derive(Default)]
struct Parts<'a> {
    value: Option<&'a str>,
    is_primary: bool,
}

/// Goes through a text once. Nothing is read twice, and nothing is read at all that has another form than expected.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    leniency: ValueLeniency,
}

impl<'a> Reader<'a> {
    fn new(text: &'a [u8], leniency: ValueLeniency) -> Option<Self> {
        Some(Self { text: std::str::from_utf8(text).ok()?, at: 0, leniency })
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    fn end(&self) -> Option<()> {
        (self.at == self.text.len()).then_some(())
    }

    /// What stands between a byte and the one that ends it, items with commas between them.
    fn items(&mut self, start: u8, end: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(start)?;
        loop {
            item(self)?;
            match self.next()? {
                b',' => self.at += 1,
                byte => {
                    self.at += 1;
                    return (byte == end).then_some(());
                }
            }
        }
    }

    /// The members of an object that has any.
    fn object(&mut self, mut member: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.items(b'{', b'}', |reader| {
            let name = reader.string()?;
            reader.take(b':')?;
            member(reader, name)
        })
    }

    fn array(&mut self, element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.items(b'[', b']', element)
    }

    /// What a string says that has something to say.
    fn string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        let said = &self.text[self.at..self.at + length];
        self.at += length;
        self.take(b'"')?;
        (!said.is_empty()).then_some(said)
    }

    fn boolean(&mut self) -> Option<bool> {
        let rest = &self.text[self.at..];
        let said = ["false", "true"].iter().position(|word| rest.starts_with(word))?;
        self.at += if said == 1 { 4 } else { 5 };
        Some(said == 1)
    }

    /// A string or a boolean, as it is written.
    fn scalar(&mut self) -> Option<&'a str> {
        let start = self.at;
        match self.next()? {
            b'"' => drop(self.string()?),
            _ => drop(self.boolean()?),
        }
        Some(&self.text[start..self.at])
    }

    fn text(&mut self, attribute: &'static Attribute) -> Option<&'a str> {
        let text = self.string()?;
        text_fits(attribute, text, &attribute.name, self.leniency).ok()?;
        Some(text)
    }

    /// All that an attribute holds.
    fn value(&mut self, attribute: &'static Attribute) -> Option<()> {
        if attribute.mutability != Mutability::ReadWrite {
            return None;
        }
        if !attribute.multi_valued {
            return self.single(attribute);
        }
        if attribute.kind != Type::Complex {
            return None;
        }
        let (mut values, mut primaries) = (Vec::new(), 0);
        self.array(|reader| {
            let element = reader.parts(attribute.sub_attributes)?;
            values.push(element.value);
            primaries += usize::from(element.is_primary);
            Some(())
        })?;
        (primaries < 2 && are_different(&values)).then_some(())
    }

    fn single(&mut self, attribute: &'static Attribute) -> Option<()> {
        match attribute.kind {
            Type::Boolean => self.boolean().map(drop),
            Type::Complex => self.parts(attribute.sub_attributes).map(drop),
            Type::String | Type::Reference | Type::Binary | Type::DateTime => self.text(attribute).map(drop),
            Type::Integer | Type::Decimal => None,
        }
    }

    fn parts(&mut self, attributes: &'static [Attribute]) -> Option<Parts<'a>> {
        let (mut parts, mut seen) = (Parts::default(), Seen::default());
        self.object(|reader, name| {
            let at = place(attributes, name)?;
            seen.add(at)?;
            let attribute = &attributes[at];
            match (name, attribute.kind) {
                _ if attribute.mutability != Mutability::ReadWrite => return None,
                ("value", Type::String) => parts.value = Some(reader.text(attribute)?),
                ("primary", Type::Boolean) => parts.is_primary = reader.boolean()?,
                _ => reader.value(attribute)?,
            }
            Some(())
        })?;
        seen.has_required(attributes).then_some(parts)
    }
}

/// Whether it goes without saying that no two elements stand for the same thing.
fn are_different(values: &[Option<&str>]) -> bool {
    let differ = |one: &Option<&str>, other: &Option<&str>| match (one, other) {
        (Some(one), Some(other)) => one.is_ascii() && other.is_ascii() && !one.eq_ignore_ascii_case(other),
        _ => false,
    };
    values.iter().enumerate().all(|(at, one)| values[..at].iter().all(|other| differ(one, other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::ResourceKind;

    const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn kept(body: &str) -> Option<String> {
        let definition = ResourceKind::User.definition();
        let plain = resource(definition, body.as_bytes(), ValueLeniency::default(), true)?;
        Some(String::from_utf8(plain.text).expect("text"))
    }

    fn steps(operations: &str) -> Option<Vec<(&str, String)>> {
        let message = format!(r#"{{"schemas":["{PATCH_URN}"],"Operations":[{operations}]}}"#);
        let definition = ResourceKind::User.definition();
        let steps = patch(definition, message.as_bytes(), ValueLeniency::default(), 2)?;
        Some(steps.into_iter().map(|(attribute, value)| (attribute.name, value.to_owned())).collect())
    }

    #[test]
    fn what_clients_usually_send_is_plain() {
        let others = format!(
            r#""name":{{"givenName":"B","familyName":"é"}},"active":true,"emails":[{{"value":"a@x","type":"work","primary":true}},{{"value":"b@x"}}],"{ENTERPRISE}":{{"department":"D","manager":{{"value":"1"}}}}"#
        );
        let expected = format!(r#"{{"schemas":["{USER}","{ENTERPRISE}"],"userName":"a",{others}}}"#);
        for body in [
            expected.clone(),
            format!(r#"{{"userName":"a","schemas":["{ENTERPRISE}","{USER}"],{others}}}"#),
            format!(r#"{{"userName":"a",{others},"schemas":["{USER}"]}}"#),
        ] {
            assert_eq!(kept(&body).as_ref(), Some(&expected), "{body}");
        }
        let least = format!(r#"{{"schemas":["{USER}"],"userName":"a"}}"#);
        assert_eq!(kept(&least), Some(format!(r#"{{"schemas":["{USER}"],"userName":"a","active":true}}"#)));

        assert_eq!(steps(r#"{"op":"replace","value":{"active":false}}"#), Some(vec![("active", "false".to_owned())]));
        let two = r#"{"path":"title","op":"add","value":"T"},{"value":{"active":true,"locale":"en"},"op":"replace"}"#;
        let [title, active, locale] = [("title", "\"T\""), ("active", "true"), ("locale", "\"en\"")];
        assert_eq!(steps(two), Some([title, active, locale].map(|(name, value)| (name, value.to_owned())).to_vec()));
    }

    #[test]
    fn whatever_else_is_read_the_usual_way() {
        for member in [
            r#""title": "T""#,
            r#""title":"""#,
            r#""title":null"#,
            r#""title":"\u0041""#,
            r#""title":true"#,
            r#""TITLE":"T""#,
            r#""userName":"b""#,
            r#""password":"p""#,
            r#""id":"1""#,
            r#""unheardOf":"x""#,
            r#""name":{}"#,
            r#""emails":[]"#,
            r#""emails":[{"value":"a"},{"value":"A"}]"#,
            r#""emails":[{"value":"é"},{"value":"É"}]"#,
            r#""addresses":[{"locality":"a"},{"locality":"a"}]"#,
            r#""emails":[{"value":"a","primary":true},{"value":"b","primary":true}]"#,
            r#""emails":[{"value":"a","value":"b"}]"#,
            r#""groups":[{"value":"g"}]"#,
        ] {
            assert_eq!(kept(&format!(r#"{{"schemas":["{USER}"],"userName":"a",{member}}}"#)), None, "{member}");
        }
        assert_eq!(kept(&format!(r#"{{"schemas":["{USER}"]}}"#)), None);
        assert_eq!(kept(r#"{"userName":"a"}"#), None);
        for operation in [
            r#"{"op":"remove","path":"title"}"#,
            r#"{"op":"replace","path":"userName","value":"b"}"#,
            r#"{"op":"replace","path":"emails","value":"b"}"#,
            r#"{"op":"replace","path":"active","value":"false"}"#,
            r#"{"op":"replace","path":"active","value":{"active":true}}"#,
            r#"{"op":"replace","value":true}"#,
            r#"{"op":"replace"}"#,
        ] {
            assert_eq!(steps(operation), None, "{operation}");
        }
        assert_eq!(steps(&[r#"{"op":"add","value":{"active":true}}"#; 3].join(",")), None, "more than allowed");
    }
}
