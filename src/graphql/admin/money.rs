//! Money as staff read it: in the currency that the buyer paid in, and in the shop's.

use async_graphql::{InputObject, SimpleObject};
use entity::{order, shop};

use crate::error::Fault;
use crate::graphql::scalar::{CurrencyCode, Decimal};
use crate::market::{Conversion, Rounding};
use crate::money::{Currency, Money};

/// An amount of money.
#[derive(Clone, Debug, SimpleObject)]
pub struct MoneyV2 {
    /// How much.
    pub amount: Decimal,
    /// In which currency.
    pub currency_code: CurrencyCode,
}

impl From<Money> for MoneyV2 {
    fn from(money: Money) -> Self {
        Self { amount: Decimal(money.to_string()), currency_code: CurrencyCode(money.currency) }
    }
}

/// An amount of money in two currencies.
#[derive(Clone, Debug, SimpleObject)]
pub struct MoneyBag {
    /// In the currency that the buyer pays in.
    pub presentment_money: MoneyV2,
    /// In the shop's currency, at the rate that held when the order was placed.
    pub shop_money: MoneyV2,
}

/// An amount of money that staff name.
#[derive(Clone, Debug, InputObject)]
pub struct MoneyInput {
    /// How much, as a decimal number.
    pub amount: Decimal,
    /// In which currency.
    pub currency_code: CurrencyCode,
}

/// The two currencies in which the money of an order is told, and the rate between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Currencies(Conversion);

impl Currencies {
    /// Of an order. Where no rate was kept, both are the buyer's.
    ///
    /// # Errors
    /// A fault for a currency that there is not.
    pub(super) fn of(order: &order::Model, shop: &shop::Model) -> Result<Self, Fault> {
        let find = |code: &str| {
            Currency::find(code).ok_or_else(|| Fault::new("an order or its shop has an unknown currency"))
        };
        let (paid_in, of_shop) = (find(&order.currency)?, find(&shop.currency)?);
        Ok(Self(match order.fx_rate_e9 {
            Some(rate_e9) => {
                Conversion { from: of_shop, to: paid_in, rate_e9, rounding: Rounding::MINOR_UNIT }
            }
            None => Conversion::none(paid_in),
        }))
    }

    /// That in which the buyer pays.
    pub(super) fn presentment(self) -> Currency {
        self.0.to
    }

    /// The shop's.
    pub(super) fn of_shop(self) -> Currency {
        self.0.from
    }

    /// An amount of the order's minor units as the buyer pays it.
    pub(super) fn money(self, minor: i64) -> MoneyV2 {
        Money::new(minor, self.0.to).into()
    }

    /// An amount of the order's minor units in both currencies.
    ///
    /// # Errors
    /// A fault where it cannot be counted with.
    pub(super) fn bag(self, minor: i64) -> Result<MoneyBag, Fault> {
        let of_shop = self.0.back(minor).ok_or_else(|| Fault::new("an amount passes what can be told"))?;
        let shop_money = Money::new(of_shop, self.0.from).into();
        Ok(MoneyBag { presentment_money: self.money(minor), shop_money })
    }
}
