//! The first step: who buys, and where it goes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::address::{self, AddressForm, Purpose, address_of};
use super::answer::{Answer, Refused, answered, html, refusal};
use super::around::{Around, WrongCode, around};
use super::country::{self, Countries};
use super::field::{Field, FieldKind, Problems};
use super::form::Form;
use super::frame::Frame;
use super::step::Step;
use super::visit::{Door, Visit};
use crate::app::App;
use crate::cart::{self, Contact};
use crate::customer::{self, Email};
use crate::error::Fault;
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
        shown(&visit, Problems::default(), None).await
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
    let countries = country::served(&visit).await?;
    let entry = Entry::of_form(&form);
    if form.has(COUNTRY_CHANGE) {
        return render(&visit, &entry, &countries, Problems::default(), None, StatusCode::OK);
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
    render(&visit, &entry, &countries, problems, None, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The step as it stands, with what is wrong.
///
/// # Errors
/// The database's own.
pub(super) async fn shown(visit: &Visit<'_>, problems: Problems, wrong_code: Option<WrongCode>) -> Answer {
    if visit.cart.lines.is_empty() && visit.cart.unsold.is_empty() {
        return empty(visit);
    }
    let status = if wrong_code.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let countries = country::served(visit).await?;
    let entry = Entry::of_cart(visit).await?;
    render(visit, &entry, &countries, problems, wrong_code, status)
}

fn empty(visit: &Visit<'_>) -> Answer {
    let words = visit.frame.words;
    let page = EmptyPage { frame: &visit.frame, title: &words.empty_title, text: &words.empty_text };
    html(&page, StatusCode::OK)
}

fn render(
    visit: &Visit<'_>,
    entry: &Entry,
    countries: &Countries,
    problems: Problems,
    wrong_code: Option<WrongCode>,
    status: StatusCode,
) -> Answer {
    let (frame, words) = (&visit.frame, visit.frame.words);
    let is_delivered = visit.cart.needs_delivery();
    let form = AddressForm {
        words,
        tongue: frame.tongue,
        purpose: Purpose::Delivery,
        countries: &countries.list,
        address: &entry.address,
        problems: &problems,
    };
    let country = countries.matter.then(|| form.country());
    let page = InformationPage {
        frame,
        action: visit.address_of(Step::Information),
        contact: entry.fields(visit, &problems),
        country: country.into_iter().collect(),
        address: if is_delivered { form.others() } else { Vec::new() },
        go_on: match Step::Information.next(&visit.cart) {
            Step::Delivery => &words.to_delivery,
            Step::Information | Step::Payment if visit.cart.due_minor() == 0 => &words.to_review,
            Step::Information | Step::Payment => &words.to_payment,
        },
        around: around(visit, Step::Information, problems, wrong_code)?,
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
    /// What is known of the buyer: from the cart, else from the address book of the customer who is signed in.
    async fn of_cart(visit: &Visit<'_>) -> Result<Self, Fault> {
        let row = &visit.cart.row;
        let selected = visit.cart.addresses.iter().find(|address| address.selected);
        let known = match selected {
            Some(selected) => Some(selected.address.clone()),
            None if visit.cart.needs_delivery() => book_address(visit).await?,
            None => None,
        };
        let here = || Address { country_code: Some(row.country.clone()), ..Address::default() };
        let address = known.unwrap_or_else(here);
        let phone = row.phone.clone().or_else(|| address.phone.clone());
        Ok(Self { email: row.email.clone().unwrap_or_default(), phone: phone.unwrap_or_default(), address })
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

/// The default address of the customer who is signed in.
async fn book_address(visit: &Visit<'_>) -> Result<Option<Address>, Fault> {
    let (app, row) = (visit.app, &visit.cart.row);
    let customer = cart::find_customer_of(app.db.fresh(), app.clock.now(), row).await?;
    let Some(customer) = customer else { return Ok(None) };
    let book = customer::list_addresses(app.db.fresh(), customer.id).await?;
    Ok(book.into_iter().find(|known| known.is_default).map(|known| known.address))
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
