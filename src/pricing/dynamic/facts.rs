//! What is known of a variant and of the moment when a rule looks at its price.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Timelike, Utc, Weekday};
use entity::id::{CollectionId, SegmentId};

use super::condition::YearDay;
use crate::store::TimeZone;

/// A moment, in the shop's time zone too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub now: DateTime<Utc>,
    /// The day of the year there.
    pub day: YearDay,
    /// The day of the week there.
    pub weekday: Weekday,
    /// The minute of the day there.
    pub minute: u16,
}

impl Moment {
    /// A moment, and what clocks in a zone show then.
    #[must_use]
    pub fn new(now: DateTime<Utc>, zone: TimeZone) -> Self {
        let local = zone.shown_at(now);
        let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        Self {
            now,
            day: YearDay { month: small(local.month()), day: small(local.day()) },
            weekday: local.weekday(),
            minute: u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(u16::MAX),
        }
    }
}

/// What is known of a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What a unit costs the shop, in the currency of the list.
    pub cost_minor: Option<i64>,
    /// The units that can be sold, where the shop counts them.
    pub stock: Option<i64>,
    /// Since when the product is on the storefront.
    pub published_at: Option<DateTime<Utc>>,
    /// The units that were sold over so many days, for each number of days that a rule asks for.
    pub sold: BTreeMap<u16, i64>,
    /// Whom the list is for.
    pub segment: Option<SegmentId>,
    /// The product's type in lower case.
    pub product_type: String,
    /// The product's vendor in lower case.
    pub vendor: String,
    /// The product's tags in lower case.
    pub tags: BTreeSet<String>,
    /// Of the collections that a rule asks for, those that the product is in.
    pub collections: BTreeSet<CollectionId>,
}

impl Facts {
    pub(super) fn sold_in(&self, window_days: u16) -> Option<i64> {
        self.sold.get(&window_days).copied()
    }
}

/// A price of the list's own as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// From how many units on it holds.
    pub min_quantity: i32,
    /// What one unit costs.
    pub amount_minor: i64,
    /// What it is compared with while on sale.
    pub compare_at_minor: Option<i64>,
    /// How far the rules have moved it within the last day.
    pub moved_minor: i64,
    /// From when on it holds.
    pub valid_from: DateTime<Utc>,
    /// Whether somebody set it for a while, or it stands in the way of a price that is: rules leave it alone.
    pub is_temporary: bool,
}
