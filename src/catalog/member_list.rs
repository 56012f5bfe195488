//! The products of collections. Many collections at once are one statement: a limited subselect for each, put together
//! with UNION ALL, so that a page of collections with a few products each stays cheap.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::collection::CollectionSortOrder;
use entity::id::{CollectionId, ProductId};
use entity::{collection_member, product};
use sea_orm::sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryResult, QuerySelect, QueryTrait,
};

use super::list::ProductSort;
use super::record::ProductRecord;
use super::visibility::is_listed;
use crate::app::App;
use crate::error::Fault;
use crate::page::{Cursor, Page, PageRequest, SortKind, SortValue};

/// How many subselects one statement holds: a full page of collections. SQLite takes 500, and 32,766 values in all.
const MAX_SUBSELECTS: usize = 250;
/// The column that tells which subselect a row came from.
const SUBSELECT: &str = "subselect";
/// The column with the product's place in the collection.
const PLACE: &str = "place";

/// What the products of a collection are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberSort {
    /// As the shop's staff arranged them.
    Manual,
    /// By a property of the products.
    By(ProductSort),
}

impl MemberSort {
    /// The order that the shop chose for a collection.
    #[must_use]
    pub fn default_of(order: CollectionSortOrder) -> Self {
        match order {
            CollectionSortOrder::Manual => Self::Manual,
            CollectionSortOrder::BestSelling => Self::By(ProductSort::BestSelling),
            CollectionSortOrder::Title => Self::By(ProductSort::Title),
            CollectionSortOrder::Price => Self::By(ProductSort::Price),
            CollectionSortOrder::Created => Self::By(ProductSort::CreatedAt),
        }
    }

    /// What kind of value it sorts by, and the name of the order.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Manual => SortKind::Number("manual"),
            Self::By(sort) => sort.kind(),
        }
    }

    fn value(self) -> Option<Expr> {
        match self {
            Self::Manual => Some(collection_member::Column::Position.into_expr()),
            Self::By(sort) => sort.value(),
        }
    }

    fn cursor(self, product: &product::Model, place: i64) -> Cursor {
        match self {
            Self::Manual => self.kind().cursor(Some(SortValue::Number(place)), product.id.0),
            Self::By(sort) => sort.cursor(product),
        }
    }

    fn oriented(self, page: &PageRequest) -> PageRequest {
        match self {
            Self::Manual => page.clone(),
            Self::By(sort) => sort.oriented(page),
        }
    }
}

/// A page of a collection's products.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MemberRequest {
    /// Which collection.
    pub collection: CollectionId,
    /// In which order.
    pub sort: MemberSort,
    /// Which page.
    pub page: PageRequest,
}

impl MemberRequest {
    fn subselect(&self, number: usize, now: DateTime<Utc>) -> SelectStatement {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let members = product::Entity::find()
            .select_only()
            .column(product::Column::Id)
            .expr_as(Expr::val(number), SUBSELECT)
            .column_as(collection_member::Column::Position, PLACE)
            .join(
                JoinType::InnerJoin,
                product::Entity::belongs_to(collection_member::Entity)
                    .from(product::Column::Id)
                    .to(collection_member::Column::ProductId)
                    .into(),
            )
            .filter(collection_member::Column::CollectionId.eq(self.collection))
            .filter(is_listed(now));
        let page = self.sort.oriented(&self.page);
        let limited = page.apply(members, self.sort.value(), product::Column::Id.into_expr()).into_query();
        // Wrapped once more: SQLite takes no ORDER BY and LIMIT directly in a part of a UNION.
        Query::select().column(Asterisk).from_subquery(limited, "members").take()
    }

    /// The rows come back in no promised order, so they are put in the order in which the subselect read them.
    fn page_of(&self, mut rows: Vec<(Cursor, Arc<ProductRecord>)>) -> Page<Arc<ProductRecord>> {
        let page = self.sort.oriented(&self.page);
        rows.sort_by(|(a, _), (b, _)| if page.reverse == page.from_end { a.cmp(b) } else { b.cmp(a) });
        page.page_of(rows, |(cursor, _)| cursor.clone()).map(|(_, product)| product)
    }
}

/// A row of a subselect: its number, the product and its place in the collection.
type Member = (i64, ProductId, i64);

/// Pages of the products of collections that are on the storefront; a collection without any has an empty page. One
/// statement for all, and those for products that are not remembered.
///
/// # Errors
/// The database's own.
pub async fn list_members(
    app: &App,
    now: DateTime<Utc>,
    requests: &[MemberRequest],
) -> Result<HashMap<MemberRequest, Page<Arc<ProductRecord>>>, Fault> {
    let mut pages = HashMap::with_capacity(requests.len());
    for requests in requests.chunks(MAX_SUBSELECTS) {
        let members = members_of(app, now, requests).await?;
        let ids: HashSet<ProductId> = members.iter().map(|(_, product, _)| *product).collect();
        let records = app.products.by_ids(&app.db, &ids.into_iter().collect::<Vec<_>>()).await?;
        let mut rows: HashMap<i64, Vec<(Cursor, Arc<ProductRecord>)>> =
            HashMap::with_capacity(requests.len());
        for (number, product, place) in members {
            let request = usize::try_from(number).ok().and_then(|number| requests.get(number));
            if let Some((request, record)) = request.zip(records.get(&product)) {
                let cursor = request.sort.cursor(&record.product, place);
                rows.entry(number).or_default().push((cursor, Arc::clone(record)));
            }
        }
        for (number, request) in (0..).zip(requests) {
            pages.insert(request.clone(), request.page_of(rows.remove(&number).unwrap_or_default()));
        }
    }
    Ok(pages)
}

async fn members_of(app: &App, now: DateTime<Utc>, requests: &[MemberRequest]) -> Result<Vec<Member>, Fault> {
    let mut subselects = requests.iter().enumerate().map(|(number, request)| request.subselect(number, now));
    let Some(mut statement) = subselects.next() else {
        return Ok(Vec::new());
    };
    statement.unions(subselects.map(|subselect| (UnionType::All, subselect)));
    let rows = app.db.reader().query_all(&statement).await?;
    let member = |row: &QueryResult| {
        Ok((row.try_get("", SUBSELECT)?, row.try_get("", "id")?, row.try_get("", PLACE)?))
    };
    rows.iter().map(member).collect()
}
