//! Metafields of carts, which shoppers write themselves.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::id::{CartId, MetafieldId};
use entity::metafield::OwnerType;

use crate::app::App;
use crate::cart::error::{CartError, Refusal, RefusalCode};
use crate::cart::lock::lock_cart;
use crate::db::Tx;
use crate::metafield::{
    self, FaultCode, FieldRefusal, MetafieldError, MetafieldIdentifier, NewMetafield, ValueFault,
    VisibleMetafield, split_key,
};

/// A metafield that a shopper writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCartMetafield {
    /// Its key, alone or behind its namespace and a point.
    pub key: String,
    /// Name of its type.
    pub kind: String,
    /// The value as text.
    pub value: String,
}

impl NewCartMetafield {
    fn of(&self, cart: CartId) -> NewMetafield {
        let (namespace, key) = split_key(&self.key);
        let (kind, value) = (Some(self.kind.clone()), self.value.clone());
        NewMetafield { owner: (OwnerType::Cart, cart.0), namespace, key, kind, value }
    }
}

/// Saves metafields of carts, all or none. Each comes with the secret of its cart; `None` stands for what is no cart's id.
/// Answers them in the order of the input.
///
/// # Errors
/// [`MetafieldError::Refused`] with a reason for each element that is wrong: [`FaultCode::InvalidOwner`] for a cart that
/// is not there or is being paid for, [`FaultCode::AppNotAuthorized`] for a key that a definition closes to shoppers.
pub async fn set_metafields(
    app: &App,
    new: &[(Option<String>, NewCartMetafield)],
) -> Result<Vec<VisibleMetafield>, MetafieldError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let tokens = new.iter().map(|(token, _)| token.as_deref());
            let carts = touch(&tx, app, now, tokens).await?;
            let rows: Vec<NewMetafield> =
                new.iter().filter_map(|(token, new)| Some(new.of(*carts.get(token.as_deref()?)?))).collect();
            let saved = metafield::save_by_shopper_in(&tx, now, &rows).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// Deletes a metafield of the cart with this secret; answers its key, or nothing where the cart has no such metafield.
///
/// # Errors
/// As [`set_metafields`].
pub async fn delete_metafield(
    app: &App,
    token: Option<&str>,
    key: &str,
) -> Result<Option<MetafieldId>, MetafieldError> {
    let (namespace, key) = split_key(key);
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let carts = touch(&tx, app, now, [token]).await?;
            let Some(cart) = token.and_then(|token| carts.get(token)) else {
                return Ok(None);
            };
            let owner = (OwnerType::Cart, cart.0);
            let wanted = MetafieldIdentifier { owner, namespace: namespace.clone(), key: key.clone() };
            let deleted = metafield::delete_by_shopper_in(&tx, now, &wanted).await?;
            tx.commit().await?;
            Ok(deleted.map(|row| row.id))
        })
        .await
}

/// Writes the metafields of a cart that is being made.
pub(super) async fn insert_in(
    tx: &Tx,
    now: DateTime<Utc>,
    cart: CartId,
    new: &[NewCartMetafield],
) -> Result<(), CartError> {
    let rows: Vec<NewMetafield> = new.iter().map(|new| new.of(cart)).collect();
    let saved = metafield::save_by_shopper_in(tx, now, &rows).await.map(|_| ());
    saved.map_err(|error| match error {
        MetafieldError::Refused(refusals) => CartError::Refused(refusals.into_iter().map(refusal).collect()),
        MetafieldError::Fault(fault) => fault.into(),
        MetafieldError::Forbidden(_) => {
            CartError::refused(RefusalCode::InvalidMetafields, &["metafields"], error.to_string())
        }
    })
}

fn refusal(refused: FieldRefusal) -> Refusal {
    let index = refused.index.map(|index| index.to_string());
    // What the input calls the key holds the namespace too.
    let part = if refused.field == "namespace" { "key" } else { refused.field.as_str() };
    let field: Vec<&str> = match &index {
        Some(index) => vec!["metafields", index, part],
        None => vec!["metafields"],
    };
    Refusal::new(RefusalCode::InvalidMetafields, &field, refused.message)
}

/// Locks the carts, in the order of their secrets so that two callers do not wait for each other, and lets them live on.
async fn touch<'a>(
    tx: &Tx,
    app: &App,
    now: DateTime<Utc>,
    tokens: impl IntoIterator<Item = Option<&'a str>>,
) -> Result<HashMap<&'a str, CartId>, MetafieldError> {
    let tokens: Vec<Option<&str>> = tokens.into_iter().collect();
    let rules = app.rules().await?;
    let mut carts = HashMap::new();
    for token in tokens.iter().copied().flatten().collect::<BTreeSet<&str>>() {
        let locked = match lock_cart(tx, now, &rules, token).await {
            Ok(mut cart) => cart.save(tx, app).await.map(|()| cart),
            Err(error) => Err(error),
        };
        match locked {
            Ok(cart) => {
                carts.insert(token, cart.row.id);
            }
            Err(CartError::Fault(fault)) => return Err(fault.into()),
            Err(CartError::NotFound | CartError::Busy | CartError::Refused(_)) => {}
        }
    }
    let is_locked = |token: &Option<&str>| token.is_some_and(|token| carts.contains_key(token));
    let refusals: Vec<FieldRefusal> = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| !is_locked(token))
        .map(|(index, _)| {
            let message = "The cart does not exist or is being completed";
            ValueFault::new(FaultCode::InvalidOwner, message).at(Some(index), "ownerId")
        })
        .collect();
    if refusals.is_empty() { Ok(carts) } else { Err(MetafieldError::Refused(refusals)) }
}
