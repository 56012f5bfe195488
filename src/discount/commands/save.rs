//! Making and changing discounts.

use chrono::{DateTime, Utc};
use entity::discount::{
    self, DiscountCustomers, DiscountKind, DiscountSpread, DiscountStatus, DiscountValueKind,
};
use entity::id::DiscountId;
use entity::{discount_context, discount_target};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

use super::codes::insert_in;
use super::{check_automatic_in, lock_in, touch_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::discount::error::{DiscountError, DiscountErrorCode};
use crate::discount::input::NewDiscount;
use crate::discount::known::check_known_in;
use crate::discount::rule::{context_of, named_by};
use crate::error::Fault;
use crate::event::record_one;
use crate::pricing::engine::{
    Buy, DiscountClass, DiscountMethod, Effect, ForCustomers, Requirement, Spread, Targets, Value,
};

/// Makes a discount, which is active from its beginning on.
///
/// # Errors
/// [`DiscountError`] for texts, amounts, quantities and times that make no sense, unknown merchandise, customers,
/// segments and markets, and codes that are taken.
pub async fn create(app: &App, actor: &Actor, new: &NewDiscount) -> Result<DiscountId, DiscountError> {
    DiscountError::check_scope(actor)?;
    let codes = new.check()?;
    if new.method == DiscountMethod::Code && codes.is_empty() {
        let message = "A code discount needs a code";
        return Err(DiscountError::refused(DiscountErrorCode::MethodMismatch, "codes", message));
    }
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let shop = lock_in(&tx).await?;
            check_known_in(&tx, &shop, new).await?;
            if new.method == DiscountMethod::Automatic {
                check_automatic_in(&tx, now, None).await?;
            }
            let row = discount::ActiveModel {
                status: Set(DiscountStatus::Active),
                created_at: Set(now),
                ..row_of(now, new)?
            };
            let id = row.insert(&tx).await?.id;
            name_in(&tx, id, new).await?;
            insert_in(&tx, now, id, &codes).await?;
            record_one(&tx, now, "discount", "discount.created", id).await?;
            tx.commit().await?;
            Ok::<_, DiscountError>(id)
        })
        .await?;
    app.forget_shop();
    Ok(id)
}

/// Changes a discount. It stays switched on or off, its uses stay counted, and its codes stay; those that are given
/// besides are added.
///
/// # Errors
/// As [`create`]; and for an unknown discount, another method than it has, and a limit below the uses that were.
pub async fn update(
    app: &App,
    actor: &Actor,
    id: DiscountId,
    new: &NewDiscount,
) -> Result<(), DiscountError> {
    DiscountError::check_scope(actor)?;
    let codes = new.check()?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let shop = lock_in(&tx).await?;
            let known = touch_in(&tx, now, id).await?;
            check_against(&known, new)?;
            check_known_in(&tx, &shop, new).await?;
            if new.method == DiscountMethod::Automatic && known.status == DiscountStatus::Active {
                check_automatic_in(&tx, now, Some(id)).await?;
            }
            discount::ActiveModel { id: Set(id), ..row_of(now, new)? }.update(&tx).await?;
            discount_target::Entity::delete_many()
                .filter(discount_target::Column::DiscountId.eq(id))
                .exec(&tx)
                .await?;
            discount_context::Entity::delete_many()
                .filter(discount_context::Column::DiscountId.eq(id))
                .exec(&tx)
                .await?;
            name_in(&tx, id, new).await?;
            insert_in(&tx, now, id, &codes).await?;
            record_one(&tx, now, "discount", "discount.updated", id).await?;
            tx.commit().await?;
            Ok::<_, DiscountError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

fn check_against(known: &discount::Model, new: &NewDiscount) -> Result<(), DiscountError> {
    if known.method != method_of(new.method) {
        let message = "A discount stays automatic, or stays one with codes";
        return Err(DiscountError::refused(DiscountErrorCode::MethodMismatch, "method", message));
    }
    if new.usage_limit.is_some_and(|limit| limit < known.usage_count) {
        let message = format!("It was used {} times already", known.usage_count);
        return Err(DiscountError::refused(DiscountErrorCode::UsageLimitOutOfRange, "usageLimit", message));
    }
    Ok(())
}

fn method_of(method: DiscountMethod) -> discount::DiscountMethod {
    match method {
        DiscountMethod::Automatic => discount::DiscountMethod::Automatic,
        DiscountMethod::Code => discount::DiscountMethod::Code,
    }
}

/// All that an input says; of the rest nothing is set.
fn row_of(now: DateTime<Utc>, new: &NewDiscount) -> Result<discount::ActiveModel, Fault> {
    let (required_minor, required_quantity) = match new.requirement {
        Requirement::None => (None, None),
        Requirement::Subtotal(minor) => (Some(minor), None),
        Requirement::Quantity(units) => (None, Some(units)),
    };
    let row = discount::ActiveModel {
        id: NotSet,
        title: Set(new.title.trim().to_owned()),
        method: Set(method_of(new.method)),
        class: Set(match new.class {
            DiscountClass::Product => discount::DiscountClass::Product,
            DiscountClass::Order => discount::DiscountClass::Order,
            DiscountClass::Shipping => discount::DiscountClass::Shipping,
        }),
        status: NotSet,
        required_minor: Set(required_minor),
        required_quantity: Set(required_quantity),
        combines_with_product: Set(new.combines_with.product),
        combines_with_order: Set(new.combines_with.order),
        combines_with_shipping: Set(new.combines_with.shipping),
        customers: Set(match new.customers {
            ForCustomers::All => DiscountCustomers::All,
            ForCustomers::Named(_) => DiscountCustomers::Named,
            ForCustomers::Segments(_) => DiscountCustomers::Segments,
        }),
        in_all_markets: Set(new.markets.is_none()),
        starts_at: Set(new.starts_at),
        ends_at: Set(new.ends_at),
        usage_limit: Set(new.usage_limit),
        usage_count: NotSet,
        once_per_customer: Set(new.once_per_customer),
        deleted_at: NotSet,
        created_at: NotSet,
        updated_at: Set(now),
        ..Default::default()
    };
    with_effect(row, &new.effect)
}

/// Every column that any effect has: what this one lacks is emptied.
fn with_effect(row: discount::ActiveModel, effect: &Effect) -> Result<discount::ActiveModel, Fault> {
    let is_all = |targets: &Targets| *targets == Targets::All;
    let row = discount::ActiveModel {
        value_kind: Set(None),
        value_bp: Set(None),
        value_minor: Set(None),
        spread: Set(None),
        entitles_all: Set(false),
        buys_all: Set(false),
        gets_all: Set(false),
        buy_quantity: Set(None),
        buy_minor: Set(None),
        get_quantity: Set(None),
        uses_per_order: Set(None),
        countries: Set(None),
        max_cost_minor: Set(None),
        ..row
    };
    Ok(match effect {
        Effect::Basic { value, spread, targets } => discount::ActiveModel {
            kind: Set(DiscountKind::Basic),
            spread: Set(Some(match spread {
                Spread::Each => DiscountSpread::Each,
                Spread::Across => DiscountSpread::Across,
            })),
            entitles_all: Set(is_all(targets)),
            ..with_value(row, *value)
        },
        Effect::BuyXGetY { buys, buy, gets, get_quantity, value, uses_per_order } => {
            let (buy_quantity, buy_minor) = match buy {
                Buy::Quantity(units) => (Some(*units), None),
                Buy::Amount(minor) => (None, Some(*minor)),
            };
            discount::ActiveModel {
                kind: Set(DiscountKind::BuyXGetY),
                buys_all: Set(is_all(buys)),
                gets_all: Set(is_all(gets)),
                buy_quantity: Set(buy_quantity),
                buy_minor: Set(buy_minor),
                get_quantity: Set(Some(*get_quantity)),
                uses_per_order: Set(*uses_per_order),
                ..with_value(row, *value)
            }
        }
        Effect::FreeShipping { countries, max_cost_minor } => discount::ActiveModel {
            kind: Set(DiscountKind::FreeShipping),
            countries: Set(countries.as_ref().map(serde_json::to_value).transpose()?),
            max_cost_minor: Set(*max_cost_minor),
            ..row
        },
    })
}

fn with_value(row: discount::ActiveModel, value: Value) -> discount::ActiveModel {
    let (kind, bp, minor) = match value {
        Value::Percentage(bp) => (DiscountValueKind::Percentage, Some(bp), None),
        Value::Amount(minor) => (DiscountValueKind::Amount, None, Some(minor)),
        Value::Price(minor) => (DiscountValueKind::Price, None, Some(minor)),
    };
    discount::ActiveModel { value_kind: Set(Some(kind)), value_bp: Set(bp), value_minor: Set(minor), ..row }
}

/// Writes what a discount names that names nothing yet.
async fn name_in(tx: &Tx, id: DiscountId, new: &NewDiscount) -> Result<(), Fault> {
    let targets: Vec<_> = named_by(&new.effect)
        .into_iter()
        .map(|(role, kind, target)| discount_target::ActiveModel {
            discount_id: Set(id),
            role: Set(role),
            kind: Set(kind),
            target_id: Set(target),
        })
        .collect();
    if !targets.is_empty() {
        discount_target::Entity::insert_many(targets).exec_without_returning(tx).await?;
    }
    let context: Vec<_> = context_of(&new.customers, new.markets.as_ref())
        .into_iter()
        .map(|(kind, target)| discount_context::ActiveModel {
            discount_id: Set(id),
            kind: Set(kind),
            target_id: Set(target),
        })
        .collect();
    if !context.is_empty() {
        discount_context::Entity::insert_many(context).exec_without_returning(tx).await?;
    }
    Ok(())
}
