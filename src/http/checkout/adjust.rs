//! Changing a cart to what there is: what is sold out or no longer sold goes, of what is scarce the buyer takes what is left.

use actix_web::{HttpRequest, HttpResponse, web};
use entity::id::CartLineId;

use super::again::{again, shown};
use super::answer::{Answer, Refused, answered, refusal};
use super::codes::STEP;
use super::field::Problems;
use super::step::{Step, needs_adjusting};
use super::visit::{Door, Visit};
use crate::app::App;
use crate::cart::{self, LineChange};

/// Changes the cart, and shows the step again.
pub async fn adjust(
    app: web::Data<App>,
    request: HttpRequest,
    page: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = Box::pin(adjusted(&door, &body)).await;
    answered(&app, door.tongue(), answer).await
}

async fn adjusted(door: &Door<'_>, body: &[u8]) -> Answer {
    let form = door.form(body).await?;
    let mut visit = door.enter().await?;
    let step = Step::named(form.text(STEP));
    if !needs_adjusting(&visit.obstacles) {
        return again(visit, step, &form).await;
    }
    for changes in changes_of(&visit) {
        match cart::update_lines(visit.app, &visit.token, &changes).await {
            Ok(_) => return again(visit, step, &form).await,
            Err(error) => match refusal(error)? {
                Refused::Elsewhere => return Err(visit.see(step)),
                Refused::Because(_) => {}
            },
        }
    }
    visit.look_again().await?;
    let mut problems = Problems::default();
    problems.add_general(visit.frame.words.adjust_refused.clone());
    shown(&visit, step, &form, problems, None).await
}

/// What to change, and what instead where that is refused. Lines of which there is enough stay as they are: a rule that was
/// made after they were put in is none of this.
fn changes_of(visit: &Visit<'_>) -> [Vec<LineChange>; 2] {
    let cart = &visit.cart;
    let change = |id: CartLineId, quantity: i32| LineChange {
        id: Some(id),
        variant_id: None,
        quantity: Some(quantity),
        attributes: None,
    };
    let shortages = || visit.obstacles.iter().filter_map(|obstacle| obstacle.shortage.as_ref());
    let is_short = |id: CartLineId| shortages().any(|shortage| shortage.line == id);
    let short = || cart.lines.iter().map(|line| &line.row).filter(|row| is_short(row.id));
    let gone = || cart.unsold.iter().map(|line| change(*line, 0));
    // Asked for anew, a line is lowered to what is left; where it may not be sold in such numbers, it goes.
    let lowered = gone().chain(short().map(|row| change(row.id, row.quantity)));
    let dropped = gone().chain(short().map(|row| change(row.id, 0)));
    [lowered.collect(), dropped.collect()]
}
