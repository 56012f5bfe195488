//! The search over a database: what is found, in which order, and that it follows what is written.

use chrono::TimeDelta;
use entity::collection::CollectionSortOrder;
use entity::id::{CollectionId, ProductId};
use entity::{inventory_level, price, product, synonym_set, variant};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::*;
use crate::actor::Actor;
use crate::catalog::{NewCollection, PriceBounds, ProductFilter, ProductFilters, save_collection};
use crate::clock::Clock;
use crate::config::Config;
use crate::event::{self, NewEvent};
use crate::import::{ImportOptions, import_products};
use crate::page::PageRequest;
use crate::query::Query;
use crate::store::{NewShop, save_shop};

async fn app_with(language: &str) -> (App, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let config = Config::from_variables(&|name| (name == "DATA_DIR").then(|| path.clone())).unwrap();
    let mut app = App::open(config).await.unwrap();
    app.clock = Clock::set_to(chrono::Utc::now());
    app.db.migrate().await.unwrap();
    save_shop(&app, &NewShop { language: language.to_owned(), ..NewShop::default() }).await.unwrap();
    (app, folder)
}

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
                      Option2 Value,Variant SKU,Variant Barcode,Variant Inventory Tracker,Variant Inventory Qty,\
                      Variant Inventory Policy,Variant Price\n";

const OUTFIT: &str = "\
red-shirt,Red Shirt,<p>A soft garment</p>,Acme,Shirts,\"new,Cotton\",true,Size,S,Color,Red,RS-1001-S,4006381333931,shopify,5,deny,20
red-shirt,,,,,,,,M,,Red,RS-1001-M,,shopify,0,deny,25
shirt,Shirt,<p>Plain</p>,Zeta,Shirts,cotton,true,Size,M,Color,Blue,PL-7,,shopify,3,deny,10
shirting,Shirting Fabric,<p>By the metre</p>,Zeta,Fabric,,true,,,,,FB-9,,,,,5
trousers,Trousers,<p>Goes well with a shirt</p>,Acme,Trousers,,true,,,,,TR-2,,shopify,0,deny,40
hat,Hat,<p>Wool</p>,Acme,Hats,shirt,true,,,,,HT-3,,shopify,9,deny,15
hidden,Hidden Shirt,,Acme,Shirts,,false,,,,,HD-4,,,,,1
";

async fn import(app: &App, rows: &str) {
    let source = std::io::Cursor::new(format!("{HEADER}{rows}").into_bytes());
    let report =
        import_products(app, &Actor::System, source, ImportOptions::default(), &|_| {}).await.unwrap();
    assert_eq!(report.failed, 0, "{report:?}");
}

async fn handles_of(app: &App, ids: &[ProductId]) -> String {
    let rows = product::Entity::find().all(app.db.writer()).await.unwrap();
    let handle = |id: &ProductId| rows.iter().find(|row| row.id == *id).unwrap().handle.clone();
    ids.iter().map(handle).collect::<Vec<_>>().join(" ")
}

async fn ask(app: &App, query: ProductQuery) -> ProductHits {
    app.search.products(app, app.clock.now(), query).await.unwrap()
}

async fn found(app: &App, query: ProductQuery) -> String {
    let hits = ask(app, query).await;
    let ids: Vec<ProductId> = hits.page.items.iter().map(|(_, id)| *id).collect();
    handles_of(app, &ids).await
}

fn shopper(text: &str) -> ProductQuery {
    let text = Some(text.to_owned());
    ProductQuery { text, sort: SearchSort::Relevance, ..ProductQuery::all(PageRequest::first(50)) }
}

fn program(text: &str) -> ProductQuery {
    ProductQuery { query: Some(Query::parse(text)), ..ProductQuery::all(PageRequest::first(50)) }
}

fn filtered(filters: Vec<ProductFilter>) -> ProductQuery {
    ProductQuery {
        filters: ProductFilters::new(filters).unwrap(),
        facets: true,
        ..ProductQuery::all(PageRequest::first(50))
    }
}

#[tokio::test]
async fn words_rank_by_where_they_stand() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    // The whole title, a word of it, another form of one, a tag, the body.
    assert_eq!(found(&app, shopper("shirt")).await, "shirt red-shirt shirting hat trousers");
    // The beginning of a title.
    assert_eq!(found(&app, shopper("red")).await, "red-shirt");
    assert_eq!(found(&app, shopper("red shirts")).await, "red-shirt");
    assert_eq!(found(&app, shopper("SHIRT cotton")).await, "shirt red-shirt");
    assert_eq!(found(&app, shopper("garments")).await, "red-shirt");
    assert_eq!(found(&app, shopper("nothing like this")).await, "");
    assert_eq!(found(&app, shopper("?!")).await, "");
    assert_eq!(ask(&app, shopper("")).await.total, 5);
    assert_eq!(found(&app, shopper("\"red shirt\"")).await, "red-shirt");
    assert_eq!(found(&app, shopper("\"shirt red\"")).await, "");
    assert_eq!(found(&app, shopper("acme -shirt")).await, "");
    assert_eq!(found(&app, shopper("acme -red")).await, "trousers hat");
}

#[tokio::test]
async fn beginnings_and_typos_find_what_was_meant() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let typing = |text: &str| ProductQuery { prefix: true, ..shopper(text) };
    assert_eq!(found(&app, shopper("trou")).await, "");
    assert_eq!(found(&app, typing("trou")).await, "trousers");
    assert_eq!(found(&app, typing("red shi")).await, "red-shirt");
    assert_eq!(found(&app, shopper("trousars")).await, "trousers");
    assert_eq!(found(&app, shopper("truosars")).await, "trousers", "two typos in eight letters");
    assert_eq!(found(&app, shopper("hst")).await, "", "no typo in three letters");
    assert_eq!(found(&app, shopper(&"trousars ".repeat(12))).await, "trousers");
    assert_eq!(found(&app, shopper(&"trousars ".repeat(13))).await, "", "nor in a text that nobody types");
    assert_eq!(found(&app, shopper(&"trousers ".repeat(13))).await, "trousers");
    // What is written is before what resembles it.
    import(&app, "skirt,Skirt,,Zeta,Skirts,,true,,,,,SK-1,,,,,30\n").await;
    assert_eq!(found(&app, shopper("skirt")).await.split(' ').next(), Some("skirt"));
    assert!(found(&app, shopper("shirt")).await.ends_with(" skirt"));
    assert_eq!(found(&app, program("skirt")).await, "skirt", "programs mean what they write");
}

#[tokio::test]
async fn codes_are_found_whole_and_in_part() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    for code in ["RS-1001-S", "rs1001s", "rs-1001", "1001", "4006381333931", "333931"] {
        assert_eq!(found(&app, shopper(code)).await, "red-shirt", "{code}");
    }
    for (query, expected) in [
        ("sku:rs-1001-m", "red-shirt"),
        ("sku:rs-1001", ""),
        ("sku:rs-1001*", "red-shirt"),
        ("barcode:4006381333931", "red-shirt"),
        ("RS-1001-S", "red-shirt"),
        ("1001", ""),
        ("333931", ""),
    ] {
        assert_eq!(found(&app, program(query)).await, expected, "{query}");
    }
}

#[tokio::test]
async fn the_grammar_reaches_the_fields_of_products() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let red =
        product::Entity::find().filter(product::Column::Handle.eq("red-shirt")).one(app.db.writer()).await;
    let id = red.unwrap().unwrap().id;
    for (query, expected) in [
        ("", "red-shirt shirt shirting trousers hat"),
        ("vendor:acme", "red-shirt trousers hat"),
        ("vendor:ac*", "red-shirt trousers hat"),
        ("NOT vendor:acme", "shirt shirting"),
        ("product_type:Shirts OR product_type:hats", "red-shirt shirt hat"),
        ("tag:COTTON", "red-shirt shirt"),
        ("tag_not:cotton vendor:acme", "trousers hat"),
        ("title:shirt", "red-shirt shirt shirting"),
        ("title:red", "red-shirt"),
        ("title:shirt*", "red-shirt shirt shirting"),
        ("handle:shirt", "shirt"),
        ("variants.price:>=20 AND variants.price:<30", "red-shirt"),
        ("price:<10.01", "shirt shirting"),
        ("price:10", "shirt"),
        ("available_for_sale:false", "trousers"),
        ("available_for_sale:true vendor:acme", "red-shirt hat"),
        ("created_at:<2001-01-01", ""),
        ("created_at:>=2001-01-01 hat", "hat"),
        ("nosuchfield:1 hat", "hat"),
        ("nosuchfield:1", "red-shirt shirt shirting trousers hat"),
        ("id:abc", ""),
        ("(vendor:zeta fabric) OR sku:HT-3", "shirting hat"),
        ("-(vendor:zeta OR vendor:acme)", ""),
    ] {
        assert_eq!(found(&app, program(query)).await, expected, "{query}");
    }
    assert_eq!(found(&app, program(&format!("id:{id}"))).await, "red-shirt");
    assert_eq!(found(&app, program(&format!("id:gid://shopify/Product/{id}"))).await, "red-shirt");
}

#[tokio::test]
async fn filters_hold_for_one_and_the_same_variant() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let size = |value: &str| ProductFilter::Option { name: "Size".into(), value: value.into() };
    let available = ProductFilter::Available(true);
    assert_eq!(found(&app, filtered(vec![size("M")])).await, "red-shirt shirt");
    assert_eq!(found(&app, filtered(vec![size("M"), available.clone()])).await, "shirt");
    let cheap = ProductFilter::Price(PriceBounds { min: 0, max: Some(2000) });
    assert_eq!(found(&app, filtered(vec![size("M"), cheap])).await, "shirt");
    let hits = ask(&app, filtered(vec![available])).await;
    assert_eq!(hits.total, 4);
    let values = |kind: &FacetKind| -> Vec<(String, u64)> {
        let facet = hits.facets.iter().find(|facet| facet.kind == *kind).unwrap();
        facet.values.iter().map(|value| (value.value.clone(), value.count)).collect()
    };
    assert_eq!(values(&FacetKind::Option("Size".into())), [("M".into(), 1), ("S".into(), 1)]);
    assert_eq!(values(&FacetKind::Availability), [("true".into(), 4), ("false".into(), 2)]);
    assert_eq!(values(&FacetKind::Vendor), [("Acme".into(), 2), ("Zeta".into(), 2)]);
    assert_eq!(values(&FacetKind::Tag)[0], ("Cotton".into(), 2));
    assert!(hits.facets.iter().any(|facet| facet.kind == FacetKind::Price { min: 500, max: 2000 }));
    assert!(hits.facets.iter().all(|facet| facet.kind != FacetKind::Option("Title".into())));
}

#[tokio::test]
async fn unavailable_products_come_last_or_not_at_all() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let acme = |unavailable, sort, reverse| {
        let page = PageRequest { reverse, ..PageRequest::first(50) };
        ProductQuery { unavailable, sort, page, ..program("vendor:acme") }
    };
    use Unavailable::{Hide, Last, Show};
    assert_eq!(found(&app, acme(Show, SearchSort::Price, true)).await, "trousers red-shirt hat");
    assert_eq!(found(&app, acme(Last, SearchSort::Price, true)).await, "red-shirt hat trousers");
    assert_eq!(found(&app, acme(Last, SearchSort::Price, false)).await, "hat red-shirt trousers");
    assert_eq!(found(&app, acme(Hide, SearchSort::Price, true)).await, "red-shirt hat");
}

#[tokio::test]
async fn every_sort_is_paged_without_gaps() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let sorts = [
        SearchSort::Relevance,
        SearchSort::Price,
        SearchSort::Id,
        SearchSort::Title,
        SearchSort::Vendor,
        SearchSort::ProductType,
        SearchSort::CreatedAt,
        SearchSort::UpdatedAt,
        SearchSort::BestSelling,
        SearchSort::Manual,
    ];
    for sort in sorts {
        for text in [None, Some("shirt".to_owned())] {
            let whole =
                ProductQuery { text: text.clone(), sort, ..ProductQuery::all(PageRequest::first(50)) };
            let whole = found(&app, whole).await;
            let mut pieces = Vec::new();
            let mut after = None;
            loop {
                let page = PageRequest { after, ..PageRequest::first(2) };
                for other in sorts {
                    let fits = page.after.is_none() || other == sort;
                    assert_eq!(page.clone().sorted_by(other.kind()).is_ok(), fits, "{sort:?} {other:?}");
                }
                let hits =
                    ask(&app, ProductQuery { text: text.clone(), sort, ..ProductQuery::all(page) }).await;
                assert_eq!(hits.total, 5);
                let ids: Vec<ProductId> = hits.page.items.iter().map(|(_, id)| *id).collect();
                pieces.push(handles_of(&app, &ids).await);
                after = hits.page.items.last().map(|(cursor, _)| cursor.clone());
                if !hits.page.has_next {
                    break;
                }
            }
            assert_eq!(pieces.join(" "), whole, "{sort:?}");
        }
    }
}

#[tokio::test]
async fn what_is_written_is_found_at_once() {
    let (app, _folder) = app_with("EN").await;
    assert_eq!(found(&app, shopper("shirt")).await, "");
    import(&app, OUTFIT).await;
    assert!(found(&app, shopper("shirt")).await.starts_with("shirt "));
    import(&app, "shirt,Blouse,<p>Plain</p>,Zeta,Blouses,,true,Size,M,Color,Blue,PL-7,,shopify,3,deny,10\n")
        .await;
    assert_eq!(found(&app, shopper("blouse")).await, "shirt");
    assert_eq!(found(&app, shopper("shirt")).await, "red-shirt shirting hat trousers");
    // What is taken off the storefront is found no more.
    import(&app, "shirt,Blouse,<p>Plain</p>,Zeta,Blouses,,false,Size,M,Color,Blue,PL-7,,shopify,3,deny,10\n")
        .await;
    assert_eq!(found(&app, shopper("blouse")).await, "");
    let statements = app.db.statement_count();
    assert_eq!(ask(&app, shopper("hat")).await.total, 1);
    assert_eq!(app.db.statement_count(), statements, "a search by itself asks the database nothing");
}

#[tokio::test]
async fn a_product_that_is_published_later_is_found_later() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let hidden =
        product::Entity::find().filter(product::Column::Handle.eq("hidden")).one(app.db.writer()).await;
    let mut hidden = hidden.unwrap().unwrap().into_active_model();
    hidden.published_at = Set(Some(app.clock.now() + TimeDelta::hours(1)));
    let tx = app.begin().await.unwrap();
    let row = hidden.update(&tx).await.unwrap();
    let events = vec![NewEvent { entity_id: row.id.0, payload: serde_json::json!({}) }];
    event::record(&tx, app.clock.now(), "product", "product.updated", events).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&app, shopper("hidden")).await, "");
    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(found(&app, shopper("hidden")).await, "hidden");
}

#[tokio::test]
async fn a_price_whose_time_comes_counts() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let hat = variant::Entity::find().filter(variant::Column::Sku.eq("HT-3")).one(app.db.writer()).await;
    let row = price::Entity::find().filter(price::Column::VariantId.eq(hat.unwrap().unwrap().id));
    let row = row.one(app.db.writer()).await.unwrap().unwrap();
    let soon = app.clock.now() + TimeDelta::hours(1);
    let later = price::ActiveModel {
        valid_from: Set(soon),
        amount_minor: Set(9900),
        ..row.clone().into_active_model()
    };
    price::Entity::insert(later.reset_all()).exec_without_returning(app.db.writer()).await.unwrap();
    assert_eq!(found(&app, program("price:99")).await, "");
    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(found(&app, program("price:99")).await, "hat");
}

#[tokio::test]
async fn stock_that_moves_is_followed() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    assert_eq!(found(&app, program("available_for_sale:false")).await, "trousers");
    let trousers = variant::Entity::find().filter(variant::Column::Sku.eq("TR-2")).one(app.db.writer()).await;
    let item = trousers.unwrap().unwrap().inventory_item_id;
    let level = inventory_level::Entity::update_many()
        .col_expr(inventory_level::Column::Available, Expr::col(inventory_level::Column::Available).add(2))
        .col_expr(inventory_level::Column::OnHand, Expr::col(inventory_level::Column::OnHand).add(2))
        .filter(inventory_level::Column::ItemId.eq(item));
    level.exec(app.db.writer()).await.unwrap();
    let entry = "INSERT INTO inventory_ledger (item_id, location_id, state, delta, reason, created_at) \
                 SELECT item_id, location_id, 'available', 2, 'correction', $2 FROM inventory_level WHERE item_id = $1";
    let values = [item.0.into(), app.clock.now().into()];
    let entry = sea_orm::Statement::from_sql_and_values(app.db.backend(), entry, values);
    sea_orm::ConnectionTrait::execute_raw(app.db.writer(), entry).await.unwrap();
    app.search.ask_again();
    app.search.follow(&app).await.unwrap();
    assert_eq!(found(&app, program("available_for_sale:false")).await, "");
}

#[tokio::test]
async fn sales_are_counted_once_their_projection_has_them() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let best = || ProductQuery { sort: SearchSort::BestSelling, ..ProductQuery::all(PageRequest::first(1)) };
    let shirt =
        product::Entity::find().filter(product::Column::Handle.eq("shirt")).one(app.db.writer()).await;
    let shirt = shirt.unwrap().unwrap().id;
    let tx = app.begin().await.unwrap();
    let payload = serde_json::json!({ "sold": [[shirt.0, 3]] });
    let events = vec![NewEvent { entity_id: 1, payload }];
    event::record(&tx, app.clock.now(), "order", "order.placed", events).await.unwrap();
    tx.commit().await.unwrap();
    assert_ne!(found(&app, best()).await, "shirt");
    while event::dispatch(&app.db, &app.clock, &crate::recommendation::BEST_SELLING).await.unwrap() > 0 {}
    app.search.ask_again();
    app.search.follow(&app).await.unwrap();
    assert_eq!(found(&app, best()).await, "shirt");
}

#[tokio::test]
async fn synonyms_are_found_in_each_others_place() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    assert_eq!(found(&app, shopper("cap")).await, "");
    let sets = vec![
        vec!["cap".to_owned(), "Hat".to_owned()],
        vec!["pair of pants".to_owned(), "trousers".to_owned()],
    ];
    save_synonyms(&app, &Actor::System, sets).await.unwrap();
    assert_eq!(found(&app, shopper("cap")).await, "hat");
    assert_eq!(found(&app, shopper("acme pair of pants")).await, "trousers");
    assert_eq!(found(&app, program("cap")).await, "", "programs mean what they write");
    let stranger = save_synonyms(&app, &Actor::stranger(), Vec::new()).await.unwrap_err();
    assert_eq!(stranger.code(), Some("ACCESS_DENIED"));
    let refused = save_synonyms(&app, &Actor::System, vec![vec!["alone".to_owned()]]).await.unwrap_err();
    assert_eq!(refused.code(), Some("SYNONYM_TOO_FEW"));
    assert_eq!(synonym_set::Entity::find().all(app.db.writer()).await.unwrap().len(), 2, "nothing changed");
    save_synonyms(&app, &Actor::System, Vec::new()).await.unwrap();
    assert_eq!(found(&app, shopper("cap")).await, "");
}

#[tokio::test]
async fn words_are_stemmed_in_the_language_of_the_shop() {
    let (app, _folder) = app_with("DE").await;
    import(&app, "hemd,Weißes Hemd,<p>Für Männer</p>,Acme,Hemden,,true,,,,,HE-1,,,,,30\n").await;
    for text in ["Hemden", "hemdes", "weisses hemd", "mann", "manner"] {
        assert_eq!(found(&app, shopper(text)).await, "hemd", "{text}");
    }
}

#[tokio::test]
async fn the_index_is_opened_again_and_built_where_it_is_missing() {
    let (app, folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    assert_eq!(ask(&app, shopper("hat")).await.total, 1);
    let dir = folder.path().join("search");
    let folders = || {
        let mut names: Vec<String> = std::fs::read_dir(&dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(folders(), ["index-1"]);
    let again = |app: &App| {
        let mut other = app.clone();
        other.search = Search::new(dir.clone());
        other
    };
    let second = again(&app);
    let refused = second.search.products(&second, app.clock.now(), shopper("hat")).await.unwrap_err();
    assert!(refused.to_string().starts_with("SEARCH_INDEX_LOCKED"), "{refused}");
    assert_eq!(rebuild(&second).await.unwrap(), Rebuilt::Asked);
    assert_eq!(ask(&app, shopper("hat")).await.total, 1);
    assert_eq!(folders(), ["index-2"], "the one that has it open has built it anew");
    drop(second);

    *app.search.turn.lock().await = None;
    import(&app, "cap,Cap,,Acme,Hats,,true,,,,,CP-1,,,,,30\n").await;
    let third = again(&app);
    assert_eq!(ask(&third, shopper("cap")).await.total, 1, "what happened meanwhile is read");
    assert_eq!(folders(), ["index-2"]);
    assert_eq!(rebuild(&third).await.unwrap(), Rebuilt::Done);
    assert_eq!((ask(&third, shopper("cap")).await.total, folders()), (1, vec!["index-3".to_owned()]));
    *third.search.turn.lock().await = None;
    std::fs::remove_dir_all(dir.join("index-3")).unwrap();
    let fourth = again(&app);
    assert_eq!(ask(&fourth, shopper("cap")).await.total, 1);
    assert_eq!(folders(), ["index-1"]);
}

#[tokio::test]
async fn things_of_all_kinds_are_found_and_suggested() {
    let (app, _folder) = app_with("EN").await;
    import(&app, OUTFIT).await;
    let new = NewCollection {
        handle: "shirts".to_owned(),
        title: "Shirts & more".to_owned(),
        description_html: String::new(),
        sort_order: CollectionSortOrder::Manual,
        image: None,
        product_handles: vec!["hat".to_owned(), "shirt".to_owned()],
    };
    let saved = save_collection(&app, &Actor::System, new).await.unwrap();
    let query = |types: Vec<PredictiveType>, limit, limit_scope| PredictiveQuery {
        text: "shir".to_owned(),
        limit,
        limit_scope,
        types,
        fields: Vec::new(),
        unavailable: Unavailable::Show,
    };
    let all = vec![PredictiveType::Product, PredictiveType::Collection, PredictiveType::Query];
    let now = app.clock.now();
    let answer = app.search.predictive(&app, now, query(all.clone(), 3, LimitScope::Each)).await.unwrap();
    assert_eq!(handles_of(&app, &answer.products).await, "shirt shirting red-shirt");
    assert_eq!(answer.collections.len(), 1);
    let texts: Vec<&str> = answer.queries.iter().map(|query| query.text.as_str()).collect();
    assert_eq!(texts, ["shirt", "shirts", "shirting"]);
    assert_eq!(answer.queries[0].styled_text, "<mark>shir</mark><span>t</span>");
    let shared = app.search.predictive(&app, now, query(all, 4, LimitScope::All)).await.unwrap();
    assert_eq!((shared.products.len(), shared.collections.len(), shared.queries.len()), (2, 1, 1));
    let titles = PredictiveQuery {
        fields: vec![SearchableField::Title],
        ..query(vec![PredictiveType::Product], 10, LimitScope::All)
    };
    let titles = app.search.predictive(&app, now, titles).await.unwrap();
    assert_eq!(handles_of(&app, &titles.products).await, "shirt shirting red-shirt");

    let members = ProductQuery {
        collection: Some(CollectionId(saved.id.0)),
        sort: SearchSort::Manual,
        ..ProductQuery::all(PageRequest::first(50))
    };
    assert_eq!(found(&app, members.clone()).await, "hat shirt");
    let reverse = PageRequest { reverse: true, ..PageRequest::first(50) };
    assert_eq!(found(&app, ProductQuery { page: reverse, ..members.clone() }).await, "shirt hat");
    let elsewhere = ProductQuery { collection: Some(CollectionId(saved.id.0 + 1)), ..members };
    assert_eq!(found(&app, elsewhere).await, "");
}
