//! Running rules: through the catalogue some variants at a time, each batch in a transaction of its own.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{PricingRuleId, PricingRunId, VariantId};
use entity::pricing_rule::{self as rule_row, PricingRuleState};
use entity::pricing_run::{self as run_row, PricingRunKind, PricingRunState};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;

use super::batch::{Wanted, still_standing_in, wanted, write_in};
use super::catalogue::Ground;
use super::commands::{lock_rule_in, wrong_state};
use super::error::{PricingRuleError, PricingRuleErrorCode as Code};
use super::rule::Rule;
use crate::actor::Actor;
use crate::app::App;
use crate::catalog::lock_products_in;
use crate::db::Tx;
use crate::error::Fault;

/// How long a node has a rule for itself after each batch.
const LEASE: TimeDelta = TimeDelta::seconds(120);

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Its key.
    pub run: PricingRunId,
    /// Prices that it looked at.
    pub looked_at: i64,
    /// Prices that it changed.
    pub changed: i64,
    /// Why prices stayed, by [`Why::as_str`](super::Why::as_str), and how many.
    pub stayed: BTreeMap<String, u64>,
    /// Whether it came to the end of the catalogue: a rule that is switched off or changed on the way stops there.
    pub is_complete: bool,
}

/// Runs an active rule now, whenever it is due. A run that was cut short is brought to its end.
///
/// # Errors
/// [`PricingRuleError`] for an unknown rule, one that is not active and one that is at work.
pub async fn run_rule(app: &App, actor: &Actor, id: PricingRuleId) -> Result<Ran, PricingRuleError> {
    PricingRuleError::check_scope(actor)?;
    let begun = begin(app, id, PricingRunKind::Manual).await?;
    match begun {
        Some(begun) => go(app, begun).await,
        None => Err(in_progress()),
    }
}

/// Runs the active rules that are due, by priority; returns how many. One that fails does not keep the others from
/// running, and is tried again.
///
/// # Errors
/// The last one's that failed.
pub async fn run_due(app: &App) -> Result<usize, Fault> {
    let due: Vec<PricingRuleId> = rule_row::Entity::find()
        .select_only()
        .column(rule_row::Column::Id)
        .filter(rule_row::Column::State.eq(PricingRuleState::Active))
        .filter(rule_row::Column::NextRunAt.lte(app.clock.now()))
        .order_by_desc(rule_row::Column::Priority)
        .order_by_asc(rule_row::Column::Id)
        .into_tuple()
        .all(app.db.fresh())
        .await?;
    let (mut count, mut failed) = (0, None);
    for id in due {
        match run_scheduled(app, id).await {
            Ok(ran) => count += usize::from(ran.is_some()),
            Err(PricingRuleError::Fault(fault)) => {
                tracing::error!(rule = id.0, cause = ?fault, "A pricing rule could not run");
                failed = Some(fault);
            }
            // Switched off, or at work on another node, since it was found.
            Err(PricingRuleError::Refused { .. } | PricingRuleError::Forbidden) => {}
        }
    }
    failed.map_or(Ok(count), Err)
}

async fn run_scheduled(app: &App, id: PricingRuleId) -> Result<Option<Ran>, PricingRuleError> {
    match begin(app, id, PricingRunKind::Scheduled).await? {
        Some(begun) => go(app, begun).await.map(Some),
        None => Ok(None),
    }
}

/// A run that this node has for itself.
struct Begun {
    run: run_row::Model,
    rule: Rule,
    version: i64,
    now: DateTime<Utc>,
}

fn in_progress() -> PricingRuleError {
    PricingRuleError::refused(Code::RunInProgress, "rule", "The rule is at work")
}

/// Takes the rule on lease, and takes up the run that was cut short or begins one. `None` for a scheduled run that
/// another node has done meanwhile.
async fn begin(
    app: &App,
    id: PricingRuleId,
    kind: PricingRunKind,
) -> Result<Option<Begun>, PricingRuleError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let known = lock_rule_in(&tx, id).await?;
            if known.state != PricingRuleState::Active {
                return Err(wrong_state(known.state));
            }
            if known.lease_until.is_some_and(|until| until > now) {
                return Err(in_progress());
            }
            if kind == PricingRunKind::Scheduled && known.next_run_at.is_none_or(|due| due > now) {
                return Ok(None);
            }
            let rule = Rule::from_row(&known)?;
            let run = take_up_in(&tx, now, &rule, kind).await?;
            lease_in(&tx, now, id, known.version).await?;
            tx.commit().await?;
            Ok(Some(Begun { run, rule, version: known.version, now }))
        })
        .await
}

/// The run of a rule that was cut short, if the rule still says the same; else a new one.
async fn take_up_in(
    tx: &Tx,
    now: DateTime<Utc>,
    rule: &Rule,
    kind: PricingRunKind,
) -> Result<run_row::Model, Fault> {
    let digest = rule.digest()?;
    let cut_short = run_row::Entity::find()
        .filter(run_row::Column::RuleId.eq(rule.id))
        .filter(run_row::Column::State.eq(PricingRunState::Running))
        .lock_exclusive()
        .one(tx)
        .await?;
    match cut_short {
        Some(run) if run.digest == digest => return Ok(run),
        Some(run) => end_in(tx, now, run.id).await?,
        None => {}
    }
    let run = run_row::ActiveModel {
        id: NotSet,
        rule_id: Set(rule.id),
        kind: Set(kind),
        state: Set(PricingRunState::Running),
        digest: Set(digest),
        stayed: Set(json!({})),
        last_variant_id: Set(VariantId(0)),
        looked_at_count: Set(0),
        changed_count: Set(0),
        started_at: Set(now),
        finished_at: Set(None),
    };
    Ok(run.insert(tx).await?)
}

/// Keeps the rule for this node a while longer, if it is still active and says the same.
async fn lease_in(tx: &Tx, now: DateTime<Utc>, id: PricingRuleId, version: i64) -> Result<bool, Fault> {
    let leased = rule_row::Entity::update_many()
        .col_expr(rule_row::Column::LeaseUntil, Expr::val(now + LEASE))
        .filter(rule_row::Column::Id.eq(id))
        .filter(rule_row::Column::State.eq(PricingRuleState::Active))
        .filter(rule_row::Column::Version.eq(version))
        .exec(tx)
        .await?;
    Ok(leased.rows_affected == 1)
}

async fn end_in(tx: &Tx, now: DateTime<Utc>, id: PricingRunId) -> Result<(), Fault> {
    run_row::Entity::update_many()
        .col_expr(run_row::Column::State, Expr::val(PricingRunState::Done))
        .col_expr(run_row::Column::FinishedAt, Expr::val(now))
        .filter(run_row::Column::Id.eq(id))
        .filter(run_row::Column::State.eq(PricingRunState::Running))
        .exec(tx)
        .await?;
    Ok(())
}

/// What a batch did.
enum Batch {
    /// It changed so many prices, and the run has moved on.
    Written(i64),
    /// The rule was switched off or changed.
    Stopped,
    /// Another node has the run, or it was taken back.
    Lost,
}

async fn go(app: &App, begun: Begun) -> Result<Ran, PricingRuleError> {
    let Begun { mut run, rule, version, now } = begun;
    let ground = Ground::load(app, rule, now).await?;
    let mut stayed: BTreeMap<String, u64> = serde_json::from_value(run.stayed.clone())?;
    let mut is_complete = false;
    loop {
        let looked = ground.look(app.db.fresh(), run.last_variant_id).await?;
        let Some(last) = looked.last().map(|looked| looked.variant) else {
            is_complete = true;
            break;
        };
        let count = looked.iter().map(|looked| looked.standings.len()).sum::<usize>();
        let wanted = wanted(&ground, &looked, &mut stayed);
        let next = run_row::Model {
            last_variant_id: last,
            looked_at_count: run.looked_at_count.saturating_add(i64::try_from(count).unwrap_or(i64::MAX)),
            stayed: json!(stayed),
            ..run.clone()
        };
        match app.db.retry(|| write_batch(app, &ground.rule, version, &run, &next, &wanted)).await? {
            Batch::Written(changed) => {
                run = run_row::Model { changed_count: run.changed_count.saturating_add(changed), ..next };
            }
            Batch::Stopped => break,
            Batch::Lost => return Err(in_progress()),
        }
    }
    finish(app, &run, is_complete).await?;
    Ok(Ran {
        run: run.id,
        looked_at: run.looked_at_count,
        changed: run.changed_count,
        stayed: serde_json::from_value(run.stayed)?,
        is_complete,
    })
}

/// Writes the prices of a batch and moves the run on from where it was, in one transaction. What somebody changed since
/// it was looked at is left for the next run.
async fn write_batch(
    app: &App,
    rule: &Rule,
    version: i64,
    run: &run_row::Model,
    next: &run_row::Model,
    wanted: &[Wanted],
) -> Result<Batch, Fault> {
    let tx = app.begin().await?;
    if !lease_in(&tx, app.clock.now(), rule.id, version).await? {
        return Ok(Batch::Stopped);
    }
    lock_products_in(&tx, wanted.iter().map(|wanted| wanted.product)).await?;
    let now = app.clock.now();
    let standing = still_standing_in(&tx, rule, wanted).await?;
    write_in(&tx, now, rule, run.id, &standing).await?;
    let changed = i64::try_from(standing.len()).unwrap_or(i64::MAX);
    // Who moves the run on from where it was has it; a node whose lease ran out meanwhile has not.
    let moved = run_row::Entity::update_many()
        .col_expr(run_row::Column::LastVariantId, Expr::val(next.last_variant_id))
        .col_expr(run_row::Column::LookedAtCount, Expr::val(next.looked_at_count))
        .col_expr(run_row::Column::ChangedCount, Expr::val(run.changed_count.saturating_add(changed)))
        .col_expr(run_row::Column::Stayed, Expr::val(next.stayed.clone()))
        .filter(run_row::Column::Id.eq(run.id))
        .filter(run_row::Column::State.eq(PricingRunState::Running))
        .filter(run_row::Column::LastVariantId.eq(run.last_variant_id))
        .exec(&tx)
        .await?;
    if moved.rows_affected != 1 {
        return Ok(Batch::Lost);
    }
    tx.commit().await?;
    Ok(Batch::Written(changed))
}

/// Ends a run and gives the rule up. After a run that came to its end it is due again as often as it says.
async fn finish(app: &App, run: &run_row::Model, is_complete: bool) -> Result<(), PricingRuleError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let rule = lock_rule_in(&tx, run.rule_id).await?;
            end_in(&tx, now, run.id).await?;
            let next = if is_complete && rule.state == PricingRuleState::Active {
                Some(now + TimeDelta::minutes(i64::from(rule.every_minutes)))
            } else {
                rule.next_run_at
            };
            rule_row::Entity::update_many()
                .col_expr(rule_row::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
                .col_expr(rule_row::Column::NextRunAt, Expr::val(next))
                .filter(rule_row::Column::Id.eq(run.rule_id))
                .exec(&tx)
                .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
