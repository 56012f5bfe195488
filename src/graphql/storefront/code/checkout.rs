//! Why a cart couldn't become an order, and what it can be paid with.

use async_graphql::Enum;

/// Why a cart wasn't ready to become an order. Fix what it names and submit again.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SubmissionErrorCode {
    /// The buyer's email address can't be right.
    BuyerIdentityEmailIsInvalid,
    /// An email address is needed to confirm the order to.
    BuyerIdentityEmailRequired,
    /// The buyer's phone number can't be right.
    BuyerIdentityPhoneIsInvalid,
    /// The first line of the delivery address has something in it that can't be printed.
    #[graphql(name = "DELIVERY_ADDRESS1_INVALID")]
    DeliveryAddress1Invalid,
    /// The delivery address lacks its first line, usually street and number.
    #[graphql(name = "DELIVERY_ADDRESS1_REQUIRED")]
    DeliveryAddress1Required,
    /// Shorten the first line of the delivery address.
    #[graphql(name = "DELIVERY_ADDRESS1_TOO_LONG")]
    DeliveryAddress1TooLong,
    /// The second line of the delivery address has something in it that can't be printed.
    #[graphql(name = "DELIVERY_ADDRESS2_INVALID")]
    DeliveryAddress2Invalid,
    /// The delivery address lacks its second line.
    #[graphql(name = "DELIVERY_ADDRESS2_REQUIRED")]
    DeliveryAddress2Required,
    /// Shorten the second line of the delivery address.
    #[graphql(name = "DELIVERY_ADDRESS2_TOO_LONG")]
    DeliveryAddress2TooLong,
    /// The cart doesn't say yet where the goods should go.
    DeliveryAddressRequired,
    /// The city in the delivery address has something in it that no place name has.
    DeliveryCityInvalid,
    /// The delivery address lacks a city.
    DeliveryCityRequired,
    /// Shorten the city in the delivery address.
    DeliveryCityTooLong,
    /// The company name in the delivery address has something in it that can't be printed.
    DeliveryCompanyInvalid,
    /// The delivery address lacks a company name.
    DeliveryCompanyRequired,
    /// Shorten the company name in the delivery address.
    DeliveryCompanyTooLong,
    /// The delivery address names no country.
    DeliveryCountryRequired,
    /// The given name in the delivery address has something in it that no name has.
    DeliveryFirstNameInvalid,
    /// The delivery address lacks a given name.
    DeliveryFirstNameRequired,
    /// Shorten the given name in the delivery address.
    DeliveryFirstNameTooLong,
    /// The delivery postal code doesn't have the form its country uses.
    DeliveryInvalidPostalCodeForCountry,
    /// The delivery postal code lies outside the state or province given.
    DeliveryInvalidPostalCodeForZone,
    /// The family name in the delivery address has something in it that no name has.
    DeliveryLastNameInvalid,
    /// The delivery address lacks a family name.
    DeliveryLastNameRequired,
    /// Shorten the family name in the delivery address.
    DeliveryLastNameTooLong,
    /// The shop has no way to deliver to that address.
    DeliveryNoDeliveryAvailable,
    /// One of the lines can't be delivered to that address, though others may be.
    DeliveryNoDeliveryAvailableForMerchandiseLine,
    /// The chosen delivery option needs a phone number, and this one can't be right.
    DeliveryOptionsPhoneNumberInvalid,
    /// The chosen delivery option needs a phone number to reach the recipient.
    DeliveryOptionsPhoneNumberRequired,
    /// The phone number in the delivery address can't be dialled.
    DeliveryPhoneNumberInvalid,
    /// The delivery address lacks a phone number.
    DeliveryPhoneNumberRequired,
    /// The postal code in the delivery address can't be right.
    DeliveryPostalCodeInvalid,
    /// The delivery address lacks a postal code.
    DeliveryPostalCodeRequired,
    /// The delivery country has no such state or province.
    DeliveryZoneNotFound,
    /// Deliveries to this country need a state or province.
    DeliveryZoneRequiredForCountry,
    /// Something failed that no other code describes.
    Error,
    /// The cart has more lines than one order takes.
    MerchandiseLineLimitReached,
    /// One of the lines can't be bought as it stands.
    MerchandiseNotApplicable,
    /// Fewer pieces are left than the cart asks for.
    MerchandiseNotEnoughStockAvailable,
    /// One of the lines has sold out.
    MerchandiseOutOfStock,
    /// One of the products is no longer on sale here.
    MerchandiseProductNotPublished,
    /// No delivery choice has been made for the goods.
    NoDeliveryGroupSelected,
    /// The first line of the billing address has something in it that can't be printed.
    #[graphql(name = "PAYMENTS_ADDRESS1_INVALID")]
    PaymentsAddress1Invalid,
    /// The billing address lacks its first line, usually street and number.
    #[graphql(name = "PAYMENTS_ADDRESS1_REQUIRED")]
    PaymentsAddress1Required,
    /// Shorten the first line of the billing address.
    #[graphql(name = "PAYMENTS_ADDRESS1_TOO_LONG")]
    PaymentsAddress1TooLong,
    /// The second line of the billing address has something in it that can't be printed.
    #[graphql(name = "PAYMENTS_ADDRESS2_INVALID")]
    PaymentsAddress2Invalid,
    /// The billing address lacks its second line.
    #[graphql(name = "PAYMENTS_ADDRESS2_REQUIRED")]
    PaymentsAddress2Required,
    /// Shorten the second line of the billing address.
    #[graphql(name = "PAYMENTS_ADDRESS2_TOO_LONG")]
    PaymentsAddress2TooLong,
    /// The billing country has no such state or province.
    PaymentsBillingAddressZoneNotFound,
    /// Billing addresses in this country need a state or province.
    PaymentsBillingAddressZoneRequiredForCountry,
    /// The city in the billing address has something in it that no place name has.
    PaymentsCityInvalid,
    /// The billing address lacks a city.
    PaymentsCityRequired,
    /// Shorten the city in the billing address.
    PaymentsCityTooLong,
    /// The company name in the billing address has something in it that can't be printed.
    PaymentsCompanyInvalid,
    /// The billing address lacks a company name.
    PaymentsCompanyRequired,
    /// Shorten the company name in the billing address.
    PaymentsCompanyTooLong,
    /// The billing address names no country.
    PaymentsCountryRequired,
    /// The card's last valid month has passed.
    PaymentsCreditCardBaseExpired,
    /// The shop's payment provider doesn't take cards.
    PaymentsCreditCardBaseGatewayNotSupported,
    /// This debit card needs its start date or issue number, and what was given doesn't fit.
    PaymentsCreditCardBaseInvalidStartDateOrIssueNumberForDebit,
    /// The shop takes cards, but not of this brand.
    PaymentsCreditCardBrandNotSupported,
    /// The cardholder's given name was left out.
    PaymentsCreditCardFirstNameBlank,
    /// The card was refused without a more exact reason.
    PaymentsCreditCardGeneric,
    /// The cardholder's family name was left out.
    PaymentsCreditCardLastNameBlank,
    /// The expiry month has to be from 1 to 12.
    PaymentsCreditCardMonthInclusion,
    /// The cardholder's name has something in it that a card can't carry.
    PaymentsCreditCardNameInvalid,
    /// No card has this number; a digit is probably mistyped.
    PaymentsCreditCardNumberInvalid,
    /// The card number has letters in it, or too few or too many digits.
    PaymentsCreditCardNumberInvalidFormat,
    /// The card vault doesn't know this session, or it has run out.
    PaymentsCreditCardSessionId,
    /// The security code printed on the card was left out.
    PaymentsCreditCardVerificationValueBlank,
    /// The security code's length doesn't fit this brand of card.
    PaymentsCreditCardVerificationValueInvalidForCardType,
    /// The card's expiry year is over.
    PaymentsCreditCardYearExpired,
    /// The expiry year can't be right for any card in use.
    PaymentsCreditCardYearInvalidExpiryYear,
    /// The given name in the billing address has something in it that no name has.
    PaymentsFirstNameInvalid,
    /// The billing address lacks a given name.
    PaymentsFirstNameRequired,
    /// Shorten the given name in the billing address.
    PaymentsFirstNameTooLong,
    /// The billing postal code doesn't have the form its country uses.
    PaymentsInvalidPostalCodeForCountry,
    /// The billing postal code lies outside the state or province given.
    PaymentsInvalidPostalCodeForZone,
    /// The family name in the billing address has something in it that no name has.
    PaymentsLastNameInvalid,
    /// The billing address lacks a family name.
    PaymentsLastNameRequired,
    /// Shorten the family name in the billing address.
    PaymentsLastNameTooLong,
    /// The cart doesn't say yet how it will be paid.
    PaymentsMethodRequired,
    /// The chosen way to pay isn't on offer for this cart.
    PaymentsMethodUnavailable,
    /// The phone number in the billing address can't be dialled.
    PaymentsPhoneNumberInvalid,
    /// The billing address lacks a phone number.
    PaymentsPhoneNumberRequired,
    /// The postal code in the billing address can't be right.
    PaymentsPostalCodeInvalid,
    /// The billing address lacks a postal code.
    PaymentsPostalCodeRequired,
    /// The chosen way to pay only works where Shopify's own payment service is in use.
    PaymentsShopifyPaymentsRequired,
    /// The amount offered differs from what is owed, or is outside what the method takes.
    PaymentsUnacceptablePaymentAmount,
    /// The digital wallet handed over nothing to charge.
    PaymentsWalletContentMissing,
    /// The buyer has to go through the checkout page for this step.
    RedirectToCheckoutRequired,
    /// Taxes were given for a delivery group that isn't in the cart.
    TaxesDeliveryGroupIdNotFound,
    /// Taxes were given for a line that isn't in the cart.
    TaxesLineIdNotFound,
    /// The taxes haven't been worked out yet.
    TaxesMustBeDefined,
    /// A rule the shop added itself turned the order down.
    ValidationCustom,
}

/// Why an order that was accepted for processing couldn't be finished.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionErrorCode {
    /// Something failed that no other code describes.
    Error,
    /// The goods couldn't be set aside, most likely because another buyer was faster.
    InventoryReservationError,
    /// The payment provider won't charge so little.
    PaymentAmountTooSmall,
    /// The card's bank wants to hear from the buyer before it pays.
    PaymentCallIssuer,
    /// The card's bank said no.
    PaymentCardDeclined,
    /// The payment failed without a more exact reason.
    PaymentError,
    /// The payment provider is switched off in this shop.
    PaymentGatewayNotEnabledError,
    /// The buyer's account doesn't hold enough money.
    PaymentInsufficientFunds,
    /// The billing address isn't the one the bank has on file, or can't be used.
    PaymentInvalidBillingAddress,
    /// The bank doesn't accept these card details.
    PaymentInvalidCreditCard,
    /// The payment provider can't charge in the cart's currency.
    PaymentInvalidCurrency,
    /// The payment provider can't charge this way.
    PaymentInvalidPaymentMethod,
    /// The payment provider had a passing problem; trying again may work.
    PaymentTransientError,
}

/// The companies whose cards a shop may take.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CardBrand {
    /// Cards starting with 34 or 37.
    AmericanExpress,
    /// Diners Club International cards.
    DinersClub,
    /// Cards of the Discover network.
    Discover,
    /// Cards of Japan's JCB network.
    Jcb,
    /// Credit and debit cards of Mastercard.
    Mastercard,
    /// Credit and debit cards of Visa.
    Visa,
}

/// Apps that keep a buyer's cards and address and fill them in at checkout.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DigitalWallet {
    /// Google's earlier wallet, since replaced by `GOOGLE_PAY`.
    AndroidPay,
    /// The wallet on Apple devices.
    ApplePay,
    /// The wallet on Android devices and in Chrome.
    GooglePay,
    /// The wallet now called Shop Pay.
    ShopifyPay,
}
