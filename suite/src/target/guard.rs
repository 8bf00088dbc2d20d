//! Below everything that makes requests: nothing that changes something leaves for a resource that is not this run's.
//!
//! The guard is pure. It reads a request as the target may read it (decoded as often as it decodes, method overrides
//! resolved, bulk bodies and member lists opened) and says what must be *proven* before it may go out. The client
//! proves ownership by reading each resource right before the change: it is ours only while it shows this run's key.

use std::collections::BTreeSet;
use std::sync::Mutex;

use http::Method;
use serde_json::Value;

use super::exchange::{Body, Request};

/// The random word that marks everything a run creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Takes a word of at least ten lower-case letters and digits; anything shorter could be met by chance.
    pub fn new(word: &str) -> Option<Key> {
        let fits = word.len() >= 10 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        fits.then(|| Key(word.into()))
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
    /// A user answers for itself by `userName`; only where there is none, or an empty one, do `displayName` or
    /// `externalId` count, since a target that links accounts may put our `externalId` on a stranger.
    pub fn owns(&self, resource: &Value) -> bool {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let shows = |name: &str| text(name).map(|text| self.marks(text));
        shows("userName").or_else(|| shows("displayName")).or_else(|| shows("externalId")).unwrap_or(false)
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Resources that must show the key in a reading made right before.
    pub prove: BTreeSet<Touched>,
    /// The collection in which the request creates a resource, if it does.
    pub creates: Option<&'static str>,
    /// The resource that the request removes, if it does.
    pub removes: Option<Touched>,
    /// Whether the request changes anything at all.
    pub changes: bool,
}

/// Why a request may not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The path is none that this suite may change.
    #[error("{0} is no single user or group")]
    Path(String),
    /// A header or parameter could turn the request into another.
    #[error("{0} could change what the request means")]
    Override(String),
    /// A create without the key could not be found again.
    #[error("a create must carry the run's key in userName, displayName or externalId")]
    Unmarked,
    /// A reference to a resource whose owner is not known.
    #[error("{0} is not a reference that can be checked")]
    Reference(String),
    /// The fixture user may be changed, never deleted.
    #[error("the fixture user is never deleted")]
    Fixture,
    /// The resource did not show the key.
    #[error("{0} is not this run's own")]
    Foreign(String),
}

/// Decides what may go out.
pub struct Guard {
    key: Key,
    fixture: Option<String>,
    minted: Mutex<BTreeSet<String>>,
    proven: Mutex<BTreeSet<Touched>>,
}

const COLLECTIONS: [&str; 2] = ["/Users", "/Groups"];
const HARMLESS_HEADERS: [&str; 5] = ["accept", "accept-charset", "content-type", "user-agent", "x-request-id"];
const HARMLESS_PARAMETERS: [&str; 2] = ["attributes", "excludedattributes"];

impl Guard {
    /// A guard for the run with this key; the fixture user may be put and patched besides.
    pub fn new(key: Key, fixture: Option<String>) -> Guard {
        Guard { key, fixture, minted: Mutex::default(), proven: Mutex::default() }
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
    /// A resource that is gone (404, 410) may still be addressed if it was proven ours before; an id that was never
    /// seen may belong to a stranger whom the target merely hides.
    pub fn permits(&self, touched: &Touched, status: u16, body: Option<&Value>) -> bool {
        if self.fixture.as_deref() == Some(&touched.id) && touched.collection == Some("/Users") {
            return status == 200;
        }
        match status {
            404 | 410 => self.is_proven(touched),
            200 => body.is_some_and(|body| self.learn(touched, body)),
            _ => false,
        }
    }

    /// Remembers a resource whose reading shows the key; tells whether it does.
    pub fn learn(&self, touched: &Touched, body: &Value) -> bool {
        let owned = self.key.owns(body);
        if owned {
            self.proven.lock().unwrap_or_else(|broken| broken.into_inner()).insert(touched.clone());
        }
        owned
    }

    /// Whether a reading has shown the key of this resource before. Enough to name it as a member of an own group.
    pub fn is_proven(&self, touched: &Touched) -> bool {
        let proven = self.proven.lock().unwrap_or_else(|broken| broken.into_inner());
        match touched.collection {
            Some(_) => proven.contains(touched),
            None => COLLECTIONS
                .into_iter()
                .any(|known| proven.contains(&Touched { collection: Some(known), id: touched.id.clone() })),
        }
    }

    /// Reads a request and says what it needs.
    pub fn plan(&self, request: &Request) -> Result<Plan, Refusal> {
        if let Some((name, _)) = request.headers.iter().find(|(name, value)| is_override(name) || has_break(value)) {
            return Err(Refusal::Override(name.clone()));
        }
        for parameter in request.query.split('&').filter(|pair| !pair.is_empty()) {
            let name = decoded(parameter.split('=').next().unwrap_or_default());
            if name.as_deref().is_none_or(is_override) {
                return Err(Refusal::Override(parameter.into()));
            }
        }
        if matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Ok(Plan::default());
        }
        self.only_harmless(request)?;
        let mut plan = Plan { changes: true, ..Plan::default() };
        let segments = segments(&request.path)?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        self.plan_change(&request.method, &segments, &request.body, &mut plan)?;
        Ok(plan)
    }

    /// On a change only headers and parameters that are known to be harmless go along.
    fn only_harmless(&self, request: &Request) -> Result<(), Refusal> {
        for (name, _) in &request.headers {
            if !HARMLESS_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(Refusal::Override(name.clone()));
            }
        }
        for pair in request.query.split('&').filter(|pair| !pair.is_empty()) {
            let name = decoded(pair.split('=').next().unwrap_or_default()).unwrap_or_default();
            if !HARMLESS_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(Refusal::Override(pair.into()));
            }
        }
        Ok(())
    }

    fn plan_change(&self, method: &Method, segments: &[&str], body: &Body, plan: &mut Plan) -> Result<(), Refusal> {
        let json = match body {
            Body::None => None,
            Body::Json(value) => Some(value.clone()),
            Body::Raw(bytes) => serde_json::from_slice(bytes).ok(),
        };
        match segments {
            [name] if method == Method::POST => {
                let Some(collection) = collection(name) else {
                    return if name.eq_ignore_ascii_case("Bulk") {
                        self.plan_bulk(json.as_ref(), plan)
                    } else {
                        Err(Refusal::Path(format!("/{name}")))
                    };
                };
                let marked = match (&json, body) {
                    (Some(value @ Value::Object(_)), _) => self.marks_create(value),
                    // What is no JSON object creates nothing at a sane target; the key in its text marks it all the same.
                    (_, Body::Raw(bytes)) => self.key.marks(&String::from_utf8_lossy(bytes)),
                    (Some(other), _) => self.key.marks(&other.to_string()),
                    (None, _) => false,
                };
                if !marked {
                    return Err(Refusal::Unmarked);
                }
                plan.creates = Some(collection);
            }
            [name, id] => {
                let collection = collection(name).ok_or_else(|| Refusal::Path(format!("/{name}/{id}")))?;
                let touched = Touched { collection: Some(collection), id: id.to_string() };
                if *method == Method::DELETE {
                    if self.fixture.as_deref() == Some(id) {
                        return Err(Refusal::Fixture);
                    }
                    plan.removes = Some(touched.clone());
                }
                if !self.is_minted(id) {
                    plan.prove.insert(touched);
                } else if *method == Method::PUT {
                    // A target that creates by PUT leaves something behind: it must be recognisable.
                    let marked = json.as_ref().is_some_and(|value| self.marks_create(value));
                    if !marked {
                        return Err(Refusal::Unmarked);
                    }
                    plan.creates = Some(collection);
                }
            }
            _ => return Err(Refusal::Path(format!("/{}", segments.join("/")))),
        }
        match json {
            Some(value) => self.references(&value, false, plan),
            None => Ok(()),
        }
    }

    /// Every operation of a bulk request is held to what a request of its own would be.
    fn plan_bulk(&self, body: Option<&Value>, plan: &mut Plan) -> Result<(), Refusal> {
        let unreadable = || Refusal::Path("/Bulk with a body that cannot be read".into());
        let operations = body.and_then(Value::as_object).ok_or_else(unreadable)?;
        let mut lists = operations.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Operations"));
        let (Some((_, list)), None) = (lists.next(), lists.next()) else { return Err(unreadable()) };
        for operation in list.as_array().ok_or_else(unreadable)? {
            let text = |name: &str| operation.get(name).and_then(Value::as_str).ok_or_else(unreadable);
            let method =
                Method::from_bytes(text("method")?.to_ascii_uppercase().as_bytes()).map_err(|_| unreadable())?;
            if !matches!(method, Method::POST | Method::PUT | Method::PATCH | Method::DELETE) {
                return Err(unreadable());
            }
            let segments = segments(text("path")?)?;
            let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
            if matches!(segments.as_slice(), [name] if name.eq_ignore_ascii_case("Bulk")) {
                return Err(Refusal::Path("/Bulk inside /Bulk".into()));
            }
            let data = operation.get("data").cloned().map_or(Body::None, Body::Json);
            self.plan_change(&method, &segments, &data, plan)?;
        }
        Ok(())
    }

    fn marks_create(&self, body: &Value) -> bool {
        let Some(map) = body.as_object() else { return false };
        map.iter()
            .filter(|(name, _)| {
                ["userName", "displayName", "externalId"].iter().any(|marked| name.eq_ignore_ascii_case(marked))
            })
            .any(|(_, value)| self.key.marks(&value.to_string()))
    }

    /// Finds every resource that `members` and `groups` name, at any depth, and has it proven.
    fn references(&self, value: &Value, inside: bool, plan: &mut Plan) -> Result<(), Refusal> {
        match value {
            Value::Object(map) => {
                let by_path = map
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case("path"))
                    .and_then(|(_, path)| path.as_str())
                    .is_some_and(names_references);
                for (name, value) in map {
                    let inside = inside || names_references(name) || (by_path && name.eq_ignore_ascii_case("value"));
                    match value {
                        _ if inside && name.eq_ignore_ascii_case("$ref") => self.reference_uri(value, plan)?,
                        Value::String(id) if inside && name.eq_ignore_ascii_case("value") => {
                            self.reference(id, plan)?
                        }
                        _ => self.references(value, inside, plan)?,
                    }
                }
                Ok(())
            }
            Value::Array(items) => items.iter().try_for_each(|item| match item {
                // A bare string in a list of references may be read as an id.
                Value::String(id) if inside => self.reference(id, plan),
                _ => self.references(item, inside, plan),
            }),
            // `display` and `type` are no references.
            _ => Ok(()),
        }
    }

    fn reference(&self, id: &str, plan: &mut Plan) -> Result<(), Refusal> {
        if id.starts_with("bulkId:") || self.is_minted(id) {
            return Ok(());
        }
        plain_id(id).map_err(|_| Refusal::Reference(id.into()))?;
        plan.prove.insert(Touched { collection: None, id: id.into() });
        Ok(())
    }

    fn reference_uri(&self, uri: &Value, plan: &mut Plan) -> Result<(), Refusal> {
        match uri {
            Value::Null => Ok(()),
            Value::String(uri) => {
                let last = uri.rsplit('/').next().and_then(decoded);
                self.reference(&last.ok_or_else(|| Refusal::Reference(uri.clone()))?, plan)
            }
            other => Err(Refusal::Reference(other.to_string())),
        }
    }
}

/// `members`, `groups`, also in a path (`members[value eq "x"]`) or behind a schema URN.
fn names_references(name: &str) -> bool {
    let lower = name.trim().to_ascii_lowercase();
    let stem = lower.split(['[', ' ']).next().unwrap_or_default();
    let last = stem.rsplit(':').next().unwrap_or_default();
    let last = last.split('.').next().unwrap_or_default();
    // In a URN with a dotted version the attribute stands behind the last colon, so both readings are tried.
    ["members", "groups"].iter().any(|known| last == *known || stem.ends_with(&format!(":{known}")))
}

fn collection(name: &str) -> Option<&'static str> {
    COLLECTIONS.into_iter().find(|known| known[1..].eq_ignore_ascii_case(name))
}

/// The decoded segments of a path. Anything that two readers could split differently is refused.
fn segments(path: &str) -> Result<Vec<String>, Refusal> {
    let refused = || Refusal::Path(path.into());
    let rest = path.strip_prefix('/').ok_or_else(refused)?;
    rest.split('/')
        .map(|segment| {
            let segment = decoded(segment).ok_or_else(refused)?;
            plain_id(&segment).map_err(|()| refused())?;
            Ok(segment)
        })
        .collect()
}

/// An id that no reader takes for more than one segment.
fn plain_id(id: &str) -> Result<(), ()> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '/' | '\\' | '?' | '#' | ';' | '%');
    if id.is_empty() || id == "." || id == ".." || id.len() > 512 || id.chars().any(odd) { Err(()) } else { Ok(()) }
}

/// Percent-decodes until nothing changes, as a chain of proxies might; `None` if it is no text or never settles.
fn decoded(text: &str) -> Option<String> {
    let mut text = text.to_string();
    for _ in 0..8 {
        let next = percent_encoding::percent_decode_str(&text).decode_utf8().ok()?.into_owned();
        if next == text {
            return Some(text);
        }
        text = next;
    }
    None
}

fn is_override(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("override") || lower == "_method" || lower.contains("original-url") || lower.contains("rewrite-url")
}

fn has_break(value: &str) -> bool {
    value.contains(['\r', '\n', '\0'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
    fn a_change_needs_the_proof_of_its_resource() {
        let plan = guard().plan(&Request::patch("/users/a%62c", json!({}))).expect("a plan");
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
        assert_eq!(guard().plan(&Request::post("/Users", marked)).expect("a plan").creates, Some("/Users"));
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
    fn bulk_is_opened() {
        let bulk = |operation: Value| guard().plan(&Request::post("/Bulk", json!({"Operations": [operation]})));
        let plan = bulk(json!({"method": "delete", "path": "/Users/a"})).expect("a plan");
        assert!(plan.prove.contains(&user("a")));
        assert!(bulk(json!({"method": "POST", "path": "/Users", "data": {"userName": "x"}})).is_err());
        assert!(bulk(json!({"method": "DELETE", "path": "/Users"})).is_err());
        assert!(guard().plan(&Request::post("/Bulk", json!("text"))).is_err());
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
        assert!(guard.permits(&user("a"), 404, None), "it was ours before");
        assert!(!guard.permits(&user("b"), 404, None), "never seen: maybe a hidden stranger");
        assert!(guard.permits(&user("fixture"), 200, Some(&json!({"userName": "stranger"}))));
        assert_eq!(guard.plan(&Request::delete("/Users/fixture")), Err(Refusal::Fixture));
    }
}
