//! Okta's published tests, as Runscope (now BlazeMeter API Monitoring) exports them: what a step sends, and what its
//! answer means. Pure; `runner/runscope.rs` plays them.
//!
//! What this reader does not know is an error, before anything is sent. JavaScript is not run: what Okta's scripts do is
//! done here, by the names of the variables that they set (`variables.rs`) and by what they demand (`script.rs`).

mod assertion;
mod export;
mod place;
mod script;
mod variables;

use std::collections::BTreeSet;

use http::Method;
use percent_encoding::percent_decode_str;

pub use assertion::{Judged, Kind, Verdict};
pub use export::Unreadable;
pub use variables::{NoValue, Variables};

use crate::target::exchange::{Body, Login, encode};
use crate::target::{Answer, Request};
use assertion::Assertion;
use place::Place;
use script::Script;
use variables::{AUTH, names};

/// One exported test.
#[derive(Debug)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// Its requests, in order. Pauses are left out.
    pub steps: Vec<Step>,
}

/// One request of a test, with what is asked of its answer.
#[derive(Debug)]
pub struct Step {
    /// Which request of the test it is, from 1.
    pub number: usize,
    /// What its author says that it is for.
    pub title: String,
    /// Switched off in the export.
    pub skipped: bool,
    /// The HTTP method.
    pub method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
    assertions: Vec<Assertion>,
    extractions: Vec<Extraction>,
    scripts: Vec<Script>,
}

/// A variable that is read from the answer.
#[derive(Debug)]
struct Extraction {
    name: String,
    place: Place,
}

/// A test that cannot be played as it stands.
#[derive(Debug, thiserror::Error)]
pub enum Unplayable {
    /// Variables without a source.
    #[error(
        "nothing gives {0} a value: neither what Okta's initial scripts set, nor an earlier step; use --variable NAME=VALUE"
    )]
    NoValue(String),
    /// A request that cannot be made.
    #[error("request {number} ({title}): {reason}")]
    Step {
        /// Which request it is.
        number: usize,
        /// What it is for.
        title: String,
        /// Why it cannot be made.
        reason: Unaskable,
    },
}

/// Why a step has no request.
#[derive(Debug, thiserror::Error)]
pub enum Unaskable {
    /// An earlier step did not read what this one needs.
    #[error(transparent)]
    NoValue(#[from] NoValue),
    /// Somebody else is asked.
    #[error("it asks {0}, and not the target; only the target is talked to")]
    Elsewhere(String),
    /// The credentials are nowhere but in their header.
    #[error("{{{{{0}}}}} can stand only as the whole value of the header Authorization")]
    Credentials(&'static str),
}

impl Export {
    /// Reads an export.
    ///
    /// # Errors
    /// It is none, or holds something that is not known here.
    pub fn read(text: &str) -> Result<Export, Unreadable> {
        export::read(text)
    }

    /// The steps that are switched on.
    pub fn played(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.skipped)
    }

    /// Tries whether every request can be made, with made-up values in place of those that will be read; gives them.
    ///
    /// # Errors
    /// One of them cannot.
    pub fn rehearse(&self, variables: &Variables) -> Result<Vec<Request>, Unplayable> {
        let mut variables = variables.clone();
        let mut unknown = Vec::new();
        let mut requests = Vec::new();
        for step in self.played() {
            for name in step.names() {
                if !(AUTH.contains(&name) || variables.knows(name) || unknown.contains(&name)) {
                    unknown.push(name);
                }
            }
            step.extractions.iter().for_each(|extraction| variables.learn(&extraction.name, "0"));
        }
        if !unknown.is_empty() {
            let named: Vec<String> = unknown.iter().map(|name| format!("{{{{{name}}}}}")).collect();
            return Err(Unplayable::NoValue(named.join(", ")));
        }
        for step in self.played() {
            let wrong = |reason| Unplayable::Step { number: step.number, title: step.title.clone(), reason };
            requests.push(step.ask(&variables).map_err(wrong)?);
        }
        Ok(requests)
    }

    /// Whether the test asks a list of users for what stands in it, and so wants somebody to be there before it.
    pub fn wants_somebody(&self, variables: &Variables) -> bool {
        let lists = |step: &Step| {
            let request = step.ask(variables).ok()?;
            Some(request.method == Method::GET && request.path == "/Users" && request.parameter("filter").is_none())
        };
        self.played().any(|step| step.assertions.iter().any(Assertion::is_about_rows) && lists(step) == Some(true))
    }
}

impl Step {
    /// The variables that must have a value when the step begins, or by the time that its answer is judged.
    fn names(&self) -> BTreeSet<&str> {
        let own: BTreeSet<&str> = self.extractions.iter().map(|extraction| extraction.name.as_str()).collect();
        let headers = self.headers.iter().map(|(_, value)| value.as_str());
        let sent = [self.url.as_str(), self.body.as_str()].into_iter().chain(headers).flat_map(names);
        let compared = self.assertions.iter().flat_map(|assertion| names(&assertion.target));
        sent.chain(compared.filter(|name| !own.contains(name))).collect()
    }

    /// What is sent.
    ///
    /// # Errors
    /// It cannot be made of these variables.
    pub fn ask(&self, variables: &Variables) -> Result<Request, Unaskable> {
        let others = self.headers.iter().filter(|(name, _)| !is_authorization(name)).map(|(_, value)| value);
        let texts: Vec<&String> = [&self.url, &self.body].into_iter().chain(others).collect();
        if let Some(name) = AUTH.into_iter().find(|auth| texts.iter().any(|text| names(text).any(|it| it == *auth))) {
            return Err(Unaskable::Credentials(name));
        }
        let url = variables.fill_url(&self.url)?;
        let below = url.strip_prefix(variables.base()).filter(|below| below.starts_with('/'));
        let below = below.ok_or_else(|| Unaskable::Elsewhere(url.clone()))?;
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        let mut request = Request::new(self.method.clone(), path.split('/').map(encoded).collect::<Vec<_>>().join("/"));
        request.query = query.split('&').map(encoded_pair).collect::<Vec<_>>().join("&");
        request.login = Login::None;
        request.headers.clear();
        for (name, value) in &self.headers {
            if is_authorization(name) {
                request.login = login(value, variables)?;
            } else {
                request.headers.push((name.clone(), variables.fill(value)?));
            }
        }
        if !self.body.is_empty() {
            request.body = Body::Raw(variables.fill(&self.body)?.into());
        }
        Ok(request)
    }

    /// What the answer means. Variables are read before anything is compared, as Runscope does it.
    pub fn judge(&self, answer: &Answer, variables: &mut Variables) -> Vec<Judged> {
        let read: Vec<Judged> = self.extractions.iter().map(|it| it.read(answer, variables)).collect();
        let scripts = self.scripts.iter().map(|script| script.judge(answer, variables)).collect::<Vec<Judged>>();
        let compared = self.assertions.iter().map(|assertion| assertion.judge(answer, variables));
        compared.collect::<Vec<Judged>>().into_iter().chain(read).chain(scripts).collect()
    }

    /// What stays open when there is no answer.
    pub fn unjudged(&self, reason: &str) -> Vec<Judged> {
        let compared = self.assertions.iter().map(|assertion| assertion.open(reason));
        let read = self.extractions.iter().map(|extraction| extraction.open(reason));
        compared.chain(read).chain(self.scripts.iter().map(|script| script.open(reason))).collect()
    }
}

impl Extraction {
    fn read(&self, answer: &Answer, variables: &mut Variables) -> Judged {
        let value = answer.json.as_ref().and_then(|body| self.place.of(body));
        match value.and_then(assertion::scalar) {
            Some(text) => {
                variables.learn(&self.name, &text);
                Judged { got: text, verdict: Verdict::Passed, ..self.open("") }
            }
            None => {
                variables.forget(&self.name);
                Judged { got: assertion::got(answer, value), verdict: Verdict::Failed, ..self.open("") }
            }
        }
    }

    fn open(&self, reason: &str) -> Judged {
        Judged {
            kind: Kind::Variable,
            subject: self.place.to_string(),
            expected: format!("gives {{{{{}}}}} a value", self.name),
            got: String::new(),
            verdict: Verdict::Open(reason.into()),
        }
    }
}

fn is_authorization(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

/// The user's own credentials where the export has its variable for them, else what stands there.
fn login(value: &str, variables: &Variables) -> Result<Login, Unaskable> {
    match AUTH.into_iter().find(|auth| names(value).any(|name| name == *auth)) {
        Some(auth) if value.trim() == format!("{{{{{auth}}}}}") => Ok(Login::Own),
        Some(auth) => Err(Unaskable::Credentials(auth)),
        None => Ok(Login::Literal(variables.fill(value)?)),
    }
}

/// Exports hold raw spaces and quotes; on the wire they are encoded, once.
fn encoded(text: &str) -> String {
    encode(&percent_decode_str(text).decode_utf8_lossy())
}

fn encoded_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) => format!("{}={}", encoded(name), encoded(value)),
        None => encoded(pair),
    }
}
