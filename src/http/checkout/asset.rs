//! The style sheets of the pages: one for all shops, and one that holds the shop's colours. Their names say what is in
//! them, so that browsers keep them.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use super::color::Color;
use crate::secret::hex_digest;

const STYLE_SHEET: &str = include_str!("../pages/checkout/checkout.css");
/// Where they lie.
const FOLDER: &str = "/checkout/assets";
/// What has these names never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Digits of the digest in the name.
const DIGITS: usize = 16;

/// The name of the style sheet, made from what is in it.
static NAME: LazyLock<String> = LazyLock::new(|| {
    let digest: String = hex_digest(STYLE_SHEET.as_bytes()).chars().take(DIGITS).collect();
    format!("checkout-{digest}.css")
});

/// Where the style sheet of all shops lies.
pub(super) fn style_sheet() -> String {
    format!("{FOLDER}/{}", *NAME)
}

/// Where the style sheet lies that holds a shop's colours.
pub(super) fn colors(ground: Color, text: Option<Color>) -> String {
    let text = text.map(|text| format!("-{}", text.hex())).unwrap_or_default();
    format!("{FOLDER}/colors-{}{text}.css", ground.hex())
}

/// A style sheet by its name.
pub async fn show(name: web::Path<String>) -> HttpResponse {
    let Some(style) = content_of(&name) else { return HttpResponse::NotFound().finish() };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((CACHE_CONTROL, FOREVER))
        .insert_header(("x-content-type-options", "nosniff"))
        .body(style)
}

fn content_of(name: &str) -> Option<String> {
    if name == *NAME {
        return Some(STYLE_SHEET.to_owned());
    }
    let colors = name.strip_prefix("colors-")?.strip_suffix(".css")?;
    let (ground, text) = colors.split_once('-').map_or((colors, None), |(ground, text)| (ground, Some(text)));
    let text = match text {
        Some(text) => Some(Color::parse(text)?),
        None => None,
    };
    Some(Color::parse(ground)?.style_sheet(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(address: &str) -> &str {
        address.rsplit('/').next().unwrap()
    }

    #[test]
    fn style_sheets_are_found_by_the_names_that_pages_have() {
        assert_eq!(content_of(name(&style_sheet())).as_deref(), Some(STYLE_SHEET));
        let [ground, text] = ["#0b3d2e", "#ffe9a8"].map(|text| Color::parse(text).unwrap());
        assert_eq!(content_of(name(&colors(ground, None))), Some(ground.style_sheet(None)));
        assert_eq!(content_of(name(&colors(ground, Some(text)))), Some(ground.style_sheet(Some(text))));
        for wrong in [
            "checkout-.css",
            "checkout.css",
            "colors-.css",
            "colors-0b3d2e",
            "colors-0b3d2e-.css",
            "colors-0b3d2e-ffe9a8-.css",
            "colors-};body{}.css",
            "",
        ] {
            assert_eq!(content_of(wrong), None, "{wrong}");
        }
    }
}
