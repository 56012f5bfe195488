//! Which versions of the API are answered.

use async_graphql::{Object, SimpleObject};

/// The version whose shapes the schema has.
const CURRENT: (&str, &str) = ("2026-04", "2026-04");
/// The version that always means the newest.
const UNSTABLE: (&str, &str) = ("unstable", "unstable");

/// A version of the API.
#[derive(Clone, Debug, SimpleObject)]
pub struct ApiVersion {
    /// Its name for people.
    pub display_name: String,
    /// Its name in addresses.
    pub handle: String,
    /// Whether its shapes stay as they are.
    pub supported: bool,
}

impl ApiVersion {
    fn new((handle, display_name): (&str, &str), supported: bool) -> Self {
        Self { display_name: display_name.to_owned(), handle: handle.to_owned(), supported }
    }
}

/// The root fields about the API itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct VersionQuery;

/// The root fields about the API itself.
#[Object]
impl VersionQuery {
    /// The versions with a schema of their own. An address with any other version is answered like the current one.
    async fn public_api_versions(&self) -> Vec<ApiVersion> {
        vec![ApiVersion::new(CURRENT, true), ApiVersion::new(UNSTABLE, false)]
    }
}
