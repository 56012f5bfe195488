//! Mails that were made: where there is no mail server, this is where they are read.

use std::process::ExitCode;

use entity::id::MailId;
use entity::mail::{MailKind, MailState};
use tradepost::app::App;
use tradepost::notification;

/// Mails that a list shows.
const MOST: u64 = 100;

fn word(state: MailState) -> &'static str {
    match state {
        MailState::Waiting => "waiting",
        MailState::Sent => "sent",
        MailState::Kept => "kept",
        MailState::Failed => "failed",
        MailState::Dropped => "dropped",
    }
}

fn kind(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Activation => "activation",
        MailKind::Recovery => "recovery",
        MailKind::OrderConfirmation => "order confirmation",
        MailKind::OrderRefund => "order refund",
        MailKind::OrderCancellation => "order cancellation",
        MailKind::ParcelAnnounced => "parcel announced",
        MailKind::ParcelDelivered => "parcel delivered",
    }
}

/// Lists the newest mails.
pub async fn list(app: &App) -> anyhow::Result<ExitCode> {
    let mails = notification::list_mails(app, MOST).await?;
    if mails.is_empty() {
        super::say("There are no mails")?;
    }
    for mail in mails {
        let to = mail.letter.as_ref().map_or("-", |letter| &letter.to);
        let (row, made) = (&mail.row, mail.row.created_at.format("%Y-%m-%d %H:%M:%S"));
        super::say(&format!("{}\t{made}\t{}\t{}\t{to}", row.id, word(row.state), kind(row.kind)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows a mail with its words.
pub async fn show(app: &App, id: i64) -> anyhow::Result<ExitCode> {
    let Some(mail) = notification::show_mail(app, MailId(id)).await? else {
        anyhow::bail!("there is no mail {id}");
    };
    super::say(&format!("State: {}", word(mail.row.state)))?;
    if let Some(error) = &mail.row.last_error {
        super::say(&format!("Error: {error}"))?;
    }
    match mail.letter {
        Some(letter) => {
            super::say(&format!("To: {}\nSubject: {}\n\n{}", letter.to, letter.subject, letter.text))?;
        }
        None => super::say(
            "It has nothing left to tell: its link was used or has expired, or nobody is to read it",
        )?,
    }
    Ok(ExitCode::SUCCESS)
}
