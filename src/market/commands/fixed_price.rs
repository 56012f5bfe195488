//! Setting the prices that a price list has of its own.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, ProductId, VariantId};
use entity::{price, price_list, product, variant};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::lock_in;
use super::price_list::list_of_market_in;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{NewEvent, record, record_one};
use crate::market::error::{MarketError, MarketErrorCode, check_scope};
use crate::money::{MAX_MINOR, Money};

/// Prices, or rules, that are saved at once at most.
pub(super) const MAX_ROWS: usize = 5_000;
/// The largest quantity from which a price may hold.
const MAX_MIN_QUANTITY: i32 = 100_000;
/// Rows of one statement: SQLite takes 32,766 values.
pub(super) const ROWS_PER_STATEMENT: usize = 1_000;

/// A price of a list's own.
#[derive(Clone, Copy, Debug)]
pub struct FixedPrice {
    /// Of which variant.
    pub variant_id: VariantId,
    /// From how many units on.
    pub min_quantity: i32,
    /// What one unit costs.
    pub amount: Money,
    /// What it is compared with while on sale.
    pub compare_at: Option<Money>,
    /// From when on it holds; `None` for since ever.
    pub valid_from: Option<DateTime<Utc>>,
    /// Until when it holds.
    pub valid_to: Option<DateTime<Utc>>,
}

impl FixedPrice {
    /// What one unit costs from the first on, since ever and for good.
    #[must_use]
    pub fn of(variant_id: VariantId, amount: Money) -> Self {
        Self { variant_id, min_quantity: 1, amount, compare_at: None, valid_from: None, valid_to: None }
    }

    fn from(&self) -> DateTime<Utc> {
        self.valid_from.unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// Sets prices of a list; those with the same variant, quantity and beginning are replaced, others stay.
///
/// Locks the products.
///
/// # Errors
/// [`MarketError`] for an unknown list, amounts in another currency than its own, unknown variants, and numbers or times
/// that make no sense.
pub async fn save_fixed_prices(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    prices: &[FixedPrice],
) -> Result<(), MarketError> {
    check_scope(actor)?;
    check(prices)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let list = list_of_market_in(&tx, list).await?;
            check_currency(&list, prices)?;
            let ids: HashSet<VariantId> = prices.iter().map(|price| price.variant_id).collect();
            let products = lock_products_in(&tx, ids).await?;
            for prices in prices.chunks(ROWS_PER_STATEMENT) {
                let rows = prices.iter().map(|price| row_of(&list, price));
                price::Entity::insert_many(rows).on_conflict(replacing()).exec_without_returning(&tx).await?;
            }
            record_prices_in(&tx, now, list.id, &products).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// Deletes all prices that a list has of its own for variants; they cost again what the rest of the chain says.
///
/// Locks the products.
///
/// # Errors
/// [`MarketError`] for an unknown list and unknown variants.
pub async fn delete_fixed_prices(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    variants: &[VariantId],
) -> Result<(), MarketError> {
    check_scope(actor)?;
    check_count(variants.len())?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let list = list_of_market_in(&tx, list).await?;
            let products = lock_products_in(&tx, variants.iter().copied().collect()).await?;
            for variants in variants.chunks(ROWS_PER_STATEMENT) {
                price::Entity::delete_many()
                    .filter(price::Column::PriceListId.eq(list.id))
                    .filter(price::Column::VariantId.is_in(variants.iter().copied()))
                    .exec(&tx)
                    .await?;
            }
            record_prices_in(&tx, now, list.id, &products).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

pub(super) fn check_count(count: usize) -> Result<(), MarketError> {
    if (1..=MAX_ROWS).contains(&count) {
        return Ok(());
    }
    let message = format!("From 1 to {MAX_ROWS} can be given at once");
    Err(MarketError::refused(MarketErrorCode::TooMany, "prices", message))
}

fn check(prices: &[FixedPrice]) -> Result<(), MarketError> {
    check_count(prices.len())?;
    let mut seen = HashSet::new();
    for price in prices {
        let in_range = |money: Money| (0..=MAX_MINOR).contains(&money.minor);
        if !in_range(price.amount) || !price.compare_at.is_none_or(in_range) {
            let message = "A price lies between nothing and what can be counted with";
            return Err(MarketError::refused(MarketErrorCode::OutOfRange, "amount", message));
        }
        if !(1..=MAX_MIN_QUANTITY).contains(&price.min_quantity) {
            let message = format!("A price holds from 1 to {MAX_MIN_QUANTITY} units on");
            return Err(MarketError::refused(MarketErrorCode::OutOfRange, "minQuantity", message));
        }
        if price.valid_to.is_some_and(|end| end <= price.from()) {
            let message = "The price would end before it begins";
            return Err(MarketError::refused(MarketErrorCode::WindowBackwards, "validTo", message));
        }
        if !seen.insert((price.variant_id, price.min_quantity, price.from())) {
            let message = format!("Variant {} has two prices for the same quantity", price.variant_id);
            return Err(MarketError::refused(MarketErrorCode::Duplicate, "prices", message));
        }
    }
    Ok(())
}

fn check_currency(list: &price_list::Model, prices: &[FixedPrice]) -> Result<(), MarketError> {
    let amounts = prices.iter().flat_map(|price| [Some(price.amount), price.compare_at]).flatten();
    if amounts.into_iter().all(|money| money.currency.code() == list.currency) {
        return Ok(());
    }
    let message = format!("The prices of this list are in {}", list.currency);
    Err(MarketError::refused(MarketErrorCode::CurrencyMismatch, "amount", message))
}

/// Locks the products of variants in the order of their keys; each variant must be there.
pub(super) async fn lock_products_in(
    tx: &Tx,
    variants: HashSet<VariantId>,
) -> Result<Vec<ProductId>, MarketError> {
    use sea_orm::ConnectionTrait;
    let mut products: HashSet<ProductId> = HashSet::new();
    let mut found: HashSet<VariantId> = HashSet::new();
    let wanted: Vec<VariantId> = variants.iter().copied().collect();
    for ids in wanted.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(VariantId, ProductId)> = variant::Entity::find()
            .select_only()
            .columns([variant::Column::Id, variant::Column::ProductId])
            .filter(variant::Column::Id.is_in(ids.iter().copied()))
            .filter(variant::Column::DeletedAt.is_null())
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(rows.iter().map(|(variant, _)| *variant));
        products.extend(rows.iter().map(|(_, product)| *product));
    }
    if let Some(unknown) = variants.difference(&found).min() {
        let message = format!("Variant {unknown} does not exist");
        return Err(MarketError::refused(MarketErrorCode::UnknownVariant, "variantId", message));
    }
    let mut products: Vec<ProductId> = products.into_iter().collect();
    products.sort_unstable();
    if tx.get_database_backend() == DbBackend::Postgres {
        for ids in products.chunks(ROWS_PER_STATEMENT) {
            product::Entity::find()
                .select_only()
                .column(product::Column::Id)
                .filter(product::Column::Id.is_in(ids.iter().copied()))
                .order_by_asc(product::Column::Id)
                .lock_exclusive()
                .into_tuple::<ProductId>()
                .all(tx)
                .await?;
        }
    }
    Ok(products)
}

/// What is remembered of the products is old: their prices are part of it.
pub(super) async fn record_prices_in(
    tx: &Tx,
    now: DateTime<Utc>,
    list: PriceListId,
    products: &[ProductId],
) -> Result<(), Fault> {
    record_one(tx, now, "price_list", "price_list.prices_changed", list).await?;
    let events = products.iter().map(|id| NewEvent { entity_id: id.0, payload: json!({}) });
    record(tx, now, "product", "product.prices_changed", events.collect()).await?;
    Ok(())
}

fn row_of(list: &price_list::Model, price: &FixedPrice) -> price::ActiveModel {
    price::ActiveModel {
        variant_id: Set(price.variant_id),
        price_list_id: Set(list.id),
        currency: Set(list.currency.clone()),
        min_quantity: Set(price.min_quantity),
        valid_from: Set(price.from()),
        valid_to: Set(price.valid_to),
        amount_minor: Set(price.amount.minor),
        compare_at_minor: Set(price.compare_at.map(|money| money.minor)),
    }
}

fn replacing() -> OnConflict {
    OnConflict::columns([
        price::Column::VariantId,
        price::Column::PriceListId,
        price::Column::Currency,
        price::Column::MinQuantity,
        price::Column::ValidFrom,
    ])
    .update_columns([price::Column::ValidTo, price::Column::AmountMinor, price::Column::CompareAtMinor])
    .to_owned()
}
