//! Making a cart.

use entity::cart::{self, CartState};
use entity::id::VariantId;
use sea_orm::{ActiveModelTrait, ActiveValue::NotSet, IntoActiveModel};

use super::addresses::{self, MAX_ADDRESSES, NewAddress};
use super::details::{self, BuyerIdentity};
use super::lines::{self, NewLine};
use super::metafields::{self, NewCartMetafield};
use super::write_lines::write_lines;
use super::{discount_codes, gift_cards, identity, stock};
use crate::actor::Actor;
use crate::app::App;
use crate::cart::error::{CartError, RefusalCode};
use crate::cart::line::Attributes;
use crate::cart::load::assemble;
use crate::cart::lock::segments_of;
use crate::cart::merchandise::{Extent, merchandise_by_ids};
use crate::cart::own_stock::add_own_stock;
use crate::cart::rules::enter_market;
use crate::cart::settle::settled;
use crate::cart::view::Outcome;
use crate::customer::Session;
use crate::error::Fault;
use crate::secret;

/// What a cart begins with.
#[derive(Clone, Debug)]
pub struct NewCart {
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
    /// Its metafields.
    pub metafields: Vec<NewCartMetafield>,
}

impl NewCart {
    /// Its addresses, or those within the identity where there are none.
    fn addresses_to_write(&self) -> &[NewAddress] {
        let preferred = self.identity.addresses.as_deref().unwrap_or_default();
        if self.addresses.is_empty() { preferred } else { &self.addresses }
    }
}

/// Makes a cart.
///
/// # Errors
/// [`CartError::Refused`] for whatever the single changes of a cart refuse; no cart is made then.
pub async fn create(app: &App, actor: &Actor, new: &NewCart) -> Result<Outcome, CartError> {
    check(new)?;
    let tries = gift_cards::count_tries(app, actor, &new.gift_card_codes).await?;
    let token = secret::new_token();
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let ids: Vec<VariantId> = new.lines.iter().filter_map(|line| line.variant_id).collect();
            let session = identity::session_of(&tx, now, &new.identity).await?;
            let mut row = row_of(app, new, session.as_ref(), &token)?;
            let segments = segments_of(&tx, row.customer_id).await?;
            let terms = enter_market(&mut row, &rules, &segments, now);
            let mut merchandise = merchandise_by_ids(&tx, &terms, &ids, Extent::Priced).await?;
            let mut lines = Vec::new();
            let changed = lines::merge_new(now, &mut lines, &new.lines, &merchandise)?;
            add_own_stock(&tx, now, &row, lines::wanted_of(&lines), &mut merchandise).await?;
            let stock_warnings = stock::lower_to_stock(&mut lines, &changed, &merchandise);
            let row = cart::ActiveModel { id: NotSet, ..row.into_active_model().reset_all() };
            let row = row.insert(&tx).await?;
            let rows = write_lines(&tx, row.id, Vec::new(), lines).await?;
            addresses::insert_in(&tx, now, &row, new.addresses_to_write(), true).await?;
            discount_codes::insert_in(&tx, row.id, &new.discount_codes).await?;
            let unknown = gift_cards::apply_new_in(&tx, app, &row, &new.gift_card_codes, &tries).await?;
            metafields::insert_in(&tx, now, row.id, &new.metafields).await?;
            let cart = assemble(&tx, &terms, row, &token, rows, merchandise).await?;
            tx.commit().await?;
            let mut warnings = stock::target_lines(stock_warnings, &cart.lines);
            warnings.extend(discount_codes::warnings(&cart));
            warnings.extend(gift_cards::warnings(unknown));
            Ok::<_, CartError>(Outcome { cart, warnings })
        })
        .await?;
    settled(app, outcome).await
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
    discount_codes::check(&new.discount_codes)?;
    gift_cards::check(&new.gift_card_codes)?;
    lines::check_new(&new.lines)
}

fn row_of(app: &App, new: &NewCart, session: Option<&Session>, token: &str) -> Result<cart::Model, Fault> {
    let now = app.clock.now();
    let mut row = cart::Model {
        id: entity::id::CartId(0),
        token_hash: secret::hash_token(token),
        state: CartState::Open,
        // That of its market, once it enters one.
        currency: String::new(),
        country: new.country.to_owned(),
        language: new.language.to_owned(),
        customer_id: None,
        customer_token_id: None,
        email: None,
        phone: None,
        note: new.note.clone().filter(|note| !note.is_empty()),
        attributes: serde_json::to_value(&new.attributes)?,
        preferences: None,
        billing_address: None,
        payment: None,
        store_credit_minor: None,
        store_credit_currency: None,
        agreed: None,
        revision: 1,
        expires_at: now + app.config.cart_time,
        created_at: now,
        updated_at: now,
    };
    identity::name_customer(&mut row, &new.identity, session);
    details::apply_identity(&mut row, &new.identity)?;
    Ok(row)
}
