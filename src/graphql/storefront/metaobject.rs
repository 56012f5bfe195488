//! Metaobjects: things of the shop's own.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use entity::id::MetaobjectId;
use entity::metaobject_field;
use entity::translation::ResourceType;

use super::metafield_reference::{self, MetafieldReference, PageArguments, Writer};
use super::paging::page_request;
use super::{context, translation};
use crate::app::App;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::loader::{Batch, Pulse};
use crate::graphql::scalar::{DateTime, UrlText};
use crate::metafield::{self, FieldDefinition, MetaobjectSort, VisibleMetaobject};

/// Names of a kind and of a metaobject of it.
pub type MetaobjectName = (String, String);

/// A thing of the shop's own, made of fields that its kind names.
#[derive(Clone, Debug)]
pub struct Metaobject(Arc<VisibleMetaobject>);

impl Metaobject {
    /// The metaobject with this key, as far as shoppers reach it.
    pub(super) async fn find(ctx: &Context<'_>, id: MetaobjectId) -> Result<Option<Self>, ApiError> {
        Ok(context::of(ctx)?.loaders.metaobjects.load(id).await?.map(Self))
    }

    /// The metaobject with these names, as far as shoppers reach it.
    async fn find_by_name(ctx: &Context<'_>, name: MetaobjectName) -> Result<Option<Self>, ApiError> {
        Ok(context::of(ctx)?.loaders.metaobjects_by_name.load(name).await?.map(Self))
    }

    /// The field with this key, if its kind has one.
    fn field_of(&self, key: Option<&str>) -> Option<MetaobjectField> {
        let place = self.0.fields.iter().position(|(field, _)| Some(field.key.as_str()) == key)?;
        Some(MetaobjectField { object: Arc::clone(&self.0), place })
    }
}

/// A thing of the shop's own, made of fields that its kind names.
#[Object]
impl Metaobject {
    /// The field with this key.
    async fn field(
        &self,
        #[graphql(desc = "Its name within the kind.")] key: String,
    ) -> Option<MetaobjectField> {
        self.field_of(Some(&key))
    }

    /// All fields of its kind, those without a value too.
    async fn fields(&self) -> Vec<MetaobjectField> {
        let field = |place| MetaobjectField { object: Arc::clone(&self.0), place };
        (0..self.0.fields.len()).map(field).collect()
    }

    /// Its name among those of its kind.
    async fn handle(&self) -> &str {
        &self.0.row.handle
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Metaobject", self.0.row.id)
    }

    /// The address of its page; null for kinds without pages.
    pub(super) async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        let config = &context::of(ctx)?.app.config;
        let folder = self.0.definition.url_handle.as_deref();
        let url = |folder: &str| config.url_of(&format!("/pages/{folder}/{}", self.0.row.handle));
        Ok(folder.map(|folder| UrlText(url(folder))))
    }

    /// What search engines are told; null for kinds without pages.
    async fn seo(&self) -> Option<MetaobjectSeo> {
        let definition = &self.0.definition;
        definition.url_handle.as_ref().map(|_| MetaobjectSeo {
            title: self.field_of(definition.seo_title_key.as_deref()),
            description: self.field_of(definition.seo_description_key.as_deref()),
        })
    }

    /// Name of its kind.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.0.definition.kind
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.row.updated_at)
    }
}

/// A field of a metaobject.
#[derive(Clone, Debug)]
pub struct MetaobjectField {
    object: Arc<VisibleMetaobject>,
    /// Which of its fields.
    place: usize,
}

impl MetaobjectField {
    fn parts(&self) -> Option<&(FieldDefinition, Option<metaobject_field::Model>)> {
        self.object.fields.get(self.place)
    }

    fn definition(&self) -> Option<&FieldDefinition> {
        self.parts().map(|(definition, _)| definition)
    }

    fn stored(&self) -> Option<&metaobject_field::Model> {
        self.parts().and_then(|(_, value)| value.as_ref())
    }
}

/// A field of a metaobject.
#[Object]
impl MetaobjectField {
    /// Its name within the kind.
    async fn key(&self) -> &str {
        self.definition().map_or("", |field| field.key.as_str())
    }

    /// The thing that the value names, where it names one that shoppers reach.
    async fn reference(&self, ctx: &Context<'_>) -> Result<Option<MetafieldReference>, ApiError> {
        match self.stored() {
            Some(value) => {
                metafield_reference::of_value(ctx, Writer::Shop, &value.kind, &value.value_text).await
            }
            None => Ok(None),
        }
    }

    /// The things that the value lists, where it is a list of things; those that shoppers do not reach are left out.
    async fn references(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Option<Connection<MetafieldReference>>, ApiError> {
        let page = PageArguments { first, after, last, before };
        match self.stored() {
            Some(value) => {
                metafield_reference::of_list(ctx, Writer::Shop, &value.kind, &value.value_text, page).await
            }
            None => Ok(None),
        }
    }

    /// What kind of value it holds.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        self.definition().map_or("", |field| field.kind.as_str())
    }

    /// Its value as text, in the language of the request where it was translated; null where it has none.
    async fn value(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        let Some(value) = self.stored() else {
            return Ok(None);
        };
        let (id, original) = (self.object.row.id, &value.value_text);
        translation::text(ctx, ResourceType::Metaobject, id, &value.key, original).await.map(Some)
    }
}

/// What search engines are told of a metaobject.
pub struct MetaobjectSeo {
    title: Option<MetaobjectField>,
    description: Option<MetaobjectField>,
}

/// What search engines are told of a metaobject.
#[Object(name = "MetaobjectSEO")]
impl MetaobjectSeo {
    /// The field that they take for the description.
    async fn description(&self) -> Option<&MetaobjectField> {
        self.description.as_ref()
    }

    /// The field that they take for the title.
    async fn title(&self) -> Option<&MetaobjectField> {
        self.title.as_ref()
    }
}

/// The loader of metaobjects: two statements for those of a level.
pub(super) fn loader_by_id(app: &App, pulse: &Pulse) -> Batch<MetaobjectId, Arc<VisibleMetaobject>> {
    Batch::on(&app.db, pulse, |db, ids| async move { metafield::metaobjects_by_ids(db.fresh(), &ids).await })
}

/// The loader of metaobjects by their names, likewise.
pub(super) fn loader_by_name(app: &App, pulse: &Pulse) -> Batch<MetaobjectName, Arc<VisibleMetaobject>> {
    Batch::on(&app.db, pulse, |db, names| async move {
        metafield::metaobjects_by_handles(db.fresh(), &names).await
    })
}

/// Which metaobject is wanted.
#[derive(Clone, Debug, InputObject)]
pub struct MetaobjectHandleInput {
    /// Its name among those of its kind.
    pub handle: String,
    /// Name of its kind.
    #[graphql(name = "type")]
    pub kind: String,
}

/// The root fields about metaobjects.
#[derive(Clone, Copy, Debug, Default)]
pub struct MetaobjectQuery;

/// The root fields about metaobjects.
#[Object]
impl MetaobjectQuery {
    /// A metaobject, by its id or else by its names.
    async fn metaobject(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The names of its kind and of its own.")] handle: Option<MetaobjectHandleInput>,
        #[graphql(desc = "Its global id.")] id: Option<ID>,
    ) -> Result<Option<Metaobject>, ApiError> {
        match (id, handle) {
            (Some(id), _) => Metaobject::find(ctx, MetaobjectId(id::decode("Metaobject", &id)?)).await,
            (None, Some(name)) => Metaobject::find_by_name(ctx, (name.kind, name.handle)).await,
            (None, None) => Ok(None),
        }
    }

    /// The metaobjects of a kind that shoppers reach; none for a kind that there is not.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn metaobjects(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "type", desc = "Name of the kind.")] kind: String,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "What they are sorted by: `id` or `updated_at`.")] sort_key: Option<String>,
    ) -> Result<Connection<Metaobject>, ApiError> {
        let sort = MetaobjectSort::parse(sort_key.as_deref().unwrap_or("id"))
            .ok_or_else(|| ApiError::bad_input("INVALID_SORT_KEY", "sortKey must be id or updated_at"))?;
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let page = page.sorted_by(sort.kind())?;
        let db = &context::of(ctx)?.app.db;
        let found = metafield::list_metaobjects(db.fresh(), &kind, sort, &page).await?;
        Ok(Connection(found.map(Metaobject)))
    }
}
