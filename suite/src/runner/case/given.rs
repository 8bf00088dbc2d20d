//! What a story starts from: names that nobody has, users and groups that are there, and what the target offers.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::{Case, Resource, Stop};
use crate::catalogue;
use crate::expect::shortened;
use crate::probe::{Facts, Fate, Offer};
use crate::scim::{patch, sample};
use crate::target::exchange::Login;
use crate::target::guard::is_addressable;
use crate::target::{Exchange, Request};

impl Case {
    /// A word that nothing else has.
    pub fn fresh_word(&self) -> String {
        format!("{}-{}", self.key(), self.next())
    }

    /// A user name that no other resource has.
    pub fn fresh_name(&self) -> String {
        self.fresh_name_at(&self.shared.fit.mail_domain)
    }

    fn fresh_name_at(&self, domain: &str) -> String {
        format!("scim-{}-{}@{domain}", self.key(), self.next())
    }

    /// A group's name that no other group has.
    pub fn fresh_group_name(&self) -> String {
        format!("scim {} {}", self.key(), self.next())
    }

    /// An id that exists nowhere, and that the guard knows to be made up.
    pub fn fresh_id(&self) -> String {
        let id = format!("none-{}-{}", self.key(), self.next());
        self.shared.client.guard.mint(&id);
        id
    }

    /// Tells the guard of an id that is made up.
    pub fn mint(&self, id: &str) {
        self.shared.client.guard.mint(id);
    }

    /// A password that fits most policies.
    pub fn fresh_password(&self) -> String {
        format!("{}-{}{}", self.shared.password_stem, self.next(), self.shared.fit.password_end)
    }

    /// The word that marks this run's resources.
    pub fn key(&self) -> &str {
        self.shared.client.guard.key().word()
    }

    fn next(&self) -> u64 {
        self.shared.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// The body by which Okta creates a new user.
    pub fn okta_user(&self) -> Value {
        self.okta_user_at(&self.shared.fit.mail_domain)
    }

    /// The same with its address at this domain.
    pub(in crate::runner) fn okta_user_at(&self, domain: &str) -> Value {
        let name = self.fresh_name_at(domain);
        let external_id = format!("00u{}X{}", self.key(), self.next());
        sample::okta_user(&name, "Sample", "Person", &external_id)
    }

    /// A user as Okta creates it, read back.
    pub async fn given_user(&self) -> Result<Resource, Stop> {
        self.given_user_with(json!({})).await
    }

    /// A user as Okta creates it, with changes laid over.
    pub async fn given_user_with(&self, change: Value) -> Result<Resource, Stop> {
        let mut body = self.okta_user();
        sample::overlay(&mut body, &change);
        self.given("/Users", body, "create.user.okta").await
    }

    /// A user with this body, read back.
    pub async fn given_user_from(&self, body: Value) -> Result<Resource, Stop> {
        self.given("/Users", body, "create.user.minimal").await
    }

    /// Several users as Okta creates them.
    pub async fn given_users(&self, count: usize) -> Result<Vec<Resource>, Stop> {
        let mut users = Vec::with_capacity(count);
        for _ in 0..count {
            users.push(self.given_user().await?);
        }
        Ok(users)
    }

    /// A group with exactly these members, read back.
    pub async fn given_group(&self, members: &[&Resource]) -> Result<Resource, Stop> {
        let named: Vec<(&str, &str)> =
            members.iter().map(|member| (member.id.as_str(), member.name.as_str())).collect();
        let body = sample::group(&self.fresh_group_name(), &named);
        let by = if members.is_empty() { "group.create.empty" } else { "group.create.with-members" };
        let mut group = self.given("/Groups", body, by).await?;
        if !has_exactly(&group, members) && self.offers_patch() {
            // The check named above judges that they were lost; as Okta pushes a group, they come by PATCH.
            let all: Vec<Value> = members.iter().map(|member| json!({"value": member.id})).collect();
            self.patch_ops(&group, vec![patch::operation("add", "members", all.into())]).await?;
            group.seen = self.read(&group).await?.answer.json.unwrap_or_default();
        }
        if has_exactly(&group, members) {
            return Ok(group);
        }
        let got = crate::expect::values(group.seen.get("members")).len();
        Err(Stop::Blocked { by, reason: format!("the new group has {got} of {} members", members.len()) })
    }

    /// A group with this name and no members; the name shows the run's key.
    pub async fn given_group_named(&self, name: &str) -> Result<Resource, Stop> {
        self.given("/Groups", sample::group(name, &[]), "group.create.empty").await
    }

    /// A user as Okta creates it, for the check that judges the reading back.
    pub async fn given_unread_user(&self) -> Result<Resource, Stop> {
        self.given_unread("/Users", self.okta_user(), "create.user.okta").await
    }

    /// A group without members, for the check that judges the reading back.
    pub async fn given_unread_group(&self) -> Result<Resource, Stop> {
        self.given_unread("/Groups", sample::group(&self.fresh_group_name(), &[]), "group.create.empty").await
    }

    async fn given(&self, collection: &'static str, body: Value, by: &'static str) -> Result<Resource, Stop> {
        let mut resource = self.given_unread(collection, body, by).await?;
        let read = self.send(Request::get(resource.path())).await?;
        if read.answer.status != 200
            || !self.shared.client.guard.key().owns(read.answer.json.as_ref().unwrap_or(&Value::Null))
        {
            let reason = format!("reading it back answered {}", crate::expect::got_status(&read));
            let by = if collection == "/Groups" { "group.read.by-id" } else { "read.user.by-id" };
            return Err(Stop::Blocked { by, reason });
        }
        resource.seen = read.answer.json.unwrap_or_default();
        Ok(resource)
    }

    async fn given_unread(&self, collection: &'static str, body: Value, by: &'static str) -> Result<Resource, Stop> {
        let created = self.send(Request::post(collection, body.clone())).await?;
        let id = created.answer.json.as_ref().and_then(|json| json.get("id")?.as_str());
        let (true, Some(id)) = (created.answer.is_success(), id) else {
            let kind = if collection == "/Groups" { "group" } else { "user" };
            let reason = format!("creating a {kind} answered {}", crate::expect::got_status(&created));
            if collection == "/Groups" && matches!(created.answer.status, 404 | 501) && !self.offers_groups() {
                return Err(Stop::Unsupported("the target has no groups".into()));
            }
            return Err(Stop::Blocked { by, reason });
        };
        if !is_addressable(id) {
            let shown = shortened(&format!("{:?}", shortened(id)));
            let reason = format!("creating it gave the id {shown}, which no path can carry for certain");
            return Err(Stop::Blocked { by, reason });
        }
        let name = ["userName", "displayName"].iter().find_map(|name| body.get(*name)?.as_str()).unwrap_or_default();
        let (id, name) = (id.into(), name.into());
        Ok(Resource { collection, id, name, sent: body, seen: created.answer.json.unwrap_or_default() })
    }

    fn offers_groups(&self) -> bool {
        self.shared.facts.offers(catalogue::Gate::Group) == Offer::Yes
    }

    /// Ends the story if the target's own schema, or what the product says, leaves out an attribute that it is about.
    pub fn needs(&self, attributes: &[&str]) -> Result<(), Stop> {
        for attribute in attributes {
            let is_of_core = !attribute.to_ascii_lowercase().starts_with("urn:");
            if is_of_core && self.shared.facts.lacks(attribute) {
                return Err(Stop::Unsupported(format!("the target's User schema has no {attribute}")));
            }
            match self.shared.facts.fate(attribute) {
                Fate::Once => {}
                _ => self.changes(attribute)?,
            }
        }
        Ok(())
    }

    /// The same where it is to be changed, too.
    pub fn needs_change(&self, attributes: &[&str]) -> Result<(), Stop> {
        self.needs(attributes)?;
        attributes.iter().try_for_each(|attribute| self.changes(attribute))
    }

    /// Ends the story if the product says that it does not take any change of an attribute.
    pub(super) fn changes(&self, attribute: &str) -> Result<(), Stop> {
        Err(Stop::Unsupported(match self.shared.facts.fate(attribute) {
            Fate::Free => return Ok(()),
            Fate::Ruled => format!("the product has rules for {attribute}"),
            Fate::Once => format!("the product does not change {attribute}"),
            Fate::Ignored => format!("the product does not keep {attribute}"),
        }))
    }

    /// Whether the product keeps any value of an attribute.
    pub fn keeps(&self, attribute: &str) -> bool {
        matches!(self.shared.facts.fate(attribute), Fate::Free | Fate::Once)
    }

    /// A change of a user that the product takes: the family name, if it changes that.
    pub fn some_change(&self) -> Value {
        let is_free = |name: &str| self.shared.facts.fate(name) == Fate::Free;
        if is_free("name.familyName") || !is_free("displayName") {
            json!({"name": {"familyName": "Changed"}})
        } else {
            json!({"displayName": "Changed Person"})
        }
    }

    /// What of the names of Okta's user the product keeps, as pointers and values.
    pub fn kept_names(&self) -> Vec<(&'static str, &'static str)> {
        let all = [("name.familyName", "/name/familyName", "Person"), ("name.givenName", "/name/givenName", "Sample")];
        let kept: Vec<_> =
            all.iter().filter(|(name, ..)| self.keeps(name)).map(|(_, pointer, value)| (*pointer, *value)).collect();
        if kept.is_empty() { vec![("/displayName", "Sample Person")] } else { kept }
    }

    /// Ends the story if the product has no groups.
    pub fn needs_groups(&self) -> Result<(), Stop> {
        match &self.shared.facts.profile {
            Some(profile) if profile.groups.is_none() => Err(Stop::Unsupported("the product has no groups".into())),
            _ => Ok(()),
        }
    }

    /// Ends the story if the target lists no groups, and does as it says.
    pub fn is_for_groups(&self, created: &Exchange) -> Result<(), Stop> {
        let has_none = self.shared.facts.offers(catalogue::Gate::Group) == Offer::No;
        if has_none && matches!(created.answer.status, 404 | 501) {
            return Err(Stop::Unsupported("the target lists no groups, and has none".into()));
        }
        Ok(())
    }

    /// Ends the story if the product refuses such requests, whatever they hold: `DELETE /Users/{id}`.
    pub fn needs_request(&self, request: &str) -> Result<(), Stop> {
        if self.shared.facts.refuses(request) {
            return Err(Stop::Unsupported(format!("the product refuses {request}")));
        }
        Ok(())
    }

    /// Ends the story if the target does not list the enterprise extension.
    pub fn needs_enterprise(&self) -> Result<(), Stop> {
        match self.shared.facts.offers(catalogue::Gate::Enterprise) {
            Offer::No => Err(Stop::Unsupported("the target does not list the enterprise extension".into())),
            _ => Ok(()),
        }
    }

    /// Ends the story if the target says that it changes no passwords.
    pub fn needs_password_change(&self) -> Result<(), Stop> {
        match self.shared.facts.offers(catalogue::Gate::ChangePassword) {
            Offer::No => Err(Stop::Unsupported("the target says that it changes no passwords (changePassword)".into())),
            _ => Ok(()),
        }
    }

    /// Ends the story if the target shows another displayName than it was given, however plain: then it makes that up
    /// itself, and nothing about texts can be told by it. The checks of updates and of attributes judge that.
    pub async fn needs_display_name(&self) -> Result<(), Stop> {
        self.needs(&["displayName"])?;
        let plain = format!("Plain {}", self.fresh_word());
        let user = self.given_user_with(json!({"displayName": plain})).await?;
        if user.seen.get("displayName").and_then(Value::as_str) == Some(&plain) {
            return Ok(());
        }
        let shown = crate::expect::quoted(user.seen.get("displayName"));
        Err(Stop::Unsupported(format!("the target makes the displayName itself: {plain:?} came back as {shown}")))
    }

    /// Ends the story if the target says that it has no versions.
    pub fn needs_etags(&self) -> Result<(), Stop> {
        match self.shared.facts.offers(catalogue::Gate::Etag) {
            Offer::No => Err(Stop::Unsupported("the target says that it has no versions (etag)".into())),
            _ => Ok(()),
        }
    }

    /// Ends the story if the target says that it does not filter.
    pub fn needs_filter(&self) -> Result<(), Stop> {
        match self.shared.facts.offers(catalogue::Gate::Filter) {
            Offer::No => Err(Stop::Unsupported("the target says that it does not filter".into())),
            _ => Ok(()),
        }
    }

    /// Ends the story unless the target says that it pages by cursor.
    pub fn needs_cursors(&self) -> Result<(), Stop> {
        match self.shared.facts.offers(catalogue::Gate::Cursor) {
            Offer::Yes => Ok(()),
            _ => Err(Stop::Unsupported("the target does not say that it pages by cursor".into())),
        }
    }

    /// Ends the story if the target says that it does not sort.
    pub fn needs_sort(&self) -> Result<(), Stop> {
        match self.shared.facts.offers(catalogue::Gate::Sort) {
            Offer::No => Err(Stop::Unsupported("the target says that it does not sort".into())),
            _ => Ok(()),
        }
    }

    /// Whether the target takes PATCH, as far as it says.
    pub fn offers_patch(&self) -> bool {
        self.shared.facts.offers(catalogue::Gate::Patch) != Offer::No
    }

    /// Ends the story if the target says that it takes no PATCH.
    pub fn needs_patch(&self) -> Result<(), Stop> {
        if self.offers_patch() {
            Ok(())
        } else {
            Err(Stop::Unsupported("the target says that it takes no PATCH".into()))
        }
    }

    /// Ends the story if the product has no groups, or the target lists none.
    pub fn needs_listed_groups(&self) -> Result<(), Stop> {
        self.needs_groups()?;
        match self.shared.facts.offers(catalogue::Gate::Group) {
            Offer::No => Err(Stop::Unsupported("the target lists no groups".into())),
            _ => Ok(()),
        }
    }

    /// Ends the story if the target says that it takes no bulk requests.
    pub fn needs_bulk(&self) -> Result<(), Stop> {
        match self.shared.facts.offers(catalogue::Gate::Bulk) {
            Offer::No => Err(Stop::Unsupported("the target says that it takes no bulk requests".into())),
            _ => Ok(()),
        }
    }

    /// Ends the story if the run may not send several requests at the same time.
    pub fn needs_concurrency(&self) -> Result<(), Stop> {
        if self.shared.concurrency {
            Ok(())
        } else {
            Err(Stop::Unsupported("--no-concurrency or --rps leaves out what sends requests at the same time".into()))
        }
    }

    /// The login of another organisation.
    ///
    /// # Errors
    /// Ends the story where the run has none.
    pub fn second_tenant(&self) -> Result<Login, Stop> {
        let token =
            self.shared.others.second.clone().ok_or_else(|| without("another organisation", "--second-token"))?;
        Ok(Login::Other { variable: "SCIM_SECOND_TOKEN", token, is_elsewhere: true })
    }

    /// The login of somebody who may read and not write.
    ///
    /// # Errors
    /// Ends the story where the run has none.
    pub fn reader(&self) -> Result<Login, Stop> {
        let token =
            self.shared.others.low.clone().ok_or_else(|| without("somebody who may only read", "--low-token"))?;
        Ok(Login::Other { variable: "SCIM_LOW_TOKEN", token, is_elsewhere: false })
    }

    /// Whether the target is the built-in server, which follows the run's profile where it fills gaps, too.
    pub fn is_embedded(&self) -> bool {
        self.shared.embedded
    }

    /// The base URL of the target.
    pub fn base(&self) -> &str {
        &self.shared.base
    }

    /// What the target says about itself.
    pub fn facts(&self) -> &Facts {
        &self.shared.facts
    }

    /// The id of a user that exists already, if the run was given one.
    pub fn fixture_user(&self) -> Option<&str> {
        self.shared.fixture_user.as_deref()
    }

    /// The last owner of the organisation, read: the fixture user, where the run was told so.
    ///
    /// # Errors
    /// Ends the story where the run knows of none.
    pub async fn last_owner(&self) -> Result<Resource, Stop> {
        let id = self.fixture_user().filter(|_| self.shared.last_owner);
        let id = id.ok_or_else(|| Stop::Unsupported("it takes --fixture-user with --last-owner".into()))?;
        let mut owner =
            Resource { collection: "/Users", id: id.into(), name: String::new(), sent: Value::Null, seen: Value::Null };
        let read = self.read(&owner).await?;
        let name = read.subject().and_then(|user| user.get("userName")?.as_str());
        let Some(name) = name.filter(|_| read.answer.status == 200) else {
            let reason = format!("the last owner can't be read: {}", crate::expect::got_status(&read));
            return Err(Stop::Unsupported(reason));
        };
        owner.name = name.into();
        owner.seen = read.answer.json.unwrap_or_default();
        Ok(owner)
    }
}

fn without(who: &str, option: &str) -> Stop {
    Stop::Unsupported(format!("it takes the token of {who}: see {option}"))
}

fn has_exactly(group: &Resource, members: &[&Resource]) -> bool {
    let mut got = crate::expect::values(group.seen.get("members"));
    let mut wanted: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
    got.sort();
    wanted.sort();
    got == wanted
}
