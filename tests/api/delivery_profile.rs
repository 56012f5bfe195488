//! Changing where and how the shop delivers: what is kept, and what is refused.

use std::collections::BTreeSet;
use std::time::Duration;

use entity::id::{AccessTokenId, CarrierServiceId, DeliveryProfileId, LocationId, ProductId, VariantId};
use entity::{
    carrier_service, delivery_group_location, delivery_location_group, delivery_method, delivery_method_rate,
    delivery_profile, delivery_profile_product, delivery_profile_variant, delivery_zone,
    delivery_zone_country, location, shop,
};
use sea_orm::EntityTrait;
use tradepost::actor::Actor;
use tradepost::config::Environment;
use tradepost::shipping::provider::Endpoint;
use tradepost::shipping::{
    Conditions, DeliveryError, DeliveryErrorCode, Locations, Markup, NewCarrierService, NewLocationGroup,
    NewMethod, NewMethodRate, NewPickup, NewProfile, NewRegion, NewZone, Tier, assign_products,
    assign_variants, delete_carrier_service, delete_profile, find_default_profile, load_settings,
    replace_carrier_key, save_carrier_service, save_pickup, save_profile,
};

use crate::support::market::currency;
use crate::support::{ProductSpec, TestShop};

/// Everything that is kept about deliveries, as a text.
async fn kept(shop: &TestShop) -> String {
    let db = shop.app.db.fresh();
    let mut text = String::new();
    macro_rules! keep {
        ($($table:ident),+) => {$(
            for row in $table::Entity::find().all(db).await.unwrap() {
                text += &format!("{row:?}\n");
            }
        )+};
    }
    keep!(
        shop,
        delivery_profile,
        delivery_profile_product,
        delivery_profile_variant,
        delivery_location_group,
        delivery_group_location,
        delivery_zone,
        delivery_zone_country,
        delivery_method,
        delivery_method_rate,
        carrier_service,
        location
    );
    text
}

fn flat(handle: &str, minor: i64) -> NewMethod {
    NewMethod::flat(handle, "Parcel", currency("EUR"), minor)
}

fn zone(regions: Vec<NewRegion>, methods: Vec<NewMethod>) -> NewZone {
    NewZone { name: "Zone".to_owned(), regions, methods }
}

fn profile(zones: Vec<NewZone>) -> NewProfile {
    let groups = vec![NewLocationGroup { locations: Locations::All, zones }];
    NewProfile { id: None, name: "Bulky".to_owned(), groups }
}

fn de(postcodes: &[&str]) -> NewRegion {
    NewRegion {
        postcodes: postcodes.iter().map(|text| (*text).to_owned()).collect(),
        ..NewRegion::country("DE")
    }
}

fn with_method(change: impl FnOnce(&mut NewMethod)) -> NewProfile {
    let mut method = flat("parcel", 490);
    change(&mut method);
    profile(vec![zone(vec![de(&[])], vec![method])])
}

fn from(locations: Locations) -> NewLocationGroup {
    NewLocationGroup { locations, zones: vec![zone(vec![de(&[])], vec![flat("parcel", 490)])] }
}

fn code_of<T: std::fmt::Debug>(outcome: Result<T, DeliveryError>) -> DeliveryErrorCode {
    let error = outcome.unwrap_err();
    error.code().unwrap_or_else(|| panic!("{error:?}"))
}

async fn carrier(shop: &TestShop, name: &str) -> CarrierServiceId {
    save_carrier_service(&shop.app, &Actor::System, &callback(name, "http://127.0.0.1:9/rates"))
        .await
        .unwrap()
        .id
}

fn callback(name: &str, url: &str) -> NewCarrierService {
    NewCarrierService {
        id: None,
        name: name.to_owned(),
        endpoint: Endpoint::Callback { url: url.to_owned() },
        timeout: None,
        fallback_minor: Some(900),
        active: true,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn profiles_that_make_no_sense_are_refused_and_nothing_is_kept() {
    use DeliveryErrorCode as Code;
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let before = kept(&shop).await;
    let zones = |regions: Vec<Vec<NewRegion>>| {
        profile(regions.into_iter().map(|regions| zone(regions, vec![flat("parcel", 490)])).collect())
    };
    let province = |country: &str, code: &str| NewRegion {
        province: Some(code.to_owned()),
        ..NewRegion::country(country)
    };
    let limits = |min_weight_grams, max_weight_grams, min_subtotal_minor, max_subtotal_minor| {
        let conditions =
            Conditions { min_weight_grams, max_weight_grams, min_subtotal_minor, max_subtotal_minor };
        with_method(|method| method.conditions = conditions)
    };
    let rate = |rate: NewMethodRate| with_method(|method| method.rate = rate);
    let tier = |rate_minor, conditions| NewMethodRate::Tiers(vec![Tier { conditions, rate_minor }]);
    let backwards =
        Conditions { min_weight_grams: Some(2), max_weight_grams: Some(1), ..Conditions::default() };
    let by_carrier = |service: i64, bp, minor, fallback_minor| {
        let (service, markup) = (CarrierServiceId(service), Markup { bp, minor });
        rate(NewMethodRate::Carrier { service, markup, fallback_minor })
    };
    let known = BTreeSet::from([location::Entity::find().all(shop.app.db.fresh()).await.unwrap()[0].id]);
    let groups = |groups: Vec<NewLocationGroup>| NewProfile { groups, ..profile(Vec::new()) };
    let named = |locations: &BTreeSet<LocationId>| from(Locations::Named(locations.clone()));
    let cases = [
        (NewProfile { name: " ".to_owned(), ..with_method(|_| ()) }, Code::Invalid, "name"),
        (NewProfile { name: "x".repeat(256), ..with_method(|_| ()) }, Code::Invalid, "name"),
        (NewProfile { name: "Par\tcels".to_owned(), ..with_method(|_| ()) }, Code::Invalid, "name"),
        (
            NewProfile { id: Some(DeliveryProfileId(99_999)), ..with_method(|_| ()) },
            Code::UnknownProfile,
            "profile",
        ),
        // Holes.
        (groups(Vec::new()), Code::EmptyGroup, "groups"),
        (groups(vec![named(&BTreeSet::new())]), Code::EmptyGroup, "groups.0.locations"),
        (profile(Vec::new()), Code::EmptyGroup, "groups.0.zones"),
        (profile(vec![zone(Vec::new(), vec![flat("a", 1)])]), Code::EmptyZone, "groups.0.zones.0.regions"),
        (profile(vec![zone(vec![de(&[])], Vec::new())]), Code::EmptyZone, "groups.0.zones.0.methods"),
        // Locations.
        (groups(vec![named(&BTreeSet::from([LocationId(99_999)]))]), Code::UnknownLocation, "groups"),
        (groups(vec![named(&known), named(&known)]), Code::LocationTaken, "groups.1.locations"),
        (groups(vec![from(Locations::All), named(&known)]), Code::LocationTaken, "groups.0.locations"),
        // Places.
        (
            zones(vec![vec![NewRegion::country("XX")]]),
            Code::UnknownCountry,
            "groups.0.zones.0.regions.0.country",
        ),
        (
            zones(vec![vec![NewRegion::country("de")]]),
            Code::UnknownCountry,
            "groups.0.zones.0.regions.0.country",
        ),
        (
            zones(vec![vec![province("US", "XX")]]),
            Code::UnknownProvince,
            "groups.0.zones.0.regions.0.province",
        ),
        (
            zones(vec![vec![province("IT", "rm")]]),
            Code::UnknownProvince,
            "groups.0.zones.0.regions.0.province",
        ),
        (
            zones(vec![vec![NewRegion { country: None, ..province("US", "NY") }]]),
            Code::Invalid,
            "groups.0.zones.0.regions.0",
        ),
        (zones(vec![vec![de(&["1*"]), de(&["2*"])]]), Code::ZoneOverlap, "groups.0.zones.0.regions.1"),
        (zones(vec![vec![de(&[])], vec![de(&[])]]), Code::ZoneOverlap, "groups.0.zones.1.regions.0"),
        (zones(vec![vec![de(&["1*"])], vec![de(&["1 *"])]]), Code::ZoneOverlap, "groups.0.zones.1.regions.0"),
        (
            zones(vec![vec![de(&["10000..19999"])], vec![de(&["19999..20000"])]]),
            Code::ZoneOverlap,
            "groups.0.zones.1.regions.0",
        ),
        (
            zones(vec![vec![NewRegion::default()], vec![NewRegion::default()]]),
            Code::ZoneOverlap,
            "groups.0.zones.1.regions.0",
        ),
        (
            zones(vec![vec![de(&["10115", "*"])]]),
            Code::InvalidPostcode,
            "groups.0.zones.0.regions.0.postcodes.1",
        ),
        (zones(vec![vec![de(&["9..1"])]]), Code::InvalidPostcode, "groups.0.zones.0.regions.0.postcodes.0"),
        // Methods.
        (
            with_method(|method| method.title = String::new()),
            Code::Invalid,
            "groups.0.zones.0.methods.0.title",
        ),
        (
            with_method(|method| method.handle = "A b".to_owned()),
            Code::Invalid,
            "groups.0.zones.0.methods.0.handle",
        ),
        (
            with_method(|method| method.description = "x".repeat(256)),
            Code::Invalid,
            "groups.0.zones.0.methods.0.description",
        ),
        (
            profile(vec![zone(vec![de(&[])], vec![flat("a", 1), flat("a", 2)])]),
            Code::Duplicate,
            "groups.0.zones.0.methods.1.handle",
        ),
        (rate(NewMethodRate::Flat(-1)), Code::OutOfRange, "groups.0.zones.0.methods.0.rate"),
        (rate(NewMethodRate::Flat(100_000_000_001)), Code::OutOfRange, "groups.0.zones.0.methods.0.rate"),
        (
            with_method(|method| method.free_from_minor = Some(-1)),
            Code::OutOfRange,
            "groups.0.zones.0.methods.0.freeFrom",
        ),
        (limits(Some(2), Some(1), None, None), Code::LimitsBackwards, "groups.0.zones.0.methods.0"),
        (limits(None, None, Some(2), Some(1)), Code::LimitsBackwards, "groups.0.zones.0.methods.0"),
        (limits(Some(-1), None, None, None), Code::OutOfRange, "groups.0.zones.0.methods.0.weight"),
        (limits(None, None, None, Some(-1)), Code::OutOfRange, "groups.0.zones.0.methods.0.subtotal"),
        (rate(NewMethodRate::Tiers(Vec::new())), Code::EmptyZone, "groups.0.zones.0.methods.0.rate"),
        (rate(tier(-1, Conditions::default())), Code::OutOfRange, "groups.0.zones.0.methods.0.rate.0"),
        (rate(tier(1, backwards)), Code::LimitsBackwards, "groups.0.zones.0.methods.0.rate.0"),
        (with_method(|method| method.currency = currency("JPY")), Code::CurrencyMismatch, "groups"),
        (by_carrier(99_999, 0, 0, None), Code::UnknownCarrier, "groups"),
        (by_carrier(1, 100_001, 0, None), Code::OutOfRange, "groups.0.zones.0.methods.0.rate"),
        (by_carrier(1, -10_001, 0, None), Code::OutOfRange, "groups.0.zones.0.methods.0.rate"),
        (by_carrier(1, 0, 0, Some(-1)), Code::OutOfRange, "groups.0.zones.0.methods.0.rate.fallback"),
    ];
    for (new, code, expected) in cases {
        match save_profile(&shop.app, &Actor::System, &new).await {
            Err(DeliveryError::Refused { code: refused, field, .. }) => {
                assert_eq!((refused, &*field), (code, expected), "{new:?}");
            }
            other => panic!("{new:?}: {other:?}"),
        }
    }
    let many = profile((0..101).map(|_| zone(vec![de(&[])], vec![flat("a", 1)])).collect());
    assert_eq!(code_of(save_profile(&shop.app, &Actor::System, &many).await), Code::TooMany);
    assert_eq!(kept(&shop).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_change_deliveries_does() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let before = kept(&shop).await;
    let other = Actor::Admin { token: AccessTokenId(1), scopes: vec!["write_products".to_owned()] };
    for actor in [Actor::stranger(), other] {
        let (app, product) = (&shop.app, shop.product_row("mug").await.id);
        let outcomes = [
            save_profile(app, &actor, &with_method(|_| ())).await.map(|_| ()),
            delete_profile(app, &actor, DeliveryProfileId(1)).await,
            assign_products(app, &actor, None, &[product]).await,
            assign_variants(app, &actor, None, &[]).await,
            save_carrier_service(app, &actor, &callback("A", "http://127.0.0.1/")).await.map(|_| ()),
            replace_carrier_key(app, &actor, CarrierServiceId(1)).await.map(|_| ()),
            delete_carrier_service(app, &actor, CarrierServiceId(1)).await,
            save_pickup(app, &actor, LocationId(1), None).await,
        ];
        for outcome in outcomes {
            assert!(matches!(outcome, Err(DeliveryError::Forbidden)), "{outcome:?}");
        }
    }
    assert_eq!(kept(&shop).await, before);
    let allowed = Actor::Admin { token: AccessTokenId(1), scopes: vec!["write_shipping".to_owned()] };
    save_profile(&shop.app, &allowed, &with_method(|_| ())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_replaced_in_place_and_the_default_one_stays() {
    let shop = TestShop::open().await;
    let version =
        async || shop::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap().delivery_version;
    let before = version().await;
    let first = save_profile(&shop.app, &Actor::System, &with_method(|_| ())).await.unwrap();
    assert_eq!(version().await, before + 1);
    let zones = vec![
        zone(vec![de(&["1*", "20095..22999"]), NewRegion::country("AT")], vec![flat("north", 100)]),
        zone(vec![NewRegion::default()], vec![flat("world", 200), flat("express", 900)]),
    ];
    let new = NewProfile { id: Some(first), name: " Renamed ".to_owned(), ..profile(zones) };
    assert_eq!(save_profile(&shop.app, &Actor::System, &new).await.unwrap(), first);
    let db = shop.app.db.fresh();
    let row = delivery_profile::Entity::find_by_id(first).one(db).await.unwrap().unwrap();
    assert_eq!((row.name.as_str(), row.is_default), ("Renamed", false));
    let zones = delivery_zone::Entity::find().all(db).await.unwrap();
    let own: Vec<_> = zones.iter().filter(|zone| zone.profile_id == first).collect();
    assert_eq!(own.len(), 2, "what it had before is gone");
    let places = delivery_zone_country::Entity::find().all(db).await.unwrap();
    let germany = places.iter().find(|place| place.zone_id == own[0].id && place.country == "DE").unwrap();
    assert_eq!(germany.postcodes, serde_json::json!(["1*", "20095..22999"]));

    let default = find_default_profile(db).await.unwrap().unwrap();
    let refused = delete_profile(&shop.app, &Actor::System, default.id).await;
    assert_eq!(code_of(refused), DeliveryErrorCode::DefaultProfile);
    delete_profile(&shop.app, &Actor::System, first).await.unwrap();
    let again = delete_profile(&shop.app, &Actor::System, first).await;
    assert_eq!(code_of(again), DeliveryErrorCode::UnknownProfile);
    assert_eq!(delivery_profile::Entity::find().all(db).await.unwrap(), [default]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn things_that_are_not_there_are_not_assigned() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let profile = save_profile(&shop.app, &Actor::System, &with_method(|_| ())).await.unwrap();
    let mug = shop.product_row("mug").await.id;
    let before = kept(&shop).await;
    let (app, unknown) = (&shop.app, Some(DeliveryProfileId(99_999)));
    let products = [mug, ProductId(99_999)];
    let codes = [
        code_of(assign_products(app, &Actor::System, Some(profile), &products).await),
        code_of(assign_products(app, &Actor::System, unknown, &[mug]).await),
        code_of(assign_products(app, &Actor::System, None, &[mug; 251]).await),
        code_of(assign_variants(app, &Actor::System, Some(profile), &[VariantId(99_999)]).await),
        code_of(assign_variants(app, &Actor::System, unknown, &[]).await),
    ];
    use DeliveryErrorCode as Code;
    let expected = [
        Code::UnknownProduct,
        Code::UnknownProfile,
        Code::TooMany,
        Code::UnknownVariant,
        Code::UnknownProfile,
    ];
    assert_eq!(codes, expected);
    assert_eq!(kept(&shop).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carrier_services_are_checked_and_not_deleted_while_they_are_needed() {
    use DeliveryErrorCode as Code;
    let shop = TestShop::open().await;
    let id = carrier(&shop, "Rates").await;
    let by_carrier = |service| {
        with_method(|method| {
            method.rate = NewMethodRate::Carrier { service, markup: Markup::default(), fallback_minor: None };
        })
    };
    let profile = save_profile(&shop.app, &Actor::System, &by_carrier(id)).await.unwrap();
    let before = kept(&shop).await;
    let good = callback("Other", "https://rates.example.com/");
    let wrong = [
        (NewCarrierService { name: String::new(), ..good.clone() }, Code::Invalid),
        (NewCarrierService { name: " Rates ".to_owned(), ..good.clone() }, Code::Duplicate),
        (NewCarrierService { id: Some(CarrierServiceId(99_999)), ..good.clone() }, Code::UnknownCarrier),
        (NewCarrierService { fallback_minor: Some(-1), ..good.clone() }, Code::OutOfRange),
        (
            NewCarrierService { timeout: Some(Duration::from_millis(10_001)), ..good.clone() },
            Code::OutOfRange,
        ),
        (NewCarrierService { timeout: Some(Duration::ZERO), ..good.clone() }, Code::OutOfRange),
        (callback("Other", "rates.example.com"), Code::InvalidCallbackUrl),
        (callback("Other", "ftp://rates.example.com/"), Code::InvalidCallbackUrl),
        (callback("Other", "https://me:secret@rates.example.com/"), Code::InvalidCallbackUrl),
        (callback("Other", "http://169.254.169.254/latest/meta-data"), Code::InvalidCallbackUrl),
        (callback("Other", &format!("https://example.com/{}", "x".repeat(2_048))), Code::InvalidCallbackUrl),
    ];
    for (new, code) in wrong {
        assert_eq!(code_of(save_carrier_service(&shop.app, &Actor::System, &new).await), code, "{new:?}");
    }
    let in_use = delete_carrier_service(&shop.app, &Actor::System, id).await;
    assert_eq!(code_of(in_use), Code::CarrierInUse);
    assert_eq!(kept(&shop).await, before);

    let key = |saved: tradepost::shipping::SavedCarrierService| saved.signing_key;
    let same = NewCarrierService { id: Some(id), ..callback("Renamed", "http://127.0.0.1:9/") };
    let first = key(save_carrier_service(&shop.app, &Actor::System, &same).await.unwrap());
    let second = key(replace_carrier_key(&shop.app, &Actor::System, id).await.unwrap());
    assert!(first != second && second.len() >= 27);
    assert_eq!(key(save_carrier_service(&shop.app, &Actor::System, &same).await.unwrap()), second);
    delete_profile(&shop.app, &Actor::System, profile).await.unwrap();
    delete_carrier_service(&shop.app, &Actor::System, id).await.unwrap();
    let gone = delete_carrier_service(&shop.app, &Actor::System, id).await;
    assert_eq!(code_of(gone), Code::UnknownCarrier);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_production_a_carrier_is_called_over_https_on_the_internet_only() {
    let shop = TestShop::open_with(|config| config.environment = Environment::Production).await;
    for url in [
        "http://rates.example.com/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/",
        "https://2130706433/",
        "https://rates.internal/",
    ] {
        let refused = save_carrier_service(&shop.app, &Actor::System, &callback("A", url)).await;
        assert_eq!(code_of(refused), DeliveryErrorCode::InvalidCallbackUrl, "{url}");
    }
    let fine = callback("A", "https://rates.example.com/quote?shop=1");
    save_carrier_service(&shop.app, &Actor::System, &fine).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pickup_is_offered_where_there_is_a_location() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let before = kept(&shop).await;
    let offer = NewPickup { ready: "Soon".to_owned(), instructions: "Ring".to_owned() };
    let unknown = save_pickup(&shop.app, &Actor::System, LocationId(99_999), Some(&offer)).await;
    assert_eq!(code_of(unknown), DeliveryErrorCode::UnknownLocation);
    let long = NewPickup { instructions: "x".repeat(256), ..offer.clone() };
    let id = location::Entity::find().all(shop.app.db.fresh()).await.unwrap()[0].id;
    let refused = save_pickup(&shop.app, &Actor::System, id, Some(&long)).await;
    assert_eq!(code_of(refused), DeliveryErrorCode::Invalid);
    assert_eq!(kept(&shop).await, before);
    save_pickup(&shop.app, &Actor::System, id, Some(&offer)).await.unwrap();
    let row = location::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert_eq!(
        (row.offers_pickup, row.pickup_time.as_str(), row.pickup_instructions.as_str()),
        (true, "Soon", "Ring")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_are_read_in_a_constant_number_of_statements_and_only_after_a_change() {
    let shop = TestShop::open().await;
    let reads = async || {
        let before = shop.app.db.statement_count();
        load_settings(shop.app.db.fresh()).await.unwrap();
        shop.app.db.statement_count() - before
    };
    let few = reads().await;
    let zones =
        (0..20).map(|place| zone(vec![de(&[&format!("{place}1*")])], vec![flat("a", 1), flat("b", 2)]));
    save_profile(&shop.app, &Actor::System, &profile(zones.collect())).await.unwrap();
    let many = reads().await;
    println!("delivery settings: {many} statements");
    assert_eq!(few, many);
    shop.app.delivery().await.unwrap();
    let before = shop.app.db.statement_count();
    shop.app.delivery().await.unwrap();
    assert_eq!(shop.app.db.statement_count(), before);
}
