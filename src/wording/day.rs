//! How days are written in a language. Pure rules.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::Tongue;

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

impl Tongue {
    /// A day in words: `24 November 2026`, `24. November 2026`, `24 novembre 2026`, `24 de noviembre de 2026`.
    #[must_use]
    pub fn day(self, date: NaiveDate) -> String {
        let (day, year) = (date.day(), date.year());
        let names = match self {
            Self::En => ENGLISH,
            Self::De => GERMAN,
            Self::Fr => FRENCH,
            Self::Es => SPANISH,
        };
        let place = usize::try_from(date.month0()).unwrap_or(0);
        let month = names.get(place).copied().unwrap_or_default();
        match self {
            Self::En => format!("{day} {month} {year}"),
            Self::De => format!("{day}. {month} {year}"),
            Self::Fr if day == 1 => format!("1er {month} {year}"),
            Self::Fr => format!("{day} {month} {year}"),
            Self::Es => format!("{day} de {month} de {year}"),
        }
    }

    /// A day and the time of it, in whichever zone the caller has put them: `24 November 2026, 13:05`.
    #[must_use]
    pub fn moment(self, moment: NaiveDateTime) -> String {
        let time = format!("{:02}:{:02}", moment.hour(), moment.minute());
        let day = self.day(moment.date());
        match self {
            Self::En | Self::Es => format!("{day}, {time}"),
            Self::De => format!("{day}, {time} Uhr"),
            Self::Fr => format!("{day} à {time}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_in_the_words_of_the_language() {
        let date = |day, month| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        for (tongue, day, month, expected) in [
            (Tongue::En, 24, 11, "24 November 2026"),
            (Tongue::De, 1, 3, "1. März 2026"),
            (Tongue::Fr, 1, 8, "1er août 2026"),
            (Tongue::Fr, 31, 12, "31 décembre 2026"),
            (Tongue::Es, 1, 1, "1 de enero de 2026"),
        ] {
            assert_eq!(tongue.day(date(day, month)), expected);
        }
        let moment = date(24, 11).and_hms_opt(9, 5, 59).unwrap();
        let told = Tongue::ALL.map(|tongue| tongue.moment(moment));
        assert_eq!(
            told,
            [
                "24 November 2026, 09:05",
                "24. November 2026, 09:05 Uhr",
                "24 novembre 2026 à 09:05",
                "24 de noviembre de 2026, 09:05"
            ]
        );
    }
}
