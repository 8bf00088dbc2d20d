//! The plan of a run: what is asked of whom, how often, and in which order.

use crate::bare::{Constant, Constants};
use crate::load::{Connection, Until, run};
use crate::people::{Person, TOKEN, group, joining, name, named, request, status, user};
use crate::process::Process;
use anyhow::{Context, ensure};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
const CONNECTIONS: usize = 16;
const WARM_UP: Duration = Duration::from_millis(200);
const TIME: Duration = Duration::from_millis(1500);

/// Users of the two directories.
pub(crate) const SMALL: usize = 1_000;
pub(crate) const LARGE: usize = 1_000_000;

/// Members of the two groups, and how many more each round adds to either.
pub(crate) const FEW: usize = 10;
pub(crate) const MANY: usize = 100_000;
const JOINING: usize = 10_000;

/// A page of an import.
const PAGE: usize = 100;

/// A request that is measured beside the bare route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Filter,
    Patch,
    Create,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Filter, Self::Create, Self::Patch];

    /// The n-th request of this kind. Neighbours in the directory don't follow each other.
    fn request(self, people: &[Person], n: usize) -> Vec<u8> {
        let person = &people[n.wrapping_mul(7919) % people.len()];
        match self {
            Self::Read => request("GET", &format!("/Users/{}", person.id), ""),
            Self::Filter => request("GET", &named(&person.user_name), ""),
            // In each pass through the directory every status changes.
            Self::Patch => {
                let active = n / people.len() % 2 == 1;
                request("PATCH", &format!("/Users/{}", person.id), status(active))
            }
            Self::Create => request("POST", "/Users", &user(LARGE + n)),
        }
    }

    fn status(self) -> u16 {
        if self == Self::Create { 201 } else { 200 }
    }
}

/// One measurement, or the medians of several.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) per_second: f64,
    /// Processor time of the server for a request, in microseconds.
    pub(crate) cost: f64,
    /// The part of the time in which the server was busy; much less than 1 means that something else was the limit.
    pub(crate) busy: f64,
}

/// One kind of request at the bare route and at two servers.
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) bare: Sample,
    pub(crate) small: Sample,
    pub(crate) large: Sample,
}

/// Everything that was measured.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) rows: Vec<(Kind, Row)>,
    /// Bytes of memory for a user, and of JSON in the answer that shows one.
    pub(crate) user_memory: f64,
    pub(crate) user_answer: usize,
    pub(crate) first_page: Sample,
    pub(crate) late_page: Sample,
    pub(crate) joining_few: Sample,
    pub(crate) joining_many: Sample,
    /// Pages a second of a whole import, and how fast its last tenth is in units of its first.
    pub(crate) import: f64,
    pub(crate) import_end: f64,
}

/// Where servers run, and what they are.
pub(crate) struct Plan<'a> {
    pub(crate) core: &'a str,
    pub(crate) server: &'a Path,
}

/// A server in use: its people, and the number of the next request of each kind.
struct Peer {
    process: Process,
    people: Vec<Person>,
    next: [usize; 4],
}

impl Plan<'_> {
    pub(crate) fn carry_out(&self) -> anyhow::Result<Figures> {
        let mut small = self.peer(SMALL)?;
        let constants = constants(&small)?;
        let bare = std::env::current_exe()?;
        let bare = Process::start(self.core, &bare, &["bare"], &serde_json::to_string(&constants)?)?;
        let mut bare = Peer { process: bare, people: small.people.clone(), next: small.next };
        eprintln!("loading {LARGE} users");
        let mut large = self.peer(LARGE)?;
        let spent = large.process.resident()?.saturating_sub(small.process.resident()?);

        let mut samples: [[Vec<Sample>; 3]; 4] = Default::default();
        for round in 0..ROUNDS {
            eprintln!("round {} of {ROUNDS}", round + 1);
            for (kind, samples) in Kind::ALL.into_iter().zip(&mut samples) {
                // What creates is measured on a directory that is still small.
                let mut fresh = if kind == Kind::Create { Some(self.peer(SMALL)?) } else { None };
                let small = fresh.as_mut().unwrap_or(&mut small);
                for (peer, samples) in [&mut bare, small, &mut large].into_iter().zip(samples) {
                    samples.push(peer.sample(kind)?);
                }
            }
        }
        let rows = Kind::ALL.into_iter().zip(samples);
        let rows = rows.map(|(kind, [bare, small, large])| {
            (kind, Row { bare: median(&bare), small: median(&small), large: median(&large) })
        });
        let rows = rows.collect();
        drop((bare, small));

        let (first_page, late_page) = pages(&large.process)?;
        drop(large);
        let (import, import_end) = import(self.start(LARGE, &["--synthetic"])?.address)?;
        let (joining_few, joining_many) = self.joining()?;
        Ok(Figures {
            rows,
            user_memory: spent as f64 / (LARGE - SMALL) as f64,
            user_answer: constants.read.body.len(),
            first_page,
            late_page,
            joining_few,
            joining_many,
            import,
            import_end,
        })
    }

    fn start(&self, users: usize, more: &[&str]) -> anyhow::Result<Process> {
        let users = users.to_string();
        let words = [&["serve", "--token", TOKEN, "--users", &users], more].concat();
        Process::start(self.core, self.server, &words, "")
    }

    fn peer(&self, users: usize) -> anyhow::Result<Peer> {
        let process = self.start(users, &[])?;
        let people = directory(process.address, "/Users", "userName")?;
        ensure!(people.len() == users, "{} users instead of {users}", people.len());
        Ok(Peer { process, people, next: [0; 4] })
    }

    /// Adding one member each to groups of few, and adding members to one group of many. The answer is 204, so that it
    /// is the change that counts.
    fn joining(&self) -> anyhow::Result<(Sample, Sample)> {
        let joins_in_all = (ROUNDS + 1) * JOINING;
        let process = self.start(MANY + joins_in_all, &["--variant", "patch.no-content"])?;
        let people = directory(process.address, "/Users", "userName")?;
        let (members, newcomers) = people.split_at(MANY);
        let few = |n: usize| request("POST", "/Groups", &group(&format!("few {n}"), &members[n * FEW % MANY..][..FEW]));
        run(process.address, CONNECTIONS, Until::Count(joins_in_all), 201, 0, &few)?;
        let groups = directory(process.address, "/Groups", "displayName")?;
        run(process.address, 1, Until::Count(1), 201, 0, &|_| request("POST", "/Groups", &group("many", &[])))?;
        let named = "/Groups?filter=displayName%20eq%20%22many%22&attributes=displayName";
        let mut connection = Connection::open(process.address)?;
        let many = people_in(connection.exchange(&request("GET", named, ""))?.body, "displayName")?;
        let many = format!("/Groups/{}", many.first().context("the group was created")?.id);
        let crowd = members.len() / 10;
        let crowds = |n: usize| request("PATCH", &many, &joining(&members[n * crowd..][..crowd]));
        run(process.address, 1, Until::Count(10), 204, 0, &crowds)?;

        let newcomer = |n: usize| joining(&newcomers[n..=n]);
        let to_few = |n: usize| request("PATCH", &format!("/Groups/{}", groups[n].id), &newcomer(n));
        let to_many = |n: usize| request("PATCH", &many, &newcomer(n));
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let (first, until) = (round * JOINING, Until::Count(JOINING));
            few.push(sample(&process, until, 204, first, &to_few)?.0);
            many.push(sample(&process, until, 204, first, &to_many)?.0);
        }
        // The first round warms up.
        Ok((median(&few[1..]), median(&many[1..])))
    }
}

impl Peer {
    fn sample(&mut self, kind: Kind) -> anyhow::Result<Sample> {
        let people = &self.people;
        let next = &mut self.next[kind as usize];
        let request = |n| kind.request(people, n);
        let address = self.process.address;
        *next = run(address, CONNECTIONS, Until::Time(WARM_UP), kind.status(), *next, &request)?;
        let taken = sample(&self.process, Until::Time(TIME), kind.status(), *next, &request)?;
        *next = taken.1;
        Ok(taken.0)
    }
}

/// Measures one load; beside it, the number of the next request.
fn sample(
    process: &Process,
    until: Until,
    status: u16,
    first: usize,
    request: &dyn Fn(usize) -> Vec<u8>,
) -> anyhow::Result<(Sample, usize)> {
    let (before, start) = (process.processor_time()?, Instant::now());
    let next = run(process.address, CONNECTIONS, until, status, first, request)?;
    let (time, used) = (start.elapsed(), process.processor_time()? - before);
    let count = (next - first) as f64;
    let sample = Sample {
        per_second: count / time.as_secs_f64(),
        cost: used.as_secs_f64() * 1e6 / count,
        busy: used.as_secs_f64() / time.as_secs_f64(),
    };
    Ok((sample, next))
}

fn median(samples: &[Sample]) -> Sample {
    let of = |part: fn(&Sample) -> f64| middle(samples.iter().map(part).collect());
    Sample { per_second: of(|it| it.per_second), cost: of(|it| it.cost), busy: of(|it| it.busy) }
}

fn middle(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// A page at the start of a large directory, and one near its end.
fn pages(process: &Process) -> anyhow::Result<(Sample, Sample)> {
    let page = |start: usize| request("GET", &format!("/Users?startIndex={start}&count={PAGE}"), "");
    let (mut first, mut late) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        first.push(sample(process, Until::Time(TIME), 200, 0, &|_| page(1))?.0);
        late.push(sample(process, Until::Time(TIME), 200, 0, &|_| page(LARGE / 10 * 9 + 1))?.0);
    }
    Ok((median(&first), median(&late)))
}

/// The whole directory in pages over one connection, as an identity provider imports it.
fn import(address: SocketAddr) -> anyhow::Result<(f64, f64)> {
    let (mut speeds, mut ends) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut connection = Connection::open(address)?;
        let mut tenths = Vec::new();
        for tenth in 0..10 {
            let start = Instant::now();
            for page in 0..LARGE / PAGE / 10 {
                let first = (tenth * LARGE / PAGE / 10 + page) * PAGE + 1;
                let message = request("GET", &format!("/Users?startIndex={first}&count={PAGE}"), "");
                let answer = connection.exchange(&message)?;
                ensure!(answer.status == 200, "a page was answered {}", answer.status);
            }
            tenths.push(start.elapsed().as_secs_f64());
        }
        speeds.push((LARGE / PAGE) as f64 / tenths.iter().sum::<f64>());
        ends.push(tenths[0] / tenths[9]);
    }
    Ok((middle(speeds), middle(ends)))
}

/// Everybody whom a server has, in its order.
fn directory(address: SocketAddr, path: &str, name: &str) -> anyhow::Result<Vec<Person>> {
    let mut connection = Connection::open(address)?;
    let mut people = Vec::new();
    loop {
        let page = format!("{path}?attributes={name}&count=1000&startIndex={}", people.len() + 1);
        let found = people_in(connection.exchange(&request("GET", &page, ""))?.body, name)?;
        if found.is_empty() {
            return Ok(people);
        }
        people.extend(found);
    }
}

fn people_in(list: &[u8], name: &str) -> anyhow::Result<Vec<Person>> {
    let list: Value = serde_json::from_slice(list)?;
    let text = |resource: &Value, part: &str| Some(resource.get(part)?.as_str()?.to_owned());
    let person = |resource| Some(Person { id: text(resource, "id")?, user_name: text(resource, name)? });
    let resources = list["Resources"].as_array().context("a list has resources")?;
    resources.iter().map(|resource| person(resource).context("a resource has an id and a name")).collect()
}

/// What the bare route is to answer: one answer of the server to each kind of request, looked at closely.
fn constants(server: &Peer) -> anyhow::Result<Constants> {
    let mut connection = Connection::open(server.process.address)?;
    let mut asked = |kind: Kind| {
        // The last user of the directory: measuring starts with the first.
        let n = server.people.len() - 1;
        let answer = connection.exchange(&kind.request(&server.people, n))?;
        ensure!(answer.status == kind.status(), "{kind:?} was answered {}", answer.status);
        let shown: Value = serde_json::from_slice(answer.body)?;
        let shown = shown.pointer("/Resources/0").unwrap_or(&shown);
        let wanted = match kind {
            Kind::Create => name(LARGE + n),
            _ => server.people[n * 7919 % server.people.len()].user_name.clone(),
        };
        ensure!(shown["userName"] == wanted.as_str(), "{kind:?} was answered with {shown}");
        ensure!(kind != Kind::Patch || shown["active"] == false, "PATCH was answered with {shown}");
        let names = ["content-type", "etag", "location"];
        let headers = names.iter().filter_map(|name| Some((name.to_string(), answer.header(name)?.to_owned())));
        let (headers, body) = (headers.collect(), String::from_utf8(answer.body.to_vec())?);
        Ok(Constant { status: answer.status, headers, body })
    };
    Ok(Constants {
        read: asked(Kind::Read)?,
        filter: asked(Kind::Filter)?,
        create: asked(Kind::Create)?,
        patch: asked(Kind::Patch)?,
    })
}
