//! The discount codes that were typed into a cart.

use entity::cart_code;
use entity::id::CartId;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::app::App;
use crate::cart::error::{CartError, CartWarning, RefusalCode, WarningCode, WarningTarget};
use crate::cart::load::load_in;
use crate::cart::lock::lock_cart;
use crate::cart::settle::settled;
use crate::cart::view::{CartView, Outcome};
use crate::db::Tx;
use crate::discount::fold_code;
use crate::error::Fault;
use crate::pricing::engine::{CodeOutcome, Inapplicable};

/// Discount codes of a cart at most.
pub const MAX_CODES: usize = 100;
/// Characters of a code at most.
pub const MAX_CODE_LENGTH: usize = 255;

/// Puts codes in the place of all that a cart has. Codes are compared without their case, the first spelling stays; a
/// code that takes nothing off is kept and told.
///
/// # Errors
/// [`CartError`] for an unknown cart and codes that are too many or too long.
pub async fn update_discount_codes(app: &App, token: &str, codes: &[String]) -> Result<Outcome, CartError> {
    check(codes)?;
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let of_cart = cart_code::Column::CartId.eq(cart.row.id);
            cart_code::Entity::delete_many().filter(of_cart).exec(&tx).await?;
            insert_in(&tx, cart.row.id, codes).await?;
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { warnings: warnings(&cart), cart })
        })
        .await?;
    settled(app, outcome).await
}

pub(super) fn check(codes: &[String]) -> Result<(), CartError> {
    if codes.len() > MAX_CODES || codes.iter().any(|code| code.chars().count() > MAX_CODE_LENGTH) {
        let message = "The codes are too many or too long";
        return Err(CartError::refused(RefusalCode::Invalid, &["discountCodes"], message));
    }
    Ok(())
}

/// Writes the codes of a cart that has none.
pub(super) async fn insert_in(tx: &Tx, cart_id: CartId, codes: &[String]) -> Result<(), Fault> {
    let codes = distinct(codes);
    if codes.is_empty() {
        return Ok(());
    }
    let rows = codes.into_iter().zip(1..).map(|(code, position)| cart_code::ActiveModel {
        cart_id: Set(cart_id),
        code_norm: Set(fold_code(&code)),
        code: Set(code),
        position: Set(position),
    });
    cart_code::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// The codes without the space around them and without repetitions in another case, in their order.
fn distinct(codes: &[String]) -> Vec<String> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for code in codes.iter().map(|code| code.trim()).filter(|code| !code.is_empty()) {
        let folded = fold_code(code);
        if !kept.iter().any(|(known, _)| *known == folded) {
            kept.push((folded, code.to_owned()));
        }
    }
    kept.into_iter().map(|(_, code)| code).collect()
}

/// What a buyer is told of codes that take nothing off.
pub(super) fn warnings(cart: &CartView) -> Vec<CartWarning> {
    let warning = |outcome: &CodeOutcome| {
        let reason = outcome.refusal?;
        Some(CartWarning {
            code: WarningCode::Discount(reason),
            target: WarningTarget::Cart,
            message: message(reason, &outcome.code),
        })
    };
    cart.priced.codes.iter().filter_map(warning).collect()
}

/// Why a code takes nothing off, for people.
fn message(reason: Inapplicable, code: &str) -> String {
    match reason {
        Inapplicable::NotFound => format!("No discount has the code {code}"),
        Inapplicable::Inactive => format!("The discount of the code {code} does not hold now"),
        Inapplicable::OtherMarket => format!("The discount of the code {code} does not hold in this country"),
        Inapplicable::UsageLimitReached => {
            format!("The discount of the code {code} was used as often as it may be")
        }
        Inapplicable::CustomerUsageLimitReached => {
            format!("The discount of the code {code} was used by this buyer already")
        }
        Inapplicable::CustomerMissing => {
            format!("The discount of the code {code} is for customers who are signed in")
        }
        Inapplicable::CustomerNotEligible => {
            format!("The discount of the code {code} is for other customers")
        }
        Inapplicable::NoEntitledLines => {
            format!("The discount of the code {code} is for nothing that is in the cart")
        }
        Inapplicable::NoEntitledDeliveries => {
            format!("The discount of the code {code} is for no delivery of the cart")
        }
        Inapplicable::SubtotalTooSmall => {
            format!("The cart is not worth enough for the discount of the code {code}")
        }
        Inapplicable::QuantityTooSmall => {
            format!("The cart holds too few units for the discount of the code {code}")
        }
        Inapplicable::NotCombined => {
            format!("The discount of the code {code} cannot be combined with better ones")
        }
        Inapplicable::NothingLeft => format!("Nothing is left that the code {code} could take off"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_compared_without_their_case() {
        let codes = ["SUMMER", " summer ", "", "  ", "Größe", "GRÖSSE", "GRÖßE", "VIP"].map(str::to_owned);
        assert_eq!(distinct(&codes), ["SUMMER", "Größe", "GRÖSSE", "VIP"]);
    }
}
