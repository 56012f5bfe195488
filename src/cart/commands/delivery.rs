//! Choosing how a cart is delivered.

use entity::cart_delivery_choice;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::app::App;
use crate::cart::error::{CartError, RefusalCode};
use crate::cart::load::load_in;
use crate::cart::lock::lock_cart;
use crate::cart::view::Outcome;

/// The method chosen for a group.
#[derive(Clone, Debug)]
pub struct DeliveryChoice {
    /// Which group.
    pub group_key: String,
    /// Which of its options.
    pub handle: String,
}

/// Chooses delivery options.
///
/// # Errors
/// [`CartError`] for an unknown cart, groups that it does not have and options that are not offered.
pub async fn select_delivery_options(
    app: &App,
    token: &str,
    choices: &[DeliveryChoice],
) -> Result<Outcome, CartError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let markets = app.markets().await?;
            let tx = app.begin().await?;
            let mut locked = lock_cart(&tx, now, &markets, token).await?;
            let before = load_in(&tx, now, &markets, locked.row.clone(), token).await?;
            for (place, choice) in choices.iter().enumerate() {
                let place = place.to_string();
                let field =
                    |name: &'static str| ["selectedDeliveryOptions", place.as_str(), name].map(str::to_owned);
                let group = before.delivery.as_ref().filter(|group| group.key == choice.group_key);
                let Some(group) = group else {
                    let field = field("deliveryGroupId");
                    let field: Vec<&str> = field.iter().map(String::as_str).collect();
                    let message = "The delivery group is not in the cart";
                    return Err(CartError::refused(RefusalCode::InvalidDeliveryGroup, &field, message));
                };
                if !group.options.iter().any(|option| option.handle == choice.handle) {
                    let field = field("deliveryOptionHandle");
                    let field: Vec<&str> = field.iter().map(String::as_str).collect();
                    let message = "The delivery option is not offered";
                    return Err(CartError::refused(RefusalCode::InvalidDeliveryOption, &field, message));
                }
                let row = cart_delivery_choice::ActiveModel {
                    cart_id: Set(locked.row.id),
                    group_key: Set(choice.group_key.clone()),
                    method_handle: Set(choice.handle.clone()),
                };
                let again = OnConflict::columns([
                    cart_delivery_choice::Column::CartId,
                    cart_delivery_choice::Column::GroupKey,
                ])
                .update_column(cart_delivery_choice::Column::MethodHandle)
                .to_owned();
                cart_delivery_choice::Entity::insert(row)
                    .on_conflict(again)
                    .exec_without_returning(&tx)
                    .await?;
            }
            locked.save(&tx, app).await?;
            let cart = load_in(&tx, now, &markets, locked.row, token).await?;
            tx.commit().await?;
            Ok(Outcome { cart, warnings: Vec::new() })
        })
        .await
}
