//! Whom the filters are asked about, and what an answer to a filter must be.

use serde_json::json;

use crate::check::{Case, Judgement, Resource, Stop};
use crate::checks::reads::until_found;
use crate::expect::{Expectation, as_doubtful, ids_are, scim_type, status};
use crate::idp::okta;
use crate::scim::filter::{Filter, Op, compare, eq};
use crate::scim::urn;
use crate::target::{Exchange, Request};

/// Four people who differ in everything that the tables ask for, and one who has nothing of it.
pub(super) struct People<'a> {
    t: &'a Case,
    pub(super) all: Vec<Resource>,
    stem: String,
}

impl<'a> People<'a> {
    pub(super) async fn new(t: &'a Case) -> Result<People<'a>, Stop> {
        t.needs(&["displayName"])?;
        let stem = t.fresh_group_name().replace(' ', "-");
        let mut people = People { t, all: Vec::new(), stem };
        for (given, active, title, kind) in [
            ("Ann", true, json!("Guide"), "Employee"),
            ("Bob", true, json!(null), "Employee"),
            ("Bo", false, json!("Cook"), "Intern"),
            ("Zoe", true, json!("Guide"), "Intern"),
        ] {
            let name = t.fresh_name();
            let mut change = json!({
                "userName": name,
                "displayName": people.tag(&format!(" {given}")),
                "name": {"familyName": people.tag(if given == "Bob" { "Bloggs" } else { "Smith" })},
                "active": active, "title": title, "userType": kind,
                "emails": [{"value": name, "type": "work", "primary": true}, {"value": format!("home-{name}"), "type": "home"}],
            });
            // What the target does not know it may refuse; a table that asks for it does not run.
            if let Some(change) = change.as_object_mut() {
                change.retain(|name, value| !value.is_null() && !t.facts().lacks(name));
            }
            if t.needs_enterprise().is_ok() {
                change["schemas"] = json!([urn::USER, urn::ENTERPRISE]);
                change[urn::ENTERPRISE] =
                    json!({"department": people.tag(if given == "Ann" { " Tours" } else { " Food" })});
            }
            people.all.push(t.given_user_with(change).await?);
        }
        // A filter must also pass over those who lack the attribute. A server that demands more has no such people.
        let mut bare = crate::scim::sample::minimal_user(&t.fresh_name());
        bare["displayName"] = people.tag(" Cy").into();
        bare["active"] = true.into();
        people.all.extend(t.given_user_from(bare).await.ok());
        if let Some(newest) = people.all.last() {
            until_found(t, &okta::look_up_user(&newest.name), 1).await?;
        }
        Ok(people)
    }

    /// Text that only these have.
    pub(super) fn tag(&self, text: &str) -> String {
        format!("{}{text}", self.stem)
    }

    /// The filter that keeps a question to these.
    pub(super) fn scope(&self) -> Filter {
        compare("displayName", Op::Sw, self.tag(" "))
    }

    pub(super) fn ids(&self) -> Vec<&str> {
        self.all.iter().map(|user| user.id.as_str()).collect()
    }

    pub(super) fn matching(&self, filter: &Filter) -> Vec<&str> {
        self.all.iter().filter(|user| filter.matches(&user.seen)).map(|user| user.id.as_str()).collect()
    }

    pub(super) async fn send(&self, filter: &str) -> Result<Exchange, Stop> {
        self.t.send(Request::get("/Users").query("filter", filter).query("count", 100)).await
    }

    /// Asks, and expects those whom the same filter matches here.
    pub(super) async fn ask(&self, rule: &'static str, filter: Filter) -> Result<(), Stop> {
        let words = filter.to_string();
        let answer = self.send(&words).await?;
        self.judge(rule, &words, &filter, &answer, is_declined(&answer)).await
    }

    /// Asks within them: for filters that would match many others. A target that declines what keeps the question to
    /// them may know the filter itself.
    pub(super) async fn ask_here(&self, rule: &'static str, filter: Filter) -> Result<(), Stop> {
        if self.is_judged_here(rule, &filter).await? { Ok(()) } else { self.ask(rule, filter).await }
    }

    /// Asks within them and judges the answer, unless the target declines the question.
    async fn is_judged_here(&self, rule: &'static str, filter: &Filter) -> Result<bool, Stop> {
        let narrow = self.scope().and(filter.clone());
        let words = narrow.to_string();
        let answer = self.send(&words).await?;
        if is_declined(&answer) {
            return Ok(false);
        }
        self.judge(rule, &words, &narrow, &answer, false).await?;
        Ok(true)
    }

    /// Like [`People::ask`], for what the grammar has: a target that compares these attributes at all must read it.
    pub(super) async fn parse(&self, rule: &'static str, filter: Filter) -> Result<(), Stop> {
        self.parse_text(rule, &filter.to_string(), &filter).await
    }

    /// The same within them.
    pub(super) async fn parse_here(&self, rule: &'static str, filter: Filter) -> Result<(), Stop> {
        if self.is_judged_here(rule, &filter).await? { Ok(()) } else { self.parse(rule, filter).await }
    }

    /// The same in these words, which mean that filter.
    pub(super) async fn parse_text(&self, rule: &'static str, words: &str, meaning: &Filter) -> Result<(), Stop> {
        let answer = self.send(words).await?;
        let is_declined = is_declined(&answer) && {
            let plainest = self.send(&eq("displayName", self.tag(" Ann")).to_string()).await?;
            is_declined(&plainest)
        };
        self.judge(rule, words, meaning, &answer, is_declined).await
    }

    /// Judges the answer to a filter. What a target declines it need not compare (RFC 7644 table 9): that warns.
    async fn judge(
        &self,
        rule: &'static str,
        words: &str,
        meaning: &Filter,
        answer: &Exchange,
        is_declined: bool,
    ) -> Result<(), Stop> {
        self.t.step(format!("the filter {words}"));
        if answer.answer.status != 200 {
            let judgement = status(&[200])(answer);
            let judgement = if is_declined { as_doubtful(judgement) } else { judgement };
            self.t.conclude(&[rule], judgement, Some(answer));
            return Ok(());
        }
        let (found, is_all) = self.found(words, answer).await?;
        let found: Vec<&str> = self
            .ids()
            .into_iter()
            .flat_map(|id| found.iter().filter(move |it| *it == id))
            .map(String::as_str)
            .collect();
        let wanted = self.matching(meaning).into_iter().map(String::from).collect();
        let judgement = ids_are(&found, &wanted);
        // Of a long list only the beginning is read.
        if is_all || judgement == Judgement::Holds {
            self.t.conclude(&[rule], judgement, Some(answer));
        }
        Ok(())
    }

    /// The ids of those whom a filter finds, and whether these are all: a target may give smaller pages than were asked
    /// for.
    pub(super) async fn found(&self, words: &str, first: &Exchange) -> Result<(Vec<String>, bool), Stop> {
        let ids = |page: &Exchange| {
            page.rows().filter_map(|(_, row)| row.get("id")?.as_str().map(String::from)).collect::<Vec<_>>()
        };
        let total = first.answer.json.as_ref().and_then(|list| list.get("totalResults")?.as_u64()).unwrap_or(0);
        let mut found = ids(first);
        for _ in 0..self.all.len() {
            if found.is_empty() || found.len() as u64 >= total {
                break;
            }
            let question = Request::get("/Users").query("filter", words).query("startIndex", found.len() + 1);
            let page = ids(&self.t.send(question.query("count", 100)).await?);
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        let is_all = found.len() as u64 >= total;
        Ok((found, is_all))
    }
}

/// Whether a target says that it does not do this comparison: "the specified attribute and filter comparison
/// combination is not supported" (RFC 7644 table 9).
pub(in crate::checks) fn is_declined(answer: &Exchange) -> bool {
    answer.answer.status == 400 && scim_type(&["invalidFilter"], &[])(answer) == Judgement::Holds
}

/// What is expected of a comparison, which a target may decline: that warns.
pub(in crate::checks) fn comparison(expectation: Expectation) -> Expectation {
    Box::new(move |answer| {
        let judgement = expectation(answer);
        if is_declined(answer) { as_doubtful(judgement) } else { judgement }
    })
}
