//! Table `brand`.

use sea_orm::entity::prelude::*;

use crate::id::MediaId;

/// How the shop presents itself; one row at most.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "brand")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// A sentence or two.
    pub short_description: Option<String>,
    pub logo_media_id: Option<MediaId>,
    /// For places that are square.
    pub square_logo_media_id: Option<MediaId>,
    /// A large picture that stands for the shop.
    pub cover_media_id: Option<MediaId>,
    /// {primary, secondary}: lists of {background, foreground}, each #RRGGBB.
    pub colors: Json,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
