//! Connections: a page with its edges and places, the same for every kind of item.

use std::borrow::Cow;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};

use crate::page::{Cursor, Page};

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct PageInfo {
    /// Whether items follow this page.
    pub has_next_page: bool,
    /// Whether items come before this page.
    pub has_previous_page: bool,
    /// The place of the first item.
    pub start_cursor: Option<String>,
    /// The place of the last item.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// Of a page.
    #[must_use]
    pub fn of<T>(page: &Page<T>) -> Self {
        let place = |item: Option<&(Cursor, T)>| item.map(|(cursor, _)| cursor.encode());
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: place(page.items.first()),
            end_cursor: place(page.items.last()),
        }
    }
}

/// A page of items as the API writes it.
pub struct Connection<T>(pub Page<T>);

/// An item and its place.
pub struct Edge<T> {
    cursor: Cursor,
    node: T,
}

impl<T> Connection<T> {
    /// The page of a list without items.
    #[must_use]
    pub fn empty() -> Self {
        Self(Page { items: Vec::new(), has_next: false, has_previous: false })
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Connection", <T as OutputType>::type_name()))
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Edge", <T as OutputType>::type_name()))
    }
}

impl<T: Clone> Edge<T> {
    /// The items of a page with their places.
    #[must_use]
    pub fn all_of(page: &Page<T>) -> Vec<Self> {
        page.items.iter().map(|(cursor, node)| Self { cursor: cursor.clone(), node: node.clone() }).collect()
    }
}

/// A page of a list.
#[Object(name_type, serial)]
impl<T: OutputType + Clone> Connection<T> {
    /// The items with their places.
    async fn edges(&self) -> Vec<Edge<T>> {
        Edge::all_of(&self.0)
    }

    /// The items.
    async fn nodes(&self) -> Vec<&T> {
        self.0.items.iter().map(|(_, node)| node).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.0)
    }
}

/// An item of a list and its place.
#[Object(name_type, serial)]
impl<T: OutputType> Edge<T> {
    /// The item's place, for `after` and `before`.
    async fn cursor(&self) -> String {
        self.cursor.encode()
    }

    /// The item.
    async fn node(&self) -> &T {
        &self.node
    }
}
