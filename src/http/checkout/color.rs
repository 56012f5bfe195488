//! The shop's colours, so that what stands on them can be read. Pure rules, in whole numbers.

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Color([u8; 3]);

const WHITE: Color = Color([255, 255, 255]);
const BLACK: Color = Color([0, 0, 0]);
/// How bright white is.
const BRIGHTEST: u64 = 65_535;
/// What the light of a room adds to every brightness: a twentieth of white.
const GLARE: u64 = 3_277;
/// Text needs a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3), in tenths.
const TEXT_CONTRAST: u64 = 45;

/// How bright a part of a colour is, of [`BRIGHTEST`] (WCAG 2.2, relative luminance).
const LINEAR: [u16; 256] = [
    0, 20, 40, 60, 80, 99, 119, 139, 159, 179, 199, 219, 241, 264, 288, 313, 340, 367, 396, 427, 458, 491,
    526, 562, 599, 637, 677, 718, 761, 805, 851, 898, 947, 997, 1048, 1101, 1156, 1212, 1270, 1330, 1391,
    1453, 1517, 1583, 1651, 1720, 1790, 1863, 1937, 2013, 2090, 2170, 2250, 2333, 2418, 2504, 2592, 2681,
    2773, 2866, 2961, 3058, 3157, 3258, 3360, 3464, 3570, 3678, 3788, 3900, 4014, 4129, 4247, 4366, 4488,
    4611, 4736, 4864, 4993, 5124, 5257, 5392, 5530, 5669, 5810, 5953, 6099, 6246, 6395, 6547, 6700, 6856,
    7014, 7174, 7335, 7500, 7666, 7834, 8004, 8177, 8352, 8528, 8708, 8889, 9072, 9258, 9445, 9635, 9828,
    10022, 10219, 10417, 10619, 10822, 11028, 11235, 11446, 11658, 11873, 12090, 12309, 12530, 12754, 12980,
    13209, 13440, 13673, 13909, 14146, 14387, 14629, 14874, 15122, 15371, 15623, 15878, 16135, 16394, 16656,
    16920, 17187, 17456, 17727, 18001, 18277, 18556, 18837, 19121, 19407, 19696, 19987, 20281, 20577, 20876,
    21177, 21481, 21787, 22096, 22407, 22721, 23038, 23357, 23678, 24002, 24329, 24658, 24990, 25325, 25662,
    26001, 26344, 26688, 27036, 27386, 27739, 28094, 28452, 28813, 29176, 29542, 29911, 30282, 30656, 31033,
    31412, 31794, 32179, 32567, 32957, 33350, 33745, 34143, 34544, 34948, 35355, 35764, 36176, 36591, 37008,
    37429, 37852, 38278, 38706, 39138, 39572, 40009, 40449, 40891, 41337, 41785, 42236, 42690, 43147, 43606,
    44069, 44534, 45002, 45473, 45947, 46423, 46903, 47385, 47871, 48359, 48850, 49344, 49841, 50341, 50844,
    51349, 51858, 52369, 52884, 53401, 53921, 54445, 54971, 55500, 56032, 56567, 57105, 57646, 58190, 58737,
    59287, 59840, 60396, 60955, 61517, 62082, 62650, 63221, 63795, 64372, 64952, 65535,
];

impl Color {
    /// Reads `#RRGGBB` or `RRGGBB`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// Six digits.
    pub(super) fn hex(self) -> String {
        let [red, green, blue] = self.0;
        format!("{red:02x}{green:02x}{blue:02x}")
    }

    fn brightness(self) -> u64 {
        let [red, green, blue] =
            self.0.map(|part| LINEAR.get(usize::from(part)).copied().map_or(0, u64::from));
        (red * 2_126 + green * 7_152 + blue * 722) / 10_000
    }

    /// Whether text of one colour can be read on the other.
    pub(super) fn reads_on(self, other: Self) -> bool {
        let (one, other) = (self.brightness() + GLARE, other.brightness() + GLARE);
        one.max(other) * 10 >= one.min(other) * TEXT_CONTRAST
    }

    /// What can be read on it: the wished colour, else black or white, whichever is further away.
    pub(super) fn text_on(self, wished: Option<Self>) -> Self {
        if let Some(wished) = wished.filter(|wished| wished.reads_on(self)) {
            return wished;
        }
        // Where both contrasts are the same: (white + glare) : (x + glare) = (x + glare) : glare.
        let squared = (self.brightness() + GLARE).pow(2);
        if squared <= (BRIGHTEST + GLARE) * GLARE { WHITE } else { BLACK }
    }

    /// The style sheet of a shop with this colour, and the wished one on it.
    pub(super) fn style_sheet(self, wished: Option<Self>) -> String {
        let on = self.text_on(wished).hex();
        let accent = self.hex();
        // On white the colour stands alone only where it can be read there.
        let ink = if self.reads_on(WHITE) { format!("#{accent}") } else { "#1d2430".to_owned() };
        format!(":root{{--accent:#{accent};--on-accent:#{on};--link:{ink}}}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(text: &str) -> Color {
        Color::parse(text).unwrap()
    }

    #[test]
    fn colors_are_six_digits() {
        assert_eq!(color("#0aF9b3").hex(), "0af9b3");
        assert_eq!(color("0af9b3"), color("#0AF9B3"));
        for wrong in ["", "#fff", "#0af9bg", "#0af9b3f", "##af9b3", "red", "äöü"] {
            assert_eq!(Color::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contrasts_are_those_of_the_guidelines() {
        // Around the limit, by the formula of WCAG 2.2 in decimals: #767676 on white is 4.54, #777777 is 4.48.
        assert!(color("#767676").reads_on(WHITE) && !color("#777777").reads_on(WHITE));
        // On black, #757575 is 4.56 and #747474 is 4.49.
        assert!(color("#757575").reads_on(BLACK) && !color("#747474").reads_on(BLACK));
        assert!(WHITE.reads_on(BLACK) && !WHITE.reads_on(WHITE));
    }

    #[test]
    fn what_stands_on_a_color_can_be_read() {
        assert_eq!(color("#0b3d2e").text_on(None), WHITE);
        assert_eq!(color("#ffd400").text_on(None), BLACK);
        assert_eq!(color("#0b3d2e").text_on(Some(color("#ffe9a8"))).hex(), "ffe9a8");
        assert_eq!(color("#0b3d2e").text_on(Some(color("#0b3d2f"))), WHITE, "nobody could read that");
        for red in 0..=255_u8 {
            for (green, blue) in [(0, 0), (red, red), (128, 255), (255, 10), (90, red)] {
                let ground = Color([red, green, blue]);
                assert!(ground.text_on(None).reads_on(ground), "{ground:?}");
            }
        }
    }

    #[test]
    fn a_style_sheet_has_colors_only() {
        assert_eq!(
            color("#FFD400").style_sheet(Some(color("#222222"))),
            ":root{--accent:#ffd400;--on-accent:#222222;--link:#1d2430}\n"
        );
        assert_eq!(
            color("#0b3d2e").style_sheet(None),
            ":root{--accent:#0b3d2e;--on-accent:#ffffff;--link:#0b3d2e}\n"
        );
    }
}
