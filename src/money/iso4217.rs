//! Currencies of the world.
//!
//! ISO 4217 is the source of the codes and of the number of decimals. A few codes that ISO has
//! retired, or never listed, stay so that older orders and prices remain readable.

/// One currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrencyInfo {
    /// The three-letter code, such as `EUR`.
    pub code: &'static str,
    /// How many decimals the minor unit has: 2 for cents, 0 when there is no minor unit in use.
    pub exponent: u8,
    /// The English name, such as `Euro`.
    pub name: &'static str,
    /// The short sign used in English, such as `€`; the code itself where there is none.
    ///
    /// Several currencies share a sign (`$`, `kr`), so show the code too where it matters.
    pub symbol: &'static str,
}

const fn row(code: &'static str, exponent: u8, name: &'static str, symbol: &'static str) -> CurrencyInfo {
    CurrencyInfo { code, exponent, name, symbol }
}

/// Every currency known here, sorted by code.
pub static CURRENCIES: &[CurrencyInfo] = &[
    row("AED", 2, "United Arab Emirates Dirham", "AED"),
    row("AFN", 2, "Afghan Afghani", "؋"),
    row("ALL", 2, "Albanian Lek", "ALL"),
    row("AMD", 2, "Armenian Dram", "֏"),
    row("ANG", 2, "Netherlands Antillean Guilder", "ANG"),
    row("AOA", 2, "Angolan Kwanza", "Kz"),
    row("ARS", 2, "Argentine Peso", "$"),
    row("AUD", 2, "Australian Dollar", "$"),
    row("AWG", 2, "Aruban Florin", "AWG"),
    row("AZN", 2, "Azerbaijani Manat", "₼"),
    row("BAM", 2, "Bosnia-Herzegovina Convertible Mark", "KM"),
    row("BBD", 2, "Barbadian Dollar", "$"),
    row("BDT", 2, "Bangladeshi Taka", "৳"),
    row("BGN", 2, "Bulgarian Lev", "BGN"),
    row("BHD", 3, "Bahraini Dinar", "BHD"),
    row("BIF", 0, "Burundian Franc", "BIF"),
    row("BMD", 2, "Bermudan Dollar", "$"),
    row("BND", 2, "Brunei Dollar", "$"),
    row("BOB", 2, "Bolivian Boliviano", "Bs"),
    row("BRL", 2, "Brazilian Real", "R$"),
    row("BSD", 2, "Bahamian Dollar", "$"),
    row("BTN", 2, "Bhutanese Ngultrum", "BTN"),
    row("BWP", 2, "Botswanan Pula", "P"),
    row("BYN", 2, "Belarusian Ruble", "BYN"),
    row("BYR", 0, "Belarusian Ruble (2000–2016)", "BYR"),
    row("BZD", 2, "Belize Dollar", "$"),
    row("CAD", 2, "Canadian Dollar", "$"),
    row("CDF", 2, "Congolese Franc", "CDF"),
    row("CHF", 2, "Swiss Franc", "CHF"),
    row("CLP", 0, "Chilean Peso", "$"),
    row("CNY", 2, "Chinese Yuan", "¥"),
    row("COP", 2, "Colombian Peso", "$"),
    row("CRC", 2, "Costa Rican Colón", "₡"),
    row("CVE", 2, "Cape Verdean Escudo", "CVE"),
    row("CZK", 2, "Czech Koruna", "Kč"),
    row("DJF", 0, "Djiboutian Franc", "DJF"),
    row("DKK", 2, "Danish Krone", "kr"),
    row("DOP", 2, "Dominican Peso", "$"),
    row("DZD", 2, "Algerian Dinar", "DZD"),
    row("EGP", 2, "Egyptian Pound", "E£"),
    row("ERN", 2, "Eritrean Nakfa", "ERN"),
    row("ETB", 2, "Ethiopian Birr", "ETB"),
    row("EUR", 2, "Euro", "€"),
    row("FJD", 2, "Fijian Dollar", "$"),
    row("FKP", 2, "Falkland Islands Pound", "£"),
    row("GBP", 2, "British Pound", "£"),
    row("GEL", 2, "Georgian Lari", "₾"),
    row("GHS", 2, "Ghanaian Cedi", "GH₵"),
    row("GIP", 2, "Gibraltar Pound", "£"),
    row("GMD", 2, "Gambian Dalasi", "GMD"),
    row("GNF", 0, "Guinean Franc", "FG"),
    row("GTQ", 2, "Guatemalan Quetzal", "Q"),
    row("GYD", 2, "Guyanese Dollar", "$"),
    row("HKD", 2, "Hong Kong Dollar", "$"),
    row("HNL", 2, "Honduran Lempira", "L"),
    row("HRK", 2, "Croatian Kuna", "kn"),
    row("HTG", 2, "Haitian Gourde", "HTG"),
    row("HUF", 2, "Hungarian Forint", "Ft"),
    row("IDR", 2, "Indonesian Rupiah", "Rp"),
    row("ILS", 2, "Israeli New Shekel", "₪"),
    row("INR", 2, "Indian Rupee", "₹"),
    row("IQD", 3, "Iraqi Dinar", "IQD"),
    row("IRR", 2, "Iranian Rial", "IRR"),
    row("ISK", 0, "Icelandic Króna", "kr"),
    row("JEP", 2, "Jersey Pound", "£"),
    row("JMD", 2, "Jamaican Dollar", "$"),
    row("JOD", 3, "Jordanian Dinar", "JOD"),
    row("JPY", 0, "Japanese Yen", "¥"),
    row("KES", 2, "Kenyan Shilling", "KES"),
    row("KGS", 2, "Kyrgyzstani Som", "KGS"),
    row("KHR", 2, "Cambodian Riel", "៛"),
    row("KID", 2, "Kiribati Dollar", "$"),
    row("KMF", 0, "Comorian Franc", "CF"),
    row("KRW", 0, "South Korean Won", "₩"),
    row("KWD", 3, "Kuwaiti Dinar", "KWD"),
    row("KYD", 2, "Cayman Islands Dollar", "$"),
    row("KZT", 2, "Kazakhstani Tenge", "₸"),
    row("LAK", 2, "Laotian Kip", "₭"),
    row("LBP", 2, "Lebanese Pound", "L£"),
    row("LKR", 2, "Sri Lankan Rupee", "Rs"),
    row("LRD", 2, "Liberian Dollar", "$"),
    row("LSL", 2, "Lesotho Loti", "LSL"),
    row("LTL", 2, "Lithuanian Litas", "Lt"),
    row("LVL", 2, "Latvian Lats", "Ls"),
    row("LYD", 3, "Libyan Dinar", "LYD"),
    row("MAD", 2, "Moroccan Dirham", "MAD"),
    row("MDL", 2, "Moldovan Leu", "MDL"),
    row("MGA", 2, "Malagasy Ariary", "Ar"),
    row("MKD", 2, "Macedonian Denar", "MKD"),
    row("MMK", 2, "Myanmar Kyat", "K"),
    row("MNT", 2, "Mongolian Tugrik", "₮"),
    row("MOP", 2, "Macanese Pataca", "MOP"),
    row("MRU", 2, "Mauritanian Ouguiya", "MRU"),
    row("MUR", 2, "Mauritian Rupee", "Rs"),
    row("MVR", 2, "Maldivian Rufiyaa", "MVR"),
    row("MWK", 2, "Malawian Kwacha", "MWK"),
    row("MXN", 2, "Mexican Peso", "$"),
    row("MYR", 2, "Malaysian Ringgit", "RM"),
    row("MZN", 2, "Mozambican Metical", "MZN"),
    row("NAD", 2, "Namibian Dollar", "$"),
    row("NGN", 2, "Nigerian Naira", "₦"),
    row("NIO", 2, "Nicaraguan Córdoba", "C$"),
    row("NOK", 2, "Norwegian Krone", "kr"),
    row("NPR", 2, "Nepalese Rupee", "Rs"),
    row("NZD", 2, "New Zealand Dollar", "$"),
    row("OMR", 3, "Omani Rial", "OMR"),
    row("PAB", 2, "Panamanian Balboa", "PAB"),
    row("PEN", 2, "Peruvian Sol", "PEN"),
    row("PGK", 2, "Papua New Guinean Kina", "PGK"),
    row("PHP", 2, "Philippine Peso", "₱"),
    row("PKR", 2, "Pakistani Rupee", "Rs"),
    row("PLN", 2, "Polish Zloty", "zł"),
    row("PYG", 0, "Paraguayan Guarani", "₲"),
    row("QAR", 2, "Qatari Riyal", "QAR"),
    row("RON", 2, "Romanian Leu", "lei"),
    row("RSD", 2, "Serbian Dinar", "RSD"),
    row("RUB", 2, "Russian Ruble", "₽"),
    row("RWF", 0, "Rwandan Franc", "RF"),
    row("SAR", 2, "Saudi Riyal", "SAR"),
    row("SBD", 2, "Solomon Islands Dollar", "$"),
    row("SCR", 2, "Seychellois Rupee", "SCR"),
    row("SDG", 2, "Sudanese Pound", "SDG"),
    row("SEK", 2, "Swedish Krona", "kr"),
    row("SGD", 2, "Singapore Dollar", "$"),
    row("SHP", 2, "Saint Helena Pound", "£"),
    row("SLL", 2, "Sierra Leonean Leone (1964–2022)", "SLL"),
    row("SOS", 2, "Somali Shilling", "SOS"),
    row("SRD", 2, "Surinamese Dollar", "$"),
    row("SSP", 2, "South Sudanese Pound", "£"),
    row("STD", 2, "São Tomé and Príncipe Dobra (1977–2017)", "STD"),
    row("STN", 2, "São Tomé and Príncipe Dobra", "Db"),
    row("SYP", 2, "Syrian Pound", "£"),
    row("SZL", 2, "Swazi Lilangeni", "SZL"),
    row("THB", 2, "Thai Baht", "฿"),
    row("TJS", 2, "Tajikistani Somoni", "TJS"),
    row("TMT", 2, "Turkmenistani Manat", "TMT"),
    row("TND", 3, "Tunisian Dinar", "TND"),
    row("TOP", 2, "Tongan Paʻanga", "T$"),
    row("TRY", 2, "Turkish Lira", "₺"),
    row("TTD", 2, "Trinidad and Tobago Dollar", "$"),
    row("TWD", 2, "New Taiwan Dollar", "$"),
    row("TZS", 2, "Tanzanian Shilling", "TZS"),
    row("UAH", 2, "Ukrainian Hryvnia", "₴"),
    row("UGX", 0, "Ugandan Shilling", "UGX"),
    row("USD", 2, "US Dollar", "$"),
    row("UYU", 2, "Uruguayan Peso", "$"),
    row("UZS", 2, "Uzbekistani Som", "UZS"),
    row("VED", 2, "Venezuelan Digital Bolívar", "VED"),
    row("VEF", 2, "Venezuelan Bolívar (2008–2018)", "Bs"),
    row("VES", 2, "Venezuelan Bolívar", "VES"),
    row("VND", 0, "Vietnamese Dong", "₫"),
    row("VUV", 0, "Vanuatu Vatu", "VUV"),
    row("WST", 2, "Samoan Tala", "WST"),
    row("XAF", 0, "Central African CFA Franc", "FCFA"),
    row("XCD", 2, "East Caribbean Dollar", "$"),
    row("XOF", 0, "West African CFA Franc", "F\u{202f}CFA"),
    row("XPF", 0, "CFP Franc", "CFPF"),
    row("XXX", 2, "Unknown Currency", "¤"),
    row("YER", 2, "Yemeni Rial", "YER"),
    row("ZAR", 2, "South African Rand", "R"),
    row("ZMW", 2, "Zambian Kwacha", "ZK"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn exponent(code: &str) -> Option<u8> {
        CURRENCIES.iter().find(|currency| currency.code == code).map(|currency| currency.exponent)
    }

    #[test]
    fn sorted_and_unique() {
        assert!(CURRENCIES.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn codes_have_three_capital_letters() {
        for currency in CURRENCIES {
            assert_eq!(currency.code.len(), 3, "{}", currency.code);
            assert!(currency.code.bytes().all(|byte| byte.is_ascii_uppercase()));
            assert!(!currency.name.is_empty() && !currency.symbol.is_empty(), "{}", currency.code);
        }
    }

    #[test]
    fn exponents_follow_iso_4217() {
        for code in ["JPY", "KRW", "ISK", "UGX", "CLP", "VND", "XOF"] {
            assert_eq!(exponent(code), Some(0), "{code}");
        }
        for code in ["KWD", "BHD", "JOD", "OMR", "TND"] {
            assert_eq!(exponent(code), Some(3), "{code}");
        }
        for code in ["USD", "EUR", "GBP", "HUF", "TWD", "MRU", "MGA"] {
            assert_eq!(exponent(code), Some(2), "{code}");
        }
    }
}
