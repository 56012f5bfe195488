//! Table `fx_rate`.

use sea_orm::entity::prelude::*;

/// What a unit of one currency is worth in another from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fx_rate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_currency: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub to_currency: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub effective_at: DateTimeUtc,
    /// In billionths: 1.08 is 1080000000.
    pub rate_e9: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
