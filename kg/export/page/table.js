// The same selection as a table: every fact that is seen, or every thing.
import { cut, documents, label, statusOf } from './model.js';
import { el, mark } from './marks.js';
import { badge, sureness, thingLink } from './evidence.js';
import { compare } from './find.js';
import { rebuild } from './filters.js';
import { timeline } from './timeline.js';
import { change, pickEdge, state } from './state.js';
import { dateOf } from './survey.js';
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
const start = (fact) => (fact.spans[2] >= 0 ? fact.spans[2] : fact.spans[0]);
const sentence = (fact) => cut(fact.document, fact.start, fact.end);

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
  const dated = lists.facts.filter(dateOf).length;
  const tab = (which, text) => el('button', { type: 'button', role: 'tab', id: `list-${which}`, 'aria-controls': 'list', 'aria-selected': String(state.listed === which), tabindex: state.listed === which ? 0 : -1,
    onclick: () => change({ listed: which }), onkeydown: turn }, text);
  const tabs = el('div', { class: 'switch', role: 'tablist', 'aria-label': t('table') }, tab('facts', t('tableOf', lists.facts.length)), tab('things', t('tableThings', lists.things.length)), tab('time', t('timelineOf', dated)));
  const body = state.listed === 'time' ? timeline(lists.facts, most) : tableOf(lists, seen);
  const count = state.listed === 'time' ? dated : lists[state.listed].length;
  rebuild(panel, tabs, el('div', { class: `scroll ${state.listed}`, id: 'list', role: 'tabpanel', 'aria-labelledby': `list-${state.listed}` }, body,
    count > most && el('button', { type: 'button', class: 'button', id: 'rows-more', onclick: () => { most += PAGE; showTable(seen, { more: true }); } },
      t('rowsMore', Math.min(PAGE, count - most), count))));
}

// The arrow keys go from tab to tab.
function turn(event) {
  const all = [...event.currentTarget.parentNode.children];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = all[(all.indexOf(event.currentTarget) + step + all.length) % all.length];
  next.click();
  document.getElementById(next.id).focus();
}

function tableOf(lists, seen) {
  const [by, way] = order[state.listed];
  const columns = COLUMNS[state.listed];
  const value = columns.find(([key]) => key === by)[1];
  const rows = lists[state.listed].map((it, i) => [value(it), i, it]).sort((a, b) => compare(a[0], b[0]) * way || a[1] - b[1]).map(([, , it]) => it);
  if (!rows.length) return el('p', { class: 'note padded' }, t('emptyTable'));
  return el('table', { class: state.listed },
    el('thead', {}, el('tr', {}, columns.map(([key]) => el('th', { scope: 'col', 'aria-sort': key === by ? (way > 0 ? 'ascending' : 'descending') : null },
      el('button', { type: 'button', id: `sort-${key}`, onclick: () => sort(key, seen) }, t(key), key === by ? (way > 0 ? ' ↑' : ' ↓') : ''))))),
    el('tbody', {}, rows.slice(0, most).map((it) => el('tr', { class: it.edge && (it.edge === state.edge || state.rowed.has(it.edge)) ? 'chosen' : it === state.thing || state.chosen.has(it) || state.marked.has(it) ? 'chosen' : '' },
      columns.map(([key, , cell]) => el('td', { class: `of-${key}`, 'data-name': t(key) }, cell(it)))))));
}

function sort(key, seen) {
  const [by, way] = order[state.listed];
  order[state.listed] = [key, by === key ? -way : 1];
  showTable(seen);
}
