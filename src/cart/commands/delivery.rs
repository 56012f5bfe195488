//! Choosing how a cart is delivered.

use std::collections::BTreeMap;

use entity::cart_delivery_choice;
use entity::id::CartId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use crate::app::App;
use crate::cart::error::{CartError, RefusalCode};
use crate::cart::load::load_in;
use crate::cart::lock::lock_cart;
use crate::cart::settle::settled;
use crate::cart::view::{CartView, Outcome};
use crate::db::Tx;

/// The method chosen for a group.
#[derive(Clone, Debug)]
pub struct DeliveryChoice {
    /// Which group.
    pub group_key: String,
    /// Which of its options.
    pub handle: String,
}

/// Chooses delivery options. A choice holds as long as the option is offered; then the cheapest way in which the lines are
/// sent does.
///
/// # Errors
/// [`CartError`] for an unknown cart, groups that it does not have and options that are not offered.
pub async fn select_delivery_options(
    app: &App,
    token: &str,
    choices: &[DeliveryChoice],
) -> Result<Outcome, CartError> {
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut locked = lock_cart(&tx, now, &rules, token).await?;
            let before = load_in(&tx, now, &rules, locked.clone(), token).await?;
            let chosen = chosen_of(&before, choices)?;
            store_in(&tx, locked.row.id, chosen).await?;
            locked.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, locked, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// The option of each group; of several for one the last. All of them are offered.
fn chosen_of<'a>(
    cart: &CartView,
    choices: &'a [DeliveryChoice],
) -> Result<BTreeMap<&'a str, &'a str>, CartError> {
    let mut chosen = BTreeMap::new();
    for (place, choice) in choices.iter().enumerate() {
        let refused = |code, field: &str, message: &str| {
            let place = place.to_string();
            CartError::refused(code, &["selectedDeliveryOptions", place.as_str(), field], message)
        };
        let Some(group) = cart.deliveries.iter().find(|group| group.key == choice.group_key) else {
            let message = "The delivery group is not in the cart";
            return Err(refused(RefusalCode::InvalidDeliveryGroup, "deliveryGroupId", message));
        };
        if !group.options.iter().any(|option| option.handle == choice.handle) {
            let message = "The delivery option is not offered";
            return Err(refused(RefusalCode::InvalidDeliveryOption, "deliveryOptionHandle", message));
        }
        chosen.insert(choice.group_key.as_str(), choice.handle.as_str());
    }
    Ok(chosen)
}

async fn store_in(tx: &Tx, cart_id: CartId, chosen: BTreeMap<&str, &str>) -> Result<(), DbErr> {
    if chosen.is_empty() {
        return Ok(());
    }
    let rows = chosen.into_iter().map(|(group, handle)| cart_delivery_choice::ActiveModel {
        cart_id: Set(cart_id),
        group_key: Set(group.to_owned()),
        method_handle: Set(handle.to_owned()),
    });
    let again =
        OnConflict::columns([cart_delivery_choice::Column::CartId, cart_delivery_choice::Column::GroupKey])
            .update_column(cart_delivery_choice::Column::MethodHandle)
            .to_owned();
    cart_delivery_choice::Entity::insert_many(rows).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}
