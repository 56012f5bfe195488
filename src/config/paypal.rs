//! Settings of PayPal.

use secrecy::SecretString;
use url::Url;

use super::{Reader, is_on_this_machine};

/// Where it answers with real money.
const LIVE: &str = "https://api-m.paypal.com/";
/// Where it answers with play money.
const SANDBOX: &str = "https://api-m.sandbox.paypal.com/";
/// Characters of a webhook's id at most, as PayPal documents it.
const MAX_WEBHOOK_ID: usize = 50;

/// With which money PayPal works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayPalEnvironment {
    /// With real money.
    Live,
    /// With play money.
    Sandbox,
}

/// How PayPal is used.
#[derive(Clone, Debug)]
pub struct PayPalSettings {
    /// `PAYPAL_CLIENT_ID`: front ends may know it.
    pub client_id: String,
    /// `PAYPAL_CLIENT_SECRET`.
    pub client_secret: SecretString,
    /// `PAYPAL_WEBHOOK_ID`; without it webhooks are not taken, and PayPal is asked only.
    pub webhook_id: Option<String>,
    /// `PAYPAL_ENVIRONMENT`.
    pub environment: PayPalEnvironment,
    /// Where it answers; `PAYPAL_API_URL` names a stand-in on this machine.
    pub api_url: Url,
}

impl PayPalSettings {
    /// None without the keys: it is off then.
    pub(super) fn read(read: &mut Reader<'_>) -> Option<Self> {
        let client_id = key(read, "PAYPAL_CLIENT_ID");
        let client_secret = key(read, "PAYPAL_CLIENT_SECRET");
        let webhook_id = webhook_id(read);
        let environments = [("live", PayPalEnvironment::Live), ("sandbox", PayPalEnvironment::Sandbox)];
        let environment = read.word("PAYPAL_ENVIRONMENT", PayPalEnvironment::Sandbox, &environments);
        let api_url = api_url(read, environment);
        match (client_id, client_secret) {
            (Some(client_id), Some(client_secret)) => {
                let client_secret = client_secret.into();
                Some(Self { client_id, client_secret, webhook_id, environment, api_url })
            }
            (Some(_), None) => {
                read.errors.push("PAYPAL_CLIENT_SECRET must be set where PAYPAL_CLIENT_ID is".to_owned());
                None
            }
            (None, other) => {
                if other.is_some() || webhook_id.is_some() {
                    let needed = "PAYPAL_CLIENT_ID must be set where the other keys of PayPal are";
                    read.errors.push(needed.to_owned());
                }
                None
            }
        }
    }
}

fn key(read: &mut Reader<'_>, name: &str) -> Option<String> {
    let text = read.text(name)?;
    // A colon would end the id where both are sent together.
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
        read.errors.push(format!("{name} must be a key as PayPal gives them"));
    }
    Some(text)
}

fn webhook_id(read: &mut Reader<'_>) -> Option<String> {
    let text = read.text("PAYPAL_WEBHOOK_ID")?;
    if text.len() > MAX_WEBHOOK_ID || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        read.errors.push("PAYPAL_WEBHOOK_ID must be the id of a webhook as PayPal gives them".to_owned());
    }
    Some(text)
}

/// Payments and secrets go to PayPal or to this machine, nowhere else.
fn api_url(read: &mut Reader<'_>, environment: PayPalEnvironment) -> Url {
    if let Some(text) = read.text("PAYPAL_API_URL") {
        let is_usable = |url: &Url| matches!(url.scheme(), "http" | "https") && is_on_this_machine(url);
        if let Some(url) = Url::parse(&text).ok().filter(is_usable) {
            return url;
        }
        read.errors.push("PAYPAL_API_URL must be an http or https address on this machine".to_owned());
    }
    let address = match environment {
        PayPalEnvironment::Live => LIVE,
        PayPalEnvironment::Sandbox => SANDBOX,
    };
    #[expect(clippy::unwrap_used, reason = "literals that parse")]
    Url::parse(address).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: (&str, &str) = ("PAYPAL_CLIENT_ID", "AeA1QIZXiflr1_-r0U2UbWTziOWX1GRQer5jkUq4ZfWT5qwb6qQRPq7");
    const SECRET: (&str, &str) = ("PAYPAL_CLIENT_SECRET", "hunter2hunter2");

    fn read(pairs: &[(&str, &str)]) -> (Option<PayPalSettings>, Vec<String>) {
        let get =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let settings = PayPalSettings::read(&mut reader);
        (settings, reader.errors)
    }

    #[test]
    fn it_is_off_without_keys_and_needs_both() {
        assert!(matches!(read(&[]), (None, errors) if errors.is_empty()));
        let errors = |pairs: &[(&str, &str)]| read(pairs).1;
        assert_eq!(errors(&[ID]), ["PAYPAL_CLIENT_SECRET must be set where PAYPAL_CLIENT_ID is"]);
        let without_id = ["PAYPAL_CLIENT_ID must be set where the other keys of PayPal are"];
        assert_eq!(errors(&[SECRET]), without_id);
        assert_eq!(errors(&[("PAYPAL_WEBHOOK_ID", "1JE4291016473214C")]), without_id);
        let (settings, errors) = read(&[ID, SECRET]);
        assert!(errors.is_empty() && !format!("{:?}", settings.unwrap()).contains("hunter2"));
    }

    #[test]
    fn real_money_is_asked_for_by_name() {
        let address = |environment: &str| {
            let (settings, errors) = read(&[ID, SECRET, ("PAYPAL_ENVIRONMENT", environment)]);
            assert!(errors.is_empty());
            settings.unwrap().api_url.to_string()
        };
        assert_eq!([address(""), address("sandbox"), address("live")], [SANDBOX, SANDBOX, LIVE]);
    }

    #[test]
    fn a_stand_in_is_on_this_machine() {
        let url = |text: &str| read(&[ID, SECRET, ("PAYPAL_API_URL", text)]);
        for here in ["http://127.0.0.1:8420/", "http://localhost:8420/", "http://[::1]:8420/"] {
            let (settings, errors) = url(here);
            assert_eq!((settings.unwrap().api_url.as_str(), errors.len()), (here, 0));
        }
        for elsewhere in ["https://paypal.example/", "http://10.0.0.1/", "file:///tmp", "paypal"] {
            let (settings, errors) = url(elsewhere);
            assert_eq!((settings.unwrap().api_url.as_str(), errors.len()), (SANDBOX, 1), "{elsewhere}");
        }
    }
}
