//! The directives that async-graphql does not know: `@inContext` on operations and `@defer` on fragments as in the
//! Storefront API, and `@idempotent` on the fields of a mutation.
//!
//! They are listed in introspection and pass validation. `@inContext` is read from the parsed document before execution.
//! `@defer` is accepted and answered at once, in one piece, which the incremental delivery proposal allows a server. `@idempotent` is
//! read before execution too, by the HTTP endpoints.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Directive;
use async_graphql::registry::{__DirectiveLocation, Deprecation, MetaDirective, MetaInputValue, Registry};
use async_graphql::{
    ContextDirective, CustomDirective, CustomDirectiveFactory, ID, InputObject, InputType, ServerError,
    ServerResult,
};

use super::scalar::{CountryCode, LanguageCode};

/// The business buyer on whose behalf is asked.
#[derive(Clone, Debug, InputObject)]
pub struct BuyerInput {
    /// The place of the company that buys.
    pub company_location_id: Option<ID>,
    /// The signed-in customer's token.
    pub customer_access_token: String,
}

/// What the visitor agreed to.
#[derive(Clone, Debug, InputObject)]
pub struct VisitorConsent {
    /// Being measured.
    pub analytics: Option<bool>,
    /// Being advertised to.
    pub marketing: Option<bool>,
    /// Having preferences remembered.
    pub preferences: Option<bool>,
    /// Having data sold.
    pub sale_of_data: Option<bool>,
}

/// `@inContext(buyer:, country:, language:, preferredLocationId:, visitorConsent:)`.
pub struct InContext;

/// `@defer(if:, label:)`.
pub struct Defer;

/// `@idempotent(key:)`.
pub struct Idempotent;

/// Leaves a field as it is.
struct Plain;

impl CustomDirective for Plain {}

fn argument<T: InputType>(
    registry: &mut Registry,
    name: &str,
    description: &str,
    default: Option<&str>,
) -> (String, MetaInputValue) {
    let value = MetaInputValue {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        ty: T::create_type_info(registry),
        deprecation: Deprecation::NoDeprecated,
        default_value: default.map(str::to_owned),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    };
    (name.to_owned(), value)
}

fn directive(
    name: &str,
    description: &str,
    locations: Vec<__DirectiveLocation>,
    args: IndexMap<String, MetaInputValue>,
) -> MetaDirective {
    MetaDirective {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        locations,
        args,
        is_repeatable: false,
        visible: None,
        composable: None,
    }
}

/// Neither of the two changes how a field is resolved; on a field neither passes validation.
fn not_on_fields(name: &str, directive: &Directive) -> ServerError {
    ServerError::new(format!("@{name} does not belong on a field"), Some(directive.name.pos))
}

impl CustomDirectiveFactory for InContext {
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("inContext")
    }

    fn register(&self, registry: &mut Registry) {
        let args = IndexMap::from_iter([
            argument::<Option<BuyerInput>>(
                registry,
                "buyer",
                "The business buyer on whose behalf is asked.",
                None,
            ),
            argument::<Option<CountryCode>>(
                registry,
                "country",
                "The country whose prices are wanted.",
                None,
            ),
            argument::<Option<LanguageCode>>(
                registry,
                "language",
                "The language whose texts are wanted.",
                None,
            ),
            argument::<Option<ID>>(
                registry,
                "preferredLocationId",
                "The shop location nearest to the buyer.",
                None,
            ),
            argument::<Option<VisitorConsent>>(
                registry,
                "visitorConsent",
                "What the visitor agreed to.",
                None,
            ),
        ]);
        let locations = vec![__DirectiveLocation::QUERY, __DirectiveLocation::MUTATION];
        let description = "Asks for the answer as a buyer in a country and language would see it.";
        registry.add_directive(directive("inContext", description, locations, args));
    }

    fn create(
        &self,
        _: &ContextDirective<'_>,
        directive: &Directive,
    ) -> ServerResult<Box<dyn CustomDirective>> {
        Err(not_on_fields("inContext", directive))
    }
}

impl CustomDirectiveFactory for Defer {
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("defer")
    }

    fn register(&self, registry: &mut Registry) {
        let args = IndexMap::from_iter([
            argument::<Option<bool>>(registry, "if", "Whether the fragment may come later.", Some("true")),
            argument::<Option<String>>(
                registry,
                "label",
                "A name for the fragment's part of the answer.",
                None,
            ),
        ]);
        let locations = vec![__DirectiveLocation::FRAGMENT_SPREAD, __DirectiveLocation::INLINE_FRAGMENT];
        let description = "Allows a fragment to be answered later; this server answers it at once.";
        registry.add_directive(directive("defer", description, locations, args));
    }

    fn create(
        &self,
        _: &ContextDirective<'_>,
        directive: &Directive,
    ) -> ServerResult<Box<dyn CustomDirective>> {
        Err(not_on_fields("defer", directive))
    }
}

impl CustomDirectiveFactory for Idempotent {
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("idempotent")
    }

    fn register(&self, registry: &mut Registry) {
        let args = IndexMap::from_iter([argument::<String>(
            registry,
            "key",
            "The same for each try of the same request: 1 to 255 visible ASCII characters.",
            None,
        )]);
        let locations = vec![__DirectiveLocation::FIELD];
        let description = "Carries a mutation out once, however often it is sent with the same key.";
        registry.add_directive(directive("idempotent", description, locations, args));
    }

    fn create(&self, _: &ContextDirective<'_>, _: &Directive) -> ServerResult<Box<dyn CustomDirective>> {
        Ok(Box::new(Plain))
    }
}
