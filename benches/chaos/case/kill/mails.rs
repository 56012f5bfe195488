//! Case 24: each order is confirmed, and hardly ever twice.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::super::{Context, Outcome};
use crate::mail::{Mail, MailServer};
use crate::stage::Stage;

/// A mail that was taken so shortly before a kill may come again: it could not be written down any more.
const CLOSE: Duration = Duration::from_secs(2);
/// Of a thousand mails so many may come twice.
const TWICE_PER_MILLE: usize = 5;

/// Waits for the mails and compares them with the orders.
pub async fn judge(
    context: &Context,
    stage: &Stage,
    server: &MailServer,
    killed_at: &[Instant],
    outcome: &mut Outcome,
) {
    let books = stage.books.open().await;
    let orders = books.orders().await;
    books.close().await;
    // A mail that was being sent when the server died is sent again after the lease on it, which is two minutes.
    let patience = Duration::from_secs(context.figure(40, 180));
    let began = Instant::now();
    let (mails, missing) = loop {
        let mails = server.mails();
        let missing = orders.iter().filter(|order| !mails.iter().any(|mail| mail.to == order.email)).count();
        if missing == 0 || began.elapsed() > patience {
            break (mails, missing);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    let mut by_buyer: HashMap<&str, Vec<&Mail>> = HashMap::new();
    for mail in &mails {
        by_buyer.entry(mail.to.as_str()).or_default().push(mail);
    }
    let (mut twice, mut elsewhere, mut renamed) = (0, 0, 0);
    for mails in by_buyer.values().filter(|mails| mails.len() > 1) {
        twice += mails.len() - 1;
        let first = mails[0];
        let is_close =
            |kill: &&Instant| kill.checked_duration_since(first.at).is_some_and(|before| before < CLOSE);
        elsewhere += usize::from(!killed_at.iter().any(|kill| is_close(&kill)));
        renamed += mails.iter().filter(|mail| mail.message_id != first.message_id).count();
    }
    outcome.tell(format!(
        "mails: {} for {} orders, {twice} came twice, {missing} had not come after {:.0} s; the first: {:?}",
        mails.len(),
        orders.len(),
        began.elapsed().as_secs_f64(),
        mails.first().map(|mail| mail.subject.as_str()).unwrap_or_default()
    ));
    let waiting = stage.books.number("SELECT COUNT(*) FROM mail WHERE state = 'waiting'").await;
    let excused = if context.short { usize::try_from(waiting).unwrap() } else { 0 };
    outcome.must(missing <= excused, format!("{missing} orders were not confirmed, {waiting} mails wait"));
    let allowed = (orders.len() * TWICE_PER_MILLE / 1_000).max(1);
    outcome.must(twice <= allowed, format!("{twice} mails came twice, {allowed} may"));
    outcome.must(elsewhere == 0, format!("{elsewhere} mails came twice far from any kill"));
    outcome.must(renamed == 0, format!("{renamed} repetitions had another id than the first"));
}
