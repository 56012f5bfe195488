//! Making and changing pricing rules, and switching them on and off.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::id::{CollectionId, PriceListId, PricingRuleId, SegmentId};
use entity::pricing_rule::{self as row, PricingRuleState};
use entity::{collection, price_list, segment};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
};

use super::check::check;
use super::condition::Condition;
use super::error::{PricingRuleError, PricingRuleErrorCode as Code};
use super::rule::{Action, Bound, Rule};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event::record_one;
use crate::money::Currency;

/// Rules of a shop at most, without those that are archived.
const MAX_RULES: u64 = 200;

/// A rule as it shall be.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// Which one is changed; `None` makes one.
    pub id: Option<PricingRuleId>,
    /// For staff.
    pub name: String,
    /// Whose prices it changes: the base prices, or those that a list has of its own.
    pub list: PriceListId,
    /// Of its amounts: that of the list.
    pub currency: Currency,
    /// When it changes a price.
    pub condition: Condition,
    /// What it does to the price.
    pub action: Action,
    /// No price becomes less; needed where prices go down.
    pub floor: Option<Bound>,
    /// No price becomes more; needed where prices go up.
    pub ceiling: Option<Bound>,
    /// How far all rules together move a price within a day, in hundredths of a percent.
    pub max_step_bp: i32,
    /// The higher one goes first; of equal ones the older.
    pub priority: i32,
    /// How often it runs.
    pub every_minutes: i32,
}

/// Makes a rule, which is a draft, or changes one. An active or paused rule that says something else than before is a
/// draft again: it must be simulated and activated anew.
///
/// # Errors
/// [`PricingRuleError`] for what makes no sense, an unknown rule, list, segment or collection, another currency than the
/// list's, and a rule that is archived.
pub async fn save_rule(app: &App, actor: &Actor, new: &NewRule) -> Result<PricingRuleId, PricingRuleError> {
    PricingRuleError::check_scope(actor)?;
    check(new)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let known = match new.id {
                Some(id) => Some(lock_rule_in(&tx, id).await?),
                None => None,
            };
            check_list_in(&tx, new).await?;
            check_named_in(&tx, &new.condition).await?;
            let id = write_in(&tx, now, new, known).await?;
            record_one(&tx, now, "pricing_rule", "pricing_rule.updated", id).await?;
            tx.commit().await?;
            Ok(id)
        })
        .await
}

/// Switches a rule on: it runs as soon as possible and then as often as it says.
///
/// # Errors
/// [`PricingRuleError`] for an unknown rule, one that is neither a draft nor paused, and
/// [`Code::SimulationRequired`] for one that was not simulated as it is.
pub async fn activate(app: &App, actor: &Actor, id: PricingRuleId) -> Result<(), PricingRuleError> {
    become_state(app, actor, id, PricingRuleState::Active).await
}

/// Switches a rule off until it is activated again; a run that is at work stops after the prices at hand.
///
/// # Errors
/// [`PricingRuleError`] for an unknown rule and one that is not active.
pub async fn pause(app: &App, actor: &Actor, id: PricingRuleId) -> Result<(), PricingRuleError> {
    become_state(app, actor, id, PricingRuleState::Paused).await
}

/// Puts a rule away for good; its runs stay, and can still be taken back.
///
/// # Errors
/// [`PricingRuleError`] for an unknown rule and one that is archived already.
pub async fn archive(app: &App, actor: &Actor, id: PricingRuleId) -> Result<(), PricingRuleError> {
    become_state(app, actor, id, PricingRuleState::Archived).await
}

async fn become_state(
    app: &App,
    actor: &Actor,
    id: PricingRuleId,
    next: PricingRuleState,
) -> Result<(), PricingRuleError> {
    PricingRuleError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let known = lock_rule_in(&tx, id).await?;
            if !can_become(known.state, next) {
                return Err(wrong_state(known.state));
            }
            if next == PricingRuleState::Active {
                let digest = Rule::from_row(&known)?.digest()?;
                if known.simulated_digest.as_ref() != Some(&digest) {
                    let message = "The rule must be simulated as it is before it is activated";
                    return Err(PricingRuleError::refused(Code::SimulationRequired, "rule", message));
                }
            }
            let mut changed = known.into_active_model();
            changed.state = Set(next);
            changed.next_run_at = Set((next == PricingRuleState::Active).then_some(now));
            changed.updated_at = Set(now);
            changed.update(&tx).await?;
            record_one(&tx, now, "pricing_rule", "pricing_rule.updated", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Whether a rule in a state can get into another by a command.
pub(super) fn can_become(state: PricingRuleState, next: PricingRuleState) -> bool {
    use PricingRuleState::{Active, Archived, Draft, Paused};
    match (state, next) {
        (Draft | Paused, Active) | (Active, Paused) | (Active | Paused, Draft) => true,
        (Draft | Active | Paused, Archived) => true,
        (Archived, _) | (Draft, Draft | Paused) | (Active, Active) | (Paused, Paused) => false,
    }
}

/// The row of a rule, locked.
pub(super) async fn lock_rule_in(tx: &Tx, id: PricingRuleId) -> Result<row::Model, PricingRuleError> {
    let found = row::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    found.ok_or_else(|| PricingRuleError::refused(Code::UnknownRule, "rule", "The rule does not exist"))
}

pub(super) fn wrong_state(state: PricingRuleState) -> PricingRuleError {
    let word = match state {
        PricingRuleState::Draft => "a draft",
        PricingRuleState::Active => "active",
        PricingRuleState::Paused => "paused",
        PricingRuleState::Archived => "archived",
    };
    PricingRuleError::refused(Code::WrongState, "rule", format!("The rule is {word}"))
}

async fn check_list_in(tx: &Tx, new: &NewRule) -> Result<(), PricingRuleError> {
    let Some(list) = price_list::Entity::find_by_id(new.list).one(tx).await? else {
        let message = "The price list does not exist";
        return Err(PricingRuleError::refused(Code::UnknownPriceList, "list", message));
    };
    if list.currency == new.currency.code() {
        return Ok(());
    }
    let message = format!("The prices of this list are in {}", list.currency);
    Err(PricingRuleError::refused(Code::CurrencyMismatch, "currency", message))
}

/// Refuses segments and collections that are not there.
async fn check_named_in(tx: &Tx, condition: &Condition) -> Result<(), PricingRuleError> {
    let (mut segments, mut collections) = (BTreeSet::new(), BTreeSet::new());
    add_named(condition, &mut segments, &mut collections);
    let known = segment::Entity::find().filter(segment::Column::Id.is_in(segments.iter().copied()));
    if !segments.is_empty() && known.count(tx).await? != length(&segments) {
        let message = "The segment does not exist";
        return Err(PricingRuleError::refused(Code::UnknownSegment, "condition", message));
    }
    let known = collection::Entity::find().filter(collection::Column::Id.is_in(collections.iter().copied()));
    if !collections.is_empty() && known.count(tx).await? != length(&collections) {
        let message = "The collection does not exist";
        return Err(PricingRuleError::refused(Code::UnknownCollection, "condition", message));
    }
    Ok(())
}

fn length<T>(set: &BTreeSet<T>) -> u64 {
    u64::try_from(set.len()).unwrap_or(u64::MAX)
}

fn add_named(
    condition: &Condition,
    segments: &mut BTreeSet<SegmentId>,
    collections: &mut BTreeSet<CollectionId>,
) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| add_named(part, segments, collections));
        }
        Condition::Segment(id) => drop(segments.insert(*id)),
        Condition::Collection(ids) => collections.extend(ids),
        Condition::StockCover { .. }
        | Condition::Stock { .. }
        | Condition::Age { .. }
        | Condition::Demand { .. }
        | Condition::Season(_)
        | Condition::Hours { .. }
        | Condition::ProductType(_)
        | Condition::Vendor(_)
        | Condition::Tag(_) => {}
    }
}

async fn write_in(
    tx: &Tx,
    now: DateTime<Utc>,
    new: &NewRule,
    known: Option<row::Model>,
) -> Result<PricingRuleId, PricingRuleError> {
    let json = |bound: Option<Bound>| bound.map(serde_json::to_value).transpose();
    let mut fresh = row::ActiveModel {
        id: NotSet,
        name: Set(new.name.trim().to_owned()),
        state: Set(PricingRuleState::Draft),
        price_list_id: Set(new.list),
        currency: Set(new.currency.code().to_owned()),
        condition: Set(serde_json::to_value(&new.condition)?),
        action: Set(serde_json::to_value(new.action)?),
        floor: Set(json(new.floor)?),
        ceiling: Set(json(new.ceiling)?),
        max_step_bp: Set(new.max_step_bp),
        priority: Set(new.priority),
        every_minutes: Set(new.every_minutes),
        version: Set(1),
        simulated_digest: Set(None),
        next_run_at: Set(None),
        lease_until: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let Some(known) = known else {
        let there = row::Entity::find().filter(row::Column::State.ne(PricingRuleState::Archived));
        if there.count(tx).await? >= MAX_RULES {
            let message = format!("A shop has at most {MAX_RULES} pricing rules");
            return Err(PricingRuleError::refused(Code::TooMany, "rule", message));
        }
        return Ok(fresh.insert(tx).await?.id);
    };
    if known.state == PricingRuleState::Archived {
        return Err(wrong_state(known.state));
    }
    let before = Rule::from_row(&known)?.digest()?;
    let digest = new.as_rule(known.id).digest()?;
    fresh.id = Set(known.id);
    fresh.created_at = NotSet;
    fresh.lease_until = NotSet;
    fresh.simulated_digest = NotSet;
    if before == digest {
        fresh.state = NotSet;
        fresh.version = NotSet;
        fresh.next_run_at = NotSet;
    } else {
        fresh.version = Set(known.version.saturating_add(1));
    }
    fresh.update(tx).await?;
    Ok(known.id)
}

impl NewRule {
    /// What the rule will say.
    fn as_rule(&self, id: PricingRuleId) -> Rule {
        Rule {
            id,
            name: self.name.clone(),
            list: self.list,
            currency: self.currency,
            condition: self.condition.clone(),
            action: self.action,
            floor: self.floor,
            ceiling: self.ceiling,
            max_step_bp: self.max_step_bp,
            priority: self.priority,
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn states_follow_each_other_as_the_table_says() {
        use PricingRuleState::{Active, Archived, Draft, Paused};
        let allowed = [
            (Draft, Active),
            (Draft, Archived),
            (Active, Draft),
            (Active, Paused),
            (Active, Archived),
            (Paused, Draft),
            (Paused, Active),
            (Paused, Archived),
        ];
        for state in PricingRuleState::iter() {
            for next in PricingRuleState::iter() {
                let expected = allowed.contains(&(state, next));
                assert_eq!(can_become(state, next), expected, "{state:?} {next:?}");
            }
        }
    }
}
