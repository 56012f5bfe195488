//! Asking those outside what a cart does not know yet, after its transaction, and pricing it anew.

use std::time::Duration;

use super::answers::Answers;
use super::error::CartError;
use super::pricing::{Unpriced, quote};
use super::view::{CartView, Outcome};
use crate::app::App;
use crate::error::Fault;
use crate::{shipping, tax};

/// How long a cart waits for all those outside together. What comes later is kept for the next look.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often is asked at most: what carriers say decides about what the tax provider is asked.
const ROUNDS: usize = 3;

/// Asks carriers and the tax provider what they were not asked about a cart yet, all at the same time, keeps what they
/// say and prices the cart anew. Costs nothing where there is nothing to ask. Whoever calls holds no transaction.
///
/// # Errors
/// The database's own.
pub(super) async fn settle(app: &App, mut cart: CartView) -> Result<CartView, Fault> {
    if cart.missing.is_nothing() {
        return Ok(cart);
    }
    let asking = async {
        for _ in 0..ROUNDS {
            if cart.missing.is_nothing() {
                break;
            }
            let answers = ask(app, &cart).await?;
            reprice(&mut cart, answers)?;
        }
        Ok::<(), Fault>(())
    };
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(asked) => asked?,
        Err(_) => tracing::warn!("Those outside took too long to say what a cart costs"),
    }
    Ok(cart)
}

/// As [`settle`], for what came of a change.
///
/// # Errors
/// The change's own, and the database's.
pub(super) async fn settled(app: &App, outcome: Outcome) -> Result<Outcome, CartError> {
    Ok(Outcome { cart: settle(app, outcome.cart).await?, ..outcome })
}

/// The answers that a cart has, and those to what is missing.
async fn ask(app: &App, cart: &CartView) -> Result<Answers, Fault> {
    let rates = shipping::ask(app, &cart.missing.rates);
    let taxes = async {
        match &cart.missing.taxes {
            Some(request) => Ok(Some((request.key(), tax::ask(app, request).await?))),
            None => Ok::<_, Fault>(None),
        }
    };
    let (rates, taxes) = futures_util::future::try_join(rates, taxes).await?;
    let mut answers = cart.answers.clone();
    answers.carriers = answers.carriers.with(&rates);
    answers.taxes.extend(taxes);
    Ok(answers)
}

/// Prices a cart that is loaded with other answers.
fn reprice(cart: &mut CartView, answers: Answers) -> Result<(), Fault> {
    let quoted = quote(
        &Unpriced {
            terms: &cart.terms,
            row: &cart.row,
            details: &cart.details,
            lines: cart.lines.iter().map(|line| (&line.row, &line.merchandise)).collect(),
        },
        &answers,
    )?;
    cart.answers = answers;
    cart.take(quoted);
    Ok(())
}
