//! Operation and Actor in, Reply out: the only place where protocol meets store.
//!
//! Every operation is judged and carried out under one lock, so that no writer loses another's change; nothing waits
//! while it is held.

mod candidates;
mod discovery;
mod document;
mod id;
mod lag;
mod login;
mod operation;
mod patch;
mod reply;
mod search;
mod write;

pub use operation::{Access, Actor, Operation, Query};
pub use reply::{Refusal, Reply};

use crate::BASE_PATH;
use crate::config::{Clock, Limits, Randomness};
use crate::policy::{Discovery, Policy};
use crate::population::Population;
use crate::scim::ScimError;
use crate::scim::projection::{Projection, View};
use crate::scim::schema::ResourceKind;
use crate::store::{Place, Store};
use jiff::{Timestamp, Unit};
use lag::Lagging;
use std::sync::atomic::AtomicU64;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The service without its transport.
pub(crate) struct Provider {
    store: RwLock<Store>,
    /// What lists show while they lag behind.
    lagging: Lagging,
    policy: Policy,
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
    pub(crate) fn new(
        origin: &str,
        policy: Policy,
        limits: Limits,
        population: Population,
        clock: Clock,
        randomness: Randomness,
    ) -> Self {
        let base = format!("{}{BASE_PATH}", origin.trim_end_matches('/'));
        Self {
            store: RwLock::new(Store::with(population, policy.vocabulary)),
            lagging: Lagging::default(),
            policy,
            limits,
            base,
            clock,
            randomness,
            issued: AtomicU64::new(0),
            shown: AtomicU64::new(0),
        }
    }

    pub(crate) fn perform(&self, actor: Actor, operation: Operation) -> Reply {
        if !self.permits(actor, operation.access()) {
            return ScimError::new(401, "this needs a valid bearer token").into();
        }
        match operation {
            Operation::Create { kind, body, view } => self.create(kind, &body, &view).into(),
            Operation::Read { kind, id, view } => self.read(kind, &id, &view).into(),
            Operation::Search { kinds, query } => self.search(kinds, &query).into(),
            Operation::Replace { kind, id, body, view } => self.replace(kind, &id, &body, &view).into(),
            Operation::Patch { kind, id, body, view } => self.patch(kind, &id, &body, &view).into(),
            Operation::Delete { kind, id } => self.delete(kind, &id).into(),
            Operation::ServiceProviderConfig => Reply::ok(discovery::service_provider_config(&self.policy, &self.base)),
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
            (Actor::Anonymous, Access::Write) => self.policy.anonymous_writes,
            (Actor::Anonymous, Access::Config) => self.policy.offers.discovery != Discovery::Nothing,
            (Actor::Anonymous, Access::Discovery) => self.policy.offers.discovery == Discovery::Everything,
            (Actor::Anonymous, Access::Read) => false,
        }
    }

    fn read(&self, kind: ResourceKind, id: &str, view: &View) -> Result<Reply, ScimError> {
        let projection = Projection::read(view)?;
        let store = self.reading();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        Ok(Reply::ok(self.shown(&store, Place::new(kind, slot), &projection)))
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
    fn now(&self) -> Timestamp {
        let now = (self.clock)();
        now.round(jiff::TimestampRound::new().smallest(Unit::Millisecond).mode(jiff::RoundMode::Trunc)).unwrap_or(now)
    }
}
