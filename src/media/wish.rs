//! How a picture is wanted, and what is made of it: pure arithmetic.

use super::kind::FileKind;
use super::picture::PictureFacts;

/// The longest side that is asked for; a greater number is taken as this one.
pub const MAX_WISHED_SIDE: u32 = 8_192;
/// The greatest number of screen pixels for one of the page.
const MAX_SCALE: u32 = 3;

/// Which part is kept of a picture that is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crop {
    /// The middle.
    Center,
    /// The upper part.
    Top,
    /// The lower part.
    Bottom,
    /// The left part.
    Left,
    /// The right part.
    Right,
}

impl Crop {
    const ALL: [Self; 5] = [Self::Center, Self::Top, Self::Bottom, Self::Left, Self::Right];

    fn word(self) -> &'static str {
        match self {
            Self::Center => "center",
            Self::Top => "top",
            Self::Bottom => "bottom",
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// The format in which a picture is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WishedFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP, or what is smaller: only lossless WebP can be written.
    Webp,
}

impl WishedFormat {
    fn word(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    fn is(self, kind: FileKind) -> bool {
        match self {
            Self::Jpeg => kind == FileKind::Jpeg,
            Self::Png => kind == FileKind::Png,
            Self::Webp => kind == FileKind::Webp,
        }
    }
}

/// How a picture is wanted. A wish that makes no sense is left aside: a picture that shows is better than none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    width: Option<u32>,
    height: Option<u32>,
    crop: Option<Crop>,
    format: Option<WishedFormat>,
}

/// What is made of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The part that is cut out: left, top, width and height.
    pub part: (u32, u32, u32, u32),
    /// Width of the outcome.
    pub width: u32,
    /// Height of the outcome.
    pub height: u32,
    /// Format of the outcome.
    pub format: WishedFormat,
    crop: Option<Crop>,
}

impl Wish {
    /// A wish in numbers: sides in pixels of the page, times `scale`.
    #[must_use]
    pub fn new(
        width: Option<i64>,
        height: Option<i64>,
        crop: Option<Crop>,
        format: Option<WishedFormat>,
        scale: Option<i64>,
    ) -> Self {
        let scale = scale.and_then(|scale| u32::try_from(scale).ok());
        let scale = scale.filter(|scale| (1..=MAX_SCALE).contains(scale)).unwrap_or(1);
        let side = |side: Option<i64>| {
            let side = side.filter(|side| *side > 0)?;
            let side = u32::try_from(side).unwrap_or(MAX_WISHED_SIDE);
            Some(side.saturating_mul(scale).min(MAX_WISHED_SIDE))
        };
        Self { width: side(width), height: side(height), crop, format }
    }

    /// Reads the parameters of an address: `width`, `height`, `crop`, `format`, `scale`. Others, and values that make no
    /// sense, are left aside; of one that comes twice the last counts.
    #[must_use]
    pub fn parse<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut width, mut height, mut crop, mut format, mut scale) = (None, None, None, None, None);
        let number = |text: &str| text.parse::<i64>().ok();
        for (name, value) in parameters {
            match name {
                "width" => width = number(value),
                "height" => height = number(value),
                "scale" => scale = number(value),
                "crop" => crop = Crop::ALL.into_iter().find(|crop| crop.word() == value),
                "format" => {
                    format = match value {
                        "jpg" | "jpeg" | "pjpg" => Some(WishedFormat::Jpeg),
                        "png" => Some(WishedFormat::Png),
                        "webp" => Some(WishedFormat::Webp),
                        _ => None,
                    }
                }
                _ => {}
            }
        }
        Self::new(width, height, crop, format, scale)
    }

    /// Whether the picture is wanted as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.width.is_none() && self.height.is_none() && self.format.is_none()
    }

    /// The parameters of an address that wishes the same.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let crop = self.crop.filter(|_| self.width.is_some() && self.height.is_some());
        [
            self.width.map(|width| ("width", width.to_string())),
            self.height.map(|height| ("height", height.to_string())),
            crop.map(|crop| ("crop", crop.word().to_owned())),
            self.format.map(|format| ("format", format.word().to_owned())),
        ]
        .into_iter()
        .flatten()
    }

    /// What is to be made of a picture; `None` where it is shown as it is: nothing is to be done, or it moves.
    #[must_use]
    pub fn plan(&self, picture: &PictureFacts) -> Option<Plan> {
        if self.is_empty() || picture.is_animated {
            return None;
        }
        let whole = (picture.width, picture.height);
        let (part, (width, height)) = match (self.width, self.height, self.crop) {
            (Some(width), Some(height), Some(crop)) => cut(whole, (width, height), crop),
            (width, height, _) => ((0, 0, whole.0, whole.1), fit(whole, width, height)),
        };
        let is_whole = part == (0, 0, whole.0, whole.1);
        let format = self.format.unwrap_or(match picture.kind {
            FileKind::Jpeg => WishedFormat::Jpeg,
            FileKind::Webp => WishedFormat::Webp,
            _ => WishedFormat::Png,
        });
        let keeps_format = self.format.is_none_or(|format| format.is(picture.kind));
        if is_whole && (width, height) == whole && keeps_format {
            return None;
        }
        Some(Plan { part, width, height, format, crop: self.crop.filter(|_| !is_whole) })
    }
}

impl Plan {
    /// The outcome's name: equal wishes have equal names.
    pub(super) fn name(&self) -> String {
        let crop = self.crop.map(|crop| format!("-{}", crop.word())).unwrap_or_default();
        format!("{}x{}{crop}.{}", self.width, self.height, self.format.word())
    }
}

/// `side * to / from`, rounded, at least 1.
fn scaled(side: u32, to: u32, from: u32) -> u32 {
    let (side, to, from) = (u64::from(side), u64::from(to), u64::from(from.max(1)));
    u32::try_from((side * to + from / 2) / from).unwrap_or(u32::MAX).max(1)
}

/// The size at which a picture fits inside a box; never larger than it is.
fn fit((width, height): (u32, u32), most_wide: Option<u32>, most_high: Option<u32>) -> (u32, u32) {
    let most_wide = most_wide.unwrap_or(width).min(width);
    let most_high = most_high.unwrap_or(height).min(height);
    // The narrower side of the box decides: most_wide / width against most_high / height.
    if u64::from(most_wide) * u64::from(height) <= u64::from(most_high) * u64::from(width) {
        (most_wide, scaled(height, most_wide, width).min(most_high))
    } else {
        (scaled(width, most_high, height).min(most_wide), most_high)
    }
}

/// The largest part of a picture with the proportions of a box, and the size at which it fills the box; where the box is
/// larger than the part, the size is the part's.
fn cut(
    (width, height): (u32, u32),
    (wide, high): (u32, u32),
    crop: Crop,
) -> ((u32, u32, u32, u32), (u32, u32)) {
    let is_wider = u64::from(width) * u64::from(high) > u64::from(wide) * u64::from(height);
    let (part_wide, part_high) = if is_wider {
        (scaled(height, wide, high).min(width), height)
    } else {
        (width, scaled(width, high, wide).min(height))
    };
    let (spare_wide, spare_high) = (width - part_wide, height - part_high);
    let left = match crop {
        Crop::Left => 0,
        Crop::Right => spare_wide,
        Crop::Center | Crop::Top | Crop::Bottom => spare_wide / 2,
    };
    let top = match crop {
        Crop::Top => 0,
        Crop::Bottom => spare_high,
        Crop::Center | Crop::Left | Crop::Right => spare_high / 2,
    };
    let size = if wide > part_wide || high > part_high { (part_wide, part_high) } else { (wide, high) };
    ((left, top, part_wide, part_high), size)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn picture(width: u32, height: u32) -> PictureFacts {
        PictureFacts { kind: FileKind::Jpeg, width, height, is_animated: false }
    }

    fn wish(query: &str) -> Wish {
        Wish::parse(query.split('&').filter_map(|pair| pair.split_once('=')))
    }

    fn planned(query: &str, picture: &PictureFacts) -> Option<(String, (u32, u32, u32, u32))> {
        wish(query).plan(picture).map(|plan| (plan.name(), plan.part))
    }

    #[test]
    fn a_picture_fits_inside_what_is_asked_for() {
        let wide = picture(4_000, 3_000);
        let whole = (0, 0, 4_000, 3_000);
        for (query, name) in [
            ("width=400", "400x300.jpg"),
            ("height=300", "400x300.jpg"),
            ("width=400&height=400", "400x300.jpg"),
            ("width=400&height=30", "40x30.jpg"),
            ("width=400&crop=center", "400x300.jpg"),
            ("width=200&scale=2", "400x300.jpg"),
            ("width=1&height=1", "1x1.jpg"),
            ("width=400&format=webp", "400x300.webp"),
            ("format=png", "4000x3000.png"),
            ("width=9999&format=pjpg&height=300", "400x300.jpg"),
        ] {
            assert_eq!(planned(query, &wide), Some((name.to_owned(), whole)), "{query}");
        }
    }

    #[test]
    fn a_picture_is_cut_to_the_proportions_that_are_asked_for() {
        let wide = picture(4_000, 3_000);
        for (query, name, part) in [
            ("width=200&height=200&crop=center", "200x200-center.jpg", (500, 0, 3_000, 3_000)),
            ("width=200&height=200&crop=left", "200x200-left.jpg", (0, 0, 3_000, 3_000)),
            ("width=200&height=200&crop=right", "200x200-right.jpg", (1_000, 0, 3_000, 3_000)),
            ("width=200&height=200&crop=top", "200x200-top.jpg", (500, 0, 3_000, 3_000)),
            ("width=400&height=100&crop=top", "400x100-top.jpg", (0, 0, 4_000, 1_000)),
            ("width=400&height=100&crop=bottom", "400x100-bottom.jpg", (0, 2_000, 4_000, 1_000)),
            ("width=400&height=100&crop=center", "400x100-center.jpg", (0, 1_000, 4_000, 1_000)),
            ("width=400&height=300&crop=center", "400x300.jpg", (0, 0, 4_000, 3_000)),
            ("width=8000&height=8000&crop=center", "3000x3000-center.jpg", (500, 0, 3_000, 3_000)),
        ] {
            assert_eq!(planned(query, &wide), Some((name.to_owned(), part)), "{query}");
        }
    }

    #[test]
    fn what_makes_no_sense_or_changes_nothing_leaves_the_picture_as_it_is() {
        let small = picture(800, 600);
        for query in [
            "",
            "v=17",
            "width=0",
            "width=-5",
            "width=abc",
            "width=12.5",
            "width=1e3",
            "width=99999999999999999999999",
            "height=",
            "crop=center",
            "crop=middle",
            "format=svg",
            "format=jpg",
            "scale=2",
            "width=800",
            "width=4000&height=4000",
            "width=9223372036854775807",
            "width=400&width=x",
        ] {
            assert_eq!(planned(query, &small), None, "{query}");
        }
        let moving = PictureFacts { is_animated: true, ..small };
        assert_eq!(planned("width=100", &moving), None);
        assert_eq!(
            planned("width=100&scale=9", &small).unwrap().0,
            "100x75.jpg",
            "such a scale makes no sense"
        );
    }

    #[test]
    fn a_wish_is_written_as_it_is_read() {
        let written = |wish: Wish| {
            wish.parameters().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        };
        let new = Wish::new(Some(300), Some(200), Some(Crop::Top), Some(WishedFormat::Webp), Some(2));
        assert_eq!(written(new), "width=600&height=400&crop=top&format=webp");
        assert_eq!(wish(&written(new)), new);
        assert_eq!(written(Wish::new(Some(300), None, Some(Crop::Top), None, None)), "width=300");
        assert_eq!(written(Wish::new(Some(0), Some(-1), None, None, Some(0))), "");
    }

    proptest! {
        #[test]
        fn outcomes_lie_within_the_picture_and_the_wish(
            (width, height) in (1_u32..=5_000, 1_u32..=5_000),
            (wide, high) in (1_u32..=9_000, 1_u32..=9_000),
            crop in prop::option::of(prop::sample::select(Crop::ALL.to_vec())),
        ) {
            let wish = Wish { width: Some(wide), height: Some(high), crop, format: None };
            if let Some(plan) = wish.plan(&picture(width, height)) {
                let (left, top, part_wide, part_high) = plan.part;
                prop_assert!(left + part_wide <= width && top + part_high <= height);
                prop_assert!(part_wide >= 1 && part_high >= 1 && plan.width >= 1 && plan.height >= 1);
                prop_assert!(plan.width <= part_wide && plan.height <= part_high, "never larger than it is");
                prop_assert!(plan.width <= wide && plan.height <= high, "{plan:?}");
                // The proportions are those of the part, but for what rounding to whole pixels does.
                let error = (u64::from(plan.width) * u64::from(part_high))
                    .abs_diff(u64::from(plan.height) * u64::from(part_wide));
                prop_assert!(error <= u64::from(part_wide.max(part_high)), "{plan:?}");
            }
        }
    }
}
