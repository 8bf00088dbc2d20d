//! Discovery is read, and never written (RFC 7643 §5 to §7).

use super::{MISLED, discovered};
use crate::check::{Check, Feature};
use crate::expect::refused;
use crate::scim::urn;
use crate::target::Request;
use crate::target::exchange::encode;

pub(super) static READ_ONLY: Check = Check {
    id: "discovery.read-only",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A PUT on discovery is refused, even one that changes nothing",
    effect: MISLED,
    rules: &["RFC7643-5-17", "RFC7643-6-12", "RFC7643-7-17"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for (rule, list, path) in [
                ("RFC7643-5-17", "/ServiceProviderConfig", "/ServiceProviderConfig".to_string()),
                ("RFC7643-6-12", "/ResourceTypes", "/ResourceTypes/User".into()),
                ("RFC7643-7-17", "/Schemas", format!("/Schemas/{}", encode(urn::USER))),
            ] {
                discovered(t, list).await?;
                let seen = t.get(path.clone()).await?;
                // Whether one alone can be read is for other checks.
                let Some(body) = seen.answer.json.clone().filter(|_| seen.answer.status == 200) else { continue };
                let put = t.send(Request::put(path.clone(), body)).await?;
                t.step(format!("PUT {path} of what it shows"));
                t.expect(&[rule], &put, refused());
            }
            Ok(())
        })
    },
};
