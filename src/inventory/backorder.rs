//! How far below zero a shelf may be sold: a pure rule.

/// How far below zero a shelf may be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backorder {
    /// Only what is there is sold.
    Never,
    /// As many as anybody wants.
    Unlimited,
    /// So many units below zero at most.
    UpTo(i64),
}

impl Backorder {
    /// As a level keeps it.
    #[must_use]
    pub fn of(backorder: bool, limit: Option<i64>) -> Self {
        match (backorder, limit) {
            (false, _) => Self::Never,
            (true, None) => Self::Unlimited,
            (true, Some(limit)) => Self::UpTo(limit),
        }
    }

    /// Units that may be sold of a shelf with so many, those that are only promised among them; `None` for any number.
    #[must_use]
    pub fn room(self, available: i64) -> Option<i64> {
        match self {
            Self::Never => Some(available.max(0)),
            Self::Unlimited => None,
            Self::UpTo(limit) => Some(available.saturating_add(limit).max(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_is_sold_to_zero_or_to_its_cap_below_it() {
        for (policy, available, room) in [
            (Backorder::Never, 3, Some(3)),
            (Backorder::Never, 0, Some(0)),
            (Backorder::UpTo(0), 3, Some(3)),
            (Backorder::UpTo(2), 3, Some(5)),
            (Backorder::UpTo(2), -1, Some(1)),
            (Backorder::UpTo(2), -2, Some(0)),
            (Backorder::Unlimited, -9, None),
        ] {
            assert_eq!(policy.room(available), room, "{policy:?} {available}");
        }
        assert_eq!(Backorder::of(false, Some(5)), Backorder::Never);
        assert_eq!(Backorder::of(true, None), Backorder::Unlimited);
        assert_eq!(Backorder::of(true, Some(5)), Backorder::UpTo(5));
    }
}
