//! The ways to pay that a buyer can choose: those that need no field of ours for a card.

use super::field::Choice;
use super::form::Form;
use super::visit::Visit;
use super::words::Words;
use crate::app::App;
use crate::cart::CartView;
use crate::money::{Currency, Money};
use crate::payment::{FREE, MethodInfo, PaymentProvider};

/// What the demo's test gateway can be told to do.
const TEST_TOKENS: [&str; 8] = [
    "approve",
    "action",
    "processing",
    "authorize",
    "decline",
    "insufficient_funds",
    "overcharge",
    "timeout",
];

/// A way to pay.
pub(super) struct MethodView {
    /// The id of its choice.
    pub(super) id: String,
    /// Its name in the form.
    pub(super) name: &'static str,
    /// Its name for buyers.
    pub(super) title: String,
    /// What buyers should know.
    pub(super) notes: Vec<String>,
    /// What the test gateway can be told to do; empty for all others.
    pub(super) test_tokens: Vec<Choice>,
    /// Whether it is chosen.
    pub(super) is_chosen: bool,
}

/// A way to pay that was chosen.
pub(super) struct Method {
    /// The provider's name.
    pub(super) provider: &'static str,
    /// What it is told, where it is the test gateway.
    pub(super) token: Option<String>,
}

/// The ways to pay what a cart costs. A provider that wants to be handed something by its own front end is not among
/// them, but for the demo's test gateway.
fn offered(app: &App, cart: &CartView) -> Vec<MethodInfo> {
    let Some(currency) = Currency::find(&cart.row.currency) else { return Vec::new() };
    let due = Money::new(cart.due_minor(), currency);
    let takes = app.payments.iter().filter(|provider| provider.takes(due));
    let infos = takes.map(|provider| provider.info());
    infos.filter(|info| !info.needs_token || is_test_gateway(app, info.name)).collect()
}

fn is_test_gateway(app: &App, name: &str) -> bool {
    app.payments.test_gateway().is_some_and(|gateway| gateway.info().name == name)
}

/// What was chosen; `None` where nothing was that is offered.
pub(super) fn chosen(visit: &Visit<'_>, form: &Form) -> Option<Method> {
    if visit.cart.due_minor() == 0 {
        return Some(Method { provider: FREE, token: None });
    }
    let name = form.filled("method")?;
    let offered = offered(visit.app, &visit.cart);
    let info = offered.into_iter().find(|info| info.name == name)?;
    let token = TEST_TOKENS.into_iter().find(|token| *token == form.text("test_token"));
    let token = token.filter(|_| info.needs_token).map(str::to_owned);
    (token.is_some() || !info.needs_token).then_some(Method { provider: info.name, token })
}

/// What the form shows: what was chosen stays so, and a single one is chosen.
pub(super) fn method_views(visit: &Visit<'_>, form: &Form) -> Vec<MethodView> {
    let words = visit.frame.words;
    let offered = offered(visit.app, &visit.cart);
    let on_cart = visit.cart.payment.as_ref().map(|payment| payment.provider.as_str());
    let single = offered.first().filter(|_| offered.len() == 1).map(|info| info.name);
    let chosen = form.filled("method").or(on_cart).or(single);
    let wished = form.filled("test_token").unwrap_or("approve");
    let views = offered.iter().enumerate().map(|(place, info)| {
        let is_test_gateway = is_test_gateway(visit.app, info.name);
        let tokens = TEST_TOKENS.iter().filter(|_| is_test_gateway).map(|token| Choice {
            value: (*token).to_owned(),
            label: token_label(words, token).to_owned(),
            is_chosen: *token == wished,
        });
        MethodView {
            // The first has the name of the choice, so that what is wrong can lead there.
            id: if place == 0 { "method".to_owned() } else { format!("method-{place}") },
            name: info.name,
            title: title_of(words, info).to_owned(),
            notes: notes_of(words, info, is_test_gateway),
            test_tokens: tokens.collect(),
            is_chosen: chosen == Some(info.name),
        }
    });
    views.collect()
}

fn notes_of(words: &Words, info: &MethodInfo, is_test_gateway: bool) -> Vec<String> {
    let is_paid_there =
        info.instructions.is_none() && !is_test_gateway && info.name != crate::payment::MANUAL;
    let there = is_paid_there.then(|| words.paid_there.clone());
    let instructions = info.instructions.iter().flat_map(|text| text.lines()).map(str::to_owned);
    let test = info.is_test.then(|| words.no_real_money.clone());
    instructions.chain(there).chain(test).collect()
}

fn title_of<'a>(words: &'a Words, info: &'a MethodInfo) -> &'a str {
    match info.name {
        "manual" => &words.method_manual,
        "stripe" => &words.method_stripe,
        "paypal" => &words.method_paypal,
        "test" => &words.method_test,
        _ => &info.title,
    }
}

fn token_label<'a>(words: &'a Words, token: &'a str) -> &'a str {
    match token {
        "approve" => &words.test_approve,
        "action" => &words.test_action,
        "processing" => &words.test_processing,
        "authorize" => &words.test_authorize,
        "decline" => &words.test_decline,
        "insufficient_funds" => &words.test_insufficient_funds,
        "overcharge" => &words.test_overcharge,
        "timeout" => &words.test_timeout,
        _ => token,
    }
}
