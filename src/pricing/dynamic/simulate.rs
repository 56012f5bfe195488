//! Trying a rule on the whole catalogue without changing a price.

use std::collections::BTreeMap;

use entity::id::{PricingRuleId, VariantId};
use entity::pricing_rule as row;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::catalogue::{Ground, Looked};
use super::decide::{Decision, Why};
use super::error::{PricingRuleError, PricingRuleErrorCode as Code};
use super::facts::Standing;
use super::rule::Rule;
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::market::WHOLE_BP;

/// What a rule would make of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimulatedPrice {
    /// Of which variant.
    pub variant: VariantId,
    /// From how many units on.
    pub min_quantity: i32,
    /// What one unit costs.
    pub before_minor: i64,
    /// What it would cost.
    pub after_minor: i64,
    /// What of the price the shop keeps, in hundredths of a percent of the price; `None` where the cost is not known.
    pub margin_before_bp: Option<i64>,
    /// What it would keep.
    pub margin_after_bp: Option<i64>,
    /// Why the price would stay.
    pub stays: Option<Why>,
}

/// What a rule would make of the prices of its list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulation {
    /// Of what the rule says.
    pub digest: String,
    /// Prices that were looked at.
    pub looked_at: u64,
    /// Prices that would become more.
    pub raised: u64,
    /// Prices that would become less.
    pub lowered: u64,
    /// Why prices would stay, by [`Why::as_str`], and how many.
    pub stay: BTreeMap<&'static str, u64>,
    /// The mean change of the prices that would change, in hundredths of a percent, towards zero.
    pub average_change_bp: i64,
    /// The lowest margin of all prices as they would be, in hundredths of a percent.
    pub lowest_margin_bp: Option<i64>,
}

/// Tries a rule, which need not be active, on all prices of its list; `each` is told some hundred at a time, in the order
/// of the variants. Changes nothing but that the rule may be activated then, as long as it says the same.
///
/// Holds some hundred variants in memory, and takes some statements for each of these.
///
/// # Errors
/// [`PricingRuleError`] for an unknown rule, and one that was changed meanwhile.
pub async fn simulate(
    app: &App,
    actor: &Actor,
    id: PricingRuleId,
    mut each: impl FnMut(&[SimulatedPrice]),
) -> Result<Simulation, PricingRuleError> {
    PricingRuleError::check_scope(actor)?;
    let now = app.clock.now();
    let known = row::Entity::find_by_id(id).one(app.db.fresh()).await?;
    let known = known
        .ok_or_else(|| PricingRuleError::refused(Code::UnknownRule, "rule", "The rule does not exist"))?;
    let rule = Rule::from_row(&known)?;
    let digest = rule.digest()?;
    let ground = Ground::load(app, rule, now).await?;
    let mut sums = Sums::default();
    let mut behind = VariantId(0);
    loop {
        let looked = ground.look(app.db.fresh(), behind).await?;
        let Some(last) = looked.last() else {
            break;
        };
        behind = last.variant;
        let prices: Vec<SimulatedPrice> = looked
            .iter()
            .flat_map(|looked| looked.standings.iter().map(|standing| simulated(&ground, looked, standing)))
            .collect();
        prices.iter().for_each(|price| sums.add(price));
        each(&prices);
    }
    remember(app, &known, &digest).await?;
    Ok(sums.simulation(digest))
}

fn simulated(ground: &Ground, looked: &Looked, standing: &Standing) -> SimulatedPrice {
    let before_minor = standing.amount_minor;
    let (after_minor, stays) = match ground.decide(looked, standing).0 {
        Decision::Changed { amount_minor, .. } => (amount_minor, None),
        Decision::Stays(why) => (before_minor, Some(why)),
    };
    SimulatedPrice {
        variant: looked.variant,
        min_quantity: standing.min_quantity,
        before_minor,
        after_minor,
        margin_before_bp: margin_bp(before_minor, looked.facts.cost_minor),
        margin_after_bp: margin_bp(after_minor, looked.facts.cost_minor),
        stays,
    }
}

/// What of a price is not cost, in hundredths of a percent of the price, rounded down.
fn margin_bp(price_minor: i64, cost_minor: Option<i64>) -> Option<i64> {
    share_bp(i128::from(price_minor) - i128::from(cost_minor?), price_minor)
}

fn share_bp(part: i128, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    i64::try_from((part * i128::from(WHOLE_BP)).div_euclid(i128::from(whole))).ok()
}

/// The totals as they grow.
#[derive(Default)]
struct Sums {
    simulation: Simulation,
    /// Of the changes, in millionths of a hundredth of a percent, so that the mean is rounded once.
    change: i128,
}

impl Sums {
    fn add(&mut self, price: &SimulatedPrice) {
        const FINE: i128 = 1_000_000;
        let totals = &mut self.simulation;
        totals.looked_at += 1;
        totals.raised += u64::from(price.after_minor > price.before_minor);
        totals.lowered += u64::from(price.after_minor < price.before_minor);
        if let Some(why) = price.stays {
            *totals.stay.entry(why.as_str()).or_default() += 1;
        } else if price.before_minor > 0 {
            let moved = i128::from(price.after_minor) - i128::from(price.before_minor);
            self.change += moved * i128::from(WHOLE_BP) * FINE / i128::from(price.before_minor);
        }
        totals.lowest_margin_bp =
            [totals.lowest_margin_bp, price.margin_after_bp].into_iter().flatten().min();
        let changed = i128::from(totals.raised) + i128::from(totals.lowered);
        if changed > 0 {
            totals.average_change_bp = i64::try_from(self.change / changed / FINE).unwrap_or(i64::MAX);
        }
    }

    fn simulation(self, digest: String) -> Simulation {
        Simulation { digest, ..self.simulation }
    }
}

/// Notes that what the rule says was tried.
async fn remember(app: &App, known: &row::Model, digest: &str) -> Result<(), PricingRuleError> {
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let noted = row::Entity::update_many()
                .col_expr(row::Column::SimulatedDigest, Expr::val(digest))
                .filter(row::Column::Id.eq(known.id))
                .filter(row::Column::Version.eq(known.version))
                .exec(&tx)
                .await?;
            tx.commit().await?;
            Ok::<_, Fault>(noted.rows_affected)
        })
        .await
        .map_err(PricingRuleError::from)
        .and_then(|noted| {
            let message = "Somebody changed the rule while it was simulated";
            let refused = || PricingRuleError::refused(Code::ChangedMeanwhile, "rule", message);
            (noted == 1).then_some(()).ok_or_else(refused)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(before_minor: i64, after_minor: i64, cost_minor: Option<i64>) -> SimulatedPrice {
        SimulatedPrice {
            variant: VariantId(1),
            min_quantity: 1,
            before_minor,
            after_minor,
            margin_before_bp: margin_bp(before_minor, cost_minor),
            margin_after_bp: margin_bp(after_minor, cost_minor),
            stays: (before_minor == after_minor).then_some(Why::Same),
        }
    }

    #[test]
    fn margins_are_shares_of_the_price() {
        for (minor, cost, expected) in [
            (1_000, Some(600), Some(4_000)),
            (1_000, Some(1_000), Some(0)),
            (1_000, Some(1_500), Some(-5_000)),
            (300, Some(200), Some(3_333)),
            (300, Some(400), Some(-3_334)),
            (0, Some(1), None),
            (1_000, None, None),
        ] {
            assert_eq!(margin_bp(minor, cost), expected, "{minor} {cost:?}");
        }
    }

    #[test]
    fn totals_are_of_what_changes() {
        let mut sums = Sums::default();
        for (before, after, cost) in [
            (1_000, 900, Some(600)),
            (1_000, 1_000, Some(990)),
            (3_000, 3_100, None),
            (2_000, 1_800, Some(1_500)),
        ] {
            sums.add(&price(before, after, cost));
        }
        let simulation = sums.simulation("digest".to_owned());
        assert_eq!((simulation.looked_at, simulation.raised, simulation.lowered), (4, 1, 2));
        assert_eq!(simulation.stay, BTreeMap::from([("SAME", 1)]));
        // (-1000 + 333.3 - 1000) / 3
        assert_eq!(simulation.average_change_bp, -555);
        assert_eq!(simulation.lowest_margin_bp, Some(100));
    }
}
