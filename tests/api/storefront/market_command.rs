//! What staff may set of markets, price lists, prices, rules and rates; what is refused changes nothing.

use entity::market::MarketStatus;
use entity::{event, fx_rate, market, market_locale, market_region, price, price_list, quantity_rule};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tradepost::actor::Actor;
use tradepost::market::{
    self as commands, MAX_ADJUST_BP, MarketError, NewMarket, NewPriceList, NewQuantityRule, NewRate, Region,
    find_country, find_language,
};
use tradepost::money::Money;
use tradepost::pricing::{FixedPrice, save_fixed_prices};

use super::market::{assert_price, shop_with_mug};
use crate::support::market::{currency, market, price_list};
use crate::support::{TestShop, at_once};

/// Everything that markets are made of.
async fn everything(shop: &TestShop) -> String {
    let db = shop.app.db.fresh();
    let rows = (
        market::Entity::find().order_by_asc(market::Column::Id).all(db).await.unwrap(),
        market_region::Entity::find().order_by_asc(market_region::Column::Country).all(db).await.unwrap(),
        market_locale::Entity::find().all(db).await.unwrap(),
        price_list::Entity::find().order_by_asc(price_list::Column::Id).all(db).await.unwrap(),
        price::Entity::find().order_by_asc(price::Column::VariantId).all(db).await.unwrap(),
        quantity_rule::Entity::find().all(db).await.unwrap(),
        fx_rate::Entity::find().order_by_asc(fx_rate::Column::ToCurrency).all(db).await.unwrap(),
        event::Entity::find().all(db).await.unwrap().len(),
        shop.app.shop().await.unwrap().market_version,
    );
    format!("{rows:#?}")
}

/// Runs commands that must be refused with a code each, and looks whether anything has changed.
macro_rules! refused {
    ($shop:expr, $($expected:literal: $command:expr),+ $(,)?) => {
        let before = everything(&$shop).await;
        $(
            let error: MarketError = $command.await.unwrap_err();
            assert_eq!(error.code().map(|code| code.as_str()), Some($expected), "{error}");
            $shop.app.forget_shop();
            assert_eq!(everything(&$shop).await, before, "{}", $expected);
        )+
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markets_without_sense_are_refused() {
    let (shop, _) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    shop.list_prices(&price_list(us, "USD")).await;
    let us_again = market("us", "USD", &["US"]);
    let eu = market("eu", "EUR", &["FR"]);
    let draft = NewMarket { status: MarketStatus::Draft, ..eu.clone() };
    let quebec = |province: &str| {
        let region = Region { country: find_country("CA").unwrap(), province: Some(province.to_owned()) };
        NewMarket { regions: vec![region], ..market("quebec", "EUR", &[]) }
    };
    shop.sell_in(&market("ca", "EUR", &["CA"])).await;
    let french = find_language("FR").unwrap();
    let save = |new: NewMarket| {
        let app = shop.app.clone();
        async move { commands::save_market(&app, &Actor::System, &new).await }
    };
    refused!(shop,
        "INVALID": save(NewMarket { handle: "E U".to_owned(), ..eu.clone() }),
        "INVALID": save(NewMarket { handle: String::new(), ..eu.clone() }),
        "INVALID": save(NewMarket { name: "x".repeat(256), ..eu.clone() }),
        "INVALID": save(NewMarket { name: "E\nU".to_owned(), ..eu.clone() }),
        "PERCENTAGE_OUT_OF_RANGE": save(NewMarket { adjust_bp: -10_001, ..eu.clone() }),
        "PERCENTAGE_OUT_OF_RANGE": save(NewMarket { adjust_bp: MAX_ADJUST_BP + 1, ..eu.clone() }),
        "NO_REGION": save(market("nowhere", "EUR", &[])),
        "DUPLICATE": save(market("eu", "EUR", &["FR", "FR"])),
        "DUPLICATE": save(NewMarket { languages: vec![french, french], ..eu.clone() }),
        "REGION_TAKEN": save(market("eu", "EUR", &["FR", "US"])),
        "REGION_TAKEN": save(market("eu", "EUR", &["FR", "DE"])),
        "REGION_TAKEN": save(quebec("QC")),
        "UNKNOWN_PROVINCE": save(quebec("XX")),
        "NO_RATE": save(market("eu", "SEK", &["SE"])),
        "CURRENCY_MISMATCH": save(NewMarket { currency: currency("EUR"), ..us_again }),
        "PRIMARY_MARKET": save(NewMarket { status: MarketStatus::Draft, ..market("de", "EUR", &["DE"]) }),
        "UNKNOWN_MARKET": commands::delete_market(&shop.app, &Actor::System, entity::id::MarketId(99)),
        "PRIMARY_MARKET": commands::delete_market(
            &shop.app, &Actor::System, shop.app.markets().await.unwrap().primary().id
        ),
    );
    // A draft may lie where another market is, and takes no part.
    shop.sell_in(&NewMarket { regions: vec![Region::whole(find_country("US").unwrap())], ..draft }).await;
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    let shopper = Actor::Shopper { token: None, origin: tradepost::actor::Origin::default() };
    let forbidden = commands::save_market(&shop.app, &shopper, &eu).await;
    assert!(matches!(forbidden, Err(MarketError::Forbidden)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_prices_rules_and_rates_without_sense_are_refused() {
    let (shop, _) = shop_with_mug().await;
    let (us, jp) = shop.sell_abroad().await;
    let good = price_list(us, "USD");
    let list = shop.list_prices(&good).await;
    let now = shop.app.clock.now();
    let mug = shop.first_variant("mug").await;
    let save = |new: NewPriceList| {
        let app = shop.app.clone();
        async move { commands::save_price_list(&app, &Actor::System, &new).await }
    };
    let fix = |list: i64, prices: Vec<FixedPrice>| {
        let app = shop.app.clone();
        let list = entity::id::PriceListId(list);
        async move { save_fixed_prices(&app, &Actor::System, list, &prices).await }
    };
    let rule = |minimum, maximum, increment| {
        let app = shop.app.clone();
        let rule = NewQuantityRule { variant_id: mug, minimum, maximum, increment };
        async move { commands::save_quantity_rules(&app, &Actor::System, list, &[rule]).await }
    };
    let rate = |code: &str, rate_e9| {
        let app = shop.app.clone();
        let new = NewRate { from: currency("EUR"), to: currency(code), rate_e9, effective_at: None };
        async move { commands::save_rate(&app, &Actor::System, new).await }
    };
    let dollars = |minor| FixedPrice::of(mug, Money::new(minor, currency("USD")));
    let unknown = FixedPrice { variant_id: entity::id::VariantId(9_999), ..dollars(100) };
    let rates = fx_rate::Entity::find().filter(fx_rate::Column::ToCurrency.eq("USD"));
    let since = rates.one(shop.app.db.fresh()).await.unwrap().unwrap().effective_at;
    refused!(shop,
        "INVALID": save(NewPriceList { name: " ".to_owned(), ..good.clone() }),
        "INVALID": save(NewPriceList { name: "Sa\tle".to_owned(), ..good.clone() }),
        "PERCENTAGE_OUT_OF_RANGE": save(NewPriceList { adjust_bp: Some(-10_001), ..good.clone() }),
        "WINDOW_BACKWARDS": save(NewPriceList { starts_at: Some(now), ends_at: Some(now), ..good.clone() }),
        "CURRENCY_MISMATCH": save(price_list(us, "EUR")),
        "CURRENCY_MISMATCH": save(NewPriceList { id: Some(list), ..price_list(jp, "JPY") }),
        "UNKNOWN_MARKET": save(price_list(entity::id::MarketId(99), "USD")),
        "UNKNOWN_PRICE_LIST": save(NewPriceList { id: Some(entity::id::PriceListId(99)), ..good.clone() }),
        "UNKNOWN_PRICE_LIST": save(NewPriceList { id: Some(entity::id::PriceListId(0)), ..good.clone() }),
        "UNKNOWN_PRICE_LIST": commands::delete_price_list(&shop.app, &Actor::System, entity::id::PriceListId(0)),
        "UNKNOWN_PRICE_LIST": fix(0, vec![dollars(100)]),
        "CURRENCY_MISMATCH": fix(list.0, vec![dollars(100), FixedPrice::of(mug, Money::new(1, currency("EUR")))
            ].into_iter().zip(1..).map(|(price, min_quantity)| FixedPrice { min_quantity, ..price }).collect()),
        "UNKNOWN_VARIANT": fix(list.0, vec![dollars(100), unknown]),
        "DUPLICATE": fix(list.0, vec![dollars(100), dollars(200)]),
        "OUT_OF_RANGE": fix(list.0, vec![dollars(-1)]),
        "OUT_OF_RANGE": fix(list.0, vec![dollars(i64::MAX)]),
        "OUT_OF_RANGE": fix(list.0, vec![FixedPrice { min_quantity: 0, ..dollars(100) }]),
        "WINDOW_BACKWARDS": fix(list.0, vec![FixedPrice { valid_from: Some(now), valid_to: Some(now), ..dollars(1) }]),
        "TOO_MANY": fix(list.0, Vec::new()),
        "OUT_OF_RANGE": rule(0, None, 1),
        "OUT_OF_RANGE": rule(1, None, 0),
        "OUT_OF_RANGE": rule(4, None, 3),
        "OUT_OF_RANGE": rule(4, Some(2), 2),
        "OUT_OF_RANGE": rate("USD", 0),
        "OUT_OF_RANGE": rate("USD", -5),
        "OUT_OF_RANGE": rate("USD", i64::MAX),
        "INVALID": rate("EUR", 1_000_000_000),
        "UNKNOWN_RATE": commands::delete_rate(&shop.app, &Actor::System, currency("EUR"), currency("SEK"), now),
        "RATE_IN_USE": commands::delete_rate(&shop.app, &Actor::System, currency("EUR"), currency("USD"), since),
    );
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_markets_saved_at_once_one_gets_the_country() {
    let shop = TestShop::open().await;
    let outcomes = at_once(8, |index| {
        let (app, new) = (shop.app.clone(), market(&format!("market-{index}"), "EUR", &["FR", "ES"]));
        async move { commands::save_market(&app, &Actor::System, &new).await }
    })
    .await;
    let taken = |outcome: &&Result<_, MarketError>| {
        outcome.as_ref().err().and_then(MarketError::code).is_some_and(|code| code.as_str() == "REGION_TAKEN")
    };
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(taken).count(), 7, "{outcomes:?}");
    let rows = market_region::Entity::find().filter(market_region::Column::Country.eq("FR"));
    assert_eq!(rows.all(shop.app.db.fresh()).await.unwrap().len(), 1);
}
