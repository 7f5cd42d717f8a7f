// Commands in, events out, one JSON object a line; for the drivers that run in Node.
'use strict';
const readline = require('readline');

exports.say = (name, event, what) => process.stdout.write(JSON.stringify({ as: name, event, ...what }) + '\n');

// handlers[do](command); the process ends with its input, not with a SIGTERM: that is for whoever drives it (Node forgets that its parent
// had it ignored).
exports.serve = (handlers) => {
    process.on('SIGTERM', () => {});
    const lines = readline.createInterface({ input: process.stdin });
    lines.on('line', (line) => {
        const command = JSON.parse(line);
        handlers[command.do](command);
    });
    lines.on('close', () => process.exit(0));
};
