//! Handing mails to the mail server.

use std::time::Duration;

use anyhow::Context;
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use super::compose::Letter;
use crate::config::Config;

/// How long the mail server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What sends mails.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Stands behind the at sign of message ids.
    host: String,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailer(..)")
    }
}

/// Why a mail was not sent. The server's own words are not kept: they may quote an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SendError {
    /// It may work later.
    #[error("{0}")]
    Passing(String),
    /// It never will.
    #[error("{0}")]
    Lasting(String),
}

impl Mailer {
    /// The mailer of the settings; none where no mail server is set.
    ///
    /// # Errors
    /// Where the address of the server or of the sender cannot be used.
    pub fn from_config(config: &Config) -> Result<Option<Self>, anyhow::Error> {
        let (Some(url), Some(from)) = (&config.smtp_url, &config.mail_from) else {
            return Ok(None);
        };
        let url = url.expose_secret();
        let url = match url.strip_prefix("smtp+starttls://") {
            Some(rest) => format!("smtp://{rest}?tls=required"),
            None => url.to_owned(),
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
            // The error may quote the address, and with it a password.
            .map_err(|_| anyhow::anyhow!("SMTP_URL cannot be used"))?
            .timeout(Some(TIMEOUT))
            .build();
        let from: Mailbox = from.parse().context("MAIL_FROM cannot be used")?;
        let host = config.public_url.host_str().unwrap_or("localhost").to_owned();
        Ok(Some(Self { transport, from, host }))
    }

    /// Sends a mail. `name` is the same for each try of the same mail, so that a recipient's server can drop a repetition.
    pub(super) async fn send(&self, name: &str, letter: &Letter) -> Result<(), SendError> {
        let lasting = |what: &str| SendError::Lasting(what.to_owned());
        let to: Mailbox =
            letter.to.parse().map_err(|_| lasting("the recipient's address cannot be written"))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{name}@{}>", self.host)))
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|_| lasting("the mail cannot be written"))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let code = error.status().map_or_else(|| "no answer".to_owned(), |code| code.to_string());
                let what = format!("the mail server did not take it: {code}");
                Err(if error.is_permanent() { SendError::Lasting(what) } else { SendError::Passing(what) })
            }
        }
    }
}
