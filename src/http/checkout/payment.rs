//! The last step: how it is paid, and a last look at all of it. What is ordered is what the buyer saw.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use entity::id::AttemptId;

use super::answer::{Answer, Halt, Refused, answered, html, refusal, see};
use super::around::{Around, WrongCode, around};
use super::billing::{BillingView, bill_of, billing_view};
use super::codes;
use super::delivery::title_of;
use super::field::{FieldKind, Problems};
use super::form::Form;
use super::frame::Frame;
use super::method::{self, Method, MethodView, method_views};
use super::seen::{change, seen_of};
use super::step::{Step, needs_adjusting};
use super::summary::amount;
use super::told;
use super::visit::{Door, Visit, attempt_path};
use crate::app::App;
use crate::cart::{self, RefusalCode};
use crate::checkout::{self, AttemptOutcome, Obstacle, ObstacleCode, Submission};
use crate::html::is_web_address;
use crate::market::Address;
use crate::payment::Payment;
use crate::secret;
use crate::wording::fill;

/// Characters of the name of an attempt at most.
const MAX_ATTEMPT: usize = 64;

#[derive(Template)]
#[template(path = "checkout/payment.html")]
struct PaymentPage<'a> {
    frame: &'a Frame,
    around: Around,
    action: String,
    back: (String, &'a str),
    review: Review,
    is_due: bool,
    methods: Vec<MethodView>,
    no_method: Option<String>,
    method_error: Option<String>,
    billing: BillingView,
    attempt: String,
    told: String,
    pay: String,
}

/// What was filled in before.
struct Review {
    contact: Vec<String>,
    information_href: String,
    address: Vec<String>,
    deliveries: Vec<String>,
    delivery_href: String,
}

/// Leads the buyer to the provider.
#[derive(Template)]
#[template(path = "checkout/leaving.html")]
struct LeavingPage<'a> {
    frame: &'a Frame,
    href: &'a str,
}

/// The step; from now on the buyer knows what the cart costs.
pub async fn show(app: web::Data<App>, request: HttpRequest, page: web::Path<String>) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = async {
        let visit = door.enter().await?;
        shown(&visit, &Form::default(), Problems::default(), None).await
    };
    let answer = Box::pin(answer).await;
    answered(&app, door.tongue(), answer).await
}

/// Orders the cart, or tells what keeps it from being ordered.
pub async fn pay(
    app: web::Data<App>,
    request: HttpRequest,
    page: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = Box::pin(paid(&door, &body)).await;
    answered(&app, door.tongue(), answer).await
}

async fn paid(door: &Door<'_>, body: &[u8]) -> Answer {
    let form = door.form(body).await?;
    let mut visit = match door.enter().await {
        Ok(visit) => visit,
        Err(Halt::Fault(fault)) => return Err(fault.into()),
        Err(halt @ Halt::Answer(_)) => {
            // Only a form of a page of ours that orders: neither one without a name nor a look at another country or a code.
            let looks = form.has("country_change") || codes::is_entered(&form);
            let orders = form.filled("attempt").is_some() && !looks;
            if !orders || !door.make_way(&attempt_name(&form)).await? {
                return Err(halt);
            }
            door.enter().await?
        }
    };
    led_away(&visit)?;
    if codes::is_entered(&form) {
        return Box::pin(codes::apply_in(visit, Step::Payment, &form)).await;
    }
    let mut problems = Problems::default();
    if form.has("country_change") {
        return render(&visit, &form, problems, None, StatusCode::OK);
    }
    let words = visit.frame.words;
    let bill = bill_of(&visit, &form, &mut problems);
    let chosen = method::chosen(&visit, &form);
    if chosen.is_none() {
        problems.add("method", &words.choose_method);
    }
    let seen = seen_of(&visit.cart)?;
    let unseen = form.filled("told").and_then(|saw| change(words, saw, &seen));
    let stale = cart::is_stale(&visit.cart)?.then_some(words.changed_amount.as_str());
    if let Some(unseen) = unseen.or(stale) {
        visit.news = cart::price_changes(&visit.cart)?;
        problems.add_general(unseen);
    }
    for obstacle in visit.obstacles.iter().filter(|obstacle| is_in_the_way(obstacle)) {
        problems.add_general(told::obstacle(&visit.frame, obstacle));
    }
    let Some(chosen) = chosen.filter(|_| problems.is_empty()) else {
        return shown(&visit, &form, problems, None).await;
    };
    if !set_payment(&visit, chosen, bill, &mut problems).await? {
        visit.look_again().await?;
        return shown(&visit, &form, problems, None).await;
    }
    let name = attempt_name(&form);
    let query = Some(visit.kept.as_str());
    match Box::pin(checkout::submit_and_complete(visit.app, &visit.token, &name, query)).await? {
        Submission::Accepted(attempt) | Submission::Already(attempt) => lead_on(&visit, attempt).await,
        Submission::Refused(obstacles) => refused(visit, &form, obstacles).await,
    }
}

/// Whether an obstacle is there however the cart is paid.
fn is_in_the_way(obstacle: &Obstacle) -> bool {
    needs_adjusting(std::slice::from_ref(obstacle))
}

/// Writes down how the cart is paid and where the bill goes; tells whether it may be submitted. While it is being paid for
/// nothing is written: the submission finds the attempt.
async fn set_payment(
    visit: &Visit<'_>,
    chosen: Method,
    bill: Option<Address>,
    problems: &mut Problems,
) -> Result<bool, Halt> {
    let (app, cart) = (visit.app, &visit.cart);
    let payment = Payment {
        provider: chosen.provider.to_owned(),
        token: chosen.token,
        amount_minor: cart.due_minor(),
        currency: cart.row.currency.clone(),
        source_identifier: cart.payment.as_ref().and_then(|payment| payment.source_identifier.clone()),
    };
    if bill.is_none()
        && cart.billing_address.is_some()
        && let Err(error) = cart::update_billing_address(app, &visit.token, None).await
    {
        refusal(error)?;
    }
    let words = visit.frame.words;
    let error = match cart::update_payment(app, &visit.token, &payment, bill.as_ref()).await {
        Ok(outcome) => {
            // The price may have changed just now, or with the taxes of where the bill goes.
            let unseen = change(words, &seen_of(cart)?, &seen_of(&outcome.cart)?);
            if let Some(unseen) = unseen {
                problems.add_general(unseen);
            }
            return Ok(unseen.is_none());
        }
        Err(error) => error,
    };
    match refusal(error)? {
        Refused::Elsewhere => return Ok(true),
        Refused::Because(refusals) => {
            for refusal in refusals {
                if refusal.code == RefusalCode::PaymentMethodNotSupported {
                    problems.add("method", &words.method_unavailable);
                } else {
                    problems.add_general(words.changed_amount.clone());
                }
            }
        }
    }
    Ok(false)
}

/// To the provider where the buyer has to act there, else to the page of the attempt.
async fn lead_on(visit: &Visit<'_>, attempt: AttemptId) -> Answer {
    let public_id = checkout::public_id(visit.app, attempt)?;
    if let Some(AttemptOutcome::ActionRequired { action, .. }) =
        checkout::find_outcome(visit.app, &public_id).await?
        && let Some(href) = action.url.as_deref().filter(|url| is_web_address(url))
    {
        return html(&LeavingPage { frame: &visit.frame, href }, StatusCode::OK);
    }
    Ok(see(&visit.kept.onto(&attempt_path(visit.app, &public_id))))
}

async fn refused(mut visit: Visit<'_>, form: &Form, obstacles: Vec<Obstacle>) -> Answer {
    visit.look_again().await?;
    led_away(&visit)?;
    let mut problems = Problems::default();
    for obstacle in &obstacles {
        let told = told::obstacle(&visit.frame, obstacle);
        if matches!(obstacle.code, ObstacleCode::PaymentRequired | ObstacleCode::PaymentUnavailable) {
            problems.add("method", told);
        } else if let Some(change) = &obstacle.change {
            if !visit.news.contains(change) {
                visit.news.push(change.clone());
            }
            problems.add_general(visit.frame.words.changed_amount.clone());
        } else {
            problems.add_general(told);
        }
    }
    shown(&visit, form, problems, None).await
}

/// The name of the attempt: that of the form, which has it from its page, so that sending it twice is one attempt.
fn attempt_name(form: &Form) -> String {
    let name: Option<String> = form.filled("attempt").map(|name| name.chars().take(MAX_ATTEMPT).collect());
    format!("page/{}", name.unwrap_or_else(secret::new_token))
}

/// Leads away from the step before the others are complete.
fn led_away(visit: &Visit<'_>) -> Result<(), Halt> {
    let is_empty = visit.cart.lines.is_empty() && visit.cart.unsold.is_empty();
    match visit.first_open() {
        _ if is_empty => Err(visit.see(Step::Information)),
        Step::Payment => Ok(()),
        step @ (Step::Information | Step::Delivery) => Err(visit.see(step)),
    }
}

/// The step as it stands, with what is wrong. From now on the buyer knows what the cart costs.
///
/// # Errors
/// Another answer before the other steps are complete; the database's own.
pub(super) async fn shown(
    visit: &Visit<'_>,
    form: &Form,
    problems: Problems,
    wrong_code: Option<WrongCode>,
) -> Answer {
    led_away(visit)?;
    let is_fine = problems.is_empty() && wrong_code.is_none();
    let status = if is_fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    cart::agree(visit.app, &visit.cart).await?;
    render(visit, form, problems, wrong_code, status)
}

fn render(
    visit: &Visit<'_>,
    form: &Form,
    problems: Problems,
    wrong_code: Option<WrongCode>,
    status: StatusCode,
) -> Answer {
    let (frame, words, cart) = (&visit.frame, visit.frame.words, &visit.cart);
    let is_due = cart.due_minor() > 0;
    let methods = if is_due { method_views(visit, form) } else { Vec::new() };
    let back = if cart.needs_delivery() {
        (visit.address_of(Step::Delivery), words.back_to_delivery.as_str())
    } else {
        (visit.address_of(Step::Information), words.back_to_information.as_str())
    };
    let currency = [("currency", cart.row.currency.as_str())];
    let page = PaymentPage {
        frame,
        action: visit.address_of(Step::Payment),
        back,
        review: review_of(visit),
        no_method: (is_due && methods.is_empty()).then(|| fill(&words.no_method, &currency)),
        methods,
        method_error: problems.of("method").map(str::to_owned),
        billing: billing_view(visit, form, &problems),
        attempt: secret::new_token(),
        told: seen_of(cart)?,
        pay: if is_due {
            fill(&words.pay, &[("amount", &amount(frame, cart, cart.due_minor())?)])
        } else {
            words.place_order.clone()
        },
        is_due,
        around: around(visit, Step::Payment, form, problems, wrong_code)?,
    };
    html(&page, status)
}

fn review_of(visit: &Visit<'_>) -> Review {
    let (frame, cart) = (&visit.frame, &visit.cart);
    let address = cart.addresses.iter().find(|address| address.selected && cart.needs_delivery());
    let options = cart.deliveries.iter().filter_map(|group| group.selected.as_ref());
    Review {
        contact: [&cart.row.email, &cart.row.phone].into_iter().flatten().cloned().collect(),
        information_href: visit.address_of(Step::Information),
        address: address
            .map(|selected| selected.address.lines_in(frame.tongue, true, true))
            .unwrap_or_default(),
        deliveries: options.map(|option| title_of(frame, option)).collect(),
        delivery_href: visit.address_of(Step::Delivery),
    }
}
