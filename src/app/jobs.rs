//! The kinds of work of a running shop, and how often what recurs is done.

use chrono::TimeDelta;

use super::App;
use crate::error::Fault;
use crate::job::{JobKind, Running};
use crate::{
    cart, checkout, customer, db, event, notification, order, payment, pricing, recommendation, shipping,
    store_credit, tax,
};

type Run = for<'a> fn(&'a App, &'a serde_json::Value) -> Running<'a>;

/// Every kind of work there is.
#[must_use]
pub fn job_kinds() -> Vec<JobKind> {
    let (second, minute, hour) = (TimeDelta::seconds(1), TimeDelta::minutes(1), TimeDelta::hours(1));
    vec![
        calling_out(every("checkout.resume", second * 5, |app, _| done(checkout::resume_due(app)))),
        calling_out(once(checkout::UNDO, |app, payload| Box::pin(checkout::undo_late(app, payload)))),
        calling_out(every("payment.events", second * 5, |app, _| done(checkout::handle_events(app)))),
        calling_out(every("payment.sessions", minute, |app, _| done(checkout::close_sessions(app)))),
        every("payment.purge", hour, |app, _| done(payment::purge_events(app))),
        calling_out(every("order.money", second * 5, |app, _| done(order::settle_due(app)))),
        every("inventory.sweep", second * 15, |app, _| done(checkout::sweep_reservations(app))),
        every("event.dispatch", second, |app, _| done(dispatch_events(app))),
        every("db.statistics", hour, |app, _| done(app.db.refresh_statistics())),
        every("pricing.boundary", second * 3, |app, _| done(pricing::pass_boundaries(app))),
        calling_out(every("notification.send", second * 2, |app, _| done(notification::send_due(app)))),
        every("customer.purge", hour, |app, _| done(customer::purge_expired(app))),
        every("pricing.rules", minute, |app, _| done(pricing::dynamic::run_due(app))),
        every("store_credit.expire", hour, |app, _| done(store_credit::expire_due(app))),
        calling_out(every("shipping.follow", second * 30, |app, _| done(shipping::follow_due(app)))),
        every("tax.purge", hour, |app, _| done(tax::purge_quotes(app))),
        every("idempotency.purge", hour, |app, _| done(db::purge_claims(&app.db, app.clock.now()))),
        every("cart.purge", hour, |app, _| done(cart::purge_expired(app))),
        every("shipping.purge", hour, |app, _| done(shipping::purge_quotes(app))),
    ]
}

fn every(name: &'static str, pause: TimeDelta, run: Run) -> JobKind {
    JobKind { every: Some(pause), ..once(name, run) }
}

fn once(name: &'static str, run: Run) -> JobKind {
    JobKind { name, every: None, calls_out: false, run }
}

/// Work that asks somebody outside.
fn calling_out(kind: JobKind) -> JobKind {
    JobKind { calls_out: true, ..kind }
}

/// Work whose count nobody asks for.
fn done<'a, T, E: Into<Fault>>(work: impl Future<Output = Result<T, E>> + Send + 'a) -> Running<'a> {
    Box::pin(async move {
        work.await.map_err(Into::into)?;
        Ok(())
    })
}

async fn dispatch_events(app: &App) -> Result<(), Fault> {
    for consumer in [
        recommendation::BEST_SELLING,
        recommendation::CO_PURCHASE,
        order::LINK_TO_CUSTOMER,
        notification::MAILS,
    ] {
        while event::dispatch(&app.db, &app.clock, &consumer).await? > 0 {}
    }
    Ok(())
}
