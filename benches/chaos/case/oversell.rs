//! Case 1: 500 buyers of 100 units.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Context, Outcome, counted};
use crate::books::Books;
use crate::buyer::Ended;
use crate::dice::Dice;
use crate::ground::SEEDS;
use crate::peer::method::CARD;

const BUYERS: usize = 500;
const UNITS: usize = 100;

pub async fn run(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let seeds = context.figure(2, SEEDS);
    let stage = context.stage("last-units").await;
    for seed in 0..seeds {
        let handle = format!("last-{seed}");
        let mut carts = stage.carts_of(&handle, BUYERS, &handle, CARD).await;
        shuffle(&mut carts, &mut Dice::new(context.seed, u64::try_from(seed).unwrap()));
        let item = stage.goods.item(&handle);
        let is_over = Arc::new(AtomicBool::new(false));
        let watching = tokio::spawn(least_available(stage.books.clone(), item, Arc::clone(&is_over)));
        let ended = stage.buy_together(carts, Duration::from_secs(60)).await;
        is_over.store(true, Ordering::Relaxed);
        let least = watching.await.unwrap();
        let ordered = ended.iter().filter(|ended| ended.is_order()).count();
        let refused = ended.iter().filter(|ended| ended.is_sold_out()).count();
        outcome.same(&format!("orders of {handle}"), ordered, UNITS);
        outcome.same(&format!("buyers of {handle} who were told that it is gone"), refused, BUYERS - UNITS);
        outcome.must(least >= 0, format!("{least} of {handle} were available"));
        let sql = format!("SELECT available FROM inventory_level WHERE item_id = {item}");
        outcome.same(&format!("what is left of {handle}"), stage.books.number(&sql).await, 0);
        if ordered != UNITS || refused != BUYERS - UNITS {
            outcome.tell(counted(ended.iter().map(words)));
        }
    }
    outcome.tell(format!("{seeds} seeds, {BUYERS} buyers of {UNITS} units each"));
    let found = outcome.close(&stage, Duration::from_secs(60)).await;
    outcome.same("orders", found.orders, seeds * UNITS);
    outcome.same("captures, for nobody is charged in vain", found.captures, seeds * UNITS);
    outcome.nobody_saw_a_failure(&stage);
    outcome
}

fn words(ended: &Ended) -> String {
    match ended {
        Ended::Ordered(_) => "ordered".to_owned(),
        Ended::Refused(codes) => format!("refused: {}", codes.join(" ")),
        Ended::Failed(codes) => format!("failed: {}", codes.join(" ")),
        Ended::Waits | Ended::Open => "open".to_owned(),
    }
}

/// Each seed has the buyers come in another order.
fn shuffle<T>(list: &mut [T], dice: &mut Dice) {
    for place in (1..list.len()).rev() {
        let other = dice.range((0, u64::try_from(place).unwrap()));
        list.swap(place, usize::try_from(other).unwrap());
    }
}

/// Looks at the stock all the time; the least that was ever available.
async fn least_available(books: Books, item: i64, is_over: Arc<AtomicBool>) -> i64 {
    let (mut least, sql) =
        (i64::MAX, format!("SELECT available FROM inventory_level WHERE item_id = {item}"));
    let open = books.open().await;
    while !is_over.load(Ordering::Relaxed) {
        least = least.min(open.number(&sql).await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    open.close().await;
    least
}
