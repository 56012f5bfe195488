//! The rows of `variant`, `inventory_item` and `variant_option`, and the base prices.

use chrono::{DateTime, Utc};
use entity::id::{InventoryItemId, MediaId, ProductId, VariantId};
use entity::{inventory_item, variant, variant_option, variant_unit_price};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::super::draft::VariantDraft;
use super::super::error::ImportError;
use super::batch::{Target, existing_ids};
use super::media::PicturesOf;
use super::option::OptionKeys;
use super::statement::{Matched, insert, match_by, padded_lists, save};
use crate::actor::Actor;
use crate::db::Tx;
use crate::market::MarketError;
use crate::money::Currency;
use crate::pricing::{self, PriceChange, Reason};
use crate::store::BASE_PRICE_LIST;

/// A variant that was saved.
pub(super) struct SavedVariant<'a> {
    pub(super) id: VariantId,
    pub(super) item_id: InventoryItemId,
    pub(super) is_new: bool,
    pub(super) draft: &'a VariantDraft,
}

/// What became of the variants of the products.
pub(super) struct SavedVariants<'a> {
    pub(super) kept: Vec<SavedVariant<'a>>,
    /// The items of the variants that the file has no more.
    pub(super) gone: Vec<InventoryItemId>,
}

struct Wanted<'a, 'o> {
    product_id: ProductId,
    position: i32,
    draft: &'a VariantDraft,
    media_id: Option<MediaId>,
    options: &'o [OptionKeys<'a>],
}

/// Saves the variants of the products: one with the same option values keeps its row, one that the file has no more
/// keeps it as a tombstone.
pub(super) async fn save_variants<'a>(
    tx: &Tx,
    now: DateTime<Utc>,
    currency: Currency,
    targets: &[Target<'a>],
    pictures: &[PicturesOf<'a>],
    options: &[Vec<OptionKeys<'a>>],
) -> Result<SavedVariants<'a>, DbErr> {
    let known = live_variants(tx, targets).await?;
    let parts = targets.iter().zip(pictures).zip(options);
    let wanted = parts.flat_map(|((target, pictures), options)| {
        (1..).zip(&target.ready.draft.variants).map(move |(position, draft)| {
            let media_id = draft.image.as_deref().and_then(|source| pictures.get(source).copied());
            (
                (target.id, draft.signature.clone()),
                Wanted { product_id: target.id, position, draft, media_id, options },
            )
        })
    });
    let known = known.into_iter().map(|row| ((row.product_id, row.option_signature.clone()), row));
    let (variants, gone) = match_by(wanted, known);
    bury(tx, now, &gone).await?;
    let items = save_items(tx, now, currency, &variants).await?;
    let with_items: Vec<Matched<(&Wanted<'_, '_>, InventoryItemId), VariantId>> = variants
        .iter()
        .zip(&items)
        .map(|((wanted, known), item_id)| ((wanted, *item_id), known.as_ref().map(|known| known.id)))
        .collect();
    let row = |(wanted, item_id): &(&Wanted<'_, '_>, InventoryItemId), known: Option<&VariantId>| {
        row_of(now, wanted, *item_id, known)
    };
    let ids = save(tx, &with_items, |id| *id, row, told_by_file()).await?;
    let new = ids.iter().zip(&variants).filter(|(_, (_, known))| known.is_none());
    insert(tx, new.flat_map(|(id, (wanted, _))| option_rows(*id, wanted)).collect(), None).await?;
    let kept = variants.into_iter().zip(ids).zip(items).map(|(((wanted, known), id), item_id)| {
        SavedVariant { id, item_id, is_new: known.is_none(), draft: wanted.draft }
    });
    Ok(SavedVariants { kept: kept.collect(), gone: gone.iter().map(|row| row.inventory_item_id).collect() })
}

async fn live_variants(tx: &Tx, targets: &[Target<'_>]) -> Result<Vec<variant::Model>, DbErr> {
    let mut live = Vec::new();
    for ids in padded_lists(&existing_ids(targets)) {
        let of_products = variant::Entity::find()
            .filter(variant::Column::ProductId.is_in(ids))
            .filter(variant::Column::DeletedAt.is_null());
        live.extend(of_products.all(tx).await?);
    }
    Ok(live)
}

fn row_of(
    now: DateTime<Utc>,
    wanted: &Wanted<'_, '_>,
    item_id: InventoryItemId,
    known: Option<&VariantId>,
) -> variant::ActiveModel {
    variant::ActiveModel {
        id: known.map_or(NotSet, |id| Set(*id)),
        product_id: Set(wanted.product_id),
        inventory_item_id: Set(item_id),
        position: Set(wanted.position),
        title: Set(wanted.draft.title()),
        sku: Set(wanted.draft.sku.clone()),
        barcode: Set(wanted.draft.barcode.clone()),
        taxable: Set(wanted.draft.taxable),
        tax_class_id: Set(None),
        inventory_policy: Set(wanted.draft.policy),
        option_signature: Set(wanted.draft.signature.clone()),
        media_id: Set(wanted.media_id),
        deleted_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// What the file may say anew of a variant that is known.
fn told_by_file() -> OnConflict {
    OnConflict::column(variant::Column::Id)
        .update_columns([
            variant::Column::Position,
            variant::Column::Title,
            variant::Column::Sku,
            variant::Column::Barcode,
            variant::Column::Taxable,
            variant::Column::InventoryPolicy,
            variant::Column::MediaId,
            variant::Column::UpdatedAt,
        ])
        .to_owned()
}

async fn bury(tx: &Tx, now: DateTime<Utc>, gone: &[variant::Model]) -> Result<(), DbErr> {
    for ids in padded_lists(&gone.iter().map(|row| row.id).collect::<Vec<_>>()) {
        variant::Entity::update_many()
            .col_expr(variant::Column::DeletedAt, Expr::value(now))
            .col_expr(variant::Column::UpdatedAt, Expr::value(now))
            .filter(variant::Column::Id.is_in(ids))
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn save_items(
    tx: &Tx,
    now: DateTime<Utc>,
    currency: Currency,
    variants: &[Matched<Wanted<'_, '_>, variant::Model>],
) -> Result<Vec<InventoryItemId>, DbErr> {
    let items: Vec<Matched<&VariantDraft, InventoryItemId>> = variants
        .iter()
        .map(|(wanted, known)| (wanted.draft, known.as_ref().map(|known| known.inventory_item_id)))
        .collect();
    let row = |draft: &&VariantDraft, known: Option<&InventoryItemId>| inventory_item::ActiveModel {
        id: known.map_or(NotSet, |id| Set(*id)),
        sku: Set(draft.sku.clone()),
        tracked: Set(draft.tracked),
        requires_shipping: Set(draft.requires_shipping),
        weight_grams: Set(draft.weight_grams),
        cost_minor: Set(draft.cost_minor),
        cost_currency: Set(draft.cost_minor.map(|_| currency.code().to_owned())),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let update = OnConflict::column(inventory_item::Column::Id)
        .update_columns([
            inventory_item::Column::Sku,
            inventory_item::Column::Tracked,
            inventory_item::Column::RequiresShipping,
            inventory_item::Column::WeightGrams,
            inventory_item::Column::CostMinor,
            inventory_item::Column::CostCurrency,
            inventory_item::Column::UpdatedAt,
        ])
        .to_owned();
    save(tx, &items, |id| *id, row, update).await
}

/// The values of a variant; of one that existed they are as they were, or it would be another variant.
fn option_rows(variant_id: VariantId, wanted: &Wanted<'_, '_>) -> Vec<variant_option::ActiveModel> {
    let values = wanted.options.iter().zip(&wanted.draft.option_values);
    values
        .filter_map(|(option, value)| {
            Some(variant_option::ActiveModel {
                variant_id: Set(variant_id),
                option_id: Set(option.id),
                value_id: Set(*option.values.get(value.as_str())?),
            })
        })
        .collect()
}

/// Saves the base prices: for one unit and more, since ever and for good.
pub(super) async fn save_prices(
    tx: &Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    currency: Currency,
    variants: &[SavedVariant<'_>],
) -> Result<(), ImportError> {
    let changes: Vec<PriceChange> = variants
        .iter()
        .map(|variant| PriceChange {
            variant: variant.id,
            list: BASE_PRICE_LIST,
            currency,
            min_quantity: 1,
            amount_minor: Some(variant.draft.price_minor),
            compare_at_minor: variant.draft.compare_at_minor,
            valid_from: DateTime::UNIX_EPOCH,
            valid_to: None,
        })
        .collect();
    let written = pricing::write_prices_in(tx, now, actor, Reason::Imported, &changes).await;
    written.map_err(MarketError::into_fault)?;
    Ok(())
}

/// Saves how much the variants hold; what the file does not say of one is forgotten.
pub(super) async fn save_measures(tx: &Tx, variants: &[SavedVariant<'_>]) -> Result<(), DbErr> {
    let without = |variant: &&SavedVariant<'_>| !variant.is_new && variant.draft.measure.is_none();
    let without: Vec<VariantId> = variants.iter().filter(without).map(|variant| variant.id).collect();
    for ids in padded_lists(&without) {
        variant_unit_price::Entity::delete_many()
            .filter(variant_unit_price::Column::VariantId.is_in(ids))
            .exec(tx)
            .await?;
    }
    let rows = variants.iter().filter_map(|variant| {
        let measure = variant.draft.measure.as_ref()?;
        Some(variant_unit_price::ActiveModel {
            variant_id: Set(variant.id),
            measured_type: Set(measure.measured_type),
            quantity_milli: Set(measure.quantity_milli),
            quantity_unit: Set(measure.quantity_unit),
            reference_value: Set(measure.reference_value),
            reference_unit: Set(measure.reference_unit),
        })
    });
    let update = OnConflict::column(variant_unit_price::Column::VariantId)
        .update_columns([
            variant_unit_price::Column::MeasuredType,
            variant_unit_price::Column::QuantityMilli,
            variant_unit_price::Column::QuantityUnit,
            variant_unit_price::Column::ReferenceValue,
            variant_unit_price::Column::ReferenceUnit,
        ])
        .to_owned();
    insert(tx, rows.collect(), Some(update)).await
}
