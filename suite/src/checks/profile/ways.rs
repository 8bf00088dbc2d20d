//! The ways to write an attribute of a user, and to read it back.

use serde_json::{Value, json};

use super::place::Place;
use super::said::Said;
use crate::check::{Case, Judgement, Read, Resource, Stop};
use crate::checks::{reads, resource, writes};
use crate::expect::{Expectation, all, broken, error, got_status, no_server_error, scim_type};
use crate::idp::okta;
use crate::scim::{sample, urn};
use crate::target::Exchange;

/// A way to write attributes of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// With the account.
    Post,
    /// Okta's update: read, change, and send the whole.
    Put,
    /// PATCH replace without a path.
    PatchPathless,
    /// PATCH replace with a path.
    PatchPath,
}

impl Way {
    /// All of them.
    pub(super) const ALL: [Way; 4] = [Way::Post, Way::Put, Way::PatchPathless, Way::PatchPath];
    /// Those of an account that is there.
    pub(super) const CHANGES: [Way; 3] = [Way::Put, Way::PatchPathless, Way::PatchPath];

    /// It in words, for findings.
    pub(super) fn words(self) -> &'static str {
        match self {
            Way::Post => "POST",
            Way::Put => "PUT",
            Way::PatchPathless => "PATCH without a path",
            Way::PatchPath => "PATCH with a path",
        }
    }
}

/// What came of a write.
pub(super) struct Written {
    pub(super) way: Way,
    pub(super) answer: Exchange,
    /// The account, where there is one: that which was made, or that which was to be changed.
    pub(super) user: Option<Resource>,
    /// The userName that was sent or that the account had before.
    name: String,
    /// What a reading showed before.
    before: Option<Value>,
}

/// Every way to see a user. Whether a reading shows everybody is for other checks to say.
static READS: [Read; 3] = [
    Read { name: "by id", rules: &[], may_lag: false, run: reads::by_id },
    Read { name: "by filter", rules: &[], may_lag: true, run: reads::by_name },
    Read { name: "in the list", rules: &[], may_lag: true, run: reads::in_list },
];

/// Writes a change to an account that stands on a ground: with it, or afterwards.
pub(super) async fn write(t: &Case, way: Way, ground: &Value, change: &Value) -> Result<Written, Stop> {
    if way == Way::Post {
        return make(t, ground, change, None).await;
    }
    let user = given(t, ground).await?;
    write_to(t, way, user, change).await
}

/// Makes an account that stands on a ground, without an attribute that Okta would send.
pub(super) async fn make(t: &Case, ground: &Value, change: &Value, without: Option<&Place>) -> Result<Written, Stop> {
    let way = Way::Post;
    let mut body = t.okta_user();
    sample::overlay(&mut body, ground);
    sample::overlay(&mut body, change);
    if let Some(place) = without {
        place.remove_from(&mut body);
    }
    add_schemas(&mut body);
    let name = body.get("userName").and_then(Value::as_str).unwrap_or_default().to_owned();
    let answer = t.post("/Users", body.clone()).await?;
    t.step(way.words());
    let user = resource(&answer, body);
    Ok(Written { way, answer, user, name, before: None })
}

/// An account that stands on a ground.
pub(super) async fn given(t: &Case, ground: &Value) -> Result<Resource, Stop> {
    let mut ground = ground.clone();
    if has_extension(&ground) {
        ground["schemas"] = json!([urn::USER]);
        add_schemas(&mut ground);
    }
    t.given_user_with(ground).await
}

/// Writes a change to an account that is there.
pub(super) async fn write_to(t: &Case, way: Way, user: Resource, change: &Value) -> Result<Written, Stop> {
    let before = t.read(&user).await?.answer.json;
    let answer = match way {
        Way::Post | Way::Put => put(t, &user, change).await?,
        Way::PatchPathless => writes::replace_pathless(t, &user, change).await?,
        Way::PatchPath => writes::replace_path(t, &user, change).await?,
    };
    t.step(way.words());
    Ok(Written { way, answer, name: user.name.clone(), user: Some(user), before })
}

/// Reads, changes, and sends the whole, with the schemas that it holds then.
async fn put(t: &Case, user: &Resource, change: &Value) -> Result<Exchange, Stop> {
    let read = t.read(user).await?;
    let Some(mut body @ Value::Object(_)) = read.answer.json.clone().filter(|_| read.answer.status == 200) else {
        let reason = format!("reading it before the PUT answered {}", got_status(&read));
        return Err(Stop::Blocked { by: "read.user.by-id", reason });
    };
    sample::overlay(&mut body, change);
    add_schemas(&mut body);
    t.put(user, body).await
}

fn has_extension(body: &Value) -> bool {
    body.as_object().is_some_and(|body| body.keys().any(|name| name.starts_with("urn:")))
}

fn add_schemas(body: &mut Value) {
    let Some(map) = body.as_object_mut() else { return };
    let held: Vec<Value> = map.keys().filter(|name| name.starts_with("urn:")).map(|name| json!(name)).collect();
    if let Some(schemas) = map.get_mut("schemas").and_then(Value::as_array_mut) {
        let missing: Vec<Value> = held.into_iter().filter(|urn| !schemas.contains(urn)).collect();
        schemas.extend(missing);
    }
}

impl Written {
    /// The write succeeds, and every reading shows what is expected. `is_thorough`: by id, by filter and in the list; else by
    /// id alone.
    pub(super) async fn shows(
        &self,
        t: &Case,
        said: &Said,
        is_thorough: bool,
        expectation: impl Fn() -> Expectation,
    ) -> Result<(), Stop> {
        if !self.succeeds(t, said) {
            return Ok(());
        }
        let Some(user) = &self.user else { return Ok(()) };
        if !self.answer.answer.body.is_empty() {
            t.step(format!("the answer to {}", self.way.words()));
            said.expect(t, &self.answer, expectation());
        }
        see(t, said, user, self.way, if is_thorough { &READS } else { &READS[..1] }, expectation).await
    }

    /// The write succeeds. What a server says with a status of its own fault is no way to differ.
    pub(super) fn succeeds(&self, t: &Case, said: &Said) -> bool {
        t.step(self.way.words());
        if self.answer.answer.is_success() && self.user.is_none() {
            return said.conclude(t, broken("a user with an id", "none in the answer", ""), &self.answer);
        }
        said.conclude(t, success(&self.answer), &self.answer)
    }

    /// The write is refused in a certain form, which somebody chose, and in any form it leaves nothing behind: `rule` is
    /// the one that it breaks, and `is_kept` what a reading shows of an account that keeps it all the same.
    pub(super) async fn is_refused(
        &self,
        t: &Case,
        rule: &Said,
        form: &Said,
        scim_types: &'static [&'static str],
        is_kept: impl Fn() -> Expectation,
    ) -> Result<(), Stop> {
        t.step(self.way.words());
        rule.expect(t, &self.answer, no_server_error());
        form.expect(t, &self.answer, all(vec![error(&[400]), scim_type(scim_types, &[])]));
        if self.answer.answer.is_success() {
            let Some(user) = &self.user else { return Ok(()) };
            let user = Resource { name: self.name_now(user), ..user.clone() };
            return see(t, rule, &user, self.way, &READS[..1], is_kept).await;
        }
        self.leaves_nothing(t, rule).await
    }

    /// The account is as it was; where it was to be made, there is none.
    pub(super) async fn leaves_nothing(&self, t: &Case, said: &Said) -> Result<(), Stop> {
        t.step(format!("after the refused {}", self.way.words()));
        match (&self.user, &self.before) {
            (Some(user), Some(before)) if self.way != Way::Post => {
                let seen = t.read(user).await?;
                let is_same = seen.answer.json.as_ref() == Some(before);
                let what = || broken("the account as it was", "another state", "");
                said.conclude(t, if is_same { Judgement::Holds } else { what() }, &seen);
            }
            _ => {
                let found = t.send(okta::look_up_user(&self.name)).await?;
                let rows = found.rows().filter(|(_, row)| is_named(row, &self.name)).count();
                let what = || broken("nobody of that userName", format!("{rows} of them"), "/Resources");
                said.conclude(t, if rows == 0 { Judgement::Holds } else { what() }, &found);
            }
        }
        Ok(())
    }

    fn name_now(&self, user: &Resource) -> String {
        let said = self.answer.answer.json.as_ref().and_then(|json| json.get("userName")?.as_str());
        said.map_or_else(|| user.name.clone(), String::from)
    }
}

/// Reads a user back, in each of these ways, within the settling time where lists may lag.
async fn see(
    t: &Case,
    said: &Said,
    user: &Resource,
    way: Way,
    reads: &'static [Read],
    expectation: impl Fn() -> Expectation,
) -> Result<(), Stop> {
    for read in reads {
        let mut settling = t.settling();
        let seen = loop {
            let Some(seen) = (read.run)(t, user).await? else { break None };
            let judgement = expectation()(&seen);
            let is_done = !matches!(judgement, Judgement::Broken(_));
            if is_done || !read.may_lag || !settling.again().await {
                break Some((seen, judgement));
            }
        };
        // A list that is too long to be walked through says nothing.
        let Some((seen, judgement)) = seen else { continue };
        t.step(format!("after {}, the reading {}", way.words(), read.name));
        said.conclude(t, judgement, &seen);
    }
    Ok(())
}

/// Whether a write succeeded.
pub(super) fn success(exchange: &Exchange) -> Judgement {
    if exchange.answer.is_success() { Judgement::Holds } else { broken("a success", got_status(exchange), "") }
}

fn is_named(row: &Value, name: &str) -> bool {
    row.get("userName").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(name))
}
