//! The phrases of the checkout's pages, in every language that they speak.

use serde::Deserialize;

use crate::wording::Texts;

/// The phrases by language.
pub(super) static WORDS: Texts<Words> = Texts::new([
    include_str!("words/en.json"),
    include_str!("words/de.json"),
    include_str!("words/fr.json"),
    include_str!("words/es.json"),
]);

/// The phrases. Names in braces are gaps to be filled.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// The page's name.
    pub(super) checkout: String,
    /// To the content, past the head.
    pub(super) skip: String,
    /// `{shop}`.
    pub(super) back_to_shop: String,
    /// Names the list of steps.
    pub(super) steps: String,
    /// The first step.
    pub(super) step_information: String,
    /// The second step.
    pub(super) step_delivery: String,
    /// The last step.
    pub(super) step_payment: String,
    /// The last step where nothing is to be paid.
    pub(super) step_review: String,
    /// Above a list of problems.
    pub(super) problem_title: String,
    /// Above a list of changes.
    pub(super) news_title: String,
    /// Behind the label of a field.
    pub(super) optional: String,
    /// The empty choice.
    pub(super) choose: String,
    /// A link to a step before.
    pub(super) change: String,
    /// The order summary.
    pub(super) summary: String,
    /// Column.
    pub(super) product: String,
    /// Column.
    pub(super) quantity: String,
    /// Column.
    pub(super) price: String,
    /// Row.
    pub(super) subtotal: String,
    /// `{name}`.
    pub(super) discount: String,
    /// Row.
    pub(super) delivery_cost: String,
    /// In place of a price.
    pub(super) delivery_open: String,
    /// In place of a price.
    pub(super) free: String,
    /// Row.
    pub(super) taxes: String,
    /// `{amount}`.
    pub(super) taxes_included: String,
    /// Row.
    pub(super) total: String,
    /// `{last}`.
    pub(super) gift_card: String,
    /// Row.
    pub(super) store_credit: String,
    /// Row.
    pub(super) due: String,
    /// Heading.
    pub(super) codes: String,
    /// Field.
    pub(super) code_label: String,
    /// Button.
    pub(super) apply: String,
    /// Button.
    pub(super) remove: String,
    /// `{amount}`.
    pub(super) code_takes: String,
    /// `{amount}`.
    pub(super) card_pays: String,
    /// Heading.
    pub(super) contact: String,
    /// Heading.
    pub(super) delivery_address: String,
    /// Field.
    pub(super) email: String,
    /// Field.
    pub(super) phone: String,
    /// Field.
    pub(super) country: String,
    /// Field.
    pub(super) first_name: String,
    /// Field.
    pub(super) last_name: String,
    /// Field.
    pub(super) company: String,
    /// Field.
    pub(super) address1: String,
    /// Field.
    pub(super) address2: String,
    /// Field.
    pub(super) postal_code: String,
    /// Field in the United States.
    pub(super) zip_code: String,
    /// Field in the United Kingdom, Australia and others.
    pub(super) postcode: String,
    /// Field in India.
    pub(super) pin_code: String,
    /// Field in Ireland.
    pub(super) eircode: String,
    /// Field.
    pub(super) city: String,
    /// Field in the United Kingdom and others.
    pub(super) town: String,
    /// Field in Australia and New Zealand.
    pub(super) suburb: String,
    /// Field.
    pub(super) province: String,
    /// Field.
    pub(super) state: String,
    /// Field in Australia.
    pub(super) state_or_territory: String,
    /// Field in Ireland and Romania.
    pub(super) county: String,
    /// Field in Japan.
    pub(super) prefecture: String,
    /// Field in the United Arab Emirates.
    pub(super) emirate: String,
    /// Field.
    pub(super) region: String,
    /// Button beside the country.
    pub(super) show_fields: String,
    /// Button.
    pub(super) to_delivery: String,
    /// Button.
    pub(super) to_payment: String,
    /// Button.
    pub(super) to_review: String,
    /// Link.
    pub(super) back_to_information: String,
    /// Link.
    pub(super) back_to_delivery: String,
    /// Heading.
    pub(super) delivery_title: String,
    /// `{number}`, `{count}`.
    pub(super) delivery_group: String,
    /// `{place}`.
    pub(super) pickup: String,
    /// Heading.
    pub(super) deliver_to: String,
    /// Heading.
    pub(super) delivery_method: String,
    /// Heading.
    pub(super) payment_title: String,
    /// Heading.
    pub(super) review_title: String,
    /// Legend.
    pub(super) method_legend: String,
    /// A way to pay.
    pub(super) method_manual: String,
    /// A way to pay.
    pub(super) method_stripe: String,
    /// A way to pay.
    pub(super) method_paypal: String,
    /// A way to pay.
    pub(super) method_test: String,
    /// Under a way to pay.
    pub(super) paid_there: String,
    /// Under a way to pay.
    pub(super) no_real_money: String,
    /// In place of the ways to pay.
    pub(super) nothing_due: String,
    /// In place of the ways to pay; `{currency}`.
    pub(super) no_method: String,
    /// Field.
    pub(super) test_token: String,
    /// Choice.
    pub(super) test_approve: String,
    /// Choice.
    pub(super) test_authorize: String,
    /// Choice.
    pub(super) test_action: String,
    /// Choice.
    pub(super) test_processing: String,
    /// Choice.
    pub(super) test_decline: String,
    /// Choice.
    pub(super) test_insufficient_funds: String,
    /// Choice.
    pub(super) test_overcharge: String,
    /// Choice.
    pub(super) test_timeout: String,
    /// Legend.
    pub(super) billing_legend: String,
    /// Choice.
    pub(super) billing_same: String,
    /// Choice where nothing is delivered.
    pub(super) billing_none: String,
    /// Choice.
    pub(super) billing_other: String,
    /// The button that orders; `{amount}`. In Germany it must say that it obliges to pay.
    pub(super) pay: String,
    /// The button that orders where nothing is left to pay.
    pub(super) place_order: String,
    /// `{field}`.
    pub(super) error_required: String,
    /// `{field}`.
    pub(super) error_too_long: String,
    /// `{field}`.
    pub(super) error_markup: String,
    /// `{field}`.
    pub(super) error_invalid: String,
    /// `{field}`.
    pub(super) error_choose: String,
    /// `{field}`, `{example}`.
    pub(super) error_postcode: String,
    /// Heading.
    pub(super) empty_title: String,
    /// Under it.
    pub(super) empty_text: String,
    /// A problem.
    pub(super) not_published: String,
    /// `{title}`.
    pub(super) sold_out: String,
    /// `{count}`, `{title}`.
    pub(super) only_left: String,
    /// Button.
    pub(super) adjust: String,
    /// A problem.
    pub(super) adjust_refused: String,
    /// `{title}`, `{is}`, `{was}`.
    pub(super) changed_unit: String,
    /// `{title}`, `{is}`, `{was}`.
    pub(super) changed_line: String,
    /// `{is}`, `{was}`.
    pub(super) changed_delivery: String,
    /// `{is}`, `{was}`.
    pub(super) changed_tax: String,
    /// `{is}`, `{was}`.
    pub(super) changed_total: String,
    /// A problem.
    pub(super) changed_amount: String,
    /// A problem.
    pub(super) changed_order: String,
    /// A problem.
    pub(super) no_delivery: String,
    /// A problem.
    pub(super) choose_delivery: String,
    /// A problem.
    pub(super) delivery_unknown: String,
    /// A problem.
    pub(super) taxes_unknown: String,
    /// A problem.
    pub(super) taxes_need_billing: String,
    /// A problem.
    pub(super) choose_method: String,
    /// A problem.
    pub(super) method_unavailable: String,
    /// A problem.
    pub(super) code_missing: String,
    /// A problem.
    pub(super) code_unknown: String,
    /// A problem.
    pub(super) code_too_many: String,
    /// A problem; `{code}`.
    pub(super) code_inactive: String,
    /// A problem; `{code}`.
    pub(super) code_other_market: String,
    /// A problem; `{code}`.
    pub(super) code_used_up: String,
    /// A problem; `{code}`.
    pub(super) code_used_by_you: String,
    /// A problem; `{code}`.
    pub(super) code_needs_customer: String,
    /// A problem; `{code}`.
    pub(super) code_not_for_you: String,
    /// A problem; `{code}`.
    pub(super) code_no_lines: String,
    /// A problem; `{code}`.
    pub(super) code_no_delivery: String,
    /// A problem; `{code}`.
    pub(super) code_too_small: String,
    /// A problem; `{code}`.
    pub(super) code_too_few: String,
    /// A problem; `{code}`.
    pub(super) code_not_combined: String,
    /// A problem; `{code}`.
    pub(super) code_nothing_left: String,
    /// Heading.
    pub(super) failed_title: String,
    /// Under it.
    pub(super) no_order: String,
    /// Why.
    pub(super) failed_stock: String,
    /// Why.
    pub(super) failed_declined: String,
    /// Why.
    pub(super) failed_funds: String,
    /// Why.
    pub(super) failed_method: String,
    /// Why.
    pub(super) failed_payment: String,
    /// Why.
    pub(super) failed_silence: String,
    /// Why.
    pub(super) failed_unreachable: String,
    /// Why.
    pub(super) failed_other: String,
    /// Heading.
    pub(super) attempt_title: String,
    /// Text.
    pub(super) attempt_processing: String,
    /// Text.
    pub(super) attempt_waiting: String,
    /// Link.
    pub(super) attempt_go_on: String,
    /// Button.
    pub(super) attempt_cancel: String,
    /// Link.
    pub(super) attempt_back: String,
    /// Link.
    pub(super) look_again: String,
    /// Link.
    pub(super) live_on: String,
    /// Link.
    pub(super) live_off: String,
    /// Heading.
    pub(super) leaving_title: String,
    /// Text.
    pub(super) leaving_text: String,
    /// Heading.
    pub(super) missing_title: String,
    /// Text.
    pub(super) missing_text: String,
    /// Heading.
    pub(super) foreign_title: String,
    /// Text.
    pub(super) foreign_text: String,
    /// Heading.
    pub(super) too_large_title: String,
    /// Text.
    pub(super) too_large_text: String,
    /// Heading.
    pub(super) fault_title: String,
    /// Text.
    pub(super) fault_text: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::wording::Tongue;

    /// The gaps of a phrase, sorted.
    fn gaps(phrase: &str) -> Vec<&str> {
        let mut gaps: Vec<&str> =
            phrase.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect();
        gaps.sort_unstable();
        gaps.dedup();
        gaps
    }

    #[test]
    fn every_language_has_every_phrase_with_the_same_gaps() {
        for tongue in Tongue::ALL {
            WORDS.of(tongue).unwrap();
        }
        let read = |file: &str| serde_json::from_str::<BTreeMap<String, String>>(file).unwrap();
        let english = read(include_str!("words/en.json"));
        for other in
            [include_str!("words/de.json"), include_str!("words/fr.json"), include_str!("words/es.json")]
        {
            let other = read(other);
            for (name, phrase) in &english {
                assert_eq!(gaps(&other[name]), gaps(phrase), "{name}");
                assert!(!other[name].trim().is_empty(), "{name}");
            }
        }
    }
}
