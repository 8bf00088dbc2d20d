//! How Entra finds whom it knows already: one filter, and the answer in full (ENTRA-USR-F1, ENTRA-GRP-F1).

use serde_json::{Value, json};

use super::{story, user_of_entra};
use crate::check::{Check, Feature};
use crate::checks::reads::until_found;
use crate::expect::{Expectation, all, json_at, no_rows, only_row, unassigned};
use crate::target::{Exchange, Request};

const TWICE: &str = "Entra takes people and groups for new, and creates them a second time or fails.";

pub(super) fn by(collection: &str, filter: String) -> Request {
    Request::get(collection).query("filter", filter)
}

pub(super) fn equals(attribute: &str, value: &str) -> String {
    format!("{attribute} eq {}", Value::from(value))
}

/// A list of this one resource, and of nothing else.
fn just(id: &str) -> Expectation {
    all(vec![only_row(id), json_at("/totalResults", 1)])
}

pub(super) static USER: Check = story(
    "lookup.entra.user",
    Feature::CreateUsers,
    "A user is found by userName and by externalId, as a list of one",
    TWICE,
    &["ENTRA-USR-001", "ENTRA-CON-011", "ENTRA-VAL-003"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let user = user_of_entra(t, json!({})).await?;
            until_found(t, &by("/Users", equals("userName", &user.name)), 1).await?;
            let external_id = user.sent["externalId"].as_str().unwrap_or_default();
            for filter in [equals("userName", &user.name), equals("externalId", external_id)] {
                t.step(format!("the filter {filter}"));
                let found = t.send(by("/Users", filter)).await?;
                t.expect(&["ENTRA-USR-001", "ENTRA-CON-011", "ENTRA-VAL-003"], &found, just(&user.id));
            }
            Ok(())
        })
    },
);

pub(super) static ANY_CASE: Check = story(
    "lookup.entra.any-case",
    Feature::CreateUsers,
    "A user is found by userName in another letter case",
    TWICE,
    &["ENTRA-USR-002", "ENTRA-VAL-005"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let user = user_of_entra(t, json!({})).await?;
            until_found(t, &by("/Users", equals("userName", &user.name)), 1).await?;
            let found = t.send(by("/Users", equals("userName", &user.name.to_uppercase()))).await?;
            t.expect(&["ENTRA-USR-002", "ENTRA-VAL-005"], &found, just(&user.id));
            Ok(())
        })
    },
);

pub(super) static EMAIL: Check = story(
    "lookup.entra.email",
    Feature::CreateUsers,
    "A user is found by the address of one type, in the form that Entra writes",
    TWICE,
    &["ENTRA-USR-003", "ENTRA-CON-013"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            t.needs(&["emails"])?;
            let user = user_of_entra(t, json!({})).await?;
            until_found(t, &by("/Users", equals("userName", &user.name)), 1).await?;
            for (kind, wanted) in [("work", just(&user.id)), ("home", no_rows())] {
                let filter = equals(&format!("emails[type eq \"{kind}\"].value"), &user.name);
                t.step(format!("the filter {filter}"));
                let found = t.send(by("/Users", filter)).await?;
                t.expect(&["ENTRA-USR-003", "ENTRA-CON-013"], &found, wanted);
            }
            Ok(())
        })
    },
);

pub(super) static BARE_WORDS: Check = story(
    "lookup.entra.bare-words",
    Feature::CreateUsers,
    "A value without quotation marks is read as text, as Entra once wrote it",
    TWICE,
    &["ENTRA-USR-004"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let user = user_of_entra(t, json!({})).await?;
            until_found(t, &by("/Users", equals("userName", &user.name)), 1).await?;
            let external_id = user.sent["externalId"].as_str().unwrap_or_default();
            let found = t.send(by("/Users", format!("externalId eq {external_id}"))).await?;
            t.expect(&["ENTRA-USR-004"], &found, just(&user.id));
            Ok(())
        })
    },
);

pub(super) static BOTH: Check = story(
    "lookup.entra.and",
    Feature::CreateUsers,
    "Two comparisons with and find who fits both",
    TWICE,
    &["ENTRA-CON-012"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let user = user_of_entra(t, json!({})).await?;
            let external_id = user.sent["externalId"].as_str().unwrap_or_default();
            let name = equals("userName", &user.name);
            until_found(t, &by("/Users", name.clone()), 1).await?;
            let both = t.send(by("/Users", format!("{name} and {}", equals("externalId", external_id)))).await?;
            t.expect(&["ENTRA-CON-012"], &both, just(&user.id));
            let other = t.send(by("/Users", format!("{name} and {}", equals("externalId", &t.fresh_word())))).await?;
            t.step("of which one is of nobody");
            t.expect(&["ENTRA-CON-012"], &other, no_rows());
            Ok(())
        })
    },
);

pub(super) static NOBODY: Check = story(
    "lookup.entra.nobody",
    Feature::CreateUsers,
    "Whom nobody knows is an empty list, by each attribute that Entra matches by",
    "Entra's test of the connection fails, and the job is put into quarantine.",
    &["ENTRA-TST-001", "ENTRA-TST-002", "ENTRA-VAL-004", "ENTRA-CON-004"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            for attribute in ["userName", "externalId"] {
                t.step(format!("by {attribute}"));
                let found = t.send(by("/Users", equals(attribute, &t.fresh_word()))).await?;
                t.expect(&["ENTRA-TST-001", "ENTRA-TST-002", "ENTRA-VAL-004", "ENTRA-CON-004"], &found, no_rows());
            }
            Ok(())
        })
    },
);

pub(super) static INACTIVE: Check = story(
    "lookup.entra.inactive",
    Feature::Deactivate,
    "Somebody who was disabled is still found, by id and by filter",
    "Entra creates those who come back a second time.",
    &["ENTRA-USR-031"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let user = user_of_entra(t, json!({"active": false})).await?;
            until_found(t, &by("/Users", equals("userName", &user.name)), 1).await?;
            let read = t.read(&user).await?;
            t.expect(&["ENTRA-USR-031"], &read, all(vec![json_at("/id", user.id.as_str()), json_at("/active", false)]));
            let found = t.send(by("/Users", equals("userName", &user.name))).await?;
            t.step("by filter");
            t.expect(&["ENTRA-USR-031"], &found, just(&user.id));
            Ok(())
        })
    },
);

pub(super) static GROUP: Check = story(
    "lookup.entra.group",
    Feature::GroupPush,
    "A group is found by its name, in any letter case, without its members if Entra says so",
    TWICE,
    &["ENTRA-GRP-001", "ENTRA-GRP-002", "ENTRA-VAL-014", "ENTRA-VAL-015", "ENTRA-VAL-016", "ENTRA-VAL-018"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_filter()?;
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            until_found(t, &by("/Groups", equals("displayName", &group.name)), 1).await?;
            let thin = |request: Request| request.query("excludedAttributes", "members");
            let read = t.send(thin(Request::get(group.path()))).await?;
            t.step("by id, without members");
            let bare = || all(vec![json_at("/displayName", group.name.as_str()), unassigned("/members")]);
            t.expect(&["ENTRA-GRP-001", "ENTRA-VAL-014"], &read, bare());
            let found = t.send(thin(by("/Groups", equals("displayName", &group.name)))).await?;
            t.step("by name, without members");
            t.expect(&["ENTRA-GRP-002", "ENTRA-VAL-016"], &found, just(&group.id));
            let row = focused(found);
            t.expect(&["ENTRA-GRP-001", "ENTRA-VAL-015"], &row, bare());
            let found = t.send(by("/Groups", equals("displayName", &group.name.to_uppercase()))).await?;
            t.step("by name, in capitals");
            t.expect(&["ENTRA-GRP-002", "ENTRA-VAL-018"], &found, just(&group.id));
            Ok(())
        })
    },
);

/// The same answer, looked at by its first row.
fn focused(list: Exchange) -> Exchange {
    list.focused("/Resources/0")
}

pub(super) static NO_GROUP: Check = story(
    "lookup.entra.no-group",
    Feature::GroupPush,
    "A group that nobody knows is an empty list",
    "Entra's test of the connection fails.",
    &["ENTRA-TST-003", "ENTRA-VAL-017"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let found = t.send(by("/Groups", equals("displayName", &t.fresh_word()))).await?;
            t.expect(&["ENTRA-TST-003", "ENTRA-VAL-017"], &found, no_rows());
            Ok(())
        })
    },
);
