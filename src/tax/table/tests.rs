use chrono::TimeDelta;

use super::*;
use crate::tax::Exemption;

const FOOD: TaxClassId = TaxClassId(1);
const MARKET: MarketId = MarketId(1);
const OTHER_MARKET: MarketId = MarketId(2);

fn shop() -> shop::Model {
    shop::Model {
        id: 1,
        name: String::new(),
        description: String::new(),
        slogan: String::new(),
        currency: "EUR".to_owned(),
        country: "DE".to_owned(),
        language: "EN".to_owned(),
        email: String::new(),
        taxes_included: true,
        order_prefix: "#".to_owned(),
        is_demo: false,
        market_version: 0,
        discount_version: 0,
        tax_version: 0,
        delivery_version: 0,
        time_zone: "UTC".to_owned(),
        tax_rounding: TaxRoundingMode::Line,
        tax_provider: TaxProviderKind::None,
        tax_fallback: Fallback::Refuse,
        tax_unmatched: TaxUnmatched::Untaxed,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

/// A standard rate of priority 0 in a place such as `US-NY 100*`, always valid.
fn rate(id: i64, place: &str, rate_e6: i64) -> tax_rate::Model {
    let (place, postcode) = place.split_once(' ').unwrap_or((place, ""));
    let (country, province) = place.split_once('-').unwrap_or((place, ""));
    tax_rate::Model {
        id: TaxRateId(id),
        country: country.to_owned(),
        province: province.to_owned(),
        postcode: postcode.to_owned(),
        tax_class_id: None,
        title: "Tax".to_owned(),
        jurisdiction: place.to_owned(),
        rate_e6,
        compound: false,
        on_shipping: true,
        priority: 0,
        valid_from: None,
        valid_to: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn food(row: tax_rate::Model) -> tax_rate::Model {
    tax_rate::Model { tax_class_id: Some(FOOD), ..row }
}

fn at(priority: i32, row: tax_rate::Model) -> tax_rate::Model {
    tax_rate::Model { priority, ..row }
}

fn table_with(shop: &shop::Model, rates: Vec<tax_rate::Model>) -> Table {
    let class = tax_class::Model {
        id: FOOD,
        handle: "food".to_owned(),
        name: "Food".to_owned(),
        provider_code: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    };
    let rounding = market_tax::Model { market_id: OTHER_MARKET, rounding: TaxRoundingMode::Order };
    table_of(shop, vec![rounding], vec![class], rates).unwrap()
}

fn table(rates: Vec<tax_rate::Model>) -> Table {
    table_with(&shop(), rates)
}

/// A place such as `US-NY 10001`.
fn place(text: &str) -> Place {
    let (place, postcode) = text.split_once(' ').unwrap_or((text, ""));
    let (country, province) = place.split_once('-').unwrap_or((place, ""));
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Place { country: country.to_owned(), province: given(province), postcode: given(postcode) }
}

fn ask(table: &Table, at: &str, exemption: &Exemption) -> Result<TaxRules, TaxHole> {
    let place = place(at);
    table.rules(&TaxQuestion {
        market: MARKET,
        included: true,
        place: Some(&place),
        exemption,
        now: DateTime::UNIX_EPOCH,
    })
}

/// The keys of the rates for goods of a class at a place; none where they are not known.
fn rates_at(table: &Table, at: &str, class: Option<TaxClassId>) -> Option<Vec<i64>> {
    match ask(table, at, &Exemption::None).unwrap().source {
        TaxSource::Rates(rates) => {
            Some(rates.iter().filter(|rate| rate.class == class).map(|rate| rate.id.0).collect())
        }
        TaxSource::Unknown | TaxSource::Answered { .. } => None,
    }
}

#[test]
fn the_most_specific_rate_of_a_priority_holds_and_priorities_add_up() {
    let table = table(vec![
        rate(1, "US-NY", 40_000),
        at(1, rate(2, "US-NY 100*", 45_000)),
        at(1, rate(3, "US-NY 10001..10009", 50_000)),
        at(1, rate(4, "US-NY 10003", 60_000)),
        rate(5, "CA", 50_000),
        rate(6, "CA-ON", 130_000),
        tax_rate::Model { compound: true, ..at(1, rate(7, "CA-QC", 95_000)) },
        at(2, rate(8, "CA-QC", 1_000)),
        rate(9, "ES", 210_000),
        rate(10, "ES 35*", 0),
    ]);
    for (place, expected) in [
        ("US-NY 12207", Some(vec![1])),
        ("US-NY 10025", Some(vec![1, 2])),
        ("US-NY 10001-1234", Some(vec![1, 3])),
        ("US-NY 10003-5001", Some(vec![1, 4])),
        ("US-CA 90001", Some(vec![])),
        ("US", None),
        ("CA-ON M5V 2T6", Some(vec![6])),
        ("CA-AB T2P 1J9", Some(vec![5])),
        ("CA-QC H2X 1Y4", Some(vec![5, 8, 7])),
        ("CA", Some(vec![5])),
        ("ES 28001", Some(vec![9])),
        ("ES 35001", Some(vec![10])),
        ("ES", Some(vec![9])),
        ("FR 75001", Some(vec![])),
    ] {
        assert_eq!(rates_at(&table, place, None), expected, "{place}");
    }
}

#[test]
fn goods_of_a_class_fall_back_to_the_standard_of_each_priority() {
    let table = table(vec![
        rate(1, "DE", 190_000),
        food(rate(2, "DE", 70_000)),
        rate(3, "DK", 250_000),
        rate(4, "CA", 50_000),
        at(1, rate(5, "CA-QC", 99_750)),
        food(at(1, rate(6, "CA-QC", 0))),
        rate(7, "ES", 210_000),
        rate(8, "ES 35*", 0),
        food(rate(9, "ES", 100_000)),
    ]);
    for (place, standard, reduced) in [
        ("DE 10115", vec![1], vec![2]),
        ("DK 1050", vec![3], vec![3]),
        ("CA-QC H2X 1Y4", vec![4, 5], vec![4, 6]),
        ("ES 35001", vec![8], vec![9]),
    ] {
        assert_eq!(rates_at(&table, place, None), Some(standard), "{place}");
        assert_eq!(rates_at(&table, place, Some(FOOD)), Some(reduced), "{place}");
    }
}

#[test]
fn rates_hold_from_their_beginning_to_before_their_end() {
    let change = DateTime::UNIX_EPOCH + TimeDelta::days(1);
    let table = table(vec![
        tax_rate::Model { valid_to: Some(change), ..rate(1, "EE", 220_000) },
        tax_rate::Model { valid_from: Some(change), ..rate(2, "EE", 240_000) },
    ]);
    let tallinn = place("EE 10111");
    let rate_at = |now: DateTime<Utc>| {
        let question = TaxQuestion {
            market: MARKET,
            included: true,
            place: Some(&tallinn),
            exemption: &Exemption::None,
            now,
        };
        match table.rules(&question).unwrap().source {
            TaxSource::Rates(rates) => {
                let standard = rates.iter().filter(|rate| rate.class.is_none());
                standard.map(|rate| rate.id.0).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(rate_at(DateTime::UNIX_EPOCH), [1]);
    assert_eq!(rate_at(change - TimeDelta::milliseconds(1)), [1]);
    assert_eq!(rate_at(change), [2]);
}

#[test]
fn who_is_exempt_pays_what_others_take() {
    let table = table(vec![rate(1, "CA", 50_000), at(1, rate(2, "CA-BC", 70_000)), rate(3, "DE", 190_000)]);
    let of = |exemption: &Exemption, at: &str| {
        let rules = ask(&table, at, exemption).unwrap();
        match rules.source {
            TaxSource::Rates(rates) => (rules.exempt, rates.iter().map(|rate| rate.rate_e6).max()),
            other => panic!("{other:?}"),
        }
    };
    let in_place = |country: &str, province: Option<&str>| {
        Exemption::In(BTreeSet::from([(country.to_owned(), province.map(str::to_owned))]))
    };
    assert_eq!(of(&Exemption::None, "CA-BC V6B 1A1"), (false, Some(70_000)));
    assert_eq!(of(&in_place("CA", Some("BC")), "CA-BC V6B 1A1"), (false, Some(50_000)));
    assert_eq!(of(&in_place("CA", None), "CA-BC V6B 1A1"), (true, None));
    assert_eq!(of(&in_place("CA", None), "DE 10115"), (false, Some(190_000)));
    assert_eq!(of(&Exemption::Everywhere, "DE 10115"), (true, None));
    // A provider is not asked to leave out one tax of two.
    let asking = shop::Model { tax_provider: TaxProviderKind::StripeTax, ..shop() };
    let table = table_with(&asking, vec![rate(1, "CA", 50_000), at(1, rate(2, "CA-BC", 70_000))]);
    assert!(ask(&table, "CA-BC V6B 1A1", &in_place("CA", Some("BC"))).unwrap().exempt);
}

#[test]
fn holes_are_told_and_refused_where_the_shop_says_so() {
    let rates = || {
        vec![
            rate(1, "US-NY", 40_000),
            rate(2, "US-CA", 72_500),
            rate(3, "DE", 190_000),
            rate(4, "FR 75*", 200_000),
            tax_rate::Model { valid_to: Some(DateTime::UNIX_EPOCH), ..rate(5, "PL-X", 1) },
        ]
    };
    let holes = crate::tax::holes(&table(rates()), DateTime::UNIX_EPOCH);
    let told: Vec<(&str, Vec<&str>)> = holes
        .iter()
        .map(|hole| (hole.country.as_str(), hole.provinces.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(told, [("FR", vec![]), ("US", vec!["CA", "NY"])]);
    let strict = shop::Model { tax_unmatched: TaxUnmatched::Refuse, ..shop() };
    let strict = table_with(&strict, rates());
    let hole = ask(&strict, "US-TX 73301", &Exemption::None).unwrap_err();
    assert_eq!((hole.country.as_str(), hole.province.as_deref()), ("US", Some("TX")));
    assert_eq!(hole.to_string(), "no tax rate is set for the place US-TX");
    assert!(ask(&strict, "FR 69001", &Exemption::None).is_err());
    assert_eq!(rates_at(&strict, "US", None), None, "the state is not known yet");
    assert_eq!(rates_at(&strict, "PL 00-001", None), Some(vec![]), "no rate holds any more");
    assert_eq!(rates_at(&strict, "SE 111 20", None), Some(vec![]), "nothing is collected there");
}

#[test]
fn where_a_provider_is_asked_a_place_without_rates_is_unknown_and_not_untaxed() {
    let asking = shop::Model {
        tax_provider: TaxProviderKind::StripeTax,
        tax_unmatched: TaxUnmatched::Refuse,
        ..shop()
    };
    let table = table_with(&asking, vec![rate(1, "US-NY", 40_000)]);
    assert_eq!(rates_at(&table, "US-NY 10001", None), Some(vec![1]));
    assert_eq!(rates_at(&table, "US-TX 73301", None), None);
    assert_eq!(rates_at(&table, "DE 10115", None), None);
}

#[test]
fn a_market_may_round_otherwise_than_the_shop() {
    let table = table(vec![rate(1, "JP", 100_000)]);
    let rounding = |market: MarketId| {
        let question = TaxQuestion {
            market,
            included: false,
            place: None,
            exemption: &Exemption::None,
            now: DateTime::UNIX_EPOCH,
        };
        let rules = table.rules(&question).unwrap();
        assert_eq!((rules.included, rules.source), (false, TaxSource::Unknown));
        rules.rounding
    };
    assert_eq!((rounding(MARKET), rounding(OTHER_MARKET)), (TaxRounding::Line, TaxRounding::Order));
}
