//! Versions of the protocol in the path (RFC 7644 §3.13).

use crate::check::{Check, Feature, Judgement};
use crate::expect::{broken, value_at};
use crate::scim::urn;
use crate::target::Request;

pub(in crate::checks) static VERSIONS: Check = Check {
    id: "errors.other-version",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Without a version the newest one is served, and another version that is asked for is refused",
    effect: "Clients of SCIM 1.1 read what they don't understand.",
    rules: &["RFC7644-3.13-01", "RFC7644-3.13-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let list = || {
                value_at("/schemas", urn::LIST, |schemas| {
                    schemas.as_array().is_some_and(|all| all.contains(&urn::LIST.into()))
                })
            };
            let plain = t.send(Request::get("/Users").query("count", 1)).await?;
            t.expect(&["RFC7644-3.13-02"], &plain, list());
            let first = t.get("/v1/Users").await?;
            t.step("version 1");
            // What is another resource by chance, or a page for people, pretends nothing.
            let judgement = match list()(&first) {
                Judgement::Holds if first.answer.is_success() => {
                    broken("an error, or an answer of SCIM 1.1", "an answer of SCIM 2.0", "/schemas")
                }
                _ => Judgement::Holds,
            };
            t.conclude(&["RFC7644-3.13-01"], judgement, Some(&first));
            Ok(())
        })
    },
};
