// Devices online: over what, and how long until the heartbeat ends them.
import { byId, keep, make, setText } from './dom.js';
import { nameOf, pathOf } from './platform.js';
import { t } from './text.js';

const SHOWN_MAX = 100;
const SOON_S = 15;

export class Sessions {
  /** filter(name): shows the journal of one device only. */
  constructor(platform, watch, filter) {
    Object.assign(this, { platform, watch, filter });
  }

  show() {
    const online = this.watch.sessions.filter((session) => session.online);
    setText(byId('online-count'), String(online.length));
    byId('online-none').hidden = online.length > 0;
    byId('online-table').hidden = online.length === 0;
    byId('online-more').hidden = online.length <= SHOWN_MAX;
    setText(byId('online-more'), t('more', { n: online.length - SHOWN_MAX }));
    keep(byId('online-list'), online.slice(0, SHOWN_MAX), nameOf, (session) => this.row(session), (row, session) => this.fill(row, session));
  }

  row(session) {
    const cell = (name) => make('span', { className: name, attributes: { role: 'cell' } });
    const kick = make('button', { className: 'small kick', type: 'button' }), only = make('button', { className: 'small only', type: 'button' });
    kick.addEventListener('click', () => this.kick(session));
    only.addEventListener('click', () => this.filter(nameOf(session)));
    const buttons = make('span', { className: 'buttons', attributes: { role: 'cell' } }, only, kick);
    return make('div', { attributes: { role: 'row' } }, cell('name'), cell('over'), cell('alive'), cell('left'), cell('subscribed'), buttons);
  }

  fill(row, session) {
    const [name, over, alive, left, subscribed] = row.children;
    const left_s = Math.max(0, Math.ceil(session.seconds_left - this.age() / 1000));
    setText(name, nameOf(session));
    name.title = session.clientId;
    setText(over, session.transport);
    setText(alive, `${session.keepAlive} s`);
    setText(left, t('seconds', { n: left_s }));
    left.classList.toggle('soon', left_s < SOON_S);
    setText(subscribed, String(session.subscriptions.length));
    subscribed.title = session.subscriptions.map((s) => `${s.filter} (${s.qos})`).join('\n');
    [over, alive, left, subscribed].forEach((cell, i) => { cell.dataset.name = t(['transport', 'keepAlive', 'left', 'subscriptions'][i]); });
    this.label(row.querySelector('.kick'), 'kick', 'kickName', session);
    this.label(row.querySelector('.only'), 'onlyThis', 'onlyThisName', session);
  }

  label(button, text, label, session) {
    setText(button, t(text));
    button.setAttribute('aria-label', t(label, { name: nameOf(session) }));
  }

  /** Milliseconds since the sessions were read, on the broker's clock. */
  age() {
    return this.platform.now() - this.platform.clock.now_ms;
  }

  async kick(session) {
    const said = byId('online-said');
    try {
      await this.watch.act('DELETE', `sessions/${pathOf(session)}`);
      said.className = '';
      setText(said, t('kicked', { name: nameOf(session) }));
      byId('online-heading').setAttribute('tabindex', '-1');
      byId('online-heading').focus(); // the button is gone: the keyboard goes on from here
    } catch (e) {
      said.className = 'said-wrong';
      setText(said, e.message);
    }
  }
}
