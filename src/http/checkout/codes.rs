//! Codes of discounts and gift cards, which have one field: what a code is for, the shop knows and the buyer need not.

use actix_web::{HttpRequest, HttpResponse, web};

use super::again::{again, shown};
use super::answer::{Answer, Refused, answered, refusal};
use super::around::WrongCode;
use super::field::Problems;
use super::form::Form;
use super::step::Step;
use super::told;
use super::visit::{Door, Visit};
use crate::app::App;
use crate::cart::{self, CartError};
use crate::customer::{CodeTries, CustomerError};
use crate::discount::{MAX_CODE_LENGTH, find_codes, fold_code};
use crate::gift_card;

/// Codes of a cart at most: more than anybody has, and few enough to be read.
const MAX_CODES: usize = 20;
/// Characters of a gift card's code at most.
const MAX_CARD_CODE: usize = 64;
/// The field by which a form says on which step it is.
pub(super) const STEP: &str = "step";
/// The field of the code that is typed in.
pub(super) const CODE: &str = "code";
/// What stood in it when the page was shown, where that did not do.
pub(super) const CODE_BEFORE: &str = "code_before";
/// The buttons of the steps that do something else.
const OTHER_BUTTONS: [&str; 3] = ["save", "pay", "country_change"];

/// Whether a code was typed in and the enter key pressed: then the form of the step comes without one of its buttons.
pub(super) fn is_entered(form: &Form) -> bool {
    let is_new = form.filled(CODE).is_some_and(|code| code != form.text(CODE_BEFORE));
    is_new && !OTHER_BUTTONS.into_iter().any(|button| form.has(button))
}

/// Applies a code, and shows the step again; or tells there why it does nothing.
pub async fn apply(
    app: web::Data<App>,
    request: HttpRequest,
    page: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = Box::pin(applied(&door, &body)).await;
    answered(&app, door.tongue(), answer).await
}

/// Takes a code or a gift card out, and shows the step again.
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

async fn applied(door: &Door<'_>, body: &[u8]) -> Answer {
    let form = door.form(body).await?;
    let visit = door.enter().await?;
    let step = Step::named(form.text(STEP));
    apply_in(visit, step, &form).await
}

/// Applies the code that was sent with the form of a step.
///
/// # Errors
/// Another answer where the step is not needed, or not yet; the database's own.
pub(super) async fn apply_in(visit: Visit<'_>, step: Step, form: &Form) -> Answer {
    let code = form.text(CODE).to_owned();
    let words = visit.frame.words;
    if code.is_empty() {
        return refused(&visit, step, form, code, &words.code_missing).await;
    }
    if code.chars().count() > MAX_CODE_LENGTH {
        return refused(&visit, step, form, String::new(), &words.code_unknown).await;
    }
    // It counts before it is looked up: nobody finds a code by trying.
    let tries = match CodeTries::count_typed(visit.app, &visit.visitor).await {
        Ok(tries) => tries,
        Err(CustomerError::Throttled | CustomerError::Refused(_)) => {
            return refused(&visit, step, form, code, &words.code_too_many).await;
        }
        Err(CustomerError::Fault(fault)) => return Err(fault.into()),
    };
    let folded = fold_code(&code);
    if !find_codes(visit.app.db.fresh(), std::slice::from_ref(&folded)).await?.is_empty() {
        tries.take_back(visit.app.db.writer(), 1).await?;
        return apply_discount(visit, step, form, code).await;
    }
    // What no card can have is not looked for: it would use up what the cart may try of cards.
    if code.chars().count() > MAX_CARD_CODE || !gift_card::can_be_code(&code) {
        return refused(&visit, step, form, code, &words.code_unknown).await;
    }
    let codes = std::slice::from_ref(&code);
    match cart::add_gift_cards(visit.app, &visit.visitor, &visit.token, codes).await {
        Ok(_) => {
            tries.take_back(visit.app.db.writer(), 1).await?;
            again(visit, step, &form.without(CODE)).await
        }
        Err(error) => not_applied(&visit, step, form, code, error).await,
    }
}

async fn apply_discount(mut visit: Visit<'_>, step: Step, form: &Form, code: String) -> Answer {
    let words = visit.frame.words;
    let mut codes = codes_of(&visit);
    if codes.len() >= MAX_CODES {
        return refused(&visit, step, form, code, &words.code_too_many).await;
    }
    codes.push(code.clone());
    let outcome = match cart::update_discount_codes(visit.app, &visit.token, &codes).await {
        Ok(outcome) => outcome,
        Err(error) => return not_applied(&visit, step, form, code, error).await,
    };
    let folded = fold_code(&code);
    let told = outcome.cart.priced.codes.iter().find(|told| fold_code(&told.code) == folded);
    let Some(reason) = told.and_then(|told| told.refusal) else {
        return again(visit, step, &form.without(CODE)).await;
    };
    let error = told::inapplicable(&visit.frame, &code, reason);
    visit.look_again().await?;
    refused(&visit, step, form, String::new(), &error).await
}

async fn removed(door: &Door<'_>, body: &[u8]) -> Answer {
    let form = door.form(body).await?;
    let visit = door.enter().await?;
    let step = Step::named(form.text(STEP));
    let changed = match (form.filled("remove_code"), form.filled("remove_card")) {
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
            let Some(card) = card else { return again(visit, step, &form).await };
            cart::remove_gift_cards(visit.app, &visit.token, &[Some(card)]).await
        }
        (None, None) => return again(visit, step, &form).await,
    };
    match changed.err().map(refusal).transpose()? {
        Some(Refused::Elsewhere) => Err(visit.see(step)),
        Some(Refused::Because(_)) | None => again(visit, step, &form).await,
    }
}

/// The codes of a cart, as they were typed in.
fn codes_of(visit: &Visit<'_>) -> Vec<String> {
    visit.cart.priced.codes.iter().map(|known| known.code.clone()).collect()
}

async fn not_applied(visit: &Visit<'_>, step: Step, form: &Form, code: String, error: CartError) -> Answer {
    match refusal(error)? {
        Refused::Elsewhere => Err(visit.see(step)),
        // Why a card cannot be used, only the shop knows; that too many were tried, everybody may.
        Refused::Because(refusals) => {
            let words = visit.frame.words;
            let is_this_code = refusals.iter().all(|refusal| refusal.field.len() > 1);
            let phrase = if is_this_code { &words.code_unknown } else { &words.code_too_many };
            refused(visit, step, form, code, phrase).await
        }
    }
}

/// The step as it was sent, with what is wrong with the code.
async fn refused(visit: &Visit<'_>, step: Step, form: &Form, code: String, error: &str) -> Answer {
    let wrong = Some(WrongCode { code, error: error.to_owned() });
    shown(visit, step, form, Problems::default(), wrong).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_enter_key_applies_a_code_that_was_typed_in() {
        for (body, expected) in [
            ("code=FIVE&email=a", true),
            ("code=FIVE&code_before=", true),
            ("code=FIVE&code_before=FOUR", true),
            ("code=FIVE&code_before=FIVE", false),
            ("code=++&email=a", false),
            ("email=a", false),
            ("code=FIVE&save=1", false),
            ("code=FIVE&pay=1", false),
            ("code=FIVE&country_change=1", false),
        ] {
            assert_eq!(is_entered(&Form::read(body.as_bytes())), expected, "{body}");
        }
    }
}
