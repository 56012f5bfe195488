//! Countries and regions a shop can sell to.
//!
//! The codes are ISO 3166-1 alpha-2, along with a handful that are in use without being listed
//! there: `AC`, `AN`, `TA`, `XK` and `ZZ`.

use crate::wording::Tongue;

/// One country or region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountryInfo {
    /// The two-letter code, such as `DE`.
    pub code: &'static str,
    /// The short English name, such as `Germany`.
    pub name: &'static str,
    /// The code of the currency prices are usually in.
    ///
    /// Where the local one isn't among [`CURRENCIES`](crate::money::CURRENCIES), this is
    /// one that is widely taken there instead.
    pub currency: &'static str,
    /// The code of the main language, one of [`LANGUAGES`](super::language::LANGUAGES).
    ///
    /// Where the most spoken language isn't among them, this is another official one.
    pub language: &'static str,
    /// Whether weights are commonly given in pounds rather than kilograms.
    pub imperial: bool,
}

impl CountryInfo {
    /// The name in a language.
    #[must_use]
    pub fn name_in(&self, tongue: Tongue) -> &'static str {
        tongue.country(self.code).unwrap_or(self.name)
    }
}

const fn metric(
    code: &'static str,
    name: &'static str,
    currency: &'static str,
    language: &'static str,
) -> CountryInfo {
    CountryInfo { code, name, currency, language, imperial: false }
}

const fn imperial(
    code: &'static str,
    name: &'static str,
    currency: &'static str,
    language: &'static str,
) -> CountryInfo {
    CountryInfo { code, name, currency, language, imperial: true }
}

/// Every country known here, sorted by code.
pub static COUNTRIES: &[CountryInfo] = &[
    metric("AC", "Ascension Island", "SHP", "EN"),
    metric("AD", "Andorra", "EUR", "CA"),
    metric("AE", "United Arab Emirates", "AED", "AR"),
    metric("AF", "Afghanistan", "AFN", "FA"),
    metric("AG", "Antigua and Barbuda", "XCD", "EN"),
    metric("AI", "Anguilla", "XCD", "EN"),
    metric("AL", "Albania", "ALL", "SQ"),
    metric("AM", "Armenia", "AMD", "HY"),
    metric("AN", "Netherlands Antilles", "ANG", "NL"),
    metric("AO", "Angola", "AOA", "PT_PT"),
    metric("AR", "Argentina", "ARS", "ES"),
    metric("AT", "Austria", "EUR", "DE"),
    metric("AU", "Australia", "AUD", "EN"),
    metric("AW", "Aruba", "AWG", "NL"),
    metric("AX", "Åland Islands", "EUR", "SV"),
    metric("AZ", "Azerbaijan", "AZN", "AZ"),
    metric("BA", "Bosnia and Herzegovina", "BAM", "BS"),
    metric("BB", "Barbados", "BBD", "EN"),
    metric("BD", "Bangladesh", "BDT", "BN"),
    metric("BE", "Belgium", "EUR", "NL"),
    metric("BF", "Burkina Faso", "XOF", "FR"),
    metric("BG", "Bulgaria", "BGN", "BG"),
    metric("BH", "Bahrain", "BHD", "AR"),
    metric("BI", "Burundi", "BIF", "RN"),
    metric("BJ", "Benin", "XOF", "FR"),
    metric("BL", "Saint Barthélemy", "EUR", "FR"),
    metric("BM", "Bermuda", "BMD", "EN"),
    metric("BN", "Brunei", "BND", "MS"),
    metric("BO", "Bolivia", "BOB", "ES"),
    metric("BQ", "Caribbean Netherlands", "USD", "NL"),
    metric("BR", "Brazil", "BRL", "PT_BR"),
    metric("BS", "Bahamas", "BSD", "EN"),
    metric("BT", "Bhutan", "BTN", "DZ"),
    metric("BV", "Bouvet Island", "NOK", "NB"),
    metric("BW", "Botswana", "BWP", "EN"),
    metric("BY", "Belarus", "BYN", "BE"),
    metric("BZ", "Belize", "BZD", "EN"),
    metric("CA", "Canada", "CAD", "EN"),
    metric("CC", "Cocos (Keeling) Islands", "AUD", "EN"),
    metric("CD", "Democratic Republic of the Congo", "CDF", "FR"),
    metric("CF", "Central African Republic", "XAF", "FR"),
    metric("CG", "Republic of the Congo", "XAF", "FR"),
    metric("CH", "Switzerland", "CHF", "DE"),
    metric("CI", "Côte d’Ivoire", "XOF", "FR"),
    metric("CK", "Cook Islands", "NZD", "EN"),
    metric("CL", "Chile", "CLP", "ES"),
    metric("CM", "Cameroon", "XAF", "FR"),
    metric("CN", "China", "CNY", "ZH_CN"),
    metric("CO", "Colombia", "COP", "ES"),
    metric("CR", "Costa Rica", "CRC", "ES"),
    metric("CU", "Cuba", "USD", "ES"),
    metric("CV", "Cape Verde", "CVE", "PT_PT"),
    metric("CW", "Curaçao", "ANG", "NL"),
    metric("CX", "Christmas Island", "AUD", "EN"),
    metric("CY", "Cyprus", "EUR", "EL"),
    metric("CZ", "Czechia", "CZK", "CS"),
    metric("DE", "Germany", "EUR", "DE"),
    metric("DJ", "Djibouti", "DJF", "FR"),
    metric("DK", "Denmark", "DKK", "DA"),
    metric("DM", "Dominica", "XCD", "EN"),
    metric("DO", "Dominican Republic", "DOP", "ES"),
    metric("DZ", "Algeria", "DZD", "AR"),
    metric("EC", "Ecuador", "USD", "ES"),
    metric("EE", "Estonia", "EUR", "ET"),
    metric("EG", "Egypt", "EGP", "AR"),
    metric("EH", "Western Sahara", "MAD", "AR"),
    metric("ER", "Eritrea", "ERN", "TI"),
    metric("ES", "Spain", "EUR", "ES"),
    metric("ET", "Ethiopia", "ETB", "AM"),
    metric("FI", "Finland", "EUR", "FI"),
    metric("FJ", "Fiji", "FJD", "EN"),
    metric("FK", "Falkland Islands", "FKP", "EN"),
    metric("FO", "Faroe Islands", "DKK", "FO"),
    metric("FR", "France", "EUR", "FR"),
    metric("GA", "Gabon", "XAF", "FR"),
    metric("GB", "United Kingdom", "GBP", "EN"),
    metric("GD", "Grenada", "XCD", "EN"),
    metric("GE", "Georgia", "GEL", "KA"),
    metric("GF", "French Guiana", "EUR", "FR"),
    metric("GG", "Guernsey", "GBP", "EN"),
    metric("GH", "Ghana", "GHS", "EN"),
    metric("GI", "Gibraltar", "GIP", "EN"),
    metric("GL", "Greenland", "DKK", "KL"),
    metric("GM", "Gambia", "GMD", "EN"),
    metric("GN", "Guinea", "GNF", "FR"),
    metric("GP", "Guadeloupe", "EUR", "FR"),
    metric("GQ", "Equatorial Guinea", "XAF", "ES"),
    metric("GR", "Greece", "EUR", "EL"),
    metric("GS", "South Georgia and the South Sandwich Islands", "GBP", "EN"),
    metric("GT", "Guatemala", "GTQ", "ES"),
    metric("GW", "Guinea-Bissau", "XOF", "PT_PT"),
    metric("GY", "Guyana", "GYD", "EN"),
    metric("HK", "Hong Kong", "HKD", "ZH_TW"),
    metric("HM", "Heard Island and McDonald Islands", "AUD", "EN"),
    metric("HN", "Honduras", "HNL", "ES"),
    metric("HR", "Croatia", "EUR", "HR"),
    metric("HT", "Haiti", "HTG", "FR"),
    metric("HU", "Hungary", "HUF", "HU"),
    metric("ID", "Indonesia", "IDR", "ID"),
    metric("IE", "Ireland", "EUR", "EN"),
    metric("IL", "Israel", "ILS", "HE"),
    metric("IM", "Isle of Man", "GBP", "EN"),
    metric("IN", "India", "INR", "HI"),
    metric("IO", "British Indian Ocean Territory", "USD", "EN"),
    metric("IQ", "Iraq", "IQD", "AR"),
    metric("IR", "Iran", "IRR", "FA"),
    metric("IS", "Iceland", "ISK", "IS"),
    metric("IT", "Italy", "EUR", "IT"),
    metric("JE", "Jersey", "GBP", "EN"),
    metric("JM", "Jamaica", "JMD", "EN"),
    metric("JO", "Jordan", "JOD", "AR"),
    metric("JP", "Japan", "JPY", "JA"),
    metric("KE", "Kenya", "KES", "EN"),
    metric("KG", "Kyrgyzstan", "KGS", "KY"),
    metric("KH", "Cambodia", "KHR", "KM"),
    metric("KI", "Kiribati", "AUD", "EN"),
    metric("KM", "Comoros", "KMF", "FR"),
    metric("KN", "Saint Kitts and Nevis", "XCD", "EN"),
    metric("KP", "North Korea", "USD", "KO"),
    metric("KR", "South Korea", "KRW", "KO"),
    metric("KW", "Kuwait", "KWD", "AR"),
    metric("KY", "Cayman Islands", "KYD", "EN"),
    metric("KZ", "Kazakhstan", "KZT", "KK"),
    metric("LA", "Laos", "LAK", "LO"),
    metric("LB", "Lebanon", "LBP", "AR"),
    metric("LC", "Saint Lucia", "XCD", "EN"),
    metric("LI", "Liechtenstein", "CHF", "DE"),
    metric("LK", "Sri Lanka", "LKR", "SI"),
    imperial("LR", "Liberia", "LRD", "EN"),
    metric("LS", "Lesotho", "LSL", "EN"),
    metric("LT", "Lithuania", "EUR", "LT"),
    metric("LU", "Luxembourg", "EUR", "FR"),
    metric("LV", "Latvia", "EUR", "LV"),
    metric("LY", "Libya", "LYD", "AR"),
    metric("MA", "Morocco", "MAD", "AR"),
    metric("MC", "Monaco", "EUR", "FR"),
    metric("MD", "Moldova", "MDL", "RO"),
    metric("ME", "Montenegro", "EUR", "SR"),
    metric("MF", "Saint Martin", "EUR", "FR"),
    metric("MG", "Madagascar", "MGA", "MG"),
    metric("MK", "North Macedonia", "MKD", "MK"),
    metric("ML", "Mali", "XOF", "FR"),
    imperial("MM", "Myanmar", "MMK", "MY"),
    metric("MN", "Mongolia", "MNT", "MN"),
    metric("MO", "Macao", "MOP", "ZH_TW"),
    metric("MQ", "Martinique", "EUR", "FR"),
    metric("MR", "Mauritania", "MRU", "AR"),
    metric("MS", "Montserrat", "XCD", "EN"),
    metric("MT", "Malta", "EUR", "MT"),
    metric("MU", "Mauritius", "MUR", "EN"),
    metric("MV", "Maldives", "MVR", "EN"),
    metric("MW", "Malawi", "MWK", "EN"),
    metric("MX", "Mexico", "MXN", "ES"),
    metric("MY", "Malaysia", "MYR", "MS"),
    metric("MZ", "Mozambique", "MZN", "PT_PT"),
    metric("NA", "Namibia", "NAD", "EN"),
    metric("NC", "New Caledonia", "XPF", "FR"),
    metric("NE", "Niger", "XOF", "FR"),
    metric("NF", "Norfolk Island", "AUD", "EN"),
    metric("NG", "Nigeria", "NGN", "EN"),
    metric("NI", "Nicaragua", "NIO", "ES"),
    metric("NL", "Netherlands", "EUR", "NL"),
    metric("NO", "Norway", "NOK", "NB"),
    metric("NP", "Nepal", "NPR", "NE"),
    metric("NR", "Nauru", "AUD", "EN"),
    metric("NU", "Niue", "NZD", "EN"),
    metric("NZ", "New Zealand", "NZD", "EN"),
    metric("OM", "Oman", "OMR", "AR"),
    metric("PA", "Panama", "PAB", "ES"),
    metric("PE", "Peru", "PEN", "ES"),
    metric("PF", "French Polynesia", "XPF", "FR"),
    metric("PG", "Papua New Guinea", "PGK", "EN"),
    metric("PH", "Philippines", "PHP", "FIL"),
    metric("PK", "Pakistan", "PKR", "UR"),
    metric("PL", "Poland", "PLN", "PL"),
    metric("PM", "Saint Pierre and Miquelon", "EUR", "FR"),
    metric("PN", "Pitcairn Islands", "NZD", "EN"),
    metric("PS", "Palestinian Territories", "ILS", "AR"),
    metric("PT", "Portugal", "EUR", "PT_PT"),
    metric("PY", "Paraguay", "PYG", "ES"),
    metric("QA", "Qatar", "QAR", "AR"),
    metric("RE", "Réunion", "EUR", "FR"),
    metric("RO", "Romania", "RON", "RO"),
    metric("RS", "Serbia", "RSD", "SR"),
    metric("RU", "Russia", "RUB", "RU"),
    metric("RW", "Rwanda", "RWF", "RW"),
    metric("SA", "Saudi Arabia", "SAR", "AR"),
    metric("SB", "Solomon Islands", "SBD", "EN"),
    metric("SC", "Seychelles", "SCR", "EN"),
    metric("SD", "Sudan", "SDG", "AR"),
    metric("SE", "Sweden", "SEK", "SV"),
    metric("SG", "Singapore", "SGD", "EN"),
    metric("SH", "Saint Helena", "SHP", "EN"),
    metric("SI", "Slovenia", "EUR", "SL"),
    metric("SJ", "Svalbard and Jan Mayen", "NOK", "NB"),
    metric("SK", "Slovakia", "EUR", "SK"),
    metric("SL", "Sierra Leone", "USD", "EN"),
    metric("SM", "San Marino", "EUR", "IT"),
    metric("SN", "Senegal", "XOF", "FR"),
    metric("SO", "Somalia", "SOS", "SO"),
    metric("SR", "Suriname", "SRD", "NL"),
    metric("SS", "South Sudan", "SSP", "EN"),
    metric("ST", "São Tomé and Príncipe", "STN", "PT_PT"),
    metric("SV", "El Salvador", "USD", "ES"),
    metric("SX", "Sint Maarten", "ANG", "EN"),
    metric("SY", "Syria", "SYP", "AR"),
    metric("SZ", "Eswatini", "SZL", "EN"),
    metric("TA", "Tristan da Cunha", "GBP", "EN"),
    metric("TC", "Turks and Caicos Islands", "USD", "EN"),
    metric("TD", "Chad", "XAF", "FR"),
    metric("TF", "French Southern Territories", "EUR", "FR"),
    metric("TG", "Togo", "XOF", "FR"),
    metric("TH", "Thailand", "THB", "TH"),
    metric("TJ", "Tajikistan", "TJS", "TG"),
    metric("TK", "Tokelau", "NZD", "EN"),
    metric("TL", "Timor-Leste", "USD", "PT_PT"),
    metric("TM", "Turkmenistan", "TMT", "TK"),
    metric("TN", "Tunisia", "TND", "AR"),
    metric("TO", "Tonga", "TOP", "TO"),
    metric("TR", "Türkiye", "TRY", "TR"),
    metric("TT", "Trinidad and Tobago", "TTD", "EN"),
    metric("TV", "Tuvalu", "AUD", "EN"),
    metric("TW", "Taiwan", "TWD", "ZH_TW"),
    metric("TZ", "Tanzania", "TZS", "SW"),
    metric("UA", "Ukraine", "UAH", "UK"),
    metric("UG", "Uganda", "UGX", "EN"),
    imperial("UM", "US Outlying Islands", "USD", "EN"),
    imperial("US", "United States", "USD", "EN"),
    metric("UY", "Uruguay", "UYU", "ES"),
    metric("UZ", "Uzbekistan", "UZS", "UZ"),
    metric("VA", "Vatican City", "EUR", "IT"),
    metric("VC", "Saint Vincent and the Grenadines", "XCD", "EN"),
    metric("VE", "Venezuela", "VES", "ES"),
    metric("VG", "British Virgin Islands", "USD", "EN"),
    metric("VN", "Vietnam", "VND", "VI"),
    metric("VU", "Vanuatu", "VUV", "EN"),
    metric("WF", "Wallis and Futuna", "XPF", "FR"),
    metric("WS", "Samoa", "WST", "EN"),
    metric("XK", "Kosovo", "EUR", "SQ"),
    metric("YE", "Yemen", "YER", "AR"),
    metric("YT", "Mayotte", "EUR", "FR"),
    metric("ZA", "South Africa", "ZAR", "EN"),
    metric("ZM", "Zambia", "ZMW", "EN"),
    metric("ZW", "Zimbabwe", "USD", "EN"),
    metric("ZZ", "Unknown Region", "USD", "EN"),
];

/// Looks a country up by its two-letter code, in capitals.
pub fn find_country(code: &str) -> Option<&'static CountryInfo> {
    let index = COUNTRIES.binary_search_by(|country| country.code.cmp(code)).ok()?;
    COUNTRIES.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::language::find_language;
    use crate::money::CURRENCIES;

    #[test]
    fn sorted_and_unique() {
        assert!(COUNTRIES.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn every_country_is_found() {
        for country in COUNTRIES {
            assert_eq!(find_country(country.code), Some(country));
        }
        assert_eq!(find_country("de"), None);
        assert_eq!(find_country(""), None);
    }

    #[test]
    fn every_currency_and_language_exists() {
        for country in COUNTRIES {
            let known = CURRENCIES.iter().any(|currency| currency.code == country.currency);
            assert!(known, "{} has {}", country.code, country.currency);
            let language = find_language(country.language);
            assert!(language.is_some(), "{} speaks {}", country.code, country.language);
        }
    }

    #[test]
    fn pounds_in_the_united_states_and_kilograms_in_germany() {
        assert_eq!(find_country("US").map(|country| country.imperial), Some(true));
        assert_eq!(find_country("DE").map(|country| country.imperial), Some(false));
    }
}
