//! What holds for every HTTP answer: status, headers, encoding, and no credentials in it.

use super::{MISREAD, has_body, is_error};
use crate::check::{Invariant, Judgement};
use crate::expect::{as_doubtful, broken, shortened};
use crate::target::Exchange;
use crate::target::exchange::SCIM_JSON;

pub(super) static SERVER_ERROR: Invariant = Invariant {
    id: "protocol.no-server-error",
    since: "0.1",
    title: "No request of this run makes the server fail",
    effect: "Okta retries, and the admin learns nothing of the cause.",
    rules: &["RFC7644-3.12-23"],
    judge: |exchange, _| {
        Some(match exchange.answer.status {
            500 | 502.. => as_doubtful(broken("no 5xx", crate::expect::got_status(exchange), "")),
            _ => Judgement::Holds,
        })
    },
};

pub(super) static NO_CONTENT: Invariant = Invariant {
    id: "protocol.no-content",
    since: "0.1",
    title: "A 204 has no body",
    effect: MISREAD,
    rules: &["RFC7644-3.5.2-09"],
    judge: |exchange, _| {
        (exchange.answer.status == 204).then(|| {
            if exchange.answer.body.is_empty() { Judgement::Holds } else { broken("no body", body_text(exchange), "") }
        })
    },
};

pub(super) static MEDIA_TYPE: Invariant = Invariant {
    id: "protocol.media-type",
    since: "0.1",
    title: "Every body is application/scim+json, errors too",
    effect: "Strict clients refuse every answer.",
    rules: &["RFC7644-3.1-02", "ENTRA-CON-002"],
    judge: |exchange, _| media_type(exchange),
};

pub(super) static ERROR_MEDIA_TYPE: Invariant = Invariant {
    id: "protocol.error-media-type",
    since: "0.1",
    title: "Every error is application/scim+json",
    effect: "Strict clients refuse the error, and show the admin a parser message in place of the cause.",
    rules: &["RFC7644-3.12-26"],
    judge: |exchange, _| if is_error(exchange) { media_type(exchange) } else { None },
};

pub(super) static JSON: Invariant = Invariant {
    id: "protocol.json",
    since: "0.1",
    title: "Every body is JSON",
    effect: MISREAD,
    rules: &["RFC7644-3.2-03", "OKTA-TRN-009"],
    judge: |exchange, _| {
        has_body(exchange).then(|| match exchange.answer.json {
            Some(_) => Judgement::Holds,
            None => broken("JSON", body_text(exchange), ""),
        })
    },
};

pub(super) static BYTE_ORDER_MARK: Invariant = Invariant {
    id: "protocol.no-byte-order-mark",
    since: "0.1",
    title: "No body begins with a byte order mark",
    effect: MISREAD,
    rules: &["RFC8259-8.1-01"],
    judge: |exchange, _| {
        has_body(exchange).then(|| {
            let marked = exchange.answer.body.starts_with(&[0xef, 0xbb, 0xbf]);
            if marked { broken("no byte order mark", "EF BB BF", "") } else { Judgement::Holds }
        })
    },
};

pub(super) static ALLOW: Invariant = Invariant {
    id: "protocol.allow",
    since: "0.1",
    title: "A 405 says which methods are allowed",
    effect: "Clients can't tell what the endpoint takes.",
    rules: &["RFC9110-15.5.6-01"],
    judge: |exchange, _| {
        (exchange.answer.status == 405).then(|| match exchange.answer.header("allow") {
            Some(_) => Judgement::Holds,
            None => broken("an Allow header", "none", "Allow"),
        })
    },
};

pub(super) static LOCATION: Invariant = Invariant {
    id: "protocol.location",
    since: "0.1",
    title: "A 201 has a Location header",
    effect: "Clients lose what they just created.",
    rules: &["RFC7644-3.3-03"],
    judge: |exchange, _| {
        (exchange.answer.status == 201).then(|| match exchange.answer.header("location") {
            Some(_) => Judgement::Holds,
            None => broken("a Location header", "none", "Location"),
        })
    },
};

pub(super) static LOCATION_IN_BODY: Invariant = Invariant {
    id: "protocol.location-in-body",
    since: "0.1",
    title: "The Location header of a 201 and meta.location of its body are the same",
    effect: "Clients lose what they just created.",
    rules: &["RFC7644-3.3-04"],
    judge: |exchange, _| {
        let header = exchange.answer.header("location").filter(|_| exchange.answer.status == 201)?;
        let inside = exchange.answer.json.as_ref().and_then(|body| body.pointer("/meta/location")?.as_str());
        Some(match inside {
            Some(inside) if inside != header => broken(header, inside, "/meta/location"),
            _ => Judgement::Holds,
        })
    },
};

pub(super) static TOKEN: Invariant = Invariant {
    id: "protocol.token-kept",
    since: "0.1",
    title: "No answer shows the client's own credentials",
    effect: "Tokens end in logs and in admins' screens.",
    rules: &["RFC7643-9.3-01"],
    judge: |exchange, scope| {
        let body = String::from_utf8_lossy(&exchange.answer.body);
        let shows = |secret: &String| {
            secret.len() >= 8
                && (body.contains(secret.as_str())
                    || exchange.answer.headers.iter().any(|(_, value)| value.contains(secret.as_str())))
        };
        Some(if scope.credentials.secrets().iter().any(shows) {
            broken("no credentials", "the run's own token", "")
        } else {
            Judgement::Holds
        })
    },
};

fn media_type(exchange: &Exchange) -> Option<Judgement> {
    if !has_body(exchange) {
        return None;
    }
    let accepts_other =
        exchange.request.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("accept") && value != SCIM_JSON);
    let got = exchange.answer.header("content-type").unwrap_or("none");
    let kind = got.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        SCIM_JSON => Some(Judgement::Holds),
        // A client that asked for something else may get it; media.accept judges that.
        _ if accepts_other => None,
        _ => Some(broken(SCIM_JSON, got, "Content-Type")),
    }
}

fn body_text(exchange: &Exchange) -> String {
    shortened(&String::from_utf8_lossy(&exchange.answer.body))
}
