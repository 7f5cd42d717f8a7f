// Commands in, events out, one JSON object a line; for the drivers that run in Node.
'use strict';
const readline = require('readline');

exports.say = (name, event, what) => process.stdout.write(JSON.stringify({ as: name, event, ...what }) + '\n');

// handlers[do](command); the process ends with its input.
exports.serve = (handlers) => {
    const lines = readline.createInterface({ input: process.stdin });
    lines.on('line', (line) => {
        const command = JSON.parse(line);
        handlers[command.do](command);
    });
    lines.on('close', () => process.exit(0));
};
