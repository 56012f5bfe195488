//! Finding and locking a cart, and writing it back: the only row lock of this domain.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::cart::{self, CartState};
use entity::completion_attempt;
use entity::id::{CartId, CustomerId, SegmentId};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
    FromQueryResult, IntoActiveModel, QueryFilter, QuerySelect, Select,
};

use super::error::CartError;
use super::rules::{Rules, enter_market};
use crate::app::App;
use crate::customer;
use crate::db::{self, Tx};
use crate::error::Fault;
use crate::secret;

/// A cart, the segments of its customer and whether somebody is paying for it.
#[derive(FromQueryResult)]
struct CartRow {
    #[sea_orm(nested)]
    cart: cart::Model,
    segments: Option<String>,
    paying: bool,
}

/// A cart and the segments that its customer is in.
#[derive(Clone, Debug)]
pub struct KnownCart {
    /// The row.
    pub row: cart::Model,
    /// The segments of the customer; none without a customer.
    pub segments: BTreeSet<SegmentId>,
}

/// A cart that no other transaction changes until this one ends.
#[derive(Clone, Debug)]
pub struct LockedCart {
    /// The row, to be changed and written back with [`LockedCart::save`].
    pub row: cart::Model,
    /// The segments of the customer; none without a customer.
    pub segments: BTreeSet<SegmentId>,
    /// Whether an attempt is under way.
    pub paying: bool,
}

impl From<LockedCart> for KnownCart {
    fn from(cart: LockedCart) -> Self {
        Self { row: cart.row, segments: cart.segments }
    }
}

/// An attempt of the cart that is under way.
fn live_attempt() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(completion_attempt::Entity)
        .and_where(
            Expr::col((completion_attempt::Entity, completion_attempt::Column::CartId))
                .equals((cart::Entity, cart::Column::Id)),
        )
        .and_where(Expr::cust("completion_attempt.state NOT IN ('done', 'failed')"))
        .to_owned()
}

fn select(backend: DbBackend) -> Select<cart::Entity> {
    let join = match backend {
        DbBackend::Postgres => "string_agg",
        _ => "group_concat",
    };
    let segments = format!(
        "(SELECT {join}(CAST(m.segment_id AS text), ' ') FROM segment_member m WHERE m.customer_id = cart.customer_id)"
    );
    cart::Entity::find()
        .expr_as(Expr::cust(segments), "segments")
        .expr_as(Expr::exists(live_attempt()), "paying")
}

fn known(row: CartRow) -> LockedCart {
    let segments = row.segments.unwrap_or_default();
    let segments = segments.split(' ').filter_map(|key| key.parse().ok()).map(SegmentId).collect();
    LockedCart { row: row.cart, segments, paying: row.paying }
}

/// The cart with this token, however it stands; without a lock.
pub(super) async fn find_row<C: ConnectionTrait>(db: &C, token: &str) -> Result<Option<KnownCart>, Fault> {
    let found = select(db.get_database_backend())
        .filter(cart::Column::TokenHash.eq(secret::hash_token(token)))
        .into_model::<CartRow>()
        .one(db)
        .await?;
    Ok(found.map(|row| known(row).into()))
}

/// The cart with this key, however it stands; without a lock.
pub(super) async fn find_row_by_id<C: ConnectionTrait>(
    db: &C,
    id: CartId,
) -> Result<Option<KnownCart>, Fault> {
    let select = select(db.get_database_backend()).filter(cart::Column::Id.eq(id));
    Ok(select.into_model::<CartRow>().one(db).await?.map(|row| known(row).into()))
}

/// The segments that a customer is in: for a cart whose customer has become another.
pub(super) async fn segments_of<C: ConnectionTrait>(
    db: &C,
    customer: Option<CustomerId>,
) -> Result<BTreeSet<SegmentId>, Fault> {
    match customer {
        Some(customer) => customer::segments_of(db, customer).await,
        None => Ok(BTreeSet::new()),
    }
}

async fn lock(tx: &Tx, token: &str) -> Result<Option<LockedCart>, Fault> {
    let backend = tx.get_database_backend();
    let select = select(backend).filter(cart::Column::TokenHash.eq(secret::hash_token(token)));
    let select = match backend {
        DbBackend::Postgres => select.lock_exclusive(),
        _ => select,
    };
    Ok(select.into_model::<CartRow>().one(tx).await?.map(known))
}

/// The cart is being paid, which will be over in a while.
fn busy() -> CartError {
    db::note_passing_refusal();
    CartError::Busy
}

/// Locks the cart with this token for a change; it is in the market of its country then.
///
/// # Errors
/// [`CartError::NotFound`] where there is none, or it has expired or was ordered; [`CartError::Busy`] while it is paid.
pub async fn lock_cart(
    tx: &Tx,
    now: DateTime<Utc>,
    rules: &Rules,
    token: &str,
) -> Result<LockedCart, CartError> {
    let mut locked = lock(tx, token).await?.ok_or(CartError::NotFound)?;
    if !is_open(&locked.row, now) {
        return Err(CartError::NotFound);
    }
    if locked.paying {
        return Err(busy());
    }
    enter_market(&mut locked.row, rules, &locked.segments, now);
    Ok(locked)
}

/// Locks the cart with this token however it stands: a submission may be a repetition.
///
/// # Errors
/// [`CartError::NotFound`] where there is none, or it has expired.
pub async fn lock_for_submission(tx: &Tx, now: DateTime<Utc>, token: &str) -> Result<LockedCart, CartError> {
    let locked = lock(tx, token).await?.ok_or(CartError::NotFound)?;
    let expired = match locked.row.state {
        CartState::Open => locked.row.expires_at <= now,
        CartState::Completed => false,
    };
    if expired { Err(CartError::NotFound) } else { Ok(locked) }
}

/// Closes a cart that became an order.
///
/// # Errors
/// The database's own, and a fault where it is not open.
pub async fn complete_in(tx: &Tx, now: DateTime<Utc>, id: CartId) -> Result<(), Fault> {
    let result = cart::Entity::update_many()
        .col_expr(cart::Column::State, Expr::val(CartState::Completed))
        .col_expr(cart::Column::UpdatedAt, Expr::val(now))
        .filter(cart::Column::Id.eq(id))
        .filter(cart::Column::State.eq(CartState::Open))
        .exec(tx)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Fault::new("the cart of an attempt is not open")) }
}

/// Whether a cart can still be changed and bought.
pub(super) fn is_open(row: &cart::Model, now: DateTime<Utc>) -> bool {
    let open = match row.state {
        CartState::Open => true,
        CartState::Completed => false,
    };
    open && row.expires_at > now
}

impl LockedCart {
    /// Writes the row back: its revision grows and it lives on.
    ///
    /// The statement that waited for the lock saw the attempts as they were before it waited; this one sees those that
    /// were made meanwhile.
    ///
    /// # Errors
    /// The database's own, and [`CartError::Busy`] where an attempt began while the lock was waited for.
    pub async fn save(&mut self, tx: &Tx, app: &App) -> Result<(), CartError> {
        let now = app.clock.now();
        self.row.revision += 1;
        self.row.updated_at = now;
        self.row.expires_at = now + app.config.cart_time;
        let row = cart::ActiveModel { id: NotSet, ..self.row.clone().into_active_model().reset_all() };
        let saved = cart::Entity::update_many()
            .set(row)
            .filter(cart::Column::Id.eq(self.row.id))
            .filter(Expr::exists(live_attempt()).not())
            .exec(tx)
            .await?;
        if saved.rows_affected == 1 { Ok(()) } else { Err(busy()) }
    }
}
