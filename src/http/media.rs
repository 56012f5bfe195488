//! Pictures from the media store.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;

/// A picture. Its name is made of its bytes, so it may be kept forever.
pub async fn picture(app: web::Data<App>, request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some(path) = app.media.path_of(&name) else {
        return HttpResponse::NotFound().finish();
    };
    let etag = format!("\"{name}\"");
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known == "*" || known.split(',').any(|tag| tag.trim() == etag)) {
        return HttpResponse::NotModified().insert_header((ETAG, etag)).finish();
    }
    let content_type = match path.extension().and_then(|extension| extension.to_str()) {
        Some("png") => "image/png",
        Some("jpg") => "image/jpeg",
        Some("webp") => "image/webp",
        _ => "image/gif",
    };
    match tokio::fs::read(&path).await {
        Ok(bytes) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .insert_header((CONTENT_TYPE, content_type))
            .insert_header((ETAG, etag))
            .insert_header(("x-content-type-options", "nosniff"))
            .insert_header(("access-control-allow-origin", "*"))
            .body(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => HttpResponse::NotFound().finish(),
        Err(error) => {
            tracing::error!(cause = %error, "A picture cannot be read");
            HttpResponse::InternalServerError().finish()
        }
    }
}
