//! Settings of Stripe: payments, and taxes.

use secrecy::SecretString;
use url::Url;

use super::{Reader, is_on_this_machine};

/// Where it answers.
const ADDRESS: &str = "https://api.stripe.com/";
/// How secrets begin: those of an account, and those that may do only some things.
const SECRET: [&str; 2] = ["sk_", "rk_"];
/// How the key begins that front ends may know.
const PUBLISHABLE: [&str; 1] = ["pk_"];
/// How the secret begins by which webhooks are signed.
const WEBHOOK: [&str; 1] = ["whsec_"];

/// How Stripe is used.
#[derive(Clone, Debug)]
pub struct StripeSettings {
    /// `STRIPE_SECRET_KEY`; without it nobody pays through Stripe.
    pub secret: Option<SecretString>,
    /// `STRIPE_PUBLISHABLE_KEY`: for front ends that use Stripe's own.
    pub publishable: Option<String>,
    /// `STRIPE_WEBHOOK_SECRET`; without it webhooks are not taken, and Stripe is asked only.
    pub webhook_secret: Option<SecretString>,
    /// `STRIPE_TAX_SECRET_KEY`, or else `STRIPE_SECRET_KEY`; without either nobody asks Stripe for taxes.
    pub tax_secret: Option<SecretString>,
    /// Where it answers; `STRIPE_API_URL` names a stand-in on this machine.
    pub api_url: Url,
}

impl StripeSettings {
    pub(super) fn read(read: &mut Reader<'_>) -> Self {
        let secret = key(read, "STRIPE_SECRET_KEY", &SECRET).map(SecretString::from);
        let tax_secret = key(read, "STRIPE_TAX_SECRET_KEY", &SECRET).map(SecretString::from);
        let settings = Self {
            publishable: key(read, "STRIPE_PUBLISHABLE_KEY", &PUBLISHABLE),
            webhook_secret: key(read, "STRIPE_WEBHOOK_SECRET", &WEBHOOK).map(SecretString::from),
            tax_secret: tax_secret.or_else(|| secret.clone()),
            secret,
            api_url: api_url(read),
        };
        if settings.secret.is_none() && (settings.publishable.is_some() || settings.webhook_secret.is_some())
        {
            read.errors.push("STRIPE_SECRET_KEY must be set where the other keys of Stripe are".to_owned());
        }
        settings
    }
}

fn key(read: &mut Reader<'_>, name: &str, beginnings: &[&str]) -> Option<String> {
    let text = read.text(name)?;
    let begins = beginnings.iter().any(|beginning| text.starts_with(beginning));
    if !begins || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        let beginning = beginnings.first().copied().unwrap_or_default();
        read.errors.push(format!("{name} must be a key as Stripe gives them, such as {beginning}..."));
    }
    Some(text)
}

/// Payments and secrets go to Stripe or to this machine, nowhere else.
fn api_url(read: &mut Reader<'_>) -> Url {
    if let Some(text) = read.text("STRIPE_API_URL") {
        let is_stand_in = |url: &Url| matches!(url.scheme(), "http" | "https") && is_on_this_machine(url);
        if let Some(url) = Url::parse(&text).ok().filter(is_stand_in) {
            return url;
        }
        read.errors.push("STRIPE_API_URL must be an http or https address on this machine".to_owned());
    }
    #[expect(clippy::unwrap_used, reason = "a literal that parses")]
    Url::parse(ADDRESS).unwrap()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (StripeSettings, Vec<String>) {
        let get =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let settings = StripeSettings::read(&mut reader);
        (settings, reader.errors)
    }

    #[test]
    fn taxes_have_a_secret_of_their_own_or_that_of_the_account() {
        let secrets = |pairs: &[(&str, &str)]| {
            let (settings, errors) = read(pairs);
            assert_eq!((errors.len(), settings.api_url.as_str()), (0, ADDRESS));
            let text = |secret: Option<SecretString>| secret.map(|secret| secret.expose_secret().to_owned());
            (text(settings.secret), text(settings.tax_secret))
        };
        let (payments, taxes) = (("STRIPE_SECRET_KEY", "sk_all"), ("STRIPE_TAX_SECRET_KEY", "rk_tax"));
        let own = |text: &str| Some(text.to_owned());
        assert_eq!(secrets(&[]), (None, None));
        assert_eq!(secrets(&[payments]), (own("sk_all"), own("sk_all")));
        assert_eq!(secrets(&[taxes]), (None, own("rk_tax")));
        assert_eq!(secrets(&[payments, taxes]), (own("sk_all"), own("rk_tax")));
    }

    #[test]
    fn keys_are_told_apart_and_secrets_do_not_show() {
        let (settings, errors) = read(&[
            ("STRIPE_SECRET_KEY", "pk_hunter2"),
            ("STRIPE_PUBLISHABLE_KEY", "sk_hunter3"),
            ("STRIPE_WEBHOOK_SECRET", "hunter4"),
        ]);
        assert_eq!(
            errors,
            [
                "STRIPE_SECRET_KEY must be a key as Stripe gives them, such as sk_...",
                "STRIPE_PUBLISHABLE_KEY must be a key as Stripe gives them, such as pk_...",
                "STRIPE_WEBHOOK_SECRET must be a key as Stripe gives them, such as whsec_...",
            ]
        );
        let text = format!("{settings:?}");
        assert!(!text.contains("hunter2") && !text.contains("hunter4"));
        let (_, errors) = read(&[("STRIPE_WEBHOOK_SECRET", "whsec_1")]);
        assert_eq!(errors, ["STRIPE_SECRET_KEY must be set where the other keys of Stripe are"]);
    }

    #[test]
    fn a_stand_in_is_on_this_machine() {
        let url = |text: &str| read(&[("STRIPE_API_URL", text)]);
        for here in ["http://127.0.0.1:8420/", "http://localhost:8420/", "http://[::1]:8420/"] {
            let (settings, errors) = url(here);
            assert_eq!((settings.api_url.as_str(), errors.len()), (here, 0));
        }
        for elsewhere in ["https://stripe.example/", "http://10.0.0.1/", "file:///tmp", "stripe"] {
            let (settings, errors) = url(elsewhere);
            assert_eq!((settings.api_url.as_str(), errors.len()), (ADDRESS, 1), "{elsewhere}");
        }
    }
}
