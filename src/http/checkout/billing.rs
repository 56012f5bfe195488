//! The bill: whether it goes where the cart goes, and where else.

use super::address::{self, AddressForm, Purpose, address_of};
use super::country;
use super::field::{Field, Problems};
use super::form::Form;
use super::visit::Visit;
use crate::cart::TaxStanding;
use crate::market::Address;

/// The choice of a different address in the form.
const OTHER: &str = "other";
/// The choice in the form.
const CHOICE: &str = "billing";

/// The part of the payment form that is about the bill.
pub(super) struct BillingView {
    /// The choice of no other address.
    pub(super) same: String,
    /// Whether that can be chosen.
    pub(super) may_be_same: bool,
    /// Whether the other one is.
    pub(super) is_other: bool,
    /// The country of the other.
    pub(super) country: Vec<Field>,
    /// Its other fields.
    pub(super) fields: Vec<Field>,
}

/// Whether the bill must have an address: the taxes of what is not delivered may depend on it.
pub(super) fn is_needed(visit: &Visit<'_>) -> bool {
    !visit.cart.needs_delivery() && visit.cart.taxes == TaxStanding::Unknown
}

/// Where the bill goes, by the form; nowhere, where nobody said so and nobody needs to. What is wrong with it is told.
pub(super) fn bill_of(visit: &Visit<'_>, form: &Form, problems: &mut Problems) -> Option<Address> {
    if is_other(visit, form) {
        let bill = address_of(form, Purpose::Billing);
        let countries = country::all(&visit.frame);
        address::check(visit.frame.words, Purpose::Billing, &countries, &bill, problems);
        return Some(bill);
    }
    delivery_address(visit).cloned()
}

/// What the form shows of the bill.
pub(super) fn billing_view(visit: &Visit<'_>, form: &Form, problems: &Problems) -> BillingView {
    let (frame, words) = (&visit.frame, visit.frame.words);
    let is_sent = form.has(CHOICE);
    let here = || Address { country_code: Some(visit.cart.row.country.clone()), ..Address::default() };
    let known = || visit.cart.billing_address.clone().unwrap_or_else(here);
    let address = if is_sent { address_of(form, Purpose::Billing) } else { known() };
    let countries = country::all(frame);
    let fields = AddressForm {
        words,
        tongue: frame.tongue,
        purpose: Purpose::Billing,
        countries: &countries,
        address: &address,
        problems,
    };
    let is_delivered = visit.cart.needs_delivery();
    BillingView {
        same: if is_delivered { words.billing_same.clone() } else { words.billing_none.clone() },
        may_be_same: !is_needed(visit),
        is_other: is_other(visit, form),
        country: vec![fields.country()],
        fields: fields.others(),
    }
}

/// Whether another address is chosen: in the form, else on the cart.
fn is_other(visit: &Visit<'_>, form: &Form) -> bool {
    let on_cart = || {
        let bill = visit.cart.billing_address.as_ref();
        bill.is_some_and(|bill| Some(bill) != delivery_address(visit))
    };
    is_needed(visit) || form.filled(CHOICE).map_or_else(on_cart, |choice| choice == OTHER)
}

fn delivery_address<'a>(visit: &'a Visit<'_>) -> Option<&'a Address> {
    let selected = visit.cart.addresses.iter().find(|address| address.selected);
    selected.filter(|_| visit.cart.needs_delivery()).map(|selected| &selected.address)
}
