// A message from the platform to a device.
import { byId, setText, valuesOf } from './dom.js';
import { t } from './text.js';

export class Message {
  constructor(watch) {
    this.watch = watch;
    this.form = byId('publish');
    this.form.addEventListener('submit', (submit) => this.send(submit));
    this.form.elements.device.addEventListener('change', () => this.suggest());
  }

  /** A topic of the chosen device, until somebody writes another one. */
  suggest() {
    const { device, topic } = this.form.elements;
    if (topic.value && topic.value !== this.suggested) return;
    this.suggested = device.value ? `/${device.value}/user/get` : '';
    topic.value = this.suggested;
  }

  async send(submit) {
    submit.preventDefault();
    const said = byId('publish-said'), { device, ...message } = valuesOf(this.form);
    const [productKey, deviceName] = device.split('/');
    try {
      const answer = await this.watch.act('POST', 'publish', { productKey, deviceName, payload: '', ...message });
      said.className = '';
      setText(said, t('sent', answer));
    } catch (e) {
      said.className = 'said-wrong';
      setText(said, e.message);
    }
  }
}
