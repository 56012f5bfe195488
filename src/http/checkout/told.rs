//! What the rules of carts and attempts say, in the buyer's words.

use super::frame::Frame;
use crate::cart::{ChangedPart, PriceChange};
use crate::checkout::{CompletionFault, CompletionFaultCode, Obstacle, ObstacleCode};
use crate::pricing::engine::Inapplicable;
use crate::wording::fill;

/// What keeps a cart from being ordered, where it belongs to no field.
pub(super) fn obstacle(frame: &Frame, obstacle: &Obstacle) -> String {
    let words = frame.words;
    if let Some(shortage) = &obstacle.shortage {
        let left = shortage.left.to_string();
        let phrase = if shortage.left > 0 { &words.only_left } else { &words.sold_out };
        return fill(phrase, &[("count", &left), ("title", &shortage.title)]);
    }
    if let Some(change) = &obstacle.change {
        return price_change(frame, change);
    }
    match obstacle.code {
        ObstacleCode::EmptyCart => &words.empty_title,
        ObstacleCode::NotPublished | ObstacleCode::NotEnoughStock | ObstacleCode::OutOfStock => {
            &words.not_published
        }
        ObstacleCode::NoDeliveryAvailable => &words.no_delivery,
        ObstacleCode::DeliveryUnknown => &words.delivery_unknown,
        ObstacleCode::TaxesUnknown => &words.taxes_unknown,
        ObstacleCode::PaymentRequired => &words.choose_method,
        ObstacleCode::PaymentUnavailable => &words.method_unavailable,
        ObstacleCode::UnacceptableAmount | ObstacleCode::PriceChanged => &words.changed_amount,
        // The step before has these as fields, and nobody comes past it without them.
        ObstacleCode::EmailRequired
        | ObstacleCode::EmailInvalid
        | ObstacleCode::DeliveryAddressRequired
        | ObstacleCode::DeliveryFieldRequired(_)
        | ObstacleCode::DeliveryFieldInvalid(_) => &words.problem_title,
    }
    .clone()
}

/// An amount that is another than the buyer was told.
pub(super) fn price_change(frame: &Frame, change: &PriceChange) -> String {
    let words = frame.words;
    let (is, was) = (frame.tongue.amount(change.is), frame.tongue.amount(change.was));
    let (phrase, title) = match &change.part {
        ChangedPart::Unit(_, title) => (&words.changed_unit, title.as_str()),
        ChangedPart::Line(_, title) => (&words.changed_line, title.as_str()),
        ChangedPart::Delivery => (&words.changed_delivery, ""),
        ChangedPart::Tax => (&words.changed_tax, ""),
        ChangedPart::Total => (&words.changed_total, ""),
    };
    fill(phrase, &[("title", title), ("is", &is), ("was", &was)])
}

/// Why a code takes nothing off.
pub(super) fn inapplicable(frame: &Frame, code: &str, reason: Inapplicable) -> String {
    let words = frame.words;
    let phrase = match reason {
        Inapplicable::NotFound => &words.code_unknown,
        Inapplicable::Inactive => &words.code_inactive,
        Inapplicable::OtherMarket => &words.code_other_market,
        Inapplicable::UsageLimitReached => &words.code_used_up,
        Inapplicable::CustomerUsageLimitReached => &words.code_used_by_you,
        Inapplicable::CustomerMissing => &words.code_needs_customer,
        Inapplicable::CustomerNotEligible => &words.code_not_for_you,
        Inapplicable::NoEntitledLines => &words.code_no_lines,
        Inapplicable::NoEntitledDeliveries => &words.code_no_delivery,
        Inapplicable::SubtotalTooSmall => &words.code_too_small,
        Inapplicable::QuantityTooSmall => &words.code_too_few,
        Inapplicable::NotCombined => &words.code_not_combined,
        Inapplicable::NothingLeft => &words.code_nothing_left,
    };
    fill(phrase, &[("code", code)])
}

/// Why an attempt came to nothing.
pub(super) fn fault(frame: &Frame, fault: &CompletionFault) -> String {
    let words = frame.words;
    match fault.code {
        CompletionFaultCode::InventoryReservationError => &words.failed_stock,
        CompletionFaultCode::PaymentCardDeclined => &words.failed_declined,
        CompletionFaultCode::PaymentInsufficientFunds => &words.failed_funds,
        CompletionFaultCode::PaymentInvalidPaymentMethod => &words.failed_method,
        CompletionFaultCode::PaymentError => &words.failed_payment,
        CompletionFaultCode::PaymentTransientError => &words.failed_silence,
        CompletionFaultCode::PaymentProviderUnreachable => &words.failed_unreachable,
        CompletionFaultCode::Error => &words.failed_other,
    }
    .clone()
}
