// @shopify/hydrogen: its storefront client, its cart handler with every method, its product options.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createCartHandler, createStorefrontClient, getProductOptions } from '@shopify/hydrogen';
import { SHIRT, baseUrl } from './shop.mjs';

let storefront;
let cart;
let variants;

/** What the starter asks of a cart, in short. */
const CART = `#graphql
  fragment CartApiQuery on Cart { id checkoutUrl totalQuantity note updatedAt
    attributes { key value }
    buyerIdentity { countryCode email phone customer { id } }
    lines(first: $numCartLines) { nodes { __typename id quantity attributes { key value }
      cost { totalAmount { amount currencyCode } amountPerQuantity { amount currencyCode } }
      merchandise { ... on ProductVariant { id title } }
      ... on CartLine { parentRelationship { parent { id } } }
      ... on ComponentizableCartLine { lineComponents { id } } } }
    cost { subtotalAmount { amount currencyCode } totalAmount { amount currencyCode } }
    discountCodes { code applicable }
    appliedGiftCards { id lastCharacters amountUsed { amount currencyCode } } }`;

/** A cart that lives as long as a test does, instead of a cookie. */
function newCart() {
  let id;
  return createCartHandler({
    storefront,
    cartQueryFragment: CART,
    getCartId: () => id,
    setCartId: (next) => {
      id = next;
      return new Headers();
    },
  });
}

before(async () => {
  ({ storefront } = createStorefrontClient({
    i18n: { language: 'EN', country: 'DE' },
    publicStorefrontToken: 'public-token-of-the-tests',
    storeDomain: baseUrl.origin,
    storefrontApiVersion: '2026-04',
    storefrontHeaders: { requestGroupId: 'tests', buyerIp: '127.0.0.1', cookie: '' },
  }));
  cart = newCart();
  const { product } = await storefront.query(
    `#graphql
      query Variants($handle: String!) { product(handle: $handle) { variants(first: 50) {
        nodes { id availableForSale } } } }`,
    { variables: { handle: SHIRT } },
  );
  variants = product.variants.nodes.filter((variant) => variant.availableForSale).map((variant) => variant.id);
});

/** What every change of a cart must say: no error, and these warnings. */
function assertDone(result, warnings = []) {
  assert.equal(result.errors, undefined, JSON.stringify(result.errors));
  assert.deepEqual(result.userErrors ?? [], []);
  assert.deepEqual((result.warnings ?? []).map((warning) => warning.code), warnings);
}

test('options are laid out, each with its state and the variant that it leads to', async () => {
  const { product } = await storefront.query(
    `#graphql
      fragment Variant on ProductVariant { availableForSale compareAtPrice { amount currencyCode } id
        image { __typename id url altText width height } price { amount currencyCode }
        product { title handle } selectedOptions { name value } sku title
        unitPrice { amount currencyCode } }
      query Options($handle: String!, $selectedOptions: [SelectedOptionInput!]!) { product(handle: $handle) {
        id title handle encodedVariantExistence encodedVariantAvailability
        options { name optionValues { name firstSelectableVariant { ...Variant }
          swatch { color image { previewImage { url } } } } }
        selectedOrFirstAvailableVariant(selectedOptions: $selectedOptions, ignoreUnknownOptions: true,
          caseInsensitiveMatch: true) { ...Variant }
        adjacentVariants(selectedOptions: $selectedOptions) { ...Variant } } }`,
    { variables: { handle: SHIRT, selectedOptions: [{ name: 'Color', value: 'Sand' }] } },
  );
  const options = getProductOptions(product);
  assert.ok(options.length >= 2);
  for (const option of options) {
    assert.ok(option.optionValues.some((value) => value.exists && value.available), option.name);
    assert.equal(option.optionValues.filter((value) => value.selected).length, 1, option.name);
  }
});

test('the cart handler creates, adds, updates and removes lines', async () => {
  assertDone(await cart.create({ lines: [{ merchandiseId: variants[0], quantity: 1 }] }));
  const created = await cart.get();
  assert.equal(created.totalQuantity, 1);
  assert.ok(created.checkoutUrl.startsWith(baseUrl.origin));
  assertDone(await cart.addLines([{ merchandiseId: variants[1], quantity: 1, attributes: [{ key: 'a', value: 'b' }] }]));
  const { lines } = await cart.get();
  assert.equal(lines.nodes.length, 2);
  assertDone(await cart.updateLines([{ id: lines.nodes[0].id, quantity: 2 }]));
  assert.equal((await cart.get()).totalQuantity, 3);
  assertDone(await cart.removeLines([lines.nodes[0].id]));
  assert.equal((await cart.get()).totalQuantity, 1);
});

test('a line that belongs to another is added below it', async () => {
  const nested = newCart();
  const { cart: parent } = await nested.create({ lines: [{ merchandiseId: variants[0], quantity: 1 }] });
  nested.setCartId(parent.id);
  const { lines } = await nested.get();
  assertDone(
    await nested.addLines([{ merchandiseId: variants[1], quantity: 1, parent: { lineId: lines.nodes[0].id } }]),
  );
  assert.equal((await nested.get()).lines.nodes.length, 2);
});

test('note, attributes and identity', async () => {
  assertDone(await cart.updateNote('with care'));
  assertDone(await cart.updateAttributes([{ key: 'source', value: 'newsletter' }]));
  assertDone(await cart.updateBuyerIdentity({ email: 'ada@example.com', countryCode: 'DE' }));
  const now = await cart.get();
  assert.equal(now.note, 'with care');
  assert.deepEqual(now.attributes, [{ key: 'source', value: 'newsletter' }]);
  assert.equal(now.buyerIdentity.email, 'ada@example.com');
  assert.equal(now.buyerIdentity.countryCode, 'DE');
});

test('discount codes stay on the cart and say that they do not apply', async () => {
  assertDone(await cart.updateDiscountCodes(['NOBODY-ISSUED-THIS']), ['DISCOUNT_NOT_FOUND']);
  assert.deepEqual((await cart.get()).discountCodes.map(({ code, applicable }) => ({ code, applicable })), [
    { code: 'NOBODY-ISSUED-THIS', applicable: false },
  ]);
  assertDone(await cart.updateDiscountCodes([]));
  assert.deepEqual((await cart.get()).discountCodes, []);
});

test('gift card codes that nobody issued are not applied', async () => {
  for (const change of [cart.updateGiftCardCodes, cart.addGiftCardCodes]) {
    const result = await change(['0000-1111-2222-3333']);
    assert.equal(result.errors, undefined);
    assert.ok(result.userErrors?.length || result.warnings?.length, JSON.stringify(result));
    assert.deepEqual((await cart.get()).appliedGiftCards, []);
  }
});

test('delivery addresses are added, changed, replaced and removed, an option is chosen', async () => {
  const address = { address1: 'Hafenstr. 1', city: 'Hamburg', countryCode: 'DE', lastName: 'Moor', zip: '20457' };
  assertDone(await cart.addDeliveryAddresses([{ address: { deliveryAddress: address }, selected: true }]));
  const read = () =>
    storefront.query(
      `#graphql
        query Delivery($id: ID!) { cart(id: $id) { id
          delivery { addresses { id selected address { ... on CartDeliveryAddress { city } } } }
          deliveryGroups(first: 5) { nodes { id deliveryOptions { handle title estimatedCost { amount } }
            selectedDeliveryOption { handle } } } } }`,
      { variables: { id: cart.getCartId() }, cache: storefront.CacheNone() },
    );
  const [added] = (await read()).cart.delivery.addresses;
  assertDone(
    await cart.updateDeliveryAddresses([{ id: added.id, address: { deliveryAddress: { ...address, city: 'Kiel' } } }]),
  );
  const group = (await read()).cart.deliveryGroups.nodes[0];
  const option = group.deliveryOptions.at(-1).handle;
  assertDone(await cart.updateSelectedDeliveryOption([{ deliveryGroupId: group.id, deliveryOptionHandle: option }]));
  assert.equal((await read()).cart.deliveryGroups.nodes[0].selectedDeliveryOption.handle, option);
  assertDone(
    await cart.replaceDeliveryAddresses([{ address: { deliveryAddress: { ...address, city: 'Bremen' } }, selected: true }]),
  );
  const replaced = (await read()).cart.delivery.addresses;
  assert.deepEqual(replaced.map(({ address: { city } }) => city), ['Bremen']);
  assertDone(await cart.removeDeliveryAddresses(replaced.map(({ id }) => id)));
  assert.deepEqual((await read()).cart.delivery.addresses, []);
});

test('metafields are set and deleted', async () => {
  assertDone(
    await cart.setMetafields([{ key: 'custom.greeting', type: 'single_line_text_field', value: 'Happy birthday' }]),
  );
  const read = () =>
    storefront.query(
      `#graphql
        query Greeting($id: ID!) { cart(id: $id) { metafield(namespace: "custom", key: "greeting") { value } } }`,
      { variables: { id: cart.getCartId() }, cache: storefront.CacheNone() },
    );
  assert.equal((await read()).cart.metafield.value, 'Happy birthday');
  assertDone(await cart.deleteMetafield('custom.greeting'));
  assert.equal((await read()).cart.metafield, null);
});
