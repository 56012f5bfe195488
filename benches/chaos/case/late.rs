//! Case 2: 50 buyers of 10 units, whose banks decide two seconds later.

use std::time::Duration;

use super::{Context, Outcome};

const BUYERS: usize = 50;
const UNITS: usize = 10;
/// Within which each capture has its order or went back.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn run(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let stage = context.stage("paid-late").await;
    let carts = stage.carts_of("late", BUYERS, "ten-units", "pm_bank_paid_2000").await;
    let ended = stage.buy_together(carts, PATIENCE).await;
    let ordered = ended.iter().filter(|ended| ended.is_order()).count();
    let refused = ended.iter().filter(|ended| ended.is_sold_out()).count();
    outcome.tell(format!(
        "{BUYERS} buyers of {UNITS} units, decided after 2 s: {ordered} orders, {refused} refused"
    ));
    outcome.same("orders", ordered, UNITS);
    outcome.same("buyers who were told that it is gone", refused, BUYERS - UNITS);
    let found = outcome.close(&stage, PATIENCE).await;
    outcome.same("captures that were kept", found.captures - found.returned, UNITS);
    outcome.nobody_saw_a_failure(&stage);
    outcome
}
