//! Telling whether a cart could be ordered as it stands.

use super::error::CheckoutError;
use super::obstacle::{Obstacle, obstacles};
use crate::app::App;
use crate::cart::{self, CartView};

/// The cart, and what keeps it from being ordered. Holds nothing, but keeps what the buyer is told that it costs, where
/// nothing is in the way: with another total it is not ordered.
///
/// # Errors
/// [`CheckoutError::CartNotFound`] for an unknown cart.
pub async fn prepare(app: &App, token: &str) -> Result<(CartView, Vec<Obstacle>), CheckoutError> {
    let cart = cart::find_cart(app, token).await?.ok_or(CheckoutError::CartNotFound)?;
    let found = obstacles(&cart, &app.payments)?;
    let found: Vec<Obstacle> = found.into_iter().filter(|obstacle| !obstacle.is_news()).collect();
    if found.is_empty() {
        cart::agree(app, &cart).await?;
    }
    Ok((cart, found))
}
