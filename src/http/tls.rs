//! TLS by the server itself: with the operator's certificate, or for development with one of our own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use url::{Host, Url};

use crate::config::{Config, TlsSettings};
use crate::secret;

/// Why the server cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of the settings is not there or is not what it should be.
    #[error("{variable} cannot be used: {} {problem}", .path.display())]
    Unusable {
        /// The setting.
        variable: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Certificate and key do not fit together, or not to this server.
    #[error("TLS_CERT and TLS_KEY cannot be used together: {0}")]
    Mismatch(rustls::Error),
    /// The own certificate cannot be made or kept.
    #[error("the certificate of --tls-self-signed cannot be made in {}: {cause}", .folder.display())]
    NotMade {
        /// Where it was to be kept.
        folder: PathBuf,
        /// What went wrong.
        cause: String,
    },
}

/// The certificate that the server made for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCertificate {
    /// The PEM file that clients have to trust.
    pub cert: PathBuf,
    /// The PEM file of its key.
    pub key: PathBuf,
    /// SHA-256 of the certificate, as browsers show it.
    pub fingerprint: String,
}

/// What the settings say of TLS; `None` for plain http. TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
///
/// # Errors
/// [`TlsError`].
pub fn tls_config(config: &Config) -> Result<Option<ServerConfig>, TlsError> {
    let (cert, key) = match &config.tls {
        TlsSettings::Off => return Ok(None),
        TlsSettings::Files { cert, key } => (cert.clone(), key.clone()),
        TlsSettings::SelfSigned => {
            let own = make_own(config)?;
            (own.cert, own.key)
        }
    };
    let chain = read_chain(&cert)?;
    let key = PrivateKeyDer::from_pem_file(&key)
        .map_err(|error| unusable("TLS_KEY", &key, &format!("holds no private key: {error}")))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(TlsError::Mismatch)?;
    // The names of HTTP/2 and HTTP/1.1 are added by the server.
    Ok(Some(tls))
}

/// The certificate that the server made for itself, where the settings want one. It is made once, and anew when the
/// host of PUBLIC_URL changes.
///
/// # Errors
/// [`TlsError`].
pub fn own_certificate(config: &Config) -> Result<Option<OwnCertificate>, TlsError> {
    match config.tls {
        TlsSettings::SelfSigned => make_own(config).map(Some),
        TlsSettings::Off | TlsSettings::Files { .. } => Ok(None),
    }
}

fn unusable(variable: &'static str, path: &Path, problem: &str) -> TlsError {
    TlsError::Unusable { variable, path: path.to_owned(), problem: problem.to_owned() }
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(chain) if chain.is_empty() => Err(unusable("TLS_CERT", path, "holds no certificate")),
        Ok(chain) => Ok(chain),
        Err(error) => Err(unusable("TLS_CERT", path, &format!("holds no certificate: {error}"))),
    }
}

/// The names under which the server is reached while developing.
fn names(public_url: &Url) -> Vec<String> {
    let host = public_url.host().map(|host| match host {
        Host::Domain(name) => name.to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    });
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    names.extend(host.filter(|host| !names.contains(host)));
    names
}

fn make_own(config: &Config) -> Result<OwnCertificate, TlsError> {
    let folder = config.data_dir.join("tls");
    let names = names(&config.public_url);
    keep_own(&folder, &names).map_err(|cause| TlsError::NotMade { folder, cause: cause.to_string() })
}

fn keep_own(folder: &Path, names: &[String]) -> Result<OwnCertificate, anyhow::Error> {
    let (cert, key) = (folder.join("self-signed.pem"), folder.join("self-signed.key"));
    // What the certificate is for is kept beside it.
    let list = folder.join("self-signed.names");
    let wanted = names.join("\n");
    let is_kept = std::fs::read_to_string(&list).is_ok_and(|kept| kept == wanted) && key.exists();
    if !is_kept || !cert.exists() {
        std::fs::create_dir_all(folder)?;
        let pair = KeyPair::generate()?;
        let mut params = CertificateParams::new(names.to_vec())?;
        params.distinguished_name.push(DnType::CommonName, "tradepost, for development only");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let made = params.self_signed(&pair)?;
        write_secret(&key, &pair.serialize_pem())?;
        std::fs::write(&cert, made.pem())?;
        std::fs::write(&list, wanted)?;
    }
    let der = CertificateDer::from_pem_file(&cert)?;
    let digest = secret::hex_digest(&der).to_ascii_uppercase();
    let pairs: Vec<&str> =
        digest.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
    Ok(OwnCertificate { cert, key, fingerprint: pairs.join(":") })
}

/// Writes a file that only its owner reads.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_certificate_is_made_once_for_the_same_names() {
        let folder = tempfile::tempdir().unwrap();
        let names = |url: &str| names(&Url::parse(url).unwrap());
        assert_eq!(names("https://127.0.0.1:4000"), ["localhost", "127.0.0.1"]);
        assert_eq!(names("https://[::1]:4000"), ["localhost", "127.0.0.1", "::1"]);
        let local = keep_own(folder.path(), &names("https://localhost")).unwrap();
        assert_eq!(keep_own(folder.path(), &names("https://localhost")).unwrap(), local);
        assert_eq!(local.fingerprint.len(), 95);
        let other = keep_own(folder.path(), &names("https://shop.test")).unwrap();
        assert_ne!(other.fingerprint, local.fingerprint);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&other.key).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
