//! The content of the sample shop: pages, a journal, menus, policies, redirects and the brand.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, Utc};
use entity::article_comment::CommentStatus;
use entity::id::{AuthorId, BlogId, CollectionId, MediaId, PageId, PolicyId};
use entity::shop_policy::PolicyKind;
use serde::Deserialize;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::content::{
    self, MenuTarget, NewMenu, NewMenuItem, SaveArticle, SaveAuthor, SaveBlog, SaveComment, SavePage,
    SaveRedirect,
};
use tradepost::store::{self, Brand, BrandColors};
use tradepost::{catalog, media};

use super::demo::{bytes, json};

/// `content.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleContent {
    pages: Vec<SamplePage>,
    authors: Vec<SampleAuthor>,
    blogs: Vec<SampleBlog>,
    articles: Vec<SampleArticle>,
    menus: Vec<SampleMenu>,
    policies: HashMap<PolicyKind, String>,
    redirects: Vec<SampleRedirect>,
    brand: SampleBrand,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SamplePage {
    handle: String,
    title: String,
    body_html: String,
    seo_title: Option<String>,
    seo_description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleAuthor {
    name: String,
    first_name: String,
    last_name: String,
    email: String,
    bio: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleBlog {
    handle: String,
    title: String,
    seo_title: Option<String>,
    seo_description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleArticle {
    blog: String,
    handle: String,
    title: String,
    author: String,
    image: String,
    image_alt: String,
    tags: Vec<String>,
    published_at: DateTime<Utc>,
    summary_html: String,
    body_html: String,
    comments: Vec<SampleComment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleComment {
    author_name: String,
    author_email: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleMenu {
    handle: String,
    title: String,
    items: Vec<SampleItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleItem {
    title: String,
    #[serde(rename = "type")]
    kind: SampleItemKind,
    /// Of what it leads to; a policy's kind.
    #[serde(default)]
    handle: String,
    #[serde(default)]
    items: Vec<SampleItem>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SampleItemKind {
    Catalog,
    Collections,
    Search,
    Collection,
    Page,
    Blog,
    ShopPolicy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleRedirect {
    path: String,
    target: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleBrand {
    slogan: String,
    short_description: String,
    logo: String,
    logo_alt: String,
    cover_image: String,
    cover_alt: String,
    colors: BrandColors,
}

/// What menus lead to, by handle.
struct Places {
    collections: HashMap<String, CollectionId>,
    pages: HashMap<String, PageId>,
    blogs: HashMap<String, BlogId>,
    policies: HashMap<PolicyKind, PolicyId>,
}

/// Whether the content was laid to its end: its last menu is the last thing that is written.
pub(super) async fn is_laid(app: &App) -> anyhow::Result<bool> {
    let sample: SampleContent = json("content.json")?;
    let last: Vec<String> = sample.menus.last().map(|last| last.handle.clone()).into_iter().collect();
    Ok(!content::menus_by_handles(app.db.writer(), &last).await?.is_empty())
}

/// Lays the content, behind the products and collections that its menus lead to. What is there already is kept.
pub(super) async fn load(app: &App) -> anyhow::Result<()> {
    let sample: SampleContent = json("content.json")?;
    save_brand(app, sample.brand).await?;
    let pages = save_pages(app, sample.pages).await?;
    let blogs = save_blogs(app, sample.blogs).await?;
    save_articles(app, &blogs, sample.authors, sample.articles).await?;
    let mut policies = HashMap::new();
    for (kind, body) in sample.policies {
        policies.insert(kind, content::save_policy(app, &Actor::System, kind, &body).await?.id);
    }
    for redirect in sample.redirects {
        save_redirect(app, redirect).await?;
    }
    let handles = collection_handles(&sample.menus);
    let collections = catalog::collections_by_handles(app.db.writer(), &handles).await?;
    let collections = collections.into_iter().map(|(handle, row)| (handle, row.id)).collect();
    let places = Places { collections, pages, blogs, policies };
    for menu in sample.menus {
        save_menu(app, &places, menu).await?;
    }
    Ok(())
}

async fn save_brand(app: &App, sample: SampleBrand) -> anyhow::Result<()> {
    let shop = store::get_shop(app.db.writer()).await?;
    let found = store::find_brand(app.db.writer(), &shop).await?;
    if found.is_some_and(|brand| brand.logo.is_some()) {
        return Ok(());
    }
    let brand = Brand {
        slogan: Some(sample.slogan),
        short_description: Some(sample.short_description),
        logo: Some(save_picture(app, &sample.logo, sample.logo_alt).await?),
        square_logo: None,
        cover: Some(save_picture(app, &sample.cover_image, sample.cover_alt).await?),
        colors: sample.colors,
    };
    Ok(store::save_brand(app, &Actor::System, &brand).await?)
}

async fn save_picture(app: &App, path: &str, alt: String) -> anyhow::Result<MediaId> {
    Ok(media::save_picture(app, bytes(path)?, Some(alt)).await?)
}

async fn save_pages(app: &App, samples: Vec<SamplePage>) -> anyhow::Result<HashMap<String, PageId>> {
    let handles: Vec<String> = samples.iter().map(|page| page.handle.clone()).collect();
    let found = content::pages_by_handles(app.db.writer(), &handles).await?;
    let mut ids = HashMap::new();
    for sample in samples {
        let page = SavePage {
            id: found.get(&sample.handle).map(|page| page.id),
            handle: Some(sample.handle.clone()),
            title: sample.title,
            body_html: sample.body_html,
            seo_title: sample.seo_title,
            seo_description: sample.seo_description,
            published_at: Some(app.clock.now()),
        };
        ids.insert(sample.handle, content::save_page(app, &Actor::System, page).await?.id);
    }
    Ok(ids)
}

async fn save_blogs(app: &App, samples: Vec<SampleBlog>) -> anyhow::Result<HashMap<String, BlogId>> {
    let handles: Vec<String> = samples.iter().map(|blog| blog.handle.clone()).collect();
    let found = content::blogs_by_handles(app.db.writer(), &handles).await?;
    let mut ids = HashMap::new();
    for sample in samples {
        let blog = SaveBlog {
            id: found.get(&sample.handle).map(|blog| blog.id),
            handle: Some(sample.handle.clone()),
            title: sample.title,
            seo_title: sample.seo_title,
            seo_description: sample.seo_description,
        };
        ids.insert(sample.handle, content::save_blog(app, &Actor::System, blog).await?.id);
    }
    Ok(ids)
}

async fn save_articles(
    app: &App,
    blogs: &HashMap<String, BlogId>,
    authors: Vec<SampleAuthor>,
    samples: Vec<SampleArticle>,
) -> anyhow::Result<()> {
    let names: Vec<String> = authors.iter().map(|author| author.name.clone()).collect();
    let known = content::authors_by_names(app.db.writer(), &names).await?;
    let mut writers: HashMap<String, AuthorId> = HashMap::new();
    for sample in authors {
        let author = SaveAuthor {
            id: known.get(&sample.name).map(|author| author.id),
            name: sample.name.clone(),
            first_name: sample.first_name,
            last_name: sample.last_name,
            email: sample.email,
            bio: sample.bio,
        };
        writers.insert(sample.name, content::save_author(app, &Actor::System, author).await?.id);
    }
    for sample in samples {
        let blog = *blogs.get(&sample.blog).with_context(|| format!("no blog {}", sample.blog))?;
        let author = *writers.get(&sample.author).with_context(|| format!("no author {}", sample.author))?;
        let place = (blog, sample.handle.clone());
        if content::articles_by_handles(app.db.writer(), &[place]).await?.is_empty() {
            save_article(app, blog, author, sample).await?;
        }
    }
    Ok(())
}

async fn save_article(
    app: &App,
    blog: BlogId,
    author: AuthorId,
    sample: SampleArticle,
) -> anyhow::Result<()> {
    let article = SaveArticle {
        id: None,
        blog,
        author,
        handle: Some(sample.handle),
        title: sample.title,
        body_html: sample.body_html,
        summary_html: Some(sample.summary_html),
        image: Some(save_picture(app, &sample.image, sample.image_alt).await?),
        tags: sample.tags,
        seo_title: None,
        seo_description: None,
        published_at: Some(sample.published_at),
    };
    let article = content::save_article(app, &Actor::System, article).await?.id;
    for comment in sample.comments {
        let comment = SaveComment {
            id: None,
            article,
            author_name: comment.author_name,
            author_email: comment.author_email,
            body: comment.body,
            status: CommentStatus::Approved,
        };
        content::save_comment(app, &Actor::System, comment).await?;
    }
    Ok(())
}

async fn save_redirect(app: &App, sample: SampleRedirect) -> anyhow::Result<()> {
    let found = content::find_redirect_by_path(app.db.writer(), &sample.path).await?;
    let redirect = SaveRedirect { id: found.map(|found| found.id), path: sample.path, target: sample.target };
    content::save_redirect(app, &Actor::System, redirect).await?;
    Ok(())
}

/// The handles of the collections that menus lead to.
fn collection_handles(menus: &[SampleMenu]) -> Vec<String> {
    fn gather(items: &[SampleItem], handles: &mut Vec<String>) {
        for item in items {
            if matches!(item.kind, SampleItemKind::Collection) {
                handles.push(item.handle.clone());
            }
            gather(&item.items, handles);
        }
    }
    let mut handles = Vec::new();
    menus.iter().for_each(|menu| gather(&menu.items, &mut handles));
    handles
}

async fn save_menu(app: &App, places: &Places, sample: SampleMenu) -> anyhow::Result<()> {
    let found = content::menus_by_handles(app.db.writer(), std::slice::from_ref(&sample.handle)).await?;
    let menu = NewMenu {
        id: found.get(&sample.handle).map(|tree| tree.menu.id),
        handle: Some(sample.handle),
        title: sample.title,
        items: sample.items.into_iter().map(|item| menu_item(places, item)).collect::<Result<_, _>>()?,
    };
    content::replace_menu(app, &Actor::System, menu).await?;
    Ok(())
}

fn menu_item(places: &Places, sample: SampleItem) -> anyhow::Result<NewMenuItem> {
    let missing = || format!("the sample menu leads to {}, which is not there", sample.handle);
    let target = match sample.kind {
        SampleItemKind::Catalog => MenuTarget::Catalog,
        SampleItemKind::Collections => MenuTarget::Collections,
        SampleItemKind::Search => MenuTarget::Search,
        SampleItemKind::Collection => {
            MenuTarget::Collection(*places.collections.get(&sample.handle).with_context(missing)?)
        }
        SampleItemKind::Page => MenuTarget::Page(*places.pages.get(&sample.handle).with_context(missing)?),
        SampleItemKind::Blog => MenuTarget::Blog(*places.blogs.get(&sample.handle).with_context(missing)?),
        SampleItemKind::ShopPolicy => {
            let kind: PolicyKind = serde_json::from_value(sample.handle.clone().into())?;
            MenuTarget::ShopPolicy(*places.policies.get(&kind).with_context(missing)?)
        }
    };
    Ok(NewMenuItem {
        id: None,
        title: sample.title,
        target,
        tags: Vec::new(),
        items: sample.items.into_iter().map(|item| menu_item(places, item)).collect::<Result<_, _>>()?,
    })
}
