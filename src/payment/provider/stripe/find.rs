//! Finding things: by their names, or by our key where the answer with the name was lost.

use chrono::{DateTime, TimeDelta, Utc};

use super::Asked;
use super::client::Call;
use super::wire::{ATTEMPT_KEY, Intent, Page, Session, is_name};
use crate::outbound::{Fields, field};
use crate::payment::provider::contract::{PaymentRef, ProviderFault};

/// How far the clocks may be apart.
const SLACK: TimeDelta = TimeDelta::minutes(10);
/// Things on a page of a list, as many as there may be.
const PAGE: &str = "100";
/// Pages that are looked through at most.
const MAX_PAGES: usize = 10;
/// What is told in full with a payment, and with a page of Stripe's.
const CHARGE: &str = "latest_charge";
const INTENT: &str = "payment_intent";
const CHARGE_OF_INTENT: &str = "payment_intent.latest_charge";

/// What there is under a key or a name.
pub(super) enum Found {
    /// A payment.
    Intent(Box<Intent>),
    /// A page of Stripe's on which the buyer pays.
    Page(Box<Session>),
}

/// What came of looking through a list.
enum Looked<T> {
    Found(T),
    /// It is not there: the list was read to its end.
    Absent,
    /// There was more than is read.
    Unfinished,
}

impl Call<'_> {
    /// A payment by its name.
    pub(super) async fn intent(&self, id: &str) -> Result<Intent, ProviderFault> {
        let query = vec![field("expand[0]", CHARGE)];
        Ok(self.get(&["v1", "payment_intents", id], &query).await?)
    }

    /// A page of Stripe's by its name, with its payment.
    pub(super) async fn page(&self, id: &str) -> Result<Session, ProviderFault> {
        let query = vec![field("expand[0]", INTENT), field("expand[1]", CHARGE_OF_INTENT)];
        Ok(self.get(&["v1", "checkout", "sessions", id], &query).await?)
    }

    /// A thing by its name.
    pub(super) async fn named(&self, reference: &str) -> Result<Found, ProviderFault> {
        if is_name(reference, "pi_") {
            return Ok(Found::Intent(Box::new(self.intent(reference).await?)));
        }
        if is_name(reference, "cs_") {
            return Ok(Found::Page(Box::new(self.page(reference).await?)));
        }
        Err(ProviderFault::Absent)
    }

    /// What an attempt's payment is: by its name, by the payment that the buyer handed over, or by its key.
    pub(super) async fn locate(&self, payment: &PaymentRef) -> Result<Option<Found>, ProviderFault> {
        let handed = payment.token.as_deref().map(str::trim).filter(|token| is_name(token, "pi_"));
        match payment.reference.as_deref().or(handed) {
            Some(reference) => match self.named(reference).await {
                Err(ProviderFault::Absent) => Ok(None),
                other => other.map(Some),
            },
            None => self.find(&Asked::of_payment(payment)).await,
        }
    }

    /// What was made with a key. Lists show a thing as soon as it is made; what a search finds may be an hour old, so
    /// it is asked only where there is too much to look through, and its silence proves nothing.
    pub(super) async fn find(&self, asked: &Asked) -> Result<Option<Found>, ProviderFault> {
        let since = asked.begun_at - SLACK;
        if asked.on_page {
            return match self.find_page(&asked.key, since).await? {
                Looked::Found(id) => Ok(Some(Found::Page(Box::new(self.page(&id).await?)))),
                Looked::Absent => Ok(None),
                Looked::Unfinished => self.search(&asked.key).await,
            };
        }
        match self.find_intent(&asked.key, since).await? {
            Looked::Found(id) => Ok(Some(Found::Intent(Box::new(self.intent(&id).await?)))),
            Looked::Absent => Ok(None),
            Looked::Unfinished => self.search(&asked.key).await,
        }
    }

    async fn find_intent(&self, key: &str, since: DateTime<Utc>) -> Result<Looked<String>, ProviderFault> {
        let mut query = vec![field("created[gte]", since.timestamp().to_string()), field("limit", PAGE)];
        for _ in 0..MAX_PAGES {
            let page: Page<Intent> = self.get(&["v1", "payment_intents"], &query).await?;
            if let Some(intent) = page.data.iter().find(|intent| intent.is_of(key)) {
                return Ok(Looked::Found(intent.id.clone()));
            }
            match page.data.last().filter(|_| page.has_more) {
                Some(last) => go_on(&mut query, &last.id),
                None => return Ok(Looked::Absent),
            }
        }
        Ok(Looked::Unfinished)
    }

    async fn find_page(&self, key: &str, since: DateTime<Utc>) -> Result<Looked<String>, ProviderFault> {
        let mut query = vec![field("limit", PAGE)];
        for _ in 0..MAX_PAGES {
            let page: Page<Session> = self.get(&["v1", "checkout", "sessions"], &query).await?;
            let is_it = |session: &&Session| session.client_reference_id.as_deref() == Some(key);
            if let Some(session) = page.data.iter().find(is_it) {
                return Ok(Looked::Found(session.id.clone()));
            }
            // The newest come first.
            match page.data.last().filter(|last| page.has_more && last.created >= since.timestamp()) {
                Some(last) => go_on(&mut query, &last.id),
                None => return Ok(Looked::Absent),
            }
        }
        Ok(Looked::Unfinished)
    }

    async fn search(&self, key: &str) -> Result<Option<Found>, ProviderFault> {
        let quoted = key.replace('\\', "\\\\").replace('\'', "\\'");
        let query = vec![field("query", format!("metadata['{ATTEMPT_KEY}']:'{quoted}'"))];
        let page: Page<Intent> = self.get(&["v1", "payment_intents", "search"], &query).await?;
        match page.data.into_iter().find(|intent| intent.is_of(key)) {
            Some(intent) => Ok(Some(Found::Intent(Box::new(self.intent(&intent.id).await?)))),
            None => Err(ProviderFault::Unknown("there are too many payments to look through".to_owned())),
        }
    }
}

/// The next page of a list.
fn go_on(query: &mut Fields, last: &str) {
    query.retain(|(name, _)| name != "starting_after");
    query.push(field("starting_after", last));
}
