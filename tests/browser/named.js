// The page under one of the platform's own names, as a hosts file leads it here: the device half works, the other says where it is.
const { withBrowser, check, shows } = require('./session.js');

const [, , , port, api] = process.argv;
const NAME = 'pk.iot-as-mqtt.cn-shanghai.aliyuncs.com';

withBrowser({ flags: [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`] }, async (page) => {
  await check('the certificate carries the name', page.goto(`https://${NAME}:${port}/console`));
  await check('the page says where the platform is seen', shows(page, '#trouble-line', `${api}/console`));
  await check('what it cannot reach it does not show', async () => !(await page.locator('#platform').isVisible()) && !(await page.locator('#tools').isVisible()));
  await page.locator('#sign-in [name=deviceSecret]').fill('not the secret');
  await page.locator('#sign-in-button').click();
  await check('a refusal has its code', shows(page, '#half-line', 'CONNACK 4'));
  await page.locator('#sign-in [name=deviceSecret]').fill('secret');
  await page.locator('#sign-in-button').click();
  await check('a device signs in', shows(page, '#half-line', 'Online as pk/device'));
  await check('the browser complains of nothing', async () => { if (page.complaints.length) throw new Error(page.complaints.join('\n')); });
  await page.screenshot({ path: 'build/console/named-light.png' });
});
