//! TLS by the server itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;
use tradepost::config::TlsSettings;
use tradepost::http;

use crate::support::TestShop;

/// Asks over TLS as a client that trusts one certificate; what was agreed on, and the answer.
fn ask(addr: &str, name: &str, trusted: &Path, protocols: &[&[u8]]) -> std::io::Result<(Vec<u8>, String)> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(trusted).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(addr)?);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    let agreed = stream.conn.alpn_protocol().unwrap_or_default().to_vec();
    let mut answer = String::new();
    if agreed != b"h2" {
        write!(stream, "GET /healthz HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n")?;
        let _ = stream.read_to_string(&mut answer);
    }
    Ok((agreed, answer))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_speaks_tls_with_a_certificate_of_its_own() {
    let shop = TestShop::open_with(|config| config.tls = TlsSettings::SelfSigned).await;
    let own = http::own_certificate(&shop.app.config).unwrap().unwrap();
    assert_eq!(own.cert, shop.app.config.data_dir.join("tls/self-signed.pem"));
    let addr = shop.url.strip_prefix("http://").unwrap().to_owned();
    let other = TempDir::new().unwrap();
    let stranger = other.path().join("other.pem");
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&stranger, made.cert.pem()).unwrap();
    tokio::task::spawn_blocking(move || {
        for name in ["localhost", "127.0.0.1"] {
            let (agreed, answer) = ask(&addr, name, &own.cert, &[b"http/1.1"]).unwrap();
            assert_eq!(agreed, b"http/1.1");
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
        }
        assert_eq!(ask(&addr, "localhost", &own.cert, &[b"h2", b"http/1.1"]).unwrap().0, b"h2");
        assert!(ask(&addr, "localhost", &own.cert, &[]).unwrap().1.starts_with("HTTP/1.1 200"));
        assert!(ask(&addr, "shop.example", &own.cert, &[]).is_err(), "a name that it is not for");
        assert!(ask(&addr, "localhost", &stranger, &[]).is_err(), "one who trusts another");
        let mut plain = TcpStream::connect(&addr).unwrap();
        write!(plain, "GET /healthz HTTP/1.1\r\nhost: shop\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        let _ = plain.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "nothing is said in the clear");
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_speaks_tls_with_the_operators_certificate() {
    let folder = TempDir::new().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let made = rcgen::generate_simple_self_signed(vec!["shop.example".to_owned()]).unwrap();
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let files = TlsSettings::Files { cert: cert.clone(), key: key.clone() };
    let shop = TestShop::open_with(|config| config.tls = files).await;
    let addr = shop.url.strip_prefix("http://").unwrap().to_owned();
    let trusted = cert.clone();
    let (_, answer) =
        tokio::task::spawn_blocking(move || ask(&addr, "shop.example", &trusted, &[b"http/1.1"]))
            .await
            .unwrap()
            .unwrap();
    assert!(answer.ends_with("ok\n"), "{answer}");
    assert!(!shop.app.config.data_dir.join("tls").exists());

    let other = rcgen::generate_simple_self_signed(vec!["shop.example".to_owned()]).unwrap();
    let (wrong, words) = (folder.path().join("wrong.pem"), folder.path().join("words.pem"));
    std::fs::write(&wrong, other.signing_key.serialize_pem()).unwrap();
    std::fs::write(&words, "words").unwrap();
    let missing = folder.path().join("missing.pem");
    for (cert, key, expected) in [
        (&cert, &wrong, "TLS_CERT and TLS_KEY cannot be used together"),
        (&missing, &key, "TLS_CERT cannot be used"),
        (&words, &key, "TLS_CERT cannot be used"),
        (&key, &key, "TLS_CERT cannot be used"),
        (&cert, &missing, "TLS_KEY cannot be used"),
        (&cert, &words, "TLS_KEY cannot be used"),
        (&cert, &cert, "TLS_KEY cannot be used"),
    ] {
        let mut config = shop.app.config.as_ref().clone();
        config.tls = TlsSettings::Files { cert: cert.clone(), key: key.clone() };
        let error = http::tls_config(&config).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

fn run(folder: &TempDir, arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradepost"));
    command.args(arguments).current_dir(folder.path()).env_clear().stdin(Stdio::null());
    command.env("DATA_DIR", folder.path().join("data")).env("HTTP_ADDR", "127.0.0.1:0");
    let Output { status, stderr, .. } = command.envs(settings.iter().copied()).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn what_is_wrong_with_tls_is_said_before_serving() {
    let folder = TempDir::new().unwrap();
    let production = [("TRADEPOST_ENV", "production"), ("SECRET_KEY", "0123456789abcdef0123456789abcdef")];
    for command in ["serve", "demo"] {
        let (code, said) = run(&folder, &[command, "--tls-self-signed"], &production);
        assert_eq!(code, 78, "{said}");
        assert!(said.contains("TLS_SELF_SIGNED is for development only"), "{said}");
        let (code, said) = run(&folder, &[command, "--tls-cert", "c.pem"], &[]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("--tls-key"), "{said}");
        let (code, _) =
            run(&folder, &[command, "--tls-self-signed", "--tls-cert", "c.pem", "--tls-key", "k"], &[]);
        assert_eq!(code, 2);
    }
    let (code, said) = run(&folder, &["serve", "--tls-cert", "c.pem", "--tls-key", "k.pem"], &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("TLS_CERT cannot be used: c.pem"), "{said}");
    let settings = [("TLS_CERT", "other.pem"), ("TLS_KEY", "k.pem")];
    let (code, said) = run(&folder, &["serve"], &settings);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("TLS_CERT cannot be used: other.pem"), "{said}");
    let (code, said) = run(&folder, &["serve"], &[("TLS_CERT", "other.pem")]);
    assert_eq!((code, said.as_str()), (78, "TLS_KEY must be set where TLS_CERT is\n"));
}
