//! Below everything that makes requests: nothing that changes something leaves for a resource that is not this run's.
//!
//! The guard sends nothing. It reads a request as the target may read it (`reading.rs`) and says what must be *proven*
//! before it may go out. The client proves ownership by reading each resource right before the change: it is ours only
//! while it shows this run's key.

mod bulk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::exchange::{Body, Request};
use super::reading::{self, Content};

/// The random word that marks everything a run creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Takes a word of at least ten lower-case letters and digits; anything shorter could be met by chance.
    pub fn new(word: &str) -> Option<Key> {
        let fits = word.len() >= 10 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        fits.then(|| Key(word.into()))
    }

    /// Twelve random letters and digits, a letter first.
    ///
    /// # Errors
    /// The operating system gives no random bytes.
    pub fn random() -> Result<Key, getrandom::Error> {
        const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut bytes = [0u8; 12];
        getrandom::fill(&mut bytes)?;
        let letters = bytes.iter().enumerate().map(|(at, byte)| {
            let choices = if at == 0 { 24 } else { 32 };
            char::from(ALPHABET[usize::from(*byte) % choices])
        });
        Ok(Key(letters.collect()))
    }

    /// The word itself.
    pub fn word(&self) -> &str {
        &self.0
    }

    /// Whether a text shows the key; a target may have changed its case.
    pub fn marks(&self, text: &str) -> bool {
        text.to_ascii_lowercase().contains(&self.0)
    }

    /// Whether a representation is one of this run's resources.
    ///
    /// A user answers for itself by `userName`; only where there is none do `displayName` or `externalId` count, since
    /// a target that links accounts may put our `externalId` on a stranger. Names are read in any letter case: a
    /// stranger whose name stands under `username` is no less a stranger.
    pub fn owns(&self, resource: &Value) -> bool {
        let Some(map) = resource.as_object() else { return false };
        for wanted in ["userName", "displayName", "externalId"] {
            let spelt = map.iter().filter(|(name, value)| name.eq_ignore_ascii_case(wanted) && !is_blank(value));
            let marked: Vec<bool> = spelt.map(|(_, value)| value.as_str().is_some_and(|it| self.marks(it))).collect();
            if !marked.is_empty() {
                return marked.into_iter().all(|marked| marked);
            }
        }
        false
    }
}

/// Whether a change of the resource with this id can be let out: no reader takes the id for more than one segment of a
/// path, or for none.
pub fn is_addressable(id: &str) -> bool {
    reading::is_plain_id(id)
}

/// A resource that a change would touch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touched {
    /// `/Users` or `/Groups`; `None` for a member, which may be either.
    pub collection: Option<&'static str>,
    /// The decoded id.
    pub id: String,
}

/// What a request that may go out needs first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Resources that must show the key in a reading made right before.
    pub prove: BTreeSet<Touched>,
    /// What the request creates.
    pub creates: Vec<Create>,
    /// What the creates of a bulk request are called in it.
    pub bulk_ids: BTreeSet<String>,
    /// What the request replaces, with the body: where the resource is gone, a target may create it again.
    pub puts: Vec<(Touched, Value)>,
    /// The resources that the request removes.
    pub removes: Vec<Touched>,
    /// A part of discovery that the request would replace: by this, which must be what a reading made right before shows.
    pub restates: Option<Value>,
}

/// One create of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Create {
    /// `/Users` or `/Groups`.
    pub collection: &'static str,
    /// The body.
    pub body: Value,
    /// Where it stands in a bulk request, and what it is called there.
    pub in_bulk: Option<(usize, Option<String>)>,
}

/// Why a request may not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The path is none that this suite may change.
    #[error("{0} is no single user or group")]
    Path(String),
    /// A header, parameter or body could turn the request into another.
    #[error("{0} could change what the request means")]
    Override(String),
    /// What carries no key could not be found again, and may be a stranger's name.
    #[error(
        "what is written must carry the run's key in userName, or where there is none in displayName or externalId"
    )]
    Unmarked,
    /// A reference to a resource whose owner is not known.
    #[error("{0} is not a reference that can be checked")]
    Reference(String),
    /// The fixture user may be changed, never deleted.
    #[error("the fixture user is never deleted")]
    Fixture,
    /// Discovery is nobody's to change.
    #[error("a PUT on {0} must say what it shows already")]
    Restates(String),
    /// The resource did not show the key.
    #[error("{0} is not this run's own")]
    Foreign(String),
}

/// Decides what may go out.
pub struct Guard {
    key: Key,
    fixture: Option<String>,
    minted: Mutex<BTreeSet<String>>,
    /// What has shown the key, and when this run removed it.
    proven: Mutex<BTreeMap<Touched, Option<Instant>>>,
    /// What creates were answered with.
    given: Mutex<BTreeSet<Touched>>,
    /// Whether a create was answered with what is somebody else's.
    links: AtomicBool,
}

const COLLECTIONS: [&str; 2] = ["/Users", "/Groups"];
const HARMLESS_HEADERS: [&str; 7] =
    ["accept", "accept-charset", "content-type", "if-match", "if-none-match", "user-agent", "x-request-id"];
const HARMLESS_PARAMETERS: [&str; 2] = ["attributes", "excludedattributes"];

/// How long a short id that this run has removed is taken as free: no target hands it to somebody else, and hides that
/// one at once. A target that counts its ids does so sooner or later, so this must stay short.
const REST: Duration = Duration::from_secs(10);

impl Guard {
    /// A guard for the run with this key; the fixture user may be put and patched besides.
    pub fn new(key: Key, fixture: Option<String>) -> Guard {
        Guard {
            key,
            fixture,
            minted: Mutex::default(),
            proven: Mutex::default(),
            given: Mutex::default(),
            links: AtomicBool::new(false),
        }
    }

    /// The key of this run.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Registers an id that is made up and exists nowhere; it must begin with a letter and hold the run's key.
    pub fn mint(&self, id: &str) -> bool {
        let fits = id.starts_with(|first: char| first.is_ascii_alphabetic()) && self.key.marks(id);
        if fits {
            self.minted.lock().unwrap_or_else(|broken| broken.into_inner()).insert(id.into());
        }
        fits
    }

    /// Whether this id was minted: it needs no proof.
    pub fn is_minted(&self, id: &str) -> bool {
        self.minted.lock().unwrap_or_else(|broken| broken.into_inner()).contains(id)
    }

    /// Whether a reading made just now permits a change of the resource: `GET` on it gave this status and body.
    ///
    /// A resource that is gone (404, 410) may still be addressed if it was proven ours before and its id can be nobody
    /// else's by now: a target may hide people, so that a short id that was freed may be a stranger's unseen.
    pub fn permits(&self, touched: &Touched, status: u16, body: Option<&Value>) -> bool {
        if self.is_fixture(touched) {
            return status == 200;
        }
        match status {
            404 | 410 => match self.lock_proven().get(touched) {
                Some(removed) => is_unrepeatable(&touched.id) || removed.is_some_and(|at| at.elapsed() < REST),
                None => false,
            },
            200 => body.is_some_and(|body| self.learn(touched, body)),
            _ => false,
        }
    }

    /// Whether a part of discovery would be as it is after a PUT of `body`: a reading made right before shows the same, but
    /// for times in `meta`.
    pub fn restates(body: &Value, status: u16, seen: Option<&Value>) -> bool {
        let content = |of: &Value| {
            let mut content = of.as_object().cloned().unwrap_or_default();
            content.remove("meta");
            content
        };
        status == 200 && seen.is_some_and(|seen| seen.is_object() && content(seen) == content(body))
    }

    /// The same for a change by somebody else's login, by what that login sees under the same path: another organisation
    /// may have given the id to somebody of its own.
    pub fn permits_another(&self, is_own: bool, status: u16, body: Option<&Value>) -> bool {
        match status {
            200 => body.is_some_and(|body| self.key.owns(body)),
            401 | 403 | 404 | 410 => is_own,
            _ => false,
        }
    }

    /// Takes in a reading of a resource; tells whether it shows the key, under the id by which it was read.
    pub fn learn(&self, touched: &Touched, body: &Value) -> bool {
        // An id may be as long as a target likes, so it is compared where it stands.
        let is_it = |id: &Value| match id.as_str() {
            Some(id) => id.eq_ignore_ascii_case(&touched.id),
            None => id.to_string().eq_ignore_ascii_case(&touched.id),
        };
        let owned = self.key.owns(body) && body.get("id").is_none_or(is_it);
        match owned {
            true => _ = self.lock_proven().insert(touched.clone(), None),
            // Somebody else lives there now.
            false => {
                self.lock_proven().remove(touched);
                if self.given.lock().unwrap_or_else(|broken| broken.into_inner()).contains(touched) {
                    self.links.store(true, Ordering::Relaxed);
                }
            }
        }
        owned
    }

    /// Remembers that the target has confirmed a removal.
    pub fn removed(&self, touched: &Touched) {
        if let Some(removed) = self.lock_proven().get_mut(touched) {
            *removed = Some(Instant::now());
        }
    }

    /// Remembers the id that a create was answered with.
    pub fn given(&self, touched: Touched) {
        self.given.lock().unwrap_or_else(|broken| broken.into_inner()).insert(touched);
    }

    /// Whether what this run created, as far as it was read, was its own each time, and something was read.
    fn creates_are_own(&self) -> bool {
        !self.links.load(Ordering::Relaxed) && self.lock_proven().values().any(Option::is_none)
    }

    /// Whether a reading has shown the key of this resource before, and this run has not removed it since.
    pub fn is_alive(&self, touched: &Touched) -> bool {
        self.lock_proven().get(touched).is_some_and(Option::is_none)
    }

    /// Whether this run has removed the resource.
    pub fn is_removed(&self, touched: &Touched) -> bool {
        self.lock_proven().get(touched).is_some_and(Option::is_some)
    }

    fn lock_proven(&self) -> std::sync::MutexGuard<'_, BTreeMap<Touched, Option<Instant>>> {
        self.proven.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    fn is_fixture(&self, touched: &Touched) -> bool {
        touched.collection == Some("/Users") && self.fixture.as_deref() == Some(&touched.id)
    }

    /// Reads a request and says what it needs.
    pub fn plan(&self, request: &Request) -> Result<Plan, Refusal> {
        if let Some(what) = reading::turning(request) {
            return Err(Refusal::Override(what));
        }
        if matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Ok(Plan::default());
        }
        only_harmless(request)?;
        let mut plan = Plan::default();
        self.plan_change(&request.method, &request.path, &request.body, &mut plan)?;
        Ok(plan)
    }

    fn plan_change(&self, method: &Method, path: &str, body: &Body, plan: &mut Plan) -> Result<(), Refusal> {
        let refused = || Refusal::Path(path.into());
        let segments = reading::segments(path).ok_or_else(refused)?;
        let content = Content::of(body);
        match segments.iter().map(String::as_str).collect::<Vec<&str>>().as_slice() {
            ["Bulk"] if *method == Method::POST => self.plan_bulk(&content, plan),
            ["ServiceProviderConfig"] | ["ResourceTypes" | "Schemas", _] if *method == Method::PUT => match content {
                Content::Json(body) if body.is_object() => {
                    plan.restates = Some(body);
                    Ok(())
                }
                _ => Err(Refusal::Restates(path.into())),
            },
            // A search reads. A body of nothing but its parameters names no resource, however it is taken.
            [name, ".search"] if *method == Method::POST && collection(name).is_some() && is_search(&content) => Ok(()),
            [".search"] if *method == Method::POST && is_search(&content) => Ok(()),
            [name] if *method == Method::POST => {
                // Behind a name that is made up there is nothing; what is created there all the same is marked.
                let made_up = self.is_minted(name).then_some("/Users");
                let collection = collection(name).or(made_up).ok_or_else(refused)?;
                if !self.marks_content(collection, &content) {
                    return Err(Refusal::Unmarked);
                }
                plan.creates.push(Create { collection, body: json_of(&content), in_bulk: None });
                self.content(collection, None, &content, plan)
            }
            [name, id] => {
                let collection = collection(name).ok_or_else(refused)?;
                let touched = Touched { collection: Some(collection), id: id.to_string() };
                if *method == Method::DELETE {
                    if self.is_fixture(&touched) {
                        return Err(Refusal::Fixture);
                    }
                    if !matches!(content, Content::None) {
                        return Err(Refusal::Override("the body of a DELETE".into()));
                    }
                    plan.removes.push(touched.clone());
                }
                if !self.is_minted(id) {
                    plan.prove.insert(touched.clone());
                    if *method == Method::PUT {
                        plan.puts.push((touched.clone(), json_of(&content)));
                    }
                } else if *method == Method::PUT || *method == Method::POST {
                    // A target that creates by PUT leaves something behind: it must be recognisable.
                    if !self.marks_content(collection, &content) {
                        return Err(Refusal::Unmarked);
                    }
                    plan.creates.push(Create { collection, body: json_of(&content), in_bulk: None });
                }
                self.content(collection, Some(&touched), &content, plan)
            }
            _ => Err(refused()),
        }
    }

    /// What a change writes: references are proven, ids are its own, names go on showing the key.
    fn content(
        &self,
        collection: &'static str,
        touched: Option<&Touched>,
        content: &Content,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let is_fixture = touched.is_some_and(|touched| self.is_fixture(touched));
        let body = match content {
            Content::None => return Ok(()),
            Content::Text(text) if reading::text_names_others(text) => {
                return Err(Refusal::Reference("a body that is no JSON".into()));
            }
            Content::Text(text) if is_fixture || self.marks_text(collection, text) => return Ok(()),
            Content::Text(_) => return Err(Refusal::Unmarked),
            Content::Json(body) => body,
        };
        for id in reading::references(body).map_err(Refusal::Reference)? {
            self.refer(None, id, plan)?;
        }
        for (name, value) in reading::attributes(body) {
            if reading::is_override(&name) {
                return Err(Refusal::Override(name));
            }
            match name.as_str() {
                // Naive targets take the id from the body.
                "id" => {
                    for id in reading::texts(value).into_iter().filter(|id| touched.is_none_or(|own| own.id != *id)) {
                        self.refer(Some(collection), id, plan)?;
                    }
                }
                // A renamed resource must still be known as ours, and a stranger's name may be theirs to a target.
                _ if !is_fixture && name == natural(collection) && !self.marks_all(value) => {
                    return Err(Refusal::Unmarked);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn refer(&self, collection: Option<&'static str>, id: String, plan: &mut Plan) -> Result<(), Refusal> {
        if self.is_minted(&id) {
            return Ok(());
        }
        // `bulkId:x` stands for what the same request creates, under a name that is marked; where creates are linked to
        // whoever is there, that may be a stranger all the same.
        if let Some(name) = id.strip_prefix("bulkId:").filter(|name| plan.bulk_ids.contains(*name)) {
            return if self.creates_are_own() { Ok(()) } else { Err(Refusal::Reference(name.into())) };
        }
        if !reading::is_plain_id(&id) || id.starts_with("bulkId:") {
            return Err(Refusal::Reference(id));
        }
        plan.prove.insert(Touched { collection, id });
        Ok(())
    }

    /// Whether what is created can be found again, and is not asked for by a name that a stranger may have: some
    /// targets link a create to whoever has its userName or externalId.
    pub fn marks_create(&self, collection: &str, body: &Value) -> bool {
        self.marks_content(collection, &Content::Json(body.clone()))
    }

    fn marks_content(&self, collection: &str, content: &Content) -> bool {
        match content {
            Content::None => false,
            Content::Text(text) => self.key.marks(text) && self.marks_text(collection, text),
            Content::Json(Value::Array(items)) => {
                let each = |item: &Value| self.marks_content(collection, &Content::of(&Body::Json(item.clone())));
                !items.is_empty() && items.iter().all(each)
            }
            Content::Json(body) => {
                let attributes = reading::attributes(body);
                let names: Vec<&(String, &Value)> = attributes
                    .iter()
                    .filter(|(name, _)| ["username", "displayname", "externalid"].contains(&name.as_str()))
                    .collect();
                let is_shown = names.iter().any(|(_, value)| self.key.marks(&value.to_string()));
                let links = |name: &str| name == "username" || name == "externalid" || name == natural(collection);
                is_shown && names.iter().all(|(name, value)| !links(name) || self.marks_all(value))
            }
        }
    }

    /// Whether every text shows the key; what is blank or no text names nobody.
    fn marks_all(&self, value: &Value) -> bool {
        reading::texts(value).iter().all(|text| text.trim().is_empty() || self.key.marks(text))
    }

    fn marks_text(&self, collection: &str, text: &str) -> bool {
        [natural(collection), "externalid"]
            .iter()
            .all(|name| reading::after_mentions(text, name).all(|it| self.key.marks(it)))
    }
}

/// On a change only headers and parameters that are known to be harmless go along.
fn only_harmless(request: &Request) -> Result<(), Refusal> {
    for (name, _) in &request.headers {
        if !HARMLESS_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(Refusal::Override(name.clone()));
        }
    }
    for pair in request.query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or_default();
        if !HARMLESS_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(Refusal::Override(pair.into()));
        }
    }
    Ok(())
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Whether a target that makes such ids can be trusted never to make one twice: random or long ids, no counters.
fn is_unrepeatable(id: &str) -> bool {
    let kinds: BTreeSet<char> = id.chars().collect();
    id.len() >= 16 && kinds.len() >= 6
}

/// The value of the only key of this name, in any letter case; an error if there are several.
fn only<'a>(object: &'a Value, wanted: &str) -> Result<Option<&'a Value>, ()> {
    let mut spelt = object.as_object().ok_or(())?.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
    match (spelt.next(), spelt.next()) {
        (_, Some(_)) => Err(()),
        (first, None) => Ok(first.map(|(_, value)| value)),
    }
}

fn json_of(content: &Content) -> Value {
    if let Content::Json(body) = content { body.clone() } else { Value::Null }
}

/// Whether a body is a SearchRequest (RFC 7644 §3.4.3) and nothing besides, or one that lacks something. What consists of
/// signs alone, or of nothing, names nobody either.
fn is_search(content: &Content) -> bool {
    const PARAMETERS: [&str; 6] = ["filter", "startIndex", "count", "sortBy", "sortOrder", "cursor"];
    const NAMES: [&str; 2] = ["attributes", "excludedAttributes"];
    const MESSAGES: &str = "urn:ietf:params:scim:api:messages:";
    let body = match content {
        Content::Json(Value::Object(body)) => body,
        Content::Json(Value::Array(items)) => return items.is_empty(),
        Content::Text(text) => return !text.chars().any(char::is_alphanumeric),
        _ => return false,
    };
    let is_plain = |value: &Value| value.is_string() || value.is_u64();
    let are_names = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
    // Under the schema of a resource it could be taken for one.
    let are_messages = |value: &Value| reading::texts(value).iter().all(|urn| urn.starts_with(MESSAGES));
    body.iter().all(|(name, value)| match name.as_str() {
        "schemas" => are_names(value) && are_messages(value),
        name if PARAMETERS.contains(&name) => is_plain(value),
        name => NAMES.contains(&name) && are_names(value),
    })
}

fn natural(collection: &str) -> &'static str {
    if collection == "/Groups" { "displayname" } else { "username" }
}

fn collection(name: &str) -> Option<&'static str> {
    COLLECTIONS.into_iter().find(|known| known[1..].eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::urn;

    fn guard() -> Guard {
        Guard::new(Key::new("k3yk3yk3yk3y").expect("a key"), Some("fixture".into()))
    }

    fn user(id: &str) -> Touched {
        Touched { collection: Some("/Users"), id: id.into() }
    }

    #[test]
    fn keys_are_long_and_plain() {
        assert!(Key::new("short").is_none() && Key::new("has-dash-in-it").is_none());
    }

    #[test]
    fn a_user_answers_by_its_name_unless_that_is_empty() {
        let owns = |user| guard().key().owns(&user);
        assert!(owns(json!({"userName": "scim-K3yk3yk3yk3y-1"})));
        assert!(owns(json!({"userName": "", "displayName": "nameless k3yk3yk3yk3y"})));
        assert!(!owns(json!({"userName": "stranger", "displayName": "k3yk3yk3yk3y", "externalId": "k3yk3yk3yk3y"})));
        assert!(!owns(json!({"userName": ""})));
    }

    #[test]
    fn reads_need_nothing() {
        assert_eq!(guard().plan(&Request::get("/Users/x").query("filter", "a eq 1")), Ok(Plan::default()));
    }

    #[test]
    fn a_search_reads_and_what_only_looks_like_one_does_not() {
        let search = json!({"schemas": [urn::SEARCH], "filter": "userName pr", "startIndex": 1, "count": 5});
        assert_eq!(guard().plan(&Request::post("/Users/.search", search.clone())), Ok(Plan::default()));
        for (path, name, value) in [
            ("/Users/.search", "userName", json!("stranger")),
            ("/Users/.search", "schemas", json!([urn::USER])),
            ("/Users/.search", "filter", json!({"id": "stranger"})),
            ("/Users/.search/x", "count", json!(5)),
            ("/Users/x", "count", json!(5)),
        ] {
            let mut body = search.clone();
            body[name] = value;
            assert_ne!(guard().plan(&Request::post(path, body)), Ok(Plan::default()), "{path} {name}");
        }
    }

    #[test]
    fn a_change_needs_the_proof_of_its_resource() {
        let plan = guard().plan(&Request::patch("/users/abc", json!({}))).expect("a plan");
        assert!(plan.prove.contains(&user("abc")));
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for path in [
            "/Users",
            "/Users/",
            "/Users/a/b",
            "/Users/..",
            "/Users/%2e%2e",
            "/Users/%252e%252e",
            "/Users/a%2fb",
            "/Users/a%252fb",
            "/Users/a;b",
            "/Users/a%00",
            "//Users/a",
            "/./Users/a",
            "/Me",
            "/ServiceProviderConfig",
            "/Schemas/x",
            "Users/a",
            "/Users/a%62c",
        ] {
            assert!(guard().plan(&Request::delete(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn overrides_are_refused_on_reads_too() {
        let get = Request::get("/Users/a");
        assert!(guard().plan(&get.clone().header("X-HTTP-Method-Override", "DELETE")).is_err());
        assert!(guard().plan(&get.clone().query("_method", "DELETE")).is_err());
        assert!(guard().plan(&get.query("%5Fmethod", "DELETE")).is_err());
    }

    #[test]
    fn creates_must_be_marked() {
        let marked = json!({"userName": "scim-K3YK3YK3YK3Y-1"});
        assert_eq!(guard().plan(&Request::post("/Users", marked)).expect("a plan").creates[0].collection, "/Users");
        assert_eq!(guard().plan(&Request::post("/Users", json!({"userName": "x"}))), Err(Refusal::Unmarked));
        assert!(guard().plan(&Request::post("/Users", json!(["k3yk3yk3yk3y"]))).is_ok());
        assert!(guard().plan(&Request::post("/Me", json!({"userName": "k3yk3yk3yk3y"}))).is_err());
    }

    #[test]
    fn members_are_proven_in_every_writing() {
        for body in [
            json!({"displayName": "k3yk3yk3yk3y", "members": [{"value": "m1"}]}),
            json!({"displayName": "k3yk3yk3yk3y", "MEMBERS": {"Value": "m1"}}),
            json!({"displayName": "k3yk3yk3yk3y", "members": ["m1"]}),
            json!({"displayName": "k3yk3yk3yk3y", "members": [{"$ref": "https://h/Users/m1"}]}),
        ] {
            let plan = guard().plan(&Request::post("/Groups", body.clone())).expect("a plan");
            assert!(plan.prove.contains(&Touched { collection: None, id: "m1".into() }), "{body}");
        }
        for operation in [
            json!({"op": "add", "path": "members", "value": [{"value": "m1"}]}),
            json!({"op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members", "value": {"value": "m1"}}),
            json!({"op": "add", "value": {"members": [{"value": "m1"}]}}),
            json!({"op": "replace", "path": "members[value eq \"x\"].value", "value": "m1"}),
        ] {
            let body = json!({"Operations": [operation]});
            let plan = guard().plan(&Request::patch("/Groups/g", body.clone())).expect("a plan");
            assert!(plan.prove.contains(&Touched { collection: None, id: "m1".into() }), "{body}");
        }
    }

    #[test]
    fn a_search_names_no_resource() {
        let search = |path: &str, body: Value| guard().plan(&Request::post(path, body));
        let body = json!({"schemas": [urn::PATCH_OP], "filter": "a", "count": 1, "attributes": ["userName"]});
        assert!(search("/Users/.search", body.clone()).is_ok() && search("/.search", body).is_ok());
        assert!(search("/Users/.search", json!([])).is_ok());
        for bad in [json!({"userName": "x"}), json!({"filter": {"id": "x"}}), json!([{"id": "x"}]), json!("id")] {
            assert_ne!(search("/Users/.search", bad.clone()), Ok(Plan::default()), "{bad}");
        }
    }

    #[test]
    fn bulk_is_opened() {
        let bulk = |operation: Value| guard().plan(&Request::post("/Bulk", json!({"Operations": [operation]})));
        let plan = bulk(json!({"method": "delete", "path": "/Users/a"})).expect("a plan");
        assert!(plan.prove.contains(&user("a")));
        assert!(bulk(json!({"method": "POST", "path": "/Users", "data": {"userName": "x"}})).is_err());
        assert!(bulk(json!({"method": "DELETE", "path": "/Users"})).is_err());
        assert!(guard().plan(&Request::post("/Bulk", json!("{\"Path\":\"/Users/a\"}"))).is_err());
        assert!(guard().plan(&Request::post("/Bulk", json!({"Operations": "text", "path": "/Users/a"}))).is_err());
        let raw =
            |text: &str| guard().plan(&Request::post("/Bulk", Value::Null).raw("application/json", text.to_string()));
        assert!(raw("{\"Operations\":[").is_ok());
        for hides in [r#"{"\u0070ath":"/Users/a","#, "{\"p\0a\0t\0h\0\":", "{\"ｐath\":"] {
            assert!(raw(hides).is_err(), "{hides:?}");
        }
    }

    #[test]
    fn minted_ids_need_no_proof_and_a_put_on_them_must_be_marked() {
        let guard = guard();
        assert!(guard.mint("nk3yk3yk3yk3y1") && !guard.mint("1k3yk3yk3yk3y") && !guard.mint("nobody"));
        assert!(guard.plan(&Request::delete("/Users/nk3yk3yk3yk3y1")).expect("a plan").prove.is_empty());
        assert!(guard.plan(&Request::put("/Users/nk3yk3yk3yk3y1", json!({"userName": "x"}))).is_err());
    }

    #[test]
    fn only_a_reading_that_shows_the_key_permits() {
        let guard = guard();
        let shows = |body: Value| guard.permits(&user("a"), 200, Some(&body));
        assert!(shows(json!({"userName": "SCIM-K3YK3YK3YK3Y"})));
        assert!(!shows(json!({"userName": "stranger", "externalId": "k3yk3yk3yk3y"})), "a linked stranger");
        assert!(!guard.permits(&user("a"), 200, None));
        assert!(!guard.permits(&user("a"), 500, None));
        assert!(!guard.permits(&user("a"), 404, None), "ours before, but short ids are handed out again");
        guard.learn(&user("a"), &json!({"userName": "k3yk3yk3yk3y"}));
        guard.removed(&user("a"));
        assert!(guard.permits(&user("a"), 404, None), "removed by us just now");
        let long = user("2819c223-7f76-453a-919d-413861904646");
        guard.learn(&long, &json!({"userName": "k3yk3yk3yk3y"}));
        assert!(guard.permits(&long, 404, None), "nobody is ever given this id again");
        assert!(!guard.permits(&user("b"), 404, None), "never seen: maybe a hidden stranger");
        assert!(guard.permits(&user("fixture"), 200, Some(&json!({"userName": "stranger"}))));
        assert_eq!(guard.plan(&Request::delete("/Users/fixture")), Err(Refusal::Fixture));
    }
}
