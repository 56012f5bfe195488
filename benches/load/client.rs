//! A client that costs little: HTTP/1.1 over one kept connection, no more than the answers of this server need.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection.
pub struct Connection {
    stream: TcpStream,
    held: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, held: Vec::with_capacity(64 * 1024) }
    }

    /// Sends a GraphQL request and returns the body of the answer.
    pub async fn post(&mut self, body: &str) -> Vec<u8> {
        let head = format!(
            "POST /api/2026-04/graphql.json HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        self.stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.unwrap();
        let head_end = loop {
            if let Some(place) = self.held.windows(4).position(|window| window == b"\r\n\r\n") {
                break place + 4;
            }
            self.read().await;
        };
        let head = String::from_utf8_lossy(&self.held[..head_end]).to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize =
            length.unwrap_or_else(|| panic!("an answer without a length: {head}")).trim().parse().unwrap();
        while self.held.len() < head_end + length {
            self.read().await;
        }
        let answer = self.held[head_end..head_end + length].to_vec();
        self.held.drain(..head_end + length);
        answer
    }

    async fn read(&mut self) {
        let count = self.stream.read_buf(&mut self.held).await.unwrap();
        assert!(count > 0, "the server closed the connection");
    }
}
