//! The import: read, compare, fetch pictures, write, batch by batch.

use std::collections::HashMap;
use std::io::Read;

use entity::id::ProductId;
use entity::product;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};
use tokio::sync::mpsc;

use super::assemble::Rules;
use super::cell::quoted;
use super::draft::ProductDraft;
use super::error::{ImportError, RowError, RowErrors};
use super::group::{Parsed, Products};
use super::image::{ImageFolder, Picture};
use super::write::{Batch, Ready, Written, digests_by_handles, write_batch};
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::money::Currency;
use crate::store;

/// The scope that an actor needs.
const SCOPE: &str = "write_products";
/// Products written together at most.
const BATCH_PRODUCTS: usize = 100;
/// The weight from which a batch is written before it has as many products; see [`ProductDraft::weight`].
const BATCH_WEIGHT: usize = 2_000;
/// Products that are read ahead of the writer.
const READ_AHEAD: usize = 32;

/// How a file is imported.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Checks everything and writes nothing.
    pub dry_run: bool,
    /// Where the pictures are that the file names by a path.
    pub images: ImageFolder,
    /// #RRGGBB by lower-case name, for the values of options named color or colour.
    pub swatches: HashMap<String, String>,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that were read.
    pub bytes: u64,
    /// Products that were taken.
    pub products: u64,
    /// Products, and rows of none, that were refused.
    pub failed: u64,
}

/// What came of an import, or would come of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Products that did not exist.
    pub created: u64,
    /// Products that the file changed.
    pub updated: u64,
    /// Products that are as the file has them.
    pub unchanged: u64,
    /// Products, and rows of none, that were refused.
    pub failed: u64,
    /// Variants of all products that were taken.
    pub variants: u64,
    /// What is wrong with the file, in the order of its lines: the first thousand.
    pub errors: Vec<RowError>,
    /// How many errors there were, with those not kept.
    pub error_count: u64,
}

impl ImportReport {
    /// Products that were taken.
    #[must_use]
    pub fn products(&self) -> u64 {
        self.created + self.updated + self.unchanged
    }
}

/// Imports the products of a file in the form of the Shopify product export.
///
/// The file is read as a stream, some thousand rows ahead at most. Products are written in batches; a product with a
/// row that is wrong is refused as a whole, the others are taken. A product that is stored as the file has it is left
/// alone; one that differs is changed in place, matched by handle, its variants by their option values.
///
/// # Errors
/// [`ImportError`] when the actor may not, when the file cannot be read as such, and the database's own. What was
/// written before stays, and a second run goes on from there.
pub async fn import_products(
    app: &App,
    actor: &Actor,
    source: impl Read + Send + 'static,
    options: ImportOptions,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<ImportReport, ImportError> {
    if !actor.has_scope(SCOPE) {
        return Err(ImportError::AccessDenied);
    }
    let shop = store::get_shop(app.db.writer()).await?;
    let currency = Currency::find(&shop.currency)
        .ok_or_else(|| Fault::new(format!("the shop's currency is unknown: {}", shop.currency)))?;
    let rules = Rules { currency, swatches: options.swatches };
    let (sender, mut receiver) = mpsc::channel(READ_AHEAD);
    let reader = tokio::task::spawn_blocking(move || read_products(source, rules, &sender));
    let mut import = Import {
        app,
        actor,
        currency,
        country: shop.country,
        dry_run: options.dry_run,
        images: options.images,
        report: ImportReport::default(),
        errors: RowErrors::default(),
    };
    while let Some((batch, bytes)) = import.next_batch(&mut receiver).await {
        import.take(batch).await?;
        progress(Progress { bytes, products: import.report.products(), failed: import.report.failed });
    }
    reader.await.map_err(Fault::new)??;
    let report = import.finish();
    if report.created + report.updated > 0 && !options.dry_run {
        app.db.refresh_statistics().await.map_err(Fault::from)?;
    }
    Ok(report)
}

/// A product or a refusal, and how many bytes were read then.
type Item = (Parsed, u64);

/// Reads the file into the channel; stops when nobody listens any more.
fn read_products(source: impl Read, rules: Rules, sender: &mpsc::Sender<Item>) -> Result<(), ImportError> {
    let mut products = Products::open(source, rules)?;
    while let Some(parsed) = products.next()? {
        if sender.blocking_send((parsed, products.bytes())).is_err() {
            break;
        }
    }
    Ok(())
}

struct Import<'a> {
    app: &'a App,
    actor: &'a Actor,
    currency: Currency,
    country: String,
    dry_run: bool,
    images: ImageFolder,
    report: ImportReport,
    errors: RowErrors,
}

impl Import<'_> {
    /// The next products that were read without an error; refusals are counted.
    async fn next_batch(&mut self, receiver: &mut mpsc::Receiver<Item>) -> Option<(Vec<ProductDraft>, u64)> {
        let mut batch = Vec::new();
        let mut weight = 0;
        let mut read = None;
        while batch.len() < BATCH_PRODUCTS && weight < BATCH_WEIGHT {
            let Some((parsed, bytes)) = receiver.recv().await else { break };
            read = Some(bytes);
            match parsed {
                Parsed::Product(draft) => {
                    weight += draft.weight();
                    batch.push(*draft);
                }
                Parsed::Refused(errors) => self.refuse(errors),
            }
        }
        read.map(|bytes| (batch, bytes))
    }

    async fn take(&mut self, batch: Vec<ProductDraft>) -> Result<(), ImportError> {
        let handles: Vec<&str> = batch.iter().map(|draft| draft.handle.as_str()).collect();
        let stored = digests_by_handles(self.app.db.writer(), &handles).await?;
        let mut written = Written::default();
        let mut changed = Vec::new();
        for draft in batch {
            let digest = draft.digest(self.currency.code()).map_err(Fault::from)?;
            let variants = u64::try_from(draft.variants.len()).unwrap_or(u64::MAX);
            let known = stored.get(&draft.handle);
            if known.is_some_and(|known| known.as_ref() == Some(&digest)) {
                written.unchanged += 1;
            } else if let Some(pictures) = self.fetch_pictures(&draft).await? {
                match known {
                    Some(_) => written.updated += 1,
                    None => written.created += 1,
                }
                changed.push(Ready { draft, digest, pictures });
            } else {
                continue;
            }
            self.report.variants += variants;
        }
        if !self.dry_run && !changed.is_empty() {
            let batch = Batch {
                products: &changed,
                actor: self.actor,
                currency: self.currency,
                country: &self.country,
            };
            let unchanged = written.unchanged;
            // Another import may have been at work in between: what was written is what counts.
            written = write_batch(self.app, &batch).await?;
            written.unchanged += unchanged;
        }
        self.report.created += written.created;
        self.report.updated += written.updated;
        self.report.unchanged += written.unchanged;
        Ok(())
    }

    /// The pictures of a product, or nothing when one of them is refused, and with it the product.
    async fn fetch_pictures(&mut self, draft: &ProductDraft) -> Result<Option<Vec<Picture>>, ImportError> {
        let store = (!self.dry_run).then_some(&self.app.media);
        let mut pictures = Vec::with_capacity(draft.images.len());
        let mut errors = RowErrors::default();
        for image in &draft.images {
            match self.images.fetch(&image.source, store).await.map_err(Fault::from)? {
                Ok(picture) => pictures.push(picture),
                Err((code, words)) => {
                    errors.push(image.error(code, format!("{} {words}", quoted(&image.source))))
                }
            }
        }
        if errors.is_empty() {
            return Ok(Some(pictures));
        }
        self.refuse(errors);
        Ok(None)
    }

    fn refuse(&mut self, errors: RowErrors) {
        self.report.failed += 1;
        self.errors.append(errors);
    }

    fn finish(self) -> ImportReport {
        let (errors, error_count) = self.errors.into_parts();
        ImportReport { errors, error_count, ..self.report }
    }
}

/// Whether there is any product, of whatever status.
///
/// # Errors
/// The database's own.
pub async fn has_products<C: ConnectionTrait>(db: &C) -> Result<bool, Fault> {
    let first = product::Entity::find().select_only().column(product::Column::Id).into_tuple::<ProductId>();
    Ok(first.one(db).await?.is_some())
}
