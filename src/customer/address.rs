//! The address book.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::{CustomerAddressId, CustomerId};
use entity::{customer, customer_address};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::credential::record_in;
use super::error::{CustomerError, CustomerRefusal, CustomerRefusalCode as Code};
use super::session::{Session, lock_session};
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::market::{Address, AddressField, FaultKind};
use crate::secret;

/// Addresses of a customer at most.
pub const MAX_ADDRESSES: usize = 100;

/// An address in a customer's book.
#[derive(Clone, Debug)]
pub struct BookAddress {
    /// Its key.
    pub id: CustomerAddressId,
    /// The address.
    pub address: Address,
    /// Whether it is the one used where nothing else is said.
    pub is_default: bool,
}

impl TryFrom<customer_address::Model> for BookAddress {
    type Error = Fault;

    fn try_from(row: customer_address::Model) -> Result<Self, Fault> {
        Ok(Self { id: row.id, address: serde_json::from_value(row.address)?, is_default: row.is_default })
    }
}

/// A change of an address; what is `None` stays, an empty text takes the value out.
#[derive(Clone, Debug, Default)]
pub struct AddressChange {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Street and number.
    pub address1: Option<String>,
    /// Flat, floor, building.
    pub address2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Name or code of the state or province.
    pub province: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// Name or code of the country.
    pub country: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

impl AddressChange {
    /// The address after the change. A province does not move to another country.
    #[must_use]
    pub fn applied_to(&self, old: Address) -> Address {
        let moves = self.country.is_some();
        let before = old.clone();
        let merge = |new: &Option<String>, old: Option<String>| new.clone().or(old);
        let mut address = Address {
            first_name: merge(&self.first_name, old.first_name),
            last_name: merge(&self.last_name, old.last_name),
            company: merge(&self.company, old.company),
            address1: merge(&self.address1, old.address1),
            address2: merge(&self.address2, old.address2),
            city: merge(&self.city, old.city),
            province_code: merge(&self.province, old.province_code),
            zip: merge(&self.zip, old.zip),
            country_code: merge(&self.country, old.country_code),
            phone: merge(&self.phone, old.phone),
        }
        .with_codes()
        .tidied();
        if moves && self.province.is_none() && address.country_code != before.country_code {
            address.province_code = None;
        }
        address
    }
}

/// Refuses an address that says nothing or holds what no address holds. Whether a parcel would arrive, the cart asks.
fn check(address: &Address) -> Result<(), CustomerError> {
    if *address == Address::default() {
        return Err(CustomerError::refused(Code::Blank, &["address"], "The address is empty"));
    }
    let name = |field: AddressField| match field {
        AddressField::Province => "province",
        AddressField::Country => "country",
        other => other.name(),
    };
    let refusals: Vec<CustomerRefusal> = address
        .faults()
        .into_iter()
        .filter_map(|fault| {
            let (code, what) = match fault.kind {
                FaultKind::Required => return None,
                FaultKind::TooLong => (Code::TooLong, "is too long"),
                FaultKind::Html => (Code::ContainsHtmlTags, "must not contain HTML tags"),
                FaultKind::Url => (Code::ContainsUrl, "must not contain a web address"),
                FaultKind::UnknownCountry => (Code::Invalid, "is not a country"),
                FaultKind::UnknownProvince => (Code::Invalid, "is not a province of the country"),
            };
            let field = name(fault.field);
            Some(CustomerRefusal::new(code, &["address", field], format!("{field} {what}")))
        })
        .collect();
    if refusals.is_empty() { Ok(()) } else { Err(CustomerError::Refused(refusals)) }
}

fn digest(address: &Address) -> Result<String, Fault> {
    Ok(secret::hex_digest(&serde_json::to_vec(address)?))
}

/// The addresses of a customer, in the order in which they were added.
///
/// # Errors
/// The database's own.
pub async fn list_addresses<C: ConnectionTrait>(db: &C, id: CustomerId) -> Result<Vec<BookAddress>, Fault> {
    Ok(addresses_by_customer_ids(db, &[id]).await?.remove(&id).unwrap_or_default())
}

/// The addresses of several customers, each in the order in which they were added. One statement.
///
/// # Errors
/// The database's own.
pub async fn addresses_by_customer_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<BookAddress>>, Fault> {
    let rows = customer_address::Entity::find()
        .filter(customer_address::Column::CustomerId.is_in(ids.iter().copied()))
        .order_by_asc(customer_address::Column::Id)
        .all(db)
        .await?;
    let mut books: HashMap<CustomerId, Vec<BookAddress>> = HashMap::new();
    for row in rows {
        books.entry(row.customer_id).or_default().push(row.try_into()?);
    }
    Ok(books)
}

/// Adds an address. The first one becomes the default.
///
/// # Errors
/// Refusals for a token that is not valid, a faulty address, one that is there already, and one too many.
pub async fn create_address(
    app: &App,
    token: &str,
    change: &AddressChange,
) -> Result<BookAddress, CustomerError> {
    let address = change.applied_to(Address::default());
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let session = lock_session(&tx, now, token).await?;
            check(&address)?;
            let known = list_addresses(&tx, session.customer.id).await?;
            let row = insert_in(&tx, now, session.customer.id, &known, &address).await?;
            touch(&tx, now, session).await?;
            tx.commit().await?;
            Ok(BookAddress::try_from(row)?)
        })
        .await
}

/// Writes an address into the book of a customer whose row is locked.
pub(super) async fn insert_in(
    tx: &Tx,
    now: DateTime<Utc>,
    owner: CustomerId,
    known: &[BookAddress],
    address: &Address,
) -> Result<customer_address::Model, CustomerError> {
    if known.len() >= MAX_ADDRESSES {
        let message = format!("A customer has at most {MAX_ADDRESSES} addresses");
        return Err(CustomerError::refused(Code::Invalid, &["address"], message));
    }
    if known.iter().any(|known| known.address == *address) {
        return Err(taken());
    }
    let row = customer_address::ActiveModel {
        id: NotSet,
        customer_id: Set(owner),
        address: Set(serde_json::to_value(address).map_err(Fault::from)?),
        digest: Set(digest(address)?),
        is_default: Set(known.is_empty()),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Ok(row.insert(tx).await?)
}

/// Changes an address.
///
/// # Errors
/// As [`create_address`], and [`Code::NotFound`] for one that is not the customer's own.
pub async fn update_address(
    app: &App,
    token: &str,
    id: Option<CustomerAddressId>,
    change: &AddressChange,
) -> Result<BookAddress, CustomerError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let session = lock_session(&tx, now, token).await?;
            let known = list_addresses(&tx, session.customer.id).await?;
            let own = known.iter().find(|known| Some(known.id) == id).ok_or_else(|| unknown("id"))?;
            let address = change.applied_to(own.address.clone());
            check(&address)?;
            if known.iter().any(|other| other.id != own.id && other.address == address) {
                return Err(taken());
            }
            let row = customer_address::ActiveModel {
                id: Set(own.id),
                address: Set(serde_json::to_value(&address).map_err(Fault::from)?),
                digest: Set(digest(&address)?),
                updated_at: Set(now),
                ..Default::default()
            };
            let row = row.update(&tx).await?;
            touch(&tx, now, session).await?;
            tx.commit().await?;
            Ok(BookAddress::try_from(row)?)
        })
        .await
}

/// Takes an address out. Where it was the default, the oldest of the others becomes it.
///
/// # Errors
/// Refusals for a token that is not valid and an address that is not the customer's own.
pub async fn delete_address(
    app: &App,
    token: &str,
    id: Option<CustomerAddressId>,
) -> Result<(), CustomerError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let session = lock_session(&tx, now, token).await?;
            let known = list_addresses(&tx, session.customer.id).await?;
            let own = known.iter().find(|known| Some(known.id) == id).ok_or_else(|| unknown("id"))?;
            customer_address::Entity::delete_by_id(own.id).exec(&tx).await?;
            if let Some(next) = known.iter().find(|other| own.is_default && other.id != own.id) {
                set_default_in(&tx, session.customer.id, next.id).await?;
            }
            touch(&tx, now, session).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Chooses the default address.
///
/// # Errors
/// Refusals for a token that is not valid and an address that is not the customer's own.
pub async fn set_default_address(
    app: &App,
    token: &str,
    id: Option<CustomerAddressId>,
) -> Result<customer::Model, CustomerError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let session = lock_session(&tx, now, token).await?;
            let known = list_addresses(&tx, session.customer.id).await?;
            let own = known.iter().find(|known| Some(known.id) == id).ok_or_else(|| unknown("addressId"))?;
            set_default_in(&tx, session.customer.id, own.id).await?;
            let customer = touch(&tx, now, session).await?;
            tx.commit().await?;
            Ok(customer)
        })
        .await
}

/// Makes an address of a customer whose row is locked the default.
pub(super) async fn set_default_in(tx: &Tx, owner: CustomerId, id: CustomerAddressId) -> Result<(), Fault> {
    // Two statements, in this order: at no moment are there two.
    customer_address::Entity::update_many()
        .col_expr(customer_address::Column::IsDefault, Expr::val(false))
        .filter(customer_address::Column::CustomerId.eq(owner))
        .filter(customer_address::Column::IsDefault.eq(true))
        .exec(tx)
        .await?;
    customer_address::Entity::update_many()
        .col_expr(customer_address::Column::IsDefault, Expr::val(true))
        .filter(customer_address::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes that the customer changed.
async fn touch(tx: &Tx, now: DateTime<Utc>, session: Session) -> Result<customer::Model, CustomerError> {
    let mut row: customer::ActiveModel = session.customer.into();
    row.updated_at = Set(now);
    let row = row.update(tx).await?;
    record_in(tx, now, "customer.updated", &row).await?;
    Ok(row)
}

fn taken() -> CustomerError {
    CustomerError::refused(Code::Taken, &["address"], "The customer has this address already")
}

fn unknown(field: &str) -> CustomerError {
    CustomerError::refused(Code::NotFound, &[field], "The customer has no such address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_leaves_what_it_does_not_name() {
        let toronto = Address {
            address1: Some("1 King St".into()),
            address2: Some("Floor 2".into()),
            city: Some("Toronto".into()),
            province_code: Some("ON".into()),
            country_code: Some("CA".into()),
            ..Address::default()
        };
        let text = |text: &str| Some(text.to_owned());
        let change = AddressChange { address2: text(" "), zip: text(" M5H "), ..AddressChange::default() };
        let changed = change.applied_to(toronto.clone());
        assert_eq!(changed, Address { address2: None, zip: text("M5H"), ..toronto.clone() });
        let same = AddressChange { country: text("canada"), ..AddressChange::default() };
        assert_eq!(same.applied_to(toronto.clone()), toronto);
        let moved = AddressChange { country: text("Germany"), ..AddressChange::default() };
        let moved = moved.applied_to(toronto);
        assert_eq!((moved.country_code.as_deref(), moved.province_code), (Some("DE"), None));
    }
}
