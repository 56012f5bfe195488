//! The taxes of the sample shop.

use serde_json::Value;

/// The rates that a country has in the file, by class.
fn rates<'a>(taxes: &'a Value, country: &str) -> Vec<&'a Value> {
    let rates = taxes["rates"].as_array().unwrap();
    rates.iter().filter(|rate| rate["country"] == country && rate["postcode"].is_null()).collect()
}

#[test]
fn the_sample_shop_taxes_the_whole_european_union_at_the_rates_of_2026() {
    let taxes: Value = serde_json::from_str(include_str!("../../../demo/taxes.json")).unwrap();
    let delivery: Value = serde_json::from_str(include_str!("../../../demo/markets.json")).unwrap();
    let europe =
        delivery["markets"].as_array().unwrap().iter().find(|market| market["handle"] == "europe").unwrap();
    for country in europe["countries"].as_array().unwrap() {
        assert!(!rates(&taxes, country.as_str().unwrap()).is_empty(), "{country}");
    }
    // European Commission, "VAT rates", and the laws of the countries.
    for (country, expected) in
        [("DE", 190_000), ("FI", 255_000), ("HU", 270_000), ("LU", 170_000), ("SK", 230_000)]
    {
        let standard = rates(&taxes, country).into_iter().find(|rate| rate["class"].is_null()).unwrap();
        assert_eq!(standard["rateE6"], expected, "{country}");
    }
    let estonian: Vec<i64> =
        rates(&taxes, "EE").iter().map(|rate| rate["rateE6"].as_i64().unwrap()).collect();
    assert_eq!(estonian, [220_000, 240_000]);
}
