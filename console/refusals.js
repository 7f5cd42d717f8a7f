// The last refused sign-ins, newest first, each with what is wrong and what to change.
import { byId, keep, make, setText } from './dom.js';
import { explanationOf, furtherOf } from './event.js';
import { nameOf } from './platform.js';
import { duration, t } from './text.js';
import { factsOf } from './trouble.js';

const SHOWN_MAX = 8;

export class Refusals {
  constructor(platform, watch) {
    Object.assign(this, { platform, watch });
  }

  show() {
    const refused = this.watch.events.filter((event) => event.event === 'refused').slice(-SHOWN_MAX).reverse();
    byId('refusals-none').hidden = refused.length > 0;
    keep(byId('refusals-list'), refused, (event) => `${event.seq} ${event.time}`, () => this.row(), (row, event) => this.fill(row, event));
  }

  row() {
    const part = (name, tag = 'div') => make(tag, { className: name });
    return make('li', {}, make('div', {}, part('name', 'span'), ' ', part('quiet', 'span')), part('text'), part('change'), part('further'), part('quiet facts'));
  }

  fill(row, event) {
    const { text, change } = explanationOf(event);
    const [head, textAt, changeAt, furtherAt, facts] = row.children;
    setText(head.firstElementChild, nameOf(event) || event.peer || '?');
    setText(head.lastElementChild, t('ago', { ago: duration(this.platform.now() - event.clock_ms) }));
    setText(textAt, text);
    setText(changeAt, change && t('change') + change);
    setText(furtherAt, furtherOf(event).map((more) => t('andAlso') + more).join(' '));
    setText(facts, factsOf(event));
  }
}
