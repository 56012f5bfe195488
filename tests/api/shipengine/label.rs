//! Labels: bought once, settled where the answer was lost, given back.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::location;
use entity::shipping_label::LabelState;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::shipping::provider::label::{LabelSource, ParcelSize};
use tradepost::shipping::{
    BuyLabel, LabelError, LabelErrorCode as Code, LabelParcel, buy_label, follow_due, label_rates,
    labels_of_order, settle_label, void_label,
};

use super::{Depot, label, label_of, refusal, shipengine};
use crate::spec::peer::Answer;
use crate::support::at_once;

const LABELS: &str = "/v1/labels";

fn code(outcome: Result<entity::shipping_label::Model, LabelError>) -> Option<Code> {
    outcome.unwrap_err().code()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_is_bought_with_what_staff_need_to_know() {
    let depot = Depot::open().await;
    let label = buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap();
    assert_eq!(label.state, LabelState::Bought);
    assert_eq!(label.tracking_number.as_deref(), Some("9405511899223197428490"));
    assert_eq!((label.cost_minor, label.currency.as_deref()), (Some(707), Some("USD")));
    assert_eq!(label.label_url.as_deref(), Some("https://labels.example/70001.pdf"));
    let sent = depot.peer.asked_for("POST", LABELS)[0].json();
    assert_eq!(sent["shipment"]["external_shipment_id"], json!(label.external_key));
    assert_eq!(sent["shipment"]["ship_to"]["name"], "Ada Lovelace");
    assert_eq!(sent["shipment"]["ship_from"]["city_locality"], "Austin");
    assert_eq!(sent["shipment"]["packages"][0]["weight"], json!({ "value": 500, "unit": "gram" }));
    assert_eq!(labels_of_order(depot.app.db.writer(), depot.order).await.unwrap(), [label]);
    assert_eq!(depot.happened().await, ["label.bought"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_is_bought_at_a_rate_that_was_offered_and_only_once() {
    let depot = Depot::open().await;
    let rates = label_rates(&depot.app, &Actor::System, &depot.parcel()).await.unwrap();
    let rate = &rates[0];
    assert_eq!((rates.len(), rate.total.minor, rate.carrier_code.as_str()), (1, 1284, "stamps_com"));
    let source = LabelSource::Rate(rate.reference.clone());
    let first = BuyLabel { source, ..depot.purchase("first") };
    let label = buy_label(&depot.app, &Actor::System, &first).await.unwrap();
    assert_eq!(label.rate_reference.as_deref(), Some("se-50001"));
    let second = BuyLabel { request_key: "second".to_owned(), ..first };
    assert_eq!(code(buy_label(&depot.app, &Actor::System, &second).await), Some(Code::RateUsed));
    assert_eq!((depot.labels().await.len(), depot.peer.asked_for("POST", LABELS).len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_double_click_buys_once() {
    let depot = Arc::new(Depot::open().await);
    let outcomes = at_once(16, |_| {
        let depot = Arc::clone(&depot);
        async move { buy_label(&depot.app, &Actor::System, &depot.purchase("once")).await.unwrap().id }
    })
    .await;
    assert!(outcomes.iter().all(|id| *id == outcomes[0]), "{outcomes:?}");
    let labels = depot.labels().await;
    assert_eq!((labels.len(), labels[0].state), (1, LabelState::Bought));
    assert_eq!(depot.peer.asked_for("POST", LABELS).len(), 1, "the provider was asked once");
    assert_eq!(depot.happened().await, ["label.bought"]);
    // Later, too, and from another node.
    let other = depot.shop.second_node().await;
    let again = buy_label(&other, &Actor::System, &depot.purchase("once")).await.unwrap();
    assert_eq!((again.state, depot.peer.asked_for("POST", LABELS).len()), (LabelState::Bought, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_stands_for_one_label() {
    let depot = Depot::open().await;
    buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap();
    let mut other = depot.purchase("first");
    other.parcel.size = ParcelSize { weight_grams: 501, measures: None };
    let before = depot.labels().await;
    assert_eq!(code(buy_label(&depot.app, &Actor::System, &other).await), Some(Code::KeyReused));
    assert_eq!(depot.labels().await, before);
    assert_eq!(depot.peer.asked_for("POST", LABELS).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_whose_answer_was_lost_is_settled_by_asking_and_never_bought_again() {
    let depot = Depot::open().await;
    // The label is bought there, and nobody hears of it in time.
    depot.peer.respond(|asked| match asked.method.as_str() {
        "POST" => shipengine(asked).too_late(),
        _ => shipengine(asked),
    });
    let lost = buy_label(&depot.app, &Actor::System, &depot.purchase("lost")).await.unwrap();
    assert_eq!((lost.state, lost.provider_label_id.as_deref()), (LabelState::Unknown, None));
    // Whoever asks again is told the same.
    let again = buy_label(&depot.app, &Actor::System, &depot.purchase("lost")).await.unwrap();
    assert_eq!(again, lost);
    assert_eq!(follow_due(&depot.app).await.unwrap(), 0, "not at once");
    depot.app.clock.advance(TimeDelta::seconds(31));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 1);
    let settled = &depot.labels().await[0];
    assert_eq!((settled.state, settled.cost_minor), (LabelState::Bought, Some(707)));
    let found = depot.peer.asked_for("GET", "/v1/labels/external_shipment_id/");
    assert_eq!(found[0].path().rsplit('/').next(), Some(lost.external_key.as_str()));
    assert_eq!(depot.peer.asked_for("POST", LABELS).len(), 1);
    assert_eq!(depot.happened().await, ["label.bought"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_knows_of_no_label_is_believed_after_a_while() {
    let depot = Depot::open().await;
    depot.peer.respond(|asked| match asked.method.as_str() {
        "POST" => Answer::text(502, "bad gateway"),
        _ => refusal(404, "not_found"),
    });
    let lost = buy_label(&depot.app, &Actor::System, &depot.purchase("lost")).await.unwrap();
    let settled = settle_label(&depot.app, &Actor::System, lost.id).await.unwrap();
    assert_eq!(settled.state, LabelState::Unknown, "it may be on its way yet");
    depot.app.clock.advance(TimeDelta::minutes(16));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 1);
    let label = &depot.labels().await[0];
    assert_eq!((label.state, label.failure.as_deref()), (LabelState::Failed, Some("never_bought")));
    assert_eq!((label.ask_at, depot.happened().await), (None, vec!["label.failed".to_owned()]));
    assert_eq!(
        code(buy_label(&depot.app, &Actor::System, &depot.purchase("lost")).await),
        Some(Code::ProviderRefused)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_whose_buyer_died_is_settled_too() {
    let depot = Depot::open().await;
    depot.peer.respond(|asked| shipengine(asked).too_late());
    let (app, purchase) = (depot.app.clone(), depot.purchase("died"));
    let task = tokio::spawn(async move { buy_label(&app, &Actor::System, &purchase).await });
    while depot.peer.asked_for("POST", LABELS).is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    task.abort();
    let _ = task.await;
    assert_eq!(depot.labels().await[0].state, LabelState::Requested);
    depot.peer.respond(shipengine);
    depot.app.clock.advance(TimeDelta::seconds(121));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 1);
    assert_eq!(depot.labels().await[0].state, LabelState::Bought);
    assert_eq!(depot.peer.asked_for("POST", LABELS).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_that_the_carrier_still_makes_is_asked_for_until_it_is_done() {
    let depot = Depot::open().await;
    depot.peer.respond(|asked| match asked.method.as_str() {
        "POST" => Answer::json(200, &label_of(asked, "processing")),
        _ => Answer::json(200, &label("se-70001", "x", "error")),
    });
    let label = buy_label(&depot.app, &Actor::System, &depot.purchase("slow")).await.unwrap();
    assert_eq!((label.state, label.provider_label_id.as_deref()), (LabelState::Unknown, Some("se-70001")));
    let label = settle_label(&depot.app, &Actor::System, label.id).await.unwrap();
    assert_eq!((label.state, label.failure.as_deref()), (LabelState::Failed, Some("carrier_failed")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_provider_refuses_is_told_with_its_codes_and_not_with_its_words() {
    let depot = Depot::open().await;
    depot.peer.respond(|_| refusal(400, "invalid_address"));
    let error = buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::ProviderRefused));
    let text = error.to_string();
    assert!(text.contains("invalid_address") && !text.contains("Oak Street"), "{text}");
    let failed = &depot.labels().await[0];
    assert_eq!((failed.state, failed.failure.as_deref()), (LabelState::Failed, Some("invalid_address")));
    // A new key is a new purchase.
    depot.peer.respond(shipengine);
    let label = buy_label(&depot.app, &Actor::System, &depot.purchase("second")).await.unwrap();
    assert_eq!(label.state, LabelState::Bought);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_sent_is_refused_before_anything_is_asked_or_kept() {
    let depot = Depot::open().await;
    let good = depot.purchase("key");
    let parcel = |change: &dyn Fn(&mut LabelParcel)| {
        let mut purchase = good.clone();
        change(&mut purchase.parcel);
        purchase
    };
    let nobody = BuyLabel { source: LabelSource::Rate(String::new()), ..good.clone() };
    let cases = [
        (parcel(&|parcel| parcel.size.weight_grams = 0), Code::Invalid),
        (parcel(&|parcel| parcel.size.weight_grams = -500), Code::Invalid),
        (parcel(&|parcel| parcel.size.weight_grams = i64::MAX), Code::Invalid),
        (parcel(&|parcel| parcel.order_id.0 = 999), Code::UnknownOrder),
        (parcel(&|parcel| parcel.location_id.0 = 999), Code::UnknownLocation),
        (BuyLabel { request_key: " ".to_owned(), ..good.clone() }, Code::Invalid),
        (nobody, Code::Invalid),
    ];
    for (purchase, expected) in cases {
        assert_eq!(code(buy_label(&depot.app, &Actor::System, &purchase).await), Some(expected));
    }
    let stranger = Actor::stranger();
    assert!(matches!(buy_label(&depot.app, &stranger, &good).await, Err(LabelError::Forbidden)));
    location::Entity::update_many()
        .col_expr(location::Column::Phone, Expr::value(Option::<String>::None))
        .exec(depot.app.db.writer())
        .await
        .unwrap();
    assert_eq!(code(buy_label(&depot.app, &Actor::System, &good).await), Some(Code::LocationWithoutAddress));
    depot.cancel_order().await;
    assert_eq!(code(buy_label(&depot.app, &Actor::System, &good).await), Some(Code::OrderCancelled));
    assert!(depot.labels().await.is_empty() && depot.peer.asked().is_empty());
    assert!(depot.happened().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_is_given_back_once_however_often_it_is_asked() {
    let depot = Depot::open().await;
    let label = buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap();
    depot.peer.respond(|asked| match asked.method.as_str() {
        "PUT" => Answer::json(
            200,
            &json!({ "approved": false, "message": "12 Oak Street", "reason_code": "label_already_used" }),
        ),
        _ => shipengine(asked),
    });
    let refused = void_label(&depot.app, &Actor::System, label.id).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::ProviderRefused));
    assert!(refused.to_string().contains("label_already_used") && !refused.to_string().contains("Oak"));
    assert_eq!(depot.labels().await, std::slice::from_ref(&label), "nothing has changed");
    depot.peer.respond(|_| Answer::text(503, ""));
    assert_eq!(code(void_label(&depot.app, &Actor::System, label.id).await), Some(Code::ProviderUnavailable));
    depot.peer.respond(shipengine);
    let voided = void_label(&depot.app, &Actor::System, label.id).await.unwrap();
    assert_eq!((voided.state, voided.ask_at), (LabelState::Voided, None));
    let asked = depot.peer.asked().len();
    assert_eq!(void_label(&depot.app, &Actor::System, label.id).await.unwrap(), voided);
    assert_eq!(depot.peer.asked().len(), asked, "nobody was asked");
    assert_eq!(depot.happened().await, ["label.bought", "label.voided"]);
    let unknown = void_label(&depot.app, &Actor::System, entity::id::ShippingLabelId(99)).await;
    assert_eq!(code(unknown), Some(Code::UnknownLabel));
    assert!(matches!(void_label(&depot.app, &Actor::stranger(), label.id).await, Err(LabelError::Forbidden)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_that_failed_cannot_be_given_back() {
    let depot = Depot::open().await;
    depot.peer.respond(|_| refusal(400, "insufficient_funds"));
    buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap_err();
    let id = depot.labels().await[0].id;
    assert_eq!(code(void_label(&depot.app, &Actor::System, id).await), Some(Code::NotBought));
    assert_eq!(depot.peer.asked_for("PUT", "/").len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_provider_labels_are_off() {
    let shop = crate::support::TestShop::open().await;
    let purchase = BuyLabel {
        request_key: "key".to_owned(),
        source: LabelSource::Rate("se-1".to_owned()),
        parcel: LabelParcel {
            order_id: entity::id::OrderId(1),
            location_id: entity::id::LocationId(1),
            size: ParcelSize { weight_grams: 500, measures: None },
            declared: Vec::new(),
        },
    };
    assert_eq!(code(buy_label(&shop.app, &Actor::System, &purchase).await), Some(Code::ProviderOff));
    assert_eq!(follow_due(&shop.app).await.unwrap(), 0);
}
