//! Looking after pricing rules.

use std::collections::BTreeMap;
use std::process::ExitCode;

use entity::id::{PricingRuleId, PricingRunId};
use entity::pricing_rule::{self, PricingRuleState};
use sea_orm::{EntityTrait, QueryOrder};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::money::{Currency, Money};
use tradepost::pricing::dynamic::{self, SimulatedPrice};

use super::say;

/// Lists the rules: number, state, name.
pub async fn list(app: &App) -> anyhow::Result<ExitCode> {
    for rule in
        pricing_rule::Entity::find().order_by_asc(pricing_rule::Column::Id).all(app.db.reader()).await?
    {
        let state = match rule.state {
            PricingRuleState::Draft => "draft",
            PricingRuleState::Active => "active",
            PricingRuleState::Paused => "paused",
            PricingRuleState::Archived => "archived",
        };
        say(&format!("{}\t{state}\t{}", rule.id, rule.name))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Tries a rule: each price that would change, and the totals.
pub async fn simulate(app: &App, id: i64) -> anyhow::Result<ExitCode> {
    let id = PricingRuleId(id);
    let rule = pricing_rule::Entity::find_by_id(id).one(app.db.reader()).await?;
    let currency = rule.and_then(|rule| Currency::find(&rule.currency));
    let mut written = Ok(());
    let each = |prices: &[SimulatedPrice]| {
        for price in prices.iter().filter(|price| price.stays.is_none()) {
            if written.is_ok() {
                written = say(&line(price, currency));
            }
        }
    };
    let simulation = dynamic::simulate(app, &Actor::System, id, each).await?;
    written?;
    let stay: BTreeMap<_, _> = simulation.stay.iter().collect();
    say(&format!(
        "{} prices looked at: {} up, {} down, the others stay {stay:?}; changes are {} on average; the lowest margin is {}",
        simulation.looked_at,
        simulation.raised,
        simulation.lowered,
        percent(Some(simulation.average_change_bp)),
        percent(simulation.lowest_margin_bp),
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn line(price: &SimulatedPrice, currency: Option<Currency>) -> String {
    let money =
        |minor: i64| currency.map_or(minor.to_string(), |currency| Money::new(minor, currency).to_string());
    format!(
        "variant {} from {} on\t{} -> {}\tmargin {} -> {}",
        price.variant,
        price.min_quantity,
        money(price.before_minor),
        money(price.after_minor),
        percent(price.margin_before_bp),
        percent(price.margin_after_bp),
    )
}

/// Hundredths of a percent as people read them.
fn percent(bp: Option<i64>) -> String {
    let Some(bp) = bp else {
        return "unknown".to_owned();
    };
    let sign = if bp < 0 { "-" } else { "" };
    format!("{sign}{}.{:02} %", bp.unsigned_abs() / 100, bp.unsigned_abs() % 100)
}

/// Switches a rule on.
pub async fn activate(app: &App, id: i64) -> anyhow::Result<ExitCode> {
    dynamic::activate(app, &Actor::System, PricingRuleId(id)).await?;
    Ok(ExitCode::SUCCESS)
}

/// Switches a rule off.
pub async fn pause(app: &App, id: i64) -> anyhow::Result<ExitCode> {
    dynamic::pause(app, &Actor::System, PricingRuleId(id)).await?;
    Ok(ExitCode::SUCCESS)
}

/// Runs a rule now.
pub async fn run(app: &App, id: i64) -> anyhow::Result<ExitCode> {
    let ran = dynamic::run_rule(app, &Actor::System, PricingRuleId(id)).await?;
    say(&format!("run {}: {} of {} prices changed", ran.run, ran.changed, ran.looked_at))?;
    Ok(ExitCode::SUCCESS)
}

/// Takes a run back.
pub async fn revert(app: &App, run: i64) -> anyhow::Result<ExitCode> {
    let reverted = dynamic::revert_run(app, &Actor::System, PricingRunId(run)).await?;
    say(&format!(
        "{} prices put back, {} kept because they were changed since",
        reverted.put_back, reverted.kept
    ))?;
    for kept in &reverted.kept_prices {
        say(&format!("variant {} from {} on is kept", kept.variant, kept.min_quantity))?;
    }
    Ok(ExitCode::SUCCESS)
}
