//! Labels: their states, what is sent, reading them.

use entity::id::{LocationId, OrderId};
use entity::order_address::OrderAddressKind;
use entity::shipping_label::{self, LabelState};
use entity::{location, order, order_address};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::label_error::{LabelError, LabelErrorCode as Code};
use super::provider::label::{Consignment, DeclaredItem, ParcelSize, Party};
use crate::error::Fault;
use crate::market::Address;

/// Grams of a parcel at most: a pallet.
const MAX_GRAMS: i64 = 2_000_000;
/// Millimetres of a side at most.
const MAX_SIDE_MM: i32 = 10_000;
/// Things that are declared in a parcel at most.
const MAX_DECLARED: usize = 200;
/// Characters of a text at most.
const MAX_TEXT: usize = 255;

/// Whether a label may go from one state to another.
///
/// `requested` is recorded before the provider is asked; `unknown` was asked and gave no answer that could be used, so
/// that it is asked whether there is a label; `bought` can be printed. `failed` and `voided` are the ends.
#[must_use]
pub fn can_become(from: LabelState, to: LabelState) -> bool {
    use LabelState::{Bought, Failed, Requested, Unknown, Voided};
    match from {
        Requested => matches!(to, Unknown | Bought | Failed | Voided),
        Unknown => matches!(to, Bought | Failed | Voided),
        Bought => matches!(to, Voided),
        Failed | Voided => false,
    }
}

/// What is sent of an order, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelParcel {
    /// Whose parcel it is.
    pub order_id: OrderId,
    /// Where it leaves.
    pub location_id: LocationId,
    /// What it weighs and measures.
    pub size: ParcelSize,
    /// What customs are told; empty within a customs area.
    pub declared: Vec<DeclaredItem>,
}

impl LabelParcel {
    pub(super) fn check(&self) -> Result<(), LabelError> {
        let invalid = |field, message: &str| Err(LabelError::refused(Code::Invalid, field, message));
        if !(1..=MAX_GRAMS).contains(&self.size.weight_grams) {
            return invalid("weight", "A parcel weighs from 1 g to 2 t");
        }
        let is_side = |side: i32| (1..=MAX_SIDE_MM).contains(&side);
        if self.size.measures.is_some_and(|size| {
            !is_side(size.length_mm) || !is_side(size.width_mm) || !is_side(size.height_mm)
        }) {
            return invalid("dimensions", "The sides of a parcel measure from 1 mm to 10 m");
        }
        if self.declared.len() > MAX_DECLARED {
            let message = format!("At most {MAX_DECLARED} things can be declared in a parcel");
            return Err(LabelError::refused(Code::TooMany, "declared", message));
        }
        let is_text = |text: &str| !text.trim().is_empty() && text.chars().count() <= MAX_TEXT;
        let is_country = |code: &str| crate::market::find_country(code).is_some();
        let is_good = |item: &DeclaredItem| {
            is_text(&item.description)
                && item.quantity > 0
                && item.value.minor >= 0
                && item.origin.as_deref().is_none_or(is_country)
                && item.sku.as_deref().is_none_or(is_text)
                && item.tariff_code.as_deref().is_none_or(is_text)
        };
        if !self.declared.iter().all(is_good) {
            return invalid(
                "declared",
                "A declared thing needs a description, a quantity above zero and a value",
            );
        }
        Ok(())
    }

    /// The parcel with the addresses of its ends.
    ///
    /// # Errors
    /// [`LabelError`] for an order or location that is unknown or has no address, and an order that was cancelled.
    pub(super) async fn load<C: ConnectionTrait>(&self, db: &C) -> Result<Consignment, LabelError> {
        let unknown = || LabelError::refused(Code::UnknownOrder, "orderId", "There is no such order");
        let order = order::Entity::find_by_id(self.order_id).one(db).await?.ok_or_else(unknown)?;
        if order.cancelled_at.is_some() {
            let message = "The order was cancelled";
            return Err(LabelError::refused(Code::OrderCancelled, "orderId", message));
        }
        let address = order_address::Entity::find()
            .filter(order_address::Column::OrderId.eq(order.id))
            .filter(order_address::Column::Kind.eq(OrderAddressKind::Shipping))
            .one(db)
            .await?;
        let address = address.map(|row| serde_json::from_value::<Address>(row.address)).transpose();
        let to = address.map_err(Fault::from)?.and_then(|address| receiver(&address, &order));
        let to = to.ok_or_else(|| {
            LabelError::refused(
                Code::NoAddress,
                "orderId",
                "The order has no address that a parcel could go to",
            )
        })?;
        let unknown =
            || LabelError::refused(Code::UnknownLocation, "locationId", "There is no such location");
        let place = location::Entity::find_by_id(self.location_id).one(db).await?.ok_or_else(unknown)?;
        let from = sender(&place).ok_or_else(|| {
            let message = "A parcel leaves from a street, city and postal code, with a telephone number";
            LabelError::refused(Code::LocationWithoutAddress, "locationId", message)
        })?;
        Ok(Consignment { from, to, parcel: self.size, declared: self.declared.clone() })
    }
}

fn receiver(address: &Address, order: &order::Model) -> Option<Party> {
    let names = [address.first_name.as_deref(), address.last_name.as_deref()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = if name.trim().is_empty() { address.company.clone()? } else { name };
    Some(Party {
        name,
        company: address.company.clone(),
        phone: address.phone.clone().or_else(|| order.phone.clone()),
        address1: address.address1.clone()?,
        address2: address.address2.clone(),
        city: address.city.clone()?,
        province: address.province_code.clone(),
        postal_code: address.zip.clone(),
        country: address.country_code.clone()?,
    })
}

fn sender(place: &location::Model) -> Option<Party> {
    let full = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    Some(Party {
        name: place.name.clone(),
        company: None,
        phone: Some(full(&place.phone)?),
        address1: full(&place.address1)?,
        address2: full(&place.address2),
        city: Some(place.city.clone()).filter(|city| !city.trim().is_empty())?,
        province: full(&place.province),
        postal_code: Some(full(&place.zip)?),
        country: place.country.clone(),
    })
}

/// All labels of an order, also those that failed or were given back, the oldest first.
///
/// # Errors
/// The database's own.
pub async fn labels_of_order<C: ConnectionTrait>(
    db: &C,
    order_id: OrderId,
) -> Result<Vec<shipping_label::Model>, Fault> {
    let labels = shipping_label::Entity::find()
        .filter(shipping_label::Column::OrderId.eq(order_id))
        .order_by_asc(shipping_label::Column::Id)
        .all(db)
        .await?;
    Ok(labels)
}

/// A carrier's name for people, from its name at providers.
#[must_use]
pub fn carrier_name(code: &str) -> String {
    let known = match code {
        "ups" | "ups_walleted" => "UPS",
        "usps" | "stamps_com" | "endicia" => "USPS",
        "fedex" | "fedex_walleted" => "FedEx",
        "dhl_express" | "dhl_express_worldwide" => "DHL Express",
        "dhl_ecommerce" | "dhl_global_mail" => "DHL eCommerce",
        "canada_post" | "canada_post_walleted" => "Canada Post",
        "royal_mail" => "Royal Mail",
        "australia_post" => "Australia Post",
        "ontrac" => "OnTrac",
        "dpd" => "DPD",
        "gls" => "GLS",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>())
    };
    code.split('_').map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;
    use crate::shipping::provider::label::BoxSize;

    #[test]
    fn states_only_go_forward() {
        use LabelState::{Bought, Failed, Requested, Unknown, Voided};
        let allowed: Vec<(LabelState, LabelState)> = LabelState::iter()
            .flat_map(|from| LabelState::iter().map(move |to| (from, to)))
            .filter(|(from, to)| can_become(*from, *to))
            .collect();
        assert_eq!(
            allowed,
            [
                (Requested, Unknown),
                (Requested, Bought),
                (Requested, Failed),
                (Requested, Voided),
                (Unknown, Bought),
                (Unknown, Failed),
                (Unknown, Voided),
                (Bought, Voided),
            ]
        );
    }

    #[test]
    fn sizes_that_make_no_sense_are_refused() {
        let parcel = |weight_grams, measures| LabelParcel {
            order_id: OrderId(1),
            location_id: LocationId(1),
            size: ParcelSize { weight_grams, measures },
            declared: Vec::new(),
        };
        let side = |length_mm| Some(BoxSize { length_mm, width_mm: 100, height_mm: 50 });
        assert!(parcel(1, None).check().is_ok() && parcel(MAX_GRAMS, side(10_000)).check().is_ok());
        for bad in [parcel(0, None), parcel(-5, None), parcel(MAX_GRAMS + 1, None), parcel(5, side(0))] {
            assert_eq!(bad.check().unwrap_err().code(), Some(Code::Invalid), "{bad:?}");
        }
    }

    #[test]
    fn carriers_have_names_for_people() {
        assert_eq!(carrier_name("stamps_com"), "USPS");
        assert_eq!(carrier_name("dhl_express"), "DHL Express");
        assert_eq!(carrier_name("green_courier"), "Green Courier");
    }
}
