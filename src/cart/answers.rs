//! What those outside have said about a cart, and what they would still have to be asked.
//!
//! Nobody is asked while a cart is loaded or priced, nor within a transaction: answers that were kept are found by the
//! keys of the questions, and [`super::settle`] asks for the others. Where the shop asks nobody, nothing is looked for.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::rules::Terms;
use crate::error::Fault;
use crate::shipping::provider::RateRequest;
use crate::shipping::{self, CarrierAnswers};
use crate::tax::{self, TaxAnswerOrFallback, TaxRequest};

/// What those outside have said, by the keys of the questions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    /// The carriers.
    pub(super) carriers: CarrierAnswers,
    /// The tax provider.
    pub(super) taxes: HashMap<String, TaxAnswerOrFallback>,
}

/// What has to be asked before a cart has its final price.
#[derive(Clone, Debug, Default)]
pub(super) struct Missing {
    /// The carriers.
    pub(super) rates: Vec<RateRequest>,
    /// The tax provider.
    pub(super) taxes: Option<TaxRequest>,
}

impl Missing {
    /// Whether nothing has to be asked.
    pub(super) fn is_nothing(&self) -> bool {
        self.rates.is_empty() && self.taxes.is_none()
    }
}

impl Answers {
    /// Adds the answers that were kept to the questions that are open; tells whether there were any. One statement for the
    /// carriers and one for the tax provider, and none where there is no question.
    pub(super) async fn find_in<C: ConnectionTrait>(
        &mut self,
        db: &C,
        terms: &Terms,
        missing: &Missing,
    ) -> Result<bool, Fault> {
        let now = terms.basis.now;
        let keys: Vec<String> = missing.rates.iter().map(RateRequest::key).collect();
        let rates = shipping::find_quotes(db, &keys, now).await?;
        let found_rates = !rates.is_empty();
        self.carriers = self.carriers.with(&rates);
        let Some(request) = &missing.taxes else { return Ok(found_rates) };
        let answer = tax::find_quote(db, &request.key(), now).await?;
        let found_taxes = answer.is_some();
        self.taxes.extend(answer.map(|answer| (request.key(), TaxAnswerOrFallback::Answer(answer))));
        Ok(found_rates || found_taxes)
    }
}
