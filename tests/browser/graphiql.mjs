// Opens /graphiql of a running demo server in Chromium, runs its three tabs and reads the answers.
//
//   BASE_URL        the server (http://127.0.0.1:4000)
//   CHROMIUM        the browser (/usr/bin/chromium)
//   SCREENSHOT_DIR  where the pictures go (a new temporary folder)
//
// The page takes its editor from a CDN. Here those requests are answered from node_modules, and any
// other request that leaves the server under test is refused and fails the test.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const baseUrl = new URL(process.env.BASE_URL || 'http://127.0.0.1:4000');
const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
const screenshotDir = process.env.SCREENSHOT_DIR || mkdtempSync(join(tmpdir(), 'graphiql-'));
const nodeModules = fileURLToPath(new URL('./node_modules/', import.meta.url));

const CDN = 'https://unpkg.com';
const CDN_PATH = /^\/([a-z-]+)@(\d+\.\d+\.\d+)\/([\w./-]+)$/;
const CONTENT_TYPES = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };
const PATIENCE_MS = 20_000;

let browser;
let page;
/** What the browser complained about and what it asked for from elsewhere, in plain words. */
const complaints = [];

/** The body of a CDN file, out of the installed package of exactly the version that the URL names. */
function installedFile(pathname) {
  const [, name, version, file] = CDN_PATH.exec(pathname) ?? [];
  if (!name) throw new Error(`the page asks the CDN for a file without an exact version: ${pathname}`);
  const installed = JSON.parse(readFileSync(join(nodeModules, name, 'package.json'), 'utf8')).version;
  if (installed !== version) throw new Error(`the page uses ${name} ${version}, the test installs ${installed}`);
  return readFileSync(join(nodeModules, name, file));
}

async function answerRequest(route) {
  const url = new URL(route.request().url());
  if (url.origin === baseUrl.origin) return route.continue();
  try {
    if (url.origin !== CDN) throw new Error(`the page asks a stranger: ${url.href}`);
    const body = installedFile(url.pathname);
    // The integrity check of a foreign script needs CORS.
    const headers = { 'access-control-allow-origin': '*', 'content-type': CONTENT_TYPES[extname(url.pathname)] };
    return await route.fulfill({ status: 200, headers, body });
  } catch (error) {
    complaints.push(error.message);
    return route.abort();
  }
}

function assertNoComplaints() {
  assert.deepEqual(complaints.splice(0), [], 'the browser complained');
}

/** Chooses a tab, presses the button, and gives back the answer in the response pane. */
async function runTab(name, screenshot) {
  await page.getByRole('tab').getByRole('button', { name, exact: true }).click();
  await page.locator('[role=tab][aria-selected=true]', { hasText: name }).waitFor();

  const operation = new RegExp(`(query|mutation) ${name}\\b`);
  const answered = page.waitForResponse((response) => {
    if (response.request().method() !== 'POST') return false;
    return operation.test(response.request().postDataJSON()?.query);
  });
  await page.getByRole('button', { name: /^Execute query/ }).click();
  const response = await answered;
  assert.equal(response.status(), 200);

  // The pane draws only the lines in view: its editor knows them all.
  const shown = await page.waitForFunction(() => {
    const pane = document.querySelector('.graphiql-response .CodeMirror');
    try {
      return JSON.parse(pane.CodeMirror.getValue());
    } catch {
      return null; // still empty
    }
  });
  const answer = await shown.jsonValue();
  await page.screenshot({ path: join(screenshotDir, screenshot) });
  assert.equal(answer.errors, undefined, `top-level errors: ${JSON.stringify(answer.errors)}`);
  assert.deepEqual(answer, await response.json(), 'the pane shows what the server answered');
  return answer.data;
}

function textOfResponsePane() {
  return page.locator('.graphiql-response').innerText();
}

before(async () => {
  mkdirSync(screenshotDir, { recursive: true });
  console.log(`screenshots: ${screenshotDir}`);

  browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.route('**/*', answerRequest);

  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console error: ${message.text()}`);
  });
  await page.exposeFunction('tellViolation', (violation) => complaints.push(`policy violation: ${violation}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.tellViolation(`${event.violatedDirective} refused ${event.blockedURI} (${event.sourceFile})`);
    });
  });
});

after(async () => {
  await browser?.close();
});

test('the page opens with three filled-in tabs under a strict policy', async () => {
  const response = await page.goto(new URL('/graphiql', baseUrl).href);
  assert.equal(response.status(), 200);
  const policy = response.headers()['content-security-policy'] ?? '';
  assert.match(policy, /script-src [^;]*'nonce-/);
  assert.doesNotMatch(policy, /'unsafe-(inline|eval)'/);

  await page.getByRole('button', { name: /^Execute query/ }).waitFor();
  assert.deepEqual(await page.getByRole('tab').allInnerTexts(), ['Browse', 'Cart', 'Checkout']);
  assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /^.+: storefront API$/);
  assert.doesNotMatch(await page.content(), /\{\{[A-Z]+\}\}/, 'every placeholder is replaced');
  assertNoComplaints();
});

test('the browse tab shows product titles', async () => {
  const { products } = await runTab('Browse', '1-browse.png');
  assert.ok(products.nodes.length > 0, 'the sample shop has products');
  for (const product of products.nodes) {
    assert.ok(product.title, 'a product has a title');
    assert.ok(product.variants.nodes.length > 0, `${product.title} has variants`);
  }
  const title = JSON.stringify(products.nodes[0].title);
  assert.ok((await textOfResponsePane()).includes(title), `the pane shows ${title}`);
  assertNoComplaints();
});

test('the cart tab makes a cart with one line', async () => {
  const { cartCreate } = await runTab('Cart', '2-cart.png');
  assert.deepEqual(cartCreate.userErrors, []);
  assert.ok(cartCreate.cart, 'there is a cart');
  assert.equal(cartCreate.cart.totalQuantity, 1);
  assert.equal(cartCreate.cart.lines.nodes.length, 1);
  assert.ok((await textOfResponsePane()).includes('"totalQuantity": 1'), 'the pane shows the cart');
  assertNoComplaints();
});

test('the checkout tab buys', async () => {
  const data = await runTab('Checkout', '3-checkout.png');
  for (const [field, payload] of Object.entries(data)) {
    assert.deepEqual(payload.userErrors, [], `${field} refuses nothing`);
  }
  assert.equal(data.cartPrepareForCompletion.result.__typename, 'CartStatusReady');
  const { result } = data.cartSubmitForCompletion;
  assert.equal(result.__typename, 'SubmitSuccess', JSON.stringify(result));
  assert.ok(result.attemptId, 'the attempt has an id');
  assert.ok((await textOfResponsePane()).includes('SubmitSuccess'), 'the pane shows the success');
  assertNoComplaints();
});

test('a dialog opens under the strict policy too', async () => {
  await page.getByRole('button', { name: 'Open settings dialog' }).click();
  await page.getByRole('dialog').getByText('Theme').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assertNoComplaints();
});
