//! Lists of products that shoppers browse: one page at a time, in any of the orders offered, never counted.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::product;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::record::ProductRecord;
use super::visibility::is_listed;
use crate::app::App;
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

    /// What kind of value that is, and the name of the order.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Id => SortKind::Key,
            Self::Title => SortKind::Text("title"),
            Self::Vendor => SortKind::Text("vendor"),
            Self::ProductType => SortKind::Text("type"),
            Self::CreatedAt => SortKind::Time("created"),
            Self::UpdatedAt => SortKind::Time("updated"),
            Self::Price => SortKind::Number("price"),
            Self::BestSelling => SortKind::Number("sold"),
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
        self.kind().cursor(value, product.id.0)
    }

    /// The request as the database must read it: the natural order of the best sold runs from high to low.
    pub(super) fn oriented(self, page: &PageRequest) -> PageRequest {
        let downwards = self == Self::BestSelling;
        PageRequest { reverse: page.reverse != downwards, ..page.clone() }
    }
}

/// The products on the storefront, one page of them. One statement, and those for products that are
/// not remembered.
///
/// # Errors
/// The database's own.
pub async fn list_products(
    app: &App,
    now: DateTime<Utc>,
    sort: ProductSort,
    page: &PageRequest,
) -> Result<Page<Arc<ProductRecord>>, Fault> {
    let page = sort.oriented(page);
    let read = || async {
        let products =
            product::Entity::find().select_only().column(product::Column::Id).filter(is_listed(now));
        let products = page.apply(products, sort.value(), product::Column::Id.into_expr());
        Ok(products.into_tuple().all(app.db.reader()).await?)
    };
    let ids = match sort {
        // Counted by a consumer, without an event of the products.
        ProductSort::BestSelling => Arc::new(read().await?),
        _ => app.products.list(now, (sort, page.clone()), read).await?,
    };
    let mut records = app.products.by_ids(&app.db, &ids).await?;
    let records = ids.iter().filter_map(|id| records.remove(id)).collect();
    Ok(page.page_of(records, |record| sort.cursor(&record.product)))
}
