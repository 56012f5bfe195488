//! A buyer with a front end, which goes the whole way over the Storefront API.

use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Answer, Connection};
use super::seen::Seen;

const ENDPOINT: &str = "/api/2026-04/graphql.json";
/// What a front end looks at of a cart.
const CART: &str = "id cost { totalAmount { amount currencyCode } checkoutChargeAmount { amount currencyCode } } \
    lines(first: 5) { nodes { id quantity } } \
    deliveryGroups(first: 5) { nodes { id deliveryOptions { handle } } }";
const SUBMIT: &str = "mutation Submit($id: ID!, $token: String!) { \
    cartSubmitForCompletion(cartId: $id, attemptToken: $token) { \
    result { __typename ... on SubmitSuccess { attemptId } ... on SubmitAlreadyAccepted { attemptId } \
      ... on SubmitFailed { errors { code message } } } userErrors { code message } } }";
const ATTEMPT: &str = "query Attempt($id: String!) { cartCompletionAttempt(attemptId: $id) { __typename \
    ... on CartCompletionSuccess { orderId } ... on CartCompletionFailed { errors { code message } } } }";
/// How long a front end waits before it asks again at first, and at last: many ask for long.
const FIRST_POLL: Duration = Duration::from_millis(150);
const LONGEST_POLL: Duration = Duration::from_secs(2);

/// Why a step did not come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There was no answer.
    Lost,
    /// The server failed; its code.
    Fault(String),
    /// The shop says no; its codes.
    Refused(Vec<String>),
}

/// A cart as a front end knows it.
#[derive(Clone, Debug)]
pub struct Cart {
    pub id: String,
    /// What is left for a provider.
    pub due: Value,
    pub line: String,
    groups: Vec<(String, Vec<String>)>,
}

impl Cart {
    /// The first way of delivery of each group.
    pub fn first_options(&self) -> Value {
        self.options(|handles| handles.first())
    }

    fn options(&self, choose: impl Fn(&[String]) -> Option<&String>) -> Value {
        let options = self.groups.iter().filter_map(|(group, handles)| {
            let handle = choose(handles)?;
            Some(json!({ "deliveryGroupId": group, "deliveryOptionHandle": handle }))
        });
        options.collect()
    }
}

/// What came of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// The attempt's id.
    Attempt(String),
    /// The cart cannot be ordered as it stands.
    Refused(Vec<String>),
}

/// How an attempt stands, or what came of a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The order's id.
    Ordered(i64),
    /// It was refused before there was an attempt.
    Refused(Vec<String>),
    /// The attempt failed.
    Failed(Vec<String>),
    /// The buyer has to act.
    Waits,
    /// It is under way.
    Open,
}

impl Ended {
    pub fn is_order(&self) -> bool {
        matches!(self, Self::Ordered(_))
    }

    /// Why there is no order.
    pub fn codes(&self) -> &[String] {
        match self {
            Self::Refused(codes) | Self::Failed(codes) => codes,
            Self::Ordered(_) | Self::Waits | Self::Open => &[],
        }
    }

    /// Whether it was told that there is not enough.
    pub fn is_sold_out(&self) -> bool {
        const CODES: [&str; 3] = [
            "INVENTORY_RESERVATION_ERROR",
            "MERCHANDISE_OUT_OF_STOCK",
            "MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE",
        ];
        self.codes().iter().any(|code| CODES.contains(&code.as_str()))
    }
}

/// A buyer.
pub struct Buyer {
    pub email: String,
    connection: Connection,
    seen: Arc<Seen>,
    /// Under which key each mutation is sent: the same for a repetition. None sends no keys.
    pub keys: Option<String>,
}

impl Buyer {
    /// A buyer with an address of their own.
    pub fn new(addr: SocketAddr, seen: &Arc<Seen>, name: impl Display) -> Self {
        Self {
            email: format!("buyer-{name}@chaos.example"),
            connection: Connection::to(addr),
            seen: Arc::clone(seen),
            keys: None,
        }
    }

    /// Another window of the same buyer.
    pub fn window(&self, addr: SocketAddr) -> Self {
        Self {
            email: self.email.clone(),
            connection: Connection::to(addr),
            seen: Arc::clone(&self.seen),
            keys: None,
        }
    }

    /// Sends an operation and returns its data.
    pub async fn ask(&mut self, step: &str, query: &str, variables: Value) -> Result<Value, Trouble> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let key = self.keys.as_ref().filter(|_| !step.is_empty()).map(|keys| format!("{keys}-{step}"));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(key.as_deref().map(|key| ("idempotency-key", key)));
        let answer = self.connection.send("POST", ENDPOINT, &headers, &body).await;
        let Some(answer) = answer else {
            self.seen.note_lost();
            return Err(Trouble::Lost);
        };
        self.read(&answer)
    }

    fn read(&self, answer: &Answer) -> Result<Value, Trouble> {
        if answer.header("idempotency-replayed") == Some("true") {
            self.seen.note_replayed();
        }
        let body: Value = serde_json::from_str(answer.body()).unwrap_or(Value::Null);
        let code = body["errors"][0]["extensions"]["code"].as_str();
        if answer.status == 200 && body["errors"].is_null() && body["data"].is_object() {
            return Ok(body["data"].clone());
        }
        let code = code.map_or_else(|| format!("status {}", answer.status), str::to_owned);
        // What is said of keys is no failure: the buyer knows what to do.
        if !code.starts_with("IDEMPOTENCY_") {
            self.seen.note_fault(&code);
        }
        Err(Trouble::Fault(code))
    }

    /// Sends a mutation that answers with a cart.
    async fn change(
        &mut self,
        step: &str,
        mutation: &str,
        arguments: &[(&str, &str, Value)],
    ) -> Result<Cart, Trouble> {
        let declared: Vec<String> =
            arguments.iter().map(|(name, kind, _)| format!("${name}: {kind}")).collect();
        let passed: Vec<String> = arguments.iter().map(|(name, ..)| format!("{name}: ${name}")).collect();
        let (declared, passed) = (declared.join(", "), passed.join(", "));
        let query = format!(
            "mutation({declared}) {{ {mutation}({passed}) {{ cart {{ {CART} }} userErrors {{ code message }} }} }}"
        );
        let variables: serde_json::Map<String, Value> =
            arguments.iter().map(|(name, _, value)| ((*name).to_owned(), value.clone())).collect();
        let data = self.ask(step, &query, Value::Object(variables)).await?;
        let payload = &data[mutation];
        match codes(&payload["userErrors"]) {
            none if none.is_empty() => Ok(cart_of(&payload["cart"])),
            codes => Err(Trouble::Refused(codes)),
        }
    }

    /// Makes a cart with lines, an address in Berlin, and whatever else is given.
    pub async fn create(&mut self, lines: &Value, more: &Value) -> Result<Cart, Trouble> {
        let mut input = json!({
            "lines": lines,
            "buyerIdentity": { "email": self.email, "countryCode": "DE" },
            "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
                "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
                "zip": "10115", "countryCode": "DE" } } }] },
        });
        if let (Some(input), Some(more)) = (input.as_object_mut(), more.as_object()) {
            input.extend(more.clone());
        }
        self.change("create", "cartCreate", &[("input", "CartInput", input)]).await
    }

    /// Chooses the last delivery option of each group, in a cart that is delivered.
    pub async fn choose(&mut self, cart: &Cart) -> Result<Cart, Trouble> {
        if cart.groups.is_empty() {
            return Ok(cart.clone());
        }
        let options = cart.options(|handles| handles.last());
        let kind = "[CartSelectedDeliveryOptionInput!]!";
        let arguments = [("cartId", "ID!", json!(cart.id)), ("selectedDeliveryOptions", kind, options)];
        self.change("choose", "cartSelectedDeliveryOptionsUpdate", &arguments).await
    }

    /// Sets what the cart is paid with: a method's name, of which the provider's front end would have told.
    pub async fn pay(&mut self, cart: &Cart, method: &str) -> Result<Cart, Trouble> {
        let payment = json!({ "amount": cart.due,
            "providerPaymentMethod": { "provider": "stripe", "token": method } });
        let arguments = [("cartId", "ID!", json!(cart.id)), ("payment", "CartPaymentInput!", payment)];
        self.change("pay", "cartPaymentUpdate", &arguments).await
    }

    /// A cart with lines that is ready to be ordered.
    pub async fn ready(&mut self, lines: &Value, more: &Value, method: &str) -> Result<Cart, Trouble> {
        let cart = self.create(lines, more).await?;
        let cart = self.choose(&cart).await?;
        self.pay(&cart, method).await
    }

    /// Does something else to a cart.
    pub async fn alter(
        &mut self,
        cart: &Cart,
        mutation: &str,
        argument: (&str, &str, Value),
    ) -> Result<Cart, Trouble> {
        self.change("", mutation, &[("cartId", "ID!", json!(cart.id)), argument]).await
    }

    /// Submits a cart under the buyer's own name for the attempt.
    pub async fn submit(&mut self, cart: &Cart, token: &str) -> Result<Submitted, Trouble> {
        let data = self.ask("submit", SUBMIT, json!({ "id": cart.id, "token": token })).await?;
        let payload = &data["cartSubmitForCompletion"];
        let result = &payload["result"];
        if let Some(attempt) = result["attemptId"].as_str() {
            return Ok(Submitted::Attempt(attempt.to_owned()));
        }
        let mut codes = codes(&result["errors"]);
        codes.extend(self::codes(&payload["userErrors"]));
        Ok(Submitted::Refused(codes))
    }

    /// Asks how an attempt stands.
    pub async fn look(&mut self, attempt: &str) -> Result<Ended, Trouble> {
        let data = self.ask("", ATTEMPT, json!({ "id": attempt })).await?;
        let told = &data["cartCompletionAttempt"];
        match told["__typename"].as_str() {
            Some("CartCompletionSuccess") => {
                let order = order_of(told["orderId"].as_str().unwrap_or_default());
                let order = order.ok_or_else(|| Trouble::Fault(format!("no order in {told}")))?;
                self.seen.note_order(order);
                Ok(Ended::Ordered(order))
            }
            Some("CartCompletionFailed") => Ok(Ended::Failed(codes(&told["errors"]))),
            Some("CartCompletionActionRequired") => Ok(Ended::Waits),
            Some("CartCompletionProcessing") => Ok(Ended::Open),
            _ => Err(Trouble::Fault(format!("an attempt is unknown: {data}"))),
        }
    }

    /// Asks until an attempt has ended, or has not for so long; a lost answer is asked for again.
    pub async fn end(&mut self, attempt: &str, patience: Duration) -> Result<Ended, Trouble> {
        let (began, mut pause) = (Instant::now(), FIRST_POLL);
        loop {
            let ended = match self.look(attempt).await {
                Err(Trouble::Lost) => Ended::Open,
                other => other?,
            };
            let is_open = matches!(ended, Ended::Open | Ended::Waits);
            if !is_open || began.elapsed() > patience {
                return Ok(ended);
            }
            tokio::time::sleep(pause).await;
            pause = (pause + pause / 2).min(LONGEST_POLL);
        }
    }

    /// Submits a cart and waits for what comes of it.
    pub async fn buy(&mut self, cart: &Cart, patience: Duration) -> Result<Ended, Trouble> {
        match self.submit(cart, "once").await? {
            Submitted::Refused(codes) => Ok(Ended::Refused(codes)),
            Submitted::Attempt(attempt) => self.end(&attempt, patience).await,
        }
    }

    /// Goes to the page that the provider sends the buyer back to; the order to which it leads, `None` where it leads
    /// to none yet.
    pub async fn come_back(&mut self, attempt: &str) -> Result<Option<i64>, Trouble> {
        let path = format!("/checkout/attempts/{attempt}");
        let Some(answer) = self.connection.send("GET", &path, &[], "").await else {
            self.seen.note_lost();
            return Err(Trouble::Lost);
        };
        if answer.status >= 400 {
            self.seen.note_fault(&format!("status {} of a page", answer.status));
            return Err(Trouble::Fault(format!("status {}", answer.status)));
        }
        let order = answer.header("location").and_then(|to| order_of(to.split_once("/orders/")?.1));
        if let Some(order) = order {
            self.seen.note_order(order);
        }
        Ok(order)
    }
}

/// The number in the last part of an order's id or address.
fn order_of(text: &str) -> Option<i64> {
    let text = text.rsplit_once("/Order/").map_or(text, |(_, id)| id);
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn codes(errors: &Value) -> Vec<String> {
    let errors = errors.as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().map(|error| error["code"].as_str().unwrap_or("NO_CODE").to_owned()).collect()
}

fn cart_of(cart: &Value) -> Cart {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let groups = list(&cart["deliveryGroups"]["nodes"]).into_iter().map(|group| {
        let options = list(&group["deliveryOptions"]);
        (text(&group["id"]), options.iter().map(|option| text(&option["handle"])).collect())
    });
    Cart {
        id: text(&cart["id"]),
        due: cart["cost"]["checkoutChargeAmount"].clone(),
        line: text(&cart["lines"]["nodes"][0]["id"]),
        groups: groups.collect(),
    }
}
