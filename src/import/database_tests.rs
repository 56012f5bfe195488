//! Imports into a database: what is written, what stays, what is left alone.

use std::collections::HashMap;

use entity::id::{InventoryItemId, VariantId};
use entity::variant::InventoryPolicy;
use entity::{
    event, inventory_ledger, inventory_level, media, option_value, price, product, product_media,
    product_option, product_tag, variant,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryOrder};

use super::code;
use super::{ImageFolder, ImportError, ImportOptions, ImportReport, import_products};
use crate::actor::Actor;
use crate::app::App;
use crate::config::Config;
use crate::store::{NewShop, save_shop};

/// An application on an empty database, and the folder that it lives in.
async fn app() -> (App, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let config = Config::from_variables(&|name| (name == "DATA_DIR").then(|| path.clone())).unwrap();
    let app = App::open(config).await.unwrap();
    app.db.migrate().await.unwrap();
    save_shop(&app, &NewShop::default()).await.unwrap();
    (app, folder)
}

async fn import_with(app: &App, file: &str, options: ImportOptions) -> ImportReport {
    let source = std::io::Cursor::new(file.to_owned().into_bytes());
    import_products(app, &Actor::System, source, options, &|_| {}).await.unwrap()
}

async fn import(app: &App, file: &str) -> ImportReport {
    import_with(app, file, ImportOptions::default()).await
}

fn counts(report: &ImportReport) -> [u64; 5] {
    [report.created, report.updated, report.unchanged, report.failed, report.variants]
}

async fn kinds_of_events(app: &App) -> Vec<String> {
    let events = event::Entity::find().order_by_asc(event::Column::Seq).all(app.db.writer()).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

async fn products(app: &App) -> Vec<product::Model> {
    product::Entity::find().order_by_asc(product::Column::Id).all(app.db.writer()).await.unwrap()
}

/// Live variants by title, and the buried ones.
async fn variants(app: &App) -> (HashMap<String, variant::Model>, Vec<variant::Model>) {
    let all = variant::Entity::find().all(app.db.writer()).await.unwrap();
    let (live, buried): (Vec<_>, Vec<_>) = all.into_iter().partition(|row| row.deleted_at.is_none());
    (live.into_iter().map(|row| (row.title.clone(), row)).collect(), buried)
}

/// Levels by item, after holding each against its ledger.
async fn levels(app: &App) -> HashMap<InventoryItemId, inventory_level::Model> {
    let mut sums: HashMap<InventoryItemId, i64> = HashMap::new();
    for entry in inventory_ledger::Entity::find().all(app.db.writer()).await.unwrap() {
        *sums.entry(entry.item_id).or_default() += entry.delta;
    }
    let levels = inventory_level::Entity::find().all(app.db.writer()).await.unwrap();
    for level in &levels {
        assert_eq!(
            level.available,
            sums.get(&level.item_id).copied().unwrap_or(0),
            "the ledger tells the level"
        );
    }
    levels.into_iter().map(|level| (level.item_id, level)).collect()
}

async fn prices(app: &App) -> HashMap<VariantId, (i64, Option<i64>)> {
    let rows = price::Entity::find().all(app.db.writer()).await.unwrap();
    rows.into_iter().map(|row| (row.variant_id, (row.amount_minor, row.compare_at_minor))).collect()
}

const HEADER: &str = "Handle,Title,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
                      Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,\
                      Variant Compare At Price,Image Src,Image Alt Text,Variant Image\n";

const SHIRT: &str = "shirt,Shirt,\"new,soft\",true,Color,Red,Size,S,r-s,shopify,5,deny,20,25,https://x.org/r.png,Red,\n\
                     shirt,,,,,Red,,M,r-m,shopify,0,continue,21,,https://x.org/b.png,,https://x.org/b.png\n\
                     shirt,,,,,Blue,,S,b-s,,9,deny,19.5,,,,\n";

#[tokio::test]
async fn a_file_becomes_products_and_a_second_run_changes_nothing() {
    let (app, _folder) = app().await;
    let file = format!("{HEADER}{SHIRT}mug,Mug,,false,,,,,,,,,3,,,,\n");
    assert_eq!(counts(&import(&app, &file).await), [2, 0, 0, 0, 4]);

    let stored = products(&app).await;
    assert_eq!((stored[0].handle.as_str(), stored[0].min_price_minor, stored[0].version), ("shirt", 1950, 1));
    assert!(stored[0].published_at.is_some() && stored[1].published_at.is_none());
    let (live, _) = variants(&app).await;
    assert_eq!(live.len(), 4);
    assert_eq!(live["Red / M"].inventory_policy, InventoryPolicy::Continue);
    assert_eq!(live["Red / S"].sku.as_deref(), Some("r-s"));
    let prices = prices(&app).await;
    assert_eq!(prices[&live["Red / S"].id], (2000, Some(2500)));
    assert_eq!(prices[&live["Blue / S"].id], (1950, None));
    let levels = levels(&app).await;
    assert_eq!(levels.len(), 2, "what is not tracked has no level");
    let level = &levels[&live["Red / S"].inventory_item_id];
    assert_eq!((level.available, level.on_hand, level.backorder), (5, 5, false));
    assert!(levels[&live["Red / M"].inventory_item_id].backorder);
    assert_eq!(product_media::Entity::find().count(app.db.writer()).await.unwrap(), 2);
    let pictures = media::Entity::find().order_by_asc(media::Column::Id).all(app.db.writer()).await.unwrap();
    assert_eq!(live["Red / M"].media_id, Some(pictures[1].id));
    assert_eq!(product_tag::Entity::find().count(app.db.writer()).await.unwrap(), 2);
    assert_eq!(kinds_of_events(&app).await, ["product.created"; 2]);

    let before = app.db.statement_count();
    assert_eq!(counts(&import(&app, &file).await), [0, 0, 2, 0, 4]);
    assert_eq!(app.db.statement_count() - before, 2, "the shop and the digests are read, nothing is written");
    assert_eq!(products(&app).await, stored);
}

#[tokio::test]
async fn a_changed_product_is_updated_in_place() {
    let (app, _folder) = app().await;
    import(&app, &format!("{HEADER}{SHIRT}mug,Mug,,true,,,,,,,,,3,,,,\n")).await;
    let first = products(&app).await;
    let (live_before, _) = variants(&app).await;
    let media_before = media::Entity::find().all(app.db.writer()).await.unwrap();

    // Renamed, red M gone, blue M new, the price of red S lower, its stock lower, one picture gone, one new.
    let changed = "shirt,New shirt,soft,,color,red,SIZE,S,r-s2,shopify,3,deny,10,,https://x.org/n.png,,\n\
                   shirt,,,,,Blue,,S,b-s,shopify,4,deny,19.5,,https://x.org/r.png,Very red,\n\
                   shirt,,,,,Blue,,M,b-m,shopify,2,deny,19.5,,,,\n";
    let report = import(&app, &format!("{HEADER}{changed}mug,Mug,,true,,,,,,,,,3,,,,\n")).await;
    assert_eq!(counts(&report), [0, 1, 1, 0, 4]);

    let stored = products(&app).await;
    assert_eq!(stored[1], first[1], "the mug is left alone");
    assert_eq!((stored[0].id, stored[0].title.as_str(), stored[0].version), (first[0].id, "New shirt", 2));
    assert_eq!((stored[0].published_at, stored[0].created_at), (first[0].published_at, first[0].created_at));
    assert_eq!((stored[0].min_price_minor, stored[0].title_sort.as_str()), (1000, "new shirt"));

    let (live, buried) = variants(&app).await;
    let old = |title: &str| live_before[title].id;
    assert_eq!((live["red / S"].id, live["Blue / S"].id), (old("Red / S"), old("Blue / S")));
    assert_eq!(live["red / S"].sku.as_deref(), Some("r-s2"));
    assert_eq!(buried.iter().map(|row| row.id).collect::<Vec<_>>(), [old("Red / M")]);
    assert_eq!(prices(&app).await[&live["red / S"].id], (1000, None));

    let levels = levels(&app).await;
    assert_eq!(levels[&live["red / S"].inventory_item_id].available, 3);
    assert_eq!(levels[&live["Blue / S"].inventory_item_id].available, 4);
    assert_eq!(levels[&live["Blue / M"].inventory_item_id].available, 2);
    assert_eq!(levels[&buried[0].inventory_item_id].available, 0);

    let options =
        product_option::Entity::find().order_by_asc(product_option::Column::Id).all(app.db.writer());
    let names: Vec<String> = options.await.unwrap().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["color", "SIZE", "Title"]);
    let values = option_value::Entity::find().order_by_asc(option_value::Column::Id).all(app.db.writer());
    let names: Vec<String> = values.await.unwrap().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["red", "Blue", "S", "M", "Default Title"]);

    let by_address: HashMap<String, media::Model> = media::Entity::find()
        .all(app.db.writer())
        .await
        .unwrap()
        .into_iter()
        .filter_map(|row| Some((row.source_url.clone()?, row)))
        .collect();
    let red = &by_address["https://x.org/r.png"];
    assert_eq!((red.id, red.alt.as_deref()), (media_before[0].id, Some("Very red")));
    let links =
        product_media::Entity::find().order_by_asc(product_media::Column::Position).all(app.db.writer());
    let links: Vec<_> = links.await.unwrap().into_iter().map(|link| link.media_id).collect();
    assert_eq!(links, [by_address["https://x.org/n.png"].id, red.id]);
    assert_eq!(kinds_of_events(&app).await, ["product.created", "product.created", "product.updated"]);

    // The buried variant comes back as a new one; hidden and shown again.
    let report = import(&app, &format!("{HEADER}{}", SHIRT.replace(",true,", ",false,"))).await;
    assert_eq!(counts(&report), [0, 1, 0, 0, 3]);
    let (live, buried) = variants(&app).await;
    assert_eq!((live.len(), buried.len()), (4, 2));
    assert_ne!(live["Red / M"].id, old("Red / M"));
    assert!(products(&app).await[0].published_at.is_none());
}

#[tokio::test]
async fn what_carts_hold_stays_held_and_what_is_not_counted_stays_uncounted() {
    let (app, _folder) = app().await;
    let file =
        |quantity: &str, policy: &str| format!("{HEADER}a,A,,,,,,,,shopify,{quantity},{policy},1,,,,\n");
    import(&app, &file("5", "deny")).await;
    let (_, mut level) = levels(&app).await.into_iter().next().unwrap();
    level.available = 3;
    level.reserved = 2;
    let changed = level.clone().into_active_model().reset_all();
    inventory_level::Entity::update(changed).exec(app.db.writer()).await.unwrap();
    let entry = inventory_ledger::Entity::find().one(app.db.writer()).await.unwrap().unwrap();
    let mut entry = entry.into_active_model();
    entry.id = sea_orm::ActiveValue::NotSet;
    entry.delta = sea_orm::ActiveValue::Set(-2);
    inventory_ledger::Entity::insert(entry).exec(app.db.writer()).await.unwrap();

    import(&app, &file("10", "deny")).await;
    let after = levels(&app).await.into_values().next().unwrap();
    assert_eq!((after.available, after.reserved, after.on_hand), (10, 2, 12));
    import(&app, &file("-4", "continue")).await;
    let after = levels(&app).await.into_values().next().unwrap();
    assert_eq!((after.available, after.on_hand, after.backorder), (-4, -2, true));
    import(&app, &file("", "deny")).await;
    let after = levels(&app).await.into_values().next().unwrap();
    assert_eq!((after.available, after.on_hand, after.backorder), (0, 2, false));
}

#[tokio::test]
async fn wrong_rows_are_told_and_the_others_imported() {
    let (app, _folder) = app().await;
    let file = "Handle,Variant Price,Image Src\na,1,\nb,x,\nc,1,missing.png\nd,1,\na,2,\n";
    let report = import(&app, file).await;
    assert_eq!(counts(&report), [2, 0, 0, 3, 2]);
    let errors: Vec<(u64, &str, &str)> =
        report.errors.iter().map(|error| (error.line, error.column.as_str(), error.code)).collect();
    assert_eq!(
        errors,
        [
            (3, "Variant Price", code::NOT_A_NUMBER),
            (4, "Image Src", code::IMAGE_NOT_FOUND),
            (6, "Handle", code::DUPLICATE_HANDLE)
        ]
    );
    let handles: Vec<String> = products(&app).await.into_iter().map(|row| row.handle).collect();
    assert_eq!(handles, ["a", "d"]);
}

#[tokio::test]
async fn errors_beyond_the_first_thousand_are_counted() {
    let (app, _folder) = app().await;
    let rows: String = (0..1_500).map(|row| format!("p{row},x\n")).collect();
    let report = import(&app, &format!("Handle,Variant Price\n{rows}")).await;
    assert_eq!((report.errors.len(), report.error_count, report.failed), (1_000, 1_500, 1_500));
    assert_eq!(report.errors[999].line, 1_001);
}

#[tokio::test]
async fn a_dry_run_tells_everything_and_writes_nothing() {
    /// One transparent pixel.
    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\0;";
    let (app, folder) = app().await;
    let file = "Handle,Variant Price,Image Src\na,1,\nb,1,a.gif\nc,1,b.gif\n";
    import(&app, "Handle,Variant Price,Image Src\na,1,\nb,2,\n").await;
    let options = |dry_run| ImportOptions {
        dry_run,
        images: ImageFolder::Embedded(|path| (path == "a.gif").then_some(GIF)),
        swatches: HashMap::new(),
    };
    let stored = products(&app).await;
    let report = import_with(&app, file, options(true)).await;
    assert_eq!(counts(&report), [0, 1, 1, 1, 2]);
    assert_eq!(report.errors[0].code, code::IMAGE_NOT_FOUND);
    assert_eq!(products(&app).await, stored);
    assert!(!folder.path().join("media").exists());

    assert_eq!(import_with(&app, file, options(false)).await, report);
    let picture = media::Entity::find().one(app.db.writer()).await.unwrap().unwrap();
    assert_eq!((picture.content_type.as_deref(), picture.width), (Some("image/gif"), Some(1)));
    assert!(folder.path().join("media").join(picture.storage_key.unwrap()).exists());
}

#[tokio::test]
async fn a_batch_takes_a_fixed_number_of_statements() {
    let (app, _folder) = app().await;
    let rows = |price: &str| {
        let product = |number: usize| {
            format!(
                "p{number},P {number},\"t{number},u\",true,Color,Red,,,,shopify,5,deny,{price},,https://x.org/{number},,\n\
                 p{number},,,,,Blue,,,,shopify,5,deny,{price},,,,\np{number},,,,,Green,,,,shopify,5,deny,{price},,,,\n"
            )
        };
        format!("{HEADER}{}", (0..100).map(product).collect::<String>())
    };
    let before = app.db.statement_count();
    assert_eq!(counts(&import(&app, &rows("1")).await), [100, 0, 0, 0, 300]);
    let to_create = app.db.statement_count() - before;
    assert!(to_create <= 60, "{to_create} statements");

    let before = app.db.statement_count();
    assert_eq!(counts(&import(&app, &rows("2")).await), [0, 100, 0, 0, 300]);
    let to_update = app.db.statement_count() - before;
    assert!(to_update <= 60, "{to_update} statements");
}

#[tokio::test]
async fn only_those_who_may_write_products_import_them() {
    let (app, _folder) = app().await;
    let actor = Actor::stranger();
    let file = std::io::Cursor::new(b"Handle,Variant Price\na,1\n".to_vec());
    let refused = import_products(&app, &actor, file, ImportOptions::default(), &|_| {}).await;
    assert!(matches!(refused, Err(ImportError::AccessDenied)));
    assert!(products(&app).await.is_empty());
}
