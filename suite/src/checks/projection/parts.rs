//! What a projection names: several attributes, parts of them, extensions, in any spelling.

use serde_json::{Value, json};

use super::THIN;
use crate::check::{Case, Check, Feature, Judgement, Resource, Stop};
use crate::expect::{
    all, any, as_doubtful, broken, doubtful, error, json_at, no_server_error, quoted, status, text_at, unassigned,
    variation,
};
use crate::scim::urn;
use crate::target::{Exchange, Request};

/// Reads a user with a parameter.
async fn read(t: &Case, user: &Resource, name: &str, value: &str) -> Result<Exchange, Stop> {
    let seen = t.send(Request::get(user.path()).query(name, value)).await?;
    t.step(format!("{name}={value}"));
    Ok(seen)
}

pub(in crate::checks) static SEVERAL: Check = Check {
    id: "read.attributes-several",
    since: "0.1",
    feature: Feature::Protocol,
    title: "attributes takes several names with commas, in any letter case and behind their URN",
    effect: THIN,
    rules: &["RFC7644-3.9-04", "RFC7644-3.9-05", "RFC7644-3.10-08", "RFC7644-3.9-12", "RFC7644-3.9-06"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["displayName", "emails", "name"])?;
            let user = t.given_user().await?;
            let both = || {
                all(vec![
                    status(&[200]),
                    text_at("/displayName", "Sample Person"),
                    json_at("/name/familyName", "Person"),
                    unassigned("/emails"),
                ])
            };
            let seen = read(t, &user, "attributes", "displayName,name").await?;
            t.expect(&["RFC7644-3.9-04", "RFC7644-3.9-05"], &seen, both());
            let spaced = read(t, &user, "attributes", "displayName, name").await?;
            t.expect(&["RFC7644-3.9-05"], &spaced, doubtful(both()));
            let shouted = read(t, &user, "attributes", "DISPLAYNAME,NAME").await?;
            t.expect(&["RFC7644-3.10-08"], &shouted, both());
            let qualified = format!("{0}:displayName,{0}:name", urn::USER);
            let qualified = read(t, &user, "attributes", &qualified).await?;
            t.expect(&["RFC7644-3.10-08"], &qualified, both());
            let unknown = read(t, &user, "attributes", "noSuchAttribute").await?;
            let least = all(vec![status(&[200]), json_at("/id", user.id.as_str()), unassigned("/emails")]);
            t.expect(&["RFC7644-3.9-12"], &unknown, any(vec![least, error(&[400])]));
            let request = Request::get(user.path()).query("attributes", "userName").query("excludedAttributes", "name");
            let twofold = t.send(request).await?;
            t.step("attributes and excludedAttributes at once");
            t.expect(&["RFC7644-3.9-06"], &twofold, no_server_error());
            Ok(())
        })
    },
};

pub(in crate::checks) static PARTS: Check = Check {
    id: "read.attributes-parts",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A part of an attribute can be asked for, or left out, alone",
    effect: THIN,
    rules: &["RFC7644-3.9-07", "RFC7644-3.9-08", "RFC7644-3.9-09", "RFC7644-3.10-06"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["emails", "name"])?;
            let user = t.given_user().await?;
            let one = read(t, &user, "attributes", "name.givenName").await?;
            let given = all(vec![status(&[200]), json_at("/name/givenName", "Sample"), unassigned("/name/familyName")]);
            t.expect(&["RFC7644-3.9-07", "RFC7644-3.10-06"], &one, given);
            let values = read(t, &user, "attributes", "emails.value").await?;
            let bare = all(vec![
                status(&[200]),
                text_at("/emails/0/value", &user.name),
                unassigned("/emails/0/type"),
                unassigned("/name"),
            ]);
            t.expect(&["RFC7644-3.9-08"], &values, bare);
            let without = read(t, &user, "excludedAttributes", "name.familyName").await?;
            let rest = all(vec![status(&[200]), json_at("/name/givenName", "Sample"), unassigned("/name/familyName")]);
            t.expect(&["RFC7644-3.9-09"], &without, rest);
            Ok(())
        })
    },
};

pub(in crate::checks) static EXTENSION: Check = Check {
    id: "read.attributes-extension",
    since: "0.1",
    feature: Feature::Protocol,
    title: "An attribute of an extension can be asked for by its whole name, and the extension by its URN",
    effect: THIN,
    rules: &["RFC7644-3.10-09", "RFC7644-3.10-10"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_enterprise()?;
            t.needs(&[&format!("{}:department", urn::ENTERPRISE), &format!("{}:costCenter", urn::ENTERPRISE)])?;
            let extension = json!({"department": "Tours", "costCenter": "4130"});
            let user =
                t.given_user_with(json!({"schemas": [urn::USER, urn::ENTERPRISE], urn::ENTERPRISE: extension})).await?;
            let at = |name: &str| format!("/{}/{name}", urn::ENTERPRISE);
            let one = read(t, &user, "attributes", &format!("{}:department", urn::ENTERPRISE)).await?;
            let alone = all(vec![
                status(&[200]),
                json_at(&at("department"), "Tours"),
                unassigned(&at("costCenter")),
                unassigned("/emails"),
            ]);
            t.expect(&["RFC7644-3.10-09"], &one, alone);
            let whole = read(t, &user, "attributes", urn::ENTERPRISE).await?;
            let both = all(vec![
                json_at(&at("department"), "Tours"),
                json_at(&at("costCenter"), "4130"),
                unassigned("/emails"),
            ]);
            // The RFC has the parts by their names, and says nothing of the whole.
            t.expect(&["RFC7644-3.10-10"], &whole, variation(both));
            Ok(())
        })
    },
};

pub(in crate::checks) static DEFAULT: Check = Check {
    id: "read.default-attributes",
    since: "0.1",
    feature: Feature::Protocol,
    title: "What a user was given is shown without being asked for; a change may be answered in part",
    effect: "Imports bring accounts without the attributes that they have.",
    rules: &["RFC7643-7-28", "RFC7644-3.4-01", "RFC7644-3.9-10", "RFC7644-3.9-14", "RFC7643-3.1-27"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let seen = t.read(&user).await?;
            for name in ["name", "emails", "displayName"] {
                if t.facts().lacks(name) || !t.keeps(name) {
                    continue;
                }
                t.step(format!("{name}, in a reading without parameters"));
                let shown = seen.subject().and_then(|body| body.get(name));
                let judgement = match shown.filter(|value| !crate::expect::is_unassigned(value)) {
                    Some(_) => Judgement::Holds,
                    None => broken(format!("{name} as it was sent"), quoted(shown), format!("/{name}")),
                };
                t.conclude(&["RFC7643-7-28", "RFC7644-3.4-01"], judgement, Some(&seen));
            }
            let body = seen.answer.json.clone().unwrap_or(Value::Null);
            let put = t.send(Request::put(user.path(), body).query("attributes", "userName")).await?;
            t.step("PUT with attributes=userName");
            let thin = all(vec![status(&[200]), unassigned("/emails")]);
            t.conclude(&["RFC7644-3.9-10", "RFC7644-3.9-14"], as_doubtful(thin(&put)), Some(&put));
            let named = read(t, &user, "attributes", "userName").await?;
            t.expect(&["RFC7643-3.1-27"], &named, unassigned("/meta"));
            let place = read(t, &user, "attributes", "meta.location").await?;
            let alone = all(vec![
                crate::expect::value_at("/meta/location", "a URI", Value::is_string),
                unassigned("/meta/created"),
                unassigned("/emails"),
            ]);
            t.expect(&["RFC7643-3.1-27"], &place, alone);
            Ok(())
        })
    },
};
