//! A provider that goes away while it is asked.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::Value;

/// The address of a server that answers one request and is gone then.
pub fn answering_once(body: &Value) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = body.to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        drop(listener);
        let mut asked = Vec::new();
        let mut part = [0; 4096];
        while !is_whole(&asked) {
            let count = stream.read(&mut part).unwrap();
            assert_ne!(count, 0, "the request ends in the middle");
            asked.extend_from_slice(&part[..count]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
    });
    url
}

/// Whether a request has its head and as much of a body as the head tells.
fn is_whole(asked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(asked).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let told = head.split_once("content-length: ").map_or("0", |(_, rest)| rest.lines().next().unwrap());
    body.len() >= told.parse::<usize>().unwrap()
}
