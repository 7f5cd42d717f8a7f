// What the platform does, followed by polling its control API: journal, sessions, faults, devices, clock.
import { PlatformError } from './platform.js';

const EVENTS_MAX = 1000; // that the page keeps
const WAIT_MS = 20000; // of one call that waits for the journal
const BEAT_MS = 2000; // between two looks at sessions, faults and clock
const RETRY_MS = 2000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Watch {
  /** changed(what): what is "events", "state" or "link"; called after each change. */
  constructor(platform, changed) {
    this.platform = platform;
    this.changed = changed;
    this.events = [];
    this.sessions = [];
    this.faults = [];
    this.devices = [];
    this.link = { state: 'connecting' }; // then "live", "unreachable", "token" or "refused", with message
    this.since = 0;
  }

  start() {
    this.followJournal();
    this.followState();
  }

  say(state, message = '') {
    if (this.link.state === state && this.link.message === message) return;
    this.link = { state, message };
    this.changed('link');
  }

  fail(e) {
    if (!(e instanceof PlatformError)) throw e;
    this.say(e.status === 0 ? 'unreachable' : e.status === 401 ? 'token' : 'refused', e.message);
  }

  /** Not the whole ring: the latest events, and the latest refusals however old. */
  async begin() {
    const { next } = await this.platform.call('GET', `journal?since=${Number.MAX_SAFE_INTEGER}`);
    this.since = Math.max(0, next - EVENTS_MAX / 2);
    const { refusals } = await this.platform.call('GET', 'refusals?last=20');
    this.events = refusals.filter((event) => event.seq <= this.since);
  }

  take(answer) {
    if (answer.next < this.since) { // the broker was reset: numbers begin again
      this.events = [];
      this.since = 0;
      this.changed('events');
      return;
    }
    this.since = answer.next;
    if (answer.events.length === 0) return;
    this.events = this.events.concat(answer.events).slice(-EVENTS_MAX);
    this.changed('events');
    if (answer.events.some((event) => event.event === 'online' || event.event === 'offline')) this.wake?.(); // who is online has changed
  }

  /** On a manual clock a call that waits could wait for ever: there we ask again and again instead. */
  async followJournal() {
    for (let begun = false; ; ) {
      try {
        if (!begun) {
          await this.platform.readClock();
          await this.begin();
          this.changed('events');
        }
        begun = true;
        const waits = !this.platform.clock.manual && !this.crowded;
        const query = `journal?since=${this.since}${waits ? `&wait=${WAIT_MS}` : ''}`;
        this.take(await this.platform.call('GET', query, undefined, WAIT_MS + 10000));
        if (!waits) await sleep(500);
      } catch (e) {
        this.crowded = e.status === 429;
        if (this.crowded) continue;
        this.fail(e);
        begun = e.status !== 0 && begun;
        await sleep(RETRY_MS);
      }
    }
  }

  async look() {
    const [sessions, faults, devices] = await Promise.all(['sessions', 'faults', 'devices'].map((path) => this.platform.call('GET', path)));
    await this.platform.readClock();
    Object.assign(this, sessions, faults, devices);
    this.say('live');
    this.changed('state');
  }

  /** A platform with many sessions is asked less often. */
  async followState() {
    for (;;) {
      const began = performance.now();
      try {
        await this.look();
      } catch (e) {
        this.fail(e);
      }
      const took = performance.now() - began;
      await sleep(5 * took); // also when much happens
      await Promise.race([sleep(Math.max(BEAT_MS, 5 * took)), new Promise((wake) => { this.wake = wake; })]);
    }
  }

  /** Does something (METHOD, path, body) and looks at what came of it. */
  async act(method, path, body) {
    const answer = await this.platform.call(method, path, body);
    await this.look();
    return answer;
  }
}
