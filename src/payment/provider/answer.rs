//! What comes of asking a provider, the same for each of them: a yes, a no, or nothing that can be told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::contract::ProviderFault;
use crate::outbound::Silence;

/// How long a connection may take.
pub(super) const CONNECT_PATIENCE: Duration = Duration::from_secs(3);

/// An answer that says yes.
pub(super) struct Told<T> {
    pub(super) thing: T,
    /// Whether it may be the answer of an earlier request with the same key: things may have moved on since.
    pub(super) again: bool,
}

/// Why there is no yes.
#[derive(Debug)]
pub(super) enum Failure<N> {
    /// The provider says no.
    No(N),
    /// There was no connection, nor was anything else asked in the same call.
    Unsent,
    /// It is no request, such as with a key that no header can hold, and would be none later.
    Impossible,
    /// It is not known what came of the request.
    Unknown(String),
}

impl<N: Into<ProviderFault>> From<Failure<N>> for ProviderFault {
    fn from(failure: Failure<N>) -> Self {
        match failure {
            Failure::No(no) => no.into(),
            Failure::Unsent => Self::Unsent,
            Failure::Impossible => Self::Broken(Silence::Impossible.told().to_owned()),
            Failure::Unknown(what) => Self::Unknown(what),
        }
    }
}

impl<N> From<Silence> for Failure<N> {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Impossible => Self::Impossible,
            Silence::NoConnection => Self::Unsent,
            Silence::TimedOut | Silence::Broken | Silence::TooLong => {
                Self::Unknown(silence.told().to_owned())
            }
        }
    }
}

/// The thing that an answer tells.
pub(super) fn read<T: DeserializeOwned, N>(body: &[u8]) -> Result<T, Failure<N>> {
    serde_json::from_slice(body).map_err(|_| Failure::Unknown("the answer cannot be read".to_owned()))
}

/// Whether anything was asked in one call so far.
#[derive(Debug, Default)]
pub(super) struct Trail(AtomicBool);

impl Trail {
    /// Notes what came of a request, and tells it as [`Self::tell`] does.
    pub(super) fn note<T, N>(&self, answer: Result<T, Failure<N>>) -> Result<T, Failure<N>> {
        match &answer {
            Err(Failure::Unsent | Failure::Impossible) => {}
            Ok(_) | Err(Failure::No(_) | Failure::Unknown(_)) => self.0.store(true, Ordering::Relaxed),
        }
        answer.map_err(|failure| self.tell(failure))
    }

    /// A failure as the whole call has it: where something was asked before, a request that found no connection does not
    /// say what came of that.
    pub(super) fn tell<N>(&self, failure: Failure<N>) -> Failure<N> {
        match failure {
            Failure::Unsent if self.0.load(Ordering::Relaxed) => {
                Failure::Unknown(Silence::NoConnection.told().to_owned())
            }
            Failure::No(_) | Failure::Unsent | Failure::Impossible | Failure::Unknown(_) => failure,
        }
    }
}

/// What a look tells that was to say what came of a request before it: where it is refused, that is not known.
pub(super) fn looked<T>(look: Result<T, ProviderFault>) -> Result<T, ProviderFault> {
    look.map_err(|fault| match fault {
        ProviderFault::Unsent | ProviderFault::Absent | ProviderFault::Broken(_) => {
            ProviderFault::Unknown(fault.to_string())
        }
        ProviderFault::Refused(_) | ProviderFault::Unknown(_) => fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::provider::contract::Refusal;

    type Answer = Result<(), Failure<ProviderFault>>;

    fn silent(silence: Silence) -> Answer {
        Err(silence.into())
    }

    fn fault(answer: Answer) -> ProviderFault {
        answer.unwrap_err().into()
    }

    #[test]
    fn what_was_not_sent_is_told_from_what_may_have_been_done() {
        assert!(matches!(fault(silent(Silence::NoConnection)), ProviderFault::Unsent));
        assert!(matches!(fault(silent(Silence::Impossible)), ProviderFault::Broken(_)));
        for silence in [Silence::TimedOut, Silence::Broken, Silence::TooLong] {
            assert!(matches!(fault(silent(silence.clone())), ProviderFault::Unknown(_)), "{silence:?}");
        }
    }

    #[test]
    fn after_anything_was_asked_nothing_counts_as_unsent() {
        let trail = Trail::default();
        for silence in [Silence::NoConnection, Silence::Impossible] {
            assert!(trail.note(silent(silence)).is_err());
        }
        assert!(matches!(trail.note(silent(Silence::NoConnection)), Err(Failure::Unsent)));
        let answers: [Answer; 3] =
            [Ok(()), Err(Failure::No(ProviderFault::Absent)), silent(Silence::TimedOut)];
        for answer in answers {
            let trail = Trail::default();
            let what = format!("{answer:?}");
            assert_eq!(trail.note(answer).is_ok(), what == "Ok(())");
            assert!(matches!(trail.note(silent(Silence::NoConnection)), Err(Failure::Unknown(_))), "{what}");
        }
    }

    #[test]
    fn a_look_that_is_refused_says_nothing_of_what_was_asked_before_it() {
        for fault in [ProviderFault::Unsent, ProviderFault::Absent, ProviderFault::Broken("no".to_owned())] {
            assert!(matches!(looked::<()>(Err(fault)), Err(ProviderFault::Unknown(_))));
        }
        let refused = ProviderFault::Refused(Refusal::Abandoned);
        assert!(matches!(looked::<()>(Err(refused)), Err(ProviderFault::Refused(Refusal::Abandoned))));
    }
}
