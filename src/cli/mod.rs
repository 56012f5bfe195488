//! The command line: reads the settings, opens the shop, calls one function.

mod access;
mod demo;
mod demo_content;
mod demo_delivery;
mod demo_discounts;
mod demo_markets;
mod demo_metafield;
mod demo_prices;
mod demo_pricing_rules;
mod demo_taxes;
mod demo_translation;
mod import;
mod mail;
mod pricing;
mod recommendation;
mod search;
mod serve;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use tradepost::app::App;
use tradepost::config::{Config, LogFormat};
use tradepost::graphql;

/// Exit code where the settings cannot be used, after the convention of sysexits.
const BAD_CONFIG: u8 = 78;

/// A self-hosted commerce server in one binary.
///
/// Settings come from the environment and from a file .env in the current folder; .env.example explains each one.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some rows were refused, 78 wrong settings."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests. Also works on jobs unless RUN_JOBS is off. Migrates a SQLite database by itself.
    Serve(Tls),
    /// Work on jobs only, beside servers that run with RUN_JOBS off.
    Worker,
    /// Bring the tables of the database up to date.
    Migrate,
    /// Lay a sample shop (once), print its addresses and a first admin token, and serve it.
    Demo(Tls),
    /// Bring data in.
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Print a GraphQL schema.
    Schema {
        /// Which one.
        which: WhichSchema,
    },
    /// Manage the people who work in the back office.
    Staff {
        #[command(subcommand)]
        what: Staff,
    },
    /// Look at the mails that were made for customers.
    Mail {
        #[command(subcommand)]
        what: Mail,
    },
    /// Look after the rules that change prices by themselves.
    Pricing {
        #[command(subcommand)]
        what: Pricing,
    },
    /// Look after what shoppers are recommended.
    Recommendation {
        #[command(subcommand)]
        what: Recommendation,
    },
    /// Look after what shoppers find.
    Search {
        #[command(subcommand)]
        what: Search,
    },
    /// Manage the tokens of front ends and programs.
    Token {
        #[command(subcommand)]
        what: Token,
    },
}

/// How the server speaks TLS itself. Each flag stands for a setting and beats it.
#[derive(clap::Args)]
struct Tls {
    /// A PEM file with the certificate and those that lead to its root (TLS_CERT).
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// A PEM file with the certificate's private key (TLS_KEY).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Make a certificate for this machine in DATA_DIR/tls; for development only (TLS_SELF_SIGNED).
    #[arg(long, conflicts_with = "tls_cert")]
    tls_self_signed: bool,
}

impl Tls {
    /// The setting that a flag stands for.
    fn variable(&self, name: &str) -> Option<String> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        match name {
            "TLS_CERT" => path(&self.tls_cert),
            "TLS_KEY" => path(&self.tls_key),
            "TLS_SELF_SIGNED" => self.tls_self_signed.then(|| "on".to_owned()),
            _ => None,
        }
    }
}

impl Command {
    fn variable(&self, name: &str) -> Option<String> {
        match self {
            Self::Serve(tls) | Self::Demo(tls) => tls.variable(name),
            _ => None,
        }
    }
}

#[derive(Subcommand)]
enum Import {
    /// Import products from a CSV file in the form that Shopify exports.
    Products {
        /// The file. Pictures with relative paths are looked for beside it.
        file: PathBuf,
        /// Check everything and tell what would be done, but change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum WhichSchema {
    /// What shoppers see.
    Storefront,
    /// What staff see.
    Admin,
}

#[derive(Subcommand)]
enum Staff {
    /// Take somebody on. The password is read from TRADEPOST_PASSWORD or from the first line of standard input.
    Create {
        /// By which they sign in.
        #[arg(long)]
        email: String,
        /// What they are called.
        #[arg(long)]
        name: String,
    },
}

#[derive(Subcommand)]
enum Mail {
    /// List the newest ones: number, time, state, kind, recipient.
    List,
    /// Show one with its words.
    Show {
        /// Its number in the list.
        id: i64,
    },
}

#[derive(Subcommand)]
enum Pricing {
    /// List the rules: number, state, name.
    Rules,
    /// Tell what a rule would make of each price, and change nothing. It may be activated then.
    Simulate {
        /// Its number in the list.
        rule: i64,
    },
    /// Switch a rule on.
    Activate {
        /// Its number in the list.
        rule: i64,
    },
    /// Switch a rule off.
    Pause {
        /// Its number in the list.
        rule: i64,
    },
    /// Run an active rule now.
    Run {
        /// Its number in the list.
        rule: i64,
    },
    /// Put the prices that a run changed back to what they were, and pause its rule.
    Revert {
        /// The run's number, which it told.
        run: i64,
    },
}

#[derive(Subcommand)]
enum Recommendation {
    /// Count anew, from the orders, which products are bought together.
    Rebuild,
}

#[derive(Subcommand)]
enum Search {
    /// Build the search index anew from the database.
    Rebuild,
}

#[derive(Subcommand)]
enum Token {
    /// Make a token and print it. It is told this once.
    Create {
        /// For a front end, or for a back-office program.
        kind: access::TokenKind,
        /// What it is for, in your words.
        #[arg(long, default_value = "unnamed")]
        name: String,
        /// What an admin token may do; repeat for several.
        #[arg(long = "scope", default_value = "read_orders")]
        scopes: Vec<String>,
    },
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match dotenvy::dotenv() {
        Ok(_) => {}
        Err(error) if error.not_found() => {}
        Err(error) => return fail(BAD_CONFIG, &format!(".env cannot be read: {error}")),
    }
    if let Command::Schema { which } = arguments.command {
        return print_schema(which);
    }
    let config = match read_config(&arguments.command) {
        Ok(config) => config,
        Err(errors) => return fail(BAD_CONFIG, &errors.to_string()),
    };
    start_logging(config.log_format);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(1, &error.to_string()),
    };
    match runtime.block_on(execute(arguments.command, config)) {
        Ok(code) => code,
        Err(error) => fail(1, &format!("{error:#}")),
    }
}

fn read_config(command: &Command) -> Result<Config, tradepost::config::ConfigErrors> {
    Config::from_variables(&|name| command.variable(name).or_else(|| std::env::var(name).ok()))
}

async fn execute(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(_) => serve::serve(&open(config, true).await?).await,
        Command::Worker => serve::work(open(config, false).await?).await,
        Command::Migrate => {
            let app = App::open(config).await?;
            let pending = app.db.pending_migrations().await?;
            prepare(&app).await?;
            say(&format!("{pending} migrations applied; the database is up to date"))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Demo(_) => {
            let app = App::open(Config { demo: true, ..config }).await?;
            app.db.migrate().await.context("the database cannot be migrated")?;
            demo::load_sample_shop(&app).await?;
            serve::demo(&app).await
        }
        Command::Import { what: Import::Products { file, dry_run } } => {
            import::import(&open(config, true).await?, &file, dry_run).await
        }
        Command::Staff { what: Staff::Create { email, name } } => {
            access::create_staff(&open(config, true).await?, &email, name).await
        }
        Command::Mail { what: Mail::List } => mail::list(&open(config, true).await?).await,
        Command::Mail { what: Mail::Show { id } } => mail::show(&open(config, true).await?, id).await,
        Command::Token { what: Token::Create { kind, name, scopes } } => {
            access::create_token(&open(config, true).await?, kind, &name, &scopes).await
        }
        Command::Pricing { what } => {
            let app = open(config, true).await?;
            match what {
                Pricing::Rules => pricing::list(&app).await,
                Pricing::Simulate { rule } => pricing::simulate(&app, rule).await,
                Pricing::Activate { rule } => pricing::activate(&app, rule).await,
                Pricing::Pause { rule } => pricing::pause(&app, rule).await,
                Pricing::Run { rule } => pricing::run(&app, rule).await,
                Pricing::Revert { run } => pricing::revert(&app, run).await,
            }
        }
        Command::Recommendation { what: Recommendation::Rebuild } => {
            recommendation::rebuild(&open(config, true).await?).await
        }
        Command::Search { what: Search::Rebuild } => search::rebuild(&open(config, true).await?).await,
        Command::Schema { which } => Ok(print_schema(which)),
    }
}

/// Opens the shop. A SQLite database is migrated on the way; a PostgreSQL database has to be up to date.
async fn open(config: Config, lays_sqlite: bool) -> anyhow::Result<App> {
    let app = App::open(config).await?;
    if app.db.is_embedded() && lays_sqlite {
        prepare(&app).await?;
    } else if app.db.pending_migrations().await? > 0 {
        anyhow::bail!("the database is not up to date: run tradepost migrate");
    }
    Ok(app)
}

/// Migrates, and sets up an empty shop where there is none.
async fn prepare(app: &App) -> anyhow::Result<()> {
    app.db.migrate().await.context("the database cannot be migrated")?;
    tradepost::store::save_shop(app, &tradepost::store::NewShop::default()).await?;
    Ok(())
}

fn print_schema(which: WhichSchema) -> ExitCode {
    let sdl = match which {
        WhichSchema::Storefront => graphql::storefront::schema().sdl(),
        WhichSchema::Admin => graphql::admin::schema().sdl(),
    };
    match write!(std::io::stdout(), "{sdl}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error.to_string()),
    }
}

fn start_logging(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    let logging = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => logging.init(),
        LogFormat::Json => logging.json().init(),
    }
}

/// Writes a line for the person who called.
fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn fail(code: u8, message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{message}");
    ExitCode::from(code)
}
