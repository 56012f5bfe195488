//! The shop's own content.

mod article;
mod brand;
mod command;
mod comment;
mod file;
mod language;
mod menu;
mod page;
mod policy;
mod redirect;
mod sitemap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{AccessTokenId, AuthorId, BlogId};
use entity::shop_policy::PolicyKind;
use tradepost::actor::Actor;
use tradepost::content::{
    self, MenuTarget, NewMenu, NewMenuItem, SaveArticle, SaveAuthor, SaveBlog, SavePage, SaveRedirect,
};

use crate::support::TestShop;

/// Somebody without any scope.
fn nobody() -> Actor {
    Actor::Admin { token: AccessTokenId(1), scopes: Vec::new() }
}

/// A moment that has come.
fn past() -> Option<DateTime<Utc>> {
    Some(Utc::now() - TimeDelta::hours(1))
}

/// A moment that has not come yet.
fn future() -> Option<DateTime<Utc>> {
    Some(Utc::now() + TimeDelta::days(1))
}

fn page(title: &str) -> SavePage {
    SavePage {
        title: title.to_owned(),
        body_html: format!("<p>Text of {title}.</p>"),
        published_at: past(),
        ..SavePage::default()
    }
}

impl TestShop {
    async fn has_page(&self, page: SavePage) -> entity::page::Model {
        content::save_page(&self.app, &Actor::System, page).await.unwrap()
    }

    async fn has_blog(&self, title: &str) -> BlogId {
        let blog = SaveBlog { title: title.to_owned(), ..SaveBlog::default() };
        content::save_blog(&self.app, &Actor::System, blog).await.unwrap().id
    }

    async fn has_author(&self, name: &str) -> AuthorId {
        let author = SaveAuthor { name: name.to_owned(), ..SaveAuthor::default() };
        content::save_author(&self.app, &Actor::System, author).await.unwrap().id
    }

    /// A page, an article, a menu, a policy and a redirect.
    pub async fn furnish_content(&self) {
        let about = self.has_page(page("About")).await;
        let blog = self.has_blog("News").await;
        let author = self.has_author("Ada").await;
        self.has_article(article(blog, author, "First")).await;
        let item = |title: &str, target, items| NewMenuItem {
            id: None,
            title: title.to_owned(),
            target,
            tags: Vec::new(),
            items,
        };
        let below = vec![item("News", MenuTarget::Blog(blog), Vec::new())];
        let items = vec![item("About", MenuTarget::Page(about.id), below)];
        let menu = NewMenu { id: None, handle: None, title: "Main".to_owned(), items };
        content::replace_menu(&self.app, &Actor::System, menu).await.unwrap();
        content::save_policy(&self.app, &Actor::System, PolicyKind::Privacy, "<p>x</p>").await.unwrap();
        let redirect = SaveRedirect { id: None, path: "/old".to_owned(), target: "/new".to_owned() };
        content::save_redirect(&self.app, &Actor::System, redirect).await.unwrap();
    }

    async fn has_article(&self, article: SaveArticle) -> entity::article::Model {
        content::save_article(&self.app, &Actor::System, article).await.unwrap()
    }
}

fn article(blog: BlogId, author: AuthorId, title: &str) -> SaveArticle {
    SaveArticle {
        id: None,
        blog,
        author,
        handle: None,
        title: title.to_owned(),
        body_html: format!("<p>Text of {title}.</p>"),
        summary_html: None,
        image: None,
        tags: Vec::new(),
        seo_title: None,
        seo_description: None,
        published_at: past(),
    }
}
