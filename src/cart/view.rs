//! A cart as the API shows it: loaded whole and priced.

use chrono::{DateTime, Utc};
use entity::id::{CartAddressId, CartLineId, GiftCardId};
use entity::{cart, cart_line};

use super::delivery::DeliveryGroup;
use super::error::CartWarning;
use super::line::Attributes;
use super::merchandise::Merchandise;
use crate::market::Address;
use crate::payment::Payment;
use crate::pricing::{PricedCart, PricedLine};

/// A cart, loaded whole and priced.
#[derive(Clone, Debug)]
pub struct CartView {
    /// The row.
    pub row: cart::Model,
    /// The secret in its public id, as the caller showed it.
    pub token: String,
    /// The words of the front end.
    pub attributes: Attributes,
    /// Its lines in the order in which they were put in.
    pub lines: Vec<CartLineView>,
    /// Lines whose product is no longer sold; they are shown to nobody and block the order.
    pub unsold: Vec<CartLineId>,
    /// Its addresses.
    pub addresses: Vec<CartAddressView>,
    /// Codes that were typed in.
    pub codes: Vec<String>,
    /// The gift cards that pay for it, in their order.
    pub gift_cards: Vec<AppliedGiftCardView>,
    /// Whether it has metafields, which its order will keep.
    pub has_metafields: bool,
    /// How it goes to the buyer, once an address is selected and a line is shipped.
    pub delivery: Option<DeliveryGroup>,
    /// How the buyer means to pay.
    pub payment: Option<Payment>,
    /// Where the bill goes.
    pub billing_address: Option<Address>,
    /// What it costs.
    pub priced: PricedCart,
}

/// A line, what it is and what it costs.
#[derive(Clone, Debug)]
pub struct CartLineView {
    /// The row.
    pub row: cart_line::Model,
    /// The words of the front end.
    pub attributes: Attributes,
    /// What is bought.
    pub merchandise: Merchandise,
    /// What it costs.
    pub priced: PricedLine,
}

/// An address of a cart.
#[derive(Clone, Debug)]
pub struct CartAddressView {
    /// Its key.
    pub id: CartAddressId,
    /// The address.
    pub address: Address,
    /// Whether the cart goes there.
    pub selected: bool,
    /// Whether it stays out of the customer's address book.
    pub one_time_use: bool,
}

/// A gift card that pays for a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedGiftCardView {
    /// Its key.
    pub id: GiftCardId,
    /// The end of its code.
    pub last_characters: String,
    /// What is on it before it pays.
    pub balance_minor: i64,
    /// What it pays.
    pub used_minor: i64,
}

impl CartView {
    /// What is left to pay once the gift cards have paid.
    #[must_use]
    pub fn due_minor(&self) -> i64 {
        self.gift_cards.iter().fold(self.priced.total_minor, |due, card| due - card.used_minor)
    }

    /// The line with this key and its place.
    #[must_use]
    pub fn place_of(&self, id: CartLineId) -> Option<usize> {
        self.lines.iter().position(|line| line.row.id == id)
    }

    /// Units of all lines.
    #[must_use]
    pub fn total_quantity(&self) -> i64 {
        self.lines.iter().map(|line| i64::from(line.row.quantity)).sum()
    }

    /// Whether anything in it is shipped.
    #[must_use]
    pub fn needs_delivery(&self) -> bool {
        self.lines.iter().any(|line| line.merchandise.item.requires_shipping)
    }

    /// When it was last changed.
    #[must_use]
    pub fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }
}

/// What came of a change: the cart after it, and what the buyer should know.
#[derive(Debug)]
pub struct Outcome {
    /// The cart after the change.
    pub cart: CartView,
    /// What the buyer should know.
    pub warnings: Vec<CartWarning>,
}
