//! Whom an answer is for: anybody who asks the same, or the caller alone. Decided by the document, before it is run.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

use crate::graphql::id::Gid;

/// Root fields that show the public catalogue and nothing of the caller. Whatever is not listed is private.
const PUBLIC_FIELDS: [&str; 32] = [
    "__schema",
    "__type",
    "__typename",
    "article",
    "articles",
    "blog",
    "blogByHandle",
    "blogs",
    "collection",
    "collectionByHandle",
    "collections",
    "localization",
    "locations",
    "menu",
    "metaobject",
    "metaobjects",
    "page",
    "pageByHandle",
    "pages",
    "paymentSettings",
    "predictiveSearch",
    "product",
    "productByHandle",
    "productRecommendations",
    "productTags",
    "productTypes",
    "products",
    "publicApiVersions",
    "search",
    "shop",
    "sitemap",
    "urlRedirects",
];
/// Types whose global ids lead into the public catalogue.
const PUBLIC_TYPES: [&str; 21] = [
    "Article",
    "Blog",
    "Collection",
    "Comment",
    "ExternalVideo",
    "GenericFile",
    "Location",
    "MediaImage",
    "MediaPresentation",
    "Menu",
    "MenuItem",
    "Metaobject",
    "Model3d",
    "Page",
    "Product",
    "ProductOption",
    "ProductOptionValue",
    "ProductVariant",
    "Shop",
    "ShopPolicy",
    "Video",
];
/// Fragments within fragments that are looked through.
const MAX_SPREADS: usize = 40;

/// Whom an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anybody who asks the same.
    Public,
    /// The caller alone.
    Private,
}

/// Whom the answer to an operation is for.
#[must_use]
pub fn reach_of(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Reach {
    let look = Look { fragments: &document.fragments, operation, variables };
    let is_query = operation.ty == OperationType::Query;
    let is_public = is_query && !look.names_buyer() && look.is_public(&operation.selection_set.node, 0);
    if is_public { Reach::Public } else { Reach::Private }
}

struct Look<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
}

impl Look<'_> {
    /// Whether `@inContext` names a buyer: then prices may be for them alone.
    fn names_buyer(&self) -> bool {
        let contexts = self.operation.directives.iter().filter(|known| known.node.name.node == "inContext");
        contexts.flat_map(|context| context.node.get_argument("buyer")).any(|buyer| {
            let buyer = self.value_of(&buyer.node);
            buyer != Some(ConstValue::Null)
        })
    }

    fn is_public(&self, set: &SelectionSet, spreads: usize) -> bool {
        spreads <= MAX_SPREADS
            && set.items.iter().all(|selection| match &selection.node {
                Selection::Field(field) => self.is_public_field(&field.node),
                Selection::InlineFragment(fragment) => {
                    self.is_public(&fragment.node.selection_set.node, spreads + 1)
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.fragments.get(&spread.node.fragment_name.node);
                    fragment.is_some_and(|fragment| {
                        self.is_public(&fragment.node.selection_set.node, spreads + 1)
                    })
                }
            })
    }

    fn is_public_field(&self, field: &Field) -> bool {
        let argument = |name| field.get_argument(name).and_then(|value| self.value_of(&value.node));
        match field.name.node.as_str() {
            "node" => argument("id").is_some_and(|id| is_public_id(&id)),
            "nodes" => match argument("ids") {
                Some(ConstValue::List(ids)) => ids.iter().all(is_public_id),
                Some(id) => is_public_id(&id),
                None => false,
            },
            name => PUBLIC_FIELDS.contains(&name),
        }
    }

    /// What a value is with the variables of the request; a variable that is not given has its default, or is null.
    fn value_of(&self, value: &Value) -> Option<ConstValue> {
        let known = value.clone().into_const_with(|variable| {
            let definitions = &self.operation.variable_definitions;
            let defined = definitions.iter().find(|known| known.node.name.node == variable);
            let default = defined.and_then(|known| known.node.default_value()).cloned();
            Ok::<_, std::convert::Infallible>(
                self.variables.get(&variable).cloned().or(default).unwrap_or_default(),
            )
        });
        known.ok()
    }
}

fn is_public_id(id: &ConstValue) -> bool {
    match id {
        ConstValue::String(id) => Gid::parse(id).is_some_and(|gid| PUBLIC_TYPES.contains(&gid.kind)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;
    use crate::graphql::operation;

    fn reach(text: &str, variables: serde_json::Value) -> Reach {
        let document = parse_query(text).unwrap();
        reach_of(&document, operation::find(&document, None).unwrap(), &Variables::from_json(variables))
    }

    #[test]
    fn the_catalogue_is_for_anybody() {
        for text in [
            "{ shop { name } }",
            "query A @inContext(country: DE, language: DE) { products(first: 3) { nodes { id } } __typename }",
            "{ ...A } fragment A on QueryRoot { collection(handle: \"a\") { id } ... on QueryRoot { shop { id } } }",
            "{ mine: product(handle: \"cart\") { id } }",
            "{ node(id: \"gid://shopify/Product/1\") { id } }",
            "{ nodes(ids: [\"gid://shopify/Product/1\", \"gid://shopify/Page/2\"]) { id } }",
            "query($buyer: BuyerInput) @inContext(buyer: $buyer) { shop { name } }",
        ] {
            assert_eq!(reach(text, json!({})), Reach::Public, "{text}");
        }
        let by_variable = "query($id: ID!) { node(id: $id) { id } }";
        assert_eq!(reach(by_variable, json!({ "id": "gid://shopify/Collection/1" })), Reach::Public);
    }

    #[test]
    fn whatever_may_be_the_callers_own_is_not() {
        for text in [
            "{ cart(id: \"gid://shopify/Cart/x\") { id } }",
            "{ shop { name } customer(customerAccessToken: \"x\") { id } }",
            "{ products: cart(id: \"gid://shopify/Cart/x\") { id } }",
            "{ shop { name } ...A } fragment A on QueryRoot { cart(id: \"gid://shopify/Cart/x\") { id } }",
            "{ shop { name } ... on QueryRoot { cartCompletionAttempt(attemptId: \"x\") { __typename } } }",
            "{ node(id: \"gid://shopify/Cart/x\") { id } }",
            "{ node(id: \"gid://shopify/Metafield/1\") { id } }",
            "{ node(id: 7) { id } }",
            "{ node { id } }",
            "{ nodes(ids: [\"gid://shopify/Product/1\", \"gid://shopify/Order/1?key=x\"]) { id } }",
            "{ somethingNew { id } }",
            "mutation { cartCreate { cart { id } } }",
            "query A @inContext(buyer: { customerAccessToken: \"x\" }) { shop { name } }",
            "{ ...A } fragment A on QueryRoot { ...B } fragment B on QueryRoot { ...A }",
            "{ ...Missing }",
        ] {
            assert_eq!(reach(text, json!({})), Reach::Private, "{text}");
        }
        let by_variable = "query($id: ID!, $b: BuyerInput) @inContext(buyer: $b) { node(id: $id) { id } }";
        let product = "gid://shopify/Product/1";
        assert_eq!(reach(by_variable, json!({ "id": "gid://shopify/Cart/x" })), Reach::Private);
        assert_eq!(
            reach(by_variable, json!({ "id": product, "b": { "customerAccessToken": "x" } })),
            Reach::Private
        );
        assert_eq!(reach(by_variable, json!({ "id": product })), Reach::Public);
    }
}
