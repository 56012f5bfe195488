//! Judges from outside: what a vendor publishes about its API says whether what we send, and what our own stand-ins of
//! it answer, is right.
//!
//! The descriptions lie beside the project, in `$TRADEPOST_SPECS` or `../shared/specs`: not all of them may be copied.
//! Where a file is missing its tests say so and are counted as skipped.

mod form;
pub mod peer;
mod translate;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;

use crate::support::skip::skipped;
use translate::{Direction, schema_for};

/// The documents that were read, by their file's name.
static READ: OnceLock<Mutex<HashMap<String, Arc<Value>>>> = OnceLock::new();

/// A vendor's description of its API (OpenAPI 3).
#[derive(Clone)]
pub struct Spec {
    document: Arc<Value>,
}

impl Spec {
    /// Reads a file of the descriptions, or the copy that the project may keep in `tests/api/spec/kept`. Says loudly
    /// that a test is skipped where there is none.
    pub fn load(name: &str) -> Option<Self> {
        let mut read = READ.get_or_init(Mutex::default).lock().unwrap();
        if let Some(document) = read.get(name) {
            return Some(Self { document: Arc::clone(document) });
        }
        let Some(text) = places(name).into_iter().find_map(|place| std::fs::read_to_string(place).ok())
        else {
            skipped(&format!("no {name}; set TRADEPOST_SPECS to the folder that has it"));
            return None;
        };
        let document: Value = if name.ends_with(".json") {
            serde_json::from_str(&text).unwrap()
        } else {
            serde_norway::from_str(&text).unwrap()
        };
        let document = Arc::new(document);
        read.insert(name.to_owned(), Arc::clone(&document));
        Some(Self { document })
    }

    /// The same with a change: where what the vendor published cannot be met by anything.
    pub fn patched(&self, change: impl FnOnce(&mut Value)) -> Self {
        let mut document = self.document.as_ref().clone();
        change(&mut document);
        Self { document: Arc::new(document) }
    }

    /// What is wrong with a JSON body sent by `method` to `path`, a path without its query.
    pub fn check_json(&self, method: &str, path: &str, body: &Value) -> Vec<String> {
        self.check_body(method, path, "application/json", |_| body.clone())
    }

    /// What is wrong with a form-encoded body (`a[b][0]=c`): texts become what the schema says they are.
    pub fn check_form(&self, method: &str, path: &str, body: &str) -> Vec<String> {
        let document = Arc::clone(&self.document);
        self.check_body(method, path, "application/x-www-form-urlencoded", |schema| {
            form::decode(&document, schema, body)
        })
    }

    fn check_body(
        &self,
        method: &str,
        path: &str,
        media_type: &str,
        body: impl FnOnce(&Value) -> Value,
    ) -> Vec<String> {
        let Some((operation, _)) = self.operation(method, path) else {
            return vec![format!("there is no {method} {path}")];
        };
        let content = &self.resolve(&operation["requestBody"])["content"];
        let Some(schema) = content.get(media_type).and_then(|content| content.get("schema")) else {
            return vec![format!("{method} {path} takes no {media_type}")];
        };
        self.judge(schema, Direction::Request, &body(schema))
    }

    /// What is wrong with the parameters of a request: `target` is the path with its query.
    pub fn check_parameters(&self, method: &str, target: &str) -> Vec<String> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let Some((operation, item)) = self.operation(method, path) else {
            return vec![format!("there is no {method} {path}")];
        };
        let given: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut wrong = Vec::new();
        let declared: Vec<&Value> = [&operation["parameters"], &item["parameters"]]
            .into_iter()
            .filter_map(Value::as_array)
            .flatten()
            .map(|parameter| self.resolve(parameter))
            .filter(|parameter| parameter["in"] == "query")
            .collect();
        for parameter in &declared {
            let name = parameter["name"].as_str().unwrap();
            // `created[gte]=1` is a part of the parameter `created`.
            let own: Vec<_> = given.iter().filter(|(given, _)| base_of(given) == name).collect();
            if own.is_empty() {
                if parameter["required"] == true {
                    wrong.push(format!("{name} is missing"));
                }
                continue;
            }
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(own).finish();
            let whole = serde_json::json!({ "type": "object", "properties": { name: parameter["schema"] } });
            let value = form::decode(&self.document, &whole, &body);
            let found = self.judge(&parameter["schema"], Direction::Request, &value[name]);
            wrong.extend(found.into_iter().map(|text| format!("{name}{text}")));
        }
        let is_known = |name: &str| declared.iter().any(|parameter| parameter["name"] == base_of(name));
        let unknown = given.iter().filter(|(name, _)| !is_known(name));
        wrong.extend(unknown.map(|(name, _)| format!("{name} is unknown")));
        wrong
    }

    /// What is wrong with an answer.
    pub fn check_answer(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let Some((operation, _)) = self.operation(method, path) else {
            return vec![format!("there is no {method} {path}")];
        };
        let answers = &operation["responses"];
        let Some(answer) = answers.get(status.to_string()).or_else(|| answers.get("default")) else {
            return vec![format!("{method} {path} never answers {status}")];
        };
        match self.resolve(answer)["content"]
            .get("application/json")
            .and_then(|content| content.get("schema"))
        {
            Some(schema) => self.judge(schema, Direction::Answer, body),
            None if body.is_null() => Vec::new(),
            None => vec![format!("{method} {path} answers {status} without a body")],
        }
    }

    /// What is wrong with a value that should be a thing of the description's own, such as `tracking_information`.
    pub fn check_thing(&self, name: &str, value: &Value) -> Vec<String> {
        match self.document["components"]["schemas"].get(name) {
            Some(schema) => self.judge(schema, Direction::Answer, value),
            None => vec![format!("there is no {name}")],
        }
    }

    /// The operation of a method at a path, and the path's own entry. A path that is written out is found before one
    /// with parameters.
    fn operation(&self, method: &str, path: &str) -> Option<(&Value, &Value)> {
        let paths = self.document["paths"].as_object()?;
        let fits = |template: &str| {
            let (mut own, mut given) = (template.split('/'), path.split('/'));
            loop {
                match (own.next(), given.next()) {
                    (None, None) => return true,
                    (Some(own), Some(given)) if own == given => {}
                    (Some(own), Some(given)) if own.starts_with('{') && !given.is_empty() => {}
                    _ => return false,
                }
            }
        };
        let item =
            paths.get(path).or_else(|| paths.iter().find(|(name, _)| fits(name)).map(|(_, item)| item))?;
        Some((item.get(method.to_ascii_lowercase())?, item))
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        translate::resolve(&self.document, value)
    }

    fn judge(&self, schema: &Value, direction: Direction, value: &Value) -> Vec<String> {
        let schema = schema_for(&self.document, schema, direction);
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("the schema does not compile: {error}"));
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }
}

/// The parameter that a name in a query belongs to.
fn base_of(name: &str) -> &str {
    name.split('[').next().unwrap_or_default()
}

fn places(name: &str) -> Vec<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("TRADEPOST_SPECS").map(PathBuf::from);
    named
        .into_iter()
        .chain([here.join("../shared/specs"), here.join("tests/api/spec/kept")])
        .map(|folder| folder.join(name))
        .collect()
}

/// A description small enough to be read at a glance, with what is hard in the large ones.
fn small() -> Spec {
    let document = serde_json::json!({
        "paths": {
            "/things/{id}": { "post": { "requestBody": { "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/new_thing" } },
                "application/x-www-form-urlencoded": { "schema": {
                    "type": "object", "additionalProperties": false, "required": ["amount"],
                    "properties": {
                        "amount": { "type": "integer" },
                        "live": { "type": "boolean" },
                        "lines": { "type": "array", "items": { "type": "object", "required": ["n"], "properties": {
                            "n": { "type": "integer" }, "note": { "type": "string" } } } },
                        "address": { "anyOf": [{ "type": "object", "additionalProperties": false,
                            "properties": { "line1": { "type": "string" } } }, { "enum": [""], "type": "string" }] },
                    }
                } }
            } }, "parameters": [{ "name": "page", "in": "query", "required": true, "schema": { "type": "integer" } }],
                "responses": { "200": { "content": { "application/json": { "schema": {
                    "$ref": "#/components/schemas/thing" } } } } } } },
        },
        "components": { "schemas": {
            "base": { "type": "object", "additionalProperties": false, "required": ["name"], "properties": {
                "name": { "type": "string", "minLength": 1, "nullable": true } } },
            "weighed": { "type": "object", "additionalProperties": false, "properties": {
                "weight": { "type": "number", "minimum": 0, "exclusiveMinimum": true } } },
            "new_thing": { "allOf": [{ "$ref": "#/components/schemas/base" },
                { "$ref": "#/components/schemas/weighed" }], "additionalProperties": false },
            "thing": { "allOf": [{ "$ref": "#/components/schemas/new_thing" }], "required": ["id"],
                "properties": { "id": { "type": "string", "readOnly": true } } },
        } }
    });
    Spec { document: Arc::new(document) }
}

#[test]
fn parts_that_are_each_closed_are_open_to_each_other_and_closed_together() {
    use serde_json::json;
    let check = |body: Value| small().check_json("POST", "/things/7", &body);
    assert_eq!(check(json!({ "name": "a", "weight": 1 })), [""; 0]);
    assert_eq!(check(json!({ "name": null })), [""; 0]);
    for wrong in [
        json!({ "name": "a", "other": 1 }),
        json!({ "name": "", "weight": 1 }),
        json!({ "name": "a", "weight": 0 }),
        json!({ "weight": 1 }),
        json!([]),
    ] {
        assert!(!check(wrong.clone()).is_empty(), "{wrong}");
    }
    assert_eq!(small().check_json("GET", "/things/7", &json!({})), ["there is no GET /things/7"]);
    assert_eq!(small().check_json("POST", "/things", &json!({})), ["there is no POST /things"]);
    let thing = |body: &Value| small().check_answer("POST", "/things/7", 200, body);
    assert_eq!(thing(&json!({ "name": "a", "id": "7" })), [""; 0]);
    assert!(
        !thing(&json!({ "name": "a" })).is_empty() && !small().check_thing("thing", &json!({})).is_empty()
    );
    assert_eq!(small().check_answer("POST", "/things/7", 500, &json!({})).len(), 1);
    let open = small().patched(|document| document["components"]["schemas"]["base"] = json!({}));
    assert_eq!(open.check_json("POST", "/things/7", &json!({ "weight": 1 })), [""; 0]);
}

#[test]
fn forms_are_read_as_the_schema_says() {
    let check = |body: &str| small().check_form("POST", "/things/7", body);
    let good = "amount=12&live=true&lines[0][n]=1&lines[0][note]=2&lines[1][n]=3&address[line1]=4%20Street";
    assert_eq!(check(good), [""; 0]);
    assert_eq!(check("amount=12&address="), [""; 0]);
    for wrong in [
        "live=true",
        "amount=a",
        "amount=1&live=perhaps",
        "amount=1&lines[0][note]=x",
        "amount=1&address[line9]=x",
        "amount=1&other=2",
    ] {
        assert!(!check(wrong).is_empty(), "{wrong}");
    }
    let query = |target: &str| small().check_parameters("POST", target);
    assert_eq!(query("/things/7?page=2"), [""; 0]);
    assert_eq!(query("/things/7"), ["page is missing"]);
    assert_eq!(query("/things/7?page=2&sort=up"), ["sort is unknown"]);
    assert_eq!(query("/things/7?page=two").len(), 1);
}
