//! Factories: products through the importer, carts and orders through the API.

use entity::collection::CollectionSortOrder;
use entity::{inventory_level, order, product, reservation, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::catalog::{NewCollection, save_collection};
use tradepost::import::{ImportOptions, ImportReport, import_products};

use super::TestShop;

/// A product to be made.
#[derive(Clone)]
pub struct ProductSpec {
    pub handle: String,
    pub title: String,
    pub vendor: String,
    pub kind: String,
    pub tags: String,
    pub status: &'static str,
    pub published: bool,
    pub options: Vec<&'static str>,
    pub variants: Vec<VariantSpec>,
    pub images: usize,
}

/// A variant to be made.
#[derive(Clone)]
pub struct VariantSpec {
    pub values: Vec<String>,
    pub sku: String,
    pub price: String,
    pub compare_at: String,
    /// `None` for not tracked.
    pub stock: Option<i64>,
    pub policy: &'static str,
    pub grams: u32,
    pub requires_shipping: bool,
}

impl Default for VariantSpec {
    fn default() -> Self {
        Self {
            values: vec!["Default Title".to_owned()],
            sku: String::new(),
            price: "10.00".to_owned(),
            compare_at: String::new(),
            stock: Some(100),
            policy: "deny",
            grams: 100,
            requires_shipping: true,
        }
    }
}

impl ProductSpec {
    /// A product of one variant for 10.00 with 100 in stock.
    pub fn new(handle: &str) -> Self {
        Self {
            handle: handle.to_owned(),
            title: handle.to_owned(),
            vendor: "Maker".to_owned(),
            kind: "Thing".to_owned(),
            tags: String::new(),
            status: "active",
            published: true,
            options: vec!["Title"],
            variants: vec![VariantSpec::default()],
            images: 0,
        }
    }

    pub fn price(mut self, price: &str) -> Self {
        self.variants.iter_mut().for_each(|variant| price.clone_into(&mut variant.price));
        self
    }

    pub fn stock(mut self, stock: i64) -> Self {
        self.variants.iter_mut().for_each(|variant| variant.stock = Some(stock));
        self
    }

    /// Variants by size and colour, all alike but for their options.
    pub fn in_sizes_and_colors(mut self, sizes: &[&str], colors: &[&str]) -> Self {
        self.options = vec!["Size", "Color"];
        self.variants = sizes
            .iter()
            .flat_map(|size| colors.iter().map(|color| vec![(*size).to_owned(), (*color).to_owned()]))
            .map(|values| VariantSpec {
                sku: format!("{}-{}", self.handle, values.join("-")),
                values,
                ..VariantSpec::default()
            })
            .collect();
        self
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let count = self.variants.len().max(self.images);
        (0..count)
            .map(|index| {
                let first = index == 0;
                let of_product = |text: &str| if first { text.to_owned() } else { String::new() };
                let variant = self.variants.get(index);
                let option = |place: usize| {
                    let name = self.options.get(place).map(|name| of_product(name)).unwrap_or_default();
                    let value =
                        variant.and_then(|variant| variant.values.get(place).cloned()).unwrap_or_default();
                    [name, value]
                };
                let text = |value: &dyn Fn(&VariantSpec) -> String| variant.map(value).unwrap_or_default();
                let mut row = vec![
                    self.handle.clone(),
                    of_product(&self.title),
                    of_product("<p>A fine thing.</p>"),
                    of_product(&self.vendor),
                    of_product(&self.kind),
                    of_product(&self.tags),
                    of_product(if self.published { "true" } else { "false" }),
                    of_product(self.status),
                ];
                row.extend((0..3).flat_map(option));
                row.extend([
                    text(&|variant| variant.sku.clone()),
                    text(&|variant| variant.grams.to_string()),
                    text(&|variant| {
                        if variant.stock.is_some() { "shopify".to_owned() } else { String::new() }
                    }),
                    text(&|variant| variant.stock.unwrap_or(0).to_string()),
                    text(&|variant| variant.policy.to_owned()),
                    text(&|variant| variant.price.clone()),
                    text(&|variant| variant.compare_at.clone()),
                    text(&|variant| variant.requires_shipping.to_string()),
                    if index < self.images {
                        format!("https://pictures.example/{}-{index}.png", self.handle)
                    } else {
                        String::new()
                    },
                    if index < self.images { (index + 1).to_string() } else { String::new() },
                ]);
                row
            })
            .collect()
    }
}

const HEADER: [&str; 24] = [
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Type",
    "Tags",
    "Published",
    "Status",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Option3 Name",
    "Option3 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Inventory Policy",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Requires Shipping",
    "Image Src",
    "Image Position",
];

/// What tests look at of a cart.
const CART: &str = "id note totalQuantity checkoutUrl updatedAt attributes { key value } \
    buyerIdentity { email phone countryCode preferences { wallet delivery { deliveryMethod pickupHandle } } } \
    discountCodes { code applicable } \
    cost { subtotalAmount { amount currencyCode } totalAmount { amount currencyCode } totalAmountEstimated } \
    delivery { addresses { id selected oneTimeUse address { ... on CartDeliveryAddress { \
      firstName lastName address1 city zip provinceCode countryCode } } } } \
    deliveryGroups(first: 5) { nodes { id deliveryOptions { handle title estimatedCost { amount } } \
      selectedDeliveryOption { handle } cartLines(first: 250) { nodes { id } } } } \
    lines(first: 250) { nodes { id quantity attributes { key value } \
      cost { amountPerQuantity { amount } compareAtAmountPerQuantity { amount } totalAmount { amount } } \
      merchandise { ... on ProductVariant { id } } } }";

/// Code and field of each refusal in a payload.
pub fn refusals(payload: &Value) -> Vec<(&str, String)> {
    let parts = |field: &Value| {
        let parts = field.as_array().unwrap().iter().map(|part| part.as_str().unwrap());
        parts.collect::<Vec<_>>().join(".")
    };
    let errors = payload["userErrors"].as_array().unwrap();
    errors.iter().map(|error| (error["code"].as_str().unwrap(), parts(&error["field"]))).collect()
}

/// A cart that is ready to be ordered.
pub struct ReadyCart {
    pub id: String,
    pub total: String,
}

impl TestShop {
    /// Makes products.
    pub async fn have(&self, products: &[ProductSpec]) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(HEADER).unwrap();
        for row in products.iter().flat_map(ProductSpec::rows) {
            writer.write_record(row).unwrap();
        }
        let report = self.import(&String::from_utf8(writer.into_inner().unwrap()).unwrap()).await;
        assert!(report.errors.is_empty(), "{:?}", report.errors);
    }

    /// Imports a product file.
    pub async fn import(&self, file: &str) -> ImportReport {
        let file = std::io::Cursor::new(file.to_owned().into_bytes());
        import_products(&self.app, &Actor::System, file, ImportOptions::default(), &|_| {}).await.unwrap()
    }

    /// Makes a collection of products in this order and returns its global id.
    pub async fn collect(&self, handle: &str, product_handles: &[&str]) -> String {
        self.collect_as(NewCollection {
            handle: handle.to_owned(),
            title: handle.to_owned(),
            description_html: String::new(),
            sort_order: CollectionSortOrder::Manual,
            image: None,
            product_handles: product_handles.iter().map(|handle| (*handle).to_owned()).collect(),
        })
        .await
    }

    /// Makes a collection and returns its global id.
    pub async fn collect_as(&self, new: NewCollection) -> String {
        let saved = save_collection(&self.app, &Actor::System, new).await.unwrap();
        assert_eq!(saved.unknown_handles, Vec::<String>::new());
        format!("gid://shopify/Collection/{}", saved.id)
    }

    /// The row of a product.
    pub async fn product_row(&self, handle: &str) -> product::Model {
        let product = product::Entity::find().filter(product::Column::Handle.eq(handle));
        product.one(self.app.db.fresh()).await.unwrap().unwrap()
    }

    /// The global id of a product.
    pub async fn product_id(&self, handle: &str) -> String {
        format!("gid://shopify/Product/{}", self.product_row(handle).await.id)
    }

    /// The rows of the variants of a product, in their order.
    pub async fn variant_rows(&self, handle: &str) -> Vec<variant::Model> {
        let product = self.product_row(handle).await;
        variant::Entity::find()
            .filter(variant::Column::ProductId.eq(product.id))
            .filter(variant::Column::DeletedAt.is_null())
            .order_by_asc(variant::Column::Position)
            .all(self.app.db.fresh())
            .await
            .unwrap()
    }

    /// The global id of the first variant of a product.
    pub async fn variant_id(&self, handle: &str) -> String {
        self.variant_ids(handle).await.remove(0)
    }

    /// The global ids of the variants of a product, in their order.
    pub async fn variant_ids(&self, handle: &str) -> Vec<String> {
        let rows = self.variant_rows(handle).await;
        rows.iter().map(|row| format!("gid://shopify/ProductVariant/{}", row.id)).collect()
    }

    /// The stock of a product's first variant.
    pub async fn level(&self, handle: &str) -> inventory_level::Model {
        let item = self.variant_rows(handle).await[0].inventory_item_id;
        inventory_level::Entity::find()
            .filter(inventory_level::Column::ItemId.eq(item))
            .one(self.app.db.fresh())
            .await
            .unwrap()
            .unwrap()
    }

    pub async fn orders(&self) -> Vec<order::Model> {
        order::Entity::find().order_by_asc(order::Column::Id).all(self.app.db.fresh()).await.unwrap()
    }

    pub async fn reservations(&self) -> Vec<reservation::Model> {
        reservation::Entity::find().all(self.app.db.fresh()).await.unwrap()
    }

    /// A cart with a line, and nothing else.
    pub async fn cart_with(&self, variant_id: &str, quantity: i64) -> Value {
        let query = "mutation($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) {
            cart { id totalQuantity lines(first: 10) { nodes { id quantity } } }
            userErrors { code field message } warnings { code message target } } }";
        let variables = json!({ "lines": [{ "merchandiseId": variant_id, "quantity": quantity }] });
        self.ask(query, variables).await["cartCreate"].clone()
    }

    /// A cart made of an input that must be accepted; returns it as [`Self::cart`] shows it.
    pub async fn make_cart(&self, input: Value) -> Value {
        let payload = self.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload["cart"].clone()
    }

    /// A cart with everything that tests look at, as its own query shows it.
    pub async fn cart(&self, id: &str) -> Value {
        let query = format!("query($id: ID!) {{ cart(id: $id) {{ {CART} }} }}");
        self.ask(&query, json!({ "id": id })).await["cart"].clone()
    }

    /// Sends a mutation of a cart and returns its payload. Each argument is a name, a type and a value.
    pub async fn change_cart(&self, mutation: &str, arguments: &[(&str, &str, Value)]) -> Value {
        let declared: Vec<String> =
            arguments.iter().map(|(name, kind, _)| format!("${name}: {kind}")).collect();
        let passed: Vec<String> = arguments.iter().map(|(name, _, _)| format!("{name}: ${name}")).collect();
        let query = format!(
            "mutation({}) {{ {mutation}({}) {{ cart {{ {CART} }} userErrors {{ code field message }} \
             warnings {{ code target message }} }} }}",
            declared.join(", "),
            passed.join(", ")
        );
        let variables: serde_json::Map<String, Value> =
            arguments.iter().map(|(name, _, value)| ((*name).to_owned(), value.clone())).collect();
        self.ask(&query, Value::Object(variables)).await[mutation].clone()
    }

    /// Asserts that a mutation is refused for these reasons, code and field of each, and leaves the cart as it was.
    pub async fn refuses(
        &self,
        cart_id: &str,
        mutation: &str,
        argument: (&str, &str, Value),
        expected: &[(&str, &str)],
    ) {
        let before = self.cart(cart_id).await;
        let payload = self.change_cart(mutation, &[("cartId", "ID!", json!(cart_id)), argument]).await;
        let expected: Vec<(&str, String)> =
            expected.iter().map(|(code, field)| (*code, (*field).to_owned())).collect();
        assert_eq!(refusals(&payload), expected, "{payload:#}");
        assert_eq!(payload["cart"], Value::Null);
        assert_eq!(payload["warnings"], json!([]));
        assert_eq!(self.cart(cart_id).await, before, "nothing has changed");
    }

    /// A cart with a line, a buyer, an address in Berlin and a way to pay: `manual`, or a token of the test gateway.
    pub async fn ready_cart(&self, variant_id: &str, quantity: i64, payment: &str) -> ReadyCart {
        let query = "mutation($input: CartInput) { cartCreate(input: $input) {
            cart { id cost { totalAmount { amount } } } userErrors { code field message } warnings { code } } }";
        let input = json!({
            "lines": [{ "merchandiseId": variant_id, "quantity": quantity }],
            "buyerIdentity": { "email": "ada@example.com", "countryCode": "DE" },
            "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
                "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
                "zip": "10115", "countryCode": "DE" } } }] },
        });
        let created = self.ask(query, json!({ "input": input })).await["cartCreate"].clone();
        assert_eq!(created["userErrors"], json!([]), "{created}");
        let id = created["cart"]["id"].as_str().unwrap().to_owned();
        let total = created["cart"]["cost"]["totalAmount"]["amount"].as_str().unwrap().to_owned();
        self.pay(&id, &total, payment).await;
        ReadyCart { id, total }
    }

    /// Sets how a cart is paid, which must be accepted.
    pub async fn pay(&self, cart_id: &str, amount: &str, payment: &str) {
        let method = match payment {
            "manual" => json!({ "provider": "manual" }),
            token => json!({ "provider": "test", "token": token }),
        };
        let query = "mutation($id: ID!, $payment: CartPaymentInput!) { cartPaymentUpdate(cartId: $id, payment: $payment) {
            userErrors { code field message } } }";
        let payment = json!({
            "amount": { "amount": amount, "currencyCode": "EUR" }, "providerPaymentMethod": method });
        let answer = self.ask(query, json!({ "id": cart_id, "payment": payment })).await;
        assert_eq!(answer["cartPaymentUpdate"]["userErrors"], json!([]));
    }

    /// Submits a cart and returns the result with its type.
    pub async fn submit(&self, cart_id: &str, token: &str) -> Value {
        let query = "mutation($id: ID!, $token: String!) { cartSubmitForCompletion(cartId: $id, attemptToken: $token) {
            result { __typename
                ... on SubmitSuccess { attemptId redirectUrl }
                ... on SubmitAlreadyAccepted { attemptId }
                ... on SubmitFailed { errors { code message } } }
            userErrors { code field message } } }";
        self.ask(query, json!({ "id": cart_id, "token": token })).await["cartSubmitForCompletion"].clone()
    }

    /// How an attempt stands.
    pub async fn attempt(&self, attempt_id: &str) -> Value {
        let query = "query($id: String!) { cartCompletionAttempt(attemptId: $id) { __typename
            ... on CartCompletionSuccess { id orderId orderUrl completedAt }
            ... on CartCompletionFailed { id errors { code message } }
            ... on CartCompletionActionRequired { id action { ... on CompletePaymentChallenge {
                redirectUrl clientSecret provider until } } }
            ... on CartCompletionProcessing { id pollDelay } } }";
        self.ask(query, json!({ "id": attempt_id })).await["cartCompletionAttempt"].clone()
    }

    /// Submits a cart that must become an order; returns how its attempt stands.
    pub async fn buy(&self, cart_id: &str) -> Value {
        let submitted = self.submit(cart_id, "once").await;
        let attempt_id = submitted["result"]["attemptId"].as_str().unwrap_or_else(|| panic!("{submitted:#}"));
        let outcome = self.attempt(attempt_id).await;
        assert_eq!(outcome["__typename"], "CartCompletionSuccess", "{outcome:#}");
        outcome
    }
}
