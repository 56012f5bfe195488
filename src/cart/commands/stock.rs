//! Lowering lines to what the stock allows, and saying so.

use std::collections::HashMap;

use entity::id::VariantId;

use crate::cart::error::{CartWarning, WarningCode, WarningTarget};
use crate::cart::line::{Line, StockLimit, drop_orphans, fit_to_stock};
use crate::cart::merchandise::Merchandise;
use crate::cart::view::CartLineView;

/// A warning whose line has no key yet: it is named by the line's signature.
pub(super) struct StockWarning {
    signature: String,
    variant_id: VariantId,
    title: String,
    left: i32,
}

/// Lowers changed lines to what the stock allows and drops those of which nothing is left, with the lines under them.
pub(super) fn lower_to_stock(
    lines: &mut Vec<Line>,
    changed: &[usize],
    merchandise: &HashMap<VariantId, Merchandise>,
) -> Vec<StockWarning> {
    let limits: HashMap<VariantId, Vec<StockLimit>> =
        merchandise.iter().map(|(id, merchandise)| (*id, merchandise.stock_limits())).collect();
    let mut warnings = Vec::new();
    for lowered in fit_to_stock(lines, changed, &limits) {
        if let Some(line) = lines.get_mut(lowered.place) {
            line.quantity = lowered.quantity;
            warnings.push(StockWarning {
                signature: line.signature.clone(),
                variant_id: line.variant_id,
                title: merchandise
                    .get(&line.variant_id)
                    .map(|known| known.product.title.clone())
                    .unwrap_or_default(),
                left: lowered.quantity,
            });
        }
    }
    lines.retain(|line| line.quantity > 0);
    drop_orphans(lines);
    warnings
}

/// Names the lines that warnings are about, now that they have keys.
pub(super) fn target_lines(warnings: Vec<StockWarning>, lines: &[CartLineView]) -> Vec<CartWarning> {
    let target = |warning: &StockWarning| {
        lines
            .iter()
            .find(|line| line.row.merge_signature == warning.signature)
            .map_or(WarningTarget::Variant(warning.variant_id), |line| WarningTarget::Line(line.row.id))
    };
    warnings
        .into_iter()
        .map(|warning| {
            let (code, message) = if warning.left == 0 {
                (WarningCode::MerchandiseOutOfStock, format!("{} is sold out", warning.title))
            } else {
                let message = format!("Only {} of {} can be had", warning.left, warning.title);
                (WarningCode::MerchandiseNotEnoughStock, message)
            };
            CartWarning { code, target: target(&warning), message }
        })
        .collect()
}
