//! Statements for many rows.

use std::collections::HashMap;
use std::hash::Hash;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel, Iterable, PrimaryKeyTrait};

use crate::db::Tx;

/// The most parameters of one statement: SQLite takes 32,766, PostgreSQL 65,535, and each statement is kept prepared.
const MAX_PARAMETERS: usize = 4_096;

type Key<A> = <<<A as ActiveModelTrait>::Entity as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;
type Model<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Model;
type Column<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column;

/// Inserts rows; what happens to those that exist is for `on_conflict` to say.
pub(super) async fn insert<A>(tx: &Tx, rows: Vec<A>, on_conflict: Option<OnConflict>) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
{
    for chunk in chunks(rows, Column::<A>::iter().count()) {
        let mut statement = <A::Entity as EntityTrait>::insert_many(chunk);
        if let Some(on_conflict) = &on_conflict {
            statement = statement.on_conflict(on_conflict.clone());
        }
        statement.exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Inserts rows without a key and returns the keys that they got, in their order.
pub(super) async fn insert_new<A>(tx: &Tx, rows: Vec<A>) -> Result<Vec<Key<A>>, DbErr>
where
    A: ActiveModelTrait,
    Model<A>: IntoActiveModel<A>,
    Key<A>: Ord,
{
    let wanted = rows.len();
    let mut keys = Vec::with_capacity(wanted);
    for chunk in chunks(rows, Column::<A>::iter().count()) {
        keys.extend(<A::Entity as EntityTrait>::insert_many(chunk).exec_with_returning_keys(tx).await?);
    }
    if keys.len() != wanted {
        return Err(DbErr::RecordNotInserted);
    }
    // Keys are drawn row by row, but neither database promises to tell them in that order.
    keys.sort_unstable();
    Ok(keys)
}

/// A thing to be saved, and what is known of it where it exists.
pub(super) type Matched<W, M> = (W, Option<M>);

/// Updates the rows of what is known and inserts those of what is not; returns the key of each, in their order.
pub(super) async fn save<W, M, A>(
    tx: &Tx,
    things: &[Matched<W, M>],
    key: impl Fn(&M) -> Key<A>,
    row: impl Fn(&W, Option<&M>) -> A,
    update: OnConflict,
) -> Result<Vec<Key<A>>, DbErr>
where
    A: ActiveModelTrait,
    Model<A>: IntoActiveModel<A>,
    Key<A>: Ord,
{
    let known = things.iter().filter(|(_, known)| known.is_some());
    insert(tx, known.map(|(thing, known)| row(thing, known.as_ref())).collect(), Some(update)).await?;
    let new = things.iter().filter(|(_, known)| known.is_none());
    let mut new = insert_new(tx, new.map(|(thing, _)| row(thing, None)).collect()).await?.into_iter();
    Ok(things.iter().filter_map(|(_, known)| known.as_ref().map(&key).or_else(|| new.next())).collect())
}

/// Finds what is known of each wanted thing, by a key that both have; returns also what is wanted no more.
pub(super) fn match_by<K: Eq + Hash, W, M>(
    wanted: impl IntoIterator<Item = (K, W)>,
    known: impl IntoIterator<Item = (K, M)>,
) -> (Vec<Matched<W, M>>, Vec<M>) {
    let mut gone = Vec::new();
    let mut by_key = HashMap::new();
    for (key, known) in known {
        gone.extend(by_key.insert(key, known));
    }
    let matched = wanted.into_iter().map(|(key, thing)| (thing, by_key.remove(&key))).collect();
    gone.extend(by_key.into_values());
    (matched, gone)
}

/// Cuts rows into statements whose numbers of rows are powers of two: there are few such statements, so that they are
/// found prepared, where every number of rows would make statements of its own.
fn chunks<T>(rows: Vec<T>, columns: usize) -> impl Iterator<Item = Vec<T>> {
    let most = power_of_two_up_to(MAX_PARAMETERS / columns.max(1));
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let length = power_of_two_up_to(rows.len().min(most));
        (length > 0).then(|| rows.by_ref().take(length).collect())
    })
}

fn power_of_two_up_to(number: usize) -> usize {
    number.checked_ilog2().map_or(0, |exponent| 1 << exponent)
}

/// Cuts a list of values to look for into lists whose lengths are powers of two, the last value repeated.
pub(super) fn padded_lists<T: Clone>(values: &[T]) -> impl Iterator<Item = Vec<T>> + '_ {
    const MOST: usize = 512;
    values.chunks(MOST).map(|chunk| {
        let mut list = chunk.to_vec();
        if let Some(last) = chunk.last() {
            list.resize(chunk.len().next_power_of_two(), last.clone());
        }
        list
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_into_few_lengths_and_none_is_lost() {
        for (count, columns, lengths) in [
            (0, 10, vec![]),
            (1, 10, vec![1]),
            (300, 10, vec![256, 32, 8, 4]),
            (1000, 10, vec![256, 256, 256, 128, 64, 32, 8]),
            (3, 3000, vec![1, 1, 1]),
        ] {
            let chunks: Vec<Vec<usize>> = chunks((0..count).collect(), columns).collect();
            assert_eq!(chunks.iter().map(Vec::len).collect::<Vec<_>>(), lengths);
            assert!(chunks.concat().into_iter().eq(0..count));
        }
    }

    #[test]
    fn what_is_wanted_meets_what_is_known() {
        let (matched, mut gone) = match_by([(1, "a"), (2, "b")], [(2, 20), (3, 30), (3, 31)]);
        assert_eq!(matched, [("a", None), ("b", Some(20))]);
        gone.sort_unstable();
        assert_eq!(gone, [30, 31], "of two with the same key one is too many");
    }

    #[test]
    fn lists_are_padded_with_their_last_value() {
        let lists = |count: u32| padded_lists(&(0..count).collect::<Vec<_>>()).collect::<Vec<_>>();
        assert!(lists(0).is_empty());
        assert_eq!(lists(3), [vec![0, 1, 2, 2]]);
        assert_eq!(lists(600).iter().map(Vec::len).collect::<Vec<_>>(), [512, 128]);
    }
}
