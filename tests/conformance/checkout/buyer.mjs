// A buyer in a real browser with scripts turned off, who looks at every page that they come to.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { baseUrl } from '../clients/shop.mjs';
import { CAMPAIGN } from './cart.mjs';

const PATIENCE_MS = 20_000;
/** The least height of what is tapped, in CSS pixels. */
const TAPPED = 40;
/** What assistive technology calls the things that a buyer fills in or presses. */
const NAMED_ROLES = ['textbox', 'searchbox', 'spinbutton', 'combobox', 'listbox', 'radio', 'checkbox', 'button', 'link'];

export const PHONE = { name: 'phone', width: 390, height: 844 };
export const DESK = { name: 'desk', width: 1280, height: 900 };
export const NARROW = { name: 'narrow', width: 320, height: 640 };

export const screenshots =
  process.env.SCREENSHOTS || process.env.SCREENSHOT_DIR || mkdtempSync(join(tmpdir(), 'checkout-'));

export function launch() {
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/** Runs in the page: what is wrong with its shape. */
function shape(tapped) {
  const faults = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`it is ${root.scrollWidth} px wide in ${root.clientWidth}`);
  if (!document.title.trim() || !document.documentElement.lang) faults.push('it has no title or no language');
  if (document.querySelectorAll('h1').length !== 1) faults.push('it has not one heading of the first level');
  if (document.querySelectorAll('main').length !== 1) faults.push('it has not one main part');
  if (document.scripts.length > 0) faults.push('it has a script');
  if (document.querySelector('[autocomplete^="cc-"]')) faults.push('it asks for a card');
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of ids.filter((id, index) => ids.indexOf(id) !== index)) faults.push(`two things have the id ${id}`);
  for (const described of document.querySelectorAll('[aria-describedby]')) {
    for (const id of described.getAttribute('aria-describedby').split(/\s+/)) {
      if (!document.getElementById(id)) faults.push(`${described.name} is described by ${id}, which is not there`);
    }
  }
  for (const control of document.querySelectorAll('a, button, select, summary, textarea, input:not([type=hidden])')) {
    const isMark = control.matches('[type=radio], [type=checkbox]');
    const { width, height } = ((isMark && control.labels[0]) || control).getBoundingClientRect();
    // What is shown to nobody, or only once it has the focus, and links in the middle of a sentence.
    if (width <= 1 || height <= 1 || !control.checkVisibility()) continue;
    if (control.matches('a') && getComputedStyle(control).display === 'inline') continue;
    if (height < tapped - 0.5) {
      faults.push(`${control.tagName} ${control.name || control.textContent.trim()} is ${height} px high`);
    }
  }
  return faults;
}

export class Buyer {
  static async open(browser, size, what) {
    const { width, height } = size;
    const context = await browser.newContext({ viewport: { width, height }, javaScriptEnabled: false });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const buyer = new Buyer();
    Object.assign(buyer, { context, page, prefix: `${what}-${size.name}`, pictures: 0, complaints: [], status: 0 });
    buyer.devtools = await context.newCDPSession(page);
    await buyer.listen();
    return buyer;
  }

  /** Everything that the browser complains about, and every request that leaves the shop. */
  async listen() {
    this.devtools.on('Log.entryAdded', ({ entry }) => {
      // Answers are judged below, with their status.
      if (entry.source !== 'network') this.complaints.push(`${entry.source} ${entry.level}: ${entry.text}`);
    });
    await this.devtools.send('Log.enable');
    this.page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && url.origin !== baseUrl.origin) this.complaints.push(`asked a stranger: ${url}`);
    });
    this.page.on('response', (response) => {
      const isPage = response.request().isNavigationRequest();
      if (isPage) this.status = response.status();
      const isFault = response.status() >= (isPage ? 500 : 400);
      if (isFault && !response.url().endsWith('/favicon.ico')) {
        this.complaints.push(`${response.status()} ${response.url()}`);
      }
    });
    this.page.on('requestfailed', (request) => {
      const why = request.failure().errorText;
      if (why !== 'net::ERR_ABORTED') this.complaints.push(`${why} ${request.url()}`);
    });
  }

  async visit(address) {
    const answer = await this.page.goto(address, { waitUntil: 'load' });
    return answer.status();
  }

  /** What a selector or a locator finds first that can be seen. */
  seen(target) {
    const found = typeof target === 'string' ? this.page.locator(target) : target;
    return found.filter({ visible: true }).first();
  }

  /** Presses what leads to another page, or to this one anew. */
  async press(target) {
    const loaded = this.page.waitForEvent('load');
    await this.seen(target).click();
    await loaded;
  }

  /** Goes on until the address is like this, through the pages that lead on by themselves. */
  async pressUntil(target, address) {
    const there = this.page.waitForURL(address, { waitUntil: 'load' });
    await Promise.all([there, this.seen(target).click()]);
  }

  /** The page that the buyer came to is in order: it is looked at, pictured, and its address is what it was. */
  async look(name) {
    const { page } = this;
    this.pictures += 1;
    const file = `${this.prefix}-${String(this.pictures).padStart(2, '0')}-${name}.png`;
    await page.screenshot({ path: join(screenshots, file), fullPage: true });
    assert.deepEqual(await page.evaluate(shape, TAPPED), [], `${file}: ${page.url()}`);
    assert.deepEqual(await this.nameless(), [], `${file}: things without a name`);
    assert.deepEqual(this.complaints.splice(0), [], `${file}: the browser complained`);
  }

  /** The same of a page of the checkout, whose address keeps what it came with. */
  async lookAtStep(name, more = {}) {
    await this.look(name);
    const { pathname, searchParams } = new URL(this.page.url());
    for (const [parameter, value] of Object.entries({ ...CAMPAIGN, ...more })) {
      assert.equal(searchParams.get(parameter), value, `${name}: ${parameter} in ${this.page.url()}`);
    }
    return pathname;
  }

  /** What assistive technology cannot call by a name. */
  async nameless() {
    const { nodes } = await this.devtools.send('Accessibility.getFullAXTree');
    return nodes
      .filter((node) => !node.ignored && NAMED_ROLES.includes(node.role?.value))
      .filter((node) => !node.name?.value?.trim())
      .map((node) => `${node.role.value} ${node.backendDOMNodeId}`);
  }

  /** Fills fields in by their names; a select by the value of its choice, a radio by its own. */
  async fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.page.locator(`:is(input, select)[name="${name}"]:not([type=hidden])`).first();
      const kind = await field.evaluate((element) => (element.matches('select') ? 'select' : element.type));
      if (kind === 'select') await field.selectOption(value);
      else if (kind === 'radio') await this.choose(name, value);
      else await field.fill(value);
    }
  }

  /** Taps a choice where a finger would: on its label. */
  async choose(name, value) {
    const radio = this.page.locator(`[name="${name}"][value="${value}"]`);
    const id = await radio.getAttribute('id');
    const label = id ? this.page.locator(`label[for="${id}"]`) : this.page.locator('label').filter({ has: radio });
    await label.first().click({ position: { x: 24, y: 16 } });
    assert.ok(await radio.isChecked(), `${name} is ${value}`);
  }

  /** On a phone the order summary is folded away. */
  async openSummary() {
    const folded = this.page.locator('details:not([open]) > summary').filter({ visible: true });
    if (await folded.count()) await folded.first().click();
  }

  /** All that can be read on the page. */
  text() {
    return this.page.locator('body').innerText();
  }

  async close() {
    await this.context.close();
  }
}
