//! The server under test: the real program as a process of its own, which may be killed at any moment.

use std::fs::OpenOptions;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

/// The server's own secret, the same over all restarts.
pub const SECRET_KEY: &str = "the secret key of the chaos program, long enough";
/// How long the server may take to answer for the first time.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// What a server is started with.
pub struct Settings {
    pub folder: PathBuf,
    pub database: String,
    pub variables: Vec<(String, String)>,
}

/// A running server; killed when it is dropped.
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
    settings: Settings,
}

impl Server {
    /// Starts it on a free port and waits until it answers.
    pub async fn start(settings: Settings) -> Self {
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = spawn(&settings, addr);
        let mut server = Self { child, addr, settings };
        server.wait().await;
        server
    }

    /// Ends it without a word, as kill -9 does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same port; how long it took until it answered.
    pub async fn start_again(&mut self) -> Duration {
        let began = Instant::now();
        self.child = spawn(&self.settings, self.addr);
        self.wait().await;
        began.elapsed()
    }

    async fn wait(&mut self) {
        let began = Instant::now();
        while TcpStream::connect(self.addr).await.is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended by itself: {ended:?}\n{}", self.last_words());
            assert!(began.elapsed() < START_TIMEOUT, "the server did not start\n{}", self.last_words());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What it logged.
    pub fn log(&self) -> String {
        let text = std::fs::read(log_path(&self.settings.folder)).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    }

    fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log_path(folder: &Path) -> PathBuf {
    folder.join("server.log")
}

fn spawn(settings: &Settings, addr: SocketAddr) -> Child {
    let log = OpenOptions::new().create(true).append(true).open(log_path(&settings.folder)).unwrap();
    Command::new(env!("CARGO_BIN_EXE_tradepost"))
        .arg("serve")
        .current_dir(&settings.folder)
        .env("DATA_DIR", &settings.folder)
        .env("DATABASE_URL", &settings.database)
        .env("SECRET_KEY", SECRET_KEY)
        .env("HTTP_ADDR", addr.to_string())
        .env("HTTP_WORKERS", "2")
        .env("CACHE_MEGABYTES", "64")
        .env("RUST_LOG", "warn")
        .envs(settings.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}
