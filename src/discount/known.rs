//! What only the database can say against a discount: that things which it names are not there.

use std::collections::BTreeSet;

use entity::discount_context::DiscountContextKind;
use entity::discount_target::DiscountTargetKind;
use entity::{collection, customer, market, product, segment, shop, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};

use super::error::{DiscountError, DiscountErrorCode};
use super::input::NewDiscount;
use super::rule::{context_of, named_by};
use crate::db::Tx;

/// Refuses amounts in another currency than the shop's, and merchandise, customers, segments and markets that are not
/// there. One statement for each kind of thing that is named.
pub(super) async fn check_known_in(
    tx: &Tx,
    shop: &shop::Model,
    new: &NewDiscount,
) -> Result<(), DiscountError> {
    if new.has_amounts() && new.currency.code() != shop.currency {
        let message = format!("The amounts of discounts are in {}", shop.currency);
        return Err(DiscountError::refused(DiscountErrorCode::CurrencyMismatch, "currency", message));
    }
    let named = named_by(&new.effect);
    let of_kind = |kind: DiscountTargetKind| {
        named.iter().filter(|(_, of, _)| *of == kind).map(|(_, _, id)| *id).collect::<BTreeSet<i64>>()
    };
    let products = Named {
        ids: of_kind(DiscountTargetKind::Product),
        code: DiscountErrorCode::UnknownProduct,
        what: "product",
    };
    products.check_in(tx, product::Entity::find(), product::Column::Id).await?;
    let variants = Named {
        ids: of_kind(DiscountTargetKind::Variant),
        code: DiscountErrorCode::UnknownVariant,
        what: "variant",
    };
    let sold = variant::Entity::find().filter(variant::Column::DeletedAt.is_null());
    variants.check_in(tx, sold, variant::Column::Id).await?;
    let collections = Named {
        ids: of_kind(DiscountTargetKind::Collection),
        code: DiscountErrorCode::UnknownCollection,
        what: "collection",
    };
    collections.check_in(tx, collection::Entity::find(), collection::Column::Id).await?;

    let context = context_of(&new.customers, new.markets.as_ref());
    let of_kind = |kind: DiscountContextKind| {
        context.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect::<BTreeSet<i64>>()
    };
    let customers = Named {
        ids: of_kind(DiscountContextKind::Customer),
        code: DiscountErrorCode::UnknownCustomer,
        what: "customer",
    };
    customers.check_in(tx, customer::Entity::find(), customer::Column::Id).await?;
    let segments = Named {
        ids: of_kind(DiscountContextKind::Segment),
        code: DiscountErrorCode::UnknownSegment,
        what: "segment",
    };
    segments.check_in(tx, segment::Entity::find(), segment::Column::Id).await?;
    let markets = Named {
        ids: of_kind(DiscountContextKind::Market),
        code: DiscountErrorCode::UnknownMarket,
        what: "market",
    };
    markets.check_in(tx, market::Entity::find(), market::Column::Id).await
}

/// Things of a kind that must be there.
struct Named {
    ids: BTreeSet<i64>,
    code: DiscountErrorCode,
    what: &'static str,
}

impl Named {
    /// Refuses the first that is not among those selected.
    async fn check_in<E, C>(&self, tx: &Tx, select: Select<E>, id: C) -> Result<(), DiscountError>
    where
        E: EntityTrait<Column = C>,
        C: ColumnTrait,
    {
        if self.ids.is_empty() {
            return Ok(());
        }
        let found: Vec<i64> = select
            .select_only()
            .column(id)
            .filter(id.is_in(self.ids.iter().copied()))
            .into_tuple()
            .all(tx)
            .await?;
        let found: BTreeSet<i64> = found.into_iter().collect();
        match self.ids.difference(&found).next() {
            Some(unknown) => {
                let message = format!("There is no {} with the key {unknown}", self.what);
                Err(DiscountError::refused(self.code, self.what, message))
            }
            None => Ok(()),
        }
    }
}
