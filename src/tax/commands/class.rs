//! Making, changing and deleting tax classes.

use entity::id::TaxClassId;
use entity::{tax_class, tax_rate, variant};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{lock_in, unknown_class};
use crate::actor::Actor;
use crate::app::App;
use crate::error::check_name;
use crate::event::record_one;
use crate::tax::error::{TaxError, TaxErrorCode};

/// Classes of a shop at most.
const MAX_CLASSES: u64 = 100;

/// A class as it shall be.
#[derive(Clone, Debug)]
pub struct NewTaxClass {
    /// Which one; `None` for a new one.
    pub id: Option<TaxClassId>,
    /// Its name for programs: small letters, digits and hyphens.
    pub handle: String,
    /// For staff.
    pub name: String,
    /// What a tax provider calls such goods, such as `txcd_20030000`.
    pub provider_code: Option<String>,
}

/// Makes a class, or changes one.
///
/// # Errors
/// [`TaxError`] for texts that are not in their form, a handle that another class has, and an unknown class.
pub async fn save_tax_class(app: &App, actor: &Actor, new: &NewTaxClass) -> Result<TaxClassId, TaxError> {
    TaxError::check_scope(actor)?;
    check(new)?;
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let others = tax_class::Entity::find().filter(tax_class::Column::Handle.eq(&new.handle));
            if others.one(&tx).await?.is_some_and(|other| Some(other.id) != new.id) {
                let message = "Another tax class has this handle";
                return Err(TaxError::refused(TaxErrorCode::Duplicate, "handle", message));
            }
            let row = tax_class::ActiveModel {
                id: new.id.map_or(NotSet, Unchanged),
                handle: Set(new.handle.clone()),
                name: Set(new.name.trim().to_owned()),
                provider_code: Set(new.provider_code.clone()),
                created_at: if new.id.is_none() { Set(now) } else { NotSet },
                updated_at: Set(now),
            };
            let saved = match new.id {
                Some(id) => {
                    tax_class::Entity::find_by_id(id).one(&tx).await?.ok_or_else(unknown_class)?;
                    row.update(&tx).await?
                }
                None => {
                    if tax_class::Entity::find().count(&tx).await? >= MAX_CLASSES {
                        let message = format!("A shop has at most {MAX_CLASSES} tax classes");
                        return Err(TaxError::refused(TaxErrorCode::TooMany, "taxClass", message));
                    }
                    row.insert(&tx).await?
                }
            };
            record_one(&tx, now, "tax_class", "tax_class.updated", saved.id).await?;
            tx.commit().await?;
            Ok::<_, TaxError>(saved.id)
        })
        .await?;
    app.forget_shop();
    Ok(id)
}

/// Deletes a class that no rate and no variant is in. Variants that are no longer sold do not count.
///
/// # Errors
/// [`TaxError`] for an unknown class and one that is used.
pub async fn delete_tax_class(app: &App, actor: &Actor, id: TaxClassId) -> Result<(), TaxError> {
    TaxError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            tax_class::Entity::find_by_id(id).one(&tx).await?.ok_or_else(unknown_class)?;
            let rates = tax_rate::Entity::find().filter(tax_rate::Column::TaxClassId.eq(id));
            let variants = variant::Entity::find()
                .filter(variant::Column::TaxClassId.eq(id))
                .filter(variant::Column::DeletedAt.is_null());
            if rates.count(&tx).await? > 0 || variants.count(&tx).await? > 0 {
                let message = "Rates or variants are in the tax class";
                return Err(TaxError::refused(TaxErrorCode::ClassInUse, "id", message));
            }
            variant::Entity::update_many()
                .col_expr(variant::Column::TaxClassId, Expr::value(None::<i64>))
                .filter(variant::Column::TaxClassId.eq(id))
                .exec(&tx)
                .await?;
            tax_class::Entity::delete_by_id(id).exec(&tx).await?;
            record_one(&tx, now, "tax_class", "tax_class.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

fn check(new: &NewTaxClass) -> Result<(), TaxError> {
    check_name(TaxErrorCode::Invalid, "handle", &new.handle)?;
    check_name(TaxErrorCode::Invalid, "name", &new.name)?;
    let is_handle = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if !new.handle.chars().all(is_handle) {
        let message = "The handle may hold small letters, digits and hyphens only";
        return Err(TaxError::refused(TaxErrorCode::Invalid, "handle", message));
    }
    let Some(code) = &new.provider_code else {
        return Ok(());
    };
    check_name(TaxErrorCode::Invalid, "providerCode", code)?;
    if !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        let message = "The provider's code may hold letters, digits, hyphens and underscores only";
        return Err(TaxError::refused(TaxErrorCode::Invalid, "providerCode", message));
    }
    Ok(())
}
