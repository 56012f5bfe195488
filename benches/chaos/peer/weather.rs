//! What the provider is like: how slow, how clumsy, how chatty.

/// From the least to the most milliseconds, both included.
pub type Millis = (u64, u64);

/// How the provider behaves. A case changes it as it likes.
#[derive(Clone, Debug)]
pub struct Weather {
    /// Before a request is looked at.
    pub before: Millis,
    /// While the bank is asked: the key is in use meanwhile.
    pub bank: Millis,
    /// After the money has moved, before it is told.
    pub after: Millis,
    /// Of a hundred requests so many are answered with 503, and nothing is done.
    pub failing: u64,
    /// Of a hundred answers to what was done so many are cut.
    pub cut: u64,
    /// The first so many answers under each key by which a payment is made are cut.
    pub cut_payments: u32,
    /// Whether lists are never answered.
    pub cut_lists: bool,
    /// After what time an event is told.
    pub told_after: Millis,
    /// How often each event is told.
    pub copies: (u64, u64),
    /// Of a hundred events so many are not told at all.
    pub untold: u64,
}

impl Default for Weather {
    fn default() -> Self {
        Self {
            before: (0, 1),
            bank: (1, 6),
            after: (0, 1),
            failing: 0,
            cut: 0,
            cut_payments: 0,
            cut_lists: false,
            told_after: (5, 60),
            copies: (1, 1),
            untold: 0,
        }
    }
}

impl Weather {
    /// Everything that may go wrong does, now and then.
    pub fn storm() -> Self {
        Self {
            before: (0, 5),
            bank: (2, 80),
            after: (0, 40),
            failing: 3,
            cut: 6,
            cut_payments: 0,
            cut_lists: false,
            // Wide, so that events overtake each other.
            told_after: (0, 900),
            copies: (1, 3),
            untold: 5,
        }
    }

    /// Events are told by the case alone.
    pub fn silent() -> Self {
        Self { untold: 100, ..Self::default() }
    }
}
