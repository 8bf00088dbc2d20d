//! `serve`: the reference server, until it is stopped.

use super::embedded::Behaviour;
use super::grammar::ServeOptions;
use super::target::random_word;
use super::{Exit, Fault, embedded};

/// Serves until Ctrl-C.
pub(super) async fn serve(options: ServeOptions) -> Result<Exit, Fault> {
    let token = match options.token {
        Some(token) => token,
        None => random_word()?,
    };
    let behaviour = Behaviour { mode: options.mode, defects: options.defect, variants: options.variant };
    let server = embedded::start(options.port, token, &behaviour).await?;
    println!("SCIM   {}", server.base);
    println!("token  {}", server.token);
    println!("login  {}", server.login);
    let is_active = |names: &[String], it: &str| names.iter().any(|name| name == it);
    for defect in embedded::all_defects().iter().filter(|it| is_active(&behaviour.defects, it.name)) {
        println!("defect {}: {}", defect.name, defect.sentence);
    }
    for variant in embedded::all_variants().iter().filter(|it| is_active(&behaviour.variants, it.name)) {
        println!("variant {}: {}", variant.name, variant.sentence);
    }
    tokio::select! {
        end = server.wait() => end.map(|()| Exit::Conforms),
        _ = tokio::signal::ctrl_c() => Ok(Exit::Conforms),
    }
}
