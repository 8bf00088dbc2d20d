//! TLS, over a socket: who does not speak it gets nothing.

use crate::client::{TOKEN, config};
use scim_reference_server::{Door, Limits, serve_until, service};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, ProtocolVersion, RootCertStore, ServerConfig, SupportedProtocolVersion};

/// Serves with a certificate that was made a moment ago.
async fn served() -> (SocketAddr, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .expect("a configuration");
    let door = Door::Https(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(serve_until(listener, service(config()), Limits::default(), door, std::future::pending()));
    (address, certificate)
}

/// Asks for the users, and gives all that comes until the connection ends.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
    let request = format!(
        "GET /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
    );
    // The other side may hang up in the middle of this.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// RFC7644-7.2-01
#[tokio::test]
async fn who_does_not_speak_tls_gets_no_answer() {
    let (address, _) = served().await;
    let answer = ask(TcpStream::connect(address).await.expect("a connection")).await;
    assert!(!answer.contains("HTTP/") && !answer.contains("Resources"), "{answer}");
}

/// RFC7644-7.2-02
#[tokio::test]
async fn tls_1_2_is_spoken_and_its_successor() {
    let (address, certificate) = served().await;
    let versions: [&'static SupportedProtocolVersion; 2] = [&TLS12, &TLS13];
    for version in versions {
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).expect("a root");
        let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[version])
            .expect("a version")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await.expect("a connection");
        let name = ServerName::try_from("localhost").expect("a name");
        let stream = TlsConnector::from(Arc::new(client)).connect(name, stream).await.expect("a handshake");
        let spoken: Option<ProtocolVersion> = stream.get_ref().1.protocol_version();
        assert_eq!(spoken, Some(version.version));
        let answer = ask(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("totalResults"), "{answer}");
    }
}
