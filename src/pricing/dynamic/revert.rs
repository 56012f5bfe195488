//! Taking back what a run did.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, PricingRunId, ProductId, VariantId};
use entity::pricing_rule::{self as rule_row, PricingRuleState};
use entity::pricing_run::{self as run_row, PricingRunState};
use entity::pricing_run_change::{self as change, PricingChangeOutcome};
use entity::{price, variant};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::batch::record_in;
use super::commands::lock_rule_in;
use super::error::{PricingRuleError, PricingRuleErrorCode as Code};
use crate::actor::Actor;
use crate::app::App;
use crate::catalog::{lock_products_in, products_of_sold_in};
use crate::db::Tx;
use crate::error::Fault;
use crate::event::record_one;
use crate::market::MarketError;
use crate::money::Currency;
use crate::pricing::{PriceChange, Reason, write_prices_in};

/// Changes that are taken back in one transaction.
const BATCH: u64 = 500;
/// Prices that are told of one by one.
const MAX_TOLD: u64 = 1_000;
/// Changes that are marked by one statement: each is two values.
const MARKED: usize = 200;

/// A price that stays, because somebody has changed it since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptPrice {
    /// Of which variant.
    pub variant: VariantId,
    /// From how many units on.
    pub min_quantity: i32,
    /// What it was before the run.
    pub before_minor: i64,
    /// What the run made of it.
    pub after_minor: i64,
}

/// What came of taking a run back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverted {
    /// Prices that are again what they were before the run.
    pub put_back: u64,
    /// Prices that stay.
    pub kept: u64,
    /// The first thousand of those that stay.
    pub kept_prices: Vec<KeptPrice>,
}

/// Takes a run back: each price that is still what the run made of it becomes what it was before. A price that somebody,
/// or a later run, has changed since stays and is told. The rule is paused where it is active, because it would do the
/// same again. A call that was cut short, or a second one, goes on where the first stopped.
///
/// Locks the products, some hundred at a time.
///
/// # Errors
/// [`PricingRuleError`] for an unknown run and a rule that is at work.
pub async fn revert_run(app: &App, actor: &Actor, run: PricingRunId) -> Result<Reverted, PricingRuleError> {
    PricingRuleError::check_scope(actor)?;
    app.db.retry(|| mark(app, run)).await?;
    while app.db.retry(|| take_back(app, actor, run)).await? {}
    told(app, run).await
}

/// Notes that the run is taken back, and pauses its rule.
async fn mark(app: &App, run: PricingRunId) -> Result<(), PricingRuleError> {
    let now = app.clock.now();
    let tx = app.begin().await?;
    let unknown = || PricingRuleError::refused(Code::UnknownRun, "run", "The run does not exist");
    let rule = run_row::Entity::find_by_id(run).one(&tx).await?.ok_or_else(unknown)?.rule_id;
    let rule = lock_rule_in(&tx, rule).await?;
    let known = run_row::Entity::find_by_id(run).lock_exclusive().one(&tx).await?.ok_or_else(unknown)?;
    if known.state == PricingRunState::Running && rule.lease_until.is_some_and(|until| until > now) {
        return Err(PricingRuleError::refused(Code::RunInProgress, "run", "The rule is at work"));
    }
    if known.state == PricingRunState::Reverted {
        return Ok(());
    }
    let finished_at = known.finished_at.unwrap_or(now);
    let mut known = known.into_active_model();
    known.state = Set(PricingRunState::Reverted);
    known.finished_at = Set(Some(finished_at));
    known.update(&tx).await?;
    if rule.state == PricingRuleState::Active {
        rule_row::Entity::update_many()
            .col_expr(rule_row::Column::State, Expr::val(PricingRuleState::Paused))
            .col_expr(rule_row::Column::NextRunAt, Expr::val(Option::<DateTime<Utc>>::None))
            .col_expr(rule_row::Column::UpdatedAt, Expr::val(now))
            .filter(rule_row::Column::Id.eq(rule.id))
            .exec(&tx)
            .await?;
    }
    record_one(&tx, now, "pricing_rule", "pricing_rule.run_reverted", rule.id).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes some changes back; returns whether there were any.
async fn take_back(app: &App, actor: &Actor, run: PricingRunId) -> Result<bool, PricingRuleError> {
    let tx = app.begin().await?;
    // Two calls at once wait for each other here.
    run_row::Entity::find_by_id(run).lock_exclusive().one(&tx).await?;
    let changes: Vec<change::Model> = change::Entity::find()
        .filter(change::Column::RunId.eq(run))
        .filter(change::Column::Outcome.is_null())
        .order_by_asc(change::Column::VariantId)
        .order_by_asc(change::Column::MinQuantity)
        .limit(BATCH)
        .all(&tx)
        .await?;
    if changes.is_empty() {
        return Ok(false);
    }
    let ids: HashSet<VariantId> = changes.iter().map(|change| change.variant_id).collect();
    let ids: Vec<VariantId> = ids.into_iter().collect();
    let products = products_in(&tx, &ids).await?;
    lock_products_in(&tx, products.values().copied()).await?;
    let now = app.clock.now();
    let standing = standing_in(&tx, &changes, &ids).await?;
    let (back, kept): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|change| standing.contains(&(change.variant_id, change.min_quantity)));
    let prices = back.iter().map(price_before).collect::<Result<Vec<_>, Fault>>()?;
    if !prices.is_empty() {
        write_prices_in(&tx, now, actor, Reason::Reverted(run), &prices)
            .await
            .map_err(MarketError::into_fault)?;
        let changed = back.iter().filter_map(|change| products.get(&change.variant_id).copied());
        record_in(&tx, now, changed).await?;
    }
    note_in(&tx, run, &back, PricingChangeOutcome::Reverted).await?;
    note_in(&tx, run, &kept, PricingChangeOutcome::Kept).await?;
    tx.commit().await?;
    Ok(true)
}

async fn products_in(tx: &Tx, ids: &[VariantId]) -> Result<HashMap<VariantId, ProductId>, Fault> {
    let rows: Vec<(VariantId, ProductId)> = variant::Entity::find()
        .select_only()
        .columns([variant::Column::Id, variant::Column::ProductId])
        .filter(variant::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Which prices are what the run made of them.
async fn standing_in(
    tx: &Tx,
    changes: &[change::Model],
    ids: &[VariantId],
) -> Result<HashSet<(VariantId, i32)>, Fault> {
    let lists: HashSet<PriceListId> = changes.iter().map(|change| change.price_list_id).collect();
    let rows = price::Entity::find()
        .filter(price::Column::VariantId.is_in(ids.iter().copied()))
        .filter(price::Column::PriceListId.is_in(lists))
        .all(tx)
        .await?;
    let alive = products_of_sold_in(tx, ids).await?;
    let mut by_price: HashMap<(VariantId, i32), Vec<&price::Model>> = HashMap::new();
    for row in &rows {
        by_price.entry((row.variant_id, row.min_quantity)).or_default().push(row);
    }
    let is_standing = |change: &&change::Model| {
        let rows = by_price.get(&(change.variant_id, change.min_quantity));
        alive.contains_key(&change.variant_id)
            && rows.into_iter().flatten().any(|row| {
                row.price_list_id == change.price_list_id
                    && row.currency == change.currency
                    && row.valid_to.is_none()
                    && (row.valid_from, row.amount_minor, row.compare_at_minor)
                        == (change.valid_from, change.after_minor, change.compare_at_after_minor)
            })
    };
    let standing = changes.iter().filter(is_standing);
    Ok(standing.map(|change| (change.variant_id, change.min_quantity)).collect())
}

fn price_before(change: &change::Model) -> Result<PriceChange, Fault> {
    let currency = Currency::find(&change.currency)
        .ok_or_else(|| Fault::new(format!("run {} changed a price in {}", change.run_id, change.currency)))?;
    Ok(PriceChange {
        variant: change.variant_id,
        list: change.price_list_id,
        currency,
        min_quantity: change.min_quantity,
        amount_minor: Some(change.before_minor),
        compare_at_minor: change.compare_at_before_minor,
        valid_from: change.valid_from,
        valid_to: None,
    })
}

/// Notes what became of changes.
async fn note_in(
    tx: &Tx,
    run: PricingRunId,
    changes: &[change::Model],
    outcome: PricingChangeOutcome,
) -> Result<(), Fault> {
    for changes in changes.chunks(MARKED) {
        let any = changes.iter().fold(Condition::any(), |any, one| {
            any.add(
                Condition::all()
                    .add(change::Column::VariantId.eq(one.variant_id))
                    .add(change::Column::MinQuantity.eq(one.min_quantity)),
            )
        });
        change::Entity::update_many()
            .col_expr(change::Column::Outcome, Expr::val(outcome))
            .filter(change::Column::RunId.eq(run))
            .filter(any)
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn told(app: &App, run: PricingRunId) -> Result<Reverted, PricingRuleError> {
    let with = |outcome: PricingChangeOutcome| {
        change::Entity::find()
            .filter(change::Column::RunId.eq(run))
            .filter(change::Column::Outcome.eq(outcome))
    };
    let db = app.db.fresh();
    let kept = with(PricingChangeOutcome::Kept)
        .order_by_asc(change::Column::VariantId)
        .order_by_asc(change::Column::MinQuantity)
        .limit(MAX_TOLD)
        .all(db)
        .await?;
    Ok(Reverted {
        put_back: with(PricingChangeOutcome::Reverted).count(db).await?,
        kept: with(PricingChangeOutcome::Kept).count(db).await?,
        kept_prices: kept
            .iter()
            .map(|change| KeptPrice {
                variant: change.variant_id,
                min_quantity: change.min_quantity,
                before_minor: change.before_minor,
                after_minor: change.after_minor,
            })
            .collect(),
    })
}
