//! Telling whether a cart could be ordered as it stands.

use super::error::CheckoutError;
use super::obstacle::{Obstacle, obstacles};
use crate::app::App;
use crate::cart::{self, CartView};

/// The cart, and what keeps it from being ordered. Changes and holds nothing.
///
/// # Errors
/// [`CheckoutError::CartNotFound`] for an unknown cart.
pub async fn prepare(app: &App, token: &str) -> Result<(CartView, Vec<Obstacle>), CheckoutError> {
    let cart = cart::find_cart(app, token).await?.ok_or(CheckoutError::CartNotFound)?;
    let found = obstacles(&cart, &app.payments);
    Ok((cart, found))
}
