//! Sending what waits.

use chrono::{DateTime, TimeDelta, Utc};
use entity::mail::{self, MailState};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use super::compose::compose;
use super::mailer::{Mailer, SendError};
use crate::app::App;
use crate::error::Fault;

/// How long one node has a mail for itself: longer than the mail server may take.
const LEASE: TimeDelta = TimeDelta::seconds(45);
/// After so many failures a mail is given up.
const MAX_ATTEMPTS: i32 = 12;
/// The pause after the first failure; it doubles with each further one, up to [`LONGEST_PAUSE_SECONDS`].
const FIRST_PAUSE_SECONDS: i64 = 15;
const LONGEST_PAUSE_SECONDS: i64 = 3600;
/// How long what happened to an order is news.
const NEWS_LAST: TimeDelta = TimeDelta::days(3);
/// How many mails one run sends at most, so that other work has its turn.
const MOST_AT_ONCE: usize = 50;

/// Sends the mails that are due, one after the other, or keeps them where there is no mail server; returns how many were
/// looked at.
///
/// # Errors
/// The database's own; a mail that cannot be sent is noted and is no error here.
pub async fn send_due(app: &App) -> Result<usize, Fault> {
    let Some(mailer) = &app.mailer else {
        return keep_due(app).await;
    };
    let mut count = 0;
    while count < MOST_AT_ONCE
        && let Some(mail) = lease(app).await?
    {
        settle(app, mailer, &mail).await?;
        count += 1;
    }
    Ok(count)
}

/// Without a mail server mails are kept, all at once: what they say is made when they are shown.
async fn keep_due(app: &App) -> Result<usize, Fault> {
    let now = app.clock.now();
    let is_due =
        || Condition::all().add(mail::Column::State.eq(MailState::Waiting)).add(mail::Column::RunAt.lte(now));
    // Looking first spares an idle shop the write lock.
    if mail::Entity::find().filter(is_due()).one(app.db.fresh()).await?.is_none() {
        return Ok(0);
    }
    let kept = mail::Entity::update_many()
        .col_expr(mail::Column::State, Expr::val(MailState::Kept))
        .filter(is_due())
        .exec(app.db.writer())
        .await?;
    Ok(usize::try_from(kept.rows_affected).unwrap_or(usize::MAX))
}

/// Takes the mail that has been due the longest for this node alone.
async fn lease(app: &App) -> Result<Option<mail::Model>, Fault> {
    let now = app.clock.now();
    let is_free =
        || Condition::any().add(mail::Column::LeaseUntil.is_null()).add(mail::Column::LeaseUntil.lt(now));
    loop {
        let due = mail::Entity::find()
            .filter(mail::Column::State.eq(MailState::Waiting))
            .filter(mail::Column::RunAt.lte(now))
            .filter(is_free())
            .order_by_asc(mail::Column::RunAt)
            .one(app.db.fresh())
            .await?;
        let Some(mail) = due else {
            return Ok(None);
        };
        let leased = mail::Entity::update_many()
            .col_expr(mail::Column::LeaseUntil, Expr::val(now + LEASE))
            .col_expr(mail::Column::Attempts, Expr::col(mail::Column::Attempts).add(1))
            .filter(mail::Column::Id.eq(mail.id))
            .filter(mail::Column::State.eq(MailState::Waiting))
            .filter(is_free())
            .exec(app.db.writer())
            .await?;
        // Where another node was faster there may be a further one.
        if leased.rows_affected == 1 {
            return Ok(Some(mail));
        }
    }
}

/// Makes, sends and notes one mail.
async fn settle(app: &App, mailer: &Mailer, mail: &mail::Model) -> Result<(), Fault> {
    // A shop that was brought up to date, or stood still, does not tell of orders of long ago.
    if mail.order_id.is_some() && app.clock.now() - mail.created_at > NEWS_LAST {
        return note(app, mail, MailState::Dropped, None).await;
    }
    let Some(letter) = compose(app, app.db.fresh(), app.clock.now(), mail).await? else {
        return note(app, mail, MailState::Dropped, None).await;
    };
    match mailer.send(&name_of(app, mail)?, &letter).await {
        Ok(()) => note(app, mail, MailState::Sent, None).await,
        Err(SendError::Lasting(what)) => give_up(app, mail, what).await,
        Err(SendError::Passing(what)) if mail.attempts.saturating_add(1) >= MAX_ATTEMPTS => {
            give_up(app, mail, what).await
        }
        Err(SendError::Passing(what)) => {
            tracing::warn!(mail = mail.id.0, what, "A mail was not sent and is tried again");
            try_again(app, mail, what).await
        }
    }
}

/// The name of a mail: the same for each try, and telling nothing.
fn name_of(app: &App, mail: &mail::Model) -> Result<String, Fault> {
    app.secret_key.derive("mail", mail.id.0)
}

async fn give_up(app: &App, mail: &mail::Model, what: String) -> Result<(), Fault> {
    tracing::error!(mail = mail.id.0, what, "A mail cannot be sent");
    note(app, mail, MailState::Failed, Some(what)).await
}

async fn note(
    app: &App,
    mail: &mail::Model,
    state: MailState,
    last_error: Option<String>,
) -> Result<(), Fault> {
    let sent_at = match state {
        MailState::Sent => Some(app.clock.now()),
        MailState::Waiting | MailState::Kept | MailState::Failed | MailState::Dropped => None,
    };
    mail::Entity::update_many()
        .col_expr(mail::Column::State, Expr::val(state))
        .col_expr(mail::Column::SentAt, Expr::val(sent_at))
        .col_expr(mail::Column::LastError, Expr::val(last_error))
        .col_expr(mail::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(mail::Column::Id.eq(mail.id))
        .exec(app.db.writer())
        .await?;
    Ok(())
}

async fn try_again(app: &App, mail: &mail::Model, what: String) -> Result<(), Fault> {
    let doublings = u32::try_from(mail.attempts.clamp(0, 16)).unwrap_or(0);
    let pause = Ord::min(FIRST_PAUSE_SECONDS << doublings, LONGEST_PAUSE_SECONDS);
    mail::Entity::update_many()
        .col_expr(mail::Column::RunAt, Expr::val(app.clock.now() + TimeDelta::seconds(pause)))
        .col_expr(mail::Column::LastError, Expr::val(what))
        .col_expr(mail::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(mail::Column::Id.eq(mail.id))
        .exec(app.db.writer())
        .await?;
    Ok(())
}
