//! Freeing a customer from taxes.

use entity::id::CustomerId;
use entity::{customer, customer_tax_exemption};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::check_place;
use crate::actor::Actor;
use crate::app::App;
use crate::event::record_one;
use crate::tax::Exemption;
use crate::tax::error::{TaxError, TaxErrorCode};

/// Places of a customer's exemption at most.
const MAX_PLACES: usize = 500;

/// Says where a customer pays no tax. Their carts follow at the next look, orders keep their taxes.
///
/// Locks the customer.
///
/// # Errors
/// [`TaxError`] for an unknown customer, unknown countries and provinces, and too many of them.
pub async fn set_tax_exemption(
    app: &App,
    actor: &Actor,
    customer: CustomerId,
    exemption: &Exemption,
) -> Result<(), TaxError> {
    TaxError::check_scope(actor)?;
    let (everywhere, places) = match exemption {
        Exemption::None => (false, Vec::new()),
        Exemption::Everywhere => (true, Vec::new()),
        Exemption::In(places) => (false, places.iter().collect()),
    };
    if places.len() > MAX_PLACES {
        let message = format!("At most {MAX_PLACES} places can be given");
        return Err(TaxError::refused(TaxErrorCode::TooMany, "places", message));
    }
    for (country, province) in &places {
        check_place(country, province.as_deref())?;
    }
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let changed = customer::Entity::update_many()
                .col_expr(customer::Column::TaxExempt, Expr::value(everywhere))
                .col_expr(customer::Column::UpdatedAt, Expr::value(now))
                .filter(customer::Column::Id.eq(customer))
                .exec(&tx)
                .await?;
            if changed.rows_affected == 0 {
                let message = "The customer does not exist";
                return Err(TaxError::refused(TaxErrorCode::UnknownCustomer, "customer", message));
            }
            customer_tax_exemption::Entity::delete_many()
                .filter(customer_tax_exemption::Column::CustomerId.eq(customer))
                .exec(&tx)
                .await?;
            if !places.is_empty() {
                let rows = places.iter().map(|(country, province)| customer_tax_exemption::ActiveModel {
                    customer_id: Set(customer),
                    country: Set(country.clone()),
                    province: Set(province.clone().unwrap_or_default()),
                });
                customer_tax_exemption::Entity::insert_many(rows).exec_without_returning(&tx).await?;
            }
            record_one(&tx, now, "customer", "customer.updated", customer).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
