//! Case 18: a cart that is changed between the buyer's agreement and the submission, or at the same moment.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::{Context, Outcome, counted};
use crate::buyer::{Buyer, Cart, Ended, Trouble};
use crate::dice::Dice;
use crate::ground::{FIVE, Goods};
use crate::peer::method::CARD;
use crate::stage::Stage;

/// Carts that are bought side by side.
const HANDS: usize = 10;
const PATIENCE: Duration = Duration::from_secs(60);

/// What happens to the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Nothing,
    MoreUnits,
    AnotherProduct,
    Voucher,
    AnotherDelivery,
    Note,
    NoLine,
}

const CHANGES: [Change; 7] = [
    Change::Nothing,
    Change::MoreUnits,
    Change::AnotherProduct,
    Change::Voucher,
    Change::AnotherDelivery,
    Change::Note,
    Change::NoLine,
];

/// One run.
#[derive(Clone, Copy)]
struct Run {
    change: Change,
    /// Both at once; otherwise the change is there before.
    is_beside: bool,
    /// How much later the change comes, and the submission.
    pauses: (Duration, Duration),
}

pub async fn run(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let count = context.figure(100, 1_000);
    let stage = context.stage("change").await;
    let mut dice = Dice::new(context.seed, 18);
    let runs: Vec<Run> = (0..count)
        .map(|_| Run {
            change: dice.pick(&CHANGES),
            is_beside: dice.happens(60),
            pauses: (dice.millis((0, 15)), dice.millis((0, 15))),
        })
        .collect();
    let playing = runs.iter().enumerate().map(|(number, run)| {
        let stage = &stage;
        async move { (*run, play(stage, number, *run).await) }
    });
    let played: Vec<(Run, Ended)> = stream::iter(playing).buffered(HANDS).collect().await;
    for (run, ended) in &played {
        let is_told = ended.is_order() || !ended.codes().is_empty();
        outcome.must(is_told, format!("{:?}: {ended:?}", run.change));
        let changes_the_price = !matches!(run.change, Change::Nothing | Change::Note);
        if !changes_the_price {
            outcome.must(ended.is_order(), format!("{:?} and no order: {ended:?}", run.change));
        } else if !run.is_beside {
            outcome.must(!ended.is_order(), format!("{:?} before the submission, and an order", run.change));
        }
    }
    let ordered = played.iter().filter(|(_, ended)| ended.is_order()).count();
    outcome.tell(format!(
        "{count} runs, {ordered} orders: {}",
        counted(played.iter().map(|(run, ended)| {
            let when = if run.is_beside { "beside" } else { "before" };
            format!("{:?} {when} {}", run.change, if ended.is_order() { "ordered" } else { "refused" })
        }))
    ));
    let found = outcome.close(&stage, PATIENCE).await;
    outcome.same("orders, and captures that were kept", found.captures - found.returned, found.orders);
    outcome.same("orders", found.orders, ordered);
    outcome.nobody_saw_a_failure(&stage);
    outcome
}

async fn play(stage: &Stage, number: usize, run: Run) -> Ended {
    let mut buyer = stage.buyer(format_args!("change-{number}"));
    let lines = stage.goods.lines(&["mug"]);
    let cart = buyer.ready(&lines, &json!({}), CARD).await.unwrap();
    let mut other = buyer.window(stage.server.addr);
    let (first, second) = run.pauses;
    let changing = async {
        tokio::time::sleep(first).await;
        // One that comes too late is refused, which is as good.
        change(&mut other, &cart, run.change, &stage.goods).await
    };
    let ended = if run.is_beside {
        let buying = async {
            tokio::time::sleep(second).await;
            buyer.buy(&cart, PATIENCE).await
        };
        tokio::join!(changing, buying).1
    } else {
        let _ = changing.await;
        buyer.buy(&cart, PATIENCE).await
    };
    ended.unwrap_or(Ended::Open)
}

async fn change(buyer: &mut Buyer, cart: &Cart, change: Change, goods: &Goods) -> Result<(), Trouble> {
    let (mutation, argument): (&str, (&str, &str, Value)) = match change {
        Change::Nothing => return Ok(()),
        Change::MoreUnits => {
            let lines = json!([{ "id": cart.line, "quantity": 3 }]);
            ("cartLinesUpdate", ("lines", "[CartLineUpdateInput!]!", lines))
        }
        Change::AnotherProduct => ("cartLinesAdd", ("lines", "[CartLineInput!]!", goods.lines(&["pin"]))),
        Change::Voucher => ("cartDiscountCodesUpdate", ("discountCodes", "[String!]", json!([FIVE]))),
        Change::AnotherDelivery => {
            let kind = "[CartSelectedDeliveryOptionInput!]!";
            ("cartSelectedDeliveryOptionsUpdate", ("selectedDeliveryOptions", kind, cart.first_options()))
        }
        Change::Note => ("cartNoteUpdate", ("note", "String", json!("by the other window"))),
        Change::NoLine => ("cartLinesRemove", ("lineIds", "[ID!]!", json!([cart.line]))),
    };
    buyer.alter(cart, mutation, argument).await.map(|_| ())
}
