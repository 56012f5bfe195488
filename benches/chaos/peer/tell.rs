//! Events: signed, late, more than once, in any order, and told again until somebody takes them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;

use super::book::Intent;
use super::desk::Desk;
use crate::client::Connection;

/// What the events are signed with.
pub const WEBHOOK_SECRET: &str = "whsec_of_the_chaos";
/// Where they are sent.
const PATH: &str = "/webhooks/payments/stripe";
/// How many are under way at once.
const AT_ONCE: usize = 24;
/// An event that is not taken is told again after this long, and twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(150);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// After this long it is given up.
const PATIENCE: Duration = Duration::from_secs(180);

/// An event, as its body.
#[derive(Clone, Debug)]
pub struct Event(String);

impl Event {
    /// An event about a payment as it stands.
    pub fn about(id: &str, kind: &str, intent: &Intent, refunded: i64) -> Self {
        let object = match kind {
            "charge.refunded" => json!({ "id": intent.id.replace("pi_", "ch_"), "object": "charge",
                "amount": intent.amount, "amount_refunded": refunded, "payment_intent": intent.id,
                "refunded": refunded == intent.amount, "metadata": intent.metadata }),
            _ => intent.json(),
        };
        let body = json!({ "id": id, "object": "event", "api_version": "2022-11-15",
            "created": chrono::Utc::now().timestamp(), "livemode": false, "pending_webhooks": 1,
            "request": null, "type": kind, "data": { "object": object } });
        Self(body.to_string())
    }
}

/// Tells an event once; the status of the answer, `None` where there is none.
pub async fn post(addr: SocketAddr, event: &Event) -> Option<u16> {
    let signature = signature(chrono::Utc::now().timestamp(), event.0.as_bytes());
    let headers = [("stripe-signature", signature.as_str()), ("content-type", "application/json")];
    let answer = Connection::to(addr).send("POST", PATH, &headers, &event.0).await?;
    Some(answer.status)
}

fn signature(time: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).unwrap();
    mac.update(format!("{time}.").as_bytes());
    mac.update(body);
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={time},v1={digits}")
}

/// Tells what happens, for ever.
pub async fn run(desk: Arc<Desk>, mut events: UnboundedReceiver<Event>) {
    let hands = Arc::new(Semaphore::new(AT_ONCE));
    while let Some(event) = events.recv().await {
        for pause in desk.tellings() {
            let (desk, hands, event) = (Arc::clone(&desk), Arc::clone(&hands), event.clone());
            desk.waiting.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                deliver(&desk, &hands, &event).await;
                desk.waiting.fetch_sub(1, Ordering::Relaxed);
            });
        }
        // Counted when it was put in.
        desk.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn deliver(desk: &Desk, hands: &Semaphore, event: &Event) {
    let (began, mut pause) = (Instant::now(), FIRST_PAUSE);
    while began.elapsed() < PATIENCE {
        if let Some(addr) = desk.hook() {
            let _hand = hands.acquire().await;
            let status = post(addr, event).await;
            desk.note_told(status);
            if status.is_some_and(|status| (200..300).contains(&status)) {
                return;
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    desk.note_given_up();
}
