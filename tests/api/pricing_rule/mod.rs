//! Rules that change prices by themselves.

mod command;
mod revert;
mod run;
mod simulate;

use chrono::{TimeDelta, Utc};
use entity::id::{PriceListId, PricingRuleId, VariantId};
use entity::{inventory_item, price, pricing_rule, pricing_run, pricing_run_change, product};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::clock::Clock;
use tradepost::money::Money;
use tradepost::pricing::dynamic::{
    Action, Bound, Change, Condition, NewRule, Range, activate, save_rule, simulate,
};
use tradepost::pricing::{FixedPrice, save_base_prices};
use tradepost::store::BASE_PRICE_LIST;

use crate::support::market::currency;
use crate::support::{ProductSpec, TestShop};

/// What every variant that is counted meets.
fn always() -> Condition {
    Condition::Stock { units: Range::from(0) }
}

/// Base prices go down by a tenth, at most to a euro, at most by a tenth a day, every hour.
fn lower(name: &str) -> NewRule {
    NewRule {
        id: None,
        name: name.to_owned(),
        list: BASE_PRICE_LIST,
        currency: currency("EUR"),
        condition: always(),
        action: Action { change: Change::Percentage(-1_000), ending: None },
        floor: Some(Bound::Amount(100)),
        ceiling: None,
        max_step_bp: 1_000,
        priority: 0,
        every_minutes: 60,
    }
}

/// A node whose clock the test moves.
async fn node(shop: &TestShop) -> App {
    let mut app = shop.second_node().await;
    app.clock = Clock::set_to(Utc::now());
    app
}

/// Makes a rule, simulates and activates it.
async fn have_active(app: &App, new: &NewRule) -> PricingRuleId {
    let id = save_rule(app, &Actor::System, new).await.unwrap();
    simulate(app, &Actor::System, id, |_| {}).await.unwrap();
    activate(app, &Actor::System, id).await.unwrap();
    id
}

/// What variants cost on a list, by variant and quantity.
async fn prices(app: &App, list: PriceListId) -> Vec<(VariantId, i32, i64)> {
    let rows = price::Entity::find()
        .filter(price::Column::PriceListId.eq(list))
        .order_by_asc(price::Column::VariantId)
        .order_by_asc(price::Column::MinQuantity);
    let rows = rows.all(app.db.fresh()).await.unwrap();
    rows.into_iter().map(|row| (row.variant_id, row.min_quantity, row.amount_minor)).collect()
}

/// The base prices of products with one variant each, in the order in which they were made.
async fn base_prices(app: &App) -> Vec<i64> {
    prices(app, BASE_PRICE_LIST).await.into_iter().map(|(_, _, minor)| minor).collect()
}

async fn runs(app: &App) -> Vec<pricing_run::Model> {
    pricing_run::Entity::find().order_by_asc(pricing_run::Column::Id).all(app.db.fresh()).await.unwrap()
}

async fn changes(app: &App) -> Vec<pricing_run_change::Model> {
    pricing_run_change::Entity::find()
        .order_by_asc(pricing_run_change::Column::RunId)
        .order_by_asc(pricing_run_change::Column::VariantId)
        .order_by_asc(pricing_run_change::Column::MinQuantity)
        .all(app.db.fresh())
        .await
        .unwrap()
}

async fn rule_row(app: &App, id: PricingRuleId) -> pricing_rule::Model {
    pricing_rule::Entity::find_by_id(id).one(app.db.fresh()).await.unwrap().unwrap()
}

/// Sets what a product's first variant costs the shop.
async fn have_cost(shop: &TestShop, handle: &str, minor: i64, code: &str) {
    let item = shop.variant_rows(handle).await[0].inventory_item_id;
    inventory_item::Entity::update_many()
        .col_expr(inventory_item::Column::CostMinor, Expr::value(minor))
        .col_expr(inventory_item::Column::CostCurrency, Expr::value(code))
        .filter(inventory_item::Column::Id.eq(item))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
}

/// Sets a base price by hand.
async fn set_price(shop: &TestShop, handle: &str, minor: i64) {
    let price = FixedPrice::of(shop.first_variant(handle).await, Money::new(minor, currency("EUR")));
    save_base_prices(&shop.app, &Actor::System, &[price]).await.unwrap();
}

/// What a shopper sees of a product.
async fn shown(shop: &TestShop, handle: &str) -> String {
    let query = "query($handle: String) { product(handle: $handle) { variants(first: 1) { nodes { price { amount } } } } }";
    let found = shop.ask(query, json!({ "handle": handle })).await;
    found["product"]["variants"]["nodes"][0]["price"]["amount"].as_str().unwrap().to_owned()
}

async fn publish(shop: &TestShop, handle: &str, days_ago: i64) {
    product::Entity::update_many()
        .col_expr(product::Column::PublishedAt, Expr::value(Utc::now() - TimeDelta::days(days_ago)))
        .filter(product::Column::Handle.eq(handle))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
}

/// Products named `p0`, `p1` and so on, for 10.00, 20.00 and so on.
async fn have_products(shop: &TestShop, count: usize) {
    let products: Vec<ProductSpec> = (0..count)
        .map(|index| ProductSpec::new(&format!("p{index}")).price(&format!("{}.00", (index + 1) * 10)))
        .collect();
    shop.have(&products).await;
}
