//! Money as shoppers read it.

use async_graphql::SimpleObject;

use crate::graphql::scalar::{CurrencyCode, Decimal};
use crate::money::{Currency, Money};
use crate::pricing::Range;

/// An amount of money.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct MoneyV2 {
    /// The amount as a decimal number.
    pub amount: Decimal,
    /// Which currency it is in.
    pub currency_code: CurrencyCode,
}

impl From<Money> for MoneyV2 {
    fn from(money: Money) -> Self {
        Self { amount: Decimal(money.to_string()), currency_code: CurrencyCode(money.currency) }
    }
}

/// The lowest and the highest price among a product's variants.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct ProductPriceRange {
    /// The highest.
    pub max_variant_price: MoneyV2,
    /// The lowest.
    pub min_variant_price: MoneyV2,
}

impl ProductPriceRange {
    /// Of a range; from zero to zero where there is none.
    pub(super) fn of(range: Option<Range>, currency: Currency) -> Self {
        let zero = Money::new(0, currency);
        let Range { min, max } = range.unwrap_or(Range { min: zero, max: zero });
        Self { max_variant_price: max.into(), min_variant_price: min.into() }
    }
}
