//! Shops whose payments go to stand-ins of Stripe and of PayPal: the whole server, from the cart to the order.

use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::Sha256;
use tradepost::config::Config;

use super::attempt::row;
use super::webhook::handled;
use super::{paypal, stripe};
use crate::support::{ProductSpec, ReadyCart, TestShop};

/// An answer to a webhook.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub status: u16,
    /// By which the log names the request.
    pub request_id: String,
}

/// Sets by which provider a cart is paid; returns the payload.
pub async fn pay_by(
    shop: &TestShop,
    cart: &str,
    amount: (&str, &str),
    provider: &str,
    token: Option<&str>,
) -> Value {
    update_payment(shop, cart, amount, json!({ "provider": provider, "token": token })).await
}

/// Has a session made for the provider's own front end; returns the payload.
pub async fn pay_in_session(shop: &TestShop, cart: &str, amount: (&str, &str), provider: &str) -> Value {
    update_payment(shop, cart, amount, json!({ "provider": provider, "session": true })).await
}

async fn update_payment(
    shop: &TestShop,
    cart: &str,
    (amount, currency): (&str, &str),
    method: Value,
) -> Value {
    let query = "mutation($id: ID!, $payment: CartPaymentInput!) {
        cartPaymentUpdate(cartId: $id, payment: $payment) { cart { id }
            providerSession { reference clientSecret publishableKey approveUrl } userErrors { code field } } }";
    let amount = json!({ "amount": amount, "currencyCode": currency });
    let payment = json!({ "amount": amount, "providerPaymentMethod": method });
    shop.ask(query, json!({ "id": cart, "payment": payment })).await["cartPaymentUpdate"].clone()
}

/// Posts a webhook of a provider as it is.
pub async fn hook(
    shop: &TestShop,
    provider: &str,
    headers: &[(&str, String)],
    body: impl Into<Vec<u8>>,
) -> Told {
    let address = format!("{}/webhooks/payments/{provider}", shop.url);
    let body: Vec<u8> = body.into();
    let mut request = shop.client.post(address).body(body);
    for (name, value) in headers {
        request = request.header(*name, value.as_str());
    }
    let answer = request.send().await.unwrap();
    let request_id = answer.headers().get("x-request-id").map(|id| id.to_str().unwrap().to_owned());
    Told { status: answer.status().as_u16(), request_id: request_id.unwrap_or_default() }
}

/// How the payment of an order stands, by what an attempt told of it.
pub async fn financial_status(shop: &TestShop, outcome: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Order { financialStatus } } }";
    let id = outcome["orderId"].as_str().unwrap_or_else(|| panic!("{outcome:#}"));
    shop.ask(query, json!({ "id": id })).await["node"]["financialStatus"].clone()
}

/// How many of the mugs are available, reserved and committed.
pub async fn mugs(shop: &TestShop) -> (i64, i64, i64) {
    let level = shop.level("mug").await;
    (level.available, level.reserved, level.committed)
}

/// A shop with ten mugs for 12.50 and 4.90 for the delivery, whose clock stands still, with a stand-in of Stripe.
pub struct StripeShop {
    pub shop: TestShop,
    pub stand: stripe::book::Stand,
    pub mug: String,
}

impl StripeShop {
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::at(stripe::book::Stand::start(), 10, change).await
    }

    /// The same at a stand-in that runs already, with another stock.
    pub async fn at(stand: stripe::book::Stand, stock: i64, change: impl FnOnce(&mut Config)) -> Self {
        let shop = TestShop::open_at_with(Utc::now(), |config| {
            config.stripe.secret = Some(SecretString::from(stripe::SECRET));
            config.stripe.webhook_secret = Some(SecretString::from(stripe::WEBHOOK_SECRET));
            config.stripe.publishable = Some("pk_test_of_the_tests".to_owned());
            config.stripe.api_url = url::Url::parse(&stand.peer.url).unwrap();
            change(config);
        })
        .await;
        shop.have(&[ProductSpec::new("mug").price("12.50").stock(stock)]).await;
        let mug = shop.variant_id("mug").await;
        Self { shop, stand, mug }
    }

    /// A cart to be paid through Stripe: with what its front end handed over, or else on Stripe's page.
    pub async fn cart(&self, quantity: i64, token: Option<&str>) -> ReadyCart {
        let cart = self.shop.ready_cart(&self.mug, quantity, "manual").await;
        let paid = pay_by(&self.shop, &cart.id, (&cart.total, "EUR"), "stripe", token).await;
        assert_eq!(paid["userErrors"], json!([]));
        cart
    }

    /// The body of an event about a thing of Stripe's.
    pub fn event(&self, id: &str, kind: &str, object: &Value) -> String {
        let created = self.shop.app.clock.now().timestamp();
        json!({ "id": id, "object": "event", "api_version": "2022-11-15", "created": created, "livemode": false,
            "pending_webhooks": 1, "request": null, "type": kind, "data": { "object": object } })
        .to_string()
    }

    /// An event of Stripe's, which must be taken and done.
    pub async fn tell(&self, id: &str, kind: &str, object: &Value) {
        let body = self.event(id, kind, object);
        let header = signature(stripe::WEBHOOK_SECRET, self.shop.app.clock.now(), body.as_bytes());
        let told = hook(&self.shop, "stripe", &[("stripe-signature", header)], body).await;
        assert_eq!(told.status, 200, "{kind}");
        handled(&self.shop).await;
    }

    /// The payment with this place in Stripe's book.
    pub fn intent(&self, place: usize) -> Value {
        self.stand.book().intents[place].clone()
    }

    /// The page that the buyer's browser is sent back to, by the key under which Stripe was told it.
    pub fn way_back(&self, name: &str) -> String {
        let asked = stripe::judged(&self.stand);
        let mut told = asked.iter().rev().map(stripe::fields);
        told.find_map(|fields| stripe::field(&fields, name).map(str::to_owned)).unwrap()
    }

    /// The key of an attempt.
    pub async fn key(&self, attempt: &str) -> String {
        row(&self.shop, attempt).await.idempotency_key
    }
}

/// What stands in the header of Stripe's events.
pub fn signature(secret: &str, at: DateTime<Utc>, body: &[u8]) -> String {
    let time = at.timestamp();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time}.").as_bytes());
    mac.update(body);
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={time},v1={digits}")
}

/// The same shop with a stand-in of PayPal.
pub struct PayPalShop {
    pub shop: TestShop,
    pub stand: paypal::book::Stand,
    pub mug: String,
}

impl PayPalShop {
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        let stand = paypal::book::Stand::start();
        let now = Utc::now();
        stand.book().create_time = Some(now.to_rfc3339_opts(SecondsFormat::Secs, true));
        let shop = TestShop::open_at_with(now, |config| {
            config.paypal = Some(paypal::settings(&stand.peer.url));
            change(config);
        })
        .await;
        shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
        let mug = shop.variant_id("mug").await;
        Self { shop, stand, mug }
    }

    /// A cart to be paid through PayPal: with an order that was approved in its front end, or else on its page.
    pub async fn cart(&self, quantity: i64, token: Option<&str>) -> ReadyCart {
        let cart = self.shop.ready_cart(&self.mug, quantity, "manual").await;
        let paid = pay_by(&self.shop, &cart.id, (&cart.total, "EUR"), "paypal", token).await;
        assert_eq!(paid["userErrors"], json!([]));
        cart
    }

    /// An event that PayPal signed with this signature, which must be taken and done.
    pub async fn tell(&self, id: &str, kind: &str, resource: &Value) {
        let body = json!({ "id": id, "event_type": kind, "resource": resource }).to_string();
        let signed_as = format!("signature-of-{id}");
        self.stand.book().signed.insert(signed_as.clone(), body.clone());
        let told = hook(&self.shop, "paypal", &self.transmission(&signed_as), body).await;
        assert_eq!(told.status, 200, "{kind}");
        handled(&self.shop).await;
    }

    /// The headers of an event with this signature.
    pub fn transmission(&self, signature: &str) -> Vec<(&'static str, String)> {
        let now = self.shop.app.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
        vec![
            ("paypal-auth-algo", "SHA256withRSA".to_owned()),
            ("paypal-cert-url", "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1".to_owned()),
            ("paypal-transmission-id", "d938e770-8046-11e6-8103-6b62a8a99ac4".to_owned()),
            ("paypal-transmission-sig", signature.to_owned()),
            ("paypal-transmission-time", now),
        ]
    }
}
