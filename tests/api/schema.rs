//! The schemas in the repository are those of the program.

#[test]
fn the_storefront_schema_in_the_repository_is_fresh() {
    let fresh = tradepost::graphql::storefront::schema().sdl();
    assert!(fresh == include_str!("../../schema.graphql"), "run: tradepost schema storefront > schema.graphql");
}

#[test]
fn the_admin_schema_in_the_repository_is_fresh() {
    let fresh = tradepost::graphql::admin::schema().sdl();
    assert!(fresh == include_str!("../../schema.admin.graphql"), "run: tradepost schema admin > schema.admin.graphql");
}

#[test]
fn every_field_and_argument_is_described() {
    for (name, sdl) in [
        ("storefront", tradepost::graphql::storefront::schema().sdl()),
        ("admin", tradepost::graphql::admin::schema().sdl()),
    ] {
        let mut described = false;
        let mut undescribed = Vec::new();
        let mut in_directive_or_schema = false;
        for line in sdl.lines().map(str::trim) {
            if line.starts_with("directive") || line.starts_with("schema") {
                in_directive_or_schema = line.starts_with("schema");
            } else if line.starts_with('"') || line.ends_with("\"\"\"") {
                described = true;
                continue;
            } else if !line.is_empty() && !line.starts_with('}') && !described && !in_directive_or_schema {
                undescribed.push(line.to_owned());
            }
            if line.starts_with('}') {
                in_directive_or_schema = false;
            }
            described = false;
        }
        assert!(undescribed.is_empty(), "{name}: {undescribed:#?}");
    }
}
