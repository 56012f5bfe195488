//! Loading a cart whole: its row, its lines, its details, what it holds, how it can be delivered.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::{CartAddressId, CartId, CartLineId, VariantId};
use entity::{cart, cart_line};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement,
};

use super::delivery::{DeliveryGroup, group_of};
use super::lock;
use super::merchandise::{Extent, Merchandise, merchandise_by_ids};
use super::view::{CartAddressView, CartLineView, CartView};
use crate::app::App;
use crate::error::Fault;
use crate::market::Address;
use crate::pricing::{self, LineToPrice, PricedCart};
use crate::shipping::{self, Parcel};

/// The open cart with this token.
///
/// # Errors
/// The database's own.
pub async fn find_cart(app: &App, token: &str) -> Result<Option<CartView>, Fault> {
    let now = app.clock.now();
    let db = app.db.fresh();
    match lock::find_row(db, token).await? {
        Some(row) if lock::is_open(&row, now) => Ok(Some(load_in(db, now, row, token).await?)),
        _ => Ok(None),
    }
}

/// The parts of a cart that are neither row nor lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Details {
    pub(super) addresses: Vec<CartAddressView>,
    pub(super) choices: Vec<(String, String)>,
    pub(super) codes: Vec<String>,
}

#[derive(FromQueryResult)]
struct DetailRow {
    kind: String,
    id: i64,
    name: Option<String>,
    value: Option<String>,
    selected: bool,
    one_time_use: bool,
}

/// Addresses, choices and codes in one statement.
pub(super) async fn details_in<C: ConnectionTrait>(db: &C, id: CartId) -> Result<Details, Fault> {
    let sql = "SELECT 'address' AS kind, id, NULL AS name, CAST(address AS text) AS value, selected, one_time_use \
                 FROM cart_address WHERE cart_id = $1 \
               UNION ALL SELECT 'choice', 0, group_key, method_handle, FALSE, FALSE \
                 FROM cart_delivery_choice WHERE cart_id = $1 \
               UNION ALL SELECT 'code', position, code, NULL, FALSE, FALSE FROM cart_code WHERE cart_id = $1 \
               ORDER BY 1, 2";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [id.0.into()]);
    let mut details = Details::default();
    for row in DetailRow::find_by_statement(statement).all(db).await? {
        match row.kind.as_str() {
            "address" => details.addresses.push(CartAddressView {
                id: CartAddressId(row.id),
                address: serde_json::from_str(row.value.as_deref().unwrap_or("{}"))?,
                selected: row.selected,
                one_time_use: row.one_time_use,
            }),
            "choice" => details.choices.extend(row.name.zip(row.value)),
            _ => details.codes.extend(row.name),
        }
    }
    Ok(details)
}

/// The lines of a cart in their order.
pub(super) async fn lines_in<C: ConnectionTrait>(db: &C, id: CartId) -> Result<Vec<cart_line::Model>, Fault> {
    let lines = cart_line::Entity::find().filter(cart_line::Column::CartId.eq(id));
    Ok(lines.order_by_asc(cart_line::Column::Id).all(db).await?)
}

/// Loads and prices a cart whose row is at hand.
///
/// # Errors
/// The database's own, and a fault where the sums cannot be counted.
pub(crate) async fn load_in<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    row: cart::Model,
    token: &str,
) -> Result<CartView, Fault> {
    load_with(db, now, row, token, Extent::Priced).await
}

/// As [`load_in`], with as much of the merchandise as is asked for.
pub(crate) async fn load_with<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    row: cart::Model,
    token: &str,
    extent: Extent,
) -> Result<CartView, Fault> {
    let lines = lines_in(db, row.id).await?;
    let ids: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let merchandise = merchandise_by_ids(db, now, &row.currency, &ids, extent).await?;
    assemble(db, now, row, token, lines, merchandise).await
}

/// Puts a cart together from lines and merchandise that are at hand.
pub(super) async fn assemble<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    row: cart::Model,
    token: &str,
    lines: Vec<cart_line::Model>,
    merchandise: HashMap<VariantId, Merchandise>,
) -> Result<CartView, Fault> {
    let details = details_in(db, row.id).await?;
    let (mut shown, mut unsold) = (Vec::with_capacity(lines.len()), Vec::new());
    for line in lines {
        match merchandise.get(&line.variant_id) {
            Some(merchandise)
                if merchandise.is_sold(now)
                    && pricing::tier_for(&merchandise.tiers, line.quantity).is_some() =>
            {
                shown.push((line, merchandise.clone()));
            }
            _ => unsold.push(line.id),
        }
    }
    let before_delivery = reprice(&shown, None)?;
    let delivery = delivery_of(db, &row, &details, &shown, before_delivery.subtotal_minor).await?;
    let shipping =
        delivery.as_ref().and_then(|group| group.selected.as_ref()).map(|option| option.cost_minor);
    let priced = reprice(&shown, shipping)?;
    let lines = shown
        .into_iter()
        .zip(&priced.lines)
        .map(|((row, merchandise), priced)| {
            let attributes = serde_json::from_value(row.attributes.clone())?;
            Ok(CartLineView { row, attributes, merchandise, priced: *priced })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    let parse = |json: &Option<serde_json::Value>| json.clone().map(serde_json::from_value).transpose();
    Ok(CartView {
        token: token.to_owned(),
        attributes: serde_json::from_value(row.attributes.clone())?,
        billing_address: parse(&row.billing_address)?,
        payment: row.payment.clone().map(serde_json::from_value).transpose()?,
        row,
        lines,
        unsold,
        addresses: details.addresses,
        codes: details.codes,
        delivery,
        priced,
    })
}

/// Prices lines with their merchandise.
///
/// # Errors
/// A fault where a line has no price or a sum cannot be counted.
fn reprice(
    lines: &[(cart_line::Model, Merchandise)],
    shipping_minor: Option<i64>,
) -> Result<PricedCart, Fault> {
    let to_price: Vec<LineToPrice> = lines
        .iter()
        .map(|(line, merchandise)| LineToPrice { tiers: merchandise.tiers.clone(), quantity: line.quantity })
        .collect();
    pricing::price(&to_price, shipping_minor).map_err(Fault::new)
}

async fn delivery_of<C: ConnectionTrait>(
    db: &C,
    row: &cart::Model,
    details: &Details,
    lines: &[(cart_line::Model, Merchandise)],
    subtotal_minor: i64,
) -> Result<Option<DeliveryGroup>, Fault> {
    let shipped: Vec<&(cart_line::Model, Merchandise)> =
        lines.iter().filter(|(_, merchandise)| merchandise.item.requires_shipping).collect();
    let Some(selected) = details.addresses.iter().find(|address| address.selected) else {
        return Ok(None);
    };
    let address: &Address = &selected.address;
    let Some(country) = address.country_code.as_deref().filter(|_| !shipped.is_empty()) else {
        return Ok(None);
    };
    let methods = shipping::methods_to(db, country, address.province_code.as_deref()).await?;
    let weigh = |(line, merchandise): &&(cart_line::Model, Merchandise)| {
        i64::from(line.quantity).saturating_mul(merchandise.item.weight_grams)
    };
    let parcel =
        Parcel { subtotal_minor, weight_grams: shipped.iter().map(weigh).fold(0, i64::saturating_add) };
    let line_ids: Vec<CartLineId> = shipped.iter().map(|(line, _)| line.id).collect();
    let address = (selected.id, address.clone());
    Ok(Some(group_of(address, line_ids, parcel, &row.currency, &methods, &details.choices)))
}
