//! Which fields of the content a search can name.

use entity::{article, article_author, article_tag, blog, page, url_redirect};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query as Select};
use sea_orm::{ColumnTrait, Condition};

use crate::query::{Field, FieldKind, Query, Term, Value, condition};

/// The pages that a search finds.
pub(super) fn pages(query: &Query) -> Condition {
    let fields = [
        Field::default("title", FieldKind::TextContains(page::Column::Title.into_expr())),
        Field::named("handle", FieldKind::TextEqual(page::Column::Handle.into_expr())),
        Field::named("id", FieldKind::Id(page::Column::Id.into_expr())),
        Field::named("created_at", FieldKind::Time(page::Column::CreatedAt.into_expr())),
        Field::named("updated_at", FieldKind::Time(page::Column::UpdatedAt.into_expr())),
        Field::named("published_at", FieldKind::Time(page::Column::PublishedAt.into_expr())),
    ];
    condition(query, &fields)
}

/// The blogs that a search finds.
pub(super) fn blogs(query: &Query) -> Condition {
    let fields = [
        Field::default("title", FieldKind::TextContains(blog::Column::Title.into_expr())),
        Field::named("handle", FieldKind::TextEqual(blog::Column::Handle.into_expr())),
        Field::named("id", FieldKind::Id(blog::Column::Id.into_expr())),
        Field::named("created_at", FieldKind::Time(blog::Column::CreatedAt.into_expr())),
        Field::named("updated_at", FieldKind::Time(blog::Column::UpdatedAt.into_expr())),
    ];
    condition(query, &fields)
}

/// The articles that a search finds, in a list that is joined with their authors and blogs. Plain words are looked for in
/// titles and in the names of authors, and are compared with whole tags.
pub(super) fn articles(query: &Query) -> Condition {
    let fields = [
        Field::default("title", FieldKind::TextContains(article::Column::Title.into_expr())),
        Field::default("author", FieldKind::TextContains(article_author::Column::Name.into_expr())),
        Field::named("blog_title", FieldKind::TextContains(blog::Column::Title.into_expr())),
        Field::named("handle", FieldKind::TextEqual(article::Column::Handle.into_expr())),
        Field::named("id", FieldKind::Id(article::Column::Id.into_expr())),
        Field::named("created_at", FieldKind::Time(article::Column::CreatedAt.into_expr())),
        Field::named("updated_at", FieldKind::Time(article::Column::UpdatedAt.into_expr())),
        Field::named("published_at", FieldKind::Time(article::Column::PublishedAt.into_expr())),
        Field::default("tag", FieldKind::Custom(|term| Some(has_tag(term)))),
        Field::named("tag_not", FieldKind::Custom(|term| Some(has_tag(term).not()))),
    ];
    condition(query, &fields)
}

/// The redirects that a search finds.
pub(super) fn redirects(query: &Query) -> Condition {
    let fields = [
        Field::default("path", FieldKind::TextEqual(url_redirect::Column::Path.into_expr())),
        Field::default("target", FieldKind::TextEqual(url_redirect::Column::Target.into_expr())),
        Field::named("id", FieldKind::Id(url_redirect::Column::Id.into_expr())),
        Field::named("created_at", FieldKind::Time(url_redirect::Column::CreatedAt.into_expr())),
    ];
    condition(query, &fields)
}

/// The articles with a tag, with one that begins so, or with any.
fn has_tag(term: &Term) -> Condition {
    const ESCAPE: char = '!';
    let tag = || article_tag::Column::TagNorm.into_expr();
    let tags = match &term.value {
        Value::Any => Condition::all(),
        Value::Word(text) | Value::Phrase(text) => Condition::all().add(tag().eq(text.to_lowercase())),
        Value::Prefix(text) => {
            let mut pattern = String::with_capacity(text.len());
            for sign in text.to_lowercase().chars() {
                if matches!(sign, '%' | '_' | ESCAPE) {
                    pattern.push(ESCAPE);
                }
                pattern.push(sign);
            }
            Condition::all().add(tag().like(LikeExpr::new(format!("{pattern}%")).escape(ESCAPE)))
        }
    };
    let tagged = Select::select()
        .column((article_tag::Entity, article_tag::Column::ArticleId))
        .from(article_tag::Entity)
        .cond_where(tags)
        .to_owned();
    Condition::all().add(Expr::col((article::Entity, article::Column::Id)).in_subquery(tagged))
}
