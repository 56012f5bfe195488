//! A database for one test, copied from a migrated template.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tradepost::app::App;

/// A database that goes when it is dropped: a file at once, one on a server soon after.
pub struct TestDatabase {
    folder: TempDir,
    url: String,
    /// The PostgreSQL server and the name of the database on it.
    server: Option<(String, String)>,
}

/// Before the number of the process that made it.
const TEMPLATE_PREFIX: &str = "tradepost_template_";
/// The same, before the name that tells the process's others apart.
const COPY_PREFIX: &str = "tradepost_test_";
/// Databases that wait to be dropped. Few: the connections to them are still open, and the end of the process leaves them
/// to the next.
const MOST_WAITING: usize = 4;

/// Where tests leave the databases that they are done with.
static DROPPER: OnceLock<SyncSender<String>> = OnceLock::new();

/// The template of this process: a file, or the name of a database.
static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

enum Template {
    File(PathBuf),
    Database { server: String, name: String },
}

impl TestDatabase {
    /// Copies the template, which the first caller makes.
    pub async fn create() -> Self {
        let folder = TempDir::new().unwrap();
        match TEMPLATE.get_or_init(make_template).await {
            Template::File(file) => {
                let copy = folder.path().join("tradepost.db");
                std::fs::copy(file, &copy).unwrap();
                Self { folder, url: format!("sqlite:{}", copy.display()), server: None }
            }
            Template::Database { server, name } => {
                let copy = new_name();
                run(server, &format!("CREATE DATABASE {copy} TEMPLATE {name}")).await;
                let url = url_on(server, &copy);
                Self { folder, url, server: Some((server.clone(), copy)) }
            }
        }
    }

    /// An empty database, without tables.
    pub async fn blank() -> Self {
        let folder = TempDir::new().unwrap();
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
            let url = format!("sqlite:{}?mode=rwc", folder.path().join("tradepost.db").display());
            return Self { folder, url, server: None };
        };
        let name = new_name();
        run(&server, &format!("CREATE DATABASE {name}")).await;
        let url = url_on(&server, &name);
        Self { folder, url, server: Some((server, name)) }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = self.server.take() {
            let dropper = DROPPER.get_or_init(|| {
                let (dropper, names) = sync_channel(MOST_WAITING);
                std::thread::spawn(move || drop_all(&server, &names));
                dropper
            });
            let _ = dropper.send(name);
        }
    }
}

fn new_name() -> String {
    format!("{COPY_PREFIX}{}_{}", std::process::id(), tradepost::secret::new_token().to_lowercase())
}

/// Drops databases as they come, in a thread of its own: each test's runtime is on its way out. One that cannot be dropped
/// is left to the next process.
fn drop_all(server: &str, names: &Receiver<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).connect_lazy(true);
    let connection = runtime.block_on(Database::connect(options)).unwrap();
    for name in names {
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let _ = runtime.block_on(connection.execute_unprepared(&sql));
    }
}

async fn make_template() -> Template {
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        // Kept for the whole process; the system's folder for temporary files is where it may stay.
        let folder = TempDir::new().unwrap().keep();
        let file = folder.join("template.db");
        fill(&format!("sqlite:{}", file.display()), &folder).await;
        return Template::File(file);
    };
    drop_orphans(&server).await;
    let name = format!("{TEMPLATE_PREFIX}{}", std::process::id());
    run(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    run(&server, &format!("CREATE DATABASE {name}")).await;
    let folder = TempDir::new().unwrap();
    fill(&url_on(&server, &name), folder.path()).await;
    Template::Database { server, name }
}

/// Drops the databases that processes left behind which are no more. One that somebody uses is none of them: its process
/// may be one that cannot be seen from here.
async fn drop_orphans(server: &str) {
    let connection: DatabaseConnection = Database::connect(server).await.unwrap();
    let unused = Statement::from_string(
        DbBackend::Postgres,
        "SELECT datname FROM pg_database d WHERE NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
    );
    for row in connection.query_all_raw(unused).await.unwrap() {
        let name: String = row.try_get_by_index(0).unwrap();
        if maker_of(&name).is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            // Another run may be faster: then there is nothing left to drop.
            let _ = connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await;
        }
    }
    connection.close().await.unwrap();
}

/// The process that made a database of the tests.
fn maker_of(name: &str) -> Option<u32> {
    let made = name.strip_prefix(TEMPLATE_PREFIX).or_else(|| name.strip_prefix(COPY_PREFIX))?;
    made.split('_').next()?.parse().ok()
}

#[test]
fn the_name_of_a_database_tells_its_process_and_no_other_name_does() {
    let name = new_name();
    assert!(name.len() < 64, "the server cuts longer ones off: {name}");
    assert_eq!(maker_of(&name), Some(std::process::id()));
    assert_eq!(maker_of(&format!("{TEMPLATE_PREFIX}42")), Some(42));
    for name in ["postgres", "tradepost", "tradepost_test_", "tradepost_test_h5x", "tradepost_chaos_42_7"] {
        assert_eq!(maker_of(name), None, "{name}");
    }
}

async fn fill(url: &str, folder: &Path) {
    let database =
        TestDatabase { folder: TempDir::new_in(folder).unwrap(), url: url.to_owned(), server: None };
    let app = App::open(super::config_for(&database, "http://127.0.0.1:1", |_| {})).await.unwrap();
    super::furnish(&app).await;
    if app.db.is_embedded() {
        // One file is copied: nothing may be left in the journal.
        app.db.writer().execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    }
    app.db.close().await.unwrap();
}

async fn run(server: &str, sql: &str) {
    let connection: DatabaseConnection = Database::connect(server).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.unwrap();
}

/// The same server's address with another database.
fn url_on(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(&format!("/{name}"));
    url.to_string()
}
