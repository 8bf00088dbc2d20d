//! Operation and Actor in, Reply out: the only place where protocol meets store.
//!
//! Every operation is judged and carried out under one lock, so that no writer loses another's change; nothing waits
//! while it is held.

mod account;
mod behind;
mod candidates;
mod cursor;
mod discovery;
mod document;
mod id;
mod lag;
mod login;
mod operation;
mod pages;
mod patch;
mod plain;
mod reply;
mod search;
mod unique;
mod unlisted;
mod view;
mod write;
mod written;

pub use operation::{Access, Actor, Operation, Query};
pub use reply::{Refusal, Reply};

use crate::BASE_PATH;
use crate::application::{Application, Author};
use crate::config::{Clock, Config, Randomness};
use crate::limits::Limits;
use crate::policy::{Discovery, Policy};
use crate::population::Population;
use crate::scim::ScimError;
use crate::scim::etag::Preconditions;
use crate::scim::projection::View;
use crate::scim::schema::ResourceKind;
use crate::store::{Place, Store};
use cursor::Cursors;
use jiff::Timestamp;
use lag::Lagging;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use unlisted::Unlisted;
use written::Writer;

/// The service without its transport.
pub(crate) struct Provider {
    store: RwLock<Store>,
    /// What lists show while they lag behind.
    lagging: Lagging,
    /// Where clients that page by cursor go on.
    cursors: Cursors,
    /// What is behind, where a product is played.
    application: Option<Application>,
    /// Accounts that no list shows until a client takes them over.
    unlisted: Mutex<Vec<Unlisted>>,
    /// Ids of the accounts that own the organisation.
    owners: Mutex<Vec<String>>,
    policy: Policy,
    /// Writes answers at once, where nobody looks into them on the way.
    writer: Option<Writer>,
    /// Whether writes may be kept as they stand.
    writes_are_plain: bool,
    limits: Limits,
    /// Address of the service: origin and base path.
    base: String,
    clock: Clock,
    randomness: Randomness,
    /// How many identifiers were numbered.
    issued: AtomicU64,
    /// How many resources were shown.
    shown: AtomicU64,
}

impl Provider {
    /// The service of one organisation; `prefix` stands in its addresses in front of the base path.
    pub(crate) fn new(config: &Config, policy: Policy, prefix: &str) -> Self {
        let base = format!("{}{prefix}{BASE_PATH}", config.origin.trim_end_matches('/'));
        Self {
            store: RwLock::default(),
            lagging: Lagging::default(),
            cursors: Cursors::default(),
            application: policy.product.map(|product| Application::new(product, Arc::clone(&config.clock))),
            unlisted: Mutex::default(),
            owners: Mutex::default(),
            writer: Writer::new(&policy, &base).filter(|_| !config.looks_into_replies()),
            writes_are_plain: plain::writes_are_plain(&policy),
            policy,
            limits: config.limits,
            base,
            clock: Arc::clone(&config.clock),
            randomness: Arc::clone(&config.randomness),
            issued: AtomicU64::new(0),
            shown: AtomicU64::new(0),
        }
    }

    /// Begins with people in it.
    pub(crate) fn populate(&self, population: Population) {
        *self.writing() = Store::with(population, self.policy.vocabulary);
    }

    /// Address of the service.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Carries out an operation for somebody who may, if the conditions hold.
    pub(crate) fn perform(&self, operation: Operation, when: &Preconditions) -> Reply {
        match operation {
            Operation::Create { kind, body, view } => self.create(Author::Client, kind, &body, &view).into(),
            Operation::Read { kind, id, view } => self.read(kind, &id, &view, when).into(),
            Operation::Search { kinds, query } => self.search(kinds, &query).into(),
            Operation::Replace { kind, id, body, view } => self.replace(kind, &id, &body, &view, when).into(),
            Operation::Patch { kind, id, body, view } => {
                self.patch(Author::Client, kind, &id, &body, &view, when).into()
            }
            Operation::Delete { kind, id } => self.delete(kind, &id, when).into(),
            // Its operations come one by one; whoever takes it apart has a reason to be asked.
            Operation::Bulk { .. } => ScimError::new(501, "bulk requests are not supported").into(),
            Operation::ServiceProviderConfig => {
                Reply::ok(discovery::service_provider_config(&self.policy, &self.limits, &self.base))
            }
            Operation::ResourceTypes { name, filtered } => {
                discovery::resource_types(&self.policy, name.as_deref(), filtered, &self.base).into()
            }
            Operation::Schemas { urn, filtered } => {
                discovery::schemas(&self.policy, urn.as_deref(), filtered, &self.base).into()
            }
            Operation::Login { user_name, password } => self.login(&user_name, &password),
            Operation::Session { session } => self.session(&session),
        }
    }

    /// Whether somebody may do something of that weight.
    pub(crate) fn permits(&self, actor: Actor, access: Access) -> bool {
        match (actor, access) {
            (Actor::Client, _) | (_, Access::Public) => true,
            (Actor::Reader, access) => access != Access::Write,
            (_, Access::Write) => self.policy.anonymous_writes,
            (_, Access::Config) => self.policy.offers.discovery != Discovery::Nothing,
            (_, Access::Discovery) => self.policy.offers.discovery == Discovery::Everything,
            (_, Access::Read) => false,
        }
    }

    fn read(&self, kind: ResourceKind, id: &str, view: &View, when: &Preconditions) -> Result<Reply, ScimError> {
        let projection = self.projection(view, &[kind])?;
        let store = self.reading();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        let place = Place::new(kind, slot);
        Ok(self.spared(&store, place, when).unwrap_or_else(|| self.answer(&store, place, &projection)))
    }

    /// A panic elsewhere leaves the store whole, because changes are carried out only when they are complete; so the
    /// lock is taken even if it is poisoned.
    fn reading(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present moment, as fine as it is shown.
    pub(crate) fn now(&self) -> Timestamp {
        let now = (self.clock)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}
