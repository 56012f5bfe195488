//! HTTP: what comes in by which door, and what is shown to whom.

mod access;
mod attempt_page;
mod cache;
mod checkout_page;
mod endpoint;
mod fault;
mod idempotency;
mod limit;
mod media;
mod order_page;
mod page;
mod persisted;
mod test_payment_page;
mod tls;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::support::TestShop;

const ENDPOINT: &str = "/api/2026-04/graphql.json";
const ADMIN: &str = "/admin/api/2026-04/graphql.json";

/// An answer as it came.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The code of the first error.
    fn code(&self) -> String {
        let code = self.json()["errors"][0]["extensions"]["code"].clone();
        code.as_str().unwrap_or_else(|| panic!("{}", self.body)).to_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Sends a request with headers and a body.
async fn send(
    shop: &TestShop,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<reqwest::Body>,
) -> Answer {
    let mut request = shop.client.request(method, format!("{}{path}", shop.url)).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.text().await.unwrap() }
}

async fn get(shop: &TestShop, path: &str) -> Answer {
    send(shop, Method::GET, path, &[], "").await
}

/// Posts JSON to the storefront.
async fn post(shop: &TestShop, body: &Value) -> Answer {
    send(shop, Method::POST, ENDPOINT, &[("content-type", "application/json")], body.to_string()).await
}
