//! What a product's profile says of credentials, in the words of this server.

use jiff::SignedDuration;
use scim_profile::{Authentication, ClientAuthentication, ClosedBy, Pkce, Profile, Scheme};

/// How long an access token lives where the profile says nothing, and nothing else ends it.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// What an authority goes by.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) client_credentials: bool,
    pub(crate) authorization_code: bool,
    /// People make tokens of their own, with one of these roles.
    pub(crate) personal_tokens: bool,
    pub(crate) roles: Vec<String>,
    /// There are tokens besides that are good until they are taken back.
    pub(crate) lasting_token: bool,
    /// Ways for a client to show its secret.
    ways: Vec<ClientAuthentication>,
    /// How long an access token lives; nothing is as long as what was authorised.
    pub(crate) token_life: Option<SignedDuration>,
    /// After so long without a request an authorization is over.
    pub(crate) idle: Option<SignedDuration>,
    pub(crate) refresh: bool,
    pub(crate) needs_proof_key: bool,
    /// The only addresses that a code is sent to.
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) secret_ends_tokens: bool,
    pub(crate) can_be_deleted: bool,
}

impl Terms {
    /// What the profile says, and further addresses that a code is sent to.
    pub(crate) fn of(profile: &Profile, redirect_uris: &[String]) -> Self {
        let said: &Authentication = &profile.authentication;
        let has =
            |scheme: Scheme| *said.scheme.get() == scheme || said.also.iter().any(|also| also.get().contains(&scheme));
        let is_so = |said: &Option<scim_profile::Said<bool>>| said.as_ref().is_some_and(|said| *said.get());
        let idle = said.idle_days.as_ref().map(|days| SignedDuration::from_hours(24 * i64::from(*days.get())));
        let life = said.token_seconds.as_ref().map(|seconds| SignedDuration::from_secs(i64::from(*seconds.get())));
        let given = said.redirect_uris.iter().flat_map(|uris| uris.get());
        let gates = profile.gates.iter().filter(|gate| gate.closed_by == ClosedBy::Role);
        Self {
            client_credentials: has(Scheme::ClientCredentials),
            authorization_code: has(Scheme::AuthorizationCode),
            personal_tokens: has(Scheme::PersonalToken),
            roles: gates.flat_map(|gate| gate.open_for.iter().chain(&gate.closed_for)).cloned().collect(),
            lasting_token: has(Scheme::ApiKey),
            ways: match &said.client_authentication {
                Some(ways) => ways.get().clone(),
                None => vec![ClientAuthentication::Basic, ClientAuthentication::Form],
            },
            token_life: life.or(idle.is_none().then_some(TOKEN_LIFE)),
            idle,
            refresh: is_so(&said.refresh),
            needs_proof_key: said.pkce.as_ref().is_some_and(|pkce| *pkce.get() == Pkce::Required),
            redirect_uris: given.chain(redirect_uris).cloned().collect(),
            secret_ends_tokens: is_so(&said.secret_ends_tokens),
            can_be_deleted: is_so(&said.can_be_deleted),
        }
    }

    /// Whether there are clients, and a token endpoint for them.
    pub(crate) fn has_clients(&self) -> bool {
        self.client_credentials || self.authorization_code
    }

    pub(crate) fn takes(&self, way: ClientAuthentication) -> bool {
        self.ways.contains(&way)
    }

    /// How long an access token lives if nobody uses it.
    pub(crate) fn unused_token_life(&self) -> Option<SignedDuration> {
        [self.token_life, self.idle].into_iter().flatten().min()
    }
}
