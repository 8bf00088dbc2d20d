//! What must be true of every exchange, whoever makes it. Pure functions over one exchange.

mod error;
mod list;
mod resource;
mod transport;
mod value;

use http::Method;
use serde_json::Value;

use crate::check::{Invariant, Judgement, Scope};
use crate::scim::urn;
use crate::target::Exchange;

/// In the order of the wire: status, headers, body, resource.
pub(super) static INVARIANTS: &[&Invariant] = &[
    &transport::SERVER_ERROR,
    &transport::NO_CONTENT,
    &transport::MEDIA_TYPE,
    &transport::ERROR_MEDIA_TYPE,
    &transport::JSON,
    &transport::BYTE_ORDER_MARK,
    &transport::ALLOW,
    &transport::LOCATION,
    &transport::LOCATION_IN_BODY,
    &transport::TOKEN,
    &error::ERROR_SHAPE,
    &error::ERROR_STATUS,
    &error::SCIM_TYPE,
    &error::SCIM_TYPE_PLACE,
    &error::DETAIL,
    &error::ERROR_AS_SUCCESS,
    &error::TOO_MANY,
    &error::SENSITIVE,
    &list::LIST_NUMBERS,
    &list::LIST_ITEMS,
    &list::LIST_ONCE,
    &list::LIST_ROWS,
    &resource::SCHEMAS,
    &resource::CORE_SCHEMA,
    &resource::SCHEMAS_ONCE,
    &resource::ID,
    &resource::RESERVED_ID,
    &resource::TYPE,
    &resource::META_LOCATION,
    &resource::CONTENT_LOCATION,
    &resource::DATES,
    &resource::LOCATION_QUERY,
    &resource::LOCATION_USERINFO,
    &value::PASSWORD,
    &value::BOOLEANS,
    &value::LISTS,
    &value::FLAT,
    &value::PRIMARY,
];

const MISREAD: &str = "Clients misread the answer, or show the admin a parser message in place of the cause.";

fn has_body(exchange: &Exchange) -> bool {
    let is_bare = exchange.request.method == Method::HEAD || exchange.answer.status == 204;
    !exchange.answer.body.is_empty() && !is_bare && !is_too_long(exchange)
}

/// Whether the HTTP server refused the request for its length before any SCIM server saw it.
fn is_too_long(exchange: &Exchange) -> bool {
    matches!(exchange.answer.status, 414 | 431)
}

/// Whether the client asked for some attributes alone: in the address, or in the body of a search.
fn is_thin(exchange: &Exchange) -> bool {
    let is_search = exchange.request.path.ends_with("/.search");
    let in_body = || exchange.request.body_json().is_some_and(|body| body.get("attributes").is_some());
    exchange.request.parameter("attributes").is_some() || (is_search && in_body())
}

fn is_error(exchange: &Exchange) -> bool {
    exchange.answer.status >= 400 && exchange.request.method != Method::HEAD && !is_too_long(exchange)
}

fn list(exchange: &Exchange) -> Option<&Value> {
    let body = exchange.answer.json.as_ref().filter(|_| exchange.answer.status == 200)?;
    body.get("schemas")?.as_array()?.contains(&urn::LIST.into()).then_some(body)
}

/// Judges each of this run's own users and groups in an answer: what belongs to others is nobody's business.
fn each_own(
    exchange: &Exchange,
    scope: &Scope,
    judge: impl Fn(String, &Value, &str) -> Judgement,
) -> Option<Judgement> {
    let path = exchange.request.path.as_str();
    let core = if path.starts_with("/Users") {
        urn::USER
    } else if path.starts_with("/Groups") {
        urn::GROUP
    } else {
        return None;
    };
    let body = exchange.answer.json.as_ref().filter(|_| exchange.answer.is_success())?;
    let judgements: Vec<Judgement> = match list(exchange) {
        Some(_) => {
            let own = exchange.rows().filter(|(_, row)| scope.key.owns(row));
            own.map(|(at, row)| judge(format!("/Resources/{at}"), row, core)).collect()
        }
        None if body.get("Resources").is_none() && scope.key.owns(body) => vec![judge(String::new(), body, core)],
        None => Vec::new(),
    };
    if judgements.is_empty() {
        return None;
    }
    Some(judgements.into_iter().find(|judgement| *judgement != Judgement::Holds).unwrap_or(Judgement::Holds))
}
