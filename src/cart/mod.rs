//! Carts: what a shopper intends to buy, priced at each look.
//!
//! Tables: `cart`, `cart_line`, `cart_address`, `cart_delivery_choice`, `cart_code`, `cart_gift_card`, `cart_code_miss`.
//! Invariants: a cart is found only by the secret in its public id, of which the database keeps a hash; equal lines are
//! one line; a line belongs to at most one other, which belongs to none; gift cards never pay more than what is due; at
//! most one address is selected; a cart that is being paid for or was ordered does not change.

mod agreed;
mod answers;
mod commands;
mod delivery;
mod details;
mod error;
mod line;
mod load;
mod lock;
mod merchandise;
mod own_stock;
mod page_token;
mod price;
mod pricing;
mod rules;
mod settle;
mod taxes;
mod trace;
mod view;

pub use agreed::{ChangedPart, PriceChange, agree, is_stale, price_changes};
pub use commands::addresses::{
    AddressChange, NewAddress, add_addresses, remove_addresses, replace_addresses, update_addresses,
};
pub use commands::contact::{Contact, enter_contact};
pub use commands::create::{NewCart, create};
pub use commands::delivery::{DeliveryChoice, select_delivery_options};
pub use commands::details::{
    BuyerIdentity, Preferences, update_attributes, update_billing_address, update_buyer_identity,
    update_note, update_payment,
};
pub use commands::discount_codes::update_discount_codes;
pub use commands::gift_cards::{add_gift_cards, remove_gift_cards, replace_gift_cards};
pub use commands::identity::{AddressSource, find_customer_of};
pub use commands::lines::{LineChange, NewLine, ParentReference, add_lines, remove_lines, update_lines};
pub use commands::metafields::{NewCartMetafield, delete_metafield, set_metafields};
pub use commands::privacy::{clone_cart, remove_personal_data};
pub use commands::purge::purge_expired;
pub use commands::store_credit::update_store_credit;
pub use delivery::DeliveryGroup;
pub use error::{CartError, CartWarning, Refusal, RefusalCode, WarningCode, WarningTarget};
pub use line::{Attribute, Attributes, StockLimit};
pub use load::{find_cart, find_cart_by_id, find_cart_to_show};
pub use merchandise::{Extent, Level, Merchandise, OptionCopy, Part};
pub use page_token::{open_page, page_token};
pub use rules::Rules;
pub use taxes::TaxStanding;
pub use trace::{steps_for_buyer, steps_of_line};
pub use view::{
    AppliedGiftCardView, AppliedStoreCreditView, CartAddressView, CartLineView, CartView, Fallbacks, Outcome,
};

pub(crate) use answers::Answers;
pub(crate) use load::load_for_order;
pub(crate) use lock::{complete_in, lock_for_submission};
pub(crate) use page_token::{opened_token, sealed_token};
