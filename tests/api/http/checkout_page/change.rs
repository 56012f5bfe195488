//! What changes while a buyer fills in forms is told, and never charged or sold unseen.

use entity::completion_attempt;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::market::{NewQuantityRule, save_quantity_rules};
use tradepost::money::Money;
use tradepost::pricing::{FixedPrice, save_base_prices};
use tradepost::shipping::{NewMethod, NewRegion, NewZone, replace_delivery_zones};
use tradepost::store::BASE_PRICE_LIST;

use super::{ADA, Browser, Page, mugs, only_cart, shop_with_mugs};
use crate::payment::attempt::gateway;
use crate::support::amount::tax_rate;
use crate::support::market::{currency, market};
use crate::support::{ProductSpec, TestShop};

async fn set_price(shop: &TestShop, handle: &str, minor: i64) {
    let price = FixedPrice::of(shop.first_variant(handle).await, Money::new(minor, currency("EUR")));
    save_base_prices(&shop.app, &Actor::System, &[price]).await.unwrap();
}

/// Somebody else buys mugs.
async fn sell(shop: &TestShop, quantity: i64) {
    let cart = shop.ready_cart(&shop.variant_id("mug").await, quantity, "manual").await;
    shop.buy(&cart.id).await;
}

async fn attempts(shop: &TestShop) -> usize {
    completion_attempt::Entity::find().all(shop.app.db.fresh()).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changes_before_the_button_is_pressed_is_told_first() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    for with_told in [true, false] {
        set_price(&shop, "mug", 1_250).await;
        let page = browser.step("/payment").await;
        assert!(page.body.contains("Order and pay €29.90"), "{}", page.body);
        let (attempt, told) = (page.value("attempt"), page.value("told"));
        set_price(&shop, "mug", 1_400).await;
        let own = [("method", "test"), ("test_token", "approve"), ("attempt", attempt.as_str())];
        let told = [("told", told.as_str())];
        let fields = [&own[..], if with_told { &told[..] } else { &[] }].concat();
        let refused = browser.send("/payment", &fields).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        for shown in [
            "The amount to pay has changed",
            "One of mug costs €14.00 now. It was €12.50.",
            "The total is €32.90 now. It was €29.90.",
            "Order and pay €32.90",
        ] {
            assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
        }
        assert_eq!(refused.radios("method").1.as_deref(), Some("test"), "what was chosen stays");
        assert_eq!(refused.chosen("test_token"), "approve");
        assert_eq!((attempts(&shop).await, gateway(&shop).payments().len()), (0, 0));
        assert_eq!(only_cart(&shop).await.payment, None);
    }
    let paid = browser.pay(&[("method", "test"), ("test_token", "approve")]).await;
    browser.order_of(&paid).await;
    assert_eq!(shop.orders().await.remove(0).total_minor, 3_290);
    assert_eq!(gateway(&shop).payments()[0].amount.minor, 3_290);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changed_since_the_last_look_is_told_on_every_step() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    browser.step("/payment").await;
    set_price(&shop, "mug", 1_000).await;
    for step in ["", "/delivery", "/payment"] {
        let page = browser.step(step).await;
        assert!(page.body.contains("One of mug costs €10.00 now. It was €12.50."), "{step}: {}", page.body);
    }
    let page = browser.step("/payment").await;
    assert!(!page.body.contains("It was €12.50"), "it was told");
    let paid = browser.pay(&[("method", "manual")]).await;
    browser.order_of(&paid).await;
    assert_eq!(shop.orders().await.remove(0).total_minor, 1_490);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_lies_open_does_not_order_what_was_put_in_the_cart_elsewhere() {
    let shop = shop_with_mugs().await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let page = browser.step("/payment").await;
    let (attempt, told) = (page.value("attempt"), page.value("told"));
    let line = shop.cart(&cart).await["lines"]["nodes"][0]["id"].clone();
    let change = [
        ("cartId", "ID!", json!(cart)),
        ("lines", "[CartLineUpdateInput!]!", json!([{ "id": line, "quantity": 5 }])),
    ];
    shop.change_cart("cartLinesUpdate", &change).await;
    let fields = [("method", "manual"), ("attempt", attempt.as_str()), ("told", told.as_str())];
    let refused = browser.send("/payment", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("The amount to pay has changed") && refused.body.contains("€67.40"),
        "{}",
        refused.body
    );
    assert_eq!((attempts(&shop).await, shop.orders().await.len()), (0, 0));
}

/// A page that lies open, and how its buyer orders on it.
struct OpenPage<'a> {
    browser: &'a Browser,
    attempt: String,
    told: String,
}

impl<'a> OpenPage<'a> {
    async fn of(browser: &'a Browser) -> Self {
        let page = browser.step("/payment").await;
        assert_eq!(page.status, 200, "{}", page.body);
        Self { browser, attempt: page.value("attempt"), told: page.value("told") }
    }

    async fn order(&self) -> Page {
        let fields = [("method", "manual"), ("attempt", self.attempt.as_str()), ("told", self.told.as_str())];
        self.browser.send("/payment", &fields).await
    }

    /// Asserts that the buyer is told first, and that the page that tells it orders.
    async fn assert_is_told(&self, shop: &TestShop, shown: &str) {
        let page = self.order().await;
        assert_eq!(page.status, 422, "{}", page.body);
        for shown in ["Your order has changed since you saw it. Please check it and order again.", shown] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        assert!(!page.body.contains("The amount to pay has changed"), "{}", page.body);
        assert_eq!((attempts(shop).await, shop.orders().await.len()), (0, 0));
        assert_eq!(only_cart(shop).await.payment, None);
        assert_ne!(page.value("told"), self.told);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_variant_of_the_same_price_is_not_ordered_unseen() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("shirt").in_sizes_and_colors(&["S", "L"], &["Red"])]).await;
    let variants = shop.variant_ids("shirt").await;
    let cart = shop.cart_with(&variants[0], 1).await["cart"]["id"].as_str().unwrap().to_owned();
    let browser = Browser::at(&shop, &cart).await;
    browser.fill_in().await;
    let open = OpenPage::of(&browser).await;
    let line = shop.cart(&cart).await["lines"]["nodes"][0]["id"].clone();
    let change = async |line: Value| {
        let arguments = [("cartId", "ID!", json!(cart)), ("lines", "[CartLineUpdateInput!]!", json!([line]))];
        let changed = shop.change_cart("cartLinesUpdate", &arguments).await;
        assert_eq!(changed["userErrors"], json!([]), "{changed:#}");
    };
    change(json!({ "id": line, "merchandiseId": variants[1] })).await;
    open.assert_is_told(&shop, "L / Red").await;

    let open = OpenPage::of(&browser).await;
    change(json!({ "id": line, "attributes": [{ "key": "Engraving", "value": "Bob" }] })).await;
    open.assert_is_told(&shop, "Engraving: Bob").await;

    let open = OpenPage::of(&browser).await;
    browser.order_of(&open.order().await).await;
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_address_buyer_or_delivery_is_not_ordered_unseen() {
    let shop = shop_with_mugs().await;
    let method = |handle: &str| NewMethod::flat(handle, handle, currency("EUR"), 490);
    let zone = NewZone {
        name: "Home".to_owned(),
        regions: vec![NewRegion::country("DE")],
        methods: vec![method("bike"), method("van")],
    };
    replace_delivery_zones(&shop.app, &Actor::System, vec![zone]).await.unwrap();
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let mut last = ADA.to_vec();
    for (field, value) in [("address1", "Elsewhere 2"), ("email", "eve@example.com"), ("phone", "+49 40 9")] {
        let open = OpenPage::of(&browser).await;
        last.retain(|(name, _)| *name != field);
        last.push((field, value));
        assert_eq!(browser.send("", &last).await.status, 303);
        open.assert_is_told(&shop, value).await;
    }
    let open = OpenPage::of(&browser).await;
    let chosen = browser.step("/delivery").await.radios("delivery_0").1;
    let other = if chosen.as_deref() == Some("bike") { "van" } else { "bike" };
    assert_eq!(browser.send("/delivery", &[("delivery_0", other)]).await.status, 303);
    open.assert_is_told(&shop, other).await;

    // What was written down again as it was is no change.
    let open = OpenPage::of(&browser).await;
    assert_eq!(browser.send("", &last).await.status, 303);
    assert_eq!(browser.send("/delivery", &[("delivery_0", other)]).await.status, 303);
    browser.order_of(&open.order().await).await;
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_came_later_keeps_no_cart_from_being_changed_to_what_there_is() {
    let shop = shop_with_mugs().await;
    shop.have(&[ProductSpec::new("pin").price("3.00").stock(10)]).await;
    let (browser, cart) = Browser::with_mugs(&shop, 4).await;
    let pins = json!([{ "merchandiseId": shop.variant_id("pin").await, "quantity": 3 }]);
    shop.change_cart("cartLinesAdd", &[("cartId", "ID!", json!(cart)), ("lines", "[CartLineInput!]!", pins)])
        .await;
    browser.fill_in().await;
    let in_fives = async |handle: &str| {
        let variant_id = shop.first_variant(handle).await;
        let rule = NewQuantityRule { variant_id, minimum: 5, maximum: None, increment: 5 };
        save_quantity_rules(&shop.app, &Actor::System, BASE_PRICE_LIST, &[rule]).await.unwrap();
    };
    in_fives("pin").await;
    sell(&shop, 7).await;
    let adjusted = browser.send("/adjust", &[("step", "payment"), ("adjust", "1")]).await;
    assert_eq!((adjusted.status, adjusted.location()), (303, &*browser.path("/payment")));
    assert_eq!(shop.cart(&cart).await["totalQuantity"], 6, "the pins, of which there is enough, stay");

    sell(&shop, 1).await;
    in_fives("mug").await;
    assert!(browser.step("").await.body.contains("Only 2 of mug left."));
    let fields = [("step", "information"), ("email", "typed@exam"), ("adjust", "1")];
    let adjusted = browser.send("/adjust", &fields).await;
    assert_eq!((adjusted.status, adjusted.value("email")), (200, "typed@exam".into()), "{}", adjusted.body);
    assert!(!adjusted.has_field("adjust"), "{}", adjusted.body);
    assert_eq!(shop.cart(&cart).await["totalQuantity"], 3, "two mugs are not sold");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sold_out_meanwhile_is_told_and_the_cart_can_be_changed_to_what_there_is() {
    let shop = shop_with_mugs().await;
    shop.have(&[ProductSpec::new("pin").price("3.00").stock(10)]).await;
    let (browser, cart) = Browser::with_mugs(&shop, 4).await;
    let pin = json!([{ "merchandiseId": shop.variant_id("pin").await }]);
    shop.change_cart("cartLinesAdd", &[("cartId", "ID!", json!(cart)), ("lines", "[CartLineInput!]!", pin)])
        .await;
    browser.fill_in().await;
    let page = browser.step("/payment").await;
    let (attempt, told) = (page.value("attempt"), page.value("told"));
    let fields = [("method", "manual"), ("attempt", attempt.as_str()), ("told", told.as_str())];
    sell(&shop, 7).await;
    let few = browser.send("/payment", &fields).await;
    assert_eq!(few.status, 422);
    assert!(few.body.contains("Only 3 of mug left.") && few.has_field("adjust"), "{}", few.body);
    assert_eq!((shop.orders().await.len(), mugs(&shop).await), (1, (3, 0, 7)));
    let adjusted = browser.send("/adjust", &[("step", "payment"), ("adjust", "1")]).await;
    assert_eq!((adjusted.status, adjusted.location()), (303, &*browser.path("/payment")));
    assert_eq!(shop.cart(&cart).await["totalQuantity"], 4, "three mugs and the pin");
    assert!(!browser.step("/payment").await.has_field("adjust"));

    sell(&shop, 3).await;
    for step in ["", "/delivery", "/payment"] {
        let page = browser.step(step).await;
        assert!(page.body.contains("mug is sold out.") && page.has_field("adjust"), "{step}: {}", page.body);
    }
    browser.send("/adjust", &[("step", "delivery")]).await;
    assert_eq!(shop.cart(&cart).await["totalQuantity"], 1, "the pin");
    let paid = browser.pay(&[("method", "manual")]).await;
    browser.order_of(&paid).await;
    assert_eq!(shop.orders().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_longer_sold_can_be_taken_out() {
    let shop = shop_with_mugs().await;
    shop.have(&[ProductSpec::new("pin").price("3.00").stock(10)]).await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    let pin = json!([{ "merchandiseId": shop.variant_id("pin").await }]);
    shop.change_cart("cartLinesAdd", &[("cartId", "ID!", json!(cart)), ("lines", "[CartLineInput!]!", pin)])
        .await;
    browser.fill_in().await;
    let mut gone = ProductSpec::new("mug").price("12.50").stock(10);
    gone.status = "archived";
    shop.have(&[gone]).await;
    let told = browser.step("/payment").await;
    assert!(told.body.contains("A product in your cart is no longer sold."), "{}", told.body);
    let refused = browser.pay(&[("method", "manual")]).await;
    assert_eq!((refused.status, shop.orders().await.len()), (422, 0));
    browser.send("/adjust", &[("step", "payment")]).await;
    let paid = browser.pay(&[("method", "manual")]).await;
    browser.order_of(&paid).await;
    assert_eq!(shop.orders().await.remove(0).subtotal_minor, 300);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_cart_says_so() {
    let shop = shop_with_mugs().await;
    let empty = shop.make_cart(json!({})).await["id"].as_str().unwrap().to_owned();
    let browser = Browser::at(&shop, &empty).await;
    let page = browser.step("").await;
    assert!(page.status == 200 && page.body.contains("Your cart is empty"), "{}", page.body);
    for step in ["/delivery", "/payment"] {
        assert_eq!(browser.step(step).await.location(), browser.page);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taxes_are_shown_and_follow_the_country() {
    let shop = shop_with_mugs().await;
    shop.taxed(&tax_rate("DE", None, 190_000)).await;
    let (browser, _) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    let page = browser.step("/payment").await;
    assert!(page.body.contains("Includes €4.77 in taxes"), "{}", page.body);
    assert!(page.body.contains("Order and pay €29.90"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_country_may_have_another_currency() {
    let shop = shop_with_mugs().await;
    shop.rate("USD", 2_000_000_000).await;
    shop.sell_in(&market("us", "USD", &["US"])).await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    let fields = [
        ("email", "ada@example.com"),
        ("country", "US"),
        ("last_name", "Lovelace"),
        ("address1", "350 5th Ave"),
        ("city", "New York"),
        ("province", "NY"),
        ("zip", "10118"),
    ];
    assert_eq!(browser.send("", &fields).await.location(), browser.path("/delivery"));
    assert_eq!(shop.cart(&cart).await["cost"]["totalAmount"]["currencyCode"], "USD");
    let page = browser.step("/payment").await;
    assert!(page.body.contains("Order and pay $75.00"), "{}", page.body);
    let paid = browser.pay(&[("method", "test"), ("test_token", "approve")]).await;
    browser.order_of(&paid).await;
    let order = shop.orders().await.remove(0);
    assert_eq!((order.total_minor, order.currency.as_str()), (7_500, "USD"));
}
