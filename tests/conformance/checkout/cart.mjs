// The front end's part: carts made over the Storefront API, whose address of the checkout a buyer then opens.

import assert from 'node:assert/strict';
import { baseUrl } from '../clients/shop.mjs';

/** What a link of a campaign adds to the address; no step may lose or change any of it. */
export const CAMPAIGN = { utm_source: 'test', note: 'a&b c/ü' };

export async function ask(query, variables = {}) {
  const answer = await fetch(new URL('/api/2026-04/graphql.json', baseUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** The variants of a product that can be bought, with what is left of them. */
export async function variantsOf(handle) {
  const { product } = await ask(
    `query Variants($handle: String!) { product(handle: $handle) { title
      variants(first: 100) { nodes { id availableForSale quantityAvailable } } } }`,
    { handle },
  );
  return product.variants.nodes
    .filter((variant) => variant.availableForSale)
    .map((variant) => ({ id: variant.id, left: variant.quantityAvailable, title: product.title }));
}

/** A cart with one line, and nothing else known of its buyer. */
export async function newCart(variant, quantity = 1, input = {}) {
  const { cartCreate } = await ask(
    `mutation New($input: CartInput) { cartCreate(input: $input) {
      cart { id checkoutUrl totalQuantity } userErrors { code message } warnings { code message } } }`,
    { input: { lines: [{ merchandiseId: variant.id, quantity }], ...input } },
  );
  assert.deepEqual(cartCreate.userErrors, []);
  assert.equal(cartCreate.cart.totalQuantity, quantity, JSON.stringify(cartCreate.warnings));
  return { ...cartCreate.cart, variant };
}

/** What a cart costs and where it goes, as the API tells. */
export async function cartNow(id) {
  const { cart } = await ask(
    `query Now($id: ID!) { cart(id: $id) { totalQuantity
      buyerIdentity { email countryCode } discountCodes { code applicable }
      cost { subtotalAmount { amount } totalAmount { amount currencyCode } }
      delivery { addresses { selected address { ... on CartDeliveryAddress {
        firstName lastName address1 city zip countryCode } } } } } }`,
    { id },
  );
  return cart;
}

/** The order behind the address of its page, as the API tells. */
export async function orderAt(address) {
  const { pathname, searchParams } = new URL(address);
  const { node } = await ask(
    `query Ordered($id: ID!) { node(id: $id) { ... on Order { email financialStatus currentTotalPrice { amount }
      shippingAddress { lastName address1 city } billingAddress { lastName address1 city }
      discountApplications(first: 5) { nodes { ... on DiscountCodeApplication { code } } } } } }`,
    { id: `gid://shopify/Order/${pathname.split('/').pop()}?key=${searchParams.get('key')}` },
  );
  return node;
}

/** The address of a cart's checkout, with what a campaign adds. */
export function checkoutOf(cart, more = {}) {
  const address = new URL(cart.checkoutUrl);
  for (const [name, value] of Object.entries({ ...CAMPAIGN, ...more })) address.searchParams.set(name, value);
  return address.href;
}

/** Buys all of a variant that is left, over the API, so that nobody else can. */
export async function buyOut({ id, left }) {
  const address = { firstName: 'Grace', lastName: 'Hopper', address1: 'Hafenstr. 1', city: 'Hamburg', zip: '20457' };
  const cart = await newCart({ id }, left, {
    buyerIdentity: { email: `grace-${Date.now()}@example.com`, countryCode: 'DE' },
    delivery: { addresses: [{ selected: true, address: { deliveryAddress: { ...address, countryCode: 'DE' } } }] },
  });
  const { amount, currencyCode } = (await cartNow(cart.id)).cost.totalAmount;
  const { cartPaymentUpdate } = await ask(
    `mutation Pay($id: ID!, $payment: CartPaymentInput!) { cartPaymentUpdate(cartId: $id, payment: $payment) {
      userErrors { code message } } }`,
    { id: cart.id, payment: { amount: { amount, currencyCode }, providerPaymentMethod: { provider: 'manual' } } },
  );
  assert.deepEqual(cartPaymentUpdate.userErrors, []);
  const { cartSubmitForCompletion } = await ask(
    `mutation Submit($id: ID!) { cartSubmitForCompletion(cartId: $id, attemptToken: "all of it") {
      result { __typename } userErrors { code message } } }`,
    { id: cart.id },
  );
  assert.equal(cartSubmitForCompletion.result?.__typename, 'SubmitSuccess', JSON.stringify(cartSubmitForCompletion));
  const { node } = await ask('query Left($id: ID!) { node(id: $id) { ... on ProductVariant { quantityAvailable } } }', {
    id,
  });
  assert.equal(node.quantityAvailable, 0);
}

/** The digits of an amount, however a language writes it: "1234.5" and "1.234,50 €" are both 123450. */
export function cents(text) {
  const [whole, fraction = ''] = String(text).split('.');
  return /^\d+(\.\d+)?$/.test(String(text)) ? `${whole}${fraction.padEnd(2, '0')}` : String(text).replace(/\D/g, '');
}
