//! Settings of the mail server.

use secrecy::SecretString;
use url::Url;

use super::Reader;

/// The mail server and the sender: both or none.
pub(super) fn mail(read: &mut Reader<'_>) -> (Option<SecretString>, Option<String>) {
    let (server, sender) = (read.text("SMTP_URL"), read.text("MAIL_FROM"));
    let has_scheme = |url: &String| {
        let known = ["smtp", "smtps", "smtp+starttls"];
        Url::parse(url).is_ok_and(|url| known.contains(&url.scheme()) && url.has_host())
    };
    if server.as_ref().is_some_and(|url| !has_scheme(url)) {
        let expected = "smtp://, smtps:// or smtp+starttls:// with a host";
        read.errors.push(format!("SMTP_URL must be {expected}"));
    }
    let is_sender = |text: &String| {
        let bare = text.rsplit_once('<').map_or(text.as_str(), |(_, rest)| rest.trim_end_matches('>'));
        bare.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
            && !text.chars().any(char::is_control)
    };
    if sender.as_ref().is_some_and(|text| !is_sender(text)) {
        read.errors.push("MAIL_FROM must be an e-mail address, or a name and <an address>".to_owned());
    }
    if server.is_some() && sender.is_none() {
        read.errors.push("MAIL_FROM must be set where SMTP_URL is".to_owned());
    }
    (server.map(SecretString::from), sender)
}
