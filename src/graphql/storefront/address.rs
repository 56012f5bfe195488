//! Postal addresses as shoppers see and send them.

use async_graphql::{Context, ID, InputObject, Object};
use entity::id::CustomerAddressId;

use super::context;
use crate::customer::{AddressChange, BookAddress};
use crate::graphql::error::ApiError;
use crate::graphql::id::{self, Gid};
use crate::graphql::scalar::CountryCode;
use crate::market::{Address, find_country};

/// A postal address.
#[derive(Clone)]
pub struct MailingAddress {
    /// Its global id.
    pub id: ID,
    /// The address.
    pub address: Address,
}

impl MailingAddress {
    /// An address in a customer's book.
    #[must_use]
    pub fn in_book(known: &BookAddress) -> Self {
        let id = id::encode("MailingAddress", format!("{}?model_name={BOOK_MODEL}", known.id));
        Self { id, address: known.address.clone() }
    }

    /// The address with this id in the book of the buyer of the request's context; nobody else's.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn find(ctx: &Context<'_>, id: &str) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let (Some(key), Some(token)) = (customer_address_id(id), &request.customer_access_token) else {
            return Ok(None);
        };
        let loaders = &request.loaders.customers;
        let Some(owner) = loaders.sessions.load(token.clone()).await? else {
            return Ok(None);
        };
        let book = loaders.books.load(owner).await?.unwrap_or_default();
        Ok(book.iter().find(|known| known.id == key).map(Self::in_book))
    }
}

/// What tells the id of an address in a customer's book from that of an order's copy.
const BOOK_MODEL: &str = "CustomerAddress";

/// The key in the id of an address of a customer's book; none for any other id.
#[must_use]
pub fn customer_address_id(id: &str) -> Option<CustomerAddressId> {
    let gid = Gid::parse(id).filter(|gid| gid.kind == "MailingAddress")?;
    let is_in_book = gid.query.is_none() || gid.parameter("model_name") == Some(BOOK_MODEL);
    gid.number().filter(|_| is_in_book).map(CustomerAddressId)
}

/// A postal address.
#[Object]
impl MailingAddress {
    /// Street and number.
    async fn address1(&self) -> Option<&str> {
        self.address.address1.as_deref()
    }

    /// Flat, floor, building.
    async fn address2(&self) -> Option<&str> {
        self.address.address2.as_deref()
    }

    /// City, town or village.
    async fn city(&self) -> Option<&str> {
        self.address.city.as_deref()
    }

    /// Company.
    async fn company(&self) -> Option<&str> {
        self.address.company.as_deref()
    }

    /// The country's name in English.
    async fn country(&self) -> Option<&'static str> {
        self.address.country_code.as_deref().and_then(find_country).map(|country| country.name)
    }

    /// The country's two-letter code.
    #[graphql(deprecation = "Use `countryCodeV2`: it is an enum.")]
    async fn country_code(&self) -> Option<&str> {
        self.address.country_code.as_deref()
    }

    /// The country's two-letter code.
    async fn country_code_v2(&self) -> Option<CountryCode> {
        self.address.country_code.as_deref().and_then(find_country).map(CountryCode)
    }

    /// Given name.
    async fn first_name(&self) -> Option<&str> {
        self.address.first_name.as_deref()
    }

    /// The lines of the address as they go on an envelope.
    async fn formatted(
        &self,
        #[graphql(default = true, desc = "Whether the company is among them.")] with_company: bool,
        #[graphql(default = false, desc = "Whether the name is among them.")] with_name: bool,
    ) -> Vec<String> {
        self.address.lines(with_name, with_company)
    }

    /// City, province and country on one line.
    async fn formatted_area(&self) -> Option<String> {
        self.address.area()
    }

    /// Its global id.
    pub async fn id(&self) -> ID {
        self.id.clone()
    }

    /// Family name.
    async fn last_name(&self) -> Option<&str> {
        self.address.last_name.as_deref()
    }

    /// Degrees north, where they are known.
    async fn latitude(&self) -> Option<f64> {
        None
    }

    /// Degrees east, where they are known.
    async fn longitude(&self) -> Option<f64> {
        None
    }

    /// Given and family name.
    async fn name(&self) -> Option<String> {
        self.address.name()
    }

    /// Telephone.
    async fn phone(&self) -> Option<&str> {
        self.address.phone.as_deref()
    }

    /// State or province: its name where it is known, else its code.
    async fn province(&self) -> Option<&str> {
        self.address.province_name()
    }

    /// Code of the state or province.
    async fn province_code(&self) -> Option<&str> {
        self.address.province_code.as_deref()
    }

    /// Postal code.
    async fn zip(&self) -> Option<&str> {
        self.address.zip.as_deref()
    }
}

/// A postal address that a shopper sends.
#[derive(InputObject)]
pub struct MailingAddressInput {
    /// Street and number.
    pub address1: Option<String>,
    /// Flat, floor, building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// The country's name or two-letter code.
    pub country: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Name or code of the state or province.
    pub province: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
}

impl From<MailingAddressInput> for Address {
    fn from(input: MailingAddressInput) -> Self {
        Self {
            first_name: input.first_name,
            last_name: input.last_name,
            company: input.company,
            address1: input.address1,
            address2: input.address2,
            city: input.city,
            province_code: input.province,
            zip: input.zip,
            country_code: input.country,
            phone: input.phone,
        }
        .with_codes()
        .tidied()
    }
}

impl From<MailingAddressInput> for AddressChange {
    fn from(input: MailingAddressInput) -> Self {
        Self {
            first_name: input.first_name,
            last_name: input.last_name,
            company: input.company,
            address1: input.address1,
            address2: input.address2,
            city: input.city,
            province: input.province,
            zip: input.zip,
            country: input.country,
            phone: input.phone,
        }
    }
}
