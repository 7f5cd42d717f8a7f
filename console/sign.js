// The password of a device, computed by the browser. The secret goes into the HMAC and nowhere else.

const HASHES = { hmacsha1: 'SHA-1', hmacsha256: 'SHA-256' }; // the browser has no MD5

export const METHODS = Object.keys(HASHES);

/** Whether the browser lets this page sign: only one that came by https or from this machine. */
export const canSign = () => Boolean(globalThis.crypto?.subtle);

const utf8 = new TextEncoder();

export const toHex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** HMAC of names and values in the order of the names, in hex. */
export async function sign(method, secret, values) {
  const content = Object.keys(values).sort().map((name) => name + values[name]).join('');
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: HASHES[method] }, false, ['sign']);
  return toHex(await crypto.subtle.sign('HMAC', key, utf8.encode(content)));
}

/** {clientId, username, password} of a CONNECT. d: {productKey, deviceName, deviceSecret, clientId, method, securemode, timestamp}. */
export async function credentialsOf(d) {
  const signed = { clientId: d.clientId, deviceName: d.deviceName, productKey: d.productKey, timestamp: d.timestamp };
  return {
    clientId: `${d.clientId}|securemode=${d.securemode},signmethod=${d.method},timestamp=${d.timestamp}|`,
    username: `${d.deviceName}&${d.productKey}`,
    password: await sign(d.method, d.deviceSecret, signed),
  };
}
