//! The rows of `media` and `product_media`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::{MediaId, ProductId};
use entity::{media, product_media};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::super::error::ImportError;
use super::super::image::Picture;
use super::batch::{Target, existing_ids};
use super::statement::{insert, insert_new, padded_lists};
use crate::db::Tx;
use crate::media::{linked_picture, product_media_by_product_ids, stored_picture};

/// The pictures of a product by the address that the file gives them.
pub(super) type PicturesOf<'a> = HashMap<&'a str, MediaId>;

/// Where a picture's row is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Known(MediaId),
    /// At this index of the rows to insert.
    New(usize),
}

/// What becomes of the pictures of products.
#[derive(Default)]
struct Plan<'a> {
    new: Vec<media::ActiveModel>,
    /// Rows for which the file has other words.
    changed: Vec<media::ActiveModel>,
    /// Of each product, where the pictures are that the file gives these addresses.
    places: Vec<Vec<(&'a str, Place)>>,
}

impl<'a> Plan<'a> {
    /// Adds the pictures of a product, which has these rows.
    fn add(&mut self, now: DateTime<Utc>, target: &Target<'a>, known: Vec<media::Model>) {
        let mut rows: HashMap<String, Place> = HashMap::new();
        for row in known {
            if let Some(key) = key_of_row(&row) {
                rows.entry(key.to_owned()).or_insert(Place::Known(row.id));
            }
            let words = words_for(target, &row);
            if let Some(alt) = words.filter(|alt| *alt != row.alt) {
                let mut row = row.into_active_model();
                row.alt = Set(alt);
                row.updated_at = Set(now);
                self.changed.push(row);
            }
        }
        let new = &mut self.new;
        let images = target.ready.draft.images.iter().zip(&target.ready.pictures);
        let places = images.map(|(image, picture)| {
            let place = rows.entry(key_of(picture).to_owned()).or_insert_with(|| {
                new.push(match picture {
                    Picture::Linked(address) => linked_picture(now, address, image.alt.clone()),
                    Picture::Held(stored) => stored_picture(now, stored, image.alt.clone()),
                });
                Place::New(new.len() - 1)
            });
            (image.source.as_str(), *place)
        });
        self.places.push(places.collect());
    }
}

/// Replaces the pictures of the products; one that a product has already keeps its row. Returns each product's, in the
/// order of the products.
pub(super) async fn save_pictures<'a>(
    tx: &Tx,
    now: DateTime<Utc>,
    targets: &[Target<'a>],
) -> Result<Vec<PicturesOf<'a>>, ImportError> {
    let mut known = unlink(tx, targets).await?;
    let mut plan = Plan::default();
    for target in targets {
        plan.add(now, target, known.remove(&target.id).unwrap_or_default());
    }
    let words = OnConflict::column(media::Column::Id)
        .update_columns([media::Column::Alt, media::Column::UpdatedAt])
        .to_owned();
    insert(tx, plan.changed, Some(words)).await?;
    let new = insert_new(tx, plan.new).await?;
    let id_of = |place: Place| match place {
        Place::Known(id) => Some(id),
        Place::New(index) => new.get(index).copied(),
    };
    let mut links = Vec::new();
    let mut pictures = Vec::with_capacity(targets.len());
    for (target, places) in targets.iter().zip(plan.places) {
        let mut of_product = PicturesOf::new();
        let mut linked: Vec<MediaId> = Vec::new();
        for (source, place) in places {
            let Some(id) = id_of(place) else { continue };
            of_product.insert(source, id);
            if !linked.contains(&id) {
                linked.push(id);
            }
        }
        links.extend((1..).zip(linked).map(|(position, media_id)| product_media::ActiveModel {
            product_id: Set(target.id),
            media_id: Set(media_id),
            position: Set(position),
        }));
        pictures.push(of_product);
    }
    insert(tx, links, None).await?;
    Ok(pictures)
}

/// Takes the pictures off the products and returns their rows.
async fn unlink(
    tx: &Tx,
    targets: &[Target<'_>],
) -> Result<HashMap<ProductId, Vec<media::Model>>, ImportError> {
    let mut known = HashMap::new();
    for ids in padded_lists(&existing_ids(targets)) {
        known.extend(product_media_by_product_ids(tx, &ids).await?);
        product_media::Entity::delete_many()
            .filter(product_media::Column::ProductId.is_in(ids))
            .exec(tx)
            .await?;
    }
    Ok(known)
}

/// The words that the file has for a row, when the product still has its picture.
fn words_for(target: &Target<'_>, row: &media::Model) -> Option<Option<String>> {
    let key = key_of_row(row)?;
    let mut images = target.ready.draft.images.iter().zip(&target.ready.pictures);
    images.find(|(_, picture)| key_of(picture) == key).map(|(image, _)| image.alt.clone())
}

/// What makes a picture the same: its bytes, or its address elsewhere.
fn key_of(picture: &Picture) -> &str {
    match picture {
        Picture::Linked(address) => address,
        Picture::Held(stored) => &stored.sha256,
    }
}

fn key_of_row(row: &media::Model) -> Option<&str> {
    row.sha256.as_deref().or(row.source_url.as_deref())
}
