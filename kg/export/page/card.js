// The side panel: what is known of the thing, the edge or the path that is selected.
import { codes, cut, documents, first, label, mentionsOf, other, plain } from './model.js';
import { copy, el, mark } from './marks.js';
import { closer, evidence, thingLink } from './evidence.js';
import { overview } from './overview.js';
import { rebuild } from './filters.js';
import { chosenCard } from './chosen.js';
import { change, chooseMore, clear, pickEdge, state } from './state.js';
import { beyond, leaves } from './survey.js';
import { named, t } from './words.js';

const panel = document.getElementById('card');
const FEW = 30;
let opened = null; // what is unfolded beyond the first few
let whole = false;

export function showCard(seen, found) {
  const subject = state.path.length ? 'path' : state.edge || state.thing || (state.chosen.size ? 'chosen' : null);
  if (opened !== subject) { opened = subject; whole = false; panel.scrollTop = 0; }
  const made = state.path.length ? pathCard(found) : state.edge ? edgeCard(state.edge) : state.thing ? thingCard(state.thing, seen) : state.chosen.size ? chosenCard(seen) : overview(seen);
  rebuild(panel, el('div', { class: 'grip', 'aria-hidden': 'true' }), made);
  panel.setAttribute('aria-label', subject ? t('evidence') : t('overview'));
}

function head(title, over, buttons) {
  return el('div', { class: 'head' }, el('div', { class: 'over' }, over, closer(() => clear(), 'card-close')), title,
    buttons && el('div', { class: 'buttons' }, buttons));
}

const button = (id, text, action, attributes = {}) => el('button', { type: 'button', class: 'button', id: `card-${id}`, onclick: action, ...attributes }, text);

function linkButton() {
  return button('link', t('link'), async (event) => {
    const target = event.currentTarget;
    target.textContent = (await copy(location.href)) ? t('copied') : t('notCopied');
  });
}

// ---- a thing

function thingCard(thing, seen) {
  const isFocus = state.focus === thing;
  const away = beyond(thing, seen);
  const hanging = state.folded.has(thing.id) ? 0 : leaves(thing, seen).length;
  return [
    head(el('h2', { tabindex: '-1', id: 'card-title' }, el('bdi', {}, label(thing))),
      el('span', { class: 'kind' }, mark(thing.kind, 15), named(thing.kind)), [
        button('focus', isFocus ? t('unfocus') : t('focus'), () => change({ focus: isFocus ? null : thing, steps: 1 }, { fit: true })),
        away.length > 0 && !state.folded.has(thing.id) && button('expand', t('expand', away.length), () => expand(thing, seen)),
        hanging > 0 && button('fold', t('fold', hanging), () => change({ folded: new Set([...state.folded, thing.id]) })),
        state.folded.has(thing.id) && button('fold', t('unfold'), () => change({ folded: new Set([...state.folded].filter((id) => id !== thing.id)) })),
        button('path', t('pathFrom'), () => change({ path: [thing], thing: null })),
        button('choose', t('chosen'), () => chooseMore(thing)),
        button('hide', t('hide'), () => change({ hidden: new Set([...state.hidden, thing.id]), thing: null })),
        linkButton()]),
    facets(thing), factLists(thing, seen), mentions(thing)];
}

/** Show the neighbours of a thing that are not seen; those that were hidden or folded away come back. */
export function expand(thing, seen) {
  const away = beyond(thing, seen);
  const back = new Set([thing.id, ...away.map(({ id }) => id)]);
  const without = (set) => new Set([...set].filter((id) => !back.has(id)));
  const needed = away.filter((it) => !state.folded.has(thing.id) || !first.has(it));
  change({ hidden: without(state.hidden), folded: without(state.folded), added: new Set([...state.added, ...(state.whole && !state.focus && state.group === null ? [] : needed.map(({ id }) => id))]) });
}

function facets(thing) {
  const rows = [];
  const second = thing.zh === label(thing) ? thing.en : thing.zh;
  if (second && plain(second) !== label(thing)) rows.push([thing.zh === second ? t('name') : t('english'), [el('bdi', {}, plain(second))]]);
  if (thing.aliases.length) rows.push([t('aliases'), thing.aliases.map((alias) => el('bdi', { class: 'chip' }, plain(alias)))]);
  if (thing.notations.length) {
    rows.push([t('codes'), thing.notations.map(([code, table]) => (
      el('span', { class: 'chip' }, el('b', {}, code), codes.has(table) ? ` ${named(codes.get(table))}` : ''))) ]);
  }
  for (const [what, value] of thing.values) rows.push([t(what), [el('bdi', {}, plain(value))]]);
  return rows.length ? el('dl', { class: 'facets' }, rows.map(([name, values]) => [el('dt', {}, name), el('dd', {}, values)])) : null;
}

function factLists(thing, seen) {
  const passing = thing.edges.filter((edge) => seen.facts.has(edge));
  const kept = passing.length;
  const rest = thing.edges.length - kept;
  const shown = whole ? thing.edges : passing;
  const lists = [['outgoing', shown.filter((edge) => edge.subject === thing)], ['incoming', shown.filter((edge) => edge.object === thing && edge.subject !== thing)]];
  const parts = lists.filter(([, list]) => list.length).map(([which, list]) => {
    const groups = statements(list, seen);
    return el('section', {}, el('h3', {}, t(which), el('span', { class: 'n' }, String(list.length))),
      groups.slice(0, whole ? Infinity : FEW).map((group) => statement(group, thing)),
      !whole && groups.length > FEW && unfold(t('more', groups.length - FEW)));
  });
  if (!thing.edges.length) parts.push(el('p', { class: 'note padded' }, t('noFacts')));
  if (!whole && rest) parts.push(el('p', { class: 'note padded' }, `${t('filteredOut', rest)} `, unfold(t('showThem'))));
  return parts;
}

const unfold = (text) => el('button', { type: 'button', class: 'plain', id: 'card-more', onclick: () => { whole = true; change({}); } }, text);

// Facts of one relation stand together, the surest first.
const best = (edge) => Math.max(0, ...edge.facts.map((fact) => fact.confidence));
const sorted = (list) => [...list].sort((a, b) => a.relation.id.localeCompare(b.relation.id) || best(b) - best(a) || a.index - b.index);

/** What one sentence states with one relation is shown once, however many things it names. */
function statements(list, seen) {
  const groups = new Map();
  for (const edge of sorted(list)) {
    const facts = whole ? edge.facts : seen.facts.get(edge) || edge.facts;
    for (const fact of facts.length ? facts : [null]) {
      const key = fact ? `${edge.relation.id} ${fact.document.index} ${fact.start} ${fact.status} ${fact.said.length ? fact.id : ''}` : edge.id;
      if (!groups.has(key)) groups.set(key, { relation: edge.relation, edges: [], facts: [] });
      groups.get(key).edges.push(edge);
      if (fact) groups.get(key).facts.push(fact);
    }
  }
  return [...groups.values()];
}

function statement({ relation, edges, facts }, thing) {
  const forth = edges[0].subject === thing;
  return el('article', { class: 'fact' },
    el('h4', {}, el('button', { type: 'button', class: 'relation', title: t('evidence'), onclick: () => pickEdge(edges[0], { reveal: true }) },
      forth ? named(relation) : back(relation)), edges.map((edge) => thingLink(other(edge, thing)))),
    facts.length ? evidence(...facts) : el('p', { class: 'note' }, t('noEvidence')));
}

const back = (relation) => (relation.back.zh ? named(relation.back) : `← ${named(relation)}`);

function evidences(facts) {
  if (!facts.length) return el('p', { class: 'note' }, t('noEvidence'));
  const ordered = [...facts].sort((a, b) => b.confidence - a.confidence || a.index - b.index);
  const [first, ...rest] = ordered;
  return [evidence(first), rest.length ? el('details', { class: 'rest' }, el('summary', {}, t('nEvidence', facts.length)), rest.map((fact) => evidence(fact))) : null];
}

function mentions(thing) {
  const all = mentionsOf(thing);
  if (!all.length) return null;
  return el('section', {}, el('h3', {}, t('mentions', all.length)),
    all.slice(0, whole ? Infinity : 6).map((mention) => el('button', { type: 'button', class: 'snippet',
      onclick: () => change({ view: 'source', document: mention.document.index, thing, edge: null, path: [] }, { place: mention }) },
    documents.length > 1 && el('bdi', { class: 'from' }, mention.document.title),
    el('span', {}, tail(cut(mention.document, Math.max(0, mention.start - 14), mention.start)), el('mark', {}, cut(mention.document, mention.start, mention.end)),
      lead(cut(mention.document, mention.end, mention.end + 20))))),
    !whole && all.length > 6 && unfold(t('more', all.length - 6)));
}

const tail = (text) => text.slice(text.lastIndexOf('\n') + 1);
const lead = (text) => text.split('\n')[0];

// ---- an edge, a path

function edgeCard(edge) {
  return [
    head(el('h2', { tabindex: '-1', id: 'card-title', class: 'triple' }, thingLink(edge.subject), el('span', { class: 'relation' }, named(edge.relation)), thingLink(edge.object)),
      el('span', { class: 'kind' }, t('nEvidence', edge.facts.length)), [linkButton()]),
    el('section', {}, edge.facts.length
      ? [...edge.facts].sort((a, b) => b.confidence - a.confidence || a.index - b.index).map((fact) => evidence(fact))
      : el('p', { class: 'note' }, t('noEvidence')))];
}

function pathCard(found) {
  const [from, to] = state.path;
  const steps = found && (found[state.way] || found[0]);
  if (!to) {
    return head(el('h2', { tabindex: '-1', id: 'card-title', class: 'triple' }, thingLink(from), el('span', { class: 'relation' }, '→ ?')),
      el('span', { class: 'kind' }, t('path')), [el('p', { class: 'hint' }, t('pathHint'))]);
  }
  return [
    head(el('h2', { tabindex: '-1', id: 'card-title', class: 'triple' }, thingLink(from), el('span', { class: 'relation' }, '→'), thingLink(to)),
      el('span', { class: 'kind' }, t('path'), steps ? ` · ${t('steps', steps.length)}` : ''), [
        found && found.length > 1 && found.map((way, i) => button(`way-${i}`, t('wayOf', i + 1, way.length), () => change({ way: i }), { 'aria-pressed': String(way === steps) })), linkButton()]),
    steps ? el('section', {}, steps.map((edge) => el('article', { class: 'fact' },
      el('h4', { class: 'triple' }, thingLink(edge.subject), el('button', { type: 'button', class: 'relation', onclick: () => pickEdge(edge) }, named(edge.relation)), thingLink(edge.object)),
      evidences(edge.facts)))) : el('p', { class: 'note padded' }, t('noPath'))];
}
