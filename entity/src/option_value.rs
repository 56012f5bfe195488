//! Table `option_value`.

use sea_orm::entity::prelude::*;

use crate::id::{MediaId, OptionId, OptionValueId};

/// One choice of an option, such as Large.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "option_value")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OptionValueId,
    pub option_id: OptionId,
    pub name: String,
    /// From 1.
    pub position: i32,
    /// #RRGGBB.
    pub swatch_color: Option<String>,
    pub swatch_media_id: Option<MediaId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
