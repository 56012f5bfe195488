//! Values of metafields: whether a text fits its type, and its normal form.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};
use url::Url;

use super::decimal::Decimal;
use super::error::{FaultCode, ValueFault};
use super::kind::{FieldType, Measure, ValueKind};
use super::reference::{RefKind, Reference};
use super::rich_text;
use super::validation::{Extent, Validations};
use crate::money::{Currency, Money};

/// Bytes of a value at most.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;
/// Bytes of a JSON value or a rich text at most.
pub const MAX_JSON_BYTES: usize = 128 * 1024;
/// Entries of a list at most.
pub const MAX_LIST_ENTRIES: usize = 128;
/// Characters of an address at most.
const MAX_URL_LENGTH: usize = 2_048;
/// Characters of a word that names an owner elsewhere, and of the words for a link.
const MAX_WORD_LENGTH: usize = 255;
/// The largest whole number, so that programs which count in floats read it exactly.
const MAX_INTEGER: i64 = (1 << 53) - 1;
/// What an address may begin with.
const SCHEMES: [&str; 5] = ["http", "https", "mailto", "sms", "tel"];

/// A value that fits its type, in its normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NormalValue {
    /// As it is stored and shown.
    pub text: String,
    /// In millionths, where it is a number.
    pub number: Option<i64>,
    /// As a moment, where it is one.
    pub time: Option<DateTime<Utc>>,
    /// The things that it names.
    pub references: Vec<Reference>,
}

impl NormalValue {
    fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Brings a value into its normal form.
///
/// # Errors
/// [`ValueFault`] for what is empty, too long, does not fit the type or does not keep to the definition.
pub fn normalise(kind: FieldType, rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    let is_tree = matches!(kind.kind, ValueKind::Json | ValueKind::RichText);
    let most = if is_tree { MAX_JSON_BYTES } else { MAX_VALUE_BYTES };
    if text.len() > most {
        return Err(ValueFault::new(FaultCode::TooLong, format!("The value has more than {most} bytes")));
    }
    if text.trim().is_empty() {
        return Err(ValueFault::new(FaultCode::Blank, "The value is empty"));
    }
    if text.contains('\0') {
        return Err(invalid("The value holds the character NUL"));
    }
    if kind.is_list { list(kind.kind, rules, text) } else { single(kind.kind, rules, text) }
}

fn invalid(message: impl Into<String>) -> ValueFault {
    ValueFault::new(FaultCode::InvalidValue, message)
}

fn list(kind: ValueKind, rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    let entries: Vec<Value> =
        serde_json::from_str(text).map_err(|_| invalid("The value must be a list in JSON"))?;
    if entries.len() > MAX_LIST_ENTRIES {
        let message = format!("The list has more than {MAX_LIST_ENTRIES} entries");
        return Err(ValueFault::new(FaultCode::TooLong, message));
    }
    let is_json = matches!(
        kind,
        ValueKind::Integer | ValueKind::Decimal | ValueKind::Rating | ValueKind::Measure(_) | ValueKind::Link
    );
    let (mut texts, mut references) = (Vec::with_capacity(entries.len()), Vec::new());
    for entry in entries {
        let text = match entry {
            Value::String(text) => text,
            Value::Number(_) | Value::Object(_) => entry.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) => {
                return Err(invalid("An entry of the list does not fit the type"));
            }
        };
        if text.trim().is_empty() {
            return Err(ValueFault::new(FaultCode::Blank, "An entry of the list is empty"));
        }
        let value = single(kind, rules, &text)?;
        references.extend(value.references);
        texts.push(if is_json { value.text } else { Value::String(value.text).to_string() });
    }
    Ok(NormalValue { text: format!("[{}]", texts.join(",")), references, ..NormalValue::default() })
}

fn single(kind: ValueKind, rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    let trimmed = text.trim();
    match kind {
        ValueKind::SingleLineText => single_line(rules, trimmed),
        ValueKind::MultiLineText => {
            rules.check_text(text)?;
            rules.check_extent(Extent::Text(text))?;
            Ok(NormalValue::text(text))
        }
        ValueKind::RichText => {
            rich_text::check(trimmed)?;
            Ok(NormalValue::text(trimmed))
        }
        ValueKind::Integer => integer(rules, trimmed),
        ValueKind::Decimal => {
            let number =
                Decimal::parse(trimmed).ok_or_else(|| invalid("The value must be a decimal number"))?;
            rules.check_text(&number.to_string())?;
            rules.check_extent(Extent::Number(number))?;
            Ok(NormalValue { number: number.millionths(), ..NormalValue::text(number.to_string()) })
        }
        ValueKind::Boolean => match trimmed {
            "true" | "false" => Ok(NormalValue::text(trimmed)),
            _ => Err(invalid("The value must be true or false")),
        },
        ValueKind::Date | ValueKind::DateTime => time(kind, rules, trimmed),
        ValueKind::Json => {
            serde_json::from_str::<Value>(trimmed).map_err(|_| invalid("The value must be JSON"))?;
            Ok(NormalValue::text(trimmed))
        }
        ValueKind::Color => {
            let digits = trimmed.strip_prefix('#').unwrap_or_default();
            if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(invalid("The value must be a colour such as #fff123"));
            }
            let color = trimmed.to_ascii_lowercase();
            rules.check_text(&color)?;
            Ok(NormalValue::text(color))
        }
        ValueKind::Url => {
            address(trimmed).and_then(|url| rules.check_text(url).map(|()| NormalValue::text(url)))
        }
        ValueKind::Money => money(rules, trimmed),
        ValueKind::Rating => rating(rules, trimmed),
        ValueKind::Measure(measure) => measured(measure, rules, trimmed),
        ValueKind::Id => {
            if trimmed.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
                return Err(invalid("The value must be one word"));
            }
            if trimmed.chars().count() > MAX_WORD_LENGTH {
                return Err(ValueFault::new(FaultCode::TooLong, "The value is too long"));
            }
            single_line(rules, trimmed)
        }
        ValueKind::Link => link(trimmed),
        ValueKind::Reference(kind) => reference(kind, trimmed),
    }
}

fn single_line(rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    if text.contains(['\n', '\r']) {
        return Err(invalid("The value must be one line"));
    }
    rules.check_text(text)?;
    rules.check_extent(Extent::Text(text))?;
    Ok(NormalValue::text(text))
}

fn integer(rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    let number: i64 = text
        .parse()
        .ok()
        .filter(|number| (-MAX_INTEGER..=MAX_INTEGER).contains(number))
        .ok_or_else(|| invalid("The value must be a whole number"))?;
    rules.check_text(&number.to_string())?;
    if let Some(decimal) = Decimal::parse(&number.to_string()) {
        rules.check_extent(Extent::Number(decimal))?;
    }
    Ok(NormalValue { number: number.checked_mul(1_000_000), ..NormalValue::text(number.to_string()) })
}

/// A day, or a moment, which is one of UTC where no zone is named.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    local
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| day(text)?.and_hms_opt(0, 0, 0))
        .map(|time| time.and_utc())
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == "2026-01-31".len())
}

fn time(kind: ValueKind, rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    let is_day = kind == ValueKind::Date;
    if is_day && day(text).is_none() {
        return Err(invalid("The value must be a day such as 2026-01-31"));
    }
    let time = moment(text)
        .filter(|time| (0..=9999).contains(&chrono::Datelike::year(time)))
        .ok_or_else(|| invalid("The value must be a moment such as 2026-01-31T12:30:00"))?;
    let text = if is_day { text.to_owned() } else { time.to_rfc3339_opts(SecondsFormat::Secs, true) };
    rules.check_text(&text)?;
    rules.check_extent(Extent::Time(time))?;
    Ok(NormalValue { time: Some(time), ..NormalValue::text(text) })
}

fn address(text: &str) -> Result<&str, ValueFault> {
    if text.chars().count() > MAX_URL_LENGTH {
        return Err(ValueFault::new(FaultCode::TooLong, "The address is too long"));
    }
    let wrong = || invalid("The value must be an address that begins with http, https, mailto, sms or tel");
    let url = Url::parse(text).map_err(|_| wrong())?;
    let is_web = url.scheme().starts_with("http");
    if !SCHEMES.contains(&url.scheme()) || (is_web && !url.has_host()) || text.contains(char::is_whitespace) {
        return Err(wrong());
    }
    Ok(text)
}

fn object(text: &str) -> Result<Map<String, Value>, ValueFault> {
    serde_json::from_str(text).map_err(|_| invalid("The value must be an object in JSON"))
}

/// A part of an object, as a text: numbers may be written as texts and the other way round.
fn part(object: &Map<String, Value>, name: &str) -> Result<String, ValueFault> {
    match object.get(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(invalid(format!("The value lacks the part {name}"))),
    }
}

fn number(object: &Map<String, Value>, name: &str) -> Result<Decimal, ValueFault> {
    Decimal::parse(&part(object, name)?)
        .ok_or_else(|| invalid(format!("The part {name} is no decimal number")))
}

fn money(rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    let object = object(text)?;
    let code = part(&object, "currency_code")?;
    let currency = Currency::find(&code).ok_or_else(|| invalid("The currency is unknown"))?;
    let amount = Money::parse(&part(&object, "amount")?, currency)
        .map_err(|error| invalid(format!("The amount {error}")))?;
    let decimal = Decimal::parse(&amount.to_string());
    if let Some(decimal) = decimal {
        rules.check_extent(Extent::Number(decimal))?;
    }
    let text = format!(r#"{{"amount":"{amount}","currency_code":"{currency}"}}"#);
    Ok(NormalValue { number: decimal.and_then(Decimal::millionths), ..NormalValue::text(text) })
}

fn rating(rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    let object = object(text)?;
    let value = number(&object, "value")?;
    let (min, max) = (number(&object, "scale_min")?, number(&object, "scale_max")?);
    if min >= max || value < min || value > max {
        return Err(invalid("The value must lie on its scale"));
    }
    for (limit, scale, name) in [(&rules.min, min, "begin"), (&rules.max, max, "end")] {
        if limit.as_deref().and_then(Decimal::parse).is_some_and(|limit| limit != scale) {
            return Err(invalid(format!("The scale does not {name} where the definition says")));
        }
    }
    let text = format!(r#"{{"value":"{value}","scale_min":"{min}","scale_max":"{max}"}}"#);
    Ok(NormalValue { number: value.millionths(), ..NormalValue::text(text) })
}

fn measured(measure: Measure, rules: &Validations, text: &str) -> Result<NormalValue, ValueFault> {
    let object = object(text)?;
    let value = number(&object, "value")?;
    if value.to_string().starts_with('-') {
        return Err(invalid("A measure is not negative"));
    }
    let unit = measure
        .unit(&part(&object, "unit")?)
        .ok_or_else(|| invalid("The unit is unknown or measures something else"))?;
    rules.check_extent(Extent::Number(value))?;
    Ok(NormalValue::text(format!(r#"{{"value":{value},"unit":"{unit}"}}"#)))
}

fn link(text: &str) -> Result<NormalValue, ValueFault> {
    let object = object(text)?;
    let (words, url) = (part(&object, "text")?, part(&object, "url")?);
    if words.chars().count() > MAX_WORD_LENGTH {
        return Err(ValueFault::new(FaultCode::TooLong, "The words of the link are too long"));
    }
    let (words, url) = (Value::String(words), Value::String(address(&url)?.to_owned()));
    Ok(NormalValue::text(format!(r#"{{"text":{words},"url":{url}}}"#)))
}

fn reference(kind: RefKind, text: &str) -> Result<NormalValue, ValueFault> {
    let (reference, text) = Reference::parse(kind, text)
        .ok_or_else(|| invalid("The value must be the global id of a thing of this kind"))?;
    Ok(NormalValue { references: vec![reference], ..NormalValue::text(text) })
}

#[cfg(test)]
mod tests;
