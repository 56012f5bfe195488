//! The page of an order, for whoever has its key: it thanks while the order is fresh, and tells at any time how it stands.

mod bill;
mod parcel;
mod words;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::TimeDelta;
use entity::id::OrderId;
use entity::order_transaction::TransactionStatus;

use self::bill::{BillView, Pen, view};
use self::parcel::{DeliveryState, Parcel, state_of, views};
use self::words::{OrderPageWords, WORDS};
use super::answer::{Answer, answered, html};
use super::frame::Frame;
use super::kept::Kept;
use super::live::{Live, Unasked};
use super::visit::order_path;
use crate::app::App;
use crate::error::Fault;
use crate::inventory;
use crate::market::Address;
use crate::order::{self, Bill, OrderView};
use crate::shipping::{self, Tracking};
use crate::store::TimeZone;
use crate::wording::{Tongue, fill};

/// How long a buyer is thanked.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// Seconds until a page looks again that shall.
const SECONDS: u32 = 60;

/// The page in place of an order.
#[derive(Template)]
#[template(path = "checkout/message.html")]
struct MissingPage<'a> {
    frame: &'a Frame,
    title: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "checkout/order.html")]
struct OrderPage<'a> {
    frame: &'a Frame,
    own: &'static OrderPageWords,
    /// Of the window.
    title: String,
    heading: String,
    intro: Vec<String>,
    /// That it was cancelled.
    cancelled: Option<String>,
    payment: &'static str,
    /// The heading above the instructions.
    how_to_pay: Option<String>,
    instructions: Vec<String>,
    given_back: Vec<String>,
    delivery: Option<String>,
    pickups: Vec<Pickup>,
    parcels: Vec<Parcel>,
    delivery_address: Vec<String>,
    billing_address: Vec<String>,
    contact: Vec<String>,
    bill: BillView,
    /// How it is looked at again, where news is to be expected.
    live: Option<Live>,
}

/// The order with this number, for whoever has its key.
pub async fn show(app: web::Data<App>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    let asked = Kept::of(request.query_string()).tongue();
    let answer = Box::pin(answer(&app, request.query_string(), &id)).await;
    answered(&app, asked, answer).await
}

async fn answer(app: &App, query: &str, id: &str) -> Answer {
    app.fresh().await?;
    let kept = Kept::of(query);
    let order = match id.parse() {
        Ok(id) => order::find_order_by_key(app, OrderId(id), &key_of(query)).await?,
        Err(_) => None,
    };
    let Some(order) = order else {
        tracing::warn!("The page of an order was asked for without its key");
        let frame = Frame::of_shop(app, kept.tongue()).await?;
        let own = WORDS.of(frame.tongue)?;
        let page = MissingPage { frame: &frame, title: &own.missing_title, text: &own.missing_text };
        return html(&page, StatusCode::NOT_FOUND);
    };
    let tongue = kept.tongue().unwrap_or_else(|| Tongue::of(&order.row.language));
    let mut frame = Frame::of_shop(app, Some(tongue)).await?;
    frame.home = frame.home.map(|(address, label)| (kept.onto(&address), label));
    let parcels = shipping::tracking_of_order(app.db.fresh(), order.row.id).await?;
    let live = Live::of(&kept.onto(&order_path(app, order.row.id)?), query, Unasked::Rests);
    let page = page_of(app, &frame, &order, &parcels, live).await?;
    let answer = html(&page, StatusCode::OK)?;
    match page.live {
        Some(live) => Ok(live.refresh(answer, SECONDS)?),
        None => Ok(answer),
    }
}

/// The key in an address; empty where there is none.
fn key_of(query: &str) -> String {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "key").map(|(_, key)| key.into_owned()).unwrap_or_default()
}

async fn page_of<'a>(
    app: &App,
    frame: &'a Frame,
    order: &OrderView,
    parcels: &[Tracking],
    live: Live,
) -> Result<OrderPage<'a>, Fault> {
    let (own, tongue) = (WORDS.of(frame.tongue)?, frame.tongue);
    let zone = TimeZone::of(app.shop().await?.as_ref())?;
    let pen = Pen::of(order, tongue)?;
    let bill = order::bill(order);
    let (delivery_address, billing_address) = (order.shipping_address()?, order.billing_address()?);
    let day = |at| tongue.day(zone.shown_at(at).date());
    let cancelled = order.row.cancelled_at.map(|at| fill(&own.cancelled, &[("day", &day(at))]));
    let state = state_of(order.lines.iter().any(|line| line.requires_shipping), parcels);
    let instructions = bill.instructions(&app.payments);
    let due = || fill(&own.how_to_pay, &[("amount", &pen.amount(bill.due_minor))]);
    let given_back = bill.given_back.iter().flat_map(|back| {
        let phrase = if back.is_pending { &own.going_back } else { &own.given_back };
        let told = fill(phrase, &[("amount", &pen.amount(back.minor)), ("day", &day(back.at))]);
        [Some(told), back.note.clone()].into_iter().flatten()
    });
    let pickups = pickups_of(app, frame, order).await?;
    let is_fetched = is_fetched(order);
    let placed = tongue.moment(zone.shown_at(order.row.processed_at));
    let (heading, intro) =
        greeting(app, own, order, delivery_address.as_ref().or(billing_address.as_ref()), &placed);
    let envelope = |address: Option<&Address>| {
        address.map(|address| address.lines_in(tongue, true, true)).unwrap_or_default()
    };
    Ok(OrderPage {
        frame,
        own,
        title: fill(&own.order, &[("order", &order.row.name)]),
        heading,
        intro,
        payment: own.financial(order::financial_status(order)),
        how_to_pay: (!instructions.is_empty()).then(due),
        instructions,
        given_back: given_back.collect(),
        delivery: delivery_of(own, state, cancelled.is_some() || is_fetched),
        pickups,
        cancelled,
        parcels: views(own, tongue, zone, parcels),
        delivery_address: envelope(delivery_address.as_ref()),
        billing_address: envelope(billing_address.as_ref()),
        contact: [&order.row.email, &order.row.phone].into_iter().flatten().cloned().collect(),
        live: is_live(order, &bill, state).then_some(live),
        bill: view(app, frame, own, pen, order, &bill).await?,
    })
}

/// Where the buyer fetches the order.
struct Pickup {
    title: String,
    /// The address, then when it is ready there and what to know.
    lines: Vec<String>,
}

/// The places where the order is fetched, as they are now, whether other orders can still be fetched there or not. One
/// statement for each, none for an order that is sent.
async fn pickups_of(app: &App, frame: &Frame, order: &OrderView) -> Result<Vec<Pickup>, Fault> {
    let mut pickups = Vec::new();
    for place in order.shipping.iter().filter_map(|line| shipping::pickup_of(&line.method_handle)) {
        let Some(row) = inventory::find_location(app.db.fresh(), place).await? else { continue };
        let address = inventory::address_of(&row).lines_in(frame.tongue, false, false);
        let told = [row.pickup_time, row.pickup_instructions].into_iter().filter(|text| !text.is_empty());
        pickups.push(Pickup {
            title: fill(&frame.words.pickup, &[("place", &row.name)]),
            lines: address.into_iter().chain(told).collect(),
        });
    }
    Ok(pickups)
}

/// Whether no part of the order is sent.
fn is_fetched(order: &OrderView) -> bool {
    let mut methods = order.shipping.iter().map(|line| shipping::pickup_of(&line.method_handle));
    !order.shipping.is_empty() && methods.all(|place| place.is_some())
}

/// The heading and what stands under it: thanks while the order is fresh.
fn greeting(
    app: &App,
    own: &OrderPageWords,
    order: &OrderView,
    buyer: Option<&Address>,
    placed: &str,
) -> (String, Vec<String>) {
    let row = &order.row;
    let about = fill(&own.placed, &[("order", &row.name), ("moment", placed)]);
    let is_fresh = app.clock.now() - row.processed_at < FRESH && row.cancelled_at.is_none();
    if !is_fresh {
        return (fill(&own.order, &[("order", &row.name)]), vec![about]);
    }
    let heading = match buyer.and_then(Address::name) {
        Some(name) => fill(&own.thanks, &[("name", &name)]),
        None => own.thanks_nameless.clone(),
    };
    let email = row.email.as_deref().filter(|email| !email.is_empty());
    let mail = email.map(|email| fill(&own.confirmation, &[("email", email)]));
    (heading, [Some(about), mail].into_iter().flatten().collect())
}

/// How the delivery stands; nothing of one that will not be, as the order was cancelled or is fetched. How much of the order
/// the parcels hold the shop does not know: that some have arrived says nothing about the rest.
fn delivery_of(own: &OrderPageWords, state: DeliveryState, is_not_sent: bool) -> Option<String> {
    match state {
        DeliveryState::Nothing | DeliveryState::NotSent if is_not_sent => None,
        DeliveryState::Nothing => Some(own.nothing_sent.clone()),
        DeliveryState::NotSent => Some(own.not_sent.clone()),
        DeliveryState::OnItsWay => Some(own.on_its_way.clone()),
        DeliveryState::Arrived(count) => Some(fill(&own.parcels_delivered, &[("count", &count.to_string())])),
    }
}

/// Whether news is to be expected: of parcels, as more may follow those that have arrived, or of money.
fn is_live(order: &OrderView, bill: &Bill, state: DeliveryState) -> bool {
    let is_pending = order.transactions.iter().any(|row| row.status == TransactionStatus::Pending);
    let is_sent = match state {
        DeliveryState::OnItsWay | DeliveryState::Arrived(_) => true,
        DeliveryState::Nothing | DeliveryState::NotSent => false,
    };
    is_sent || is_pending || !bill.awaited.is_empty()
}
