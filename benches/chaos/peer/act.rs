//! What a request does: the answer, and what changes in the books. Nothing is changed here.

use serde_json::{Value, json};

use super::book::{Book, Intent, Refund, Status};
use super::method::{Later, Method};

/// Names and values of a form.
pub type Form = Vec<(String, String)>;

/// What a request comes to.
pub struct Act {
    pub status: u16,
    pub body: Value,
    pub intent: Option<Intent>,
    pub refund: Option<Refund>,
    /// The events that it causes.
    pub kinds: Vec<&'static str>,
    /// What is decided by itself.
    pub later: Option<Later>,
}

impl Act {
    fn told(status: u16, body: Value) -> Self {
        Self { status, body, intent: None, refund: None, kinds: Vec::new(), later: None }
    }

    fn changed(intent: Intent, kinds: &[&'static str]) -> Self {
        Self { intent: Some(intent.clone()), kinds: kinds.to_vec(), ..Self::told(200, intent.json()) }
    }
}

pub fn value<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
    form.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// A refusal in Stripe's form.
pub fn refusal(status: u16, kind: &str, code: &str, param: &str) -> (u16, Value) {
    let mut error = json!({ "type": kind, "message": "the words of a provider" });
    for (name, text) in [("code", code), ("param", param)] {
        if !text.is_empty() {
            error[name] = json!(text);
        }
    }
    (status, json!({ "error": error }))
}

fn refused(status: u16, code: &str, param: &str) -> Act {
    let (status, body) = refusal(status, "invalid_request_error", code, param);
    Act::told(status, body)
}

/// Which event tells that a payment was paid.
pub fn paid_kind(intent: &Intent) -> &'static str {
    if intent.manual { "payment_intent.amount_capturable_updated" } else { "payment_intent.succeeded" }
}

/// What a form that is posted to a path does.
pub fn act(book: &Book, path: &[&str], form: &Form) -> Act {
    match path {
        ["payment_methods"] => Act::told(
            200,
            json!({ "id": super::method::CARD, "object": "payment_method", "livemode": false, "type": "card" }),
        ),
        ["payment_intents"] => create(book, form),
        ["payment_intents", id, rest @ ..] => {
            let Some(intent) = book.intent(id).cloned() else {
                return refused(404, "resource_missing", "intent");
            };
            match rest {
                [] => hang(intent, form),
                ["capture"] => capture(intent, form),
                ["cancel"] => cancel(intent),
                _ => refused(404, "", ""),
            }
        }
        ["refunds"] => refund(book, form),
        _ => refused(404, "", ""),
    }
}

fn create(book: &Book, form: &Form) -> Act {
    let amount: i64 = value(form, "amount").and_then(|amount| amount.parse().ok()).unwrap_or(0);
    let Some(currency) = value(form, "currency").filter(|_| amount > 0) else {
        return refused(400, "parameter_invalid_integer", "amount");
    };
    let mut intent = Intent {
        id: format!("pi_{:06}", book.intents().len() + 1),
        created: now(),
        amount,
        currency: currency.to_owned(),
        manual: value(form, "capture_method") == Some("manual"),
        status: Status::RequiresPaymentMethod,
        received: 0,
        metadata: metadata(form).collect(),
        email: value(form, "receipt_email").map(str::to_owned),
        return_url: value(form, "return_url").map(str::to_owned),
        decline_code: None,
    };
    let method = match value(form, "payment_method").map(Method::read) {
        None => return Act::changed(intent, &[]),
        Some(None) => return refused(400, "resource_missing", "payment_method"),
        Some(Some(method)) => method,
    };
    match method {
        Method::Charged => {
            intent.pay();
            let kind = paid_kind(&intent);
            Act::changed(intent, &[kind])
        }
        Method::Declined(code) => {
            intent.decline(code);
            let error = json!({ "type": "card_error", "code": "card_declined", "decline_code": code,
                "message": "the words of a bank", "payment_intent": intent.json() });
            let told = Act::told(402, json!({ "error": error }));
            Act { intent: Some(intent), kinds: vec!["payment_intent.payment_failed"], ..told }
        }
        Method::Challenge(later) => {
            intent.status = Status::RequiresAction;
            Act { later, ..Act::changed(intent, &["payment_intent.requires_action"]) }
        }
        Method::Bank(later) => {
            intent.status = Status::Processing;
            Act { later, ..Act::changed(intent, &["payment_intent.processing"]) }
        }
    }
}

fn hang(mut intent: Intent, form: &Form) -> Act {
    intent.metadata.extend(metadata(form));
    Act::changed(intent, &[])
}

fn capture(mut intent: Intent, form: &Form) -> Act {
    if intent.status != Status::RequiresCapture {
        return refused(400, "payment_intent_unexpected_state", "");
    }
    let amount = value(form, "amount_to_capture").and_then(|amount| amount.parse().ok());
    let amount: i64 = amount.unwrap_or(intent.amount);
    if amount <= 0 || amount > intent.amount {
        return refused(400, "amount_too_large", "amount_to_capture");
    }
    intent.status = Status::Succeeded;
    intent.received = amount;
    intent.metadata.extend(metadata(form));
    Act::changed(intent, &["payment_intent.succeeded"])
}

fn cancel(mut intent: Intent) -> Act {
    match intent.status {
        Status::Succeeded | Status::Canceled | Status::Processing => {
            refused(400, "payment_intent_unexpected_state", "")
        }
        Status::RequiresAction | Status::RequiresCapture | Status::RequiresPaymentMethod => {
            intent.status = Status::Canceled;
            Act::changed(intent, &["payment_intent.canceled"])
        }
    }
}

fn refund(book: &Book, form: &Form) -> Act {
    let Some(intent) = value(form, "payment_intent").and_then(|id| book.intent(id)) else {
        return refused(404, "resource_missing", "payment_intent");
    };
    let left = intent.received - book.refunded(&intent.id);
    let amount = match value(form, "amount") {
        Some(text) => text.parse().unwrap_or(0),
        None => left,
    };
    if left == 0 {
        return refused(400, "charge_already_refunded", "");
    }
    if amount <= 0 || amount > left {
        return refused(400, "", "amount");
    }
    let refund = Refund {
        id: format!("re_{:06}", book.refunds().len() + 1),
        created: now(),
        intent: intent.id.clone(),
        amount,
        currency: intent.currency.clone(),
        metadata: metadata(form).collect(),
    };
    // The payment goes along for the event, unchanged.
    let intent = Some(intent.clone());
    Act {
        intent,
        kinds: vec!["charge.refunded"],
        refund: Some(refund.clone()),
        ..Act::told(200, refund.json())
    }
}

fn metadata(form: &Form) -> impl Iterator<Item = (String, String)> + '_ {
    form.iter().filter_map(|(name, text)| {
        let name = name.strip_prefix("metadata[")?.strip_suffix(']')?;
        Some((name.to_owned(), text.clone()))
    })
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
