//! The hosted checkout, walked through as a browser does that keeps no cookie and runs no script.

mod address;
mod change;
mod code;
mod door;
mod flow;
mod look;
mod race;
mod typed;

use entity::id::LocationId;
use entity::{cart, location};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::Value;

use crate::support::{ProductSpec, TestShop, VariantSpec};

/// A page as it came.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// Where the browser is sent.
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("{} {}", self.status, self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// What stands in the input with this name.
    pub fn value(&self, name: &str) -> String {
        let input = tag(&self.body, "<input", &format!("name=\"{name}\""));
        attribute(input, "value").unwrap_or_else(|| panic!("{input}")).to_owned()
    }

    /// What is chosen in the list with this name.
    pub fn chosen(&self, name: &str) -> String {
        let list = tag(&self.body, "<select", &format!("name=\"{name}\""));
        let (_, behind) = self.body.split_once(list).unwrap();
        let list = behind.split_once("</select>").unwrap().0;
        let option = list.split("<option").find(|option| option.contains(" selected"));
        option.and_then(|option| attribute(option, "value")).unwrap_or_default().to_owned()
    }

    /// The values of the radio buttons with this name, and which is checked.
    pub fn radios(&self, name: &str) -> (Vec<String>, Option<String>) {
        let is_here =
            |part: &&str| part.contains(&format!("name=\"{name}\"")) && part.contains("type=\"radio\"");
        let inputs = self.body.split("<input").map(|part| part.split_once('>').map_or(part, |(tag, _)| tag));
        let inputs: Vec<&str> = inputs.filter(is_here).collect();
        let value = |input: &str| attribute(input, "value").unwrap().to_owned();
        let checked = inputs.iter().find(|input| input.contains(" checked")).map(|input| value(input));
        (inputs.into_iter().map(value).collect(), checked)
    }

    /// Whether there is a field with this name.
    pub fn has_field(&self, name: &str) -> bool {
        self.body.contains(&format!("name=\"{name}\""))
    }

    /// What is told beside a field.
    pub fn error(&self, field: &str) -> Option<&str> {
        let (_, behind) = self.body.split_once(&format!("id=\"{field}-error\">"))?;
        behind.split_once('<').map(|(text, _)| text)
    }

    /// Asserts that a field is told to be wrong in the ways that people and their helpers find.
    pub fn assert_wrong(&self, field: &str, message: &str) {
        assert_eq!(self.error(field), Some(message), "{}", self.body);
        let shown = format!("name=\"{field}\"");
        let tags = self.body.split('<').filter(|tag| tag.contains(&shown));
        let marked = tags.filter(|tag| tag.contains("aria-invalid=\"true\"")).count();
        assert!(marked > 0, "{field} is not marked: {}", self.body);
        assert!(self.body.contains(&format!("aria-describedby=\"{field}-error\"")), "{field}");
        assert!(
            self.body.contains(&format!("<a href=\"#{field}\">{message}</a>")),
            "{field} is not in the list"
        );
        assert!(self.body.contains(&format!("id=\"{field}\"")), "the list leads nowhere");
        assert!(self.body.contains("role=\"alert\""));
    }
}

/// The tag with this beginning that holds a text.
fn tag<'a>(body: &'a str, start: &str, holds: &str) -> &'a str {
    let starts = body.match_indices(start).map(|(place, _)| &body[place..]);
    let mut tags = starts.map(|rest| rest.split_once('>').unwrap().0);
    tags.find(|tag| tag.contains(holds)).unwrap_or_else(|| panic!("no {start} with {holds} in {body}"))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split_once('"').map(|(value, _)| value)
}

/// A browser at the page of a cart.
pub struct Browser {
    client: reqwest::Client,
    /// The shop's address.
    base: String,
    /// The page's path.
    pub page: String,
}

impl Browser {
    /// At the page that `checkoutUrl` names.
    pub async fn at(shop: &TestShop, cart_id: &str) -> Self {
        let url = shop.cart(cart_id).await["checkoutUrl"].as_str().unwrap().to_owned();
        let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let page = url.strip_prefix(&shop.url).unwrap_or_else(|| panic!("{url}")).to_owned();
        Self { client, base: shop.url.clone(), page }
    }

    /// At the page of a new cart with so many mugs.
    pub async fn with_mugs(shop: &TestShop, quantity: i64) -> (Self, String) {
        let cart = shop.cart_with(&shop.variant_id("mug").await, quantity).await;
        let id = cart["cart"]["id"].as_str().unwrap_or_else(|| panic!("{cart:#}")).to_owned();
        (Self::at(shop, &id).await, id)
    }

    /// Looks at an address of the shop, or at a path.
    pub async fn get(&self, address: &str) -> Page {
        answer(self.client.get(self.absolute(address))).await
    }

    /// Sends a form.
    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Page {
        self.post_with(address, fields, &[]).await
    }

    /// Sends a form with headers of its own.
    pub async fn post_with(&self, address: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self.client.post(self.absolute(address)).body(body);
        request = request.header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await
    }

    /// Looks at a step.
    pub async fn step(&self, step: &str) -> Page {
        self.get(&self.path(step)).await
    }

    /// Sends the form of a step.
    pub async fn send(&self, step: &str, fields: &[(&str, &str)]) -> Page {
        self.post(&self.path(step), fields).await
    }

    /// The path of a step or of something beside the steps.
    pub fn path(&self, step: &str) -> String {
        format!("{}{step}", self.page)
    }

    /// Fills in the first step, which must be fine.
    pub async fn fill_in(&self) {
        let page = self.send("", &ADA).await;
        assert_eq!((page.status, page.location()), (303, &*self.path("/delivery")), "{}", page.body);
    }

    /// Looks at the last step and orders with these fields besides those that the page has itself.
    pub async fn pay(&self, fields: &[(&str, &str)]) -> Page {
        let page = self.step("/payment").await;
        assert_eq!(page.status, 200, "{}", page.body);
        let (attempt, told) = (page.value("attempt"), page.value("told"));
        let own = [("attempt", attempt.as_str()), ("told", told.as_str()), ("pay", "1")];
        self.send("/payment", &[&own[..], fields].concat()).await
    }

    /// Follows the way from an answer to the order, which there must be; its address.
    pub async fn order_of(&self, page: &Page) -> String {
        assert_eq!(page.status, 303, "{}", page.body);
        assert!(page.location().contains("/checkout/attempts/"), "{}", page.location());
        let attempt = self.get(page.location()).await;
        assert_eq!(attempt.status, 303, "{}", attempt.body);
        assert!(attempt.location().contains("/orders/"), "{}", attempt.location());
        attempt.location().to_owned()
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with("http") { address.to_owned() } else { format!("{}{address}", self.base) }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Page {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Page { status, headers, body: answer.text().await.unwrap() }
}

/// What Ada writes into the first step.
pub const ADA: [(&str, &str); 9] = [
    ("email", "ada@example.com"),
    ("phone", "+49 30 123"),
    ("country", "DE"),
    ("first_name", "Ada"),
    ("last_name", "Lovelace"),
    ("address1", "Invalidenstr. 1"),
    ("zip", "10115"),
    ("city", "Berlin"),
    ("save", "1"),
];

/// A shop with ten mugs for 12.50.
pub async fn shop_with_mugs() -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    shop
}

/// A product that is not delivered.
pub fn download(handle: &str) -> ProductSpec {
    let variant = VariantSpec { requires_shipping: false, ..VariantSpec::default() };
    ProductSpec { variants: vec![variant], ..ProductSpec::new(handle) }
}

/// How much of the mugs is left, held and sold.
pub async fn mugs(shop: &TestShop) -> (i64, i64, i64) {
    let level = shop.level("mug").await;
    (level.available, level.reserved, level.committed)
}

/// Where the shop's first goods lie.
pub async fn first_location(shop: &TestShop) -> LocationId {
    let first = location::Entity::find().order_by_asc(location::Column::Position);
    first.one(shop.app.db.fresh()).await.unwrap().unwrap().id
}

/// The only cart.
pub async fn only_cart(shop: &TestShop) -> cart::Model {
    let mut carts = cart::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert_eq!(carts.len(), 1);
    carts.remove(0)
}

/// What a cart costs, as the API writes it.
pub fn total(cart: &Value) -> &str {
    cart["cost"]["totalAmount"]["amount"].as_str().unwrap()
}
