//! What staff may set of discounts; what is refused changes nothing.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::id::{CollectionId, CustomerId, DiscountId, MarketId, ProductId, SegmentId, VariantId};
use entity::{discount, discount_code, discount_context, discount_target, event};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use tradepost::actor::Actor;
use tradepost::discount::{
    DiscountError, MAX_CODE_LENGTH, MAX_CODES_AT_ONCE, MAX_TARGETS, NewDiscount, activate, add_codes, create,
    deactivate, delete, find_codes, load_book, remove_codes, update,
};
use tradepost::money::MAX_MINOR;
use tradepost::pricing::engine::{
    Buy, DiscountClass, DiscountMethod, DiscountRule, Effect, ForCustomers, Requirement, Spread, Targets,
    Value,
};

use super::price::{segment_of, signed_in};
use crate::support::discount::{WITH_ALL, by_itself, coded, free_shipping, named, off_order, off_products};
use crate::support::market::currency;
use crate::support::{ProductSpec, TestShop};

/// All discounts with what they name and their codes, and how often anything changed.
async fn everything(shop: &TestShop) -> String {
    let db = shop.app.db.fresh();
    let rows = (
        discount::Entity::find().order_by_asc(discount::Column::Id).all(db).await.unwrap(),
        discount_code::Entity::find().order_by_asc(discount_code::Column::Id).all(db).await.unwrap(),
        discount_target::Entity::find().all(db).await.unwrap(),
        discount_context::Entity::find().all(db).await.unwrap(),
        event::Entity::find().count(db).await.unwrap(),
        shop.app.shop().await.unwrap().discount_version,
    );
    format!("{rows:#?}")
}

fn code_of(error: &DiscountError) -> &'static str {
    error.code().map_or("none", |code| code.as_str())
}

/// The rule by which carts are priced.
async fn rule(shop: &TestShop, id: DiscountId) -> DiscountRule {
    let book = load_book(shop.app.db.fresh()).await.unwrap();
    book.find(id).unwrap().as_ref().clone()
}

fn rule_of(id: DiscountId, new: &NewDiscount) -> DiscountRule {
    DiscountRule {
        id,
        title: new.title.trim().to_owned(),
        method: new.method,
        class: new.class,
        effect: new.effect.clone(),
        requirement: new.requirement,
        combines_with: new.combines_with,
        customers: new.customers.clone(),
        markets: new.markets.clone(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        once_per_customer: new.once_per_customer,
    }
}

fn gift(product: ProductId) -> Effect {
    Effect::BuyXGetY {
        buys: named(&[product]),
        buy: Buy::Quantity(2),
        gets: Targets::All,
        get_quantity: 1,
        value: Value::Percentage(10_000),
        uses_per_order: Some(3),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_discount_is_priced_as_it_was_set() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("plate")]).await;
    let (mug, plate) = (shop.product_row("mug").await.id, shop.product_row("plate").await.id);
    let variant = shop.first_variant("plate").await;
    let collection = shop.collect("kitchen", &["mug"]).await;
    let collection = CollectionId(collection.rsplit('/').next().unwrap().parse().unwrap());
    let (us, jp) = shop.sell_abroad().await;
    let (ada, _) = signed_in(&shop, "ada@example.com").await;
    let regulars = segment_of(&shop, "regulars", &[ada]).await;
    let targets = Targets::Named {
        products: BTreeSet::from([mug, plate]),
        variants: BTreeSet::from([variant]),
        collections: BTreeSet::from([collection]),
    };
    let basic = |value, spread| {
        by_itself(DiscountClass::Product, Effect::Basic { value, spread, targets: targets.clone() })
    };
    let now = shop.app.clock.now();
    let spent = Effect::BuyXGetY {
        buys: targets.clone(),
        buy: Buy::Amount(5_000),
        gets: named(&[plate]),
        get_quantity: 2,
        value: Value::Amount(250),
        uses_per_order: None,
    };
    let near = Effect::FreeShipping {
        countries: Some(BTreeSet::from(["DE".to_owned(), "FR".to_owned()])),
        max_cost_minor: Some(900),
    };
    let kinds = [
        off_order(Value::Percentage(1)),
        NewDiscount { title: " Off ".to_owned(), ..basic(Value::Percentage(10_000), Spread::Across) },
        NewDiscount { requirement: Requirement::Subtotal(2_000), ..basic(Value::Amount(1), Spread::Each) },
        NewDiscount {
            requirement: Requirement::Quantity(3),
            ..basic(Value::Amount(MAX_MINOR), Spread::Across)
        },
        NewDiscount { combines_with: WITH_ALL, ..basic(Value::Price(0), Spread::Each) },
        NewDiscount {
            once_per_customer: true,
            usage_limit: Some(1),
            ..basic(Value::Price(900), Spread::Across)
        },
        by_itself(DiscountClass::Product, gift(mug)),
        NewDiscount {
            customers: ForCustomers::Named(BTreeSet::from([ada])),
            ..by_itself(DiscountClass::Product, spent)
        },
        NewDiscount { customers: ForCustomers::Segments(BTreeSet::from([regulars])), ..free_shipping() },
        NewDiscount { markets: Some(BTreeSet::from([us, jp])), ..by_itself(DiscountClass::Shipping, near) },
        NewDiscount {
            starts_at: now,
            ends_at: Some(now + TimeDelta::days(1)),
            ..off_order(Value::Amount(500))
        },
    ];
    for (place, automatic) in kinds.into_iter().enumerate() {
        for new in [automatic.clone(), coded(&format!("CODE{place}"), automatic)] {
            let id = shop.discount(&new).await;
            assert_eq!(rule(&shop, id).await, rule_of(id, &new));
            let row = shop.discount_row(id).await;
            assert_eq!((row.usage_limit, row.usage_count), (new.usage_limit, 0));
        }
    }
    let before = shop.app.db.statement_count();
    let book = load_book(shop.app.db.fresh()).await.unwrap();
    assert_eq!(shop.app.db.statement_count() - before, 3, "however many there are");
    assert_eq!(book.automatic().len(), 11);
    assert_eq!(book.named_collections(), &BTreeSet::from([collection]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_discount_is_changed_switched_off_and_on_and_deleted() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.product_row("mug").await.id;
    let app = &shop.app;
    let first = coded("Ten", off_products(Value::Percentage(1_000), Spread::Across, &[mug]));
    let id = shop.discount(&first).await;
    let changed = NewDiscount {
        codes: vec!["TEN".to_owned(), "Tenth".to_owned()],
        ..coded("", by_itself(DiscountClass::Product, gift(mug)))
    };
    update(app, &Actor::System, id, &changed).await.unwrap();
    assert_eq!(rule(&shop, id).await, rule_of(id, &changed), "nothing of what it was is left");
    let codes = ["ten", "tenth", "other", ""].map(str::to_owned);
    let found = find_codes(app.db.fresh(), &codes).await.unwrap();
    assert_eq!((found.len(), found["ten"].0, found["tenth"].0), (2, id, id));

    deactivate(app, &Actor::System, id).await.unwrap();
    let off = rule(&shop, id).await;
    assert_eq!(off.ends_at, Some(off.starts_at), "its time is over, as carts see it");
    update(app, &Actor::System, id, &changed).await.unwrap();
    assert_eq!(rule(&shop, id).await.ends_at, Some(off.starts_at), "a change does not switch it on");
    activate(app, &Actor::System, id).await.unwrap();
    assert_eq!(rule(&shop, id).await, rule_of(id, &changed));
    delete(app, &Actor::System, id).await.unwrap();
    assert!(load_book(app.db.fresh()).await.unwrap().is_empty());
    shop.discount(&first).await;
    assert_eq!(find_codes(app.db.fresh(), &codes).await.unwrap().len(), 1, "its codes are free again");
    for error in [
        update(app, &Actor::System, id, &changed).await.unwrap_err(),
        activate(app, &Actor::System, id).await.unwrap_err(),
        delete(app, &Actor::System, id).await.unwrap_err(),
        add_codes(app, &Actor::System, id, &["NEW".to_owned()]).await.unwrap_err(),
    ] {
        assert_eq!(code_of(&error), "NOT_FOUND");
    }

    let quiet = shop.discount(&off_order(Value::Amount(100))).await;
    deactivate(app, &Actor::System, quiet).await.unwrap();
    assert!(load_book(app.db.fresh()).await.unwrap().find(quiet).is_none(), "nobody can ask for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_added_and_taken_away_by_the_hundred() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let id = shop.discount(&coded("FIRST", off_order(Value::Amount(100)))).await;
    let other = shop.discount(&coded("OTHER", off_order(Value::Amount(200)))).await;
    let automatic = shop.discount(&off_order(Value::Amount(300))).await;
    let many: Vec<String> = (0..MAX_CODES_AT_ONCE).map(|number| format!("Bulk-{number}")).collect();
    let version = app.shop().await.unwrap().discount_version;
    add_codes(app, &Actor::System, id, &many).await.unwrap();
    assert_eq!(app.shop().await.unwrap().discount_version, version, "no cart needs to look again for a code");

    let before = everything(&shop).await;
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let long = "x".repeat(MAX_CODE_LENGTH + 1);
    let too_many: Vec<String> = (0..=MAX_CODES_AT_ONCE).map(|number| format!("More-{number}")).collect();
    for (to, codes, expected) in [
        (id, words(&["NEW", " other "]), "TAKEN"),
        (id, words(&["NEW", "BULK-7"]), "TAKEN"),
        (id, words(&["NEW", "  "]), "BLANK"),
        (id, words(&["NEW", &long]), "TOO_LONG"),
        (id, words(&["NEW", "new"]), "DUPLICATE"),
        (id, words(&["N\u{7}W"]), "INVALID"),
        (id, words(&[]), "TOO_MANY"),
        (id, too_many, "TOO_MANY"),
        (automatic, words(&["NEW"]), "METHOD_MISMATCH"),
        (DiscountId(999_999), words(&["NEW"]), "NOT_FOUND"),
    ] {
        let error = add_codes(app, &Actor::System, to, &codes).await.unwrap_err();
        assert_eq!(code_of(&error), expected, "{codes:?}");
        assert_eq!(everything(&shop).await, before, "{expected}");
    }
    assert_eq!(
        remove_codes(app, &Actor::System, id, &words(&["bulk-0", "BULK-1", "OTHER"])).await.unwrap(),
        2
    );
    let left = find_codes(app.db.fresh(), &words(&["bulk-0", "bulk-1", "bulk-2", "other"])).await.unwrap();
    assert_eq!((left.len(), left["bulk-2"].0, left["other"].0), (2, id, other));
    assert_eq!(code_of(&remove_codes(app, &Actor::System, id, &[]).await.unwrap_err()), "TOO_MANY");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discounts_without_sense_are_refused_and_nothing_is_saved() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.product_row("mug").await.id;
    let now = shop.app.clock.now();
    let off = || off_order(Value::Amount(100));
    let value = |value| off_products(value, Spread::Each, &[mug]);
    let of = |targets| {
        by_itself(
            DiscountClass::Product,
            Effect::Basic { value: Value::Amount(1), spread: Spread::Each, targets },
        )
    };
    let some = |products: &[i64], variants: &[i64], collections: &[i64]| {
        of(Targets::Named {
            products: products.iter().copied().map(ProductId).collect(),
            variants: variants.iter().copied().map(VariantId).collect(),
            collections: collections.iter().copied().map(CollectionId).collect(),
        })
    };
    let many: Vec<i64> = (1..=i64::try_from(MAX_TARGETS).unwrap() + 1).collect();
    let bought = |buy, get_quantity, uses_per_order| {
        let effect = Effect::BuyXGetY {
            buys: named(&[mug]),
            buy,
            gets: named(&[mug]),
            get_quantity,
            value: Value::Amount(1),
            uses_per_order,
        };
        by_itself(DiscountClass::Product, effect)
    };
    let ship = |countries: Option<&[&str]>, max_cost_minor| {
        let countries = countries.map(|codes| codes.iter().map(|code| (*code).to_owned()).collect());
        by_itself(DiscountClass::Shipping, Effect::FreeShipping { countries, max_cost_minor })
    };
    let refused: Vec<(&str, NewDiscount)> = vec![
        ("BLANK", NewDiscount { title: " ".to_owned(), ..off() }),
        ("TOO_LONG", NewDiscount { title: "x".repeat(256), ..off() }),
        ("INVALID", NewDiscount { title: "O\nff".to_owned(), ..off() }),
        ("PERCENTAGE_OUT_OF_RANGE", value(Value::Percentage(0))),
        ("PERCENTAGE_OUT_OF_RANGE", value(Value::Percentage(-1))),
        ("PERCENTAGE_OUT_OF_RANGE", value(Value::Percentage(10_001))),
        ("AMOUNT_OUT_OF_RANGE", value(Value::Amount(0))),
        ("AMOUNT_OUT_OF_RANGE", value(Value::Amount(-1))),
        ("AMOUNT_OUT_OF_RANGE", value(Value::Amount(MAX_MINOR + 1))),
        ("AMOUNT_OUT_OF_RANGE", value(Value::Price(-1))),
        ("AMOUNT_OUT_OF_RANGE", value(Value::Price(i64::MAX))),
        ("AMOUNT_OUT_OF_RANGE", NewDiscount { requirement: Requirement::Subtotal(0), ..off() }),
        ("QUANTITY_OUT_OF_RANGE", NewDiscount { requirement: Requirement::Quantity(0), ..off() }),
        ("QUANTITY_OUT_OF_RANGE", NewDiscount { requirement: Requirement::Quantity(i64::MAX), ..off() }),
        ("QUANTITY_OUT_OF_RANGE", bought(Buy::Quantity(0), 1, None)),
        ("AMOUNT_OUT_OF_RANGE", bought(Buy::Amount(0), 1, None)),
        ("QUANTITY_OUT_OF_RANGE", bought(Buy::Quantity(1), 0, None)),
        ("QUANTITY_OUT_OF_RANGE", bought(Buy::Quantity(1), 1, Some(0))),
        ("QUANTITY_OUT_OF_RANGE", bought(Buy::Quantity(1), i32::MAX, None)),
        (
            "CONDITION_NOT_ALLOWED",
            NewDiscount { requirement: Requirement::Quantity(1), ..bought(Buy::Quantity(1), 1, None) },
        ),
        ("AMOUNT_OUT_OF_RANGE", ship(None, Some(-1))),
        ("UNKNOWN_COUNTRY", ship(Some(&["DE", "XX"]), None)),
        ("NOTHING_NAMED", ship(Some(&[]), None)),
        ("NOTHING_NAMED", some(&[], &[], &[])),
        ("TOO_MANY", some(&many, &[], &[])),
        ("UNKNOWN_PRODUCT", some(&[mug.0, 999_999], &[], &[])),
        ("UNKNOWN_VARIANT", some(&[mug.0], &[999_999], &[])),
        ("UNKNOWN_COLLECTION", some(&[mug.0], &[], &[999_999])),
        ("NOTHING_NAMED", NewDiscount { customers: ForCustomers::Named(BTreeSet::new()), ..off() }),
        (
            "UNKNOWN_CUSTOMER",
            NewDiscount { customers: ForCustomers::Named(BTreeSet::from([CustomerId(999_999)])), ..off() },
        ),
        ("NOTHING_NAMED", NewDiscount { customers: ForCustomers::Segments(BTreeSet::new()), ..off() }),
        (
            "UNKNOWN_SEGMENT",
            NewDiscount { customers: ForCustomers::Segments(BTreeSet::from([SegmentId(999_999)])), ..off() },
        ),
        ("NOTHING_NAMED", NewDiscount { markets: Some(BTreeSet::new()), ..off() }),
        ("UNKNOWN_MARKET", NewDiscount { markets: Some(BTreeSet::from([MarketId(999_999)])), ..off() }),
        ("WINDOW_BACKWARDS", NewDiscount { starts_at: now, ends_at: Some(now), ..off() }),
        ("USAGE_LIMIT_OUT_OF_RANGE", NewDiscount { usage_limit: Some(0), ..off() }),
        ("USAGE_LIMIT_OUT_OF_RANGE", NewDiscount { usage_limit: Some(i64::MAX), ..off() }),
        ("CURRENCY_MISMATCH", NewDiscount { currency: currency("USD"), ..off() }),
        (
            "CURRENCY_MISMATCH",
            NewDiscount {
                currency: currency("USD"),
                requirement: Requirement::Subtotal(1),
                ..off_order(Value::Percentage(1))
            },
        ),
        ("CLASS_MISMATCH", NewDiscount { class: DiscountClass::Shipping, ..off() }),
        ("CLASS_MISMATCH", NewDiscount { class: DiscountClass::Order, ..free_shipping() }),
        ("CLASS_MISMATCH", NewDiscount { class: DiscountClass::Order, ..bought(Buy::Quantity(1), 1, None) }),
        ("METHOD_MISMATCH", NewDiscount { codes: vec!["CODE".to_owned()], ..off() }),
    ];
    let kept = shop.discount(&coded("KEPT", off())).await;
    let automatic = shop.discount(&off()).await;
    let before = everything(&shop).await;
    for (expected, new) in refused {
        let created = create(&shop.app, &Actor::System, &new).await.unwrap_err();
        let updated = update(&shop.app, &Actor::System, automatic, &new).await.unwrap_err();
        assert_eq!((code_of(&created), code_of(&updated)), (expected, expected), "{new:#?}");
        assert_eq!(everything(&shop).await, before, "{expected}");
    }
    let without = NewDiscount { method: DiscountMethod::Code, ..off() };
    let system = Actor::System;
    for (expected, error) in [
        ("METHOD_MISMATCH", create(&shop.app, &system, &without).await.unwrap_err()),
        ("TAKEN", create(&shop.app, &system, &coded(" kept ", off())).await.unwrap_err()),
        ("BLANK", create(&shop.app, &system, &coded("  ", off())).await.unwrap_err()),
        ("METHOD_MISMATCH", update(&shop.app, &system, kept, &off()).await.unwrap_err()),
        ("METHOD_MISMATCH", update(&shop.app, &system, automatic, &without).await.unwrap_err()),
        ("NOT_FOUND", update(&shop.app, &system, DiscountId(999_999), &off()).await.unwrap_err()),
    ] {
        assert_eq!(code_of(&error), expected);
        assert_eq!(everything(&shop).await, before, "{expected}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changing_discounts_needs_the_scope_and_fifty_at_most_apply_by_themselves() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let new = off_order(Value::Amount(100));
    let id = shop.discount(&new).await;
    let reader =
        Actor::Admin { token: entity::id::AccessTokenId(1), scopes: vec!["write_markets".to_owned()] };
    let writer =
        Actor::Admin { token: entity::id::AccessTokenId(1), scopes: vec!["write_discounts".to_owned()] };
    let codes = ["X".to_owned()];
    for actor in [Actor::stranger(), reader] {
        let before = everything(&shop).await;
        for refused in [
            create(app, &actor, &new).await.map(|_| ()),
            update(app, &actor, id, &new).await,
            add_codes(app, &actor, id, &codes).await,
            remove_codes(app, &actor, id, &codes).await.map(|_| ()),
            activate(app, &actor, id).await,
            deactivate(app, &actor, id).await,
            delete(app, &actor, id).await,
        ] {
            assert!(matches!(refused, Err(DiscountError::Forbidden)), "{refused:?}");
        }
        assert_eq!(everything(&shop).await, before);
    }
    deactivate(app, &writer, id).await.unwrap();
    for _ in 0..50 {
        create(app, &writer, &new).await.unwrap();
    }
    let before = everything(&shop).await;
    assert_eq!(code_of(&create(app, &writer, &new).await.unwrap_err()), "TOO_MANY");
    assert_eq!(code_of(&activate(app, &writer, id).await.unwrap_err()), "TOO_MANY");
    assert_eq!(everything(&shop).await, before);
    let over = NewDiscount { ends_at: Some(app.clock.now() - TimeDelta::seconds(1)), ..new.clone() };
    let last = discount::Entity::find()
        .order_by_desc(discount::Column::Id)
        .one(app.db.fresh())
        .await
        .unwrap()
        .unwrap();
    update(app, &writer, last.id, &over).await.unwrap();
    activate(app, &writer, id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_prices_by_a_change_once_it_has_followed() {
    let shop = TestShop::open().await;
    let other = shop.second_node().await;
    assert!(other.discounts().await.unwrap().is_empty());
    other.follow().await.unwrap();
    let id = shop.discount(&off_order(Value::Amount(100))).await;
    other.follow().await.unwrap();
    assert!(other.discounts().await.unwrap().find(id).is_some());
    delete(&shop.app, &Actor::System, id).await.unwrap();
    other.follow().await.unwrap();
    assert!(other.discounts().await.unwrap().is_empty());
    let kinds: Vec<String> = event::Entity::find()
        .all(shop.app.db.fresh())
        .await
        .unwrap()
        .into_iter()
        .filter(|row| row.entity == "discount")
        .map(|row| row.kind)
        .collect();
    assert_eq!(kinds, ["discount.created", "discount.deleted"]);
}
