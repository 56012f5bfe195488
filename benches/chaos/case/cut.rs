//! Case 15: the provider takes the money, and its answer is lost, again and again.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Context, Outcome, counted};
use crate::peer::Weather;
use crate::peer::method::CARD;

/// An attempt without an answer is tried every few seconds, a hundred at a time.
const PATIENCE: Duration = Duration::from_secs(420);

pub async fn run(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let (count, cuts) = (context.figure(50, 500), context.figure(2, 3));
    // No list is answered either, so that only asking with the same key again helps, and no event tells of it.
    let weather = Weather { cut_payments: cuts, cut_lists: true, ..Weather::silent() };
    let stage = context.stage("cut").await.with_weather(weather);
    let carts = stage.carts_of("cut", count, "mug", CARD).await;
    let began = std::time::Instant::now();
    let ended = stage.buy_together(carts, PATIENCE).await;
    let took = began.elapsed();
    let ordered = ended.iter().filter(|ended| ended.is_order()).count();
    outcome.same("buyers with an order", ordered, count);
    let found = outcome.close(&stage, PATIENCE).await;
    outcome.same(
        "captures, orders, returned",
        (found.captures, found.orders, found.returned),
        (count, count, 0),
    );
    let tally = stage.peer.tally();
    let keys: BTreeMap<&String, usize> = tally.keys.iter().map(|(email, keys)| (email, keys.len())).collect();
    outcome.same("buyers who were charged", keys.len(), count);
    let several = keys.values().filter(|keys| **keys != 1).count();
    outcome.must(several == 0, format!("{several} buyers were charged under several keys"));
    let early = tally.payments.values().filter(|times| **times <= cuts).count();
    outcome.must(early == 0, format!("{early} keys were sent less than {} times", cuts + 1));
    outcome.tell(format!(
        "{count} payments, {cuts} answers of each lost: {} keys for {} buyers, all ended after {:.0} s; \
         keys were sent {}",
        tally.payments.len(),
        keys.len(),
        took.as_secs_f64(),
        counted(tally.payments.values().map(|times| format!("{times} times")))
    ));
    outcome.nobody_saw_a_failure(&stage);
    outcome
}
