//! Case 22: 50 writers on SQLite, none of which is ever told that the database is busy.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Context, Outcome, percentile};
use crate::buyer::{Buyer, Cart, Trouble};
use crate::ground::Goods;
use crate::peer::method::CARD;
use crate::stage::together;

const WRITERS: usize = 50;
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn run(context: &Context) -> Outcome {
    if context.ground.is_postgres() {
        return Outcome::skipped("it is of SQLite");
    }
    let mut outcome = Outcome::default();
    let lasts = Duration::from_secs(context.figure(5, 60));
    let stage = context.stage("busy").await;
    let began = Instant::now();
    let writing = (0..WRITERS).map(|writer| {
        let mut buyer = stage.buyer(format_args!("busy-{writer}"));
        let goods = stage.goods.clone();
        async move {
            let mut times = Vec::new();
            let mut round = 0;
            while began.elapsed() < lasts {
                buyer.email = format!("busy-{writer}-{round}@chaos.example");
                // What fails is told by what the clients saw.
                let _ = shop(&mut buyer, &goods, round % 5 == 0, &mut times).await;
                round += 1;
            }
            times
        }
    });
    let mut times: Vec<Duration> = together(writing.collect()).await.into_iter().flatten().collect();
    outcome.tell(format!(
        "{WRITERS} writers for {lasts:?}: {} writes, p50 {:.0} ms, p99 {:.0} ms",
        times.len(),
        percentile(&mut times, 50).as_secs_f64() * 1_000.0,
        percentile(&mut times, 99).as_secs_f64() * 1_000.0,
    ));
    outcome.must(times.len() > WRITERS, "there was hardly a write");
    let found = outcome.close(&stage, PATIENCE).await;
    outcome.same("captures that were kept", found.captures - found.returned, found.orders);
    let log = stage.server.log();
    let busy = log.lines().filter(|line| line.contains("database is locked") || line.contains("SQLITE_BUSY"));
    let busy = busy.count();
    outcome.must(busy == 0, format!("the server logged {busy} times that the database is locked"));
    outcome.nobody_saw_a_failure(&stage);
    outcome
}

/// A cart with three changes, and now and then an order.
async fn shop(
    buyer: &mut Buyer,
    goods: &Goods,
    orders: bool,
    times: &mut Vec<Duration>,
) -> Result<(), Trouble> {
    let began = Instant::now();
    let cart = buyer.create(&goods.lines(&["mug"]), &json!({})).await?;
    times.push(began.elapsed());
    let cart = timed(times, buyer.alter(&cart, "cartNoteUpdate", ("note", "String", json!("busy")))).await?;
    let pin = goods.lines(&["pin"]);
    let cart = timed(times, buyer.alter(&cart, "cartLinesAdd", ("lines", "[CartLineInput!]!", pin))).await?;
    let cart = timed(times, buyer.choose(&cart)).await?;
    if orders {
        let cart = timed(times, buyer.pay(&cart, CARD)).await?;
        let began = Instant::now();
        buyer.buy(&cart, PATIENCE).await?;
        times.push(began.elapsed());
    }
    Ok(())
}

async fn timed(
    times: &mut Vec<Duration>,
    write: impl Future<Output = Result<Cart, Trouble>>,
) -> Result<Cart, Trouble> {
    let began = Instant::now();
    let cart = write.await?;
    times.push(began.elapsed());
    Ok(cart)
}
