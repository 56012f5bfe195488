//! The rows of `product_option` and `option_value`.

use std::collections::HashMap;

use entity::id::{OptionId, OptionValueId, ProductId};
use entity::{option_value, product_option};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::super::draft::{OptionDraft, ValueDraft};
use super::batch::{Target, existing_ids};
use super::statement::{match_by, padded_lists, save};
use crate::catalog::fold;
use crate::db::Tx;

/// The keys of an option and of its values.
pub(super) struct OptionKeys<'a> {
    pub(super) id: OptionId,
    /// By name.
    pub(super) values: HashMap<&'a str, OptionValueId>,
}

struct WantedOption<'a> {
    product_id: ProductId,
    position: i32,
    draft: &'a OptionDraft,
}

struct WantedValue<'a> {
    option_id: OptionId,
    position: i32,
    draft: &'a ValueDraft,
}

/// Saves the options of the products and their values, matched by name in any case; those that the file has no more
/// are deleted. Returns the keys of each product's options, in their order.
pub(super) async fn save_options<'a>(
    tx: &Tx,
    targets: &[Target<'a>],
) -> Result<Vec<Vec<OptionKeys<'a>>>, DbErr> {
    let mut known = Vec::new();
    let mut known_values = Vec::new();
    for ids in padded_lists(&existing_ids(targets)) {
        let of_products = product_option::Entity::find().filter(product_option::Column::ProductId.is_in(ids));
        let option_ids = of_products.clone().select_only().column(product_option::Column::Id).into_query();
        known.extend(of_products.all(tx).await?);
        let values =
            option_value::Entity::find().filter(option_value::Column::OptionId.in_subquery(option_ids));
        known_values.extend(values.all(tx).await?);
    }
    let wanted = targets.iter().flat_map(|target| {
        (1..).zip(&target.ready.draft.options).map(|(position, draft)| {
            ((target.id, fold(&draft.name)), WantedOption { product_id: target.id, position, draft })
        })
    });
    let (options, gone) =
        match_by(wanted, known.into_iter().map(|row| ((row.product_id, fold(&row.name)), row)));
    for ids in padded_lists(&gone.iter().map(|row| row.id).collect::<Vec<_>>()) {
        product_option::Entity::delete_many().filter(product_option::Column::Id.is_in(ids)).exec(tx).await?;
    }
    let row =
        |wanted: &WantedOption<'_>, known: Option<&product_option::Model>| product_option::ActiveModel {
            id: known.map_or(NotSet, |known| Set(known.id)),
            product_id: Set(wanted.product_id),
            name: Set(wanted.draft.name.clone()),
            position: Set(wanted.position),
        };
    let columns = [product_option::Column::Name, product_option::Column::Position];
    let update = OnConflict::column(product_option::Column::Id).update_columns(columns).to_owned();
    let ids = save(tx, &options, |known| known.id, row, update).await?;

    let drafts: Vec<(OptionId, &OptionDraft)> =
        ids.into_iter().zip(options.iter().map(|(wanted, _)| wanted.draft)).collect();
    let mut keys = save_values(tx, &drafts, known_values).await?.into_iter();
    Ok(targets.iter().map(|target| keys.by_ref().take(target.ready.draft.options.len()).collect()).collect())
}

async fn save_values<'a>(
    tx: &Tx,
    options: &[(OptionId, &'a OptionDraft)],
    known: Vec<option_value::Model>,
) -> Result<Vec<OptionKeys<'a>>, DbErr> {
    let wanted = options.iter().flat_map(|(option_id, option)| {
        (1..).zip(&option.values).map(|(position, draft)| {
            ((*option_id, fold(&draft.name)), WantedValue { option_id: *option_id, position, draft })
        })
    });
    let (values, gone) =
        match_by(wanted, known.into_iter().map(|row| ((row.option_id, fold(&row.name)), row)));
    for ids in padded_lists(&gone.iter().map(|row| row.id).collect::<Vec<_>>()) {
        option_value::Entity::delete_many().filter(option_value::Column::Id.is_in(ids)).exec(tx).await?;
    }
    let row = |wanted: &WantedValue<'_>, known: Option<&option_value::Model>| option_value::ActiveModel {
        id: known.map_or(NotSet, |known| Set(known.id)),
        option_id: Set(wanted.option_id),
        name: Set(wanted.draft.name.clone()),
        position: Set(wanted.position),
        // A file says nothing of colours, so that one chosen by hand stays.
        swatch_color: Set(wanted
            .draft
            .swatch
            .clone()
            .or_else(|| known.and_then(|known| known.swatch_color.clone()))),
        swatch_media_id: Set(known.and_then(|known| known.swatch_media_id)),
    };
    let columns =
        [option_value::Column::Name, option_value::Column::Position, option_value::Column::SwatchColor];
    let update = OnConflict::column(option_value::Column::Id).update_columns(columns).to_owned();
    let ids = save(tx, &values, |known| known.id, row, update).await?;
    let mut keys = ids.into_iter().zip(values.iter().map(|(wanted, _)| wanted.draft.name.as_str()));
    let keys = options.iter().map(|(id, option)| OptionKeys {
        id: *id,
        values: keys.by_ref().take(option.values.len()).map(|(id, name)| (name, id)).collect(),
    });
    Ok(keys.collect())
}
