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

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

keys! {
    /// Key of `access_token`.
    AccessTokenId,
    /// Key of `article`.
    ArticleId,
    /// Key of `completion_attempt`.
    AttemptId,
    /// Key of `article_author`.
    AuthorId,
    /// Key of `blog`.
    BlogId,
    /// Key of `carrier_service`.
    CarrierServiceId,
    /// Key of `cart_address`.
    CartAddressId,
    /// Key of `cart`.
    CartId,
    /// Key of `cart_line`.
    CartLineId,
    /// Key of `collection`.
    CollectionId,
    /// Key of `article_comment`.
    CommentId,
    /// Key of `customer_address`.
    CustomerAddressId,
    /// Key of `customer`.
    CustomerId,
    /// Key of `customer_access_token`.
    CustomerTokenId,
    /// Key of `delivery_location_group`.
    DeliveryLocationGroupId,
    /// Key of `delivery_method`.
    DeliveryMethodId,
    /// Key of `delivery_profile`.
    DeliveryProfileId,
    /// Key of `delivery_zone`.
    DeliveryZoneId,
    /// Key of `discount_code`.
    DiscountCodeId,
    /// Key of `discount`.
    DiscountId,
    /// Key of `discount_redemption`.
    DiscountRedemptionId,
    /// Key of `gift_card`.
    GiftCardId,
    /// Key of `gift_card_txn`.
    GiftCardTxnId,
    /// Key of `inventory_item`.
    InventoryItemId,
    /// Key of `location`.
    LocationId,
    /// Key of `mail`.
    MailId,
    /// Key of `market`.
    MarketId,
    /// Key of `media`.
    MediaId,
    /// Key of `menu`.
    MenuId,
    /// Key of `menu_item`.
    MenuItemId,
    /// Key of `metafield_definition`.
    MetafieldDefinitionId,
    /// Key of `metafield`.
    MetafieldId,
    /// Key of `metaobject_definition`.
    MetaobjectDefinitionId,
    /// Key of `metaobject`.
    MetaobjectId,
    /// Key of `one_time_token`.
    OneTimeTokenId,
    /// Key of `product_option`.
    OptionId,
    /// Key of `option_value`.
    OptionValueId,
    /// Key of `order_address`.
    OrderAddressId,
    /// Key of `order_discount_application`.
    OrderDiscountApplicationId,
    /// Key of `orders`.
    OrderId,
    /// Key of `order_line`.
    OrderLineId,
    /// Key of `order_transaction`.
    OrderTransactionId,
    /// Key of `page`.
    PageId,
    /// Key of `parcel_event`.
    ParcelEventId,
    /// Key of `payment_session`.
    PaymentSessionId,
    /// Key of `shop_policy`.
    PolicyId,
    /// Key of `price_history`.
    PriceHistoryId,
    /// Key of `price_list_history`.
    PriceListHistoryId,
    /// Key of `price_list`.
    PriceListId,
    /// Key of `pricing_rule`.
    PricingRuleId,
    /// Key of `pricing_run`.
    PricingRunId,
    /// Key of `product_category`.
    ProductCategoryId,
    /// Key of `product`.
    ProductId,
    /// Key of `provider_event`.
    ProviderEventId,
    /// Key of `url_redirect`.
    RedirectId,
    /// Key of `refund`.
    RefundId,
    /// Key of `refund_line`.
    RefundLineId,
    /// Key of `segment`.
    SegmentId,
    /// Key of `shipping_label`.
    ShippingLabelId,
    /// Key of `staff`.
    StaffId,
    /// Key of `store_credit_account`.
    StoreCreditAccountId,
    /// Key of `store_credit_txn`.
    StoreCreditTxnId,
    /// Key of `synonym_set`.
    SynonymSetId,
    /// Key of `tax_class`.
    TaxClassId,
    /// Key of `tax_rate`.
    TaxRateId,
    /// Key of `translation`.
    TranslationId,
    /// Key of `variant`.
    VariantId,
}
