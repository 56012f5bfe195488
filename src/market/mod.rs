//! Markets: the countries and languages of the world, which of them the shop serves, and what prices are made of there.
//!
//! Tables: `market`, `market_region`, `market_locale`, `fx_rate`, `quantity_rule`, and the price lists of markets and of
//! segments in `price_list`, with what they were before in `price_list_history`; their prices are written by `pricing`.
//! Invariants: one market is primary and active, and serves whom no other
//! serves; a country or province is in one active market at most; the price lists of a market, and their prices, are in
//! its currency; an active market has a rate from the shop's currency. A list of a segment holds
//! for its members only. A shop without a second market sells everywhere at its base prices.

mod address;
mod cache;
mod commands;
mod conversion;
mod country;
mod error;
mod language;
mod past;
mod postal_form;
mod postcode;
mod province;
mod resolve;
mod rounding;
mod settings;

pub use address::{Address, AddressFault, AddressField, FaultKind, MAX_FIELD_LENGTH};
pub use cache::SettingsCache;
pub(crate) use commands::lock_in;
pub use commands::market::{NewMarket, Region, delete_market, save_market};
pub use commands::price_list::{NewPriceList, delete_price_list, save_price_list};
pub(crate) use commands::price_list::{list_in, unknown_list};
pub(crate) use commands::product::{ROWS_PER_STATEMENT, check_count, lock_products_in, record_prices_in};
pub use commands::quantity_rule::{NewQuantityRule, delete_quantity_rules, save_quantity_rules};
pub use commands::rate::{NewRate, delete_rate, save_rate};
pub use conversion::{Conversion, MAX_ADJUST_BP, MAX_RATE_E9, RATE_ONE_E9, WHOLE_BP};
pub use country::{COUNTRIES, CountryInfo, find_country};
pub(crate) use error::BASE_PRICE_SCOPE;
pub use error::{MarketError, MarketErrorCode};
pub use language::{LANGUAGES, LanguageInfo, find_language};
pub use past::ListVersion;
pub use postal_form::{COUNTRIES_WITH_POSTCODE_LAST, PostcodeForm, wrong_postcode_form};
pub use postcode::{PostcodePattern, normalize_postcode};
pub use province::{COUNTRIES_WITHOUT_POSTCODE, PROVINCES, ProvinceInfo, find_province};
pub use resolve::{resolve, resolve_for};
pub use rounding::{MAX_STEP_MINOR, Rounding};
pub use settings::{ListRule, Market, PriceList, PriceRules, Rate, ResolvedMarket, Settings};
