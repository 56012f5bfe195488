//! Orders for staff: what was bought, how its money stands, what was given back.

mod about;
mod line;
mod query;
mod standing;
mod transaction;

use std::sync::Arc;

use async_graphql::MergedObject;

use super::money::Currencies;
use crate::app::App;
use crate::graphql::error::ApiError;
use crate::order::OrderView;

pub use query::OrderQuery;

/// An order with what it takes to tell of it.
struct Told {
    view: OrderView,
    currencies: Currencies,
}

/// An order that its parts tell of.
type Shared = Arc<Told>;

/// An order.
#[derive(Clone, MergedObject)]
pub struct Order(about::OrderAbout, standing::OrderStanding);

impl Order {
    /// From a loaded order.
    ///
    /// # Errors
    /// The database's own, and a fault for a currency that there is not.
    async fn of(app: &App, view: OrderView) -> Result<Self, ApiError> {
        let currencies = Currencies::of(&view.row, app.shop().await?.as_ref())?;
        let told = Arc::new(Told { view, currencies });
        Ok(Self(about::OrderAbout(Arc::clone(&told)), standing::OrderStanding(told)))
    }
}
