//! Who may import whom: the sources are read, so that the house stays as it was drawn.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the cellar to the street. A room may import those before it and itself.
const ROOMS: [(&str, &[&str]); 10] = [
    (
        "kernel",
        &[
            "money", "clock", "page", "query", "error", "html", "actor", "secret", "db", "event", "job",
            "config", "wording", "inbound", "outbound",
        ],
    ),
    (
        "first domains",
        &["catalog", "media", "metafield", "content", "customer", "staff", "store", "market", "translation"],
    ),
    ("second domains", &["inventory", "pricing", "discount", "gift_card", "tax", "shipping", "store_credit"]),
    ("bringing data in", &["import"]),
    ("third domains", &["cart", "payment"]),
    ("orders", &["order"]),
    ("checkout", &["checkout"]),
    ("followers", &["search", "recommendation", "notification"]),
    ("graphql", &["graphql"]),
    ("http", &["http"]),
];

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    assert!(!found.is_empty());
    found
}

/// The module at the top level of `src` in which a file lies.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// Code without comments, up to its tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules of the crate that a text names, also in `use crate::{a, b::c}`.
fn named_modules(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (start, found) in code.match_indices("crate::") {
        let rest = &code[start + found.len()..];
        let word = |text: &str| {
            text.trim()
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                .collect::<String>()
        };
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut part = String::new();
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        names.push(word(&part));
                        part.clear();
                        continue;
                    }
                    _ => {}
                }
                part.push(letter);
            }
            names.push(word(&part));
        } else {
            names.push(word(rest));
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn floor_of(module: &str) -> Option<usize> {
    ROOMS.iter().position(|(_, modules)| modules.contains(&module))
}

#[test]
fn imports_point_towards_the_cellar() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let module = module_of(&path);
        let Some(floor) = floor_of(&module) else {
            assert!(["main", "lib", "app", "cli"].contains(&module.as_str()), "{module} has no floor");
            continue;
        };
        for name in named_modules(&code(&text)) {
            // The application is passed to every command; what it wires is not imported through it.
            let allowed = name == "app" || floor_of(&name).is_some_and(|other| other <= floor);
            if !allowed && floor_of(&name).is_some() {
                wrong.push(format!("{} imports {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_kernel_knows_no_application_but_for_running_jobs() {
    for (path, text) in sources("src") {
        let module = module_of(&path);
        if floor_of(&module) == Some(0) && module != "job" {
            assert!(!named_modules(&code(&text)).contains(&"app".to_owned()), "{}", path.display());
        }
    }
}

#[test]
fn libraries_stay_in_their_rooms() {
    let within = |module: &str, path: &Path, rooms: &[&str]| {
        rooms.contains(&module)
            || rooms.iter().any(|room| path.to_string_lossy().contains(&format!("/{room}/")))
    };
    for (path, text) in sources("src") {
        let (module, code) = (module_of(&path), code(&text));
        for (library, rooms) in [
            ("async_graphql", ["graphql", "http", "cli"].as_slice()),
            ("actix_web", &["http"]),
            ("reqwest", &["provider", "outbound"]),
        ] {
            let uses = code.contains(&format!("{library}::"));
            assert!(!uses || within(&module, &path, rooms), "{} uses {library}", path.display());
        }
        let is_provider = path.to_string_lossy().contains("/provider/");
        let uses_database = code.contains("sea_orm::") || code.contains("sqlx::");
        assert!(
            !(uses_database && (module == "graphql" || is_provider)),
            "{} uses the database",
            path.display()
        );
    }
}

#[test]
fn the_two_schemas_do_not_know_each_other() {
    for (path, text) in sources("src/graphql/storefront") {
        assert!(!code(&text).contains("graphql::admin"), "{}", path.display());
    }
    for (path, text) in sources("src/graphql/admin") {
        assert!(!code(&text).contains("graphql::storefront"), "{}", path.display());
    }
}

#[test]
fn entities_and_migrations_import_nothing_of_ours() {
    for (path, text) in sources("entity/src").into_iter().chain(sources("migration/src")) {
        assert!(!code(&text).contains("tradepost::"), "{}", path.display());
    }
}

#[test]
fn transactions_begin_in_one_place() {
    for (path, text) in sources("src") {
        let is_db = module_of(&path) == "db";
        assert!(is_db || !code(&text).contains("begin_with_options"), "{}", path.display());
    }
}

#[test]
fn names_are_found_in_groups() {
    let code = "use crate::{cart, order::{self, Paid}, checkout};\nuse crate::money::Money;";
    assert_eq!(named_modules(code), ["cart", "order", "checkout", "money"]);
}
