//! Which countries a buyer can choose.

use super::frame::Frame;
use super::visit::Visit;
use crate::error::Fault;
use crate::market::{COUNTRIES, CountryInfo, find_country};

/// The code that stands for no country.
const NOWHERE: &str = "ZZ";

/// The countries of the first step.
pub(super) struct Countries {
    /// Those to choose from.
    pub(super) list: Vec<&'static CountryInfo>,
    /// Whether it matters which: to a delivery, to taxes, to the market.
    pub(super) matter: bool,
}

/// Those that the shop delivers to, as far as it sells there, and its own: where something can be fetched.
///
/// # Errors
/// The database's own.
pub(super) async fn served(visit: &Visit<'_>) -> Result<Countries, Fault> {
    let (app, cart) = (visit.app, &visit.cart);
    let (shop, markets) = (app.shop().await?, app.markets().await?);
    let codes = app.delivery().await?.served_countries();
    let mut countries: Vec<_> = codes.iter().filter_map(|code| find_country(code)).collect();
    if markets.is_divided() {
        let sold_to = markets.countries();
        countries.retain(|country| sold_to.contains(country));
    }
    countries.extend(find_country(&shop.country));
    let matter = cart.needs_delivery() || cart.tax_minor().is_some() || markets.is_divided();
    Ok(Countries { list: sorted(countries, &visit.frame), matter })
}

/// All of them, for bills.
pub(super) fn all(frame: &Frame) -> Vec<&'static CountryInfo> {
    sorted(COUNTRIES.iter().filter(|country| country.code != NOWHERE).collect(), frame)
}

/// By their names in the buyer's language, each once.
fn sorted(mut countries: Vec<&'static CountryInfo>, frame: &Frame) -> Vec<&'static CountryInfo> {
    countries.sort_by_cached_key(|country| folded(country.name_in(frame.tongue)));
    countries.dedup_by_key(|country| country.code);
    countries
}

/// A name as it is sorted: without its accents and its case.
fn folded(name: &str) -> String {
    let plain = |letter: char| match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        letter => letter,
    };
    name.chars().flat_map(char::to_lowercase).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wording::Tongue;

    #[test]
    fn names_are_sorted_as_people_look_for_them() {
        let mut names: Vec<&str> =
            ["FI", "EG", "AT", "AE"].map(|code| find_country(code).unwrap().name_in(Tongue::De)).to_vec();
        names.sort_by_cached_key(|name| folded(name));
        assert_eq!(names, ["Ägypten", "Finnland", "Österreich", "Vereinigte Arabische Emirate"]);
    }
}
