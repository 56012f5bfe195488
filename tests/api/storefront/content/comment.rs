//! Comments.

use entity::article_comment::CommentStatus;
use entity::id::ArticleId;
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::content::{self, SaveArticle, SaveComment};

use super::article;
use crate::support::TestShop;

async fn has_comment(shop: &TestShop, article: ArticleId, body: &str, status: CommentStatus) -> String {
    let comment = SaveComment {
        id: None,
        article,
        author_name: "Rae".to_owned(),
        author_email: "rae@private.example".to_owned(),
        body: body.to_owned(),
        status,
    };
    let saved = content::save_comment(&shop.app, &Actor::System, comment).await.unwrap();
    format!("gid://shopify/Comment/{}", saved.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_approved_comments_only_and_never_an_address() {
    let shop = TestShop::open().await;
    let blog = shop.has_blog("News").await;
    let author = shop.has_author("Ada").await;
    let row = shop.has_article(article(blog, author, "Open")).await;
    let first =
        has_comment(&shop, row.id, "<b>Bold</b> & \"true\"\nyes\n\nEnd", CommentStatus::Approved).await;
    let mut hidden = Vec::new();
    for status in [CommentStatus::Pending, CommentStatus::Spam, CommentStatus::Removed] {
        hidden.push(has_comment(&shop, row.id, "hidden", status).await);
    }
    has_comment(&shop, row.id, "Second", CommentStatus::Approved).await;
    let query = "query($id: ID!) { article(id: $id) { comments(first: 9) { nodes {
        id content cut: content(truncateAt: 6) contentHtml author { name email } } } } }";
    let id = json!({ "id": format!("gid://shopify/Article/{}", row.id) });
    let found = shop.ask(query, id.clone()).await["article"]["comments"]["nodes"].clone();
    assert_eq!(
        found[0],
        json!({
            "id": first, "content": "<b>Bold</b> & \"true\"\nyes\n\nEnd", "cut": "<b>...",
            "contentHtml": "<p>&lt;b&gt;Bold&lt;/b&gt; &amp; &quot;true&quot;<br>yes</p><p>End</p>",
            "author": { "name": "Rae", "email": "" },
        })
    );
    assert_eq!(found.as_array().unwrap().len(), 2);
    let latest = "query($id: ID!) { article(id: $id) { comments(last: 1) { nodes { content } pageInfo { hasPreviousPage } } } }";
    let latest = shop.ask(latest, id).await["article"]["comments"].clone();
    assert_eq!(
        latest,
        json!({ "nodes": [{ "content": "Second" }], "pageInfo": { "hasPreviousPage": true } })
    );
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let by_id = shop.ask(nodes, json!({ "ids": [first, hidden[0], hidden[1], hidden[2]] })).await;
    assert_eq!(by_id["nodes"], json!([{ "id": first }, null, null, null]));

    // An article that is withdrawn takes its comments along.
    let withdrawn = SaveArticle { id: Some(row.id), published_at: None, ..article(blog, author, "Open") };
    shop.has_article(withdrawn).await;
    let by_id = shop.ask(nodes, json!({ "ids": [first] })).await;
    assert_eq!(by_id["nodes"], json!([null]));
}
