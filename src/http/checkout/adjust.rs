//! Changing a cart to what there is: what is sold out or no longer sold goes, of what is scarce the buyer takes what is left.

use actix_web::{HttpRequest, HttpResponse, web};
use entity::id::CartLineId;

use super::answer::{Answer, answered, refusal};
use super::step::{Step, needs_adjusting};
use super::visit::Door;
use crate::app::App;
use crate::cart::{self, LineChange};

/// Changes the cart, and leads back to the step.
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
    let visit = door.enter().await?;
    let step = Step::named(form.text("step"));
    if !needs_adjusting(&visit.obstacles) {
        return Err(visit.see(step));
    }
    let change = |id: CartLineId, quantity: i32| LineChange {
        id: Some(id),
        variant_id: None,
        quantity: Some(quantity),
        attributes: None,
    };
    // Each line is asked for anew: that lowers it to what is left.
    let kept = visit.cart.lines.iter().map(|line| change(line.row.id, line.row.quantity));
    let gone = visit.cart.unsold.iter().map(|line| change(*line, 0));
    let changes: Vec<LineChange> = gone.chain(kept).collect();
    if let Err(error) = cart::update_lines(visit.app, &visit.token, &changes).await {
        refusal(error)?;
    }
    Err(visit.see(step))
}
