//! Asking for products that go with a product.

use async_graphql::{Context, ID, Object};
use entity::id::ProductId;

use super::code::ProductRecommendationIntent;
use super::context;
use super::product::Product;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::recommendation::{self, Intent};

/// The root fields about recommendations.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecommendationQuery;

/// The root fields about recommendations.
#[Object]
impl RecommendationQuery {
    /// Products that go with a product, the best first; null where there is no such product.
    async fn product_recommendations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What they are for.", default_with = "Some(ProductRecommendationIntent::Related)")]
        intent: Option<ProductRecommendationIntent>,
        #[graphql(desc = "The product's name in addresses.")] product_handle: Option<String>,
        #[graphql(desc = "The product's global id.")] product_id: Option<ID>,
    ) -> Result<Option<Vec<Product>>, ApiError> {
        let product = match (product_id, product_handle) {
            (Some(id), _) => Product::find(ctx, ProductId(id::decode("Product", &id)?)).await?,
            (None, Some(handle)) => Product::find_by_handle(ctx, handle).await?,
            (None, None) => None,
        };
        let Some(product) = product else {
            return Ok(None);
        };
        let intent = intent.unwrap_or(ProductRecommendationIntent::Related).into();
        let request = context::of(ctx)?;
        let ids = recommendation::recommend(&request.app, request.now, product.row().id, intent).await?;
        Ok(Some(Product::find_all(ctx, ids).await?))
    }
}

impl From<ProductRecommendationIntent> for Intent {
    fn from(intent: ProductRecommendationIntent) -> Self {
        match intent {
            ProductRecommendationIntent::Complementary => Self::Complementary,
            ProductRecommendationIntent::Related => Self::Related,
        }
    }
}
