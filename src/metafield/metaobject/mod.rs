//! Metaobjects: things of the shop's own, made of fields that their definition names.

mod command;
mod definition;
mod list;
mod query;

pub use command::{NewMetaobject, delete_metaobject, save_metaobject};
pub use definition::{FieldDefinition, NewMetaobjectDefinition, save_metaobject_definition};
pub use list::{MetaobjectSort, list_metaobjects};
pub use query::{VisibleMetaobject, find_metaobject_definition, metaobjects_by_handles, metaobjects_by_ids};
