// shopify-buy 3, the JavaScript Buy SDK: it queries an older version of the API and wraps carts as checkouts.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import Client from 'shopify-buy';
import { SHIRT, domain, plainFetch } from './shop.mjs';

let client;

before(() => {
  client = Client.buildClient(
    { domain, storefrontAccessToken: 'public-token-of-the-tests', apiVersion: '2025-01' },
    plainFetch,
  );
});

async function variants() {
  const product = await client.product.fetchByHandle(SHIRT);
  return product.variants.filter((variant) => variant.available);
}

test('the shop, its products and collections are fetched', async () => {
  const shop = await client.shop.fetchInfo();
  assert.ok(shop.name.length > 0);
  const policies = await client.shop.fetchPolicies();
  assert.ok(policies.privacyPolicy.title.length > 0);
  const products = await client.product.fetchAll(5);
  assert.equal(products.length, 5);
  const again = await client.product.fetch(products[0].id);
  assert.equal(again.handle, products[0].handle);
  const both = await client.product.fetchMultiple(products.slice(0, 2).map((product) => product.id));
  assert.equal(both.length, 2);
  const found = await client.product.fetchQuery({ first: 3, sortKey: 'TITLE', query: 'title:*linen*' });
  assert.ok(found.length > 0);
  const collection = await client.collection.fetchByHandle('clothing');
  const whole = await client.collection.fetchWithProducts(collection.id, { productsFirst: 5 });
  assert.equal(whole.products.length, 5);
  assert.ok((await client.collection.fetchAll()).length > 1);
  assert.ok((await client.product.fetchRecommendations(products[0].id)).length > 0);
});

test('a picture is asked for in a size and comes', async () => {
  const [product] = await client.product.fetchAll(1);
  const src = client.image.helpers.imageForSize(product.images[0], { maxWidth: 50, maxHeight: 50 });
  const picture = await plainFetch(src);
  assert.equal(picture.status, 200);
  assert.match(picture.headers.get('content-type'), /^image\//);
});

test('a variant is chosen by its options', async () => {
  const product = await client.product.fetchByHandle(SHIRT);
  const options = Object.fromEntries(product.options.map((option) => [option.name, option.values[0].value]));
  const variant = client.product.helpers.variantForOptions(product, options);
  assert.deepEqual(
    Object.fromEntries(variant.selectedOptions.map((option) => [option.name, option.value])),
    options,
  );
});

test('a checkout is filled, changed, described and leads to its page', async () => {
  const [first, second] = await variants();
  let checkout = await client.checkout.create({ note: 'ring twice' });
  assert.equal(checkout.lineItems.length, 0);
  checkout = await client.checkout.addLineItems(checkout.id, [
    { variantId: first.id, quantity: 1, customAttributes: [{ key: 'engraving', value: 'A. M.' }] },
    { variantId: second.id, quantity: 1 },
  ]);
  assert.equal(checkout.lineItems.length, 2);
  const line = checkout.lineItems.find((item) => item.variant.id === second.id);
  checkout = await client.checkout.updateLineItems(checkout.id, [{ id: line.id, quantity: 2 }]);
  assert.equal(checkout.lineItems.find((item) => item.variant.id === second.id).quantity, 2);
  checkout = await client.checkout.removeLineItems(checkout.id, [line.id]);
  assert.equal(checkout.lineItems.length, 1);
  checkout = await client.checkout.replaceLineItems(checkout.id, [{ variantId: second.id, quantity: 1 }]);
  assert.equal(checkout.lineItems[0].variant.id, second.id);
  checkout = await client.checkout.updateAttributes(checkout.id, {
    note: 'leave it with the neighbours',
    customAttributes: [{ key: 'gift', value: 'yes' }],
  });
  assert.equal(checkout.note, 'leave it with the neighbours');
  checkout = await client.checkout.updateEmail(checkout.id, 'ada@example.com');
  assert.equal(checkout.email, 'ada@example.com');
  checkout = await client.checkout.updateShippingAddress(checkout.id, {
    address1: 'Hafenstr. 1', city: 'Hamburg', country: 'Germany', firstName: 'Ada', lastName: 'Moor', zip: '20457',
  });
  const fetched = await client.checkout.fetch(checkout.id);
  assert.equal(fetched.lineItems.length, 1);
  const page = new URL(fetched.webUrl);
  assert.equal(page.searchParams.get('_fd'), '0');
  assert.equal((await plainFetch(page)).status, 200);
});

test('codes that nobody issued take nothing off', async () => {
  const [variant] = await variants();
  let checkout = await client.checkout.create({ lineItems: [{ variantId: variant.id, quantity: 1 }] });
  const total = checkout.totalPrice.amount;
  checkout = await client.checkout.addDiscount(checkout.id, 'NOBODY-ISSUED-THIS');
  assert.equal(checkout.totalPrice.amount, total);
  checkout = await client.checkout.removeDiscount(checkout.id);
  assert.equal(checkout.totalPrice.amount, total);
});
