//! Making a cart.

use entity::cart::{self, CartState};
use entity::cart_code;
use entity::id::VariantId;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    EntityTrait, IntoActiveModel,
};

use super::addresses::{self, MAX_ADDRESSES, NewAddress};
use super::details::{self, BuyerIdentity};
use super::lines::{self, NewLine};
use crate::app::App;
use crate::cart::error::{CartError, CartWarning, RefusalCode, WarningCode, WarningTarget};
use crate::cart::line::Attributes;
use crate::cart::load::assemble;
use crate::cart::merchandise::{Extent, merchandise_by_ids};
use crate::cart::view::Outcome;
use crate::error::Fault;
use crate::money::Currency;
use crate::secret;

/// Codes of a cart at most.
const MAX_CODES: usize = 100;
/// Characters of a code at most.
const MAX_CODE_LENGTH: usize = 255;

/// What a cart begins with.
#[derive(Clone, Debug)]
pub struct NewCart {
    /// The currency of the buyer's market.
    pub currency: Currency,
    /// ISO 3166-1 alpha-2; the buyer's identity may say another.
    pub country: &'static str,
    /// As in LanguageCode.
    pub language: &'static str,
    /// Its lines.
    pub lines: Vec<NewLine>,
    /// A note of the buyer.
    pub note: Option<String>,
    /// The words of the front end.
    pub attributes: Attributes,
    /// Who buys.
    pub identity: BuyerIdentity,
    /// Where to.
    pub addresses: Vec<NewAddress>,
    /// Discount codes that were typed in.
    pub discount_codes: Vec<String>,
    /// Gift card codes that were typed in.
    pub gift_card_codes: Vec<String>,
}

/// Makes a cart.
///
/// # Errors
/// [`CartError::Refused`] for whatever the single changes of a cart refuse; no cart is made then.
pub async fn create(app: &App, new: &NewCart) -> Result<Outcome, CartError> {
    check(new)?;
    let token = secret::new_token();
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let ids: Vec<VariantId> = new.lines.iter().filter_map(|line| line.variant_id).collect();
            let merchandise = merchandise_by_ids(&tx, now, new.currency.code(), &ids, Extent::Priced).await?;
            let mut lines = Vec::new();
            let changed = lines::merge_new(now, &mut lines, &new.lines, &merchandise)?;
            let stock_warnings = lines::lower_to_stock(&mut lines, &changed, &merchandise);
            let row = row_of(app, new, &token)?.insert(&tx).await?;
            let rows = lines::write_lines(&tx, row.id, Vec::new(), lines).await?;
            addresses::insert_in(&tx, row.id, &new.addresses, true).await?;
            let mut codes: Vec<String> = Vec::new();
            for code in new.discount_codes.iter().map(|code| code.trim().to_owned()) {
                if !code.is_empty() && !codes.iter().any(|known| known.eq_ignore_ascii_case(&code)) {
                    codes.push(code);
                }
            }
            if !codes.is_empty() {
                let codes = codes.iter().zip(1..).map(|(code, position)| cart_code::ActiveModel {
                    cart_id: Set(row.id),
                    code: Set(code.clone()),
                    position: Set(position),
                });
                cart_code::Entity::insert_many(codes).exec_without_returning(&tx).await?;
            }
            let cart = assemble(&tx, now, row, &token, rows, merchandise).await?;
            tx.commit().await?;
            let mut warnings = lines::target_lines(stock_warnings, &cart.lines);
            warnings.extend(code_warnings(&cart.codes, &new.gift_card_codes));
            Ok(Outcome { cart, warnings })
        })
        .await
}

fn check(new: &NewCart) -> Result<(), CartError> {
    details::check_note(new.note.as_deref())?;
    details::check_attributes(&new.attributes)?;
    details::check_identity(&new.identity)?;
    addresses::check(&new.addresses)?;
    if new.addresses.len() > MAX_ADDRESSES {
        let message = format!("A cart has at most {MAX_ADDRESSES} addresses");
        return Err(CartError::refused(
            RefusalCode::TooManyDeliveryAddresses,
            &["delivery", "addresses"],
            message,
        ));
    }
    for (name, codes) in [("discountCodes", &new.discount_codes), ("giftCardCodes", &new.gift_card_codes)] {
        if codes.len() > MAX_CODES || codes.iter().any(|code| code.chars().count() > MAX_CODE_LENGTH) {
            let message = "The codes are too many or too long";
            return Err(CartError::refused(RefusalCode::Invalid, &[name], message));
        }
    }
    lines::check_new(&new.lines)
}

fn row_of(app: &App, new: &NewCart, token: &str) -> Result<cart::ActiveModel, Fault> {
    let now = app.clock.now();
    let mut row = cart::Model {
        id: entity::id::CartId(0),
        token_hash: secret::hash_token(token),
        state: CartState::Open,
        currency: new.currency.code().to_owned(),
        country: new.country.to_owned(),
        language: new.language.to_owned(),
        customer_id: None,
        email: None,
        phone: None,
        note: new.note.clone().filter(|note| !note.is_empty()),
        attributes: serde_json::to_value(&new.attributes)?,
        preferences: None,
        billing_address: None,
        payment: None,
        revision: 1,
        expires_at: now + app.config.cart_time,
        created_at: now,
        updated_at: now,
    };
    details::apply_identity(&mut row, &new.identity)?;
    Ok(cart::ActiveModel { id: NotSet, ..row.into_active_model().reset_all() })
}

/// No discount and no gift card exists yet: each code that was typed in is told so.
fn code_warnings(codes: &[String], gift_cards: &[String]) -> Vec<CartWarning> {
    let warning = |code, message| CartWarning { code, target: WarningTarget::Cart, message };
    let discounts = codes
        .iter()
        .map(|code| warning(WarningCode::DiscountNotFound, format!("No discount has the code {code}")));
    let gift_cards = gift_cards.iter().take(1).map(|_| {
        warning(WarningCode::PaymentsGiftCardsUnavailable, "The shop issues no gift cards".to_owned())
    });
    discounts.chain(gift_cards).collect()
}
