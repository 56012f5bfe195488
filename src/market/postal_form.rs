//! How countries write their postal codes, and where in an address. Pure rules.

/// Countries in which the postal code stands behind the city and the province.
pub const COUNTRIES_WITH_POSTCODE_LAST: [&str; 25] = [
    "AE", "AU", "BR", "CA", "GB", "GG", "GI", "HK", "ID", "IE", "IM", "IN", "JE", "KR", "NG", "NZ", "PE",
    "PH", "PK", "SA", "SG", "TH", "TW", "US", "ZA",
];

/// How the postal codes of a country look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostcodeForm {
    country: &'static str,
    /// Its forms without spaces and hyphens: 9 is a digit, A a letter, all else stands for itself.
    forms: &'static [&'static str],
    /// One that people know.
    pub example: &'static str,
}

const FIVE_DIGITS: &[&str] = &["99999"];
const FOUR_DIGITS: &[&str] = &["9999"];

const fn form(country: &'static str, forms: &'static [&'static str], example: &'static str) -> PostcodeForm {
    PostcodeForm { country, forms, example }
}

/// Only countries whose codes all look so: of the others every text is taken.
const FORMS: [PostcodeForm; 18] = [
    form("AT", FOUR_DIGITS, "1010"),
    form("AU", FOUR_DIGITS, "2000"),
    form("BE", FOUR_DIGITS, "1000"),
    form("CA", &["A9A9A9"], "K1A 0B1"),
    form("CH", FOUR_DIGITS, "3000"),
    form("DE", FIVE_DIGITS, "10115"),
    form("DK", FOUR_DIGITS, "1050"),
    form("ES", FIVE_DIGITS, "28001"),
    form("FR", FIVE_DIGITS, "75001"),
    form("GB", &["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA", "AAA9AA"], "SW1A 1AA"),
    form("IT", FIVE_DIGITS, "00184"),
    form("JP", &["9999999"], "100-0001"),
    form("NL", &["9999AA"], "1012 AB"),
    form("NO", FOUR_DIGITS, "0150"),
    form("PL", FIVE_DIGITS, "00-001"),
    form("PT", &["9999999"], "1000-001"),
    form("SE", FIVE_DIGITS, "111 22"),
    form("US", &["99999", "999999999"], "10118"),
];

/// What no code is told apart by: spaces, hyphens in all their shapes, the Japanese sign for a postal code.
fn is_ornament(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '‐' | '‑' | '–' | '—' | '−' | '－' | 'ー' | '〒')
}

/// A letter as it is compared: a capital, and of the plain width.
fn plain(letter: char) -> char {
    let plain = match letter {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            u32::from(letter).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(letter)
        }
        letter => letter,
    };
    plain.to_ascii_uppercase()
}

/// The form that the postal codes of a country have, where this one has another.
#[must_use]
pub fn wrong_postcode_form(country: &str, postcode: &str) -> Option<&'static PostcodeForm> {
    let form = FORMS.iter().find(|form| form.country == country)?;
    let code: Vec<char> = postcode.chars().filter(|letter| !is_ornament(*letter)).map(plain).collect();
    // Some write the country before it, as in SE-111 22.
    let prefix: Vec<char> = country.chars().collect();
    let bare = code.strip_prefix(prefix.as_slice()).unwrap_or(&code);
    let is_so = |code: &[char], form: &str| {
        let letters = || form.chars().zip(code).all(|(wanted, letter)| fits(wanted, *letter));
        form.chars().count() == code.len() && letters()
    };
    let fits = form.forms.iter().any(|form| is_so(&code, form) || is_so(bare, form));
    (!fits).then_some(form)
}

fn fits(wanted: char, letter: char) -> bool {
    match wanted {
        '9' => letter.is_ascii_digit(),
        'A' => letter.is_ascii_alphabetic(),
        wanted => wanted == letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_taken_as_people_write_them() {
        for (country, codes) in [
            ("US", &["73301", "73301-1234", "73301 1234", " 10118 "][..]),
            ("CA", &["K1A 0B1", "k1a0b1", "K1A-0B1"]),
            (
                "GB",
                &["SW1A 1AA", "m1 1ae", "B33 8TH", "CR26XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB", "GIR 0AA"],
            ),
            ("DE", &["10115", "DE-10115"]),
            ("FR", &["75001", "97110"]),
            ("NL", &["1012AB", "1012 ab", "NL-1012 AB"]),
            ("SE", &["11122", "111 22", "SE-111 22"]),
            ("NO", &["0150", "NO-0150"]),
            ("PL", &["00-001", "00001"]),
            ("PT", &["1000-001"]),
            ("JP", &["100-0001", "1000001", "〒100-0001", "１００－０００１", "１００ー０００１"]),
            ("AU", &["2000"]),
            // Nothing is known of these.
            ("BR", &["x"]),
            ("", &["x"]),
        ] {
            for code in codes {
                assert_eq!(wrong_postcode_form(country, code), None, "{country} {code}");
            }
        }
    }

    #[test]
    fn codes_of_another_form_are_told_with_an_example() {
        for (country, code, example) in [
            ("US", "1234", "10118"),
            ("US", "733011", "10118"),
            ("CA", "12345", "K1A 0B1"),
            ("GB", "10115", "SW1A 1AA"),
            ("GB", "SW1A", "SW1A 1AA"),
            ("DE", "1011", "10115"),
            ("DE", "1011S", "10115"),
            ("DE", "١٢٣٤٥", "10115"),
            ("AT", "10115", "1010"),
            ("CH", "", "3000"),
            ("NL", "1012", "1012 AB"),
            ("SE", "111-2", "111 22"),
            ("JP", "100-000", "100-0001"),
        ] {
            let told = wrong_postcode_form(country, code).map(|form| form.example);
            assert_eq!(told, Some(example), "{country} {code}");
        }
    }

    #[test]
    fn examples_are_what_they_are_examples_of() {
        for form in FORMS {
            assert_eq!(wrong_postcode_form(form.country, form.example), None, "{}", form.country);
        }
    }
}
