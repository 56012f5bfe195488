//! Products.

mod loaded;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::metafield::OwnerType;
use entity::translation::ResourceType;
use futures_util::future::try_join_all;

use super::code::{CountPrecision, ProductImageSortKeys, ProductMediaSortKeys, ProductVariantSortKeys};
use super::collection::Collection;
use super::context;
use super::image::{self, Image};
use super::media::{self, Media};
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use super::money::ProductPriceRange;
use super::option::{ProductOption, SelectedOptionInput, selection};
use super::paging::{CollectionConnection, Total, page_request};
use super::selling_plan::SellingPlanGroup;
use super::seo::Seo;
use super::taxonomy::TaxonomyCategory;
use super::text;
use super::variant::{self, ProductVariant};
use crate::catalog;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{DateTime, Html, UrlText};

pub use loaded::Product;

/// A number of things.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Count {
    /// The number.
    pub count: i32,
    /// Whether it can be taken literally.
    pub precision: CountPrecision,
}

/// Something the shop sells, in one or more variants.
#[Object(serial)]
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
        let (unknown, any_case) = (ignore_unknown_options, case_insensitive_match);
        let selection = selection(ctx, &self.record().options, selected_options, unknown, any_case).await?;
        let adjacent = self.assortment().adjacent(&selection);
        Ok(adjacent.into_iter().filter_map(|variant| self.variant(variant.id)).collect())
    }

    /// Whether at least one of its variants can be bought.
    async fn available_for_sale(&self) -> bool {
        self.stock().is_for_sale
    }

    /// Where it stands in a taxonomy of goods.
    async fn category(&self, ctx: &Context<'_>) -> Result<Option<TaxonomyCategory>, ApiError> {
        match self.row().category_id {
            Some(category) => TaxonomyCategory::find(ctx, category).await,
            None => Ok(None),
        }
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
        let ids = &self.record().collections;
        let found = try_join_all(ids.iter().map(|id| Collection::find(ctx, *id))).await?;
        let collections: Vec<Collection> = found.into_iter().flatten().collect();
        let total = Total::Known(collections.len());
        Ok(CollectionConnection { page: page.page_of_list(collections), total })
    }

    /// Between which prices its variants' compare-at prices lie; zero where none has one.
    async fn compare_at_price_range(&self, ctx: &Context<'_>) -> Result<ProductPriceRange, ApiError> {
        let request = context::of(ctx)?;
        let ranges = self.price_ranges(request);
        Ok(ProductPriceRange::of(ranges.and_then(|ranges| ranges.compare_at), request.currency))
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row().created_at)
    }

    /// The description without its markup.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many characters at most.")] truncate_at: Option<i32>,
    ) -> Result<String, ApiError> {
        let html = self.translated(ctx, "body_html", &self.row().description_html).await?;
        Ok(text::description(&html, truncate_at))
    }

    /// The description.
    async fn description_html(&self, ctx: &Context<'_>) -> Result<Html, ApiError> {
        Ok(Html(self.translated(ctx, "body_html", &self.row().description_html).await?))
    }

    /// Which combinations of option values can be bought, packed as `v1_` and a trie of their places.
    async fn encoded_variant_availability(&self) -> Option<String> {
        self.assortment().encoded_availability()
    }

    /// Which combinations of option values there are, packed as `v1_` and a trie of their places.
    async fn encoded_variant_existence(&self) -> Option<String> {
        self.assortment().encoded_existence()
    }

    /// Its first picture.
    async fn featured_image(&self) -> Option<Image> {
        self.pictures().next().cloned().map(Image)
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.row().handle
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Product", self.row().id)
    }

    /// Its pictures.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn images(
        &self,
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
        let pictures = self.pictures().cloned().collect();
        Ok(Connection(page.page_of_list(image::sorted(pictures, key)).map(Image)))
    }

    /// Whether it is a gift card.
    async fn is_gift_card(&self) -> bool {
        self.row().is_gift_card
    }

    /// Its pictures, films and models.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn media(
        &self,
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
        let media = media::sorted(self.record().media.clone(), key);
        Ok(Connection(page.page_of_list(media.into_iter().filter_map(Media::of).collect())))
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Product, self.row().id.0, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Product, self.row().id.0, &identifiers).await
    }

    /// The address of its page; null while it is not on the storefront.
    pub(super) async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        let request = context::of(ctx)?;
        let url = || UrlText(request.app.config.url_of(&format!("/products/{}", self.row().handle)));
        Ok(catalog::is_reachable(self.row(), request.now).then(url))
    }

    /// The ways in which its variants differ.
    async fn options(&self, #[graphql(desc = "How many at most.")] first: Option<i32>) -> Vec<ProductOption> {
        let most = first.map_or(usize::MAX, |first| usize::try_from(first).unwrap_or(0));
        let options = self.record().options.iter().take(most).cloned();
        options.map(|option| ProductOption::new(self.clone(), option)).collect()
    }

    /// Between which prices its variants lie.
    async fn price_range(&self, ctx: &Context<'_>) -> Result<ProductPriceRange, ApiError> {
        let request = context::of(ctx)?;
        let ranges = self.price_ranges(request);
        Ok(ProductPriceRange::of(ranges.map(|ranges| ranges.amount), request.currency))
    }

    /// The kind of product, in the shop's own words.
    async fn product_type(&self) -> &str {
        &self.row().product_type
    }

    /// When it came onto the storefront.
    async fn published_at(&self) -> DateTime {
        DateTime(self.row().published_at.unwrap_or(self.row().created_at))
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
        let (unknown, any_case) = (ignore_unknown_options, case_insensitive_match);
        let selection = selection(ctx, &self.record().options, selected_options, unknown, any_case).await?;
        Ok(self.assortment().find_or_first(&selection).and_then(|variant| self.variant(variant.id)))
    }

    /// The plans under which it can be subscribed to; none can be made yet.
    async fn selling_plan_groups(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<SellingPlanGroup>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        Ok(Connection(page.page_of_list(Vec::new())))
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Seo, ApiError> {
        let row = self.row();
        let (title, description) = (row.seo_title.as_deref(), row.seo_description.as_deref());
        Seo::of(ctx, ResourceType::Product, row.id.0, title, description).await
    }

    /// Its tags.
    async fn tags(&self) -> &[String] {
        &self.record().tags
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        self.translated(ctx, "title", &self.row().title).await
    }

    /// Units left over all variants that are counted; null where none is.
    async fn total_inventory(&self) -> Option<i32> {
        self.stock().units.map(text::whole)
    }

    /// What to add to links so that a recommendation can be traced; no tracing happens.
    pub(super) async fn tracking_parameters(&self) -> Option<String> {
        None
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row().updated_at)
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
        let (chosen, unknown, any_case) =
            (Some(selected_options), ignore_unknown_options, case_insensitive_match);
        let selection = selection(ctx, &self.record().options, chosen, unknown, any_case).await?;
        Ok(self.assortment().find(&selection).and_then(|variant| self.variant(variant.id)))
    }

    /// Its variants.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn variants(
        &self,
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
        let key = sort_key.unwrap_or(ProductVariantSortKeys::Position);
        Ok(Connection(page.page_of_list(variant::sorted(self.variants_in_order(), key))))
    }

    /// How many variants it has.
    async fn variants_count(&self) -> Option<Count> {
        let count = i32::try_from(self.record().variants.len()).unwrap_or(i32::MAX);
        Some(Count { count, precision: CountPrecision::Exact })
    }

    /// Its maker.
    async fn vendor(&self) -> &str {
        &self.row().vendor
    }
}
