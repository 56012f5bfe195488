//! Orders for staff: what was bought, how its money stands, what was given back, and what they do with it.

mod about;
mod decode;
mod input;
mod line;
mod mutation;
mod payload;
mod query;
mod refund;
mod standing;
mod suggestion;
mod totals;
mod transaction;

use std::sync::Arc;

use async_graphql::MergedObject;

use super::money::Currencies;
use crate::app::App;
use crate::error::Fault;
use crate::order::OrderView;

pub use mutation::OrderMutation;
pub use query::OrderQuery;

/// An order with what it takes to tell of it.
struct Told {
    view: OrderView,
    currencies: Currencies,
}

/// An order that its parts tell of.
type Shared = Arc<Told>;

/// An order that was loaded, to be told of.
///
/// # Errors
/// The database's own, and a fault for a currency that there is not.
async fn told(app: &App, view: OrderView) -> Result<Shared, Fault> {
    let currencies = Currencies::of(&view.row, app.shop().await?.as_ref())?;
    Ok(Arc::new(Told { view, currencies }))
}

/// An order.
#[derive(Clone, MergedObject)]
pub struct Order(
    about::OrderAbout,
    standing::OrderStanding,
    totals::OrderTotals,
    suggestion::OrderSuggestion,
);

impl From<&Shared> for Order {
    fn from(order: &Shared) -> Self {
        Self(
            about::OrderAbout(Arc::clone(order)),
            standing::OrderStanding(Arc::clone(order)),
            totals::OrderTotals(Arc::clone(order)),
            suggestion::OrderSuggestion(Arc::clone(order)),
        )
    }
}
