//! The provider's side of HTTP.

use std::sync::Arc;

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use super::act::Form;
use super::desk::Desk;
use crate::message::{self, Message};

/// What the provider is asked.
pub struct Request {
    pub method: String,
    /// With the query.
    target: String,
    message: Message,
}

impl Request {
    fn of(message: Message) -> Option<Self> {
        let mut words = message.first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        Some(Self { method, target, message })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.message.header(name)
    }

    pub fn body(&self) -> &str {
        &self.message.body
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The parts of the path behind the version.
    pub fn parts(&self) -> Vec<&str> {
        self.path().trim_start_matches("/v1/").split('/').collect()
    }

    pub fn query(&self) -> Form {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    pub fn form(&self) -> Form {
        url::form_urlencoded::parse(self.message.body.as_bytes()).into_owned().collect()
    }
}

/// What it answers.
pub enum Reply {
    Told {
        status: u16,
        body: Value,
        /// Whether it is the answer of an earlier request with the same key.
        replayed: bool,
    },
    /// Nothing: the connection is closed.
    Cut,
}

impl Reply {
    pub fn told(status: u16, body: Value) -> Self {
        Self::Told { status, body, replayed: false }
    }
}

/// Answers whoever connects, for ever.
pub async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, Arc::clone(&desk)));
        }
    }
}

async fn converse(mut stream: TcpStream, desk: Arc<Desk>) {
    let _ = stream.set_nodelay(true);
    let mut held = Vec::with_capacity(8 * 1024);
    while let Some(request) = message::read(&mut stream, &mut held).await.and_then(Request::of) {
        // What was begun is done also where the other side is dead by now.
        let Reply::Told { status, body, replayed } = Arc::clone(&desk).answer(request).await else { return };
        let body = body.to_string();
        let again = if replayed { "idempotent-replayed: true\r\n" } else { "" };
        let answer = format!(
            "HTTP/1.1 {status} Told\r\ncontent-type: application/json\r\nrequest-id: req_chaos\r\n{again}\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
