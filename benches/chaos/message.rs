//! HTTP/1.1 as far as the server, its provider and its clients need it here: heads, and bodies whose length is told.

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A request or an answer.
pub struct Message {
    /// The line that it begins with.
    pub first: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Message {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// The next message on a connection; `None` where it was closed or what came is none. `held` keeps what came too early.
pub async fn read(stream: &mut TcpStream, held: &mut Vec<u8>) -> Option<Message> {
    let head_end = loop {
        if let Some(place) = held.windows(4).position(|window| window == b"\r\n\r\n") {
            break place + 4;
        }
        more(stream, held).await?;
    };
    let head = String::from_utf8_lossy(&held[..head_end]).into_owned();
    let mut lines = head.lines();
    let first = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = match headers.iter().find(|(name, _)| name == "content-length") {
        Some((_, value)) => value.parse().ok()?,
        None => 0,
    };
    while held.len() < head_end + length {
        more(stream, held).await?;
    }
    let body = String::from_utf8_lossy(&held[head_end..head_end + length]).into_owned();
    held.drain(..head_end + length);
    Some(Message { first, headers, body })
}

async fn more(stream: &mut TcpStream, held: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(held).await {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(()),
    }
}
