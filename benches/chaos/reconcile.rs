//! Compares what the provider's ledger says with what the shop wrote down.
//!
//! Each payment whose money was taken has one order of its amount, or went back in full; each order was paid with what
//! it costs; the stock is what was there before less what was ordered; nothing is held for anybody; every order that a
//! buyer was told of is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::books::{Attempt, Level, Movement, Order};
use super::peer::{Intent, Status};
use super::stage::Stage;

/// Breaches of one kind that are told at most.
const TOLD: usize = 5;

/// What the books say.
#[derive(Debug, Default)]
pub struct Reconciled {
    pub orders: usize,
    /// Payments whose money was taken, whatever became of it later.
    pub captures: usize,
    /// Payments that went back in full and have no order.
    pub returned: usize,
    /// Payments that an order has and of which something went back.
    pub refunded: usize,
    /// What does not fit.
    pub breaches: Vec<String>,
    numbers: String,
    reservations: i64,
    committed: i64,
}

impl Reconciled {
    /// In a line.
    pub fn line(&self) -> String {
        format!(
            "{} captures, {} orders, {} returned, {} refunded, {} units committed, {} held, {}",
            self.captures,
            self.orders,
            self.returned,
            self.refunded,
            self.committed,
            self.reservations,
            self.numbers
        )
    }
}

/// Everything that is compared.
struct Sides {
    payments: Vec<(Intent, i64)>,
    orders: Vec<Order>,
    movements: Vec<Movement>,
    attempts: Vec<Attempt>,
    levels: Vec<Level>,
    ordered: BTreeMap<i64, i64>,
    held: i64,
    told: BTreeSet<i64>,
}

/// Compares the books of a stage where nothing is under way.
pub async fn reconcile(stage: &Stage) -> Reconciled {
    let books = stage.books.open().await;
    let sides = Sides {
        payments: stage.peer.payments(),
        orders: books.orders().await,
        movements: books.movements().await,
        attempts: books.attempts().await,
        levels: books.levels().await,
        ordered: books.ordered().await,
        held: books.number("SELECT COUNT(*) FROM reservation WHERE state = 'held'").await,
        told: stage.seen.orders(),
    };
    books.close().await;
    let mut found =
        Reconciled { orders: sides.orders.len(), reservations: sides.held, ..Reconciled::default() };
    if stage.peer.written_payments() != sides.payments {
        found.breaches.push("the provider's ledger says something else than the provider".to_owned());
    }
    payments(&sides, &mut found);
    orders(&sides, &mut found);
    attempts(&sides, &mut found);
    stock(&sides, &mut found);
    found.numbers = numbers(&sides.orders, &mut found.breaches);
    found
}

/// Adds breaches of one kind, not more than anybody wants to read.
fn add(breaches: &mut Vec<String>, new: Vec<String>) {
    let count = new.len();
    breaches.extend(new.into_iter().take(TOLD));
    if count > TOLD {
        breaches.push(format!("... and {} more like it", count - TOLD));
    }
}

/// The provider's side: one order for each payment that was taken and kept, none for any other.
fn payments(sides: &Sides, found: &mut Reconciled) {
    let mut sales: HashMap<&str, Vec<&Movement>> = HashMap::new();
    let mut refunds: HashMap<i64, i64> = HashMap::new();
    for movement in sides.movements.iter().filter(|movement| movement.gateway == "stripe") {
        match (movement.kind.as_str(), movement.status.as_str(), &movement.reference) {
            ("sale" | "authorization" | "capture", "success", Some(reference)) => {
                sales.entry(reference).or_default().push(movement);
            }
            ("refund", "success", _) => *refunds.entry(movement.order).or_default() += movement.amount,
            _ => {}
        }
    }
    let mut wrong = Vec::new();
    for (intent, refunded) in &sides.payments {
        let of_payment = sales.remove(intent.id.as_str()).unwrap_or_default();
        if *refunded > intent.received {
            wrong.push(format!("{}: {refunded} went back of {}", intent.id, intent.received));
        }
        found.captures += usize::from(intent.received > 0);
        match (of_payment.as_slice(), intent.received > 0) {
            ([], true) if intent.received == *refunded => found.returned += 1,
            ([], true) => wrong.push(format!("{} was taken, has no order and did not go back", intent.id)),
            ([], false) if intent.status == Status::RequiresCapture => {
                wrong.push(format!("{} is promised and has no order", intent.id));
            }
            ([], false) => {}
            ([sale], true) => {
                found.refunded += usize::from(*refunded > 0);
                if sale.amount != intent.received {
                    wrong.push(format!("{} took {}, its order {}", intent.id, intent.received, sale.amount));
                }
                let told = refunds.get(&sale.order).copied().unwrap_or(0);
                if told != *refunded {
                    wrong.push(format!("of {} {refunded} went back, its order says {told}", intent.id));
                }
            }
            ([sale], false) => wrong.push(format!("order {} was not paid: {}", sale.order, intent.id)),
            (several, _) => wrong.push(format!("{} has {} orders", intent.id, several.len())),
        }
    }
    wrong.extend(sales.keys().map(|reference| format!("no provider knows the payment {reference}")));
    add(&mut found.breaches, wrong);
}

/// The shop's side: each order was paid with what it costs, and whoever was told of one finds it.
fn orders(sides: &Sides, found: &mut Reconciled) {
    let mut paid: HashMap<i64, i64> = HashMap::new();
    for movement in &sides.movements {
        if matches!((movement.kind.as_str(), movement.status.as_str()), ("sale", "success")) {
            *paid.entry(movement.order).or_default() += movement.amount;
        }
    }
    let mut wrong = Vec::new();
    for order in &sides.orders {
        let paid = paid.get(&order.id).copied().unwrap_or(0);
        if paid != order.total {
            wrong.push(format!("{} costs {} and was paid with {paid}", order.name, order.total));
        }
    }
    add(&mut found.breaches, wrong);
    let there: BTreeSet<i64> = sides.orders.iter().map(|order| order.id).collect();
    let missing = sides.told.difference(&there);
    add(
        &mut found.breaches,
        missing.map(|id| format!("a buyer was told of order {id}, which is not there")).collect(),
    );
}

/// Every order has one attempt, and every attempt has ended; each payment's key was written down.
fn attempts(sides: &Sides, found: &mut Reconciled) {
    let is_open = |attempt: &&Attempt| !matches!(attempt.state.as_str(), "done" | "failed");
    let open = sides.attempts.iter().filter(is_open);
    let open = open.map(|attempt| format!("attempt {} is still {}", attempt.id, attempt.state));
    add(&mut found.breaches, open.collect());
    let done: Vec<i64> = sides.attempts.iter().filter_map(|attempt| attempt.order).collect();
    let unique: BTreeSet<i64> = done.iter().copied().collect();
    if done.len() != unique.len() || done.len() != sides.orders.len() {
        let (attempts, orders) = (done.len(), sides.orders.len());
        found.breaches.push(format!("{attempts} attempts have {} of {orders} orders", unique.len()));
    }
    let keys: BTreeSet<&str> = sides.attempts.iter().map(|attempt| attempt.key.as_str()).collect();
    let unknown =
        sides.payments.iter().filter(|(intent, _)| intent.key().is_some_and(|key| !keys.contains(key)));
    let unknown = unknown.map(|(intent, _)| format!("the key of {} was not written down", intent.id));
    add(&mut found.breaches, unknown.collect());
}

fn stock(sides: &Sides, found: &mut Reconciled) {
    let mut wrong = Vec::new();
    for level in &sides.levels {
        let ordered = sides.ordered.get(&level.item).copied().unwrap_or(0);
        found.committed += level.committed;
        let is_right = level.reserved == 0
            && level.available >= 0
            && level.committed == ordered
            && level.available + level.committed == level.on_hand;
        if !is_right {
            wrong.push(format!("{ordered} were ordered, and the stock is {level:?}"));
        }
    }
    add(&mut found.breaches, wrong);
    if sides.held != 0 {
        found.breaches.push(format!("{} reservations are still held", sides.held));
    }
}

/// Every order has a number of its own; tells which there are.
fn numbers(orders: &[Order], breaches: &mut Vec<String>) -> String {
    let unique: BTreeSet<i64> = orders.iter().map(|order| order.number).collect();
    if unique.len() != orders.len() {
        breaches.push(format!("{} orders share {} numbers", orders.len(), unique.len()));
    }
    match (unique.first(), unique.last()) {
        (Some(first), Some(last)) => {
            let gaps = last - first + 1 - i64::try_from(unique.len()).unwrap();
            format!("numbers {first} to {last} with {gaps} left out")
        }
        _ => "no numbers".to_owned(),
    }
}
