//! The second step: how the cart goes to its buyer, or where they fetch it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::answer::{Answer, Refused, answered, html, refusal};
use super::around::{Around, WrongCode, around};
use super::codes;
use super::field::Problems;
use super::form::Form;
use super::frame::Frame;
use super::step::Step;
use super::summary::amount;
use super::visit::{Door, Visit};
use crate::app::App;
use crate::cart::{self, DeliveryChoice, DeliveryGroup};
use crate::error::Fault;
use crate::shipping::DeliveryOption;
use crate::wording::fill;

#[derive(Template)]
#[template(path = "checkout/delivery.html")]
struct DeliveryPage<'a> {
    frame: &'a Frame,
    around: Around,
    action: String,
    back: String,
    address: Vec<String>,
    groups: Vec<GroupView>,
    go_on: &'a str,
}

/// Lines that go together.
struct GroupView {
    /// The name of its choice in the form.
    name: String,
    /// Which of several it is.
    title: String,
    /// What goes, where there are several.
    contains: Vec<String>,
    /// How it may go.
    options: Vec<OptionView>,
    /// What is wrong with the choice.
    error: Option<String>,
    /// Whether nothing can be chosen.
    is_unserved: bool,
}

struct OptionView {
    id: String,
    handle: String,
    title: String,
    description: String,
    price: String,
    is_chosen: bool,
}

/// The step, with what is chosen.
pub async fn show(app: web::Data<App>, request: HttpRequest, page: web::Path<String>) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = async { shown(&door.enter().await?, &Form::default(), Problems::default(), None) };
    let answer = Box::pin(answer).await;
    answered(&app, door.tongue(), answer).await
}

/// Writes down what was chosen, and leads on; or tells what is missing.
pub async fn save(
    app: web::Data<App>,
    request: HttpRequest,
    page: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = Box::pin(saved(&door, &body)).await;
    answered(&app, door.tongue(), answer).await
}

/// The name of the choice of a group in the form.
fn name_of(place: usize) -> String {
    format!("delivery_{place}")
}

async fn saved(door: &Door<'_>, body: &[u8]) -> Answer {
    let form = door.form(body).await?;
    let mut visit = door.enter().await?;
    led_away(&visit)?;
    if codes::is_entered(&form) {
        return Box::pin(codes::apply_in(visit, Step::Delivery, &form)).await;
    }
    let (choices, problems) = choices_of(&visit, &form);
    if !problems.is_empty() {
        return shown(&visit, &form, problems, None);
    }
    match cart::select_delivery_options(visit.app, &visit.token, &choices).await {
        Ok(_) => Err(visit.see(Step::Payment)),
        Err(error) => match refusal(error)? {
            Refused::Elsewhere => Err(visit.see(Step::Information)),
            // What was offered a moment ago is no longer.
            Refused::Because(_) => {
                visit.look_again().await?;
                let mut problems = Problems::default();
                problems.add(&name_of(0), visit.frame.words.choose_delivery.clone());
                shown(&visit, &form, problems, None)
            }
        },
    }
}

/// The option of each group: what was sent, else what is chosen already.
fn choices_of(visit: &Visit<'_>, form: &Form) -> (Vec<DeliveryChoice>, Problems) {
    let (mut choices, mut problems) = (Vec::new(), Problems::default());
    for (place, group) in visit.cart.deliveries.iter().enumerate() {
        let name = name_of(place);
        let chosen = group.selected.as_ref().map(|option| option.handle.as_str());
        let handle = form.filled(&name).or(chosen);
        let handle = handle.filter(|handle| group.options.iter().any(|option| option.handle == *handle));
        match handle {
            Some(handle) => {
                choices.push(DeliveryChoice { group_key: group.key.clone(), handle: handle.to_owned() })
            }
            None => {
                let words = visit.frame.words;
                let is_served = !group.options.is_empty();
                let phrase = if is_served { &words.choose_delivery } else { &words.no_delivery };
                problems.add(&name, phrase);
            }
        }
    }
    (choices, problems)
}

/// Leads away from the step where it is not needed, or not yet.
fn led_away(visit: &Visit<'_>) -> Result<(), super::answer::Halt> {
    if visit.first_open() == Step::Information {
        return Err(visit.see(Step::Information));
    }
    if visit.cart.needs_delivery() { Ok(()) } else { Err(visit.see(Step::Payment)) }
}

/// The step as it was sent, else as it stands, with what is wrong.
///
/// # Errors
/// Another answer where the step is not needed, or not yet.
pub(super) fn shown(
    visit: &Visit<'_>,
    form: &Form,
    mut problems: Problems,
    wrong_code: Option<WrongCode>,
) -> Answer {
    led_away(visit)?;
    let (frame, words, cart) = (&visit.frame, visit.frame.words, &visit.cart);
    let is_fine = problems.is_empty() && wrong_code.is_none();
    let status = if is_fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let is_unserved = |group: &DeliveryGroup| group.options.is_empty();
    if cart.deliveries.is_empty() || cart.deliveries.iter().any(is_unserved) {
        problems.add_general(words.no_delivery.clone());
    }
    let groups = cart.deliveries.iter().enumerate();
    let groups = groups.map(|(place, group)| group_view(visit, form, place, group, &problems));
    let groups = groups.collect::<Result<Vec<_>, Fault>>()?;
    let address = cart.addresses.iter().find(|address| address.selected);
    let page = DeliveryPage {
        frame,
        action: visit.address_of(Step::Delivery),
        back: visit.address_of(Step::Information),
        address: address
            .map(|selected| selected.address.lines_in(frame.tongue, true, true))
            .unwrap_or_default(),
        go_on: if cart.due_minor() == 0 { &words.to_review } else { &words.to_payment },
        around: around(visit, Step::Delivery, form, problems, wrong_code)?,
        groups,
    };
    html(&page, status)
}

fn group_view(
    visit: &Visit<'_>,
    form: &Form,
    place: usize,
    group: &DeliveryGroup,
    problems: &Problems,
) -> Result<GroupView, Fault> {
    let (frame, words, cart) = (&visit.frame, visit.frame.words, &visit.cart);
    let (name, count) = (name_of(place), cart.deliveries.len());
    let title = if count > 1 {
        let (number, count) = ((place + 1).to_string(), count.to_string());
        fill(&words.delivery_group, &[("number", &number), ("count", &count)])
    } else {
        words.delivery_title.clone()
    };
    let lines = cart.lines.iter().filter(|line| count > 1 && group.line_ids.contains(&line.row.id));
    let contains = lines.map(|line| format!("{} × {}", line.row.quantity, line.merchandise.product.title));
    let offered = |handle: &str| group.options.iter().find(|option| option.handle == handle);
    let chosen = form.filled(&name).and_then(offered).or(group.selected.as_ref());
    let options = group.options.iter().enumerate().map(|(place, option)| {
        let price = match option.cost_minor {
            0 => words.free.clone(),
            minor => amount(frame, cart, minor)?,
        };
        Ok(OptionView {
            // The first has the name of the choice, so that what is wrong can lead there.
            id: if place == 0 { name.clone() } else { format!("{name}-{place}") },
            handle: option.handle.clone(),
            title: title_of(frame, option),
            description: option.description.clone(),
            price,
            is_chosen: chosen == Some(option),
        })
    });
    Ok(GroupView {
        options: options.collect::<Result<_, Fault>>()?,
        contains: contains.collect(),
        error: problems.of(&name).map(str::to_owned),
        is_unserved: group.options.is_empty(),
        title,
        name,
    })
}

/// What an option is called.
pub(super) fn title_of(frame: &Frame, option: &DeliveryOption) -> String {
    match option.pickup_at() {
        Some(_) => fill(&frame.words.pickup, &[("place", &option.title)]),
        None => option.title.clone(),
    }
}
