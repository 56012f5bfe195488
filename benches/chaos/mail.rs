//! A mail server that takes everything and keeps who was sent what, and when.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    /// The same for each try of the same mail.
    pub message_id: String,
    pub at: Instant,
}

/// The server; it ends when it is dropped.
pub struct MailServer {
    pub addr: SocketAddr,
    mails: Arc<Mutex<Vec<Mail>>>,
    task: JoinHandle<()>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let mails = Arc::<Mutex<Vec<Mail>>>::default();
        let kept = Arc::clone(&mails);
        let task = tokio::spawn(async move {
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    let kept = Arc::clone(&kept);
                    tokio::spawn(async move {
                        // A client that hangs up has nothing more to send.
                        let _ = converse(stream, &kept).await;
                    });
                }
            }
        });
        Self { addr, mails, task }
    }

    /// What was taken so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, kept: &Mutex<Vec<Mail>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut to) = (String::new(), String::new());
    stream.write_all(b"220 chaos\r\n").await?;
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_ascii_uppercase();
        let answer: &[u8] = if command.starts_with("EHLO") || command.starts_with("HELO") {
            b"250-chaos\r\n250 8BITMIME\r\n"
        } else if command.starts_with("RCPT TO") {
            to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            b"250 ok\r\n"
        } else if command == "DATA" {
            stream.write_all(b"354 go on\r\n").await?;
            let Some((subject, message_id)) = letter(&mut stream).await? else { return Ok(()) };
            let mail = Mail { to: to.clone(), subject, message_id, at: Instant::now() };
            // Kept before it is acknowledged: a sender that dies in between sends it again.
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
            b"250 taken\r\n"
        } else if command == "QUIT" {
            stream.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            b"250 ok\r\n"
        };
        stream.write_all(answer).await?;
    }
}

/// Reads a letter to its end; its subject and its id. `None` where it is cut off.
async fn letter(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, String)>> {
    let (mut subject, mut message_id, mut in_head) = (String::new(), String::new(), true);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if stream.read_until(b'\n', &mut bytes).await? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end();
        if line == "." {
            return Ok(Some((subject, message_id)));
        }
        in_head = in_head && !line.is_empty();
        if let (true, Some((name, value))) = (in_head, line.split_once(':')) {
            match name.to_ascii_lowercase().as_str() {
                "subject" => value.trim().clone_into(&mut subject),
                "message-id" => value.trim().clone_into(&mut message_id),
                _ => {}
            }
        }
    }
}
