// MQTT.js from the npm registry: many connections in one process.
'use strict';
const fs = require('fs');
const mqtt = require('mqtt');
const { say, serve } = require('../lines');

const SCHEMES = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' };
const clients = {};

function connect(c) {
    const client = mqtt.connect(`${SCHEMES[c.transport]}://${c.host}:${c.port}/`, {
        clientId: c.clientId, username: c.username, password: c.password, keepalive: c.keepAlive, clean: c.clean,
        protocolVersion: 4, ca: fs.readFileSync(c.ca),
    });
    let refused = false, online = false;
    clients[c.as] = client;
    client.on('connect', (connack) => {
        online = true;
        say(c.as, 'connected', { sessionPresent: connack.sessionPresent });
    });
    client.on('error', (error) => {
        if (refused || online) // a reset is an error too; it dials again by itself
            return;
        refused = true;
        say(c.as, error.code >= 1 && error.code <= 5 ? 'refused' : 'failed', { code: error.code, text: error.message });
        client.end(true); // it would dial again every second for ever
    });
    client.on('close', () => refused || say(c.as, 'disconnected'));
    client.on('message', (topic, payload, packet) => say(c.as, 'message', { topic, payload: payload.toString(), qos: packet.qos, dup: packet.dup }));
}

serve({
    connect,
    subscribe: (c) => clients[c.as].subscribe(c.topic, { qos: c.qos }, (error, granted) => error || say(c.as, 'subscribed', { granted: granted.map((g) => g.qos) })),
    publish: (c) => clients[c.as].publish(c.topic, c.payload, { qos: c.qos }, (error) => error || say(c.as, 'published')),
    leave: (c) => clients[c.as].end(false, {}, () => say(c.as, 'left')),
});
