//! Where an order stands, and how discounts were spread over what was bought.

use async_graphql::Enum;

use crate::order::CancelReason;

/// How far the money for an order has come.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderFinancialStatus {
    /// The money is reserved at the buyer's bank but not yet taken.
    Authorized,
    /// The whole amount has been received.
    Paid,
    /// Part of the amount has been received.
    PartiallyPaid,
    /// Part of what was received has been given back.
    PartiallyRefunded,
    /// The payment has been started and nothing is certain yet.
    Pending,
    /// Everything that was received has been given back.
    Refunded,
    /// The payment was called off before any money moved.
    Voided,
}

/// How far the goods of an order have come, summed up over its lines.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderFulfillmentStatus {
    /// Everything has been sent or handed over.
    Fulfilled,
    /// The work of sending it has begun.
    InProgress,
    /// Whatever hasn't been sent is being held back on purpose.
    OnHold,
    /// Nothing has been sent. An older word for `UNFULFILLED`.
    Open,
    /// Some of it has been sent and some hasn't.
    PartiallyFulfilled,
    /// Whoever sends it has been asked and hasn't answered. An older word for `IN_PROGRESS`.
    PendingFulfillment,
    /// The goods went back on the shelf. An older word for `UNFULFILLED`.
    Restocked,
    /// Whatever hasn't been sent is planned for a set date.
    Scheduled,
    /// Nothing has been sent so far.
    Unfulfilled,
}

/// Why an order was called off.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderCancelReason {
    /// The buyer changed their mind.
    Customer,
    /// The money couldn't be collected.
    Declined,
    /// Somebody seems to be cheating the shop or a cardholder.
    Fraud,
    /// The goods ran out.
    Inventory,
    /// Some reason not listed here.
    Other,
    /// The shop made a mistake.
    Staff,
}

impl From<CancelReason> for OrderCancelReason {
    fn from(reason: CancelReason) -> Self {
        match reason {
            CancelReason::Customer => Self::Customer,
            CancelReason::Declined => Self::Declined,
            CancelReason::Fraud => Self::Fraud,
            CancelReason::Inventory => Self::Inventory,
            CancelReason::Other => Self::Other,
            CancelReason::Staff => Self::Staff,
        }
    }
}

/// What a discount makes cheaper.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiscountApplicationTargetType {
    /// The goods.
    LineItem,
    /// The delivery charge.
    ShippingLine,
}

/// How a discount's amount is shared out among the lines it covers.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiscountApplicationAllocationMethod {
    /// One amount, divided among the lines in proportion to their price.
    Across,
    /// The same amount or percentage again for each line.
    Each,
    /// All of it on a single line.
    #[graphql(deprecation = "Spread it with ACROSS instead.")]
    One,
}

/// Which lines a discount covers, among those of its target type.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiscountApplicationTargetSelection {
    /// Every one of them.
    All,
    /// Those that meet the discount's conditions.
    Entitled,
    /// Those that were picked by hand.
    Explicit,
}
