//! The prices that a rule changes in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::id::{PricingRunId, ProductId, VariantId};
use entity::{price, pricing_run_change as change};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::catalogue::{Ground, Looked, own_prices};
use super::decide::Decision;
use super::facts::Standing;
use super::rule::Rule;
use crate::actor::Actor;
use crate::catalog::products_of_sold_in;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::record_each;
use crate::market::MarketError;
use crate::pricing::engine::Step;
use crate::pricing::{PriceChange, Reason, write_prices_in};

/// Changes of one statement: each is fourteen values.
const CHANGES_PER_STATEMENT: usize = 500;

/// A price that a rule wants to change.
pub(super) struct Wanted {
    variant: VariantId,
    pub(super) product: ProductId,
    standing: Standing,
    amount_minor: i64,
    compare_at_minor: Option<i64>,
    steps: Vec<Step>,
}

/// The prices that shall change; counts why the others stay.
pub(super) fn wanted(ground: &Ground, looked: &[Looked], stayed: &mut BTreeMap<String, u64>) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for one in looked {
        for standing in &one.standings {
            match ground.decide(one, standing) {
                (Decision::Changed { amount_minor, compare_at_minor }, steps) => wanted.push(Wanted {
                    variant: one.variant,
                    product: one.product,
                    standing: *standing,
                    amount_minor,
                    compare_at_minor,
                    steps,
                }),
                (Decision::Stays(why), _) => {
                    let count = stayed.entry(why.as_str().to_owned()).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
    }
    wanted
}

/// Of the prices that shall change those that are as they were looked at.
pub(super) async fn still_standing_in<'a>(
    tx: &Tx,
    rule: &Rule,
    wanted: &'a [Wanted],
) -> Result<Vec<&'a Wanted>, Fault> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ids: HashSet<VariantId> = wanted.iter().map(|wanted| wanted.variant).collect();
    let ids: Vec<VariantId> = ids.into_iter().collect();
    let alive = products_of_sold_in(tx, &ids).await?;
    let mut rows: HashMap<(VariantId, i32), Vec<price::Model>> = HashMap::new();
    for row in own_prices(tx, rule, &ids).await? {
        rows.entry((row.variant_id, row.min_quantity)).or_default().push(row);
    }
    let stands = |wanted: &&Wanted| {
        let Standing { min_quantity, amount_minor, compare_at_minor, valid_from, .. } = wanted.standing;
        let rows = rows.get(&(wanted.variant, min_quantity)).map(Vec::as_slice).unwrap_or_default();
        alive.contains_key(&wanted.variant)
            && rows.iter().any(|row| {
                (row.amount_minor, row.compare_at_minor, row.valid_from, row.valid_to)
                    == (amount_minor, compare_at_minor, valid_from, None)
            })
    };
    Ok(wanted.iter().filter(stands).collect())
}

/// Writes prices, what shoppers see them in, and why.
pub(super) async fn write_in(
    tx: &Tx,
    now: DateTime<Utc>,
    rule: &Rule,
    run: PricingRunId,
    wanted: &[&Wanted],
) -> Result<(), Fault> {
    if wanted.is_empty() {
        return Ok(());
    }
    let changes: Vec<PriceChange> = wanted
        .iter()
        .map(|wanted| PriceChange {
            variant: wanted.variant,
            list: rule.list,
            currency: rule.currency,
            min_quantity: wanted.standing.min_quantity,
            amount_minor: Some(wanted.amount_minor),
            compare_at_minor: wanted.compare_at_minor,
            valid_from: wanted.standing.valid_from,
            valid_to: None,
        })
        .collect();
    write_prices_in(tx, now, &Actor::System, Reason::Rule(run), &changes)
        .await
        .map_err(MarketError::into_fault)?;
    let products: BTreeMap<VariantId, ProductId> =
        wanted.iter().map(|wanted| (wanted.variant, wanted.product)).collect();
    record_in(tx, now, products.into_values()).await?;
    for wanted in wanted.chunks(CHANGES_PER_STATEMENT) {
        let rows = wanted
            .iter()
            .map(|wanted| change_of(now, rule, run, wanted))
            .collect::<Result<Vec<_>, Fault>>()?;
        change::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// What is remembered of the products is old: their prices are part of it.
pub(super) async fn record_in(
    tx: &Tx,
    now: DateTime<Utc>,
    products: impl Iterator<Item = ProductId>,
) -> Result<(), Fault> {
    let products: HashSet<ProductId> = products.collect();
    let mut products: Vec<ProductId> = products.into_iter().collect();
    products.sort_unstable();
    record_each(tx, now, "product", "product.prices_changed", products).await?;
    Ok(())
}

fn change_of(
    now: DateTime<Utc>,
    rule: &Rule,
    run: PricingRunId,
    wanted: &Wanted,
) -> Result<change::ActiveModel, Fault> {
    Ok(change::ActiveModel {
        run_id: Set(run),
        variant_id: Set(wanted.variant),
        min_quantity: Set(wanted.standing.min_quantity),
        price_list_id: Set(rule.list),
        currency: Set(rule.currency.code().to_owned()),
        valid_from: Set(wanted.standing.valid_from),
        before_minor: Set(wanted.standing.amount_minor),
        after_minor: Set(wanted.amount_minor),
        compare_at_before_minor: Set(wanted.standing.compare_at_minor),
        compare_at_after_minor: Set(wanted.compare_at_minor),
        reason: Set(format!("rule/{} run/{run}: {}", rule.id, rule.name)),
        trace: Set(serde_json::to_value(&wanted.steps)?),
        changed_at: Set(now),
        outcome: Set(None),
    })
}
