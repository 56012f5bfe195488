//! Mutations of carts.

use async_graphql::{Context, ID, Object};
use entity::id::CartAddressId;

use super::input::{
    AttributeInput, CartBuyerIdentityInput, CartInput, CartSelectableAddressInput,
    CartSelectableAddressUpdateInput, CartSelectedDeliveryOptionInput, address_changes, attributes,
    new_addresses, number,
};
use super::line_input::{CartLineInput, CartLineUpdateInput, line_changes, line_key, new_lines};
use super::payload::{
    Answer, CartAttributesUpdatePayload, CartBillingAddressUpdatePayload, CartBuyerIdentityUpdatePayload,
    CartCreatePayload, CartDeliveryAddressesAddPayload, CartDeliveryAddressesRemovePayload,
    CartDeliveryAddressesReplacePayload, CartDeliveryAddressesUpdatePayload, CartLinesAddPayload,
    CartLinesRemovePayload, CartLinesUpdatePayload, CartNoteUpdatePayload,
    CartSelectedDeliveryOptionsUpdatePayload, CartStoreCreditUpdatePayload, answer,
};
use super::payment_input::{CartPaymentInput, MoneyInput};
use super::payment_payload::CartPaymentUpdatePayload;
use super::token_of;
use crate::cart::{self, BuyerIdentity, CartError, DeliveryChoice, NewCart, RefusalCode};
use crate::checkout;
use crate::graphql::error::ApiError;
use crate::graphql::id::Gid;
use crate::graphql::limit::check_list;
use crate::graphql::storefront::address::MailingAddressInput;
use crate::graphql::storefront::context::{self, RequestContext};
use crate::market::Address;
use crate::money::Money;
use crate::payment::{FREE, Payment};

/// Mutations of carts.
#[derive(Default)]
pub struct CartMutation;

/// Mutations of carts.
#[Object]
impl CartMutation {
    /// Makes a cart.
    async fn cart_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it begins with.")] input: Option<CartInput>,
    ) -> Result<Option<CartCreatePayload>, ApiError> {
        let context = context::of(ctx)?;
        let outcome = match new_cart(context, input.unwrap_or_default())? {
            Ok(new) => cart::create(&context.app, &context.actor, &new).await,
            Err(error) => Err(error),
        };
        answer(outcome.map_err(within_delivery), &["input"]).map(Some)
    }

    /// Puts lines into a cart. Lines of the same variant with the same attributes become one.
    async fn cart_lines_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "What to put in.")] lines: Option<Vec<CartLineInput>>,
    ) -> Result<Option<CartLinesAddPayload>, ApiError> {
        let lines = lines.unwrap_or_default();
        check_list("lines", &lines)?;
        let token = token_of(&cart_id)?;
        let outcome = match new_lines(lines) {
            Ok(lines) => cart::add_lines(&context::of(ctx)?.app, token, &lines).await,
            Err(error) => Err(error),
        };
        answer(outcome, &[]).map(Some)
    }

    /// Changes lines of a cart.
    async fn cart_lines_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "What to change.")] lines: Option<Vec<CartLineUpdateInput>>,
    ) -> Result<Option<CartLinesUpdatePayload>, ApiError> {
        let lines = lines.unwrap_or_default();
        check_list("lines", &lines)?;
        let token = token_of(&cart_id)?;
        let outcome = match line_changes(lines) {
            Ok(changes) => cart::update_lines(&context::of(ctx)?.app, token, &changes).await,
            Err(error) => Err(error),
        };
        answer(outcome, &[]).map(Some)
    }

    /// Takes lines out of a cart.
    async fn cart_lines_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "The lines' global ids.")] line_ids: Option<Vec<ID>>,
    ) -> Result<Option<CartLinesRemovePayload>, ApiError> {
        let line_ids = line_ids.unwrap_or_default();
        check_list("lineIds", &line_ids)?;
        let ids: Vec<_> = line_ids.iter().map(line_key).collect();
        answer(cart::remove_lines(&context::of(ctx)?.app, token_of(&cart_id)?, &ids).await, &[]).map(Some)
    }

    /// Sets the note of a cart; an empty one takes it out.
    async fn cart_note_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "The note.")] note: Option<String>,
    ) -> Result<Option<CartNoteUpdatePayload>, ApiError> {
        let app = &context::of(ctx)?.app;
        answer(cart::update_note(app, token_of(&cart_id)?, note.as_deref()).await, &[]).map(Some)
    }

    /// Sets the words of the front end about a cart.
    async fn cart_attributes_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "attributes", desc = "All of them.")] input: Vec<AttributeInput>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartAttributesUpdatePayload>, ApiError> {
        let app = &context::of(ctx)?.app;
        let attributes = attributes(Some(input));
        answer(cart::update_attributes(app, token_of(&cart_id)?, &attributes).await, &[]).map(Some)
    }

    /// Sets who buys.
    async fn cart_buyer_identity_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to set.")] buyer_identity: CartBuyerIdentityInput,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartBuyerIdentityUpdatePayload>, ApiError> {
        let app = &context::of(ctx)?.app;
        let identity = BuyerIdentity::from(buyer_identity);
        answer(cart::update_buyer_identity(app, token_of(&cart_id)?, &identity).await, &[]).map(Some)
    }

    /// Adds addresses to a cart.
    async fn cart_delivery_addresses_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to add.")] addresses: Vec<CartSelectableAddressInput>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartDeliveryAddressesAddPayload>, ApiError> {
        check_list("addresses", &addresses)?;
        let token = token_of(&cart_id)?;
        let outcome = match new_addresses(addresses) {
            Ok(new) => cart::add_addresses(&context::of(ctx)?.app, token, &new).await,
            Err(error) => Err(error),
        };
        answer(outcome, &[]).map(Some)
    }

    /// Changes addresses of a cart.
    async fn cart_delivery_addresses_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] addresses: Vec<CartSelectableAddressUpdateInput>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartDeliveryAddressesUpdatePayload>, ApiError> {
        check_list("addresses", &addresses)?;
        let token = token_of(&cart_id)?;
        let outcome = match address_changes(addresses) {
            Ok(changes) => cart::update_addresses(&context::of(ctx)?.app, token, &changes).await,
            Err(error) => Err(error),
        };
        answer(outcome, &[]).map(Some)
    }

    /// Takes addresses out of a cart.
    async fn cart_delivery_addresses_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The addresses' global ids.")] address_ids: Vec<ID>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartDeliveryAddressesRemovePayload>, ApiError> {
        check_list("addressIds", &address_ids)?;
        let ids: Vec<_> =
            address_ids.iter().map(|id| number("CartSelectableAddress", id).map(CartAddressId)).collect();
        answer(cart::remove_addresses(&context::of(ctx)?.app, token_of(&cart_id)?, &ids).await, &[]).map(Some)
    }

    /// Puts addresses in the place of all that a cart has.
    async fn cart_delivery_addresses_replace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The addresses.")] addresses: Vec<CartSelectableAddressInput>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartDeliveryAddressesReplacePayload>, ApiError> {
        check_list("addresses", &addresses)?;
        let token = token_of(&cart_id)?;
        let outcome = match new_addresses(addresses) {
            Ok(new) => cart::replace_addresses(&context::of(ctx)?.app, token, &new).await,
            Err(error) => Err(error),
        };
        answer(outcome, &[]).map(Some)
    }

    /// Chooses how a cart is delivered.
    async fn cart_selected_delivery_options_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "An option for each group.")] selected_delivery_options: Vec<
            CartSelectedDeliveryOptionInput,
        >,
    ) -> Result<Option<CartSelectedDeliveryOptionsUpdatePayload>, ApiError> {
        check_list("selectedDeliveryOptions", &selected_delivery_options)?;
        let choices: Vec<DeliveryChoice> = selected_delivery_options.into_iter().map(choice).collect();
        let app = &context::of(ctx)?.app;
        answer(cart::select_delivery_options(app, token_of(&cart_id)?, &choices).await, &[]).map(Some)
    }

    /// Sets where the bill goes; none takes it out.
    async fn cart_billing_address_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address.")] billing_address: Option<MailingAddressInput>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartBillingAddressUpdatePayload>, ApiError> {
        let app = &context::of(ctx)?.app;
        let address = billing_address.map(Address::from);
        answer(cart::update_billing_address(app, token_of(&cart_id)?, address.as_ref()).await, &[]).map(Some)
    }

    /// Sets how the buyer means to pay.
    async fn cart_payment_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "How.")] payment: CartPaymentInput,
    ) -> Result<Option<CartPaymentUpdatePayload>, ApiError> {
        // Boxed: the future of every mutation would be as large.
        Box::pin(set_payment(context::of(ctx)?, &cart_id, payment)).await.map(Some)
    }

    /// Sets how much of the signed-in customer's store credit is to pay for a cart at most, behind its gift cards; zero
    /// takes it out. An addition of this server.
    async fn cart_store_credit_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "How much at most, in the cart's currency.")] amount: MoneyInput,
    ) -> Result<Option<CartStoreCreditUpdatePayload>, ApiError> {
        let token = token_of(&cart_id)?;
        let outcome = match Money::parse(&amount.amount.0, amount.currency_code.0) {
            Ok(amount) => cart::update_store_credit(&context::of(ctx)?.app, token, amount).await,
            Err(error) => {
                let field = ["amount", "amount"];
                Err(CartError::refused(RefusalCode::Invalid, &field, format!("The amount {error}")))
            }
        };
        answer(outcome, &[]).map(Some)
    }
}

/// Sets how the buyer means to pay, with a session of the provider's where one is asked for.
async fn set_payment(
    context: &RequestContext,
    cart_id: &ID,
    input: CartPaymentInput,
) -> Result<CartPaymentUpdatePayload, ApiError> {
    let (app, token) = (&context.app, token_of(cart_id)?);
    let wants_session =
        input.provider_payment_method.as_ref().is_some_and(|method| method.session == Some(true));
    let mut session = None;
    let outcome = async {
        let (mut payment, billing) = payment_of(input)?;
        if wants_session {
            let opened = checkout::open_session(app, &context.actor, token, &payment).await?;
            payment.token = Some(opened.reference.clone());
            session = Some(opened);
        }
        checkout::update_payment(app, token, &payment, billing.as_ref()).await
    }
    .await;
    let answered: Answer = answer(outcome, &[])?;
    let session = session.filter(|_| answered.cart.is_some());
    Ok(CartPaymentUpdatePayload::new(answered, session))
}

/// What a cart begins with, or why it cannot.
fn new_cart(context: &RequestContext, input: CartInput) -> Result<Result<NewCart, CartError>, ApiError> {
    let lines = input.lines.unwrap_or_default();
    let addresses = input.delivery.and_then(|delivery| delivery.addresses).unwrap_or_default();
    check_list("lines", &lines)?;
    check_list("addresses", &addresses)?;
    let metafields = input.metafields.unwrap_or_default();
    check_list("metafields", &metafields)?;
    let decoded = new_lines(lines).and_then(|lines| Ok((lines, new_addresses(addresses)?)));
    Ok(decoded.map(|(lines, addresses)| NewCart {
        country: context.country.code,
        language: context.language.code,
        lines,
        note: input.note,
        attributes: attributes(input.attributes),
        identity: input.buyer_identity.map(BuyerIdentity::from).unwrap_or_default().or_buyer(context),
        addresses,
        discount_codes: input.discount_codes.unwrap_or_default(),
        gift_card_codes: input.gift_card_codes.unwrap_or_default(),
        metafields: metafields.into_iter().map(Into::into).collect(),
    }))
}

/// In the input of a new cart the addresses are part of the delivery.
fn within_delivery(error: CartError) -> CartError {
    match error {
        CartError::Refused(mut refusals) => {
            for refusal in &mut refusals {
                if refusal.field.first().is_some_and(|part| part == "addresses") {
                    refusal.field.insert(0, "delivery".to_owned());
                }
            }
            CartError::Refused(refusals)
        }
        other => other,
    }
}

fn choice(input: CartSelectedDeliveryOptionInput) -> DeliveryChoice {
    let gid = Gid::parse(&input.delivery_group_id).filter(|gid| gid.kind == "CartDeliveryGroup");
    DeliveryChoice {
        group_key: gid.map(|gid| gid.name.to_owned()).unwrap_or_default(),
        handle: input.delivery_option_handle,
    }
}

/// The payment that an input means. A wallet and a card vault are named as providers that no shop has.
fn payment_of(input: CartPaymentInput) -> Result<(Payment, Option<Address>), CartError> {
    let given = [
        input.direct_payment_method.is_some(),
        input.free_payment_method.is_some(),
        input.provider_payment_method.is_some(),
        input.wallet_payment_method.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        let message = "One payment method must be given";
        return Err(CartError::refused(RefusalCode::InvalidPayment, &["payment"], message));
    }
    let currency = input.amount.currency_code.0;
    let amount = Money::parse(&input.amount.amount.0, currency).map_err(|error| {
        let field = ["payment", "amount", "amount"];
        CartError::refused(RefusalCode::InvalidPayment, &field, format!("The amount {error}"))
    })?;
    let (provider, token, billing) = if let Some(method) = input.provider_payment_method {
        (method.provider, method.token, method.billing_address)
    } else if let Some(method) = input.direct_payment_method {
        ("card vault".to_owned(), Some(method.session_id), Some(method.billing_address))
    } else if let Some(method) = input.free_payment_method {
        (FREE.to_owned(), None, Some(method.billing_address))
    } else {
        ("wallet".to_owned(), None, None)
    };
    let payment = Payment {
        provider,
        token,
        amount_minor: amount.minor,
        currency: currency.code().to_owned(),
        source_identifier: input.source_identifier,
    };
    Ok((payment, billing.map(Address::from)))
}
