//! Products.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::id::ProductId;
use entity::{media, product};

use super::code::{CountPrecision, ProductImageSortKeys, ProductMediaSortKeys, ProductVariantSortKeys};
use super::collection::Collection;
use super::image::{self, Image};
use super::media::{Media, MediaImage, sorted as sorted_media};
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use super::money::ProductPriceRange;
use super::option::{ProductOption, SelectedOptionInput, selection};
use super::paging::{CollectionConnection, Total, page_request};
use super::seo::Seo;
use super::variant::{self, ProductVariant};
use super::{context, text};
use crate::catalog::{self, Assortment};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{DateTime, Html, UrlText};
use crate::inventory::ProductStock;

/// Something the shop sells, in one or more variants.
#[derive(Clone, Debug)]
pub struct Product(pub Arc<product::Model>);

/// A number of things.
#[derive(Clone, Debug, SimpleObject)]
pub struct Count {
    /// The number.
    pub count: i32,
    /// Whether it can be taken literally.
    pub precision: CountPrecision,
}

impl Product {
    /// The product with this key, as far as shoppers reach it.
    pub(super) async fn find(ctx: &Context<'_>, id: ProductId) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let product = request.loaders.products.load(id).await?;
        Ok(product.filter(|product| catalog::is_reachable(product, request.now)).map(Self))
    }

    /// The product with this handle, as far as shoppers reach it.
    pub(super) async fn find_by_handle(ctx: &Context<'_>, handle: String) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let product = request.loaders.products_by_handle.load(handle).await?;
        Ok(product.filter(|product| catalog::is_reachable(product, request.now)).map(Self))
    }

    async fn assortment(&self, ctx: &Context<'_>) -> Result<Arc<Assortment>, ApiError> {
        Ok(context::of(ctx)?.loaders.assortments.load(self.0.id).await?.unwrap_or_default())
    }

    async fn pictures(&self, ctx: &Context<'_>) -> Result<Vec<Arc<media::Model>>, ApiError> {
        let pictures = context::of(ctx)?.loaders.media_of.load(self.0.id).await?;
        Ok(pictures.map(|pictures| pictures.to_vec()).unwrap_or_default())
    }

    async fn stock(&self, ctx: &Context<'_>) -> Result<ProductStock, ApiError> {
        let loaders = &context::of(ctx)?.loaders;
        let id = self.0.id;
        let (variants, left) =
            futures_util::try_join!(loaders.variants_of.load(id), loaders.availability_of.load(id))?;
        Ok(ProductStock::of(&variants.unwrap_or_default(), &left.unwrap_or_default()))
    }
}

/// Something the shop sells, in one or more variants.
#[Object]
impl Product {
    /// The variants that differ from the chosen options in one option, or from the variant that
    /// `selectedOrFirstAvailableVariant` answers with where not every option is chosen.
    async fn adjacent_variants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether small and capital letters are the same.", default_with = "Some(false)")]
        case_insensitive_match: Option<bool>,
        #[graphql(
            desc = "Whether options that the product lacks are left aside.",
            default_with = "Some(true)"
        )]
        ignore_unknown_options: Option<bool>,
        #[graphql(desc = "The chosen options.")] selected_options: Option<Vec<SelectedOptionInput>>,
    ) -> Result<Vec<ProductVariant>, ApiError> {
        let selection = selection(selected_options, ignore_unknown_options, case_insensitive_match)?;
        let assortment = self.assortment(ctx).await?;
        Ok(assortment.adjacent(&selection).into_iter().cloned().map(ProductVariant).collect())
    }

    /// Whether at least one of its variants can be bought.
    async fn available_for_sale(&self, ctx: &Context<'_>) -> Result<bool, ApiError> {
        Ok(self.stock(ctx).await?.is_for_sale)
    }

    /// The collections it is in.
    async fn collections(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<CollectionConnection, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let collections = context::of(ctx)?.loaders.collections_of.load(self.0.id).await?.unwrap_or_default();
        let total = Total::Known(collections.len());
        Ok(CollectionConnection { page: page.page_of_list(collections.to_vec()).map(Collection), total })
    }

    /// Between which prices its variants' compare-at prices lie; zero where none has one.
    async fn compare_at_price_range(&self, ctx: &Context<'_>) -> Result<ProductPriceRange, ApiError> {
        let request = context::of(ctx)?;
        let ranges = request.loaders.price_ranges.load(self.0.id).await?;
        Ok(ProductPriceRange::of(ranges.and_then(|ranges| ranges.compare_at), request.currency))
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The description without its markup.
    async fn description(
        &self,
        #[graphql(desc = "How many characters at most.")] truncate_at: Option<i32>,
    ) -> String {
        text::description(&self.0.description_html, truncate_at)
    }

    /// The description.
    async fn description_html(&self) -> Html {
        Html(self.0.description_html.clone())
    }

    /// Which combinations of option values can be bought, packed as `v1_` and a trie of their places.
    async fn encoded_variant_availability(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        Ok(self.assortment(ctx).await?.encoded_availability())
    }

    /// Which combinations of option values there are, packed as `v1_` and a trie of their places.
    async fn encoded_variant_existence(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        Ok(self.assortment(ctx).await?.encoded_existence())
    }

    /// Its first picture.
    async fn featured_image(&self, ctx: &Context<'_>) -> Result<Option<Image>, ApiError> {
        Ok(self.pictures(ctx).await?.into_iter().next().map(Image))
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Product", self.0.id)
    }

    /// Its pictures.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn images(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(default_with = "Some(ProductImageSortKeys::Position)")] sort_key: Option<
            ProductImageSortKeys,
        >,
    ) -> Result<Connection<Image>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let key = sort_key.unwrap_or(ProductImageSortKeys::Position);
        Ok(Connection(page.page_of_list(image::sorted(self.pictures(ctx).await?, key)).map(Image)))
    }

    /// Whether it is a gift card.
    async fn is_gift_card(&self) -> bool {
        self.0.is_gift_card
    }

    /// Its pictures, films and models.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn media(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(default_with = "Some(ProductMediaSortKeys::Position)")] sort_key: Option<
            ProductMediaSortKeys,
        >,
    ) -> Result<Connection<Media>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let key = sort_key.unwrap_or(ProductMediaSortKeys::Position);
        let media = sorted_media(self.pictures(ctx).await?, key);
        Ok(Connection(page.page_of_list(media).map(|medium| Media::from(MediaImage(medium)))))
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        #[graphql(name = "key", desc = "Its key within the namespace.")] _key: String,
        #[graphql(name = "namespace", desc = "The group of fields it belongs to.")] _namespace: Option<
            String,
        >,
    ) -> Option<Metafield> {
        None
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::none_of(&identifiers)
    }

    /// The address of its page; null while it is not on the storefront.
    pub(super) async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        let request = context::of(ctx)?;
        let url = || UrlText(request.app.config.url_of(&format!("/products/{}", self.0.handle)));
        Ok(catalog::is_reachable(&self.0, request.now).then(url))
    }

    /// The ways in which its variants differ.
    async fn options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
    ) -> Result<Vec<ProductOption>, ApiError> {
        let options = context::of(ctx)?.loaders.options_of.load(self.0.id).await?.unwrap_or_default();
        let most = first.map_or(usize::MAX, |first| usize::try_from(first).unwrap_or(0));
        Ok(options.iter().take(most).cloned().map(ProductOption).collect())
    }

    /// Between which prices its variants lie.
    async fn price_range(&self, ctx: &Context<'_>) -> Result<ProductPriceRange, ApiError> {
        let request = context::of(ctx)?;
        let ranges = request.loaders.price_ranges.load(self.0.id).await?;
        Ok(ProductPriceRange::of(ranges.map(|ranges| ranges.amount), request.currency))
    }

    /// The kind of product, in the shop's own words.
    async fn product_type(&self) -> &str {
        &self.0.product_type
    }

    /// When it came onto the storefront.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at.unwrap_or(self.0.created_at))
    }

    /// Whether it is sold by subscription only; nothing is yet.
    async fn requires_selling_plan(&self) -> bool {
        false
    }

    /// The variant with the chosen options. Where several have them, the first that can be bought; where none has, or
    /// nothing is chosen, the first of all that can be bought, and else the first.
    async fn selected_or_first_available_variant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether small and capital letters are the same.", default_with = "Some(false)")]
        case_insensitive_match: Option<bool>,
        #[graphql(
            desc = "Whether options that the product lacks are left aside.",
            default_with = "Some(true)"
        )]
        ignore_unknown_options: Option<bool>,
        #[graphql(desc = "The chosen options.")] selected_options: Option<Vec<SelectedOptionInput>>,
    ) -> Result<Option<ProductVariant>, ApiError> {
        let selection = selection(selected_options, ignore_unknown_options, case_insensitive_match)?;
        Ok(self.assortment(ctx).await?.find_or_first(&selection).cloned().map(ProductVariant))
    }

    /// What search engines are told.
    async fn seo(&self) -> Seo {
        Seo { description: self.0.seo_description.clone(), title: self.0.seo_title.clone() }
    }

    /// Its tags.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        let tags = context::of(ctx)?.loaders.tags_of.load(self.0.id).await?;
        Ok(tags.map(|tags| tags.to_vec()).unwrap_or_default())
    }

    /// Its name.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Units left over all variants that are counted; null where none is.
    async fn total_inventory(&self, ctx: &Context<'_>) -> Result<Option<i32>, ApiError> {
        Ok(self.stock(ctx).await?.units.map(text::whole))
    }

    /// What to add to links so that a recommendation can be traced; no tracing happens.
    pub(super) async fn tracking_parameters(&self) -> Option<String> {
        None
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// The variant with exactly the chosen options.
    async fn variant_by_selected_options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether small and capital letters are the same.", default_with = "Some(false)")]
        case_insensitive_match: Option<bool>,
        #[graphql(
            desc = "Whether options that the product lacks are left aside.",
            default_with = "Some(false)"
        )]
        ignore_unknown_options: Option<bool>,
        #[graphql(desc = "The chosen options, one for each option.")] selected_options: Vec<
            SelectedOptionInput,
        >,
    ) -> Result<Option<ProductVariant>, ApiError> {
        let selection = selection(Some(selected_options), ignore_unknown_options, case_insensitive_match)?;
        Ok(self.assortment(ctx).await?.find(&selection).cloned().map(ProductVariant))
    }

    /// Its variants.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn variants(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(default_with = "Some(ProductVariantSortKeys::Position)")] sort_key: Option<
            ProductVariantSortKeys,
        >,
    ) -> Result<Connection<ProductVariant>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let variants = context::of(ctx)?.loaders.variants_of.load(self.0.id).await?.unwrap_or_default();
        let key = sort_key.unwrap_or(ProductVariantSortKeys::Position);
        Ok(Connection(page.page_of_list(variant::sorted(variants.to_vec(), key)).map(ProductVariant)))
    }

    /// How many variants it has.
    async fn variants_count(&self, ctx: &Context<'_>) -> Result<Option<Count>, ApiError> {
        let variants = context::of(ctx)?.loaders.variants_of.load(self.0.id).await?.unwrap_or_default();
        let count = i32::try_from(variants.len()).unwrap_or(i32::MAX);
        Ok(Some(Count { count, precision: CountPrecision::Exact }))
    }

    /// Its maker.
    async fn vendor(&self) -> &str {
        &self.0.vendor
    }
}
