//! The key under which a mutation is sent: where it stands, whose it is, and which request it names.

use std::net::IpAddr;

use actix_web::HttpRequest;
use async_graphql::Variables;
use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql_value::{ConstValue, Value};

use crate::actor::Actor;
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::secret::{self, SecretKey};

/// The header in which callers send a key.
const HEADER: &str = "idempotency-key";
/// The directive with which they put one on a field.
const DIRECTIVE: &str = "idempotent";
/// Characters of a key at most.
const MAX_LENGTH: usize = 255;
/// A key that is shorter than this may come to anybody's mind: of callers who show no token it counts for their address
/// alone. A longer one, such as a UUID, is known to whoever made it, wherever they try again.
const UNGUESSABLE_LENGTH: usize = 20;
/// Fragments within fragments that are looked into; deeper ones are refused before.
const MAX_SPREADS: usize = 20;

/// The parts of a request that make it the same request.
pub struct Parts<'a> {
    /// The document as it was sent.
    pub text: &'a str,
    /// Which of its operations.
    pub operation_name: Option<&'a str>,
    /// Its variables.
    pub variables: &'a Variables,
}

/// Who asks.
pub struct Caller<'a> {
    /// As the token shown tells.
    pub actor: &'a Actor,
    /// The token of the signed-in customer for whom is asked.
    pub customer_token: Option<&'a str>,
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::bad_input("IDEMPOTENCY_KEY_INVALID", message)
}

fn check(key: &str) -> Result<&str, ApiError> {
    let is_good = (1..=MAX_LENGTH).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let message = || invalid(format!("An idempotency key has 1 to {MAX_LENGTH} visible ASCII characters"));
    if is_good { Ok(key) } else { Err(message()) }
}

/// The key of a mutation: that of the header, or that on its root fields. A document is carried out once as a whole, so
/// that all that are given must be one. `None` where there is none.
///
/// # Errors
/// `IDEMPOTENCY_KEY_INVALID`.
pub fn key_of(
    request: &HttpRequest,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<Option<String>, ApiError> {
    let mut keys = Vec::new();
    for value in request.headers().get_all(HEADER) {
        if !keys.is_empty() {
            return Err(invalid("Send one idempotency key in the header"));
        }
        let value = value.to_str().unwrap_or_default();
        keys.push(check(value)?.to_owned());
    }
    let look = Look { document, operation, variables };
    look.add_keys(&operation.selection_set.node, 0, &mut keys)?;
    keys.dedup();
    if keys.len() > 1 {
        return Err(invalid("A document is carried out once as a whole: send one idempotency key with it"));
    }
    Ok(keys.pop())
}

struct Look<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
}

impl Look<'_> {
    fn add_keys(&self, set: &SelectionSet, spreads: usize, keys: &mut Vec<String>) -> Result<(), ApiError> {
        if spreads > MAX_SPREADS {
            return Ok(());
        }
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let marks = field.node.directives.iter().map(|directive| &directive.node);
                    for mark in marks.filter(|mark| mark.name.node == DIRECTIVE) {
                        keys.push(self.key_in(mark)?);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.add_keys(&fragment.node.selection_set.node, spreads + 1, keys)?;
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        self.add_keys(&fragment.node.selection_set.node, spreads + 1, keys)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn key_in(&self, mark: &Directive) -> Result<String, ApiError> {
        let given = mark.get_argument("key").map(|value| &value.node);
        let key = match given {
            Some(Value::String(key)) => Some(key.as_str()),
            Some(Value::Variable(name)) => {
                let definitions = self.operation.variable_definitions.iter();
                let default = || {
                    let mut defined = definitions.filter(|known| known.node.name.node == *name);
                    defined.next().and_then(|known| known.node.default_value())
                };
                match self.variables.get(name).or_else(default) {
                    Some(ConstValue::String(key)) => Some(key.as_str()),
                    _ => None,
                }
            }
            _ => None,
        };
        check(key.ok_or_else(|| invalid("The key of @idempotent is a text"))?).map(str::to_owned)
    }
}

/// Whose a key is, in a form that tells nobody who that is: one caller's key never meets another's.
///
/// # Errors
/// As [`SecretKey::derive`].
pub fn scope_of(secret_key: &SecretKey, caller: &Caller<'_>, key: &str) -> Result<String, Fault> {
    let who = match caller.actor {
        Actor::Admin { token, .. } => return Ok(format!("admin/{}", token.0)),
        Actor::System => return Ok("system".to_owned()),
        Actor::Shopper { token, origin } => {
            let mut who = Vec::new();
            write_part(&mut who, token.map(|token| token.0.to_string()).unwrap_or_default().as_bytes());
            match caller.customer_token {
                Some(customer) => write_part(&mut who, &secret::hash_token(customer)),
                None if key.len() < UNGUESSABLE_LENGTH => {
                    let address = |address: IpAddr| address.to_string();
                    let (buyer, voucher) = origin.vouched.clone().unzip();
                    write_part(&mut who, origin.address.map(address).unwrap_or_default().as_bytes());
                    write_part(&mut who, buyer.map(address).unwrap_or_default().as_bytes());
                    write_part(&mut who, &voucher.unwrap_or_default());
                }
                None => {}
            }
            who
        }
    };
    let digest = secret_key.keyed_digest("idempotency.scope", &who)?;
    Ok(format!("storefront/{}", secret::hex_digest(&digest)))
}

/// What tells a request from others: everything that decides what it does, variables with their names in order.
///
/// # Errors
/// Where variables cannot be written.
pub fn material_of(parts: &Parts<'_>) -> Result<Vec<u8>, Fault> {
    let mut material = Vec::new();
    write_part(&mut material, parts.operation_name.unwrap_or_default().as_bytes());
    write_part(&mut material, parts.text.as_bytes());
    write_canonical(&serde_json::to_value(parts.variables)?, &mut material)?;
    Ok(material)
}

/// A part with its length before it, so that no two lists of parts are written alike.
fn write_part(out: &mut Vec<u8>, part: &[u8]) {
    out.extend(part.len().to_be_bytes());
    out.extend(part);
}

/// JSON without a choice: no spaces, and the names of each object in order.
fn write_canonical(value: &serde_json::Value, out: &mut Vec<u8>) -> Result<(), Fault> {
    match value {
        serde_json::Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            out.push(b'{');
            for (name, value) in fields {
                serde_json::to_writer(&mut *out, name)?;
                out.push(b':');
                write_canonical(value, out)?;
                out.push(b',');
            }
            out.push(b'}');
        }
        serde_json::Value::Array(items) => {
            out.push(b'[');
            for item in items {
                write_canonical(item, out)?;
                out.push(b',');
            }
            out.push(b']');
        }
        plain => serde_json::to_writer(&mut *out, plain)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;
    use crate::actor::Origin;
    use crate::graphql::operation;

    fn key(document: &str, variables: serde_json::Value, header: &[&str]) -> Result<Option<String>, ()> {
        let document = parse_query(document).unwrap();
        let operation = operation::find(&document, None).unwrap();
        let mut request = TestRequest::post();
        for value in header {
            request = request.append_header((HEADER, *value));
        }
        key_of(&request.to_http_request(), &document, operation, &Variables::from_json(variables)).map_err(
            |error| {
                assert!(matches!(error, ApiError::BadInput { code: "IDEMPOTENCY_KEY_INVALID", .. }));
            },
        )
    }

    #[test]
    fn a_document_has_one_key_wherever_it_stands() {
        let plain = "mutation { a { b @idempotent(key: \"deep\") } }";
        assert_eq!(key(plain, json!({}), &[]), Ok(None));
        assert_eq!(key(plain, json!({}), &["one"]), Ok(Some("one".to_owned())));
        let marked =
            "mutation($k: String = \"z\") { ...F a @idempotent(key: $k) ... { b @idempotent(key: \"b\") } }
            fragment F on Mutation { c @idempotent(key: \"b\") }";
        assert_eq!(key(marked, json!({ "k": "b" }), &[]), Ok(Some("b".to_owned())));
        assert_eq!(key(marked, json!({ "k": "b" }), &["b"]), Ok(Some("b".to_owned())));
        assert_eq!(key(marked, json!({}), &[]), Err(()));
        assert_eq!(key(marked, json!({ "k": "b" }), &["another"]), Err(()));
    }

    #[test]
    fn a_key_is_short_visible_and_one() {
        let plain = "mutation { a }";
        for bad in [&[""][..], &["a b"], &["a", "b"], &["a", "a"], &["\u{e9}"], &[&*"x".repeat(256)]] {
            assert_eq!(key(plain, json!({}), bad), Err(()), "{bad:?}");
        }
        assert!(key(plain, json!({}), &[&*"x".repeat(255)]).is_ok());
        let marked = "mutation($k: String) { a @idempotent(key: $k) }";
        for bad in [json!({}), json!({ "k": null }), json!({ "k": 7 }), json!({ "k": "" })] {
            assert_eq!(key(marked, bad, &[]), Err(()));
        }
        assert_eq!(key("mutation { a @idempotent }", json!({}), &["k"]), Err(()));
    }

    #[test]
    fn the_order_of_variables_makes_no_other_request() {
        let material = |text: &str, name: Option<&str>, variables: &str| {
            let variables = Variables::from_json(serde_json::from_str(variables).unwrap());
            material_of(&Parts { text, operation_name: name, variables: &variables }).unwrap()
        };
        let first = material("m", None, r#"{"a":{"x":1,"y":[2,3]},"b":null}"#);
        assert_eq!(first, material("m", None, r#"{ "b": null, "a": { "y": [2, 3], "x": 1 } }"#));
        for other in [
            material("m ", None, r#"{"a":{"x":1,"y":[2,3]},"b":null}"#),
            material("", Some("m"), r#"{"a":{"x":1,"y":[2,3]},"b":null}"#),
            material("m", None, r#"{"a":{"x":1,"y":[3,2]},"b":null}"#),
            material("m", None, r#"{"a":{"x":"1","y":[2,3]},"b":null}"#),
            material("m", None, r#"{"a":{"x":1,"y":[2,3]}}"#),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn nobody_has_the_key_of_another() {
        let secret_key = SecretKey::new("0123456789abcdef0123456789abcdef".into()).unwrap();
        let (short, long) = ("1", "0192f0c5-7a8e-7000-8000-000000000000");
        let from = |address: &str| Actor::Shopper {
            token: None,
            origin: Origin { address: Some(address.parse().unwrap()), vouched: None },
        };
        let (here, there) = (from("192.0.2.1"), from("192.0.2.2"));
        let admin = |id| Actor::Admin { token: entity::id::AccessTokenId(id), scopes: Vec::new() };
        let (one, two) = (admin(1), admin(2));
        let scope = |actor, customer_token, key| {
            scope_of(&secret_key, &Caller { actor, customer_token }, key).unwrap()
        };
        assert_eq!(scope(&here, None, long), scope(&there, None, long), "whoever made it, wherever they are");
        assert_ne!(scope(&here, None, short), scope(&there, None, short));
        assert_ne!(scope(&here, None, long), scope(&here, Some("ada"), long));
        assert_ne!(scope(&here, Some("bob"), short), scope(&here, Some("ada"), short));
        assert_eq!(scope(&there, Some("ada"), short), scope(&here, Some("ada"), short));
        assert_ne!(scope(&one, None, long), scope(&two, None, long));
        assert_ne!(scope(&one, None, long), scope(&here, None, long));
    }
}
