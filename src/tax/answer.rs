//! What a provider says.

use serde::{Deserialize, Serialize};

use crate::pricing::engine::{AnsweredTax, TaxSource};

/// The taxes of a cart as a provider says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxAnswer {
    /// Of each line, in their order.
    pub lines: Vec<Vec<TaxAmount>>,
    /// Of each delivery, in their order.
    pub deliveries: Vec<Vec<TaxAmount>>,
}

/// A tax of a line or a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxAmount {
    /// For buyers.
    pub title: String,
    /// Who takes it.
    pub jurisdiction: String,
    /// In millionths.
    pub rate_e6: i64,
    /// How much, in minor units.
    pub amount_minor: i64,
}

impl TaxAnswer {
    /// The answer as the engine takes it.
    #[must_use]
    pub fn into_source(self) -> TaxSource {
        let all = |things: Vec<Vec<TaxAmount>>| {
            things.into_iter().map(|taxes| taxes.into_iter().map(AnsweredTax::from).collect()).collect()
        };
        TaxSource::Answered { lines: all(self.lines), deliveries: all(self.deliveries) }
    }
}

impl From<TaxAmount> for AnsweredTax {
    fn from(tax: TaxAmount) -> Self {
        Self {
            title: tax.title,
            jurisdiction: tax.jurisdiction,
            rate_e6: tax.rate_e6,
            amount_minor: tax.amount_minor,
        }
    }
}
