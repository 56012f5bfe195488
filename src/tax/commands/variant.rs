//! Putting variants into a tax class.

use std::collections::{BTreeSet, HashSet};

use entity::id::{ProductId, TaxClassId, VariantId};
use entity::{product, variant};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::{check_class_in, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{NewEvent, record};
use crate::tax::error::{TaxError, TaxErrorCode, check_scope};

/// Variants that are changed at once at most.
const MAX_VARIANTS: usize = 5_000;
/// Keys of one statement.
const KEYS_PER_STATEMENT: usize = 1_000;

/// Puts variants into a class, or with `None` back to the standard. An import leaves them there.
///
/// Locks the products.
///
/// # Errors
/// [`TaxError`] for an unknown class, unknown variants, and none or too many of them.
pub async fn set_tax_class(
    app: &App,
    actor: &Actor,
    variants: &[VariantId],
    class: Option<TaxClassId>,
) -> Result<(), TaxError> {
    check_scope(actor)?;
    let variants: BTreeSet<VariantId> = variants.iter().copied().collect();
    if !(1..=MAX_VARIANTS).contains(&variants.len()) {
        let message = format!("From 1 to {MAX_VARIANTS} variants can be given at once");
        return Err(TaxError::refused(TaxErrorCode::TooMany, "variants", message));
    }
    let variants: Vec<VariantId> = variants.into_iter().collect();
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            if let Some(class) = class {
                check_class_in(&tx, class).await?;
            }
            let products = products_in(&tx, &variants).await?;
            lock_products_in(&tx, &products).await?;
            for variants in variants.chunks(KEYS_PER_STATEMENT) {
                variant::Entity::update_many()
                    .col_expr(variant::Column::TaxClassId, Expr::value(class.map(|class| class.0)))
                    .col_expr(variant::Column::UpdatedAt, Expr::value(now))
                    .filter(variant::Column::Id.is_in(variants.iter().copied()))
                    .exec(&tx)
                    .await?;
            }
            let events = products.iter().map(|id| NewEvent { entity_id: id.0, payload: json!({}) });
            record(&tx, now, "product", "product.updated", events.collect()).await?;
            tx.commit().await?;
            Ok::<_, TaxError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// The products of variants, sorted; each variant must be there.
async fn products_in(tx: &Tx, variants: &[VariantId]) -> Result<Vec<ProductId>, TaxError> {
    let mut products = BTreeSet::new();
    let mut found = HashSet::new();
    for ids in variants.chunks(KEYS_PER_STATEMENT) {
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
    match variants.iter().find(|variant| !found.contains(variant)) {
        None => Ok(products.into_iter().collect()),
        Some(unknown) => {
            let message = format!("Variant {unknown} does not exist");
            Err(TaxError::refused(TaxErrorCode::UnknownVariant, "variants", message))
        }
    }
}

/// Locks products in the order of their keys, so that the numbers of their events follow on.
async fn lock_products_in(tx: &Tx, products: &[ProductId]) -> Result<(), Fault> {
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for ids in products.chunks(KEYS_PER_STATEMENT) {
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
    Ok(())
}
