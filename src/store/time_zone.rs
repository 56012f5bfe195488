//! The zone in whose days the shop thinks.

use std::fmt;

use chrono::{DateTime, Datelike, LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use entity::shop;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;

use super::queries::SHOP_ID;
use crate::actor::Actor;
use crate::app::App;
use crate::error::{Fault, Transient};
use crate::event;

/// The scope for the shop's settings.
const SCOPE: &str = "write_shop";
/// The years in which moments are told.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9_999;
/// Further from a place's clocks than this is no moment that they show.
const FAR: TimeDelta = TimeDelta::hours(48);

/// A time zone by its IANA name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TimeZone(Tz);

impl fmt::Debug for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TimeZone {
    /// The zone with this name, such as `Europe/Berlin`.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The shop's own.
    ///
    /// # Errors
    /// A fault where the database has a name that is unknown.
    pub fn of(shop: &shop::Model) -> Result<Self, Fault> {
        let unknown = || Fault::new(format!("the shop's time zone is unknown: {}", shop.time_zone));
        Self::find(&shop.time_zone).ok_or_else(unknown)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The moment at which clocks there show a time. Of a time that they show twice, the first; of one that they leave
    /// out, the first moment after. `None` beyond the years 1970 to 9999.
    #[must_use]
    pub fn moment_of(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        if !YEARS.contains(&local.year()) {
            return None;
        }
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Some(moment.to_utc()),
            LocalResult::None => self.first_after(local),
        }
    }

    /// What clocks there show at a moment.
    #[must_use]
    pub fn shown_at(self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.0).naive_local()
    }

    /// The first whole second at which clocks there show a later time than one that they leave out.
    fn first_after(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let mut before = local.and_utc().checked_sub_signed(FAR)?;
        let mut after = local.and_utc().checked_add_signed(FAR)?;
        while after - before > TimeDelta::seconds(1) {
            let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
            if self.shown_at(middle) >= local { after = middle } else { before = middle }
        }
        DateTime::from_timestamp(after.timestamp(), 0)
    }
}

/// Why the zone is not set. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TimeZoneError {
    /// The actor may not do this.
    #[error("this needs the scope {SCOPE}")]
    Forbidden,
    /// There is no such zone.
    #[error("there is no such time zone")]
    Unknown,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl TimeZoneError {
    /// A stable word for programs; `None` for what is no refusal.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Forbidden => Some("ACCESS_DENIED"),
            Self::Unknown => Some("UNKNOWN_TIME_ZONE"),
            Self::Fault(_) => None,
        }
    }
}

impl From<sea_orm::DbErr> for TimeZoneError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for TimeZoneError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Sets the zone in whose days the shop thinks. Times that were told before stay the moments that they were.
///
/// # Errors
/// [`TimeZoneError`] for a name that IANA does not list.
pub async fn set_time_zone(app: &App, actor: &Actor, name: &str) -> Result<TimeZone, TimeZoneError> {
    if !actor.has_scope(SCOPE) {
        return Err(TimeZoneError::Forbidden);
    }
    let zone = TimeZone::find(name).ok_or(TimeZoneError::Unknown)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            shop::Entity::update_many()
                .col_expr(shop::Column::TimeZone, Expr::value(zone.name()))
                .col_expr(shop::Column::UpdatedAt, Expr::value(now))
                .exec(&tx)
                .await?;
            event::record_one(&tx, now, "shop", "shop.updated", SHOP_ID).await?;
            tx.commit().await?;
            Ok::<_, TimeZoneError>(())
        })
        .await?;
    app.forget_shop();
    Ok(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(zone: &str, local: &str) -> String {
        let zone = TimeZone::find(zone).unwrap();
        let moment = zone.moment_of(local.parse().unwrap()).unwrap();
        moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    #[test]
    fn midnight_is_where_the_shop_is() {
        for (zone, local, expected) in [
            ("UTC", "2026-11-27T00:00:00", "2026-11-27T00:00:00Z"),
            ("Europe/Berlin", "2026-11-27T00:00:00", "2026-11-26T23:00:00Z"),
            ("America/New_York", "2026-11-27T00:00:00", "2026-11-27T05:00:00Z"),
            ("Asia/Tokyo", "2026-11-27T00:00:00", "2026-11-26T15:00:00Z"),
            ("Asia/Kathmandu", "2026-11-27T00:00:00", "2026-11-26T18:15:00Z"),
            ("Europe/Berlin", "2026-07-01T00:00:00", "2026-06-30T22:00:00Z"),
        ] {
            assert_eq!(moment(zone, local), expected, "{zone}");
        }
    }

    #[test]
    fn hours_that_clocks_leave_out_or_show_twice_have_one_moment() {
        // Berlin goes from 2:00 to 3:00 at 1:00 UTC, and back from 3:00 to 2:00 at 1:00 UTC.
        for local in
            ["2026-03-29T02:00:00", "2026-03-29T02:30:00", "2026-03-29T02:59:59", "2026-03-29T03:00:00"]
        {
            assert_eq!(moment("Europe/Berlin", local), "2026-03-29T01:00:00Z", "{local}");
        }
        assert_eq!(moment("Europe/Berlin", "2026-03-29T01:59:59"), "2026-03-29T00:59:59Z");
        assert_eq!(moment("Europe/Berlin", "2026-10-25T02:30:00"), "2026-10-25T00:30:00Z");
        assert_eq!(moment("Europe/Berlin", "2026-10-25T03:00:00"), "2026-10-25T02:00:00Z");
        // Midnight itself is left out in Cairo, and a whole day was on Samoa.
        assert_eq!(moment("Africa/Cairo", "2026-04-24T00:00:00"), "2026-04-23T22:00:00Z");
        assert_eq!(moment("Pacific/Apia", "2011-12-30T12:00:00"), "2011-12-30T10:00:00Z");
    }

    #[test]
    fn unknown_zones_and_far_times_have_none() {
        assert_eq!(TimeZone::find("Europe/Atlantis"), None);
        assert_eq!(TimeZone::find(""), None);
        let berlin = TimeZone::find("Europe/Berlin").unwrap();
        for local in ["1969-12-31T12:00:00", "+10000-01-01T00:00:00", "+262142-01-01T00:00:00"] {
            assert_eq!(berlin.moment_of(local.parse().unwrap()), None, "{local}");
        }
    }
}
