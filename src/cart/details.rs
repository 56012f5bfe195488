//! What a cart has besides its row, and what its buyer may use: read in one statement.

use chrono::{DateTime, Utc};
use entity::id::{
    CartAddressId, CartId, CartLineId, DiscountCodeId, DiscountId, GiftCardId, StoreCreditAccountId,
    VariantId,
};
use entity::{cart, cart_line};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

use super::rules::Terms;
use super::view::CartAddressView;
use crate::discount::{BuyerKey, USED_BY_BUYER_SQL, USED_UP_SQL};
use crate::error::Fault;
use crate::pricing::engine::{TypedCode, Usage};
use crate::store_credit;
use crate::tax::Exemption;

/// The parts of a cart that are neither row nor lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Details {
    pub(super) addresses: Vec<CartAddressView>,
    pub(super) choices: Vec<(String, String)>,
    /// As they were typed in, with the discounts that they are for.
    pub(super) codes: Vec<TypedCode>,
    /// Which discounts were used up.
    pub(super) usage: Usage,
    /// Key, last characters and balance of the gift cards that can pay, in their order.
    pub(super) gift_cards: Vec<(GiftCardId, String, i64)>,
    /// Key and balance of the signed-in customer's account in the cart's currency, where they wish to pay with it.
    pub(super) store_credit: Option<(StoreCreditAccountId, i64)>,
    /// Where the customer pays no tax.
    pub(super) exemption: Exemption,
    pub(super) has_metafields: bool,
}

#[derive(FromQueryResult)]
struct DetailRow {
    kind: String,
    id: i64,
    name: Option<String>,
    value: Option<String>,
    /// Of an address, whether it is selected; of an account, whether some of it has ended.
    selected: bool,
    one_time_use: bool,
    number: i64,
    // Of lines only.
    variant_id: Option<i64>,
    parent_id: Option<i64>,
    created_at: Option<DateTime<Utc>>,
}

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    Details,
    WithLines,
}

const ADDRESSES: &str = "SELECT 'address' AS kind, id, NULL AS name, CAST(address AS text) AS value, selected, \
    one_time_use, CAST(0 AS bigint) AS number FROM cart_address WHERE cart_id = $1";
const CHOICES: &str = "SELECT 'choice', 0, group_key, method_handle, FALSE, FALSE, 0 FROM cart_delivery_choice \
    WHERE cart_id = $1";
const CODES: &str = "SELECT 'code', c.position, c.code, CAST(d.id AS text), FALSE, FALSE, COALESCE(d.discount_id, 0) \
    FROM cart_code c LEFT JOIN discount_code d ON d.code_norm = c.code_norm WHERE c.cart_id = $1";
const GIFT_CARDS: &str = "SELECT 'gift card', c.position, g.last_characters, CAST(g.balance_minor AS text), FALSE, \
    FALSE, g.id FROM cart_gift_card c JOIN gift_card g ON g.id = c.gift_card_id WHERE c.cart_id = $1 \
    AND g.currency = $2 AND g.disabled_at IS NULL AND (g.expires_on IS NULL OR g.expires_on >= $3)";
const STORE_CREDIT: &str = "SELECT 'store credit', a.id, NULL, NULL, \
    COALESCE(a.next_expiry_at <= $4, FALSE), FALSE, a.balance_minor \
    FROM store_credit_account a JOIN customer c ON c.id = a.customer_id \
    WHERE a.customer_id = $5 AND a.currency = $2 AND c.state = 'enabled' AND EXISTS (SELECT 1 \
    FROM customer_access_token t WHERE t.id = $7 AND t.customer_id = a.customer_id AND t.revoked_at IS NULL \
    AND t.expires_at > $4)";
const EXEMPTIONS: &str = "SELECT 'exempt', 0, country, province, FALSE, FALSE, 0 FROM customer_tax_exemption \
    WHERE customer_id = $5 UNION ALL SELECT 'exempt', 0, '', '', FALSE, FALSE, 0 FROM customer \
    WHERE id = $5 AND tax_exempt";
/// What an attempt to buy this very cart has claimed is not used up for it.
const HELD: &str = "SELECT 'held', r.discount_id, NULL, NULL, FALSE, FALSE, 0 FROM completion_attempt a \
    JOIN discount_redemption r ON r.reference = 'attempt/' || a.id \
    WHERE a.cart_id = $1 AND a.state NOT IN ('done', 'failed') AND r.state = 'claimed'";
const METAFIELDS: &str = "SELECT 'metafields', 0, NULL, NULL, FALSE, FALSE, COUNT(*) FROM metafield \
    WHERE owner_type = 'cart' AND owner_id = $1";

const LINES: &str = "SELECT 'line' AS kind, id, merge_signature AS name, CAST(attributes AS text) AS value, \
    FALSE AS selected, FALSE AS one_time_use, CAST(quantity AS bigint) AS number, variant_id, parent_id, created_at \
    FROM cart_line WHERE cart_id = $1";

/// Addresses, choices, codes with their discounts, the gift cards and the store credit that can pay now, which discounts
/// were used up, where the customer pays no tax, and whether there are metafields: in one statement. One or two more
/// where some of the store credit has ended.
pub(super) async fn details_in<C: ConnectionTrait>(
    db: &C,
    terms: &Terms,
    row: &cart::Model,
) -> Result<Details, Fault> {
    Ok(read_in(db, terms, row, Read::Details).await?.0)
}

/// As [`details_in`], and the lines of the cart in their order, in the same statement.
pub(super) async fn details_and_lines_in<C: ConnectionTrait>(
    db: &C,
    terms: &Terms,
    row: &cart::Model,
) -> Result<(Details, Vec<cart_line::Model>), Fault> {
    read_in(db, terms, row, Read::WithLines).await
}

async fn read_in<C: ConnectionTrait>(
    db: &C,
    terms: &Terms,
    row: &cart::Model,
    read: Read,
) -> Result<(Details, Vec<cart_line::Model>), Fault> {
    let now = terms.basis.now;
    let buyer = BuyerKey::new(&terms.rules.secret_key, row.customer_id, row.email.as_deref())?;
    let used_by_buyer = USED_BY_BUYER_SQL.replace("{customer}", "$5").replace("{email}", "$6");
    let used_up = USED_UP_SQL.replace("{cart}", "$1");
    let time = match db.get_database_backend() {
        DbBackend::Postgres => "timestamptz",
        _ => "text",
    };
    let lines = match read {
        Read::Details => String::new(),
        Read::WithLines => format!("UNION ALL {LINES} "),
    };
    let sql = format!(
        "SELECT parts.*, CAST(NULL AS bigint) AS variant_id, CAST(NULL AS bigint) AS parent_id, \
         CAST(NULL AS {time}) AS created_at FROM ({ADDRESSES} UNION ALL {CHOICES} UNION ALL {CODES} UNION ALL {GIFT_CARDS} UNION ALL {STORE_CREDIT} \
         UNION ALL {EXEMPTIONS} UNION ALL {METAFIELDS} UNION ALL {HELD} \
         UNION ALL SELECT 'used up', id, NULL, NULL, FALSE, FALSE, 0 FROM ({used_up}) AS used_up \
         UNION ALL SELECT 'used', discount_id, NULL, NULL, FALSE, FALSE, 0 FROM ({used_by_buyer}) AS used) AS parts {lines}\
         ORDER BY 1, 2"
    );
    let values: [Value; 7] = [
        row.id.0.into(),
        row.currency.as_str().into(),
        now.date_naive().to_string().into(),
        now.into(),
        buyer.customer.map(|id| id.0).into(),
        buyer.email_digest.into(),
        row.customer_token_id.map(|id| id.0).into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let mut details = Details::default();
    let mut has_ended_credit = false;
    let (mut held, mut lines) = (Vec::new(), Vec::new());
    let cart_id = row.id;
    for row in DetailRow::find_by_statement(statement).all(db).await? {
        has_ended_credit |= row.kind == "store credit" && row.selected;
        match row.kind.as_str() {
            "held" => held.push(DiscountId(row.id)),
            "line" => lines.push(row.line_of(cart_id)?),
            _ => details.add(row)?,
        }
    }
    for id in held {
        details.usage.exhausted.remove(&id);
        details.usage.used_by_buyer.remove(&id);
    }
    if !wishes_store_credit(row) {
        details.store_credit = None;
    } else if has_ended_credit && let Some(customer) = row.customer_id {
        let currency = terms.basis.currency();
        let account = store_credit::find_account(db, now, customer, currency).await?;
        details.store_credit = account.map(|account| (account.id, account.balance.minor));
    }
    Ok((details, lines))
}

impl DetailRow {
    fn line_of(self, cart_id: CartId) -> Result<cart_line::Model, Fault> {
        let missing = || Fault::new("a line of a cart was not read whole");
        Ok(cart_line::Model {
            id: CartLineId(self.id),
            cart_id,
            variant_id: VariantId(self.variant_id.ok_or_else(missing)?),
            quantity: i32::try_from(self.number).map_err(Fault::new)?,
            attributes: serde_json::from_str(self.value.as_deref().unwrap_or("[]"))?,
            merge_signature: self.name.ok_or_else(missing)?,
            parent_id: self.parent_id.map(CartLineId),
            created_at: self.created_at.ok_or_else(missing)?,
        })
    }
}

/// Whether store credit is to pay for a cart, in the currency that it has now.
fn wishes_store_credit(row: &cart::Model) -> bool {
    row.store_credit_minor.is_some() && row.store_credit_currency.as_ref() == Some(&row.currency)
}

impl Details {
    fn add(&mut self, row: DetailRow) -> Result<(), Fault> {
        match row.kind.as_str() {
            "address" => self.addresses.push(CartAddressView {
                id: CartAddressId(row.id),
                address: serde_json::from_str(row.value.as_deref().unwrap_or("{}"))?,
                selected: row.selected,
                one_time_use: row.one_time_use,
            }),
            "choice" => self.choices.extend(row.name.zip(row.value)),
            "code" => {
                let code_id = row.value.and_then(|key| key.parse().ok()).map(DiscountCodeId);
                let discount = code_id.map(|_| DiscountId(row.number));
                self.codes.extend(row.name.map(|code| TypedCode { code, discount, code_id }));
            }
            "gift card" => self.gift_cards.push((
                GiftCardId(row.number),
                row.name.unwrap_or_default(),
                row.value.and_then(|balance| balance.parse().ok()).unwrap_or(0),
            )),
            "store credit" => self.store_credit = Some((StoreCreditAccountId(row.id), row.number)),
            "exempt" => self.exempt(row.name, row.value),
            "metafields" => self.has_metafields = row.number > 0,
            "used up" => {
                self.usage.exhausted.insert(DiscountId(row.id));
            }
            "used" => {
                self.usage.used_by_buyer.insert(DiscountId(row.id));
            }
            _ => return Err(Fault::new("a cart has a part of an unknown kind")),
        }
        Ok(())
    }

    /// Adds a place in which the customer pays no tax; one without a country is everywhere.
    fn exempt(&mut self, country: Option<String>, province: Option<String>) {
        let country = country.unwrap_or_default();
        let place = (country, province.filter(|province| !province.is_empty()));
        match &mut self.exemption {
            _ if place.0.is_empty() => self.exemption = Exemption::Everywhere,
            Exemption::Everywhere => {}
            Exemption::In(places) => drop(places.insert(place)),
            Exemption::None => self.exemption = Exemption::In([place].into()),
        }
    }
}
