//! Cases 5 and 6: a voucher for one use, and a gift card that many reach for.

use std::time::Duration;

use serde_json::json;

use super::{Context, Outcome};
use crate::ground::{ONCE_EACH, ONE_USE};
use crate::peer::method::CARD;

const BUYERS: usize = 64;
const WINDOWS: usize = 24;
const PATIENCE: Duration = Duration::from_secs(60);

/// Case 5: 64 buyers of one use, and 24 windows of a buyer who may use a voucher once.
pub async fn run_discount(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let stage = context.stage("voucher").await;
    let lines = stage.goods.lines(&["mug"]);
    for (code, count, is_one_buyer) in [(ONE_USE, BUYERS, false), (ONCE_EACH, WINDOWS, true)] {
        let of = |_| {
            let more = if is_one_buyer {
                json!({ "discountCodes": [code],
                    "buyerIdentity": { "email": "one@chaos.example", "countryCode": "DE" } })
            } else {
                json!({ "discountCodes": [code] })
            };
            (lines.clone(), more, CARD.to_owned())
        };
        let carts = stage.carts(code, count, of).await;
        let ended = stage.buy_together(carts, PATIENCE).await;
        let ordered = ended.iter().filter(|ended| ended.is_order()).count();
        let refused = ended.iter().filter(|ended| !ended.codes().is_empty()).count();
        outcome.tell(format!("{count} carts with {code}: {ordered} ordered, {refused} refused"));
        outcome.same(&format!("orders with {code}"), ordered, 1);
        outcome.same(&format!("refusals of {code}"), refused, count - 1);
        let uses = format!(
            "SELECT COUNT(*) FROM discount_redemption r JOIN discount d ON d.id = r.discount_id \
             WHERE d.title = '{code}' AND r.state <> 'released'"
        );
        outcome.same(&format!("uses of {code}"), stage.books.number(&uses).await, 1);
    }
    let found = outcome.close(&stage, PATIENCE).await;
    outcome.same(
        "orders, and captures that were kept",
        (found.orders, found.captures - found.returned),
        (2, 2),
    );
    outcome.nobody_saw_a_failure(&stage);
    outcome
}

/// Case 6: a card of 100 euros, 50 carts of 10 and 20 carts of 30.
pub async fn run_gift_card(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let stage = context.stage("gift-card").await;
    let mut carts = Vec::new();
    for number in 0..70 {
        let handle = if number % 7 < 5 { "ten-euro" } else { "thirty-euro" };
        let mut buyer = stage.buyer(format_args!("card-{number}"));
        let more = json!({ "giftCardCodes": [stage.goods.card.as_str()] });
        let cart = buyer.create(&stage.goods.lines(&[handle]), &more).await.unwrap();
        carts.push((buyer, cart));
    }
    let ended = stage.buy_together(carts, PATIENCE).await;
    let ordered = ended.iter().filter(|ended| ended.is_order()).count();
    let found = outcome.close(&stage, PATIENCE).await;
    let books = stage.books.open().await;
    let balance = books.number("SELECT balance_minor FROM gift_card").await;
    let ledger = books.number("SELECT CAST(SUM(delta_minor) AS BIGINT) FROM gift_card_txn").await;
    let spent = books
        .number(
            "SELECT CAST(COALESCE(SUM(-delta_minor), 0) AS BIGINT) FROM gift_card_txn WHERE kind <> 'issue'",
        )
        .await;
    let sold = books.number("SELECT CAST(COALESCE(SUM(total_minor), 0) AS BIGINT) FROM orders").await;
    books.close().await;
    outcome.tell(format!(
        "a card of 10000 for 50 carts of 1000 and 20 of 3000: {ordered} orders of {sold}, {spent} spent, {balance} left"
    ));
    outcome.must(spent <= 10_000 && balance >= 0, format!("{spent} were spent of 10000, {balance} is left"));
    outcome.same("the card and its ledger", balance, ledger);
    outcome.same("what was spent and what was sold", spent, sold);
    outcome.must(
        ordered > 0 && balance < 1_000,
        format!("{balance} were left although a cart of 1000 wanted it"),
    );
    outcome.same("orders", found.orders, ordered);
    outcome.nobody_saw_a_failure(&stage);
    outcome
}
