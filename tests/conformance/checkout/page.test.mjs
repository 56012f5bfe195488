// How the pages of the hosted checkout serve whoever comes to them: by touch, by keyboard, by a screen reader, in their
// language, from a strange address.
//
//   BASE_URL     the server (http://127.0.0.1:4000)
//   CHROMIUM     the browser (/usr/bin/chromium)
//   SCREENSHOTS  where the pictures of all steps go (a new temporary folder)

import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { baseUrl } from '../clients/shop.mjs';
import { DESK, NARROW, PHONE } from './buyer.mjs';
import { cartNow, checkoutOf } from './cart.mjs';
import {
  ATTEMPT, CHALLENGE, DELIVERY, ORDER, PAY, PAYMENT, SAVE,
  browser, buying, enterCode, mugs, person, reachPayment,
} from './steps.mjs';

buying('what is missing is told by its field', [PHONE, DESK], 'missing', async (buyer) => {
  const cart = await mugs();
  const { page } = buyer;
  await buyer.visit(checkoutOf(cart));
  await buyer.fill({ first_name: 'Ada', address1: 'Invalidenstraße 117', email: 'ada at example' });
  // As a browser that checks nothing by itself.
  await page.locator('form').evaluateAll((forms) => forms.forEach((form) => (form.noValidate = true)));
  await buyer.press(SAVE);
  assert.ok([200, 422].includes(buyer.status), String(buyer.status));
  await buyer.lookAtStep('errors');

  for (const name of ['email', 'last_name', 'zip', 'city']) {
    const field = page.locator(`[name=${name}]`);
    assert.equal(await field.getAttribute('aria-invalid'), 'true', name);
    const described = (await field.getAttribute('aria-describedby')).split(/\s+/);
    const told = await Promise.all(described.map((id) => page.locator(`[id="${id}"]`).innerText()));
    assert.ok(told.join('').trim(), `${name} says why`);
  }
  for (const name of ['first_name', 'address1']) {
    assert.notEqual(await page.locator(`[name=${name}]`).getAttribute('aria-invalid'), 'true', name);
  }
  assert.equal(await page.locator('[name=address1]').inputValue(), 'Invalidenstraße 117', 'nothing has to be typed again');
  const summary = page.locator('[role=alert]').first();
  assert.ok(await summary.isVisible());
  assert.equal(await summary.locator('a').count(), 4);
  await summary.locator('a').first().click();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'email', 'a problem leads to its field');
  assert.equal((await cartNow(cart.id)).buyerIdentity.email, null, 'nothing is kept of it');

  await buyer.fill(person());
  await buyer.press(SAVE);
  assert.match(await buyer.lookAtStep('corrected'), DELIVERY);
});

buying('the address is asked for as its country writes it', [PHONE, DESK], 'country', async (buyer) => {
  const cart = await mugs();
  const { page } = buyer;
  await buyer.visit(checkoutOf(cart));
  assert.equal(await page.locator('[name=country]').inputValue(), 'DE');
  assert.equal(await page.locator('select[name=province]').count(), 0);
  await buyer.fill({ email: 'grace@example.com', country: 'US' });
  await buyer.press('button[name=country_change]');
  await buyer.lookAtStep('united-states');
  assert.equal(await page.locator('[name=email]').inputValue(), 'grace@example.com', 'nothing has to be typed again');
  assert.ok(await page.locator('select[name=province]').isVisible());
  assert.ok(await page.getByLabel(/zip code/i).isVisible());
  await buyer.fill(person({ address1: '350 Fifth Avenue', city: 'New York', zip: '10118', province: 'NY' }));
  await buyer.press(SAVE);
  assert.match(await buyer.lookAtStep('united-states-delivery'), DELIVERY);
  assert.equal((await cartNow(cart.id)).cost.totalAmount.currencyCode, 'USD');
});

buying('the keyboard is enough', [DESK], 'keyboard', async (buyer) => {
  const cart = await mugs();
  const { page } = buyer;
  await buyer.visit(checkoutOf(cart));
  /** Goes forward to a field or a button, and sees where it is. */
  const tabTo = async (selector) => {
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab');
      const [isThere, isSeen] = await page.evaluate((wanted) => {
        const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
        return [document.activeElement.matches(wanted), outlineStyle !== 'none' || boxShadow !== 'none'];
      }, selector);
      assert.ok(isSeen, 'what has the focus is marked');
      if (isThere) return;
    }
    assert.fail(`Tab does not lead to ${selector}`);
  };
  const who = person();
  for (const [name, value] of Object.entries(who).filter(([name]) => name !== 'zip' && name !== 'city')) {
    await tabTo(`[name=${name}]`);
    await page.keyboard.type(value);
  }
  // Countries differ in which comes first.
  const [first, second] = await page.evaluate(() =>
    [...document.querySelectorAll('[name=zip], [name=city]')].map((field) => field.name),
  );
  for (const name of [first, second]) {
    await tabTo(`[name=${name}]`);
    await page.keyboard.type(who[name]);
  }
  await tabTo(SAVE);
  const delivery = page.waitForURL(DELIVERY, { waitUntil: 'load' });
  await page.keyboard.press('Enter');
  await delivery;
  await buyer.lookAtStep('delivery');
  await tabTo('[name^=delivery_]');
  await page.keyboard.press('ArrowDown');
  await tabTo(SAVE);
  const payment = page.waitForURL(PAYMENT, { waitUntil: 'load' });
  await page.keyboard.press('Enter');
  await payment;
  await buyer.lookAtStep('payment');
  await tabTo('[name=method]');
  await page.keyboard.press('Space');
  await tabTo(PAY);
  const order = page.waitForURL(ORDER, { waitUntil: 'load' });
  await page.keyboard.press('Enter');
  await order;
  await buyer.look('order');
});

buying('Enter in a field goes on, and does not only show the fields of the country', [DESK], 'enter', async (buyer) => {
  const cart = await mugs();
  await buyer.visit(checkoutOf(cart));
  await buyer.fill(person());
  await buyer.page.locator('[name=city]').focus();
  const delivery = buyer.page.waitForURL(DELIVERY, { waitUntil: 'load' });
  await buyer.page.keyboard.press('Enter');
  await delivery;
});

buying('Enter in the last step orders, and applies a code that was typed in first', [DESK], 'enter-last', async (buyer) => {
  const cart = await mugs();
  const { page } = buyer;
  await reachPayment(buyer, cart);
  await buyer.choose('method', 'manual');
  await buyer.choose('billing', 'other');
  await buyer.fill({ billing_city: 'Ham', code: 'WELCOME10' });
  const applied = page.waitForEvent('load');
  await page.locator('[name=code]').press('Enter');
  await applied;
  await buyer.look('code-entered');
  assert.deepEqual((await cartNow(cart.id)).discountCodes, [{ code: 'WELCOME10', applicable: true }]);
  assert.equal(await page.locator('[name=billing_city]').inputValue(), 'Ham', 'nothing has to be typed again');
  assert.ok(await page.locator('[name=method][value=manual]').isChecked());
  await buyer.choose('billing', 'same');
  const order = page.waitForURL(ORDER, { waitUntil: 'load' });
  await page.locator('[name=code]').press('Enter');
  await order;
  await buyer.lookAtStep('order');
});

buying('what was typed is still there after a code', [PHONE, DESK], 'typed', async (buyer) => {
  const cart = await mugs();
  const { page } = buyer;
  await buyer.visit(checkoutOf(cart));
  await buyer.fill({ email: 'ada at example', last_name: 'Lovelace', city: 'Ber' });
  await enterCode(buyer, 'NOBODY-ISSUED-THIS');
  await buyer.lookAtStep('wrong-code');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert', 'it is read at once');
  await enterCode(buyer, 'WELCOME10');
  await buyer.lookAtStep('code');
  await buyer.press('button[name=remove_code]');
  await buyer.lookAtStep('code-removed');
  for (const [name, value] of [['email', 'ada at example'], ['last_name', 'Lovelace'], ['city', 'Ber']]) {
    assert.equal(await page.locator(`[name=${name}]`).inputValue(), value, name);
  }
  assert.deepEqual((await cartNow(cart.id)).discountCodes, []);
  await buyer.visit(page.url());
  assert.match(page.url(), /\/checkout\/[^/]+\?/, 'the address of a button leads to a step');
});

buying('an order that is not paid yet looks for news only where it is asked to', [PHONE], 'live', async (buyer) => {
  const cart = await mugs();
  await reachPayment(buyer, cart);
  await buyer.choose('method', 'manual');
  await buyer.pressUntil(PAY, ORDER);
  await buyer.lookAtStep('order');
  const { page } = buyer;
  const refresh = [];
  page.on('response', (answer) => {
    if (answer.request().isNavigationRequest()) refresh.push(answer.headers().refresh);
  });
  await buyer.press(page.getByRole('link', { name: 'Look again' }));
  await buyer.press(page.getByRole('link', { name: 'Update this page automatically' }));
  await buyer.look('live');
  await buyer.press(page.getByRole('link', { name: 'Stop updating automatically' }));
  assert.deepEqual(refresh.map((header) => header?.split(';')[0]), [undefined, '60', undefined]);
});

buying('the pages speak German where they are asked to', [PHONE], 'german', async (buyer) => {
  const cart = await mugs();
  const german = { locale: 'de' };
  await reachPayment(buyer, cart, german);
  assert.equal(await buyer.page.locator('html').getAttribute('lang'), 'de');
  await buyer.choose('method', 'manual');
  // The words that the law wants on this button.
  assert.match(await buyer.page.locator(PAY).innerText(), /zahlungspflichtig|kaufen/i);
  await buyer.openSummary();
  assert.match(await buyer.text(), /Zwischensumme/);
  assert.match(await buyer.text(), /42,90\s€/);
  await buyer.pressUntil(PAY, ORDER);
  await buyer.lookAtStep('order', german);
  assert.equal(await buyer.page.locator('html').getAttribute('lang'), 'de');
});

buying('nothing has to be moved sideways on the narrowest screen', [NARROW], 'narrow', async (buyer) => {
  const cart = await mugs();
  await reachPayment(buyer, cart);
  await buyer.choose('method', 'test');
  await buyer.choose('billing', 'other');
  await buyer.look('billing');
  await buyer.fill({ test_token: 'action' });
  await buyer.choose('billing', 'same');
  await buyer.pressUntil(PAY, CHALLENGE);
  await buyer.look('challenge');
  await buyer.pressUntil('button[name=approve]', ORDER);
  await buyer.look('order');
});

buying('an address that is nobody\'s, an empty cart, and a form of another site', [PHONE], 'strange', async (buyer) => {
  const cart = await mugs();
  const { page } = buyer;
  const nowhere = new URL(checkoutOf(cart));
  nowhere.pathname = `${nowhere.pathname.slice(0, -1)}!`;
  assert.equal(await buyer.visit(nowhere.href), 404);
  await buyer.look('not-found');
  // The token of the cart opens its API, not its page.
  const token = cart.id.split('/').pop().split('?')[0];
  assert.equal(await buyer.visit(new URL(`/checkout/${token}`, baseUrl).href), 404);
  assert.ok(!cart.checkoutUrl.includes(token));

  await page.goto('about:blank');
  await page.setContent(`<form method="post" action="${checkoutOf(cart)}">
    <input name="email" value="eve@example.com"><button name="save">Win a prize</button></form>`);
  await page.getByRole('button').click();
  await page.waitForURL((url) => url.origin === baseUrl.origin, { waitUntil: 'load' });
  assert.equal(buyer.status, 403);
  await buyer.look('other-site');
  assert.equal((await cartNow(cart.id)).buyerIdentity.email, null, 'nothing was done');
});

test('axe finds nothing to mend on any page', { timeout: 180_000 }, async () => {
  const context = await browser.newContext({ viewport: { width: DESK.width, height: DESK.height } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const judge = async (name) => {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => window.axe.run());
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    assert.deepEqual(told, [], name);
  };
  const press = async (selector, address = /./) => {
    const loaded = page.waitForEvent('load');
    await page.locator(selector).filter({ visible: true }).first().click();
    await loaded;
    await page.waitForURL(address, { waitUntil: 'load' });
  };
  try {
    const cart = await mugs();
    await page.goto(checkoutOf(cart));
    await judge('information');
    await page.locator('form').evaluateAll((forms) => forms.forEach((form) => (form.noValidate = true)));
    await press(SAVE);
    await judge('errors');
    for (const [name, value] of Object.entries(person())) await page.locator(`[name=${name}]`).fill(value);
    await press(SAVE, DELIVERY);
    await judge('delivery');
    await press(SAVE, PAYMENT);
    await judge('payment');
    await page.locator('[name=method][value=test]').check();
    await page.locator('[name=test_token]').selectOption('action');
    await page.locator('[name=billing][value=other]').check();
    await judge('billing');
    await page.locator('[name=billing][value=same]').check();
    await press(PAY, CHALLENGE);
    await judge('challenge');
    const challenge = page.url();
    await page.goto(checkoutOf(cart));
    assert.match(new URL(page.url()).pathname, ATTEMPT);
    await judge('attempt');
    await press('a[href*="live=0"]');
    await judge('attempt that rests');
    await page.goto(challenge);
    await press('button[name=approve]', ORDER);
    await judge('order');
    const unpaid = await mugs();
    await page.goto(checkoutOf(unpaid));
    for (const [name, value] of Object.entries(person())) await page.locator(`[name=${name}]`).fill(value);
    await press(SAVE, DELIVERY);
    await press(SAVE, PAYMENT);
    await page.locator('[name=method][value=manual]').check();
    await press(PAY, ORDER);
    await judge('order that is not paid yet');
    await press('a[href*="live=1"]');
    await judge('order that looks for news');
    await page.goto(new URL('/checkout/nobodys', baseUrl).href);
    await judge('not found');
  } finally {
    await context.close();
  }
});
