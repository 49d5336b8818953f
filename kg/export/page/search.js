// The search box with its suggestions.
import { el, icon, mark } from './marks.js';
import { search } from './find.js';
import { first, label } from './model.js';
import { change, pickEdge, pickThing, state } from './state.js';
import { named, t } from './words.js';

const input = el('input', { id: 'q', type: 'search', role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-expanded': 'false', 'aria-controls': 'hits', 'aria-autocomplete': 'list' });
const list = el('ul', { id: 'hits', role: 'listbox', hidden: true });
export const searchBox = el('div', { class: 'search' }, icon('search'), input, el('kbd', { 'aria-hidden': 'true' }, '/'), list);

let hits = [];
let active = -1;

export function searchWords() {
  input.placeholder = innerWidth < 520 ? t('searchShort') : t('search');
  input.setAttribute('aria-label', t('search'));
  list.setAttribute('aria-label', t('search'));
}

export function focusSearch() {
  input.focus();
  input.select();
}

// While an input method composes, what stands in the box is not yet what the reader means.
input.addEventListener('input', (event) => { if (!event.isComposing) suggest(); });
input.addEventListener('compositionend', suggest);
input.addEventListener('focus', suggest);
input.addEventListener('blur', () => setTimeout(close, 150));
input.addEventListener('keydown', (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    if (hits.length) light((active + (event.key === 'ArrowDown' ? 1 : -1) + hits.length) % hits.length);
  } else if (event.key === 'Enter') choose(Math.max(0, active));
  else if (event.key === 'Escape') {
    event.stopPropagation();
    if (input.value) { input.value = ''; suggest(); } else input.blur();
  }
});

function close() {
  list.hidden = true;
  input.setAttribute('aria-expanded', 'false');
  input.removeAttribute('aria-activedescendant');
}

function suggest() {
  const typed = input.value.trim();
  if (!typed || document.activeElement !== input) { hits = []; close(); return; }
  const found = search(typed);
  hits = found.hits;
  list.replaceChildren(...hits.map((hit, i) => el('li', { id: `hit-${i}`, role: 'option', 'aria-selected': 'false',
    onpointerdown: (event) => { event.preventDefault(); choose(i); } }, hit.thing ? thingHit(hit, typed) : quoteHit(hit, typed))));
  if (!hits.length) list.append(el('li', { class: 'note' }, t('nothing', typed)));
  if (found.rest > 0) list.append(el('li', { class: 'note', role: 'presentation' }, t('moreHits', found.rest)));
  list.hidden = false;
  input.setAttribute('aria-expanded', 'true');
  active = -1;
}

function thingHit({ thing, by }, typed) {
  const name = label(thing);
  return [mark(thing.kind), el('bdi', { class: 'text' }, lit(name, typed), by !== name && by !== thing.zh ? el('small', {}, ' ', lit(by, typed)) : null),
    el('small', { class: 'side' }, named(thing.kind))];
}

function quoteHit({ words, at, fact }, typed) {
  const from = Math.max(0, at - 10);
  return [el('span', { class: 'mark quote', 'aria-hidden': 'true' }, '“'), el('bdi', { class: 'text' }, from ? '…' : '', lit(words.slice(from, at + typed.length + 26), typed)),
    el('small', { class: 'side' }, named(fact.relation))];
}

function lit(text, typed) {
  const at = text.toLowerCase().indexOf(typed.toLowerCase());
  return at < 0 ? [text] : [text.slice(0, at), el('b', {}, text.slice(at, at + typed.length)), text.slice(at + typed.length)];
}

function light(i) {
  active = i;
  [...list.children].forEach((item, k) => item.setAttribute('aria-selected', String(k === i)));
  input.setAttribute('aria-activedescendant', `hit-${i}`);
  list.children[i].scrollIntoView({ block: 'nearest' });
}

function choose(i) {
  const hit = hits[i];
  if (!hit) return;
  close();
  input.value = '';
  input.blur();
  if (hit.fact) { pickEdge(hit.fact.edge, { reveal: true }); return; }
  if (!state.whole || state.off.kind.has(hit.thing.kind.id) || state.hidden.has(hit.thing.id)) {
    // What was looked for is shown, whatever the filters say of its class.
    const kind = new Set(state.off.kind);
    kind.delete(hit.thing.kind.id);
    const hidden = new Set(state.hidden);
    hidden.delete(hit.thing.id);
    Object.assign(state, { off: { ...state.off, kind }, hidden, added: first.has(hit.thing) ? state.added : new Set([...state.added, hit.thing.id]) });
  }
  if (state.focus && state.path.length !== 1) change({ focus: null }, {});
  pickThing(hit.thing, { reveal: true });
}
