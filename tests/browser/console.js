// The whole page on the web port, with a real clock: a device signs in over wss, the platform is looked at and driven.
const { withBrowser, check, shows, control } = require('./session.js');
const { signIn } = require('./device.js');

const [, , , address, api, mqttPort] = process.argv;
const SHOTS = 'build/console';

async function topLine(page) {
  await control(api, 'POST', 'reset'); // another test was here
  await check('the page is shown over https', page.goto(address));
  await check('it reaches the control API on its own port', shows(page, '#link', 'live'));
  await check('nothing is wrong yet', shows(page, '#trouble-line', 'No open trouble'));
  const { code } = await signIn(mqttPort, { method: 'md5' });
  await check('a device with the wrong digest is refused', code === 4);
  await check('the top line says who, when and why', shows(page, '#trouble-line', 'pk/device was refused'));
  await check('in words', shows(page, '#trouble-line', 'hmacmd5'));
  await check('and what to change', shows(page, '#trouble-change', 'Change: '));
  await check('and the code', shows(page, '#trouble-facts', 'CONNACK 4'));
  await check('a screen reader is told', shows(page, '#trouble-live', 'hmacmd5'));
  const spoken = await page.locator('#trouble-live').textContent(), first = await page.locator('#trouble-line').textContent();
  await check('the age goes on', page.waitForFunction((was) => document.getElementById('trouble-line').textContent !== was, first));
  await check('but is not read out again', async () => (await page.locator('#trouble-live').textContent()) === spoken);
  await check('the refusal is in the list', shows(page, '#refusals-list li', 'pk/device'));
  await page.screenshot({ path: `${SHOTS}/refused-light.png`, fullPage: true });
}

async function device(page) {
  await page.locator('#sign-in [name=deviceSecret]').fill('not the secret');
  await page.locator('#sign-in-button').click();
  await check('a wrong secret is refused with its code', shows(page, '#half-line', 'CONNACK 4'));
  await check('and the platform explains', shows(page, '#half-why', 'password'));
  await page.locator('#sign-in [name=deviceSecret]').fill('secret');
  await page.locator('#sign-in [name=keepAlive]').fill('10');
  await page.locator('#sign-in-button').click();
  await check('a keep-alive out of range is refused with its code', shows(page, '#half-line', 'CONNACK 2'));
  await check('and explained', shows(page, '#half-why', '10 s'));
  await page.locator('#sign-in [name=keepAlive]').fill('60');
  for (const method of ['hmacsha256', 'hmacsha1']) {
    await page.locator('#method').selectOption(method);
    await page.locator('#sign-in-button').click();
    await check(`${method}: online over wss`, shows(page, '#half-line', 'Online as pk/device'));
    await check(`${method}: the platform says so`, async () => (await control(api, 'GET', 'sessions')).sessions[0].transport === 'wss');
    if (method === 'hmacsha256') await page.locator('#sign-out-button').click();
  }
  await check('the top line is calm again', shows(page, '#trouble-line', 'No open trouble'));
  await check('the device is in the list, with its transport', shows(page, '#online-list', 'wss'));
  await check('and the time that the heartbeat leaves it', async () => Number((await page.locator('#online-list .left').textContent()).match(/^(\d+) s$/)[1]) > 30);
}

async function messages(page) {
  const at = (form, name) => page.locator(`#${form} [name=${name}]`);
  await at('subscribe', 'qos').selectOption('1');
  await page.locator('#subscribe button').click();
  await check('it subscribes', shows(page, '#half-said', 'Subscribed /pk/device/user/get with QoS 1'));
  await at('publish-as', 'payload').fill('there and back <b>again</b>');
  await at('publish-as', 'qos').selectOption('1');
  await page.locator('#publish-as button').click();
  await check('its own message comes back', shows(page, '#messages-list li', 'there and back <b>again</b>'));
  await check('as text, not as markup', async () => (await page.locator('#messages-list b').count()) === 0);
  await at('publish', 'payload').fill('from the cloud');
  await page.locator('#publish button').click();
  await check('the platform publishes to it', shows(page, '#messages-list li', 'from the cloud'));
  await check('and says how', shows(page, '#publish-said', 'Delivery:'));
  await control(api, 'POST', 'publish', { productKey: 'pk', deviceName: 'device', topic: '/pk/device/user/get', payload_hex: 'fffe00' });
  await check('bytes that are no text are shown in hex', shows(page, '#messages-list li', '0xfffe00'));
  await at('subscribe', 'topic').fill('/other/device/user/get');
  await page.locator('#subscribe button').click();
  await check('a topic of somebody else is denied', shows(page, '#half-said', 'was denied'));
  await check('and the journal tells of it', shows(page, '#journal-list li', 'may not subscribe /other/device/user/get'));
}

async function faults(page) {
  await page.locator('#fault-kind').selectOption('withhold');
  await page.locator('#fault-packet').selectOption('PINGRESP');
  await check('only what goes with the kind is asked for', async () => !(await page.locator('#fault [name=ms]').isVisible()));
  await page.locator('#fault [name=times]').fill('1');
  await page.locator('#fault button').click();
  await check('a fault is set', shows(page, '#faults-list li', 'withhold PINGRESP'));
  await check('the platform has it', async () => (await control(api, 'GET', 'faults')).faults[0].packet === 'PINGRESP');
  await page.locator('#fault-kind').selectOption('code');
  await check('a code is asked for now', async () => page.locator('#fault [name=code]').isVisible());
  await page.locator('#fault-packet').selectOption('CONNACK');
  await page.locator('#fault [name=code]').fill('999');
  await page.locator('#fault button').click();
  await check('a mistake is told with its place', shows(page, '#fault-said', '/code'));
  await page.locator('#faults-list button').click();
  await check('a fault is removed', shows(page, '#faults-none', 'No fault'));
  await check('from the platform too', async () => (await control(api, 'GET', 'faults')).faults.length === 0);
}

async function kick(page) {
  await page.locator('#online-list .kick').click();
  await check('a kick is seen by the device', shows(page, '#half-line', 'kicked'));
  await check('and by the list', shows(page, '#online-none', 'No device'));
  await check('the keyboard is not lost with the button', async () => (await page.evaluate(() => document.activeElement.id)) === 'online-heading');
  await check('the journal tells of it', shows(page, '#journal-list li', 'kicked by somebody'));
}

async function journal(page) {
  await control(api, 'POST', 'devices', { productKey: 'pk', deviceName: 'other', deviceSecret: 'x' });
  await page.locator('#filter').fill('pk/other');
  await check('the filter leaves only one device', shows(page, '#journal-none', 'Nothing of “pk/other”'));
  await page.locator('#filter').fill('DEVICE');
  await check('a part of a name will do', async () => (await page.locator('#journal-list li').count()) > 3);
  await signIn(mqttPort, { clientId: '<img src=x onerror="document.title=1">', declared: 'hmac<script>alert(1)</script>' });
  await check('what a device calls itself is shown as text', shows(page, '#refusals-list li', 'hmac<script>'));
  await page.locator('#filter-all').click();
  await page.locator('#journal-list summary').first().click();
  await check('an event unfolds to what the API says', shows(page, '#journal-list pre', '"event"'));
  await check('and is no markup', async () => (await page.locator('main img, main script').count()) === 0 && (await page.title()) === 'Mock platform: console');
}

/** From the top of the page with Tab alone: everything that can be done is reached, in the order of the page, and seen. */
async function keyboard(page) {
  await page.evaluate(() => document.activeElement.blur());
  await page.reload();
  await shows(page, '#link', 'live');
  const walked = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
      const labelled = e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby');
      return e === document.body ? null : { id: e.id || `${e.form?.id}.${e.name || e.type}`, top: box.top + scrollY, column: box.left > innerWidth / 2,
        seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, labelled: Boolean(labelled) };
    });
    if (!at) break;
    walked.push(at);
  }
  const ids = walked.map((at) => at.id);
  await check('the walk comes to every part', async () => {
    for (const id of ['language', 'filter', 'sign-in.deviceSecret', 'sign-in-button', 'publish.topic', 'fault-kind', 'fault.submit']) if (!ids.includes(id)) throw new Error(`${id} is not among ${ids}`);
  });
  await check('the skip link is first', async () => (await page.evaluate(() => document.querySelector('a').className)) === 'skip' && walked[0].top < 60);
  await check('the focus is always visible', async () => { const bad = walked.filter((at) => !at.seen); if (bad.length) throw new Error(JSON.stringify(bad)); });
  await check('everything has a label', async () => { const bad = walked.filter((at) => !at.labelled); if (bad.length) throw new Error(JSON.stringify(bad)); });
  await page.locator('#sign-in [name=productKey]').focus();
  await page.keyboard.press('Enter');
  await check('Enter signs in', shows(page, '#half-line', 'Online as pk/device'));
  await page.locator('#subscribe [name=topic]').focus();
  await page.keyboard.press('Enter');
  await check('Enter subscribes', shows(page, '#half-said', 'Subscribed'));
  await page.locator('#publish-as [name=payload]').focus();
  await page.keyboard.type(' by keyboard');
  await page.keyboard.press('Enter');
  await check('Enter publishes', shows(page, '#messages-list li', 'by keyboard'));
}

async function looks(page) {
  await shows(page, '#online-list', 'wss');
  await page.screenshot({ path: `${SHOTS}/online-light.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await check('dark is dark', async () => (await page.evaluate(() => getComputedStyle(document.body).backgroundColor)) === 'rgb(16, 21, 27)');
  await page.screenshot({ path: `${SHOTS}/online-dark.png`, fullPage: true });
  await page.locator('#language').selectOption('zh');
  await check('Chinese by the switch', shows(page, '#online-heading', '在线设备'));
  await check('and the page says so', async () => (await page.evaluate(() => document.documentElement.lang)) === 'zh-CN');
  await check('the explanation too', async () => { await signIn(mqttPort, { method: 'md5' }); await shows(page, '#refusals-list li', '密码'); });
  await page.setViewportSize({ width: 390, height: 844 });
  await check('nothing is wider than a phone', async () => (await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  await page.screenshot({ path: `${SHOTS}/phone-dark-zh.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.screenshot({ path: `${SHOTS}/phone-light-zh.png` });
  await check('the address keeps the language', async () => { await page.reload(); await shows(page, '#online-heading', '在线设备'); });
  await check('nothing is stored in the browser', async () => (await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)) === 0);
  await check('the browser complains of the one mistake in a fault, and of nothing else', async () => { const others = page.complaints.filter((text) => !/status of 400/.test(text)); if (page.complaints.length !== 1 || others.length) throw new Error(page.complaints.join('\n')); });
}

/** A page of another origin in the same browser: it gets nothing out of the control API and does nothing to it. */
async function foreign(page, context) {
  const evil = await context.newPage();
  await evil.route('http://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>foreign</p>' }));
  await evil.goto('http://evil.example/');
  const before = (await control(api, 'GET', 'sessions')).sessions.length;
  const read = await evil.evaluate((url) => fetch(`${url}/_mock/v1/journal`).then((a) => a.text(), (e) => `failed: ${e.message}`), api);
  await check('a foreign page cannot read', read.startsWith('failed'));
  await evil.evaluate((url) => fetch(`${url}/_mock/v1/reset`, { method: 'POST', mode: 'no-cors' }).catch(() => {}), api);
  await check('nor do', async () => (await control(api, 'GET', 'sessions')).sessions.length === before && before > 0);
  await evil.close();
}

withBrowser({}, async (page, context) => {
  for (const part of [topLine, device, messages, faults, kick, journal, keyboard, foreign, looks]) await part(page, context);
});
