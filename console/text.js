// What the page says, in English and Chinese. {name} is filled in; what is filled in stays text.
import { texts } from './texts.js';

let index = 0; // of the language in each row
const listeners = [];

export const language = () => (index === 1 ? 'zh' : 'en');

/** The text of a key, with {name} replaced by values.name. */
export function t(key, values = {}) {
  const row = texts[key];
  if (!row) return key;
  return row[index].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** The text for a word of the API, e.g. word('offline', 'kicked'); the word itself where we have none. */
export function word(kind, value) {
  return texts[`${kind}.${value}`] ? t(`${kind}.${value}`) : String(value);
}

/** An age or a time to go: "12 s", "3 min", "2 h". */
export function duration(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 120) return t('seconds', { n: s });
  if (s < 7200) return t('minutes', { n: Math.round(s / 60) });
  return t('hours', { n: Math.round(s / 3600) });
}

/** Calls then() after each change of the language. */
export function onLanguage(then) {
  listeners.push(then);
}

function translate() {
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);
  for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', t(element.dataset.label));
  for (const element of document.querySelectorAll('[data-hint]')) element.placeholder = t(element.dataset.hint);
  document.documentElement.lang = index === 1 ? 'zh-CN' : 'en';
  document.title = t('title');
}

export function setLanguage(name) {
  index = name === 'zh' ? 1 : 0;
  translate();
  for (const then of listeners) then();
}

/** ?lang=zh of the address, else the browser's. */
export function chooseLanguage() {
  const asked = new URLSearchParams(location.search).get('lang') ?? navigator.language;
  return asked.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
