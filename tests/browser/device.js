// A device past the browser: one CONNECT over TCP, built here by hand, with a password of Node's own HMAC.
const { createHmac } = require('node:crypto');
const { connect } = require('node:net');

const field = (text) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

/** method is what is computed, declared what the client id says. Returns {code, end()} once the CONNACK is there. */
function signIn(port, { declared = 'hmacsha1', method = 'sha1', secret = 'secret', clientId = '12345', keepAlive = 60 } = {}) {
  const content = `clientId${clientId}deviceNamedeviceproductKeypk`;
  const body = Buffer.concat([field('MQTT'), Buffer.from([4, 0xc2, keepAlive >> 8, keepAlive & 255]),
    field(`${clientId}|securemode=3,signmethod=${declared}|`), field('device&pk'),
    field(createHmac(method, secret).update(content).digest('hex'))]);
  const length = body.length < 128 ? [body.length] : [0x80 | body.length % 128, body.length >> 7];
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.concat([Buffer.from([0x10, ...length]), body])));
    socket.once('data', (bytes) => done({ code: bytes[3], end: () => socket.destroy() }));
    socket.on('error', fail);
  });
}

module.exports = { signIn };
