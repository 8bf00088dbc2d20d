//! Faults of filters.

use super::message::{filter_of, has_term};
use super::{Defect, Next, Twist};
use crate::provider::{Operation, Query, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::{Filter, Operator};
use crate::scim::path::AttrPath;
use crate::scim::schema::ResourceKind;
use serde_json::Value;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "filter.unsupported-returns-all",
        sentence: "A filter that is not understood is dropped, and everybody is returned.",
        area: "filter",
        breaks: &["OKTA-USR-002", "OKTA-ERR-015", "RFC7644-3.4.2.2-02", "RFC7644-3.4.2.2-07", "RFC7644-3.4.2.2-16"],
        twist: Twist::Request(unsupported_returns_all),
    },
    Defect {
        name: "filter.username-case-sensitive",
        sentence: "A filter on userName distinguishes case.",
        area: "filter",
        breaks: &["OKTA-USR-006", "RFC7644-3.4.2.2-51"],
        twist: Twist::Reply(user_name_case_sensitive),
    },
    Defect {
        name: "filter.no-match-404",
        sentence: "A filter that matches nothing is answered 404.",
        area: "filter",
        breaks: &["OKTA-USR-003", "OKTA-GRP-002", "RFC7644-3.4.2-07"],
        twist: Twist::Reply(no_match_404),
    },
    Defect {
        name: "filter.compound-truncated",
        sentence: "Only the first part of a compound filter counts.",
        area: "filter",
        breaks: &["RFC7644-3.4.2.2-02", "RFC7644-3.4.2.2-17", "RFC7644-3.4.2.2-18"],
        twist: Twist::Request(compound_truncated),
    },
    Defect {
        name: "filter.plus-decoded",
        sentence: "A plus sign in a filter is taken for a space.",
        area: "filter",
        breaks: &["OKTA-USR-002", "RFC7644-1.2-01", "RFC7644-3.4.2.2-32"],
        twist: Twist::Request(plus_decoded),
    },
    Defect {
        name: "filter.keyword-case-sensitive",
        sentence: "Operators and attribute names in another letter case are not understood.",
        area: "filter",
        breaks: &["RFC7644-3.4.2.2-03", "RFC7644-3.4.2.2-04"],
        twist: Twist::Around(keyword_case_sensitive),
    },
    Defect {
        name: "filter.unsupported-500",
        sentence: "A filter with an operator of order is answered 500.",
        area: "filter",
        breaks: &["RFC7644-3.4.2.2-39", "RFC7644-3.4.2.2-43", "RFC7644-3.12-23"],
        twist: Twist::Around(unsupported_500),
    },
    Defect {
        name: "filter.external-id-refused",
        sentence: "A filter on externalId is refused.",
        area: "filter",
        breaks: &["RFC7644-3.4.2.2-60"],
        twist: Twist::Around(external_id_refused),
    },
    Defect {
        name: "filter.resources-null",
        sentence: "The rows of an empty list are null.",
        area: "filter",
        breaks: &["OKTA-USR-003", "RFC7644-3.4.2-04"],
        twist: Twist::Reply(resources_null),
    },
    Defect {
        name: "filter.valuepath-email",
        sentence: "A filter with brackets is answered 500.",
        area: "filter",
        breaks: &["RFC7644-3.4.2.2-25", "RFC7644-3.4.2.2-29", "RFC7644-3.12-23"],
        twist: Twist::Around(valuepath_email),
    },
    Defect {
        name: "filter.special-characters",
        sentence: "An apostrophe or a backslash in a filter's value is answered 500.",
        area: "filter",
        breaks: &["RFC7644-3.4.2.2-11", "RFC7644-3.4.2.2-65", "RFC7644-3.12-23"],
        twist: Twist::Around(special_characters),
    },
    Defect {
        name: "filter.parentheses-ignored",
        sentence: "Parentheses around alternatives do not count.",
        area: "filter",
        breaks: &["RFC7644-3.4.2.2-02"],
        twist: Twist::Request(parentheses_ignored),
    },
    Defect {
        name: "filter.duplicate-rows",
        sentence: "A user is found once for each mail address.",
        area: "filter",
        breaks: &["RFC7644-3.4.2-08", "RFC7644-3.4.2-90"],
        twist: Twist::Reply(duplicate_rows),
    },
    Defect {
        name: "filter.unsupported-returns-empty",
        sentence: "A filter that is not understood finds nobody.",
        area: "filter",
        breaks: &["OKTA-ERR-015", "RFC7644-3.4.2.2-07", "RFC7644-3.4.2.2-35"],
        twist: Twist::Request(unsupported_returns_empty),
    },
];

/// The filters that a hurried implementer supports; every other one is dropped.
const SUPPORTED: [&str; 3] = ["userName", "displayName", "id"];

fn is_supported(filter: Option<&Filter>) -> bool {
    match filter {
        Some(Filter::Compare(path, Operator::Eq, Value::String(_))) => {
            path.sub.is_none() && SUPPORTED.iter().any(|name| path.name.eq_ignore_ascii_case(name))
        }
        _ => false,
    }
}

fn unsupported_returns_all(operation: &mut Operation) {
    let filter = filter_of(operation);
    if let Operation::Search { query, .. } = operation
        && !is_supported(filter.as_ref())
    {
        query.filter = None;
    }
}

fn unsupported_returns_empty(operation: &mut Operation) {
    let filter = filter_of(operation);
    if let Operation::Search { query: Query { filter: Some(text), .. }, .. } = operation
        && !is_supported(filter.as_ref())
    {
        *text = r#"id eq "none""#.to_owned();
    }
}

fn user_name_case_sensitive(operation: &Operation, reply: &mut Reply) {
    distinguish_case(operation, "userName", reply);
}

/// Leaves only rows whose text fits a filter on that attribute letter by letter.
pub(super) fn distinguish_case(operation: &Operation, attribute: &str, reply: &mut Reply) {
    let Some(Filter::Compare(path, operator, Value::String(wanted))) = filter_of(operation) else {
        return;
    };
    if !path.name.eq_ignore_ascii_case(attribute) {
        return;
    }
    let fits = |resource: &Value| match (resource[attribute].as_str(), operator) {
        (Some(text), Operator::Eq) => text == wanted,
        (Some(text), Operator::Sw) => text.starts_with(&wanted),
        (Some(text), Operator::Ew) => text.ends_with(&wanted),
        (Some(text), Operator::Co) => text.contains(&wanted),
        _ => true,
    };
    let Some(body) = &mut reply.body else { return };
    let Some(Value::Array(resources)) = body.get_mut("Resources") else {
        return;
    };
    let before = resources.len();
    resources.retain(fits);
    let left = resources.len();
    if left < before {
        body["totalResults"] = left.into();
        body["itemsPerPage"] = left.into();
    }
}

fn no_match_404(operation: &Operation, reply: &mut Reply) {
    if let (Operation::Search { query: Query { filter: Some(_), .. }, .. }, Some(body)) = (operation, &reply.body)
        && body["totalResults"] == 0
    {
        *reply = ScimError::new(404, "nothing was found").into();
    }
}

fn resources_null(_: &Operation, reply: &mut Reply) {
    if let Some(Value::Array(resources)) = reply.body.as_mut().and_then(|body| body.get_mut("Resources"))
        && resources.is_empty()
        && let Some(body) = &mut reply.body
    {
        body["Resources"] = Value::Null;
    }
}

fn compound_truncated(operation: &mut Operation) {
    let filter = filter_of(operation);
    if let (Operation::Search { query, .. }, Some(Filter::And(terms) | Filter::Or(terms))) = (operation, filter) {
        query.filter = terms.first().map(Filter::to_string);
    }
}

fn plus_decoded(operation: &mut Operation) {
    if let Operation::Search { query, .. } = operation {
        query.filter = query.filter.take().map(|filter| filter.replace('+', " "));
    }
}

fn parentheses_ignored(operation: &mut Operation) {
    let filter = filter_of(operation);
    if let (Operation::Search { query, .. }, Some(filter)) = (operation, filter) {
        query.filter = Some(flat(&filter));
    }
}

/// The filter without the parentheses that group it.
fn flat(filter: &Filter) -> String {
    let join = |terms: &[Filter], word: &str| terms.iter().map(flat).collect::<Vec<_>>().join(word);
    match filter {
        Filter::And(terms) => join(terms, " and "),
        Filter::Or(terms) => join(terms, " or "),
        other => other.to_string(),
    }
}

const KEYWORDS: [&str; 13] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr", "and", "or", "not"];

fn keyword_case_sensitive(operation: Operation, next: Next<'_>) -> Reply {
    if let Operation::Search { kinds, query: Query { filter: Some(filter), .. } } = &operation {
        let is_odd = |word: &str| {
            let same = |known: &str| known.eq_ignore_ascii_case(word);
            if let Some(keyword) = KEYWORDS.iter().find(|keyword| same(keyword)) {
                return *keyword != word;
            }
            let Some(path) = AttrPath::parse(word) else { return false };
            let attribute = kinds.iter().find_map(|kind| kind.definition().attribute(&path.name));
            attribute.is_some_and(|attribute| attribute.name != path.name)
        };
        if words(filter).iter().any(|word| is_odd(word)) {
            return ScimError::bad(ScimType::InvalidFilter, "the filter holds an unknown word").into();
        }
    }
    next(operation)
}

/// The words of a filter that are not quoted.
fn words(filter: &str) -> Vec<String> {
    let (mut words, mut quoted, mut escaped) = (vec![String::new()], false, false);
    for c in filter.chars() {
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        if !quoted && crate::scim::path::is_path_char(c) {
            words.last_mut().expect("there is one from the start").push(c);
        } else {
            words.push(String::new());
        }
    }
    words
}

fn failing(operation: Operation, next: Next<'_>, is_meant: fn(&Filter) -> bool) -> Reply {
    if filter_of(&operation).is_some_and(|filter| has_term(&filter, &is_meant)) {
        return ScimError::new(500, "the query failed").into();
    }
    next(operation)
}

fn unsupported_500(operation: Operation, next: Next<'_>) -> Reply {
    failing(operation, next, |term| {
        matches!(term, Filter::Compare(_, Operator::Gt | Operator::Ge | Operator::Lt | Operator::Le, _))
    })
}

fn valuepath_email(operation: Operation, next: Next<'_>) -> Reply {
    failing(operation, next, |term| matches!(term, Filter::Element(..)))
}

/// As where the value is put between apostrophes and run as a query.
fn special_characters(operation: Operation, next: Next<'_>) -> Reply {
    failing(
        operation,
        next,
        |term| matches!(term, Filter::Compare(_, _, Value::String(text)) if text.contains(['\'', '\\'])),
    )
}

fn external_id_refused(operation: Operation, next: Next<'_>) -> Reply {
    let is_meant = |term: &Filter| matches!(term, Filter::Compare(path, ..) | Filter::Present(path) if path.name.eq_ignore_ascii_case("externalId"));
    if filter_of(&operation).is_some_and(|filter| has_term(&filter, &is_meant)) {
        return ScimError::bad(ScimType::InvalidFilter, "externalId cannot be filtered for").into();
    }
    next(operation)
}

/// As where users are joined with their mail addresses.
fn duplicate_rows(operation: &Operation, reply: &mut Reply) {
    let Operation::Search { kinds, query: Query { filter: Some(_), .. } } = operation else {
        return;
    };
    let Some(body) = reply.body.as_mut().filter(|_| kinds.contains(&ResourceKind::User)) else {
        return;
    };
    let Some(Value::Array(resources)) = body.get_mut("Resources") else {
        return;
    };
    let before = resources.len();
    let addresses = |user: &Value| user["emails"].as_array().map_or(1, |emails| emails.len().max(1));
    *resources = resources.iter().flat_map(|user| std::iter::repeat_n(user.clone(), addresses(user))).collect();
    let after = resources.len();
    body["itemsPerPage"] = after.into();
    body["totalResults"] = (body["totalResults"].as_u64().unwrap_or_default() + (after - before) as u64).into();
}
