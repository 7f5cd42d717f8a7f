// The console of a control API that demands a token, without MQTT.js.
const { withBrowser, check, shows } = require('./session.js');

withBrowser({}, async (page) => {
  await page.goto(process.argv[3]);
  await check('a token is asked for', shows(page, '#trouble-line', 'a token is needed'));
  await check('without MQTT.js one sentence says what to run', shows(page, '#half-missing', 'make console-assets'));
  await check('and nobody can sign in', async () => page.locator('#sign-in-button').isDisabled());
  await page.locator('#token-form input').fill('a wrong token');
  await page.locator('#token-form button').click();
  await check('a wrong one does not help', async () => { await page.waitForTimeout(2500); await shows(page, '#link', 'a token is needed'); });
  await page.locator('#token-form input').fill('browser-token-0123456789');
  await page.keyboard.press('Enter');
  await check('the right one does', shows(page, '#link', 'live'));
  await check('everything else works', shows(page, '#trouble-line', 'No open trouble'));
  await check('the token is stored nowhere', async () => (await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)) === 0);
});
