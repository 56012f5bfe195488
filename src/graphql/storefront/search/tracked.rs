//! Things as a search found them: themselves, but for what says where they were found.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
};
use url::form_urlencoded::Serializer;

/// Says in links what kind of list of a search named the thing.
const SUGGESTION: &str = "e";
const RESULT: &str = "r";
/// The version of these parameters.
const VERSION: &str = "1.0";

/// In which list of a search a thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// Among the results of a query.
    Result(&'a str),
    /// Among the suggestions for what somebody types.
    Suggestion(&'a str),
}

/// What to add to links so that a visit can be traced to the search: the place on the page from 1, the query, and the
/// kind of list.
pub(super) fn parameters(found: Found<'_>, place: usize) -> String {
    let (query, list) = match found {
        Found::Result(query) => (("_sq", query), RESULT),
        Found::Suggestion(query) => (("_psq", query), SUGGESTION),
    };
    Serializer::new(String::new())
        .append_pair("_pos", &place.to_string())
        .append_pair(query.0, query.1)
        .append_pair("_ss", list)
        .append_pair("_v", VERSION)
        .finish()
}

/// A thing with tracking parameters of its own.
#[derive(Clone, Debug)]
pub struct Tracked<T> {
    thing: T,
    parameters: String,
}

impl<T> Tracked<T> {
    /// Things of a page in their order.
    pub(super) fn all(things: Vec<T>, found: Found<'_>) -> Vec<Self> {
        let tracked = |(place, thing)| Self { thing, parameters: parameters(found, place) };
        (1..).zip(things).map(tracked).collect()
    }

    /// A thing at a place from 1.
    pub(super) fn at(place: usize, thing: T, found: Found<'_>) -> Self {
        Self { thing, parameters: parameters(found, place) }
    }
}

/// In the schema it is the thing itself.
impl<T: ObjectType> OutputType for Tracked<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl<T: ObjectType> ContainerType for Tracked<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        match ctx.item.node.name.node.as_str() {
            "trackingParameters" => Ok(Some(Value::String(self.parameters.clone()))),
            _ => self.thing.resolve_field(ctx).await,
        }
    }
}

impl<T: ObjectType> ObjectType for Tracked<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_name_the_search_and_the_place() {
        assert_eq!(parameters(Found::Result("red shoe"), 3), "_pos=3&_sq=red+shoe&_ss=r&_v=1.0");
        assert_eq!(parameters(Found::Suggestion("a&b=ü"), 1), "_pos=1&_psq=a%26b%3D%C3%BC&_ss=e&_v=1.0");
    }
}
