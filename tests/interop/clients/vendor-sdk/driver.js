// The vendor's two npm SDKs, unmodified; argv[2] is the package. They make client id, user name and password from the device's names and
// secret by themselves.
//
// How they find our broker and trust it: `brokerUrl` is an option of both and goes before the endpoint name that they would make from
// productKey and region; neither hands TLS options on to its MQTT.js, so our root comes by Node's own NODE_EXTRA_CA_CERTS (clients.py
// sets it for this process). The certificate also carries the platform's names: with a hosts entry and ports 1883/443 they need no option.
'use strict';
const sdk = require(process.argv[2]);
const { say, serve } = require('../lines');

const SCHEMES = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' };
const devices = {};

function connect(c) {
    const device = sdk.device({
        productKey: c.device.productKey, deviceName: c.device.deviceName, deviceSecret: c.device.deviceSecret,
        brokerUrl: `${SCHEMES[c.transport]}://${c.host}:${c.port}/`, keepalive: c.keepAlive, clean: c.clean,
        signAlgorithm: c.device.method.replace('hmac', ''), // the SDK's own word, which it puts behind "signmethod=hmac"
    });
    let refused = false, online = false;
    devices[c.as] = device;
    device.on('connect', (args) => {
        online = true;
        say(c.as, 'connected', { sessionPresent: args[0].sessionPresent });
    });
    device.on('error', (args) => {
        if (refused || online) // a reset is an error too; it dials again by itself
            return;
        refused = true;
        const error = args[0];
        say(c.as, error.code >= 1 && error.code <= 5 ? 'refused' : 'failed', { code: error.code, text: error.message });
        device.end(true); // it would dial again every second for ever
    });
    device.on('close', () => refused || say(c.as, 'disconnected'));
    // The SDKs pass a message on without its packet; their MQTT.js, which both expose, has it.
    device.mqttClient.on('message', (topic, payload, packet) => say(c.as, 'message', { topic, payload: payload.toString(), qos: packet.qos, dup: packet.dup }));
}

serve({
    connect,
    subscribe: (c) => devices[c.as].subscribe(c.topic, { qos: c.qos }, (error, granted) => error || say(c.as, 'subscribed', { granted: granted.map((g) => g.qos) })),
    publish: (c) => devices[c.as].publish(c.topic, c.payload, { qos: c.qos }, (error) => error || say(c.as, 'published')),
    leave: (c) => devices[c.as].end(false, () => say(c.as, 'left')),
});
process.on('uncaughtException', (error) => process.stderr.write(`${error.stack}\n`)); // 1.0.1 lets some of its own through
