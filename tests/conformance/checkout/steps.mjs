// The steps of the hosted checkout, as every test goes through them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Buyer, launch, screenshots } from './buyer.mjs';
import { cartNow, cents, checkoutOf, newCart, orderAt, variantsOf } from './cart.mjs';

const MUG = 'speckled-stoneware-mug';
const PATIENCE_MS = 120_000;

export const DELIVERY = /\/checkout\/[^/]+\/delivery/;
export const PAYMENT = /\/checkout\/[^/]+\/payment/;
export const ORDER = /\/orders\/\d+/;
export const ATTEMPT = /\/checkout\/attempts\//;
export const CHALLENGE = /\/checkout\/test-payment\//;
export const SAVE = 'button[name=save]';
export const PAY = 'button[name=pay]';

/** Of this process: each file of tests has its own. */
export let browser;
let people = 0;

/** A buyer's address: a new person each time, as some codes are for a first order. */
export function person(more = {}) {
  people += 1;
  return {
    email: `ada-${process.pid}-${Date.now()}-${people}@example.com`,
    first_name: 'Ada',
    last_name: 'Lovelace',
    address1: 'Invalidenstraße 117',
    zip: '10115',
    city: 'Berlin',
    ...more,
  };
}

export async function mugs(quantity = 2) {
  const [mug] = await variantsOf(MUG);
  return newCart(mug, quantity);
}

/** Opens a cart's checkout and goes on to the payment, with every step looked at. */
export async function reachPayment(buyer, cart, more = {}) {
  assert.equal(await buyer.visit(checkoutOf(cart, more)), 200);
  await buyer.lookAtStep('information', more);
  const who = person();
  await buyer.fill(who);
  await buyer.press(SAVE);
  assert.match(await buyer.lookAtStep('delivery', more), DELIVERY);
  await buyer.press(SAVE);
  assert.match(await buyer.lookAtStep('payment', more), PAYMENT);
  // What was said before is there to be checked.
  await buyer.openSummary();
  const review = await buyer.text();
  for (const said of [who.email, who.address1, who.city, cart.variant.title]) assert.ok(review.includes(said), said);
  return who;
}

/** What the button that orders says is what the cart costs. */
export async function assertPriceOf(buyer, cart) {
  const { cost } = await cartNow(cart.id);
  assert.ok(cents(await buyer.page.locator(PAY).innerText()).includes(cents(cost.totalAmount.amount)));
  return cents(cost.totalAmount.amount);
}

/** What an order holds of a person. */
export function placeOf({ last_name: lastName, address1, city }) {
  return { lastName, address1, city };
}

/** An order was placed, and its page tells its product, its amount and what the buyer said. */
export async function assertOrdered(buyer, cart, total, who, { status, billing = who, codes = [] }) {
  assert.equal(buyer.status, 200);
  await buyer.lookAtStep('order');
  const order = await orderAt(buyer.page.url());
  assert.equal(cents(order.currentTotalPrice.amount), total);
  assert.deepEqual([order.email, order.financialStatus], [who.email, status]);
  assert.deepEqual([order.shippingAddress, order.billingAddress], [placeOf(who), placeOf(billing)]);
  assert.deepEqual(order.discountApplications.nodes, codes.map((code) => ({ code })));
  const text = await buyer.text();
  for (const said of [cart.variant.title, who.last_name, who.address1]) assert.ok(text.includes(said), `${said}: ${text}`);
  assert.ok(cents(text).includes(total), text);
  // A buyer who goes back cannot order the same cart again.
  await buyer.visit(checkoutOf(cart));
  await buyer.look('again');
  assert.equal(await buyer.page.locator(PAY).count(), 0);
}

/** Enters a discount code or that of a gift card. */
export async function enterCode(buyer, code) {
  await buyer.fill({ code });
  await buyer.press('button[name=apply]');
}

before(async () => {
  browser = await launch();
  console.log(`screenshots: ${screenshots}`);
});

after(async () => {
  await browser?.close();
});

/** A test with a buyer of its own for each of these sizes. */
export function buying(name, sizes, what, run) {
  for (const size of sizes) {
    test(`${name} (${size.name})`, { timeout: PATIENCE_MS }, async () => {
      const buyer = await Buyer.open(browser, size, what);
      try {
        await run(buyer, size);
      } finally {
        await buyer.close();
      }
    });
  }
}
