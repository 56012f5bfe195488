//! What staff and their programs do with orders, through the admin API.

mod cancel;
mod capture;
mod follow;
mod idempotency;
mod manual;
mod provider;
mod race;
mod read;
mod refund;
mod refusal;

use entity::access_token::AccessTokenKind;
use entity::id::OrderId;
use entity::shipping_label::{LabelState, ParcelStatus};
use entity::{
    event, gift_card, inventory_ledger, inventory_level, order, shipping_label, store_credit_account,
};
use reqwest::header::HeaderMap;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::config::Config;
use tradepost::store::create_access_token;

use crate::support::{ProductSpec, TestShop};

const ENDPOINT: &str = "/admin/api/2026-04/graphql.json";

/// An answer of the admin API.
struct Answer {
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The data of an answer without errors.
    fn data(&self) -> Value {
        let answer = self.json();
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// The code of the first error.
    fn code(&self) -> String {
        let code = self.json()["errors"][0]["extensions"]["code"].clone();
        code.as_str().unwrap_or_else(|| panic!("{}", self.body)).to_owned()
    }

    /// Whether it was given before.
    fn is_replay(&self) -> bool {
        self.headers.contains_key("idempotency-replayed")
    }
}

/// What tests look at of an order.
const ORDER: &str = "id name displayFinancialStatus displayFulfillmentStatus cancelledAt cancelReason closed closedAt
    capturable fullyPaid unpaid refundable restockable
    totalReceivedSet { shopMoney { amount } } totalRefundedSet { shopMoney { amount } }
    totalCapturableSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
    netPaymentSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
    transactions { id kind status gateway errorCode amountSet { shopMoney { amount } } parentTransaction { id } }
    refunds { id note totalRefundedSet { shopMoney { amount } }
        refundLineItems(first: 9) { nodes { quantity restockType restocked lineItem { id } } } }
    lineItems(first: 9) { nodes { id title quantity currentQuantity refundableQuantity } }";

/// A shop with somebody of its staff.
struct Desk {
    shop: TestShop,
    token: String,
}

impl Desk {
    /// Mugs for 100.00 that are not sent anywhere, pins for 3.33, and staff who may read and write orders.
    async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        let shop = TestShop::open_with(change).await;
        let mut mug = ProductSpec::new("mug").price("100.00").stock(500);
        mug.variants.iter_mut().for_each(|variant| variant.requires_shipping = false);
        shop.have(&[mug, ProductSpec::new("pin").price("3.33").stock(500)]).await;
        let token = token(&shop, &["read_orders", "write_orders"]).await;
        Self { shop, token }
    }

    /// Sends an operation with a token and other headers.
    async fn send_as(&self, token: &str, headers: &[(&str, &str)], query: &str, variables: &Value) -> Answer {
        let mut request = self.shop.client.post(format!("{}{ENDPOINT}", self.shop.url));
        request = request.header("x-shopify-access-token", token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = json!({ "query": query, "variables": variables });
        let response = request.json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200, "GraphQL answers come with status 200");
        Answer { headers: response.headers().clone(), body: response.text().await.unwrap() }
    }

    async fn send(&self, query: &str, variables: &Value) -> Answer {
        self.send_as(&self.token, &[], query, variables).await
    }

    /// Sends an operation that must succeed and returns its data.
    async fn ask(&self, query: &str, variables: Value) -> Value {
        self.send(query, &variables).await.data()
    }

    /// Sends an operation under an idempotency key.
    async fn keyed(&self, key: &str, query: &str, variables: &Value) -> Answer {
        self.send_as(&self.token, &[("idempotency-key", key)], query, variables).await
    }

    /// Carries out a mutation of an order and returns its payload.
    async fn run(&self, mutation: &Mutation, variables: Value) -> Value {
        self.ask(mutation.query, variables).await[mutation.name].clone()
    }

    /// Carries out a mutation that must be accepted.
    async fn done(&self, mutation: &Mutation, variables: Value) -> Value {
        let payload = self.run(mutation, variables).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    /// Asserts that a mutation is refused with this code and field, and that nothing is changed.
    async fn refused(&self, mutation: &Mutation, variables: Value, code: &str, field: &str) {
        let before = self.everything().await;
        let payload = self.run(mutation, variables.clone()).await;
        let field: Vec<&str> = field.split('.').filter(|part| !part.is_empty()).collect();
        let field = if field.is_empty() { Value::Null } else { json!(field) };
        let error = &payload["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &field), "{variables:#} {payload:#}");
        assert_eq!(payload["userErrors"].as_array().unwrap().len(), 1, "{payload:#}");
        assert!(!error["message"].as_str().unwrap().is_empty());
        for thing in ["order", "refund", "transaction", "job"] {
            assert_eq!(payload[thing], Value::Null, "{payload:#}");
        }
        assert_eq!(self.everything().await, before, "nothing has changed: {variables:#}");
    }

    /// A guest's order of so many units, paid with `manual` or a token of the test gateway; returns its global id.
    async fn order(&self, handle: &str, quantity: i64, payment: &str) -> String {
        let variant = self.shop.variant_id(handle).await;
        let cart = self.shop.ready_cart(&variant, quantity, payment).await;
        let placed = self.shop.buy(&cart.id).await;
        without_key(placed["orderId"].as_str().unwrap())
    }

    /// An order as staff read it.
    async fn read(&self, order: &str) -> Value {
        let query = format!("query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}");
        self.ask(&query, json!({ "id": order })).await["order"].clone()
    }

    /// The only transaction of an order of this kind.
    async fn transaction(&self, order: &str, kind: &str) -> String {
        let order = self.read(order).await;
        let found: Vec<&Value> = of_kind(&order, kind).collect();
        assert_eq!(found.len(), 1, "{order:#}");
        found[0]["id"].as_str().unwrap().to_owned()
    }

    /// The first line of an order.
    async fn line(&self, order: &str) -> String {
        self.read(order).await["lineItems"]["nodes"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Everything that a command on an order could change.
    async fn everything(&self) -> String {
        let db = self.shop.app.db.fresh();
        let mut levels = inventory_level::Entity::find().all(db).await.unwrap();
        levels.sort_by_key(|level| (level.item_id, level.location_id));
        let mut payments = self.shop.app.payments.test_gateway().unwrap().payments();
        payments.sort_by(|one, other| one.reference.cmp(&other.reference));
        let orders = order::Entity::find().all(db).await.unwrap();
        let mut transactions = entity::order_transaction::Entity::find().all(db).await.unwrap();
        transactions.sort_by_key(|row| row.id);
        let rows = (
            orders,
            transactions,
            entity::refund::Entity::find().all(db).await.unwrap(),
            entity::refund_line::Entity::find().all(db).await.unwrap(),
            levels,
            inventory_ledger::Entity::find().all(db).await.unwrap().len(),
            gift_card::Entity::find().all(db).await.unwrap(),
            store_credit_account::Entity::find().all(db).await.unwrap(),
            entity::event::Entity::find().all(db).await.unwrap().len(),
        );
        format!("{rows:#?} {payments:#?}")
    }
}

/// A mutation with what tests look at of its answer.
struct Mutation {
    name: &'static str,
    query: &'static str,
}

const CAPTURE: Mutation = Mutation {
    name: "orderCapture",
    query: "mutation($input: OrderCaptureInput!) { orderCapture(input: $input) {
        transaction { id kind status gateway test amountSet { shopMoney { amount currencyCode }
            presentmentMoney { amount currencyCode } } parentTransaction { id kind } }
        userErrors { field message code } } }",
};
const VOID: Mutation = Mutation {
    name: "transactionVoid",
    query: "mutation($id: ID!) { transactionVoid(parentTransactionId: $id) {
        transaction { id kind status amountSet { shopMoney { amount } } parentTransaction { id } }
        userErrors { field message code } } }",
};
const REFUND: Mutation = Mutation {
    name: "refundCreate",
    query: "mutation($input: RefundInput!) { refundCreate(input: $input) {
        refund { id note totalRefundedSet { shopMoney { amount } } order { id }
            refundLineItems(first: 9) { nodes { quantity restockType restocked lineItem { id }
                subtotalSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } } }
            transactions(first: 9) { nodes { id kind status gateway amountSet { shopMoney { amount } }
                parentTransaction { id } } } }
        order { id displayFinancialStatus totalRefundedSet { shopMoney { amount } } }
        userErrors { field message code } } }",
};
const CANCEL: Mutation = Mutation {
    name: "orderCancel",
    query: "mutation($id: ID!, $method: OrderCancelRefundMethodInput, $refund: Boolean, $restock: Boolean!,
            $reason: OrderCancelReason!, $notify: Boolean, $note: String) {
        orderCancel(orderId: $id, refundMethod: $method, refund: $refund, restock: $restock, reason: $reason,
            notifyCustomer: $notify, staffNote: $note) {
            job { id done } orderCancelUserErrors { field message code } userErrors { field message code } } }",
};
const MARK_AS_PAID: Mutation = Mutation {
    name: "orderMarkAsPaid",
    query: "mutation($input: OrderMarkAsPaidInput!) { orderMarkAsPaid(input: $input) {
        order { id displayFinancialStatus } userErrors { field message code } } }",
};
const MANUAL_PAYMENT: Mutation = Mutation {
    name: "orderCreateManualPayment",
    query: "mutation($id: ID!, $amount: MoneyInput, $name: String, $at: DateTime) {
        orderCreateManualPayment(id: $id, amount: $amount, paymentMethodName: $name, processedAt: $at) {
            order { id displayFinancialStatus } userErrors { field message code } } }",
};
const CLOSE: Mutation = Mutation {
    name: "orderClose",
    query: "mutation($input: OrderCloseInput!) { orderClose(input: $input) {
        order { id closed closedAt } userErrors { field message code } } }",
};
const OPEN: Mutation = Mutation {
    name: "orderOpen",
    query: "mutation($input: OrderOpenInput!) { orderOpen(input: $input) {
        order { id closed closedAt } userErrors { field message code } } }",
};

/// A token of a back-office program that may do so much.
async fn token(shop: &TestShop, scopes: &[&str]) -> String {
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    create_access_token(&shop.app, AccessTokenKind::Admin, "desk", &scopes).await.unwrap()
}

/// The global id of an order as staff use it: without the key, which is the buyer's.
fn without_key(id: &str) -> String {
    id.split('?').next().unwrap().to_owned()
}

/// The number in a global id.
fn number(id: &str) -> i64 {
    id.rsplit('/').next().unwrap().parse().unwrap()
}

/// The key of an order's row.
fn order_id(id: &str) -> OrderId {
    OrderId(number(id))
}

/// How often something was told of an order.
async fn told(desk: &Desk, order: &str, kind: &str) -> u64 {
    let of_kind = event::Entity::find()
        .filter(event::Column::Entity.eq("order"))
        .filter(event::Column::EntityId.eq(number(order)))
        .filter(event::Column::Kind.eq(kind));
    of_kind.count(desk.shop.app.db.fresh()).await.unwrap()
}

/// Buys a label for a parcel of an order that is so far.
async fn have_parcel(desk: &Desk, order: &str, status: ParcelStatus) {
    let now = desk.shop.app.clock.now();
    let name = format!("{}/{}", order_id(order), status.to_value());
    let label = shipping_label::ActiveModel {
        order_id: Set(order_id(order)),
        provider: Set("shipengine".to_owned()),
        state: Set(LabelState::Bought),
        request_key: Set(name.clone()),
        request_digest: Set(name.clone()),
        external_key: Set(name.clone()),
        provider_label_id: Set(Some(name)),
        weight_grams: Set(500),
        parcel_status: Set(status),
        bought_at: Set(Some(now)),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    shipping_label::Entity::insert(label).exec_without_returning(desk.shop.app.db.writer()).await.unwrap();
}

/// The transactions of an order of this kind.
fn of_kind<'a>(order: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    let transactions = order["transactions"].as_array().unwrap_or_else(|| panic!("{order:#}"));
    transactions.iter().filter(move |transaction| transaction["kind"] == kind)
}

/// What an amount in two currencies is in the shop's.
fn amount<'a>(thing: &'a Value, field: &str) -> &'a str {
    thing[field]["shopMoney"]["amount"].as_str().unwrap_or_else(|| panic!("{field}: {thing:#}"))
}
