//! Plays a flow: the client of an identity provider sends what its script makes it send, through a case, so that guard and
//! ledger hold; and after each step everything is read back.

use scim_profile::{Feature, Profile};
use serde_json::{Value, json};

use super::case::{Case, Stop};
use crate::flow::cast::{self, JOAN};
use crate::flow::compare::{self, Differences};
use crate::flow::script::{GROUPS, Step, script};
use crate::flow::world::{Outcome, World};
use crate::flow::{Client, Offered, offered, options};
use crate::idp::emulator::{Emulator, Event, Trouble, words};
use crate::idp::okta::{PAGE, filtered, import_page};
use crate::scim::urn;
use crate::target::exchange::encode;
use crate::target::{Exchange, Request};

/// What came of a flow.
#[derive(Debug)]
pub struct Played {
    /// The steps, in order; after a stop the rest is missing.
    pub steps: Vec<PlayedStep>,
    /// Why it ended before its end.
    pub stop: Option<Stop>,
}

/// What came of one step.
#[derive(Debug)]
pub struct PlayedStep {
    /// The word of ids and reports.
    pub name: &'static str,
    /// What happened, in words.
    pub title: &'static str,
    /// The feature that it shows.
    pub feature: Feature,
    /// What the product says of the feature.
    pub offered: Offered,
    /// The client's requests with their answers' statuses, in order.
    pub sent: Vec<String>,
    /// Why something that happened caused no request.
    pub silences: Vec<String>,
    /// The users whom an import brought, by their names.
    pub imported: Vec<String>,
    /// What differs from what the product says.
    pub differences: Differences,
    /// The client's last exchange.
    pub last: Option<Exchange>,
}

/// Most pages of a list that are read after each step.
const MOST_PAGES: usize = 10;

/// Plays the flow of a client with a product, to its end or to a step.
pub async fn play(case: &Case, profile: &Profile, client: Client, until: Option<&str>) -> Played {
    let mut steps = Vec::new();
    let stop = Stage::new(case, profile, client).play(until, &mut steps).await.err();
    Played { steps, stop }
}

/// A flow at work.
struct Stage<'a> {
    case: &'a Case,
    profile: &'a Profile,
    client: Client,
    emulator: Box<dyn Emulator>,
    world: World<'a>,
}

impl<'a> Stage<'a> {
    fn new(case: &'a Case, profile: &'a Profile, client: Client) -> Stage<'a> {
        let people = cast::people(profile, std::array::from_fn(|_| case.fresh_name()), &case.fresh_password());
        let group =
            |(name, members): (&str, &[usize])| (format!("{} {name}", case.fresh_group_name()), members.to_vec());
        let groups: Vec<_> = GROUPS.into_iter().map(group).collect();
        Stage {
            case,
            profile,
            client,
            emulator: client.start(options(profile), people.clone(), groups.clone()),
            world: World::new(profile, client, people, groups),
        }
    }

    async fn play(mut self, until: Option<&str>, played: &mut Vec<PlayedStep>) -> Result<(), Stop> {
        self.given_an_account().await?;
        for step in script(self.profile, self.client, &self.world) {
            let is_last = until == Some(step.name);
            self.step(step, played).await?;
            if is_last {
                break;
            }
        }
        Ok(())
    }

    /// Somebody has an account before the application is given to anybody.
    async fn given_an_account(&mut self) -> Result<(), Stop> {
        let mapped = self.world.people[JOAN].mapped();
        let (user_name, name, emails) = (&mapped["userName"], &mapped["name"], &mapped["emails"]);
        let body =
            json!({"schemas": [urn::USER], "userName": user_name, "name": name, "emails": emails, "active": true});
        let user = self.case.given_user_from(body.clone()).await?;
        self.world.has_account(JOAN, &body, &user.id);
        Ok(())
    }

    async fn step(&mut self, step: Step, played: &mut Vec<PlayedStep>) -> Result<(), Stop> {
        let mut done = PlayedStep {
            name: step.name,
            title: step.title,
            feature: step.feature,
            offered: offered(self.profile, step.feature),
            sent: Vec::new(),
            silences: Vec::new(),
            imported: Vec::new(),
            differences: Differences::default(),
            last: None,
        };
        for event in &step.events {
            let outcome = self.world.happens(event);
            let before = done.sent.len();
            let trouble = self.happens(event, &mut done).await?;
            judge(&outcome, done.sent.len() - before, trouble.as_ref(), &mut done.differences);
            if outcome == Outcome::Done && *event == Event::Import {
                self.judge_import(&mut done);
            }
            self.learn_ids(&mut done.differences);
            done.differences.extend("", self.read_each().await?);
            done.differences.extend("", self.read_lists_settled().await?);
        }
        played.push(done);
        Ok(())
    }

    /// Sends whatever comes of it. What the client gives up with, if it does.
    async fn happens(&mut self, event: &Event, done: &mut PlayedStep) -> Result<Option<Trouble>, Stop> {
        if let Err(silence) = self.emulator.happens(event) {
            done.silences.push(silence.to_string());
            return Ok(None);
        }
        let mut trouble = None;
        while let Some(request) = self.emulator.next() {
            let exchange = self.case.send(request).await?;
            done.sent.push(words(&exchange));
            if let Err(why) = self.emulator.answer(&exchange.answer) {
                trouble = Some(why);
            }
            done.last = Some(exchange);
        }
        Ok(trouble)
    }

    /// Everybody who is there and active, once, and nobody else of this flow (OKTA-IMP-007).
    fn judge_import(&self, done: &mut PlayedStep) {
        let name_of = |row: &Value| row.get("userName").and_then(Value::as_str).unwrap_or_default().to_string();
        done.imported = self.emulator.imported().iter().map(name_of).collect();
        for account in &self.world.people {
            let is_there = account.shows.as_ref().is_some_and(|shows| shows["active"] == json!(true));
            let is_it = |name: &&String| name.eq_ignore_ascii_case(account.user_name());
            let count = done.imported.iter().filter(is_it).count();
            if count != usize::from(is_there) {
                let wanted = if is_there { "once" } else { "not at all" };
                done.differences.wrong(
                    format!("{} {wanted}", account.user_name()),
                    format!("{count} times"),
                    "the import",
                );
            }
        }
    }

    /// An account and a group keep the ids that they have got.
    fn learn_ids(&mut self, differences: &mut Differences) {
        for (who, account) in self.world.people.iter_mut().enumerate() {
            let known = self.emulator.id_of(who).map(String::from);
            match (&account.id, known) {
                (None, Some(known)) => account.id = Some(known),
                (Some(id), Some(known)) if *id != known => {
                    differences.wrong(format!("the account {id:?}"), format!("{known:?}"), account.user_name());
                }
                _ => {}
            }
        }
        for (which, group) in self.world.groups.iter_mut().enumerate() {
            if let (None, Some(known)) = (&group.id, self.emulator.group_id_of(which)) {
                group.id = Some(known.into());
            }
        }
    }

    /// Every user and every group by id.
    async fn read_each(&mut self) -> Result<Differences, Stop> {
        let mut found = Differences::default();
        for who in 0..self.world.people.len() {
            let Some(id) = self.world.people[who].id.clone() else {
                let account = &self.world.people[who];
                if account.shows.is_some() {
                    found.wrong("an account", "none", account.user_name());
                }
                continue;
            };
            let read = self.case.send(Request::get(format!("/Users/{}", encode(&id)))).await?;
            let account = &self.world.people[who];
            let place = format!("{} by id", account.user_name());
            found.extend(&place, self.compare_user(who, &read));
            if let Some(created) = read.answer.json.as_ref().and_then(|it| it.pointer("/meta/created")).cloned() {
                let before = self.world.people[who].created.get_or_insert(created.clone());
                if *before != created {
                    found.wrong(before.to_string(), created.to_string(), format!("{place} /meta/created"));
                }
            }
        }
        for which in 0..self.world.groups.len() {
            let group = &self.world.groups[which];
            let Some(id) = &group.id else {
                if group.shows.is_some() {
                    found.wrong("a group", "none", group.name.as_str());
                }
                continue;
            };
            let read = self.case.send(Request::get(format!("/Groups/{}", encode(id)))).await?;
            found.extend(&format!("{} by id", group.name), self.compare_group(which, &read));
        }
        Ok(found)
    }

    fn compare_user(&self, who: usize, read: &Exchange) -> Differences {
        let account = &self.world.people[who];
        match (&account.shows, &read.answer.json) {
            (Some(shows), Some(got)) if read.answer.status == 200 => {
                compare::user(shows, got, account.id.as_deref(), &self.world.groups_of(who))
            }
            (shows, _) => is_gone(shows.is_none(), read),
        }
    }

    fn compare_group(&self, which: usize, read: &Exchange) -> Differences {
        let group = &self.world.groups[which];
        match (&group.shows, &read.answer.json) {
            (Some((name, members)), Some(got)) if read.answer.status == 200 => {
                let members: Vec<&str> =
                    members.iter().filter_map(|who| self.world.people[*who].id.as_deref()).collect();
                compare::group(name, &members, got, group.id.as_deref())
            }
            (shows, _) => is_gone(shows.is_none(), read),
        }
    }

    /// Lists may lag behind, within the settling time.
    async fn read_lists_settled(&self) -> Result<Differences, Stop> {
        let mut settling = self.case.settling();
        loop {
            let found = self.read_lists().await?;
            if found.wrong.is_empty() || !settling.again().await {
                return Ok(found);
            }
        }
    }

    /// Everybody by the filter that Okta uses, and once in the whole list, if that is short.
    async fn read_lists(&self) -> Result<Differences, Stop> {
        let mut found = Differences::default();
        let whole = self.whole_list("/Users").await?;
        for (who, account) in self.world.people.iter().enumerate() {
            let filter = format!("userName eq {}", Value::from(account.user_name()));
            let read = self.case.send(filtered("/Users", &filter)).await?;
            let rows: Vec<Value> = read.rows().map(|(_, row)| row.clone()).collect();
            self.compare_rows(who, &format!("{} by filter", account.user_name()), &rows, &mut found);
            let is_it = |row: &&Value| {
                row["userName"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(account.user_name()))
            };
            if let Some(whole) = &whole {
                let rows: Vec<Value> = whole.iter().filter(is_it).cloned().collect();
                self.compare_rows(who, &format!("{} in the list", account.user_name()), &rows, &mut found);
            }
        }
        if self.world.has_groups() {
            self.read_group_lists(&mut found).await?;
        }
        Ok(found)
    }

    async fn read_group_lists(&self, found: &mut Differences) -> Result<(), Stop> {
        let Some(whole) = self.whole_list("/Groups").await? else { return Ok(()) };
        for group in &self.world.groups {
            let wanted: Vec<&str> = group.shows.iter().map(|(name, _)| name.as_str()).collect();
            let stem = group.name.strip_suffix(" renamed").unwrap_or(&group.name);
            let names = whole.iter().filter_map(|row| row.get("displayName")?.as_str());
            let got: Vec<&str> = names.filter(|name| name.starts_with(stem)).collect();
            if got != wanted {
                found.wrong(format!("{wanted:?}"), format!("{got:?}"), "the list of groups");
            }
        }
        Ok(())
    }

    fn compare_rows(&self, who: usize, place: &str, rows: &[Value], found: &mut Differences) {
        let account = &self.world.people[who];
        match (&account.shows, rows) {
            (Some(shows), [row]) => {
                found.extend(place, compare::user(shows, row, account.id.as_deref(), &self.world.groups_of(who)));
            }
            (None, []) => {}
            (shows, rows) => {
                found.wrong(format!("{} times", usize::from(shows.is_some())), format!("{} times", rows.len()), place);
            }
        }
    }

    /// Every row of a list; nothing of one that is long.
    async fn whole_list(&self, collection: &'static str) -> Result<Option<Vec<Value>>, Stop> {
        let mut rows = Vec::new();
        for page in 0..MOST_PAGES {
            let read = self.case.send(import_page(collection, page * PAGE + 1)).await?;
            rows.extend(read.rows().map(|(_, row)| row.clone()));
            let total = read.answer.json.as_ref().and_then(|list| list.get("totalResults")?.as_u64()).unwrap_or(0);
            if total > (MOST_PAGES * PAGE) as u64 {
                return Ok(None);
            }
            if total <= rows.len() as u64 || read.rows().next().is_none() {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }
}

/// Nothing there, where nothing should be.
fn is_gone(should_be: bool, read: &Exchange) -> Differences {
    let mut found = Differences::default();
    match (should_be, read.answer.status) {
        (true, 404 | 410) => {}
        (true, _) => found.wrong("404", crate::expect::got_status(read), ""),
        (false, _) => found.wrong("200 and the resource", crate::expect::got_status(read), ""),
    }
    found
}

/// Whether the client came to the end that is expected.
fn judge(outcome: &Outcome, sent: usize, trouble: Option<&Trouble>, differences: &mut Differences) {
    match (outcome, trouble) {
        (Outcome::Done, None) if sent > 0 => {}
        (Outcome::Done, None) => differences.wrong("requests", "none", ""),
        (Outcome::Done, Some(trouble)) => differences.wrong("no trouble", trouble.to_string(), ""),
        (Outcome::Nothing, _) if sent == 0 => {}
        (Outcome::Nothing, _) => differences.wrong("no request", format!("{sent} of them"), ""),
        // Whether anything has changed, the readings tell.
        (Outcome::Refused { words, .. }, None) => differences.noted(format!("a refusal: {words}"), "success", ""),
        (Outcome::Refused { statuses, kind, words }, Some(trouble)) => match trouble {
            Trouble::Refused { status, .. } if !statuses.contains(status) => {
                differences.wrong(format!("{statuses:?}: {words}"), trouble.to_string(), "");
            }
            Trouble::Refused { kind: got, .. } if kind.is_some() && got.as_deref() != *kind => {
                differences.noted(format!("{kind:?}: {words}"), format!("{got:?}"), "/scimType");
            }
            Trouble::Refused { .. } => {}
            Trouble::Useless { .. } => differences.wrong(format!("a refusal: {words}"), trouble.to_string(), ""),
        },
    }
}
