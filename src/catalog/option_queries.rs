//! Reading options, their values, and which value each variant has. Each function is one statement.

use std::collections::HashMap;
use std::sync::Arc;

use entity::id::{OptionId, OptionValueId, ProductId, VariantId};
use entity::{option_value, product_option, variant, variant_option};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};

use crate::error::Fault;

/// An option and the values it offers, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionWithValues {
    /// The option.
    pub option: product_option::Model,
    /// Its values.
    pub values: Vec<Arc<option_value::Model>>,
}

/// The value a variant has for an option.
pub type Choice = (OptionId, OptionValueId);

/// An option and its value as shoppers read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedOption {
    /// The option's name.
    pub name: String,
    /// The value's name.
    pub value: String,
}

/// The options of products with their values, each product's in their order.
///
/// # Errors
/// The database's own.
pub async fn options_by_product_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, Vec<OptionWithValues>>, Fault> {
    let rows = product_option::Entity::find()
        .filter(product_option::Column::ProductId.is_in(ids.iter().copied()))
        .join(JoinType::LeftJoin, values_of_option())
        .select_also(option_value::Entity)
        .order_by_asc(product_option::Column::ProductId)
        .order_by_asc(product_option::Column::Position)
        .order_by_asc(product_option::Column::Id)
        .order_by_asc(option_value::Column::Position)
        .order_by_asc(option_value::Column::Id)
        .all(db)
        .await?;
    let mut by_product: HashMap<ProductId, Vec<OptionWithValues>> = HashMap::new();
    for (option, value) in rows {
        let options = by_product.entry(option.product_id).or_default();
        match options.last_mut().filter(|last| last.option.id == option.id) {
            Some(last) => last.values.extend(value.map(Arc::new)),
            None => {
                options.push(OptionWithValues { option, values: value.map(Arc::new).into_iter().collect() })
            }
        }
    }
    Ok(by_product)
}

/// Which values the variants of products have; deleted variants are left out.
///
/// # Errors
/// The database's own.
pub async fn choices_by_product_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, HashMap<VariantId, Vec<Choice>>>, Fault> {
    let rows: Vec<(ProductId, VariantId, OptionId, OptionValueId)> = variant_option::Entity::find()
        .select_only()
        .column(variant::Column::ProductId)
        .column(variant_option::Column::VariantId)
        .column(variant_option::Column::OptionId)
        .column(variant_option::Column::ValueId)
        .join(
            JoinType::InnerJoin,
            variant_option::Entity::belongs_to(variant::Entity)
                .from(variant_option::Column::VariantId)
                .to(variant::Column::Id)
                .into(),
        )
        .filter(variant::Column::ProductId.is_in(ids.iter().copied()))
        .filter(variant::Column::DeletedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let mut by_product: HashMap<ProductId, HashMap<VariantId, Vec<Choice>>> = HashMap::new();
    for (product, variant, option, value) in rows {
        by_product.entry(product).or_default().entry(variant).or_default().push((option, value));
    }
    Ok(by_product)
}

/// Which products the options belong to.
///
/// # Errors
/// The database's own.
pub async fn product_ids_by_option_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[OptionId],
) -> Result<HashMap<OptionId, ProductId>, Fault> {
    let rows: Vec<(OptionId, ProductId)> = product_option::Entity::find()
        .select_only()
        .column(product_option::Column::Id)
        .column(product_option::Column::ProductId)
        .filter(product_option::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Which products the option values belong to.
///
/// # Errors
/// The database's own.
pub async fn product_ids_by_value_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[OptionValueId],
) -> Result<HashMap<OptionValueId, ProductId>, Fault> {
    let rows: Vec<(OptionValueId, ProductId)> = product_option::Entity::find()
        .select_only()
        .column(option_value::Column::Id)
        .column(product_option::Column::ProductId)
        .join(JoinType::InnerJoin, values_of_option())
        .filter(option_value::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

fn values_of_option() -> RelationDef {
    product_option::Entity::belongs_to(option_value::Entity)
        .from(product_option::Column::Id)
        .to(option_value::Column::OptionId)
        .into()
}
