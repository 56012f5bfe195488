//! Which rows of `price` count at a moment. Here and not in pricing, because lists filter by price and pricing builds on
//! the catalogue.

use chrono::{DateTime, Utc};
use entity::id::PriceListId;
use entity::price;
use sea_orm::sea_query::{DynIden, Expr, ExprTrait, IntoIden, Query};
use sea_orm::{ColumnTrait, Condition};

use crate::money::Currency;

/// Whose prices are meant, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceBasis {
    /// The set of prices.
    pub list: PriceListId,
    /// The currency.
    pub currency: Currency,
    /// The moment.
    pub now: DateTime<Utc>,
}

impl PriceBasis {
    /// The row that says what one unit of a variant costs: of those that hold, the newest.
    pub(crate) fn unit_price(&self) -> Condition {
        let newer = || "newer".into_iden();
        let same = |column: price::Column| Expr::col((newer(), column)).equals((price::Entity, column));
        let superseded = Query::select()
            .expr(Expr::val(1))
            .from_as(price::Entity, newer())
            .cond_where(same(price::Column::VariantId))
            .cond_where(same(price::Column::PriceListId))
            .cond_where(same(price::Column::Currency))
            .cond_where(same(price::Column::MinQuantity))
            .cond_where(
                Expr::col((newer(), price::Column::ValidFrom)).gt(price::Column::ValidFrom.into_expr()),
            )
            .cond_where(holds_at(newer(), self.now))
            .take();
        Condition::all()
            .add(price::Column::PriceListId.eq(self.list))
            .add(price::Column::Currency.eq(self.currency.code()))
            .add(price::Column::MinQuantity.eq(1))
            .add(holds_at(price::Entity, self.now))
            .add(Expr::not_exists(superseded))
    }
}

/// The rows of `price`, under this name, whose time has come and not gone.
pub(crate) fn holds_at(table: impl IntoIden, now: DateTime<Utc>) -> Condition {
    let table: DynIden = table.into_iden();
    let valid_to = Expr::col((table.clone(), price::Column::ValidTo));
    Condition::all()
        .add(Expr::col((table, price::Column::ValidFrom)).lte(now))
        .add(Condition::any().add(valid_to.clone().is_null()).add(valid_to.gt(now)))
}
