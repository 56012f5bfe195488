//! Values that name other things of the shop.

/// Which things a value may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefKind {
    /// Products.
    Product,
    /// Variants.
    Variant,
    /// Collections.
    Collection,
    /// Pages.
    Page,
    /// Articles.
    Article,
    /// Pictures and other files.
    File,
    /// Metaobjects of one kind.
    Metaobject,
    /// Metaobjects of several kinds.
    Mixed,
}

/// Where a thing that a value names is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A product.
    Product,
    /// A variant.
    Variant,
    /// A collection.
    Collection,
    /// A page.
    Page,
    /// An article.
    Article,
    /// A picture, a film, a model or another file.
    Media,
    /// A metaobject.
    Metaobject,
}

/// A thing that a value names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// Where it is kept.
    pub target: Target,
    /// Its key there.
    pub id: i64,
}

const PREFIX: &str = "gid://shopify/";

impl Reference {
    /// The thing with this global id, if a value of this kind may name it, and the id in its normal form.
    #[must_use]
    pub fn parse(kind: RefKind, text: &str) -> Option<(Self, String)> {
        let (name, number) = text.trim().strip_prefix(PREFIX)?.split_once('/')?;
        // The back office has names of its own for pages and articles.
        let (target, name) = match name {
            "Product" => (Target::Product, "Product"),
            "ProductVariant" => (Target::Variant, "ProductVariant"),
            "Collection" => (Target::Collection, "Collection"),
            "Page" | "OnlineStorePage" => (Target::Page, "Page"),
            "Article" | "OnlineStoreArticle" => (Target::Article, "Article"),
            "MediaImage" => (Target::Media, "MediaImage"),
            "GenericFile" => (Target::Media, "GenericFile"),
            "Video" => (Target::Media, "Video"),
            "Model3d" => (Target::Media, "Model3d"),
            "Metaobject" => (Target::Metaobject, "Metaobject"),
            _ => return None,
        };
        let id: i64 = number.parse().ok().filter(|id| *id > 0)?;
        (kind.target() == target).then(|| (Self { target, id }, format!("{PREFIX}{name}/{id}")))
    }

    /// The things that a stored value names, in their order.
    #[must_use]
    pub fn all_in(kind: RefKind, is_list: bool, value: &str) -> Vec<Self> {
        let ids =
            if is_list { serde_json::from_str(value).unwrap_or_default() } else { vec![value.to_owned()] };
        ids.iter().filter_map(|id| Self::parse(kind, id)).map(|(reference, _)| reference).collect()
    }
}

impl RefKind {
    fn target(self) -> Target {
        match self {
            Self::Product => Target::Product,
            Self::Variant => Target::Variant,
            Self::Collection => Target::Collection,
            Self::Page => Target::Page,
            Self::Article => Target::Article,
            Self::File => Target::Media,
            Self::Metaobject | Self::Mixed => Target::Metaobject,
        }
    }
}

impl Target {
    /// The table in which such things are kept; a deleted variant is there no more.
    #[must_use]
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Variant => "variant",
            Self::Collection => "collection",
            Self::Page => "page",
            Self::Article => "article",
            Self::Media => "media",
            Self::Metaobject => "metaobject",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_names_only_things_of_its_kind() {
        let product = Reference::parse(RefKind::Product, "gid://shopify/Product/7");
        let expected = Reference { target: Target::Product, id: 7 };
        assert_eq!(product, Some((expected, "gid://shopify/Product/7".to_owned())));
        let page = Reference::parse(RefKind::Page, "gid://shopify/OnlineStorePage/3");
        assert_eq!(page.map(|(_, text)| text), Some("gid://shopify/Page/3".to_owned()));
        for wrong in
            ["7", "gid://shopify/Collection/7", "gid://shopify/Product/0", "gid://shopify/Product/x", ""]
        {
            assert_eq!(Reference::parse(RefKind::Product, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lists_are_read_in_their_order() {
        let list = r#"["gid://shopify/Product/2","gid://shopify/Product/1"]"#;
        let ids: Vec<i64> =
            Reference::all_in(RefKind::Product, true, list).iter().map(|found| found.id).collect();
        assert_eq!(ids, [2, 1]);
        assert_eq!(Reference::all_in(RefKind::Product, true, "rubbish"), []);
    }
}
