//! A mail server for tests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sea_orm::{EntityTrait, QueryOrder};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tradepost::app::App;
use tradepost::config::Config;
use tradepost::{event, notification};

use super::TestShop;

/// A mail server of a test: takes what it is sent, or answers each recipient with a code.
pub struct MailServer {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<&'static str>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (taken, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new("250 fine")));
        let (into, answers) = (Arc::clone(&taken), Arc::clone(&answer));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(talk(socket, Arc::clone(&into), Arc::clone(&answers)));
            }
        });
        Self { port, taken, answer }
    }

    /// The mails that were taken, each with its recipients.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    /// Answers recipients with another code from now on.
    pub fn answer_with(&self, answer: &'static str) {
        *self.answer.lock().unwrap() = answer;
    }

    /// A shop that sends its mails here.
    pub async fn shop(&self) -> TestShop {
        self.shop_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn shop_with(&self, change: impl FnOnce(&mut Config)) -> TestShop {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        TestShop::open_with(move |config| {
            config.smtp_url = Some(url.into());
            config.mail_from = Some("The shop <shop@example.com>".to_owned());
            config.storefront_url = url::Url::parse("https://shop.example/front/").unwrap();
            change(config);
        })
        .await
    }
}

async fn talk(
    socket: tokio::net::TcpStream,
    taken: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<&'static str>>,
) {
    let (reader, mut writer) = socket.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 test\r\n").await.unwrap();
    let mut envelope = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let word = line.get(..4).unwrap_or_default().to_uppercase();
        let reply = match word.as_str() {
            "EHLO" | "HELO" => "250 test".to_owned(),
            "RCPT" => {
                envelope += &line;
                (*answer.lock().unwrap()).to_owned()
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await.unwrap();
                let mut body = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    body += &line;
                    body.push('\n');
                }
                taken.lock().unwrap().push(format!("{envelope}\n{body}"));
                envelope.clear();
                "250 taken".to_owned()
            }
            "QUIT" => break,
            _ => "250 fine".to_owned(),
        };
        if writer.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
            break;
        }
    }
}

/// The text of a quoted-printable or base64 mail, good enough for finding words.
pub fn readable(mail: &str) -> String {
    mail.replace("=\n", "").replace("=3D", "=")
}

/// Lets mails be written down of all that happened. On PostgreSQL events wait for whatever else runs on the same server.
pub async fn write_mails_down(app: &App) {
    for _ in 0..400 {
        while event::dispatch(&app.db, &app.clock, &notification::MAILS).await.unwrap() > 0 {}
        let last = entity::event::Entity::find()
            .order_by_desc(entity::event::Column::TxId)
            .order_by_desc(entity::event::Column::Seq)
            .one(app.db.writer())
            .await
            .unwrap();
        let place = entity::event_consumer::Entity::find_by_id(notification::MAILS.name);
        let place = place.one(app.db.writer()).await.unwrap();
        if last.map(|event| (event.tx_id, event.seq)) == place.map(|place| (place.tx_id, place.seq)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the mails are behind");
}
