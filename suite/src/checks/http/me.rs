//! `/Me`, which stands for whoever asks (RFC 7644 §3.11).

use super::needs_credentials;
use crate::check::{Check, Feature, Judgement};
use crate::expect::{broken, doubtful, error, got_status, status};
use crate::target::Request;
use crate::target::exchange::Login;

pub(in crate::checks) static ME: Check = Check {
    id: "me.alias",
    since: "0.1",
    feature: Feature::Protocol,
    title: "/Me leads to whoever asks, or is answered 501; and without credentials to nobody",
    effect: "Clients can't tell whether there is such an alias, or keep an address that means somebody else tomorrow.",
    rules: &["RFC7644-3.11-01", "RFC7644-3.11-05", "RFC7644-3.12-22"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let me = t.get("/Me").await?;
            // Whoever asks may be nobody: the token of a client need not belong to a user. If it does, all is well.
            if !matches!(me.answer.status, 200 | 307 | 308) {
                t.expect(&["RFC7644-3.11-01"], &me, doubtful(status(&[501])));
                if me.answer.status == 501 {
                    t.expect(&["RFC7644-3.12-22"], &me, error(&[501]));
                }
            }
            if needs_credentials(t).is_ok() {
                let nobody = t.send(Request::get("/Me").login(Login::None)).await?;
                t.step("without credentials");
                let judgement = match nobody.answer.is_success() {
                    true => broken("401", got_status(&nobody), ""),
                    false => Judgement::Holds,
                };
                t.conclude(&["RFC7644-3.11-05"], judgement, Some(&nobody));
            }
            Ok(())
        })
    },
};
