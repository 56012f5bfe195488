//! How long failing to sign in takes for an address with an account and for one without: the medians should be within
//! 5 % of each other, or the time tells who has an account.
//!
//! ```sh
//! cargo bench --bench sign_in
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for developers: it may fail loudly and prints what it measured"
)]

use std::time::{Duration, Instant};

use entity::attempt_counter;
use sea_orm::EntityTrait;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::config::Config;
use tradepost::customer::{self, CustomerError, NewCustomer};
use tradepost::store::{self, NewShop};

const ROUNDS: usize = 500;
const KNOWN: &str = "ada@example.com";
const UNKNOWN: &str = "bob@example.com";

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_string_lossy().into_owned();
    let config = Config::from_variables(&move |name| (name == "DATA_DIR").then(|| path.clone())).unwrap();
    let app = App::open(config).await.unwrap();
    app.db.migrate().await.unwrap();
    store::save_shop(&app, &NewShop::default()).await.unwrap();
    let new = NewCustomer {
        email: KNOWN.to_owned(),
        password: "a walk along the harbour".into(),
        first_name: None,
        last_name: None,
        phone: None,
        accepts_marketing: None,
        language: "EN",
    };
    customer::create(&app, &Actor::System, new).await.unwrap();
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for (place, email) in [KNOWN, UNKNOWN].into_iter().enumerate() {
            let started = Instant::now();
            let outcome =
                customer::sign_in(&app, &Actor::System, email, format!("wrong sentence {round}").into())
                    .await;
            times[place].push(started.elapsed());
            assert!(matches!(outcome, Err(CustomerError::Refused(_))), "{outcome:?}");
            // Without it the limit of attempts would answer.
            attempt_counter::Entity::delete_many().exec(app.db.writer()).await.unwrap();
        }
    }
    let [known, unknown] = times.map(median);
    println!("median of {ROUNDS}: {known:?} with an account, {unknown:?} without");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
