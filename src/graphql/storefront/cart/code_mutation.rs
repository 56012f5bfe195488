//! Mutations of what is typed into a cart: codes; and of carts as a whole.

use async_graphql::{Context, ID, Object};
use entity::id::GiftCardId;

use super::input::number;
use super::payload::{
    CartClonePayload, CartDiscountCodesUpdatePayload, CartGiftCardCodesAddPayload,
    CartGiftCardCodesRemovePayload, CartGiftCardCodesUpdatePayload, CartRemovePersonalDataPayload, answer,
};
use super::token_of;
use crate::cart;
use crate::graphql::error::ApiError;
use crate::graphql::limit::check_list;
use crate::graphql::storefront::context::{self, RequestContext};

/// Mutations of what is typed into a cart, and of carts as a whole.
#[derive(Default)]
pub struct CartCodeMutation;

/// Mutations of what is typed into a cart, and of carts as a whole.
#[Object]
impl CartCodeMutation {
    /// Makes a cart with the same lines, words of the front end and discount codes, and without the person.
    async fn cart_clone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartClonePayload>, ApiError> {
        let app = &context::of(ctx)?.app;
        answer(cart::clone_cart(app, token_of(&cart_id)?).await, &[]).map(Some)
    }

    /// Puts discount codes in the place of all that a cart has; none takes them out.
    async fn cart_discount_codes_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "The codes as they were typed in.")] discount_codes: Option<Vec<String>>,
    ) -> Result<Option<CartDiscountCodesUpdatePayload>, ApiError> {
        let (app, codes) = (&context::of(ctx)?.app, discount_codes.unwrap_or_default());
        check_list("discountCodes", &codes)?;
        answer(cart::update_discount_codes(app, token_of(&cart_id)?, &codes).await, &[]).map(Some)
    }

    /// Adds gift cards that are to pay for a cart.
    async fn cart_gift_card_codes_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "The codes as they were typed in.")] gift_card_codes: Vec<String>,
    ) -> Result<Option<CartGiftCardCodesAddPayload>, ApiError> {
        check_list("giftCardCodes", &gift_card_codes)?;
        let (RequestContext { app, actor, .. }, token) = (context::of(ctx)?, token_of(&cart_id)?);
        answer(cart::add_gift_cards(app, actor, token, &gift_card_codes).await, &[]).map(Some)
    }

    /// Takes gift cards out of a cart.
    async fn cart_gift_card_codes_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cards' global ids.")] applied_gift_card_ids: Vec<ID>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartGiftCardCodesRemovePayload>, ApiError> {
        check_list("appliedGiftCardIds", &applied_gift_card_ids)?;
        let app = &context::of(ctx)?.app;
        let key = |id: &ID| number("AppliedGiftCard", id).map(GiftCardId);
        let ids: Vec<_> = applied_gift_card_ids.iter().map(key).collect();
        answer(cart::remove_gift_cards(app, token_of(&cart_id)?, &ids).await, &[]).map(Some)
    }

    /// Puts gift cards in the place of all that are to pay for a cart.
    async fn cart_gift_card_codes_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "The codes as they were typed in.")] gift_card_codes: Vec<String>,
    ) -> Result<Option<CartGiftCardCodesUpdatePayload>, ApiError> {
        check_list("giftCardCodes", &gift_card_codes)?;
        let (RequestContext { app, actor, .. }, token) = (context::of(ctx)?, token_of(&cart_id)?);
        answer(cart::replace_gift_cards(app, actor, token, &gift_card_codes).await, &[]).map(Some)
    }

    /// Takes the person out of a cart: identity, note, addresses, bill, payment and gift cards.
    async fn cart_remove_personal_data(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartRemovePersonalDataPayload>, ApiError> {
        let app = &context::of(ctx)?.app;
        answer(cart::remove_personal_data(app, token_of(&cart_id)?).await, &[]).map(Some)
    }
}
