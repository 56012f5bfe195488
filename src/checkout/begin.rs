//! The first step: an accepted attempt takes its stock and whatever else it needs, all of it or nothing.

use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::drive::{Wish, drive_on};
use super::hold::{Taken, take_in};
use super::make_way::{Lack, Seeker, rivals_in};
use super::quote::{CompletionFault, Quote, stock_is_gone};
use crate::app::App;
use crate::error::Fault;

/// What to do where something is not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lacking {
    /// Name the buyer's own attempts that could make way.
    AsksForWay,
    /// The attempt fails.
    Fails,
}

/// What came of taking what an attempt takes.
enum Outcome {
    /// It was taken, or the attempt failed, or it had begun before.
    Begun,
    /// It was not: these attempts of the same buyer hold some of it, and wait for the buyer.
    Behind(Vec<AttemptId>),
}

/// `accepted -> holding`, or `failed` where stock, a discount, a gift card or store credit is gone. Does nothing in any
/// other state.
///
/// Where the same signed-in customer holds what is missing in attempts that wait for them, these are given up first: one
/// that was paid meanwhile becomes its order all the same.
pub(super) async fn begin(app: &App, id: AttemptId) -> Result<(), Fault> {
    let Outcome::Behind(rivals) = take(app, id, Lacking::AsksForWay).await? else {
        return Ok(());
    };
    for rival in rivals {
        tracing::info!(attempt = id.0, rival = rival.0, "An attempt makes way for a later one of its buyer");
        drive_on(app, rival, Wish::GiveUp).await?;
    }
    take(app, id, Lacking::Fails).await?;
    Ok(())
}

async fn take(app: &App, id: AttemptId, lacking: Lacking) -> Result<Outcome, Fault> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            // The state is moved first: it locks the row, so that of two drivers only one holds the stock.
            let moved = completion_attempt::Entity::update_many()
                .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Holding))
                .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now))
                .filter(completion_attempt::Column::Id.eq(id))
                .filter(completion_attempt::Column::State.eq(AttemptState::Accepted))
                .exec_with_returning(&tx)
                .await?;
            let Some(attempt) = moved.into_iter().next() else {
                return Ok(Outcome::Begun);
            };
            let quote: Quote = serde_json::from_value(attempt.quote.clone())?;
            let (lack, fault) = match take_in(&tx, app, id, &quote).await? {
                Taken::All => {
                    tx.commit().await?;
                    return Ok(Outcome::Begun);
                }
                Taken::Short(missing) => (Some(Lack::Stock(missing)), stock_is_gone()),
                Taken::Used(fault) => (Some(Lack::Other), fault),
                Taken::Never(fault) => (None, fault),
            };
            let rivals = match (lacking, quote.customer, lack) {
                (Lacking::AsksForWay, Some(customer), Some(lack)) => {
                    rivals_in(&tx, now, &Seeker { id, customer, quote: &quote }, &lack).await?
                }
                (Lacking::AsksForWay | Lacking::Fails, _, _) => Vec::new(),
            };
            // What was had in part is given back by that.
            tx.rollback().await?;
            if !rivals.is_empty() {
                return Ok(Outcome::Behind(rivals));
            }
            refuse(app, id, fault).await?;
            Ok(Outcome::Begun)
        })
        .await
}

/// `accepted -> failed`: nothing was held.
async fn refuse(app: &App, id: AttemptId, fault: CompletionFault) -> Result<(), Fault> {
    let faults = serde_json::to_value([fault])?;
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Failed))
        .col_expr(completion_attempt::Column::Errors, Expr::val(faults))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(app.clock.now()))
        .filter(completion_attempt::Column::Id.eq(id))
        .filter(completion_attempt::Column::State.eq(AttemptState::Accepted))
        .exec(app.db.writer())
        .await?;
    Ok(())
}
