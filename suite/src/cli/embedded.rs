//! The built-in target: the only file that names the reference server.

use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;

use scim_profile::Profile;
use scim_reference_server::{
    Account, Administrator, BASE_PATH, Config, Door, Log, LogFormat, OAuthClient, Policy, Population, Product, Tenancy,
    Tenant, defects, serve_until, service, variants,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Fault;
use super::grammar::{Format, Mode};
use super::target::random_word;
use crate::target::application::Spare;
use crate::target::credentials::Credentials;
use crate::target::http::{HttpTarget, Limits, SetUp, Trust, base_url};

/// A reference server that runs in this process, on loopback.
pub struct Embedded {
    /// `http://127.0.0.1:PORT/scim/v2`, or https.
    pub base: String,
    /// Where users log in.
    pub login: String,
    /// The bearer token that it wants.
    pub token: String,
    /// Where the application behind SCIM is, and the key that opens it, where a product is played.
    pub application: Option<(String, String)>,
    /// What the product that it plays gives out besides.
    pub oauth: Option<OAuth>,
    /// The id of an account that owns the organisation, if there is one.
    pub owner: Option<String>,
    /// Name and password of the account that may consent.
    administrator: (String, String),
    /// Dropped, it tells the server to stop.
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

/// What an administrator of the product copies, so that somebody gets tokens by OAuth. It holds a secret, and is never
/// printed as a whole.
pub struct OAuth {
    /// Where tokens are given out.
    pub token_endpoint: String,
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`.
    pub client_secret: String,
    /// Where an administrator signs in and consents, if the product has that.
    pub consent: Option<Consent>,
}

/// What an administrator needs to consent. It holds a password, and is never printed as a whole.
pub struct Consent {
    /// Where.
    pub endpoint: String,
    /// Name and password of the account.
    pub account: (String, String),
}

/// A defect of the reference server, in words.
pub struct DefectInfo {
    /// The name for `--defect`.
    pub name: &'static str,
    /// What it does.
    pub sentence: &'static str,
    /// The part of SCIM that it concerns.
    pub area: &'static str,
    /// The rules that it breaks.
    pub breaks: &'static [&'static str],
}

/// A variant of the reference server, in words.
pub struct VariantInfo {
    /// The name for `--variant`.
    pub name: &'static str,
    /// What it does.
    pub sentence: &'static str,
    /// Whose rules allow it.
    pub legal_under: Vec<&'static str>,
    /// The rules of the others that it breaks.
    pub shows: &'static [&'static str],
}

/// How the reference server behaves. It holds tokens, and is never printed.
#[derive(Clone, Default)]
pub struct Behaviour {
    /// Whose demands it follows where they differ.
    pub mode: Mode,
    /// The product that it plays.
    pub profile: Option<Profile>,
    /// Its clock can be put forward.
    pub forward_clock: bool,
    /// The names of its defects.
    pub defects: Vec<String>,
    /// The names of its variants.
    pub variants: Vec<String>,
    /// How many users it has from the start.
    pub users: u32,
    /// They are computed, not loaded.
    pub synthetic: bool,
    /// A token that may read and not write.
    pub low_token: Option<String>,
    /// The token of another organisation under the same address.
    pub second_token: Option<String>,
    /// The key of the application behind SCIM.
    pub console_key: Option<String>,
    /// Names and tokens of organisations with addresses of their own.
    pub tenants: Vec<(String, String)>,
    /// Names and passwords of accounts that no client knows.
    pub accounts: Vec<(String, Option<String>)>,
    /// The same of those that own the organisation.
    pub owners: Vec<(String, Option<String>)>,
    /// `client_id` of the product's OAuth client; random if not given.
    pub client_id: Option<String>,
    /// `client_secret` of the product's OAuth client; random if not given.
    pub client_secret: Option<String>,
    /// Name and password of the account that may consent; random if not given.
    pub administrator: Option<(String, String)>,
    /// Addresses that codes may be sent to, besides those of the product.
    pub redirect_uris: Vec<String>,
    /// Serves HTTPS.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Writes a line for each request to standard error.
    pub log: Option<Format>,
}

/// Starts the reference server. Port 0 takes a free one.
pub async fn start(port: u16, token: String, behaviour: &Behaviour) -> Result<Embedded, Fault> {
    let mut active = Vec::new();
    for name in &behaviour.defects {
        let known = || defects::all().iter().map(|defect| defect.name);
        active.push(defects::named(name).ok_or_else(|| unknown("defect", name, known()))?);
    }
    let mut policy = match (&behaviour.profile, behaviour.mode) {
        (Some(profile), _) => Product::of(profile.clone()).policy(),
        (None, Mode::Strict) => Policy::strict(),
        (None, Mode::Rfc) => Policy::rfc(),
        (None, Mode::Okta) => Policy::okta(),
        (None, Mode::Entra) => Policy::entra(),
    };
    for variant in chosen(&behaviour.variants)? {
        (variant.change)(&mut policy);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        Fault::usage(format!(
            "could not listen on 127.0.0.1:{port}: {error}; try another --port, or none for a free one"
        ))
    })?;
    let address = listener.local_addr().map_err(Fault::bug)?;
    let scheme = if behaviour.tls.is_some() { "https" } else { "http" };
    let origin = format!("{scheme}://{address}");
    let mut config = Config::new(origin.clone(), token.clone());
    config.policy = policy;
    config.defects = active;
    let users = usize::try_from(behaviour.users).map_err(Fault::bug)?;
    config.population = Population { users, synthetic: behaviour.synthetic };
    config.reader_token = behaviour.low_token.clone();
    config.tenants = tenants(behaviour);
    config.accounts = accounts(behaviour);
    let console_key = behaviour.profile.is_some().then(|| behaviour.console_key.clone()).flatten();
    config.console_key = console_key.clone();
    let (client, administrator) = (client(behaviour)?, administrator(behaviour)?);
    config.client = Some(client.clone());
    config.administrator = Some(administrator.clone());
    config.redirect_uris = behaviour.redirect_uris.clone();
    if behaviour.forward_clock {
        config = config.with_forward_clock();
    }
    let mut service = service(config.clone());
    for console in (1..=config.tenants.len()).filter_map(|number| service.console(number)) {
        console.appoint(&administrator);
    }
    let owner = service.owners().into_iter().next();
    let account = (administrator.name.clone(), administrator.password.clone());
    let copied = service.console(0).and_then(|console| console.configuration());
    let oauth = copied.map(|copied| OAuth {
        token_endpoint: copied.token_endpoint,
        client_id: copied.client_id,
        client_secret: client.secret,
        consent: copied
            .authorization_endpoint
            .map(|endpoint| Consent { endpoint, account: (administrator.name, administrator.password) }),
    });
    if let Some(log) = behaviour.log.map(log) {
        service = log.around(service, &config);
    }
    let door = behaviour.tls.clone().map_or(Door::Http, Door::Https);
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve_until(listener, service, config.limits, door, async {
        let _ = stopped.await;
    }));
    let (base, login) = (format!("{origin}{BASE_PATH}"), format!("{origin}/login"));
    let application = console_key.map(|key| (format!("{origin}/app"), key));
    Ok(Embedded { base, login, token, application, oauth, owner, administrator: account, stop: Some(stop), serving })
}

fn log(format: Format) -> Log {
    let format = match format {
        Format::Text => LogFormat::Text,
        Format::Json => LogFormat::Json,
    };
    // Nobody reads it: the server goes on all the same.
    Log::new(format, |line| drop(writeln!(std::io::stderr(), "{line}")))
}

fn tenants(behaviour: &Behaviour) -> Vec<Tenant> {
    let by_token = behaviour.second_token.iter();
    let by_token =
        by_token.map(|token| Tenant { name: "second".into(), token: token.clone(), by: Tenancy::Credential });
    let by_path = behaviour.tenants.iter();
    let by_path = by_path.map(|(name, token)| Tenant { name: name.clone(), token: token.clone(), by: Tenancy::Path });
    by_token.chain(by_path).collect()
}

fn client(behaviour: &Behaviour) -> Result<OAuthClient, Fault> {
    let or_random = |given: &Option<String>| given.clone().map_or_else(random_word, Ok);
    Ok(OAuthClient { id: or_random(&behaviour.client_id)?, secret: or_random(&behaviour.client_secret)? })
}

fn administrator(behaviour: &Behaviour) -> Result<Administrator, Fault> {
    let (name, password) = match &behaviour.administrator {
        Some(account) => account.clone(),
        None => ("administrator@example.com".into(), random_word()?),
    };
    Ok(Administrator { name, password })
}

fn accounts(behaviour: &Behaviour) -> Vec<Account> {
    let account = |owner: bool| {
        move |(name, password): &(String, Option<String>)| Account {
            user_name: name.clone(),
            password: password.clone(),
            owner,
        }
    };
    let owners = behaviour.owners.iter().map(account(true));
    behaviour.accounts.iter().map(account(false)).chain(owners).collect()
}

impl Embedded {
    /// An organisation with an address of its own as one that can be thrown away, where a product is played.
    pub fn spare(&self, tenant: &str) -> Option<Result<Spare, SetUp>> {
        let (_, key) = self.application.as_ref()?;
        let address = self.address_of(tenant).replacen(BASE_PATH, "", 1);
        let target = base_url(&address)
            .and_then(|base| HttpTarget::new(&base, Credentials::Anonymous, &Trust::default(), Limits::default()));
        Some(target.map(|target| Spare::new(Arc::new(target), address, key.clone(), self.administrator.clone())))
    }

    /// The address of an organisation.
    pub fn address_of(&self, tenant: &str) -> String {
        self.base.replacen(BASE_PATH, &format!("/tenants/{tenant}{BASE_PATH}"), 1)
    }

    /// Waits until the server ends, which it does by itself only by a fault.
    pub async fn ended(&mut self) -> Fault {
        match (&mut self.serving).await {
            Ok(()) => Fault::bug("the server stopped"),
            Err(error) => Fault::bug(format!("the server stopped: {error}")),
        }
    }

    /// Takes no more requests, and waits until those under way have their answers, or have had their time.
    pub async fn stop(mut self) {
        self.stop = None;
        // Whatever became of it, it is over.
        let _ = (&mut self.serving).await;
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Every defect, in the order of their table.
pub fn all_defects() -> Vec<DefectInfo> {
    defects::all()
        .iter()
        .map(|defect| DefectInfo {
            name: defect.name,
            sentence: defect.sentence,
            area: defect.area,
            breaks: defect.breaks,
        })
        .collect()
}

/// Every variant, in the order of their table.
pub fn all_variants() -> Vec<VariantInfo> {
    variants::all()
        .map(|variant| VariantInfo {
            name: variant.name,
            sentence: variant.sentence,
            legal_under: variant.legal_under.iter().map(|book| book.name()).collect(),
            shows: variant.shows,
        })
        .collect()
}

/// The variants of these names; no server can have two that want different things.
fn chosen(names: &[String]) -> Result<Vec<&'static variants::Variant>, Fault> {
    let mut chosen: Vec<&variants::Variant> = Vec::new();
    for name in names {
        let known = || variants::all().map(|variant| variant.name);
        let variant = variants::named(name).ok_or_else(|| unknown("variant", name, known()))?;
        if let Some(other) = chosen.iter().find(|other| other.excludes(variant)) {
            return Err(Fault::usage(format!("the variants {} and {name} exclude each other", other.name)));
        }
        chosen.push(variant);
    }
    Ok(chosen)
}

fn unknown(what: &str, name: &str, known: impl Iterator<Item = &'static str>) -> Fault {
    let area = name.split('.').next().unwrap_or_default();
    let near: Vec<&str> = known.filter(|known| known.starts_with(area)).collect();
    let near = if near.is_empty() {
        format!("`scimprove list {what}s` shows all")
    } else {
        format!("near are {}", near.join(", "))
    };
    Fault::usage(format!("there is no {what} {name:?}; {near}"))
}
