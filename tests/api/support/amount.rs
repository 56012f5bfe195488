//! Taxes, gift cards and store credit, and whether orders add up.

use entity::id::{CustomerId, MarketId, OrderId};
use entity::{
    order, order_discount_application, order_line, order_line_discount, order_shipping_discount,
    order_shipping_line, order_tax_line, order_transaction,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::gift_card::{self, IssuedGiftCard, NewGiftCard};
use tradepost::money::Money;
use tradepost::store_credit::{self, Credit};
use tradepost::tax::{NewTaxRate, save_tax_rate};

use super::TestShop;
use super::market::currency;

/// A standard rate of a country, or of one province of it.
pub fn tax_rate(country: &str, province: Option<&str>, rate_e6: i64) -> NewTaxRate {
    NewTaxRate {
        id: None,
        country: country.to_owned(),
        province: province.map(str::to_owned),
        postcode: None,
        class: None,
        title: "VAT".to_owned(),
        jurisdiction: None,
        rate_e6,
        compound: false,
        on_shipping: true,
        priority: 0,
        valid_from: None,
        valid_to: None,
    }
}

impl TestShop {
    /// Makes a tax rate.
    pub async fn taxed(&self, new: &NewTaxRate) {
        save_tax_rate(&self.app, &Actor::System, new).await.unwrap();
    }

    /// Issues a gift card of so many cents.
    pub async fn gift_card(&self, minor: i64) -> IssuedGiftCard {
        let amount = Money::new(minor, currency("EUR"));
        let new = NewGiftCard { code: None, amount, expires_on: None };
        gift_card::issue(&self.app, &Actor::System, &new).await.unwrap()
    }

    /// Makes an account with so much store credit; returns the customer and their access token.
    pub async fn customer_with_credit(&self, email: &str, minor: i64) -> (CustomerId, String) {
        let password = "a lovely sentence";
        let create = "mutation($email: String!, $password: String!) {
            customerCreate(input: { email: $email, password: $password }) { customer { id } }
            customerAccessTokenCreate(input: { email: $email, password: $password }) {
                customerAccessToken { accessToken } } }";
        let made = self.ask(create, json!({ "email": email, "password": password })).await;
        let id = made["customerCreate"]["customer"]["id"].as_str().unwrap();
        let id = CustomerId(id.rsplit('/').next().unwrap().parse().unwrap());
        let token = &made["customerAccessTokenCreate"]["customerAccessToken"]["accessToken"];
        if minor > 0 {
            let amount = Money::new(minor, currency("EUR"));
            let credit = Credit { customer: id, amount, reference: "a present".to_owned(), expires_at: None };
            store_credit::credit(&self.app, &Actor::System, &credit).await.unwrap();
        }
        (id, token.as_str().unwrap().to_owned())
    }

    /// Asserts that everything that is stored of an order adds up to the minor unit.
    pub async fn order_adds_up(&self, id: OrderId) {
        let db = self.app.db.fresh();
        let order = order::Entity::find_by_id(id).one(db).await.unwrap().unwrap();
        let lines =
            order_line::Entity::find().filter(order_line::Column::OrderId.eq(id)).all(db).await.unwrap();
        let deliveries = order_shipping_line::Entity::find()
            .filter(order_shipping_line::Column::OrderId.eq(id))
            .all(db)
            .await
            .unwrap();
        let applications = order_discount_application::Entity::find()
            .filter(order_discount_application::Column::OrderId.eq(id))
            .all(db)
            .await
            .unwrap();
        let keys = || applications.iter().map(|application| application.id);
        let of_lines = order_line_discount::Entity::find()
            .filter(order_line_discount::Column::ApplicationId.is_in(keys()))
            .all(db)
            .await
            .unwrap();
        let of_deliveries = order_shipping_discount::Entity::find()
            .filter(order_shipping_discount::Column::ApplicationId.is_in(keys()))
            .all(db)
            .await
            .unwrap();
        let taxes = order_tax_line::Entity::find()
            .filter(order_tax_line::Column::OrderId.eq(id))
            .all(db)
            .await
            .unwrap();
        let paid = order_transaction::Entity::find()
            .filter(order_transaction::Column::OrderId.eq(id))
            .all(db)
            .await
            .unwrap();

        for application in &applications {
            let lines = of_lines.iter().filter(|row| row.application_id == application.id);
            let deliveries = of_deliveries.iter().filter(|row| row.application_id == application.id);
            let sum: i64 =
                lines.map(|row| row.amount_minor).chain(deliveries.map(|row| row.amount_minor)).sum();
            assert_eq!(sum, application.amount_minor, "what {} took off", application.title);
        }
        for line in &lines {
            let off: i64 =
                of_lines.iter().filter(|row| row.order_line_id == line.id).map(|row| row.amount_minor).sum();
            let tax = taxes.iter().filter(|tax| tax.order_line_id == Some(line.id));
            assert_eq!(line.discount_minor, off, "off {}", line.title);
            assert_eq!(line.tax_minor, tax.map(|tax| tax.amount_minor).sum::<i64>(), "tax of {}", line.title);
        }
        for delivery in &deliveries {
            let off = of_deliveries.iter().filter(|row| row.shipping_line_id == delivery.id);
            let tax = taxes.iter().filter(|tax| tax.shipping_line_id == Some(delivery.id));
            assert_eq!(delivery.discount_minor, off.map(|row| row.amount_minor).sum::<i64>());
            assert_eq!(delivery.tax_minor, tax.map(|tax| tax.amount_minor).sum::<i64>());
        }
        let sum = |of: fn(&order_line::Model) -> i64| lines.iter().map(of).sum::<i64>();
        let delivered = |of: fn(&order_shipping_line::Model) -> i64| deliveries.iter().map(of).sum::<i64>();
        assert_eq!(order.subtotal_minor, sum(|line| line.subtotal_minor));
        assert_eq!(order.shipping_minor, delivered(|line| line.amount_minor));
        assert_eq!(order.shipping_discount_minor, delivered(|line| line.discount_minor));
        assert_eq!(order.discount_minor, sum(|line| line.discount_minor) + order.shipping_discount_minor);
        assert_eq!(order.tax_minor, sum(|line| line.tax_minor) + delivered(|line| line.tax_minor));
        let added = if order.taxes_included { 0 } else { order.tax_minor };
        let total = order.subtotal_minor - order.discount_minor + order.shipping_minor + added;
        assert_eq!(order.total_minor, total);
        assert_eq!(paid.iter().map(|row| row.amount_minor).sum::<i64>(), order.total_minor);
    }

    /// Sells in the United States in euros, with the taxes added to prices.
    pub async fn sell_untaxed_prices_in(&self, countries: &[&str]) -> MarketId {
        let market = super::market::market("abroad", "EUR", countries);
        self.sell_in(&tradepost::market::NewMarket { tax_inclusive: false, ..market }).await
    }
}
