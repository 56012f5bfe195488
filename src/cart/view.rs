//! A cart as the API shows it: loaded whole and priced.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use entity::id::{CartAddressId, CartLineId, GiftCardId, StoreCreditAccountId};
use entity::{cart, cart_line};

use super::answers::{Answers, Missing};
use super::delivery::DeliveryGroup;
use super::details::Details;
use super::error::CartWarning;
use super::line::Attributes;
use super::merchandise::Merchandise;
use super::pricing::Quoted;
use super::rules::Terms;
use super::taxes::TaxStanding;
use crate::market::{Address, Market};
use crate::payment::Payment;
use crate::pricing::engine::{CartToPrice, PricedCart, PricedLine, Step};
use crate::shipping::DeliveryOption;

/// A cart, loaded whole and priced.
#[derive(Clone, Debug)]
pub struct CartView {
    /// The row.
    pub row: cart::Model,
    /// The secret in its public id, as the caller showed it; empty where staff look.
    pub token: String,
    /// The words of the front end.
    pub attributes: Attributes,
    /// Its lines in the order in which they were put in.
    pub lines: Vec<CartLineView>,
    /// Lines whose product is no longer sold; they are shown to nobody and block the order.
    pub unsold: Vec<CartLineId>,
    /// Its addresses.
    pub addresses: Vec<CartAddressView>,
    /// The gift cards that pay for it, in their order.
    pub gift_cards: Vec<AppliedGiftCardView>,
    /// What store credit pays, where the customer wishes it and has some.
    pub store_credit: Option<AppliedStoreCreditView>,
    /// Whether it has metafields, which its order will keep.
    pub has_metafields: bool,
    /// How it goes to the buyer, once it is known where to; one for each of the engine's deliveries, in their order.
    pub deliveries: Vec<DeliveryGroup>,
    /// How the buyer means to pay.
    pub payment: Option<Payment>,
    /// Where the bill goes.
    pub billing_address: Option<Address>,
    /// What it costs, and what came of its discount codes.
    pub priced: PricedCart,
    /// How sure its taxes are.
    pub taxes: TaxStanding,
    /// What stands in for answers that did not come.
    pub fallback: Fallbacks,
    /// What decides about its price besides its lines.
    pub(super) details: Arc<Details>,
    /// What those outside have said about it.
    pub(super) answers: Answers,
    /// What they would have to be asked.
    pub(super) missing: Missing,
    /// The steps towards its price, once somebody has asked for them.
    pub(super) steps: OnceLock<Arc<Vec<Step>>>,
    /// What it was priced from.
    pub(super) priced_from: Arc<CartToPrice>,
    /// On which terms.
    pub(super) terms: Terms,
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

/// Store credit that pays for a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppliedStoreCreditView {
    /// Which account.
    pub account: StoreCreditAccountId,
    /// What is on it before it pays.
    pub balance_minor: i64,
    /// What it pays.
    pub used_minor: i64,
}

/// Whose answers did not come in time, so that the shop's own settings stand in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fallbacks {
    /// The tax provider's.
    pub taxes: bool,
    /// A carrier's.
    pub delivery: bool,
}

impl CartView {
    /// What is left to pay once gift cards and store credit have paid.
    #[must_use]
    pub fn due_minor(&self) -> i64 {
        self.priced.due_minor
    }

    /// All lines after discounts, in minor units.
    #[must_use]
    pub fn discounted_subtotal_minor(&self) -> i64 {
        self.priced.subtotal_minor - self.priced.discount_minor
    }

    /// All taxes in minor units, whether prices hold them or they are added; none while they are not known, and where the
    /// shop has said nothing about taxes.
    #[must_use]
    pub fn tax_minor(&self) -> Option<i64> {
        let is_told = self.priced.taxes_known && self.terms.rules.taxes.is_set_up();
        is_told.then_some(self.priced.tax_minor)
    }

    /// Whether the taxes may still change.
    #[must_use]
    pub fn are_taxes_estimated(&self) -> bool {
        match self.taxes {
            TaxStanding::Known => false,
            TaxStanding::Estimated
            | TaxStanding::Unknown
            | TaxStanding::Fallback
            | TaxStanding::Refused(_) => true,
        }
    }

    /// Whether the total may still change: a delivery or an added tax is not known for sure.
    #[must_use]
    pub fn is_total_estimated(&self) -> bool {
        let is_open = self.needs_delivery() && self.priced.shipping_minor.is_none();
        let added = !self.priced.taxes_included && self.are_taxes_estimated();
        is_open || added || self.fallback.delivery || !self.missing.rates.is_empty()
    }

    /// Whether carriers would have to be asked before its deliveries have their prices.
    #[must_use]
    pub fn has_unasked_carriers(&self) -> bool {
        !self.missing.rates.is_empty()
    }

    /// Whether those outside would have to be asked before it has its final price.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        !self.missing.is_nothing()
    }

    /// What those outside have said about it.
    #[must_use]
    pub(crate) fn answers(&self) -> Answers {
        self.answers.clone()
    }

    /// Takes another price.
    pub(super) fn take(&mut self, quoted: Quoted) {
        let Quoted { deliveries, priced, priced_from, taxes, missing } = quoted;
        for (line, priced) in self.lines.iter_mut().zip(&priced.lines) {
            line.priced.clone_from(priced);
        }
        self.gift_cards = gift_cards_of(&self.details, &priced);
        self.store_credit = store_credit_of(&self.details, &priced);
        self.fallback = fallbacks_of(&deliveries, &taxes);
        self.deliveries = deliveries;
        self.priced = priced;
        self.priced_from = Arc::new(priced_from);
        self.taxes = taxes;
        self.missing = missing;
        self.steps = OnceLock::new();
    }

    /// The market that it is sold in.
    #[must_use]
    pub fn market(&self) -> &Market {
        &self.terms.market
    }

    /// What a unit of the shop's currency is worth in the cart's, in billionths.
    #[must_use]
    pub fn rate_e9(&self) -> i64 {
        self.terms.basis.rules.conversion.rate_e9
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

/// The gift cards with what each pays.
pub(super) fn gift_cards_of(details: &Details, priced: &PricedCart) -> Vec<AppliedGiftCardView> {
    let card = |((id, last_characters, balance_minor), used_minor): (&(GiftCardId, String, i64), &i64)| {
        AppliedGiftCardView {
            id: *id,
            last_characters: last_characters.clone(),
            balance_minor: *balance_minor,
            used_minor: *used_minor,
        }
    };
    details.gift_cards.iter().zip(&priced.tenders).map(card).collect()
}

/// The store credit with what it pays: it is the last of the tenders.
pub(super) fn store_credit_of(details: &Details, priced: &PricedCart) -> Option<AppliedStoreCreditView> {
    let (account, balance_minor) = details.store_credit?;
    let used_minor = priced.tenders.get(details.gift_cards.len()).copied().unwrap_or(0);
    Some(AppliedStoreCreditView { account, balance_minor, used_minor })
}

/// Whose answers did not come.
pub(super) fn fallbacks_of(deliveries: &[DeliveryGroup], taxes: &TaxStanding) -> Fallbacks {
    let is_fallback =
        |group: &DeliveryGroup| group.selected.as_ref().is_some_and(DeliveryOption::is_fallback);
    Fallbacks { taxes: *taxes == TaxStanding::Fallback, delivery: deliveries.iter().any(is_fallback) }
}

/// What came of a change: the cart after it, and what the buyer should know.
#[derive(Debug)]
pub struct Outcome {
    /// The cart after the change.
    pub cart: CartView,
    /// What the buyer should know.
    pub warnings: Vec<CartWarning>,
}
