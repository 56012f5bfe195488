//! Cases 20 and 24: kill -9 at random moments, while buyers order and mails are sent.
//!
//! Buyers are let in by slices; each slice meets one kill somewhere on its way. A buyer whose answer is lost sends the
//! same again: every mutation under a key of its own, the submission under the same attempt token. The provider behaves
//! badly all the while.

mod mails;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{Context, Outcome, counted};
use crate::books::Books;
use crate::buyer::{Buyer, Cart, Ended, Submitted, Trouble};
use crate::dice::Dice;
use crate::mail::MailServer;
use crate::peer::Weather;
use crate::peer::method::{CARD, DECLINED};
use crate::stage::Stage;

/// When a kill comes after a slice was let in, in milliseconds.
const MOMENT: (u64, u64) = (10, 900);
/// Within which everything that was open at a restart must have ended.
const RECOVERY: Duration = Duration::from_secs(30);
/// How long a recovery is watched.
const WATCHED: Duration = Duration::from_secs(150);
/// How long a buyer asks for the end of an attempt.
const PATIENCE: Duration = Duration::from_secs(240);
/// How long a buyer waits before the same is sent again.
const AGAIN: Duration = Duration::from_millis(120);

/// How the server came back from a kill.
struct Recovery {
    /// Attempts that were open when it was there again.
    open: usize,
    first: Option<Duration>,
    all: Option<Duration>,
}

pub async fn run(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let (buyers, kills) = context.figure((100, 5), (1_000, 50));
    let mail_server = MailServer::start().await;
    let more = vec![
        ("SMTP_URL".to_owned(), format!("smtp://{}", mail_server.addr)),
        ("MAIL_FROM".to_owned(), "shop@chaos.example".to_owned()),
    ];
    let stage = Stage::open_with(&context.ground, "kill", context.seed, more).await;
    let mut stage = stage.with_weather(Weather::storm());
    let mut dice = Dice::new(context.seed, 20);
    let gate = Arc::new(Semaphore::new(0));
    let shopping: Vec<_> = (0..buyers)
        .map(|number| {
            let shopper = Shopper {
                buyer: stage.buyer(format_args!("kill-{number}")),
                lines: stage.goods.lines(&[dice.pick(&["mug", "pin", "a", "b"])]),
                method: method(&mut dice),
                lingers: dice.millis((0, 350)),
                keys: format!("chaos-{}-of-the-kills-buyer-{number}", context.seed),
                round: 0,
            };
            tokio::spawn(shop(shopper, Arc::clone(&gate)))
        })
        .collect();
    let (mut killed_at, mut starts, mut recoveries) = (Vec::new(), Vec::new(), Vec::new());
    let rests = context.figure(kills, 10);
    for kill in 1..=kills {
        gate.add_permits(buyers / kills);
        tokio::time::sleep(dice.millis(MOMENT)).await;
        stage.server.kill();
        killed_at.push(Instant::now());
        starts.push(stage.server.start_again().await);
        if kill % rests == 0 {
            recoveries.push(recovery(&stage.books).await);
        }
    }
    let mut ended = Vec::with_capacity(buyers);
    for buyer in shopping {
        ended.push(buyer.await.unwrap());
    }
    let slowest = starts.iter().max().copied().unwrap_or_default();
    outcome.tell(format!(
        "{kills} kills during {buyers} checkouts, restarts took at most {:.1} s: {}",
        slowest.as_secs_f64(),
        counted(ended.iter().map(words))
    ));
    judge_recoveries(&recoveries, &mut outcome);
    let unheard = ended.iter().filter(|ended| matches!(ended, Ended::Open | Ended::Waits)).count();
    outcome.must(unheard == 0, format!("{unheard} buyers never heard the end"));
    let found = outcome.close(&stage, Duration::from_secs(120)).await;
    let told = ended.iter().filter(|ended| ended.is_order()).count();
    outcome
        .must(found.orders >= told, format!("{told} buyers were told of orders, there are {}", found.orders));
    outcome.tell(format!(
        "{} answers lost, {} answers given again for their key",
        stage.seen.lost(),
        stage.seen.replayed()
    ));
    for (code, times) in stage.seen.faults() {
        outcome.must(false, format!("clients saw {code} {times} times"));
    }
    mails::judge(context, &stage, &mail_server, &killed_at, &mut outcome).await;
    outcome
}

/// What a buyer pays with: most by card, some with a bank or a challenge that takes its time, a few in vain.
fn method(dice: &mut Dice) -> &'static str {
    match dice.range((1, 100)) {
        1..=74 => CARD,
        75..=86 => "pm_bank_paid_700",
        87..=94 => "pm_challenge_paid_400",
        95..=97 => "pm_bank_refused_300",
        _ => DECLINED,
    }
}

fn words(ended: &Ended) -> String {
    match ended {
        Ended::Ordered(_) => "ordered".to_owned(),
        Ended::Refused(codes) | Ended::Failed(codes) => codes.join(" "),
        Ended::Waits | Ended::Open => "unheard".to_owned(),
    }
}

/// A buyer on the way, who does not give up.
struct Shopper {
    buyer: Buyer,
    lines: Value,
    method: &'static str,
    /// How much later than the others of the slice.
    lingers: Duration,
    keys: String,
    /// Grows where an answer is lost for good: then another key is taken.
    round: u32,
}

async fn shop(mut shopper: Shopper, gate: Arc<Semaphore>) -> Ended {
    gate.acquire().await.unwrap().forget();
    tokio::time::sleep(shopper.lingers).await;
    let cart = match shopper.cart().await {
        Ok(cart) => cart,
        Err(ended) => return ended,
    };
    match shopper.submit(&cart).await {
        Ok(attempt) => shopper.end(&attempt).await,
        Err(ended) => ended,
    }
}

impl Shopper {
    /// The cart; sent again under the same keys until it is there.
    async fn cart(&mut self) -> Result<Cart, Ended> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            self.buyer.keys = Some(format!("{}-{}", self.keys, self.round));
            match self.buyer.ready(&self.lines, &json!({}), self.method).await {
                Ok(cart) => return Ok(cart),
                Err(trouble) => self.bear(trouble).await?,
            }
        }
        Err(Ended::Open)
    }

    /// The attempt's id; the attempt token is the same however often it is sent.
    async fn submit(&mut self, cart: &Cart) -> Result<String, Ended> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            self.buyer.keys = Some(format!("{}-{}", self.keys, self.round));
            match self.buyer.submit(cart, "once").await {
                Ok(Submitted::Attempt(attempt)) => return Ok(attempt),
                Ok(Submitted::Refused(codes)) => return Err(Ended::Refused(codes)),
                Err(trouble) => self.bear(trouble).await?,
            }
        }
        Err(Ended::Open)
    }

    async fn end(&mut self, attempt: &str) -> Ended {
        self.buyer.end(attempt, PATIENCE).await.unwrap_or(Ended::Open)
    }

    /// What is done about a trouble: the same again, or the same under another key where the answer is not kept.
    async fn bear(&mut self, trouble: Trouble) -> Result<(), Ended> {
        match trouble {
            Trouble::Refused(codes) => return Err(Ended::Refused(codes)),
            Trouble::Fault(code) if code == "IDEMPOTENCY_ANSWER_LOST" => self.round += 1,
            Trouble::Lost | Trouble::Fault(_) => {}
        }
        tokio::time::sleep(AGAIN).await;
        Ok(())
    }
}

/// Watches what was open when the server was there again until all of it has ended.
async fn recovery(books: &Books) -> Recovery {
    let began = Instant::now();
    let books = books.open().await;
    let open: BTreeSet<i64> = books.open_attempts().await.into_iter().collect();
    let (mut first, mut all) = (None, None);
    while began.elapsed() < WATCHED {
        let now: BTreeSet<i64> = books.open_attempts().await.into_iter().collect();
        let left = open.intersection(&now).count();
        if left < open.len() {
            first = first.or_else(|| Some(began.elapsed()));
        }
        if left == 0 {
            all = Some(began.elapsed());
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    books.close().await;
    Recovery { open: open.len(), first, all }
}

fn judge_recoveries(recoveries: &[Recovery], outcome: &mut Outcome) {
    for Recovery { open, first, all } in recoveries {
        let told = |time: &Option<Duration>| {
            time.map_or_else(|| "never".to_owned(), |time| format!("{:.1} s", time.as_secs_f64()))
        };
        outcome.tell(format!(
            "{open} open at a restart: the first ended after {}, all after {}",
            told(first),
            told(all)
        ));
        let is_quick = all.is_some_and(|all| all < RECOVERY);
        outcome.must(
            is_quick,
            format!("{open} open attempts ended after {}, not within {RECOVERY:?}", told(all)),
        );
    }
}
