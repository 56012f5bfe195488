//! The words of mails.

use askama::Template;
use chrono::{DateTime, Utc};
use entity::mail::{self, MailKind};
use entity::{customer, one_time_token};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::order_letter::{Occasion, about_order};
use crate::app::App;
use crate::customer::{is_live, link_of};
use crate::error::Fault;

/// A mail as it is sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The recipient's address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// For programs that show text.
    pub text: String,
    /// For programs that show HTML.
    pub html: String,
}

/// What the templates say.
struct Words {
    shop: String,
    /// How the recipient is addressed.
    name: String,
    link: String,
    /// Until when the link is good.
    until: String,
}

#[derive(Template)]
#[template(path = "activation.txt")]
struct ActivationText<'a> {
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "activation.html")]
struct ActivationHtml<'a> {
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "recovery.txt")]
struct RecoveryText<'a> {
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "recovery.html")]
struct RecoveryHtml<'a> {
    words: &'a Words,
}

/// The words of a mail; none where its link can no longer be used or nobody is left to read it.
///
/// # Errors
/// The database's own.
pub(super) async fn compose<C: ConnectionTrait>(
    app: &App,
    db: &C,
    now: DateTime<Utc>,
    mail: &mail::Model,
) -> Result<Option<Letter>, Fault> {
    match mail.kind {
        MailKind::Activation | MailKind::Recovery => about_account(app, db, now, mail).await,
        MailKind::OrderConfirmation => about_order(app, db, mail, Occasion::Placed).await,
        MailKind::OrderRefund => about_order(app, db, mail, Occasion::Refunded).await,
        MailKind::OrderCancellation => about_order(app, db, mail, Occasion::Cancelled).await,
        MailKind::ParcelAnnounced => about_order(app, db, mail, Occasion::ParcelAnnounced).await,
        MailKind::ParcelDelivered => about_order(app, db, mail, Occasion::ParcelDelivered).await,
    }
}

async fn about_account<C: ConnectionTrait>(
    app: &App,
    db: &C,
    now: DateTime<Utc>,
    mail: &mail::Model,
) -> Result<Option<Letter>, Fault> {
    let token = match mail.token_id {
        Some(id) => one_time_token::Entity::find_by_id(id).one(db).await?,
        None => None,
    };
    let Some(token) = token.filter(|token| is_live(token, now)) else {
        return Ok(None);
    };
    let owner = match token.customer_id {
        Some(id) => customer::Entity::find_by_id(id).one(db).await?,
        None => None,
    };
    let (Some(owner), Some(link)) = (owner, link_of(app, &token)?) else {
        return Ok(None);
    };
    let Some(to) = owner.email else {
        return Ok(None);
    };
    let words = Words {
        shop: one_line(&app.shop().await?.name),
        name: owner.first_name.as_deref().map(one_line).unwrap_or_default(),
        link,
        until: token.expires_at.format("%Y-%m-%d %H:%M UTC").to_string(),
    };
    let words = &words;
    let (subject, text, html) = if mail.kind == MailKind::Recovery {
        (
            format!("Choose a new password for {}", words.shop),
            RecoveryText { words }.render(),
            RecoveryHtml { words }.render(),
        )
    } else {
        (
            format!("Activate your account at {}", words.shop),
            ActivationText { words }.render(),
            ActivationHtml { words }.render(),
        )
    };
    Ok(Some(Letter { to, subject, text: text.map_err(Fault::new)?, html: html.map_err(Fault::new)? }))
}

/// A name that cannot begin another header or line.
pub(super) fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_html_and_not_in_text() {
        let words = Words {
            shop: "Tea & Co".to_owned(),
            name: "<i>Ada</i>".to_owned(),
            link: "https://shop.example/account/activate/7/aB3".to_owned(),
            until: "2026-12-24 12:00 UTC".to_owned(),
        };
        let (text, html) = (
            ActivationText { words: &words }.render().unwrap(),
            ActivationHtml { words: &words }.render().unwrap(),
        );
        assert!(text.contains("Hello <i>Ada</i>,") && text.contains("Tea & Co"), "{text}");
        assert!(!html.contains("<i>") && html.contains("&#60;i&#62;Ada"), "{html}");
        for body in [&text, &html] {
            assert!(body.contains(&words.link) && body.contains(&words.until), "{body}");
        }
        let nameless = Words { name: String::new(), ..words };
        assert!(RecoveryText { words: &nameless }.render().unwrap().starts_with("Hello,\n"));
    }

    #[test]
    fn a_name_stays_on_its_line() {
        assert_eq!(one_line("Shop\r\nBcc: x@y.example"), "Shop  Bcc: x@y.example");
    }
}
