//! The server: routes, limits, start and stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::LazyLock;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as WebApp, HttpRequest, HttpResponse, HttpServer, web};

use super::answer::{MAX_BODY, only_post, refuse};
use super::document::Documents;
use super::idempotency::REPLAYED;
use super::observe::{REQUEST_ID, RequestId, metrics_page, observe};
use super::persisted::PersistedQueries;
use super::tls::tls_config;
use super::{
    admin, checkout, graphiql, health, media, parcel_webhook, payment_webhook, storefront, test_payment_page,
};
use crate::app::App;
use crate::config::CorsOrigins;
use crate::graphql::{self, admin::AdminSchema, storefront::Schemas};

/// The schemas hold nothing of a shop: one build serves all servers of the process.
static STOREFRONT_SCHEMAS: LazyLock<web::Data<Schemas>> =
    LazyLock::new(|| web::Data::new(Schemas::default()));
static ADMIN_SCHEMA: LazyLock<web::Data<AdminSchema>> =
    LazyLock::new(|| web::Data::new(graphql::admin::schema()));

/// How long a client may take to send the head of a request.
const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a browser may remember that it may call the API.
const CORS_MAX_AGE_SECONDS: usize = 86_400;

/// A server that is running.
pub struct Server {
    /// Where it listens.
    pub addr: SocketAddr,
    /// To stop it: gracefully, requests under way finish and new ones are refused.
    pub handle: ServerHandle,
    /// Ends when the server has stopped.
    pub running: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// Starts to answer on an address, with TLS where the settings say so. Signals are the caller's.
///
/// # Errors
/// When the address is taken or the files of TLS cannot be used.
pub fn start(app: App, listener: TcpListener) -> std::io::Result<Server> {
    let tls = tls_config(&app.config).map_err(std::io::Error::other)?;
    super::install_metrics();
    let addr = listener.local_addr()?;
    let storefront_schemas = STOREFRONT_SCHEMAS.clone();
    let documents = web::Data::new(Documents::default());
    let persisted = web::Data::new(PersistedQueries::default());
    let admin_documents = web::Data::new(admin::AdminDocuments::default());
    let admin_schema = ADMIN_SCHEMA.clone();
    let config = std::sync::Arc::clone(&app.config);
    let follower = tokio::spawn(app.clone().follow_forever());
    let search = tokio::spawn(crate::search::run(app.clone()));
    let data = web::Data::new(app);
    let routes_of = std::sync::Arc::clone(&config);
    let mut server = HttpServer::new(move || {
        WebApp::new()
            .app_data(data.clone())
            .app_data(storefront_schemas.clone())
            .app_data(documents.clone())
            .app_data(persisted.clone())
            .app_data(admin_documents.clone())
            .app_data(admin_schema.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .wrap(Compress::default())
            .wrap(cors(&routes_of.cors_origins))
            .wrap(from_fn(observe))
            .configure(|routes| configure(routes, routes_of.graphiql))
            .default_service(web::to(not_found))
    })
    .client_request_timeout(REQUEST_HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(config.shutdown_time.as_secs())
    .disable_signals();
    if let Some(workers) = config.http_workers {
        server = server.workers(workers);
    }
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
        None => server.listen(listener)?,
    };
    let server = server.run();
    let handle = server.handle();
    let running = tokio::spawn(async move {
        let ended = server.await;
        follower.abort();
        search.abort();
        ended
    });
    Ok(Server { addr, handle, running })
}

fn configure(routes: &mut web::ServiceConfig, with_graphiql: bool) {
    for path in ["/api/{version}/graphql.json", "/api/{version}/graphql", "/graphql"] {
        routes.service(
            web::resource(path)
                .route(web::post().to(storefront::answer))
                .route(web::get().to(storefront::answer))
                .default_service(web::to(get_or_post)),
        );
    }
    for path in ["/admin/api/{version}/graphql.json", "/admin/api/{version}/graphql"] {
        routes.service(
            web::resource(path).route(web::post().to(admin::answer)).default_service(web::to(post_alone)),
        );
    }
    routes
        .route("/healthz", web::get().to(health::live))
        .route("/readyz", web::get().to(health::ready))
        .route("/metrics", web::get().to(metrics_page))
        .service(
            web::resource("/media/{name}")
                .route(web::get().to(media::file))
                .route(web::head().to(media::file)),
        )
        .service(
            web::resource("/checkout/test-payment/{reference}")
                .route(web::get().to(test_payment_page::show))
                .route(web::post().to(test_payment_page::decide)),
        )
        .configure(checkout_pages)
        .route("/orders/{id}", web::get().to(checkout::order::show))
        .route("/webhooks/payments/{provider}", web::post().to(payment_webhook::receive))
        .route("/webhooks/{provider}", web::post().to(parcel_webhook::receive));
    if with_graphiql {
        routes.route("/graphiql", web::get().to(graphiql::page));
    }
}

/// The pages of the hosted checkout.
fn checkout_pages(routes: &mut web::ServiceConfig) {
    use checkout::{adjust, again, asset, attempt, codes, delivery, information, payment};
    routes
        .route("/checkout/assets/{name}", web::get().to(asset::show))
        .route("/checkout/attempts/{id}", web::get().to(attempt::back))
        .service(
            // Providers lead there, and our own button.
            web::resource("/checkout/attempts/{id}/cancel")
                .route(web::get().to(attempt::cancel))
                .route(web::post().to(attempt::cancel)),
        )
        .service(
            web::resource("/checkout/{page}")
                .route(web::get().to(information::show))
                .route(web::post().to(information::save)),
        )
        .service(
            web::resource("/checkout/{page}/delivery")
                .route(web::get().to(delivery::show))
                .route(web::post().to(delivery::save)),
        )
        .service(
            web::resource("/checkout/{page}/payment")
                .route(web::get().to(payment::show))
                .route(web::post().to(payment::pay)),
        )
        .service(
            web::resource("/checkout/{page}/discount")
                .route(web::get().to(again::open))
                .route(web::post().to(codes::apply)),
        )
        .service(
            web::resource("/checkout/{page}/discount/remove")
                .route(web::get().to(again::open))
                .route(web::post().to(codes::remove)),
        )
        .service(
            web::resource("/checkout/{page}/adjust")
                .route(web::get().to(again::open))
                .route(web::post().to(adjust::adjust)),
        );
}

fn cors(origins: &CorsOrigins) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "OPTIONS"])
        .allow_any_header()
        .expose_headers([REQUEST_ID, REPLAYED])
        .max_age(CORS_MAX_AGE_SECONDS);
    match origins {
        // The header is the same whatever page asks: caches need not keep an answer for each.
        CorsOrigins::Any => cors.allow_any_origin().send_wildcard().disable_vary_header(),
        CorsOrigins::Only(origins) => origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)),
    }
}

async fn get_or_post(id: RequestId) -> HttpResponse {
    only_post("Send operations with POST, or queries with GET", "GET, POST", &id.0)
}

async fn post_alone(id: RequestId) -> HttpResponse {
    only_post("Send operations with POST", "POST", &id.0)
}

async fn not_found(id: RequestId, _: HttpRequest) -> HttpResponse {
    refuse(StatusCode::NOT_FOUND, "NOT_FOUND", "There is nothing here", &id.0)
}
