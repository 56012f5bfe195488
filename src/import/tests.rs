//! Whole files and what becomes of their products, without a database.

use std::collections::HashMap;

use entity::product::ProductStatus;
use entity::variant::InventoryPolicy;

use super::assemble::Rules;
use super::code;
use super::draft::{MAX_DESCRIPTION_BYTES, MAX_IMAGES, MAX_TAGS, MAX_VARIANTS, ProductDraft};
use super::group::{Parsed, Products};
use crate::money::Currency;

fn rules() -> Rules {
    let swatches = HashMap::from([("navy".to_owned(), "#000080".to_owned())]);
    Rules { currency: Currency::find("EUR").unwrap(), swatches }
}

/// Everything that a file comes to: products, and the line, column and code of each error.
fn parse(file: &str) -> (Vec<ProductDraft>, Vec<(u64, String, &'static str)>) {
    let mut reader = Products::open(file.as_bytes(), rules()).unwrap();
    let (mut drafts, mut errors) = (Vec::new(), Vec::new());
    while let Some(parsed) = reader.next().unwrap() {
        match parsed {
            Parsed::Product(draft) => drafts.push(*draft),
            Parsed::Refused(refused) => {
                let (refused, _) = refused.into_parts();
                errors.extend(refused.into_iter().map(|error| (error.line, error.column, error.code)));
            }
        }
    }
    (drafts, errors)
}

fn one(file: &str) -> ProductDraft {
    let (mut drafts, errors) = parse(file);
    assert_eq!((drafts.len(), errors), (1, vec![]));
    drafts.remove(0)
}

/// The file's good product is taken, the one called `bad` refused, for these reasons.
#[track_caller]
fn refuses(header: &str, rows: &str, expected: &[(u64, &str, &str)]) {
    let columns = header.split(',').count();
    let good = |handle: &str| format!("{handle}{}", ",".repeat(columns - 1));
    let (drafts, errors) = parse(&format!("{header},Variant Price\n{rows}{},1\n", good("good")));
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    let errors: Vec<(u64, &str, &str)> =
        errors.iter().map(|(line, column, code)| (*line, column.as_str(), *code)).collect();
    assert_eq!((handles, errors), (vec!["good"], expected.to_vec()));
}

#[test]
fn a_product_is_read_from_its_rows() {
    let draft = one(
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Status,Gift Card,SEO Title,SEO Description,\
         Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Barcode,Variant Grams,\
         Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,\
         Variant Compare At Price,Cost per item,Variant Requires Shipping,Variant Taxable,Variant Image,\
         Image Src,Image Position,Image Alt Text\n\
         Shirt,The Shirt,<p>Soft.</p>,Us,Tops,\"new, Cotton ,New,\",false,DRAFT,,Buy it,\"Soft, warm\",\
         Colour,Navy,Size,S,sh-1,123,200.0,shopify,7,continue,19.9,25,8.50,TRUE,false,b.png,a.png,2,A shirt\n\
         shirt,,,,,,,,,,,,navy,,M,,,,,9,,20,,,,,,b.png,1,Its back\n\
         shirt,,,,,,,,,,,,,,,,,,,,,,,,,,,c.png,,\n",
    );
    assert_eq!((draft.handle.as_str(), draft.title.as_str(), draft.line), ("shirt", "The Shirt", 2));
    assert_eq!(draft.description_html, "<p>Soft.</p>");
    assert_eq!((draft.vendor.as_str(), draft.product_type.as_str()), ("Us", "Tops"));
    assert_eq!(draft.tags, ["new", "Cotton"]);
    assert_eq!((draft.published, draft.status, draft.is_gift_card), (false, ProductStatus::Draft, false));
    assert_eq!(draft.seo_title.as_deref(), Some("Buy it"));
    assert_eq!(draft.seo_description.as_deref(), Some("Soft, warm"));

    let names: Vec<&str> = draft.options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!(names, ["Colour", "Size"]);
    let values = |option: usize| {
        let values = draft.options[option].values.iter();
        values.map(|value| (value.name.as_str(), value.swatch.as_deref())).collect::<Vec<_>>()
    };
    assert_eq!((values(0), values(1)), (vec![("Navy", Some("#000080"))], vec![("S", None), ("M", None)]));

    let [small, middle] = draft.variants.as_slice() else { panic!("{:?}", draft.variants) };
    assert_eq!((small.title(), middle.title()), ("Navy / S".to_owned(), "Navy / M".to_owned()));
    assert_eq!(
        (small.sku.as_deref(), small.barcode.as_deref(), small.weight_grams),
        (Some("sh-1"), Some("123"), 200)
    );
    assert_eq!((small.tracked, small.quantity, small.policy), (true, Some(7), InventoryPolicy::Continue));
    assert_eq!((small.price_minor, small.compare_at_minor, small.cost_minor), (1990, Some(2500), Some(850)));
    assert_eq!(
        (small.requires_shipping, small.taxable, small.image.as_deref()),
        (true, false, Some("b.png"))
    );
    assert_eq!((middle.tracked, middle.quantity, middle.policy), (false, None, InventoryPolicy::Deny));
    assert_eq!((middle.price_minor, middle.compare_at_minor, middle.cost_minor), (2000, None, None));
    assert_eq!((middle.requires_shipping, middle.taxable, middle.image.as_deref()), (true, true, None));

    let images: Vec<(&str, i32, Option<&str>, u64)> = draft
        .images
        .iter()
        .map(|image| (image.source.as_str(), image.position, image.alt.as_deref(), image.line))
        .collect();
    assert_eq!(
        images,
        [("b.png", 1, Some("Its back"), 3), ("a.png", 2, Some("A shirt"), 2), ("c.png", 3, None, 4)]
    );
}

#[test]
fn a_handle_and_a_price_are_enough() {
    let draft = one("Handle,Variant Price\nmug,12\n");
    assert_eq!((draft.title.as_str(), draft.published, draft.status), ("mug", true, ProductStatus::Active));
    assert_eq!(
        (draft.options[0].name.as_str(), draft.options[0].values[0].name.as_str()),
        ("Title", "Default Title")
    );
    assert_eq!(draft.variants[0].title(), "Default Title");
    let named = one("Handle,Option1 Name,Option1 Value,Variant Price\nmug,Title,Default Title,12\n");
    assert_eq!((named.options, named.variants), (draft.options, draft.variants));
}

#[test]
fn pictures_that_only_variants_name_come_last() {
    let draft = one("Handle,Option1 Name,Option1 Value,Variant Price,Variant Image,Image Src\n\
                     mug,Size,S,1,v.png,a.png\nmug,,M,1,v.png,b.png\nmug,,L,1,a.png,\n");
    let images: Vec<(&str, i32, &str)> =
        draft.images.iter().map(|image| (image.source.as_str(), image.position, image.column)).collect();
    assert_eq!(images, [("a.png", 1, "Image Src"), ("b.png", 2, "Image Src"), ("v.png", 3, "Variant Image")]);
}

#[test]
fn a_wrong_cell_costs_its_product_only() {
    for (column, cell, code) in [
        ("Variant Price", "twelve", code::NOT_A_NUMBER),
        ("Variant Price", "", code::MISSING_PRICE),
        ("Variant Price", "1.999", code::TOO_PRECISE),
        ("Variant Price", "-1", code::NEGATIVE),
        ("Variant Price", "$1", code::CURRENCY_IN_AMOUNT),
        ("Variant Compare At Price", "1 USD", code::CURRENCY_IN_AMOUNT),
        ("Cost per item", "1.001", code::TOO_PRECISE),
        ("Published", "maybe", code::UNKNOWN_WORD),
        ("Status", "live", code::UNKNOWN_WORD),
        ("Variant Inventory Policy", "allow", code::UNKNOWN_WORD),
        ("Variant Grams", "12.5", code::NOT_WHOLE),
        ("Variant Grams", "-1", code::NEGATIVE),
        ("Variant Inventory Qty", "some", code::NOT_A_NUMBER),
        ("Variant Inventory Qty", "1000000001", code::OUT_OF_RANGE),
        ("Image Src", "../secret.png", code::IMAGE_OUTSIDE_FOLDER),
        ("Variant Image", "ftp://example.com/a.png", code::INVALID_IMAGE_ADDRESS),
    ] {
        let header =
            if column == "Variant Price" { "Handle,Variant Price" } else { "Handle,Variant Price,X" };
        let header = header.replace('X', column);
        let row = |handle: &str, cell: &str| match column {
            "Variant Price" => format!("{handle},{cell}\n"),
            _ => format!("{handle},1,{cell}\n"),
        };
        let good = if column == "Variant Price" { "1" } else { "" };
        let (drafts, errors) =
            parse(&format!("{header}\n{}{}{}", row("a", good), row("bad", cell), row("b", good)));
        let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
        assert_eq!(handles, ["a", "b"], "{column} {cell}");
        assert_eq!(errors, [(3, column.to_owned(), code)], "{column} {cell}");
    }
}

#[test]
fn every_error_of_a_product_is_told() {
    refuses(
        "Handle,Option1 Name,Option1 Value,Variant Grams,Published",
        "bad,Size,S,x,perhaps,free\nbad,,M,1,,1\nbad,,L,1.5,,1\n",
        &[
            (2, "Published", code::UNKNOWN_WORD),
            (2, "Variant Grams", code::NOT_A_NUMBER),
            (2, "Variant Price", code::NOT_A_NUMBER),
            (4, "Variant Grams", code::NOT_WHOLE),
        ],
    );
}

#[test]
fn stock_below_zero_needs_the_policy_for_it() {
    let header = "Handle,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy";
    refuses(header, "bad,shopify,-1,deny,1\n", &[(2, "Variant Inventory Qty", code::NEGATIVE)]);
    let file = |row: &str| one(&format!("{header},Variant Price\nmug,{row},1\n")).variants[0].quantity;
    assert_eq!(file("shopify,-1,continue"), Some(-1));
    assert_eq!(file("shopify,,"), None, "an empty cell leaves the shelf as it is");
    assert_eq!(file(",-1,deny"), None, "nobody counts what is not tracked");
}

#[test]
fn options_must_make_sense() {
    let header = "Handle,Option1 Name,Option1 Value,Option2 Name,Option2 Value";
    for (rows, expected) in [
        ("bad,Size,S,,\nbad,,s,,\n", (3, "Option1 Value", code::DUPLICATE_VARIANT)),
        ("bad,Size,S,Color,Red\nbad,,M,,\n", (3, "Option2 Value", code::MISSING_OPTION_VALUE)),
        ("bad,Size,,,\n", (2, "Option1 Value", code::MISSING_OPTION_VALUE)),
        ("bad,Size,S,,\nbad,,,,\n", (3, "Option1 Value", code::MISSING_OPTION_VALUE)),
        ("bad,,S,,\n", (2, "Option1 Name", code::MISSING_OPTION_NAME)),
        ("bad,,,Color,Red\n", (2, "Option1 Name", code::MISSING_OPTION_NAME)),
        ("bad,Size,S,,Red\n", (2, "Option2 Name", code::MISSING_OPTION_NAME)),
        ("bad,Size,S,,\nbad,,M,Color,Red\n", (3, "Option2 Name", code::MISSING_OPTION_NAME)),
        ("bad,,,,\nbad,,M,,\n", (3, "Option1 Name", code::MISSING_OPTION_NAME)),
        ("bad,Size,S,size,S\n", (2, "Option2 Name", code::DUPLICATE_OPTION)),
        ("bad,Size,S,,\nbad,Length,M,,\n", (3, "Option1 Name", code::CHANGED_OPTION_NAME)),
    ] {
        let rows: String = rows.lines().map(|row| format!("{row},1\n")).collect();
        refuses(header, &rows, &[expected]);
    }
    let draft = one(&format!("{header},Variant Price\nmug,Size,S,,,1\nmug,SIZE,M,,,1\n"));
    assert_eq!(draft.variants.len(), 2, "a later row may name the option again");
}

#[test]
fn handles_are_named_once_fit_into_addresses_and_follow_one_another() {
    refuses("Handle", ",1\n", &[(2, "Handle", code::MISSING_HANDLE)]);
    refuses("Handle", "a b/c,1\n", &[(2, "Handle", code::INVALID_HANDLE)]);
    refuses("Handle", &format!("{},1\n", "x".repeat(256)), &[(2, "Handle", code::TOO_LONG)]);

    let (drafts, errors) = parse("Handle,Variant Price\na,1\nb,1\nA,2\na,3\nc,1\n");
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    assert_eq!(handles, ["a", "b", "c"]);
    assert_eq!(drafts[0].variants[0].price_minor, 100);
    assert_eq!(errors, [(4, "Handle".to_owned(), code::DUPLICATE_HANDLE)]);
}

#[test]
fn a_row_that_cannot_be_read_costs_the_product_it_names() {
    let file = "Handle,Option1 Name,Option1 Value,Variant Price\n\
                a,Size,S,1\na,,\"M\"x,1\na,,L,1\nb,Size,S,1,\nb,,M,1\nc,Size,S,1\n";
    let (drafts, errors) = parse(file);
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].handle, "c");
    assert_eq!(
        errors,
        [(3, String::new(), code::BROKEN_QUOTES), (5, String::new(), code::FIELD_COUNT)],
        "what follows a first row that cannot be read is not told again"
    );
}

#[test]
fn a_product_has_its_limits() {
    let bad = |column: &str, cell: String, code: &str| {
        refuses(&format!("Handle,{column}"), &format!("bad,\"{cell}\",1\n"), &[(2, column, code)]);
    };
    bad("Title", "x".repeat(256), code::TOO_LONG);
    bad("Variant SKU", "x".repeat(256), code::TOO_LONG);
    bad("Tags", "x".repeat(256), code::TOO_LONG);
    bad("Tags", (0..=MAX_TAGS).map(|tag| format!("{tag},")).collect(), code::TOO_MANY_TAGS);
    bad("Body (HTML)", "x".repeat(MAX_DESCRIPTION_BYTES + 1), code::TOO_LONG);

    let variants = |count: usize| (0..count).map(|size| format!("bad,Size,{size},1\n")).collect::<String>();
    let header = "Handle,Option1 Name,Option1 Value";
    assert_eq!(
        one(&format!("{header},Variant Price\n{}", variants(MAX_VARIANTS))).variants.len(),
        MAX_VARIANTS
    );
    let line = u64::try_from(MAX_VARIANTS).unwrap() + 2;
    refuses(header, &variants(MAX_VARIANTS + 3), &[(line, "Option1 Value", code::TOO_MANY_VARIANTS)]);

    let images: String = (1..MAX_IMAGES + 3).map(|image| format!("bad,{image}.png,\n")).collect();
    let line = u64::try_from(MAX_IMAGES).unwrap() + 2;
    refuses(
        "Handle,Image Src",
        &format!("bad,0.png,1\n{images}"),
        &[(line, "Image Src", code::TOO_MANY_IMAGES)],
    );
}

#[test]
fn the_digest_sees_every_change_but_not_where_the_rows_stand() {
    let digest = |file: &str| {
        let (drafts, _) = parse(file);
        drafts.last().unwrap().digest("EUR").unwrap()
    };
    let first = digest("Handle,Title,Variant Price\nmug,Mug,1\n");
    assert_eq!(first, digest("Title,Handle,Variant Price,Vendor\nCup,cup,3,\nMug,mug,1.00,\n"));
    assert_ne!(first, digest("Handle,Title,Variant Price\nmug,Mug,1.01\n"));
    assert_ne!(first, digest("Handle,Title,Variant Price,Vendor\nmug,Mug,1,Us\n"));
}
