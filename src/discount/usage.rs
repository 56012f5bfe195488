//! What carts need to know of discounts besides the rules: whose a code is, and which discounts were used up.

use std::collections::{BTreeSet, HashMap};

use entity::discount_code;
use entity::id::{CustomerId, DiscountCodeId, DiscountId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};

use crate::customer::Email;
use crate::error::Fault;
use crate::secret::{SecretKey, hex_digest};

/// What the digests of e-mail addresses are for.
const PURPOSE: &str = "discount buyer";

/// The discounts that all buyers together have used as often as they may, of those that a cart could have: that apply by
/// themselves, or whose codes were typed in; one column, `id`. `{cart}` stands for the place of the cart's key.
pub const USED_UP_SQL: &str = "SELECT id FROM discount WHERE usage_count >= usage_limit AND status = 'active' \
     AND deleted_at IS NULL AND (method = 'automatic' OR id IN (SELECT typed.discount_id FROM discount_code typed \
     JOIN cart_code of_cart ON of_cart.code_norm = typed.code_norm WHERE of_cart.cart_id = {cart}))";

/// The discounts that a buyer uses or has used, each once; one column, `discount_id`. `{customer}` and `{email}` stand
/// for the places of [`BuyerKey::customer`] and [`BuyerKey::email_digest`], both of which may be null.
pub const USED_BY_BUYER_SQL: &str = "SELECT DISTINCT discount_id FROM discount_redemption \
     WHERE (customer_id = {customer} OR email_digest = {email}) AND state <> 'released'";

/// By what a buyer is known, for discounts that each may use once: who uses one as a guest does not get it again with an
/// account of the same e-mail address, nor the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerKey {
    /// Who is signed in.
    pub customer: Option<CustomerId>,
    /// Of the normalised e-mail address, under the server's key.
    pub email_digest: Option<String>,
}

impl BuyerKey {
    /// By the account and the e-mail address of a cart.
    ///
    /// # Errors
    /// A fault where the server's key cannot be used.
    pub fn new(key: &SecretKey, customer: Option<CustomerId>, email: Option<&str>) -> Result<Self, Fault> {
        let email = email.and_then(Email::parse);
        let digest = email.map(|email| key.digest(PURPOSE, &email.normalized())).transpose()?;
        Ok(Self { customer, email_digest: digest.map(|digest| hex_digest(&digest)) })
    }

    /// Whether nothing is known of the buyer.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.customer.is_none() && self.email_digest.is_none()
    }
}

/// The discounts and keys of codes that are written as [`super::fold_code`] writes them; unknown ones are left out. One
/// statement, and none without codes.
///
/// # Errors
/// The database's own.
pub async fn find_codes<C: ConnectionTrait>(
    db: &C,
    folded: &[String],
) -> Result<HashMap<String, (DiscountId, DiscountCodeId)>, Fault> {
    let folded: BTreeSet<&str> = folded.iter().map(String::as_str).filter(|code| !code.is_empty()).collect();
    if folded.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, DiscountId, DiscountCodeId)> = discount_code::Entity::find()
        .select_only()
        .columns([
            discount_code::Column::CodeNorm,
            discount_code::Column::DiscountId,
            discount_code::Column::Id,
        ])
        .filter(discount_code::Column::CodeNorm.is_in(folded))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(code, discount, id)| (code, (discount, id))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buyer_is_known_by_account_and_address() {
        let key = SecretKey::new("a secret of the tests, long enough to be one".to_owned().into()).unwrap();
        let of = |customer, email| BuyerKey::new(&key, customer, email).unwrap();
        let ada = of(None, Some("ada@example.com"));
        assert_eq!(ada, of(None, Some(" Ada@Example.com ")));
        assert_ne!(ada, of(None, Some("eve@example.com")));
        assert_eq!(ada.email_digest.as_ref().map(String::len), Some(64));
        assert!(!ada.is_unknown() && !of(Some(CustomerId(1)), None).is_unknown());
        assert!(of(None, None).is_unknown() && of(None, Some("nobody")).is_unknown());
    }
}
