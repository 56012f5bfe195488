//! Settings of payments that belong to no one provider.

use entity::completion_attempt::CaptureMode;

use super::Reader;

/// Characters of the instructions at most.
const MAX_INSTRUCTIONS: usize = 2_000;

/// How the shop is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentSettings {
    /// `MANUAL_PAYMENT`: whether buyers may pay outside, by bank transfer or on delivery.
    pub manual: bool,
    /// `MANUAL_PAYMENT_INSTRUCTIONS`: what such a buyer reads after the order.
    pub manual_instructions: Option<String>,
    /// `PAYMENT_CAPTURE`: whether providers take the money with the order, or promise it for staff to take.
    pub capture: CaptureMode,
}

impl PaymentSettings {
    pub(super) fn read(read: &mut Reader<'_>) -> Self {
        let instructions = read.text("MANUAL_PAYMENT_INSTRUCTIONS");
        if instructions.as_ref().is_some_and(|text| text.chars().count() > MAX_INSTRUCTIONS) {
            let fault =
                format!("MANUAL_PAYMENT_INSTRUCTIONS must have at most {MAX_INSTRUCTIONS} characters");
            read.errors.push(fault);
        }
        Self {
            manual: read.on_off("MANUAL_PAYMENT", true),
            // Line breaks cannot be written in every environment file.
            manual_instructions: instructions.map(|text| text.replace("\\n", "\n")),
            capture: read.word(
                "PAYMENT_CAPTURE",
                CaptureMode::Automatic,
                &[("automatic", CaptureMode::Automatic), ("manual", CaptureMode::Manual)],
            ),
        }
    }
}
