//! Money: what a cart shows, what a provider is asked for and what an order says are the same amount.

use serde_json::{Value, json};
use tradepost::discount::NewDiscount;
use tradepost::money::Money;
use tradepost::pricing::engine::{self, Spread};

use super::{figure, reconciled, tell};
use crate::payment::attempt::{gateway, row, submitted};
use crate::payment::shop::{PayPalShop, StripeShop, mugs, pay_by, pay_in_session};
use crate::payment::{paypal, stripe};
use crate::support::amount::tax_rate;
use crate::support::discount::{WITH_ALL, coded, free_shipping, off_order, off_products};
use crate::support::market::{currency, market, price_list};
use crate::support::{ProductSpec, TestShop, VariantSpec};

const CARD: Option<&str> = Some("pm_card_visa");
/// Prices that divide badly.
const PRICES: [&str; 6] = ["0.01", "0.99", "3.33", "7.77", "12.50", "99.95"];

/// A shop with taxes in Germany and New York and discounts that leave odd cents.
async fn shop_with_odd_prices() -> TestShop {
    let shop = TestShop::open().await;
    let products: Vec<ProductSpec> = PRICES
        .into_iter()
        .enumerate()
        .map(|(place, price)| ProductSpec::new(&format!("thing-{place}")).price(price).stock(10_000))
        .collect();
    shop.have(&products).await;
    shop.sell_untaxed_prices_in(&["US"]).await;
    shop.taxed(&tax_rate("DE", None, 190_000)).await;
    shop.taxed(&tax_rate("US", Some("NY"), 88_750)).await;
    let third = shop.product_row("thing-3").await.id;
    let beside = |title: &str, new: NewDiscount| NewDiscount {
        title: title.to_owned(),
        combines_with: WITH_ALL,
        ..new
    };
    let odd = off_products(engine::Value::Percentage(3_333), Spread::Each, &[third]);
    shop.discount(&beside("A third off", odd)).await;
    shop.discount(&coded("SEVEN", beside("Seven cents off", off_order(engine::Value::Amount(7))))).await;
    shop.discount(&coded("SOME", beside("Some off", off_order(engine::Value::Percentage(1_250))))).await;
    shop.discount(&coded("POST", beside("Free delivery", free_shipping()))).await;
    shop
}

fn address(country: &str) -> Value {
    let mut address = json!({ "firstName": "Ada", "lastName": "Lovelace", "countryCode": country });
    let place = match country {
        "US" => {
            json!({ "address1": "350 5th Ave", "city": "New York", "zip": "10118", "provinceCode": "NY" })
        }
        _ => json!({ "address1": "Invalidenstr. 1", "city": "Berlin", "zip": "10115" }),
    };
    address.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
    json!([{ "selected": true, "address": { "deliveryAddress": address } }])
}

/// The lines, the country and the codes of a random cart.
fn random_cart(variants: &[String]) -> Value {
    let lines: Vec<Value> = (0..rand::random_range(1..=5))
        .map(|_| {
            let variant = &variants[rand::random_range(0..variants.len())];
            json!({ "merchandiseId": variant, "quantity": rand::random_range(1..=7) })
        })
        .collect();
    let codes: Vec<&str> =
        ["SEVEN", "SOME", "POST"].into_iter().filter(|_| rand::random_range(0..2) == 0).collect();
    let country = if rand::random_range(0..3) == 0 { "US" } else { "DE" };
    json!({ "lines": lines, "discountCodes": codes, "delivery": { "addresses": address(country) },
        "buyerIdentity": { "email": "ada@example.com", "countryCode": country } })
}

/// Case 26: what random carts show, what the provider takes and what the orders say; here 24 carts. That a million carts
/// add up is told by the engine's own test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_26_what_a_random_cart_shows_is_what_the_provider_takes_and_the_order_says() {
    let count = figure(24, 500);
    let shop = shop_with_odd_prices().await;
    let mut variants = Vec::new();
    for place in 0..PRICES.len() {
        variants.push(shop.variant_id(&format!("thing-{place}")).await);
    }
    let (mut free, mut shown) = (0, 0);
    for _ in 0..count {
        let input = random_cart(&variants);
        let cart = shop.make_cart(input.clone()).await;
        let (id, cost) = (cart["id"].as_str().unwrap(), &cart["cost"]["totalAmount"]);
        let (text, code) = (cost["amount"].as_str().unwrap(), cost["currencyCode"].as_str().unwrap());
        let total = Money::parse(text, currency(code)).unwrap();
        shop.pay(id, text, "approve").await;
        let outcome = shop.buy(id).await;
        let order = shop.orders().await.pop().unwrap();
        assert!(outcome["orderId"].as_str().unwrap().contains(&format!("/{}?", order.id)), "{outcome:#}");
        assert_eq!(order.total_minor, total.minor, "{input:#}");
        shop.order_adds_up(order.id).await;
        shown += total.minor;
        free += usize::from(total.minor == 0);
    }
    let books = reconciled(&shop).await;
    assert_eq!((books.orders, books.taken, books.given_back), (count, count - free, 0));
    let taken: i64 = gateway(&shop).payments().iter().map(|payment| payment.amount.minor).sum();
    assert_eq!(taken, shown, "to the cent");
    tell(&format!("case 26: {count} random carts through the server: {books:?}, {taken} cents"));
}

/// A thing that needs no delivery, sold in a country for so much.
async fn cart_abroad(shop: &TestShop, country: &str, price: Money) -> (String, String) {
    let code = price.currency.code();
    let abroad = shop.sell_in(&market(&country.to_lowercase(), code, &[country])).await;
    let list = shop.list_prices(&price_list(abroad, code)).await;
    shop.fix_price(list, "course", code, price.minor).await;
    let input = json!({ "lines": [{ "merchandiseId": shop.variant_id("course").await }],
        "buyerIdentity": { "email": "ada@example.com", "countryCode": country } });
    let cart = shop.make_cart(input).await;
    let total = &cart["cost"]["totalAmount"];
    let text = price.to_string();
    assert_eq!(total, &json!({ "amount": text, "currencyCode": code }));
    (cart["id"].as_str().unwrap().to_owned(), text)
}

/// Whether a cart is offered a way to pay, by the API and on its page alike.
async fn is_offered(shop: &TestShop, cart: &str, provider: &str) -> bool {
    let query = "query($id: ID) { paymentMethods(cartId: $id) { provider } }";
    let told = shop.ask(query, json!({ "id": cart })).await["paymentMethods"].clone();
    let told = told.as_array().unwrap().iter().any(|method| method["provider"] == provider);
    let page = format!("{}/payment", shop.cart(cart).await["checkoutUrl"].as_str().unwrap());
    let page = shop.client.get(page).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("value=\"manual\""), "{page}");
    assert_eq!(page.contains(&format!("value=\"{provider}\"")), told, "{page}");
    told
}

async fn have_course(shop: &TestShop) {
    let course = VariantSpec { requires_shipping: false, stock: None, ..VariantSpec::default() };
    shop.have(&[ProductSpec { variants: vec![course], ..ProductSpec::new("course") }]).await;
}

fn not_supported() -> Value {
    json!([{ "code": "PAYMENT_METHOD_NOT_SUPPORTED", "field": ["payment"] }])
}

fn money(text: &str, code: &str) -> Money {
    Money::parse(text, currency(code)).unwrap()
}

/// Case 27: from a cart in each currency to the amount that Stripe receives, by its own decimals.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_27_stripe_receives_what_a_cart_costs_in_each_currency() {
    let at = StripeShop::open().await;
    have_course(&at.shop).await;
    for (country, text, code, wire) in [
        ("US", "12.34", "USD", "1234"),
        ("JP", "500", "JPY", "500"),
        ("KR", "500", "KRW", "500"),
        ("KW", "1.23", "KWD", "1230"),
        ("BH", "5.12", "BHD", "5120"),
        ("TN", "5.12", "TND", "5120"),
        ("IS", "500", "ISK", "50000"),
        ("UG", "5000", "UGX", "500000"),
        ("HU", "1045.50", "HUF", "104550"),
        ("TW", "800.45", "TWD", "80045"),
    ] {
        let price = money(text, code);
        at.shop.rate(code, 1_000_000_000).await;
        let (cart, shown) = cart_abroad(&at.shop, country, price).await;
        let set = pay_by(&at.shop, &cart, (&shown, code), "stripe", CARD).await;
        assert_eq!(set["userErrors"], json!([]), "{code}");
        at.shop.buy(&cart).await;
        let asked = stripe::judged(&at.stand).pop().unwrap();
        assert_eq!((asked.method.as_str(), asked.path()), ("POST", "/v1/payment_intents"));
        let sent = stripe::fields(&asked);
        assert_eq!(stripe::field(&sent, "amount"), Some(wire), "{text} {code}");
        assert_eq!(stripe::field(&sent, "currency"), Some(code.to_lowercase().as_str()));
        let order = at.shop.orders().await.pop().unwrap();
        assert_eq!((order.total_minor, order.currency.as_str()), (price.minor, code));
        let intent = at.stand.book().intents.pop().unwrap();
        assert_eq!(intent["amount_received"].to_string(), wire, "{code}: what Stripe has taken");
    }
    // Stripe takes three decimals in tens: what it cannot take exactly is not offered, and not asked for.
    let before = at.stand.peer.asked().len();
    at.shop.rate("OMR", 1_000_000_000).await;
    let (cart, shown) = cart_abroad(&at.shop, "OM", money("5.125", "OMR")).await;
    assert!(!is_offered(&at.shop, &cart, "stripe").await);
    let refused = pay_by(&at.shop, &cart, (&shown, "OMR"), "stripe", CARD).await;
    assert_eq!(refused["userErrors"], not_supported());
    assert_eq!((at.stand.peer.asked().len(), at.shop.orders().await.len()), (before, 10));
    assert_eq!(mugs(&at.shop).await, (10, 0, 0));
}

/// Case 27: the same at PayPal, which has no dinars and knows forint and Taiwan's dollars without decimals.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_27_paypal_receives_what_a_cart_costs_in_each_currency() {
    let at = PayPalShop::open().await;
    have_course(&at.shop).await;
    let countries = [
        ("US", "9.9", "USD", "9.90"),
        ("JP", "990", "JPY", "990"),
        ("HU", "990", "HUF", "990"),
        ("TW", "30", "TWD", "30"),
    ];
    for (country, text, code, value) in countries {
        let price = money(text, code);
        at.shop.rate(code, 1_000_000_000).await;
        let (cart, shown) = cart_abroad(&at.shop, country, price).await;
        assert!(is_offered(&at.shop, &cart, "paypal").await, "{code}");
        let set = pay_by(&at.shop, &cart, (&shown, code), "paypal", None).await;
        assert_eq!(set["userErrors"], json!([]), "{code}");
        let attempt = submitted(&at.shop, &cart, "token").await;
        let sent = paypal::judged(&at.stand).pop().unwrap().json()["purchase_units"][0]["amount"].clone();
        assert_eq!(sent, json!({ "currency_code": code, "value": value }));
        let order = row(&at.shop, &attempt).await.provider_reference.unwrap();
        at.stand.approve(&order);
        let back = format!("{}/checkout/attempts/{attempt}", at.shop.url);
        assert_eq!(at.shop.client.get(back).send().await.unwrap().status().as_u16(), 200);
        let order = at.shop.orders().await.pop().unwrap();
        assert_eq!((order.total_minor, order.currency.as_str()), (price.minor, code));
    }
    let before = at.stand.peer.asked().len();
    at.shop.rate("KWD", 1_000_000_000).await;
    let (cart, shown) = cart_abroad(&at.shop, "KW", money("1.23", "KWD")).await;
    assert!(!is_offered(&at.shop, &cart, "paypal").await);
    let refused = pay_by(&at.shop, &cart, (&shown, "KWD"), "paypal", None).await;
    assert_eq!(refused["userErrors"], not_supported());
    // Of forint there are halves in books and none at PayPal.
    let (cart, shown) = cart_abroad(&at.shop, "RO", money("990.50", "HUF")).await;
    assert!(!is_offered(&at.shop, &cart, "paypal").await);
    for refused in [
        pay_by(&at.shop, &cart, (&shown, "HUF"), "paypal", None).await,
        pay_in_session(&at.shop, &cart, (&shown, "HUF"), "paypal").await,
    ] {
        assert_eq!(refused["userErrors"], not_supported());
    }
    assert_eq!((at.stand.peer.asked().len(), at.shop.orders().await.len()), (before, 4));
}
