//! Searches as trees.

/// A search that was understood.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Query {
    /// All must hold; none holds always.
    And(Vec<Query>),
    /// One must hold.
    Or(Vec<Query>),
    /// It must not hold.
    Not(Box<Query>),
    /// A term must be found.
    Term(Term),
}

impl Default for Query {
    fn default() -> Self {
        Self::And(Vec::new())
    }
}

impl Query {
    /// Whether it is empty, so that everything matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::And(parts) if parts.is_empty())
    }
}

/// One thing that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// In which field; in those that are searched by default where it is missing.
    pub field: Option<String>,
    /// How the field's value compares.
    pub comparator: Comparator,
    /// With what.
    pub value: Value,
}

/// How values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// `:`.
    Is,
    /// `:<`.
    Less,
    /// `:<=`.
    AtMost,
    /// `:>`.
    Greater,
    /// `:>=`.
    AtLeast,
}

impl Comparator {
    /// Whether a value that compares so with the wanted one is wanted.
    #[must_use]
    pub fn accepts(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Is => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

/// What a term is looked for with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A word as it was written.
    Word(String),
    /// Words in quotation marks: one behind the other.
    Phrase(String),
    /// The beginning of a word or of a value.
    Prefix(String),
    /// Anything at all.
    Any,
}

impl Value {
    /// Its text; empty for anything.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Phrase(text) | Self::Prefix(text) => text,
            Self::Any => "",
        }
    }
}
