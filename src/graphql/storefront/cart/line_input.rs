//! What shoppers send about the lines of a cart, and what it means to the domain.

use async_graphql::{ID, InputObject};
use entity::id::{CartLineId, VariantId};

use super::input::{AttributeInput, attributes, number};
use crate::cart::{CartError, LineChange, NewLine, ParentReference, Refusal, RefusalCode};
use crate::graphql::id::Gid;

/// A variant to be put in a cart.
#[derive(InputObject)]
pub struct CartLineInput {
    /// The words of the front end.
    pub attributes: Option<Vec<AttributeInput>>,
    /// The variant's global id.
    pub merchandise_id: ID,
    /// The line that it belongs to.
    pub parent: Option<CartLineParentInput>,
    /// How many units.
    #[graphql(default_with = "Some(1)")]
    pub quantity: Option<i32>,
    /// The subscription under which it is bought.
    pub selling_plan_id: Option<ID>,
}

/// The line that another one belongs to.
#[derive(InputObject)]
pub struct CartLineParentInput {
    /// By its global id.
    pub line_id: Option<ID>,
    /// By the variant in it.
    pub merchandise_id: Option<ID>,
}

/// A change of a line; what is left out stays.
#[derive(InputObject)]
pub struct CartLineUpdateInput {
    /// The words of the front end.
    pub attributes: Option<Vec<AttributeInput>>,
    /// The line's global id.
    pub id: ID,
    /// Another variant.
    pub merchandise_id: Option<ID>,
    /// Another quantity; 0 takes the line out.
    pub quantity: Option<i32>,
    /// The subscription under which it is bought.
    pub selling_plan_id: Option<ID>,
}

/// The key in the id of a line; `None` also for the component of a bundle, which is changed with its bundle.
pub(super) fn line_key(id: &ID) -> Option<CartLineId> {
    let gid = Gid::parse(id).filter(|gid| gid.kind == "CartLine" && gid.parameter("component").is_none())?;
    gid.number().map(CartLineId)
}

/// How a new line names its parent; `None` where it names none.
fn parent_reference(input: CartLineParentInput) -> Option<ParentReference> {
    match (input.line_id, input.merchandise_id) {
        (None, None) => None,
        (Some(_), Some(_)) => Some(ParentReference::Both),
        (Some(id), None) => Some(ParentReference::Line(line_key(&id))),
        (None, Some(id)) => Some(ParentReference::New(number("ProductVariant", &id).map(VariantId))),
    }
}

/// Lines to be put in. Subscriptions are refused: the shop has none yet.
///
/// # Errors
/// A refusal that names the place.
pub(super) fn new_lines(input: Vec<CartLineInput>) -> Result<Vec<NewLine>, CartError> {
    let mut refusals = Vec::new();
    let mut lines = Vec::with_capacity(input.len());
    for (place, line) in input.into_iter().enumerate() {
        refusals.extend(plan_refusal(place, line.selling_plan_id.is_some()));
        lines.push(NewLine {
            variant_id: number("ProductVariant", &line.merchandise_id).map(VariantId),
            quantity: line.quantity.unwrap_or(1),
            attributes: attributes(line.attributes),
            parent: line.parent.and_then(parent_reference),
        });
    }
    if refusals.is_empty() { Ok(lines) } else { Err(CartError::Refused(refusals)) }
}

/// Changes of lines.
///
/// # Errors
/// A refusal that names the place.
pub(super) fn line_changes(input: Vec<CartLineUpdateInput>) -> Result<Vec<LineChange>, CartError> {
    let mut refusals = Vec::new();
    let mut changes = Vec::with_capacity(input.len());
    for (place, line) in input.into_iter().enumerate() {
        refusals.extend(plan_refusal(place, line.selling_plan_id.is_some()));
        changes.push(LineChange {
            id: line_key(&line.id),
            variant_id: line.merchandise_id.map(|id| number("ProductVariant", &id).map(VariantId)),
            quantity: line.quantity,
            attributes: line.attributes.map(|input| attributes(Some(input))),
        });
    }
    if refusals.is_empty() { Ok(changes) } else { Err(CartError::Refused(refusals)) }
}

fn plan_refusal(place: usize, has_plan: bool) -> Option<Refusal> {
    let field = ["lines", &place.to_string(), "sellingPlanId"];
    let message = "The product is not sold by subscription";
    has_plan.then(|| Refusal::new(RefusalCode::SellingPlanNotApplicable, &field, message))
}
