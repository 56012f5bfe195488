//! Pages: keyset pagination in both directions, with a unique tie-break and no counting.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, SimpleExpr};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

/// The most that one page holds.
pub const MAX_PAGE_SIZE: u64 = 250;

/// The value a list is sorted by, at one item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SortValue {
    /// A number: a price, a position, a count.
    #[serde(rename = "n")]
    Number(i64),
    /// A moment.
    #[serde(rename = "t")]
    Time(DateTime<Utc>),
    /// A text, compared byte by byte.
    #[serde(rename = "s")]
    Text(String),
}

/// What kind of value a list is sorted by, and the name that tells this order from the list's others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKind {
    /// Nothing but the key.
    Key,
    /// Numbers.
    Number(&'static str),
    /// Moments.
    Time(&'static str),
    /// Texts.
    Text(&'static str),
}

impl SortKind {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Key => None,
            Self::Number(name) | Self::Time(name) | Self::Text(name) => Some(name),
        }
    }

    /// The place of an item in a list that is sorted so; the value is of this kind.
    #[must_use]
    pub fn cursor(self, value: Option<SortValue>, id: i64) -> Cursor {
        Cursor { order: self.name().map(Cow::Borrowed), value, id }
    }

    /// Whether a place is one in a list that is sorted so.
    fn holds(self, cursor: &Cursor) -> bool {
        let is_of_kind = match cursor.value {
            None => self == Self::Key,
            Some(SortValue::Number(_)) => matches!(self, Self::Number(_)),
            Some(SortValue::Time(_)) => matches!(self, Self::Time(_)),
            Some(SortValue::Text(_)) => matches!(self, Self::Text(_)),
        };
        is_of_kind && cursor.order.as_deref() == self.name()
    }
}

impl From<SortValue> for SimpleExpr {
    fn from(value: SortValue) -> Self {
        match value {
            SortValue::Number(number) => Expr::val(number),
            SortValue::Time(time) => Expr::val(time),
            SortValue::Text(text) => Expr::val(text),
        }
    }
}

/// A place in a sorted list: the sort value and the key of the item there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    /// The name of the order; empty where the list is sorted by key alone.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Cow<'static, str>>,
    /// Empty where the list is sorted by key alone.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub value: Option<SortValue>,
    /// The tie-break.
    #[serde(rename = "i")]
    pub id: i64,
}

impl Cursor {
    /// A place in a list that is sorted by key alone, or that is in memory.
    #[must_use]
    pub fn of_key(id: i64) -> Self {
        SortKind::Key.cursor(None, id)
    }

    /// The opaque text that clients hold.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a text that [`Self::encode`] made.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

/// Why the arguments of a list make no sense; each has a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Neither `first` nor `last`.
    #[error("you must provide one of first or last")]
    NoSize,
    /// Both `first` and `last`.
    #[error("first and last cannot be combined")]
    BothSizes,
    /// A size below zero or above [`MAX_PAGE_SIZE`].
    #[error("first and last must be between 0 and 250")]
    SizeOutOfRange,
    /// A cursor that is not ours.
    #[error("the cursor is not valid")]
    BadCursor,
}

/// Which page of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// How many items at most.
    pub size: u64,
    /// Whether the items are counted from the end (`last`).
    pub from_end: bool,
    /// Only items after this place.
    pub after: Option<Cursor>,
    /// Only items before this place.
    pub before: Option<Cursor>,
    /// Whether the list is turned round.
    pub reverse: bool,
}

impl std::hash::Hash for Cursor {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.encode().hash(state);
    }
}

impl PageRequest {
    /// The first items in the list's own order.
    #[must_use]
    pub fn first(size: u64) -> Self {
        Self { size, from_end: false, after: None, before: None, reverse: false }
    }

    /// Reads the arguments of a connection.
    ///
    /// # Errors
    /// [`PageError`] for sizes or cursors that make no sense.
    pub fn parse(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
        reverse: bool,
    ) -> Result<Self, PageError> {
        let (size, from_end) = match (first, last) {
            (Some(size), None) => (size, false),
            (None, Some(size)) => (size, true),
            (None, None) => return Err(PageError::NoSize),
            (Some(_), Some(_)) => return Err(PageError::BothSizes),
        };
        let size = u64::try_from(size)
            .ok()
            .filter(|size| *size <= MAX_PAGE_SIZE)
            .ok_or(PageError::SizeOutOfRange)?;
        let cursor = |text: Option<&str>| {
            text.filter(|text| !text.is_empty())
                .map(|text| Cursor::decode(text).ok_or(PageError::BadCursor))
                .transpose()
        };
        Ok(Self { size, from_end, after: cursor(after)?, before: cursor(before)?, reverse })
    }

    /// The same page of a list that is sorted so.
    ///
    /// # Errors
    /// [`PageError::BadCursor`] for a place in a list that is sorted otherwise.
    pub fn sorted_by(self, kind: SortKind) -> Result<Self, PageError> {
        let fits = [&self.after, &self.before].into_iter().flatten().all(|cursor| kind.holds(cursor));
        if fits { Ok(self) } else { Err(PageError::BadCursor) }
    }

    /// Whether the database reads from high to low.
    fn descending(&self) -> bool {
        self.reverse != self.from_end
    }

    /// Adds the page's conditions, order and limit (one more than the size, to know whether there is more).
    ///
    /// `value` is what the list is sorted by, `None` for the key alone; it must not be NULL anywhere. `id` is the unique
    /// tie-break.
    #[must_use]
    pub fn apply<Q>(&self, query: Q, value: Option<SimpleExpr>, id: SimpleExpr) -> Q
    where
        Q: QueryFilter + QueryOrder + QuerySelect,
    {
        let order = if self.descending() { Order::Desc } else { Order::Asc };
        let mut query = query.filter(self.condition(value.as_ref(), &id));
        if let Some(value) = value {
            query = query.order_by(value, order.clone());
        }
        query.order_by(id, order).limit(self.size + 1)
    }

    /// The conditions of `after` and `before`.
    #[must_use]
    pub fn condition(&self, value: Option<&SimpleExpr>, id: &SimpleExpr) -> Condition {
        let beyond = |cursor: &Cursor, upwards: bool| {
            let past = |column: SimpleExpr, limit: SimpleExpr| {
                if upwards { column.gt(limit) } else { column.lt(limit) }
            };
            let id_past = past(id.clone(), Expr::val(cursor.id));
            match (value, cursor.value.clone()) {
                (Some(column), Some(limit)) => {
                    let limit = SimpleExpr::from(limit);
                    let at_least = if upwards {
                        column.clone().gte(limit.clone())
                    } else {
                        column.clone().lte(limit.clone())
                    };
                    // Said twice: the first part is what an index can start at.
                    Condition::all().add(at_least).add(
                        Condition::any()
                            .add(past(column.clone(), limit.clone()))
                            .add(Condition::all().add(column.clone().eq(limit)).add(id_past)),
                    )
                }
                _ => Condition::all().add(id_past),
            }
        };
        let mut condition = Condition::all();
        if let Some(cursor) = &self.after {
            condition = condition.add(beyond(cursor, !self.reverse));
        }
        if let Some(cursor) = &self.before {
            condition = condition.add(beyond(cursor, self.reverse));
        }
        condition
    }

    /// Makes the page from rows read with [`Self::apply`]: drops the one too many and turns the rows round where they
    /// were read from the end.
    #[must_use]
    pub fn page_of<T>(&self, mut rows: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if self.from_end {
            rows.reverse();
        }
        let (has_next, has_previous) =
            if self.from_end { (self.before.is_some(), more) } else { (more, self.after.is_some()) };
        Page { items: rows.into_iter().map(|row| (cursor(&row), row)).collect(), has_next, has_previous }
    }

    /// The page of a short list that is in memory already, in its own order; cursors are places in the list.
    #[must_use]
    pub fn page_of_list<T>(&self, mut list: Vec<T>) -> Page<T> {
        if self.reverse {
            list.reverse();
        }
        let place =
            |cursor: &Option<Cursor>| cursor.as_ref().and_then(|cursor| usize::try_from(cursor.id).ok());
        let total = list.len();
        let start = place(&self.after).map_or(0, |place| place.saturating_add(1)).min(total);
        let end = place(&self.before).unwrap_or(total).min(total).max(start);
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let (start, end) = if self.from_end {
            (end.saturating_sub(size).max(start), end)
        } else {
            (start, end.min(start.saturating_add(size)))
        };
        let items = list
            .into_iter()
            .enumerate()
            .take(end)
            .skip(start)
            .map(|(place, item)| (Cursor::of_key(i64::try_from(place).unwrap_or(i64::MAX)), item))
            .collect();
        Page { items, has_next: end < total, has_previous: start > 0 }
    }
}

/// Some items of a list, and whether there are more on either side.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items with their places.
    pub items: Vec<(Cursor, T)>,
    /// Whether more follow.
    pub has_next: bool,
    /// Whether more come before.
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// The same page of other items.
    #[must_use]
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(|(cursor, item)| (cursor, f(item))).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(request: &PageRequest) -> (Vec<u8>, bool, bool) {
        let page = request.page_of_list(vec![10, 11, 12, 13, 14]);
        (page.items.into_iter().map(|(_, item)| item).collect(), page.has_next, page.has_previous)
    }

    #[test]
    fn a_list_in_memory_is_paged_both_ways() {
        assert_eq!(places(&PageRequest::first(2)), (vec![10, 11], true, false));
        let after = Cursor::of_key(1).encode();
        let before = Cursor::of_key(3).encode();
        let forward = PageRequest::parse(Some(2), Some(&after), None, None, false).unwrap();
        assert_eq!(places(&forward), (vec![12, 13], true, true));
        let backward = PageRequest::parse(None, None, Some(2), Some(&before), false).unwrap();
        assert_eq!(places(&backward), (vec![11, 12], true, true));
        let turned = PageRequest::parse(Some(2), None, None, None, true).unwrap();
        assert_eq!(places(&turned), (vec![14, 13], true, false));
        assert_eq!(places(&PageRequest::first(250)), (vec![10, 11, 12, 13, 14], false, false));
    }

    #[test]
    fn arguments_that_make_no_sense_are_refused() {
        let parse = |first, last, after: Option<&str>| PageRequest::parse(first, after, last, None, false);
        assert_eq!(parse(None, None, None), Err(PageError::NoSize));
        assert_eq!(parse(Some(1), Some(1), None), Err(PageError::BothSizes));
        assert_eq!(parse(Some(251), None, None), Err(PageError::SizeOutOfRange));
        assert_eq!(parse(Some(-1), None, None), Err(PageError::SizeOutOfRange));
        assert_eq!(parse(Some(1), None, Some("rubbish")), Err(PageError::BadCursor));
    }

    #[test]
    fn a_cursor_survives_the_round_trip() {
        for cursor in cursors() {
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
    }

    const KINDS: [SortKind; 5] = [
        SortKind::Key,
        SortKind::Number("price"),
        SortKind::Number("sold"),
        SortKind::Text("title"),
        SortKind::Time("updated"),
    ];

    /// A place in each of the orders.
    fn cursors() -> [Cursor; 5] {
        KINDS.map(|kind| {
            let value = match kind {
                SortKind::Key => None,
                SortKind::Number(_) => Some(SortValue::Number(-7)),
                SortKind::Text(_) => Some(SortValue::Text("ünïcode".into())),
                SortKind::Time(_) => {
                    Some(SortValue::Time(DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap()))
                }
            };
            kind.cursor(value, 42)
        })
    }

    #[test]
    fn a_cursor_fits_no_order_but_its_own() {
        let after = |cursor: &Cursor| PageRequest { after: Some(cursor.clone()), ..PageRequest::first(1) };
        let before = |cursor: &Cursor| PageRequest { before: Some(cursor.clone()), ..PageRequest::first(1) };
        for (cursor, own) in cursors().iter().zip(KINDS) {
            for kind in KINDS {
                assert_eq!(after(cursor).sorted_by(kind).is_ok(), kind == own, "{cursor:?} under {kind:?}");
                assert_eq!(before(cursor).sorted_by(kind).is_ok(), kind == own, "{cursor:?} under {kind:?}");
            }
        }
        // Neither the name nor the value is enough.
        let text_for_number = SortKind::Number("price").cursor(Some(SortValue::Text("x".into())), 1);
        assert_eq!(after(&text_for_number).sorted_by(SortKind::Number("price")), Err(PageError::BadCursor));
        let nameless = Cursor { value: Some(SortValue::Number(1)), ..Cursor::of_key(1) };
        assert_eq!(after(&nameless).sorted_by(SortKind::Number("price")), Err(PageError::BadCursor));
        assert!(PageRequest::first(1).sorted_by(SortKind::Text("title")).is_ok());
    }
}
