//! Whether the server lives, and whether it can sell.

use std::time::Duration;

use actix_web::{HttpResponse, web};

use crate::app::App;

/// How long the writer may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The writer accepts writes.
pub async fn ready(app: web::Data<App>) -> HttpResponse {
    let fault = match tokio::time::timeout(PATIENCE, app.db.check_writer()).await {
        Ok(Ok(())) => return HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer in time".to_owned(),
    };
    tracing::error!(cause = fault, "The writer does not accept writes");
    HttpResponse::ServiceUnavailable()
        .content_type("text/plain")
        .body("the database does not accept writes\n")
}
