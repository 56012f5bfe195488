//! Writing the discounts and taxes of an order: a statement for each kind of row, however many they are.

use std::collections::HashMap;

use entity::id::{OrderDiscountApplicationId, OrderId, OrderLineId};
use entity::{order_discount_application, order_line_discount, order_shipping_discount, order_tax_line};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait,
};

use super::draft::{DraftApplication, DraftTax, OrderDraft};
use crate::db::Tx;
use crate::error::Fault;

/// The rows of an order that discounts and taxes fall on, in the order of the draft.
pub(super) struct Written {
    pub(super) order: OrderId,
    pub(super) lines: Vec<OrderLineId>,
    pub(super) shipping: Vec<i64>,
}

/// Writes discounts, what of each falls on which line and delivery, and taxes. Four statements at most; none where there
/// is nothing.
pub(super) async fn write_in(tx: &Tx, draft: &OrderDraft, written: &Written) -> Result<(), Fault> {
    let applications = write_applications(tx, draft, written.order).await?;
    let application = |place: usize| {
        applications.get(place).copied().ok_or_else(|| Fault::new("an allocation has no discount"))
    };
    let mut of_lines = Vec::new();
    for (line, id) in draft.lines.iter().zip(&written.lines) {
        for allocation in &line.allocations {
            of_lines.push(order_line_discount::ActiveModel {
                order_line_id: Set(*id),
                application_id: Set(application(allocation.application)?),
                amount_minor: Set(allocation.amount_minor),
            });
        }
    }
    if !of_lines.is_empty() {
        order_line_discount::Entity::insert_many(of_lines).exec_without_returning(tx).await?;
    }
    let mut of_deliveries = Vec::new();
    for (delivery, id) in draft.shipping.iter().zip(&written.shipping) {
        for allocation in &delivery.allocations {
            of_deliveries.push(order_shipping_discount::ActiveModel {
                shipping_line_id: Set(*id),
                application_id: Set(application(allocation.application)?),
                amount_minor: Set(allocation.amount_minor),
            });
        }
    }
    if !of_deliveries.is_empty() {
        order_shipping_discount::Entity::insert_many(of_deliveries).exec_without_returning(tx).await?;
    }
    write_taxes(tx, draft, written).await
}

/// Writes the discounts; returns their keys in the order of the draft.
async fn write_applications(
    tx: &Tx,
    draft: &OrderDraft,
    order: OrderId,
) -> Result<Vec<OrderDiscountApplicationId>, Fault> {
    if draft.applications.is_empty() {
        return Ok(Vec::new());
    }
    let row = |(application, position): (&DraftApplication, i32)| order_discount_application::ActiveModel {
        id: NotSet,
        order_id: Set(order),
        position: Set(position),
        discount_id: Set(Some(application.discount)),
        code: Set(application.code.clone()),
        title: Set(application.title.clone()),
        method: Set(application.method),
        class: Set(application.class),
        value_kind: Set(application.value_kind),
        value_bp: Set(application.value_bp),
        value_minor: Set(application.value_minor),
        spread: Set(application.spread),
        selection: Set(application.selection),
        amount_minor: Set(application.amount_minor),
    };
    let rows: Vec<_> = draft.applications.iter().zip(1..).map(row).collect();
    let written = order_discount_application::Entity::insert_many(rows).exec_with_returning(tx).await?;
    let keys: HashMap<i32, OrderDiscountApplicationId> =
        written.into_iter().map(|row| (row.position, row.id)).collect();
    in_their_order(&keys, draft.applications.len())
}

async fn write_taxes(tx: &Tx, draft: &OrderDraft, written: &Written) -> Result<(), Fault> {
    let row =
        |line: Option<OrderLineId>, delivery: Option<i64>, tax: &DraftTax| order_tax_line::ActiveModel {
            id: NotSet,
            order_id: Set(written.order),
            order_line_id: Set(line),
            shipping_line_id: Set(delivery),
            title: Set(tax.title.clone()),
            jurisdiction: Set(tax.jurisdiction.clone()),
            rate_e6: Set(tax.rate_e6),
            amount_minor: Set(tax.amount_minor),
        };
    let of_lines = draft
        .lines
        .iter()
        .zip(&written.lines)
        .flat_map(|(line, id)| line.taxes.iter().map(|tax| row(Some(*id), None, tax)));
    let of_deliveries = draft
        .shipping
        .iter()
        .zip(&written.shipping)
        .flat_map(|(delivery, id)| delivery.taxes.iter().map(|tax| row(None, Some(*id), tax)));
    let rows: Vec<_> = of_lines.chain(of_deliveries).collect();
    if !rows.is_empty() {
        order_tax_line::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Keys by position, from 1, in their order: a database may return rows in any.
pub(super) fn in_their_order<K: Copy>(keys: &HashMap<i32, K>, count: usize) -> Result<Vec<K>, Fault> {
    let missing = || Fault::new("a row of an order was not written");
    (1..).take(count).map(|position: i32| keys.get(&position).copied().ok_or_else(missing)).collect()
}
