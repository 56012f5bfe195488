//! Table `shop_locale`.

use sea_orm::entity::prelude::*;

/// A language that the shop speaks besides its own.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shop_locale")]
pub struct Model {
    /// As in LanguageCode.
    #[sea_orm(primary_key, auto_increment = false)]
    pub locale: String,
    /// Whether shoppers can ask for it.
    pub published: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
