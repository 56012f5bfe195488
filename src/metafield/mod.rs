//! Metafields: fields of the shop's own on products, carts and other things; and metaobjects, things of the shop's own.
//!
//! Tables: `metafield_definition`, `metafield`, `metaobject_definition`, `metaobject`, `metaobject_field`.
//!
//! Invariants: a value fits its type and is stored in its normal form; where there is a definition, the value has its
//! type and keeps to its validations; shoppers read a metafield only where a definition opens it to them, and a
//! metaobject only where its definition does and it is active. Metafields of carts, which shoppers write themselves, are
//! readable by who has the cart's secret id unless a definition closes them. An owner has at most
//! [`MAX_METAFIELDS_PER_OWNER`].
//!
//! A namespace that is left out is [`DEFAULT_NAMESPACE`]: there are no apps here that could reserve one of their own.

mod check;
mod commands;
mod decimal;
mod definition;
mod error;
mod existence;
mod kind;
mod label;
mod metaobject;
mod name;
mod queries;
mod reference;
mod rich_text;
mod validation;
mod value;

pub use commands::{
    MetafieldIdentifier, NewMetafield, copy_in, delete, delete_by_shopper_in, delete_in, save_by_shopper_in,
    save_in, save_metafields,
};
pub use definition::{NewDefinition, save_definition};
pub use error::{FaultCode, FieldRefusal, MetafieldError, ValueFault};
pub use existence::forget_in;
pub use kind::{FieldType, Measure, ValueKind};
pub use label::{DefinitionKey, definition_names};
pub use metaobject::{
    FieldDefinition, MetaobjectSort, NewMetaobject, NewMetaobjectDefinition, VisibleMetaobject,
    delete_metaobject, find_metaobject_definition, list_metaobjects, metaobjects_by_handles,
    metaobjects_by_ids, save_metaobject, save_metaobject_definition,
};
pub use name::split_key;
pub use queries::{
    Owner, VisibleMetafield, metafields_by_any_owners, metafields_by_ids, metafields_by_owners,
};
pub use reference::{RefKind, Reference, Target};
pub use validation::Validations;

/// The group of fields meant where none is named.
pub const DEFAULT_NAMESPACE: &str = "custom";
/// Metafields of one owner at most.
pub const MAX_METAFIELDS_PER_OWNER: usize = 250;
/// Metafields that are saved or deleted at once at most.
pub const MAX_METAFIELDS_PER_CALL: usize = 25;
