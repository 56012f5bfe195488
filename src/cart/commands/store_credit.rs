//! The store credit that is to pay for a cart.

use super::details::{Agreement, change};
use crate::app::App;
use crate::cart::error::{CartError, RefusalCode};
use crate::cart::lock::LockedCart;
use crate::cart::view::{CartView, Outcome};
use crate::money::Money;

/// Sets how much store credit is to pay at most, behind all gift cards; nothing takes the wish out. What pays in the end
/// is what the account has when the cart is ordered.
///
/// # Errors
/// [`CartError`] for an unknown cart, an amount below zero or in another currency than the cart's, and where nobody is
/// signed in who has an account in it.
pub async fn update_store_credit(app: &App, token: &str, amount: Money) -> Result<Outcome, CartError> {
    if amount.minor < 0 {
        let message = "The amount must not be below zero";
        return Err(CartError::refused(RefusalCode::Invalid, &["amount", "amount"], message));
    }
    let set = |cart: &mut LockedCart| {
        if amount.currency.code() != cart.row.currency {
            let message = "The amount is in another currency than the cart";
            return Err(CartError::refused(RefusalCode::Invalid, &["amount", "currencyCode"], message));
        }
        let wish = (amount.minor > 0).then_some(amount.minor);
        cart.row.store_credit_minor = wish;
        cart.row.store_credit_currency = wish.map(|_| amount.currency.code().to_owned());
        Ok(())
    };
    let check = |cart: &CartView| {
        if amount.minor > 0 && cart.store_credit.is_none() {
            let message = "Nobody is signed in who has store credit in the cart's currency";
            return Err(CartError::refused(RefusalCode::Invalid, &["amount"], message));
        }
        Ok(())
    };
    change(app, token, Agreement::Kept, set, check).await
}
