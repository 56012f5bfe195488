//! The load program: fills a shop, starts the server as a process of its own and asks it over HTTP.
//!
//! It prints, for each kind of request, how many were answered a second, the median and the 99th percentile of the time
//! to the last byte, the processor time that the server (and a PostgreSQL on this machine) spent on each, and the
//! server's memory. The program itself runs on the same machine, so what it takes itself is told as well.
//!
//! With `--orders` it lays the sample shop instead, with the test gateway on, and orders.
//!
//! ```sh
//! cargo bench --bench load -- --orders --database postgres://postgres@127.0.0.1/tradepost_load
//! cargo bench --bench load -- --products 100000 --database postgres://postgres@127.0.0.1/tradepost_load
//! ```

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

mod catalogue;
mod client;
mod order;
mod process;
mod scenario;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;

use order::{Shelf, Spread};
use process::Server;
use scenario::{Scenario, Subjects};

/// Measures the server under load.
#[derive(Parser)]
struct Arguments {
    /// How many products the shop has, each in three variants.
    #[arg(long, default_value_t = 1_000)]
    products: usize,
    /// Where they are kept; a new SQLite file where nothing is said. A PostgreSQL database must be empty, or filled by an
    /// earlier run with as many products.
    #[arg(long)]
    database: Option<String>,
    /// How many connections ask at the same time.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// How long each kind of request is asked.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Only these kinds of requests.
    #[arg(long)]
    only: Vec<Scenario>,
    /// Order, instead of asking.
    #[arg(long)]
    orders: bool,
    /// Begin with nothing remembered: the first to show a product reads it.
    #[arg(long)]
    cold: bool,
    /// The folder of the shop; a temporary one where nothing is said.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let temporary = tempfile::tempdir().unwrap();
    let folder = arguments.folder.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder).unwrap();
    let database = arguments
        .database
        .clone()
        .unwrap_or_else(|| format!("sqlite:{}", folder.join("tradepost.db").display()));
    if arguments.orders {
        measure_orders(&arguments, &folder, &database);
        return;
    }
    catalogue::fill(&folder, &database, arguments.products);
    let server = Server::start(&folder, &database);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Subjects::wait_for_search(&server));
    let subjects = runtime.block_on(Subjects::find(&server, arguments.products));
    if !arguments.cold {
        runtime.block_on(Subjects::show_all(&server));
    }
    println!(
        "{} products, {} connections, {}, server {:.0} MiB before",
        arguments.products,
        arguments.connections,
        name_of(&database),
        server.resident_mib(),
    );
    println!(
        "kind         req/s   p50 ms   p99 ms   server ms/req   database ms/req   load ms/req   bytes   MiB"
    );
    let scenarios = if arguments.only.is_empty() { Scenario::ALL.to_vec() } else { arguments.only.clone() };
    for scenario in scenarios {
        // What is remembered and compiled on first use is not what a shop lives with.
        runtime.block_on(scenario::run(
            &server,
            &subjects,
            scenario,
            arguments.connections,
            Duration::from_secs(3),
        ));
        let length = Duration::from_secs(arguments.seconds);
        let (server_before, database_before, own_before) =
            (server.cpu(), process::database_cpu(), process::own_cpu());
        let outcome =
            runtime.block_on(scenario::run(&server, &subjects, scenario, arguments.connections, length));
        let count = outcome.times.len().max(1) as f64;
        let each = |before: Duration, after: Duration| (after - before).as_secs_f64() * 1_000.0 / count;
        let percentile = |share: f64| {
            let place = ((count - 1.0) * share) as usize;
            outcome.times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        println!(
            "{:<10} {:>7.0} {:>8.2} {:>8.2} {:>15.3} {:>17.3} {:>13.3} {:>7} {:>5.0}",
            scenario.name(),
            count / outcome.took.as_secs_f64(),
            percentile(0.5),
            percentile(0.99),
            each(server_before, server.cpu()),
            each(database_before, process::database_cpu()),
            each(own_before, process::own_cpu()),
            outcome.bytes / outcome.times.len().max(1),
            server.resident_mib(),
        );
    }
}

fn name_of(database: &str) -> &'static str {
    if database.starts_with("sqlite") { "SQLite" } else { "PostgreSQL on the same machine" }
}

/// Orders spread over many products, then of one hot variant.
fn measure_orders(arguments: &Arguments, folder: &Path, database: &str) {
    Shelf::fill(folder, database);
    let server = Server::start_demo(folder, database);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shelf = runtime.block_on(Shelf::find(&server));
    println!("orders, {} connections, {}", arguments.connections, name_of(database));
    println!("kind       orders   orders/s   p50 ms   p99 ms   server ms   database ms   load ms   MiB");
    for spread in Spread::ALL {
        let run =
            |length| runtime.block_on(order::run(&server, &shelf, spread, arguments.connections, length));
        run(Duration::from_secs(3));
        let (server_before, database_before, own_before) =
            (server.cpu(), process::database_cpu(), process::own_cpu());
        let outcome = run(Duration::from_secs(arguments.seconds));
        let count = outcome.times.len().max(1) as f64;
        let each = |before: Duration, after: Duration| (after - before).as_secs_f64() * 1_000.0 / count;
        let percentile = |share: f64| {
            let place = ((count - 1.0) * share) as usize;
            outcome.times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        println!(
            "{:<8} {:>8} {:>10.1} {:>8.2} {:>8.2} {:>11.3} {:>13.3} {:>9.3} {:>5.0}",
            spread.name(),
            outcome.times.len(),
            count / outcome.took.as_secs_f64(),
            percentile(0.5),
            percentile(0.99),
            each(server_before, server.cpu()),
            each(database_before, process::database_cpu()),
            each(own_before, process::own_cpu()),
            server.resident_mib(),
        );
    }
}
