//! Stripe Tax: a calculation for each question, without a transaction. Follows the OpenAPI description that Stripe
//! publishes.

mod client;
mod wire;

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

use self::client::Client;
use self::wire::{Calculation, LineItems};
use super::{ProviderError, TaxProvider};
use crate::tax::{TaxAnswer, TaxRequest};

/// Pages of lines that are read of one calculation at most.
const MAX_PAGES: usize = 20;

/// Asks Stripe.
pub struct StripeTax(Client);

impl StripeTax {
    /// With the secret of an account, at the address of its API.
    ///
    /// # Errors
    /// When the machine's root certificates cannot be read, or the secret cannot be sent.
    pub fn new(api_url: &Url, secret: &SecretString) -> Result<Self, anyhow::Error> {
        Ok(Self(Client::new(api_url, secret)?))
    }

    /// The lines of a calculation, which come in pages.
    async fn lines_of(&self, calculation: &Calculation) -> Result<Vec<wire::LineItem>, ProviderError> {
        let (mut lines, mut has_more) = match calculation.line_items.clone() {
            Some(LineItems { data, has_more }) => (data, has_more),
            None => (Vec::new(), true),
        };
        for _ in 0..MAX_PAGES {
            if !has_more {
                return Ok(lines);
            }
            let id = calculation.id.as_deref().ok_or(ProviderError::BadAnswer("it has no id"))?;
            let query = wire::page_query(lines.last());
            let page: LineItems =
                self.0.get(&["v1", "tax", "calculations", id, "line_items"], &query).await?;
            if page.data.is_empty() && page.has_more {
                return Err(ProviderError::BadAnswer("a page without lines has a next one"));
            }
            lines.extend(page.data);
            has_more = page.has_more;
        }
        Err(ProviderError::BadAnswer("it has too many lines"))
    }
}

#[async_trait]
impl TaxProvider for StripeTax {
    fn name(&self) -> &'static str {
        "stripe_tax"
    }

    async fn calculate(
        &self,
        request: &TaxRequest,
        idempotency_key: &str,
    ) -> Result<TaxAnswer, ProviderError> {
        let form = wire::form(request);
        let calculation: Calculation =
            self.0.post(&["v1", "tax", "calculations"], &form, idempotency_key).await?;
        let lines = self.lines_of(&calculation).await?;
        wire::answer(request, &calculation, &lines)
    }
}
