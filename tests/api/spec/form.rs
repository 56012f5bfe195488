//! Form-encoded bodies, read into JSON by the schema that they should meet.

use serde_json::{Map, Value};

use super::translate::resolve;

/// Reads `a[b][0]=c` into nested objects, which become lists, numbers and flags where the schema has such.
pub fn decode(document: &Value, schema: &Value, body: &str) -> Value {
    let mut whole = Value::Object(Map::new());
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        let (first, rest) = name.split_once('[').unwrap_or((&name, ""));
        let mut path = vec![first.to_owned()];
        path.extend(
            rest.split('[').filter(|part| !part.is_empty()).map(|part| part.trim_end_matches(']').to_owned()),
        );
        put(&mut whole, &path, value.into_owned());
    }
    shape(document, schema, whole)
}

fn put(place: &mut Value, path: &[String], value: String) {
    let Some((first, rest)) = path.split_first() else {
        *place = Value::String(value);
        return;
    };
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    let object = place.as_object_mut().unwrap();
    // `a[]=1&a[]=2`: the next free number.
    let key = if first.is_empty() { object.len().to_string() } else { first.clone() };
    put(object.entry(key).or_insert(Value::Null), rest, value);
}

fn shape(document: &Value, schema: &Value, value: Value) -> Value {
    let schema = fitting(document, schema, &value);
    match value {
        Value::Object(parts) if schema["type"] == "array" => {
            let mut parts: Vec<(String, Value)> = parts.into_iter().collect();
            parts.sort_by_key(|(key, _)| key.parse::<usize>().unwrap_or(usize::MAX));
            parts.into_iter().map(|(_, part)| shape(document, &schema["items"], part)).collect()
        }
        Value::Object(parts) => {
            let parts = parts.into_iter().map(|(name, part)| {
                let schema = match schema["properties"].get(&name) {
                    Some(schema) => schema,
                    None => &schema["additionalProperties"],
                };
                let part = shape(document, schema, part);
                (name, part)
            });
            Value::Object(parts.collect())
        }
        Value::String(text) => coerce(document, schema, &text),
        other => other,
    }
}

/// A text as what the schema wants; it stays a text where it cannot be that.
fn coerce(document: &Value, schema: &Value, text: &str) -> Value {
    let string = Value::String(text.to_owned());
    let schema = fitting(document, schema, &string);
    let read = match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("number") => serde_json::from_str::<serde_json::Number>(text).ok().map(Value::Number),
        Some("boolean") => text.parse::<bool>().ok().map(Value::Bool),
        Some("array") => Some(text.split(',').map(|part| coerce(document, &schema["items"], part)).collect()),
        _ => None,
    };
    read.unwrap_or(string)
}

/// Of several schemas to choose from, the one whose kind is the value's.
fn fitting<'a>(document: &'a Value, schema: &'a Value, value: &Value) -> &'a Value {
    let schema = resolve(document, schema);
    let choices = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| schema[*key].as_array());
    let Some(choices) = choices.filter(|_| schema.get("type").is_none()) else {
        return schema;
    };
    let mut choices = choices.iter().map(|choice| fitting(document, choice, value));
    let fits = |choice: &&Value| match value {
        Value::String(text) => match choice["enum"].as_array() {
            Some(words) => words.iter().any(|word| word == text),
            None => !["object", "array"].contains(&choice["type"].as_str().unwrap_or_default()),
        },
        _ => choice["type"] == "object" || choice["type"] == "array",
    };
    choices.find(fits).unwrap_or(schema)
}
