//! What an order will be: the priced cart that the buyer agreed to, kept by the attempt until it is paid.

use entity::discount::{DiscountClass, DiscountMethod, DiscountSpread, DiscountValueKind};
use entity::id::{DiscountId, MarketId, ProductId, VariantId};
use entity::order_discount_application::TargetSelection;
use serde::{Deserialize, Deserializer, Serialize};

use crate::cart::{Attributes, OptionCopy};
use crate::market::Address;

/// An order before it is placed. Amounts are minor units of `currency`.
///
/// Attempts of earlier releases kept it without the fields that have defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDraft {
    /// The buyer's e-mail address.
    pub email: String,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// The buyer's country.
    pub country: String,
    /// The buyer's language.
    pub language: String,
    /// Where it is sold.
    #[serde(default)]
    pub market: Option<MarketId>,
    /// What a unit of the shop's currency is worth in `currency`, in billionths.
    #[serde(default)]
    pub fx_rate_e9: Option<i64>,
    /// What is bought.
    pub lines: Vec<DraftLine>,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Where the bill goes.
    pub billing_address: Option<Address>,
    /// How it goes there; earlier releases kept one delivery or none.
    #[serde(default, deserialize_with = "one_or_many")]
    pub shipping: Vec<DraftShipping>,
    /// The discounts that take something off.
    #[serde(default)]
    pub applications: Vec<DraftApplication>,
    /// All lines before discounts.
    pub subtotal_minor: i64,
    /// All that is taken off, of lines and deliveries.
    pub discount_minor: i64,
    /// The deliveries before discounts.
    pub shipping_minor: i64,
    /// What of the discount is taken off deliveries.
    #[serde(default)]
    pub shipping_discount_minor: i64,
    /// The tax.
    pub tax_minor: i64,
    /// What the buyer pays.
    pub total_minor: i64,
    /// Whether the prices hold the tax.
    pub taxes_included: bool,
    /// Whether the tax provider did not answer and the shop's own rates stand in.
    #[serde(default)]
    pub tax_fallback: bool,
    /// Whether a carrier did not answer and a fixed rate stands in.
    #[serde(default)]
    pub delivery_fallback: bool,
    /// A note of the buyer.
    pub note: Option<String>,
    /// The words of the front end.
    pub attributes: Attributes,
    /// The order's name in the system that sends it.
    pub source_identifier: Option<String>,
}

/// A line of an order before it is placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftLine {
    /// Of which product.
    pub product_id: ProductId,
    /// Which variant.
    pub variant_id: VariantId,
    /// The product's title.
    pub title: String,
    /// The variant's title.
    pub variant_title: String,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// Who makes it.
    pub vendor: String,
    /// Its picture.
    pub image_url: Option<String>,
    /// Its options.
    pub options: Vec<OptionCopy>,
    /// The words of the front end.
    pub attributes: Attributes,
    /// Whether it is shipped.
    pub requires_shipping: bool,
    /// Whether it is taxed.
    pub taxable: bool,
    /// How many.
    pub quantity: i32,
    /// What one costs.
    pub unit_minor: i64,
    /// What all cost.
    pub subtotal_minor: i64,
    /// What is taken off.
    pub discount_minor: i64,
    /// What is left to pay.
    pub total_minor: i64,
    /// What each discount takes off.
    #[serde(default)]
    pub allocations: Vec<DraftAllocation>,
    /// Its taxes.
    #[serde(default)]
    pub taxes: Vec<DraftTax>,
}

/// A delivery of an order before it is placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftShipping {
    /// For buyers.
    pub title: String,
    /// For programs.
    pub handle: String,
    /// What it costs before discounts.
    pub amount_minor: i64,
    /// What each discount takes off.
    #[serde(default)]
    pub allocations: Vec<DraftAllocation>,
    /// Its taxes.
    #[serde(default)]
    pub taxes: Vec<DraftTax>,
}

/// A discount that takes something off an order before it is placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftApplication {
    /// Which one.
    pub discount: DiscountId,
    /// By which code.
    pub code: Option<String>,
    /// For buyers.
    pub title: String,
    /// Whether by itself.
    pub method: DiscountMethod,
    /// What kind of thing it takes from.
    pub class: DiscountClass,
    /// What it promises.
    pub value_kind: DiscountValueKind,
    /// How much of a percentage, in hundredths of a percent.
    pub value_bp: Option<i32>,
    /// How much of an amount or a price.
    pub value_minor: Option<i64>,
    /// Off each, or once.
    pub spread: DiscountSpread,
    /// Off what.
    pub selection: TargetSelection,
    /// How much it takes in all.
    pub amount_minor: i64,
}

/// What a discount takes off a line or a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftAllocation {
    /// Which one, by its place in [`OrderDraft::applications`].
    pub application: usize,
    /// How much.
    pub amount_minor: i64,
}

/// A tax of a line or a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftTax {
    /// For buyers.
    pub title: String,
    /// Who takes it.
    pub jurisdiction: String,
    /// In millionths.
    pub rate_e6: i64,
    /// How much.
    pub amount_minor: i64,
}

/// What is taken off in all.
#[must_use]
pub(super) fn taken_off(allocations: &[DraftAllocation]) -> i64 {
    allocations.iter().map(|allocation| allocation.amount_minor).sum()
}

/// The sum of taxes.
#[must_use]
pub(super) fn taxed(taxes: &[DraftTax]) -> i64 {
    taxes.iter().map(|tax| tax.amount_minor).sum()
}

fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<DraftShipping>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Many(Vec<DraftShipping>),
        One(Option<DraftShipping>),
    }
    Ok(match Kept::deserialize(from)? {
        Kept::Many(many) => many,
        Kept::One(one) => one.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A draft as release 0.2.0 kept it.
    fn old(shipping: &Value) -> Value {
        json!({
            "email": "ada@example.com", "phone": null, "currency": "EUR", "country": "DE", "language": "EN",
            "lines": [{
                "product_id": 7, "variant_id": 11, "title": "Jug", "variant_title": "Small", "sku": null,
                "vendor": "Maker", "image_url": null, "options": [], "attributes": [], "requires_shipping": true,
                "taxable": true, "quantity": 2, "unit_minor": 1000, "subtotal_minor": 2000, "discount_minor": 0,
                "total_minor": 2000,
            }],
            "shipping_address": null, "billing_address": null, "shipping": shipping, "subtotal_minor": 2000,
            "discount_minor": 0, "shipping_minor": 490, "tax_minor": 0, "total_minor": 2490,
            "taxes_included": true, "note": null, "attributes": [], "source_identifier": null,
        })
    }

    #[test]
    fn a_draft_of_an_earlier_release_is_still_read() {
        let delivery = json!({ "title": "Post", "handle": "post", "amount_minor": 490 });
        let draft: OrderDraft = serde_json::from_value(old(&delivery)).unwrap();
        assert_eq!(draft.shipping.len(), 1);
        assert_eq!((draft.shipping[0].amount_minor, taken_off(&draft.shipping[0].allocations)), (490, 0));
        assert_eq!((draft.market, draft.shipping_discount_minor, draft.tax_fallback), (None, 0, false));
        assert!(draft.applications.is_empty() && draft.lines[0].taxes.is_empty());
        let without: OrderDraft = serde_json::from_value(old(&Value::Null)).unwrap();
        assert!(without.shipping.is_empty());
        let again: OrderDraft = serde_json::from_value(serde_json::to_value(&draft).unwrap()).unwrap();
        assert_eq!(again, draft);
    }
}
