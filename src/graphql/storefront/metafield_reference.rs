//! Things that values of metafields and metaobjects name.

use std::sync::Arc;

use async_graphql::{Context, Union};
use entity::id::{ArticleId, CollectionId, MediaId, MetaobjectId, PageId, ProductId, VariantId};
use entity::media::{self, MediaKind};
use entity::metafield::OwnerType;
use futures_util::future::try_join_all;

use super::collection::Collection;
use super::content::article::Article;
use super::content::page::Page;
use super::context;
use super::file::GenericFile;
use super::film::Video;
use super::media::{MediaImage, reached};
use super::metaobject::Metaobject;
use super::model::Model3d;
use super::paging::page_request;
use super::product::Product;
use super::variant::ProductVariant;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::metafield::{FieldType, Reference, Target};

/// A thing that a value names.
#[derive(Clone, Union)]
pub enum MetafieldReference {
    /// An article.
    Article(Article),
    /// A group of products.
    Collection(Collection),
    /// A file of any kind.
    GenericFile(GenericFile),
    /// A picture.
    MediaImage(MediaImage),
    /// A thing of the shop's own.
    Metaobject(Metaobject),
    /// A model.
    Model3d(Model3d),
    /// A page of the shop's own.
    Page(Page),
    /// A product.
    Product(Product),
    /// A variant of a product.
    ProductVariant(ProductVariant),
    /// A film.
    Video(Video),
}

impl MetafieldReference {
    /// A medium; none for a film on another site, which has no place here.
    fn of_medium(medium: Arc<media::Model>) -> Option<Self> {
        match medium.kind {
            MediaKind::Image => Some(MediaImage(medium).into()),
            MediaKind::Video => Some(Video(medium).into()),
            MediaKind::Model3d => Some(Model3d(medium).into()),
            MediaKind::File => Some(GenericFile(medium).into()),
            MediaKind::ExternalVideo => None,
        }
    }
}

/// The kinds of files that a value can name.
const FILES: [MediaKind; 4] = [MediaKind::Image, MediaKind::Video, MediaKind::Model3d, MediaKind::File];

/// Who wrote a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// The shop: a file that it names where shoppers read is shown by that.
    Shop,
    /// A shopper, who may name any key: a file is shown only where something else shows it.
    Shopper,
}

impl Writer {
    /// Who writes metafields of such things. Those of an order are its cart's.
    pub(super) fn of(owner: OwnerType) -> Self {
        match owner {
            OwnerType::Cart | OwnerType::Order => Self::Shopper,
            OwnerType::Product
            | OwnerType::Variant
            | OwnerType::Collection
            | OwnerType::Shop
            | OwnerType::Page
            | OwnerType::Blog
            | OwnerType::Article
            | OwnerType::Market
            | OwnerType::Location
            | OwnerType::Customer
            | OwnerType::Company
            | OwnerType::CompanyLocation
            | OwnerType::SellingPlan => Self::Shop,
        }
    }
}

/// The thing with this key, as far as shoppers reach it.
async fn find(
    ctx: &Context<'_>,
    writer: Writer,
    reference: Reference,
) -> Result<Option<MetafieldReference>, ApiError> {
    let id = reference.id;
    Ok(match reference.target {
        Target::Product => Product::find(ctx, ProductId(id)).await?.map(Into::into),
        Target::Variant => ProductVariant::find(ctx, VariantId(id)).await?.map(Into::into),
        Target::Collection => Collection::find(ctx, CollectionId(id)).await?.map(Into::into),
        Target::Metaobject => Metaobject::find(ctx, MetaobjectId(id)).await?.map(Into::into),
        Target::Media => {
            let medium = match writer {
                Writer::Shop => context::of(ctx)?.loaders.media.load(MediaId(id)).await?,
                Writer::Shopper => reached(ctx, MediaId(id), &FILES).await?,
            };
            medium.and_then(MetafieldReference::of_medium)
        }
        Target::Page => Page::find(ctx, PageId(id)).await?.map(Into::into),
        Target::Article => Article::find(ctx, ArticleId(id)).await?.map(Into::into),
    })
}

/// The thing that a value names, unless it is a list or names none that shoppers reach.
///
/// # Errors
/// The database's own.
pub(super) async fn of_value(
    ctx: &Context<'_>,
    writer: Writer,
    kind: &str,
    value: &str,
) -> Result<Option<MetafieldReference>, ApiError> {
    let Some(kind) = FieldType::parse(kind).filter(|kind| !kind.is_list) else {
        return Ok(None);
    };
    let named = kind.reference().and_then(|named| Reference::all_in(named, false, value).first().copied());
    match named {
        Some(reference) => find(ctx, writer, reference).await,
        None => Ok(None),
    }
}

/// The arguments of a connection, as they came.
pub(super) struct PageArguments {
    pub(super) first: Option<i32>,
    pub(super) after: Option<String>,
    pub(super) last: Option<i32>,
    pub(super) before: Option<String>,
}

/// A page of the things that a list names, without those that shoppers do not reach; nothing for what is no such list.
///
/// # Errors
/// `BAD_PAGE`, and the database's own.
pub(super) async fn of_list(
    ctx: &Context<'_>,
    writer: Writer,
    kind: &str,
    value: &str,
    page: PageArguments,
) -> Result<Option<Connection<MetafieldReference>>, ApiError> {
    let kind = FieldType::parse(kind).filter(|kind| kind.is_list).and_then(FieldType::reference);
    let Some(kind) = kind else {
        return Ok(None);
    };
    let page = page_request(page.first, page.after.as_deref(), page.last, page.before.as_deref(), None)?;
    let all = Reference::all_in(kind, true, value).into_iter();
    let found = all.map(|reference| find(ctx, writer, reference));
    let found = try_join_all(found).await?.into_iter().flatten().collect();
    Ok(Some(Connection(page.page_of_list(found))))
}
