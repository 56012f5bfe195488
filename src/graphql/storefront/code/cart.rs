//! What can go wrong, or be worth a remark, while a shopper fills a cart.

use async_graphql::Enum;

/// What stopped a cart mutation. The message beside it names the details; programs should branch
/// on this.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CartErrorCode {
    /// Remove the emoji: parcel labels can't print them.
    AddressFieldContainsEmojis,
    /// Markup was found where plain address text belongs.
    AddressFieldContainsHtmlTags,
    /// A web link was found where plain address text belongs.
    AddressFieldContainsUrl,
    /// The text isn't in the form this part of an address takes in that country.
    AddressFieldDoesNotMatchExpectedPattern,
    /// A part of the address that the country needs was left empty.
    AddressFieldIsRequired,
    /// A part of the address holds more characters than are stored.
    AddressFieldIsTooLong,
    /// One line can't be a bundle and carry add-ons at once.
    BundlesAndAddonsCannotBeMixed,
    /// The signed-in customer has no right to buy on behalf of that business address.
    BuyerCannotPurchaseForCompanyLocation,
    /// The cart holds more than one cart may; remove something first.
    CartTooLarge,
    /// The person a gift card should go to is missing details or has wrong ones.
    GiftCardRecipientInvalid,
    /// A value was understood but can't be accepted; `field` says which one.
    Invalid,
    /// No such business address exists, or this buyer may not use it.
    InvalidCompanyLocation,
    /// The cart has no delivery address with that id.
    InvalidDeliveryAddressId,
    /// The cart has no delivery group with that id; groups change when lines or addresses do.
    InvalidDeliveryGroup,
    /// The handle isn't among the delivery options the group offers now.
    InvalidDeliveryOption,
    /// This variant sells in fixed steps, and the quantity falls between two of them.
    InvalidIncrement,
    /// The cart has no line with that id.
    InvalidMerchandiseLine,
    /// A metafield's key, type or value was refused.
    InvalidMetafields,
    /// Nothing can be charged with the payment details given.
    InvalidPayment,
    /// Something in the cart is paid for later, which the chosen payment can't do.
    InvalidPaymentDeferredPaymentRequired,
    /// A payment was set before there was anything to pay for.
    InvalidPaymentEmptyCart,
    /// The postal code doesn't have the form used in the address's country.
    InvalidZipCodeForCountry,
    /// The postal code lies outside the address's state or province.
    InvalidZipCodeForProvince,
    /// A number was too big; it has to stay under the field's limit.
    LessThan,
    /// The quantity is more than one order may take of this variant.
    MaximumExceeded,
    /// A rule that rewrites cart lines failed, so the change wasn't kept.
    MerchandiseLineTransformersRunError,
    /// The variant can't be bought this way, for instance because it isn't published.
    MerchandiseNotApplicable,
    /// The quantity is less than the smallest amount sold of this variant.
    MinimumNotMet,
    /// Buying for a business address only works for a signed-in customer.
    MissingCustomerAccessToken,
    /// The mutation needs at least one discount code to work on.
    MissingDiscountCode,
    /// The mutation was called without the note it should store.
    MissingNote,
    /// The note has more characters than a cart keeps.
    NoteTooLong,
    /// More than one address was marked as selected; a cart ships to a single one.
    OnlyOneDeliveryAddressCanBeSelected,
    /// A line that is already in the cart must be named by its line id, not by its variant.
    ParentLineInvalidReference,
    /// Lines may sit under a parent, but not in longer chains or loops.
    ParentLineNestingTooDeep,
    /// The line named as parent isn't in the cart.
    ParentLineNotFound,
    /// Something else in this cart rules out lines beneath lines.
    ParentLineOperationBlocked,
    /// The card's last valid month has passed.
    PaymentsCreditCardBaseExpired,
    /// The shop's payment provider doesn't take cards.
    PaymentsCreditCardBaseGatewayNotSupported,
    /// The card was refused without a more exact reason.
    PaymentsCreditCardGeneric,
    /// The expiry month has to be from 1 to 12.
    PaymentsCreditCardMonthInclusion,
    /// No card has this number; a digit is probably mistyped.
    PaymentsCreditCardNumberInvalid,
    /// The card number has letters in it, or too few or too many digits.
    PaymentsCreditCardNumberInvalidFormat,
    /// The security code printed on the card was left out.
    PaymentsCreditCardVerificationValueBlank,
    /// The security code's length doesn't fit this brand of card.
    PaymentsCreditCardVerificationValueInvalidForCardType,
    /// The card's expiry year is over.
    PaymentsCreditCardYearExpired,
    /// The expiry year can't be right for any card in use.
    PaymentsCreditCardYearInvalidExpiryYear,
    /// The payment method doesn't suit what is in this cart.
    PaymentMethodNotApplicable,
    /// The shop doesn't offer this payment method.
    PaymentMethodNotSupported,
    /// Delivery choices are still being worked out; ask again in a moment.
    PendingDeliveryGroups,
    /// The country has no state or province by that name or code.
    ProvinceNotFound,
    /// The variant isn't sold under that selling plan.
    SellingPlanNotApplicable,
    /// The cart couldn't be stored right now. Sending the same change again may work.
    ServiceUnavailable,
    /// The cart has reached the number of delivery addresses it can remember.
    TooManyDeliveryAddresses,
    /// The address was refused for a reason no other code describes.
    UnspecifiedAddressError,
    /// A rule the shop added itself turned the change down.
    ValidationCustom,
    /// The variant is sold by subscription only, so the line must name a selling plan.
    VariantRequiresSellingPlan,
    /// The shop doesn't serve this postal code.
    ZipCodeNotSupported,
}

/// A side effect worth telling the shopper about. The mutation itself went through.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CartWarningCode {
    /// The code stays on the cart but takes nothing off.
    DiscountCodeNotHonoured,
    /// The code's time hasn't come yet, is over, or the shop has paused it.
    DiscountCurrentlyInactive,
    /// The code is for other customers than this one.
    DiscountCustomerNotEligible,
    /// This customer has already used the code as often as one person may.
    DiscountCustomerUsageLimitReached,
    /// The code is for certain customers, and the cart doesn't say who is buying.
    DiscountEligibleCustomerMissing,
    /// The code is for subscriptions and this isn't one, or the other way round.
    DiscountIncompatiblePurchaseType,
    /// The shop has no code with this spelling.
    DiscountNotFound,
    /// Nothing in the cart is among the products the code is for.
    DiscountNoEntitledLineItems,
    /// The code takes something off delivery, and no delivery choice here qualifies.
    DiscountNoEntitledShippingLines,
    /// The cart's subtotal is outside the amounts the code asks for.
    DiscountPurchaseNotInRange,
    /// The number of items is outside the counts the code asks for.
    DiscountQuantityNotInRange,
    /// The code has been used as many times as the shop allows in all.
    DiscountUsageLimitReached,
    /// The cart already had this very address, so it wasn't added twice.
    DuplicateDeliveryAddress,
    /// Fewer pieces are left than were asked for, so the line's quantity was lowered.
    MerchandiseNotEnoughStock,
    /// None are left to sell.
    MerchandiseOutOfStock,
    /// Orders for a business address can't be subscriptions.
    MerchandiseSellingPlanNotApplicableOnCompanyLocation,
    /// Gift cards can't pay for this cart.
    PaymentsGiftCardsUnavailable,
}

/// How the items travelling together were bought.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CartDeliveryGroupType {
    /// Goods bought once, along with the opening parcel of any subscription.
    OneTimePurchase,
    /// Nothing but the later parcels of subscriptions.
    Subscription,
}

/// The ways goods can reach the buyer.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryMethodType {
    /// The shop's own courier brings it to an address nearby.
    Local,
    /// Nothing is sent: the goods are digital or a service.
    None,
    /// A carrier leaves it at a locker or partner store for collection.
    PickupPoint,
    /// The buyer fetches it from one of the shop's locations.
    PickUp,
    /// It was handed over at the till of a physical store.
    Retail,
    /// A carrier brings it to the buyer's address.
    Shipping,
}

/// The way of getting the goods that a buyer would like to see first.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum PreferenceDeliveryMethodType {
    /// Collection from a parcel locker or partner store.
    PickupPoint,
    /// Collection from the shop itself.
    PickUp,
    /// Delivery to the door.
    Shipping,
}

/// How closely an address is checked before the cart takes it.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryAddressValidationStrategy {
    /// Take the address as soon as its country is known; the rest may still be incomplete.
    CountryCodeOnly,
    /// Check every part as checkout would, and refuse the change when one doesn't pass.
    Strict,
}

/// Where the card used for a direct payment comes from.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CartCardSource {
    /// A card kept in another company's vault.
    SavedCreditCard,
}
