// Puts the page together: the platform's half where the control API is in reach, the device's half everywhere.
import { Clock } from './clock.js';
import { Device } from './device.js';
import { byId, keep, make, setText } from './dom.js';
import { Faults } from './faults.js';
import { Journal } from './journal.js';
import { Message } from './message.js';
import { Platform, nameOf } from './platform.js';
import { Refusals } from './refusals.js';
import { Sessions } from './sessions.js';
import { chooseLanguage, language, onLanguage, setLanguage, t } from './text.js';
import { Trouble } from './trouble.js';
import { Watch } from './watch.js';

const facts = await (await fetch('/console/facts.json', { cache: 'no-store' })).json();

/** The control API's address as this page reaches it; null: out of reach. */
function reach() {
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  if (facts.port === 'control') return '';
  return here && facts.control ? facts.control : null;
}

const base = reach();
const elsewhere = base === null ? facts.control ? `${facts.control}/console` : `http://${location.hostname}:${facts.controlPort}/console` : '';
const platform = new Platform(base ?? '');
const watch = new Watch(platform, (what) => show(what));
const journal = new Journal(watch);
const sessions = new Sessions(platform, watch, (name) => journal.filter(name));
const trouble = new Trouble(platform, watch, elsewhere);
const parts = {
  link: [{ show: showLink }, trouble],
  events: [trouble, new Refusals(platform, watch), journal],
  state: [sessions, new Faults(watch), new Clock(platform, watch), { show: showDevices }, trouble],
};
const message = new Message(watch);
const device = new Device(facts, base === null ? null : platform, watch);

function show(what) {
  for (const part of parts[what]) part.show();
}

function showLink() {
  const { state } = base === null ? { state: 'none' } : watch.link;
  setText(byId('link'), t(`link.${state}`));
  byId('link').className = `badge ${state === 'live' ? 'live' : state === 'connecting' || state === 'none' ? '' : 'wrong'}`;
}

/** Every list of devices to choose from; a choice stays. */
function showDevices() {
  for (const select of document.querySelectorAll('select.devices')) {
    const names = [...watch.devices].sort((a, b) => b.online - a.online).map(nameOf); // who is online first
    const rows = select.classList.contains('any') ? ['', ...names] : names;
    keep(select, rows, (name) => name, (value) => make('option', { value }), (option, name) => setText(option, name || t('everyDevice')));
  }
  message.suggest();
}

function showAll() {
  setText(byId('profile'), t('profile', facts));
  for (const what of Object.keys(parts)) show(what);
  device.show();
}

byId('platform').hidden = byId('tools').hidden = base === null;
byId('language').addEventListener('change', (change) => {
  setLanguage(change.target.value);
  const address = new URL(location.href);
  address.searchParams.set('lang', language());
  history.replaceState(null, '', address);
});
onLanguage(showAll);
setLanguage(chooseLanguage());
byId('language').value = language();
if (base !== null) watch.start();
// Ages and times to go move on between two looks at the platform.
setInterval(() => {
  for (const part of [trouble, sessions, parts.events[1]]) part.show();
}, 1000);
