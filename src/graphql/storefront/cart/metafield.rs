//! Metafields that shoppers write on their carts.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::input::CartInputMetafieldInput;
use super::token_of;
use crate::cart::{self, NewCartMetafield};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::limit::check_list;
use crate::graphql::storefront::code::{MetafieldDeleteErrorCode, MetafieldsSetUserErrorCode};
use crate::graphql::storefront::context;
use crate::graphql::storefront::metafield::Metafield;
use crate::metafield::{FaultCode, FieldRefusal, MetafieldError};

/// A metafield to be saved on a cart.
#[derive(InputObject)]
pub struct CartMetafieldsSetInput {
    /// Its key, alone or behind its namespace and a point; alone it is of the namespace `custom`.
    pub key: String,
    /// The cart's global id.
    pub owner_id: ID,
    /// The name of its type.
    #[graphql(name = "type")]
    pub kind: String,
    /// The value as a text.
    pub value: String,
}

/// A metafield to be deleted from a cart.
#[derive(InputObject)]
pub struct CartMetafieldDeleteInput {
    /// Its key, alone or behind its namespace and a point; alone it is of the namespace `custom`.
    pub key: String,
    /// The cart's global id.
    pub owner_id: ID,
}

/// Why a metafield was not saved.
#[derive(Clone, SimpleObject)]
pub struct MetafieldsSetUserError {
    /// What is wrong, for programs.
    pub code: Option<MetafieldsSetUserErrorCode>,
    /// Which element of the input is meant, from zero.
    pub element_index: Option<i32>,
    /// Which part of the input, from the outside in.
    #[graphql(owned)]
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    #[graphql(owned)]
    pub message: String,
}

/// Why a metafield was not deleted.
#[derive(Clone, SimpleObject)]
pub struct MetafieldDeleteUserError {
    /// What is wrong, for programs.
    pub code: Option<MetafieldDeleteErrorCode>,
    /// Which part of the input, from the outside in.
    #[graphql(owned)]
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    #[graphql(owned)]
    pub message: String,
}

/// What came of `cartMetafieldsSet`.
#[derive(SimpleObject)]
pub struct CartMetafieldsSetPayload {
    /// The metafields that were saved; none where one was refused.
    metafields: Option<Vec<Metafield>>,
    /// Why they were refused.
    user_errors: Vec<MetafieldsSetUserError>,
}

/// What came of `cartMetafieldDelete`.
#[derive(SimpleObject)]
pub struct CartMetafieldDeletePayload {
    /// The global id of the metafield that was deleted.
    deleted_id: Option<ID>,
    /// Why nothing was deleted.
    user_errors: Vec<MetafieldDeleteUserError>,
}

/// Mutations of carts' metafields.
#[derive(Clone, Copy, Debug, Default)]
pub struct CartMetafieldMutation;

/// Mutations of carts' metafields.
#[Object]
impl CartMetafieldMutation {
    /// Saves metafields of carts, at most 25 at once and all or none; those that are there already are replaced.
    async fn cart_metafields_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to save.")] metafields: Vec<CartMetafieldsSetInput>,
    ) -> Result<Option<CartMetafieldsSetPayload>, ApiError> {
        check_list("metafields", &metafields)?;
        let new: Vec<_> = metafields.into_iter().map(decoded).collect();
        let payload = match cart::set_metafields(&context::of(ctx)?.app, &new).await {
            Ok(saved) => {
                let tokens = new.into_iter().map(|(token, _)| token.unwrap_or_default());
                let saved = saved.into_iter().map(Arc::new).zip(tokens);
                let metafields = saved.map(|(found, token)| Metafield::of_cart(found, token)).collect();
                CartMetafieldsSetPayload { metafields: Some(metafields), user_errors: Vec::new() }
            }
            Err(error) => CartMetafieldsSetPayload { metafields: None, user_errors: set_errors(error)? },
        };
        Ok(Some(payload))
    }

    /// Deletes a metafield of a cart.
    async fn cart_metafield_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to delete.")] input: CartMetafieldDeleteInput,
    ) -> Result<Option<CartMetafieldDeletePayload>, ApiError> {
        let token = token_of(&input.owner_id).ok();
        let outcome = cart::delete_metafield(&context::of(ctx)?.app, token, &input.key).await;
        let deleted_id = outcome.as_ref().ok().copied().flatten().map(|id| id::encode("Metafield", id));
        Ok(Some(CartMetafieldDeletePayload { deleted_id, user_errors: delete_errors(outcome)? }))
    }
}

/// The secret of the cart, if its id is one, and what to save there.
fn decoded(input: CartMetafieldsSetInput) -> (Option<String>, NewCartMetafield) {
    let token = token_of(&input.owner_id).ok().map(str::to_owned);
    (token, NewCartMetafield { key: input.key, kind: input.kind, value: input.value })
}

impl From<CartInputMetafieldInput> for NewCartMetafield {
    fn from(input: CartInputMetafieldInput) -> Self {
        Self { key: input.key, kind: input.kind, value: input.value }
    }
}

/// The refusals, or the fault.
fn refusals(error: MetafieldError) -> Result<Vec<FieldRefusal>, ApiError> {
    match error {
        MetafieldError::Refused(refusals) => Ok(refusals),
        MetafieldError::Fault(fault) => Err(fault.into()),
        MetafieldError::Forbidden(_) => Err(ApiError::bad_input("ACCESS_DENIED", error.to_string())),
    }
}

/// What the input calls the key holds the namespace too.
fn part(field: String) -> String {
    if field == "namespace" { "key".to_owned() } else { field }
}

fn set_errors(error: MetafieldError) -> Result<Vec<MetafieldsSetUserError>, ApiError> {
    let written = |refusal: FieldRefusal| {
        let index = refusal.index.map(|index| index.to_string());
        let field = match index {
            Some(index) => vec!["metafields".to_owned(), index, part(refusal.field)],
            None => vec![part(refusal.field)],
        };
        MetafieldsSetUserError {
            code: Some(code_of(refusal.code)),
            element_index: refusal.index.and_then(|index| i32::try_from(index).ok()),
            field: Some(field),
            message: refusal.message,
        }
    };
    Ok(refusals(error)?.into_iter().map(written).collect())
}

fn delete_errors<T>(
    outcome: Result<Option<T>, MetafieldError>,
) -> Result<Vec<MetafieldDeleteUserError>, ApiError> {
    let written = |code, field: &str, message: String| MetafieldDeleteUserError {
        code: Some(code),
        field: Some(vec!["input".to_owned(), field.to_owned()]),
        message,
    };
    Ok(match outcome {
        Ok(Some(_)) => Vec::new(),
        Ok(None) => {
            let code = MetafieldDeleteErrorCode::MetafieldDoesNotExist;
            vec![written(code, "key", "The cart has no such metafield".to_owned())]
        }
        Err(error) => refusals(error)?
            .into_iter()
            .map(|refusal| {
                let code = match refusal.code {
                    FaultCode::InvalidOwner => MetafieldDeleteErrorCode::InvalidOwner,
                    FaultCode::AppNotAuthorized => MetafieldDeleteErrorCode::AppNotAuthorized,
                    FaultCode::Blank
                    | FaultCode::Inclusion
                    | FaultCode::InvalidType
                    | FaultCode::InvalidValue
                    | FaultCode::LessThanOrEqualTo
                    | FaultCode::Present
                    | FaultCode::TooLong
                    | FaultCode::TooShort => MetafieldDeleteErrorCode::MetafieldDoesNotExist,
                };
                written(code, &part(refusal.field), refusal.message)
            })
            .collect(),
    })
}

fn code_of(code: FaultCode) -> MetafieldsSetUserErrorCode {
    match code {
        FaultCode::AppNotAuthorized => MetafieldsSetUserErrorCode::AppNotAuthorized,
        FaultCode::Blank => MetafieldsSetUserErrorCode::Blank,
        FaultCode::Inclusion => MetafieldsSetUserErrorCode::Inclusion,
        FaultCode::InvalidOwner => MetafieldsSetUserErrorCode::InvalidOwner,
        FaultCode::InvalidType => MetafieldsSetUserErrorCode::InvalidType,
        FaultCode::InvalidValue => MetafieldsSetUserErrorCode::InvalidValue,
        FaultCode::LessThanOrEqualTo => MetafieldsSetUserErrorCode::LessThanOrEqualTo,
        FaultCode::Present => MetafieldsSetUserErrorCode::Present,
        FaultCode::TooLong => MetafieldsSetUserErrorCode::TooLong,
        FaultCode::TooShort => MetafieldsSetUserErrorCode::TooShort,
    }
}
