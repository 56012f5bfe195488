//! What is declared, but cannot be there yet.

/// The content of types without values: a document may name them, and nothing ever answers with one.
#[derive(Clone, Copy, Debug)]
pub enum Never {}

impl Never {
    /// Whatever a thing that cannot be there would tell.
    pub(super) fn tell<T>(self) -> T {
        match self {}
    }
}
