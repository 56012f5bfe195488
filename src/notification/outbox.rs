//! Looking at mails.

use entity::id::MailId;
use entity::mail;
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};

use super::compose::{Letter, compose};
use crate::app::App;
use crate::error::Fault;

/// A mail and what became of it.
#[derive(Clone, Debug)]
pub struct MailView {
    /// The row.
    pub row: mail::Model,
    /// Its words; none once its link can no longer be used.
    pub letter: Option<Letter>,
}

/// The newest mails, newest first.
///
/// # Errors
/// The database's own.
pub async fn list_mails(app: &App, most: u64) -> Result<Vec<MailView>, Fault> {
    let rows = mail::Entity::find().order_by_desc(mail::Column::Id).limit(most).all(app.db.fresh()).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        views.push(view(app, row).await?);
    }
    Ok(views)
}

/// A mail by its number.
///
/// # Errors
/// The database's own.
pub async fn show_mail(app: &App, id: MailId) -> Result<Option<MailView>, Fault> {
    match mail::Entity::find_by_id(id).one(app.db.fresh()).await? {
        Some(row) => Ok(Some(view(app, row).await?)),
        None => Ok(None),
    }
}

async fn view(app: &App, row: mail::Model) -> Result<MailView, Fault> {
    let letter = compose(app, app.db.fresh(), app.clock.now(), &row).await?;
    Ok(MailView { row, letter })
}
