//! Saying which profile delivers what.

use std::collections::BTreeSet;

use entity::id::{DeliveryProfileId, ProductId, VariantId};
use entity::{delivery_profile, delivery_profile_product, delivery_profile_variant, product, variant};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::profile::unknown_profile;
use super::{check_count, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::shipping::error::{DeliveryError, DeliveryErrorCode};

/// Products or variants that are assigned at once at most.
const MAX_ASSIGNED: usize = 250;

/// Lets a profile deliver all variants of products that have no profile of their own; none for the default one.
///
/// # Errors
/// [`DeliveryError`] for unknown profiles and products.
pub async fn assign_products(
    app: &App,
    actor: &Actor,
    profile: Option<DeliveryProfileId>,
    products: &[ProductId],
) -> Result<(), DeliveryError> {
    DeliveryError::check_scope(actor)?;
    check_count("products", products.len(), MAX_ASSIGNED)?;
    let products: BTreeSet<ProductId> = products.iter().copied().collect();
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let profile = find_in(&tx, profile).await?.filter(|profile| !profile.is_default);
            let known = product::Entity::find().filter(product::Column::Id.is_in(products.iter().copied()));
            check_all(known.count(&tx).await?, products.len(), DeliveryErrorCode::UnknownProduct)?;
            let before = delivery_profile_product::Column::ProductId.is_in(products.iter().copied());
            delivery_profile_product::Entity::delete_many().filter(before).exec(&tx).await?;
            if let Some(profile) = profile.filter(|_| !products.is_empty()) {
                let rows = products.iter().map(|product| delivery_profile_product::ActiveModel {
                    product_id: Set(*product),
                    profile_id: Set(profile.id),
                });
                delivery_profile_product::Entity::insert_many(rows).exec_without_returning(&tx).await?;
            }
            tx.commit().await?;
            Ok::<_, DeliveryError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// Lets a profile deliver variants whatever delivers the others of their products; none for what delivers those.
///
/// # Errors
/// [`DeliveryError`] for unknown profiles and variants.
pub async fn assign_variants(
    app: &App,
    actor: &Actor,
    profile: Option<DeliveryProfileId>,
    variants: &[VariantId],
) -> Result<(), DeliveryError> {
    DeliveryError::check_scope(actor)?;
    check_count("variants", variants.len(), MAX_ASSIGNED)?;
    let variants: BTreeSet<VariantId> = variants.iter().copied().collect();
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let profile = find_in(&tx, profile).await?;
            let known = variant::Entity::find().filter(variant::Column::Id.is_in(variants.iter().copied()));
            check_all(known.count(&tx).await?, variants.len(), DeliveryErrorCode::UnknownVariant)?;
            if let Some(profile) = profile.filter(|_| !variants.is_empty()) {
                let rows = variants.iter().map(|variant| delivery_profile_variant::ActiveModel {
                    variant_id: Set(*variant),
                    profile_id: Set(profile.id),
                });
                let again = OnConflict::column(delivery_profile_variant::Column::VariantId)
                    .update_column(delivery_profile_variant::Column::ProfileId)
                    .to_owned();
                let insert = delivery_profile_variant::Entity::insert_many(rows).on_conflict(again);
                insert.exec_without_returning(&tx).await?;
            } else {
                let before = delivery_profile_variant::Column::VariantId.is_in(variants.iter().copied());
                delivery_profile_variant::Entity::delete_many().filter(before).exec(&tx).await?;
            }
            tx.commit().await?;
            Ok::<_, DeliveryError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

async fn find_in(
    tx: &Tx,
    profile: Option<DeliveryProfileId>,
) -> Result<Option<delivery_profile::Model>, DeliveryError> {
    let Some(id) = profile else { return Ok(None) };
    let known = delivery_profile::Entity::find_by_id(id).one(tx).await?;
    Ok(Some(known.ok_or_else(unknown_profile)?))
}

fn check_all(found: u64, wanted: usize, code: DeliveryErrorCode) -> Result<(), DeliveryError> {
    if usize::try_from(found).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    Err(DeliveryError::refused(code, "ids", "One of them does not exist"))
}
