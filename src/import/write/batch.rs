//! One batch, in one transaction.

use chrono::{DateTime, Utc};
use entity::id::ProductId;
use serde_json::json;

use super::super::draft::ProductDraft;
use super::super::error::ImportError;
use super::super::image::Picture;
use super::{media, option, product, stock, variant};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event::{self, NewEvent};
use crate::inventory;
use crate::money::Currency;

/// A product that can be written as it is.
#[derive(Debug)]
pub(in super::super) struct Ready {
    pub(in super::super) draft: ProductDraft,
    /// The draft's digest.
    pub(in super::super) digest: String,
    /// One for each of the draft's images.
    pub(in super::super) pictures: Vec<Picture>,
}

/// Products that are written together.
#[derive(Debug)]
pub(in super::super) struct Batch<'a> {
    pub(in super::super) products: &'a [Ready],
    /// Who brings them.
    pub(in super::super) actor: &'a Actor,
    /// Of all amounts.
    pub(in super::super) currency: Currency,
    /// Where the shop's own location is, should it have none yet.
    pub(in super::super) country: &'a str,
}

/// What became of the products of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Written {
    pub(in super::super) created: u64,
    pub(in super::super) updated: u64,
    pub(in super::super) unchanged: u64,
}

/// A product that is being written.
pub(super) struct Target<'a> {
    pub(super) id: ProductId,
    pub(super) is_new: bool,
    pub(super) version: i64,
    pub(super) ready: &'a Ready,
}

/// Writes a batch. Products whose digest is stored already are left alone.
///
/// Locks the products that exist, in the order of their keys, then the levels of their items.
///
/// # Errors
/// The database's own, and [`ImportError::Raced`] when another import makes the same products again and again.
pub(in super::super) async fn write_batch(app: &App, batch: &Batch<'_>) -> Result<Written, ImportError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let mut known = product::lock_products(&tx, batch.products).await?;
            let mut changed = Vec::new();
            for ready in batch.products {
                match known.remove(&ready.draft.handle) {
                    Some(known) if known.import_digest.as_ref() == Some(&ready.digest) => {}
                    known => changed.push((ready, known)),
                }
            }
            let targets = product::save_products(&tx, now, changed).await?;
            if !targets.is_empty() {
                save_parts(&tx, now, batch, &targets).await?;
                tx.commit().await?;
            }
            let count = |of: usize| u64::try_from(of).unwrap_or(u64::MAX);
            let created = targets.iter().filter(|target| target.is_new).count();
            Ok(Written {
                created: count(created),
                updated: count(targets.len() - created),
                unchanged: count(batch.products.len() - targets.len()),
            })
        })
        .await
}

async fn save_parts(
    tx: &Tx,
    now: DateTime<Utc>,
    batch: &Batch<'_>,
    targets: &[Target<'_>],
) -> Result<(), ImportError> {
    product::save_tags(tx, targets).await?;
    let pictures = media::save_pictures(tx, now, targets).await?;
    let options = option::save_options(tx, targets).await?;
    let variants = variant::save_variants(tx, now, batch.currency, targets, &pictures, &options).await?;
    variant::save_prices(tx, now, batch.actor, batch.currency, &variants.kept).await?;
    variant::save_measures(tx, &variants.kept).await?;
    let location = inventory::ensure_default_location(tx, now, batch.country).await?;
    stock::save_stock(tx, now, location, &variants).await?;
    for (kind, is_new) in [("product.created", true), ("product.updated", false)] {
        let events = targets
            .iter()
            .filter(|target| target.is_new == is_new)
            .map(|target| NewEvent { entity_id: target.id.0, payload: json!({ "version": target.version }) });
        event::record(tx, now, "product", kind, events.collect()).await?;
    }
    Ok(())
}

/// The keys of the products that existed before.
pub(super) fn existing_ids(targets: &[Target<'_>]) -> Vec<ProductId> {
    targets.iter().filter(|target| !target.is_new).map(|target| target.id).collect()
}
