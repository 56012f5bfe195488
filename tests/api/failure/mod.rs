//! The failure cases that other shop systems had: each is a test here, or is shown by tests that stand elsewhere.
//!
//! Figures are those of the case where that takes seconds, and smaller ones where it takes minutes in a debug build: the
//! doc comment of the test tells both, and `FAILURE_FIGURES=full` chooses the case's own, with the figures that were
//! reached printed. All run on both databases (`TEST_DATABASE_URL`).
//!
//! | case | test | figure |
//! |---|---|---|
//! | 1 oversell | `stock::case_01`, `race::a_hundred_buyers_of_ten_units_make_ten_orders` | 150 of 30, once; full 500 of 100, 20 seeds |
//! | 2 paid when the stock was gone | `stock::case_02`, `checkout::money_goes_back_when_the_stock_is_gone_by_the_time_it_was_taken`, `payment::attempt::money_goes_back_where_the_stock_was_sold_while_the_buyer_was_away` | 50 for 10 |
//! | 3, 4, 17, 28 stock, reservations, two tabs | beside the stock's and the attempts' own tests: `bundle::two_lines_that_share_an_item_never_oversell_it`, `cart_stock::lines_of_one_variant_share_its_stock`, `race::two_attempts_at_once_give_one_order`, `checkout::stock_held_past_its_time_is_sold_whether_it_was_swept_or_not`, `checkout::expired_reservations_are_free_to_the_next_reservation_before_any_sweep`, `stock::own_attempt` (nine tests), `stock::silent_attempt` (eight tests), `stock::reservation::case_03` (three tests), `case_04`, `case_28` (two tests), `payment::session::case_17` (two tests) | 3: 5 carts, full 50; 4: 10,000; 17: 10, full 200; 28: 100, full 500 |
//! | 5 voucher limit | `cart_discount_race::sixty_four_buyers_of_one_use_make_one_order` (64), `cart_discount_race::a_buyer_uses_a_discount_once_however_many_carts_are_ordered_at_once` (24), `cart_discount_race::limits_hold_for_claims_of_several_discounts_that_cross_each_other` (64), `discount::case_05` for the winner | 64 |
//! | 6 gift card, store credit | `cart_gift_card::a_card_that_many_spend_at_once_never_gives_more_than_it_has` (50 x 10 and 20 x 30), `store_credit::an_account_that_many_debit_at_once_never_gives_more_than_it_has` (70), `store_credit::credits_debits_and_ends_at_once_add_up`, `discount::case_06` with money that comes back meanwhile | 70 |
//! | 7 lines lost | `cart_race::fifty_variants_added_at_once_are_fifty_lines`, `cart_race::one_variant_added_fifty_times_at_once_is_one_line_of_fifty`, `cart_race::more_than_the_stock_added_at_once_is_lowered_to_the_stock` | 50 and 50 |
//! | 8 parallel updates | `cart_race::six_different_changes_at_once_are_all_kept` | 6 x 20; full 6 x 200 |
//! | 9 merge at sign-in | there is no such merge: carts are not kept by account; `cart::case_09` has ten sign-ins of one cart at once | 10 |
//! | 10 two carts | there are no sessions: `cart::case_10` under one key, `idempotency::the_same_request_at_once_runs_once` | 50 |
//! | 11 webhook and client | `payment::case_11`, `payment::attempt::a_buyer_who_comes_back_on_many_ways_at_once_is_charged_once` (50) | 40; full 1,000 |
//! | 12 premature event | `webhook::case_12`, `payment::webhook::a_webhook_makes_the_shop_ask_and_the_order_is_made`, `payment::stripe_attempt::a_challenge_is_handed_on_and_the_webhook_after_it_makes_the_order` | 6 payments, 3 events each |
//! | 13 duplicate settle | `webhook::case_13`, `payment::webhook::a_replayed_webhook_is_answered_and_has_no_effect`; `order_money::told::case_13` for payments that are noted and captures (20 at once each) | 20 at once |
//! | 14 order of events | `webhook::case_14`; `order_money::told::case_14` for captures, refunds and voids of orders (24 orders each); `order_money::outside::case_14` for what others move at the provider | 24 orders, twice |
//! | 15 one key | `payment::case_15`, `payment::stripe_attempt::an_answer_that_was_lost_after_the_money_was_taken_makes_one_order`, `payment::paypal_attempt::answers_that_were_lost_make_one_order_and_one_capture`; `order_money::unanswered::case_15` for captures and refunds (6 x 3 each) | 12 x 3; full 500 x 3 |
//! | 16 over-refund | `admin::race::two_refunds_of_sixty_on_a_hundred_give_back_sixty` (100), `order_money::race` for units, cancellations and all at once; the providers' side: `stripe::later`, `paypal::later` | 100 pairs |
//! | 18 changed while paid | `payment::case_18`, `race::a_change_that_was_accepted_beside_a_submission_is_in_the_order`, `checkout::a_cart_cannot_be_changed_while_it_is_paid`, `order_amount::agreed`, `stripe::session::the_payment_of_a_cheap_cart_does_not_pay_a_dear_one` | 54; full 1,000 |
//! | 19 failure after the capture | `after_capture::case_19` (three tests), `checkout::an_attempt_that_was_interrupted_is_taken_up_wherever_it_stood`, `payment::late` | 17 steps, 3 times each; full 17 x 100 |
//! | 20 kill -9 | a process that is killed is no test in process: the chaos program | |
//! | 21 deadlock | `database::case_21`, `race::baskets_that_cross_each_other_never_fail` | 32 workers, 96 orders; full 5,024 |
//! | 22 busy database | `database::case_22` | 50 writers, 3 s; full 60 s |
//! | 23 failover | not of this kind: it takes two database servers | |
//! | 24 events to others | there are no webhooks to others yet: `job::what_sells_best_is_known_once_the_events_were_dispatched` for consumers; killed workers and the mails of orders: the chaos program | |
//! | 25 numbers | `database::case_25`; there are no invoices | 100; full 2,000 |
//! | 26 money adds up | `engine::case_26` (256 carts; `cargo bench --bench price` for 200,000 or `PRICE_CASES`), `money::case_26` through the server, `order_amount::total` | 24; full 500 |
//! | 27 decimals | `money::case_27` from the cart on, `stripe::pay::stripe_receives_each_currency_with_its_own_decimals`, `paypal::pay::currencies_are_sent_in_their_own_places` | 10 and 4 currencies |
//!
//! Input of people who mean no good: `payment::webhook_hostile`.

mod after_capture;
mod cart;
mod database;
mod discount;
mod engine;
mod money;
mod payment;
mod stock;
mod webhook;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use entity::reservation::ReservationState;
use entity::{inventory_level, order_transaction};
use sea_orm::EntityTrait;
use serde_json::Value;
use tradepost::payment::TestState;

use crate::payment::attempt::gateway;
use crate::support::{TestShop, at_once};

/// Carts that are made at once: as many as the server has hands for.
const AT_ONCE: usize = 8;

fn is_full() -> bool {
    std::env::var("FAILURE_FIGURES").is_ok_and(|figures| figures == "full")
}

/// A figure: the short one, or that of the case where `FAILURE_FIGURES` is `full`.
pub fn figure(short: usize, full: usize) -> usize {
    if is_full() { full } else { short }
}

/// Tells what was reached, where the full figures were asked for: past the capture of the test runner.
pub fn tell(reached: &str) {
    if is_full() {
        let _ = writeln!(std::io::stderr(), "{reached}");
    }
}

/// Carts of one unit that are ready to be ordered.
pub async fn ready_carts(
    shop: &Arc<TestShop>,
    variant: &str,
    count: usize,
    payment: &'static str,
) -> Vec<String> {
    let variant: Arc<str> = variant.into();
    let mut carts = Vec::with_capacity(count);
    while carts.len() < count {
        let made = at_once(AT_ONCE.min(count - carts.len()), |_| {
            let (shop, variant) = (Arc::clone(shop), Arc::clone(&variant));
            async move { shop.ready_cart(&variant, 1, payment).await.id }
        });
        carts.extend(made.await);
    }
    carts
}

/// Submits a cart and waits for the end of its attempt; what came of it, or why there is no attempt.
pub async fn bought(shop: &TestShop, cart: &str) -> Value {
    let submitted = shop.submit(cart, "token").await["result"].clone();
    let Some(attempt) = submitted["attemptId"].as_str() else { return submitted };
    let mut outcome = shop.attempt(attempt).await;
    for _ in 0..3_000 {
        if outcome["__typename"] != "CartCompletionProcessing" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        outcome = shop.attempt(attempt).await;
    }
    outcome
}

/// Whether a buyer was told that there is not enough.
fn is_sold_out(outcome: &Value) -> bool {
    let codes =
        ["INVENTORY_RESERVATION_ERROR", "MERCHANDISE_OUT_OF_STOCK", "MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE"];
    outcome["errors"][0]["code"].as_str().is_some_and(|code| codes.contains(&code))
}

/// What the books say in the end.
#[derive(Debug, PartialEq, Eq)]
pub struct Books {
    pub orders: usize,
    /// Payments whose money was taken or is promised.
    pub taken: usize,
    /// Payments that cost the buyer nothing any more.
    pub given_back: usize,
}

/// Compares the books of the test gateway with those of the shop: each payment that was taken has one order of its amount,
/// each that was not has none, and nothing is held for anybody.
pub async fn reconciled(shop: &TestShop) -> Books {
    let db = shop.app.db.fresh();
    let orders = shop.orders().await;
    let rows = order_transaction::Entity::find().all(db).await.unwrap();
    let mut books = Books { orders: orders.len(), taken: 0, given_back: 0 };
    let payments = gateway(shop).payments();
    for payment in &payments {
        let of_payment: Vec<_> = rows
            .iter()
            .filter(|row| {
                row.gateway == "test" && row.provider_reference.as_ref() == Some(&payment.reference)
            })
            .collect();
        match payment.state {
            TestState::Taken | TestState::Promised => {
                books.taken += 1;
                assert_eq!(of_payment.len(), 1, "a payment without its one order: {payment:?}");
                assert_eq!(of_payment[0].amount_minor, payment.amount.minor, "{payment:?}");
                assert_eq!(of_payment[0].currency, payment.amount.currency.code());
            }
            TestState::Undone => {
                books.given_back += 1;
                assert_eq!(of_payment.len(), 0, "an order without money: {payment:?}");
            }
            TestState::Waiting | TestState::Processing | TestState::Refused => {
                assert_eq!(of_payment.len(), 0, "an order without money: {payment:?}");
            }
        }
    }
    for order in &orders {
        let of_order = rows.iter().filter(|row| row.order_id == order.id);
        assert_eq!(of_order.map(|row| row.amount_minor).sum::<i64>(), order.total_minor, "{}", order.name);
    }
    let held = shop.reservations().await.into_iter().filter(|held| held.state == ReservationState::Held);
    assert_eq!(held.count(), 0, "nothing is held for anybody");
    for level in inventory_level::Entity::find().all(db).await.unwrap() {
        assert!(level.reserved == 0 && level.available >= 0, "{level:?}");
    }
    books
}
