//! The one writer of prices: every change of the table `price` goes through here, so that each is in the history.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, PricingRunId, VariantId};
use entity::price_history::PriceReason;
use entity::{price, price_history};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::lowest::{padded, products_of_in, refresh_lowest_in};
use super::tier::MAX_LINE_QUANTITY;
use super::window::{Window, first_overlap};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::Fault;
use crate::market::{MarketError, MarketErrorCode};
use crate::money::{Currency, MAX_MINOR};
use crate::store::BASE_PRICE_LIST;

/// Rows of one statement. A power of two, so that few different statements are prepared.
const ROWS: usize = 256;
/// Rows that are deleted by one statement: each is five values.
const DELETED_ROWS: usize = 128;

/// A price as it shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceChange {
    /// Of which variant.
    pub variant: VariantId,
    /// On which list; [`BASE_PRICE_LIST`] for the base price.
    pub list: PriceListId,
    /// In which currency.
    pub currency: Currency,
    /// From how many units on.
    pub min_quantity: i32,
    /// What one unit costs, in minor units; `None` takes the price away.
    pub amount_minor: Option<i64>,
    /// What it is compared with while on sale.
    pub compare_at_minor: Option<i64>,
    /// From when on it holds; the epoch for since ever. A price with the same beginning is replaced.
    pub valid_from: DateTime<Utc>,
    /// Until when it holds.
    pub valid_to: Option<DateTime<Utc>>,
}

/// Why a price is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Somebody set it.
    Set,
    /// Somebody set it for a time to come.
    Scheduled,
    /// Somebody took it away.
    Removed,
    /// A product file said so.
    Imported,
    /// A run of a pricing rule computed it.
    Rule(PricingRunId),
    /// A run of a pricing rule was undone.
    Reverted(PricingRunId),
}

impl Reason {
    fn stored(self) -> (PriceReason, Option<PricingRunId>) {
        match self {
            Self::Set => (PriceReason::Set, None),
            Self::Scheduled => (PriceReason::Scheduled, None),
            Self::Removed => (PriceReason::Removed, None),
            Self::Imported => (PriceReason::Imported, None),
            Self::Rule(run) => (PriceReason::Rule, Some(run)),
            Self::Reverted(run) => (PriceReason::Reverted, Some(run)),
        }
    }
}

/// What names a price.
type Key = (VariantId, PriceListId, &'static str, i32, DateTime<Utc>);

impl PriceChange {
    fn key(&self) -> Key {
        (self.variant, self.list, self.currency.code(), self.min_quantity, self.valid_from)
    }

    fn is_as(&self, known: Option<&price::Model>) -> bool {
        match (self.amount_minor, known) {
            (None, None) => true,
            (Some(amount), Some(known)) => {
                (amount, self.compare_at_minor, self.valid_to)
                    == (known.amount_minor, known.compare_at_minor, known.valid_to)
            }
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
}

/// Writes prices and adds what changed to the history; what is as it was leaves no trace. The lowest base prices of the
/// products, by which lists are sorted, follow. Of two changes of one price the later counts. Returns the variants with
/// another price than before.
///
/// The caller has locked the products, and records the event of their prices (`market::lock_products_in`,
/// `market::record_prices_in`). A constant number of statements for some hundred changes.
///
/// # Errors
/// [`MarketError`] for numbers and times that make no sense and for [`MarketErrorCode::OverlappingWindows`]: nothing was
/// written then.
pub async fn write_prices_in(
    tx: &Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    reason: Reason,
    changes: &[PriceChange],
) -> Result<BTreeSet<VariantId>, MarketError> {
    let wanted: BTreeMap<Key, &PriceChange> = changes.iter().map(|change| (change.key(), change)).collect();
    changes.iter().try_for_each(check)?;
    let known = known_in(tx, &wanted).await?;
    check_windows(&known, &wanted)?;
    let differs = |(key, change): &(&Key, &&PriceChange)| !change.is_as(known.get(*key));
    let differing: Vec<&PriceChange> = wanted.iter().filter(differs).map(|(_, change)| *change).collect();
    save_in(tx, differing.iter().filter(|change| change.amount_minor.is_some())).await?;
    delete_in(tx, differing.iter().filter(|change| change.amount_minor.is_none())).await?;
    note_in(tx, now, actor, reason, &differing).await?;
    let moved = lowest_moved(reason, &known, &wanted, &differing);
    if !moved.is_empty() {
        refresh_lowest_in(tx, now, &products_of_in(tx, &moved).await?).await?;
    }
    Ok(differing.iter().map(|change| change.variant).collect())
}

/// What can be said of a price without the others.
fn check(change: &PriceChange) -> Result<(), MarketError> {
    let in_range = |minor: i64| (0..=MAX_MINOR).contains(&minor);
    if !change.amount_minor.is_none_or(in_range) || !change.compare_at_minor.is_none_or(in_range) {
        let message = "A price lies between nothing and what can be counted with";
        return Err(MarketError::refused(MarketErrorCode::OutOfRange, "amount", message));
    }
    if !(1..=MAX_LINE_QUANTITY).contains(&change.min_quantity) {
        let message = format!("A price holds from 1 to {MAX_LINE_QUANTITY} units on");
        return Err(MarketError::refused(MarketErrorCode::OutOfRange, "minQuantity", message));
    }
    if change.valid_to.is_some_and(|end| end <= change.valid_from) {
        let message = "The price would end before it begins";
        return Err(MarketError::refused(MarketErrorCode::WindowBackwards, "validTo", message));
    }
    Ok(())
}

/// The prices of the variants on the lists that are meant, as they are.
async fn known_in(
    tx: &Tx,
    wanted: &BTreeMap<Key, &PriceChange>,
) -> Result<HashMap<Key, price::Model>, Fault> {
    let variants: BTreeSet<VariantId> = wanted.keys().map(|key| key.0).collect();
    let lists: BTreeSet<PriceListId> = wanted.keys().map(|key| key.1).collect();
    let variants: Vec<VariantId> = variants.into_iter().collect();
    let mut known = HashMap::new();
    for ids in padded(&variants) {
        let rows = price::Entity::find()
            .filter(price::Column::VariantId.is_in(ids))
            .filter(price::Column::PriceListId.is_in(lists.iter().copied()))
            .all(tx)
            .await?;
        known.extend(rows.into_iter().filter_map(|row| {
            let currency = Currency::find(&row.currency)?.code();
            Some(((row.variant_id, row.price_list_id, currency, row.min_quantity, row.valid_from), row))
        }));
    }
    Ok(known)
}

/// Refuses prices that overlap with each other or with what stays.
fn check_windows(
    known: &HashMap<Key, price::Model>,
    wanted: &BTreeMap<Key, &PriceChange>,
) -> Result<(), MarketError> {
    let mut kept: HashMap<(VariantId, PriceListId, &str, i32), Vec<Window>> = HashMap::new();
    for (key, row) in known.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
        let window = Window { from: row.valid_from, to: row.valid_to };
        kept.entry((key.0, key.1, key.2, key.3)).or_default().push(window);
    }
    let mut new: BTreeMap<(VariantId, PriceListId, &str, i32), Vec<Window>> = BTreeMap::new();
    for (key, change) in wanted.iter().filter(|(_, change)| change.amount_minor.is_some()) {
        let window = Window { from: change.valid_from, to: change.valid_to };
        new.entry((key.0, key.1, key.2, key.3)).or_default().push(window);
    }
    for (of, windows) in new {
        let kept = kept.get(&of).map(Vec::as_slice).unwrap_or_default();
        if let Some((one, other)) = first_overlap(kept, &windows) {
            let message = format!(
                "Variant {} has another price that begins at {} while this one holds, which begins at {}",
                of.0, other.from, one.from
            );
            return Err(MarketError::refused(MarketErrorCode::OverlappingWindows, "validFrom", message));
        }
    }
    Ok(())
}

async fn save_in<'a>(tx: &Tx, changes: impl Iterator<Item = &'a &'a PriceChange>) -> Result<(), Fault> {
    let rows = changes.filter_map(|change| {
        Some(price::ActiveModel {
            variant_id: Set(change.variant),
            price_list_id: Set(change.list),
            currency: Set(change.currency.code().to_owned()),
            min_quantity: Set(change.min_quantity),
            valid_from: Set(change.valid_from),
            valid_to: Set(change.valid_to),
            amount_minor: Set(change.amount_minor?),
            compare_at_minor: Set(change.compare_at_minor),
        })
    });
    let replacing = OnConflict::columns([
        price::Column::VariantId,
        price::Column::PriceListId,
        price::Column::Currency,
        price::Column::MinQuantity,
        price::Column::ValidFrom,
    ])
    .update_columns([price::Column::ValidTo, price::Column::AmountMinor, price::Column::CompareAtMinor])
    .to_owned();
    for rows in in_powers(rows.collect()) {
        price::Entity::insert_many(rows).on_conflict(replacing.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn delete_in<'a>(tx: &Tx, changes: impl Iterator<Item = &'a &'a PriceChange>) -> Result<(), Fault> {
    let changes: Vec<&PriceChange> = changes.copied().collect();
    for changes in changes.chunks(DELETED_ROWS) {
        let mut any = Condition::any();
        for change in changes {
            any = any.add(
                Condition::all()
                    .add(price::Column::VariantId.eq(change.variant))
                    .add(price::Column::PriceListId.eq(change.list))
                    .add(price::Column::Currency.eq(change.currency.code()))
                    .add(price::Column::MinQuantity.eq(change.min_quantity))
                    .add(price::Column::ValidFrom.eq(change.valid_from)),
            );
        }
        price::Entity::delete_many().filter(any).exec(tx).await?;
    }
    Ok(())
}

/// Adds the changes to the history.
async fn note_in(
    tx: &Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    reason: Reason,
    changes: &[&PriceChange],
) -> Result<(), Fault> {
    let (reason, run) = reason.stored();
    let who = match actor {
        Actor::Admin { token, .. } => format!("token:{token}"),
        Actor::Shopper { .. } => "shopper".to_owned(),
        Actor::System => "system".to_owned(),
    };
    let rows = changes.iter().map(|change| price_history::ActiveModel {
        id: NotSet,
        variant_id: Set(change.variant),
        price_list_id: Set(change.list),
        currency: Set(change.currency.code().to_owned()),
        min_quantity: Set(change.min_quantity),
        valid_from: Set(change.valid_from),
        valid_to: Set(change.valid_to),
        amount_minor: Set(change.amount_minor),
        compare_at_minor: Set(change.amount_minor.and(change.compare_at_minor)),
        reason: Set(reason),
        pricing_run_id: Set(run),
        actor: Set(who.clone()),
        recorded_at: Set(now),
    });
    for rows in in_powers(rows.collect()) {
        price_history::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The variants whose products may have another lowest base price. An import has written that of its file already: only
/// where a variant has further prices is it another.
fn lowest_moved(
    reason: Reason,
    known: &HashMap<Key, price::Model>,
    wanted: &BTreeMap<Key, &PriceChange>,
    differing: &[&PriceChange],
) -> Vec<VariantId> {
    if reason == Reason::Imported {
        let beside = known.keys().filter(|key| key.1 == BASE_PRICE_LIST && !wanted.contains_key(*key));
        return beside.map(|key| key.0).collect::<BTreeSet<_>>().into_iter().collect();
    }
    let of_base = differing.iter().filter(|change| change.list == BASE_PRICE_LIST);
    of_base.map(|change| change.variant).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Cuts rows into statements whose numbers of rows are powers of two, so that they are found prepared.
fn in_powers<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let length = rows.len().min(ROWS).checked_ilog2().map_or(0, |exponent| 1_usize << exponent);
        (length > 0).then(|| rows.by_ref().take(length).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_euro() -> PriceChange {
        PriceChange {
            variant: VariantId(1),
            list: BASE_PRICE_LIST,
            currency: Currency::find("EUR").unwrap(),
            min_quantity: 1,
            amount_minor: Some(100),
            compare_at_minor: None,
            valid_from: DateTime::UNIX_EPOCH,
            valid_to: None,
        }
    }

    #[test]
    fn rows_are_cut_into_few_lengths_and_none_is_lost() {
        for count in [0_usize, 1, 3, 255, 256, 300, 1_000] {
            let rows: Vec<Vec<usize>> = in_powers((0..count).collect()).collect();
            assert!(rows.iter().all(|rows| rows.len().is_power_of_two() && rows.len() <= ROWS));
            assert!(rows.concat().into_iter().eq(0..count));
        }
    }

    #[test]
    fn what_is_as_it_was_is_no_change() {
        let change = one_euro();
        let known = price::Model {
            variant_id: VariantId(1),
            price_list_id: BASE_PRICE_LIST,
            currency: "EUR".to_owned(),
            min_quantity: 1,
            valid_from: DateTime::UNIX_EPOCH,
            valid_to: None,
            amount_minor: 100,
            compare_at_minor: None,
        };
        assert!(change.is_as(Some(&known)));
        assert!(!change.is_as(None));
        assert!(!PriceChange { amount_minor: Some(101), ..change }.is_as(Some(&known)));
        assert!(!PriceChange { compare_at_minor: Some(1), ..change }.is_as(Some(&known)));
        let gone = PriceChange { amount_minor: None, ..change };
        assert!(!gone.is_as(Some(&known)) && gone.is_as(None));
    }

    #[test]
    fn numbers_and_times_without_sense_are_refused() {
        let change = one_euro();
        assert!(check(&change).is_ok());
        for (wrong, code) in [
            (PriceChange { amount_minor: Some(-1), ..change }, "OUT_OF_RANGE"),
            (PriceChange { amount_minor: Some(MAX_MINOR + 1), ..change }, "OUT_OF_RANGE"),
            (PriceChange { compare_at_minor: Some(-1), ..change }, "OUT_OF_RANGE"),
            (PriceChange { min_quantity: 0, ..change }, "OUT_OF_RANGE"),
            (PriceChange { min_quantity: MAX_LINE_QUANTITY + 1, ..change }, "OUT_OF_RANGE"),
            (PriceChange { valid_to: Some(DateTime::UNIX_EPOCH), ..change }, "WINDOW_BACKWARDS"),
        ] {
            assert_eq!(check(&wrong).unwrap_err().code().map(|code| code.as_str()), Some(code), "{wrong:?}");
        }
    }
}
