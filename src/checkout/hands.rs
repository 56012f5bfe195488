//! Works of the recovery jobs, side by side: a provider that does not answer keeps waiting only what is its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;

/// Works of one lane that are done at once.
const HANDS: usize = 4;
/// How long a run waits for what it began.
const RUN_LASTS: Duration = Duration::from_secs(10);

/// Does works, those of each lane beside those of the others and so many at once, and waits a while for them.
///
/// What was not begun by then is due at the next run. What takes longer goes on in its task: to drop it would do no
/// harm, for its lease would run out, but of a provider that never answers nothing would ever be found out then.
pub(super) async fn side_by_side<F>(works: impl IntoIterator<Item = (String, F)>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut lanes: BTreeMap<String, Arc<Semaphore>> = BTreeMap::new();
    let mut begun = Vec::new();
    for (lane, work) in works {
        let hands = lanes.entry(lane).or_insert_with(|| Arc::new(Semaphore::new(HANDS)));
        begun.push(with_a_hand(Arc::clone(hands), work));
    }
    let _ = tokio::time::timeout(RUN_LASTS, join_all(begun)).await;
}

async fn with_a_hand<F>(hands: Arc<Semaphore>, work: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(hand) = hands.acquire_owned().await else { return };
    let task = tokio::spawn(async move {
        work.await;
        drop(hand);
    });
    // A work that panics has been told by then.
    let _ = task.await;
}
