//! Reading where and how the shop delivers.

use entity::{delivery_method, delivery_zone_country};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::Fault;

/// The countries that the shop delivers to, sorted.
///
/// # Errors
/// The database's own.
pub async fn list_served_countries<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, Fault> {
    let countries = delivery_zone_country::Entity::find()
        .select_only()
        .column(delivery_zone_country::Column::Country)
        .distinct()
        .order_by_asc(delivery_zone_country::Column::Country)
        .into_tuple()
        .all(db)
        .await?;
    Ok(countries)
}

/// The active methods to a country, or to one province of it where that has a zone of its own, in their order.
///
/// # Errors
/// The database's own.
pub async fn methods_to<C: ConnectionTrait>(
    db: &C,
    country: &str,
    province: Option<&str>,
) -> Result<Vec<delivery_method::Model>, Fault> {
    let zones = Query::select()
        .column(delivery_zone_country::Column::ZoneId)
        .from(delivery_zone_country::Entity)
        .and_where(Expr::col(delivery_zone_country::Column::Country).eq(country))
        .and_where(
            Expr::col(delivery_zone_country::Column::Province).is_in(["", province.unwrap_or_default()]),
        )
        .order_by(delivery_zone_country::Column::Province, sea_orm::Order::Desc)
        .limit(1)
        .to_owned();
    let methods: Vec<delivery_method::Model> = delivery_method::Entity::find()
        .filter(delivery_method::Column::ZoneId.in_subquery(zones))
        .filter(delivery_method::Column::Active.eq(true))
        .order_by_asc(delivery_method::Column::Position)
        .all(db)
        .await?;
    Ok(methods)
}
