// A headless Chromium with a fresh profile, and what its tests have in common.
const http = require('node:http');
const { chromium } = require('playwright-core');

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const PATIENCE_MS = 8000;

/** Runs tests(page, context) in a browser of its own and says so when it is closed. options: those of a context, and more flags. */
async function withBrowser({ flags = [], ...options }, tests) {
  const context = await chromium.launchPersistentContext(`${process.argv[2]}-${process.pid}`, {
    executablePath: process.env.CHROMIUM, args: [...FLAGS, ...flags], viewport: { width: 1280, height: 900 }, locale: 'en-US', ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  try {
    const page = context.pages()[0];
    page.complaints = [];
    page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
    page.on('pageerror', (error) => page.complaints.push(error.message));
    await tests(page, context);
  } catch (e) {
    console.log(`NOT OK  ${e.stack}`);
  }
  await context.close();
  console.log('the browser is closed');
}

/** One line of the count. what: a truth, or a promise that must not fail. */
async function check(name, what) {
  try {
    const good = await (typeof what === 'function' ? what() : what);
    console.log(good === false ? `NOT OK  ${name}` : `ok      ${name}`);
  } catch (e) {
    console.log(`NOT OK  ${name}\n        ${e.message.split('\n').slice(0, 6).join('\n        ')}`);
  }
}

/** Waits until an element's text has this part in it. */
async function shows(page, selector, part) {
  try {
    await page.waitForFunction(([s, p]) => [...document.querySelectorAll(s)].some((e) => e.checkVisibility() && e.textContent.includes(p)), [selector, part], { timeout: PATIENCE_MS });
  } catch {
    const texts = await page.locator(selector).allTextContents();
    throw new Error(`${selector} shows ${JSON.stringify(texts)}, wanted "${part}"`);
  }
}

/** A call of the control API past the browser. */
function control(base, method, path, body) {
  return new Promise((done, fail) => {
    const request = http.request(`${base}/_mock/v1/${path}`, { method, headers: body ? { 'Content-Type': 'application/json' } : {} }, (answer) => {
      let text = '';
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => done(JSON.parse(text)));
    });
    request.on('error', fail);
    request.end(body && JSON.stringify(body));
  });
}

module.exports = { withBrowser, check, shows, control };
