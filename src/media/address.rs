//! Addresses of media.

use entity::media;
use serde::{Deserialize, Serialize};
use url::Url;

use super::kind::FileKind;
use super::wish::Wish;
use crate::app::App;
use crate::error::Fault;

/// A file of a film or a model, as the column `media`.`sources` keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name in the media store.
    pub key: String,
    /// As HTTP names it.
    pub content_type: String,
    /// In bytes.
    pub byte_size: i64,
    /// In pixels; zero for what has none.
    pub width: i32,
    /// In pixels; zero for what has none.
    pub height: i32,
}

impl Source {
    /// The format's short name, such as mp4.
    #[must_use]
    pub fn format(&self) -> &str {
        let extension = self.key.rsplit_once('.').map_or("", |(_, extension)| extension);
        FileKind::by_extension(extension).map_or("", FileKind::extension)
    }
}

/// The files of a film or a model.
///
/// # Errors
/// A fault where the column holds something else.
pub fn sources_of(row: &media::Model) -> Result<Vec<Source>, Fault> {
    match &row.sources {
        Some(sources) => Ok(serde_json::from_value(sources.clone())?),
        None => Ok(Vec::new()),
    }
}

/// Where the bytes of a row lie: with us, or elsewhere.
#[must_use]
pub fn address(app: &App, row: &media::Model) -> String {
    app.media_url(row.storage_key.as_deref().or(row.source_url.as_deref()).unwrap_or_default())
}

/// Where a picture lies as it is wanted. One that lies elsewhere gets sides and part as parameters of its own address,
/// as delivery networks understand them; whether it is cut there is not ours to say.
#[must_use]
pub fn picture_address(app: &App, row: &media::Model, wish: &Wish) -> String {
    let address = address(app, row);
    let is_ours = row.storage_key.is_some();
    let wished: Vec<_> = wish.parameters().filter(|(name, _)| is_ours || *name != "format").collect();
    if wished.is_empty() { address } else { with_parameters(&address, &wished) }
}

/// An address with parameters, in place of those of the same names.
fn with_parameters(address: &str, wished: &[(&'static str, String)]) -> String {
    let Ok(mut url) = Url::parse(address) else {
        return address.to_owned();
    };
    let is_wished = |name: &str| wished.iter().any(|(wished, _)| *wished == name);
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| !is_wished(name)).collect();
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(wished);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_join_or_replace_those_of_an_address() {
        let wished = [("width", "300".to_owned()), ("crop", "center".to_owned())];
        for (address, expected) in [
            ("https://cdn.example/a.png", "https://cdn.example/a.png?width=300&crop=center"),
            ("https://cdn.example/a.png?v=17", "https://cdn.example/a.png?v=17&width=300&crop=center"),
            (
                "https://cdn.example/a%20b.png?width=9&v=1",
                "https://cdn.example/a%20b.png?v=1&width=300&crop=center",
            ),
            ("no address", "no address"),
        ] {
            assert_eq!(with_parameters(address, &wished), expected);
        }
    }
}
