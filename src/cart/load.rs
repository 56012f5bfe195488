//! Loading a cart whole: its row, its lines, its details, what it holds, how it can be delivered.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::{CartAddressId, CartId, CartLineId, GiftCardId, VariantId};
use entity::{cart, cart_line};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement,
};

use super::delivery::{DeliveryGroup, group_of};
use super::lock;
use super::market::enter_market;
use super::merchandise::{Extent, Merchandise, merchandise_by_ids};
use super::view::{AppliedGiftCardView, CartAddressView, CartLineView, CartView};
use crate::app::App;
use crate::catalog::PriceBasis;
use crate::error::Fault;
use crate::gift_card;
use crate::market::{Address, Conversion, Settings};
use crate::pricing::{self, LineToPrice, PricedCart};
use crate::shipping::{self, Parcel};

/// The open cart with this token.
///
/// # Errors
/// The database's own.
pub async fn find_cart(app: &App, token: &str) -> Result<Option<CartView>, Fault> {
    let now = app.clock.now();
    let markets = app.markets().await?;
    let db = app.db.fresh();
    match lock::find_row(db, token).await? {
        Some(row) if lock::is_open(&row, now) => Ok(Some(load_in(db, now, &markets, row, token).await?)),
        _ => Ok(None),
    }
}

/// The parts of a cart that are neither row nor lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Details {
    pub(super) addresses: Vec<CartAddressView>,
    pub(super) choices: Vec<(String, String)>,
    pub(super) codes: Vec<String>,
    /// Key, last characters and balance of the gift cards that can pay, in their order.
    pub(super) gift_cards: Vec<(GiftCardId, String, i64)>,
    pub(super) has_metafields: bool,
}

#[derive(FromQueryResult)]
struct DetailRow {
    kind: String,
    id: i64,
    name: Option<String>,
    value: Option<String>,
    selected: bool,
    one_time_use: bool,
    number: i64,
}

/// Addresses, choices, codes, the gift cards that can pay now and whether there are metafields, in one statement.
pub(super) async fn details_in<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    row: &cart::Model,
) -> Result<Details, Fault> {
    let sql = "SELECT 'address' AS kind, id, NULL AS name, CAST(address AS text) AS value, selected, one_time_use, \
                      CAST(0 AS bigint) AS number FROM cart_address WHERE cart_id = $1 \
               UNION ALL SELECT 'choice', 0, group_key, method_handle, FALSE, FALSE, 0 \
                 FROM cart_delivery_choice WHERE cart_id = $1 \
               UNION ALL SELECT 'code', position, code, NULL, FALSE, FALSE, 0 FROM cart_code WHERE cart_id = $1 \
               UNION ALL SELECT 'gift card', c.position, g.last_characters, CAST(g.balance_minor AS text), FALSE, FALSE, \
                 g.id FROM cart_gift_card c JOIN gift_card g ON g.id = c.gift_card_id WHERE c.cart_id = $1 \
                 AND g.currency = $2 AND g.disabled_at IS NULL AND (g.expires_on IS NULL OR g.expires_on >= $3) \
               UNION ALL SELECT 'metafields', 0, NULL, NULL, FALSE, FALSE, COUNT(*) \
                 FROM metafield WHERE owner_type = 'cart' AND owner_id = $1 \
               ORDER BY 1, 2";
    let values = [row.id.0.into(), row.currency.as_str().into(), now.date_naive().to_string().into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
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
            "gift card" => details.gift_cards.push((
                GiftCardId(row.number),
                row.name.unwrap_or_default(),
                row.value.and_then(|balance| balance.parse().ok()).unwrap_or(0),
            )),
            "metafields" => details.has_metafields = row.number > 0,
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
    markets: &Settings,
    row: cart::Model,
    token: &str,
) -> Result<CartView, Fault> {
    load_with(db, now, markets, row, token, Extent::Priced).await
}

/// As [`load_in`], with as much of the merchandise as is asked for.
pub(crate) async fn load_with<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    markets: &Settings,
    mut row: cart::Model,
    token: &str,
    extent: Extent,
) -> Result<CartView, Fault> {
    let lines = lines_in(db, row.id).await?;
    let ids: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let basis = enter_market(&mut row, markets, now);
    let merchandise = merchandise_by_ids(db, &basis, &ids, extent).await?;
    assemble(db, &basis, row, token, lines, merchandise).await
}

/// Puts a cart together from lines and merchandise that are at hand.
pub(super) async fn assemble<C: ConnectionTrait>(
    db: &C,
    basis: &PriceBasis,
    row: cart::Model,
    token: &str,
    lines: Vec<cart_line::Model>,
    merchandise: HashMap<VariantId, Merchandise>,
) -> Result<CartView, Fault> {
    let (now, conversion) = (basis.now, &basis.rules.conversion);
    let details = details_in(db, now, &row).await?;
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
    let delivery = delivery_of(db, conversion, &details, &shown, before_delivery.subtotal_minor).await?;
    let shipping =
        delivery.as_ref().and_then(|group| group.selected.as_ref()).map(|option| option.cost_minor);
    let priced = reprice(&shown, shipping)?;
    let gift_cards = pay_with(details.gift_cards, priced.total_minor);
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
        gift_cards,
        has_metafields: details.has_metafields,
        delivery,
        priced,
    })
}

/// What each gift card pays of a total.
fn pay_with(cards: Vec<(GiftCardId, String, i64)>, total_minor: i64) -> Vec<AppliedGiftCardView> {
    let balances: Vec<i64> = cards.iter().map(|(_, _, balance)| *balance).collect();
    cards
        .into_iter()
        .zip(gift_card::share(total_minor, &balances))
        .map(|((id, last_characters, balance_minor), used_minor)| AppliedGiftCardView {
            id,
            last_characters,
            balance_minor,
            used_minor,
        })
        .collect()
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
    conversion: &Conversion,
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
    Ok(Some(group_of(address, line_ids, parcel, conversion, &methods, &details.choices)))
}
