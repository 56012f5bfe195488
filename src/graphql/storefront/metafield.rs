//! Metafields: fields of the shop's own.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Interface, Object, Union};
use entity::id::{
    ArticleId, BlogId, CollectionId, LocationId, MarketId, MetafieldId, PageId, ProductId, VariantId,
};
use entity::metafield::OwnerType;
use entity::translation::ResourceType;

use super::cart::Cart;
use super::collection::Collection;
use super::company::{Company, CompanyLocation};
use super::content::article::Article;
use super::content::blog::Blog;
use super::content::page::Page;
use super::customer::Customer;
use super::location::Location;
use super::market::Market;
use super::metafield_reference::{self, MetafieldReference, PageArguments, Writer};
use super::order::Order;
use super::product::Product;
use super::selling_plan::SellingPlan;
use super::shop::Shop;
use super::variant::ProductVariant;
use super::{context, translation};
use crate::app::App;
use crate::cart;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::loader::{Batch, Pulse, shared};
use crate::graphql::scalar::DateTime;
use crate::graphql::{id, limit};
use crate::metafield::{self, DEFAULT_NAMESPACE, Owner, VisibleMetafield};

/// The metafields of a thing that shoppers may read.
pub type Metafields = Arc<Vec<Arc<VisibleMetafield>>>;

/// Things that carry metafields.
#[derive(Clone, Interface)]
#[graphql(
    field(
        name = "metafield",
        ty = "Option<Metafield>",
        desc = "The metafield with this key.",
        arg(name = "key", ty = "String", desc = "Its key within the namespace."),
        arg(name = "namespace", ty = "Option<String>", desc = "The group of fields it belongs to.")
    ),
    field(
        name = "metafields",
        ty = "Vec<Option<Metafield>>",
        desc = "The metafields with these keys, null for each that is not there.",
        arg(name = "identifiers", ty = "Vec<HasMetafieldsIdentifier>", desc = "Which ones.")
    )
)]
pub enum HasMetafields {
    /// A company that buys.
    Company(Company),
    /// A place of a company.
    CompanyLocation(CompanyLocation),
    /// A place at which buyers may fetch what they bought.
    Location(Location),
    /// A way to buy something repeatedly or later.
    SellingPlan(SellingPlan),
    /// An article.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A cart.
    Cart(Cart),
    /// A group of products.
    Collection(Collection),
    /// A customer.
    Customer(Customer),
    /// Countries that are sold to alike.
    Market(Market),
    /// An order.
    Order(Order),
    /// A page of the shop's own.
    Page(Page),
    /// A product.
    Product(Product),
    /// A variant of a product.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
}

/// What a metafield belongs to.
#[derive(Clone, Union)]
pub enum MetafieldParentResource {
    /// A company that buys.
    Company(Company),
    /// A place of a company.
    CompanyLocation(CompanyLocation),
    /// A place at which buyers may fetch what they bought.
    Location(Location),
    /// A way to buy something repeatedly or later.
    SellingPlan(SellingPlan),
    /// An article.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A cart.
    Cart(Cart),
    /// A group of products.
    Collection(Collection),
    /// A customer.
    Customer(Customer),
    /// Countries that are sold to alike.
    Market(Market),
    /// An order.
    Order(Order),
    /// A page of the shop's own.
    Page(Page),
    /// A product.
    Product(Product),
    /// A variant of a product.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
}

/// Which metafield is wanted.
#[derive(Clone, Debug, InputObject)]
pub struct HasMetafieldsIdentifier {
    /// Its key within the namespace.
    pub key: String,
    /// The group of fields it belongs to; `custom` where it is left out.
    pub namespace: Option<String>,
}

/// A field of the shop's own.
#[derive(Clone)]
pub struct Metafield {
    found: Arc<VisibleMetafield>,
    parent: Parent,
}

/// How what a metafield belongs to is found.
#[derive(Clone)]
enum Parent {
    /// By its key, as far as shoppers reach it.
    Key,
    /// By the secret of a cart.
    Cart(Arc<str>),
    /// It is at hand.
    Known(Box<MetafieldParentResource>),
}

impl Metafield {
    /// From a metafield that was loaded.
    pub(super) fn new(found: Arc<VisibleMetafield>) -> Self {
        Self { found, parent: Parent::Key }
    }

    /// From a metafield of the cart with this secret.
    pub(super) fn of_cart(found: Arc<VisibleMetafield>, token: String) -> Self {
        Self { found, parent: Parent::Cart(token.into()) }
    }

    /// The same, of a thing that cannot be found by its key alone, because its id is a secret.
    #[must_use]
    pub(super) fn of(self, parent: impl Into<MetafieldParentResource>) -> Self {
        Self { parent: Parent::Known(Box::new(parent.into())), ..self }
    }

    /// The metafield with this key, as far as shoppers reach what it belongs to.
    pub(super) async fn find(ctx: &Context<'_>, id: MetafieldId) -> Result<Option<Self>, ApiError> {
        let Some(found) = context::of(ctx)?.loaders.metafields.load(id).await? else {
            return Ok(None);
        };
        let parent = parent_of(ctx, &found).await?;
        Ok(parent.map(|parent| Self::new(found).of(parent)))
    }
}

/// What a metafield belongs to, as far as shoppers reach it by its key.
async fn parent_of(
    ctx: &Context<'_>,
    found: &VisibleMetafield,
) -> Result<Option<MetafieldParentResource>, ApiError> {
    let id = found.row.owner_id;
    Ok(match found.row.owner_type {
        OwnerType::Product => Product::find(ctx, ProductId(id)).await?.map(Into::into),
        OwnerType::Variant => ProductVariant::find(ctx, VariantId(id)).await?.map(Into::into),
        OwnerType::Collection => Collection::find(ctx, CollectionId(id)).await?.map(Into::into),
        OwnerType::Shop => Some(Shop.into()),
        OwnerType::Page => Page::find(ctx, PageId(id)).await?.map(Into::into),
        OwnerType::Blog => Blog::find(ctx, BlogId(id)).await?.map(Into::into),
        OwnerType::Article => Article::find(ctx, ArticleId(id)).await?.map(Into::into),
        OwnerType::Market => Market::find(ctx, MarketId(id))?.map(Into::into),
        OwnerType::Location => Location::find(ctx, LocationId(id)).await?.map(Into::into),
        OwnerType::Cart
        | OwnerType::Order
        | OwnerType::Customer
        | OwnerType::Company
        | OwnerType::CompanyLocation
        | OwnerType::SellingPlan => None,
    })
}

/// A field of the shop's own on a product, a cart or another thing.
#[Object]
impl Metafield {
    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.found.row.created_at)
    }

    /// What it is for.
    async fn description(&self) -> Option<&str> {
        self.found.description.as_deref()
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Metafield", self.found.row.id)
    }

    /// Its key within the namespace.
    async fn key(&self) -> &str {
        &self.found.row.key
    }

    /// The group of fields it belongs to.
    async fn namespace(&self) -> &str {
        &self.found.row.namespace
    }

    /// What it belongs to.
    async fn parent_resource(&self, ctx: &Context<'_>) -> Result<MetafieldParentResource, ApiError> {
        let parent = match &self.parent {
            Parent::Known(parent) => return Ok((**parent).clone()),
            Parent::Cart(token) => {
                cart::find_cart(&context::of(ctx)?.app, token).await?.map(|found| Cart::new(found).into())
            }
            Parent::Key => parent_of(ctx, &self.found).await?,
        };
        let hidden =
            || ApiError::bad_input("OWNER_NOT_FOUND", "What the metafield belongs to is not reached");
        parent.ok_or_else(hidden)
    }

    /// The thing that the value names, where it names one that shoppers reach.
    async fn reference(&self, ctx: &Context<'_>) -> Result<Option<MetafieldReference>, ApiError> {
        let row = &self.found.row;
        metafield_reference::of_value(ctx, Writer::of(row.owner_type), &row.kind, &row.value_text).await
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
        let (row, page) = (&self.found.row, PageArguments { first, after, last, before });
        metafield_reference::of_list(ctx, Writer::of(row.owner_type), &row.kind, &row.value_text, page).await
    }

    /// What kind of value it holds.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.found.row.kind
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.found.row.updated_at)
    }

    /// Its value as text, in the language of the request where it was translated.
    async fn value(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        let row = &self.found.row;
        translation::text(ctx, ResourceType::Metafield, row.id, "value", &row.value_text).await
    }
}

/// The loader of all metafields of a thing: one statement for the things of a level.
pub(super) fn loader_of_owners(app: &App, pulse: &Pulse) -> Batch<Owner, Metafields> {
    Batch::on(&app.db, pulse, |db, owners| async move {
        Ok(shared(metafield::metafields_by_any_owners(db.fresh(), &owners).await?))
    })
}

/// The loader of metafields by their keys.
pub(super) fn loader_by_id(app: &App, pulse: &Pulse) -> Batch<MetafieldId, Arc<VisibleMetafield>> {
    Batch::on(&app.db, pulse, |db, ids| async move { metafield::metafields_by_ids(db.reader(), &ids).await })
}

/// A metafield of a thing, as far as shoppers may read it. A namespace that is left out is `custom`.
///
/// # Errors
/// The database's own.
pub(super) async fn find(
    ctx: &Context<'_>,
    owner: OwnerType,
    id: impl Into<i64>,
    namespace: Option<impl AsRef<str>>,
    key: impl AsRef<str>,
) -> Result<Option<Metafield>, ApiError> {
    let all = of_owner(ctx, owner, id.into()).await?;
    Ok(pick(&all, namespace.as_ref().map(AsRef::as_ref), key.as_ref()))
}

/// The metafields of a thing with these keys, null for each that is not there or that shoppers may not read.
///
/// # Errors
/// `LIST_TOO_LONG`, and the database's own.
pub(super) async fn find_all(
    ctx: &Context<'_>,
    owner: OwnerType,
    id: impl Into<i64>,
    identifiers: &[HasMetafieldsIdentifier],
) -> Result<Vec<Option<Metafield>>, ApiError> {
    limit::check_list("identifiers", identifiers)?;
    let all = of_owner(ctx, owner, id.into()).await?;
    Ok(pick_all(&all, identifiers))
}

async fn of_owner(ctx: &Context<'_>, owner: OwnerType, id: i64) -> Result<Metafields, ApiError> {
    Ok(context::of(ctx)?.loaders.metafields_of.load((owner, id)).await?.unwrap_or_default())
}

/// The metafield with this key among those of a thing.
pub(super) fn pick(all: &[Arc<VisibleMetafield>], namespace: Option<&str>, key: &str) -> Option<Metafield> {
    let namespace = namespace.unwrap_or(DEFAULT_NAMESPACE);
    let is_wanted = |found: &&Arc<VisibleMetafield>| found.row.key == key && found.row.namespace == namespace;
    all.iter().find(is_wanted).map(|found| Metafield::new(Arc::clone(found)))
}

/// The metafields with these keys among those of a thing.
pub(super) fn pick_all(
    all: &[Arc<VisibleMetafield>],
    identifiers: &[HasMetafieldsIdentifier],
) -> Vec<Option<Metafield>> {
    identifiers.iter().map(|wanted| pick(all, wanted.namespace.as_deref(), &wanted.key)).collect()
}
