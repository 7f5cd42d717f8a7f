// A device in the page: MQTT over WebSocket, by MQTT.js and the browser's own HMAC.
import { byId, keep, make, setText, valuesOf } from './dom.js';
import { explanationOf, sentenceOf } from './event.js';
import { nameOf, pathOf } from './platform.js';
import { METHODS, canSign, credentialsOf, toHex } from './sign.js';
import { t } from './text.js';

const MESSAGES_MAX = 100;
const CONNECT_MS = 15000;

export class Device {
  /** platform is null when the control API is out of reach: then a refusal has its code only. */
  constructor(facts, platform, watch) {
    Object.assign(this, { facts, platform, watch });
    this.client = null;
    this.messages = [];
    this.state = { name: 'off' }; // with what its sentence needs
    byId('sign-in').addEventListener('submit', (submit) => this.signIn(submit));
    byId('sign-in').addEventListener('input', () => this.suggest());
    byId('sign-out-button').addEventListener('click', () => this.signOut());
    byId('subscribe').addEventListener('submit', (submit) => this.subscribe(submit));
    byId('publish-as').addEventListener('submit', (submit) => this.publish(submit));
  }

  /** wss://HOST:PORT/mqtt: the web port, by the name that the page was opened with. */
  url(over) {
    const here = this.facts.port === 'web' ? location.host : `${location.hostname}:${this.facts.webPort}`;
    return `${over}://${here}/mqtt`;
  }

  /** wss first, from a page that came by https nothing else: a browser forbids the other. */
  ways() {
    const ways = location.protocol === 'https:' || !this.facts.plain ? ['wss'] : ['wss', 'ws'];
    return this.facts.port === 'web' && location.protocol === 'http:' ? ways.reverse() : ways;
  }

  /** The topics below follow the device's names until somebody writes others. */
  suggest() {
    const { productKey, deviceName } = byId('sign-in').elements;
    const suggestion = `/${productKey.value}/${deviceName.value}/user/get`;
    for (const form of ['subscribe', 'publish-as']) {
      const { topic } = byId(form).elements;
      if (topic.value === (this.suggested ?? topic.defaultValue)) topic.value = suggestion;
    }
    this.suggested = suggestion;
  }

  show() {
    const methods = METHODS.filter((method) => this.facts.signMethods.includes(method));
    const md5 = this.facts.signMethods.includes('hmacmd5') ? [''] : [];
    keep(byId('method'), [...methods, ...md5], (m) => m, (value) => make('option', { value, disabled: !value }), (option, m) => setText(option, m || t('noMd5')));
    keep(byId('over'), this.ways(), (way) => way, (value) => make('option', { value }), (option, way) => setText(option, this.url(way)));
    const missing = !globalThis.mqtt ? 'noLibrary' : !canSign() ? 'noCrypto' : '';
    byId('half-missing').hidden = !missing;
    byId('half-missing').className = 'note unsure';
    setText(byId('half-missing'), missing && t(missing));
    this.showState(missing);
    this.showMessages();
  }

  showState(missing) {
    const { name, why, change } = this.state;
    const busy = name === 'on' || name === 'signing';
    byId('sign-in-button').disabled = busy || Boolean(missing);
    byId('sign-out-button').disabled = !busy;
    for (const form of ['subscribe', 'publish-as']) byId(form).querySelector('button').disabled = name !== 'on';
    byId('half-state').className = `note ${{ on: 'good', refused: 'wrong', failed: 'wrong', closed: 'wrong' }[name] ?? ''}`;
    setText(byId('half-line'), name === 'closed' && why ? t('closedWhy', { why: why() }) : t(`state.${name}`, this.state));
    const shown = name !== 'closed' && why ? why() : '';
    setText(byId('half-why'), shown);
    setText(byId('half-change'), change ? t('change') + change() : '');
    byId('half-why').hidden = !shown;
    byId('half-change').hidden = !change?.();
  }

  become(state) {
    this.state = state;
    this.show();
  }

  async signIn(submit) {
    submit.preventDefault();
    const d = valuesOf(submit.target), over = d.over;
    this.who = { productKey: d.productKey, deviceName: d.deviceName };
    this.become({ name: 'signing' });
    setText(byId('half-said'), '');
    try {
      const credentials = await credentialsOf({ ...d, securemode: this.facts.securemode[over], timestamp: String(Date.now()) });
      this.client = globalThis.mqtt.connect(this.url(over), {
        ...credentials, keepalive: d.keepAlive, clean: Boolean(d.cleanSession), protocolVersion: 4,
        reconnectPeriod: 0, connectTimeout: CONNECT_MS, // no second try hides the first one's refusal
        timerVariant: 'native', // the other one starts a worker from a text, which our policy forbids
      });
      this.listen(this.client, over);
    } catch (e) {
      this.become({ name: 'failed', message: e.message });
    }
  }

  listen(client, over) {
    const isOurs = () => this.client === client;
    client.on('connect', () => isOurs() && this.become({ name: 'on', device: nameOf(this.who) }));
    client.on('message', (topic, payload) => isOurs() && this.take(topic, payload));
    client.on('error', (error) => {
      if (!isOurs()) return;
      if (typeof error.code === 'number') this.refused(error.code);
      else this.become({ name: 'failed', message: error.message || 'error', why: () => this.hint(over) });
    });
    client.on('close', () => {
      if (!isOurs()) return;
      this.client = null;
      if (this.state.name === 'on') this.closed();
      else if (this.state.name === 'signing') this.become({ name: 'failed', message: this.url(over), why: () => this.hint(over) });
    });
  }

  hint(over) {
    return over === 'wss' && this.facts.port !== 'web' ? t('askTrust', { url: `https://${location.hostname}:${this.facts.webPort}/console` }) : '';
  }

  /** The code came from the platform as to any device; why, the control API tells. */
  async refused(code) {
    this.become({ name: 'refused', code });
    this.client?.end(true);
    this.client = null;
    const mine = this.state;
    try {
      const answer = await this.platform?.call('GET', `refusals?last=1&device=${pathOf(this.who).replace('/', '%2F')}`);
      const event = answer?.refusals[0];
      if (event && this.state === mine) this.become({ ...mine, why: () => explanationOf(event).text, change: () => explanationOf(event).change });
    } catch { /* the code stands alone */ }
  }

  /** The journal knows the reason a moment later. */
  async closed() {
    this.become({ name: 'closed' });
    const mine = this.state;
    try {
      const answer = await this.platform?.call('GET', `journal?since=${Math.max(0, this.watch.since - 20)}`);
      const event = answer?.events.filter((e) => e.event === 'offline' && nameOf(e) === nameOf(this.who)).pop();
      if (event && this.state === mine) this.become({ ...mine, why: () => sentenceOf(event) });
    } catch { /* the state stands alone */ }
  }

  signOut() {
    const client = this.client;
    this.client = null;
    client?.end();
    this.become({ name: 'off' });
  }

  say(text, wrong = false) {
    byId('half-said').className = wrong ? 'said-wrong' : '';
    setText(byId('half-said'), text);
  }

  async subscribe(submit) {
    submit.preventDefault();
    const { topic, qos } = valuesOf(submit.target);
    try {
      const [granted] = await this.client.subscribeAsync(topic, { qos });
      this.say(t('subscribed', granted));
    } catch (e) {
      this.say(e.packet?.granted?.[0] === 128 ? t('subscribeDenied', { topic }) : e.message, true);
    }
  }

  async publish(submit) {
    submit.preventDefault();
    const { topic, qos, payload = '' } = valuesOf(submit.target);
    try {
      await this.client.publishAsync(topic, payload, { qos });
      this.say(t('published', { topic }));
    } catch (e) {
      this.say(e.message, true);
    }
  }

  /** Payloads that are no text are shown in hex. */
  take(topic, payload) {
    let text;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
    } catch {
      text = `0x${toHex(payload)}`;
    }
    this.messages = [{ id: (this.messages[0]?.id ?? 0) + 1, at: new Date(), topic, text }, ...this.messages].slice(0, MESSAGES_MAX);
    this.showMessages();
  }

  showMessages() {
    byId('messages-none').hidden = this.messages.length > 0;
    byId('messages-list').hidden = this.messages.length === 0;
    keep(byId('messages-list'), this.messages, (m) => m.id,
      (m) => make('li', {}, make('time', { textContent: m.at.toTimeString().slice(0, 8) }), ' ', make('span', { className: 'name', textContent: m.topic }), make('div', { className: 'mono', textContent: m.text })), () => {});
  }
}
