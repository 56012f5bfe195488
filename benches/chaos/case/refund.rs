//! Case 16: two people in the back office give 60 of 100 back at the same moment.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Context, Outcome, counted};
use crate::books::Movement;
use crate::client::Connection;
use crate::peer::Weather;
use crate::peer::method::CARD;
use crate::stage::{Stage, together};

const ENDPOINT: &str = "/admin/api/2026-04/graphql.json";
const REFUND: &str = "mutation Refund($input: RefundInput!) { refundCreate(input: $input) { \
    refund { id } userErrors { field message } } }";
const PATIENCE: Duration = Duration::from_secs(60);
/// What each of the two gives back.
const PART: i64 = 6_000;

/// What came of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Given {
    Accepted,
    Refused,
    /// Neither, in its words.
    Failed(String),
}

pub async fn run(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let pairs = context.figure(20, 100);
    let stage = context.stage("refund").await;
    let carts = stage.carts_of("refund", pairs, "hundred-euro", CARD).await;
    let ended = stage.buy_together(carts, PATIENCE).await;
    outcome.same("orders", ended.iter().filter(|ended| ended.is_order()).count(), pairs);
    // Slow, so that both are under way at once.
    stage.peer.set_weather(Weather { bank: (5, 40), ..Weather::default() });
    let sales = sales(&stage).await;
    outcome.same("sales of 100.00", sales.iter().filter(|sale| sale.amount == 10_000).count(), pairs);
    let (addr, token) = (stage.server.addr, stage.goods.admin_token.clone());
    let mut given = Vec::new();
    for (number, sale) in sales.iter().enumerate() {
        let both = (0..2).map(|hand| {
            let key = format!("chaos-refund-of-pair-{number}-by-hand-{hand}");
            give_back(addr, token.clone(), sale.clone(), "60.00", key)
        });
        given.extend(together(both.collect()).await);
    }
    for (number, amount) in ["0.00", "-5.00"].into_iter().enumerate() {
        let key = format!("chaos-refund-of-nothing-{number}-at-all");
        let nothing = give_back(addr, token.clone(), sales[0].clone(), amount, key).await;
        outcome.must(nothing != Given::Accepted, format!("a refund of {amount} was accepted"));
    }
    let accepted = given.iter().filter(|given| **given == Given::Accepted).count();
    outcome.tell(format!(
        "{pairs} pairs of 60 on 100: {}",
        counted(given.iter().map(|given| format!("{given:?}")))
    ));
    outcome.same("refunds that were accepted", accepted, pairs);
    for given in &given {
        if let Given::Failed(words) = given {
            outcome.must(false, format!("a refund failed: {words}"));
        }
    }
    money_has_moved(&stage, &mut outcome).await;
    let found = outcome.close(&stage, PATIENCE).await;
    let over = stage.peer.payments().iter().filter(|(_, refunded)| *refunded != PART).count();
    outcome.must(over == 0, format!("of {over} payments another amount went back than 60.00"));
    outcome.same("orders of which something went back", found.refunded, pairs);
    outcome.nobody_saw_a_failure(&stage);
    outcome
}

/// What was taken for each order.
async fn sales(stage: &Stage) -> Vec<Movement> {
    let books = stage.books.open().await;
    let mut movements = books.movements().await;
    books.close().await;
    movements.retain(|movement| movement.kind == "sale" && movement.status == "success");
    movements
}

/// Waits until no movement of money is under way.
async fn money_has_moved(stage: &Stage, outcome: &mut Outcome) {
    let began = Instant::now();
    loop {
        let open =
            stage.books.number("SELECT COUNT(*) FROM order_transaction WHERE status = 'pending'").await;
        if open == 0 {
            return;
        }
        if began.elapsed() > PATIENCE {
            outcome.must(false, format!("{open} movements of money are under way after {PATIENCE:?}"));
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn give_back(
    addr: SocketAddr,
    token: String,
    sale: Movement,
    amount: &'static str,
    key: String,
) -> Given {
    let transaction = json!({ "amount": amount, "gateway": "stripe", "kind": "REFUND",
        "orderId": format!("gid://shopify/Order/{}", sale.order),
        "parentId": format!("gid://shopify/OrderTransaction/{}", sale.id) });
    let input = json!({ "orderId": format!("gid://shopify/Order/{}", sale.order), "note": "chaos",
        "transactions": [transaction] });
    let body = json!({ "query": REFUND, "variables": { "input": input } }).to_string();
    let headers = [
        ("content-type", "application/json"),
        ("x-shopify-access-token", token.as_str()),
        ("idempotency-key", key.as_str()),
    ];
    let Some(answer) = Connection::to(addr).send("POST", ENDPOINT, &headers, &body).await else {
        return Given::Failed("no answer".to_owned());
    };
    let told: Value = serde_json::from_str(answer.body()).unwrap_or(Value::Null);
    let payload = &told["data"]["refundCreate"];
    let is_refused = payload["userErrors"].as_array().is_some_and(|errors| !errors.is_empty());
    if is_refused {
        Given::Refused
    } else if payload["refund"]["id"].is_string() {
        Given::Accepted
    } else {
        Given::Failed(format!("status {}: {told}", answer.status))
    }
}
