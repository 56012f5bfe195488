//! The chaos program: the real server as a process of its own, buyers who go the whole way over its API, and a payment
//! provider of our own that keeps its own ledger and behaves badly. Each case ends with a comparison of the two books.
//!
//! The cases are those of other shop systems' bug reports that take a whole server, or a long time; the others are
//! tests. It prints a line or two for each case and a table at the end, and ends with 1 where anything does not hold.
//!
//! ```sh
//! cargo bench --bench chaos -- --short
//! cargo bench --bench chaos -- --database postgres://postgres@127.0.0.1/postgres
//! cargo bench --bench chaos -- --case 20 --seed 7 --folder /tmp/chaos
//! ```
//!
//! The PostgreSQL database that is named is only connected to: the program makes databases of its own beside it, and
//! drops them. SQLite runs with `synchronous = FULL`, for which there is no setting.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::print_stdout,
    reason = "a program for developers: it may fail loudly, prints what it measured and computes with it"
)]

mod books;
mod buyer;
mod case;
mod client;
mod dice;
mod ground;
mod mail;
mod message;
mod peer;
mod reconcile;
mod seen;
mod server;
mod stage;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

use case::{Case, Context, Outcome};
use ground::Ground;

/// Breaks the shop in as many ways as it can, and compares the books.
#[derive(Parser)]
struct Arguments {
    /// Smaller figures: some minutes in all.
    #[arg(long)]
    short: bool,
    /// A PostgreSQL server, by the address of any database on it; SQLite where nothing is said.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Where the shops and their logs are laid, and stay; a temporary folder where nothing is said.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Only these cases, by their numbers.
    #[arg(long = "case", value_name = "NUMBER", value_delimiter = ',')]
    cases: Vec<u8>,
    /// Where chance begins.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A case that was run.
struct Done {
    case: Case,
    outcome: Outcome,
    took: Duration,
}

impl Done {
    fn verdict(&self) -> &'static str {
        match (&self.outcome.skipped, self.outcome.breaches.is_empty()) {
            (Some(_), _) => "skipped",
            (None, true) => "holds",
            (None, false) => "BROKEN",
        }
    }

    fn number(&self) -> String {
        let numbers: Vec<String> = self.case.numbers().iter().map(u8::to_string).collect();
        numbers.join(", ")
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let chosen: Vec<Case> = Case::ALL.into_iter().filter(|case| is_chosen(&arguments, *case)).collect();
    let is_postgres = |url: &String| url.starts_with("postgres:") || url.starts_with("postgresql:");
    if chosen.is_empty() || arguments.database.as_ref().is_some_and(|url| !is_postgres(url)) {
        println!("there is no such case, or --database is no address of PostgreSQL");
        return ExitCode::FAILURE;
    }
    let temporary = tempfile::tempdir().unwrap();
    let folder = arguments.folder.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder).unwrap();
    let folder = folder.canonicalize().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let done = runtime.block_on(Box::pin(run_all(&arguments, &folder, &chosen)));
    summarize(&done)
}

fn is_chosen(arguments: &Arguments, case: Case) -> bool {
    let chosen = &arguments.cases;
    chosen.is_empty() || case.numbers().iter().any(|number| chosen.contains(number))
}

async fn run_all(arguments: &Arguments, folder: &Path, chosen: &[Case]) -> Vec<Done> {
    let ground = Ground::lay(folder, arguments.database.clone()).await;
    let context = Context { short: arguments.short, seed: arguments.seed, ground };
    println!(
        "chaos on {}, seed {}, the {} form",
        context.ground.database_name(),
        context.seed,
        if context.short { "short" } else { "long" }
    );
    let mut done = Vec::with_capacity(chosen.len());
    for case in chosen {
        let began = Instant::now();
        let outcome = Box::pin(case.run(&context)).await;
        let one = Done { case: *case, outcome, took: began.elapsed() };
        tell(&one);
        done.push(one);
    }
    done
}

/// What came of one case, at once: the next may take long.
fn tell(done: &Done) {
    println!("\ncase {} ({}): {}", done.number(), done.case.title(), done.verdict());
    let outcome = &done.outcome;
    if let Some(why) = outcome.skipped {
        println!("  {why}");
    }
    for line in outcome.figures.iter().chain(&outcome.books) {
        println!("  {line}");
    }
    for breach in &outcome.breaches {
        println!("  BROKEN: {breach}");
    }
}

fn summarize(done: &[Done]) -> ExitCode {
    println!("\n{:<8} {:<32} {:>8} {:>8}  verdict", "case", "what", "orders", "seconds");
    for one in done {
        println!(
            "{:<8} {:<32} {:>8} {:>8.1}  {}",
            one.number(),
            one.case.title(),
            one.outcome.orders,
            one.took.as_secs_f64(),
            one.verdict()
        );
    }
    // Each case has a shop of its own, in which numbers are compared when its books are.
    let orders: usize = done.iter().map(|one| one.outcome.orders).sum();
    let shared =
        done.iter().flat_map(|one| &one.outcome.breaches).filter(|breach| breach.contains(" share "));
    let verdict = if shared.count() == 0 { "holds" } else { "BROKEN" };
    println!("{:<8} {:<32} {orders:>8} {:>8}  {verdict}", "25", "every order's own number", "");
    let breaches: usize = done.iter().map(|one| one.outcome.breaches.len()).sum();
    println!("{breaches} breaches");
    if breaches == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
