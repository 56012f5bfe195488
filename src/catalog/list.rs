//! Lists of products that shoppers browse: one page at a time, in any of the orders offered, never counted.

use chrono::{DateTime, Utc};
use entity::product;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::search_condition::product_matches;
use super::search_query::SearchQuery;
use super::visibility::is_listed;
use crate::error::Fault;
use crate::page::{Cursor, Page, PageRequest, SortKind, SortValue};

/// What products are sorted by; the key breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProductSort {
    /// The key alone.
    Id,
    /// The title, without regard to case.
    Title,
    /// The maker.
    Vendor,
    /// The kind of product.
    ProductType,
    /// When it was added.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// The lowest price of its variants.
    Price,
    /// Units sold, most first.
    BestSelling,
}

impl ProductSort {
    fn column(self) -> Option<product::Column> {
        match self {
            Self::Id => None,
            Self::Title => Some(product::Column::TitleSort),
            Self::Vendor => Some(product::Column::Vendor),
            Self::ProductType => Some(product::Column::ProductType),
            Self::CreatedAt => Some(product::Column::CreatedAt),
            Self::UpdatedAt => Some(product::Column::UpdatedAt),
            Self::Price => Some(product::Column::MinPriceMinor),
            Self::BestSelling => Some(product::Column::SoldQuantity),
        }
    }

    /// What kind of value that is.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Id => SortKind::Key,
            Self::Title | Self::Vendor | Self::ProductType => SortKind::Text,
            Self::CreatedAt | Self::UpdatedAt => SortKind::Time,
            Self::Price | Self::BestSelling => SortKind::Number,
        }
    }

    /// What the database sorts by before the key.
    pub(super) fn value(self) -> Option<Expr> {
        self.column().map(ColumnTrait::into_expr)
    }

    /// The place of a product in this order.
    pub(super) fn cursor(self, product: &product::Model) -> Cursor {
        let value = match self {
            Self::Id => None,
            Self::Title => Some(SortValue::Text(product.title_sort.clone())),
            Self::Vendor => Some(SortValue::Text(product.vendor.clone())),
            Self::ProductType => Some(SortValue::Text(product.product_type.clone())),
            Self::CreatedAt => Some(SortValue::Time(product.created_at)),
            Self::UpdatedAt => Some(SortValue::Time(product.updated_at)),
            Self::Price => Some(SortValue::Number(product.min_price_minor)),
            Self::BestSelling => Some(SortValue::Number(product.sold_quantity)),
        };
        Cursor { value, id: product.id.0 }
    }

    /// The request as the database must read it: the natural order of the best sold runs from high to low.
    pub(super) fn oriented(self, page: &PageRequest) -> PageRequest {
        let downwards = self == Self::BestSelling;
        PageRequest { reverse: page.reverse != downwards, ..page.clone() }
    }
}

/// The products on the storefront that match a search, one page of them.
///
/// # Errors
/// The database's own.
pub async fn list_products<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    sort: ProductSort,
    search: &SearchQuery,
    page: &PageRequest,
) -> Result<Page<product::Model>, Fault> {
    let page = sort.oriented(page);
    let products = product::Entity::find().filter(is_listed(now)).filter(product_matches(search));
    let rows = page.apply(products, sort.value(), product::Column::Id.into_expr()).all(db).await?;
    Ok(page.page_of(rows, |product| sort.cursor(product)))
}
