//! Why an account couldn't be made, opened or changed, and the order of a customer's orders.

use async_graphql::Enum;

/// What is wrong with what was sent about a customer.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CustomerErrorCode {
    /// The account is active already; sign in instead.
    AlreadyEnabled,
    /// Mails can't reach the domain of this address.
    BadDomain,
    /// Something that must be filled in was left empty.
    Blank,
    /// Names and addresses can't have HTML tags in them.
    ContainsHtmlTags,
    /// Names and addresses can't have web addresses in them.
    ContainsUrl,
    /// The account can't be used before the link in the mail was opened.
    CustomerDisabled,
    /// It can't be used, for a reason that no other code names.
    Invalid,
    /// The token of the merchant's own sign-in was turned down.
    InvalidMultipassRequest,
    /// The customer has nothing of that name.
    NotFound,
    /// Passwords can't begin or end with a space.
    PasswordStartsOrEndsWithWhitespace,
    /// It is in use already.
    Taken,
    /// The link or the access token is wrong, used up or out of date.
    TokenInvalid,
    /// Shorten it.
    TooLong,
    /// Lengthen it.
    TooShort,
    /// No account has this address and this password together.
    UnidentifiedCustomer,
}

/// What a customer's orders are sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderSortKeys {
    /// The order in which they were made.
    Id,
    /// When they were placed.
    ProcessedAt,
    /// How well they fit the search; as `ID`, since orders either fit or don't.
    Relevance,
    /// What the buyer paid.
    TotalPrice,
}
