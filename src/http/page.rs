//! Pages for shoppers: an order. Server-rendered, no script.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpResponse, web};
use askama::Template;
use entity::id::OrderId;
use serde::Deserialize;

use crate::app::App;
use crate::error::Fault;
use crate::money::{Currency, Money};
use crate::order;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

struct Line {
    title: String,
    variant: String,
    quantity: i32,
    total: String,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    shop: String,
    name: String,
    placed: String,
    status: &'static str,
    lines: Vec<Line>,
    address: Vec<String>,
    subtotal: String,
    /// What is between the subtotal and the total: discounts, deliveries, added taxes.
    rest: Vec<(String, String)>,
    total: String,
}

#[derive(Template)]
#[template(path = "missing.html")]
struct MissingPage {
    what: &'static str,
}

/// What the key of an order is sent as.
#[derive(Deserialize)]
pub struct Key {
    key: Option<String>,
}

/// The order with this number, for whoever has its key.
pub async fn order(app: web::Data<App>, id: web::Path<i64>, key: web::Query<Key>) -> HttpResponse {
    match order_page(&app, OrderId(*id), key.key.as_deref().unwrap_or_default()).await {
        Ok(Some(page)) => html(&page, HttpResponse::Ok()),
        Ok(None) => missing("order"),
        Err(fault) => failed(&fault),
    }
}

fn amount(minor: i64, currency: &str) -> String {
    Currency::find(currency)
        .map(|currency| format!("{} {currency}", Money::new(minor, currency)))
        .unwrap_or_default()
}

/// What is between a subtotal and a total, in minor units.
struct Rest {
    discount_minor: i64,
    deliveries: Vec<(String, i64)>,
    added_tax_minor: i64,
}

impl Rest {
    fn rows(self, currency: &str) -> Vec<(String, String)> {
        let discount = (self.discount_minor > 0).then(|| ("Discounts".to_owned(), -self.discount_minor));
        let tax = (self.added_tax_minor > 0).then(|| ("Taxes".to_owned(), self.added_tax_minor));
        let rows = discount.into_iter().chain(self.deliveries).chain(tax);
        rows.map(|(title, minor)| (title, amount(minor, currency))).collect()
    }
}

async fn order_page(app: &App, id: OrderId, key: &str) -> Result<Option<OrderPage>, Fault> {
    let Some(order) = order::find_order_by_key(app, id, key).await? else {
        return Ok(None);
    };
    let currency = order.row.currency.as_str();
    let lines = order.lines.iter().map(|line| Line {
        title: line.title.clone(),
        variant: variant_title(&line.variant_title),
        quantity: line.quantity,
        total: amount(line.subtotal_minor, currency),
    });
    let rest = Rest {
        discount_minor: order.row.discount_minor,
        deliveries: order.shipping.iter().map(|line| (line.title.clone(), line.amount_minor)).collect(),
        added_tax_minor: if order.row.taxes_included { 0 } else { order.row.tax_minor },
    };
    let status = match order::financial_status(order.row.total_minor, &order.transactions) {
        order::FinancialStatus::Paid => "Paid",
        order::FinancialStatus::Pending | order::FinancialStatus::Authorized => "Payment is awaited",
        order::FinancialStatus::PartiallyPaid => "Paid in part",
        order::FinancialStatus::PartiallyRefunded => "Refunded in part",
        order::FinancialStatus::Refunded => "Refunded",
        order::FinancialStatus::Voided => "Cancelled",
    };
    Ok(Some(OrderPage {
        shop: app.shop().await?.name.clone(),
        name: order.row.name.clone(),
        placed: order.row.processed_at.format("%Y-%m-%d %H:%M UTC").to_string(),
        status,
        lines: lines.collect(),
        address: order.shipping_address()?.map(|address| address.lines(true, true)).unwrap_or_default(),
        subtotal: amount(order.row.subtotal_minor, currency),
        rest: rest.rows(currency),
        total: amount(order.row.total_minor, currency),
    }))
}

/// A product without options has one variant, whose title says nothing.
fn variant_title(title: &str) -> String {
    if title == "Default Title" { String::new() } else { title.to_owned() }
}

/// Says that there is no such thing.
pub(super) fn missing(what: &'static str) -> HttpResponse {
    html(&MissingPage { what }, HttpResponse::NotFound())
}

pub(super) fn html(page: &impl Template, mut answer: actix_web::HttpResponseBuilder) -> HttpResponse {
    match page.render() {
        Ok(text) => answer
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header(("x-content-type-options", "nosniff"))
            .body(text),
        Err(error) => failed(&Fault::new(error)),
    }
}

pub(super) fn failed(fault: &Fault) -> HttpResponse {
    tracing::error!(cause = ?fault, "A page failed");
    HttpResponse::InternalServerError().content_type("text/plain").body("Internal error\n")
}
