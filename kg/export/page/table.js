// The same selection as a table: every fact that is seen, or every thing.
import { cut, documents, label, statusOf } from './model.js';
import { el, mark } from './marks.js';
import { badge, sureness, thingLink } from './evidence.js';
import { compare } from './find.js';
import { rebuild } from './filters.js';
import { change, pickEdge, state } from './state.js';
import { named, t } from './words.js';

const panel = document.getElementById('table');
const PAGE = 200;
let most = PAGE;
const order = { facts: ['document', 1], things: ['degree', -1] };

/** The facts that are seen, in the order of their documents and places. */
export function seenFacts(seen) {
  return seen.edges.flatMap((edge) => seen.facts.get(edge))
    .sort((a, b) => a.document.index - b.document.index || start(a) - start(b) || a.index - b.index);
}
const start = (fact) => (fact.places.quotation || fact.places.sentence).start;
const sentence = (fact) => { const s = fact.places.sentence || fact.places.quotation; return cut(fact.document, s.start, s.end); };

const COLUMNS = {
  facts: [
    ['subject', (fact) => label(fact.subject), (fact) => thingLink(fact.subject)],
    ['relation', (fact) => named(fact.relation), (fact) => el('button', { type: 'button', class: 'relation', onclick: () => pickEdge(fact.edge, { reveal: true }) }, named(fact.relation))],
    ['object', (fact) => label(fact.object), (fact) => thingLink(fact.object)],
    ['status', (fact) => fact.status, (fact) => badge(fact) || named(statusOf.get(fact.status) || { zh: '' })],
    ['conf', (fact) => fact.confidence, (fact) => sureness(fact.confidence)],
    ['sentence', sentence, (fact) => el('bdi', { class: 'words' }, sentence(fact))],
    ['document', (fact) => fact.document.index * 1e7 + start(fact), (fact) => el('span', { class: 'quiet' }, documents.length > 1 && el('bdi', {}, fact.document.title, ' '), fact.document.day)],
  ],
  things: [
    ['name', label, (thing) => thingLink(thing)],
    ['kind', (thing) => named(thing.kind), (thing) => el('span', { class: 'kind' }, mark(thing.kind, 13), named(thing.kind))],
    ['degree', (thing) => thing.degree, (thing) => String(thing.degree)],
    ['aliases', (thing) => [...thing.aliases, thing.en].filter(Boolean).join('、'), (thing) => el('bdi', { class: 'words' }, [...thing.aliases, thing.en].filter(Boolean).join('、'))],
  ],
};

export function showTable(seen, hint = {}) {
  if (!hint.more) most = PAGE;
  const lists = { facts: seenFacts(seen), things: [...seen.things] };
  const tab = (which, text) => el('button', { type: 'button', role: 'tab', id: `list-${which}`, 'aria-selected': String(state.listed === which), onclick: () => change({ listed: which }) }, text);
  const [by, way] = order[state.listed];
  const columns = COLUMNS[state.listed];
  const value = columns.find(([key]) => key === by)[1];
  const rows = lists[state.listed].map((it, i) => [value(it), i, it]).sort((a, b) => compare(a[0], b[0]) * way || a[1] - b[1]).map(([, , it]) => it);
  rebuild(panel,
    el('div', { class: 'switch', role: 'tablist' }, tab('facts', t('tableOf', lists.facts.length)), tab('things', t('tableThings', lists.things.length))),
    el('div', { class: 'scroll' }, rows.length ? el('table', { class: state.listed },
      el('thead', {}, el('tr', {}, columns.map(([key]) => el('th', { scope: 'col', 'aria-sort': key === by ? (way > 0 ? 'ascending' : 'descending') : null },
        el('button', { type: 'button', id: `sort-${key}`, onclick: () => sort(key, seen) }, t(key), key === by ? (way > 0 ? ' ↑' : ' ↓') : ''))))),
      el('tbody', {}, rows.slice(0, most).map((it) => el('tr', { class: it.edge && it.edge === state.edge ? 'chosen' : it === state.thing ? 'chosen' : '' },
        columns.map(([key, , cell]) => el('td', { class: `of-${key}`, 'data-name': t(key) }, cell(it))))))) : el('p', { class: 'note padded' }, t('emptyTable')),
    rows.length > most && el('button', { type: 'button', class: 'button', id: 'rows-more', onclick: () => { most += PAGE; showTable(seen, { more: true }); } },
      t('rowsMore', Math.min(PAGE, rows.length - most), rows.length))));
}

function sort(key, seen) {
  const [by, way] = order[state.listed];
  order[state.listed] = [key, by === key ? -way : 1];
  showTable(seen);
}
