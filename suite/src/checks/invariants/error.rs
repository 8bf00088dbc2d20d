//! What holds for every error.

use http::Method;

use super::{MISREAD, is_error};
use crate::check::{Invariant, Judgement};
use crate::expect::{as_doubtful, broken, error_shape, quoted, scim_type};
use crate::scim::urn;
use crate::target::Exchange;
use crate::target::exchange::Login;

pub(super) static ERROR_SHAPE: Invariant = Invariant {
    id: "protocol.error-shape",
    since: "0.1",
    title: "Every error has an Error body",
    effect: MISREAD,
    rules: &["RFC7644-3.12-14", "OKTA-ERR-001", "OKTA-ERR-004", "ENTRA-ERR-012"],
    judge: |exchange, _| is_error(exchange).then(|| error_shape(exchange).unwrap_or(Judgement::Holds)),
};

pub(super) static ERROR_STATUS: Invariant = Invariant {
    id: "protocol.error-status",
    since: "0.1",
    title: "The status in an Error body is the HTTP status, as text",
    effect: "Strict clients can't read the error.",
    rules: &["RFC7644-3.12-15", "OKTA-ERR-002"],
    judge: |exchange, _| {
        let status = exchange.answer.json.as_ref().filter(|_| is_error(exchange))?.get("status")?;
        let wanted = exchange.answer.status.to_string();
        Some(if status.as_str() == Some(wanted.as_str()) {
            Judgement::Holds
        } else {
            broken(format!("{wanted:?}"), quoted(Some(status)), "/status")
        })
    },
};

pub(super) static SCIM_TYPE: Invariant = Invariant {
    id: "protocol.scim-type",
    since: "0.1",
    title: "scimType is one of the RFC's words",
    effect: "Clients can't tell one error from another.",
    rules: &["RFC7644-3.12-16"],
    judge: |exchange, _| {
        let word = exchange.answer.json.as_ref().filter(|_| is_error(exchange))?.get("scimType")?;
        const WORDS: [&str; 13] = [
            "invalidFilter",
            "tooMany",
            "uniqueness",
            "mutability",
            "invalidSyntax",
            "invalidPath",
            "noTarget",
            "invalidValue",
            "invalidVers",
            "sensitive",
            "invalidCursor",
            "expiredCursor",
            "invalidCount",
        ];
        let known = word.is_null() || WORDS.iter().any(|known| word == known);
        Some(if known {
            Judgement::Holds
        } else {
            as_doubtful(broken("a word of RFC 7644 table 9", quoted(Some(word)), "/scimType"))
        })
    },
};

pub(super) static SCIM_TYPE_PLACE: Invariant = Invariant {
    id: "protocol.scim-type-place",
    since: "0.1",
    title: "scimType stands in answers 400, and where other sections have it: 403, 409, 413",
    effect: "Clients that read the word before the status take one error for another.",
    rules: &["RFC7644-3.12-18"],
    judge: |exchange, _| {
        let word = exchange.answer.json.as_ref().filter(|_| is_error(exchange))?.get("scimType")?;
        let fits = word.is_null() || matches!(exchange.answer.status, 400 | 403 | 409 | 413);
        Some(if fits { Judgement::Holds } else { as_doubtful(broken("no scimType", quoted(Some(word)), "/scimType")) })
    },
};

pub(super) static DETAIL: Invariant = Invariant {
    id: "protocol.error-detail",
    since: "0.1",
    title: "The detail of an error is a text",
    effect: MISREAD,
    rules: &["RFC7644-3.12-17"],
    judge: |exchange, _| {
        let detail = exchange.answer.json.as_ref().filter(|_| is_error(exchange))?.get("detail")?;
        Some(if detail.is_string() || detail.is_null() {
            Judgement::Holds
        } else {
            broken("a text", quoted(Some(detail)), "/detail")
        })
    },
};

pub(super) static ERROR_AS_SUCCESS: Invariant = Invariant {
    id: "protocol.error-as-success",
    since: "0.1",
    title: "No success carries an Error body",
    effect: "Okta takes a failure for done.",
    rules: &["RFC7644-3.2-06"],
    judge: |exchange, _| {
        let schemas = exchange.answer.json.as_ref().filter(|_| exchange.answer.is_success())?.get("schemas")?;
        let is_error = schemas.as_array().is_some_and(|all| all.contains(&urn::ERROR.into()));
        Some(if is_error {
            broken("an error status", exchange.answer.status.to_string(), "")
        } else {
            Judgement::Holds
        })
    },
};

pub(super) static TOO_MANY: Invariant = Invariant {
    id: "protocol.too-many",
    since: "0.1",
    title: "A list without parameters is answered, or refused as too long: tooMany",
    effect: "An import stops, and nobody can tell that a filter would help.",
    rules: &["RFC7644-3.4.2.1-05"],
    judge: |exchange, _| {
        let Exchange { request, answer, .. } = exchange;
        let is_list = request.method == Method::GET && ["/Users", "/Groups"].contains(&request.path.as_str());
        // A parameter may be at fault.
        match answer.status {
            _ if !is_list || !request.query.is_empty() => None,
            200 => Some(Judgement::Holds),
            400 => Some(scim_type(&["tooMany"], &[])(exchange)),
            _ => None,
        }
    },
};

pub(super) static SENSITIVE: Invariant = Invariant {
    id: "protocol.sensitive",
    since: "0.1",
    title: "A filter is not refused with 403, unless it may not stand in a URL: sensitive",
    effect: "Clients can't tell that the same query by POST would be answered.",
    rules: &["RFC7644-7.5.2-01"],
    judge: |exchange, _| {
        let Exchange { request, answer, .. } = exchange;
        let is_list = request.method == Method::GET && ["/Users", "/Groups"].contains(&request.path.as_str());
        match answer.status {
            _ if !is_list || request.login != Login::Own || request.parameter("filter").is_none() => None,
            200 => Some(Judgement::Holds),
            403 => Some(scim_type(&["sensitive"], &[])(exchange)),
            _ => None,
        }
    },
};
