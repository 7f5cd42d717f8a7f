// The journal, newest first, of all or of one device.
import { byId, keep, make, setText } from './dom.js';
import { sentenceOf } from './event.js';
import { nameOf } from './platform.js';
import { t, word } from './text.js';

const SHOWN_MAX = 200;
const WRONG = new Set(['refused', 'malformed', 'flapping', 'denied', 'alink-error', 'ws-error']);

export class Journal {
  constructor(watch) {
    this.watch = watch;
    this.field = byId('filter');
    this.field.addEventListener('input', () => this.show());
    byId('filter-all').addEventListener('click', () => this.filter(''));
  }

  /** Shows what has this in its device's name only. */
  filter(name) {
    this.field.value = name;
    this.field.focus();
    this.show();
  }

  show() {
    const wanted = this.field.value.trim().toLowerCase();
    const events = this.watch.events.filter((event) => !wanted || nameOf(event).toLowerCase().includes(wanted)).slice(-SHOWN_MAX).reverse();
    byId('filter-all').disabled = wanted === '';
    setText(byId('journal-none'), events.length > 0 ? '' : wanted ? t('noEventsOf', { filter: this.field.value }) : t('noEvents'));
    byId('journal-list').hidden = events.length === 0;
    keep(byId('journal-list'), events, (event) => `${event.seq} ${event.time}`, (event) => this.row(event), (row, event) => this.fill(row, event));
    this.showNames();
  }

  /** The whole event as the API gives it is shown when somebody unfolds it. */
  row(event) {
    const whole = make('pre');
    const details = make('details', {}, make('summary', {}, make('time', { dateTime: event.time }), make('span', { className: 'mark' }), make('span', { className: 'name' }), ' ', make('span')), whole);
    details.addEventListener('toggle', () => { if (details.open) setText(whole, JSON.stringify(event, null, 1)); });
    return make('li', {}, details);
  }

  fill(row, event) {
    const [time, mark, name, text] = row.firstElementChild.firstElementChild.children;
    setText(time, event.time.slice(11, 23));
    time.title = event.time;
    setText(mark, word('event', event.event));
    mark.className = `mark ${WRONG.has(event.event) ? 'wrong' : event.event === 'online' ? 'good' : ''}`;
    setText(name, nameOf(event) || event.peer || '');
    setText(text, sentenceOf(event));
  }

  showNames() {
    const names = new Set([...this.watch.devices.map(nameOf), ...this.watch.events.map(nameOf)].filter(Boolean));
    keep(byId('device-names'), [...names].slice(0, 200), (name) => name, (name) => make('option', { value: name }), () => {});
  }
}
