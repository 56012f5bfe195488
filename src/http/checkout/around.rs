//! What every step shows around its own form: the steps, what is wrong or new, the summary, the codes.

use super::billing;
use super::codes::{CODE, CODE_BEFORE};
use super::field::{Problem, Problems};
use super::form::Form;
use super::step::{Step, needs_adjusting};
use super::summary::{Summary, summary_of};
use super::told;
use super::visit::Visit;
use crate::checkout::ObstacleCode;
use crate::error::Fault;

/// What every step shows around its own form.
pub(super) struct Around {
    /// The steps of this cart.
    pub(super) steps: Vec<StepView>,
    /// The step that is shown, by its name in forms.
    pub(super) step: &'static str,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
    /// What is another than the buyer was told.
    pub(super) news: Vec<String>,
    /// Why the last attempt came to nothing.
    pub(super) failed: Vec<String>,
    /// Where the cart is changed to what there is, where that is needed.
    pub(super) adjust: Option<String>,
    /// What is bought.
    pub(super) summary: Summary,
    /// The form for codes.
    pub(super) code_form: CodeForm,
}

/// A step as the list of them shows it.
pub(super) struct StepView {
    /// Its name for buyers.
    pub(super) title: String,
    /// Where it is, where one can go back to it.
    pub(super) href: Option<String>,
    /// Whether it is shown.
    pub(super) is_current: bool,
}

/// The form for codes.
pub(super) struct CodeForm {
    /// Where codes are sent.
    pub(super) action: String,
    /// Where it is sent which are taken out.
    pub(super) remove_action: String,
    /// What was typed in and was not applied.
    pub(super) value: String,
    /// What of it did not do: it is not tried again by itself.
    pub(super) before: String,
    /// Why not.
    pub(super) error: Option<String>,
}

/// A code that did not do, and why.
pub(super) struct WrongCode {
    /// As typed in.
    pub(super) code: String,
    /// Why not.
    pub(super) error: String,
}

/// What is around a step that was sent with this form.
///
/// # Errors
/// A fault where the cart is in a currency that nobody knows.
pub(super) fn around(
    visit: &Visit<'_>,
    step: Step,
    form: &Form,
    mut problems: Problems,
    wrong_code: Option<WrongCode>,
) -> Result<Around, Fault> {
    let frame = &visit.frame;
    for obstacle in &visit.obstacles {
        if is_told_in(step, obstacle.code) {
            let needs_bill = obstacle.code == ObstacleCode::TaxesUnknown && billing::is_needed(visit);
            let needs_bill = needs_bill.then(|| frame.words.taxes_need_billing.clone());
            problems.add_general(needs_bill.unwrap_or_else(|| told::obstacle(frame, obstacle)));
        }
    }
    if let Some(wrong) = &wrong_code {
        problems.add("code", &wrong.error);
    }
    let typed = |name: &str| form.text(name).to_owned();
    let (value, before, error) = match wrong_code {
        Some(wrong) => (wrong.code.clone(), wrong.code, Some(wrong.error)),
        None => (typed(CODE), typed(CODE_BEFORE), None),
    };
    let failed = visit.failed.iter().flat_map(|failed| &failed.faults);
    Ok(Around {
        steps: steps_of(visit, step),
        step: step.name(),
        problems: problems.into_list(),
        news: visit.news.iter().map(|change| told::price_change(frame, change)).collect(),
        failed: failed.map(|fault| told::fault(frame, fault)).collect(),
        adjust: needs_adjusting(&visit.obstacles).then(|| visit.address("/adjust")),
        summary: summary_of(visit)?,
        code_form: CodeForm {
            action: visit.address("/discount"),
            remove_action: visit.address("/discount/remove"),
            value,
            before,
            error,
        },
    })
}

fn steps_of(visit: &Visit<'_>, current: Step) -> Vec<StepView> {
    let words = visit.frame.words;
    let reached = visit.first_open();
    let view = |step: Step| StepView {
        title: match step {
            Step::Information => words.step_information.clone(),
            Step::Delivery => words.step_delivery.clone(),
            Step::Payment if visit.cart.due_minor() == 0 => words.step_review.clone(),
            Step::Payment => words.step_payment.clone(),
        },
        href: (step != current && step <= reached).then(|| visit.address_of(step)),
        is_current: step == current,
    };
    Step::all_of(&visit.cart).into_iter().map(view).collect()
}

/// Whether an obstacle is told above a step: what its own form asks for is not, before it was sent.
fn is_told_in(step: Step, code: ObstacleCode) -> bool {
    match code {
        ObstacleCode::NotEnoughStock | ObstacleCode::OutOfStock | ObstacleCode::NotPublished => true,
        ObstacleCode::DeliveryUnknown => step == Step::Delivery,
        ObstacleCode::TaxesUnknown => step == Step::Payment,
        ObstacleCode::EmptyCart
        | ObstacleCode::EmailRequired
        | ObstacleCode::EmailInvalid
        | ObstacleCode::DeliveryAddressRequired
        | ObstacleCode::DeliveryFieldRequired(_)
        | ObstacleCode::DeliveryFieldInvalid(_)
        | ObstacleCode::NoDeliveryAvailable
        | ObstacleCode::PaymentRequired
        | ObstacleCode::PaymentUnavailable
        | ObstacleCode::UnacceptableAmount
        | ObstacleCode::PriceChanged => false,
    }
}
