//! Customers' accounts.

mod account;
mod address;
mod identity;
mod limit;
mod mail;
mod matrix;
mod multipass;
mod order;
mod recovery;
mod session;

use entity::customer;
use entity::customer::CustomerState;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::{event, notification, order as orders};

use crate::support::TestShop;

/// A password that is accepted.
const PASSWORD: &str = "a lovely sentence";

/// What a customer reads of themselves.
const SELF: &str = "id email firstName lastName displayName phone acceptsMarketing tags avatarUrl
    numberOfOrders socialLoginProvider { handle } defaultAddress { id city }
    addresses(first: 10) { nodes { id city } } orders(first: 10) { nodes { name } totalCount }
    metafield(namespace: \"a\", key: \"b\") { value }";

/// Code and field of each refusal in a payload.
fn errors(payload: &Value) -> Vec<(String, String)> {
    let errors = payload["customerUserErrors"].as_array().unwrap_or_else(|| panic!("{payload:#}"));
    let field = |error: &Value| {
        let parts = error["field"].as_array().cloned().unwrap_or_default();
        parts.iter().map(|part| part.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(".")
    };
    errors.iter().map(|error| (error["code"].as_str().unwrap().to_owned(), field(error))).collect()
}

fn is_refused(payload: &Value, code: &str, field: &str) {
    assert_eq!(errors(payload), [(code.to_owned(), field.to_owned())], "{payload:#}");
}

impl TestShop {
    /// Signs somebody up and returns the payload.
    async fn sign_up(&self, input: Value) -> Value {
        let query = format!(
            "mutation($input: CustomerCreateInput!) {{ customerCreate(input: $input) {{ customer {{ {SELF} }}
             customerUserErrors {{ code field message }} userErrors {{ field message }} }} }}"
        );
        self.ask(&query, json!({ "input": input })).await["customerCreate"].clone()
    }

    /// Makes an account and returns its customer's global id.
    async fn have_customer(&self, email: &str) -> String {
        let made = self.sign_up(json!({ "email": email, "password": PASSWORD, "firstName": "Ada" })).await;
        assert_eq!(made["customerUserErrors"], json!([]), "{made:#}");
        made["customer"]["id"].as_str().unwrap().to_owned()
    }

    /// Tries to sign somebody in and returns the payload.
    async fn try_sign_in(&self, email: &str, password: &str) -> Value {
        let query = "mutation($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) {
            customerAccessToken { accessToken expiresAt } customerUserErrors { code field message } userErrors { message } } }";
        let input = json!({ "email": email, "password": password });
        self.ask(query, json!({ "input": input })).await["customerAccessTokenCreate"].clone()
    }

    /// Signs a customer in and returns the token.
    async fn sign_in(&self, email: &str, password: &str) -> String {
        let payload = self.try_sign_in(email, password).await;
        let token = payload["customerAccessToken"]["accessToken"].as_str();
        token.unwrap_or_else(|| panic!("{payload:#}")).to_owned()
    }

    /// An account that is signed in: its global id and token.
    async fn signed_in(&self, email: &str) -> (String, String) {
        let id = self.have_customer(email).await;
        (id, self.sign_in(email, PASSWORD).await)
    }

    /// What the customer of a token reads; null where it is not valid.
    async fn me(&self, token: &str) -> Value {
        let query =
            format!("query($token: String!) {{ customer(customerAccessToken: $token) {{ {SELF} }} }}");
        self.ask(&query, json!({ "token": token })).await["customer"].clone()
    }

    async fn is_valid(&self, token: &str) -> bool {
        !self.me(token).await.is_null()
    }

    /// Asks for a new password, which must be answered as if nothing were the matter.
    async fn recover(&self, email: &str) {
        let query = "mutation($email: String!) { customerRecover(email: $email) {
            customerUserErrors { code field message } userErrors { field message } } }";
        let answer = self.send(query, json!({ "email": email })).await;
        let expected =
            json!({ "data": { "customerRecover": { "customerUserErrors": [], "userErrors": [] } } });
        assert_eq!(answer, expected);
    }

    /// Lets everything that follows events run. On PostgreSQL events wait for whatever else runs on the same server.
    async fn follow_events(&self) {
        for consumer in [notification::MAILS, orders::LINK_TO_CUSTOMER] {
            for _ in 0..400 {
                while event::dispatch(&self.app.db, &self.app.clock, &consumer).await.unwrap() > 0 {}
                if self.has_followed(consumer.name).await {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            }
            assert!(self.has_followed(consumer.name).await, "{} is behind", consumer.name);
        }
        notification::send_due(&self.app).await.unwrap();
    }

    /// Whether a consumer has read every event.
    async fn has_followed(&self, consumer: &str) -> bool {
        let db = self.app.db.writer();
        let last = entity::event::Entity::find()
            .order_by_desc(entity::event::Column::TxId)
            .order_by_desc(entity::event::Column::Seq)
            .one(db)
            .await
            .unwrap();
        let place = entity::event_consumer::Entity::find_by_id(consumer).one(db).await.unwrap();
        last.map(|event| (event.tx_id, event.seq)) == place.map(|place| (place.tx_id, place.seq))
    }

    /// The link in the newest mail, which must be there, and its recipient.
    async fn newest_link(&self) -> (String, String) {
        self.follow_events().await;
        let mails = notification::list_mails(&self.app, 1).await.unwrap();
        let letter = mails.first().and_then(|mail| mail.letter.clone()).expect("a mail");
        let link = letter.text.lines().find(|line| line.starts_with("http")).expect("a link");
        (letter.to, link.to_owned())
    }

    /// Chooses a password by a mailed link and returns the payload.
    async fn open_link(&self, link: &str, password: &str) -> Value {
        let (field, argument) = if link.contains("/account/activate/") {
            ("customerActivateByUrl", "activationUrl")
        } else {
            ("customerResetByUrl", "resetUrl")
        };
        let query = format!(
            "mutation($url: URL!, $password: String!) {{ {field}({argument}: $url, password: $password) {{
             customer {{ id email }} customerAccessToken {{ accessToken expiresAt }}
             customerUserErrors {{ code field message }} }} }}"
        );
        self.ask(&query, json!({ "url": link, "password": password })).await[field].clone()
    }

    /// The row of the customer with this address.
    async fn customer_row(&self, email: &str) -> customer::Model {
        let row = customer::Entity::find().filter(customer::Column::EmailNorm.eq(email));
        row.one(self.app.db.fresh()).await.unwrap().expect("a customer")
    }

    async fn set_customer_state(&self, email: &str, state: CustomerState) {
        customer::Entity::update_many()
            .col_expr(customer::Column::State, Expr::val(state))
            .filter(customer::Column::EmailNorm.eq(email))
            .exec(self.app.db.writer())
            .await
            .unwrap();
    }

    /// Buys a unit of a variant as a guest or as the customer of a token; returns the order's global id.
    async fn order_as(&self, variant: &str, email: &str, token: Option<&str>) -> String {
        let cart = self.ready_cart(variant, 1, "approve").await;
        let mut identity = json!({ "email": email });
        if let Some(token) = token {
            identity["customerAccessToken"] = json!(token);
        }
        let argument =
            [("cartId", "ID!", json!(cart.id)), ("buyerIdentity", "CartBuyerIdentityInput!", identity)];
        let changed = self.change_cart("cartBuyerIdentityUpdate", &argument).await;
        assert_eq!(changed["userErrors"], json!([]), "{changed:#}");
        let order = self.buy(&cart.id).await["orderId"].as_str().unwrap().to_owned();
        self.follow_events().await;
        order
    }

    /// The names of the orders that the customer of a token reads.
    async fn order_names(&self, token: &str) -> Vec<String> {
        let me = self.me(token).await;
        let nodes = me["orders"]["nodes"].as_array().unwrap_or_else(|| panic!("{me:#}"));
        nodes.iter().map(|order| order["name"].as_str().unwrap().to_owned()).collect()
    }
}
