//! An extension that only this server has, with what the schemas of RFC 7643 lack: every data type, every mutability,
//! and every time of being returned.

use super::core::{attribute, complex, reference, string};
use super::{Attribute, Schema, Type};

/// The badge that opens doors. Its number is the server's; the rest is the client's.
pub static BADGE: Schema = Schema {
    id: "urn:example:params:scim:schemas:extension:badge:2.0:User",
    name: "Badge",
    description: "The badge that opens doors",
    attributes: &[
        string("number", "Number printed on the badge").read_only(),
        string("serial", "Number of the chip; set once").case_exact().immutable().unique(),
        string("colour", "Colour, which guards always see").canonical(&["red", "green", "blue"]).always(),
        string("note", "Note of the guards, for those who ask for it").on_request(),
        string("pin", "Number that opens the inner doors; never shown").write_only(),
        attribute("level", "How far inside it leads", Type::Integer),
        attribute("reach", "Metres from which it is read", Type::Decimal),
        attribute("lost", "Whether it was lost", Type::Boolean),
        attribute("expires", "When it ends to work", Type::DateTime),
        attribute("chip", "What the chip holds, as base64", Type::Binary),
        reference("page", "Where it is described", &["external"]).case_exact(),
        string("doors", "Doors that it opens").multi(),
        complex("cover", "What it is worn in", COVER),
        complex("keys", "Keys that hang on it", KEYS).multi(),
    ],
};

const COVER: &[Attribute] = &[
    string("material", "What it is made of").required(),
    string("maker", "Who made it; set once").immutable(),
    string("engraving", "What stands on it, for those who ask for it").on_request(),
];

const KEYS: &[Attribute] = &[
    string("value", "Number of the key").required(),
    string("type", "What kind of key it is").canonical(&["metal", "card"]),
    string("blank", "What it was cut from; set once").immutable(),
    string("hook", "Where it hangs; always shown").always(),
    attribute("primary", "The key that is used most; at most one", Type::Boolean),
];
