//! Putting variants into a tax class.

use std::collections::{BTreeSet, HashMap};

use entity::id::{ProductId, TaxClassId, VariantId};
use entity::variant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{check_class_in, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::catalog;
use crate::event::record_each;
use crate::tax::error::{TaxError, TaxErrorCode};

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
    TaxError::check_scope(actor)?;
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
            let found = catalog::products_of_sold_in(&tx, &variants).await?;
            check_found(&variants, &found)?;
            let products = catalog::lock_products_in(&tx, found.into_values()).await?;
            for variants in variants.chunks(KEYS_PER_STATEMENT) {
                variant::Entity::update_many()
                    .col_expr(variant::Column::TaxClassId, Expr::value(class.map(|class| class.0)))
                    .col_expr(variant::Column::UpdatedAt, Expr::value(now))
                    .filter(variant::Column::Id.is_in(variants.iter().copied()))
                    .exec(&tx)
                    .await?;
            }
            record_each(&tx, now, "product", "product.updated", products).await?;
            tx.commit().await?;
            Ok::<_, TaxError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// Refuses variants of which one is not there.
fn check_found(variants: &[VariantId], found: &HashMap<VariantId, ProductId>) -> Result<(), TaxError> {
    match variants.iter().find(|variant| !found.contains_key(variant)) {
        None => Ok(()),
        Some(unknown) => {
            let message = format!("Variant {unknown} does not exist");
            Err(TaxError::refused(TaxErrorCode::UnknownVariant, "variants", message))
        }
    }
}
