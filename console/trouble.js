// The top of the page: what a person who looks for a fault wants to read first.
import { byId, make, setText } from './dom.js';
import { explanationOf, furtherOf, latestTrouble, sentenceOf } from './event.js';
import { nameOf } from './platform.js';
import { duration, t } from './text.js';

const LEADS = { refused: 'troubleRefused', offline: 'troubleOffline' };

export class Trouble {
  /** elsewhere: the address of the whole console, when the control API is out of reach here; else empty. */
  constructor(platform, watch, elsewhere) {
    Object.assign(this, { platform, watch, elsewhere });
    this.told = '';
    byId('token-form').addEventListener('submit', (submit) => {
      submit.preventDefault();
      platform.token = new FormData(submit.target).get('token');
      submit.target.reset();
    });
  }

  /** Also called every second: the age is part of the sentence. Only a screen reader hears it once. */
  show() {
    const { link } = this.watch, event = this.watch.events && latestTrouble(this.watch.events, this.platform.now());
    byId('token-form').hidden = link.state !== 'token';
    if (this.elsewhere) this.say('unsure', t('elsewhere', { url: this.elsewhere }));
    else if (link.state === 'unreachable') this.say('unsure', t('unreachableHere', { url: this.platform.base || location.origin }));
    else if (link.state === 'refused') this.say('unsure', t('refusedHere', link));
    else if (link.state === 'token') this.say('unsure', t('link.token'));
    else if (event) this.tell(event);
    else this.say(link.state === 'live' ? 'calm' : '', t(link.state === 'live' ? 'calm' : 'link.connecting'));
  }

  say(look, line, change = '', further = [], facts = '', spoken = line) {
    byId('trouble').className = `trouble ${look}`;
    setText(byId('trouble-line'), line);
    setText(byId('trouble-change'), change && t('change') + change);
    setText(byId('trouble-facts'), facts);
    const items = further.map((text) => t('andAlso') + text), list = byId('trouble-further');
    if ([...list.children].map((li) => li.textContent).join() !== items.join()) list.replaceChildren(...items.map((text) => make('li', { textContent: text })));
    byId('trouble-change').hidden = !change;
    byId('trouble-further').hidden = items.length === 0;
    byId('trouble-facts').hidden = !facts;
    if (this.told !== spoken) setText(byId('trouble-live'), spoken);
    this.told = spoken;
  }

  tell(event) {
    const name = nameOf(event) || t('somebody', { peer: event.peer ?? '' });
    const ago = duration(this.platform.now() - event.clock_ms);
    const lead = t(LEADS[event.event] ?? 'troubleOther', { name, ago });
    const change = event.event === 'refused' ? explanationOf(event).change : '';
    this.say('wrong', lead + sentenceOf(event), change, furtherOf(event), factsOf(event), `${name}: ${sentenceOf(event)} ${change}`);
  }
}

/** Code, rule and way of a refusal. */
export function factsOf(event) {
  if (event.event !== 'refused') return [event.transport, event.peer].filter(Boolean).join(' · ');
  const code = event.returnCode === null ? t('closedWithout') : t('code', event);
  const said = explanationOf(event).text.includes(event.received) ? '' : t('receivedAccepted', event); // not twice
  return [code, t('rule', event), said, event.transport, event.peer].filter(Boolean).join(' · ');
}
