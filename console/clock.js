// The broker's clock, which can be moved when it is a manual one.
import { byId, keep, make, setText, valuesOf } from './dom.js';
import { duration, t } from './text.js';

const STEPS_MS = [1000, 10000, 30000, 60000, 300000, 3600000];

export class Clock {
  constructor(platform, watch) {
    Object.assign(this, { platform, watch });
    byId('clock').addEventListener('submit', (submit) => this.advance(submit));
  }

  show() {
    const { manual, now_ms } = this.platform.clock;
    byId('clock').hidden = !manual;
    setText(byId('clock-line'), manual ? t('manualClock', { now: now_ms / 1000 }) : t('realClock'));
    keep(byId('clock-steps'), STEPS_MS, (ms) => ms, (ms) => make('option', { value: ms }), (option, ms) => setText(option, duration(ms)));
  }

  async advance(submit) {
    submit.preventDefault();
    try {
      await this.watch.act('POST', 'clock', valuesOf(submit.target));
      setText(byId('clock-said'), '');
    } catch (e) {
      byId('clock-said').className = 'said-wrong';
      setText(byId('clock-said'), e.message);
    }
  }
}
