//! A step that is shown again as it was sent: who applies a code or changes the cart beside its form loses nothing that they
//! have typed.

use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::{Answer, answered};
use super::around::WrongCode;
use super::field::Problems;
use super::form::Form;
use super::step::Step;
use super::visit::{Door, Visit};
use super::{delivery, information, payment};
use crate::app::App;

/// An address that forms are sent to, opened by itself, such as by a browser that starts anew: leads to the step that is
/// open.
pub async fn open(app: web::Data<App>, request: HttpRequest, page: web::Path<String>) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = async {
        let visit = door.enter().await?;
        Err(visit.see(visit.first_open()))
    };
    let answer = Box::pin(answer).await;
    answered(&app, door.tongue(), answer).await
}

/// A step after a change beside its form. Where nothing of the form came along, the step has its own address.
///
/// # Errors
/// Another answer where the step is not needed, or not yet; the database's own.
pub(super) async fn again(mut visit: Visit<'_>, step: Step, form: &Form) -> Answer {
    if !step.is_sent_in(form) {
        return Err(visit.see(step));
    }
    visit.look_again().await?;
    shown(&visit, step, form, Problems::default(), None).await
}

/// A step as it was sent, with what is wrong.
///
/// # Errors
/// As [`again`].
pub(super) async fn shown(
    visit: &Visit<'_>,
    step: Step,
    form: &Form,
    problems: Problems,
    wrong_code: Option<WrongCode>,
) -> Answer {
    match step {
        Step::Information => information::shown(visit, form, problems, wrong_code).await,
        Step::Delivery => delivery::shown(visit, form, problems, wrong_code),
        Step::Payment => payment::shown(visit, form, problems, wrong_code).await,
    }
}
