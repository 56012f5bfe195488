//! The shop that every case begins with: laid once, copied for each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use entity::access_token::AccessTokenKind;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::config::Config;
use tradepost::discount::{self, NewDiscount};
use tradepost::gift_card::{self, NewGiftCard};
use tradepost::import::{ImportOptions, import_products};
use tradepost::money::{Currency, Money};
use tradepost::pricing::engine::{
    CombinesWith, DiscountClass, DiscountMethod, Effect, ForCustomers, Requirement, Spread, Targets, Value,
};
use tradepost::shipping::{self, NewMethod, NewRegion, NewZone};
use tradepost::store::{self, NewShop};

use super::server::SECRET_KEY;

/// Before the number of the process that made a database.
const PREFIX: &str = "tradepost_chaos_";
/// What staff may do in the cases.
const SCOPES: [&str; 4] = ["read_orders", "write_orders", "read_customers", "read_products"];
/// Products of 100 units each, one for each seed.
pub const SEEDS: usize = 20;
/// Half price, for one order in all.
pub const ONE_USE: &str = "ONEUSE";
/// Half price, once for each buyer.
pub const ONCE_EACH: &str = "ONCEEACH";
/// Five euros off, for everybody.
pub const FIVE: &str = "FIVEOFF";

/// What is in the shop.
#[derive(Clone, Debug)]
pub struct Goods {
    variants: BTreeMap<String, Variant>,
    /// A gift card of 100 euros.
    pub card: String,
    /// What staff show.
    pub admin_token: String,
}

#[derive(Clone, Debug)]
struct Variant {
    id: String,
    item: i64,
}

impl Goods {
    /// Lines of these products, one unit of each.
    pub fn lines(&self, handles: &[&str]) -> serde_json::Value {
        let lines = handles
            .iter()
            .map(|handle| serde_json::json!({ "merchandiseId": self.variants[*handle].id, "quantity": 1 }));
        lines.collect()
    }

    /// The key of a product's stock.
    pub fn item(&self, handle: &str) -> i64 {
        self.variants[handle].item
    }
}

/// The shop as it is laid.
pub struct Ground {
    folder: PathBuf,
    /// The PostgreSQL server; none for SQLite.
    server: Option<String>,
    pub goods: Goods,
    places: AtomicU32,
}

/// A copy of it, which goes when it is dropped.
pub struct Place {
    pub folder: PathBuf,
    pub database: String,
    dropped: Option<(String, String)>,
}

impl Ground {
    /// Lays the shop, on a PostgreSQL server or in a file.
    pub async fn lay(folder: &Path, server: Option<String>) -> Self {
        let template = folder.join("template");
        std::fs::create_dir_all(&template).unwrap();
        let url = match &server {
            Some(server) => {
                drop_orphans(server).await;
                run(server, &format!("CREATE DATABASE {}", name(0))).await;
                url_on(server, &name(0))
            }
            None => {
                let file = template.join("tradepost.db");
                let _ = std::fs::remove_file(&file);
                format!("sqlite:{}", file.display())
            }
        };
        let goods = Box::pin(fill(&template, &url)).await;
        Self { folder: folder.to_owned(), server, goods, places: AtomicU32::new(0) }
    }

    pub fn database_name(&self) -> &'static str {
        if self.server.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub fn is_postgres(&self) -> bool {
        self.server.is_some()
    }

    /// A copy.
    pub async fn copy(&self, what: &str) -> Place {
        let number = self.places.fetch_add(1, Ordering::Relaxed) + 1;
        let folder = self.folder.join(format!("{number:02}-{what}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let Some(server) = &self.server else {
            let file = folder.join("tradepost.db");
            std::fs::copy(self.folder.join("template/tradepost.db"), &file).unwrap();
            return Place { folder, database: format!("sqlite:{}", file.display()), dropped: None };
        };
        let own = name(number);
        run(server, &format!("CREATE DATABASE {own} TEMPLATE {}", name(0))).await;
        Place { folder, database: url_on(server, &own), dropped: Some((server.clone(), own)) }
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            drop_database(server, &name(0));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.dropped {
            drop_database(server, name);
        }
    }
}

fn name(number: u32) -> String {
    format!("{PREFIX}{}_{number}", std::process::id())
}

/// On a thread of its own: what is dropped may be dropped within a runtime.
fn drop_database(server: &str, name: &str) {
    let (server, sql) = (server.to_owned(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    let dropping = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(&server, &sql));
    });
    let _ = dropping.join();
}

async fn run(server: &str, sql: &str) {
    let connection = Database::connect(server).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.unwrap();
}

/// Drops the databases of processes that are no more.
async fn drop_orphans(server: &str) {
    let connection = Database::connect(server).await.unwrap();
    let all = Statement::from_string(DbBackend::Postgres, "SELECT datname::text FROM pg_database");
    for row in connection.query_all_raw(all).await.unwrap() {
        let name: String = row.try_get_by_index(0).unwrap();
        let process = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next());
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // Another run may be faster: then there is nothing left to drop.
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            let _ = connection.execute_unprepared(&sql).await;
        }
    }
    connection.close().await.unwrap();
}

/// The same server's address with another database.
fn url_on(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(&format!("/{name}"));
    url.to_string()
}

fn euro() -> Currency {
    Currency::find("EUR").unwrap()
}

/// Lays the shop in an empty database.
async fn fill(folder: &Path, url: &str) -> Goods {
    let (folder, url) = (folder.display().to_string(), url.to_owned());
    let config = Config::from_variables(&|name| match name {
        "DATA_DIR" => Some(folder.clone()),
        "DATABASE_URL" => Some(url.clone()),
        "SECRET_KEY" => Some(SECRET_KEY.to_owned()),
        _ => None,
    });
    let app = App::open(config.unwrap()).await.unwrap();
    app.db.migrate().await.unwrap();
    store::save_shop(&app, &NewShop::default()).await.unwrap();
    deliver(&app).await;
    import(&app).await;
    discounts(&app).await;
    let new = NewGiftCard { code: None, amount: Money::new(10_000, euro()), expires_on: None };
    let card = gift_card::issue(&app, &Actor::System, &new).await.unwrap().code;
    let scopes: Vec<String> = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
    let admin_token =
        store::create_access_token(&app, AccessTokenKind::Admin, "chaos", &scopes).await.unwrap();
    let goods = Goods { variants: variants(&app).await, card, admin_token };
    app.db.refresh_statistics().await.unwrap();
    if app.db.is_embedded() {
        // One file is copied: nothing may be left in the journal.
        app.db.writer().execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    }
    app.db.close().await.unwrap();
    goods
}

/// Two ways to be sent something, so that there is something to choose.
async fn deliver(app: &App) {
    let method = |handle: &str, minor| NewMethod::flat(handle, handle, euro(), minor);
    let zone = |name: &str, country: &str, methods| NewZone {
        name: name.to_owned(),
        regions: vec![NewRegion::country(country)],
        methods,
    };
    let zones = vec![
        zone("Home", "DE", vec![method("standard", 490), method("express", 990)]),
        zone("Overseas", "US", vec![method("air", 2_500)]),
    ];
    shipping::replace_delivery_zones(app, &Actor::System, zones).await.unwrap();
}

async fn import(app: &App) {
    let mut file = String::from(
        "Handle,Title,Published,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
         Variant Price,Variant Requires Shipping\n",
    );
    let mut add = |handle: &str, stock: u32, price: &str, is_sent: bool| {
        file.push_str(&format!("{handle},{handle},true,shopify,{stock},deny,{price},{is_sent}\n"));
    };
    for seed in 0..SEEDS {
        add(&format!("last-{seed}"), 100, "12.50", true);
    }
    add("ten-units", 10, "12.50", true);
    for (handle, price) in [("mug", "12.50"), ("pin", "3.33"), ("a", "7.10"), ("b", "9.99")] {
        add(handle, 1_000_000, price, true);
    }
    for (handle, price) in [("ten-euro", "10.00"), ("thirty-euro", "30.00"), ("hundred-euro", "100.00")] {
        add(handle, 1_000_000, price, false);
    }
    let source = std::io::Cursor::new(file.into_bytes());
    let report =
        import_products(app, &Actor::System, source, ImportOptions::default(), &|_| {}).await.unwrap();
    assert!(report.errors.is_empty(), "{:?}", report.errors);
}

async fn discounts(app: &App) {
    let new = |code: &str, value, usage_limit, once_per_customer| NewDiscount {
        title: code.to_owned(),
        method: DiscountMethod::Code,
        codes: vec![code.to_owned()],
        class: DiscountClass::Order,
        effect: Effect::Basic { value, spread: Spread::Across, targets: Targets::All },
        currency: euro(),
        requirement: Requirement::None,
        combines_with: CombinesWith::default(),
        customers: ForCustomers::All,
        markets: None,
        starts_at: chrono::DateTime::UNIX_EPOCH,
        ends_at: None,
        usage_limit,
        once_per_customer,
    };
    for discount in [
        new(ONE_USE, Value::Percentage(5_000), Some(1), false),
        new(ONCE_EACH, Value::Percentage(5_000), None, true),
        new(FIVE, Value::Amount(500), None, false),
    ] {
        discount::create(app, &Actor::System, &discount).await.unwrap();
    }
}

async fn variants(app: &App) -> BTreeMap<String, Variant> {
    let sql = "SELECT p.handle, v.id, v.inventory_item_id FROM product p JOIN variant v ON v.product_id = p.id \
        WHERE v.deleted_at IS NULL";
    let rows = app.db.writer().query_all_raw(Statement::from_string(app.db.backend(), sql)).await.unwrap();
    let read = |row: &sea_orm::QueryResult| {
        let id: i64 = row.try_get_by_index(1).unwrap();
        let item: i64 = row.try_get_by_index(2).unwrap();
        let handle: String = row.try_get_by_index(0).unwrap();
        (handle, Variant { id: format!("gid://shopify/ProductVariant/{id}"), item })
    };
    rows.iter().map(read).collect()
}
