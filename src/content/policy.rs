//! Policies: their names, the one that has words of its own, and reading them.

use std::collections::HashMap;

use entity::id::PolicyId;
use entity::shop_policy::{self, PolicyKind};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::Fault;

/// A policy's name in addresses.
#[must_use]
pub fn handle_of(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::ContactInformation => "contact-information",
        PolicyKind::LegalNotice => "legal-notice",
        PolicyKind::Privacy => "privacy-policy",
        PolicyKind::Refund => "refund-policy",
        PolicyKind::Shipping => "shipping-policy",
        PolicyKind::Subscription => "subscription-policy",
        PolicyKind::TermsOfSale => "terms-of-sale",
        PolicyKind::TermsOfService => "terms-of-service",
    }
}

/// A policy's name for shoppers.
#[must_use]
pub fn title_of(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::ContactInformation => "Contact information",
        PolicyKind::LegalNotice => "Legal notice",
        PolicyKind::Privacy => "Privacy policy",
        PolicyKind::Refund => "Refund policy",
        PolicyKind::Shipping => "Shipping policy",
        PolicyKind::Subscription => "Subscription policy",
        PolicyKind::TermsOfSale => "Terms of sale",
        PolicyKind::TermsOfService => "Terms of service",
    }
}

/// What a policy says while the shop has not written it, where there is such a text.
#[must_use]
pub fn default_body(kind: PolicyKind) -> Option<&'static str> {
    match kind {
        PolicyKind::Subscription => Some(
            "<p>Some products can be bought once or as a subscription. A subscription is an order that repeats: at the \
             interval that you choose we charge the payment method you left with us and send the goods, until you end \
             it.</p>\
             <p>Before each order that repeats you can skip it, change it or end the subscription. Ending it costs \
             nothing and takes effect for every order that has not been charged yet. Goods that were charged already \
             are sent, and can be returned under our refund policy like any others.</p>\
             <p>Prices may change between two orders. When yours does, we tell you before we charge it.</p>",
        ),
        PolicyKind::ContactInformation
        | PolicyKind::LegalNotice
        | PolicyKind::Privacy
        | PolicyKind::Refund
        | PolicyKind::Shipping
        | PolicyKind::TermsOfSale
        | PolicyKind::TermsOfService => None,
    }
}

/// Policies by kind: one statement.
///
/// # Errors
/// The database's own.
pub async fn policies_by_kinds<C: ConnectionTrait>(
    db: &C,
    kinds: &[PolicyKind],
) -> Result<HashMap<PolicyKind, shop_policy::Model>, Fault> {
    let wanted = shop_policy::Column::Kind.is_in(kinds.iter().copied());
    let rows = shop_policy::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.kind, row)).collect())
}

/// Policies by key: one statement.
///
/// # Errors
/// The database's own.
pub async fn policies_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[PolicyId],
) -> Result<HashMap<PolicyId, shop_policy::Model>, Fault> {
    let wanted = shop_policy::Column::Id.is_in(ids.iter().copied());
    let rows = shop_policy::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
