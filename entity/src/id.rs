//! Keys of the tables as types, so that a product's key is never taken for a variant's.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Declares key types over `i64`: seventeen lines each otherwise, all alike.
macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

keys! {
    /// Key of `access_token`.
    AccessTokenId,
    /// Key of `completion_attempt`.
    AttemptId,
    /// Key of `cart_address`.
    CartAddressId,
    /// Key of `cart`.
    CartId,
    /// Key of `cart_line`.
    CartLineId,
    /// Key of `collection`.
    CollectionId,
    /// Key of `customer`.
    CustomerId,
    /// Key of `delivery_profile`.
    DeliveryProfileId,
    /// Key of `delivery_zone`.
    DeliveryZoneId,
    /// Key of `inventory_item`.
    InventoryItemId,
    /// Key of `location`.
    LocationId,
    /// Key of `media`.
    MediaId,
    /// Key of `product_option`.
    OptionId,
    /// Key of `option_value`.
    OptionValueId,
    /// Key of `order_address`.
    OrderAddressId,
    /// Key of `orders`.
    OrderId,
    /// Key of `order_line`.
    OrderLineId,
    /// Key of `order_transaction`.
    OrderTransactionId,
    /// Key of `price_list`.
    PriceListId,
    /// Key of `product`.
    ProductId,
    /// Key of `staff`.
    StaffId,
    /// Key of `variant`.
    VariantId,
}
