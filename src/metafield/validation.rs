//! What a definition demands of values, beyond their type.

use chrono::{DateTime, Utc};
use regex::RegexBuilder;
use serde::{Deserialize, Serialize};

use super::decimal::Decimal;
use super::error::{FaultCode, ValueFault};

/// Choices that a definition can give at most.
pub const MAX_CHOICES: usize = 128;
/// Characters of a pattern at most.
const MAX_PATTERN_LENGTH: usize = 1_000;
/// Bytes that a compiled pattern takes at most.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// What values keep to; what is `None` is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Validations {
    /// The least: of a number, a day or a moment the value, of a text the characters, of a rating the scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The most, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// A pattern that is found in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// The values that there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    /// The kinds of metaobjects that a value names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metaobject_types: Option<Vec<String>>,
}

/// A value in the form in which it is compared with the least and the most.
#[derive(Clone, Copy, Debug)]
pub(super) enum Extent<'a> {
    Number(Decimal),
    Time(DateTime<Utc>),
    Text(&'a str),
}

impl Validations {
    /// Whether the demands themselves make sense.
    ///
    /// # Errors
    /// [`FaultCode::InvalidValue`] and [`FaultCode::TooLong`].
    pub(super) fn check(&self) -> Result<(), ValueFault> {
        if let Some(pattern) = &self.regex {
            if pattern.chars().count() > MAX_PATTERN_LENGTH {
                return Err(ValueFault::new(FaultCode::TooLong, "The pattern is too long"));
            }
            compiled(pattern)?;
        }
        let lists = [self.choices.as_ref(), self.metaobject_types.as_ref()];
        if lists.into_iter().flatten().any(|list| list.is_empty() || list.len() > MAX_CHOICES) {
            let message = format!("There are from 1 to {MAX_CHOICES} choices");
            return Err(ValueFault::new(FaultCode::InvalidValue, message));
        }
        Ok(())
    }

    /// Whether a text, in its normal form, is one of the choices and has the pattern.
    pub(super) fn check_text(&self, text: &str) -> Result<(), ValueFault> {
        if let Some(choices) = &self.choices
            && !choices.iter().any(|choice| choice == text)
        {
            let message = format!("The value must be one of: {}", choices.join(", "));
            return Err(ValueFault::new(FaultCode::Inclusion, message));
        }
        if let Some(pattern) = &self.regex
            && !compiled(pattern)?.is_match(text)
        {
            return Err(ValueFault::new(
                FaultCode::InvalidValue,
                "The value does not have the form asked for",
            ));
        }
        Ok(())
    }

    /// Whether a value lies between the least and the most.
    pub(super) fn check_extent(&self, extent: Extent<'_>) -> Result<(), ValueFault> {
        if let Some(min) = &self.min
            && compare(extent, min)? == std::cmp::Ordering::Less
        {
            let code =
                if matches!(extent, Extent::Text(_)) { FaultCode::TooShort } else { FaultCode::InvalidValue };
            return Err(ValueFault::new(code, format!("The least is {min}")));
        }
        if let Some(max) = &self.max
            && compare(extent, max)? == std::cmp::Ordering::Greater
        {
            let is_text = matches!(extent, Extent::Text(_));
            let code = if is_text { FaultCode::TooLong } else { FaultCode::LessThanOrEqualTo };
            return Err(ValueFault::new(code, format!("The most is {max}")));
        }
        Ok(())
    }
}

fn compare(extent: Extent<'_>, limit: &str) -> Result<std::cmp::Ordering, ValueFault> {
    let wrong =
        || ValueFault::new(FaultCode::InvalidValue, format!("The limit {limit} does not fit the type"));
    Ok(match extent {
        Extent::Number(number) => number.cmp(&Decimal::parse(limit).ok_or_else(wrong)?),
        Extent::Time(time) => time.cmp(&super::value::moment(limit).ok_or_else(wrong)?),
        Extent::Text(text) => text.chars().count().cmp(&limit.trim().parse().map_err(|_| wrong())?),
    })
}

/// Patterns run in linear time, whatever they are; only their size is limited.
fn compiled(pattern: &str) -> Result<regex::Regex, ValueFault> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(|_| ValueFault::new(FaultCode::InvalidValue, "The pattern cannot be read"))
}
