// Faults: what the platform is made to do wrong.
import { byId, keep, make, setText, valuesOf } from './dom.js';
import { nameOf } from './platform.js';
import { t, word } from './text.js';

const OUT = ['any', 'CONNACK', 'PUBLISH', 'PUBACK', 'SUBACK', 'UNSUBACK', 'PINGRESP', 'HTTP'];
const IN = ['any', 'PUBLISH', 'PUBACK', 'SUBSCRIBE', 'UNSUBSCRIBE', 'PINGREQ'];
// Kind: what it needs or may have, whether it strikes what devices send too, its packets where not any, whether all devices only.
const KINDS = {
  withhold: { both: true },
  delay: { fields: ['ms'], both: true },
  code: { fields: ['code'], packets: ['CONNACK', 'SUBACK', 'HTTP'] },
  close: { both: true },
  reset: { both: true },
  slice: { fields: ['bytes', 'ms'] },
  coalesce: { fields: ['ms'] },
  certificate: { fields: ['which'], packets: ['TLS'], all: true },
  garble: { fields: ['offset', 'xor'] },
};
const PARAMETERS = ['ms', 'code', 'bytes', 'offset', 'xor', 'which'];
const CERTIFICATES = ['foreign-root', 'expired', 'wrong-name', 'self-signed'];

const options = (select, values, text) => keep(select, values, (value) => value, (value) => make('option', { value }), (option, value) => setText(option, text(value)));

export class Faults {
  constructor(watch) {
    this.watch = watch;
    this.form = byId('fault');
    this.form.addEventListener('change', () => this.showForm());
    this.form.addEventListener('submit', (submit) => this.set(submit));
  }

  show() {
    const { faults } = this.watch;
    byId('faults-none').hidden = faults.length > 0;
    keep(byId('faults-list'), faults, (fault) => fault.id, (fault) => this.row(fault), (row, fault) => this.fill(row, fault));
    this.showForm();
  }

  row(fault) {
    const button = make('button', { className: 'small', type: 'button' });
    button.addEventListener('click', () => this.act(() => this.watch.act('DELETE', `faults/${fault.id}`)));
    return make('li', { className: 'fault' }, make('span'), button);
  }

  fill(row, fault) {
    const parameters = PARAMETERS.filter((name) => name in fault).map((name) => `${name}=${fault[name]}`);
    const who = fault.productKey ? nameOf(fault) || fault.productKey : t('everyDevice');
    const times = fault.times === null ? t('always') : t('timesN', { n: fault.times });
    setText(row.firstElementChild, [`${word('fault', fault.kind)} ${fault.packet}`, t(`direction.${fault.direction}`), ...parameters, who, times, t('struck', { n: fault.struck })].join(' · '));
    setText(row.lastElementChild, t('remove'));
    row.lastElementChild.setAttribute('aria-label', t('removeName', fault));
  }

  /** Only what goes with the chosen kind can be chosen. */
  showForm() {
    const { kind, direction, packet } = this.form.elements;
    options(kind, Object.keys(KINDS), (name) => word('fault', name));
    const chosen = KINDS[kind.value];
    options(direction, chosen.both ? ['out', 'in'] : ['out'], (name) => t(`direction.${name}`));
    options(packet, chosen.packets ?? (direction.value === 'in' ? IN : OUT), (name) => name);
    options(this.form.elements.which, CERTIFICATES, (name) => word('certificate', name));
    this.form.elements.device.closest('label').hidden = Boolean(chosen.all);
    for (const name of PARAMETERS) this.form.elements[name].closest('label').hidden = !chosen.fields?.includes(name);
  }

  async set(submit) {
    submit.preventDefault();
    const { device, ...fault } = valuesOf(this.form);
    if (device) [fault.productKey, fault.deviceName] = device.split('/');
    await this.act(() => this.watch.act('POST', 'faults', fault));
  }

  async act(doing) {
    const said = byId('fault-said');
    try {
      await doing();
      setText(said, '');
    } catch (e) {
      said.className = 'said-wrong';
      setText(said, `${e.path ?? ''} ${e.message}`);
    }
  }
}
