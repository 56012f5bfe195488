//! Asking the provider for the taxes of a cart: once, and never without an answer or what holds instead.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use entity::id::{MarketId, ProductId, VariantId};
use entity::tax_quote;
use sea_orm::EntityTrait;
use secrecy::SecretString;
use tokio::sync::{Notify, Semaphore};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::market::Address;
use tradepost::money::Currency;
use tradepost::pricing::engine::{
    Buyer, CartToPrice, DeliveryToPrice, LineToPrice, PricedCart, TaxSource, Trace, Usage, price,
};
use tradepost::tax::provider::{ProviderError, Resting, StripeTax, TaxProvider};
use tradepost::tax::{
    self, Exemption, Fallback, NewTaxClass, NewTaxSettings, Place, TaxAnswer, TaxAnswerOrFallback,
    TaxProviderKind, TaxQuestion, TaxRequest, request_for,
};

use super::{SECRET, calculating, configure, rate, request};
use crate::spec::peer::{Answer, Asked, Peer};
use crate::support::TestShop;

/// A shop that asks the stand-in, and falls back as is said.
async fn asking(peer: &Peer, fallback: Fallback) -> TestShop {
    let shop = TestShop::open_with(|config| configure(config, peer)).await;
    let settings =
        NewTaxSettings { provider: TaxProviderKind::StripeTax, fallback, ..NewTaxSettings::default() };
    tax::save_tax_settings(&shop.app, &Actor::System, &settings).await.unwrap();
    shop
}

async fn quotes(shop: &TestShop) -> usize {
    tax_quote::Entity::find().all(shop.app.db.fresh()).await.unwrap().len()
}

fn is_fallback(asked: &TaxAnswerOrFallback, expected: Fallback) -> bool {
    matches!(asked, TaxAnswerOrFallback::Fallback(fallback) if *fallback == expected)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_kept_and_found_until_it_is_old() {
    let peer = Peer::start(calculating);
    let shop = asking(&peer, Fallback::Refuse).await;
    let (request, now) = (request(), shop.app.clock.now());
    let key = request.key();
    let find = async |now| tax::find_quote(shop.app.db.fresh(), &key, now).await.unwrap();
    assert_eq!(find(now).await, None);
    let TaxAnswerOrFallback::Answer(answer) = tax::ask(&shop.app, &request).await.unwrap() else {
        panic!("the stand-in answers");
    };
    let sent = peer.asked()[0].header("idempotency-key").unwrap().to_owned();
    assert!(sent.starts_with(&format!("{key}-")), "{sent}");
    assert_eq!(find(now).await, Some(answer.clone()));
    assert_eq!(find(now + TimeDelta::days(2)).await, None);
    let TaxSource::Answered { lines, deliveries } = answer.into_source() else {
        panic!("an answer is one");
    };
    assert_eq!((lines.len(), deliveries.len(), lines[0][0].amount_minor), (3, 2, 400));
    assert_eq!(tax::find_quote(shop.app.db.fresh(), "another", now).await.unwrap(), None);
    // Asking again replaces the answer.
    tax::ask(&shop.app, &request).await.unwrap();
    assert_eq!((peer.asked().len(), quotes(&shop).await), (2, 1));
    tax::purge_quotes(&shop.app).await.unwrap();
    assert_eq!(quotes(&shop).await, 1, "it is not old yet");
}

type Answering = fn(&Asked) -> Answer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_goes_wrong_the_declared_fallback_holds_and_never_no_tax() {
    let peer = Peer::start(calculating);
    for fallback in [Fallback::Refuse, Fallback::TableRates] {
        let mut shop = asking(&peer, fallback).await;
        let failures: [(&str, Answering); 5] = [
            ("an outage", |_| Answer::text(500, "")),
            ("a refusal", |_| Answer::text(400, "{}")),
            ("no calculation", |_| Answer::text(200, "{}")),
            ("another currency", |asked| {
                let body = asked.body.replace("currency=usd", "currency=eur");
                calculating(&Asked { body, ..asked.clone() })
            }),
            ("silence", |asked| calculating(asked).too_late()),
        ];
        for (what, failure) in failures {
            shop.app.tax_provider = Some(Arc::new(unresting(&peer)));
            peer.respond(failure);
            let asked = tax::ask(&shop.app, &request()).await.unwrap();
            assert!(is_fallback(&asked, fallback), "{what}: {asked:?}");
            assert_eq!(quotes(&shop).await, 0, "{what}");
        }
        shop.app.tax_provider = None;
        let asked = tax::ask(&shop.app, &request()).await.unwrap();
        assert!(is_fallback(&asked, fallback), "a node without the secret: {asked:?}");
    }
}

fn unresting(peer: &Peer) -> StripeTax {
    StripeTax::new(&url::Url::parse(&peer.url).unwrap(), &SecretString::from(SECRET)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_down_is_not_asked_by_every_buyer() {
    let peer = Peer::start(|_| Answer::text(503, ""));
    let mut shop = asking(&peer, Fallback::TableRates).await;
    let ask = async |app: &App| tax::ask(app, &request()).await.unwrap();
    shop.app.tax_provider = Some(Arc::new(Resting::new(unresting(&peer), Duration::from_secs(3_600))));
    for _ in 0..3 {
        assert!(is_fallback(&ask(&shop.app).await, Fallback::TableRates));
    }
    assert_eq!(peer.asked().len(), 1);
    peer.respond(calculating);
    shop.app.tax_provider = Some(Arc::new(Resting::new(unresting(&peer), Duration::ZERO)));
    assert!(matches!(ask(&shop.app).await, TaxAnswerOrFallback::Answer(_)));
}

fn address(country: &str, zip: Option<&str>) -> Address {
    Address {
        country_code: Some(country.to_owned()),
        province_code: (country == "US").then(|| "NY".to_owned()),
        zip: zip.map(str::to_owned),
        ..Address::default()
    }
}

/// A cart of a taxed good of a class, a gift card and a delivery, priced by the shop's own rates.
async fn cart(
    shop: &TestShop,
    class: entity::id::TaxClassId,
    exemption: &Exemption,
) -> (CartToPrice, PricedCart) {
    let table = shop.app.taxes().await.unwrap();
    let markets = shop.app.markets().await.unwrap();
    let now = shop.app.clock.now();
    let place = Place::of(&address("US", Some("10001"))).unwrap();
    let question = TaxQuestion { market: MarketId(1), included: false, place: Some(&place), exemption, now };
    let line = |key: i64, is_gift_card: bool, amount: i64| LineToPrice {
        key,
        product: ProductId(key),
        variant: VariantId(key),
        collections: Vec::new(),
        tiers: vec![tradepost::pricing::Tier {
            min_quantity: 1,
            amount_minor: amount,
            compare_at_minor: None,
        }],
        quantity: 2,
        taxable: true,
        tax_class: Some(class),
        is_gift_card,
    };
    let resolved = tradepost::market::resolve(&markets, "DE", now);
    let cart = CartToPrice {
        conversion: resolved.prices.conversion,
        now,
        buyer: Buyer { customer: None, segments: Default::default(), market: MarketId(1) },
        lines: vec![line(1, false, 1_000), line(2, true, 2_500)],
        codes: Vec::new(),
        discounts: Vec::new(),
        usage: Usage::default(),
        deliveries: vec![DeliveryToPrice {
            key: "parcel".to_owned(),
            country: Some("US".to_owned()),
            cost_minor: Some(490),
            taxable: true,
        }],
        taxes: table.rules(&question).unwrap(),
        tenders: Vec::new(),
    };
    let priced = price(&cart, &mut Trace::off()).unwrap();
    (cart, priced)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_priced_cart_makes_a_question_where_there_is_something_to_ask() {
    let peer = Peer::start(calculating);
    let shop = asking(&peer, Fallback::Refuse).await;
    let class = NewTaxClass {
        id: None,
        handle: "clothes".to_owned(),
        name: "Clothes".to_owned(),
        provider_code: Some("txcd_20030000".to_owned()),
    };
    let class = tax::save_tax_class(&shop.app, &Actor::System, &class).await.unwrap();
    tax::save_tax_rate(&shop.app, &Actor::System, &rate("US", 40_000)).await.unwrap();
    let (eur, table) = (Currency::find("EUR").unwrap(), shop.app.taxes().await.unwrap());
    let (cart_to_price, priced) = cart(&shop, class, &Exemption::None).await;
    let of = |address: &Address| request_for(&table, eur, &cart_to_price, &priced, address);
    let request = of(&address("US", Some("10001"))).unwrap();
    assert_eq!((request.lines.len(), request.deliveries.as_slice()), (2, [490].as_slice()));
    assert_eq!(request.lines[0].amount_minor, 2_000);
    assert_eq!(request.lines[0].goods, tax::TaxGoods::Coded("txcd_20030000".to_owned()));
    assert_eq!(request.lines[1].goods, tax::TaxGoods::Untaxed, "a gift card is money");
    assert_eq!(of(&address("US", None)), None, "the place says too little");
    assert_eq!(of(&Address::default()), None);
    assert!(of(&address("HK", None)).is_some());
    // The answer in the place of the rates: the same cart, other taxes.
    let TaxAnswerOrFallback::Answer(answer) = tax::ask(&shop.app, &request).await.unwrap() else {
        panic!("the stand-in answers");
    };
    let mut answered = cart_to_price.clone();
    answered.taxes.source = answer.into_source();
    let answered = price(&answered, &mut Trace::off()).unwrap();
    assert_eq!((priced.tax_minor, answered.tax_minor), (80 + 20, 80 + 97 + 43));
    assert_eq!(answered.total_minor, 2_000 + 5_000 + 490 + answered.tax_minor);
    let (exempt, priced) = cart(&shop, class, &Exemption::Everywhere).await;
    assert_eq!(request_for(&table, eur, &exempt, &priced, &address("US", Some("10001"))), None);
    assert_eq!(priced.tax_minor, 0);
    tax::save_tax_settings(&shop.app, &Actor::System, &NewTaxSettings::default()).await.unwrap();
    let table = shop.app.taxes().await.unwrap();
    let (own, priced) = cart(&shop, class, &Exemption::None).await;
    assert_eq!(request_for(&table, eur, &own, &priced, &address("US", Some("10001"))), None);
}

/// Answers that nothing is taxed once it may.
struct Gated {
    asked: Arc<Notify>,
    open: Arc<Semaphore>,
}

#[async_trait]
impl TaxProvider for Gated {
    fn name(&self) -> &'static str {
        "gated"
    }

    async fn calculate(&self, request: &TaxRequest, _: &str) -> Result<TaxAnswer, ProviderError> {
        self.asked.notify_one();
        let _open = self.open.acquire().await.unwrap();
        let untaxed = |count: usize| vec![Vec::new(); count];
        let (lines, deliveries) = (untaxed(request.lines.len()), untaxed(request.deliveries.len()));
        Ok(TaxAnswer { lines, deliveries })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_hangs_up_does_not_keep_others_from_the_provider() {
    let peer = Peer::start(calculating);
    let mut shop = asking(&peer, Fallback::Refuse).await;
    let (asked, open) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let gated = Gated { asked: Arc::clone(&asked), open: Arc::clone(&open) };
    shop.app.tax_provider = Some(Arc::new(Resting::new(gated, Duration::from_secs(3_600))));
    let request = request();
    tokio::select! {
        _ = tax::ask(&shop.app, &request) => panic!("it may not answer yet"),
        () = asked.notified() => {}
    }
    open.add_permits(2);
    let answer = tax::ask(&shop.app, &request).await.unwrap();
    assert!(matches!(answer, TaxAnswerOrFallback::Answer(_)), "{answer:?}");
}
