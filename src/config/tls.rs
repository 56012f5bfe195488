//! Settings of TLS.

use std::path::PathBuf;

use super::{Environment, Reader};

/// Whether the server speaks TLS itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TlsSettings {
    /// No: plain http, for this machine or behind a proxy.
    #[default]
    Off,
    /// With the certificate in `TLS_CERT` and the key in `TLS_KEY`.
    Files {
        /// A PEM file: the certificate, and those that lead to its root.
        cert: PathBuf,
        /// A PEM file: the certificate's private key.
        key: PathBuf,
    },
    /// `TLS_SELF_SIGNED`: with a certificate of its own, for development.
    SelfSigned,
}

impl TlsSettings {
    /// The scheme of addresses on this server.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Off => "http",
            Self::Files { .. } | Self::SelfSigned => "https",
        }
    }

    pub(super) fn read(read: &mut Reader<'_>, environment: Environment) -> Self {
        let self_signed = read.on_off("TLS_SELF_SIGNED", false);
        let (cert, key) = (read.text("TLS_CERT"), read.text("TLS_KEY"));
        if self_signed && environment == Environment::Production {
            read.errors.push("TLS_SELF_SIGNED is for development only: set TLS_CERT and TLS_KEY".to_owned());
        }
        if self_signed && (cert.is_some() || key.is_some()) {
            read.errors.push("TLS_SELF_SIGNED cannot be on where TLS_CERT or TLS_KEY is set".to_owned());
        }
        match (cert, key) {
            (Some(cert), Some(key)) => Self::Files { cert: cert.into(), key: key.into() },
            (None, None) if self_signed => Self::SelfSigned,
            (None, None) => Self::Off,
            (Some(_), None) => {
                read.errors.push("TLS_KEY must be set where TLS_CERT is".to_owned());
                Self::Off
            }
            (None, Some(_)) => {
                read.errors.push("TLS_CERT must be set where TLS_KEY is".to_owned());
                Self::Off
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: Environment, pairs: &[(&str, &str)]) -> (TlsSettings, Vec<String>) {
        let get =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let settings = TlsSettings::read(&mut reader, environment);
        (settings, reader.errors)
    }

    #[test]
    fn a_certificate_comes_with_its_key_and_none_is_made_up_in_production() {
        use Environment::{Development, Production};
        let (cert, key, own) = (("TLS_CERT", "c.pem"), ("TLS_KEY", "k.pem"), ("TLS_SELF_SIGNED", "on"));
        let files = TlsSettings::Files { cert: "c.pem".into(), key: "k.pem".into() };
        assert_eq!(read(Production, &[]), (TlsSettings::Off, vec![]));
        assert_eq!(read(Production, &[cert, key]), (files, vec![]));
        assert_eq!(read(Development, &[own]), (TlsSettings::SelfSigned, vec![]));
        let complaint = |environment, pairs: &[(&str, &str)]| read(environment, pairs).1.remove(0);
        assert_eq!(complaint(Development, &[cert]), "TLS_KEY must be set where TLS_CERT is");
        assert_eq!(complaint(Development, &[key]), "TLS_CERT must be set where TLS_KEY is");
        assert!(complaint(Production, &[own]).starts_with("TLS_SELF_SIGNED is for development only"));
        assert!(complaint(Development, &[own, cert, key]).starts_with("TLS_SELF_SIGNED cannot be on"));
    }
}
