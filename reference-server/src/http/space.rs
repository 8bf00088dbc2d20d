//! Organisations and visitors: whose resources a request is about, and who sends it.

use crate::BASE_PATH;
use crate::auth::{Key, Keys, Presented, Secret, presented};
use crate::config::{Config, Tenancy};
use crate::policy::Policy;
use crate::product::{Console, State};
use crate::provider::{Actor, Provider};
use crate::scim::ScimError;
use axum::http::HeaderMap;
use std::sync::Arc;

/// The resources of one organisation. Nothing leads from one to another.
pub(super) struct Space {
    /// What it is called in addresses of the application; the first has no name.
    name: String,
    /// What stands in front of the base path; nothing where the token alone tells.
    pub(super) prefix: String,
    pub(super) provider: Provider,
}

/// All organisations, and the tokens that open them.
pub(super) struct Spaces {
    all: Vec<Space>,
    keys: Keys,
    /// What they have set in the product that is played.
    state: Option<Arc<State>>,
}

/// Through which door a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Through that of all whom their token tells apart.
    Shared,
    /// Through that of one organisation.
    Of(usize),
}

/// Who sent a request.
#[derive(Debug)]
pub(super) struct Visitor<'a> {
    pub(super) space: usize,
    pub(super) actor: Actor,
    /// Id of the user who is signed in.
    pub(super) person: Option<String>,
    /// The role of the token.
    pub(super) role: Option<String>,
    pub(super) presented: Presented<'a>,
}

impl Door {
    /// The organisation that is meant if no token tells.
    pub(super) fn home(self) -> usize {
        match self {
            Self::Shared => 0,
            Self::Of(space) => space,
        }
    }
}

impl Spaces {
    pub(super) fn new(config: &Config, policy: &Policy) -> Self {
        let mut keys: Vec<Key> = Key::new(&config.token, 0, false).into_iter().collect();
        keys.extend(config.reader_token.as_deref().and_then(|token| Key::new(token, 0, true)));
        let mut prefixes = vec![(String::new(), String::new())];
        for tenant in &config.tenants {
            keys.extend(Key::new(&tenant.token, prefixes.len(), false));
            let prefix = match tenant.by {
                Tenancy::Path => format!("/tenants/{}", tenant.name),
                Tenancy::Credential => String::new(),
            };
            prefixes.push((tenant.name.clone(), prefix));
        }
        let address = |(_, prefix): &(String, String)| format!("{}{prefix}", config.origin.trim_end_matches('/'));
        let addresses = prefixes.iter().map(address).collect();
        let state = policy.product.map(|product| State::new(product, config, addresses));
        let space = |(name, prefix): (String, String)| Space {
            name,
            provider: Provider::new(config, policy.clone(), &prefix),
            prefix,
        };
        let all: Vec<Space> = prefixes.into_iter().map(space).collect();
        all[0].provider.populate(config.population);
        all[0].provider.open_accounts(&config.accounts);
        Self { all, keys: Keys(keys), state: state.map(Arc::new) }
    }

    pub(super) fn get(&self, number: usize) -> &Space {
        &self.all[number]
    }

    /// What a closed gate of the product says to a visitor.
    pub(super) fn gate(&self, visitor: &Visitor<'_>) -> Option<ScimError> {
        let detail = self.state.as_ref()?.refusal(visitor.space, visitor.role.as_deref())?;
        Some(ScimError::new(403, detail))
    }

    /// The pages of an organisation.
    pub(super) fn console(&self, number: usize) -> Option<Console> {
        let state = self.state.as_ref().filter(|_| number < self.all.len())?;
        Some(Console::new(Arc::clone(state), number))
    }

    /// What organisations have set in the product that is played.
    pub(super) fn state(&self) -> Option<&State> {
        self.state.as_deref()
    }

    /// How many organisations there are.
    pub(super) fn number(&self) -> usize {
        self.all.len()
    }

    /// Whether an organisation is reached through a door.
    pub(super) fn is_behind(&self, door: Door, space: usize) -> bool {
        match door {
            Door::Shared => self.all[space].prefix.is_empty(),
            Door::Of(own) => own == space,
        }
    }

    /// All organisations but one.
    pub(super) fn others(&self, number: usize) -> impl Iterator<Item = &Space> {
        self.all.iter().enumerate().filter(move |(at, _)| *at != number).map(|(_, space)| space)
    }

    /// The door that an address leads to, and the rest of the address.
    pub(super) fn door<'a>(&self, path: &'a str) -> (Door, &'a str) {
        let inside = |rest: &str| rest.is_empty() || rest.starts_with('/');
        let own = self.all.iter().enumerate().filter(|(_, space)| !space.prefix.is_empty()).find_map(|(at, space)| {
            path.strip_prefix(&space.prefix).filter(|rest| inside(rest)).map(|rest| (Door::Of(at), rest))
        });
        own.unwrap_or((Door::Shared, path))
    }

    /// The organisation whose application an address leads to, and the rest of the address: `/app` is that of the first,
    /// `/tenants/NAME/app` that of another, however its SCIM is reached.
    pub(super) fn application<'a>(&self, path: &'a str) -> Option<(usize, &'a str)> {
        let (space, rest) = match path.strip_prefix("/tenants/") {
            None => (0, path),
            Some(rest) => {
                let (name, _) = rest.split_once('/')?;
                let space = self.all.iter().skip(1).position(|space| space.name == name)? + 1;
                (space, &rest[name.len()..])
            }
        };
        let rest = rest.strip_prefix("/app")?;
        (rest.is_empty() || rest.starts_with('/')).then_some((space, rest))
    }

    /// Recognises a visitor.
    pub(super) fn visitor<'a>(
        &self,
        door: Door,
        headers: &'a HeaderMap,
        policy: &Policy,
    ) -> Result<Visitor<'a>, ScimError> {
        let presented = presented(headers, policy);
        let home = door.home();
        let visitor = |space, actor, person| Ok(Visitor { space, actor, person, role: None, presented });
        let Presented::Token(token) = presented else {
            return visitor(home, Actor::Anonymous, None);
        };
        let secret = Secret::of(token);
        if let Some((space, actor, role)) = self.holder(&secret) {
            if !self.is_behind(door, space) {
                return Err(ScimError::new(403, "this token belongs to another organisation"));
            }
            return Ok(Visitor { space, actor, person: None, role, presented });
        }
        match std::str::from_utf8(token).ok().and_then(|name| self.all[home].provider.person(name)) {
            Some(person) => visitor(home, Actor::Person, Some(person)),
            None => visitor(home, Actor::Anonymous, None),
        }
    }

    /// Whose organisation a token opens, for whom, and the role that it was given.
    fn holder(&self, token: &Secret) -> Option<(usize, Actor, Option<String>)> {
        if let Some(key) = self.keys.find(token) {
            let is_good = |state: &Arc<State>| state.keys_are_good(key.space);
            let actor = if key.only_reads { Actor::Reader } else { Actor::Client };
            return self.state.as_ref().is_none_or(is_good).then_some((key.space, actor, None));
        }
        let (space, bearer) = self.state.as_ref()?.recognise(token)?;
        Some((space, Actor::Client, bearer.role))
    }
}

/// The part of an address below the base path.
pub(super) fn below_base(path: &str) -> Option<&str> {
    path.strip_prefix(BASE_PATH).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The version of the protocol that an address names where the base path has its own: a `v` and a number (RFC 7644 §3.13).
pub(super) fn version(path: &str) -> Option<&str> {
    let before = BASE_PATH.rsplit_once('/').map_or("", |(before, _)| before);
    let segment = path.strip_prefix(before)?.strip_prefix('/')?.split('/').next()?;
    let number = segment.strip_prefix('v')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    number.split('.').all(is_number).then_some(segment)
}
