//! The application: everything a command or a query needs, wired once.

mod follow;
mod jobs;

use std::sync::Arc;

use anyhow::Context;
use entity::shop;
use secrecy::SecretString;

use crate::catalog::{ProductCache, SwatchCache};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Database;
use crate::error::Fault;
use crate::inventory::StockCache;
use crate::market::SettingsCache;
use crate::media::MediaStore;
use crate::notification::Mailer;
use crate::payment::Registry;
use crate::search::Search;
use crate::secret::password::Passwords;
use crate::secret::{self, SecretKey};
use crate::shipping::provider::Carriers;
use crate::store::{ShopCache, Versioned};
use crate::translation::TranslationCache;
use crate::{discount, market, shipping, tax};

pub use follow::FOLLOW_PAUSE;
pub use jobs::job_kinds;

/// The parts of a running shop; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Database,
    /// Where the time comes from.
    pub clock: Clock,
    /// The settings.
    pub config: Arc<Config>,
    /// The server's own secret.
    pub secret_key: SecretKey,
    /// Hashes passwords, a bounded number at a time.
    pub passwords: Passwords,
    /// What sends mails, where there is a mail server.
    pub mailer: Option<Mailer>,
    /// The payment providers that are on.
    pub payments: Arc<Registry>,
    /// The carriers that can be asked.
    pub carriers: Carriers,
    /// Who says what the taxes are, where somebody is set up who does.
    pub tax_provider: Option<Arc<dyn tax::provider::TaxProvider>>,
    /// Where the bytes of pictures are.
    pub media: MediaStore,
    /// The products as this process remembers them.
    pub products: ProductCache,
    /// How option values look, as this process remembers it.
    pub swatches: SwatchCache,
    /// What is left of them.
    pub stock: StockCache,
    /// The translations as this process remembers them.
    pub translations: TranslationCache,
    /// What shoppers find.
    pub search: Arc<Search>,
    shop: ShopCache,
    markets: SettingsCache,
    discounts: Versioned<discount::Book>,
    taxes: Versioned<tax::Table>,
    delivery: Versioned<shipping::Settings>,
    follower: follow::Follower,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

impl App {
    /// Opens the database and wires the parts. Does not migrate.
    ///
    /// # Errors
    /// When the database does not open or the data folder cannot be written.
    pub async fn open(config: Config) -> Result<Self, anyhow::Error> {
        // All clients and servers of the process use it; a second application finds the first one's.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        tokio::fs::create_dir_all(&config.data_dir)
            .await
            .with_context(|| format!("DATA_DIR cannot be made: {}", config.data_dir.display()))?;
        let db = Database::connect(
            &config.database_url,
            config.database_reader_url.as_ref(),
            config.database_max_connections,
        )
        .await?;
        let secret_key = match &config.secret_key {
            Some(key) => key.clone(),
            None => generated_key(&config).await?,
        };
        Ok(Self {
            db,
            clock: Clock::default(),
            secret_key: SecretKey::new(secret_key)?,
            passwords: Passwords::default(),
            mailer: Mailer::from_config(&config)?,
            payments: Arc::new(Registry::from_config(&config)?),
            carriers: Carriers::from_config(&config)?,
            tax_provider: tax::provider::from_config(&config)?,
            media: MediaStore::from_settings(&config.media, &config.data_dir)?,
            products: ProductCache::new(config.cache_bytes),
            swatches: SwatchCache::default(),
            stock: StockCache::default(),
            translations: TranslationCache::default(),
            search: Search::new(config.data_dir.join("search")),
            shop: ShopCache::default(),
            markets: SettingsCache::default(),
            discounts: Versioned::default(),
            taxes: Versioned::default(),
            delivery: Versioned::default(),
            follower: follow::Follower::default(),
            config: Arc::new(config),
        })
    }

    /// The shop's settings, at most a second old.
    ///
    /// # Errors
    /// The database's own, and when the shop has not been set up.
    pub async fn shop(&self) -> Result<Arc<shop::Model>, Fault> {
        self.shop.get(&self.db).await
    }

    /// Drops the settings of the shop and its markets that were read: they have changed.
    pub fn forget_shop(&self) {
        self.shop.forget();
    }

    /// The shop's markets, price lists and rates, as old as [`Self::shop`] at most. A statement is run only after they
    /// changed.
    ///
    /// # Errors
    /// The database's own, and when the shop has not been set up.
    pub async fn markets(&self) -> Result<Arc<market::Settings>, Fault> {
        let shop = self.shop().await?;
        self.markets.get(&self.db, &shop).await
    }

    /// The discounts of the shop, as old as [`Self::shop`] at most.
    ///
    /// # Errors
    /// The database's own, and when the shop has not been set up.
    pub async fn discounts(&self) -> Result<Arc<discount::Book>, Fault> {
        let shop = self.shop().await?;
        self.discounts
            .get(&shop, shop.discount_version, async || discount::load_book(self.db.fresh()).await)
            .await
    }

    /// The tax rates of the shop, as old as [`Self::shop`] at most.
    ///
    /// # Errors
    /// The database's own, and when the shop has not been set up.
    pub async fn taxes(&self) -> Result<Arc<tax::Table>, Fault> {
        let shop = self.shop().await?;
        self.taxes.get(&shop, shop.tax_version, async || tax::load_table(self.db.fresh()).await).await
    }

    /// Where and how the shop delivers, as old as [`Self::shop`] at most.
    ///
    /// # Errors
    /// The database's own, and when the shop has not been set up.
    pub async fn delivery(&self) -> Result<Arc<shipping::Settings>, Fault> {
        let shop = self.shop().await?;
        self.delivery
            .get(&shop, shop.delivery_version, async || shipping::load_settings(self.db.fresh()).await)
            .await
    }

    /// The address of a picture: its own where it lies elsewhere, ours where its name is one of the media store.
    #[must_use]
    pub fn media_url(&self, name: &str) -> String {
        if name.contains("://") { name.to_owned() } else { self.config.url_of(&format!("/media/{name}")) }
    }

    /// Begins a write transaction; see [`Database::begin`].
    ///
    /// # Errors
    /// The database's own.
    pub async fn begin(&self) -> Result<crate::db::Tx, sea_orm::DbErr> {
        self.db.begin().await
    }
}

/// The key in the data folder, made on first use and readable by the owner only.
async fn generated_key(config: &Config) -> Result<SecretString, anyhow::Error> {
    let path = config.data_dir.join("secret.key");
    let unreadable = || format!("the secret key cannot be read: {}", path.display());
    match tokio::fs::read_to_string(&path).await {
        Ok(key) => return Ok(key.trim().to_owned().into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(unreadable),
    }
    let key = format!("{}{}", secret::new_token(), secret::new_token());
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    match options.open(&path).await {
        Ok(mut file) => {
            use tokio::io::AsyncWriteExt;
            file.write_all(key.as_bytes()).await?;
            file.sync_all().await?;
            Ok(key.into())
        }
        // Another process was faster: its key is the key.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let key = tokio::fs::read_to_string(&path).await.with_context(unreadable)?;
            SecretKey::new(key.trim().to_owned().into())?;
            Ok(key.trim().to_owned().into())
        }
        Err(error) => Err(error).with_context(unreadable),
    }
}
