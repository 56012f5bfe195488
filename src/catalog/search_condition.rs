//! Searches as conditions.
//!
//! Titles and tags are kept in lower case beside their own spelling. Makers and types are not: of them only A to Z are
//! compared without regard to case, on both databases alike.

use entity::{collection, product, product_tag};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition};

use super::filter::with_tag;
use super::search_query::{Pattern, SearchField, SearchQuery, Term};

/// Stands before a sign that LIKE would read as a wildcard.
const ESCAPE: char = '!';

/// A text column in lower case, and a text in the same lower case.
struct Lowered {
    column: Expr,
    text: String,
    is_prefix: bool,
}

impl Lowered {
    /// Of a column that holds lower case.
    fn kept(column: impl ColumnTrait, pattern: &Pattern) -> Self {
        let (text, is_prefix) = text_of(pattern);
        Self { column: column.into_expr(), text: text.to_lowercase(), is_prefix }
    }

    /// Of a column as it was written.
    fn made(column: impl ColumnTrait, pattern: &Pattern) -> Self {
        let (text, is_prefix) = text_of(pattern);
        Self { column: Func::lower(column.into_expr()).into(), text: text.to_ascii_lowercase(), is_prefix }
    }

    /// The text is somewhere in the column, or begins a word of it.
    fn anywhere(self) -> Condition {
        let text = escaped(&self.text);
        if self.is_prefix {
            return Condition::any()
                .add(like(self.column.clone(), format!("{text}%")))
                .add(like(self.column, format!("% {text}%")));
        }
        Condition::all().add(like(self.column, format!("%{text}%")))
    }

    /// The text is the whole column, or begins it.
    fn whole(self) -> Condition {
        if self.is_prefix {
            return Condition::all().add(like(self.column, format!("{}%", escaped(&self.text))));
        }
        Condition::all().add(self.column.eq(self.text))
    }
}

fn text_of(pattern: &Pattern) -> (String, bool) {
    match pattern {
        Pattern::Text(text) => (text.clone(), false),
        Pattern::Prefix(text) => (text.clone(), true),
        Pattern::Number(number) => (number.to_string(), false),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | ESCAPE) {
            escaped.push(ESCAPE);
        }
        escaped.push(sign);
    }
    escaped
}

fn like(column: Expr, pattern: String) -> Expr {
    column.like(LikeExpr::new(pattern).escape(ESCAPE))
}

fn all(query: &SearchQuery, matches: impl Fn(&Term) -> Condition) -> Condition {
    query.terms.iter().fold(Condition::all(), |all, term| {
        let condition = matches(term);
        all.add(if term.is_negated { condition.not() } else { condition })
    })
}

/// The products that a search finds.
pub(super) fn product_matches(query: &SearchQuery) -> Condition {
    all(query, |Term { field, pattern, .. }| {
        let title = || Lowered::kept(product::Column::TitleSort, pattern);
        let vendor = || Lowered::made(product::Column::Vendor, pattern);
        let product_type = || Lowered::made(product::Column::ProductType, pattern);
        let tag = || Lowered::kept(product_tag::Column::TagNorm, pattern);
        match field {
            None => Condition::any()
                .add(title().anywhere())
                .add(vendor().anywhere())
                .add(product_type().anywhere())
                .add(Expr::exists(with_tag(tag().anywhere()))),
            Some(SearchField::Title) => title().anywhere(),
            Some(SearchField::Vendor) => vendor().whole(),
            Some(SearchField::ProductType) => product_type().whole(),
            Some(SearchField::Tag) => Expr::exists(with_tag(tag().whole())).into(),
            Some(SearchField::Handle) => Lowered::kept(product::Column::Handle, pattern).whole(),
            Some(SearchField::Id) => has_key(product::Column::Id, pattern),
        }
    })
}

/// The collections that a search finds.
pub(super) fn collection_matches(query: &SearchQuery) -> Condition {
    all(query, |Term { field, pattern, .. }| match field {
        None | Some(SearchField::Title) => Lowered::kept(collection::Column::TitleSort, pattern).anywhere(),
        Some(SearchField::Handle) => Lowered::kept(collection::Column::Handle, pattern).whole(),
        Some(SearchField::Id) => has_key(collection::Column::Id, pattern),
        // The parser takes none of these for collections.
        Some(SearchField::Vendor | SearchField::ProductType | SearchField::Tag) => Condition::any(),
    })
}

fn has_key(column: impl ColumnTrait, pattern: &Pattern) -> Condition {
    match pattern {
        Pattern::Number(number) => Condition::all().add(column.eq(*number)),
        Pattern::Text(_) | Pattern::Prefix(_) => Condition::any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_shopper_are_taken_literally() {
        assert_eq!(escaped("100%_off!"), "100!%!_off!!");
        assert_eq!(escaped("plain"), "plain");
    }
}
