//! Scalars and the closed lists that are tables: currencies, countries, languages.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType, Positioned, Scalar,
    ScalarType, ServerResult, Value,
};

use crate::market::{COUNTRIES, CountryInfo, LANGUAGES, LanguageInfo, find_country, find_language};
use crate::money::{CURRENCIES, Currency};

/// A scalar that is a text on the wire.
macro_rules! text_scalar {
    ($($(#[$doc:meta])* $name:ident as $wire:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub String);

        $(#[$doc])*
        #[Scalar(name = $wire)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    )+};
}

text_scalar! {
    /// A web address as RFC 3986 writes it.
    UrlText as "URL",
    /// A text with HTML tags.
    Html as "HTML",
    /// A moment with its time zone as ISO 8601 writes it.
    Iso8601DateTime as "ISO8601DateTime",
    /// A colour as #RRGGBB.
    Color as "Color",
    /// An amount of money in the shop's currency, as a decimal number.
    ShopMoney as "Money",
}

/// A signed decimal number, written as a text so that no digit is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(pub String);

/// A signed decimal number, written as a text so that no digit is lost.
#[Scalar]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A moment in UTC as ISO 8601 writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<chrono::Utc>);

/// A moment in UTC as ISO 8601 writes it.
#[Scalar]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(chrono::DateTime::parse_from_rfc3339(text)?.to_utc())),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
    }
}

/// An enum of the schema whose values are the rows of a table of the kernel.
trait Table: Copy + Send + Sync + 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    /// Code and description of each value.
    fn rows() -> Vec<(&'static str, &'static str)>;
    fn find(code: &str) -> Option<Self>;
    fn code(self) -> &'static str;
}

fn create_enum<T: Table>() -> MetaType {
    let enum_values: IndexMap<String, MetaEnumValue> = T::rows()
        .into_iter()
        .map(|(code, description)| {
            let value = MetaEnumValue {
                name: code.to_owned(),
                description: Some(format!("{description}.")),
                deprecation: Deprecation::NoDeprecated,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                directive_invocations: Vec::new(),
            };
            (code.to_owned(), value)
        })
        .collect();
    MetaType::Enum {
        name: T::NAME.to_owned(),
        description: Some(T::DESCRIPTION.to_owned()),
        enum_values,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(std::any::type_name::<T>()),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// A schema enum over a table: both directions, no two hundred variants.
macro_rules! table_enum {
    ($($(#[$doc:meta])* $name:ident($inner:ty)),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub $inner);

        impl InputType for $name {
            type RawValueType = Self;

            fn type_name() -> Cow<'static, str> {
                Cow::Borrowed(<Self as Table>::NAME)
            }

            fn create_type_info(registry: &mut Registry) -> String {
                registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| create_enum::<Self>())
            }

            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                let value = value.unwrap_or_default();
                let found = match &value {
                    Value::Enum(name) => <Self as Table>::find(name),
                    Value::String(text) => <Self as Table>::find(text),
                    _ => return Err(InputValueError::expected_type(value)),
                };
                found.ok_or_else(|| InputValueError::custom("is not a value of this enum"))
            }

            fn to_value(&self) -> Value {
                Value::Enum(Name::new(self.code()))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }

        impl OutputType for $name {
            fn type_name() -> Cow<'static, str> {
                Cow::Borrowed(<Self as Table>::NAME)
            }

            fn create_type_info(registry: &mut Registry) -> String {
                registry.create_output_type::<Self, _>(MetaTypeId::Enum, |_| create_enum::<Self>())
            }

            async fn resolve(
                &self,
                _: &ContextSelectionSet<'_>,
                _: &Positioned<async_graphql::parser::types::Field>,
            ) -> ServerResult<Value> {
                Ok(Value::Enum(Name::new(self.code())))
            }
        }
    )+};
}

table_enum! {
    /// A currency of ISO 4217.
    CurrencyCode(Currency),
    /// A country.
    CountryCode(&'static CountryInfo),
    /// A language.
    LanguageCode(&'static LanguageInfo),
}

impl Table for CurrencyCode {
    const NAME: &'static str = "CurrencyCode";
    const DESCRIPTION: &'static str = "The three-letter code of a currency, after ISO 4217.";

    fn rows() -> Vec<(&'static str, &'static str)> {
        CURRENCIES.iter().map(|info| (info.code, info.name)).collect()
    }

    fn find(code: &str) -> Option<Self> {
        Currency::find(code).filter(|currency| currency.code() == code).map(Self)
    }

    fn code(self) -> &'static str {
        self.0.code()
    }
}

impl Table for CountryCode {
    const NAME: &'static str = "CountryCode";
    const DESCRIPTION: &'static str = "The two-letter code of a country or region, after ISO 3166-1.";

    fn rows() -> Vec<(&'static str, &'static str)> {
        COUNTRIES.iter().map(|info| (info.code, info.name)).collect()
    }

    fn find(code: &str) -> Option<Self> {
        find_country(code).map(Self)
    }

    fn code(self) -> &'static str {
        self.0.code
    }
}

impl Table for LanguageCode {
    const NAME: &'static str = "LanguageCode";
    const DESCRIPTION: &'static str = "The code of a language, after ISO 639-1, some with a country.";

    fn rows() -> Vec<(&'static str, &'static str)> {
        LANGUAGES.iter().map(|info| (info.code, info.name)).collect()
    }

    fn find(code: &str) -> Option<Self> {
        find_language(code).map(Self)
    }

    fn code(self) -> &'static str {
        self.0.code
    }
}
