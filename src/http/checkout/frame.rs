//! What is around every page: the shop's name, sign and colours, and the phrases in the buyer's language.

use super::asset;
use super::color::Color;
use super::words::{WORDS, Words};
use crate::app::App;
use crate::error::Fault;
use crate::media::{self, Wish, media_by_ids};
use crate::store::{self, Brand};
use crate::wording::{Tongue, fill};

/// The height of the shop's sign, in pixels of the page.
const LOGO_HEIGHT: i64 = 48;
/// How many pixels of a picture are one of the page, for sharp screens.
const SHARP: i64 = 2;

/// What is around every page.
pub(super) struct Frame {
    /// The language.
    pub(super) tongue: Tongue,
    /// What is said in it.
    pub(super) words: &'static Words,
    /// The shop's name.
    pub(super) shop: String,
    /// Where the shop's sign is, where it has one.
    pub(super) logo: Option<String>,
    /// The shop's own pages and the phrase that leads there, where the front end is known.
    pub(super) home: Option<(String, String)>,
    /// Where the style sheet lies.
    pub(super) style_sheet: String,
    /// Where the shop's colours lie.
    pub(super) colors: Option<String>,
    /// What stands before every path of ours.
    root: String,
}

impl Frame {
    /// With the shop's look, in the shop's own language where no other is asked for: one statement, and one more where it
    /// has a sign.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn of_shop(app: &App, tongue: Option<Tongue>) -> Result<Self, Fault> {
        let shop = app.shop().await?;
        let brand = store::find_brand(app.db.reader(), &shop).await?.unwrap_or_default();
        let logo = match brand.logo {
            Some(id) => media_by_ids(app.db.reader(), &[id]).await?.remove(&id),
            None => None,
        };
        let wish = Wish::new(None, Some(LOGO_HEIGHT), None, None, Some(SHARP));
        let bare = Self::bare(app, tongue).await?;
        Ok(Self {
            logo: logo.map(|row| media::picture_address(app, &row, &wish)),
            colors: colors_of(&brand).map(|path| format!("{}{path}", bare.root)),
            ..bare
        })
    }

    /// With the shop's name alone, for when the rest cannot be had.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn bare(app: &App, tongue: Option<Tongue>) -> Result<Self, Fault> {
        let row = app.shop().await?;
        let tongue = tongue.unwrap_or_else(|| Tongue::of(&row.language));
        let (words, shop) = (WORDS.of(tongue)?, row.name.clone());
        let root = root_of(app);
        let has_front_end = app.config.storefront_url != app.config.public_url;
        let back = fill(&words.back_to_shop, &[("shop", &shop)]);
        Ok(Self {
            tongue,
            words,
            logo: None,
            home: has_front_end.then(|| (app.config.storefront_url.to_string(), back)),
            style_sheet: format!("{root}{}", asset::style_sheet()),
            colors: None,
            root,
            shop,
        })
    }
}

/// What stands before every path of ours: the path of the shop's public address, where it has one.
pub(super) fn root_of(app: &App) -> String {
    app.config.public_url.path().trim_end_matches('/').to_owned()
}

/// Where the colours lie that the shop uses most.
fn colors_of(brand: &Brand) -> Option<String> {
    let pair = brand.colors.primary.first()?;
    let color = |text: &Option<String>| text.as_deref().and_then(Color::parse);
    Some(asset::colors(color(&pair.background)?, color(&pair.foreground)))
}
