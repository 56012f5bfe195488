//! What can be asked of the search, and what it answers.

use entity::id::{ArticleId, CollectionId, PageId, ProductId};

use crate::catalog::{MemberSort, ProductFilters, ProductSort};
use crate::page::{Page, PageRequest, SortKind};
use crate::query::Query;

/// What is done with products of which nothing can be bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unavailable {
    /// They stand where they belong.
    #[default]
    Show,
    /// They are left out.
    Hide,
    /// They stand behind all others. Sorts by text or time show them where they belong.
    Last,
}

/// What found products are sorted by; the key breaks ties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SearchSort {
    /// How well they match, the best first.
    #[default]
    Relevance,
    /// The lowest price of their variants.
    Price,
    /// The key alone.
    Id,
    /// The title, without regard to case.
    Title,
    /// The maker.
    Vendor,
    /// The kind of product.
    ProductType,
    /// When they were added.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
    /// Units sold, most first.
    BestSelling,
    /// As the shop's staff arranged the collection; by key where no collection is asked for.
    Manual,
}

impl SearchSort {
    /// What kind of value that is, and the name of the order: the lists' own, so that cursors fit both.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Relevance => SortKind::Number("relevance"),
            Self::Price => ProductSort::Price.kind(),
            Self::Id => ProductSort::Id.kind(),
            Self::Title => ProductSort::Title.kind(),
            Self::Vendor => ProductSort::Vendor.kind(),
            Self::ProductType => ProductSort::ProductType.kind(),
            Self::CreatedAt => ProductSort::CreatedAt.kind(),
            Self::UpdatedAt => ProductSort::UpdatedAt.kind(),
            Self::BestSelling => ProductSort::BestSelling.kind(),
            Self::Manual => MemberSort::Manual.kind(),
        }
    }

    /// Whether its natural order runs from high to low.
    pub(super) fn runs_downwards(self) -> bool {
        self == Self::BestSelling
    }
}

/// A question for products.
#[derive(Clone, Debug)]
pub struct ProductQuery {
    /// A shopper's own words, in the search grammar: found with typos, word forms and synonyms.
    pub text: Option<String>,
    /// A program's search: found as it is written, and in other word forms.
    pub query: Option<Query>,
    /// What shoppers chose.
    pub filters: ProductFilters,
    /// Only the products of this collection.
    pub collection: Option<CollectionId>,
    /// What is done with products of which nothing can be bought.
    pub unavailable: Unavailable,
    /// Whether the last word of the text may be unfinished.
    pub prefix: bool,
    /// The order.
    pub sort: SearchSort,
    /// Which page; its cursors must be of the sort.
    pub page: PageRequest,
    /// Whether the facets are counted.
    pub facets: bool,
}

impl ProductQuery {
    /// Every product on the storefront by key, this page of them.
    #[must_use]
    pub fn all(page: PageRequest) -> Self {
        Self {
            text: None,
            query: None,
            filters: ProductFilters::default(),
            collection: None,
            unavailable: Unavailable::Show,
            prefix: false,
            sort: SearchSort::Id,
            page,
            facets: false,
        }
    }
}

/// Found products.
#[derive(Clone, Debug)]
pub struct ProductHits {
    /// One page of them.
    pub page: Page<ProductId>,
    /// How many there are in all.
    pub total: u64,
    /// What they can be narrowed by, where that was asked; of each kind counted without the filters of that kind.
    pub facets: Vec<Facet>,
}

/// A way to narrow found products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// By what.
    pub kind: FacetKind,
    /// The values among them, the most frequent first; none for prices.
    pub values: Vec<FacetValue>,
}

/// What products can be narrowed by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FacetKind {
    /// Whether a variant can be bought; the values are `true` and `false`.
    Availability,
    /// The price of a variant, in minor units of the shop's currency.
    Price {
        /// The lowest.
        min: i64,
        /// The highest.
        max: i64,
    },
    /// The product's type.
    ProductType,
    /// The product's maker.
    Vendor,
    /// A tag.
    Tag,
    /// A variant's value for the option of this name.
    Option(String),
    /// A metafield of the product: namespace and key.
    Metafield(String, String),
    /// A metafield of a variant: namespace and key.
    VariantMetafield(String, String),
    /// A category of the taxonomy.
    Category,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// As it was first written.
    pub value: String,
    /// How many products have it.
    pub count: u64,
}

/// Kinds of things that a mixed search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemType {
    /// Products.
    Product,
    /// Pages.
    Page,
    /// Articles of blogs.
    Article,
}

/// A question for things of several kinds at once.
#[derive(Clone, Debug)]
pub struct ItemQuery {
    /// A shopper's own words, in the search grammar.
    pub text: String,
    /// Which kinds of things.
    pub types: Vec<ItemType>,
    /// Narrows the products among them, and leaves pages and articles out where any is set.
    pub filters: ProductFilters,
    /// What is done with products of which nothing can be bought.
    pub unavailable: Unavailable,
    /// Whether the last word may be unfinished.
    pub prefix: bool,
    /// [`SearchSort::Relevance`] or [`SearchSort::Price`]; by price, what has none comes last.
    pub sort: SearchSort,
    /// Which page; its cursors must be of the sort.
    pub page: PageRequest,
    /// Whether the facets of the products are counted.
    pub facets: bool,
}

/// A found thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hit {
    /// A product.
    Product(ProductId),
    /// A page.
    Page(PageId),
    /// An article.
    Article(ArticleId),
}

/// Found things of several kinds.
#[derive(Clone, Debug)]
pub struct ItemHits {
    /// One page of them.
    pub page: Page<Hit>,
    /// How many there are in all.
    pub total: u64,
    /// What the products among them can be narrowed by, where that was asked.
    pub facets: Vec<Facet>,
}

/// Kinds of answers that are offered while a shopper types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PredictiveType {
    /// Products.
    Product,
    /// Collections.
    Collection,
    /// Pages.
    Page,
    /// Articles.
    Article,
    /// Searches that others could mean.
    Query,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LimitScope {
    /// All answers together.
    #[default]
    All,
    /// The answers of each kind.
    Each,
}

/// Where the words of a text may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchableField {
    /// The author of an article.
    Author,
    /// The description or content.
    Body,
    /// The product's type.
    ProductType,
    /// The tags.
    Tag,
    /// The title.
    Title,
    /// Barcodes of variants.
    VariantsBarcode,
    /// SKUs of variants.
    VariantsSku,
    /// Titles of variants.
    VariantsTitle,
    /// The maker.
    Vendor,
}

/// A question while a shopper types.
#[derive(Clone, Debug)]
pub struct PredictiveQuery {
    /// What was typed so far.
    pub text: String,
    /// The most answers.
    pub limit: usize,
    /// What the limit counts.
    pub limit_scope: LimitScope,
    /// Which kinds of answers.
    pub types: Vec<PredictiveType>,
    /// Where the words may stand; anywhere where it is empty.
    pub fields: Vec<SearchableField>,
    /// What is done with products of which nothing can be bought.
    pub unavailable: Unavailable,
}

/// Answers while a shopper types, the best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Predictions {
    /// Products.
    pub products: Vec<ProductId>,
    /// Collections.
    pub collections: Vec<CollectionId>,
    /// Pages.
    pub pages: Vec<PageId>,
    /// Articles.
    pub articles: Vec<ArticleId>,
    /// Searches.
    pub queries: Vec<Suggestion>,
}

/// A search that the shopper could mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its words.
    pub text: String,
    /// Its words as HTML: the part that was typed in `<mark>`, the rest in `<span>`.
    pub styled_text: String,
}
