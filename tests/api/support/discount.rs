//! Factories of discounts.

use std::collections::BTreeSet;

use chrono::DateTime;
use entity::id::{DiscountId, ProductId};
use entity::{discount, discount_redemption};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value as Json, json};
use tradepost::actor::Actor;
use tradepost::discount::{NewDiscount, create};
use tradepost::pricing::engine::{
    CombinesWith, DiscountClass, DiscountMethod, Effect, ForCustomers, Requirement, Spread, Targets, Value,
};

use super::TestShop;
use super::market::currency;

/// A value off the whole order, by itself and combined with nothing.
pub fn off_order(value: Value) -> NewDiscount {
    by_itself(DiscountClass::Order, Effect::Basic { value, spread: Spread::Across, targets: Targets::All })
}

/// A value off products of its choice.
pub fn off_products(value: Value, spread: Spread, products: &[ProductId]) -> NewDiscount {
    by_itself(DiscountClass::Product, Effect::Basic { value, spread, targets: named(products) })
}

/// Free shipping to everywhere.
pub fn free_shipping() -> NewDiscount {
    by_itself(DiscountClass::Shipping, Effect::FreeShipping { countries: None, max_cost_minor: None })
}

/// A discount that applies by itself, since ever and for all.
pub fn by_itself(class: DiscountClass, effect: Effect) -> NewDiscount {
    NewDiscount {
        title: "Discount".to_owned(),
        method: DiscountMethod::Automatic,
        codes: Vec::new(),
        class,
        effect,
        currency: currency("EUR"),
        requirement: Requirement::None,
        combines_with: CombinesWith::default(),
        customers: ForCustomers::All,
        markets: None,
        starts_at: DateTime::UNIX_EPOCH,
        ends_at: None,
        usage_limit: None,
        once_per_customer: false,
    }
}

/// The same by a code.
pub fn coded(code: &str, new: NewDiscount) -> NewDiscount {
    NewDiscount { method: DiscountMethod::Code, codes: vec![code.to_owned()], ..new }
}

/// These products.
pub fn named(products: &[ProductId]) -> Targets {
    Targets::Named {
        products: products.iter().copied().collect(),
        variants: BTreeSet::new(),
        collections: BTreeSet::new(),
    }
}

/// Combined with everything.
pub const WITH_ALL: CombinesWith = CombinesWith { product: true, order: true, shipping: true };

impl TestShop {
    /// Makes a discount.
    pub async fn discount(&self, new: &NewDiscount) -> DiscountId {
        create(&self.app, &Actor::System, new).await.unwrap()
    }

    /// The row of a discount.
    pub async fn discount_row(&self, id: DiscountId) -> discount::Model {
        discount::Entity::find_by_id(id).one(self.app.db.fresh()).await.unwrap().unwrap()
    }

    /// All uses of discounts.
    pub async fn redemptions(&self) -> Vec<discount_redemption::Model> {
        let all = discount_redemption::Entity::find().order_by_asc(discount_redemption::Column::Id);
        all.all(self.app.db.fresh()).await.unwrap()
    }

    /// Puts discount codes in the place of those that a cart has, which must be accepted; returns the payload.
    pub async fn type_codes(&self, cart: &str, codes: &[&str]) -> Json {
        let arguments = [("cartId", "ID!", json!(cart)), ("discountCodes", "[String!]", json!(codes))];
        let payload = self.change_cart("cartDiscountCodesUpdate", &arguments).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    /// A cart that is ready to be ordered with discount codes, paid for as a whole.
    pub async fn ready_cart_with_codes(&self, variant: &str, email: &str, codes: &[&str]) -> String {
        let input = json!({
            "lines": [{ "merchandiseId": variant, "quantity": 1 }], "discountCodes": codes,
            "buyerIdentity": { "email": email, "countryCode": "DE" },
            "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
                "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
                "zip": "10115", "countryCode": "DE" } } }] },
        });
        let cart = self.make_cart(input).await;
        let id = cart["id"].as_str().unwrap().to_owned();
        let total = cart["cost"]["totalAmount"]["amount"].as_str().unwrap();
        self.pay(&id, total, "approve").await;
        id
    }
}
