// A small editor for SPARQL: a real text field over its coloured copy, with completion at the caret.
import { FUNCTIONS, KEYWORDS, tokens, variables } from './tokens.js';
import { manual } from './asking.js';
import { base, label, things } from './model.js';
import { el } from './marks.js';
import { named, t } from './words.js';

const MOST = 10;
const field = el('textarea', { id: 'sparql', spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', autocorrect: 'off', wrap: 'soft',
  'aria-autocomplete': 'list', 'aria-haspopup': 'listbox', 'aria-controls': 'offers' });
const copy = el('pre', { 'aria-hidden': 'true' });
const list = el('ul', { id: 'offers', role: 'listbox', hidden: true });
// Field and copy grow together within one that scrolls: their lines never part.
export const editor = el('div', { class: 'editor' }, el('div', { class: 'scroller' }, el('div', { class: 'sheet' }, copy, field)), list);

let offers = [];
let active = -1;
let act = { change: () => {}, run: () => {} };

/** Listen; `actions` are change(text) and run(). */
export function edit(actions) { act = actions; }
export const written = () => field.value;
export const focusEditor = () => field.focus();

export function write(text) {
  if (field.value !== text) field.value = text;
  colour();
  close();
}

export function editorWords() {
  field.setAttribute('aria-label', t('queryText'));
  list.setAttribute('aria-label', t('completions'));
}

// ---- colours

/** Show the text in colours; `wrong` is the line, from 1, that an error speaks of. */
export function colour(wrong = 0) {
  const text = field.value;
  const made = [];
  let from = 0;
  for (const { kind, text: word, start, end } of tokens(text)) {
    if (start > from) made.push(between(text.slice(from, start)));
    made.push(kind === 'sign' ? word : el('span', { class: `t-${kind}` }, word));
    from = end;
  }
  made.push(between(text.slice(from)), '\n');
  copy.replaceChildren(...made);
  editor.dataset.wrong = wrong || '';
  if (wrong) point(wrong);
}

const between = (text) => (/\S/.test(text) ? el('span', { class: 't-wrong' }, text) : text);

function point(line) {
  const start = field.value.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  const [node, at] = spot(Math.min(start, field.value.length));
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at);
  const rect = range.getClientRects()[0] || copy.getBoundingClientRect();
  const bar = el('i', { class: 'wrong-line' });
  bar.style.top = `${rect.top - copy.getBoundingClientRect().top}px`;
  copy.append(bar);
}

/** The text node of the copy, and the place in it, at an offset of the text. */
function spot(offset) {
  const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  let rest = offset;
  let node = walker.nextNode();
  while (node && rest > node.length) { rest -= node.length; node = walker.nextNode(); }
  return node ? [node, rest] : [copy, 0];
}

// ---- completion

/** What may stand where the caret is: [what is put in, what is said of it]. */
function offered(text, caret, isAsked) {
  const before = text.slice(0, caret);
  const inside = tokens(text).find(({ start, end }) => start < caret && caret < end);
  if (inside && ['comment', 'string', 'iri'].includes(inside.kind)) return null;
  const typed = /[?$]?[\w\u00b7-\uffff:.-]*$/.exec(before)[0].replace(/^[.:-]+(?=\w*$)/, '');
  if (!typed && !isAsked) return null;
  const low = typed.toLowerCase();
  // What it is called comes before what its name begins with, and that before what its name holds.
  const fit = ([word, ...said]) => {
    const names = said.filter(Boolean).map((it) => it.toLowerCase());
    if (names.includes(low)) return 0;
    if (word.toLowerCase().startsWith(low)) return 1;
    return names.some((it) => it.startsWith(low)) ? 2 : names.some((it) => it.includes(low)) ? 3 : 9;
  };
  if (/^[?$]/.test(typed)) {
    return { typed, found: variables(text).filter((name) => name !== typed && name.startsWith(typed)).map((name) => [name, '']) };
  }
  const known = manual.terms.map((term) => [fit(term), term]).filter(([how]) => how < 9).sort((a, b) => a[0] - b[0]).map(([, term]) => term);
  const words = [...KEYWORDS, ...FUNCTIONS].filter((word) => low.length > 0 && word.toLowerCase().startsWith(low)).map((word) => [word, '']);
  const prefixes = Object.keys(manual.prefixes).map((name) => [`${name}:`, manual.prefixes[name]]).filter(([name]) => low && name.startsWith(low) && name !== low);
  const found = [...prefixes, ...known, ...words, ...nameds(low)];
  return { typed, found: found.filter(([word]) => word !== typed) };
}

function nameds(low) {
  if (low.length < 1 || (/^[a-z]+:?$/.test(low) && low.length < 3)) return [];
  return things.filter((thing) => [thing.zh, thing.en, `id:${thing.id}`].some((name) => name && name.toLowerCase().includes(low)))
    .sort((a, b) => a.rank - b.rank).slice(0, MOST).map((thing) => [/^[A-Za-z][\w-]*$/.test(thing.id) ? `id:${thing.id}` : `<${base}${thing.id}>`, label(thing), named(thing.kind)]);
}

function offer(isAsked) {
  const caret = field.selectionStart;
  const made = caret === field.selectionEnd ? offered(field.value, caret, isAsked) : null;
  offers = made ? made.found.slice(0, MOST) : [];
  if (!offers.length) { close(); return; }
  offer.typed = made.typed;
  list.replaceChildren(...offers.map(([word, ...said], i) => el('li', { id: `offer-${i}`, role: 'option', 'aria-selected': 'false',
    onpointerdown: (event) => { event.preventDefault(); take(i); } }, el('b', {}, word), el('small', {}, said.filter(Boolean).join(' · ')))));
  const [node, at] = spot(caret - made.typed.length);
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at);
  const rect = range.getClientRects()[0] || copy.getBoundingClientRect();
  const area = editor.getBoundingClientRect();
  list.hidden = false;
  list.style.left = `${Math.max(0, Math.min(rect.left - area.left - 6, area.width - list.offsetWidth - 4))}px`;
  list.style.top = `${rect.top - area.top + 22}px`;
  light(isAsked ? 0 : -1);
}

function light(i) {
  active = i;
  [...list.children].forEach((item, k) => item.setAttribute('aria-selected', String(k === i)));
  if (i < 0) field.removeAttribute('aria-activedescendant');
  else {
    field.setAttribute('aria-activedescendant', `offer-${i}`);
    list.children[i].scrollIntoView({ block: 'nearest' });
  }
}

function close() {
  list.hidden = true;
  offers = [];
  active = -1;
  field.removeAttribute('aria-activedescendant');
}

function take(i) {
  const [word] = offers[i];
  const caret = field.selectionStart;
  field.setRangeText(word.endsWith(':') ? word : `${word} `, caret - offer.typed.length, caret, 'end');
  changed();
  if (word.endsWith(':')) offer(true);
}

function changed() {
  colour();
  close();
  act.change(field.value);
}

field.addEventListener('input', (event) => {
  changed();
  if (!event.isComposing) offer(false);
});
field.addEventListener('compositionend', () => offer(false));
field.addEventListener('blur', close);
field.addEventListener('click', close);
field.addEventListener('keydown', (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const isOpen = offers.length > 0;
  const { key } = event;
  if (key === 'Enter' && (event.ctrlKey || event.metaKey)) act.run();
  else if (key === ' ' && event.ctrlKey) offer(true);
  else if (isOpen && (key === 'ArrowDown' || key === 'ArrowUp')) light((active + (key === 'ArrowDown' ? 1 : -1) + offers.length) % offers.length);
  else if (isOpen && (key === 'Tab' || key === 'Enter') && active >= 0) take(active);
  else if (isOpen && key === 'Tab' && !event.shiftKey) take(0);
  else if (isOpen && key === 'Escape') close();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

