// The control API, as the page calls it.

export class PlatformError extends Error {
  /** status 0: nobody answered. code and path are those of the API's error. */
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.path = error.path;
  }
}

const PATIENCE_MS = 10000;

export class Platform {
  /** base: "" for the port the page came from, else the API's own, e.g. "http://127.0.0.1:9880". */
  constructor(base) {
    this.base = base;
    this.token = ''; // in memory only
    this.clock = { manual: true, now_ms: 0 };
    this.clockAt = 0;
  }

  /** The answer's JSON; throws a PlatformError. */
  async call(method, path, body, patience = PATIENCE_MS) {
    const headers = {};
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let response, answer;
    try {
      response = await fetch(`${this.base}/_mock/v1/${path}`, {
        method, headers, body: body === undefined ? undefined : JSON.stringify(body),
        cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(patience),
      });
      answer = await response.json();
    } catch (e) {
      throw new PlatformError(0, { code: 'unreachable', message: e.message });
    }
    if (!response.ok) throw new PlatformError(response.status, answer.error ?? { message: String(response.status) });
    return answer;
  }

  async readClock() {
    this.clock = await this.call('GET', 'clock');
    this.clockAt = performance.now();
    return this.clock;
  }

  /** The broker's clock now, as the page knows it; clock_ms of an event is on the same scale. */
  now() {
    return this.clock.manual ? this.clock.now_ms : this.clock.now_ms + performance.now() - this.clockAt;
  }
}

/** productKey/deviceName of an event or a session; empty when it is about no device. */
export const nameOf = (what) => (what.deviceName ? `${what.productKey ?? '?'}/${what.deviceName}` : '');

/** The part of a path that means this device. */
export const pathOf = (what) => `${encodeURIComponent(what.productKey)}/${encodeURIComponent(what.deviceName)}`;
