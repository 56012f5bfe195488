//! The shop's own content: pages, blogs with their articles and comments, menus, policies and redirects.
//!
//! Tables: `page`, `blog`, `article_author`, `article`, `article_tag`, `article_comment`, `menu`, `menu_item`,
//! `shop_policy`, `url_redirect`. Invariants: handles are unique (an article's within its blog); shoppers reach a page or
//! an article whose publication has come, and a comment that was approved; a menu is a tree of at most
//! [`MAX_MENU_LEVELS`] levels; redirects never lead in a circle.

mod check;
mod error;
mod visibility;

pub use check::{MAX_HANDLE_CHARS, MAX_HTML_CHARS, MAX_LINE_CHARS, MAX_TITLE_CHARS};
pub use error::ContentError;
pub use visibility::{is_published_article, is_published_page};

// Reading.
mod article_list;
mod comment_html;
mod comment_list;
mod list;
mod menu;
mod policy;
mod queries;
mod search;
mod sitemap;
mod union;

pub use article_list::{ArticleRequest, ArticleSort, list_articles};
pub use comment_html::comment_html;
pub use comment_list::{CommentRequest, list_comments};
pub use list::{BlogSort, PageSort, list_blogs, list_pages, list_redirects};
pub use menu::{MenuTree, fixed_address, menus_by_handles, menus_by_ids, menus_by_item_ids};
pub use policy::{default_body, handle_of, policies_by_ids, policies_by_kinds, title_of};
pub use queries::{
    articles_by_handles, articles_by_ids, authors_by_blog_ids, authors_by_ids, authors_by_names,
    blogs_by_handles, blogs_by_ids, comments_by_ids, find_redirect_by_path, pages_by_handles, pages_by_ids,
    redirects_by_ids, tags_by_article_ids,
};
pub use sitemap::{
    SITEMAP_PAGE_SIZE, SitemapEntry, SitemapImage, SitemapKind, SitemapPage, count_sitemap_pages,
    list_sitemap_page,
};

// Writing.
mod article_commands;
mod blog_commands;
mod comment_commands;
mod menu_commands;
mod page_commands;
mod policy_commands;
mod redirect;
mod redirect_commands;

pub use article_commands::{
    SaveArticle, SaveAuthor, delete_article, delete_author, save_article, save_author,
};
pub use blog_commands::{SaveBlog, delete_blog, save_blog};
pub use comment_commands::{SaveComment, delete_comment, save_comment};
pub use menu_commands::{
    MAX_MENU_ITEMS, MAX_MENU_LEVELS, MenuTarget, NewMenu, NewMenuItem, delete_menu, replace_menu,
};
pub use page_commands::{SavePage, delete_page, save_page};
pub use policy_commands::{MAX_POLICY_CHARS, delete_policy, save_policy};
pub use redirect_commands::{SaveRedirect, delete_redirect, save_redirect};
