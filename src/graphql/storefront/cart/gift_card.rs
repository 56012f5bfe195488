//! Gift cards and store credit that pay for a cart.

use std::sync::Arc;

use async_graphql::{ID, Object, SimpleObject};

use super::types::{Cart, money};
use crate::cart::{AppliedGiftCardView, CartView};
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::storefront::money::MoneyV2;

/// A gift card that pays for a cart.
#[derive(Clone)]
pub struct AppliedGiftCard {
    cart: Arc<CartView>,
    /// Its place among the cart's cards.
    place: usize,
}

impl AppliedGiftCard {
    /// All of a cart, in their order.
    pub(super) fn all_of(cart: &Cart) -> Vec<Self> {
        (0..cart.0.gift_cards.len()).map(|place| Self { cart: Arc::clone(&cart.0), place }).collect()
    }

    /// The card with this key.
    pub(in crate::graphql::storefront) fn find(cart: &Cart, key: i64) -> Option<Self> {
        let place = cart.0.gift_cards.iter().position(|card| card.id.0 == key)?;
        Some(Self { cart: Arc::clone(&cart.0), place })
    }

    fn view(&self) -> Result<&AppliedGiftCardView, ApiError> {
        self.cart.gift_cards.get(self.place).ok_or_else(|| Fault::new("a gift card has no place").into())
    }

    fn used(&self) -> Result<MoneyV2, ApiError> {
        money(&self.cart, self.view()?.used_minor)
    }

    fn left(&self) -> Result<MoneyV2, ApiError> {
        money(&self.cart, self.view()?.balance_minor)
    }
}

/// A gift card that pays for a cart. It is debited when the cart is ordered.
#[Object]
impl AppliedGiftCard {
    /// What it pays.
    async fn amount_used(&self) -> Result<MoneyV2, ApiError> {
        self.used()
    }

    /// What it pays.
    #[graphql(name = "amountUsedV2", deprecation = "Use `amountUsed`.")]
    async fn amount_used_v2(&self) -> Result<MoneyV2, ApiError> {
        self.used()
    }

    /// What is on it, before it pays.
    async fn balance(&self) -> Result<MoneyV2, ApiError> {
        self.left()
    }

    /// What is on it, before it pays.
    #[graphql(name = "balanceV2", deprecation = "Use `balance`.")]
    async fn balance_v2(&self) -> Result<MoneyV2, ApiError> {
        self.left()
    }

    /// Its global id.
    pub async fn id(&self) -> Result<ID, ApiError> {
        Ok(id::encode("AppliedGiftCard", format!("{}?cart={}", self.view()?.id, self.cart.token)))
    }

    /// The end of its code.
    async fn last_characters(&self) -> Result<&str, ApiError> {
        Ok(&self.view()?.last_characters)
    }

    /// What it pays, in the cart's currency.
    async fn presentment_amount_used(&self) -> Result<MoneyV2, ApiError> {
        self.used()
    }
}

/// Store credit that pays for a cart, behind all gift cards. It is debited when the cart is ordered. An addition of this
/// server.
#[derive(SimpleObject)]
pub struct AppliedStoreCredit {
    /// What it pays.
    pub amount: MoneyV2,
    /// What is on the account, before it pays.
    pub balance: MoneyV2,
}

impl AppliedStoreCredit {
    /// Of a cart, where it pays.
    pub(super) fn of(cart: &Cart) -> Result<Option<Self>, ApiError> {
        let credit = cart.0.store_credit.map(|credit| {
            Ok(Self { amount: cart.money(credit.used_minor)?, balance: cart.money(credit.balance_minor)? })
        });
        credit.transpose()
    }
}
