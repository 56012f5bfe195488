//! A client that costs little and survives a server that dies: one kept connection, made anew when it is lost.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::message::{self, Message};

/// How long an answer is waited for: longer than the server waits for an attempt.
const PATIENCE: Duration = Duration::from_secs(40);

/// One connection.
pub struct Connection {
    addr: SocketAddr,
    stream: Option<TcpStream>,
    held: Vec<u8>,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    message: Message,
}

impl Answer {
    pub fn body(&self) -> &str {
        &self.message.body
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.message.header(name)
    }
}

impl Connection {
    /// A connection that is made when it is first needed.
    pub fn to(addr: SocketAddr) -> Self {
        Self { addr, stream: None, held: Vec::new() }
    }

    /// Sends a request; `None` where no answer came.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: shop\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let sent = [head.as_bytes(), body.as_bytes()].concat();
        let answer = tokio::time::timeout(PATIENCE, self.exchange(&sent)).await.unwrap_or(None);
        if answer.is_none() {
            self.stream = None;
            self.held.clear();
        }
        answer
    }

    async fn exchange(&mut self, sent: &[u8]) -> Option<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.addr).await.ok()?;
                stream.set_nodelay(true).ok()?;
                stream
            }
        };
        stream.write_all(sent).await.ok()?;
        let message = message::read(&mut stream, &mut self.held).await?;
        let status = message.first.split(' ').nth(1)?.parse().ok()?;
        if message.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Some(Answer { status, message })
    }
}
