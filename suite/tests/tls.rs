//! TLS: a certificate that nobody vouches for is refused, `--ca` and `--insecure` accept it, the latter loudly.
#![cfg(feature = "cli")]

use std::process::Output;
use std::sync::Arc;

use scimprove::cli::embedded::{self, Behaviour, Embedded};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The reference server behind TLS with a certificate of its own.
struct Door {
    server: Embedded,
    url: String,
    certificate: String,
}

async fn open() -> Door {
    let server = embedded::start(0, "a-token-of-tls".into(), &Behaviour::default()).await.expect("the server starts");
    let address = server.base.trim_start_matches("http://").split('/').next().expect("an address").to_string();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a TLS configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((incoming, _)) = listener.accept().await {
            let (acceptor, address) = (acceptor.clone(), address.clone());
            tokio::spawn(async move {
                let Ok(mut outer) = acceptor.accept(incoming).await else { return };
                let Ok(mut inner) = TcpStream::connect(&address).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
    Door { server, url: format!("https://localhost:{port}/scim/v2"), certificate: made.cert.pem() }
}

async fn check(door: &Door, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    tokio::process::Command::new(env!("CARGO_BIN_EXE_scimprove"))
        .args(["check", "--url", &door.url, "--only", "read.user.by-id"])
        .args(more)
        .env("SCIM_TOKEN", &door.server.token)
        .current_dir(folder.path())
        .output()
        .await
        .expect("the program runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_certificate_that_somebody_vouches_for_is_accepted() {
    let door = open().await;

    let unknown = check(&door, &[]).await;
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert_eq!(unknown.status.code(), Some(3), "{said}");
    assert!(said.contains("TLS"), "{said}");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, &door.certificate).expect("written");
    let trusted = check(&door, &["--ca", file.to_str().expect("a path")]).await;
    assert_eq!(trusted.status.code(), Some(0), "{}", String::from_utf8_lossy(&trusted.stderr));

    let insecure = check(&door, &["--insecure"]).await;
    let shown = String::from_utf8_lossy(&insecure.stdout).into_owned();
    assert_eq!(insecure.status.code(), Some(0), "{shown}");
    assert!(shown.contains("--insecure"), "{shown}");
}
