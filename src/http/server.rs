//! The server: routes, limits, start and stop.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as WebApp, HttpRequest, HttpResponse, HttpServer, web};

use super::answer::{MAX_BODY, refuse};
use super::observe::{RequestId, metrics_page, observe};
use super::{admin, graphiql, health, media, page, storefront};
use crate::app::App;
use crate::config::CorsOrigins;
use crate::graphql;

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

/// Starts to answer on an address. Signals are the caller's.
///
/// # Errors
/// When the address is taken.
pub fn start(app: App, listener: TcpListener) -> std::io::Result<Server> {
    super::install_metrics();
    let addr = listener.local_addr()?;
    let storefront_schema = web::Data::new(graphql::storefront::schema());
    let admin_schema = web::Data::new(graphql::admin::schema());
    let config = std::sync::Arc::clone(&app.config);
    let data = web::Data::new(app);
    let routes_of = std::sync::Arc::clone(&config);
    let mut server = HttpServer::new(move || {
        WebApp::new()
            .app_data(data.clone())
            .app_data(storefront_schema.clone())
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
    let server = server.listen(listener)?.run();
    let handle = server.handle();
    Ok(Server { addr, handle, running: tokio::spawn(server) })
}

fn configure(routes: &mut web::ServiceConfig, with_graphiql: bool) {
    for path in ["/api/{version}/graphql.json", "/api/{version}/graphql", "/graphql"] {
        routes.service(
            web::resource(path).route(web::post().to(storefront::answer)).default_service(web::to(only_post)),
        );
    }
    for path in ["/admin/api/{version}/graphql.json", "/admin/api/{version}/graphql"] {
        routes.service(
            web::resource(path).route(web::post().to(admin::answer)).default_service(web::to(only_post)),
        );
    }
    routes
        .route("/healthz", web::get().to(health::live))
        .route("/readyz", web::get().to(health::ready))
        .route("/metrics", web::get().to(metrics_page))
        .route("/media/{name}", web::get().to(media::picture))
        .route("/checkout/{token}", web::get().to(page::checkout))
        .route("/orders/{id}", web::get().to(page::order));
    if with_graphiql {
        routes.route("/graphiql", web::get().to(graphiql::page));
    }
}

fn cors(origins: &CorsOrigins) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "OPTIONS"])
        .allow_any_header()
        .expose_headers(["x-request-id"])
        .max_age(CORS_MAX_AGE_SECONDS);
    match origins {
        CorsOrigins::Any => cors.allow_any_origin().send_wildcard(),
        CorsOrigins::Only(origins) => origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)),
    }
}

async fn only_post(id: RequestId) -> HttpResponse {
    let message = "Send operations with POST";
    refuse(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message, &id.0)
}

async fn not_found(id: RequestId, _: HttpRequest) -> HttpResponse {
    refuse(StatusCode::NOT_FOUND, "NOT_FOUND", "There is nothing here", &id.0)
}
