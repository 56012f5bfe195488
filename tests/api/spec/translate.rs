//! From the schemas of OpenAPI 3.0 to JSON Schema 2020-12.
//!
//! The differences that matter: `nullable`, bounds that are exclusive by a flag, `$ref` whose neighbours count for
//! nothing, properties that belong to one direction only, and parts of an `allOf` that are each closed: meant is that
//! they are closed together, while taken by the word nothing would ever fit.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the vendor: what only it writes need not be there.
    Request,
    /// From the vendor: what it never tells need not be there.
    Answer,
}

/// Whether a schema may refuse properties that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Closed,
    /// As a part of a larger one.
    Open,
}

/// How deep parts of parts are followed.
const DEEPEST: usize = 12;

/// What a reference means, or the value itself.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|pointer| document.pointer(pointer.trim_start_matches('#'))) {
        Some(found) => resolve(document, found),
        None => value,
    }
}

/// A schema that stands by itself.
pub fn schema_for(document: &Value, schema: &Value, direction: Direction) -> Value {
    let mut translator = Translator { document, direction, wanted: Vec::new(), done: BTreeMap::new() };
    let mut whole = translator.translate(schema, Form::Closed);
    while let Some((pointer, form)) = translator.wanted.pop() {
        let name = name_of(&pointer, form);
        if translator.done.contains_key(&name) {
            continue;
        }
        // Before its parts, which may lead back to it.
        translator.done.insert(name.clone(), Value::Bool(true));
        let target =
            document.pointer(pointer.trim_start_matches('#')).unwrap_or_else(|| panic!("no {pointer}"));
        let translated = translator.translate(target, form);
        translator.done.insert(name, translated);
    }
    whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    whole["$defs"] = translator.done.into_iter().collect::<Map<String, Value>>().into();
    whole
}

fn name_of(pointer: &str, form: Form) -> String {
    // A name may hold what an address may not.
    let plain =
        |letter: char| if letter.is_ascii_alphanumeric() || "_-".contains(letter) { letter } else { '.' };
    let name: String = pointer.trim_start_matches("#/").chars().map(plain).collect();
    match form {
        Form::Closed => name,
        Form::Open => format!("open.{name}"),
    }
}

struct Translator<'a> {
    document: &'a Value,
    direction: Direction,
    wanted: Vec<(String, Form)>,
    done: BTreeMap<String, Value>,
}

impl Translator<'_> {
    fn translate(&mut self, schema: &Value, form: Form) -> Value {
        if let Some(pointer) = schema["$ref"].as_str() {
            self.wanted.push((pointer.to_owned(), form));
            return json!({ "$ref": format!("#/$defs/{}", name_of(pointer, form)) });
        }
        let Some(source) = schema.as_object() else {
            return schema.clone();
        };
        let mut target = Map::new();
        for (key, value) in source {
            self.translate_key(source, key, value, form, &mut target);
        }
        if let Some(names) = source.get("required").and_then(Value::as_array) {
            let names =
                names.iter().filter(|name| !self.is_elsewhere(schema, name.as_str().unwrap_or_default(), 0));
            target.insert("required".to_owned(), names.cloned().collect());
        }
        if form == Form::Closed && is_closed(self.document, schema, 0) {
            let keyword = if is_composed(source) { "unevaluatedProperties" } else { "additionalProperties" };
            target.insert(keyword.to_owned(), Value::Bool(false));
        }
        let target = Value::Object(target);
        if schema["nullable"] == true { json!({ "anyOf": [{ "type": "null" }, target] }) } else { target }
    }

    fn translate_key(
        &mut self,
        source: &Map<String, Value>,
        key: &str,
        value: &Value,
        form: Form,
        target: &mut Map<String, Value>,
    ) {
        let translated = match key {
            "type" | "enum" | "format" | "pattern" | "minLength" | "maxLength" | "minItems" | "maxItems"
            | "uniqueItems" | "minProperties" | "maxProperties" | "multipleOf" => value.clone(),
            "minimum" | "maximum" => {
                let exclusive = if key == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
                let key = if source.get(exclusive) == Some(&Value::Bool(true)) { exclusive } else { key };
                target.insert(key.to_owned(), value.clone());
                return;
            }
            "properties" => value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, schema)| (name.clone(), self.translate(schema, Form::Closed)))
                .collect::<Map<String, Value>>()
                .into(),
            "items" | "not" => self.translate(value, Form::Closed),
            "additionalProperties" if value.is_object() => self.translate(value, Form::Closed),
            "allOf" | "oneOf" | "anyOf" => {
                let part = if is_composed_with(source, key) { Form::Open } else { form };
                value.as_array().into_iter().flatten().map(|schema| self.translate(schema, part)).collect()
            }
            // Words for people, and what is seen to elsewhere.
            _ => return,
        };
        target.insert(key.to_owned(), translated);
    }

    /// Whether a property, wherever among the parts it is declared, belongs to the other direction only.
    fn is_elsewhere(&self, schema: &Value, name: &str, depth: usize) -> bool {
        let schema = resolve(self.document, schema);
        if let Some(property) = schema["properties"].get(name) {
            let flag = match self.direction {
                Direction::Request => "readOnly",
                Direction::Answer => "writeOnly",
            };
            return property[flag] == true || resolve(self.document, property)[flag] == true;
        }
        let parts = schema["allOf"].as_array();
        depth < DEEPEST && parts.into_iter().flatten().any(|part| self.is_elsewhere(part, name, depth + 1))
    }
}

/// Whether other schemas say what is allowed, besides the properties that are listed.
fn is_composed(schema: &Map<String, Value>) -> bool {
    ["allOf", "oneOf", "anyOf"].iter().any(|key| schema.contains_key(*key))
}

/// Whether the schemas under a key are parts of one thing, and not whole things to choose from.
fn is_composed_with(schema: &Map<String, Value>, key: &str) -> bool {
    key == "allOf"
        || ["allOf", "properties", "additionalProperties"].iter().any(|other| schema.contains_key(*other))
}

/// Whether a schema, or a part of it, allows no property that it does not know.
fn is_closed(document: &Value, schema: &Value, depth: usize) -> bool {
    let schema = resolve(document, schema);
    let closed_part =
        || schema["allOf"].as_array().into_iter().flatten().any(|part| is_closed(document, part, depth + 1));
    schema["additionalProperties"] == false || (depth < DEEPEST && closed_part())
}
