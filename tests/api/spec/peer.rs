//! A stand-in of a vendor on this machine: it keeps what it is asked and answers what the test prepared.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::Value;

/// What the peer was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// With the query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A header, if it was sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// What the peer answers.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub headers: Vec<(String, String)>,
    /// How long it lets the other side wait.
    pub after: Duration,
}

impl Answer {
    pub fn json(status: u16, body: &Value) -> Self {
        Self::text(status, body.to_string())
    }

    pub fn text(status: u16, body: impl Into<String>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status, body: body.into(), headers, after: Duration::ZERO }
    }

    /// The same, later than anybody waits for.
    pub fn too_late(self) -> Self {
        Self { after: Duration::from_secs(60), ..self }
    }
}

type Respond = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A peer that runs until it is dropped.
pub struct Peer {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    respond: Arc<Mutex<Arc<Respond>>>,
    server: actix_web::dev::ServerHandle,
}

impl Peer {
    /// Starts a peer that answers by a function of the request.
    pub fn start(respond: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let respond: Arc<Mutex<Arc<Respond>>> = Arc::new(Mutex::new(Arc::new(respond)));
        let (kept, responding) = (Arc::clone(&asked), Arc::clone(&respond));
        let server = HttpServer::new(move || {
            let (kept, responding) = (Arc::clone(&kept), Arc::clone(&responding));
            let answer = move |request: HttpRequest, body: web::Bytes| {
                let (kept, responding) = (Arc::clone(&kept), Arc::clone(&responding));
                async move { answer(&kept, &responding, &request, &body).await }
            };
            App::new().default_service(web::to(answer))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, asked, respond, server: handle }
    }

    /// Answers differently from now on.
    pub fn respond(&self, respond: impl Fn(&Asked) -> Answer + Send + Sync + 'static) {
        *lock(&self.respond) = Arc::new(respond);
    }

    /// What it was asked so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.asked).clone()
    }

    /// What it was asked by a method at paths that begin so.
    pub fn asked_for(&self, method: &str, path: &str) -> Vec<Asked> {
        let fits = |asked: &Asked| asked.method == method && asked.path().starts_with(path);
        self.asked().into_iter().filter(fits).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Told, not awaited: the test is over.
        drop(self.server.stop(false));
    }
}

async fn answer(
    kept: &Mutex<Vec<Asked>>,
    respond: &Mutex<Arc<Respond>>,
    request: &HttpRequest,
    body: &[u8],
) -> HttpResponse {
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let asked = Asked {
        method: request.method().to_string(),
        target: request.uri().to_string(),
        headers: request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: String::from_utf8_lossy(body).into_owned(),
    };
    lock(kept).push(asked.clone());
    let responding = Arc::clone(&lock(respond));
    let answer = responding(&asked);
    if !answer.after.is_zero() {
        tokio::time::sleep(answer.after).await;
    }
    let mut response = HttpResponse::build(StatusCode::from_u16(answer.status).unwrap());
    for (name, value) in &answer.headers {
        response.insert_header((name.as_str(), value.as_str()));
    }
    response.body(answer.body)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
