//! Table `variant_option`.

use sea_orm::entity::prelude::*;

use crate::id::{OptionId, OptionValueId, VariantId};

/// Which value a variant has for an option.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "variant_option")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant_id: VariantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub option_id: OptionId,
    pub value_id: OptionValueId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
