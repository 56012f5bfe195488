//! Settings of ShipEngine: rates, labels and tracking of carriers.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Reader;

/// Where it answers.
const ADDRESS: &str = "https://api.shipengine.com";
/// The least that a key has, in bytes: shorter ones are typing mistakes.
const MIN_KEY_BYTES: usize = 16;
/// The least that the secret of its messages may have, in bytes.
const MIN_SECRET_BYTES: usize = 24;
/// How long a purchase is waited for.
const PURCHASE_PATIENCE: Duration = Duration::from_secs(40);
/// Accounts of carriers at most.
const MAX_CARRIERS: usize = 50;
/// Characters of its names for things at most.
const MAX_ID_LENGTH: usize = 25;

/// How ShipEngine is used.
#[derive(Clone, Debug)]
pub struct ShipEngineSettings {
    /// `SHIPENGINE_API_KEY`.
    pub api_key: SecretString,
    /// `SHIPENGINE_CARRIER_IDS`: the accounts of carriers that are asked for rates.
    pub carrier_ids: Vec<String>,
    /// `SHIPENGINE_WEBHOOK_SECRET`; without it its messages are not taken, and parcels are asked for only.
    pub webhook_secret: Option<SecretString>,
    /// Where it answers. No variable sets it: tests do.
    pub base_url: Url,
    /// How long a purchase is waited for: the carrier makes the label meanwhile. No variable sets it: tests do.
    pub purchase_patience: Duration,
}

impl ShipEngineSettings {
    /// None without a key: it is off then.
    pub(super) fn read(read: &mut Reader<'_>) -> Option<Self> {
        let webhook_secret = read.long_secret("SHIPENGINE_WEBHOOK_SECRET", MIN_SECRET_BYTES);
        let carrier_ids = carrier_ids(read);
        let api_key = read.text("SHIPENGINE_API_KEY")?;
        if api_key.len() < MIN_KEY_BYTES || !api_key.bytes().all(|byte| byte.is_ascii_graphic()) {
            read.errors.push("SHIPENGINE_API_KEY must be a key as ShipEngine gives them".to_owned());
        }
        if carrier_ids.is_empty() {
            read.errors.push("SHIPENGINE_CARRIER_IDS must be set where SHIPENGINE_API_KEY is".to_owned());
        }
        let base_url = Url::parse(ADDRESS).ok()?;
        Some(Self {
            api_key: api_key.into(),
            carrier_ids,
            webhook_secret,
            base_url,
            purchase_patience: PURCHASE_PATIENCE,
        })
    }
}

fn carrier_ids(read: &mut Reader<'_>) -> Vec<String> {
    let text = read.text("SHIPENGINE_CARRIER_IDS").unwrap_or_default();
    let ids: Vec<String> =
        text.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    if ids.len() > MAX_CARRIERS || !ids.iter().all(|id| is_shipengine_id(id)) {
        read.errors
            .push("SHIPENGINE_CARRIER_IDS must be ids such as se-123456, separated by commas".to_owned());
    }
    ids
}

/// Whether a text is one of ShipEngine's names for its things, such as `se-123456`.
#[must_use]
pub fn is_shipengine_id(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= MAX_ID_LENGTH && text.strip_prefix("se-").is_some_and(|rest| rest.split('-').all(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (Option<ShipEngineSettings>, Vec<String>) {
        let get =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let settings = ShipEngineSettings::read(&mut reader);
        (settings, reader.errors)
    }

    const KEY: (&str, &str) = ("SHIPENGINE_API_KEY", "TEST_hunter2hunter2hunter2");

    #[test]
    fn it_is_off_without_a_key_and_needs_carriers_with_one() {
        assert!(matches!(read(&[]), (None, errors) if errors.is_empty()));
        let (_, errors) = read(&[KEY]);
        assert_eq!(errors, ["SHIPENGINE_CARRIER_IDS must be set where SHIPENGINE_API_KEY is"]);
        let (settings, errors) = read(&[KEY, ("SHIPENGINE_CARRIER_IDS", "se-1, se-ab-2,")]);
        let settings = settings.unwrap();
        assert_eq!(
            (settings.carrier_ids.as_slice(), errors.len()),
            (["se-1", "se-ab-2"].map(str::to_owned).as_slice(), 0)
        );
        assert!(settings.base_url.scheme() == "https" && !format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn names_of_things_are_told_from_paths() {
        assert!(is_shipengine_id("se-28529731") && is_shipengine_id("se-a-1"));
        for other in
            ["", "se-", "se-1-", "se-1/../2", "28529731", "se-A", "se-1?x", &format!("se-{}", "1".repeat(23))]
        {
            assert!(!is_shipengine_id(other), "{other}");
        }
    }
}
