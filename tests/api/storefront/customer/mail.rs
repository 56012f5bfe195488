//! Mails: made by events, sent over SMTP, kept without a mail server.

use chrono::{TimeDelta, Utc};
use entity::mail::{self, MailState};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QueryOrder};
use tradepost::notification;

use super::PASSWORD;
use crate::support::TestShop;
use crate::support::mail::{MailServer, readable};

async fn rows(shop: &TestShop) -> Vec<mail::Model> {
    mail::Entity::find().order_by_asc(mail::Column::Id).all(shop.app.db.fresh()).await.unwrap()
}

async fn states(shop: &TestShop) -> Vec<MailState> {
    rows(shop).await.iter().map(|row| row.state).collect()
}

/// Makes a mail that waits due again.
async fn make_due(shop: &TestShop) {
    mail::Entity::update_many()
        .col_expr(mail::Column::RunAt, Expr::val(Utc::now() - TimeDelta::seconds(1)))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_sent_once_to_its_reader_and_nobody_else() {
    let server = MailServer::start().await;
    let shop = server.shop().await;
    shop.have_customer("ada@example.com").await;
    shop.recover("ada@example.com").await;
    shop.recover("nobody@example.com").await;
    shop.follow_events().await;
    shop.follow_events().await;
    assert_eq!(states(&shop).await, [MailState::Sent]);
    let taken = server.taken();
    assert_eq!(taken.len(), 1, "{taken:#?}");
    let mail = readable(&taken[0]);
    for part in [
        "<ada@example.com>",
        "shop@example.com",
        "Subject: Choose a new password for My shop",
        "Hello Ada,",
        "https://shop.example/front/account/reset/",
        "Content-Type: text/html",
        "multipart/alternative",
        "Message-ID: <",
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    let link = mail.lines().find(|line| line.starts_with("https://")).unwrap();
    let opened = shop.open_link(link, "another sentence").await;
    assert!(opened["customer"].is_object(), "the mailed link works: {opened:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_tried_again_under_the_same_name_until_it_is_taken() {
    let server = MailServer::start().await;
    let shop = server.shop().await;
    shop.have_customer("ada@example.com").await;
    server.answer_with("451 later");
    shop.recover("ada@example.com").await;
    shop.follow_events().await;
    let row = rows(&shop).await.remove(0);
    assert_eq!((row.state, row.attempts, row.lease_until), (MailState::Waiting, 1, None));
    assert!(row.run_at > Utc::now() + TimeDelta::seconds(10), "it waits");
    let error = row.last_error.unwrap();
    assert!(error.contains("451") && !error.contains("ada@"), "{error}");
    assert_eq!(notification::send_due(&shop.app).await.unwrap(), 0, "not before its time");
    make_due(&shop).await;
    notification::send_due(&shop.app).await.unwrap();
    let row = rows(&shop).await.remove(0);
    assert!(row.run_at > Utc::now() + TimeDelta::seconds(25), "it waits longer");
    server.answer_with("250 fine");
    make_due(&shop).await;
    notification::send_due(&shop.app).await.unwrap();
    assert_eq!(states(&shop).await, [MailState::Sent]);
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_refused_for_good_or_too_often_is_given_up() {
    let server = MailServer::start().await;
    let shop = server.shop().await;
    shop.have_customer("ada@example.com").await;
    server.answer_with("550 no such mailbox");
    shop.recover("ada@example.com").await;
    shop.follow_events().await;
    assert_eq!(states(&shop).await, [MailState::Failed]);
    server.answer_with("451 later");
    shop.recover("ada@example.com").await;
    for _ in 0..12 {
        shop.follow_events().await;
        make_due(&shop).await;
    }
    assert_eq!(states(&shop).await, [MailState::Failed, MailState::Failed]);
    assert_eq!(rows(&shop).await[1].attempts, 12);
    assert_eq!(server.taken().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_send_each_mail_once() {
    let server = MailServer::start().await;
    let shop = server.shop().await;
    let other = shop.second_node().await;
    for index in 0..8 {
        let email = format!("u{index}@example.com");
        shop.have_customer(&email).await;
        shop.recover(&email).await;
    }
    for _ in 0..400 {
        while tradepost::event::dispatch(&shop.app.db, &shop.app.clock, &notification::MAILS).await.unwrap()
            > 0
        {}
        if shop.has_followed(notification::MAILS.name).await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let (one, two) = tokio::join!(notification::send_due(&shop.app), notification::send_due(&other));
    assert_eq!(one.unwrap() + two.unwrap(), 8);
    assert_eq!(server.taken().len(), 8);
    assert_eq!(states(&shop).await, [MailState::Sent; 8]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_whose_link_became_useless_is_dropped() {
    let server = MailServer::start().await;
    let shop = server.shop().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    shop.recover("ada@example.com").await;
    let change = "mutation($token: String!) { customerUpdate(customerAccessToken: $token,
        customer: { password: \"another sentence\" }) { customerUserErrors { code } } }";
    shop.ask(change, serde_json::json!({ "token": token })).await;
    shop.follow_events().await;
    assert_eq!(states(&shop).await, [MailState::Dropped]);
    assert_eq!(server.taken().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mail_server_mails_are_kept_and_shown() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    shop.recover("ada@example.com").await;
    let (to, link) = shop.newest_link().await;
    assert_eq!(states(&shop).await, [MailState::Kept]);
    assert_eq!(to, "ada@example.com");
    let id = rows(&shop).await[0].id;
    let shown = notification::show_mail(&shop.app, id).await.unwrap().unwrap();
    let letter = shown.letter.unwrap();
    assert!(letter.text.contains(&link) && letter.html.contains(&link));
    shop.open_link(&link, PASSWORD).await;
    let after = notification::show_mail(&shop.app, id).await.unwrap().unwrap();
    assert!(after.letter.is_none(), "a used link is not shown any more");
    assert!(notification::show_mail(&shop.app, entity::id::MailId(999)).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_lists_and_shows_mails() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    shop.recover("ada@example.com").await;
    let (_, link) = shop.newest_link().await;
    let run = |arguments: &[&str]| {
        let config = &shop.app.config;
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tradepost"));
        command.args(arguments).current_dir(&config.data_dir).env("DATA_DIR", &config.data_dir);
        command.env("DATABASE_URL", secrecy::ExposeSecret::expose_secret(&config.database_url));
        let key = config.secret_key.as_ref().unwrap();
        command.env("SECRET_KEY", secrecy::ExposeSecret::expose_secret(key));
        command.env("PUBLIC_URL", config.public_url.as_str());
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (ok, list) = run(&["mail", "list"]);
    assert!(ok && list.contains("kept\trecovery\tada@example.com"), "{list}");
    let id = rows(&shop).await[0].id.to_string();
    let (ok, shown) = run(&["mail", "show", &id]);
    assert!(ok && shown.contains("To: ada@example.com") && shown.contains(&link), "{shown}");
    assert!(!run(&["mail", "show", "999"]).0);
}
