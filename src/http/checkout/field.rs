//! Fields of forms, as the templates show them, and what is wrong with them.

/// A field with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name and id.
    pub(super) name: String,
    /// What people read.
    pub(super) label: String,
    /// What stands in it.
    pub(super) value: String,
    /// What is wrong with it.
    pub(super) error: Option<String>,
    /// Whether it must be filled in.
    pub(super) required: bool,
    /// How browsers fill it in.
    pub(super) autocomplete: String,
    /// What kind.
    pub(super) kind: FieldKind,
    /// Whether it shares its row with the next.
    pub(super) is_half: bool,
}

/// A kind of field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// A text.
    Text {
        /// The type of the input.
        kind: &'static str,
        /// Which keyboard a telephone shows.
        inputmode: &'static str,
        /// Characters at most.
        most: usize,
    },
    /// One of several.
    Choice(Vec<Choice>),
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// What is sent.
    pub(super) value: String,
    /// What people read.
    pub(super) label: String,
    /// Whether it is chosen.
    pub(super) is_chosen: bool,
}

/// What is wrong, field by field in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Problems(Vec<Problem>);

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The field, where it is one.
    pub(super) field: Option<String>,
    /// For people.
    pub(super) text: String,
}

impl Problems {
    /// With a field. Of several problems of a field only the first is told.
    pub(super) fn add(&mut self, field: &str, text: impl Into<String>) {
        if self.of(field).is_none() {
            self.0.push(Problem { field: Some(field.to_owned()), text: text.into() });
        }
    }

    /// With the whole. The same is told once.
    pub(super) fn add_general(&mut self, text: impl Into<String>) {
        let problem = Problem { field: None, text: text.into() };
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|problem| problem.field.as_deref() == Some(field))
            .map(|problem| problem.text.as_str())
    }

    /// Whether nothing is.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub(super) fn into_list(self) -> Vec<Problem> {
        self.0
    }
}
