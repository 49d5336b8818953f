// SPARQL in the page: the shipped questions, the editor, and the answer as a table and in the picture.
import { MOST, ask, manual, start, stop } from './asking.js';
import { csv } from './csv.js';
import { colour, edit, editor, editorWords, write, written } from './editor.js';
import { thingLink } from './evidence.js';
import { rebuild } from './filters.js';
import { el, save } from './marks.js';
import { base, factOf, kinds, label, namespace, plain, relations, statusOf, thingOf, things } from './model.js';
import { change, state } from './state.js';
import { language, named, t } from './words.js';

const panel = document.getElementById('query');
const PAGE = 200;
let answer = null; // { query, rows … } or { query, error }
let began = 0; // when the query that runs was sent; 0 where none runs
let loaded = null;
let most = PAGE;
let clock = 0;

const question = () => manual.questions.find(([, , , sparql]) => sparql.trim() === written().trim());

export function showQuery(hint) {
  if (!manual) { panel.replaceChildren(el('p', { class: 'note padded' }, t('noSparql'))); return; }
  if (!panel.childNodes.length) begin();
  editorWords();
  if (state.query === null) state.query = manual.questions.length ? manual.questions[0][3] : '';
  if (written() !== state.query) write(state.query);
  if (!loaded) loaded = start().then((it) => { loaded = it; draw(); }, () => {});
  draw();
  if (hint.run || (hint.moved && (!answer || answer.query !== state.query))) run();
}

function begin() {
  edit({ change: (text) => change({ query: text }, { passing: true, quiet: true }), run });
  panel.append(el('div', { class: 'asking', id: 'query-bar' }), editor, el('div', { id: 'answer', class: 'scroll', tabindex: '-1' }));
}

/** Answer what is written, whether or not the query is seen; what is found is marked in the picture. */
export async function run() {
  if (began) return;
  const query = written() || state.query || '';
  if (!written()) write(query);
  began = performance.now();
  most = PAGE;
  draw();
  clock = setInterval(draw, 200);
  try {
    answer = { query, ...await ask(query) };
  } catch (error) {
    answer = { query, error: error.message };
  }
  clearInterval(clock);
  began = 0;
  const marked = found(answer);
  const isSame = state.query === query;
  if (isSame || answer.error === undefined) change({ marked: marked.things, rowed: marked.facts, query, asked: !answer.error }, { passing: true, answered: true });
  draw();
}

/** The things that an answer speaks of, by IRI or by name, and the facts among them. */
function found({ rows = [], triples = [], variables }) {
  const of = ([type, value]) => (type === 'uri' ? [thingOf.get(value.startsWith(base) ? value.slice(base.length) : '')].filter(Boolean) : bearers(value));
  const cells = variables ? rows.map((row) => row.filter(Boolean)) : triples.map((line) => [...line.matchAll(/<([^>]*)>/g)].map(([, iri]) => ['uri', iri]));
  const marked = new Set();
  const facts = new Set();
  for (const row of cells) {
    const here = new Set(row.flatMap(of));
    for (const [type, value] of row) {
      const fact = type === 'uri' && value.startsWith(base) ? factOf(value.slice(base.length)) : null;
      if (fact) { facts.add(fact.edge); here.add(fact.subject).add(fact.object); }
    }
    for (const thing of here) {
      marked.add(thing);
      for (const edge of thing.edges) if (here.has(edge.subject) && here.has(edge.object)) facts.add(edge);
    }
  }
  return { things: marked, facts };
}

let byName = null;
/** The things that bear a name, in either language. */
function bearers(name) {
  if (!byName) {
    byName = new Map();
    for (const thing of things) for (const it of new Set([thing.zh, thing.en])) if (it) byName.set(it, [...(byName.get(it) || []), thing]);
  }
  return byName.get(name) || [];
}

export function clearMarks() {
  answer = null;
  change({ marked: new Set(), rowed: new Set(), asked: false });
}

// ---- what is seen

function draw() {
  if (state.view !== 'query') return;
  const chosen = question();
  const pick = el('select', { id: 'question', 'aria-label': t('questions'), onchange: (event) => {
    const [, , , sparql] = manual.questions[Number(event.target.value)];
    write(sparql);
    change({ query: sparql }, { run: true });
  } }, !chosen && el('option', { value: '', selected: true }, t('ownQuery')), manual.questions.map((it, i) => (
    el('option', { value: i, selected: it === chosen }, (language() === 'en' && it[2]) || it[1] || it[0]))));
  const button = began
    ? el('button', { type: 'button', class: 'button strong', id: 'query-stop', onclick: stop }, t('stop'))
    : el('button', { type: 'button', class: 'button strong', id: 'query-run', title: 'Ctrl+Enter', onclick: run }, t('run'));
  rebuild(document.getElementById('query-bar'), pick, button, el('span', { class: 'note', role: 'status', id: 'query-note' }, note()));
  rebuild(document.getElementById('answer'), ...result());
}

function note() {
  if (began) return t(loaded && loaded.ready ? 'running' : 'loadingEngine', ((performance.now() - began) / 1000).toFixed(1));
  if (answer && answer.ms !== undefined) {
    const count = answer.truth !== undefined ? '' : `${t('nRows', answer.total)} · `;
    return `${count}${answer.ms.toFixed(answer.ms < 10 ? 1 : 0)} ms`;
  }
  if (!loaded || !loaded.ready) return t('loadingEngine', '');
  return [t('nTriples', loaded.size), manual.left > 0 && t(manual.left > 1 ? 'leftEvidence' : 'leftPlaces')].filter(Boolean).join(' · ');
}

function result() {
  if (!answer) return [el('p', { class: 'note padded' }, t('queryHint'))];
  if (answer.error !== undefined) {
    const isStopped = answer.error === 'stopped';
    const [, line, column, rest] = /(?:error at )?(\d+):(\d+):?\s*([^]*)/.exec(answer.error) || [answer.error, 0, 0, answer.error];
    if (!isStopped && answer.query === written()) colour(Number(line));
    return [el('p', { class: `padded ${isStopped ? 'note' : 'failed'}`, role: 'alert' }, isStopped ? t('stopped') : line ? t('queryAt', line, column, plain(rest)) : t('queryFailed', plain(answer.error)))];
  }
  const head = el('p', { class: 'acts padded' },
    state.marked.size > 0 && el('button', { type: 'button', class: 'plain', id: 'see-marked', onclick: () => change({ view: 'graph' }, { fitMarked: true }) }, t('seeMarked', state.marked.size)),
    answer.total > 0 && el('button', { type: 'button', class: 'plain', id: 'take-answer', onclick: () => save(answer.triples ? 'answer.nt' : 'answer.csv', [answer.triples ? `${answer.triples.join('\n')}\n` : csv([answer.variables, ...answer.rows.map((row) => row.map((cell) => (cell ? cell[1] : '')))])], answer.triples ? 'application/n-triples' : 'text/csv;charset=utf-8') }, t('takeAnswer')),
    answer.total > MOST && el('span', { class: 'note' }, t('cutRows', MOST)));
  if (answer.truth !== undefined) return [el('p', { class: 'padded truth', id: 'truth' }, answer.truth ? t('yes') : t('no'))];
  if (!answer.total) return [el('p', { class: 'note padded' }, t('noRows'))];
  const shown = (answer.triples || answer.rows).slice(0, most);
  return [head, el('table', {}, answer.variables && el('thead', {}, el('tr', {}, answer.variables.map((name) => el('th', { scope: 'col' }, el('span', {}, name))))),
    el('tbody', {}, answer.triples ? shown.map((line) => el('tr', {}, el('td', {}, el('code', {}, plain(line))))) : shown.map((row) => el('tr', {}, row.map((it, i) => el('td', { 'data-name': answer.variables[i] }, it && cell(it))))))),
  (answer.triples || answer.rows).length > most && el('button', { type: 'button', class: 'button', id: 'answer-more', onclick: () => { most += PAGE; draw(); } }, t('rowsMore', PAGE, answer.total))];
}

function cell([type, value, of]) {
  if (type !== 'uri') {
    const [bearer, ...more] = bearers(value);
    return bearer && !more.length ? thingLink(bearer) : el('bdi', { title: of || null }, plain(value));
  }
  const id = value.startsWith(base) ? value.slice(base.length) : '';
  if (thingOf.has(id)) return thingLink(thingOf.get(id));
  const fact = id && factOf(id);
  if (fact) return el('button', { type: 'button', class: 'relation', onclick: () => change({ edge: fact.edge, thing: null, path: [] }, { reveal: true }) }, `${label(fact.subject)} · ${named(fact.relation)} · ${label(fact.object)}`);
  const local = value.startsWith(namespace) ? value.slice(namespace.length) : '';
  const known = local && (relations.find((it) => it.id === local) || kinds.find((it) => it.id === local) || statusOf.get(local));
  return el('bdi', { title: value }, known ? `${named(known)} ` : '', el('code', {}, plain(short(value))));
}

function short(iri) {
  const [name, start] = Object.entries(manual.prefixes).filter(([, it]) => iri.startsWith(it)).sort((a, b) => b[1].length - a[1].length)[0] || [];
  return name ? `${name}:${iri.slice(start.length)}` : iri;
}
