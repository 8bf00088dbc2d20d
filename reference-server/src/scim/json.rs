//! Reading JSON more strictly than a plain parser would.
//!
//! A body that names a member twice means two things at once, so it is refused, unless the last one is to win. Nesting is
//! bounded while it is read.

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};
use std::fmt;

/// Fate of an object that names a member twice (A69).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeated {
    /// It is refused.
    #[default]
    Refused,
    /// The last one counts, as with most parsers.
    LastWins,
}

/// Parses one JSON text, with arrays and objects inside each other `most` deep. The parser below knows 127 levels.
///
/// # Errors
/// Malformed JSON, a repeated member name if that is refused, text after the value, or more levels of nesting.
pub fn parse(bytes: &[u8], most: usize, repeated: Repeated) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { most, left: most, repeated }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads a value with so many levels left.
#[derive(Clone, Copy)]
struct Strict {
    most: usize,
    left: usize,
    repeated: Repeated,
}

impl Strict {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left, ..self }),
            None => Err(E::custom(format_args!("arrays and objects may be {} levels deep", self.most))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(inner)? {
            array.push(element);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            match object.entry(name) {
                Entry::Occupied(_) if self.repeated == Repeated::Refused => {
                    return Err(de::Error::custom("a member name occurs twice"));
                }
                Entry::Occupied(mut first) => {
                    first.insert(members.next_value_seed(inner)?);
                }
                Entry::Vacant(free) => {
                    free.insert(members.next_value_seed(inner)?);
                }
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Value, serde_json::Error> {
        parse(bytes, 64, Repeated::Refused)
    }

    #[test]
    fn refuses_repeated_names_at_any_depth() {
        assert!(read(br#"{"a":1,"a":2}"#).is_err());
        assert!(read(br#"{"a":[{"b":1,"b":1}]}"#).is_err());
        assert!(read(br#"{"a":{"b":1},"c":{"b":1}}"#).is_ok());
    }

    #[test]
    fn the_last_of_repeated_names_wins_where_it_may() {
        let read = |bytes: &[u8], most| parse(bytes, most, Repeated::LastWins);
        assert_eq!(read(br#"{"a":1,"b":2,"a":[3]}"#, 2).expect("valid"), serde_json::json!({"a": [3], "b": 2}));
        assert!(read(br#"{"a":1,"a":[[]]}"#, 2).is_err(), "nesting is bounded all the same");
    }

    #[test]
    fn refuses_depth_and_trailing_text() {
        let deep = "[".repeat(10_000);
        assert!(read(deep.as_bytes()).is_err());
        assert!(read(b"{} {}").is_err());
        assert!(read(b"").is_err());
    }

    #[test]
    fn depth_is_counted_as_it_is_read() {
        let parse = |bytes: &[u8], most| parse(bytes, most, Repeated::Refused);
        assert!(parse(b"1", 0).is_ok());
        assert!(parse(b"[]", 0).is_err());
        assert!(parse(br#"{"a":[{}],"b":[[1]]}"#, 3).is_ok());
        let error = parse(br#"{"a":[{"b":{"#, 3).expect_err("too deep before it is broken").to_string();
        assert_eq!(error, "arrays and objects may be 3 levels deep at line 1 column 12");
    }

    #[test]
    fn keeps_values_as_a_plain_parser_would() {
        let text = r#"{"z":1,"a":[true,null,-2,1.5,"\u0061"]}"#;
        let plain: Value = serde_json::from_str(text).expect("valid JSON");
        assert_eq!(read(text.as_bytes()).expect("valid JSON"), plain);
    }
}
