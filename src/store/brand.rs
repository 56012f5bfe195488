//! The brand: how the shop presents itself.

use chrono::{DateTime, Utc};
use entity::id::MediaId;
use entity::{brand, media, shop};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
};
use serde::{Deserialize, Serialize};

use super::queries::SHOP_ID;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Fault, Transient};
use crate::event;

/// The scope for the brand.
const SCOPE: &str = "write_content";
/// The longest slogan.
pub const MAX_SLOGAN_CHARS: usize = 255;
/// The longest short description.
pub const MAX_SHORT_DESCRIPTION_CHARS: usize = 1_000;
/// The most pairs of colours in a group.
pub const MAX_COLORS: usize = 20;

/// A pair of colours that go together, each as #RRGGBB.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColorPair {
    /// Of the ground.
    pub background: Option<String>,
    /// Of what stands on it.
    pub foreground: Option<String>,
}

/// The shop's colours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandColors {
    /// Those that are used most.
    pub primary: Vec<ColorPair>,
    /// Those beside them.
    pub secondary: Vec<ColorPair>,
}

/// How the shop presents itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// One line under the name.
    pub slogan: Option<String>,
    /// A sentence or two.
    pub short_description: Option<String>,
    /// Its sign.
    pub logo: Option<MediaId>,
    /// Its sign for places that are square.
    pub square_logo: Option<MediaId>,
    /// A large picture that stands for it.
    pub cover: Option<MediaId>,
    /// Its colours.
    pub colors: BrandColors,
}

/// Why a brand is not saved. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BrandError {
    /// The actor may not do this.
    #[error("this needs the scope {SCOPE}")]
    Forbidden,
    /// A text or a list is too long.
    #[error("{field} is longer than {most}")]
    TooLong {
        /// Of the input.
        field: &'static str,
        /// How long it may be.
        most: usize,
    },
    /// A colour is not written as #RRGGBB.
    #[error("a colour is written as #RRGGBB")]
    BadColor,
    /// A picture is not there.
    #[error("the picture does not exist")]
    NoPicture,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl BrandError {
    /// A stable word for programs; `None` for what is no refusal.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Forbidden => "ACCESS_DENIED",
            Self::TooLong { .. } => "TOO_LONG",
            Self::BadColor => "INVALID",
            Self::NoPicture => "NOT_FOUND",
            Self::Fault(_) => return None,
        })
    }
}

impl From<DbErr> for BrandError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for BrandError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// The brand, if the shop has described it; its slogan is a setting of the shop and may be there without.
///
/// # Errors
/// The database's own.
pub async fn find_brand<C: ConnectionTrait>(db: &C, shop: &shop::Model) -> Result<Option<Brand>, Fault> {
    let slogan = Some(shop.slogan.clone()).filter(|slogan| !slogan.is_empty());
    let Some(row) = brand::Entity::find_by_id(SHOP_ID).one(db).await? else {
        return Ok(slogan.map(|slogan| Brand { slogan: Some(slogan), ..Brand::default() }));
    };
    Ok(Some(Brand {
        slogan,
        short_description: row.short_description,
        logo: row.logo_media_id,
        square_logo: row.square_logo_media_id,
        cover: row.cover_media_id,
        colors: serde_json::from_value(row.colors)?,
    }))
}

/// Saves the brand.
///
/// # Errors
/// [`BrandError`] for texts that are too long, colours that are none and pictures that are not there.
pub async fn save_brand(app: &App, actor: &Actor, new: &Brand) -> Result<(), BrandError> {
    if !actor.has_scope(SCOPE) {
        return Err(BrandError::Forbidden);
    }
    check(new)?;
    let colors = serde_json::to_value(&new.colors).map_err(Fault::from)?;
    let saved = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            check_pictures(&tx, new).await?;
            save_slogan(&tx, now, new.slogan.as_deref().unwrap_or_default()).await?;
            let row = brand::ActiveModel {
                id: Set(SHOP_ID),
                short_description: Set(new.short_description.clone()),
                logo_media_id: Set(new.logo),
                square_logo_media_id: Set(new.square_logo),
                cover_media_id: Set(new.cover),
                colors: Set(colors.clone()),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let update = OnConflict::column(brand::Column::Id)
                .update_columns([
                    brand::Column::ShortDescription,
                    brand::Column::LogoMediaId,
                    brand::Column::SquareLogoMediaId,
                    brand::Column::CoverMediaId,
                    brand::Column::Colors,
                    brand::Column::UpdatedAt,
                ])
                .to_owned();
            brand::Entity::insert(row).on_conflict(update).exec_without_returning(&tx).await?;
            event::record_one(&tx, now, "shop", "shop.rebranded", SHOP_ID).await?;
            tx.commit().await?;
            Ok::<_, BrandError>(())
        })
        .await;
    app.forget_shop();
    saved
}

fn check(new: &Brand) -> Result<(), BrandError> {
    let lengths = [
        ("slogan", &new.slogan, MAX_SLOGAN_CHARS),
        ("shortDescription", &new.short_description, MAX_SHORT_DESCRIPTION_CHARS),
    ];
    for (field, text, most) in lengths {
        if text.as_ref().is_some_and(|text| text.chars().nth(most).is_some()) {
            return Err(BrandError::TooLong { field, most });
        }
    }
    for colors in [&new.colors.primary, &new.colors.secondary] {
        if colors.len() > MAX_COLORS {
            return Err(BrandError::TooLong { field: "colors", most: MAX_COLORS });
        }
        if !colors
            .iter()
            .flat_map(|pair| [&pair.background, &pair.foreground])
            .flatten()
            .all(|text| is_color(text))
        {
            return Err(BrandError::BadColor);
        }
    }
    Ok(())
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

async fn check_pictures(tx: &Tx, new: &Brand) -> Result<(), BrandError> {
    let mut wanted: Vec<MediaId> = [new.logo, new.square_logo, new.cover].into_iter().flatten().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let count = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
    let found = media::Entity::find().filter(media::Column::Id.is_in(wanted)).count(tx).await?;
    if found < count { Err(BrandError::NoPicture) } else { Ok(()) }
}

async fn save_slogan(tx: &Tx, now: DateTime<Utc>, slogan: &str) -> Result<(), BrandError> {
    let row = shop::ActiveModel {
        id: Unchanged(SHOP_ID),
        slogan: Set(slogan.to_owned()),
        updated_at: Set(now),
        ..Default::default()
    };
    row.update(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_is_a_hash_and_six_digits() {
        let brand = |color: &str| Brand {
            colors: BrandColors {
                primary: vec![ColorPair { background: Some(color.to_owned()), foreground: None }],
                secondary: Vec::new(),
            },
            ..Brand::default()
        };
        assert!(check(&brand("#0aF9b3")).is_ok());
        for bad in ["", "#fff", "0aF9b3", "#0aF9bg", "#0aF9b3ff", "red"] {
            assert_eq!(check(&brand(bad)).unwrap_err().code(), Some("INVALID"), "{bad}");
        }
        let long = Brand { slogan: Some("x".repeat(256)), ..Brand::default() };
        assert_eq!(check(&long).unwrap_err().code(), Some("TOO_LONG"));
    }
}
