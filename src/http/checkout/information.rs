//! The first step: who buys, and where it goes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::address::{self, AddressForm, Purpose, address_of};
use super::answer::{Answer, Refused, answered, html, refusal};
use super::around::{Around, WrongCode, around};
use super::codes;
use super::country::{self, Countries};
use super::field::{Field, FieldKind, Problems};
use super::form::Form;
use super::frame::Frame;
use super::step::Step;
use super::visit::{Door, Visit};
use crate::app::App;
use crate::cart::{self, Contact};
use crate::customer::Email;
use crate::market::{Address, find_country};
use crate::wording::{Tongue, fill};

/// Characters of an e-mail address at most.
const MAX_EMAIL: usize = 254;
/// Characters of a telephone number at most.
const MAX_PHONE: usize = 40;
/// The button beside the country.
const COUNTRY_CHANGE: &str = "country_change";

#[derive(Template)]
#[template(path = "checkout/information.html")]
struct InformationPage<'a> {
    frame: &'a Frame,
    around: Around,
    action: String,
    contact: Vec<Field>,
    /// The country, and the fields that depend on it.
    country: Vec<Field>,
    address: Vec<Field>,
    go_on: &'a str,
}

/// A cart without anything in it.
#[derive(Template)]
#[template(path = "checkout/message.html")]
struct EmptyPage<'a> {
    frame: &'a Frame,
    title: &'a str,
    text: &'a str,
}

/// What stands in the form.
pub(super) struct Entry {
    email: String,
    phone: String,
    /// Of a cart that is not delivered, the country alone.
    address: Address,
}

/// The step, as far as it was filled in before.
pub async fn show(app: web::Data<App>, request: HttpRequest, page: web::Path<String>) -> HttpResponse {
    let door = Door::new(&app, &request, &page);
    let answer = async {
        let visit = door.enter().await?;
        shown(&visit, &Form::default(), Problems::default(), None).await
    };
    let answer = Box::pin(answer).await;
    answered(&app, door.tongue(), answer).await
}

/// Writes down what was filled in, and leads on; or tells what is wrong with it.
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

async fn saved(door: &Door<'_>, body: &[u8]) -> Answer {
    let form = door.form(body).await?;
    let visit = door.enter().await?;
    if visit.cart.lines.is_empty() && visit.cart.unsold.is_empty() {
        return empty(&visit);
    }
    if codes::is_entered(&form) {
        return Box::pin(codes::apply_in(visit, Step::Information, &form)).await;
    }
    let countries = country::served(&visit).await?;
    let entry = Entry::of_form(&form);
    if form.has(COUNTRY_CHANGE) {
        return render(&visit, &form, &entry, &countries, Problems::default(), None, StatusCode::OK);
    }
    let mut problems = entry.problems(&visit, &countries);
    if problems.is_empty() {
        match cart::enter_contact(visit.app, &visit.token, &entry.contact(&visit)).await {
            Ok(outcome) => return Err(visit.see(Step::Information.next(&outcome.cart))),
            Err(error) => match refusal(error)? {
                Refused::Elsewhere => return Err(visit.see(Step::Information)),
                Refused::Because(refusals) => {
                    for refusal in refusals {
                        let field = refusal.field.last().map(String::as_str).unwrap_or_default();
                        tell_refusal(&visit, field, &mut problems);
                    }
                }
            },
        }
    }
    render(&visit, &form, &entry, &countries, problems, None, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The step as it was sent, else as it stands, with what is wrong.
///
/// # Errors
/// The database's own.
pub(super) async fn shown(
    visit: &Visit<'_>,
    form: &Form,
    problems: Problems,
    wrong_code: Option<WrongCode>,
) -> Answer {
    if visit.cart.lines.is_empty() && visit.cart.unsold.is_empty() {
        return empty(visit);
    }
    let is_fine = problems.is_empty() && wrong_code.is_none();
    let status = if is_fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let countries = country::served(visit).await?;
    let is_sent = Step::Information.is_sent_in(form);
    let entry = if is_sent { Entry::of_form(form) } else { Entry::of_cart(visit) };
    render(visit, form, &entry, &countries, problems, wrong_code, status)
}

fn empty(visit: &Visit<'_>) -> Answer {
    let words = visit.frame.words;
    let page = EmptyPage { frame: &visit.frame, title: &words.empty_title, text: &words.empty_text };
    html(&page, StatusCode::OK)
}

fn render(
    visit: &Visit<'_>,
    form: &Form,
    entry: &Entry,
    countries: &Countries,
    problems: Problems,
    wrong_code: Option<WrongCode>,
    status: StatusCode,
) -> Answer {
    let (frame, words) = (&visit.frame, visit.frame.words);
    let is_delivered = visit.cart.needs_delivery();
    let fields = AddressForm {
        words,
        tongue: frame.tongue,
        purpose: Purpose::Delivery,
        countries: &countries.list,
        address: &entry.address,
        problems: &problems,
    };
    let country = countries.matter.then(|| fields.country());
    let page = InformationPage {
        frame,
        action: visit.address_of(Step::Information),
        contact: entry.fields(visit, &problems),
        country: country.into_iter().collect(),
        address: if is_delivered { fields.others() } else { Vec::new() },
        go_on: match Step::Information.next(&visit.cart) {
            Step::Delivery => &words.to_delivery,
            Step::Information | Step::Payment if visit.cart.due_minor() == 0 => &words.to_review,
            Step::Information | Step::Payment => &words.to_payment,
        },
        around: around(visit, Step::Information, form, problems, wrong_code)?,
    };
    html(&page, status)
}

/// Tells beside its field what a cart does not take.
fn tell_refusal(visit: &Visit<'_>, field: &str, problems: &mut Problems) {
    let words = visit.frame.words;
    let label = match field {
        "email" => &words.email,
        "phone" => &words.phone,
        _ => return problems.add_general(words.problem_title.clone()),
    };
    problems.add(field, fill(&words.error_invalid, &[("field", label)]));
}

impl Entry {
    /// What the cart knows of its buyer. The address book of a customer who is signed in is not opened: whoever is sent the
    /// page's address would read it.
    fn of_cart(visit: &Visit<'_>) -> Self {
        let row = &visit.cart.row;
        let selected = visit.cart.addresses.iter().find(|address| address.selected);
        let here = || Address { country_code: Some(row.country.clone()), ..Address::default() };
        let address = selected.map_or_else(here, |selected| selected.address.clone());
        let phone = row.phone.clone().or_else(|| address.phone.clone());
        Self { email: row.email.clone().unwrap_or_default(), phone: phone.unwrap_or_default(), address }
    }

    fn of_form(form: &Form) -> Self {
        Self {
            email: form.text("email").to_owned(),
            phone: form.text("phone").to_owned(),
            address: address_of(form, Purpose::Delivery),
        }
    }

    fn problems(&self, visit: &Visit<'_>, countries: &Countries) -> Problems {
        let words = visit.frame.words;
        let mut problems = Problems::default();
        let mut tell = |phrase: &str| problems.add("email", fill(phrase, &[("field", &words.email)]));
        if self.email.is_empty() {
            tell(&words.error_required);
        } else if Email::parse(&self.email).is_none() {
            tell(&words.error_invalid);
        }
        if self.phone.chars().count() > MAX_PHONE {
            problems.add("phone", fill(&words.error_too_long, &[("field", &words.phone)]));
        }
        if visit.cart.needs_delivery() {
            address::check(words, Purpose::Delivery, &countries.list, &self.address, &mut problems);
        }
        problems
    }

    fn contact(&self, visit: &Visit<'_>) -> Contact {
        let country = self.address.country_code.as_deref().and_then(find_country);
        Contact {
            email: self.email.clone(),
            phone: self.phone.clone(),
            country: country.map(|country| country.code),
            language: visit.kept.tongue().map(language_of),
            address: visit.cart.needs_delivery().then(|| self.address.clone()),
        }
    }

    fn fields(&self, visit: &Visit<'_>, problems: &Problems) -> Vec<Field> {
        let words = visit.frame.words;
        let field = |name: &str, label: &str, value: &str, required, autocomplete: &str, kind| Field {
            name: name.to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            error: problems.of(name).map(str::to_owned),
            required,
            autocomplete: autocomplete.to_owned(),
            kind,
            is_half: false,
        };
        let email = FieldKind::Text { kind: "email", inputmode: "email", most: MAX_EMAIL };
        let phone = FieldKind::Text { kind: "tel", inputmode: "tel", most: MAX_PHONE };
        vec![
            field("email", &words.email, &self.email, true, "email", email),
            field("phone", &words.phone, &self.phone, false, "tel", phone),
        ]
    }
}

/// A language as carts write it.
fn language_of(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::En => "EN",
        Tongue::De => "DE",
        Tongue::Fr => "FR",
        Tongue::Es => "ES",
    }
}
