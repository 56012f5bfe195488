//! The server as a process, and what the kernel says of it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Clock ticks of the kernel's accounting in a second; the same on every Linux that Rust runs on.
const TICKS: u64 = 100;
/// How long the server may take to answer for the first time; it may have to build its search index.
const START_TIMEOUT: Duration = Duration::from_secs(600);

/// Runs the program with a command, as the shop's owner would.
pub fn command(folder: &Path, database: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradepost"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("DATA_DIR", folder)
        .env("DATABASE_URL", database)
        .env("SECRET_KEY", "the secret key of the load program, long enough")
        .env("RUST_LOG", "warn");
    command
}

/// A running server; ended when dropped.
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub fn start(folder: &Path, database: &str) -> Self {
        Self::start_as("serve", folder, database)
    }

    /// Starts it as the demo, which lays the sample shop first where it is not there and has the test gateway.
    pub fn start_demo(folder: &Path, database: &str) -> Self {
        Self::start_as("demo", folder, database)
    }

    fn start_as(name: &str, folder: &Path, database: &str) -> Self {
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut serve = command(folder, database, &[name]);
        serve.env("HTTP_ADDR", addr.to_string()).env("CACHE_MEGABYTES", "1024");
        let child = serve.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let server = Self { child, addr };
        let started = Instant::now();
        while TcpStream::connect(addr).is_err() {
            assert!(started.elapsed() < START_TIMEOUT, "the server did not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// The processor time it took until now.
    pub fn cpu(&self) -> Duration {
        cpu_of(&self.child.id().to_string()).unwrap_or_default()
    }

    /// The memory that is in use.
    pub fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The processor time of all PostgreSQL processes on this machine.
pub fn database_cpu() -> Duration {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let names = processes.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|name| name.bytes().all(|digit| digit.is_ascii_digit()))
        .filter(|pid| {
            std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres")
        })
        .filter_map(|pid| cpu_of(&pid))
        .sum()
}

/// The processor time of this program.
pub fn own_cpu() -> Duration {
    cpu_of("self").unwrap_or_default()
}

fn cpu_of(pid: &str) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, which may hold anything, ends with the last bracket.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1_000 / TICKS))
}
