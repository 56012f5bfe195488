//! Store credit: what staff give and take, what carts hold, what ends, and who reads it.

use std::collections::HashSet;

use chrono::{TimeDelta, Utc};
use entity::id::{CustomerId, StoreCreditAccountId};
use entity::store_credit_txn::StoreCreditTxnKind;
use entity::{customer, event, store_credit_account, store_credit_txn};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::clock::Clock;
use tradepost::error::Fault;
use tradepost::money::{MAX_MINOR, Money};
use tradepost::store_credit::{
    self, Credit, Debit, StoreCreditError, StoreCreditUse, accounts_of, credit, debit, debit_in, expire_due,
    find_account, give_back_in,
};

use crate::support::market::currency;
use crate::support::{TestShop, at_once};

async fn have_customer(shop: &TestShop, email: &str) -> CustomerId {
    let query = "mutation($email: String!) { customerCreate(input: { email: $email, password: \"a lovely sentence\" }) {
        customer { id } customerUserErrors { code } } }";
    let made = shop.ask(query, json!({ "email": email })).await;
    let id = made["customerCreate"]["customer"]["id"].as_str().unwrap();
    CustomerId(id.rsplit('/').next().unwrap().parse().unwrap())
}

fn euros(minor: i64) -> Money {
    Money::new(minor, currency("EUR"))
}

fn gift(customer: CustomerId, minor: i64, reference: &str) -> Credit {
    Credit { customer, amount: euros(minor), reference: reference.to_owned(), expires_at: None }
}

async fn give(app: &App, customer: CustomerId, minor: i64) -> StoreCreditAccountId {
    let reference = format!("given {minor}");
    credit(app, &Actor::System, &gift(customer, minor, &reference)).await.unwrap().account
}

async fn account(app: &App, id: StoreCreditAccountId) -> store_credit_account::Model {
    store_credit_account::Entity::find_by_id(id).one(app.db.fresh()).await.unwrap().unwrap()
}

async fn ledger(app: &App, id: StoreCreditAccountId) -> Vec<(StoreCreditTxnKind, i64)> {
    let entries = store_credit_txn::Entity::find()
        .filter(store_credit_txn::Column::AccountId.eq(id))
        .order_by_asc(store_credit_txn::Column::Id);
    let entries = entries.all(app.db.fresh()).await.unwrap();
    entries.into_iter().map(|entry| (entry.kind, entry.delta_minor)).collect()
}

async fn balance_is(app: &App, id: StoreCreditAccountId, minor: i64) {
    assert_eq!(account(app, id).await.balance_minor, minor);
    let sum: i64 = ledger(app, id).await.iter().map(|(_, delta)| *delta).sum();
    assert_eq!(sum, minor, "the balance is the sum of the ledger");
}

/// Takes money as the checkout does; what cannot be taken in full is rolled back.
async fn hold(app: &App, reference: &str, uses: &[StoreCreditUse]) -> bool {
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let taken = debit_in(&tx, app.clock.now(), reference, uses).await?;
            if taken {
                tx.commit().await?;
            }
            Ok::<_, Fault>(taken)
        })
        .await
        .unwrap()
}

async fn release(app: &App, reference: &str) {
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            give_back_in(&tx, app.clock.now(), reference).await?;
            tx.commit().await?;
            Ok::<_, Fault>(())
        })
        .await
        .unwrap();
}

fn of(account: StoreCreditAccountId, amount_minor: i64) -> StoreCreditUse {
    StoreCreditUse { account, amount_minor }
}

/// Everything that store credit is made of.
async fn everything(app: &App) -> String {
    let db = app.db.fresh();
    let rows = (
        store_credit_account::Entity::find().all(db).await.unwrap(),
        store_credit_txn::Entity::find().all(db).await.unwrap(),
        event::Entity::find().all(db).await.unwrap().len(),
    );
    format!("{rows:#?}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_and_taken_without_sense_is_refused() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let ada = have_customer(&shop, "ada@example.com").await;
    let gone = have_customer(&shop, "gone@example.com").await;
    customer::Entity::update_many()
        .col_expr(customer::Column::State, Expr::value("erased"))
        .filter(customer::Column::Id.eq(gone))
        .exec(app.db.writer())
        .await
        .unwrap();
    give(app, ada, 500).await;
    let now = app.clock.now();
    let good = gift(ada, 100, "refund/1");
    let dollars = Money::new(100, currency("USD"));
    let taking = |amount, reference: &str| Debit { customer: ada, amount, reference: reference.to_owned() };
    debit(app, &Actor::System, &taking(euros(200), "fee")).await.unwrap();
    let before = everything(app).await;
    for (code, new) in [
        ("OUT_OF_RANGE", Credit { amount: euros(0), ..good.clone() }),
        ("OUT_OF_RANGE", Credit { amount: euros(-100), ..good.clone() }),
        ("OUT_OF_RANGE", Credit { amount: euros(MAX_MINOR + 1), ..good.clone() }),
        ("OUT_OF_RANGE", Credit { amount: euros(MAX_MINOR), ..good.clone() }),
        ("INVALID", Credit { reference: " ".to_owned(), ..good.clone() }),
        ("INVALID", Credit { reference: "x".repeat(256), ..good.clone() }),
        ("ENDS_IN_THE_PAST", Credit { expires_at: Some(now), ..good.clone() }),
        ("UNKNOWN_CUSTOMER", Credit { customer: CustomerId(99), ..good.clone() }),
        ("UNKNOWN_CUSTOMER", Credit { customer: gone, ..good.clone() }),
        ("REFERENCE_TAKEN", gift(ada, 501, "given 500")),
    ] {
        let error = credit(app, &Actor::System, &new).await.unwrap_err();
        assert_eq!(error.code().map(|code| code.as_str()), Some(code), "{error}");
        assert_eq!(everything(app).await, before, "{code}");
    }
    for (code, taking) in [
        ("OUT_OF_RANGE", taking(euros(0), "x")),
        ("INSUFFICIENT_FUNDS", taking(euros(301), "x")),
        ("INSUFFICIENT_FUNDS", taking(dollars, "x")),
        ("REFERENCE_TAKEN", taking(euros(201), "fee")),
        ("UNKNOWN_CUSTOMER", Debit { customer: CustomerId(99), ..taking(euros(1), "x") }),
    ] {
        let error = debit(app, &Actor::System, &taking).await.unwrap_err();
        assert_eq!(error.code().map(|code| code.as_str()), Some(code), "{error}");
        assert_eq!(everything(app).await, before, "{code}");
    }
    for actor in [Actor::stranger(), admin("write_gift_cards")] {
        let forbidden = credit(app, &actor, &good).await;
        assert!(matches!(forbidden, Err(StoreCreditError::Forbidden)));
        let forbidden = debit(app, &actor, &taking(euros(1), "x")).await;
        assert!(matches!(forbidden, Err(StoreCreditError::Forbidden)));
    }
    assert_eq!(everything(app).await, before);
    credit(app, &admin("write_store_credit"), &good).await.unwrap();
}

fn admin(scope: &str) -> Actor {
    Actor::Admin { token: entity::id::AccessTokenId(1), scopes: vec![scope.to_owned()] }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_reference_gives_and_takes_once() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let ada = have_customer(&shop, "ada@example.com").await;
    let given = credit(app, &Actor::System, &gift(ada, 1_000, "refund/1")).await.unwrap();
    let fee = Debit { customer: ada, amount: euros(300), reference: "fee".to_owned() };
    assert_eq!(debit(app, &Actor::System, &fee).await.unwrap().balance_minor, 700);
    let before = everything(app).await;
    let again = credit(app, &Actor::System, &gift(ada, 1_000, "refund/1")).await.unwrap();
    assert_eq!((again.account, again.balance_minor), (given.account, 700));
    assert_eq!(debit(app, &Actor::System, &fee).await.unwrap().balance_minor, 700);
    assert_eq!(everything(app).await, before);

    let dollars = Credit { amount: Money::new(50, currency("USD")), ..gift(ada, 0, "refund/1") };
    let other = credit(app, &Actor::System, &dollars).await.unwrap();
    assert_ne!(other.account, given.account, "each currency has an account of its own");

    assert!(hold(app, "attempt/1", &[of(given.account, 400)]).await);
    assert!(hold(app, "attempt/1", &[of(given.account, 400)]).await, "it is held already");
    balance_is(app, given.account, 300).await;
    release(app, "attempt/1").await;
    release(app, "attempt/1").await;
    balance_is(app, given.account, 700).await;
    assert!(!hold(app, "attempt/1", &[of(given.account, 400)]).await, "what was given back is over");
    balance_is(app, given.account, 700).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_accounts_all_pay_or_none() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let one = give(app, have_customer(&shop, "ada@example.com").await, 500).await;
    let two = give(app, have_customer(&shop, "bob@example.com").await, 100).await;
    assert!(!hold(app, "attempt/1", &[of(one, 200), of(two, 101)]).await);
    balance_is(app, one, 500).await;
    balance_is(app, two, 100).await;
    assert!(hold(app, "attempt/2", &[of(two, 100), of(one, 200), of(one, 0)]).await);
    balance_is(app, one, 300).await;
    balance_is(app, two, 0).await;
    release(app, "attempt/2").await;
    balance_is(app, one, 500).await;
    balance_is(app, two, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credit_that_ended_is_not_spent_and_is_cleared_away() {
    let shop = TestShop::open().await;
    let mut app = shop.second_node().await;
    app.clock = Clock::set_to(Utc::now());
    let ada = have_customer(&shop, "ada@example.com").await;
    let id = give(&app, ada, 500).await;
    let end = app.clock.now() + TimeDelta::days(10);
    let ending = Credit { expires_at: Some(end), ..gift(ada, 300, "promotion") };
    credit(&app, &Actor::System, &ending).await.unwrap();
    let late = Credit { expires_at: Some(end + TimeDelta::days(10)), ..gift(ada, 50, "late") };
    credit(&app, &Actor::System, &late).await.unwrap();
    assert!(hold(&app, "attempt/1", &[of(id, 100)]).await);
    assert_eq!(expire_due(&app).await.unwrap(), 0);
    balance_is(&app, id, 750).await;

    app.clock.advance(TimeDelta::days(10));
    let spendable = async |app: &App| {
        find_account(app.db.fresh(), app.clock.now(), ada, currency("EUR")).await.unwrap().unwrap().balance
    };
    assert_eq!(spendable(&app).await, euros(550), "before anybody cleared it away");
    assert!(!hold(&app, "attempt/2", &[of(id, 551)]).await);
    balance_is(&app, id, 750).await;
    assert!(hold(&app, "attempt/3", &[of(id, 510)]).await);
    balance_is(&app, id, 40).await;

    // What a failed attempt gives back goes where it came from: of the 100, to the promotion, which is over.
    release(&app, "attempt/1").await;
    assert_eq!(spendable(&app).await, euros(40));
    assert_eq!(expire_due(&app).await.unwrap(), 1);
    balance_is(&app, id, 40).await;
    release(&app, "attempt/3").await;
    assert_eq!(spendable(&app).await, euros(550));
    app.clock.advance(TimeDelta::days(10));
    assert_eq!(expire_due(&app).await.unwrap(), 1);
    assert_eq!(expire_due(&app).await.unwrap(), 0);
    balance_is(&app, id, 500).await;
    let ended: Vec<i64> = ledger(&app, id)
        .await
        .into_iter()
        .filter(|(kind, _)| *kind == StoreCreditTxnKind::Expire)
        .map(|(_, delta)| delta)
        .collect();
    assert_eq!(ended, [-200, -100, -50]);
    assert_eq!(account(&app, id).await.next_expiry_at, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_many_debit_at_once_never_gives_more_than_it_has() {
    let shop = TestShop::open().await;
    let ada = have_customer(&shop, "ada@example.com").await;
    let id = give(&shop.app, ada, 10_000).await;
    let other = shop.second_node().await;
    let outcomes = at_once(70, |index| {
        let app = if index % 2 == 0 { shop.app.clone() } else { other.clone() };
        let minor = if index % 7 < 5 { 1_000 } else { 3_000 };
        async move { hold(&app, &format!("attempt/{index}"), &[of(id, minor)]).await.then_some(minor) }
    })
    .await;
    let debited: i64 = outcomes.into_iter().flatten().sum();
    let left = account(&shop.app, id).await.balance_minor;
    assert!(debited <= 10_000 && left >= 0, "{debited} {left}");
    assert!(left < 1_000, "one of 10 was refused although it could be paid");
    assert_eq!(debited, 10_000 - left);
    balance_is(&shop.app, id, left).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credits_debits_and_ends_at_once_add_up() {
    let shop = TestShop::open().await;
    let ada = have_customer(&shop, "ada@example.com").await;
    let mut app = shop.second_node().await;
    app.clock = Clock::set_to(Utc::now());
    let soon =
        Credit { expires_at: Some(app.clock.now() + TimeDelta::seconds(1)), ..gift(ada, 5_000, "promotion") };
    let id = credit(&app, &Actor::System, &soon).await.unwrap().account;
    app.clock.advance(TimeDelta::seconds(1));
    at_once(40, |index| {
        let app = app.clone();
        async move {
            match index % 4 {
                0 => {
                    // Two of them are the same.
                    let new = gift(ada, 1_000, &format!("given {}", index / 8));
                    credit(&app, &Actor::System, &new).await.unwrap();
                }
                1 => drop(expire_due(&app).await.unwrap()),
                2 => drop(hold(&app, &format!("attempt/{index}"), &[of(id, 700)]).await),
                _ => release(&app, &format!("attempt/{}", index - 1)).await,
            }
        }
    })
    .await;
    assert!(expire_due(&app).await.unwrap() <= 1);
    let entries = ledger(&app, id).await;
    let sum =
        |wanted| entries.iter().filter(|(kind, _)| *kind == wanted).map(|(_, delta)| delta).sum::<i64>();
    assert_eq!(sum(StoreCreditTxnKind::Credit), 5_000 + 5_000, "a reference credits once");
    assert_eq!(sum(StoreCreditTxnKind::Expire), -5_000, "what ended was spent by nobody");
    let left = account(&app, id).await.balance_minor;
    balance_is(&app, id, left).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_read_their_own_accounts() {
    let shop = TestShop::open().await;
    let ada = have_customer(&shop, "ada@example.com").await;
    have_customer(&shop, "bob@example.com").await;
    give(&shop.app, ada, 1_250).await;
    let yen = Credit { amount: Money::new(300, currency("JPY")), ..gift(ada, 0, "yen") };
    credit(&shop.app, &Actor::System, &yen).await.unwrap();
    let accounts = async |email: &str| {
        let query =
            "mutation($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) {
            customerAccessToken { accessToken } } }";
        let input = json!({ "input": { "email": email, "password": "a lovely sentence" } });
        let token =
            shop.ask(query, input).await["customerAccessTokenCreate"]["customerAccessToken"]["accessToken"]
                .clone();
        let query = "query($token: String!, $first: Int) { customer(customerAccessToken: $token) {
            storeCreditAccounts(first: $first) { nodes { id balance { amount currencyCode } } pageInfo { hasNextPage } } } }";
        let all =
            shop.ask(query, json!({ "token": token, "first": 9 })).await["customer"]["storeCreditAccounts"]
                .clone();
        let one =
            shop.ask(query, json!({ "token": token, "first": 1 })).await["customer"]["storeCreditAccounts"]
                .clone();
        (all, one["pageInfo"]["hasNextPage"].clone())
    };
    let (all, has_more) = accounts("ada@example.com").await;
    let told: Vec<&Value> = all["nodes"].as_array().unwrap().iter().map(|node| &node["balance"]).collect();
    assert_eq!(
        json!(told),
        json!([{ "amount": "12.5", "currencyCode": "EUR" }, { "amount": "300.0", "currencyCode": "JPY" }])
    );
    assert_eq!(has_more, json!(true));
    let ids: HashSet<&str> =
        all["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    let own = accounts_of(shop.app.db.fresh(), shop.app.clock.now(), ada).await.unwrap();
    assert_eq!(own.len(), 2);
    assert!(own.iter().all(|account: &store_credit::Account| {
        ids.contains(format!("gid://shopify/StoreCreditAccount/{}", account.id).as_str())
    }));
    assert_eq!(accounts("bob@example.com").await.0["nodes"], json!([]));
}
