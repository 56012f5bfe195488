//! Texts as words: in lower case, without accents, and in the form that all forms of a word share.

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, Stemmer, TextAnalyzer, Token, TokenStream,
    Tokenizer,
};

/// Name of the analysis that keeps words as they are.
pub(super) const WORDS: &str = "words";
/// Name of the analysis that keeps what all forms of a word share.
pub(super) const STEMS: &str = "stems";
/// Name of the analysis that keeps each run of three signs.
pub(super) const RUNS: &str = "runs";
/// The longest word in bytes; longer ones are not searched.
const MAX_WORD: usize = 60;
/// How many signs a run has.
pub(super) const RUN: usize = 3;

/// How texts of the shop's language are cut and changed.
#[derive(Clone)]
pub(super) struct Analysis {
    pub(super) words: TextAnalyzer,
    pub(super) stems: TextAnalyzer,
}

impl Analysis {
    /// For a language, as in `LanguageCode`; words of others are kept as they are.
    pub(super) fn of(language: &str) -> Self {
        let words = TextAnalyzer::builder(WordCutter)
            .filter(RemoveLongFilter::limit(MAX_WORD))
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter);
        match stemming(language) {
            Some(language) => Self {
                words: words.build(),
                stems: Self::words().filter_dynamic(Stemmer::new(language)).build(),
            },
            None => Self { words: words.build(), stems: Self::words().build() },
        }
    }

    fn words() -> tantivy::tokenizer::TextAnalyzerBuilder {
        TextAnalyzer::builder(WordCutter)
            .filter(RemoveLongFilter::limit(MAX_WORD))
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .dynamic()
    }

    /// The words of a text.
    pub(super) fn words_of(&self, text: &str) -> Vec<String> {
        cut(&self.words, text)
    }

    /// What the words of a text share with their other forms.
    pub(super) fn stems_of(&self, text: &str) -> Vec<String> {
        cut(&self.stems, text)
    }
}

fn cut(analyzer: &TextAnalyzer, text: &str) -> Vec<String> {
    let mut analyzer = analyzer.clone();
    let mut stream = analyzer.token_stream(text);
    let mut words = Vec::new();
    stream.process(&mut |token| words.push(token.text.clone()));
    words
}

/// The language that knows the forms of words, for a code such as `PT_BR`.
fn stemming(code: &str) -> Option<Language> {
    let code = code.to_ascii_uppercase();
    Some(match code.split('_').next().unwrap_or_default() {
        "AR" => Language::Arabic,
        "DA" => Language::Danish,
        "NL" => Language::Dutch,
        "EN" => Language::English,
        "FI" => Language::Finnish,
        "FR" => Language::French,
        "DE" => Language::German,
        "EL" => Language::Greek,
        "HU" => Language::Hungarian,
        "IT" => Language::Italian,
        "NO" | "NB" | "NN" => Language::Norwegian,
        "PT" => Language::Portuguese,
        "RO" => Language::Romanian,
        "RU" => Language::Russian,
        "ES" => Language::Spanish,
        "SV" => Language::Swedish,
        "TA" => Language::Tamil,
        "TR" => Language::Turkish,
        _ => return None,
    })
}

/// A SKU or barcode as it is compared: lower case, letters and digits only.
pub(super) fn code_of(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The runs of signs in a code, in their order.
pub(super) fn runs_of(code: &str) -> Vec<String> {
    let signs: Vec<char> = code.chars().collect();
    signs.windows(RUN).map(|run| run.iter().collect()).collect()
}

/// Cuts a text at what is neither letter nor digit; signs of Chinese, Japanese and Korean stand alone.
#[derive(Clone)]
pub(super) struct WordCutter;

/// Cuts a code into its runs.
#[derive(Clone)]
pub(super) struct RunCutter;

/// Words that were cut.
pub(super) struct Cut {
    words: std::vec::IntoIter<Token>,
    token: Token,
}

impl Cut {
    fn new(words: Vec<Token>) -> Self {
        Self { words: words.into_iter(), token: Token::default() }
    }
}

impl TokenStream for Cut {
    fn advance(&mut self) -> bool {
        match self.words.next() {
            Some(word) => {
                self.token = word;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

impl Tokenizer for RunCutter {
    type TokenStream<'a> = Cut;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Cut {
        let runs = runs_of(text).into_iter().enumerate();
        Cut::new(runs.map(|(position, text)| Token { position, text, ..Token::default() }).collect())
    }
}

impl Tokenizer for WordCutter {
    type TokenStream<'a> = Cut;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Cut {
        let mut words: Vec<Token> = Vec::new();
        let mut open = false;
        for (at, sign) in text.char_indices() {
            // An apostrophe within a word belongs to it, but is not kept: men's is mens.
            if open && matches!(sign, '\'' | '’') {
                continue;
            }
            if !sign.is_alphanumeric() {
                open = false;
                continue;
            }
            let alone = stands_alone(sign);
            match words.last_mut().filter(|_| open && !alone) {
                Some(word) => {
                    word.text.push(sign);
                    word.offset_to = at + sign.len_utf8();
                }
                None => words.push(Token {
                    offset_from: at,
                    offset_to: at + sign.len_utf8(),
                    position: words.len(),
                    text: sign.to_string(),
                    position_length: 1,
                }),
            }
            open = !alone;
        }
        Cut::new(words)
    }
}

fn stands_alone(sign: char) -> bool {
    matches!(u32::from(sign), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_into_words() {
        let analysis = Analysis::of("EN");
        assert_eq!(
            analysis.words_of("Men's T-Shirt, Größe XL (100%)"),
            ["mens", "t", "shirt", "grosse", "xl", "100"]
        );
        assert_eq!(analysis.words_of("紅茶 Tee茶"), ["紅", "茶", "tee", "茶"]);
        assert_eq!(analysis.words_of(" -- "), Vec::<String>::new());
        assert_eq!(analysis.words_of(&"x".repeat(200)), Vec::<String>::new());
    }

    #[test]
    fn forms_of_a_word_share_their_stem() {
        let stem = |language: &str, word: &str| Analysis::of(language).stems_of(word).join(" ");
        assert_eq!(stem("EN", "running Shirts"), stem("EN", "run shirt"));
        assert_eq!(stem("DE", "Hemden"), stem("DE", "Hemd"));
        assert_eq!(stem("PT_BR", "camisas"), stem("PT_BR", "camisa"));
        assert_ne!(stem("JA", "shirts"), stem("JA", "shirt"));
    }

    #[test]
    fn codes_lose_their_signs() {
        assert_eq!(code_of("AB-12/34 x"), "ab1234x");
        assert_eq!(runs_of("ab12"), ["ab1", "b12"]);
        assert_eq!(runs_of("ab"), Vec::<String>::new());
    }
}
