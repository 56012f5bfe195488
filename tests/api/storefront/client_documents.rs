//! Documents in the manner of the known clients and starters beside their carts, which are in `documents`: each must be
//! valid in the version that the client names, and answer without an error.

use serde_json::{Value, json};

use super::app_documents::done;
use super::documents::send;
use crate::support::{ProductSpec, TestShop};

/// A shop with goods in a collection, pages, an article, a menu and a policy.
async fn furnished() -> TestShop {
    let shop = TestShop::open().await;
    let mut shirt = ProductSpec::new("shirt").in_sizes_and_colors(&["S", "M"], &["Red", "Blue"]);
    shirt.images = 2;
    shop.have(&[shirt, ProductSpec::new("mug"), ProductSpec::new("plate")]).await;
    shop.collect("goods", &["shirt", "mug", "plate"]).await;
    shop.furnish_content().await;
    shop
}

const HYDROGEN: &str = "2026-04/graphql.json";

async fn hydrogen(shop: &TestShop, arguments: &str, variables: Value, selection: &str) -> Value {
    let query = format!(
        "query Route($country: CountryCode, $language: LanguageCode {arguments})
         @inContext(country: $country, language: $language) {{ {selection} }}"
    );
    let mut variables = variables;
    variables["country"] = json!("DE");
    variables["language"] = json!("EN");
    send(shop, HYDROGEN, &query, variables).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_frame_and_the_home_page_of_a_hydrogen_shop() {
    let shop = furnished().await;
    let menu = "menu(handle: $menu) { id items { ...Entry items { ...Entry } } }";
    let header = format!(
        "query Head($country: CountryCode, $menu: String!, $language: LanguageCode)
         @inContext(language: $language, country: $country) {{ shop {{ ...Sign }} {menu} }}
         fragment Sign on Shop {{ id name description primaryDomain {{ url }} brand {{ logo {{ image {{ url }} }} }} }}
         fragment Entry on MenuItem {{ id resourceId tags title type url }}"
    );
    let head =
        send(&shop, HYDROGEN, &header, json!({ "menu": "main", "country": "DE", "language": "EN" })).await;
    assert_eq!(head["menu"]["items"][0]["items"][0]["title"], "News");
    let footer = format!(
        "query Foot($country: CountryCode, $menu: String!, $language: LanguageCode)
         @inContext(language: $language, country: $country) {{ {menu} }}
         fragment Entry on MenuItem {{ id resourceId tags title type url }}"
    );
    assert_eq!(send(&shop, HYDROGEN, &footer, json!({ "menu": "footer" })).await, json!({ "menu": null }));
    let featured = "collections(first: 1, sortKey: UPDATED_AT, reverse: true) {
        nodes { id title image { id url altText width height } handle } }";
    let home = hydrogen(&shop, "", json!({}), featured).await;
    assert_eq!(home["collections"]["nodes"][0]["handle"], "goods");
    let recommended = "products(first: 4, sortKey: UPDATED_AT, reverse: true) { nodes { id title handle
        priceRange { minVariantPrice { amount currencyCode } } featuredImage { id url altText width height } } }";
    let home = hydrogen(&shop, "", json!({}), recommended).await;
    assert_eq!(home["products"]["nodes"].as_array().unwrap().len(), 3);
    let robots = "query Robots($country: CountryCode, $language: LanguageCode)
        @inContext(country: $country, language: $language) { shop { id } }";
    send(&shop, HYDROGEN, robots, json!({})).await;
    let sitemap = "query Map($page: Int!) { index: sitemap(type: PRODUCT) { pagesCount { count } }
        sitemap(type: PRODUCT) { resources(page: $page) { items { handle updatedAt
          ... on SitemapResourceMetaobject { onlineStoreUrlHandle type } } } } }";
    let found = send(&shop, HYDROGEN, sitemap, json!({ "page": 1 })).await;
    assert_eq!(found["sitemap"]["resources"]["items"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_goods_of_a_hydrogen_shop() {
    let shop = furnished().await;
    let paging = ", $first: Int, $last: Int, $startCursor: String, $endCursor: String";
    let page = "first: $first, last: $last, before: $startCursor, after: $endCursor";
    let info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
    let item = "id handle title featuredImage { id altText url width height }
        priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount currencyCode } }";
    let two = json!({ "first": 2 });
    let all = format!("collections({page}) {{ nodes {{ id title handle image {{ id url }} }} {info} }}");
    let found = hydrogen(&shop, paging, two.clone(), &all).await;
    assert_eq!(found["collections"]["nodes"][0]["handle"], "goods");
    let catalog = format!("products({page}) {{ nodes {{ {item} }} {info} }}");
    let found = hydrogen(&shop, paging, two.clone(), &catalog).await;
    assert_eq!(found["products"]["pageInfo"]["hasNextPage"], true);
    let one = format!(
        "collection(handle: \"goods\") {{ id handle title description products({page}) {{ nodes {{ {item} }} {info} }} }}"
    );
    let found = hydrogen(&shop, paging, two, &one).await["collection"]["products"].clone();
    assert_eq!(found["nodes"][1]["handle"], "mug");
    let back = json!({ "last": 2, "startCursor": found["pageInfo"]["endCursor"] });
    let back = hydrogen(&shop, paging, back, &one).await["collection"]["products"].clone();
    assert_eq!(back["nodes"][0]["handle"], "shirt");
    let product = "query Item($country: CountryCode, $handle: String!, $language: LanguageCode,
            $selectedOptions: [SelectedOptionInput!]!) @inContext(country: $country, language: $language) {
            product(handle: $handle) { ...Whole } }
        fragment Form on ProductVariant { availableForSale compareAtPrice { amount currencyCode } id
            image { __typename id url altText width height } price { amount currencyCode }
            product { title handle } selectedOptions { name value } sku title
            unitPrice { amount currencyCode } }
        fragment Whole on Product { id title vendor handle descriptionHtml description
            encodedVariantExistence encodedVariantAvailability
            options { name optionValues { name firstSelectableVariant { ...Form }
                swatch { color image { previewImage { url } } } } }
            selectedOrFirstAvailableVariant(selectedOptions: $selectedOptions, ignoreUnknownOptions: true,
                caseInsensitiveMatch: true) { ...Form }
            adjacentVariants(selectedOptions: $selectedOptions) { ...Form } seo { description title } }";
    let chosen = json!([{ "name": "size", "value": "m" }, { "name": "color", "value": "blue" },
        { "name": "utm_source", "value": "x" }]);
    let found = send(&shop, HYDROGEN, product, json!({ "handle": "shirt", "selectedOptions": chosen })).await;
    assert_eq!(found["product"]["selectedOrFirstAvailableVariant"]["title"], "M / Blue");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searching_in_a_hydrogen_shop() {
    let shop = furnished().await;
    let regular = "query Find($country: CountryCode, $endCursor: String, $first: Int, $language: LanguageCode,
            $last: Int, $term: String!, $startCursor: String) @inContext(country: $country, language: $language) {
        articles: search(query: $term, types: [ARTICLE], first: $first) { nodes { ... on Article { ...Text } } }
        pages: search(query: $term, types: [PAGE], first: $first) { nodes { ... on Page { ...Sheet } } }
        products: search(after: $endCursor, before: $startCursor, first: $first, last: $last, query: $term,
            sortKey: RELEVANCE, types: [PRODUCT], unavailableProducts: HIDE) { nodes { ... on Product { ...Goods } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
        fragment Text on Article { __typename handle id title trackingParameters }
        fragment Sheet on Page { __typename handle id title trackingParameters }
        fragment Goods on Product { __typename handle id publishedAt title trackingParameters vendor
            selectedOrFirstAvailableVariant(selectedOptions: [], ignoreUnknownOptions: true, caseInsensitiveMatch: true) {
                id image { url altText width height } price { amount currencyCode }
                compareAtPrice { amount currencyCode } selectedOptions { name value } product { handle title } } }";
    let found = send(&shop, HYDROGEN, regular, json!({ "term": "mug", "first": 8 })).await;
    let mugs = found["products"]["nodes"].as_array().unwrap();
    assert_eq!(mugs.len(), 1, "{found:#}");
    assert_eq!((&mugs[0]["__typename"], &mugs[0]["handle"]), (&json!("Product"), &json!("mug")));
    assert_eq!(mugs[0]["selectedOrFirstAvailableVariant"]["price"]["amount"], "10.0");
    assert_eq!((&found["articles"]["nodes"], &found["pages"]["nodes"]), (&json!([]), &json!([])));
    let predictive = "query Guess($country: CountryCode, $language: LanguageCode, $limit: Int!,
            $limitScope: PredictiveSearchLimitScope!, $term: String!, $types: [PredictiveSearchType!])
            @inContext(country: $country, language: $language) {
        predictiveSearch(limit: $limit, limitScope: $limitScope, query: $term, types: $types) {
            articles { __typename id title handle blog { handle } image { url altText width height } trackingParameters }
            collections { __typename id title handle image { url altText width height } trackingParameters }
            pages { __typename id title handle trackingParameters }
            products { __typename id title handle trackingParameters
                selectedOrFirstAvailableVariant(selectedOptions: [], ignoreUnknownOptions: true, caseInsensitiveMatch: true) {
                    id image { url altText width height } price { amount currencyCode } } }
            queries { __typename text styledText trackingParameters } } }";
    let types = json!(["ARTICLE", "COLLECTION", "PAGE", "PRODUCT", "QUERY"]);
    let variables = json!({ "limit": 10, "limitScope": "EACH", "term": "mug", "types": types });
    let guessed = send(&shop, HYDROGEN, predictive, variables).await["predictiveSearch"].clone();
    let mugs = guessed["products"].as_array().unwrap();
    assert_eq!(mugs.len(), 1, "{guessed:#}");
    assert_eq!((&mugs[0]["__typename"], &mugs[0]["handle"]), (&json!("Product"), &json!("mug")));
    assert_eq!(mugs[0]["selectedOrFirstAvailableVariant"]["price"]["amount"], "10.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_texts_of_a_hydrogen_shop() {
    let shop = furnished().await;
    let paging = ", $first: Int, $last: Int, $startCursor: String, $endCursor: String";
    let page = "first: $first, last: $last, before: $startCursor, after: $endCursor";
    let info = "pageInfo { hasPreviousPage hasNextPage endCursor startCursor }";
    let blogs = format!("blogs({page}) {{ {info} nodes {{ title handle seo {{ title description }} }} }}");
    let found = hydrogen(&shop, paging, json!({ "first": 10 }), &blogs).await;
    assert_eq!(found["blogs"]["nodes"][0]["handle"], "news");
    let blog = format!(
        "blog(handle: \"news\") {{ title handle seo {{ title description }} articles({page}) {{ {info}
           nodes {{ author: authorV2 {{ name }} contentHtml handle id title publishedAt blog {{ handle }}
             image {{ id altText url width height }} }} }} }}"
    );
    let found = hydrogen(&shop, paging, json!({ "first": 4 }), &blog).await;
    assert_eq!(found["blog"]["articles"]["nodes"][0]["author"]["name"], "Ada");
    let article = "blog(handle: $blog) { handle articleByHandle(handle: $article) { handle title contentHtml publishedAt
        author: authorV2 { name } image { id altText url width height } seo { description title } } }";
    let names = json!({ "blog": "news", "article": "first" });
    let found = hydrogen(&shop, ", $blog: String!, $article: String!", names, article).await;
    assert_eq!(found["blog"]["articleByHandle"]["title"], "First");
    let sheet = "page(handle: $handle) { handle id title body seo { description title } }";
    let found = hydrogen(&shop, ", $handle: String!", json!({ "handle": "about" }), sheet).await;
    assert_eq!(found["page"]["title"], "About");
    let policies = "query All { shop { privacyPolicy { ...Entry } shippingPolicy { ...Entry }
            termsOfService { ...Entry } refundPolicy { ...Entry } subscriptionPolicy { id title handle } } }
        fragment Entry on ShopPolicy { id title handle }";
    let found = send(&shop, HYDROGEN, policies, json!({})).await["shop"].clone();
    assert_eq!(
        (&found["privacyPolicy"]["handle"], &found["refundPolicy"]),
        (&json!("privacy-policy"), &Value::Null)
    );
    let policy = "query One($privacyPolicy: Boolean!, $refundPolicy: Boolean!, $language: LanguageCode)
            @inContext(language: $language) { shop { privacyPolicy @include(if: $privacyPolicy) { ...Whole }
            refundPolicy @include(if: $refundPolicy) { ...Whole } } }
        fragment Whole on ShopPolicy { body handle id title url }";
    let found = send(&shop, HYDROGEN, policy, json!({ "privacyPolicy": true, "refundPolicy": false })).await;
    assert_eq!(found["shop"]["privacyPolicy"]["body"], "<p>x</p>");
    assert!(found["shop"].get("refundPolicy").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_a_next_js_shop_of_2023() {
    let shop = furnished().await;
    let path = "2023-01/graphql.json";
    let goods = "fragment goods on Product { id handle availableForSale title description descriptionHtml
            options { id name values } priceRange { maxVariantPrice { amount currencyCode }
            minVariantPrice { amount currencyCode } } variants(first: 250) { edges { node { id title availableForSale
            selectedOptions { name value } price { amount currencyCode } } } } featuredImage { ...picture }
            images(first: 20) { edges { node { ...picture } } } seo { ...told } tags updatedAt }
        fragment picture on Image { url altText width height } fragment told on SEO { description title }";
    let group =
        "fragment group on Collection { handle title description seo { description title } updatedAt }";
    let product = shop.product_id("shirt").await;
    for (query, variables) in [
        (format!("query a {{ collections(first: 100, sortKey: TITLE) {{ edges {{ node {{ ...group }} }} }} }} {group}"), json!({})),
        (format!("query a($handle: String!) {{ collection(handle: $handle) {{ ...group }} }} {group}"), json!({ "handle": "goods" })),
        (
            format!(
                "query a($handle: String!, $sortKey: ProductCollectionSortKeys, $reverse: Boolean) {{
                 collection(handle: $handle) {{ products(sortKey: $sortKey, reverse: $reverse, first: 100) {{
                 edges {{ node {{ ...goods }} }} }} }} }} {goods}"
            ),
            json!({ "handle": "goods", "sortKey": "CREATED", "reverse": true }),
        ),
        (
            format!(
                "query a($sortKey: ProductSortKeys, $reverse: Boolean, $query: String) {{
                 products(sortKey: $sortKey, reverse: $reverse, query: $query, first: 100) {{
                 edges {{ node {{ ...goods }} }} }} }} {goods}"
            ),
            json!({ "sortKey": "CREATED_AT", "reverse": true, "query": "shirt" }),
        ),
        (format!("query a($handle: String!) {{ product(handle: $handle) {{ ...goods }} }} {goods}"), json!({ "handle": "shirt" })),
        (
            format!("query a($productId: ID!) {{ productRecommendations(productId: $productId) {{ ...goods }} }} {goods}"),
            json!({ "productId": product }),
        ),
        ("query a($handle: String!) { menu(handle: $handle) { items { title url } } }".to_owned(), json!({ "handle": "main" })),
        (
            "query a($handle: String!) { pageByHandle(handle: $handle) { ...sheet } } fragment sheet on Page { ... on Page {
             id title handle body bodySummary seo { description title } createdAt updatedAt } }"
                .to_owned(),
            json!({ "handle": "about" }),
        ),
        (
            "query a { pages(first: 100) { edges { node { id title handle body bodySummary seo { title } } } } }".to_owned(),
            json!({}),
        ),
    ] {
        let data = send(&shop, path, &query, variables).await;
        let answer = data.as_object().unwrap().values().next().unwrap();
        assert!(!answer.is_null() && answer["edges"] != json!([]), "{query}\n{data:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_goods_behind_a_buy_button_of_2025() {
    let shop = furnished().await;
    let path = "2025-01/graphql";
    let fragments = "fragment Form on ProductVariant { id title price { amount currencyCode } priceV2: price { amount currencyCode }
            weight available: availableForSale sku compareAtPrice { amount currencyCode }
            compareAtPriceV2: compareAtPrice { amount currencyCode } image { id src: url altText width height }
            selectedOptions { name value } unitPrice { amount currencyCode } unitPriceMeasurement { measuredType quantityUnit
            quantityValue referenceUnit referenceValue } }
        fragment Item on Product { id availableForSale createdAt updatedAt descriptionHtml description handle productType title
            vendor publishedAt onlineStoreUrl requiresSellingPlan options { id name values }
            images(first: 250) { pageInfo { hasNextPage hasPreviousPage } edges { cursor node { id src: url altText width height } } }
            variants(first: 250) { pageInfo { hasNextPage hasPreviousPage } edges { cursor node { ...Form } } } }
        fragment Group on Collection { id handle description descriptionHtml updatedAt title image { id src: url altText } }";
    let (product, collection) = (shop.product_id("shirt").await, shop.collect("more", &["mug"]).await);
    for (head, selection, variables) in [
        ("($id: ID!)", "node(id: $id) { __typename ... on Product { ...Item } }", json!({ "id": product })),
        (
            "($ids: [ID!]!)",
            "nodes(ids: $ids) { __typename ... on Product { ...Item } }",
            json!({ "ids": [product] }),
        ),
        ("($handle: String!)", "product(handle: $handle) { ...Item }", json!({ "handle": "shirt" })),
        (
            "($first: Int!, $query: String, $sortKey: ProductSortKeys, $reverse: Boolean)",
            "products(first: $first, query: $query, sortKey: $sortKey, reverse: $reverse) {
             pageInfo { hasNextPage hasPreviousPage } edges { cursor node { ...Item } } }",
            json!({ "first": 20, "query": "title:shirt", "sortKey": "TITLE" }),
        ),
        (
            "($productId: ID!)",
            "productRecommendations(productId: $productId) { ...Item }",
            json!({ "productId": product }),
        ),
        (
            "($id: ID!, $productsFirst: Int!)",
            "node(id: $id) { __typename ... on Collection { ...Group products(first: $productsFirst) {
             pageInfo { hasNextPage hasPreviousPage } edges { cursor node { ...Item } } } } }",
            json!({ "id": collection, "productsFirst": 20 }),
        ),
        (
            "($first: Int!, $query: String, $sortKey: CollectionSortKeys, $reverse: Boolean)",
            "collections(first: $first, query: $query, sortKey: $sortKey, reverse: $reverse) {
             pageInfo { hasNextPage hasPreviousPage } edges { cursor node { ...Group } } }",
            json!({ "first": 20 }),
        ),
    ] {
        let mut query = format!("query {head} {{ {selection} }} {fragments}");
        // A client sends only what it uses.
        if !selection.contains("Group") {
            query = query.split("fragment Group").next().unwrap().to_owned();
        } else if !selection.contains("Item") {
            query = format!(
                "query {head} {{ {selection} }} fragment Group{}",
                fragments.split("fragment Group").nth(1).unwrap()
            );
        }
        let data = send(&shop, path, &query, variables).await;
        let answer = data.as_object().unwrap().values().next().unwrap();
        assert!(!answer.is_null() && answer["edges"] != json!([]), "{query}\n{data:#}");
    }
    let about = "query { shop { paymentSettings { enabledPresentmentCurrencies } description moneyFormat name
        primaryDomain { host sslEnabled url } privacyPolicy { id title url body } termsOfService { id } refundPolicy { id } } }";
    assert!(send(&shop, path, about, json!({})).await["shop"]["moneyFormat"].is_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_starters_ask_for_what_is_deprecated() {
    let shop = furnished().await;
    let lists = "query { shop { name primaryDomain { url host } }
        products(first: 20, sortKey: BEST_SELLING) { edges { cursor node { id title handle description
          images(first: 1) { edges { node { id originalSrc altText transformedSrc(maxWidth: 600, preferredContentType: WEBP) } } }
          priceRange { minVariantPrice { amount currencyCode } }
          variants(first: 1) { edges { node { id title priceV2 { amount currencyCode } compareAtPriceV2 { amount currencyCode }
            image { originalSrc } } } } } } pageInfo { hasNextPage } }
        collectionByHandle(handle: \"goods\") { title products(first: 5) { edges { node { handle } } } }
        productByHandle(handle: \"shirt\") { title options { name values } }
        pageByHandle(handle: \"about\") { title body } blogByHandle(handle: \"news\") {
          articleByHandle(handle: \"first\") { title contentHtml author { name } } } }";
    for path in
        ["2021-01/graphql.json", "2022-07/graphql.json", "2024-10/graphql.json", "unstable/graphql.json"]
    {
        let found = send(&shop, path, lists, json!({})).await;
        assert_eq!(found["products"]["edges"].as_array().unwrap().len(), 3, "{path}");
        assert_eq!(found["collectionByHandle"]["products"]["edges"][0]["node"]["handle"], "shirt");
        assert_eq!(found["blogByHandle"]["articleByHandle"]["author"]["name"], "Ada");
    }
    let variant = shop.variant_ids("shirt").await[0].clone();
    let create =
        "mutation ($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) { cart { id checkoutUrl
        estimatedCost { totalAmount { amount currencyCode } subtotalAmount { amount } }
        lines(first: 10) { edges { node { id quantity estimatedCost { totalAmount { amount } }
          merchandise { ... on ProductVariant { id priceV2 { amount } product { title handle } } } } } } }
        userErrors { field message } } }";
    let lines = json!([{ "merchandiseId": variant, "quantity": 2 }]);
    let made =
        send(&shop, "2022-07/graphql.json", create, json!({ "lines": lines })).await["cartCreate"].clone();
    assert_eq!(done(&made, "cart")["estimatedCost"]["totalAmount"]["amount"], "20.0");
    let sign_in = "mutation ($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) {
        customerAccessToken { accessToken expiresAt } userErrors { field message } customerUserErrors { code } } }";
    let input = json!({ "email": "ada@example.com", "password": "a wrong sentence" });
    let refused = send(&shop, "2021-01/graphql.json", sign_in, json!({ "input": input })).await;
    assert_eq!(
        refused["customerAccessTokenCreate"]["customerUserErrors"],
        json!([{ "code": "UNIDENTIFIED_CUSTOMER" }])
    );
    let places = "query { localization { country { isoCode name } availableCountries { isoCode name currency { isoCode symbol } }
        availableLanguages { isoCode endonymName } } productTags(first: 10) { edges { node } } productTypes(first: 10) { edges { node } } }";
    send(&shop, "2024-10/graphql.json", places, json!({})).await;
}
