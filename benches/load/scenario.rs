//! The kinds of requests that are measured.

use std::time::{Duration, Instant};

use clap::ValueEnum;
use rand::RngExt;
use serde_json::{Value, json};

use super::catalogue::{self, NOUNS};
use super::client::Connection;
use super::process::Server;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// 24 products with their variants and prices, any page near the front.
    List,
    /// A product page.
    Detail,
    /// A text search with facets.
    Search,
    /// Suggestions while typing.
    Predictive,
    /// One more unit into a cart of the connection's own.
    Cart,
    /// Mostly browsing, some searching, a few carts.
    Mixed,
}

impl Scenario {
    pub const ALL: [Self; 6] =
        [Self::List, Self::Detail, Self::Search, Self::Predictive, Self::Cart, Self::Mixed];

    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Detail => "detail",
            Self::Search => "search",
            Self::Predictive => "predictive",
            Self::Cart => "cart",
            Self::Mixed => "mixed",
        }
    }
}

const LIST: &str = "query List($after: String) { products(first: 24, after: $after, sortKey: TITLE) { \
    pageInfo { hasNextPage endCursor } \
    nodes { id handle title vendor productType availableForSale tags \
      featuredImage { id url altText width height } \
      priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount currencyCode } } \
      variants(first: 3) { nodes { id title sku availableForSale \
        price { amount currencyCode } compareAtPrice { amount currencyCode } \
        selectedOptions { name value } } } } } }";
const ALL: &str = "query All($after: String) { products(first: 250, after: $after) { \
    pageInfo { hasNextPage endCursor } nodes { id availableForSale } } }";
const DETAIL: &str = "query Detail($handle: String!) { product(handle: $handle) { \
    id handle title vendor productType description descriptionHtml availableForSale tags \
    encodedVariantExistence encodedVariantAvailability \
    seo { title description } \
    options { id name optionValues { id name firstSelectableVariant { id availableForSale } swatch { color } } } \
    images(first: 10) { nodes { id url altText width height } } \
    selectedOrFirstAvailableVariant { id title sku availableForSale quantityAvailable \
      price { amount currencyCode } compareAtPrice { amount currencyCode } selectedOptions { name value } } \
    adjacentVariants { id title availableForSale price { amount currencyCode } selectedOptions { name value } } \
    variants(first: 20) { nodes { id title availableForSale price { amount currencyCode } } } } }";
const SEARCH: &str = "query Search($query: String!) { search(query: $query, first: 24, types: [PRODUCT]) { \
    totalCount productFilters { id label type values { id label count input } } \
    nodes { ... on Product { id handle title vendor trackingParameters \
      priceRange { minVariantPrice { amount currencyCode } } featuredImage { url altText } } } } }";
const PREDICTIVE: &str = "query Predictive($query: String!) { predictiveSearch(query: $query, limit: 10) { \
    products { id handle title featuredImage { url } } collections { id title } pages { id title } \
    articles { id title } queries { text styledText } } }";
const NEW_CART: &str = "mutation { cartCreate(input: {}) { cart { id } } }";
const ADD: &str = "mutation Add($cart: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $cart, lines: $lines) { \
    cart { id totalQuantity cost { totalAmount { amount currencyCode } } \
      lines(first: 50) { nodes { id quantity merchandise { ... on ProductVariant { id title } } } } } \
    userErrors { code message } } }";

/// What the requests are about.
pub struct Subjects {
    products: usize,
    /// Places in the list, to begin pages at.
    cursors: Vec<Option<String>>,
    variants: Vec<String>,
}

fn body(query: &str, variables: &Value) -> String {
    json!({ "query": query, "variables": variables }).to_string()
}

/// Asks and returns the data of the answer, which must hold no error.
pub async fn ask(connection: &mut Connection, query: &str, variables: &Value) -> Value {
    let answer: Value = serde_json::from_slice(&connection.post(&body(query, variables)).await).unwrap();
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"].clone()
}

impl Subjects {
    /// Waits until searches are answered: a new server reads its index first.
    pub async fn wait_for_search(server: &Server) {
        let mut connection = Connection::open(server.addr).await;
        let question = body(SEARCH, &json!({ "query": "copper" }));
        while connection.post(&question).await.starts_with(b"{\"data\":null") {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Walks some pages of the list, so that pages within it can be asked for, and finds variants.
    pub async fn find(server: &Server, products: usize) -> Self {
        let mut connection = Connection::open(server.addr).await;
        let (mut cursors, mut variants) = (vec![None], Vec::new());
        for _ in 0..200.min(products / 24) {
            let after = cursors.last().cloned().flatten();
            let page = &ask(&mut connection, LIST, &json!({ "after": after })).await["products"];
            for product in page["nodes"].as_array().unwrap() {
                let id = &product["variants"]["nodes"][0]["id"];
                variants.extend(id.as_str().map(str::to_owned));
            }
            match page["pageInfo"]["endCursor"].as_str() {
                Some(cursor) if page["pageInfo"]["hasNextPage"] == true => {
                    cursors.push(Some(cursor.to_owned()))
                }
                _ => break,
            }
        }
        Self { products, cursors, variants }
    }

    /// Shows every product once, so that the process remembers all that it has room for.
    pub async fn show_all(server: &Server) {
        let mut connection = Connection::open(server.addr).await;
        let mut after = Value::Null;
        loop {
            let page = &ask(&mut connection, ALL, &json!({ "after": after })).await["products"];
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
        }
    }

    fn pick<'a, T>(&self, list: &'a [T]) -> &'a T {
        &list[rand::rng().random_range(0..list.len())]
    }

    /// The next request of a kind.
    fn request(&self, scenario: Scenario, cart: &str) -> String {
        let number = rand::rng().random_range(0..self.products);
        match scenario {
            Scenario::List => body(LIST, &json!({ "after": self.pick(&self.cursors) })),
            Scenario::Detail => body(DETAIL, &json!({ "handle": catalogue::handle(number) })),
            Scenario::Search => {
                let words = ["copper", "linen", "walnut", "amber", "quiet"];
                let query = format!("{} {}", self.pick(&words), self.pick(&NOUNS).to_lowercase());
                body(SEARCH, &json!({ "query": query }))
            }
            Scenario::Predictive => {
                let noun = self.pick(&NOUNS).to_lowercase();
                body(PREDICTIVE, &json!({ "query": &noun[..3.min(noun.len())] }))
            }
            Scenario::Cart => {
                let lines = json!([{ "merchandiseId": self.pick(&self.variants), "quantity": 1 }]);
                body(ADD, &json!({ "cart": cart, "lines": lines }))
            }
            Scenario::Mixed => {
                let kind = match rand::rng().random_range(0..100) {
                    0..45 => Scenario::List,
                    45..80 => Scenario::Detail,
                    80..90 => Scenario::Search,
                    90..95 => Scenario::Predictive,
                    _ => Scenario::Cart,
                };
                self.request(kind, cart)
            }
        }
    }
}

/// What came of asking.
pub struct Outcome {
    /// Of each request, sorted.
    pub times: Vec<Duration>,
    pub bytes: usize,
    pub took: Duration,
}

/// How many lines a cart gets before the connection takes a new one, as shoppers do.
const LINES_OF_A_CART: usize = 10;

/// Asks on so many connections for so long; the next request of a connection follows the last answer at once.
pub async fn run(
    server: &Server,
    subjects: &Subjects,
    scenario: Scenario,
    connections: usize,
    length: Duration,
) -> Outcome {
    let started = Instant::now();
    let asking = (0..connections).map(|_| async {
        let mut connection = Connection::open(server.addr).await;
        let (mut times, mut bytes, mut cart) = (Vec::new(), 0, String::new());
        let mut added = LINES_OF_A_CART;
        while started.elapsed() < length {
            if added >= LINES_OF_A_CART && matches!(scenario, Scenario::Cart | Scenario::Mixed) {
                let made = ask(&mut connection, NEW_CART, &json!({})).await;
                made["cartCreate"]["cart"]["id"].as_str().unwrap().clone_into(&mut cart);
                added = 0;
            }
            let request = subjects.request(scenario, &cart);
            added += usize::from(request.contains("cartLinesAdd"));
            let sent = Instant::now();
            let answer = connection.post(&request).await;
            times.push(sent.elapsed());
            bytes += answer.len();
            let is_refused = answer.windows(9).any(|window| window == b"\"errors\":");
            assert!(!is_refused, "{}", String::from_utf8_lossy(&answer));
        }
        (times, bytes)
    });
    let done = futures_util::future::join_all(asking).await;
    let took = started.elapsed();
    let bytes = done.iter().map(|(_, bytes)| bytes).sum();
    let mut times: Vec<Duration> = done.into_iter().flat_map(|(times, _)| times).collect();
    times.sort_unstable();
    Outcome { times, bytes, took }
}
