//! Who a new user is for the server alone to say: who is named by id, externalId or mail address is not taken
//! over.

use crate::check::{Check, Feature, Judgement};
use crate::checks::resource;
use crate::expect::{all, as_doubtful, as_variation, broken, json_at, status, text_at};
use crate::scim::urn;
use serde_json::json;

pub(super) static OTHERS_ID: Check = Check {
    id: "create.user.others-id",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A create with another user's id, externalId or mail address leaves that user as it was",
    effect: "Whoever may create users can take over any account, the administrators' too.",
    rules: &["RFC7643-3.1-03", "RFC7643-3.1-05", "RFC7644-3.5-91"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for name in ["id", "externalId", "emails"] {
                let victim = t.given_user().await?;
                let mut body = t.okta_user();
                body[name] = victim.seen.get(name).or(victim.sent.get(name)).cloned().unwrap_or_default();
                let created = t.post("/Users", body.clone()).await?;
                // It may be refused, too; then there is no new user to look at.
                let takes_over = resource(&created, body).is_some_and(|new| new.id == victim.id);
                let own =
                    if takes_over { broken("an id of its own", "the other user's", "/id") } else { Judgement::Holds };
                let seen = t.read(&victim).await?;
                let stays = all(vec![status(&[200]), text_at("/userName", &victim.name)])(&seen);
                // The client owns externalId: a server may take who has the same for the same person, at its risk. Who
                // has the same address may be that person, too, and keeps the login name all the same.
                let own = if name == "id" { own } else { as_doubtful(own) };
                let stays = if name == "externalId" { as_doubtful(stays) } else { stays };
                t.step(format!("another user's {name}"));
                t.conclude(&["RFC7643-3.1-03", "RFC7643-3.1-05"], own, Some(&created));
                t.step(format!("the other user after a create with its {name}"));
                t.conclude(&["RFC7644-3.5-91"], stays, Some(&seen));
            }
            Ok(())
        })
    },
};

pub(super) static SAME_EXTERNAL_ID: Check = Check {
    id: "create.user.same-external-id",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Two users may have one externalId: it is the client's to give",
    effect: "People who were imported twice by mistake can't be provisioned until somebody cleans up by hand.",
    rules: &["RFC7643-3.1-15"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let first = t.given_user().await?;
            let mut body = t.okta_user();
            body["externalId"] = first.sent["externalId"].clone();
            let created = t.post("/Users", body).await?;
            let judgement = status(&[201])(&created);
            let judgement = if created.answer.status == 409 { as_variation(judgement) } else { judgement };
            t.conclude(&["RFC7643-3.1-15"], judgement, Some(&created));
            Ok(())
        })
    },
};

pub(super) static SCHEMAS_ORDER: Check = Check {
    id: "create.user.schemas-order",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "It makes no difference which schema is named first",
    effect: "Accounts lose their department, or are refused, for the order of two URNs.",
    rules: &["RFC7643-3-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_enterprise()?;
            t.needs(&[&format!("{}:department", urn::ENTERPRISE)])?;
            for schemas in [[urn::USER, urn::ENTERPRISE], [urn::ENTERPRISE, urn::USER]] {
                let mut body = t.okta_user();
                body["schemas"] = json!(schemas);
                body[urn::ENTERPRISE] = json!({"department": "Tours"});
                let created = t.post("/Users", body.clone()).await?;
                t.step(format!("{} first", schemas[0]));
                t.expect(&["RFC7643-3-04"], &created, status(&[201]));
                if let Some(user) = resource(&created, body) {
                    let department = format!("/{}/department", urn::ENTERPRISE);
                    t.expect(&["RFC7643-3-04"], &t.read(&user).await?, json_at(&department, "Tours"));
                }
            }
            Ok(())
        })
    },
};
