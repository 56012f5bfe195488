//! What the shop and a payment provider say to each other, in our words. Adapters translate.
//!
//! Every call that can move money carries an idempotency key that was stored before the call, and may be repeated: the
//! same key is the same money. A time-out is never an answer: [`ProviderFault::Unknown`] is settled by asking.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::money::Money;

pub use crate::inbound::Inbound;

/// Whether money is taken when the order is placed, or promised and taken later by staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// Taken at once.
    Automatic,
    /// Promised; see [`PaymentProvider::capture`].
    Manual,
}

/// A payment that an attempt asks for.
#[derive(Clone, Debug)]
pub struct PayRequest {
    /// How much.
    pub amount: Money,
    /// The attempt's own key: the same key is the same payment, however often it is asked for.
    pub key: String,
    /// What the provider's own front end handed over, such as a payment method or a payment that the buyer confirmed.
    pub token: Option<String>,
    /// Whether the money is taken at once.
    pub capture: Capture,
    /// Where the provider sends the buyer after an approval or a challenge, and after giving up.
    pub return_url: String,
    /// Where the provider sends a buyer who gave up.
    pub cancel_url: String,
    /// Of the buyer, for receipts and risk checks.
    pub email: Option<String>,
    /// What the buyer reads at the provider's, such as the shop's name.
    pub description: String,
    /// BCP 47 tag of the buyer's language.
    pub language: String,
    /// When the attempt began: the same at every repetition, so that time limits made from it are the same too, and what
    /// came of it can be looked for.
    pub begun_at: DateTime<Utc>,
}

/// A payment to ask about: all that an attempt knows of it.
#[derive(Clone, Debug)]
pub struct PaymentRef {
    /// The attempt's own key.
    pub key: String,
    /// The provider's name for it, once it was told.
    pub reference: Option<String>,
    /// What it was to be paid with, as in [`PayRequest::token`].
    pub token: Option<String>,
    /// When the attempt began, as in [`PayRequest::begun_at`].
    pub begun_at: DateTime<Utc>,
    /// How much it must be.
    pub amount: Money,
    /// Whether the money is to be taken once the buyer has approved.
    pub capture: Capture,
}

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayOutcome {
    /// The money was taken, or is promised and can be taken.
    Paid(Paid),
    /// The buyer has to act first.
    ActionRequired {
        /// The provider's name for the payment.
        reference: String,
        /// What to do.
        action: Action,
    },
    /// The provider has not decided yet and will tell by a webhook.
    Processing {
        /// The provider's name for the payment.
        reference: String,
    },
}

/// A payment that came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The provider's name for what can be captured, refunded or voided.
    pub reference: Option<String>,
    /// How much. Whoever reads it compares it with what was asked for.
    pub amount: Money,
    /// Whether it was taken; otherwise it is promised.
    pub captured: bool,
}

/// What a buyer has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// A page of the provider's or the bank's to go to.
    pub url: Option<String>,
    /// By which the provider's own front end goes on.
    pub client_secret: Option<String>,
    /// When the provider gives up waiting.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A session for the provider's own front end, made before the cart is submitted. It never takes money by itself: what
/// the buyer confirms in it is only promised until the attempt takes it.
#[derive(Clone, Debug)]
pub struct Session {
    /// The provider's name for the payment; the front end hands it back as the token of the cart's payment.
    pub reference: String,
    /// By which the provider's own front end goes on.
    pub client_secret: Option<String>,
    /// The provider's public key of this shop.
    pub publishable_key: Option<String>,
    /// A page of the provider's on which the buyer approves.
    pub approve_url: Option<String>,
}

/// Money that moved after the payment: what was captured, given back or let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The provider's name for the movement.
    pub reference: Option<String>,
    /// How much.
    pub amount: Money,
    /// Whether it is done; otherwise the provider will tell by a webhook.
    pub settled: bool,
}

/// What a provider's own books say of a payment, whoever moved its money: the shop, or people at the provider's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentStanding {
    /// What was taken of it.
    pub taken: Vec<Part>,
    /// What went back of that.
    pub returned: Vec<Part>,
    /// Whether more can be taken of it; not of a promise that was taken to its end or let go, or has run out.
    pub is_open: bool,
    /// Whether its buyer disputes it.
    pub disputed: Disputed,
}

/// A movement in a provider's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The provider's name for it.
    pub reference: String,
    /// The key that it was asked for with; none where the shop did not ask for it.
    pub key: Option<String>,
    /// Of what went back: the name of what it was taken by, where that is told.
    pub of: Option<String>,
    /// How much.
    pub amount: Money,
    /// How far it has come.
    pub state: PartState,
}

/// How far a movement in a provider's books has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// The money has moved.
    Done,
    /// The provider or a bank works on it.
    UnderWay,
    /// It came to nothing, also where it was told as done before.
    Failed,
}

/// Whether a buyer disputes a payment at a bank or at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disputed {
    /// It is or was disputed.
    Yes,
    /// It never was.
    No,
    /// The provider does not tell when it is asked for the payment.
    Untold,
}

/// What a provider tells by a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderEvent {
    /// The provider's name for the event, unique for each provider.
    pub id: String,
    /// Its kind in the provider's words, for the log and for people.
    pub kind: String,
    /// The provider's name for the payment that it is about.
    pub reference: Option<String>,
    /// Our key, where the provider carries it along.
    pub key: Option<String>,
    /// What to do about it.
    pub meaning: EventMeaning,
}

/// What an event means to the shop. None of them is believed: each makes the shop ask the provider how things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventMeaning {
    /// A payment moved on.
    Payment,
    /// Money went back.
    Refund,
    /// The buyer's bank takes the money back. Where the provider does not tell that when it is asked, this alone counts: no
    /// money is moved by it.
    Dispute,
    /// Nothing to do.
    Other,
}

/// Why a payment was refused; none moved any money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Refused without a reason.
    CardDeclined,
    /// Not enough money.
    InsufficientFunds,
    /// What the front end handed over means nothing to the provider, or belongs to another payment.
    InvalidPaymentMethod,
    /// The buyer gave up, or let the time run out.
    Abandoned,
    /// More than there is to capture or to give back.
    AmountTooLarge,
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFault {
    /// The answer is no.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// There was no answer, or none that says what happened: ask.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// There was no connection: in the whole of this call nothing was asked, and nothing will come of it.
    #[error("there was no connection to the provider")]
    Unsent,
    /// The provider knows no such payment.
    #[error("the provider knows no such payment")]
    Absent,
    /// The request makes no sense to the provider, or the shop's keys are wrong: nothing happened and repeating is vain.
    #[error("the provider does not accept the request: {0}")]
    Broken(String),
}

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookFault {
    /// It is not signed by the provider.
    #[error("the signature is wrong")]
    Forged,
    /// It was signed too long ago.
    #[error("the signature is too old")]
    Stale,
    /// It is no event.
    #[error("the body cannot be read")]
    Unreadable,
    /// It cannot be checked now.
    #[error("the signature cannot be checked now")]
    Unchecked,
}

/// What buyers and front ends need to know of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodInfo {
    /// The name under which carts and transactions know it.
    pub name: &'static str,
    /// What buyers read.
    pub title: String,
    /// How to pay where it is paid outside, for after the order.
    pub instructions: Option<String>,
    /// Whether no real money moves.
    pub is_test: bool,
    /// Whether a submission needs a token from the provider's own front end; otherwise the provider sends the buyer to a
    /// page of its own, or nothing is paid online.
    pub needs_token: bool,
    /// The provider's public key of this shop.
    pub publishable_key: Option<String>,
}

/// Somebody who takes money for the shop.
#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// What buyers and front ends need to know.
    fn info(&self) -> MethodInfo;

    /// Whether it takes exactly this much in its currency; of nothing, whether it takes the currency.
    fn takes(&self, amount: Money) -> bool;

    /// Makes a payment, or says how the one with this key stands.
    async fn pay(&self, request: &PayRequest) -> Result<PayOutcome, ProviderFault>;

    /// Says how a payment stands, and takes the step that became possible since: an approved payment is captured where
    /// that was asked for. Repeating it does nothing more.
    async fn settle(&self, payment: &PaymentRef) -> Result<PayOutcome, ProviderFault>;

    /// Says what the provider's own books have of a payment, and changes nothing. [`ProviderFault::Absent`] where there are
    /// no books, or the payment is not in them.
    async fn standing(&self, payment: &PaymentRef) -> Result<PaymentStanding, ProviderFault>;

    /// Whether money of a promise can be taken only once: what the first capture leaves of it is let go with it.
    fn takes_once(&self) -> bool {
        false
    }

    /// Takes promised money, all or a part; several times, unless [`Self::takes_once`].
    async fn capture(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault>;

    /// Lets a promise go. Of money that was taken [`ProviderFault::Refused`].
    async fn void(&self, reference: &str, key: &str) -> Result<(), ProviderFault>;

    /// Gives taken money back, all or a part; never more than was taken.
    async fn refund(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault>;

    /// Makes sure that a payment with this key costs the buyer nothing: voids, refunds or expires it, whatever it came
    /// to, also where it is not known whether it exists.
    async fn undo(&self, payment: &PaymentRef) -> Result<(), ProviderFault>;

    /// Makes a session for the provider's own front end. `Broken` where it has none.
    async fn session(&self, request: &PayRequest) -> Result<Session, ProviderFault>;

    /// Lets go of what a buyer confirmed in a session, and closes it. A session that an attempt has taken is that one's:
    /// nothing is done about it.
    async fn undo_session(&self, session: &PaymentRef) -> Result<(), ProviderFault>;

    /// Reads a webhook that is the provider's beyond doubt.
    async fn read_event(&self, inbound: &Inbound<'_>) -> Result<ProviderEvent, WebhookFault>;
}

/// Keys of a provider: its secret, what signs its webhooks, what front ends may know.
#[derive(Clone, Debug)]
pub struct ProviderKeys {
    /// The secret key.
    pub secret: SecretString,
    /// Signs webhooks.
    pub webhook_secret: Option<SecretString>,
    /// For front ends.
    pub publishable: Option<String>,
}
