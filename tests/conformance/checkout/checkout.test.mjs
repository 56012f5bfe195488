// Buys on the hosted checkout of a running demo server, in a real browser with scripts turned off.
//
//   BASE_URL     the server (http://127.0.0.1:4000)
//   CHROMIUM     the browser (/usr/bin/chromium)
//   SCREENSHOTS  where the pictures of all steps go (a new temporary folder)

import assert from 'node:assert/strict';
import { DESK, PHONE } from './buyer.mjs';
import { buyOut, cartNow, cents, checkoutOf, newCart, variantsOf } from './cart.mjs';
import {
  CHALLENGE, ORDER, PAY, PAYMENT, SAVE,
  assertOrdered, assertPriceOf, buying, enterCode, mugs, person, reachPayment,
} from './steps.mjs';

/** Has variants of which few are left. */
const SANDAL = 'cork-footbed-sandal';

buying('an order that is paid by bank transfer', [PHONE, DESK], 'manual', async (buyer) => {
  const cart = await mugs();
  const who = await reachPayment(buyer, cart);
  await buyer.choose('method', 'manual');
  const total = await assertPriceOf(buyer, cart);
  await buyer.pressUntil(PAY, ORDER);
  await assertOrdered(buyer, cart, total, who, { status: 'PENDING' });
});

buying('a test payment with a discount code and another billing address', [PHONE, DESK], 'code', async (buyer) => {
  const cart = await mugs();
  const who = await reachPayment(buyer, cart);
  const before = await assertPriceOf(buyer, cart);

  await enterCode(buyer, 'NOBODY-ISSUED-THIS');
  await buyer.lookAtStep('code-unknown');
  assert.equal(await buyer.page.locator('input[name=code]').getAttribute('aria-invalid'), 'true');
  assert.equal(await assertPriceOf(buyer, cart), before);

  await enterCode(buyer, 'WELCOME10');
  await buyer.lookAtStep('code-applied');
  assert.deepEqual((await cartNow(cart.id)).discountCodes, [{ code: 'WELCOME10', applicable: true }]);
  const total = await assertPriceOf(buyer, cart);
  assert.equal(Number(before) - Number(total), 380, 'a tenth of two mugs');

  await buyer.choose('method', 'test');
  await buyer.fill({ test_token: 'approve' });
  await buyer.choose('billing', 'other');
  const billing = { first_name: 'Charles', last_name: 'Babbage', address1: 'Rechnungsweg 9', zip: '20457', city: 'Hamburg' };
  await buyer.fill(Object.fromEntries(Object.entries(billing).map(([name, value]) => [`billing_${name}`, value])));
  await buyer.look('billing');
  await buyer.pressUntil(PAY, ORDER);
  await assertOrdered(buyer, cart, total, who, { status: 'PAID', billing, codes: ['WELCOME10'] });
});

buying('a code that is taken back', [PHONE], 'code-back', async (buyer) => {
  const cart = await mugs();
  await reachPayment(buyer, cart);
  const before = await assertPriceOf(buyer, cart);
  await enterCode(buyer, 'welcome10');
  assert.notEqual(await assertPriceOf(buyer, cart), before);
  await buyer.press('button[name=remove_code]');
  await buyer.lookAtStep('code-removed');
  assert.equal(await assertPriceOf(buyer, cart), before);
  assert.deepEqual((await cartNow(cart.id)).discountCodes, []);
});

buying('a challenge that is approved', [PHONE, DESK], 'approve', async (buyer) => {
  const cart = await mugs();
  const who = await reachPayment(buyer, cart);
  await buyer.choose('method', 'test');
  await buyer.fill({ test_token: 'action' });
  const total = await assertPriceOf(buyer, cart);
  await buyer.pressUntil(PAY, CHALLENGE);
  await buyer.look('challenge');
  assert.ok(cents(await buyer.text()).includes(total));
  await buyer.pressUntil('button[name=approve]', ORDER);
  await assertOrdered(buyer, cart, total, who, { status: 'PAID' });
});

buying('a challenge that is refused, and another payment', [PHONE, DESK], 'refuse', async (buyer) => {
  const cart = await mugs();
  const who = await reachPayment(buyer, cart);
  await buyer.choose('method', 'test');
  await buyer.fill({ test_token: 'action' });
  const total = await assertPriceOf(buyer, cart);
  await buyer.pressUntil(PAY, CHALLENGE);
  await buyer.pressUntil('button[name=refuse]', (url) => !CHALLENGE.test(url.pathname));
  await buyer.lookAtStep('refused');
  assert.match(await buyer.text(), /declined/i);
  // The page on which they chose how to pay, with what they chose before.
  assert.match(buyer.page.url(), PAYMENT);
  await buyer.choose('method', 'manual');
  await buyer.pressUntil(PAY, ORDER);
  await assertOrdered(buyer, cart, total, who, { status: 'PENDING' });
});

buying('a payment that is declined is told, and nothing is ordered', [PHONE], 'declined', async (buyer) => {
  const cart = await mugs();
  await reachPayment(buyer, cart);
  await buyer.choose('method', 'test');
  await buyer.fill({ test_token: 'insufficient_funds' });
  await buyer.press(PAY);
  await buyer.lookAtStep('declined');
  assert.match(await buyer.text(), /not enough money/i);
  assert.equal((await cartNow(cart.id)).totalQuantity, 2, 'the cart is as it was');
});

buying('what was sold to somebody else meanwhile is told before anything is charged', [PHONE, DESK], 'sold-out', async (buyer) => {
  const variant = (await variantsOf(SANDAL)).find(({ left }) => left > 0 && left < 6);
  const cart = await newCart(variant, 1);
  await reachPayment(buyer, cart);
  await buyer.choose('method', 'test');
  await buyer.fill({ test_token: 'approve' });
  await buyOut(variant);
  await buyer.press(PAY);
  assert.doesNotMatch(buyer.page.url(), ORDER);
  await buyer.look('sold-out');
  const alert = buyer.page.locator('[role=alert]').first();
  assert.match(await alert.innerText(), /sold out|stock/i);
  assert.ok((await alert.innerText()).includes(variant.title));
  await buyer.press('button[name=adjust]');
  await buyer.lookAtStep('adjusted');
  assert.match(await buyer.text(), /cart is empty/i);
});

buying('a buyer who picks the order up at the shop', [PHONE], 'pickup', async (buyer) => {
  const cart = await mugs();
  const { page } = buyer;
  await buyer.visit(checkoutOf(cart));
  const who = person();
  await buyer.fill(who);
  await buyer.press(SAVE);
  await page.locator('label').filter({ hasText: 'Larkmere Trading Post' }).filter({ hasText: /pick/i }).first().click();
  await buyer.press(SAVE);
  await buyer.lookAtStep('pickup');
  const { cost } = await cartNow(cart.id);
  assert.equal(cost.totalAmount.amount, cost.subtotalAmount.amount, 'picking up costs nothing');
  await buyer.choose('method', 'manual');
  await buyer.pressUntil(PAY, ORDER);
  await buyer.lookAtStep('order');
  assert.match(await buyer.text(), /untertrave/i);
});
