//! The delivery addresses of a cart.

use chrono::{DateTime, Utc};
use entity::id::{CartAddressId, CartId};
use entity::{cart, cart_address};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};

use super::identity::{AddressSource, addresses_of};
use crate::app::App;
use crate::cart::error::{CartError, Refusal, RefusalCode};
use crate::cart::load::load_in;
use crate::cart::lock::lock_cart;
use crate::cart::settle::settled;
use crate::cart::view::Outcome;
use crate::db::Tx;
use crate::error::Fault;
use crate::market::{Address, AddressFault, FaultKind};

/// Addresses of a cart at most.
pub const MAX_ADDRESSES: usize = 20;

/// An address to be added.
#[derive(Clone, Debug)]
pub struct NewAddress {
    /// The address.
    pub address: AddressSource,
    /// Whether the cart goes there.
    pub selected: bool,
    /// Whether it stays out of the customer's address book.
    pub one_time_use: bool,
    /// Whether it must be complete at once.
    pub strict: bool,
}

/// A change of an address; what is `None` stays.
#[derive(Clone, Debug)]
pub struct AddressChange {
    /// Which; `None` where the caller's id is not that of an address.
    pub id: Option<CartAddressId>,
    /// Another address.
    pub address: Option<AddressSource>,
    /// Whether the cart goes there.
    pub selected: Option<bool>,
    /// Whether it stays out of the customer's address book.
    pub one_time_use: Option<bool>,
    /// Whether it must be complete at once.
    pub strict: bool,
}

/// Adds addresses to a cart. The first address of a cart is selected by itself.
///
/// # Errors
/// [`CartError`] for an unknown cart, faulty addresses, two that are selected or too many.
pub async fn add_addresses(app: &App, token: &str, new: &[NewAddress]) -> Result<Outcome, CartError> {
    check(new)?;
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let known = rows_in(&tx, cart.row.id).await?;
            if known.len() + new.len() > MAX_ADDRESSES {
                return Err(too_many());
            }
            insert_in(&tx, now, &cart.row, new, known.is_empty()).await?;
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// Puts addresses in the place of all that a cart has.
///
/// # Errors
/// As [`add_addresses`].
pub async fn replace_addresses(app: &App, token: &str, new: &[NewAddress]) -> Result<Outcome, CartError> {
    check(new)?;
    if new.len() > MAX_ADDRESSES {
        return Err(too_many());
    }
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            replace_in(&tx, now, &cart.row, new).await?;
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// Changes addresses of a cart.
///
/// # Errors
/// [`CartError`] for an unknown cart, addresses that are not in it or are faulty, and two that are selected.
pub async fn update_addresses(
    app: &App,
    token: &str,
    changes: &[AddressChange],
) -> Result<Outcome, CartError> {
    let mut refusals = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        if let Some(AddressSource::Written(address)) = &change.address {
            refusals.extend(faults_of(address, change.strict, place));
        }
    }
    let selected = changes.iter().filter(|change| change.selected == Some(true)).count();
    if selected > 1 {
        refusals.push(two_selected());
    }
    if !refusals.is_empty() {
        return Err(CartError::Refused(refusals));
    }
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let rows = rows_in(&tx, cart.row.id).await?;
            if selected > 0 {
                deselect_in(&tx, cart.row.id).await?;
            }
            for (place, change) in changes.iter().enumerate() {
                let Some(row) = rows.iter().find(|row| Some(row.id) == change.id) else {
                    return Err(unknown(&["addresses", &place.to_string(), "id"]));
                };
                let mut row: cart_address::ActiveModel = row.clone().into();
                if let Some(source) = &change.address {
                    let address = source_in(&tx, now, &cart.row, place, source, change.strict).await?;
                    row.address = Set(serde_json::to_value(address).map_err(Fault::from)?);
                    row.strict = Set(change.strict);
                }
                change.selected.into_iter().for_each(|selected| row.selected = Set(selected));
                change.one_time_use.into_iter().for_each(|once| row.one_time_use = Set(once));
                row.update(&tx).await?;
            }
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// Takes addresses out of a cart.
///
/// # Errors
/// [`CartError`] for an unknown cart and addresses that are not in it.
pub async fn remove_addresses(
    app: &App,
    token: &str,
    ids: &[Option<CartAddressId>],
) -> Result<Outcome, CartError> {
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let rows = rows_in(&tx, cart.row.id).await?;
            for (place, id) in ids.iter().enumerate() {
                if !rows.iter().any(|row| Some(row.id) == *id) {
                    return Err(unknown(&["addressIds", &place.to_string()]));
                }
            }
            let gone = cart_address::Column::Id.is_in(ids.iter().flatten().copied());
            cart_address::Entity::delete_many().filter(gone).exec(&tx).await?;
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// Refuses addresses that are faulty, and more than one that is selected.
pub(super) fn check(new: &[NewAddress]) -> Result<(), CartError> {
    let refusals = refusals_of(new);
    if refusals.is_empty() { Ok(()) } else { Err(CartError::Refused(refusals)) }
}

/// What is wrong with addresses.
pub(super) fn refusals_of(new: &[NewAddress]) -> Vec<Refusal> {
    let mut refusals: Vec<Refusal> =
        new.iter().enumerate().flat_map(|(place, new)| written_faults(new, place)).collect();
    if new.iter().filter(|new| new.selected).count() > 1 {
        refusals.push(two_selected());
    }
    refusals
}

/// Puts addresses in the place of all that a cart has.
pub(super) async fn replace_in(
    tx: &Tx,
    now: DateTime<Utc>,
    cart: &cart::Model,
    new: &[NewAddress],
) -> Result<(), CartError> {
    let of_cart = cart_address::Column::CartId.eq(cart.id);
    cart_address::Entity::delete_many().filter(of_cart).exec(tx).await?;
    insert_in(tx, now, cart, new, true).await
}

/// Writes addresses into a cart: one of them is selected where the caller says so, or where none was before.
pub(super) async fn insert_in(
    tx: &Tx,
    now: DateTime<Utc>,
    cart: &cart::Model,
    new: &[NewAddress],
    first: bool,
) -> Result<(), CartError> {
    if new.is_empty() {
        return Ok(());
    }
    let sources: Vec<(usize, &AddressSource)> = new.iter().map(|new| &new.address).enumerate().collect();
    let addresses = addresses_of(tx, now, cart, &sources).await?;
    let faults: Vec<Refusal> = addresses
        .iter()
        .zip(new)
        .enumerate()
        .flat_map(|(place, (address, new))| faults_of(address, new.strict, place))
        .collect();
    if !faults.is_empty() {
        return Err(CartError::Refused(faults));
    }
    let chosen = new.iter().position(|new| new.selected).or(first.then_some(0));
    if chosen.is_some() && !first {
        deselect_in(tx, cart.id).await?;
    }
    let rows = new
        .iter()
        .zip(&addresses)
        .enumerate()
        .map(|(place, (new, address))| {
            Ok(cart_address::ActiveModel {
                id: NotSet,
                cart_id: Set(cart.id),
                address: Set(serde_json::to_value(address)?),
                selected: Set(chosen == Some(place)),
                one_time_use: Set(new.one_time_use),
                strict: Set(new.strict),
            })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    cart_address::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// The address that a changed one gets.
async fn source_in(
    tx: &Tx,
    now: DateTime<Utc>,
    cart: &cart::Model,
    place: usize,
    source: &AddressSource,
    strict: bool,
) -> Result<Address, CartError> {
    let address = addresses_of(tx, now, cart, &[(place, source)]).await?.pop().unwrap_or_default();
    let faults = faults_of(&address, strict, place);
    if faults.is_empty() { Ok(address) } else { Err(CartError::Refused(faults)) }
}

fn written_faults(new: &NewAddress, place: usize) -> Vec<Refusal> {
    match &new.address {
        AddressSource::Written(address) => faults_of(address, new.strict, place),
        AddressSource::Book(_) => Vec::new(),
    }
}

async fn rows_in(tx: &Tx, cart_id: CartId) -> Result<Vec<cart_address::Model>, Fault> {
    Ok(cart_address::Entity::find().filter(cart_address::Column::CartId.eq(cart_id)).all(tx).await?)
}

async fn deselect_in(tx: &Tx, cart_id: CartId) -> Result<(), Fault> {
    cart_address::Entity::update_many()
        .col_expr(cart_address::Column::Selected, Expr::val(false))
        .filter(cart_address::Column::CartId.eq(cart_id))
        .exec(tx)
        .await?;
    Ok(())
}

fn too_many() -> CartError {
    let message = format!("A cart has at most {MAX_ADDRESSES} addresses");
    CartError::refused(RefusalCode::TooManyDeliveryAddresses, &["addresses"], message)
}

fn two_selected() -> Refusal {
    let code = RefusalCode::OnlyOneDeliveryAddressCanBeSelected;
    Refusal::new(code, &["addresses"], "Only one address can be selected")
}

fn unknown(field: &[&str]) -> CartError {
    CartError::refused(RefusalCode::InvalidDeliveryAddressId, field, "The address is not in the cart")
}

fn faults_of(address: &Address, strict: bool, place: usize) -> Vec<Refusal> {
    let faults = if strict { address.delivery_faults() } else { address.faults() };
    let refusal = |fault: AddressFault| {
        let (code, message) = match fault.kind {
            FaultKind::Required => (RefusalCode::AddressFieldIsRequired, "is required"),
            FaultKind::TooLong => (RefusalCode::AddressFieldIsTooLong, "is too long"),
            FaultKind::Html => (RefusalCode::AddressFieldContainsHtmlTags, "must not contain HTML tags"),
            FaultKind::Url => (RefusalCode::AddressFieldContainsUrl, "must not contain a web address"),
            FaultKind::UnknownCountry => (RefusalCode::Invalid, "is not a country"),
            FaultKind::UnknownProvince => (RefusalCode::ProvinceNotFound, "is not a province of the country"),
        };
        let name = fault.field.name();
        let field = ["addresses", &place.to_string(), "address", "deliveryAddress", name];
        Refusal::new(code, &field, format!("{name} {message}"))
    };
    faults.into_iter().map(refusal).collect()
}
