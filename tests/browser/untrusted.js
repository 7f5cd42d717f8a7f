// A browser that does not trust our root shows nothing of the page: so what the other tests see was really trusted.
const { withBrowser, check } = require('./session.js');

withBrowser({}, async (page) => {
  await check('without our root in the store the page is refused', async () => {
    const error = await page.goto(process.argv[3]).then(() => 'it was shown', (e) => e.message);
    if (!error.includes('ERR_CERT_AUTHORITY_INVALID')) throw new Error(error);
  });
});
