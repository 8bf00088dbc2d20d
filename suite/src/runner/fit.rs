//! Finds out, before the first check, what made-up users must be like so that the target takes them: a service may want
//! addresses of its own domain, attributes that the RFC leaves optional, or other passwords. What was chosen is told.
//!
//! It begins with the user that Okta would create. Where that one is refused, the refusal and what the target announces
//! say what to try next; a target that takes the first one is asked nothing more.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::case::{Case, Stop};
use crate::expect::got_status;
use crate::probe::schema::{Attribute, Kind, Schema};
use crate::scim::additions::{Addition, Additions};
use crate::target::exchange::Body;
use crate::target::redact::Redactor;
use crate::target::{Exchange, Request};

/// What made-up users are like.
#[derive(Debug, Clone, Default)]
pub struct Fit {
    /// The domain of their mail addresses.
    pub mail_domain: String,
    /// The end of their passwords.
    pub password_end: &'static str,
    /// What each gets besides what a check writes.
    pub additions: Additions,
}

/// Something that was chosen, since the target refused what is usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// An attribute's name, `mail domain` or `password`.
    pub about: String,
    /// The value; nothing, if nothing was found that the target takes.
    pub chosen: Option<String>,
    /// What the target said before.
    pub because: String,
}

impl Choice {
    pub(super) fn redacted(self, redactor: &Redactor) -> Choice {
        let plain = |text: String| redactor.text(&text);
        Choice { about: plain(self.about), chosen: self.chosen.map(plain), because: plain(self.because) }
    }
}

/// The domain of mail addresses unless a user names one: nobody lives there (RFC 2606).
pub const MADE_UP_DOMAIN: &str = "example.com";

/// Users that are tried at most.
const MOST_TRIALS: usize = 6;

/// Ends of passwords, for services that want longer ones, or other signs than a hyphen.
const PASSWORD_ENDS: [&str; 2] = ["", "!#Zz9"];

/// Attributes that services are known to want, though the RFC does not, with something that most take.
const WANTED: [(&str, &str); 12] = [
    ("userType", "Employee"),
    ("title", "Guide"),
    ("nickName", "Sam"),
    ("preferredLanguage", "en-US"),
    ("timezone", "Europe/Berlin"),
    ("name.formatted", "Sample Person"),
    ("name.middleName", "Middle"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "Guides"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization", "Sample"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division", "Sample"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", "4130"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", "701984"),
];

/// A change of what users are like, and its words.
struct Idea {
    about: String,
    chosen: String,
    change: Box<dyn Fn(&mut Fit) + Send>,
}

/// Tries users until one is taken. The case removes them again.
pub(super) async fn find(case: &Case, start: &Fit) -> (Fit, Vec<Choice>) {
    match search(case, start).await {
        Ok(found) => found,
        // Nothing was answered, or the target limits the rate: the checks will say so.
        Err(_) => (start.clone(), Vec::new()),
    }
}

async fn search(case: &Case, start: &Fit) -> Result<(Fit, Vec<Choice>), Stop> {
    let (mut fit, mut choices, mut tried) = (start.clone(), Vec::new(), BTreeSet::new());
    let first = attempt(case, &fit, true).await?;
    if !is_unfit(&first) {
        return Ok((fit, choices));
    }
    // The password alone may be what is refused.
    let mut refused = attempt(case, &fit, false).await?;
    for _ in 0..MOST_TRIALS {
        if !is_unfit(&refused) {
            break;
        }
        let Some(ideas) = next(case, &fit, &refused, &mut tried).await? else { break };
        for idea in ideas {
            (idea.change)(&mut fit);
            choices.push(Choice { about: idea.about, chosen: Some(idea.chosen), because: got_status(&refused) });
        }
        refused = attempt(case, &fit, false).await?;
    }
    if is_unfit(&refused) {
        let nothing = Choice { about: "users".into(), chosen: None, because: got_status(&refused) };
        return Ok((start.clone(), vec![nothing]));
    }
    fit_password(case, &mut fit, &mut choices).await?;
    Ok((fit, choices))
}

/// Whether a user was refused for what it is.
fn is_unfit(exchange: &Exchange) -> bool {
    matches!(exchange.answer.status, 400 | 422)
}

async fn fit_password(case: &Case, fit: &mut Fit, choices: &mut Vec<Choice>) -> Result<(), Stop> {
    let mut because = None;
    for end in PASSWORD_ENDS {
        fit.password_end = end;
        let answered = attempt(case, fit, true).await?;
        if !is_unfit(&answered) {
            let chosen = Some(format!("one that ends with {end}"));
            choices.extend(because.map(|because| Choice { about: "password".into(), chosen, because }));
            return Ok(());
        }
        because.get_or_insert(got_status(&answered));
    }
    fit.password_end = PASSWORD_ENDS[0];
    choices.extend(because.map(|because| Choice { about: "password".into(), chosen: None, because }));
    Ok(())
}

/// Creates the user that Okta would, as far as is known what it must be like.
async fn attempt(case: &Case, fit: &Fit, with_password: bool) -> Result<Exchange, Stop> {
    let mut user = case.okta_user_at(&fit.mail_domain);
    let has_password = case.keeps("password") && !case.facts().lacks("password");
    if with_password && has_password {
        user["password"] = format!("{}{}", case.fresh_password(), fit.password_end).into();
    }
    fit.additions.fill(&mut user);
    case.send(Request::post("/Users", user)).await
}

/// What to try next, all of it at once; nothing, if there is nothing left.
async fn next(
    case: &Case,
    fit: &Fit,
    refused: &Exchange,
    tried: &mut BTreeSet<String>,
) -> Result<Option<Vec<Idea>>, Stop> {
    let said = said(refused);
    let mut ideas: Vec<Idea> =
        required(case, fit).into_iter().filter(|idea| tried.insert(idea.about.clone())).collect();
    if ideas.is_empty() {
        let named = WANTED.into_iter().filter(|(name, _)| says_name(&said, name));
        let wanted = named.filter_map(|(name, value)| addition(Addition::new(name, value.into()).ok()?));
        ideas = wanted.filter(|idea| tried.insert(idea.about.clone())).collect();
    }
    // An address at a domain that somebody lives at may reach somebody: not where the user has named another.
    let may_move = fit.mail_domain == MADE_UP_DOMAIN && (said.contains("domain") || said.contains("mail"));
    if ideas.is_empty() && may_move && tried.insert("mail domain".into()) {
        ideas.extend(known_domain(case).await?.map(|domain| Idea {
            about: "mail domain".into(),
            chosen: domain.clone(),
            change: Box::new(move |fit| fit.mail_domain = domain.clone()),
        }));
    }
    Ok((!ideas.is_empty()).then_some(ideas))
}

/// What the target said when it refused, in lower case.
fn said(refused: &Exchange) -> String {
    let body = refused.answer.json.as_ref();
    let detail = body.and_then(|body| body.get("detail").or(body.get("message"))?.as_str());
    crate::expect::shortened(detail.unwrap_or_default()).to_lowercase()
}

/// Whether a refusal names an attribute, as a word of its own.
fn says_name(said: &str, name: &str) -> bool {
    let last = name.rsplit([':', '.']).next().unwrap_or(name).to_lowercase();
    said.split(|c: char| !c.is_alphanumeric()).any(|word| word == last)
}

/// The attributes that the target's schemas require.
fn required(case: &Case, fit: &Fit) -> Vec<Idea> {
    let mut user = case.okta_user_at(&fit.mail_domain);
    fit.additions.fill(&mut user);
    let schema = Schema::announced(case.facts());
    let missing = schema.attributes.iter().filter(|attribute| attribute.required && attribute.of(&user).is_none());
    missing.filter_map(|attribute| addition(Addition::new(&attribute.path(), sample(attribute)).ok()?)).collect()
}

fn addition(addition: Addition) -> Option<Idea> {
    let (about, chosen) = (addition.name(), addition.value().to_string());
    Some(Idea { about, chosen, change: Box::new(move |fit| fit.additions.add(addition.clone())) })
}

/// A value as an attribute is announced.
fn sample(attribute: &Attribute) -> Value {
    let one = match (attribute.kind, attribute.canonical.first()) {
        (Kind::Text, Some(canonical)) => json!(canonical),
        (Kind::Text, None) => json!("Sample"),
        (Kind::Boolean, _) => json!(true),
        (Kind::Number, _) => json!(1),
        (Kind::Date, _) => json!("2020-01-31T12:00:00Z"),
        (Kind::Link, _) => json!("https://example.com/"),
        (Kind::Complex, _) => {
            let needed = attribute.parts.iter().filter(|part| part.required || part.name == "value");
            Value::Object(needed.map(|part| (part.name.clone(), sample(part))).collect())
        }
    };
    if attribute.multi_valued { json!([one]) } else { one }
}

/// The domain of somebody who is there: of the fixture, or of the first in the list.
async fn known_domain(case: &Case) -> Result<Option<String>, Stop> {
    let path = match case.fixture_user() {
        Some(id) => format!("/Users/{}", crate::target::exchange::encode(id)),
        None => "/Users".into(),
    };
    let read = case.send(Request::get(path).query("count", 1)).await?;
    let body = read.answer.json.unwrap_or_default();
    let somebody = body.pointer("/Resources/0").unwrap_or(&body);
    let address = [somebody.get("userName"), somebody.pointer("/emails/0/value")];
    let domain = address.into_iter().flatten().find_map(|text| Some(text.as_str()?.rsplit_once('@')?.1.to_string()));
    let is_domain = |text: &String| {
        text.len() < 254 && text.contains('.') && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
    };
    Ok(domain.filter(is_domain))
}

/// The request with every user in it filled in: what is created, what replaces, and both in bulk.
pub(super) fn fitted(additions: &Additions, mut request: Request) -> Request {
    if additions.is_empty() {
        return request;
    }
    if let Body::Json(body) = &mut request.body {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/Bulk") => {
                let operations = body.get_mut("Operations").and_then(Value::as_array_mut);
                operations.into_iter().flatten().for_each(|operation| fill_operation(additions, operation));
            }
            (method, path) if writes_whole_user(method, path) => additions.fill(body),
            _ => {}
        }
    }
    request
}

fn fill_operation(additions: &Additions, operation: &mut Value) {
    let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default();
    if writes_whole_user(&text("method").to_ascii_uppercase(), text("path"))
        && let Some(data) = operation.get_mut("data")
    {
        additions.fill(data);
    }
}

fn writes_whole_user(method: &str, path: &str) -> bool {
    matches!((method, path), ("POST", "/Users")) || (method == "PUT" && path.starts_with("/Users/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_filled_in_wherever_they_are_written_whole() {
        let it: Additions = ["title=T".parse::<Addition>().expect("an addition")].into_iter().collect();
        let put = fitted(&it, Request::put("/Users/1", json!({})));
        assert_eq!(put.body_json(), Some(json!({"title": "T"})));
        let operations = json!([{"method": "post", "path": "/Users", "data": {}},
            {"method": "PATCH", "path": "/Users/1", "data": {}}]);
        let bulk = fitted(&it, Request::post("/Bulk", json!({"Operations": operations})));
        let filled = bulk.body_json().expect("JSON");
        assert_eq!(filled.pointer("/Operations/0/data/title"), Some(&json!("T")));
        assert_eq!(filled.pointer("/Operations/1/data"), Some(&json!({})));
        for other in [Request::post("/Groups", json!({})), Request::patch("/Users/1", json!({}))] {
            assert_eq!(fitted(&it, other).body_json(), Some(json!({})));
        }
    }

    #[test]
    fn a_refusal_names_attributes_as_words() {
        assert!(says_name("the attribute 'usertype' is missing", "userType"));
        assert!(says_name("user.department: required", "urn:ietf:x:User:department"));
        assert!(!says_name("no subtitle is given", "title"));
    }
}
