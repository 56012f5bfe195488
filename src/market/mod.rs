//! Markets: the countries and languages of the world, and which of them the shop serves.
//!
//! Owns no table yet: the shop is one market, the countries that its delivery zones reach.

mod address;
mod country;
mod language;
mod province;

pub use address::{Address, AddressFault, AddressField, FaultKind};
pub use country::{COUNTRIES, CountryInfo, find_country};
pub use language::{LANGUAGES, LanguageInfo, find_language};
pub use province::{COUNTRIES_WITHOUT_POSTCODE, PROVINCES, ProvinceInfo, find_province};
