//! `serve`: the reference server, until it is stopped.

use super::embedded::{Behaviour, Consent};
use super::grammar::ServeOptions;
use super::target::random_word;
use super::told::Told;
use super::{Exit, Fault, embedded, profile, tls};

/// Most users that are kept in memory, where each takes more than a kilobyte.
const LOADED_AT_MOST: u32 = 10_000_000;

/// Serves until Ctrl-C or SIGTERM. Told twice, it does not wait for requests under way.
pub(super) async fn serve(options: ServeOptions) -> Result<Exit, Fault> {
    let token = match options.token {
        Some(token) => token,
        None => random_word()?,
    };
    if options.users > LOADED_AT_MOST && !options.synthetic {
        return Err(Fault::usage(format!("more than {LOADED_AT_MOST} users need --synthetic")));
    }
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificate), Some(key)) => Some(tls::of_files(certificate, key)?),
        _ if options.tls => Some(tls::thrown_away(options.tls_cert_out.as_deref())?),
        _ => None,
    };
    let played = options.profile.as_deref().map(profile::load).transpose()?;
    let console_key = match (&played, options.console_key) {
        (Some(_), None) => Some(random_word()?),
        (_, key) => key,
    };
    let behaviour = Behaviour {
        mode: options.mode,
        profile: played,
        console_key,
        forward_clock: options.forward_clock,
        defects: options.defect,
        variants: options.variant,
        users: options.users,
        synthetic: options.synthetic,
        low_token: options.low_token,
        second_token: options.second_token,
        tenants: options.tenant,
        accounts: options.account,
        owners: options.owner,
        client_id: options.client_id,
        client_secret: options.client_secret,
        administrator: options.administrator,
        redirect_uris: options.redirect_uri,
        tls,
        log: options.log.then_some(options.log_format),
    };
    let mut told = Told::listen().map_err(Fault::bug)?;
    let mut server = embedded::start(options.port, token, &behaviour).await?;
    println!("SCIM   {}", server.base);
    println!("token  {}", server.token);
    println!("login  {}", server.login);
    for (tenant, _) in &behaviour.tenants {
        println!("tenant {}", server.address_of(tenant));
    }
    if let Some(profile) = &behaviour.profile {
        println!("plays  {}", profile.title);
    }
    if let Some(oauth) = &server.oauth {
        println!("OAuth  {}", oauth.token_endpoint);
        println!("client {}", oauth.client_id);
        println!("secret {}", oauth.client_secret);
        if let Some(Consent { endpoint, account: (name, password) }) = &oauth.consent {
            println!("asks   {endpoint}");
            println!("admin  {name}:{password}");
        }
    }
    if let Some((address, key)) = &server.application {
        println!("behind {address}");
        println!("key    {key}");
    }
    match &options.tls_cert_out {
        Some(file) => println!("TLS    trust {}, which goes for this run", file.display()),
        None if options.tls => println!("TLS    nobody vouches for the certificate; --tls-cert-out FILE writes it"),
        None => {}
    }
    let is_active = |names: &[String], it: &str| names.iter().any(|name| name == it);
    for defect in embedded::all_defects().iter().filter(|it| is_active(&behaviour.defects, it.name)) {
        println!("defect {}: {}", defect.name, defect.sentence);
    }
    for variant in embedded::all_variants().iter().filter(|it| is_active(&behaviour.variants, it.name)) {
        println!("variant {}: {}", variant.name, variant.sentence);
    }
    if behaviour.users > 0 {
        println!("users  {}{}", behaviour.users, if behaviour.synthetic { ", computed" } else { "" });
    }
    tokio::select! {
        fault = server.ended() => return Err(fault),
        () = told.once() => {}
    }
    tokio::select! {
        () = server.stop() => {}
        () = told.once() => {}
    }
    Ok(Exit::Conforms)
}
