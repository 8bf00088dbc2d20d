//! The built-in target: the only file that names the reference server.

use std::net::Ipv4Addr;

use scim_reference_server::{BASE_PATH, Config, Policy, defects};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Fault;
use super::grammar::Mode;

/// A reference server that runs in this process, on loopback.
pub struct Embedded {
    /// `http://127.0.0.1:PORT/scim/v2`.
    pub base: String,
    /// Where users log in.
    pub login: String,
    /// The bearer token that it wants.
    pub token: String,
    serving: JoinHandle<std::io::Result<()>>,
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

/// Starts the reference server. Port 0 takes a free one.
pub async fn start(port: u16, token: String, mode: Mode, defect_names: &[String]) -> Result<Embedded, Fault> {
    let mut active = Vec::new();
    for name in defect_names {
        active.push(defects::named(name).ok_or_else(|| unknown_defect(name))?);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        Fault::usage(format!(
            "could not listen on 127.0.0.1:{port}: {error}; try another --port, or none for a free one"
        ))
    })?;
    let address = listener.local_addr().map_err(Fault::bug)?;
    let origin = format!("http://{address}");
    let mut config = Config::new(origin.clone(), token.clone());
    config.policy = match mode {
        Mode::Okta => Policy::okta(),
        Mode::Rfc => Policy::rfc(),
    };
    config.defects = active;
    let serving = tokio::spawn(scim_reference_server::serve(listener, config));
    Ok(Embedded { base: format!("{origin}{BASE_PATH}"), login: format!("{origin}/login"), token, serving })
}

impl Embedded {
    /// Waits until the server ends, which it does only by a fault.
    pub async fn wait(mut self) -> Result<(), Fault> {
        match (&mut self.serving).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Fault::bug(format!("the server stopped: {error}"))),
            Err(error) => Err(Fault::bug(format!("the server stopped: {error}"))),
        }
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

fn unknown_defect(name: &str) -> Fault {
    let area = name.split('.').next().unwrap_or_default();
    let near: Vec<&str> =
        defects::all().iter().map(|defect| defect.name).filter(|known| known.starts_with(area)).collect();
    let near = if near.is_empty() {
        "`scimprove list defects` shows all".into()
    } else {
        format!("near are {}", near.join(", "))
    };
    Fault::usage(format!("there is no defect {name:?}; {near}"))
}
