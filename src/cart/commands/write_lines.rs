//! Writing lines back.

use std::collections::{HashMap, HashSet};

use entity::cart_line;
use entity::id::{CartId, CartLineId};
use sea_orm::sea_query::{CaseStatement, Expr};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};

use crate::cart::line::Line;
use crate::db::Tx;
use crate::error::Fault;

/// Writes what differs. Where only the quantity is another, it is updated; where the line itself is another, its row is
/// deleted and put back under its key, so that two lines may swap what they are. Lines are
/// written after those that they belong to. Returns all lines in their order.
pub(super) async fn write_lines(
    tx: &Tx,
    cart_id: CartId,
    before: Vec<cart_line::Model>,
    lines: Vec<Line>,
) -> Result<Vec<cart_line::Model>, Fault> {
    let is_line = |row: &cart_line::Model, line: &Line| {
        line.id == Some(row.id) && line.signature == row.merge_signature
    };
    let changed: HashSet<CartLineId> =
        before.iter().filter(|row| !lines.iter().any(|line| is_line(row, line))).map(|row| row.id).collect();
    // The database drops the lines under a line with it: they are written again.
    let is_gone = |row: &cart_line::Model| {
        changed.contains(&row.id) || row.parent_id.is_some_and(|parent| changed.contains(&parent))
    };
    let (gone, mut rows): (Vec<_>, Vec<_>) = before.into_iter().partition(is_gone);
    if !gone.is_empty() {
        let keys = gone.iter().map(|row| row.id);
        cart_line::Entity::delete_many().filter(cart_line::Column::Id.is_in(keys)).exec(tx).await?;
    }
    requantify(tx, &mut rows, &lines).await?;
    let mut keys: HashMap<String, CartLineId> =
        lines.iter().filter_map(|line| Some((line.signature.clone(), line.id?))).collect();
    let to_write: Vec<Line> =
        lines.into_iter().filter(|line| !rows.iter().any(|row| is_line(row, line))).collect();
    let (known, new): (Vec<Line>, Vec<Line>) = to_write.into_iter().partition(|line| line.id.is_some());
    let (own, nested): (Vec<Line>, Vec<Line>) = new.into_iter().partition(|line| line.parent.is_none());
    for group in [known, own, nested] {
        if group.is_empty() {
            continue;
        }
        let models =
            group.into_iter().map(|line| active(cart_id, line, &keys)).collect::<Result<Vec<_>, Fault>>()?;
        let written = cart_line::Entity::insert_many(models).exec_with_returning(tx).await?;
        keys.extend(written.iter().map(|row| (row.merge_signature.clone(), row.id)));
        rows.extend(written);
    }
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// Gives rows the quantities of their lines, all in one statement.
async fn requantify(tx: &Tx, rows: &mut [cart_line::Model], lines: &[Line]) -> Result<(), Fault> {
    let mut changed = Vec::new();
    let mut quantity = CaseStatement::new();
    for row in rows {
        let line = lines.iter().find(|line| line.id == Some(row.id));
        if let Some(line) = line.filter(|line| line.quantity != row.quantity) {
            row.quantity = line.quantity;
            changed.push(row.id);
            quantity = quantity.case(cart_line::Column::Id.eq(row.id), Expr::val(line.quantity));
        }
    }
    if !changed.is_empty() {
        cart_line::Entity::update_many()
            .col_expr(cart_line::Column::Quantity, quantity.into())
            .filter(cart_line::Column::Id.is_in(changed))
            .exec(tx)
            .await?;
    }
    Ok(())
}

fn active(
    cart_id: CartId,
    line: Line,
    keys: &HashMap<String, CartLineId>,
) -> Result<cart_line::ActiveModel, Fault> {
    let parent_id = match &line.parent {
        Some(parent) => Some(*keys.get(parent).ok_or_else(|| Fault::new("a line's parent was not written"))?),
        None => None,
    };
    Ok(cart_line::ActiveModel {
        id: line.id.map_or(NotSet, Set),
        cart_id: Set(cart_id),
        variant_id: Set(line.variant_id),
        quantity: Set(line.quantity),
        attributes: Set(serde_json::to_value(&line.attributes)?),
        merge_signature: Set(line.signature),
        parent_id: Set(parent_id),
        created_at: Set(line.created_at),
    })
}
