//! Bundles: variants that are sold as others together.

use std::collections::{HashMap, HashSet};

use entity::id::{ProductId, VariantId};
use entity::{product, variant, variant_component};
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Fault, Transient};
use crate::event;

/// Kinds of variant in a bundle at most.
pub const MAX_COMPONENTS: usize = 30;
/// Units of one variant in a bundle at most.
pub const MAX_COMPONENT_QUANTITY: i32 = 2_000;

/// What is in a bundle, and how many units of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// Of which variant.
    pub variant_id: VariantId,
    /// In one bundle.
    pub quantity: i32,
}

/// Why a bundle cannot be as it shall be.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// There is no such variant, or it was deleted.
    #[error("the variant {0} does not exist")]
    UnknownVariant(VariantId),
    /// A bundle in a bundle, or in itself.
    #[error("a bundle cannot be in a bundle")]
    Nested,
    /// The same variant twice.
    #[error("a variant is in a bundle once, with its quantity")]
    Repeated,
    /// More than [`MAX_COMPONENTS`].
    #[error("a bundle has at most {MAX_COMPONENTS} components")]
    TooManyComponents,
    /// Not from 1 to [`MAX_COMPONENT_QUANTITY`].
    #[error("a quantity is from 1 to {MAX_COMPONENT_QUANTITY}")]
    InvalidQuantity,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for BundleError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for BundleError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Makes a variant a bundle of these components, which replace those that it had; without any it is a bundle no more.
///
/// Locks the bundle's product and all variants concerned, in the order of their keys: of two commands that would
/// together put a bundle into a bundle, the second is refused.
///
/// # Errors
/// [`BundleError`] for unknown variants, bundles in bundles, and too many or too much.
pub async fn save_components(
    app: &App,
    actor: &Actor,
    bundle: VariantId,
    components: &[Component],
) -> Result<(), BundleError> {
    if !actor.has_scope("write_products") {
        return Err(Fault::new("saving a bundle needs the scope write_products").into());
    }
    check(bundle, components)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let product_id = lock(&tx, bundle, components).await?;
            if !components.is_empty() && is_nested(&tx, bundle, components).await? {
                return Err(BundleError::Nested);
            }
            let of_bundle = variant_component::Column::ParentId.eq(bundle);
            variant_component::Entity::delete_many().filter(of_bundle).exec(&tx).await?;
            let rows =
                components.iter().zip(1..).map(|(component, position)| variant_component::ActiveModel {
                    parent_id: Set(bundle),
                    component_id: Set(component.variant_id),
                    quantity: Set(component.quantity),
                    position: Set(position),
                });
            if !components.is_empty() {
                variant_component::Entity::insert_many(rows).exec_without_returning(&tx).await?;
            }
            event::record_one(&tx, now, "product", "product.updated", product_id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

fn check(bundle: VariantId, components: &[Component]) -> Result<(), BundleError> {
    let mut seen = HashSet::new();
    if components.len() > MAX_COMPONENTS {
        return Err(BundleError::TooManyComponents);
    }
    for component in components {
        if component.variant_id == bundle {
            return Err(BundleError::Nested);
        }
        if !(1..=MAX_COMPONENT_QUANTITY).contains(&component.quantity) {
            return Err(BundleError::InvalidQuantity);
        }
        if !seen.insert(component.variant_id) {
            return Err(BundleError::Repeated);
        }
    }
    Ok(())
}

/// Locks what a bundle is made of; returns the bundle's product.
async fn lock(tx: &Tx, bundle: VariantId, components: &[Component]) -> Result<ProductId, BundleError> {
    let wanted: Vec<VariantId> =
        std::iter::once(bundle).chain(components.iter().map(|component| component.variant_id)).collect();
    let product_id: Option<ProductId> = variant::Entity::find_by_id(bundle)
        .select_only()
        .column(variant::Column::ProductId)
        .into_tuple()
        .one(tx)
        .await?;
    let product_id = product_id.ok_or(BundleError::UnknownVariant(bundle))?;
    product::Entity::find_by_id(product_id).lock_exclusive().one(tx).await?;
    let found: Vec<VariantId> = variant::Entity::find()
        .filter(variant::Column::Id.is_in(wanted.iter().copied()))
        .order_by_asc(variant::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?
        .into_iter()
        .filter(|variant| variant.deleted_at.is_none())
        .map(|variant| variant.id)
        .collect();
    match wanted.into_iter().find(|id| !found.contains(id)) {
        Some(unknown) => Err(BundleError::UnknownVariant(unknown)),
        None => Ok(product_id),
    }
}

async fn is_nested(tx: &Tx, bundle: VariantId, components: &[Component]) -> Result<bool, DbErr> {
    let inner = components.iter().map(|component| component.variant_id);
    let nested = variant_component::Column::ComponentId
        .eq(bundle)
        .or(variant_component::Column::ParentId.is_in(inner));
    Ok(variant_component::Entity::find().filter(nested).one(tx).await?.is_some())
}

/// What is in bundles, in its order; other variants are left out: one statement.
///
/// # Errors
/// The database's own.
pub async fn components_by_variant_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[VariantId],
) -> Result<HashMap<VariantId, Vec<Component>>, Fault> {
    let rows = variant_component::Entity::find()
        .filter(variant_component::Column::ParentId.is_in(ids.iter().copied()))
        .order_by_asc(variant_component::Column::ParentId)
        .order_by_asc(variant_component::Column::Position)
        .all(db)
        .await?;
    let mut found: HashMap<VariantId, Vec<Component>> = HashMap::new();
    for row in rows {
        let component = Component { variant_id: row.component_id, quantity: row.quantity };
        found.entry(row.parent_id).or_default().push(component);
    }
    Ok(found)
}

/// The bundles that variants are in, in the order of their keys; variants in none are left out: one statement.
///
/// # Errors
/// The database's own.
pub async fn bundles_by_component_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[VariantId],
) -> Result<HashMap<VariantId, Vec<VariantId>>, Fault> {
    let rows = variant_component::Entity::find()
        .filter(variant_component::Column::ComponentId.is_in(ids.iter().copied()))
        .order_by_asc(variant_component::Column::ParentId)
        .all(db)
        .await?;
    let mut found: HashMap<VariantId, Vec<VariantId>> = HashMap::new();
    for row in rows {
        found.entry(row.component_id).or_default().push(row.parent_id);
    }
    Ok(found)
}

/// The products of the bundles that hold variants of these products: one statement.
///
/// # Errors
/// The database's own.
pub async fn products_with_bundles_of<C: ConnectionTrait>(
    db: &C,
    ids: impl IntoIterator<Item = ProductId>,
) -> Result<Vec<ProductId>, Fault> {
    let components = Query::select()
        .column(variant::Column::Id)
        .from(variant::Entity)
        .cond_where(variant::Column::ProductId.is_in(ids))
        .to_owned();
    let bundles = Query::select()
        .column(variant_component::Column::ParentId)
        .from(variant_component::Entity)
        .cond_where(variant_component::Column::ComponentId.in_subquery(components))
        .to_owned();
    Ok(variant::Entity::find()
        .select_only()
        .column(variant::Column::ProductId)
        .distinct()
        .filter(variant::Column::Id.in_subquery(bundles))
        .into_tuple()
        .all(db)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_bundle_is_refused() {
        let component = |id, quantity| Component { variant_id: VariantId(id), quantity };
        let checked = |components: &[Component]| check(VariantId(1), components);
        assert!(checked(&[]).is_ok());
        assert!(checked(&[component(2, 1), component(3, MAX_COMPONENT_QUANTITY)]).is_ok());
        assert!(matches!(checked(&[component(1, 1)]), Err(BundleError::Nested)));
        assert!(matches!(checked(&[component(2, 0)]), Err(BundleError::InvalidQuantity)));
        assert!(matches!(
            checked(&[component(2, MAX_COMPONENT_QUANTITY + 1)]),
            Err(BundleError::InvalidQuantity)
        ));
        assert!(matches!(checked(&[component(2, 1), component(2, 1)]), Err(BundleError::Repeated)));
        let many: Vec<Component> = (2..33).map(|id| component(id, 1)).collect();
        assert!(matches!(checked(&many), Err(BundleError::TooManyComponents)));
        assert!(checked(&many[..30]).is_ok());
    }
}
