//! Table `tax_class`.

use sea_orm::entity::prelude::*;

use crate::id::TaxClassId;

/// Goods that are taxed alike, and otherwise than the standard.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_class")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: TaxClassId,
    /// Its name for programs.
    pub handle: String,
    /// For staff.
    pub name: String,
    /// What a tax provider calls such goods.
    pub provider_code: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
