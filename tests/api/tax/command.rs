//! What staff may set of taxes; what is refused changes nothing.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::id::{CustomerId, MarketId, TaxClassId, TaxRateId, VariantId};
use entity::shop::TaxRoundingMode;
use entity::{customer, customer_tax_exemption, event, market_tax, tax_class, tax_rate, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tradepost::actor::{Actor, Origin};
use tradepost::pricing::engine::{TaxRounding, TaxRules, TaxSource};
use tradepost::tax::{
    self, Exemption, Fallback, NewTaxClass, NewTaxRate, NewTaxSettings, Place, TaxError, TaxProviderKind,
    TaxQuestion, TaxUnmatched, exemption_of,
};

use super::rate;
use crate::support::{ProductSpec, TestShop, at_once};

/// Everything that taxes are made of.
async fn everything(shop: &TestShop) -> String {
    let db = shop.app.db.fresh();
    let rows = (
        tax_class::Entity::find().order_by_asc(tax_class::Column::Id).all(db).await.unwrap(),
        tax_rate::Entity::find().order_by_asc(tax_rate::Column::Id).all(db).await.unwrap(),
        market_tax::Entity::find().all(db).await.unwrap(),
        customer::Entity::find().order_by_asc(customer::Column::Id).all(db).await.unwrap(),
        customer_tax_exemption::Entity::find().all(db).await.unwrap(),
        variant::Entity::find().order_by_asc(variant::Column::Id).all(db).await.unwrap(),
        event::Entity::find().all(db).await.unwrap().len(),
        shop.app.shop().await.unwrap(),
    );
    format!("{rows:#?}")
}

/// Runs commands that must be refused with a code each, and looks whether anything has changed.
macro_rules! refused {
    ($shop:expr, $($expected:literal: $command:expr),+ $(,)?) => {
        let before = everything(&$shop).await;
        $(
            let error: TaxError = $command.await.unwrap_err();
            assert_eq!(error.code().map(|code| code.as_str()), Some($expected), "{error}");
            $shop.app.forget_shop();
            assert_eq!(everything(&$shop).await, before, "{}", $expected);
        )+
    };
}

fn class(handle: &str) -> NewTaxClass {
    NewTaxClass { id: None, handle: handle.to_owned(), name: handle.to_owned(), provider_code: None }
}

async fn save_class(shop: &TestShop, handle: &str) -> TaxClassId {
    tax::save_tax_class(&shop.app, &Actor::System, &class(handle)).await.unwrap()
}

async fn save(shop: &TestShop, new: &NewTaxRate) -> TaxRateId {
    tax::save_tax_rate(&shop.app, &Actor::System, new).await.unwrap()
}

async fn customer_of(shop: &TestShop) -> CustomerId {
    let query = "mutation($input: CustomerCreateInput!) { customerCreate(input: $input) {
        customer { id } customerUserErrors { code } } }";
    let input = serde_json::json!({ "input": { "email": "ada@example.com", "password": "a long password" } });
    shop.ask(query, input).await;
    let row = customer::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap();
    row.id
}

/// The rules of the shop at a place, for who pays taxes.
async fn rules_at(shop: &TestShop, market: MarketId, country: &str, province: Option<&str>) -> TaxRules {
    let place = Place { province: province.map(str::to_owned), ..Place::country(country) };
    let question = TaxQuestion {
        market,
        included: true,
        place: Some(&place),
        exemption: &Exemption::None,
        now: shop.app.clock.now(),
    };
    shop.app.taxes().await.unwrap().rules(&question).unwrap()
}

fn rates_of(rules: &TaxRules) -> Vec<i64> {
    match &rules.source {
        TaxSource::Rates(rates) => {
            rates.iter().filter(|rate| rate.class.is_none()).map(|rate| rate.rate_e6).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rates_hold_from_the_next_look_on_also_on_other_nodes() {
    let shop = TestShop::open().await;
    let other = shop.second_node().await;
    let home = shop.app.markets().await.unwrap().primary().id;
    assert_eq!(rates_of(&rules_at(&shop, home, "DE", None).await), [0_i64; 0]);
    let id = save(&shop, &rate("DE", 190_000)).await;
    let row = tax_rate::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert_eq!((row.jurisdiction.as_str(), row.province.as_str(), row.postcode.as_str()), ("DE", "", ""));
    assert_eq!(rates_of(&rules_at(&shop, home, "DE", None).await), [190_000]);
    other.forget_shop();
    let place = Place::country("DE");
    let question = TaxQuestion {
        market: home,
        included: true,
        place: Some(&place),
        exemption: &Exemption::None,
        now: other.clock.now(),
    };
    assert_eq!(rates_of(&other.taxes().await.unwrap().rules(&question).unwrap()), [190_000]);
    save(&shop, &NewTaxRate { id: Some(id), ..rate("DE", 160_000) }).await;
    assert_eq!(rates_of(&rules_at(&shop, home, "DE", None).await), [160_000]);
    let postcode = Some(" sw1a *".to_owned());
    let patterned = save(&shop, &NewTaxRate { postcode, ..rate("GB", 200_000) }).await;
    let row = tax_rate::Entity::find_by_id(patterned).one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert_eq!(row.postcode, "SW1A*");
    tax::delete_tax_rate(&shop.app, &Actor::System, id).await.unwrap();
    assert_eq!(rates_of(&rules_at(&shop, home, "DE", None).await), [0_i64; 0]);
    // Rates are remembered: they cost no statement.
    let before = shop.app.db.statement_count();
    rules_at(&shop, home, "DE", None).await;
    assert_eq!(shop.app.db.statement_count(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn classes_and_rates_without_sense_are_refused() {
    let shop = TestShop::open().await;
    let food = save_class(&shop, "food").await;
    save_class(&shop, "books").await;
    let now = shop.app.clock.now();
    let day = TimeDelta::days(1);
    let new_york = NewTaxRate { province: Some("NY".to_owned()), ..rate("US", 40_000) };
    save(&shop, &rate("DE", 190_000)).await;
    save(&shop, &NewTaxRate { valid_from: Some(now), valid_to: Some(now + day), ..rate("FR", 200_000) })
        .await;
    save(&shop, &NewTaxRate { postcode: Some("10000..19999".to_owned()), ..new_york.clone() }).await;
    let app = &shop.app;
    let save_class = |new: NewTaxClass| async move { tax::save_tax_class(app, &Actor::System, &new).await };
    let save = |new: NewTaxRate| async move { tax::save_tax_rate(app, &Actor::System, &new).await };
    let with_postcode = |text: &str| NewTaxRate { postcode: Some(text.to_owned()), ..rate("DE", 1) };
    refused!(shop,
        "INVALID": save_class(class("")),
        "INVALID": save_class(class("Food")),
        "INVALID": save_class(NewTaxClass { name: " ".to_owned(), ..class("toys") }),
        "INVALID": save_class(NewTaxClass { name: "To\nys".to_owned(), ..class("toys") }),
        "INVALID": save_class(NewTaxClass { provider_code: Some("txcd 1".to_owned()), ..class("toys") }),
        "DUPLICATE": save_class(class("food")),
        "DUPLICATE": save_class(NewTaxClass { id: Some(food), ..class("books") }),
        "UNKNOWN_TAX_CLASS": save_class(NewTaxClass { id: Some(TaxClassId(99)), ..class("toys") }),
        "UNKNOWN_TAX_CLASS": tax::delete_tax_class(app, &Actor::System, TaxClassId(99)),
        "RATE_OUT_OF_RANGE": save(rate("SE", -1)),
        "RATE_OUT_OF_RANGE": save(rate("SE", 1_000_001)),
        "RATE_OUT_OF_RANGE": save(rate("SE", i64::MAX)),
        "UNKNOWN_COUNTRY": save(rate("XX", 1)),
        "UNKNOWN_COUNTRY": save(rate("de", 1)),
        "UNKNOWN_PROVINCE": save(NewTaxRate { province: Some("ZZ".to_owned()), ..rate("US", 1) }),
        "UNKNOWN_PROVINCE": save(NewTaxRate { province: Some(String::new()), ..rate("US", 1) }),
        "UNKNOWN_PROVINCE": save(NewTaxRate { province: Some("NY".to_owned()), ..rate("CA", 1) }),
        "INVALID_POSTCODE": save(with_postcode("")),
        "INVALID_POSTCODE": save(with_postcode("*")),
        "INVALID_POSTCODE": save(with_postcode("10115..")),
        "INVALID_POSTCODE": save(with_postcode("10115..999")),
        "INVALID_POSTCODE": save(with_postcode("10999..10115")),
        "INVALID_POSTCODE": save(with_postcode("1%")),
        "INVALID": save(NewTaxRate { title: String::new(), ..rate("SE", 1) }),
        "INVALID": save(NewTaxRate { title: "x".repeat(256), ..rate("SE", 1) }),
        "INVALID": save(NewTaxRate { title: "Mo\tms".to_owned(), ..rate("SE", 1) }),
        "INVALID": save(NewTaxRate { jurisdiction: Some(" ".to_owned()), ..rate("SE", 1) }),
        "INVALID": save(NewTaxRate { priority: -1, ..rate("SE", 1) }),
        "INVALID": save(NewTaxRate { priority: 101, ..rate("SE", 1) }),
        "WINDOW_BACKWARDS": save(NewTaxRate { valid_from: Some(now), valid_to: Some(now), ..rate("SE", 1) }),
        "UNKNOWN_TAX_CLASS": save(NewTaxRate { class: Some(TaxClassId(99)), ..rate("SE", 1) }),
        "UNKNOWN_TAX_RATE": save(NewTaxRate { id: Some(TaxRateId(99)), ..rate("SE", 1) }),
        "UNKNOWN_TAX_RATE": tax::delete_tax_rate(app, &Actor::System, TaxRateId(99)),
        "OVERLAPPING_WINDOWS": save(rate("DE", 190_000)),
        "OVERLAPPING_WINDOWS": save(NewTaxRate { valid_from: Some(now), ..rate("DE", 200_000) }),
        "OVERLAPPING_WINDOWS": save(rate("FR", 1)),
        "OVERLAPPING_WINDOWS": save(NewTaxRate { valid_to: Some(now + day), ..rate("FR", 1) }),
        "OVERLAPPING_WINDOWS": save(NewTaxRate { valid_from: Some(now + day / 2), ..rate("FR", 1) }),
        "OVERLAPPING_WINDOWS": save(NewTaxRate { postcode: Some("15000..25000".to_owned()), ..new_york.clone() }),
    );
    // What only touches does not overlap, nor does another place, class or priority.
    for good in [
        NewTaxRate { valid_to: Some(now), ..rate("FR", 196_000) },
        NewTaxRate { valid_from: Some(now + day), ..rate("FR", 210_000) },
        NewTaxRate { class: Some(food), ..rate("DE", 70_000) },
        NewTaxRate { priority: 1, ..rate("DE", 1) },
        NewTaxRate { postcode: Some("27498".to_owned()), ..rate("DE", 0) },
        NewTaxRate { postcode: Some("20000..29999".to_owned()), ..new_york.clone() },
        new_york,
    ] {
        save(good).await.unwrap();
    }
    let shopper = Actor::Shopper { token: None, origin: Origin::default() };
    assert!(matches!(tax::save_tax_rate(app, &shopper, &rate("SE", 1)).await, Err(TaxError::Forbidden)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variants_class_changes_its_product_and_keeps_the_class_alive() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("coffee"), ProductSpec::new("mug")]).await;
    let food = save_class(&shop, "food").await;
    let coffee = shop.first_variant("coffee").await;
    let app = &shop.app;
    let set = |variants: Vec<VariantId>, class: Option<TaxClassId>| async move {
        tax::set_tax_class(app, &Actor::System, &variants, class).await
    };
    refused!(shop,
        "UNKNOWN_TAX_CLASS": set(vec![coffee], Some(TaxClassId(99))),
        "UNKNOWN_VARIANT": set(vec![coffee, VariantId(9_999)], Some(food)),
        "TOO_MANY": set(vec![], Some(food)),
        "TOO_MANY": set((1..=5_001).map(VariantId).collect(), Some(food)),
    );
    set(vec![coffee, coffee], Some(food)).await.unwrap();
    assert_eq!(shop.variant_rows("coffee").await[0].tax_class_id, Some(food));
    assert_eq!(shop.variant_rows("mug").await[0].tax_class_id, None);
    let product = shop.product_row("coffee").await.id;
    let events = event::Entity::find()
        .filter(event::Column::Entity.eq("product"))
        .filter(event::Column::EntityId.eq(product.0))
        .filter(event::Column::Kind.eq("product.updated"));
    assert_eq!(events.all(app.db.fresh()).await.unwrap().len(), 1);
    refused!(shop, "CLASS_IN_USE": tax::delete_tax_class(app, &Actor::System, food));
    // An import says nothing about classes and leaves them.
    shop.have(&[ProductSpec::new("coffee").price("12.00")]).await;
    assert_eq!(shop.variant_rows("coffee").await[0].tax_class_id, Some(food));
    set(vec![coffee], None).await.unwrap();
    let reduced = save(&shop, &NewTaxRate { class: Some(food), ..rate("DE", 70_000) }).await;
    refused!(shop, "CLASS_IN_USE": tax::delete_tax_class(app, &Actor::System, food));
    tax::delete_tax_rate(app, &Actor::System, reduced).await.unwrap();
    tax::delete_tax_class(app, &Actor::System, food).await.unwrap();
    assert_eq!(tax_class::Entity::find().all(app.db.fresh()).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_are_kept_and_those_without_sense_refused() {
    let shop = TestShop::open().await;
    let home = shop.app.markets().await.unwrap().primary().id;
    let app = &shop.app;
    let save = |new: NewTaxSettings| async move { tax::save_tax_settings(app, &Actor::System, &new).await };
    let roundings = |markets: &[MarketId]| NewTaxSettings {
        market_roundings: markets.iter().map(|market| (*market, TaxRoundingMode::Order)).collect(),
        ..NewTaxSettings::default()
    };
    refused!(shop,
        "PROVIDER_OFF": save(NewTaxSettings { provider: TaxProviderKind::StripeTax, ..NewTaxSettings::default() }),
        "UNKNOWN_MARKET": save(roundings(&[home, MarketId(99)])),
        "DUPLICATE": save(roundings(&[home, home])),
        "TOO_MANY": save(roundings(&(1..=251).map(MarketId).collect::<Vec<_>>())),
    );
    let rounding = async || rules_at(&shop, home, "DE", None).await.rounding;
    assert_eq!(rounding().await, TaxRounding::Line);
    save(NewTaxSettings { rounding: TaxRoundingMode::Order, ..NewTaxSettings::default() }).await.unwrap();
    assert_eq!(rounding().await, TaxRounding::Order);
    save(roundings(&[home])).await.unwrap();
    assert_eq!(rounding().await, TaxRounding::Order);
    save(NewTaxSettings {
        fallback: Fallback::TableRates,
        unmatched: TaxUnmatched::Refuse,
        ..NewTaxSettings::default()
    })
    .await
    .unwrap();
    assert_eq!(rounding().await, TaxRounding::Line);
    let table = app.taxes().await.unwrap();
    assert_eq!((table.fallback(), table.provider()), (Fallback::TableRates, TaxProviderKind::None));
    // A place without a rate in a country that has some is a refusal now, and told to staff.
    let new_york = NewTaxRate { province: Some("NY".to_owned()), ..rate("US", 40_000) };
    tax::save_tax_rate(app, &Actor::System, &new_york).await.unwrap();
    let place = Place { province: Some("TX".to_owned()), ..Place::country("US") };
    let question = TaxQuestion {
        market: home,
        included: false,
        place: Some(&place),
        exemption: &Exemption::None,
        now: app.clock.now(),
    };
    let table = app.taxes().await.unwrap();
    assert_eq!(table.rules(&question).unwrap_err().to_string(), "no tax rate is set for the place US-TX");
    let holes = tax::holes(&table, app.clock.now());
    assert_eq!(
        (holes.len(), holes[0].country.as_str(), holes[0].provinces.as_slice()),
        (1, "US", ["NY".to_owned()].as_slice())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_freed_from_taxes_somewhere_or_everywhere() {
    let shop = TestShop::open().await;
    let ada = customer_of(&shop).await;
    let app = &shop.app;
    let place = |country: &str, province: Option<&str>| (country.to_owned(), province.map(str::to_owned));
    let set = |customer: CustomerId, exemption: Exemption| async move {
        tax::set_tax_exemption(app, &Actor::System, customer, &exemption).await
    };
    let somewhere = Exemption::In(BTreeSet::from([place("DE", None), place("US", Some("NY"))]));
    for exemption in [Exemption::None, somewhere.clone(), Exemption::Everywhere, somewhere] {
        set(ada, exemption.clone()).await.unwrap();
        let before = app.db.statement_count();
        assert_eq!(exemption_of(app.db.fresh(), ada).await.unwrap(), exemption);
        assert_eq!(app.db.statement_count() - before, 1);
    }
    let in_places = |places: &[(String, Option<String>)]| Exemption::In(places.iter().cloned().collect());
    let many: Vec<_> = (0..501).map(|index| place(&format!("X{index}"), None)).collect();
    refused!(shop,
        "UNKNOWN_CUSTOMER": set(CustomerId(99), Exemption::Everywhere),
        "UNKNOWN_COUNTRY": set(ada, in_places(&[place("FR", None), place("XX", None)])),
        "UNKNOWN_PROVINCE": set(ada, in_places(&[place("US", Some("ZZ"))])),
        "TOO_MANY": set(ada, in_places(&many)),
    );
    set(ada, Exemption::In(BTreeSet::new())).await.unwrap();
    assert_eq!(exemption_of(app.db.fresh(), ada).await.unwrap(), Exemption::None);
    assert_eq!(exemption_of(app.db.fresh(), CustomerId(99)).await.unwrap(), Exemption::None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_rates_saved_at_once_for_one_place_one_is_kept() {
    let shop = TestShop::open().await;
    let outcomes = at_once(8, |_| {
        let app = shop.app.clone();
        async move { tax::save_tax_rate(&app, &Actor::System, &rate("DE", 190_000)).await }
    })
    .await;
    let overlaps = |outcome: &&Result<_, TaxError>| {
        let code = outcome.as_ref().err().and_then(TaxError::code);
        code.is_some_and(|code| code.as_str() == "OVERLAPPING_WINDOWS")
    };
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(overlaps).count(), 7, "{outcomes:?}");
    // A class is not deleted under a rate that is being saved for it.
    let food = save_class(&shop, "food").await;
    let outcomes = at_once(8, |index| {
        let app = shop.app.clone();
        async move {
            match index % 2 {
                0 => tax::delete_tax_class(&app, &Actor::System, food).await.is_ok(),
                _ => {
                    let new = NewTaxRate { class: Some(food), ..rate("DE", 70_000) };
                    tax::save_tax_rate(&app, &Actor::System, &new).await.is_ok()
                }
            }
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|done| **done).count(), 1, "{outcomes:?}");
}
