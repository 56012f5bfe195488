// The unmodified Hydrogen starter against a running demo server, clicked through in a real browser.
//
//   BASE_URL        the server (http://127.0.0.1:4000)
//   STARTER         the folder that prepare.sh laid
//   CHROMIUM        the browser (/usr/bin/chromium)
//   SCREENSHOT_DIR  where the pictures go (a new temporary folder)

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const server = new URL(process.env.BASE_URL || 'http://127.0.0.1:4000');
const folder = process.env.STARTER;
const screenshots = process.env.SCREENSHOT_DIR || mkdtempSync(join(tmpdir(), 'starter-'));
const PATIENCE_MS = 30_000;
const START_MS = 120_000;
/** Words by which the starter's own log tells a failure. */
const TROUBLE = /\berror\b|failed to|unhandled|exception/i;
/** What it says of this environment, not of the shop: it cannot reach its maker. */
const EXPECTED = /EBADENGINE|unsupported engine|version check|monorail|analytics|ENOTFOUND|EAI_AGAIN|fetch failed: update/i;

let starter;
let log = '';
let browser;
let page;
let home;
let picture = 0;
const complaints = [];

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function waitFor(what, ready) {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    if (starter.exitCode !== null) break;
    if (await ready().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${what} did not come:\n${log.slice(-4_000)}`);
}

/** Pages outside this machine are not there; their scripts are answered with nothing. */
async function stayHere(route) {
  const { hostname } = new URL(route.request().url());
  if (['localhost', '127.0.0.1'].includes(hostname)) return route.continue();
  return route.fulfill({ status: 200, contentType: 'text/javascript', body: '' });
}

async function shoot(name) {
  picture += 1;
  await page.screenshot({ path: join(screenshots, `${String(picture).padStart(2, '0')}-${name}.png`), fullPage: true });
}

async function open(path) {
  const answer = await page.goto(new URL(path, home).href, { waitUntil: 'load' });
  assert.equal(answer.status(), 200, path);
  // Buttons work once the page is alive.
  await page.waitForFunction(() => Object.keys(document.body.firstElementChild ?? {}).some((key) => key.startsWith('__react')));
}

function heading(name) {
  return page.getByRole('heading', { name }).first().waitFor();
}

before(async () => {
  assert.ok(folder, 'STARTER names the folder that starter/prepare.sh laid');
  mkdirSync(screenshots, { recursive: true });
  const port = await freePort();
  home = new URL(`http://localhost:${port}/`);
  writeFileSync(
    join(folder, 'app', '.env'),
    [
      'SESSION_SECRET="a secret of the tests"',
      `PUBLIC_STORE_DOMAIN="${server.origin}"`,
      'PUBLIC_STOREFRONT_API_TOKEN="public-token-of-the-tests"',
      `PUBLIC_CHECKOUT_DOMAIN="${server.host}"`,
      'PUBLIC_STOREFRONT_ID="1"',
      '',
    ].join('\n'),
  );
  starter = spawn('npx', ['shopify', 'hydrogen', 'dev', '--port', String(port), '--disable-version-check'], {
    cwd: join(folder, 'app'),
    env: { ...process.env, CI: '1', FORCE_COLOR: '0', SHOPIFY_CLI_NO_ANALYTICS: '1' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [starter.stdout, starter.stderr]) stream.on('data', (chunk) => (log += chunk));
  await waitFor('the starter', async () => (await fetch(home)).status === 200);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.route('**/*', stayHere);
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (answer) => {
    if (answer.status() >= 400 && !new URL(answer.url()).pathname.includes('favicon')) {
      complaints.push(`${answer.status()} ${answer.url()}`);
    }
  });
});

after(async () => {
  await browser?.close();
  if (starter?.pid) process.kill(-starter.pid, 'SIGTERM');
});

test('home shows a collection, products and the menus of the shop', async () => {
  await open('/');
  await page.locator('.featured-collection img').waitFor();
  await page.locator('.recommended-products .product-item').first().waitFor();
  await page.waitForFunction(() => document.querySelector('.featured-collection img').naturalWidth > 0);
  assert.ok((await page.locator('header nav.header-menu-desktop a').count()) > 2);
  assert.ok((await page.locator('footer a').count()) > 2);
  await shoot('home');
});

test('a collection goes on to its next page', async () => {
  await open('/collections');
  await page.locator('.collection-item').first().waitFor();
  await shoot('collections');
  await open('/collections/all');
  const items = page.locator('.product-item');
  const before = await items.count();
  assert.ok(before > 0);
  await page.getByText('Load more').click();
  await page.waitForFunction((count) => document.querySelectorAll('.product-item').length > count, before);
  await shoot('collection-next-page');
  await open('/collections/clothing');
  assert.ok((await items.count()) > 0);
});

test('a product changes with its options', async () => {
  await open('/products/harbour-linen-shirt');
  await page.locator('.product-image img').waitFor();
  await shoot('product');
  const other = page.locator('.product-options-item.link').first();
  await other.click();
  await page.waitForURL(/\?.+=/);
  await page.locator('.product-form').waitFor();
  await shoot('product-option');
});

test('search finds products, pages and articles', async () => {
  await open('/search?q=linen');
  await page.locator('.search-result a').first().waitFor();
  await shoot('search');
});

test('suggestions come while typing', async () => {
  await open('/');
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.locator('.predictive-search input[type=search]').pressSequentially('line', { delay: 60 });
  await page.locator('.predictive-search-result li').first().waitFor();
  await shoot('suggestions');
});

test('pages, policies and the blog are read', async () => {
  await open('/pages/about');
  await page.locator('.page h1').waitFor();
  await shoot('page');
  await open('/policies');
  await page.locator('.policies a').first().click();
  await page.locator('.policy h1').waitFor();
  await shoot('policy');
  await open('/blogs');
  await page.locator('.blogs a').first().click();
  await page.locator('.blog-article a').first().click();
  await page.locator('.article h1').waitFor();
  await shoot('article');
});

test('the cart takes, changes and gives back a product, takes a code, and leads to the checkout', async () => {
  await open('/products/harbour-linen-shirt');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.locator('aside .cart-line').first().waitFor();
  await shoot('cart-drawer');
  await open('/cart');
  await shoot('cart-page');
  const cart = page.getByLabel('Cart page');
  await cart.locator('.cart-line').first().waitFor();
  await cart.getByRole('button', { name: 'Increase quantity' }).click();
  await cart.getByText(/Quantity: 2/).waitFor();
  await cart.getByRole('button', { name: 'Decrease quantity' }).click();
  await cart.getByText(/Quantity: 1/).waitFor();
  await cart.getByPlaceholder('Discount code').fill('NOBODY-ISSUED-THIS');
  const answered = page.waitForResponse((answer) => answer.url().includes('/cart') && answer.request().method() === 'POST');
  await cart.getByRole('button', { name: 'Apply discount code' }).click();
  assert.equal((await answered).status(), 200);
  await shoot('cart');
  const checkout = await cart.getByText('Continue to Checkout').locator('xpath=ancestor::a').getAttribute('href');
  assert.ok(checkout.startsWith(server.origin), checkout);
  const answer = await page.goto(checkout);
  assert.equal(answer.status(), 200);
  await shoot('checkout');
  await open('/cart');
  await cart.getByRole('button', { name: 'Remove' }).click();
  await cart.getByText(/Looks like you haven/).waitFor();
  await shoot('cart-empty');
});

test('a link adds a product and a code by itself', async () => {
  const answer = await page.goto(new URL('/discount/NOBODY-ISSUED-THIS', home).href);
  assert.equal(answer.status(), 200);
});

test('sitemaps and the map of robots are served', async () => {
  for (const path of ['/sitemap.xml', '/robots.txt', '/sitemap/products/1.xml', '/sitemap/articles/1.xml']) {
    assert.equal((await fetch(new URL(path, home))).status, 200, path);
  }
});

test('nothing went wrong on the way', () => {
  assert.deepEqual(complaints, []);
  const trouble = log.split('\n').filter((line) => TROUBLE.test(line) && !EXPECTED.test(line));
  assert.deepEqual(trouble, []);
});
