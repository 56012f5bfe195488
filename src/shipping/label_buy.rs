//! Pricing and buying labels.
//!
//! A label is recorded under the caller's key and a name of ours before the provider is asked, outside any transaction.
//! Whoever comes with the same key gets the same label; an answer that was lost is settled by asking for that name.

use entity::id::ShippingLabelId;
use entity::shipping_label::{self, LabelState, ParcelStatus};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

use super::label::LabelParcel;
use super::label_error::{LabelError, LabelErrorCode as Code};
use super::label_settle::{ABANDONED_AFTER, note};
use super::provider::label::{LabelProvider, LabelRate, LabelRequest, LabelSource};
use crate::actor::Actor;
use crate::app::App;
use crate::error::{Fault, violates};
use crate::secret;

/// Characters of a key or name at most.
const MAX_KEY: usize = 255;

/// A label to be bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuyLabel {
    /// The caller's name for the purchase: the same one gives the same label, however often it is asked for.
    pub request_key: String,
    /// By what.
    pub source: LabelSource,
    /// What is sent.
    pub parcel: LabelParcel,
}

impl BuyLabel {
    fn check(&self) -> Result<(), LabelError> {
        let is_text = |text: &str| {
            !text.trim().is_empty() && text.len() <= MAX_KEY && !text.chars().any(char::is_control)
        };
        if !is_text(&self.request_key) {
            let message = format!("A request key has from 1 to {MAX_KEY} characters");
            return Err(LabelError::refused(Code::Invalid, "requestKey", message));
        }
        let is_good = match &self.source {
            LabelSource::Rate(rate) => is_text(rate),
            LabelSource::Service { carrier, service_code } => is_text(carrier) && is_text(service_code),
        };
        if !is_good {
            let message = "A label is bought at a rate, or by a carrier and its service";
            return Err(LabelError::refused(Code::Invalid, "source", message));
        }
        self.parcel.check()
    }

    fn digest(&self) -> Result<String, Fault> {
        let parcel = &self.parcel;
        let declared: Vec<_> = parcel
            .declared
            .iter()
            .map(|item| {
                let value = (item.value.minor, item.value.currency.code());
                (&item.description, item.quantity, value, &item.sku, &item.tariff_code, &item.origin)
            })
            .collect();
        let whole = (&self.source, parcel.order_id, parcel.location_id, parcel.size, declared);
        Ok(secret::hex_digest(&serde_json::to_vec(&whole)?))
    }
}

/// What labels for a parcel would cost. Asks the provider; changes nothing.
///
/// # Errors
/// [`LabelError`] for who may not buy labels, a parcel that cannot be sent, and a provider that is off, says no or gives
/// no answer.
pub async fn label_rates(
    app: &App,
    actor: &Actor,
    parcel: &LabelParcel,
) -> Result<Vec<LabelRate>, LabelError> {
    LabelError::check_scope(actor)?;
    parcel.check()?;
    let provider = app.carriers.labels().ok_or_else(off)?;
    let consignment = parcel.load(app.db.fresh()).await?;
    Ok(provider.quote(&consignment).await?)
}

/// Buys a label. It is `unknown` where the provider's answer was lost; then it is settled by itself.
///
/// # Errors
/// [`LabelError`] for who may not buy labels, a parcel that cannot be sent, a key that was used for something else, a
/// rate that was used, and a provider that is off or said no.
pub async fn buy_label(
    app: &App,
    actor: &Actor,
    input: &BuyLabel,
) -> Result<shipping_label::Model, LabelError> {
    LabelError::check_scope(actor)?;
    input.check()?;
    let provider = app.carriers.labels().ok_or_else(off)?;
    let row = match begin(app, provider.as_ref(), input).await? {
        Begun::New(id, request) => note(app, id, provider.buy(&request).await).await?,
        Begun::Known(row) => row,
    };
    if row.state == LabelState::Failed {
        let message = format!("There is no label: {}", row.failure.as_deref().unwrap_or("unspecified"));
        return Err(LabelError::refused(Code::ProviderRefused, "provider", message));
    }
    Ok(row)
}

fn off() -> LabelError {
    LabelError::refused(Code::ProviderOff, "provider", "Nobody who sells labels is configured")
}

enum Begun {
    /// Recorded just now: it is the caller's to ask for it.
    New(ShippingLabelId, LabelRequest),
    /// Recorded before.
    Known(shipping_label::Model),
}

async fn begin(app: &App, provider: &dyn LabelProvider, input: &BuyLabel) -> Result<Begun, LabelError> {
    let digest = input.digest()?;
    let begun = app
        .db
        .retry(|| async {
            let tx = app.begin().await?;
            let known = shipping_label::Entity::find()
                .filter(shipping_label::Column::RequestKey.eq(&input.request_key))
                .one(&tx)
                .await?;
            if let Some(row) = known {
                return Ok(Some(Begun::Known(row)));
            }
            let consignment = input.parcel.load(&tx).await?;
            let request =
                LabelRequest { external_key: secret::new_token(), source: input.source.clone(), consignment };
            let row = new_row(app, provider.name(), input, &digest, &request);
            let id = match row.insert(&tx).await {
                Ok(row) => row.id,
                // Somebody else was faster with the same key.
                Err(error)
                    if violates(&error, "shipping_label_request_unique", "shipping_label.request_key") =>
                {
                    return Ok(None);
                }
                Err(error)
                    if violates(
                        &error,
                        "shipping_label_rate_unique",
                        "shipping_label.provider, shipping_label.rate_reference",
                    ) =>
                {
                    let message = "A label was bought at this rate before";
                    return Err(LabelError::refused(Code::RateUsed, "source", message));
                }
                Err(error) => return Err(error.into()),
            };
            tx.commit().await?;
            Ok(Some(Begun::New(id, request)))
        })
        .await?;
    let begun = match begun {
        Some(begun) => begun,
        None => Begun::Known(
            shipping_label::Entity::find()
                .filter(shipping_label::Column::RequestKey.eq(&input.request_key))
                .one(app.db.writer())
                .await?
                .ok_or_else(|| Fault::new("a label that was recorded is gone"))?,
        ),
    };
    match &begun {
        Begun::Known(row) if row.request_digest != digest => {
            let message = "The request key was used for another label";
            Err(LabelError::refused(Code::KeyReused, "requestKey", message))
        }
        Begun::Known(_) | Begun::New(..) => Ok(begun),
    }
}

fn new_row(
    app: &App,
    provider: &str,
    input: &BuyLabel,
    digest: &str,
    request: &LabelRequest,
) -> shipping_label::ActiveModel {
    let now = app.clock.now();
    let (rate, carrier, service) = match &input.source {
        LabelSource::Rate(rate) => (Some(rate.clone()), None, None),
        LabelSource::Service { carrier, service_code } => {
            (None, Some(carrier.clone()), Some(service_code.clone()))
        }
    };
    shipping_label::ActiveModel {
        id: NotSet,
        order_id: Set(input.parcel.order_id),
        location_id: Set(Some(input.parcel.location_id)),
        provider: Set(provider.to_owned()),
        state: Set(LabelState::Requested),
        request_key: Set(input.request_key.clone()),
        request_digest: Set(digest.to_owned()),
        external_key: Set(request.external_key.clone()),
        rate_reference: Set(rate),
        carrier_reference: Set(carrier),
        carrier_code: Set(None),
        service_code: Set(service),
        provider_label_id: Set(None),
        tracking_number: Set(None),
        tracking_url: Set(None),
        label_url: Set(None),
        cost_minor: Set(None),
        currency: Set(None),
        weight_grams: Set(input.parcel.size.weight_grams),
        failure: Set(None),
        parcel_status: Set(ParcelStatus::Unknown),
        parcel_moved_at: Set(None),
        // Whoever asked may be gone before there is an answer.
        ask_at: Set(Some(now + ABANDONED_AFTER)),
        asks: Set(0),
        bought_at: Set(None),
        voided_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    }
}
