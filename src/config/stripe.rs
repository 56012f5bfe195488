//! Settings of Stripe.

use secrecy::SecretString;
use url::Url;

use super::Reader;

/// Where it answers.
const ADDRESS: &str = "https://api.stripe.com/";
/// How secrets begin: those of an account, and those that may do only some things.
const BEGINNINGS: [&str; 2] = ["sk_", "rk_"];

/// How Stripe is used.
#[derive(Clone, Debug)]
pub struct StripeSettings {
    /// `STRIPE_TAX_SECRET_KEY`, or else `STRIPE_SECRET_KEY`; without either nobody asks Stripe for taxes.
    pub tax_secret: Option<SecretString>,
    /// Where it answers. No variable sets it: tests do.
    pub api_url: Url,
}

impl StripeSettings {
    pub(super) fn read(read: &mut Reader<'_>) -> Self {
        let (own, common) = (secret(read, "STRIPE_TAX_SECRET_KEY"), secret(read, "STRIPE_SECRET_KEY"));
        #[expect(clippy::unwrap_used, reason = "a literal that parses")]
        let api_url = Url::parse(ADDRESS).unwrap();
        Self { tax_secret: own.or(common), api_url }
    }
}

fn secret(read: &mut Reader<'_>, name: &str) -> Option<SecretString> {
    let text = read.text(name)?;
    let begins = BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
    if !begins || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        read.errors.push(format!("{name} must be a secret key as Stripe gives them, such as sk_..."));
    }
    Some(text.into())
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
        let secret = |pairs: &[(&str, &str)]| {
            let (settings, errors) = read(pairs);
            assert_eq!((errors.len(), settings.api_url.scheme()), (0, "https"));
            settings.tax_secret.map(|secret| secret.expose_secret().to_owned())
        };
        let (own, common) = (("STRIPE_TAX_SECRET_KEY", "rk_tax"), ("STRIPE_SECRET_KEY", "sk_all"));
        assert_eq!(secret(&[]), None);
        assert_eq!(secret(&[common]).as_deref(), Some("sk_all"));
        assert_eq!(secret(&[common, own]).as_deref(), Some("rk_tax"));
        let (settings, errors) = read(&[("STRIPE_SECRET_KEY", "pk_hunter2 ")]);
        assert_eq!(errors, ["STRIPE_SECRET_KEY must be a secret key as Stripe gives them, such as sk_..."]);
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
