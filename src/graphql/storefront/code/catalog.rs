//! Sorting, pictures and measures of the catalog.

use async_graphql::Enum;

/// Which part of a picture is kept when it's cut to size.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CropRegion {
    /// Cut from the top.
    Bottom,
    /// Cut evenly from opposite sides.
    Center,
    /// Cut from the right.
    Left,
    /// Cut from the left.
    Right,
    /// Cut from the bottom.
    Top,
}

/// The file formats a picture can be asked for in.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImageContentType {
    /// JPEG, a good fit for photographs.
    Jpg,
    /// PNG, which is lossless and can be see-through.
    Png,
    /// WebP, usually the smallest.
    Webp,
}

/// The sites whose films can be shown.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaHost {
    /// vimeo.com.
    Vimeo,
    /// youtube.com.
    Youtube,
}

/// In which form a medium is described for a viewer.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaPresentationFormat {
    /// As a picture.
    Image,
    /// For the element `model-viewer`.
    ModelViewer,
}

/// What kind of thing a medium is.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaContentType {
    /// A film played from another site, such as YouTube or Vimeo.
    ExternalVideo,
    /// A still picture the shop keeps.
    Image,
    /// A three-dimensional model to turn around on screen.
    Model3d,
    /// A film the shop keeps.
    Video,
}

/// What the shop's list of products can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProductSortKeys {
    /// Units sold, most first.
    BestSelling,
    /// The moment the product was added.
    CreatedAt,
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// The lowest price among the product's variants.
    Price,
    /// The product type, alphabetically.
    ProductType,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
    /// The title, alphabetically.
    Title,
    /// The moment of the last change.
    UpdatedAt,
    /// The maker or brand, alphabetically.
    Vendor,
}

/// What the products inside one collection can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProductCollectionSortKeys {
    /// Units sold, most first.
    BestSelling,
    /// Whatever order the shop has set for this collection.
    CollectionDefault,
    /// The moment the product was added to the shop.
    Created,
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// The order in which the shop's staff arranged them.
    Manual,
    /// The lowest price among the product's variants.
    Price,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
    /// The title, alphabetically.
    Title,
}

/// What the shop's list of collections can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CollectionSortKeys {
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
    /// The title, alphabetically.
    Title,
    /// The moment of the last change.
    UpdatedAt,
}

/// What a product's variants can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProductVariantSortKeys {
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// The place the shop gave each variant.
    Position,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
    /// The stock-keeping unit, alphabetically.
    Sku,
    /// The title, alphabetically.
    Title,
}

/// What a product's pictures can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProductImageSortKeys {
    /// The moment the picture was added.
    CreatedAt,
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// The place the shop gave each picture.
    Position,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
}

/// What a product's pictures, films and models can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProductMediaSortKeys {
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// The place the shop gave each one.
    Position,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
}

/// Whether a count can be taken literally.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CountPrecision {
    /// Counting stopped early, so there may be more.
    AtLeast,
    /// Everything was counted.
    Exact,
}

/// The family of measures people in a country are used to.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitSystem {
    /// Pounds, inches and their relatives.
    ImperialSystem,
    /// Kilograms, centimetres and their relatives.
    MetricSystem,
}

/// What a weight is given in.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum WeightUnit {
    /// A thousandth of a kilogram.
    Grams,
    /// The base unit of mass in the metric system.
    Kilograms,
    /// A sixteenth of a pound, about 28.35 g.
    Ounces,
    /// About 453.6 g.
    Pounds,
}

/// What is being measured when a price is quoted per unit.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitPriceMeasurementMeasuredType {
    /// How much surface it covers, as with fabric or tiles.
    Area,
    /// How many pieces there are.
    Count,
    /// How long it is, as with rope or ribbon.
    Length,
    /// Something this version has no word for.
    Unknown,
    /// How much room it takes, as with drinks.
    Volume,
    /// How heavy it is.
    Weight,
}

/// The unit in "price per unit".
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitPriceMeasurementMeasuredUnit {
    /// Centilitre, 10 ml.
    Cl,
    /// Centimetre, 10 mm.
    Cm,
    /// US fluid ounce, about 29.57 ml.
    Floz,
    /// Foot, 30.48 cm.
    Ft,
    /// Square foot, about 0.093 m².
    #[graphql(name = "FT2")]
    Ft2,
    /// Gram.
    G,
    /// US gallon, about 3.785 l.
    Gal,
    /// Inch, 2.54 cm.
    In,
    /// A single piece.
    Item,
    /// Kilogram.
    Kg,
    /// Litre.
    L,
    /// Pound, about 453.6 g.
    Lb,
    /// Metre.
    M,
    /// Square metre.
    M2,
    /// Cubic metre.
    M3,
    /// Milligram, a thousandth of a gram.
    Mg,
    /// Millilitre, a cubic centimetre.
    Ml,
    /// Millimetre, a tenth of a centimetre.
    Mm,
    /// Ounce, about 28.35 g.
    Oz,
    /// US pint, about 473 ml.
    Pt,
    /// US quart, about 946 ml.
    Qt,
    /// A unit this version has no word for.
    Unknown,
    /// Yard, 91.44 cm.
    Yd,
}
