//! The prices of products in the context of a request, computed from rows that are at hand.

use entity::price;

use super::context::RequestContext;
use crate::catalog::ProductRecord;
use crate::pricing::{self, PriceRanges, Tier};

/// What a variant costs for the buyer, in the order of quantities.
pub(super) fn tiers_of(request: &RequestContext, rows: &[price::Model]) -> Vec<Tier> {
    pricing::tiers(rows, &request.prices)
}

/// Between which prices a product's variants lie for the buyer; none where no variant has a price.
pub(super) fn ranges_of(request: &RequestContext, record: &ProductRecord) -> Option<PriceRanges> {
    let unit = |rows: &[price::Model]| pricing::tier_for(&tiers_of(request, rows), 1);
    let tiers = record.variants.iter().filter_map(|variant| unit(&variant.prices));
    pricing::ranges(tiers, request.currency)
}
