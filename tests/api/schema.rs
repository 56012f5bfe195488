//! The schemas in the repository are those of the program.

#[test]
fn the_storefront_schema_in_the_repository_is_fresh() {
    let fresh = tradepost::graphql::storefront::schema().sdl();
    assert!(
        fresh == include_str!("../../schema.graphql"),
        "run: tradepost schema storefront > schema.graphql"
    );
}

#[test]
fn the_admin_schema_in_the_repository_is_fresh() {
    let fresh = tradepost::graphql::admin::schema().sdl();
    assert!(
        fresh == include_str!("../../schema.admin.graphql"),
        "run: tradepost schema admin > schema.admin.graphql"
    );
}

#[test]
fn every_field_and_argument_is_described() {
    for (name, sdl) in [
        ("storefront", tradepost::graphql::storefront::schema().sdl()),
        ("admin", tradepost::graphql::admin::schema().sdl()),
    ] {
        let (mut described, mut in_block, mut is_ours) = (false, false, true);
        let mut undescribed = Vec::new();
        for line in sdl.lines().map(str::trim) {
            if line.starts_with("\"\"\"") {
                in_block = !in_block;
                described = true;
            } else if !in_block {
                is_ours =
                    if line.starts_with("schema") || line.starts_with("directive") { false } else { is_ours };
                let is_end = line.is_empty() || line.starts_with('}') || line.starts_with(')');
                if is_ours && !is_end && !described {
                    undescribed.push(line.to_owned());
                }
                is_ours |= line.is_empty() || line.starts_with('}');
                described = false;
            }
        }
        assert!(undescribed.is_empty(), "{name}: {undescribed:#?}");
    }
}
