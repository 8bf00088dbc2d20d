//! Filters as a tree: printed for the target, evaluated here for what the target should answer (RFC 7644 §3.4.2.2).

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

use super::time;

/// A filter expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `path op value`.
    Compare(String, Op, Value),
    /// `path pr`.
    Present(String),
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// Either.
    Or(Box<Filter>, Box<Filter>),
    /// The complement.
    Not(Box<Filter>),
    /// `path[filter]`: one value for which the whole filter holds.
    Element(String, Box<Filter>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are RFC 7644's own, Table 3")]
pub enum Op {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// `path op value`.
pub fn compare(path: &str, op: Op, value: impl Into<Value>) -> Filter {
    Filter::Compare(path.into(), op, value.into())
}

/// `path eq value`.
pub fn eq(path: &str, value: impl Into<Value>) -> Filter {
    compare(path, Op::Eq, value)
}

/// `path pr`.
pub fn present(path: &str) -> Filter {
    Filter::Present(path.into())
}

/// `path[filter]`.
pub fn element(path: &str, filter: Filter) -> Filter {
    Filter::Element(path.into(), Box::new(filter))
}

impl Filter {
    /// Both hold.
    pub fn and(self, other: Filter) -> Filter {
        Filter::And(Box::new(self), Box::new(other))
    }

    /// Either holds.
    pub fn or(self, other: Filter) -> Filter {
        Filter::Or(Box::new(self), Box::new(other))
    }

    /// It does not hold.
    pub fn negated(self) -> Filter {
        Filter::Not(Box::new(self))
    }

    /// Whether a representation matches.
    pub fn matches(&self, resource: &Value) -> bool {
        match self {
            Filter::Compare(path, op, wanted) => {
                let found = values(resource, path);
                if *op == Op::Ne && found.is_empty() {
                    return true;
                }
                found.iter().any(|value| op.holds(value, wanted, is_case_exact(path)))
            }
            Filter::Present(path) => values(resource, path).iter().any(|value| is_present(value)),
            Filter::And(left, right) => left.matches(resource) && right.matches(resource),
            Filter::Or(left, right) => left.matches(resource) || right.matches(resource),
            Filter::Not(inner) => !inner.matches(resource),
            Filter::Element(path, inner) => values(resource, path).iter().any(|value| inner.matches(value)),
        }
    }
}

impl fmt::Display for Filter {
    /// The filter as it is sent, with no more parentheses than precedence needs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::Compare(path, op, value) => write!(f, "{path} {} {value}", op.name()),
            Filter::Present(path) => write!(f, "{path} pr"),
            Filter::And(left, right) => {
                let side = |side: &Filter| match side {
                    Filter::Or(..) => format!("({side})"),
                    _ => side.to_string(),
                };
                write!(f, "{} and {}", side(left), side(right))
            }
            Filter::Or(left, right) => write!(f, "{left} or {right}"),
            Filter::Not(inner) => write!(f, "not ({inner})"),
            Filter::Element(path, inner) => write!(f, "{path}[{inner}]"),
        }
    }
}

impl Op {
    /// As it is written in a filter.
    pub fn name(self) -> &'static str {
        match self {
            Op::Eq => "eq",
            Op::Ne => "ne",
            Op::Co => "co",
            Op::Sw => "sw",
            Op::Ew => "ew",
            Op::Gt => "gt",
            Op::Ge => "ge",
            Op::Lt => "lt",
            Op::Le => "le",
        }
    }

    fn holds(self, got: &Value, wanted: &Value, case_exact: bool) -> bool {
        if let (Value::String(got), Value::String(wanted)) = (got, wanted) {
            if let (Some(got), Some(wanted)) = (time::parse(got), time::parse(wanted)) {
                return self.orders(got.cmp(&wanted));
            }
            let fold = |text: &str| if case_exact { text.to_string() } else { text.to_lowercase() };
            let (got, wanted) = (fold(got), fold(wanted));
            return match self {
                Op::Co => got.contains(&wanted),
                Op::Sw => got.starts_with(&wanted),
                Op::Ew => got.ends_with(&wanted),
                _ => self.orders(got.cmp(&wanted)),
            };
        }
        match self {
            Op::Eq => got == wanted,
            Op::Ne => got != wanted,
            _ => false,
        }
    }

    fn orders(self, ordering: Ordering) -> bool {
        match self {
            Op::Eq => ordering == Ordering::Equal,
            Op::Ne => ordering != Ordering::Equal,
            Op::Gt => ordering == Ordering::Greater,
            Op::Ge => ordering != Ordering::Less,
            Op::Lt => ordering == Ordering::Less,
            Op::Le => ordering != Ordering::Greater,
            Op::Co | Op::Sw | Op::Ew => false,
        }
    }
}

/// The attributes that compare letter by letter (RFC 7643 §3.1, §7): the rest folds case.
fn is_case_exact(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    matches!(path.as_str(), "id" | "externalid" | "meta.resourcetype" | "meta.location" | "meta.version")
}

/// Every value at a path: lists are entered, and a list of objects without a sub-attribute means its `value`s.
fn values<'a>(resource: &'a Value, path: &str) -> Vec<&'a Value> {
    let (root, path) = match path.rfind(':') {
        Some(at) => {
            let (urn, name) = (&path[..at], &path[at + 1..]);
            (member(resource, urn).unwrap_or(resource), name)
        }
        None => (resource, path),
    };
    let mut found = vec![root];
    for name in path.split('.') {
        found = found.into_iter().filter_map(|value| member(value, name)).flat_map(entered).collect();
    }
    found
}

fn entered(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(is_present),
        Value::Object(map) => map.values().any(is_present),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn printing_keeps_precedence() {
        let (a, b, c) = (|| eq("a", 1), || eq("b", 2), || present("c"));
        assert_eq!(a().or(b().and(c())).to_string(), "a eq 1 or b eq 2 and c pr");
        assert_eq!(a().or(b()).and(c()).to_string(), "(a eq 1 or b eq 2) and c pr");
        assert_eq!(element("emails", a()).negated().to_string(), "not (emails[a eq 1])");
    }

    #[test]
    fn matching_follows_the_rfc() {
        let user = json!({"userName": "Ann", "externalId": "X", "title": "", "emails": [
            {"type": "work", "value": "a@x"}, {"type": "home", "value": "b@y"}],
            "meta": {"created": "2020-01-01T00:00:00Z"}});
        for (filter, wanted) in [
            (eq("USERNAME", "ann"), true),
            (eq("externalId", "x"), false),
            (present("title"), false),
            (element("emails", eq("type", "work").and(compare("value", Op::Ew, "@y"))), false),
            (eq("emails.type", "work").and(compare("emails.value", Op::Ew, "@y")), true),
            (compare("meta.created", Op::Lt, "2020-01-01T01:00:01+01:00"), true),
            (compare("nickName", Op::Ne, "x"), true),
        ] {
            assert_eq!(filter.matches(&user), wanted, "{filter}");
        }
    }
}
