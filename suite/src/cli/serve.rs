//! `serve`: the reference server, until it is stopped.

use super::grammar::ServeOptions;
use super::target::random_word;
use super::{Exit, Fault, embedded};

/// Serves until Ctrl-C.
pub(super) async fn serve(options: ServeOptions) -> Result<Exit, Fault> {
    let token = match options.token {
        Some(token) => token,
        None => random_word()?,
    };
    let server = embedded::start(options.port, token, options.mode, &options.defect).await?;
    println!("SCIM   {}", server.base);
    println!("token  {}", server.token);
    println!("login  {}", server.login);
    for defect in embedded::all_defects().iter().filter(|defect| options.defect.iter().any(|name| name == defect.name))
    {
        println!("defect {}: {}", defect.name, defect.sentence);
    }
    tokio::select! {
        end = server.wait() => end.map(|()| Exit::Conforms),
        _ = tokio::signal::ctrl_c() => Ok(Exit::Conforms),
    }
}
