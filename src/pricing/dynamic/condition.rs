//! What a rule asks for before it changes a price. Pure rules.

use std::collections::BTreeSet;

use chrono::Weekday;
use entity::id::{CollectionId, SegmentId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::facts::{Facts, Moment};
use super::told::{Telling, Told};
use crate::pricing::engine::StepKind;

/// How deep conditions may be nested.
pub const MAX_DEPTH: usize = 3;
/// Minutes of a day.
pub(super) const MINUTES_PER_DAY: u16 = 1_440;

/// What must hold of a variant, its stock, its sales or the time. A fact that is not known, such as the stock of what
/// the shop does not count, meets no condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// At least one of these.
    Any(Vec<Condition>),
    /// For how many days the stock lasts, if as many are sold as in the last days. Without any sale it lasts for ever.
    StockCover {
        /// Over how many days the sales are counted.
        window_days: u16,
        /// For how many days it lasts.
        days: Range,
    },
    /// How many units are left.
    Stock {
        /// So many.
        units: Range,
    },
    /// Since how many days the product is on the storefront.
    Age {
        /// So many whole days.
        days: Range,
    },
    /// How many units were sold per day.
    Demand {
        /// Over how many days the sales are counted.
        window_days: u16,
        /// In thousandths of a unit.
        milli_per_day: Range,
    },
    /// The day of the year, in the shop's time zone, lies in one of these.
    Season(Vec<Season>),
    /// The time of the week, in the shop's time zone.
    Hours {
        /// On which days it begins; none for each.
        weekdays: Vec<Weekday>,
        /// From this minute of the day on.
        from_minute: u16,
        /// Until just before this one, which may be on the next day.
        to_minute: u16,
    },
    /// The list is one for these customers.
    Segment(SegmentId),
    /// The product is of one of these types, in any case.
    ProductType(Vec<String>),
    /// The product is by one of these vendors, in any case.
    Vendor(Vec<String>),
    /// The product has one of these tags, in any case.
    Tag(Vec<String>),
    /// The product is in one of these collections.
    Collection(Vec<CollectionId>),
}

/// From a number to another, both included; an end that is left out is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Range {
    /// The least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

impl Range {
    /// From so many on.
    #[must_use]
    pub fn from(min: i64) -> Self {
        Self { min: Some(min), max: None }
    }

    /// Up to so many.
    #[must_use]
    pub fn up_to(max: i64) -> Self {
        Self { min: None, max: Some(max) }
    }

    /// Whether `numerator / denominator` lies within; the denominator is above zero.
    fn holds(self, numerator: i128, denominator: i128) -> bool {
        self.min.is_none_or(|min| numerator >= i128::from(min) * denominator)
            && self.max.is_none_or(|max| numerator <= i128::from(max) * denominator)
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) => write!(f, "from {min} to {max}"),
            (Some(min), None) => write!(f, "{min} or more"),
            (None, Some(max)) => write!(f, "{max} or less"),
            (None, None) => f.write_str("any"),
        }
    }
}

/// Days of every year, both included; where the last is before the first they reach into the next year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// The first day.
    pub from: YearDay,
    /// The last day.
    pub to: YearDay,
}

/// A day of every year; the 29th of February is there in leap years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearDay {
    /// From 1 to 12.
    pub month: u8,
    /// From 1 on.
    pub day: u8,
}

impl YearDay {
    /// Whether some year has it.
    #[must_use]
    pub fn exists(self) -> bool {
        let days = match self.month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=days).contains(&self.day)
    }
}

impl Season {
    fn holds(self, day: YearDay) -> bool {
        if self.from <= self.to {
            (self.from..=self.to).contains(&day)
        } else {
            day >= self.from || day <= self.to
        }
    }
}

/// What must be known of variants so that conditions can be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) stock: bool,
    pub(super) tags: bool,
    pub(super) collections: BTreeSet<CollectionId>,
    pub(super) windows: BTreeSet<u16>,
}

/// What each of several conditions says. All are looked at: who reads the trace wants to know each.
fn part_answers(parts: &[Condition], facts: &Facts, moment: &Moment, told: &mut Told<'_>) -> Vec<bool> {
    parts.iter().map(|part| part.holds(facts, moment, told)).collect()
}

impl Condition {
    /// Whether it holds; tells each condition that was looked at.
    pub(super) fn holds(&self, facts: &Facts, moment: &Moment, told: &mut Told<'_>) -> bool {
        match self {
            Self::All(parts) => {
                part_answers(parts, facts, moment, told).into_iter().all(std::convert::identity)
            }
            Self::Any(parts) => {
                part_answers(parts, facts, moment, told).into_iter().any(std::convert::identity)
            }
            _ => {
                let holds = self.leaf_holds(facts, moment);
                told.step(StepKind::Condition, || Telling {
                    applied: holds,
                    message: format!("{} {}", self.words(), if holds { "yes" } else { "no" }),
                    before_minor: None,
                    after_minor: None,
                    data: json!({ "condition": self }),
                });
                holds
            }
        }
    }

    fn leaf_holds(&self, facts: &Facts, moment: &Moment) -> bool {
        let among = |wanted: &[String], own: &str| wanted.iter().any(|wanted| wanted.to_lowercase() == own);
        match self {
            Self::All(_) | Self::Any(_) => false,
            Self::StockCover { window_days, days } => {
                let Some((stock, sold)) = facts.stock.zip(facts.sold_in(*window_days)) else {
                    return false;
                };
                if sold <= 0 {
                    return days.max.is_none();
                }
                days.holds(i128::from(stock.max(0)) * i128::from(*window_days), i128::from(sold))
            }
            Self::Stock { units } => facts.stock.is_some_and(|stock| units.holds(i128::from(stock), 1)),
            Self::Age { days } => facts
                .published_at
                .filter(|published| *published <= moment.now)
                .is_some_and(|published| days.holds(i128::from((moment.now - published).num_days()), 1)),
            Self::Demand { window_days, milli_per_day } => facts.sold_in(*window_days).is_some_and(|sold| {
                milli_per_day.holds(i128::from(sold) * 1_000, i128::from(*window_days).max(1))
            }),
            Self::Season(seasons) => seasons.iter().any(|season| season.holds(moment.day)),
            Self::Hours { weekdays, from_minute, to_minute } => {
                let on = |day: Weekday| weekdays.is_empty() || weekdays.contains(&day);
                let (from, to, now) = (*from_minute, *to_minute, moment.minute);
                if from < to {
                    on(moment.weekday) && (from..to).contains(&now)
                } else {
                    (on(moment.weekday) && now >= from) || (on(moment.weekday.pred()) && now < to)
                }
            }
            Self::Segment(segment) => facts.segment == Some(*segment),
            Self::ProductType(types) => among(types, &facts.product_type),
            Self::Vendor(vendors) => among(vendors, &facts.vendor),
            Self::Tag(tags) => tags.iter().any(|tag| facts.tags.contains(&tag.to_lowercase())),
            Self::Collection(ids) => ids.iter().any(|id| facts.collections.contains(id)),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::All(_) | Self::Any(_) => String::new(),
            Self::StockCover { window_days, days } => {
                format!("The stock lasts for {days} days at the sales of {window_days} days:")
            }
            Self::Stock { units } => format!("The stock is {units} units:"),
            Self::Age { days } => format!("The product is on the storefront for {days} days:"),
            Self::Demand { window_days, milli_per_day } => {
                format!(
                    "The sales per day over {window_days} days are {milli_per_day} thousandths of a unit:"
                )
            }
            Self::Season(_) => "The day lies in a season of the rule:".to_owned(),
            Self::Hours { .. } => "The time lies in the hours of the rule:".to_owned(),
            Self::Segment(segment) => format!("The price list is for segment {segment}:"),
            Self::ProductType(types) => format!("The type is one of {}:", types.join(", ")),
            Self::Vendor(vendors) => format!("The vendor is one of {}:", vendors.join(", ")),
            Self::Tag(tags) => format!("A tag is one of {}:", tags.join(", ")),
            Self::Collection(ids) => format!("The product is in one of {} collections:", ids.len()),
        }
    }

    /// Adds what must be known.
    pub(super) fn add_needs(&self, needs: &mut Needs) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.add_needs(needs)),
            Self::StockCover { window_days, .. } => {
                needs.stock = true;
                needs.windows.insert(*window_days);
            }
            Self::Demand { window_days, .. } => drop(needs.windows.insert(*window_days)),
            Self::Stock { .. } => needs.stock = true,
            Self::Tag(_) => needs.tags = true,
            Self::Collection(ids) => needs.collections.extend(ids),
            Self::Age { .. }
            | Self::Season(_)
            | Self::Hours { .. }
            | Self::Segment(_)
            | Self::ProductType(_)
            | Self::Vendor(_) => {}
        }
    }
}
