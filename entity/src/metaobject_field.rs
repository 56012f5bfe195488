//! Table `metaobject_field`.

use sea_orm::entity::prelude::*;

use crate::id::MetaobjectId;

/// A value of a metaobject.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "metaobject_field")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub metaobject_id: MetaobjectId,
    /// The field's name within its kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Name of the type.
    #[sea_orm(column_name = "type")]
    pub kind: String,
    /// The value in its normal form.
    pub value_text: String,
    /// The value in millionths, where it is a number.
    pub value_num: Option<i64>,
    /// The value as a moment, where it is one.
    pub value_time: Option<DateTimeUtc>,
    /// Key of the thing that the value names, where it names one.
    pub ref_id: Option<i64>,
    /// SHA-256 of the value in hexadecimal.
    pub digest: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
