//! Why a variant costs what it costs: the same choice as [`super::tiers`] makes, told step by step. A pure rule.

use std::cmp::Reverse;

use entity::id::PriceListId;
use entity::market::RoundingMode;
use entity::price;
use serde_json::{Value as Json, json};

use super::choose::{as_it_is, holding, made_of, tiers};
use super::engine::{Step, StepKind, Subject, percent};
use super::explain_words::{data_of, decimal, put, words_of};
use super::tier::{Tier, tier_for};
use crate::catalog::PriceBasis;
use crate::market::{ListRule, PriceRules};
use crate::money::{Currency, Money};
use crate::store::BASE_PRICE_LIST;

/// Prices of a list that do not hold, which are told of: the newest.
const MAX_IDLE: usize = 20;

/// What one unit of a variant costs where so many are bought, and each step towards it: which lists were asked, which
/// price holds, what was added, converted and rounded, and which other prices there are for more units. `rows` may hold
/// prices of all lists, currencies and times.
///
/// The price is that of [`super::tier_for`] among [`super::tiers`]. Amounts of a step are in the currency that its data
/// names, and in the buyer's where it names none. All steps are about the line at place 0.
#[must_use]
pub fn explain(rows: &[price::Model], basis: &PriceBasis, quantity: i32) -> (Option<Tier>, Vec<Step>) {
    let mut told = Told { rows, basis, quantity, steps: Vec::new() };
    let fixed = told.lists();
    let chosen = told.base(fixed);
    told.breaks(chosen);
    (chosen, told.steps)
}

struct Told<'a> {
    rows: &'a [price::Model],
    basis: &'a PriceBasis,
    quantity: i32,
    steps: Vec<Step>,
}

impl<'a> Told<'a> {
    fn rules(&self) -> &'a PriceRules {
        &self.basis.rules
    }

    fn add(&mut self, kind: StepKind, applied: bool, rule: &str, message: String, data: Json) -> &mut Step {
        let subject = Subject::Line(0);
        let rule = rule.to_owned();
        self.steps.push(Step {
            subject,
            kind,
            applied,
            rule,
            message,
            before_minor: None,
            after_minor: None,
            data,
        });
        let last = self.steps.len().saturating_sub(1);
        #[expect(clippy::indexing_slicing, reason = "it was pushed just now")]
        &mut self.steps[last]
    }

    /// Asks the lists for prices of their own, in their order.
    fn lists(&mut self) -> Option<Tier> {
        let (rules, to) = (self.rules(), self.rules().conversion.to);
        let fixing = rules.fixing_lists().count();
        let mut chosen: Option<Tier> = None;
        for (place, list) in rules.lists.iter().enumerate() {
            let data = json!({ "priceListId": list.id });
            if chosen.is_some() {
                let message = "It was not asked: a list before it fixes the price.".to_owned();
                self.add(StepKind::FixedPrice, false, &list.name, message, data);
            } else if place >= fixing {
                let message =
                    "Its own prices were not asked: a list before it changes all base prices.".to_owned();
                self.add(StepKind::FixedPrice, false, &list.name, message, data);
            } else {
                chosen = self.ask(list, to);
            }
        }
        chosen
    }

    fn ask(&mut self, list: &ListRule, to: Currency) -> Option<Tier> {
        let held = holding(self.rows, list.id, to, self.basis);
        let reached = held.iter().filter(|row| row.min_quantity <= self.quantity);
        let row = reached.max_by_key(|row| row.min_quantity).copied();
        let least = held.iter().map(|row| row.min_quantity).min();
        match (row, least) {
            (Some(row), _) => {
                let message = format!("The list fixes {}.", words_of(row, to));
                let step = self.add(StepKind::FixedPrice, true, &list.name, message, data_of(row));
                step.after_minor = Some(row.amount_minor);
            }
            (None, Some(least)) => {
                let message = format!("The list fixes prices from {least} units on only.");
                let data = json!({ "priceListId": list.id, "minQuantity": least });
                self.add(StepKind::FixedPrice, false, &list.name, message, data);
            }
            (None, None) => {
                let message = format!("The list fixes no price of it in {to} now.");
                self.add(StepKind::FixedPrice, false, &list.name, message, json!({ "priceListId": list.id }));
            }
        }
        self.idle(list.id, to, StepKind::FixedPrice, &list.name, &held);
        row.map(as_it_is)
    }

    /// Tells of the prices of a list that do not hold: those to come, those that are over and those that newer ones hide.
    fn idle(
        &mut self,
        list: PriceListId,
        currency: Currency,
        kind: StepKind,
        rule: &str,
        held: &[&price::Model],
    ) {
        let now = self.basis.now;
        let is_idle = |row: &&price::Model| {
            row.price_list_id == list
                && row.currency == currency.code()
                && row.min_quantity <= self.quantity
                && !held.iter().any(|other| std::ptr::eq(*other, *row))
        };
        let mut idle: Vec<&price::Model> = self.rows.iter().filter(is_idle).collect();
        idle.sort_by_key(|row| (Reverse(row.valid_from), row.min_quantity));
        for row in idle.into_iter().take(MAX_IDLE) {
            let words = words_of(row, currency);
            let message = match row.valid_to {
                _ if row.valid_from > now => {
                    format!("{words} holds from {} on.", row.valid_from.to_rfc3339())
                }
                Some(end) if end <= now => format!("{words} held until {}.", end.to_rfc3339()),
                _ => format!("{words} stands behind a newer price."),
            };
            let mut data = data_of(row);
            put(&mut data, "currency", json!(currency.code()));
            self.add(kind, false, rule, message, data).after_minor = Some(row.amount_minor);
        }
    }

    /// Makes the price of a base price, where no list fixes it.
    fn base(&mut self, fixed: Option<Tier>) -> Option<Tier> {
        const RULE: &str = "Base price";
        let (rules, from) = (self.rules(), self.rules().conversion.from);
        let mut held = holding(self.rows, BASE_PRICE_LIST, from, self.basis);
        held.retain(|row| row.min_quantity <= self.quantity);
        held.sort_by_key(|row| Reverse(row.min_quantity));
        if fixed.is_some() {
            let message = "It was not asked: a list fixes the price.".to_owned();
            self.add(StepKind::BasePrice, false, RULE, message, json!({}));
            return fixed;
        }
        let mut chosen = None;
        for row in &held {
            let mut data = data_of(row);
            put(&mut data, "currency", json!(from.code()));
            chosen = made_of(row, rules);
            let applied = chosen.is_some();
            let words = words_of(row, from);
            let message = match chosen {
                Some(_) => format!("The base price is {words}."),
                None => format!("The base price {words} becomes too large to be counted with."),
            };
            self.add(StepKind::BasePrice, applied, RULE, message, data).after_minor = Some(row.amount_minor);
            if let Some(tier) = chosen {
                self.make(row, tier);
                break;
            }
        }
        if held.is_empty() {
            let message = format!("It has no base price in {from} now.");
            self.add(StepKind::BasePrice, false, RULE, message, json!({}));
        }
        let held = holding(self.rows, BASE_PRICE_LIST, from, self.basis);
        self.idle(BASE_PRICE_LIST, from, StepKind::BasePrice, RULE, &held);
        chosen
    }

    /// What becomes of a base price on its way to the market.
    fn make(&mut self, row: &price::Model, tier: Tier) {
        let (rules, conversion) = (self.rules(), self.rules().conversion);
        let (adjust_bp, _) = rules.base_adjustment();
        self.adjustments(row, conversion.from);
        let is_converted = conversion.from != conversion.to;
        let (from, to) = (conversion.from, conversion.to);
        let message = match is_converted {
            true => format!("1 {from} is {} {to}.", decimal(i128::from(conversion.rate_e9), 1_000_000_000)),
            false => format!("The market pays in {to}, as the base prices are."),
        };
        let data = json!({ "from": from.code(), "to": to.code(), "rateE9": conversion.rate_e9 });
        self.add(StepKind::CurrencyConversion, is_converted, "Exchange rate", message, data);
        if adjust_bp == 0 && !is_converted {
            let message = "It is a base price as it was set: nothing is rounded.".to_owned();
            self.add(StepKind::Rounding, false, "Market", message, json!({}));
            return;
        }
        let unit = 10_i128.checked_pow(to.exponent()).unwrap_or(1);
        let exact = conversion.exact(row.amount_minor, adjust_bp);
        let exact =
            exact.map(|(numerator, denominator)| decimal(numerator, denominator.saturating_mul(unit)));
        let exact = exact.unwrap_or_default();
        let rounding = conversion.rounding;
        let way = match rounding.mode() {
            RoundingMode::Nearest => "to the nearest amount",
            RoundingMode::Up => "up to an amount",
            RoundingMode::Down => "down to an amount",
        };
        let [step, ending] =
            [rounding.step(), rounding.ending()].map(|minor| Money::new(minor, to).for_people());
        let amount = Money::new(tier.amount_minor, to).for_people();
        let message = match (rounding.step(), rounding.ending()) {
            (1, _) => format!("{exact} {to} is rounded {way}: {amount}."),
            (_, 0) => format!("{exact} {to} is rounded {way} that is a multiple of {step}: {amount}."),
            _ => format!("{exact} {to} is rounded {way} that ends on {ending}, one every {step}: {amount}."),
        };
        let data = json!({
            "exact": exact, "stepMinor": rounding.step(), "endingMinor": rounding.ending(), "mode": rounding.mode(),
            "compareAtMinor": tier.compare_at_minor,
        });
        self.add(StepKind::Rounding, true, "Market", message, data).after_minor = Some(tier.amount_minor);
    }

    /// Which percentage is added: that of the first list that has one, else the market's.
    fn adjustments(&mut self, row: &price::Model, from: Currency) {
        let rules = self.rules();
        let mut is_taken = false;
        for list in &rules.lists {
            let Some(bp) = list.adjust_bp else { continue };
            let message = match is_taken {
                false => format!("The list adds {} to base prices.", percent(bp)),
                true => format!("Its {} are not added: a list before it has a percentage.", percent(bp)),
            };
            let data = json!({ "priceListId": list.id, "adjustBp": bp, "currency": from.code() });
            self.add(StepKind::Adjustment, !is_taken, &list.name, message, data).before_minor =
                Some(row.amount_minor);
            is_taken = true;
        }
        let bp = rules.adjust_bp;
        if bp != 0 || !is_taken {
            let message = match (bp, is_taken) {
                (0, _) => "Nothing is added to base prices in this market.".to_owned(),
                (_, false) => format!("The market adds {} to base prices.", percent(bp)),
                (_, true) => {
                    format!("The market's {} are not added: a list has a percentage.", percent(bp))
                }
            };
            let data = json!({ "adjustBp": bp, "currency": from.code() });
            let applied = bp != 0 && !is_taken;
            self.add(StepKind::Adjustment, applied, "Market", message, data).before_minor =
                Some(row.amount_minor);
        }
    }

    /// The prices for more units: the one that is reached, and those that are not.
    fn breaks(&mut self, chosen: Option<Tier>) {
        const RULE: &str = "Quantity break";
        let to = self.rules().conversion.to;
        let all = tiers(self.rows, self.basis);
        let single = tier_for(&all, 1);
        for tier in all {
            let is_chosen = chosen.is_some_and(|chosen| chosen.min_quantity == tier.min_quantity);
            let is_first = single.is_some_and(|single| single.min_quantity == tier.min_quantity);
            if is_first || tier.min_quantity <= self.quantity && !is_chosen {
                continue;
            }
            let amount = Money::new(tier.amount_minor, to).for_people();
            let units = tier.min_quantity;
            let message = match is_chosen {
                true => {
                    format!("From {units} units on one costs {amount}, and there are {}.", self.quantity)
                }
                false => format!("From {units} units on one would cost {amount}."),
            };
            let data = json!({ "minQuantity": units, "compareAtMinor": tier.compare_at_minor });
            let step = self.add(StepKind::QuantityBreak, is_chosen, RULE, message, data);
            step.before_minor = single.map(|single| single.amount_minor);
            step.after_minor = Some(tier.amount_minor);
        }
    }
}
