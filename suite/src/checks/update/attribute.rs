//! One family for each kind of attribute, each with every way of writing it.

use serde_json::json;

use crate::check::{Family, Feature, Form};
use crate::checks::{reads, writes};
use crate::expect::{all, if_body, json_at, rows_are, text_at, unassigned, values_are};
use crate::idp::okta;
use crate::scim::urn;

const LOST: &str = "A change made in Okta never arrives, and Okta shows success.";

const PATHLESS: Form = Form {
    name: "patch-pathless",
    words: "PATCH replace without a path",
    rules: &["RFC7644-3.5.2.3-01"],
    answers: &[200, 204],
    run: writes::replace_pathless,
};
const PATH: Form = Form {
    name: "patch-path",
    words: "PATCH replace with a path",
    rules: &["RFC7644-3.5.2.3-03", "RFC7644-3.5.2-30"],
    answers: &[200, 204],
    run: writes::replace_path,
};
const ADD: Form = Form {
    name: "patch-add",
    words: "PATCH add with a path",
    rules: &["RFC7644-3.5.2.1-09"],
    answers: &[200, 204],
    run: writes::add_path,
};
const PUT: Form = Form {
    name: "put",
    words: "GET and PUT, as Okta updates",
    rules: &["RFC7644-3.5.1-03", "RFC7644-3.5.1-01", "OKTA-USR-025"],
    answers: &[200],
    run: writes::put,
};
const PUT_AS_CREATED: Form = Form {
    name: "put-as-created",
    words: "PUT of the writable attributes alone",
    rules: &["RFC7644-3.5.1-03", "RFC7644-3.5-01"],
    answers: &[200],
    run: writes::put_as_created,
};

pub(super) static SUB_ATTRIBUTE: Family = Family {
    id: "update.family-name",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} changes the family name, and every reading shows it",
    effect: LOST,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form { rules: &["RFC7644-3.5.2.3-01", "RFC7644-3.5.2.3-06"], ..PATHLESS },
        Form { rules: &["RFC7644-3.5.2-31"], ..PATH },
        Form { rules: &["RFC7644-3.5.2.1-09", "RFC7644-3.5.2-31"], ..ADD },
        PUT,
        PUT_AS_CREATED,
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let change = json!({"name": {"familyName": "Changed"}});
            t.write_and_see(write, reads, &user, &change, &[], || {
                all(vec![json_at("/name/familyName", "Changed"), json_at("/name/givenName", "Sample")])
            })
            .await?;
            Ok(())
        })
    },
};

pub(super) static SINGLE: Family = Family {
    id: "update.display-name",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} changes displayName, and every reading shows it",
    effect: LOST,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[PATHLESS, PATH, ADD, PUT, PUT_AS_CREATED],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            t.needs(&["displayName"])?;
            let user = t.given_user().await?;
            let change = json!({"displayName": "Changed Person"});
            t.write_and_see(write, reads, &user, &change, &[], || json_at("/displayName", "Changed Person")).await?;
            Ok(())
        })
    },
};

pub(super) static UNSET: Family = Family {
    id: "update.title",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} sets a title that the user did not have",
    effect: LOST,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        PATHLESS,
        Form { rules: &["RFC7644-3.5.2.3-05"], ..PATH },
        Form { rules: &["RFC7644-3.5.2.1-04", "RFC7644-3.5.2.1-01"], ..ADD },
        Form {
            name: "patch-add-pathless",
            words: "PATCH add without a path",
            rules: &["RFC7644-3.5.2.1-02"],
            answers: &[200, 204],
            run: writes::add_pathless,
        },
        PUT,
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            t.needs(&["title"])?;
            let user = t.given_user().await?;
            t.write_and_see(write, reads, &user, &json!({"title": "Guide"}), &[], || json_at("/title", "Guide"))
                .await?;
            Ok(())
        })
    },
};

pub(super) static EMAILS: Family = Family {
    id: "update.emails",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} replaces the mail addresses as a whole",
    effect: "Mail goes to an address that the person no longer has.",
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form { rules: &["RFC7644-3.5.2.3-01"], ..PATHLESS },
        Form { rules: &["RFC7644-3.5.2.3-04"], ..PATH },
        Form { rules: &["RFC7644-3.5.1-04", "OKTA-USR-025"], ..PUT },
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let address = t.fresh_name();
            let change = json!({"emails": [{"value": address, "type": "work", "primary": true}]});
            t.write_and_see(write, reads, &user, &change, &[], || values_are("/emails", &[&address])).await?;
            Ok(())
        })
    },
};

pub(super) static USER_NAME: Family = Family {
    id: "update.user-name",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} renames the user, who keeps the id and is found by the new name alone",
    effect: "After a marriage or a domain change Okta loses the account or makes a second one.",
    also: &["RFC7643-3.1-04", "RFC7644-3.1-04", "OKTA-USR-032", "OKTA-USR-010"],
    alone: false,
    writes: &[PATHLESS, PATH, Form { rules: &["RFC7644-3.5.1-14", "OKTA-USR-025"], ..PUT }],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let mut user = t.given_user().await?;
            let old = user.name.clone();
            let new = t.fresh_name();
            let answer = t.write(write, &user, &json!({"userName": new})).await?;
            if !answer.answer.is_success() {
                return Ok(());
            }
            t.expect(&["RFC7644-3.1-04"], &answer, if_body(text_at("/userName", &new)));
            user.name = new.clone();
            for read in reads {
                t.see(read, &user, &["RFC7643-3.1-04", "OKTA-USR-032", "OKTA-USR-010"], || {
                    all(vec![text_at("/userName", &new), json_at("/id", user.id.as_str())])
                })
                .await?;
            }
            t.step("the look-up of the old name");
            t.ask(write.rules, okta::look_up_user(&old), || rows_are(&[&user.id], &[])).await?;
            Ok(())
        })
    },
};

pub(super) static EXTERNAL_ID: Family = Family {
    id: "update.external-id",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} changes externalId, letter case kept",
    effect: "Clients that match by externalId lose the account.",
    also: &["RFC7643-3.1-14", "RFC7644-3.1-04"],
    alone: false,
    writes: &[PATHLESS, PATH, PUT],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let new = format!("New-{}", t.fresh_name());
            t.write_and_see(write, reads, &user, &json!({"externalId": new}), &["RFC7643-3.1-14"], || {
                json_at("/externalId", new.as_str())
            })
            .await?;
            Ok(())
        })
    },
};

pub(super) static ENTERPRISE: Family = Family {
    id: "update.department",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} sets an enterprise attribute of a user who had none",
    effect: "Department and manager from Okta never arrive.",
    also: &["RFC7643-3.3-02", "RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form { rules: &["RFC7644-3.5.2.3-01", "RFC7644-3.5.2.1-15"], ..PATHLESS },
        Form { rules: &["RFC7644-3.5.2-33", "RFC7644-3.5.2-20"], ..PATH },
        Form { rules: &["RFC7644-3.5.2-33", "RFC7644-3.5.2.1-04"], ..ADD },
        Form { rules: &["RFC7644-3.5.1-18", "OKTA-USR-030"], ..PUT },
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            t.needs_enterprise()?;
            let user = t.given_user().await?;
            let change = json!({urn::ENTERPRISE: {"department": "Tour Operations"}});
            let pointer = format!("/{}/department", urn::ENTERPRISE);
            t.write_and_see(write, reads, &user, &change, &["RFC7643-3.3-02"], || json_at(&pointer, "Tour Operations"))
                .await?;
            Ok(())
        })
    },
};

pub(super) static CLEAR: Family = Family {
    id: "update.clear",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} takes a title away",
    effect: "What was removed in Okta stays in the product; or an empty value breaks the update.",
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form {
            name: "patch-remove",
            words: "PATCH remove",
            rules: &["RFC7644-3.5.2.2-02"],
            answers: &[200, 204],
            run: writes::remove_path,
        },
        Form {
            name: "put-null",
            words: "PUT with null",
            rules: &["RFC7644-3.5.1-07", "RFC7643-2.5-02", "OKTA-USR-029"],
            answers: &[200],
            run: writes::put,
        },
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            t.needs(&["title"])?;
            let user = t.given_user_with(json!({"title": "Guide", "nickName": "Sam"})).await?;
            t.write_and_see(write, reads, &user, &json!({"title": null}), &[], || unassigned("/title")).await?;
            Ok(())
        })
    },
};
