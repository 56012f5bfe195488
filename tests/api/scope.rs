//! What is told to who lacks the scope of a domain's commands.

use tradepost::customer::SegmentError;
use tradepost::discount::DiscountError;
use tradepost::market::MarketError;
use tradepost::pricing::dynamic::PricingRuleError;
use tradepost::shipping::{DeliveryError, LabelError};
use tradepost::store_credit::StoreCreditError;
use tradepost::tax::TaxError;

#[test]
fn every_domain_says_which_scope_its_commands_need() {
    let told = [
        (TaxError::Forbidden.to_string(), "changing taxes needs the scope write_taxes"),
        (
            MarketError::Forbidden.to_string(),
            "this needs the scope write_markets, or write_products for base prices",
        ),
        (DeliveryError::Forbidden.to_string(), "this needs the scope write_shipping"),
        (LabelError::Forbidden.to_string(), "labels need the scope write_shipping"),
        (DiscountError::Forbidden.to_string(), "changing discounts needs the scope write_discounts"),
        (PricingRuleError::Forbidden.to_string(), "pricing rules need the scope write_price_rules"),
        (StoreCreditError::Forbidden.to_string(), "changing store credit needs the scope write_store_credit"),
        (SegmentError::Forbidden.to_string(), "changing segments needs the scope write_customers"),
    ];
    for (told, expected) in told {
        assert_eq!(told, expected);
    }
}
