//! How long the engine takes for a large cart with many discounts, and whether everything holds of many random carts.
//! Ends with 1 where something does not.
//!
//! ```sh
//! cargo bench --bench price
//! PRICE_CASES=1000000 cargo bench --bench price
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for developers: it may fail loudly and prints what it measured"
)]

mod cart;
mod dice;
mod discount;
mod invariant;
mod measure;
mod taxes;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use tradepost as house;

use measure::Flags;

/// Random carts where the environment does not say how many.
const CARTS: u64 = 200_000;

/// What pricing 500 lines with 50 discounts may take.
const GOAL: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    for flags in [Flags::Mixed, Flags::All] {
        let (text, slow) = measure::times(20, 50, 500, 50, flags);
        println!("{text}");
        println!("  the goal of {GOAL:?} is {}", if slow < GOAL { "reached" } else { "missed" });
        println!("{}", measure::times(20, 50, 20, 10, flags).0);
    }
    let carts = std::env::var("PRICE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CARTS);
    let started = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let broken: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let first = u64::try_from(worker).unwrap();
                scope.spawn(move || measure::broken((first..carts).step_by(threads)))
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    println!("{carts} random carts in {:?}: {} broken", started.elapsed(), broken.len());
    for what in broken.iter().take(10) {
        println!("  {what}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
