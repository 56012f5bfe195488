//! A database for one test, copied from a migrated template.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tradepost::app::App;

/// A database that goes when it is dropped.
pub struct TestDatabase {
    folder: TempDir,
    url: String,
    /// The PostgreSQL server and the name of the database on it.
    server: Option<(String, String)>,
}

/// Before the number of the process that made it.
const TEMPLATE_PREFIX: &str = "tradepost_template_";

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
                let copy = format!("tradepost_test_{}", tradepost::secret::new_token().to_lowercase());
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
        let name = format!("tradepost_test_{}", tradepost::secret::new_token().to_lowercase());
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
            // A thread of its own: the test's runtime is on its way out.
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(run(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
            });
            let _ = dropping.join();
        }
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

/// Drops the templates that processes left behind which are no more.
async fn drop_orphans(server: &str) {
    let connection: DatabaseConnection = Database::connect(server).await.unwrap();
    let all = Statement::from_string(DbBackend::Postgres, "SELECT datname FROM pg_database");
    for row in connection.query_all_raw(all).await.unwrap() {
        let name: String = row.try_get_by_index(0).unwrap();
        let process = name.strip_prefix(TEMPLATE_PREFIX);
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // Another run may be faster: then there is nothing left to drop.
            let _ =
                connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
    connection.close().await.unwrap();
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
