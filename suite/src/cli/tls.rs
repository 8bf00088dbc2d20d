//! Certificates for `serve`: one from files, or one that is made and thrown away.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::Fault;

/// Names under which a server on this machine is called.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Shows the certificate and its chain in one PEM file, with the private key in another.
pub(super) fn of_files(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, Fault> {
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| Fault::usage(format!("--tls-cert {}: {error}", certificate.display())))?;
    if chain.is_empty() {
        return Err(Fault::usage(format!("--tls-cert {}: there is no PEM certificate in it", certificate.display())));
    }
    let key_der = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| Fault::usage(format!("--tls-key {}: {error}", key.display())))?;
    config(chain, key_der).map_err(|error| {
        Fault::usage(format!("--tls-cert {}, --tls-key {}: {error}", certificate.display(), key.display()))
    })
}

/// Shows a certificate for this machine that is gone with the process, and writes it where a client can find it.
pub(super) fn thrown_away(out: Option<&Path>) -> Result<Arc<ServerConfig>, Fault> {
    let made = rcgen::generate_simple_self_signed(NAMES.map(String::from)).map_err(Fault::bug)?;
    if let Some(out) = out {
        std::fs::write(out, made.cert.pem())
            .map_err(|error| Fault::usage(format!("--tls-cert-out {}: {error}", out.display())))?;
    }
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    config(vec![made.cert.der().clone()], key.into()).map_err(Fault::bug)
}

/// TLS 1.2 and 1.3, for HTTP/1.1.
fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
