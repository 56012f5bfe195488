//! What a mail tells of a parcel.

use entity::mail;
use entity::shipping_label::ParcelStatus;
use sea_orm::ConnectionTrait;

use super::compose::one_line;
use super::order_letter::Occasion;
use super::words::OrderMailWords;
use crate::error::Fault;
use crate::html::is_web_address;
use crate::shipping;
use crate::wording::fill;

/// What a mail tells of a parcel.
pub(super) struct ParcelNews {
    /// Who carries it, and under which number.
    pub(super) details: Vec<String>,
    /// The carrier's page about it.
    pub(super) url: Option<String>,
}

/// The parcel that a mail is about; none where its label was given back, or it is no longer news.
///
/// # Errors
/// The database's own.
pub(super) async fn find_news<C: ConnectionTrait>(
    db: &C,
    mail: &mail::Model,
    occasion: Occasion,
    words: &OrderMailWords,
) -> Result<Option<ParcelNews>, Fault> {
    let parcel = match mail.label_id {
        Some(label) => shipping::find_tracking(db, label).await?,
        None => None,
    };
    let has_arrived = occasion == Occasion::ParcelDelivered;
    let Some(parcel) = parcel.filter(|parcel| (parcel.status == ParcelStatus::Delivered) == has_arrived)
    else {
        return Ok(None);
    };
    let company = parcel.company.map(|company| fill(&words.carrier, &[("company", &one_line(&company))]));
    let number = parcel.number.map(|number| fill(&words.tracking_number, &[("number", &one_line(&number))]));
    Ok(Some(ParcelNews {
        details: company.into_iter().chain(number).collect(),
        url: parcel.url.filter(|url| !has_arrived && is_web_address(url)),
    }))
}
