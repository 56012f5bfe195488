//! The pricing rules of the sample shop: `pricing_rules.json`.

use std::collections::HashSet;

use anyhow::Context;
use entity::pricing_rule;
use sea_orm::{EntityTrait, QuerySelect};
use serde::Deserialize;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::money::Currency;
use tradepost::pricing::dynamic::{self, Action, Bound, Condition, NewRule};
use tradepost::store::{self, BASE_PRICE_LIST};

/// `pricing_rules.json`.
const RULES: &str = include_str!("../../demo/pricing_rules.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleRule {
    name: String,
    condition: Condition,
    action: Action,
    floor: Option<Bound>,
    ceiling: Option<Bound>,
    max_step_bp: i32,
    priority: i32,
    every_minutes: i32,
}

/// Lays the rules as drafts for the base prices: they are there to be simulated. Those that are there by name stay as
/// they are.
///
/// # Errors
/// When the file makes no sense, and the database's own.
pub async fn load(app: &App) -> anyhow::Result<()> {
    let rules: Vec<SampleRule> =
        serde_json::from_str(RULES).context("the sample shop's pricing_rules.json cannot be read")?;
    let shop = store::get_shop(app.db.writer()).await?;
    let currency = Currency::find(&shop.currency).context("the sample shop's currency is unknown")?;
    let known: HashSet<String> = pricing_rule::Entity::find()
        .select_only()
        .column(pricing_rule::Column::Name)
        .into_tuple()
        .all(app.db.writer())
        .await?
        .into_iter()
        .collect();
    for rule in rules.into_iter().filter(|rule| !known.contains(&rule.name)) {
        let new = NewRule {
            id: None,
            name: rule.name,
            list: BASE_PRICE_LIST,
            currency,
            condition: rule.condition,
            action: rule.action,
            floor: rule.floor,
            ceiling: rule.ceiling,
            max_step_bp: rule.max_step_bp,
            priority: rule.priority,
            every_minutes: rule.every_minutes,
        };
        dynamic::save_rule(app, &Actor::System, &new)
            .await
            .with_context(|| format!("the sample pricing rule {}", new.name))?;
    }
    Ok(())
}
