//! Files from the media store: pictures as they were stored or as they are wanted, films in parts.

use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    HeaderValue, IF_NONE_MATCH, IF_RANGE, RANGE, RETRY_AFTER,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use futures_util::stream;

use super::answer::refuse;
use super::observe::RequestId;
use crate::app::App;
use crate::error::Fault;
use crate::media::{FileKind, FileName, Shown, TransformError, Wish};

/// What is made of these bytes never changes: the name is their digest.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Up to this size a file is read at once; a larger one is sent as it is read.
const MAX_AT_ONCE: u64 = 4 * 1024 * 1024;

/// A file of the media store. `width`, `height`, `crop`, `format` and `scale` say how a picture is wanted; parameters
/// that make no sense, and those of files that are no pictures, are left aside.
pub async fn file(
    app: web::Data<App>,
    id: RequestId,
    request: HttpRequest,
    name: web::Path<String>,
) -> HttpResponse {
    let (name, size) = sized(&name);
    let Some(name) = FileName::parse(&name) else {
        return HttpResponse::NotFound().finish();
    };
    let wish = if name.kind().is_picture() { wish_of(&request, &size) } else { Wish::default() };
    let shown =
        if wish.is_empty() { Ok(Some(Shown::Original)) } else { app.media.transformed(&name, &wish).await };
    let answer = match shown {
        Ok(Some(Shown::Original)) => original(&app, &request, &name).await,
        Ok(Some(Shown::Variant { bytes, kind, name: variant })) => {
            let etag = format!("\"{}/{variant}\"", name.as_str());
            Ok(match unchanged(&request, &etag) {
                Some(answer) => answer,
                None => head_of(StatusCode::OK, kind, &etag).body(web::Bytes::from_owner(bytes)),
            })
        }
        Ok(None) => Ok(HttpResponse::NotFound().finish()),
        Err(error) => Ok(refused(&error, &id.0)),
    };
    answer.unwrap_or_else(|fault| refused(&TransformError::from(fault), &id.0))
}

/// A size within a name, as older clients write it: `NAME_50x50.png`, `NAME_50x.png`, `NAME_50x50_crop_center.png` are
/// `NAME.png` in a size. Returns the name without it, and the size as parameters.
fn sized(name: &str) -> (String, Vec<(&'static str, String)>) {
    let plain = || (name.to_owned(), Vec::new());
    let Some((digest, (size, ending))) =
        name.split_once('_').and_then(|(digest, rest)| Some((digest, rest.rsplit_once('.')?)))
    else {
        return plain();
    };
    let (size, crop) = size.split_once("_crop_").map_or((size, None), |(size, crop)| (size, Some(crop)));
    let Some((width, height)) = size.split_once('x') else {
        return plain();
    };
    let mut parameters = vec![("width", width.to_owned()), ("height", height.to_owned())];
    parameters.extend(crop.map(|crop| ("crop", crop.to_owned())));
    parameters.retain(|(_, value)| !value.is_empty());
    (format!("{digest}.{ending}"), parameters)
}

fn wish_of(request: &HttpRequest, size: &[(&'static str, String)]) -> Wish {
    let pairs: Vec<_> = url::form_urlencoded::parse(request.query_string().as_bytes()).collect();
    let pairs = pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    Wish::parse(size.iter().map(|(name, value)| (*name, value.as_str())).chain(pairs))
}

fn refused(error: &TransformError, request_id: &str) -> HttpResponse {
    let status = match error {
        TransformError::TooLarge | TransformError::Unreadable => StatusCode::UNPROCESSABLE_ENTITY,
        TransformError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        TransformError::Fault(fault) => {
            tracing::error!(request_id, cause = ?fault, "A file cannot be shown");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let mut answer = refuse(status, error.code(), &error.to_string(), request_id);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer
}

/// The answer to a caller who has it already.
fn unchanged(request: &HttpRequest, etag: &str) -> Option<HttpResponse> {
    let known = request.headers().get(IF_NONE_MATCH)?.to_str().ok()?;
    let is_known = known == "*" || known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag);
    is_known.then(|| {
        HttpResponse::NotModified()
            .insert_header((ETAG, etag))
            .insert_header((CACHE_CONTROL, FOREVER))
            .insert_header(("access-control-allow-origin", "*"))
            .finish()
    })
}

fn head_of(status: StatusCode, kind: FileKind, etag: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer
        .insert_header((CACHE_CONTROL, FOREVER))
        .insert_header((CONTENT_TYPE, kind.content_type()))
        .insert_header((ETAG, etag))
        .insert_header(("x-content-type-options", "nosniff"))
        .insert_header(("access-control-allow-origin", "*"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"));
    if !kind.is_picture() && !kind.is_film() {
        // Compressed on the way it could not be asked for in parts.
        answer.insert_header((CONTENT_ENCODING, "identity"));
    }
    if !kind.is_picture() && !kind.is_film() && !kind.is_model() {
        answer.insert_header((CONTENT_DISPOSITION, "attachment"));
    }
    answer
}

async fn original(app: &App, request: &HttpRequest, name: &FileName) -> Result<HttpResponse, Fault> {
    let etag = format!("\"{}\"", name.as_str());
    if let Some(answer) = unchanged(request, &etag) {
        return Ok(answer);
    }
    let wanted = request.headers().get(RANGE).and_then(|value| value.to_str().ok());
    let if_range = request.headers().get(IF_RANGE).and_then(|value| value.to_str().ok());
    let wanted = wanted.filter(|_| if_range.is_none_or(|tag| tag == etag));
    let is_head = request.method() == Method::HEAD;
    if wanted.is_none() && !is_head {
        return whole(app, name, &etag).await;
    }
    let Some(size) = app.media.head(name).await?.map(|found| found.size) else {
        return Ok(HttpResponse::NotFound().finish());
    };
    match wanted.map_or(Wanted::Whole, |text| parse_range(text, size)) {
        Wanted::Whole if is_head => {
            let nothing = SizedStream::new(size, stream::empty::<Result<_, std::io::Error>>());
            let mut answer = head_of(StatusCode::OK, name.kind(), &etag);
            Ok(answer.insert_header((ACCEPT_RANGES, "bytes")).body(nothing))
        }
        Wanted::Whole => whole(app, name, &etag).await,
        Wanted::Part(part) => {
            let Some(found) = app.media.open(name, Some(part.clone())).await? else {
                return Ok(HttpResponse::NotFound().finish());
            };
            let range = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
            let mut answer = head_of(StatusCode::PARTIAL_CONTENT, name.kind(), &etag);
            answer.insert_header((CONTENT_RANGE, range)).insert_header((ACCEPT_RANGES, "bytes"));
            Ok(answer.body(SizedStream::new(part.end.saturating_sub(part.start), found.into_stream())))
        }
        Wanted::Nothing => {
            let mut answer = HttpResponse::RangeNotSatisfiable();
            Ok(answer.insert_header((CONTENT_RANGE, format!("bytes */{size}"))).finish())
        }
    }
}

async fn whole(app: &App, name: &FileName, etag: &str) -> Result<HttpResponse, Fault> {
    let Some(found) = app.media.open(name, None).await? else {
        return Ok(HttpResponse::NotFound().finish());
    };
    let mut answer = head_of(StatusCode::OK, name.kind(), etag);
    answer.insert_header((ACCEPT_RANGES, "bytes"));
    let size = found.meta.size;
    Ok(if size <= MAX_AT_ONCE {
        answer.body(found.bytes().await?)
    } else {
        answer.body(SizedStream::new(size, found.into_stream()))
    })
}

/// What a `Range` asks for of a file.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// All of it: also where the range is not understood or names several parts.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Nothing,
}

/// Reads a range of bytes (RFC 9110, section 14).
fn parse_range(text: &str, size: u64) -> Wanted {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let number =
        |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let (start, end) = match (first.is_empty(), last.is_empty()) {
        (true, _) => match number(last) {
            Some(count) => (size.saturating_sub(count), size),
            None => return Wanted::Whole,
        },
        (false, true) => match number(first) {
            Some(start) => (start, size),
            None => return Wanted::Whole,
        },
        (false, false) => match (number(first), number(last)) {
            (Some(start), Some(last)) if start <= last => (start, size.min(last.saturating_add(1))),
            _ => return Wanted::Whole,
        },
    };
    if start < end { Wanted::Part(start..end) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_or_left_aside() {
        for (text, expected) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=10-19", Wanted::Part(10..20)),
            ("bytes=90-", Wanted::Part(90..100)),
            ("bytes=90-900", Wanted::Part(90..100)),
            ("bytes=-10", Wanted::Part(90..100)),
            ("bytes=-900", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=20-10", Wanted::Whole),
            ("bytes=0-1,5-6", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("items=0-1", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(parse_range(text, 100), expected, "{text}");
        }
    }

    #[test]
    fn a_size_is_read_out_of_a_name() {
        let read = |name: &str| {
            let (name, size) = sized(name);
            let size: Vec<String> = size.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{name} {}", size.join(" "))
        };
        assert_eq!(read("abc.png"), "abc.png ");
        assert_eq!(read("abc_50x60.png"), "abc.png width=50 height=60");
        assert_eq!(read("abc_50x.png"), "abc.png width=50");
        assert_eq!(read("abc_x60.png"), "abc.png height=60");
        assert_eq!(read("abc_50x50_crop_top.png"), "abc.png width=50 height=50 crop=top");
        assert_eq!(read("abc_large.png"), "abc_large.png ");
        assert_eq!(read("abc_50x50"), "abc_50x50 ");
    }
}
