// The console of a broker with a manual clock, in a browser that speaks Chinese; on the control port, and then on the web port.
const { withBrowser, check, shows, control } = require('./session.js');
const { signIn } = require('./device.js');

const [, , , address, api, mqttPort] = process.argv;

withBrowser({ locale: 'zh-CN', colorScheme: 'dark' }, async (page) => {
  await page.goto(`${api}/console`);
  await check('on the control port it is whole', shows(page, '#link', '实时'));
  await check('Chinese by the browser', shows(page, '#online-heading', '在线设备'));
  await page.goto(`${api}/console?lang=en`);
  const device = await signIn(mqttPort);
  await check('the device is online', shows(page, '#online-list', 'tcp'));
  const left = Number((await page.locator('#online-list .left').textContent()).match(/\d+/)[0]);
  await check('time stands still', async () => { await page.waitForTimeout(2500); await shows(page, '#online-list .left', `${left} s`); });
  await page.locator('#clock-steps').selectOption('60000');
  await page.locator('#clock button').click();
  await check('an advance moves it', shows(page, '#online-list .left', `${left - 60} s`));
  await check('and the clock says so', shows(page, '#clock-line', '60 s'));
  await page.locator('#clock button').click();
  await check('the heartbeat ends it', shows(page, '#trouble-line', 'the heartbeat ran out'));
  await check('nobody is online', shows(page, '#online-none', 'No device'));
  device.end();
  await page.locator('#over').selectOption('wss');
  await page.locator('#sign-in-button').click();
  await check('a device signs in over wss from here', shows(page, '#half-line', 'Online as pk/device'));
  await page.locator('#sign-out-button').click();
  await page.locator('#over').selectOption('ws');
  await page.locator('#sign-in-button').click();
  await check('and over ws', shows(page, '#half-line', 'Online as pk/device'));
  await check('the platform says so', shows(page, '#online-list', 'ws'));
  await control(api, 'POST', 'reset');
  await check('a reset empties the page', shows(page, '#journal-none', 'Nothing here yet'));
  await page.goto(`${address}?lang=en`);
  await check('on the web port it is whole as well', shows(page, '#link', 'live'));
  await check('the clock is there', shows(page, '#clock-line', 'Manual: 0 s'));
  await check('the browser complains of nothing', async () => { if (page.complaints.length) throw new Error(page.complaints.join('\n')); });
  await control(api, 'POST', 'shutdown');
  await check('a platform that is gone is told', shows(page, '#trouble-line', 'does not answer'));
});
