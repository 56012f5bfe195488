//! Words of searching and recommending.

use async_graphql::Enum;

/// Whether the end of a search is taken as the beginning of a word.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SearchPrefixQueryType {
    /// The last word may go on: "win" finds windbreakers too.
    Last,
    /// Every word is taken as it stands.
    None,
}

/// What found things can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SearchSortKeys {
    /// The lowest price among a product's variants; what has no price comes last.
    Price,
    /// Closeness to the search words.
    Relevance,
}

/// The kinds of things that a search goes through.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SearchType {
    /// Posts of the shop's blogs.
    Article,
    /// Pages that the shop wrote itself.
    Page,
    /// Things for sale.
    Product,
}

/// What happens to products of which nothing is left.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SearchUnavailableProductsType {
    /// They are left out.
    Hide,
    /// They come behind all that can be bought.
    Last,
    /// They stand among the others.
    Show,
}

/// The kinds of things that are suggested while somebody types.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum PredictiveSearchType {
    /// Posts of the shop's blogs.
    Article,
    /// Groups of products.
    Collection,
    /// Pages that the shop wrote itself.
    Page,
    /// Things for sale.
    Product,
    /// Words to search for.
    Query,
}

/// What the greatest number of suggestions counts.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum PredictiveSearchLimitScope {
    /// The suggestions of all kinds together.
    All,
    /// The suggestions of each kind by itself.
    Each,
}

/// The places in which suggestions are looked for.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SearchableField {
    /// Who wrote a page or a post.
    Author,
    /// The text of a page or post, or the description.
    Body,
    /// The kind of product, in the shop's own words.
    ProductType,
    /// The tags.
    Tag,
    /// The title.
    Title,
    /// The barcodes of a product's variants.
    VariantsBarcode,
    /// The stock-keeping units of a product's variants.
    VariantsSku,
    /// The titles of a product's variants.
    VariantsTitle,
    /// The maker or brand.
    Vendor,
}

/// What recommended products are for.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProductRecommendationIntent {
    /// To be used together with the product.
    Complementary,
    /// To be bought in place of it.
    Related,
}
