//! The metafields and metaobjects of the sample shop: `metafields.json`.

use std::collections::HashMap;

use anyhow::Context;
use entity::id::ProductId;
use entity::metafield::OwnerType;
use entity::metafield_definition::StorefrontAccess;
use entity::metaobject::MetaobjectStatus;
use serde::Deserialize;
use serde_json::Value;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::catalog;
use tradepost::metafield::{
    self, FieldDefinition, NewDefinition, NewMetafield, NewMetaobject, NewMetaobjectDefinition, Validations,
    split_key,
};

use super::demo::json;

/// `metafields.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleMetafields {
    definitions: Vec<SampleDefinition>,
    metaobject_definitions: Vec<SampleKind>,
    metaobjects: Vec<SampleMetaobject>,
    /// By the products' handles; then by namespace and key.
    products: HashMap<String, HashMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleDefinition {
    namespace: String,
    key: String,
    name: String,
    description: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    validations: Validations,
    storefront: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleKind {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    description: String,
    display_key: String,
    url_handle: String,
    seo_title_key: String,
    seo_description_key: String,
    fields: Vec<FieldDefinition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleMetaobject {
    #[serde(rename = "type")]
    kind: String,
    handle: String,
    fields: HashMap<String, String>,
}

/// The keys of what values name, by how the file names it.
struct Named {
    products: HashMap<String, ProductId>,
    /// By `kind/handle`.
    metaobjects: HashMap<String, String>,
}

/// Lays the definitions, metaobjects and metafields, behind the products that they name. What is there already is
/// replaced.
pub(super) async fn load(app: &App) -> anyhow::Result<()> {
    let sample: SampleMetafields = json("metafields.json")?;
    for kind in sample.metaobject_definitions {
        metafield::save_metaobject_definition(app, &Actor::System, kind_of(kind)).await?;
    }
    for definition in sample.definitions {
        metafield::save_definition(app, &Actor::System, definition_of(definition)).await?;
    }
    let mut named = Named { products: products(app, &sample.products).await?, metaobjects: HashMap::new() };
    for sample in sample.metaobjects {
        let name = format!("{}/{}", sample.kind, sample.handle);
        let fields = sample.fields.into_iter().map(|(key, value)| Ok((key, named.value(value)?)));
        let new = NewMetaobject {
            kind: sample.kind,
            handle: sample.handle,
            status: MetaobjectStatus::Active,
            fields: fields.collect::<anyhow::Result<_>>()?,
        };
        let saved = metafield::save_metaobject(app, &Actor::System, new).await?;
        named.metaobjects.insert(name, format!("gid://shopify/Metaobject/{}", saved.id));
    }
    for (handle, values) in sample.products {
        let product = named.products.get(&handle).with_context(|| format!("no product {handle}"))?;
        let owner = (OwnerType::Product, product.0);
        let new = values.into_iter().map(|(name, value)| {
            let (namespace, key) = split_key(&name);
            Ok(NewMetafield { owner, namespace, key, kind: None, value: named.text(value)? })
        });
        let new = new.collect::<anyhow::Result<Vec<_>>>()?;
        metafield::save_metafields(app, &Actor::System, new).await?;
    }
    Ok(())
}

/// All products that the file names.
async fn products(
    app: &App,
    samples: &HashMap<String, HashMap<String, Value>>,
) -> anyhow::Result<HashMap<String, ProductId>> {
    let listed = samples.values().filter_map(|values| values.get("custom.goes_with")?.as_array()).flatten();
    let listed = listed.filter_map(Value::as_str).map(str::to_owned);
    let handles: Vec<String> = samples.keys().cloned().chain(listed).collect();
    let found = catalog::products_by_handles(app.db.writer(), &handles).await?;
    Ok(found.into_iter().map(|(handle, product)| (handle, product.id)).collect())
}

impl Named {
    /// A text, or the global id of what it names: `product:handle` or `metaobject:kind/handle`.
    fn value(&self, text: String) -> anyhow::Result<String> {
        if let Some(handle) = text.strip_prefix("product:") {
            return self.product(handle);
        }
        match text.strip_prefix("metaobject:") {
            Some(name) => {
                self.metaobjects.get(name).cloned().with_context(|| format!("no metaobject {name}"))
            }
            None => Ok(text),
        }
    }

    fn product(&self, handle: &str) -> anyhow::Result<String> {
        let id = self.products.get(handle).with_context(|| format!("no product {handle}"))?;
        Ok(format!("gid://shopify/Product/{id}"))
    }

    /// A value as the domain takes it; a list of handles becomes one of global ids.
    fn text(&self, value: Value) -> anyhow::Result<String> {
        match value {
            Value::String(text) => self.value(text),
            Value::Array(entries) => {
                let named = entries.into_iter().map(|entry| match entry {
                    Value::String(handle) if self.products.contains_key(&handle) => self.product(&handle),
                    Value::String(text) => Ok(text),
                    other => Ok(other.to_string()),
                });
                Ok(serde_json::to_string(&named.collect::<anyhow::Result<Vec<String>>>()?)?)
            }
            other => Ok(other.to_string()),
        }
    }
}

fn definition_of(sample: SampleDefinition) -> NewDefinition {
    NewDefinition {
        owner_type: OwnerType::Product,
        namespace: sample.namespace,
        key: sample.key,
        name: sample.name,
        description: Some(sample.description),
        kind: sample.kind,
        validations: sample.validations,
        storefront_access: if sample.storefront {
            StorefrontAccess::PublicRead
        } else {
            StorefrontAccess::None
        },
    }
}

fn kind_of(sample: SampleKind) -> NewMetaobjectDefinition {
    NewMetaobjectDefinition {
        kind: sample.kind,
        name: sample.name,
        description: Some(sample.description),
        fields: sample.fields,
        display_key: Some(sample.display_key),
        storefront_access: StorefrontAccess::PublicRead,
        publishable: false,
        url_handle: Some(sample.url_handle),
        seo_title_key: Some(sample.seo_title_key),
        seo_description_key: Some(sample.seo_description_key),
    }
}
