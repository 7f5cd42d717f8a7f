// One event of the journal in one sentence.
import { language, t, word } from './text.js';
import { nameOf } from './platform.js';

/** The first refusal of an explanation: {text, change} in the page's language, or what was received and what is accepted. */
export function explanationOf(event) {
  const first = event.explanation?.refusals?.[0];
  if (first?.text) return { text: first.text[language()] ?? first.text.en, change: first.change?.[language()] ?? first.change?.en ?? '' };
  return { text: t('receivedAccepted', event), change: '' };
}

/** All refusals of an explanation: a device may have more than one mistake. */
export function furtherOf(event) {
  const rest = event.explanation?.refusals?.slice(1) ?? [];
  return rest.filter((r) => r.text).map((r) => [r.text, r.change].map((x) => x?.[language()] ?? x?.en ?? '').join(' '));
}

const sentences = {
  online: (e) => t('eventOnline', e),
  offline: (e) => word('offline', e.reason),
  refused: (e) => explanationOf(e).text,
  flapping: (e) => t('eventFlapping', { ...e, peers: (e.peers ?? []).join(', ') }),
  malformed: (e) => t('eventMalformed', { ...e, packet: e.packet ?? '' }),
  'no-connect': (e) => `${word('noConnect', e.reason)} ${e.detail ? `(${e.detail})` : ''}`,
  denied: (e) => t('eventDenied', e),
  limit: (e) => t('eventLimit', e),
  'alink-error': (e) => t('eventAlink', e),
  rrpc: (e) => t('eventRrpc', { ...e, payload: e.payload ?? e.payload_hex ?? '' }),
  resent: (e) => t('eventResent', e),
  'ws-error': (e) => t('eventWsError', e),
  note: (e) => e.text,
  fault: (e) => t('eventFault', e),
  registered: (e) => t('eventRegistered', e),
  auth: (e) => t('eventAuth', { ...e, detail: e.detail ?? '' }),
};

/** What happened, without who and when. */
export function sentenceOf(event) {
  return (sentences[event.event] ?? (() => ''))(event);
}

const badEnds = new Set(['keepalive-timeout', 'taken-over', 'tls-error', 'protocol-error', 'slow-consumer', 'publish-denied', 'connection-reset']);

const isTrouble = {
  refused: () => true,
  flapping: () => true,
  malformed: () => true,
  'no-connect': (e) => e.reason === 'tls-error' || e.reason === 'not-mqtt',
  offline: (e) => badEnds.has(e.reason),
  denied: () => true,
  'alink-error': () => true,
  'ws-error': () => true,
  auth: (e) => e.status !== 200 || e.code !== 200,
};

const NAMELESS_MS = 600000; // trouble of a peer without a name is told for so long

/** The latest trouble that a later sign-in of its device has not ended; undefined: there is none. */
export function latestTrouble(events, now) {
  const recovered = new Set();
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i], name = nameOf(event);
    if (event.event === 'online') recovered.add(name);
    else if (!isTrouble[event.event]?.(event) || recovered.has(name)) continue;
    else if (name || now - event.clock_ms < NAMELESS_MS) return event;
  }
  return undefined;
}
