//! Taking up the attempts that nobody drives: what a process left that was killed, and what waits for a provider.

use chrono::{DateTime, TimeDelta, Utc};
use entity::completion_attempt::{self, AttemptState, Column};
use entity::id::AttemptId;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::drive::drive;
use super::hands::side_by_side;
use super::lease::free;
use crate::app::App;
use crate::error::Fault;
use crate::payment::FREE;

/// An attempt that nobody drives is taken up after this long.
const ABANDONED_AFTER: TimeDelta = TimeDelta::seconds(5);
/// Attempts of one lane that are taken up by one run at most.
const AT_ONCE: u64 = 100;
/// The lane of the attempts that need no provider, and that of those whose provider is off.
const OURS: &str = "";
const OFF: &str = "off";

/// Takes up the attempts that nobody drives. Those of each provider have hands of their own, and so have those that need
/// none: money that was taken gets its order although another provider is silent. Returns how many were due.
///
/// # Errors
/// The database's own. An attempt that cannot be driven is logged and does not stop the others.
pub async fn resume_due(app: &App) -> Result<usize, Fault> {
    let mut works = Vec::new();
    for (name, lane) in lanes_of(app) {
        for id in due(app, lane).await? {
            works.push((name.clone(), take_up(app.clone(), id)));
        }
    }
    let count = works.len();
    side_by_side(works).await;
    Ok(count)
}

async fn take_up(app: App, id: AttemptId) {
    if let Err(fault) = Box::pin(drive(&app, id)).await {
        tracing::error!(attempt = id.0, cause = ?fault, "An attempt could not be taken up");
    }
}

/// Which attempts each lane has; together they are all.
fn lanes_of(app: &App) -> Vec<(String, Condition)> {
    let needs_none =
        Condition::any().add(Column::State.eq(AttemptState::Committing)).add(Column::Provider.eq(FREE));
    let needs_one =
        Condition::all().add(Column::State.ne(AttemptState::Committing)).add(Column::Provider.ne(FREE));
    let names: Vec<&str> = app.payments.iter().map(|provider| provider.info().name).collect();
    let of_one = |name: &&str| ((*name).to_owned(), needs_one.clone().add(Column::Provider.eq(*name)));
    let mut lanes: Vec<(String, Condition)> = names.iter().map(of_one).collect();
    lanes.push((OFF.to_owned(), needs_one.add(Column::Provider.is_not_in(names))));
    lanes.push((OURS.to_owned(), needs_none));
    lanes
}

/// The attempts of a lane that nobody drives, first those that have yet to take their stock: the fewer asks, the sooner
/// somebody waits.
async fn due(app: &App, lane: Condition) -> Result<Vec<AttemptId>, Fault> {
    let now = app.clock.now();
    let due = completion_attempt::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.is_not_in([AttemptState::Done, AttemptState::Failed]))
        .filter(Column::UpdatedAt.lt(now - ABANDONED_AFTER))
        .filter(free(now))
        .filter(is_due(now))
        .filter(lane)
        .order_by_asc(Column::Asks)
        .order_by_asc(Column::UpdatedAt)
        .limit(AT_ONCE);
    Ok(due.into_tuple().all(app.db.fresh()).await?)
}

fn is_due(now: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::AskAt.is_null()).add(Column::AskAt.lte(now))
}
