//! Carts for staff: what is in one, and why it costs what it costs.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::CartId;

use super::money::MoneyV2;
use super::price_trace::PriceTraceStep;
use super::{READ_ORDERS, allowed};
use crate::cart::{self, CartLineView, CartView, steps_of_line};
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::id::{self, Gid, invalid};
use crate::graphql::scalar::DateTime;
use crate::money::{Currency, Money};

/// A cart.
pub struct Cart(Arc<CartView>);

impl Cart {
    fn currency(&self) -> Result<Currency, ApiError> {
        currency_of(&self.0)
    }

    fn money(&self, minor: i64) -> Result<MoneyV2, ApiError> {
        Ok(money(minor, self.currency()?))
    }
}

fn currency_of(cart: &CartView) -> Result<Currency, ApiError> {
    let unknown = || Fault::new("a cart has an unknown currency").into();
    Currency::find(&cart.row.currency).ok_or_else(unknown)
}

fn money(minor: i64, currency: Currency) -> MoneyV2 {
    Money::new(minor, currency).into()
}

/// What a shopper intends to buy, as it costs now.
#[Object]
impl Cart {
    /// Its global id. It is not that of the shopper, which is a secret.
    async fn id(&self) -> ID {
        id::encode("Cart", self.0.row.id)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.row.created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.row.updated_at)
    }

    /// The name of the market that it is sold in, for programs.
    async fn market_handle(&self) -> &str {
        &self.0.market().handle
    }

    /// Its lines in their order.
    async fn lines(&self) -> Vec<CartLine> {
        (0..self.0.lines.len()).map(|place| CartLine { cart: Arc::clone(&self.0), place }).collect()
    }

    /// All lines before discounts.
    async fn subtotal_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.priced.subtotal_minor)
    }

    /// All that is taken off, of lines and deliveries.
    async fn total_discounts(&self) -> Result<MoneyV2, ApiError> {
        let priced = &self.0.priced;
        self.money(priced.discount_minor.saturating_add(priced.shipping_discount_minor))
    }

    /// The deliveries before discounts, once they are known.
    async fn total_shipping_price(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.0.priced.shipping_minor.map(|minor| self.money(minor)).transpose()
    }

    /// All taxes, once they are known.
    async fn total_tax(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.0.tax_minor().map(|minor| self.money(minor)).transpose()
    }

    /// What the buyer would pay.
    async fn total_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.priced.total_minor)
    }
}

/// A line of a cart.
pub struct CartLine {
    cart: Arc<CartView>,
    place: usize,
}

impl CartLine {
    fn view(&self) -> Result<&CartLineView, ApiError> {
        self.cart.lines.get(self.place).ok_or_else(|| Fault::new("a cart line has no place").into())
    }
}

/// A line of a cart.
#[Object(name = "CartLine")]
impl CartLine {
    /// Its global id.
    async fn id(&self) -> Result<ID, ApiError> {
        Ok(id::encode("CartLine", self.view()?.row.id))
    }

    /// How many units.
    async fn quantity(&self) -> Result<i32, ApiError> {
        Ok(self.view()?.row.quantity)
    }

    /// The product's title.
    async fn title(&self) -> Result<&str, ApiError> {
        Ok(&self.view()?.merchandise.product.title)
    }

    /// What one unit costs.
    async fn unit_price(&self) -> Result<MoneyV2, ApiError> {
        Ok(money(self.view()?.priced.unit_minor, currency_of(&self.cart)?))
    }

    /// All units after discounts.
    async fn discounted_total(&self) -> Result<MoneyV2, ApiError> {
        Ok(money(self.view()?.priced.total_minor, currency_of(&self.cart)?))
    }

    /// Why it costs what it costs: each rule that was tried, in order; its own and those of the cart as a whole.
    async fn price_trace(&self) -> Result<Vec<PriceTraceStep>, ApiError> {
        let steps = self.cart.price_trace()?;
        let currency = currency_of(&self.cart)?;
        let step = |step: &crate::pricing::engine::Step| PriceTraceStep::of(step.clone(), currency);
        Ok(steps_of_line(&steps, self.place).into_iter().map(step).collect())
    }
}

/// Queries about carts.
#[derive(Default)]
pub struct CartQuery;

/// Queries about carts.
#[Object]
impl CartQuery {
    /// A cart, by its number or as the shopper's own program names it; none for an unknown one. Needs the scope
    /// `read_orders`.
    async fn cart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<Cart>, ApiError> {
        let app = allowed(ctx, READ_ORDERS)?;
        let gid = Gid::parse(&id).filter(|gid| gid.kind == "Cart").ok_or_else(|| invalid("Cart", &id))?;
        let found = match gid.name.parse() {
            Ok(number) => cart::find_cart_by_id(app, CartId(number)).await?,
            Err(_) => cart::find_cart(app, gid.name).await?,
        };
        Ok(found.map(|view| Cart(Arc::new(view))))
    }
}
