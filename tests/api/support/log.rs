//! What the server logs beside a test: shown where `RUST_LOG` asks for it, and kept while a test listens.

use std::io::{Result, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// What `serve` logs where nobody says otherwise.
const SERVED: &str = "info,sqlx=warn,sea_orm_migration=warn";

static INSTALLED: Once = Once::new();
static LISTENERS: AtomicUsize = AtomicUsize::new(0);
static KEPT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Installs the log of this process, once.
pub fn install() {
    INSTALLED.call_once(|| {
        // RUST_LOG=error shows what the server logs beside a test.
        let shown = std::env::var_os("RUST_LOG").map(|_| {
            let layer = tracing_subscriber::fmt::layer().with_test_writer();
            layer.with_filter(EnvFilter::from_default_env())
        });
        let kept = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Keeper);
        let kept = kept.with_filter(EnvFilter::new(SERVED));
        tracing_subscriber::registry().with(shown).with(kept).init();
    });
}

/// Listens to the log until it is dropped. Lines of tests that run beside are among it.
pub struct Listener {
    from: usize,
}

/// Begins to listen.
pub fn listen() -> Listener {
    install();
    let kept = kept();
    LISTENERS.fetch_add(1, Ordering::SeqCst);
    Listener { from: kept.len() }
}

impl Listener {
    /// Everything that was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&kept()[self.from..]).into_owned()
    }

    /// The lines about a request, by the id that its answer has.
    pub fn of_request(&self, id: &str) -> Vec<String> {
        assert!(!id.is_empty());
        self.text().lines().filter(|line| line.contains(id)).map(str::to_owned).collect()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        LISTENERS.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Keeper;

impl Write for Keeper {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if LISTENERS.load(Ordering::SeqCst) > 0 {
            kept().extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

fn kept() -> MutexGuard<'static, Vec<u8>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}
