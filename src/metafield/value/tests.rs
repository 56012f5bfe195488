use super::*;

fn of(kind: &str, text: &str) -> Result<NormalValue, ValueFault> {
    normalise(FieldType::parse(kind).unwrap(), &Validations::default(), text)
}

fn refused(kind: &str, text: &str) -> FaultCode {
    match of(kind, text) {
        Err(fault) => fault.code,
        Ok(value) => panic!("{kind} takes {text} as {}", value.text),
    }
}

#[test]
fn good_values_have_a_normal_form() {
    for (kind, text, form) in [
        ("single_line_text_field", "  hello world ", "hello world"),
        ("multi_line_text_field", "a\nb\n", "a\nb\n"),
        ("number_integer", "-007", "-7"),
        ("number_integer", "9007199254740991", "9007199254740991"),
        ("number_decimal", "12.50", "12.5"),
        ("number_decimal", "3", "3.0"),
        ("boolean", "true", "true"),
        ("date", "2024-02-29", "2024-02-29"),
        ("date_time", "2024-01-31T12:30:00", "2024-01-31T12:30:00Z"),
        ("date_time", "2024-01-31T12:30:00+02:00", "2024-01-31T10:30:00Z"),
        ("json", r#" {"a": [1, 2]} "#, r#"{"a": [1, 2]}"#),
        ("color", "#FFf123", "#fff123"),
        ("url", "https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("url", "mailto:me@example.com", "mailto:me@example.com"),
        (
            "money",
            r#"{"amount": 5.99, "currency_code": "eur"}"#,
            r#"{"amount":"5.99","currency_code":"EUR"}"#,
        ),
        ("money", r#"{"amount":"500","currency_code":"JPY"}"#, r#"{"amount":"500.0","currency_code":"JPY"}"#),
        (
            "rating",
            r#"{"value":"3.5","scale_min":"1","scale_max":5}"#,
            r#"{"value":"3.5","scale_min":"1.0","scale_max":"5.0"}"#,
        ),
        ("weight", r#"{"value":2.5,"unit":"KILOGRAMS"}"#, r#"{"value":2.5,"unit":"kg"}"#),
        ("dimension", r#"{"value":"10","unit":"cm"}"#, r#"{"value":10.0,"unit":"cm"}"#),
        ("volume", r#"{"value":0.75,"unit":"l"}"#, r#"{"value":0.75,"unit":"l"}"#),
        ("id", "A-17", "A-17"),
        (
            "link",
            r#"{"url":"https://example.com","text":"a \"b\""}"#,
            r#"{"text":"a \"b\"","url":"https://example.com"}"#,
        ),
        ("product_reference", "gid://shopify/Product/007", "gid://shopify/Product/7"),
        ("variant_reference", "gid://shopify/ProductVariant/1", "gid://shopify/ProductVariant/1"),
        ("collection_reference", "gid://shopify/Collection/1", "gid://shopify/Collection/1"),
        ("page_reference", "gid://shopify/OnlineStorePage/1", "gid://shopify/Page/1"),
        ("article_reference", "gid://shopify/Article/1", "gid://shopify/Article/1"),
        ("file_reference", "gid://shopify/GenericFile/1", "gid://shopify/GenericFile/1"),
        ("metaobject_reference", "gid://shopify/Metaobject/1", "gid://shopify/Metaobject/1"),
        ("mixed_reference", "gid://shopify/Metaobject/1", "gid://shopify/Metaobject/1"),
        ("list.single_line_text_field", r#"[ "a", "b \"c\"" ]"#, r#"["a","b \"c\""]"#),
        ("list.number_integer", r#"[1, "2"]"#, "[1,2]"),
        ("list.number_decimal", r#"[1.5, "2"]"#, "[1.5,2.0]"),
        ("list.date", r#"["2024-01-31"]"#, r#"["2024-01-31"]"#),
        ("list.color", r##"["#FFFFFF"]"##, r##"["#ffffff"]"##),
        ("list.weight", r#"[{"value":1,"unit":"g"}]"#, r#"[{"value":1.0,"unit":"g"}]"#),
        ("list.product_reference", r#"["gid://shopify/Product/2"]"#, r#"["gid://shopify/Product/2"]"#),
        ("list.product_reference", "[]", "[]"),
    ] {
        assert_eq!(of(kind, text).map(|value| value.text), Ok(form.to_owned()), "{kind} {text}");
        // What is in its normal form stays as it is.
        assert_eq!(of(kind, form).map(|value| value.text), Ok(form.to_owned()), "{kind} {form}");
    }
}

#[test]
fn bad_values_are_refused() {
    let long = "x".repeat(MAX_VALUE_BYTES + 1);
    let many = format!("[{}1]", "1,".repeat(MAX_LIST_ENTRIES));
    use FaultCode::{Blank, InvalidValue, TooLong};
    for (kind, text, code) in [
        ("single_line_text_field", "", Blank),
        ("single_line_text_field", " \t ", Blank),
        ("single_line_text_field", "a\nb", InvalidValue),
        ("single_line_text_field", long.as_str(), TooLong),
        ("single_line_text_field", "a\0", InvalidValue),
        ("multi_line_text_field", "\n", Blank),
        ("rich_text_field", "hello", InvalidValue),
        ("number_integer", "1.0", InvalidValue),
        ("number_integer", "9007199254740992", InvalidValue),
        ("number_integer", "many", InvalidValue),
        ("number_decimal", "1e3", InvalidValue),
        ("number_decimal", "1,5", InvalidValue),
        ("boolean", "yes", InvalidValue),
        ("boolean", "TRUE", InvalidValue),
        ("date", "2023-02-29", InvalidValue),
        ("date", "31.01.2024", InvalidValue),
        ("date", "2024-1-31", InvalidValue),
        ("date_time", "yesterday", InvalidValue),
        ("json", "{", InvalidValue),
        ("color", "red", InvalidValue),
        ("color", "#ffff", InvalidValue),
        ("color", "#gggggg", InvalidValue),
        ("url", "example.com", InvalidValue),
        ("url", "javascript:alert(1)", InvalidValue),
        ("url", "ftp://example.com", InvalidValue),
        ("url", "https://", InvalidValue),
        ("money", "5.99", InvalidValue),
        ("money", r#"{"amount":"5.999","currency_code":"EUR"}"#, InvalidValue),
        ("money", r#"{"amount":"-5","currency_code":"EUR"}"#, InvalidValue),
        ("money", r#"{"amount":"5","currency_code":"XXY"}"#, InvalidValue),
        ("money", r#"{"amount":"5"}"#, InvalidValue),
        ("rating", r#"{"value":"6","scale_min":"1","scale_max":"5"}"#, InvalidValue),
        ("rating", r#"{"value":"3","scale_min":"5","scale_max":"1"}"#, InvalidValue),
        ("rating", "3", InvalidValue),
        ("weight", r#"{"value":1,"unit":"cm"}"#, InvalidValue),
        ("weight", r#"{"value":-1,"unit":"kg"}"#, InvalidValue),
        ("weight", r#"{"value":true,"unit":"kg"}"#, InvalidValue),
        ("dimension", r#"{"unit":"cm"}"#, InvalidValue),
        ("volume", r#"{"value":1,"unit":"barrel"}"#, InvalidValue),
        ("id", "two words", InvalidValue),
        ("link", r#"{"text":"a"}"#, InvalidValue),
        ("link", r#"{"text":"a","url":"javascript:x"}"#, InvalidValue),
        ("product_reference", "gid://shopify/Collection/1", InvalidValue),
        ("product_reference", "1", InvalidValue),
        ("metaobject_reference", "gid://shopify/Product/1", InvalidValue),
        ("list.single_line_text_field", "a", InvalidValue),
        ("list.single_line_text_field", r#"{"a":1}"#, InvalidValue),
        ("list.single_line_text_field", r#"[""]"#, Blank),
        ("list.single_line_text_field", "[null]", InvalidValue),
        ("list.number_integer", "[1.5]", InvalidValue),
        ("list.number_integer", many.as_str(), TooLong),
        ("list.product_reference", r#"["gid://shopify/Page/1"]"#, InvalidValue),
    ] {
        assert_eq!(refused(kind, text), code, "{kind} {}", text.chars().take(60).collect::<String>());
    }
}

#[test]
fn filters_get_numbers_moments_and_references() {
    assert_eq!(of("number_integer", "7").unwrap().number, Some(7_000_000));
    assert_eq!(of("number_decimal", "0.5").unwrap().number, Some(500_000));
    assert_eq!(of("rating", r#"{"value":4,"scale_min":1,"scale_max":5}"#).unwrap().number, Some(4_000_000));
    assert_eq!(of("date", "1970-01-02").unwrap().time, DateTime::from_timestamp(86_400, 0));
    let list =
        of("list.product_reference", r#"["gid://shopify/Product/2","gid://shopify/Product/1"]"#).unwrap();
    assert_eq!(list.references.iter().map(|found| found.id).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn definitions_narrow_values() {
    let rules = |json: &str| serde_json::from_str::<Validations>(json).unwrap();
    let check = |kind: &str, json: &str, text: &str| {
        let kind = FieldType::parse(kind).unwrap();
        normalise(kind, &rules(json), text).map(|value| value.text).map_err(|fault| fault.code)
    };
    let ok = |text: &str| Ok(text.to_owned());
    assert_eq!(check("number_integer", r#"{"min":"1","max":"5"}"#, "5"), ok("5"));
    assert_eq!(check("number_integer", r#"{"min":"1","max":"5"}"#, "6"), Err(FaultCode::LessThanOrEqualTo));
    assert_eq!(check("number_integer", r#"{"min":"1"}"#, "0"), Err(FaultCode::InvalidValue));
    assert_eq!(check("single_line_text_field", r#"{"max":"3"}"#, "äöü"), ok("äöü"));
    assert_eq!(check("single_line_text_field", r#"{"max":"3"}"#, "abcd"), Err(FaultCode::TooLong));
    assert_eq!(check("single_line_text_field", r#"{"min":"3"}"#, "ab"), Err(FaultCode::TooShort));
    assert_eq!(check("single_line_text_field", r#"{"regex":"^[A-Z]+$"}"#, "ABC"), ok("ABC"));
    assert_eq!(
        check("single_line_text_field", r#"{"regex":"^[A-Z]+$"}"#, "abc"),
        Err(FaultCode::InvalidValue)
    );
    assert_eq!(check("single_line_text_field", r#"{"choices":["a","b"]}"#, "b"), ok("b"));
    assert_eq!(check("single_line_text_field", r#"{"choices":["a","b"]}"#, "c"), Err(FaultCode::Inclusion));
    assert_eq!(
        check("list.single_line_text_field", r#"{"choices":["a","b"]}"#, r#"["a","c"]"#),
        Err(FaultCode::Inclusion)
    );
    assert_eq!(check("date", r#"{"min":"2024-01-01"}"#, "2023-12-31"), Err(FaultCode::InvalidValue));
    assert_eq!(
        check("rating", r#"{"max":"5"}"#, r#"{"value":1,"scale_min":0,"scale_max":10}"#),
        Err(FaultCode::InvalidValue)
    );
}

#[test]
fn demands_that_make_no_sense_are_refused() {
    let check = |json: &str| serde_json::from_str::<Validations>(json).unwrap().check().is_err();
    assert!(check(r#"{"regex":"("}"#));
    assert!(check(r#"{"regex":"(a{1000}){1000}"}"#));
    assert!(check(r#"{"choices":[]}"#));
    assert!(!check(r#"{"regex":"^a+$","choices":["aa"]}"#));
}
