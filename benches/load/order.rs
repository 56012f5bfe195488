//! Orders: carts that go the whole way, through the demo's test gateway.
//!
//! Every cart is made, addressed, paid for, prepared, submitted and asked about as a front end does it: five requests.
//! What is told as an order's time is the part from preparing to the attempt's end; the rate counts whole carts.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use rand::RngExt;
use serde_json::{Value, json};

use super::catalogue;
use super::client::Connection;
use super::process::Server;
use super::scenario::ask;

/// Over how many products the orders are spread.
const PRODUCTS: usize = 1_000;

/// Which products are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Spread {
    /// Two of many, drawn anew for each cart.
    Many,
    /// One, the same for all.
    Hot,
}

impl Spread {
    pub const ALL: [Self; 2] = [Self::Many, Self::Hot];

    pub fn name(self) -> &'static str {
        match self {
            Self::Many => "spread",
            Self::Hot => "hot",
        }
    }
}

const CREATE: &str = "mutation Create($input: CartInput) { cartCreate(input: $input) { \
    cart { id cost { totalAmount { amount currencyCode } } } userErrors { code message } warnings { code } } }";
const PAY: &str = "mutation Pay($cart: ID!, $payment: CartPaymentInput!) { \
    cartPaymentUpdate(cartId: $cart, payment: $payment) { userErrors { code message } } }";
const PREPARE: &str = "mutation Prepare($cart: ID!) { cartPrepareForCompletion(cartId: $cart) { \
    result { __typename } userErrors { code message } } }";
const SUBMIT: &str = "mutation Submit($cart: ID!) { cartSubmitForCompletion(cartId: $cart, attemptToken: \"once\") { \
    result { __typename ... on SubmitSuccess { attemptId } } userErrors { code message } } }";
const ATTEMPT: &str = "query Attempt($id: String!) { cartCompletionAttempt(attemptId: $id) { __typename \
    ... on CartCompletionSuccess { orderId } ... on CartCompletionFailed { errors { code message } } } }";
const VARIANT: &str = "query Variant($handle: String!) { product(handle: $handle) { \
    variants(first: 1) { nodes { id } } } }";

/// What can be ordered.
pub struct Shelf {
    variants: Vec<String>,
}

impl Shelf {
    /// Lays the sample shop and beside it products of which there is enough.
    pub fn fill(folder: &Path, database: &str) {
        drop(Server::start_demo(folder, database));
        catalogue::fill_plenty(folder, database, PRODUCTS);
    }

    pub async fn find(server: &Server) -> Self {
        let mut connection = Connection::open(server.addr).await;
        let mut variants = Vec::with_capacity(PRODUCTS);
        for number in 0..PRODUCTS {
            let handle = catalogue::plenty_handle(number);
            let product = &ask(&mut connection, VARIANT, &json!({ "handle": handle })).await["product"];
            variants.push(product["variants"]["nodes"][0]["id"].as_str().unwrap().to_owned());
        }
        Self { variants }
    }

    fn lines(&self, spread: Spread) -> Value {
        let line = |place: usize| json!({ "merchandiseId": self.variants[place], "quantity": 1 });
        match spread {
            Spread::Many => {
                let first = rand::rng().random_range(0..PRODUCTS - 1);
                let second = rand::rng().random_range(first + 1..PRODUCTS);
                json!([line(first), line(second)])
            }
            Spread::Hot => json!([line(0)]),
        }
    }
}

/// What came of ordering.
pub struct Outcome {
    /// From preparing to the end of the attempt, sorted.
    pub times: Vec<Duration>,
    pub took: Duration,
}

/// Orders on so many connections for so long. Every cart must become an order.
pub async fn run(
    server: &Server,
    shelf: &Shelf,
    spread: Spread,
    connections: usize,
    length: Duration,
) -> Outcome {
    let started = Instant::now();
    let ordering = (0..connections).map(|_| async {
        let mut connection = Connection::open(server.addr).await;
        let mut times = Vec::new();
        while started.elapsed() < length {
            let cart = ready_cart(&mut connection, shelf.lines(spread)).await;
            let began = Instant::now();
            order(&mut connection, &cart).await;
            times.push(began.elapsed());
        }
        times
    });
    let done = futures_util::future::join_all(ordering).await;
    let took = started.elapsed();
    let mut times: Vec<Duration> = done.into_iter().flatten().collect();
    times.sort_unstable();
    Outcome { times, took }
}

async fn ready_cart(connection: &mut Connection, lines: Value) -> String {
    let number = rand::rng().random_range(0..1_000_000);
    let input = json!({
        "lines": lines,
        "buyerIdentity": { "email": format!("buyer{number}@example.com"), "countryCode": "DE" },
        "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
            "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
            "zip": "10115", "countryCode": "DE" } } }] },
    });
    let created = ask(connection, CREATE, &json!({ "input": input })).await["cartCreate"].clone();
    let refused = created["userErrors"].as_array().unwrap();
    assert!(refused.is_empty(), "{created:#}");
    let cart = created["cart"]["id"].as_str().unwrap().to_owned();
    let payment = json!({
        "amount": created["cart"]["cost"]["totalAmount"],
        "providerPaymentMethod": { "provider": "test", "token": "approve" },
    });
    let paid = ask(connection, PAY, &json!({ "cart": cart, "payment": payment })).await;
    assert_eq!(paid["cartPaymentUpdate"]["userErrors"], json!([]));
    cart
}

async fn order(connection: &mut Connection, cart: &str) {
    let prepared = ask(connection, PREPARE, &json!({ "cart": cart })).await;
    let result = &prepared["cartPrepareForCompletion"]["result"]["__typename"];
    assert_eq!(result, "CartStatusReady", "{prepared:#}");
    let submitted = ask(connection, SUBMIT, &json!({ "cart": cart })).await;
    let attempt = &submitted["cartSubmitForCompletion"]["result"]["attemptId"];
    assert!(attempt.is_string(), "{submitted:#}");
    loop {
        let told = ask(connection, ATTEMPT, &json!({ "id": attempt })).await;
        match told["cartCompletionAttempt"]["__typename"].as_str() {
            Some("CartCompletionSuccess") => return,
            Some("CartCompletionProcessing") => tokio::time::sleep(Duration::from_millis(20)).await,
            _ => panic!("{told:#}"),
        }
    }
}
