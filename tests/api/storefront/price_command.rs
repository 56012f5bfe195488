//! What staff may set of prices and segments; what is refused changes nothing, and each change is in the history.

use chrono::{NaiveDateTime, TimeDelta};
use entity::id::{CustomerId, SegmentId, VariantId};
use entity::price_history::PriceReason;
use entity::{event, price, price_history, price_list_history, segment, segment_member};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use tradepost::actor::Actor;
use tradepost::customer::{self, SegmentError};
use tradepost::market::{MarketError, NewPriceList, save_price_list};
use tradepost::money::Money;
use tradepost::pricing::{
    FixedPrice, ScheduledKey, ScheduledPrice, cancel_prices, delete_fixed_prices, save_base_prices,
    save_fixed_prices, schedule_prices,
};
use tradepost::store::{self, BASE_PRICE_LIST, TimeZoneError};

use super::price::{eve, scheduled, segment_of, shop_on_the_eve, signed_in};
use crate::support::market::{currency, price_list};
use crate::support::{ProductSpec, TestShop, at_once};

/// All prices and their history, segments and events.
async fn everything(shop: &TestShop) -> String {
    let db = shop.app.db.fresh();
    let rows = (
        price::Entity::find()
            .order_by_asc(price::Column::VariantId)
            .order_by_asc(price::Column::ValidFrom)
            .all(db)
            .await
            .unwrap(),
        price_history::Entity::find().all(db).await.unwrap(),
        price_list_history::Entity::find().all(db).await.unwrap(),
        segment::Entity::find().order_by_asc(segment::Column::Id).all(db).await.unwrap(),
        segment_member::Entity::find().all(db).await.unwrap(),
        event::Entity::find().count(db).await.unwrap(),
        shop.app.shop().await.unwrap(),
    );
    format!("{rows:#?}")
}

/// Runs commands that must be refused with a code each, and looks whether anything has changed.
macro_rules! refused {
    ($shop:expr, $error:ty, $($expected:literal: $command:expr),+ $(,)?) => {
        let before = everything(&$shop).await;
        $(
            let error: $error = $command.await.unwrap_err();
            assert_eq!(error.code().map(|code| code.as_str()), Some($expected), "{error}");
            $shop.app.forget_shop();
            assert_eq!(everything(&$shop).await, before, "{}", $expected);
        )+
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_without_sense_and_windows_that_overlap_are_refused() {
    let shop = shop_on_the_eve().await;
    let (us, _) = shop.sell_abroad().await;
    let list = shop.list_prices(&price_list(us, "USD")).await;
    let sale = scheduled(&shop, "mug", 800, "2027-11-26T00:00:00", Some("2027-11-30T00:00:00")).await;
    schedule_prices(&shop.app, &Actor::System, BASE_PRICE_LIST, &[sale]).await.unwrap();
    let time = |text: &str| text.parse::<NaiveDateTime>().unwrap();
    let plan_on = |list, prices: Vec<ScheduledPrice>| {
        let app = shop.app.clone();
        async move { schedule_prices(&app, &Actor::System, list, &prices).await }
    };
    let plan = |price| plan_on(BASE_PRICE_LIST, vec![price]);
    let base = |price: FixedPrice| {
        let app = shop.app.clone();
        async move { save_base_prices(&app, &Actor::System, &[price]).await }
    };
    let dollars = Money::new(100, currency("USD"));
    let inside = ScheduledPrice { from: time("2027-11-27T00:00:00"), to: None, ..sale };
    let early = ScheduledPrice { from: time("2027-11-20T00:00:00"), ..sale };
    let touching = ScheduledPrice { from: sale.to.unwrap(), to: Some(time("2027-12-01T00:00:00")), ..sale };
    let tea = ScheduledPrice { variant_id: shop.first_variant("tea").await, ..sale };
    refused!(shop, MarketError,
        "OVERLAPPING_WINDOWS": plan(early),
        "OVERLAPPING_WINDOWS": plan(inside),
        "OVERLAPPING_WINDOWS": plan(ScheduledPrice { to: Some(time("2027-11-28T00:00:00")), ..inside }),
        "OVERLAPPING_WINDOWS": plan_on(BASE_PRICE_LIST, vec![touching, ScheduledPrice { from: time("2027-11-30T12:00:00"), ..touching }]),
        "OVERLAPPING_WINDOWS": plan_on(BASE_PRICE_LIST, vec![tea, touching, early]),
        "DUPLICATE": plan_on(BASE_PRICE_LIST, vec![tea, tea]),
        "WINDOW_BACKWARDS": plan(ScheduledPrice { to: Some(sale.from), ..sale }),
        "WINDOW_BACKWARDS": plan(ScheduledPrice { to: Some(time("2027-01-01T00:00:00")), ..sale }),
        "OUT_OF_RANGE": plan(ScheduledPrice { amount: Money::new(-1, currency("EUR")), ..tea }),
        "OUT_OF_RANGE": plan(ScheduledPrice { amount: Money::new(i64::MAX, currency("EUR")), ..tea }),
        "OUT_OF_RANGE": plan(ScheduledPrice { compare_at: Some(Money::new(-1, currency("EUR"))), ..tea }),
        "OUT_OF_RANGE": plan(ScheduledPrice { min_quantity: 0, ..tea }),
        "OUT_OF_RANGE": plan(ScheduledPrice { from: time("1969-12-31T00:00:00"), ..tea }),
        "OUT_OF_RANGE": plan(ScheduledPrice { to: Some(time("+12000-01-01T00:00:00")), ..tea }),
        "CURRENCY_MISMATCH": plan(ScheduledPrice { amount: dollars, ..tea }),
        "CURRENCY_MISMATCH": plan(ScheduledPrice { compare_at: Some(dollars), ..tea }),
        "CURRENCY_MISMATCH": plan_on(list, vec![tea]),
        "CURRENCY_MISMATCH": base(FixedPrice::of(tea.variant_id, dollars)),
        "UNKNOWN_VARIANT": plan_on(BASE_PRICE_LIST, vec![tea, ScheduledPrice { variant_id: VariantId(9_999), ..sale }]),
        "UNKNOWN_PRICE_LIST": plan_on(entity::id::PriceListId(99), vec![tea]),
        "TOO_MANY": plan_on(BASE_PRICE_LIST, Vec::new()),
        "OUT_OF_RANGE": base(FixedPrice::of(tea.variant_id, Money::new(-5, currency("EUR")))),
    );
    let shopper = schedule_prices(&shop.app, &Actor::stranger(), BASE_PRICE_LIST, &[tea]).await;
    assert!(matches!(shopper, Err(MarketError::Forbidden)));
    // What only touches, and other quantities, may stand beside it.
    let dozen = ScheduledPrice { min_quantity: 12, ..early };
    schedule_prices(&shop.app, &Actor::System, BASE_PRICE_LIST, &[touching, dozen]).await.unwrap();
    // The same beginning takes the place of what was there.
    let longer = ScheduledPrice { amount: Money::new(700, currency("EUR")), ..sale };
    schedule_prices(&shop.app, &Actor::System, BASE_PRICE_LIST, &[longer]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scheduled_prices_can_be_taken_back_and_the_price_itself_cannot() {
    let shop = shop_on_the_eve().await;
    let sale = scheduled(&shop, "mug", 800, "2027-11-26T00:00:00", Some("2027-11-30T00:00:00")).await;
    let risen = scheduled(&shop, "mug", 1_500, "2028-01-01T00:00:00", None).await;
    schedule_prices(&shop.app, &Actor::System, BASE_PRICE_LIST, &[sale, risen]).await.unwrap();
    let key = |valid_from| ScheduledKey { variant_id: sale.variant_id, min_quantity: 1, valid_from };
    let cancel = |keys: Vec<ScheduledKey>| {
        let app = shop.app.clone();
        async move { cancel_prices(&app, &Actor::System, BASE_PRICE_LIST, &keys).await }
    };
    let begins = eve() + TimeDelta::seconds(1);
    let next_year = "2027-12-31T23:00:00Z".parse().unwrap();
    refused!(shop, MarketError,
        "UNKNOWN_PRICE": cancel(vec![key(chrono::DateTime::UNIX_EPOCH)]),
        "UNKNOWN_PRICE": cancel(vec![key(begins), key(eve())]),
        "TOO_MANY": cancel(Vec::new()),
    );
    shop.app.clock.advance(TimeDelta::days(1));
    cancel(vec![key(begins), key(next_year)]).await.unwrap();
    let left =
        price::Entity::find().filter(price::Column::VariantId.eq(sale.variant_id)).all(shop.app.db.fresh());
    let left = left.await.unwrap();
    assert_eq!(left.iter().map(|row| row.amount_minor).collect::<Vec<_>>(), [1_250]);
    assert_eq!(shop.product_row("mug").await.min_price_minor, 1_250);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_overlapping_prices_that_are_scheduled_at_once_one_stays() {
    let shop = shop_on_the_eve().await;
    let sale = scheduled(&shop, "mug", 800, "2027-11-26T00:00:00", Some("2027-11-30T00:00:00")).await;
    let outcomes = at_once(12, |index| {
        let hours = TimeDelta::hours(i64::try_from(index).unwrap());
        let (app, price) = (shop.app.clone(), ScheduledPrice { from: sale.from + hours, ..sale });
        async move { schedule_prices(&app, &Actor::System, BASE_PRICE_LIST, &[price]).await }
    })
    .await;
    let overlaps = |outcome: &&Result<(), MarketError>| {
        let code = outcome.as_ref().err().and_then(MarketError::code);
        code.is_some_and(|code| code.as_str() == "OVERLAPPING_WINDOWS")
    };
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(overlaps).count(), 11, "{outcomes:?}");
    let rows = price::Entity::find().filter(price::Column::VariantId.eq(sale.variant_id));
    assert_eq!(rows.count(shop.app.db.fresh()).await.unwrap(), 2);
}

type Noted = (i64, Option<i64>, PriceReason, String);

/// What the history says of a variant: list, amount, reason, who.
async fn history(shop: &TestShop, variant: VariantId) -> Vec<Noted> {
    let rows = price_history::Entity::find()
        .filter(price_history::Column::VariantId.eq(variant))
        .order_by_asc(price_history::Column::Id);
    let rows = rows.all(shop.app.db.fresh()).await.unwrap();
    rows.into_iter().map(|row| (row.price_list_id.0, row.amount_minor, row.reason, row.actor)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_of_a_price_is_in_the_history_and_what_stays_is_not() {
    let shop = shop_on_the_eve().await;
    let (us, _) = shop.sell_abroad().await;
    let mug = shop.first_variant("mug").await;
    let system = || "system".to_owned();
    let mut expected = vec![(0, Some(1_250), PriceReason::Imported, system())];
    assert_eq!(history(&shop, mug).await, expected);
    let mut spec = ProductSpec::new("mug").price("12.50");
    spec.title = "Another title".to_owned();
    shop.have(&[spec.clone()]).await;
    assert_eq!(history(&shop, mug).await, expected, "its price is as it was");
    shop.have(&[spec.price("13.00")]).await;
    expected.push((0, Some(1_300), PriceReason::Imported, system()));

    let staff = Actor::Admin {
        token: entity::id::AccessTokenId(7),
        scopes: vec!["write_products".to_owned(), "write_markets".to_owned()],
    };
    let euros = |minor| Money::new(minor, currency("EUR"));
    save_base_prices(&shop.app, &staff, &[FixedPrice::of(mug, euros(1_400))]).await.unwrap();
    save_base_prices(&shop.app, &staff, &[FixedPrice::of(mug, euros(1_400))]).await.unwrap();
    expected.push((0, Some(1_400), PriceReason::Set, "token:7".to_owned()));
    let sale = scheduled(&shop, "mug", 800, "2027-11-26T00:00:00", Some("2027-11-30T00:00:00")).await;
    schedule_prices(&shop.app, &staff, BASE_PRICE_LIST, &[sale]).await.unwrap();
    expected.push((0, Some(800), PriceReason::Scheduled, "token:7".to_owned()));
    let list = shop.list_prices(&price_list(us, "USD")).await;
    let dollars = FixedPrice::of(mug, Money::new(500, currency("USD")));
    save_fixed_prices(&shop.app, &Actor::System, list, &[dollars]).await.unwrap();
    delete_fixed_prices(&shop.app, &Actor::System, list, &[mug]).await.unwrap();
    expected.push((list.0, Some(500), PriceReason::Set, system()));
    expected.push((list.0, None, PriceReason::Removed, system()));
    assert_eq!(history(&shop, mug).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn segments_without_sense_and_those_in_use_are_refused() {
    let shop = shop_on_the_eve().await;
    let (ada, _) = signed_in(&shop, "ada@example.com").await;
    let friends = segment_of(&shop, "Friends", &[ada, ada]).await;
    let home = shop.app.markets().await.unwrap().primary().id;
    let list = NewPriceList { segment: Some(friends), ..price_list(home, "EUR") };
    let listed = shop.list_prices(&list).await;
    let (app, by) = (&shop.app, &Actor::System);
    refused!(shop, SegmentError,
        "INVALID": customer::create_segment(app, by, "  "),
        "INVALID": customer::create_segment(app, by, &"x".repeat(256)),
        "INVALID": customer::create_segment(app, by, "Fo\nes"),
        "TAKEN": customer::create_segment(app, by, " Friends "),
        "UNKNOWN_SEGMENT": customer::rename_segment(app, by, SegmentId(99), "Foes"),
        "INVALID": customer::rename_segment(app, by, friends, ""),
        "UNKNOWN_SEGMENT": customer::delete_segment(app, by, SegmentId(99)),
        "IN_USE": customer::delete_segment(app, by, friends),
        "UNKNOWN_SEGMENT": customer::add_to_segment(app, by, SegmentId(99), &[ada]),
        "UNKNOWN_CUSTOMER": customer::add_to_segment(app, by, friends, &[ada, CustomerId(999)]),
        "TOO_MANY": customer::add_to_segment(app, by, friends, &[]),
        "TOO_MANY": customer::remove_from_segment(app, by, friends, &[]),
    );
    refused!(shop, MarketError,
        "UNKNOWN_SEGMENT": save_price_list(app, by, &NewPriceList { segment: Some(SegmentId(99)), ..list.clone() }),
        "INVALID": save_price_list(app, by, &NewPriceList { segment: None, market: None, ..list.clone() }),
    );
    let shopper = customer::create_segment(app, &Actor::stranger(), "Foes").await;
    assert!(matches!(shopper, Err(SegmentError::Forbidden)));

    customer::rename_segment(app, by, friends, "Best friends").await.unwrap();
    customer::create_segment(app, by, "Friends").await.unwrap();
    tradepost::market::delete_price_list(app, by, listed).await.unwrap();
    customer::delete_segment(app, by, friends).await.unwrap();
    assert!(customer::segments_of(app.db.fresh(), ada).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_segments_made_at_once_with_one_name_one_is_made() {
    let shop = TestShop::open().await;
    let outcomes = at_once(8, |_| {
        let app = shop.app.clone();
        async move { customer::create_segment(&app, &Actor::System, "Friends").await }
    })
    .await;
    let taken = |outcome: &&Result<_, SegmentError>| {
        outcome.as_ref().err().and_then(SegmentError::code).is_some_and(|code| code.as_str() == "TAKEN")
    };
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(taken).count(), 7, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shop_thinks_in_a_zone_that_there_is() {
    let shop = TestShop::open().await;
    assert_eq!(shop.app.shop().await.unwrap().time_zone, "UTC");
    for name in ["Europe/Atlantis", "", "europe/berlin;", "CEST"] {
        let error = store::set_time_zone(&shop.app, &Actor::System, name).await.unwrap_err();
        assert_eq!(error.code(), Some("UNKNOWN_TIME_ZONE"), "{name}");
    }
    let shopper = store::set_time_zone(&shop.app, &Actor::stranger(), "Europe/Berlin").await;
    assert!(matches!(shopper, Err(TimeZoneError::Forbidden)));
    assert_eq!(shop.app.shop().await.unwrap().time_zone, "UTC");
    store::set_time_zone(&shop.app, &Actor::System, "America/Argentina/Buenos_Aires").await.unwrap();
    assert_eq!(shop.app.shop().await.unwrap().time_zone, "America/Argentina/Buenos_Aires");
}
