//! A shop for one test: a copy of a migrated template, a server on a free port, factories, a client.

pub mod amount;
mod database;
pub mod discount;
mod factory;
pub mod log;
pub mod mail;
pub mod market;
pub mod picture;
pub mod skip;

use std::net::TcpListener;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::clock::Clock;
use tradepost::config::Config;
use tradepost::http;
use tradepost::money::Currency;
use tradepost::shipping::{self, NewMethod, NewRegion, NewZone};

pub use database::TestDatabase;
pub use factory::{ProductSpec, ReadyCart, VariantSpec, refusals};

/// The server's secret in all tests.
const SECRET_KEY: &str = "a secret of the tests, long enough to be one";

/// A running shop.
pub struct TestShop {
    pub app: App,
    pub url: String,
    pub client: reqwest::Client,
    server: actix_web::dev::ServerHandle,
    // Dropped last: the folder and the database go when the test is over.
    _database: TestDatabase,
}

impl TestShop {
    /// A shop with delivery zones and no products, under the demo flag.
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        if std::env::var_os("RUST_LOG").is_some() {
            log::install();
        }
        Self::serve(TestDatabase::create().await, change).await
    }

    /// A shop whose clock stands still until a test moves it.
    pub async fn open_at(time: DateTime<Utc>) -> Self {
        Self::serve_by(Clock::set_to(time), TestDatabase::create().await, |_| {}).await
    }

    /// The same with other settings.
    pub async fn open_at_with(time: DateTime<Utc>, change: impl FnOnce(&mut Config)) -> Self {
        Self::serve_by(Clock::set_to(time), TestDatabase::create().await, change).await
    }

    /// A shop on a database that is at hand.
    pub async fn serve(database: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        Self::serve_by(Clock::System, database, change).await
    }

    async fn serve_by(clock: Clock, database: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let config = config_for(&database, &format!("http://{addr}"), change);
        let mut app = App::open(config).await.unwrap();
        app.clock = clock;
        let server = http::start(app.clone(), listener).unwrap();
        Self {
            app,
            url: format!("http://{addr}"),
            client: client(),
            server: server.handle,
            _database: database,
        }
    }

    /// Another process on the same database: the same shop without a server.
    pub async fn second_node(&self) -> App {
        App::open(self.app.config.as_ref().clone()).await.unwrap()
    }

    /// Sends an operation and returns the whole answer.
    pub async fn send(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let response = self
            .client
            .post(format!("{}/api/2026-04/graphql.json", self.url))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "GraphQL answers come with status 200");
        response.json().await.unwrap()
    }

    /// Sends an operation that must succeed and returns its data.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.send(query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }

    /// Sends an operation that must fail as a whole and returns the code of its first error.
    pub async fn error_code(&self, query: &str, variables: Value) -> String {
        let answer = self.send(query, variables).await;
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        code.unwrap_or_else(|| panic!("no error: {answer:#}")).to_owned()
    }

    /// How many statements an operation takes. It is sent once before, so that caches are warm, and the least of three
    /// counts: what is remembered for some seconds only may end between two.
    pub async fn statements_of(&self, query: &str, variables: Value) -> u64 {
        self.ask(query, variables.clone()).await;
        let mut least = u64::MAX;
        for _ in 0..3 {
            least = least.min(self.statements_of_first(query, variables.clone()).await);
        }
        least
    }

    /// How many statements an operation takes that can be sent only once.
    pub async fn statements_of_first(&self, query: &str, variables: Value) -> u64 {
        let before = self.app.db.statement_count();
        self.ask(query, variables).await;
        self.app.db.statement_count() - before
    }
}

impl Drop for TestShop {
    fn drop(&mut self) {
        // Told, not awaited: the test is over.
        drop(self.server.stop(false));
    }
}

/// A client that does not read the machine's hundreds of certificates first: the shops of the tests speak no TLS.
fn client() -> reqwest::Client {
    reqwest::Client::builder().tls_certs_only([]).build().unwrap()
}

pub fn config_for(database: &TestDatabase, public_url: &str, change: impl FnOnce(&mut Config)) -> Config {
    let data_dir = database.folder().to_string_lossy().into_owned();
    let url = database.url().to_owned();
    let public_url = public_url.to_owned();
    let mut config = Config::from_variables(&move |name| match name {
        "DATA_DIR" => Some(data_dir.clone()),
        "DATABASE_URL" => Some(url.clone()),
        "DATABASE_MAX_CONNECTIONS" => Some("8".to_owned()),
        "SECRET_KEY" => Some(SECRET_KEY.to_owned()),
        "PUBLIC_URL" => Some(public_url.clone()),
        "HTTP_WORKERS" => Some("2".to_owned()),
        "RUN_JOBS" => Some("off".to_owned()),
        _ => None,
    })
    .unwrap();
    config.demo = true;
    config.follows_search = false;
    change(&mut config);
    config
}

/// Lays what every test's shop has.
async fn furnish(app: &App) {
    app.db.migrate().await.unwrap();
    tradepost::store::save_shop(app, &tradepost::store::NewShop::default()).await.unwrap();
    let currency = Currency::find("EUR").unwrap();
    let method = |handle: &str, rate_minor, free_from_minor| NewMethod {
        free_from_minor,
        ..NewMethod::flat(handle, handle, currency, rate_minor)
    };
    let zone = |name: &str, country: &str, methods| NewZone {
        name: name.to_owned(),
        regions: vec![NewRegion::country(country)],
        methods,
    };
    let zones = vec![
        zone("Home", "DE", vec![method("express", 990, None), method("standard", 490, Some(10_000))]),
        zone("Overseas", "US", vec![method("air", 2500, None)]),
    ];
    shipping::replace_delivery_zones(app, &Actor::System, zones).await.unwrap();
}

/// Runs the same thing many times at once and returns what came of each.
pub async fn at_once<T, F>(count: usize, run: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(tokio::sync::Barrier::new(count));
    let tasks: Vec<_> = (0..count)
        .map(|index| {
            let start = Arc::clone(&start);
            let work = run(index);
            tokio::spawn(async move {
                start.wait().await;
                work.await
            })
        })
        .collect();
    let mut outcomes = Vec::with_capacity(count);
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}
