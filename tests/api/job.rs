//! Jobs: scheduled once, run when they are due, noted when they fail.

use chrono::{TimeDelta, Utc};
use entity::job::{self, JobState};
use entity::{cart, product};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::{Value, json};
use tokio::sync::watch;
use tradepost::app::{App, job_kinds};
use tradepost::clock::Clock;
use tradepost::error::Fault;
use tradepost::job::{JobKind, Runner, Running, enqueue};

use crate::support::{ProductSpec, TestShop};

/// The same shop with a clock that tests move.
async fn with_clock(shop: &TestShop) -> App {
    let mut app = shop.second_node().await;
    app.clock = Clock::set_to(Utc::now());
    app
}

async fn jobs(app: &App) -> Vec<job::Model> {
    job::Entity::find().order_by_asc(job::Column::Id).all(app.db.fresh()).await.unwrap()
}

fn failing(every: Option<TimeDelta>) -> Vec<JobKind> {
    let run: Run = |_, _| Box::pin(async { Err(Fault::new("it broke")) });
    vec![JobKind { name: "test", every, calls_out: false, run }]
}

fn working() -> Vec<JobKind> {
    vec![quiet("test")]
}

/// What a kind of job does.
type Run = for<'a> fn(&'a App, &'a Value) -> Running<'a>;

/// Work that is done at once.
fn quiet(name: &'static str) -> JobKind {
    JobKind { name, every: None, calls_out: false, run: |_, _| Box::pin(async { Ok(()) }) }
}

/// Work that waits for somebody outside who never answers.
fn hanging(name: &'static str) -> JobKind {
    JobKind { name, every: None, calls_out: true, run: |_, _| Box::pin(std::future::pending()) }
}

async fn have_job(app: &App, key: Option<&str>) {
    have_job_of(app, "test", key).await;
}

async fn have_job_of(app: &App, kind: &str, key: Option<&str>) {
    let now = app.clock.now();
    enqueue(app.db.writer(), now, kind, key.map(str::to_owned), json!({}), now).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recurring_jobs_are_scheduled_once_and_run_when_they_are_due() {
    let shop = TestShop::open().await;
    let app = with_clock(&shop).await;
    let runner = Runner::new(app.clone(), job_kinds());
    let other_node = Runner::new(with_clock(&shop).await, job_kinds());
    for scheduling in [&runner, &runner, &other_node] {
        scheduling.schedule().await.unwrap();
    }
    let mut keys: Vec<String> = jobs(&app).await.into_iter().filter_map(|job| job.unique_key).collect();
    let recurring = job_kinds().into_iter().filter(|kind| kind.every.is_some());
    let mut expected: Vec<String> = recurring.map(|kind| format!("recurring/{}", kind.name)).collect();
    keys.sort();
    expected.sort();
    assert_eq!(keys, expected);

    // When each kind is due next, the slow way.
    let mut next: Vec<(TimeDelta, TimeDelta)> =
        job_kinds().iter().filter_map(|kind| kind.every).map(|every| (every, TimeDelta::zero())).collect();
    assert_eq!(next.len(), expected.len());
    let mut elapsed = TimeDelta::zero();
    for seconds in [0, 1, 4, 10, 15, 600, 3_600, 90_000] {
        app.clock.advance(TimeDelta::seconds(seconds));
        elapsed += TimeDelta::seconds(seconds);
        let mut due = 0;
        for (every, at) in next.iter_mut().filter(|(_, at)| *at <= elapsed) {
            *at = elapsed + *every;
            due += 1;
        }
        assert_eq!(runner.run_due().await.unwrap(), due, "after {seconds} s more");
        assert_eq!(runner.run_due().await.unwrap(), 0, "what was done waits");
        for job in jobs(&app).await {
            assert_eq!((job.attempts, job.last_error, job.lease_until), (0, None, None), "{}", job.kind);
            assert!(job.run_at > app.clock.now(), "{}", job.kind);
        }
    }
    assert_eq!(jobs(&app).await.len(), expected.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_sells_best_is_known_once_the_events_were_dispatched() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("a"), ProductSpec::new("b"), ProductSpec::new("c")]).await;
    for (handle, quantity) in [("b", 1), ("c", 2), ("b", 3)] {
        let cart = shop.ready_cart(&shop.variant_id(handle).await, quantity, "approve").await;
        shop.buy(&cart.id).await;
    }
    let app = with_clock(&shop).await;
    let runner = Runner::new(app.clone(), job_kinds());
    runner.schedule().await.unwrap();
    let sold = async || {
        let rows =
            product::Entity::find().order_by_asc(product::Column::Handle).all(app.db.fresh()).await.unwrap();
        rows.into_iter().map(|row| row.sold_quantity).collect::<Vec<_>>()
    };
    assert_eq!(sold().await, [0, 0, 0]);
    // On PostgreSQL events wait until all older transactions of the server have ended.
    for _ in 0..100 {
        runner.run_due().await.unwrap();
        if sold().await == [0, 4, 2] {
            break;
        }
        app.clock.advance(TimeDelta::seconds(1));
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(sold().await, [0, 4, 2]);
    let listed =
        shop.ask("{ products(first: 9, sortKey: BEST_SELLING) { nodes { handle } } }", json!({})).await;
    let handles: Vec<&Value> =
        listed["products"]["nodes"].as_array().unwrap().iter().map(|node| &node["handle"]).collect();
    assert_eq!(handles, ["b", "c", "a"]);
    app.clock.advance(TimeDelta::hours(2));
    runner.run_due().await.unwrap();
    assert_eq!(sold().await, [0, 4, 2], "an event is counted once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carts_that_nobody_came_back_for_are_dropped() {
    let shop = TestShop::open().await;
    let app = with_clock(&shop).await;
    shop.make_cart(Value::Null).await;
    let runner = Runner::new(app.clone(), job_kinds());
    runner.schedule().await.unwrap();
    app.clock.advance(TimeDelta::days(29));
    runner.run_due().await.unwrap();
    let count = async || cart::Entity::find().count(app.db.fresh()).await.unwrap();
    assert_eq!(count().await, 1);
    app.clock.advance(TimeDelta::days(2));
    runner.run_due().await.unwrap();
    assert_eq!(count().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_is_noted_waits_longer_each_time_and_is_tried_again() {
    let shop = TestShop::open().await;
    let app = with_clock(&shop).await;
    have_job(&app, None).await;
    let runner = Runner::new(app.clone(), failing(None));
    for (attempt, pause) in [(1, 2), (2, 4), (3, 8)] {
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert_eq!(runner.run_due().await.unwrap(), 0, "it waits");
        let job = jobs(&app).await.remove(0);
        assert_eq!(
            (job.attempts, job.last_error.as_deref(), job.lease_until),
            (attempt, Some("it broke"), None)
        );
        assert_eq!((job.state, job.run_at), (JobState::Waiting, app.clock.now() + TimeDelta::seconds(pause)));
        app.clock.advance(TimeDelta::seconds(pause));
    }
    assert_eq!(Runner::new(app.clone(), working()).run_due().await.unwrap(), 1);
    assert_eq!(jobs(&app).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_never_works_is_dead_in_the_end_unless_it_recurs() {
    let shop = TestShop::open().await;
    let app = with_clock(&shop).await;
    have_job(&app, None).await;
    let runner = Runner::new(app.clone(), failing(None));
    let recurring = Runner::new(app.clone(), failing(Some(TimeDelta::seconds(1))));
    let mut tries = 0;
    for _ in 0..20 {
        tries += runner.run_due().await.unwrap();
        app.clock.advance(TimeDelta::hours(2));
    }
    assert_eq!(tries, 12);
    assert_eq!(jobs(&app).await[0].state, JobState::Dead);
    recurring.schedule().await.unwrap();
    let mut tries = 0;
    for _ in 0..20 {
        tries += recurring.run_due().await.unwrap();
        app.clock.advance(TimeDelta::hours(2));
    }
    assert_eq!((tries, jobs(&app).await[1].state), (20, JobState::Waiting));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_recurs_is_tried_again_within_ten_seconds_however_often_it_failed() {
    let shop = TestShop::open().await;
    let app = with_clock(&shop).await;
    for (every, pauses) in [(1, [2, 4, 8, 10, 10, 10, 10]), (30, [2, 4, 8, 16, 30, 30, 30])] {
        job::Entity::delete_many().exec(app.db.writer()).await.unwrap();
        let runner = Runner::new(app.clone(), failing(Some(TimeDelta::seconds(every))));
        runner.schedule().await.unwrap();
        for pause in pauses {
            assert_eq!(runner.run_due().await.unwrap(), 1);
            assert_eq!(jobs(&app).await[0].run_at, app.clock.now() + TimeDelta::seconds(pause));
            app.clock.advance(TimeDelta::seconds(pause));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_waits_for_somebody_outside_keeps_no_other_work_waiting() {
    let shop = TestShop::open().await;
    let app = with_clock(&shop).await;
    let silent = ["one", "two", "three", "four", "five", "six"];
    for kind in silent {
        for _ in 0..3 {
            have_job_of(&app, kind, None).await;
        }
    }
    app.clock.advance(TimeDelta::seconds(1));
    have_job_of(&app, "test", None).await;
    let kinds = silent.into_iter().map(hanging).chain([quiet("test")]).collect();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Runner::new(app.clone(), kinds).run(stopped));
    let mut left = jobs(&app).await;
    for _ in 0..500 {
        let has_begun = |kind: &&str| left.iter().any(|job| job.kind == **kind && job.lease_until.is_some());
        if left.iter().all(|job| job.kind != "test") && silent.iter().all(has_begun) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        left = jobs(&app).await;
    }
    let at_work = left.iter().filter(|job| job.lease_until.is_some()).map(|job| job.kind.as_str());
    assert_eq!(at_work.collect::<Vec<_>>(), silent, "one of each kind, and the quiet work is done");
    assert_eq!(left.len(), 18);
    running.abort();
    drop(stop);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_of_a_node_that_died_is_anybodys_when_its_lease_is_over() {
    let shop = TestShop::open().await;
    let app = with_clock(&shop).await;
    have_job(&app, Some("once")).await;
    have_job(&app, Some("once")).await;
    assert_eq!(jobs(&app).await.len(), 1, "a key is there once");
    job::Entity::update_many()
        .col_expr(job::Column::LeaseUntil, Expr::value(app.clock.now() + TimeDelta::seconds(60)))
        .exec(app.db.writer())
        .await
        .unwrap();
    let runner = Runner::new(app.clone(), working());
    assert_eq!(runner.run_due().await.unwrap(), 0);
    app.clock.advance(TimeDelta::seconds(61));
    assert_eq!(runner.run_due().await.unwrap(), 1);
    assert_eq!(jobs(&app).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_the_work() {
    let shop = TestShop::open().await;
    let app = with_clock(&shop).await;
    for _ in 0..30 {
        have_job(&app, None).await;
    }
    let mut other = shop.second_node().await;
    other.clock = app.clock.clone();
    let (one, two) = (Runner::new(app.clone(), working()), Runner::new(other, working()));
    let (one, two) = tokio::join!(
        tokio::spawn(async move { one.run_due().await.unwrap() }),
        tokio::spawn(async move { two.run_due().await.unwrap() })
    );
    assert_eq!(one.unwrap() + two.unwrap(), 30, "each job was run once");
    assert_eq!(jobs(&app).await, []);
}
