//! Languages a shop can speak.

/// One language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanguageInfo {
    /// The code used in the API, such as `EN` or `PT_BR`.
    pub code: &'static str,
    /// The BCP 47 tag used on web pages, such as `en` or `pt-BR`.
    pub tag: &'static str,
    /// The English name, such as `German`.
    pub name: &'static str,
    /// The language's name for itself, such as `Deutsch`, cased as it is within a sentence.
    pub endonym: &'static str,
}

const fn row(
    code: &'static str,
    tag: &'static str,
    name: &'static str,
    endonym: &'static str,
) -> LanguageInfo {
    LanguageInfo { code, tag, name, endonym }
}

/// Every language known here, sorted by code.
pub static LANGUAGES: &[LanguageInfo] = &[
    row("AF", "af", "Afrikaans", "Afrikaans"),
    row("AK", "ak", "Akan", "Akan"),
    row("AM", "am", "Amharic", "አማርኛ"),
    row("AR", "ar", "Arabic", "العربية"),
    row("AS", "as", "Assamese", "অসমীয়া"),
    row("AZ", "az", "Azerbaijani", "azərbaycan"),
    row("BE", "be", "Belarusian", "беларуская"),
    row("BG", "bg", "Bulgarian", "български"),
    row("BM", "bm", "Bambara", "bamanakan"),
    row("BN", "bn", "Bangla", "বাংলা"),
    row("BO", "bo", "Tibetan", "བོད་སྐད"),
    row("BR", "br", "Breton", "brezhoneg"),
    row("BS", "bs", "Bosnian", "bosanski"),
    row("CA", "ca", "Catalan", "català"),
    row("CE", "ce", "Chechen", "нохчийн"),
    row("CKB", "ckb", "Central Kurdish", "کوردیی ناوەندی"),
    row("CS", "cs", "Czech", "čeština"),
    row("CU", "cu", "Church Slavic", "церковнослове́нскїй"),
    row("CY", "cy", "Welsh", "Cymraeg"),
    row("DA", "da", "Danish", "dansk"),
    row("DE", "de", "German", "Deutsch"),
    row("DZ", "dz", "Dzongkha", "རྫོང་ཁ"),
    row("EE", "ee", "Ewe", "eʋegbe"),
    row("EL", "el", "Greek", "Ελληνικά"),
    row("EN", "en", "English", "English"),
    row("EO", "eo", "Esperanto", "Esperanto"),
    row("ES", "es", "Spanish", "español"),
    row("ET", "et", "Estonian", "eesti"),
    row("EU", "eu", "Basque", "euskara"),
    row("FA", "fa", "Persian", "فارسی"),
    row("FF", "ff", "Fula", "Pulaar"),
    row("FI", "fi", "Finnish", "suomi"),
    row("FIL", "fil", "Filipino", "Filipino"),
    row("FO", "fo", "Faroese", "føroyskt"),
    row("FR", "fr", "French", "français"),
    row("FY", "fy", "Western Frisian", "Frysk"),
    row("GA", "ga", "Irish", "Gaeilge"),
    row("GD", "gd", "Scottish Gaelic", "Gàidhlig"),
    row("GL", "gl", "Galician", "galego"),
    row("GU", "gu", "Gujarati", "ગુજરાતી"),
    row("GV", "gv", "Manx", "Gaelg"),
    row("HA", "ha", "Hausa", "Hausa"),
    row("HE", "he", "Hebrew", "עברית"),
    row("HI", "hi", "Hindi", "हिन्दी"),
    row("HR", "hr", "Croatian", "hrvatski"),
    row("HU", "hu", "Hungarian", "magyar"),
    row("HY", "hy", "Armenian", "հայերեն"),
    row("IA", "ia", "Interlingua", "interlingua"),
    row("ID", "id", "Indonesian", "Bahasa Indonesia"),
    row("IG", "ig", "Igbo", "Igbo"),
    row("II", "ii", "Sichuan Yi", "ꆈꌠꉙ"),
    row("IS", "is", "Icelandic", "íslenska"),
    row("IT", "it", "Italian", "italiano"),
    row("JA", "ja", "Japanese", "日本語"),
    row("JV", "jv", "Javanese", "Basa Jawa"),
    row("KA", "ka", "Georgian", "ქართული"),
    row("KI", "ki", "Kikuyu", "Gikuyu"),
    row("KK", "kk", "Kazakh", "қазақ тілі"),
    row("KL", "kl", "Kalaallisut", "kalaallisut"),
    row("KM", "km", "Khmer", "ខ្មែរ"),
    row("KN", "kn", "Kannada", "ಕನ್ನಡ"),
    row("KO", "ko", "Korean", "한국어"),
    row("KS", "ks", "Kashmiri", "کٲشُر"),
    row("KU", "ku", "Kurdish", "kurdî"),
    row("KW", "kw", "Cornish", "kernewek"),
    row("KY", "ky", "Kyrgyz", "кыргызча"),
    row("LA", "la", "Latin", "Latina"),
    row("LB", "lb", "Luxembourgish", "Lëtzebuergesch"),
    row("LG", "lg", "Ganda", "Luganda"),
    row("LN", "ln", "Lingala", "lingála"),
    row("LO", "lo", "Lao", "ລາວ"),
    row("LT", "lt", "Lithuanian", "lietuvių"),
    row("LU", "lu", "Luba-Katanga", "Kiluba"),
    row("LV", "lv", "Latvian", "latviešu"),
    row("MG", "mg", "Malagasy", "Malagasy"),
    row("MI", "mi", "Māori", "Māori"),
    row("MK", "mk", "Macedonian", "македонски"),
    row("ML", "ml", "Malayalam", "മലയാളം"),
    row("MN", "mn", "Mongolian", "монгол"),
    row("MO", "mo", "Moldavian", "moldovenească"),
    row("MR", "mr", "Marathi", "मराठी"),
    row("MS", "ms", "Malay", "Bahasa Melayu"),
    row("MT", "mt", "Maltese", "Malti"),
    row("MY", "my", "Burmese", "မြန်မာ"),
    row("NB", "nb", "Norwegian Bokmål", "norsk bokmål"),
    row("ND", "nd", "North Ndebele", "isiNdebele"),
    row("NE", "ne", "Nepali", "नेपाली"),
    row("NL", "nl", "Dutch", "Nederlands"),
    row("NN", "nn", "Norwegian Nynorsk", "norsk nynorsk"),
    row("NO", "no", "Norwegian", "norsk"),
    row("OM", "om", "Oromo", "Oromoo"),
    row("OR", "or", "Odia", "ଓଡ଼ିଆ"),
    row("OS", "os", "Ossetic", "ирон"),
    row("PA", "pa", "Punjabi", "ਪੰਜਾਬੀ"),
    row("PL", "pl", "Polish", "polski"),
    row("PS", "ps", "Pashto", "پښتو"),
    row("PT", "pt", "Portuguese", "português"),
    row("PT_BR", "pt-BR", "Portuguese (Brazil)", "português (Brasil)"),
    row("PT_PT", "pt-PT", "Portuguese (Portugal)", "português (Portugal)"),
    row("QU", "qu", "Quechua", "Runasimi"),
    row("RM", "rm", "Romansh", "rumantsch"),
    row("RN", "rn", "Rundi", "Ikirundi"),
    row("RO", "ro", "Romanian", "română"),
    row("RU", "ru", "Russian", "русский"),
    row("RW", "rw", "Kinyarwanda", "Ikinyarwanda"),
    row("SA", "sa", "Sanskrit", "संस्कृत भाषा"),
    row("SC", "sc", "Sardinian", "sardu"),
    row("SD", "sd", "Sindhi", "سنڌي"),
    row("SE", "se", "Northern Sami", "davvisámegiella"),
    row("SG", "sg", "Sango", "Sängö"),
    row("SH", "sh", "Serbo-Croatian", "srpskohrvatski"),
    row("SI", "si", "Sinhala", "සිංහල"),
    row("SK", "sk", "Slovak", "slovenčina"),
    row("SL", "sl", "Slovenian", "slovenščina"),
    row("SN", "sn", "Shona", "chiShona"),
    row("SO", "so", "Somali", "Soomaali"),
    row("SQ", "sq", "Albanian", "shqip"),
    row("SR", "sr", "Serbian", "српски"),
    row("SU", "su", "Sundanese", "Basa Sunda"),
    row("SV", "sv", "Swedish", "svenska"),
    row("SW", "sw", "Swahili", "Kiswahili"),
    row("TA", "ta", "Tamil", "தமிழ்"),
    row("TE", "te", "Telugu", "తెలుగు"),
    row("TG", "tg", "Tajik", "тоҷикӣ"),
    row("TH", "th", "Thai", "ไทย"),
    row("TI", "ti", "Tigrinya", "ትግርኛ"),
    row("TK", "tk", "Turkmen", "türkmen dili"),
    row("TO", "to", "Tongan", "lea fakatonga"),
    row("TR", "tr", "Turkish", "Türkçe"),
    row("TT", "tt", "Tatar", "татар"),
    row("UG", "ug", "Uyghur", "ئۇيغۇرچە"),
    row("UK", "uk", "Ukrainian", "українська"),
    row("UR", "ur", "Urdu", "اردو"),
    row("UZ", "uz", "Uzbek", "o‘zbek"),
    row("VI", "vi", "Vietnamese", "Tiếng Việt"),
    row("VO", "vo", "Volapük", "Volapük"),
    row("WO", "wo", "Wolof", "Wolof"),
    row("XH", "xh", "Xhosa", "IsiXhosa"),
    row("YI", "yi", "Yiddish", "ייִדיש"),
    row("YO", "yo", "Yoruba", "Èdè Yorùbá"),
    row("ZH", "zh", "Chinese", "中文"),
    row("ZH_CN", "zh-CN", "Chinese (Simplified)", "简体中文"),
    row("ZH_TW", "zh-TW", "Chinese (Traditional)", "繁體中文"),
    row("ZU", "zu", "Zulu", "isiZulu"),
];

/// Looks a language up by its API code, in capitals.
pub fn find_language(code: &str) -> Option<&'static LanguageInfo> {
    let index = LANGUAGES.binary_search_by(|language| language.code.cmp(code)).ok()?;
    LANGUAGES.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_unique() {
        assert!(LANGUAGES.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn tag_is_the_code_respelled() {
        for language in LANGUAGES {
            let respelled = language.tag.replace('-', "_").to_uppercase();
            assert_eq!(respelled, language.code);
            assert!(!language.name.is_empty() && !language.endonym.is_empty(), "{respelled}");
        }
    }

    #[test]
    fn every_language_is_found() {
        for language in LANGUAGES {
            assert_eq!(find_language(language.code), Some(language));
        }
        assert_eq!(find_language("PT_BR").map(|language| language.tag), Some("pt-BR"));
        assert_eq!(find_language("en"), None);
    }
}
