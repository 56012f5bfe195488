//! Codes of discounts and gift cards, which have one field: what a code is for, the shop knows and the buyer need not.

use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::{Answer, Refused, answered, refusal};
use super::around::WrongCode;
use super::field::Problems;
use super::form::Form;
use super::step::Step;
use super::visit::{Door, Visit};
use super::{delivery, information, payment, told};
use crate::app::App;
use crate::cart::{self, CartError};
use crate::discount::{MAX_CODE_LENGTH, find_codes, fold_code};
use crate::http::actor::visitor;

/// Codes of a cart at most: more than anybody has, and few enough to be read.
const MAX_CODES: usize = 20;
/// Characters of a gift card's code at most.
const MAX_CARD_CODE: usize = 64;
/// The field by which a form says on which step it is.
const STEP: &str = "step";

/// Applies a code, and leads back to the step; or tells there why it does nothing.
pub async fn apply(
    app: web::Data<App>,
    request: HttpRequest,
    page: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = Box::pin(applied(&door, &request, &body)).await;
    answered(&app, door.tongue(), answer).await
}

/// Takes a code or a gift card out, and leads back to the step.
pub async fn remove(
    app: web::Data<App>,
    request: HttpRequest,
    page: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = Box::pin(removed(&door, &body)).await;
    answered(&app, door.tongue(), answer).await
}

async fn applied(door: &Door<'_>, request: &HttpRequest, body: &[u8]) -> Answer {
    let form = door.form(body).await?;
    let mut visit = door.enter().await?;
    let step = Step::named(form.text(STEP));
    let code = form.text("code").to_owned();
    let words = visit.frame.words;
    if code.is_empty() {
        return refused(&visit, step, code, words.code_missing.clone()).await;
    }
    if code.chars().count() > MAX_CODE_LENGTH {
        return refused(&visit, step, String::new(), words.code_unknown.clone()).await;
    }
    let folded = fold_code(&code);
    let is_discount = !find_codes(visit.app.db.fresh(), std::slice::from_ref(&folded)).await?.is_empty();
    if is_discount {
        let mut codes = codes_of(&visit);
        if codes.len() >= MAX_CODES {
            return refused(&visit, step, code, words.code_too_many.clone()).await;
        }
        codes.push(code.clone());
        let outcome = cart::update_discount_codes(visit.app, &visit.token, &codes).await;
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => return not_applied(&visit, step, code, error).await,
        };
        let told = outcome.cart.priced.codes.iter().find(|told| fold_code(&told.code) == folded);
        let Some(reason) = told.and_then(|told| told.refusal) else { return Err(visit.see(step)) };
        let error = told::inapplicable(&visit.frame, &code, reason);
        visit.look_again().await?;
        return refused(&visit, step, String::new(), error).await;
    }
    if code.chars().count() > MAX_CARD_CODE {
        return refused(&visit, step, String::new(), words.code_unknown.clone()).await;
    }
    let visitor = visitor(visit.app, request);
    match cart::add_gift_cards(visit.app, &visitor, &visit.token, std::slice::from_ref(&code)).await {
        Ok(_) => Err(visit.see(step)),
        Err(error) => not_applied(&visit, step, code, error).await,
    }
}

async fn removed(door: &Door<'_>, body: &[u8]) -> Answer {
    let form = door.form(body).await?;
    let visit = door.enter().await?;
    let step = Step::named(form.text(STEP));
    let changed = match (form.filled("code"), form.filled("gift_card")) {
        (Some(code), _) => {
            let folded = fold_code(code);
            let mut codes = codes_of(&visit);
            codes.retain(|known| fold_code(known) != folded);
            cart::update_discount_codes(visit.app, &visit.token, &codes).await
        }
        (None, Some(card)) => {
            let card = card.parse().ok();
            let card = visit.cart.gift_cards.iter().map(|known| known.id).find(|id| Some(id.0) == card);
            // What is no longer there was taken out before.
            let Some(card) = card else { return Err(visit.see(step)) };
            cart::remove_gift_cards(visit.app, &visit.token, &[Some(card)]).await
        }
        (None, None) => return Err(visit.see(step)),
    };
    match changed {
        Ok(_) => Err(visit.see(step)),
        Err(error) => {
            refusal(error)?;
            Err(visit.see(step))
        }
    }
}

/// The codes of a cart, as they were typed in.
fn codes_of(visit: &Visit<'_>) -> Vec<String> {
    visit.cart.priced.codes.iter().map(|known| known.code.clone()).collect()
}

async fn not_applied(visit: &Visit<'_>, step: Step, code: String, error: CartError) -> Answer {
    match refusal(error)? {
        Refused::Elsewhere => Err(visit.see(step)),
        // Why a card cannot be used, only the shop knows; that too many were tried, everybody may.
        Refused::Because(refusals) => {
            let words = visit.frame.words;
            let is_this_code = refusals.iter().all(|refusal| refusal.field.len() > 1);
            let phrase = if is_this_code { &words.code_unknown } else { &words.code_too_many };
            refused(visit, step, code, phrase.clone()).await
        }
    }
}

/// The step again, with what is wrong with the code.
async fn refused(visit: &Visit<'_>, step: Step, code: String, error: String) -> Answer {
    let wrong = Some(WrongCode { code, error });
    match step {
        Step::Information => information::shown(visit, Problems::default(), wrong).await,
        Step::Delivery => delivery::shown(visit, Problems::default(), wrong),
        Step::Payment => payment::shown(visit, &Form::default(), Problems::default(), wrong).await,
    }
}
