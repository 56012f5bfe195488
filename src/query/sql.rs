//! Searches as conditions of SQL, for lists that the database filters.
//!
//! Fields that a list does not know are left out of the search, as if they had not been written; a value that its field
//! cannot hold (`id:abc`) is found nowhere.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};

use super::ast::{Comparator, Query, Term, Value};

/// Stands before a sign that LIKE would read as a wildcard.
const ESCAPE: char = '!';
/// The most decimal places of a number.
const MAX_PLACES: usize = 6;

/// A field of a list that its searches can name.
#[derive(Clone)]
pub struct Field {
    /// Its name in searches.
    pub name: &'static str,
    /// Whether terms without a field look here.
    pub default: bool,
    /// What it holds and how it is compared.
    pub kind: FieldKind,
}

impl Field {
    /// A field that is searched where it is named.
    #[must_use]
    pub fn named(name: &'static str, kind: FieldKind) -> Self {
        Self { name, default: false, kind }
    }

    /// A field that is also searched where no field is named.
    #[must_use]
    pub fn default(name: &'static str, kind: FieldKind) -> Self {
        Self { name, default: true, kind }
    }
}

/// What a field holds and how it is compared.
#[derive(Clone)]
pub enum FieldKind {
    /// A text that is compared as a whole, without regard to case.
    TextEqual(Expr),
    /// A text in which the words are looked for, without regard to case.
    TextContains(Expr),
    /// A key; `gid://shop/Page/1` means 1.
    Id(Expr),
    /// A moment; a date means its whole day in UTC.
    Time(Expr),
    /// A whole number.
    Number(Expr),
    /// An amount in minor units of a currency with so many decimal places.
    Amount(Expr, u32),
    /// Yes or no.
    Flag(Expr),
    /// Something else; no condition where the term makes no sense and is left out.
    Custom(fn(&Term) -> Option<Condition>),
}

/// The rows that a search finds.
#[must_use]
pub fn condition(query: &Query, fields: &[Field]) -> Condition {
    compiled(query, fields).unwrap_or_else(Condition::all)
}

/// Nothing where nothing is left of the search.
fn compiled(query: &Query, fields: &[Field]) -> Option<Condition> {
    let parts = |parts: &[Query]| -> Vec<Condition> {
        parts.iter().filter_map(|part| compiled(part, fields)).collect()
    };
    let (parts, combined) = match query {
        Query::And(inner) => (parts(inner), Condition::all()),
        Query::Or(inner) => (parts(inner), Condition::any()),
        Query::Not(inner) => return compiled(inner, fields).map(Condition::not),
        Query::Term(term) => return of_term(term, fields),
    };
    (!parts.is_empty()).then(|| parts.into_iter().fold(combined, Condition::add))
}

fn of_term(term: &Term, fields: &[Field]) -> Option<Condition> {
    match &term.field {
        Some(name) => fields.iter().find(|field| field.name == name)?.matches(term),
        // Every row has something.
        None if term.value == Value::Any => None,
        None => {
            let found: Vec<Condition> =
                fields.iter().filter(|field| field.default).filter_map(|field| field.matches(term)).collect();
            (!found.is_empty()).then(|| found.into_iter().fold(Condition::any(), Condition::add))
        }
    }
}

impl Field {
    fn matches(&self, term: &Term) -> Option<Condition> {
        let Term { comparator, value, .. } = term;
        let nothing = Condition::any;
        Some(match &self.kind {
            FieldKind::Custom(matches) => return matches(term),
            FieldKind::TextEqual(text) | FieldKind::TextContains(text) if *value == Value::Any => {
                Condition::all().add(text.clone().is_not_null()).add(text.clone().ne(""))
            }
            FieldKind::TextEqual(text) => text_is(text, *comparator, value),
            FieldKind::TextContains(text) => text_has(text, value),
            FieldKind::Id(column)
            | FieldKind::Time(column)
            | FieldKind::Number(column)
            | FieldKind::Amount(column, _)
            | FieldKind::Flag(column)
                if *value == Value::Any =>
            {
                Condition::all().add(column.clone().is_not_null())
            }
            FieldKind::Id(column) => match key_of(value.text()) {
                Some(key) => within(column, *comparator, key, key.saturating_add(1)),
                None => nothing(),
            },
            FieldKind::Time(column) => match moment_range(value.text()) {
                Some((start, end)) => within(column, *comparator, start, end),
                None => nothing(),
            },
            FieldKind::Number(column) => amount_within(column, *comparator, value.text(), 0),
            FieldKind::Amount(column, places) => amount_within(column, *comparator, value.text(), *places),
            FieldKind::Flag(column) => match value.text().to_lowercase().as_str() {
                "true" => Condition::all().add(column.clone().eq(true)),
                "false" => Condition::all().add(column.clone().eq(false)),
                _ => nothing(),
            },
        })
    }
}

/// Whether a value lies so to the range of what was written, whose end is not part of it.
fn within<T>(column: &Expr, comparator: Comparator, start: T, end: T) -> Condition
where
    T: Into<Expr>,
{
    let column = || column.clone();
    match comparator {
        Comparator::Is => Condition::all().add(column().gte(start)).add(column().lt(end)),
        Comparator::Less => Condition::all().add(column().lt(start)),
        Comparator::AtMost => Condition::all().add(column().lt(end)),
        Comparator::Greater => Condition::all().add(column().gte(end)),
        Comparator::AtLeast => Condition::all().add(column().gte(start)),
    }
}

fn amount_within(column: &Expr, comparator: Comparator, text: &str, places: u32) -> Condition {
    let Some(Scaled { floor, is_exact }) = scaled(text, places) else {
        return Condition::any();
    };
    let after = floor.saturating_add(1);
    let column = || column.clone();
    match (comparator, is_exact) {
        (comparator, true) => within(&column(), comparator, floor, after),
        (Comparator::Is, false) => Condition::any(),
        // Between two whole units: what is at most the lower one is less, what is at least the upper one is more.
        (Comparator::Less | Comparator::AtMost, false) => Condition::all().add(column().lte(floor)),
        (Comparator::Greater | Comparator::AtLeast, false) => Condition::all().add(column().gte(after)),
    }
}

/// A decimal in its smallest units: the whole ones below it, and whether it is just these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scaled {
    pub(crate) floor: i64,
    pub(crate) is_exact: bool,
}

/// Reads a decimal such as `-1.50` in units of so many places.
pub(crate) fn scaled(text: &str, places: u32) -> Option<Scaled> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || digits == "." || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let places = usize::try_from(places).unwrap_or(0).min(MAX_PLACES);
    let (kept, beyond) = fraction.split_at_checked(places).unwrap_or((fraction, ""));
    let is_exact = beyond.bytes().all(|digit| digit == b'0');
    let magnitude: i64 = format!("0{whole}{kept:0<places$}").parse().unwrap_or(i64::MAX - 1);
    let floor = match (text.starts_with('-'), is_exact) {
        (false, _) => magnitude,
        (true, true) => -magnitude,
        (true, false) => -magnitude - 1,
    };
    Some(Scaled { floor, is_exact })
}

/// The key in a number or in a global id.
pub(crate) fn key_of(text: &str) -> Option<i64> {
    let digits = text.rsplit('/').next().unwrap_or(text);
    digits.split('?').next().and_then(|digits| digits.parse().ok())
}

/// The moments that a text means, the last one not among them: a whole day for a date, a single one for a time.
#[must_use]
pub fn moment_range(text: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        let midnight = |date: NaiveDate| date.and_hms_opt(0, 0, 0).map(|time| time.and_utc());
        return midnight(date).zip(date.checked_add_days(Days::new(1)).and_then(midnight));
    }
    let moment = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).ok();
    let start = moment.or_else(|| {
        let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
        local
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(|time| time.and_utc())
    })?;
    Some((start, start.checked_add_signed(TimeDelta::microseconds(1))?))
}

/// The text is the whole column, or begins it, or stands before or after it in the alphabet.
fn text_is(column: &Expr, comparator: Comparator, value: &Value) -> Condition {
    let text = value.text();
    let lowered = || Expr::from(Func::lower(column.clone()));
    match (comparator, value) {
        (Comparator::Is, Value::Prefix(_)) => {
            in_lower_case(text, |text| like(lowered(), format!("{}%", escaped(&text))))
        }
        (Comparator::Is, _) => in_lower_case(text, |text| lowered().eq(text)),
        (comparator, _) => {
            let text = text.to_lowercase();
            Condition::all().add(match comparator {
                Comparator::Less => lowered().lt(text),
                Comparator::AtMost => lowered().lte(text),
                Comparator::Greater => lowered().gt(text),
                Comparator::Is | Comparator::AtLeast => lowered().gte(text),
            })
        }
    }
}

/// The text is somewhere in the column, or begins a word of it.
fn text_has(column: &Expr, value: &Value) -> Condition {
    let lowered = || Expr::from(Func::lower(column.clone()));
    let is_prefix = matches!(value, Value::Prefix(_));
    in_lower_case(value.text(), |text| {
        let text = escaped(&text);
        if is_prefix {
            return like(lowered(), format!("{text}%")).or(like(lowered(), format!("% {text}%")));
        }
        like(lowered(), format!("%{text}%"))
    })
}

/// Compares with the text in lower case, in both the ways in which databases make it: SQLite knows A to Z only.
fn in_lower_case(text: &str, matches: impl Fn(String) -> Expr) -> Condition {
    let (ascii, full) = (text.to_ascii_lowercase(), text.to_lowercase());
    let other = (ascii != full).then(|| matches(full));
    Condition::any().add(matches(ascii)).add_option(other)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_shopper_are_taken_literally() {
        assert_eq!(escaped("100%_off!"), "100!%!_off!!");
        assert_eq!(escaped("plain"), "plain");
    }

    #[test]
    fn decimals_are_read_in_units() {
        let read = |text, places| scaled(text, places).map(|read| (read.floor, read.is_exact));
        assert_eq!(read("19.99", 2), Some((1999, true)));
        assert_eq!(read("19.999", 2), Some((1999, false)));
        assert_eq!(read("-1.5", 0), Some((-2, false)));
        assert_eq!(read("-1.50", 2), Some((-150, true)));
        assert_eq!(read(".5", 2), Some((50, true)));
        assert_eq!(read("7", 3), Some((7000, true)));
        assert_eq!(read("99999999999999999999999", 0), Some((i64::MAX - 1, true)));
        for text in ["", "-", ".", "1e3", "1,5", "abc", "--1", "1.2.3"] {
            assert_eq!(read(text, 2), None, "{text}");
        }
    }

    #[test]
    fn a_date_means_its_day_and_a_time_its_moment() {
        let range = |text| {
            moment_range(text)
                .map(|(start, end)| (start.to_rfc3339(), (end - start).num_microseconds().unwrap()))
        };
        let day = 86_400_000_000;
        assert_eq!(range("2024-02-29"), Some(("2024-02-29T00:00:00+00:00".into(), day)));
        assert_eq!(range("2024-02-29T10:00:00+02:00"), Some(("2024-02-29T08:00:00+00:00".into(), 1)));
        assert_eq!(range("2024-02-29T10:00:00"), Some(("2024-02-29T10:00:00+00:00".into(), 1)));
        assert_eq!(range("2024-02-30"), None);
        assert_eq!(range("yesterday"), None);
    }

    #[test]
    fn keys_are_read_from_global_ids() {
        assert_eq!(key_of("12"), Some(12));
        assert_eq!(key_of("gid://shopify/Page/12"), Some(12));
        assert_eq!(key_of("gid://shopify/Page/12?x=y"), Some(12));
        assert_eq!(key_of("abc"), None);
    }

    fn sql(text: &str) -> String {
        use sea_orm::sea_query::{Query as Select, SqliteQueryBuilder};
        let fields = [
            Field::default("title", FieldKind::TextContains(Expr::col("title"))),
            Field::named("handle", FieldKind::TextEqual(Expr::col("handle"))),
            Field::named("id", FieldKind::Id(Expr::col("id"))),
            Field::named("price", FieldKind::Amount(Expr::col("price"), 2)),
            Field::named("open", FieldKind::Flag(Expr::col("open"))),
        ];
        let select =
            Select::select().expr(Expr::val(1)).cond_where(condition(&Query::parse(text), &fields)).take();
        let sql = select.to_string(SqliteQueryBuilder);
        sql.split_once(" WHERE ").map_or_else(String::new, |(_, condition)| condition.to_owned())
    }

    #[test]
    fn the_grammar_becomes_sql() {
        assert_eq!(sql(""), "TRUE");
        assert_eq!(sql("nosuchfield:1"), "TRUE");
        assert_eq!(sql("nosuchfield:1 OR id:2"), r#""id" >= 2 AND "id" < 3"#);
        assert_eq!(sql("handle:Über"), r#"LOWER("handle") = 'Über' OR LOWER("handle") = 'über'"#);
        assert_eq!(sql("price:>10 price:<=20"), r#""price" >= 1001 AND "price" < 2001"#);
        assert_eq!(sql("price:10.005"), "FALSE");
        assert_eq!(sql("NOT open:true"), r#"NOT "open" = TRUE"#);
        assert_eq!(sql("100%"), r#"LOWER("title") LIKE '%100!%%' ESCAPE '!'"#);
    }
}
