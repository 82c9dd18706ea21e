//! TLS from a certificate and its key.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use thiserror::Error as ThisError;
use tokio_rustls::TlsAcceptor;

/// The most bytes of a certificate's or key's file.
const PEM_BYTES_MAX: u64 = 1 << 20;

/// Why there is no TLS.
#[derive(Debug, ThisError)]
pub enum TlsError {
    /// A file cannot be read. Name a readable one.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file holds no certificate, or no key. Name one in PEM.
    #[error("{path}: no {what} in PEM stands there")]
    Nothing {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// Certificate and key do not go together, or are of a kind that is not taken. Give others.
    #[error("the certificate cannot be used with the key: {0}")]
    Unusable(#[from] rustls::Error),
}

/// Who speaks TLS for a service, by the files of its certificates and of its key.
pub(crate) fn acceptor(certificates: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let nothing = |path: &Path, what| TlsError::Nothing { path: path.to_path_buf(), what };
    let pem = read(certificates)?;
    let chain: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_slice_iter(&pem).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| nothing(certificates, "certificate"))?;
    let private = PrivateKeyDer::from_pem_slice(&read(key)?);
    let private = private.map_err(|_| nothing(key, "private key"))?;
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(PEM_BYTES_MAX).read_to_end(&mut bytes));
    read.map_err(|source| TlsError::Io { path: path.to_path_buf(), source })?;
    Ok(bytes)
}
