//! Case 21: baskets of (A, B) and of (B, A), at once.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Context, Outcome, percentile};
use crate::buyer::Ended;
use crate::peer::method::CARD;
use crate::stage::{Stage, together};

const WORKERS: usize = 32;
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn run(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let each = context.figure(10, 157);
    let stage = context.stage("cross").await;
    let before = deadlocks(&stage).await;
    let began = Instant::now();
    let working = (0..WORKERS).map(|worker| {
        let turns = [stage.goods.lines(&["a", "b"]), stage.goods.lines(&["b", "a"])];
        let mut buyer = stage.buyer(format_args!("cross-{worker}"));
        async move {
            let mut times = Vec::with_capacity(each);
            for number in 0..each {
                buyer.email = format!("cross-{worker}-{number}@chaos.example");
                let lines = &turns[(worker + number) % turns.len()];
                let Ok(cart) = buyer.ready(lines, &json!({}), CARD).await else { continue };
                let began = Instant::now();
                if let Ok(Ended::Ordered(_)) = buyer.buy(&cart, PATIENCE).await {
                    times.push(began.elapsed());
                }
            }
            times
        }
    });
    let mut times: Vec<Duration> = together(working.collect()).await.into_iter().flatten().collect();
    let took = began.elapsed();
    let count = WORKERS * each;
    outcome.same("orders that buyers were told of", times.len(), count);
    let found = outcome.close(&stage, PATIENCE).await;
    outcome.same("orders and captures", (found.orders, found.captures), (count, count));
    let deadlocks = match (before, deadlocks(&stage).await) {
        (Some(before), Some(after)) => format!("{before} deadlocks before and {after} after"),
        _ => "one writer at a time".to_owned(),
    };
    outcome.tell(format!(
        "{WORKERS} workers, {count} orders in {:.1} s, submission to order p50 {:.0} ms, p99 {:.0} ms, {deadlocks}",
        took.as_secs_f64(),
        percentile(&mut times, 50).as_secs_f64() * 1_000.0,
        percentile(&mut times, 99).as_secs_f64() * 1_000.0,
    ));
    // A deadlock that the server did not end by itself is an error in the place of data.
    outcome.nobody_saw_a_failure(&stage);
    outcome
}

/// How often PostgreSQL ended a deadlock in this database; none on SQLite.
async fn deadlocks(stage: &Stage) -> Option<i64> {
    if !stage.books.is_postgres() {
        return None;
    }
    // What the backends count is told now and then only.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    Some(stage.books.number(sql).await)
}
