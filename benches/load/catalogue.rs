//! Products out of a few words: always the same for the same number.

use std::io::Write;
use std::path::Path;

use super::process::command;

const ADJECTIVES: [&str; 20] = [
    "Amber", "Brisk", "Cedar", "Dapper", "Ember", "Fallow", "Gentle", "Hollow", "Ivory", "Jolly", "Keen",
    "Lively", "Mellow", "Nimble", "Opal", "Plain", "Quiet", "Rustic", "Silver", "Tidy",
];
const MATERIALS: [&str; 12] = [
    "Cotton", "Linen", "Wool", "Oak", "Walnut", "Steel", "Copper", "Glass", "Leather", "Canvas", "Bamboo",
    "Ceramic",
];
pub const NOUNS: [&str; 25] = [
    "Shirt", "Jacket", "Scarf", "Lamp", "Chair", "Table", "Mug", "Bowl", "Plate", "Blanket", "Pillow",
    "Basket", "Bottle", "Backpack", "Notebook", "Pencil", "Candle", "Mirror", "Clock", "Kettle", "Apron",
    "Rug", "Stool", "Vase", "Tray",
];
const VENDORS: [&str; 8] =
    ["Northfold", "Hearthside", "Calder & Co", "Brambleworks", "Tidewater", "Oldfield", "Lumen", "Peregrine"];
const SIZES: [&str; 3] = ["Small", "Medium", "Large"];

/// The handle of a product.
pub fn handle(number: usize) -> String {
    format!("load-{number}")
}

/// Migrates, sets the shop up and imports the products; what is there already is left alone.
pub fn fill(folder: &Path, database: &str, count: usize) {
    run(folder, database, &["migrate"]);
    let file = folder.join(format!("products-{count}.csv"));
    if !file.exists() {
        write(&file, count);
    }
    run(folder, database, &["import", "products", file.to_str().unwrap()]);
}

/// The handle of a product of which there is enough.
pub fn plenty_handle(number: usize) -> String {
    format!("plenty-{number}")
}

/// Imports products of one variant each, a million units of every one.
pub fn fill_plenty(folder: &Path, database: &str, count: usize) {
    let path = folder.join("plenty.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "Handle,Title,Published,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price").unwrap();
    for number in 0..count {
        let price = 500 + number * 37 % 5_000;
        let (handle, price) = (plenty_handle(number), format!("{}.{:02}", price / 100, price % 100));
        writeln!(file, "{handle},Plenty {number},true,shopify,1000000,deny,{price}").unwrap();
    }
    file.flush().unwrap();
    run(folder, database, &["import", "products", path.to_str().unwrap()]);
}

fn run(folder: &Path, database: &str, arguments: &[&str]) {
    let status = command(folder, database, arguments).stdout(std::process::Stdio::null()).status().unwrap();
    assert!(status.success(), "{arguments:?} failed");
}

fn write(path: &Path, count: usize) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(
        file,
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,\
         Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,\
         Variant Compare At Price,Image Src,Image Alt Text"
    )
    .unwrap();
    for number in 0..count {
        let pick = |words: &[&'static str], step: usize| words[(number / step) % words.len()];
        let (adjective, material, noun) = (pick(&ADJECTIVES, 1), pick(&MATERIALS, 20), pick(&NOUNS, 240));
        let title = format!("{adjective} {material} {noun} {number}");
        let body = format!(
            "<p>A {} of {}, made to be used every day. Number {number} of our line, checked by hand and packed in paper.</p>",
            noun.to_lowercase(),
            material.to_lowercase()
        );
        let vendor = VENDORS[number % VENDORS.len()];
        for (place, size) in SIZES.iter().enumerate() {
            let price = 500 + (number * 37 + place * 250) % 20_000;
            let price = format!("{}.{:02}", price / 100, price % 100);
            let stock = (number * 7 + place * 3) % 40 + 5;
            let (title, body, vendor, tags, image) = if place == 0 {
                (
                    title.as_str(),
                    body.as_str(),
                    vendor,
                    format!("\"{material}, {adjective}\""),
                    format!("https://images.example/{number}.jpg"),
                )
            } else {
                ("", "", "", String::new(), String::new())
            };
            writeln!(
                file,
                "{},{title},\"{body}\",{vendor},{},{tags},true,Size,{size},L{number}-{place},shopify,{stock},deny,{price},,{image},",
                handle(number),
                if place == 0 { noun } else { "" },
            )
            .unwrap();
        }
    }
}
