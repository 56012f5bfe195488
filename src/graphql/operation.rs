//! The operation of a document that will be run, and whether it has the variables that it needs.

use async_graphql::Variables;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition};
use async_graphql_value::ConstValue;

use super::error::ApiError;

/// The operation with this name, or the only one.
///
/// # Errors
/// `UNKNOWN_OPERATION` where there is none of this name, or several and no name.
pub fn find<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ApiError> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) => {
            operations.values().next().filter(|_| operations.len() == 1)
        }
    };
    let unknown = || ApiError::bad_input("UNKNOWN_OPERATION", "The document has no operation of this name");
    operation.map(|operation| &operation.node).ok_or_else(unknown)
}

/// Refuses an operation whose variables lack one that must not be null: async-graphql would run it with null.
///
/// # Errors
/// `GRAPHQL_VALIDATION_FAILED`.
pub fn check_variables(operation: &OperationDefinition, variables: &Variables) -> Result<(), ApiError> {
    for definition in operation.variable_definitions.iter().map(|definition| &definition.node) {
        let name = &definition.name.node;
        let given = variables.get(name);
        let missing = given.is_none() && definition.default_value().is_none();
        if !definition.var_type.node.nullable && (missing || given == Some(&ConstValue::Null)) {
            let message = format!("Variable ${name} of type {} must not be null", definition.var_type.node);
            return Err(ApiError::bad_input("GRAPHQL_VALIDATION_FAILED", message));
        }
    }
    Ok(())
}
