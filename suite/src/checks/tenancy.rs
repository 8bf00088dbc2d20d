//! What others may see and do: another organisation (RFC 7644 §6), and somebody who may read and not write. A URL and one
//! token can't show it: it takes `--second-token` and `--low-token`.

use serde_json::{Value, json};

use super::{StoryFn, protocol};
use crate::check::{Case, Check, Judgement, Stop};
use crate::expect::{all, any, broken, got_status, json_at, no_rows, quoted, status};
use crate::idp::okta;
use crate::scim::patch::{message, operation};
use crate::target::exchange::{Login, encode};
use crate::target::guard::is_addressable;
use crate::target::{Exchange, Request};

/// Readings first.
pub(super) static CHECKS: &[&Check] = &[&READS, &WRITES, &NAMES, &CURSORS, &READER];

const OTHERS: &str = "A customer sees or changes the people of another customer.";

const fn between_tenants(
    id: &'static str,
    title: &'static str,
    rules: &'static [&'static str],
    story: StoryFn,
) -> Check {
    protocol(id, title, OTHERS, rules, story)
}

/// A login that works for itself: otherwise a refusal would say nothing.
async fn working(t: &Case, login: Login, whose: &str) -> Result<Login, Stop> {
    let list = t.send(Request::get("/Users").query("count", 1).login(login.clone())).await?;
    match list.answer.status {
        200 => Ok(login),
        _ => Err(Stop::Inconclusive(format!("the token of {whose} opens nothing: {}", got_status(&list)))),
    }
}

static READS: Check = between_tenants(
    "tenancy.reads",
    "Another organisation does not see a user, by id, by filter or in a search",
    &["RFC7644-6-01", "RFC7643-3.1-16"],
    |t| {
        Box::pin(async move {
            let second = working(t, t.second_tenant()?, "the other organisation").await?;
            let user = t.given_user().await?;
            super::reads::until_listed(t, &user, true).await?;
            let ask = async |words: &str, request: Request| {
                let answer = t.send(request.login(second.clone())).await;
                t.step(words);
                answer
            };
            let read = ask("by id", Request::get(user.path())).await?;
            t.expect(&["RFC7644-6-01"], &read, status(&[404, 403]));
            if t.needs_filter().is_ok() {
                let found = ask("by userName", okta::look_up_user(&user.name)).await?;
                t.expect(&["RFC7644-6-01"], &found, no_rows());
                let id = user.sent["externalId"].clone();
                let by_id = Request::get("/Users").query("filter", format!("externalId eq {id}")).query("count", 9);
                let found = ask("by externalId", by_id).await?;
                t.expect(&["RFC7643-3.1-16"], &found, no_rows());
            }
            let list = ask("in the list", Request::get("/Users").query("count", 100)).await?;
            t.expect(&["RFC7644-6-01"], &list, without(user.id.clone()));
            Ok(())
        })
    },
);

/// A list in which this one is not.
fn without(id: String) -> crate::expect::Expectation {
    Box::new(move |list: &Exchange| match list.rows().find(|(_, row)| row["id"] == id.as_str()) {
        Some((at, row)) => {
            broken("nobody of the first organisation", quoted(row.get("id")), format!("/Resources/{at}/id"))
        }
        None => Judgement::Holds,
    })
}

static WRITES: Check = between_tenants(
    "tenancy.writes",
    "Another organisation can neither change nor delete a user",
    &["RFC7644-6-02"],
    |t| {
        Box::pin(async move {
            let second = working(t, t.second_tenant()?, "the other organisation").await?;
            let user = t.given_user().await?;
            for request in changes(t, &user.path(), &user.sent) {
                t.step(format!("{} by the other organisation", request.method));
                let answer = t.send(request.login(second.clone())).await?;
                t.expect(&["RFC7644-6-02"], &answer, any(vec![status(&[403, 404]), not_offered()]));
            }
            t.step("afterwards");
            let same = all(vec![status(&[200]), json_at("/active", true)]);
            t.expect(&["RFC7644-6-02"], &t.read(&user).await?, same);
            Ok(())
        })
    },
);

/// Every way to change a user: a deactivation by PATCH, by PUT, and a removal.
fn changes(t: &Case, path: &str, sent: &Value) -> Vec<Request> {
    let mut body = sent.clone();
    body["active"] = false.into();
    let mut all = vec![Request::put(path, body), Request::delete(path)];
    if t.offers_patch() {
        all.insert(0, Request::patch(path, message(vec![operation("replace", "active", json!(false))])));
    }
    all
}

/// A server need not offer each of them to anybody.
fn not_offered() -> crate::expect::Expectation {
    status(&[405, 501])
}

static NAMES: Check = between_tenants(
    "tenancy.names",
    "Another organisation may have a user with the same externalId, and the same userName",
    &["RFC7644-6.2-01", "RFC7643-7-30"],
    |t| {
        Box::pin(async move {
            let second = working(t, t.second_tenant()?, "the other organisation").await?;
            let trial = t.given_user().await?;
            if !t.delete(&trial).await?.answer.is_success() {
                return Err(Stop::Unsupported(
                    "users can't be removed: they would stay in the other organisation".into(),
                ));
            }
            let user = t.given_user().await?;
            let (mut same_id, same_name) = (t.okta_user(), user.sent.clone());
            same_id["externalId"] = user.sent["externalId"].clone();
            for (rule, words, body) in
                [("RFC7644-6.2-01", "externalId", same_id), ("RFC7643-7-30", "userName", same_name)]
            {
                let created = t.send(Request::post("/Users", body).login(second.clone())).await?;
                t.step(format!("the same {words} in another organisation"));
                t.expect(&[rule], &created, status(&[201]));
                let id = created.answer.json.as_ref().and_then(|body| body.get("id")?.as_str());
                let Some(id) = id.filter(|id| created.answer.is_success() && is_addressable(id)) else { continue };
                // The cleanup has the run's own login, so this is the moment.
                let removal = Request::delete(format!("/Users/{}", encode(id))).login(second.clone());
                let removed = t.send(removal).await?;
                if !removed.answer.is_success() {
                    let reason = format!("a user remains in the other organisation: {}", got_status(&removed));
                    return Err(Stop::Inconclusive(reason));
                }
            }
            Ok(())
        })
    },
);

static CURSORS: Check = between_tenants(
    "tenancy.cursors",
    "A cursor of one organisation shows another one nothing, and is refused like any that was made up",
    &["RFC9865-5.2-01", "RFC9865-5.2-02"],
    |t| {
        Box::pin(async move {
            t.needs_cursors()?;
            let second = working(t, t.second_tenant()?, "the other organisation").await?;
            let users = t.given_users(2).await?;
            for user in &users {
                super::reads::until_listed(t, user, true).await?;
            }
            let page = |cursor: &str| Request::get("/Users").query("cursor", cursor).query("count", 1);
            let first = t.send(page("")).await?;
            let Some(cursor) = first.subject().and_then(|list| list.get("nextCursor")?.as_str()).map(String::from)
            else {
                return Err(Stop::Unsupported("the first page has no nextCursor".into()));
            };
            let own = t.send(page(&cursor)).await?;
            let next: Vec<Value> = own.rows().filter_map(|(_, row)| row.get("id").cloned()).collect();
            let foreign = t.send(page(&cursor).login(second.clone())).await?;
            t.step("the other organisation with this cursor");
            let shown = foreign.rows().find(|(_, row)| row.get("id").is_some_and(|id| next.contains(id)));
            let judgement = match shown {
                Some((at, row)) => {
                    broken("nothing of this organisation", quoted(row.get("id")), format!("/Resources/{at}/id"))
                }
                None => Judgement::Holds,
            };
            t.conclude(&["RFC9865-5.2-01"], judgement, Some(&foreign));
            let made_up = t.send(page(&format!("made-up-{}", t.key())).login(second)).await?;
            t.step("a cursor that was made up");
            if !foreign.answer.is_success() && !made_up.answer.is_success() {
                let said = |answer: &Exchange| {
                    let body = answer.answer.json.clone().unwrap_or_default();
                    (answer.answer.status, body["scimType"].clone(), body["detail"].clone())
                };
                let (foreign, forged) = (said(&foreign), said(&made_up));
                let judgement = match foreign == forged {
                    true => Judgement::Holds,
                    false => broken(format!("{foreign:?}"), format!("{forged:?}"), ""),
                };
                t.conclude(&["RFC9865-5.2-02"], judgement, Some(&made_up));
            }
            Ok(())
        })
    },
);

static READER: Check = protocol(
    "auth.reader",
    "Who may read and not write gets 403 for every write, and nothing happens",
    "Whoever has a token for reports can create accounts.",
    &["RFC7644-3.12-03", "RFC6750-3.1-02"],
    |t| {
        Box::pin(async move {
            let low = working(t, t.reader()?, "the reader").await?;
            let user = t.given_user().await?;
            let body = t.okta_user();
            let name = body["userName"].as_str().unwrap_or_default().to_string();
            let writes = changes(t, &user.path(), &user.sent);
            for request in writes.into_iter().chain([Request::post("/Users", body)]) {
                t.step(format!("{} by a reader", request.method));
                let answer = t.send(request.login(low.clone())).await?;
                t.expect(&["RFC7644-3.12-03"], &answer, any(vec![status(&[403]), not_offered()]));
                let challenge = answer.answer.header("www-authenticate").unwrap_or_default().to_string();
                if challenge.to_ascii_lowercase().starts_with("bearer") {
                    let says = |_: &Exchange| match challenge.contains("insufficient_scope") {
                        true => Judgement::Holds,
                        false => broken("error=\"insufficient_scope\"", challenge.as_str(), "WWW-Authenticate"),
                    };
                    t.conclude(&["RFC6750-3.1-02"], says(&answer), Some(&answer));
                }
            }
            t.step("afterwards");
            let same = all(vec![status(&[200]), json_at("/active", true)]);
            t.expect(&["RFC7644-3.12-03"], &t.read(&user).await?, same);
            if t.needs_filter().is_ok() {
                let found = t.send(okta::look_up_user(&name)).await?;
                t.expect(&["RFC7644-3.12-03"], &found, no_rows());
            }
            Ok(())
        })
    },
);
