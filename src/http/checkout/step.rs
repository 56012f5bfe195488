//! The steps of a checkout, and which of them a cart still needs.

use super::form::Form;
use crate::cart::CartView;
use crate::checkout::{Obstacle, ObstacleCode};

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Who buys, and where it goes.
    Information,
    /// How it goes there.
    Delivery,
    /// How it is paid, and a last look.
    Payment,
}

impl Step {
    /// What it is called in an address, behind the page's name.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Information => "",
            Self::Delivery => "/delivery",
            Self::Payment => "/payment",
        }
    }

    /// The one with this name in a form.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "delivery" => Self::Delivery,
            "payment" => Self::Payment,
            _ => Self::Information,
        }
    }

    /// Its name in a form.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Delivery => "delivery",
            Self::Payment => "payment",
        }
    }

    /// Whether something of its own form is among what was sent.
    pub(super) fn is_sent_in(self, form: &Form) -> bool {
        form.has(match self {
            Self::Information => "email",
            Self::Delivery => "delivery_0",
            Self::Payment => "attempt",
        })
    }

    /// The steps that a cart has: what is not delivered needs no delivery.
    pub(super) fn all_of(cart: &CartView) -> Vec<Self> {
        let steps = [Self::Information, Self::Delivery, Self::Payment];
        steps.into_iter().filter(|step| *step != Self::Delivery || cart.needs_delivery()).collect()
    }

    /// The step that follows in a cart.
    pub(super) fn next(self, cart: &CartView) -> Self {
        Self::all_of(cart).into_iter().find(|step| *step > self).unwrap_or(Self::Payment)
    }

    /// The first step that is not complete.
    pub(super) fn first_open(obstacles: &[Obstacle]) -> Self {
        obstacles.iter().filter_map(|obstacle| step_of(obstacle.code)).min().unwrap_or(Self::Payment)
    }
}

/// The step in which an obstacle is taken away, where it is one before the last.
fn step_of(code: ObstacleCode) -> Option<Step> {
    match code {
        ObstacleCode::EmailRequired
        | ObstacleCode::EmailInvalid
        | ObstacleCode::DeliveryAddressRequired
        | ObstacleCode::DeliveryFieldRequired(_)
        | ObstacleCode::DeliveryFieldInvalid(_) => Some(Step::Information),
        ObstacleCode::NoDeliveryAvailable | ObstacleCode::DeliveryUnknown => Some(Step::Delivery),
        ObstacleCode::EmptyCart
        | ObstacleCode::NotEnoughStock
        | ObstacleCode::OutOfStock
        | ObstacleCode::NotPublished
        | ObstacleCode::PaymentRequired
        | ObstacleCode::PaymentUnavailable
        | ObstacleCode::UnacceptableAmount
        | ObstacleCode::PriceChanged
        | ObstacleCode::TaxesUnknown => None,
    }
}

/// Whether a cart holds what cannot be had as it stands, which no step changes.
pub(super) fn needs_adjusting(obstacles: &[Obstacle]) -> bool {
    obstacles.iter().any(|obstacle| match obstacle.code {
        ObstacleCode::NotEnoughStock | ObstacleCode::OutOfStock | ObstacleCode::NotPublished => true,
        ObstacleCode::EmptyCart
        | ObstacleCode::EmailRequired
        | ObstacleCode::EmailInvalid
        | ObstacleCode::DeliveryAddressRequired
        | ObstacleCode::DeliveryFieldRequired(_)
        | ObstacleCode::DeliveryFieldInvalid(_)
        | ObstacleCode::NoDeliveryAvailable
        | ObstacleCode::DeliveryUnknown
        | ObstacleCode::PaymentRequired
        | ObstacleCode::PaymentUnavailable
        | ObstacleCode::UnacceptableAmount
        | ObstacleCode::PriceChanged
        | ObstacleCode::TaxesUnknown => false,
    })
}
