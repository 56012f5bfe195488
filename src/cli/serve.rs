//! Running the server and the jobs, until a signal asks to stop.

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::Context;
use entity::access_token::AccessTokenKind;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tradepost::app::{self, App};
use tradepost::http;
use tradepost::job::Runner;
use tradepost::store;

/// Answers requests until asked to stop.
pub async fn serve(app: &App) -> anyhow::Result<ExitCode> {
    let listener = listen(app)?;
    tracing::info!(url = %app.config.public_url, "Serving");
    run(app, listener).await
}

/// Prints the addresses and a fresh admin token of the sample shop, and serves it.
pub async fn demo(app: &App) -> anyhow::Result<ExitCode> {
    let listener = listen(app)?;
    let scopes = ["read_orders", "write_orders"].map(str::to_owned);
    let token = store::create_access_token(app, AccessTokenKind::Admin, "demo", &scopes).await?;
    let shop = app.shop().await?;
    let url = |path: &str| app.config.url_of(path);
    super::say(&format!(
        "\n{} is open.\n\n  \
         Explore       {}\n  \
         Storefront    {}\n  \
         Admin API     {}\n  \
         Admin token   {token}\n\n  \
         Payments are tests here: provider \"test\" takes the tokens approve, decline, insufficient_funds and timeout.\n  \
         Stop with Ctrl-C.\n",
        shop.name,
        url("/graphiql"),
        url("/api/2026-04/graphql.json"),
        url("/admin/api/2026-04/graphql.json"),
    ))?;
    run(app, listener).await
}

/// Works on jobs until asked to stop.
pub async fn work(app: App) -> anyhow::Result<ExitCode> {
    tracing::info!("Working on jobs");
    let (stop, stopped) = watch::channel(false);
    let runner = tokio::spawn(Runner::new(app, app::job_kinds()).run(stopped));
    asked_to_stop().await?;
    stop.send_replace(true);
    runner.await?;
    Ok(ExitCode::SUCCESS)
}

/// Takes the address, after a look at what TLS needs: whoever starts the server reads at once what is wrong.
fn listen(app: &App) -> anyhow::Result<TcpListener> {
    http::tls_config(&app.config)?;
    if let Some(own) = http::own_certificate(&app.config)? {
        super::say(&format!(
            "TLS with a certificate of our own, for development only. Let clients trust it: {}\nSHA-256 {}",
            own.cert.display(),
            own.fingerprint
        ))?;
    }
    let addr = app.config.http_addr;
    TcpListener::bind(addr).with_context(|| format!("HTTP_ADDR cannot be listened on: {addr}"))
}

async fn run(app: &App, listener: TcpListener) -> anyhow::Result<ExitCode> {
    let server = http::start(app.clone(), listener)?;
    let (stop, stopped) = watch::channel(false);
    let runner =
        app.config.run_jobs.then(|| tokio::spawn(Runner::new(app.clone(), app::job_kinds()).run(stopped)));
    let mut running = server.running;
    tokio::select! {
        ended = &mut running => ended??,
        signal = asked_to_stop() => {
            signal?;
            tracing::info!("Stopping: requests under way are finished, new ones refused");
            server.handle.stop(true).await;
            running.await??;
        }
    }
    stop.send_replace(true);
    if let Some(runner) = runner {
        runner.await?;
    }
    app.db.clone().close().await?;
    Ok(ExitCode::SUCCESS)
}

async fn asked_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
