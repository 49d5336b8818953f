// The panel when nothing is selected: what this is, what it holds, where to begin, what to check.
import { documents, edges, facts, groups, kinds, label, sentences, statusOf, things, total } from './model.js';
import { el, mark } from './marks.js';
import { fieldsOf, people, quote, sureness, thingLink } from './evidence.js';
import { change, pickEdge, state } from './state.js';
import { named, t } from './words.js';

export function overview(seen) {
  return [el('div', { class: 'head' }, el('h2', { tabindex: '-1', id: 'card-title' }, t('overview'))),
    articles(), numbers(), total > things.length && el('p', { class: 'note padded' }, t('top', things.length, total)), hubs(seen), topics(), review(seen), byKind(seen),
    el('section', {}, el('p', { class: 'note' }, t('howTo')), el('p', { class: 'note' }, t('licences')))];
}

function articles() {
  return el('section', { class: 'articles' }, documents.slice(0, 6).map((document) => el('article', {},
    el('h3', { class: 'title' }, el('bdi', {}, document.title)),
    el('p', { class: 'meta' }, [people(document.authors).join('、'), people(document.publishers).join('、'), document.day].filter(Boolean)
      .map((part) => el('bdi', {}, part))),
    documents.length === 1 && document.fields.length > 3 && el('details', { class: 'about' }, el('summary', {}, t('about')), fieldsOf(document)),
    el('button', { type: 'button', class: 'plain', onclick: () => change({ view: 'source', document: document.index }) }, t('readSource')))),
  documents.length > 6 && el('p', { class: 'note' }, t('articles', documents.length)));
}

function numbers() {
  const number = (n, key) => el('div', {}, el('b', {}, String(n)), el('span', {}, t(key)));
  return el('section', { class: 'numbers' }, number(things.length, 'things'), number(facts.length || edges.length, 'facts'), number(sentences, 'sentences'));
}

function hubs(seen) {
  const top = [...seen.things].filter((thing) => thing.degree).sort((a, b) => b.degree - a.degree || a.rank - b.rank).slice(0, 8);
  return top.length > 0 && el('section', {}, el('h3', {}, t('hubs')),
    el('ol', { class: 'list' }, top.map((thing) => el('li', {}, thingLink(thing), el('span', { class: 'n' }, String(thing.degree))))));
}

/** The communities, each named by its most central things. */
function topics() {
  const large = groups.filter((group) => group.things.length > 4).slice(0, 8);
  return large.length > 1 && el('section', { class: 'topics' }, el('h3', {}, t('topics')), el('ol', { class: 'list' }, large.map((group) => el('li', {},
    el('button', { type: 'button', class: 'thing', id: `group-${group.index}`, 'aria-pressed': String(state.group === group.index), onclick: () => change({ group: state.group === group.index ? null : group.index, focus: null }, { fit: true }) },
      el('bdi', {}, group.things.slice(0, 3).map(label).join(t('comma')))), el('span', { class: 'n' }, String(group.things.length))))));
}

function byKind(seen) {
  const found = new Map();
  for (const thing of seen.things) found.set(thing.kind, (found.get(thing.kind) || 0) + 1);
  const most = Math.max(1, ...found.values());
  const only = (kind) => new Set(kinds.map((it) => it.id).filter((id) => id !== kind.id));
  return el('section', {}, el('h3', {}, t('byKind')),
    el('ul', { class: 'list kinds' }, [...found].sort((a, b) => b[1] - a[1]).map(([kind, n]) => {
      const bar = el('i');
      bar.style.width = `${(n / most) * 100}%`;
      bar.style.background = kind.colour;
      return el('li', {}, el('button', { type: 'button', class: 'thing', title: t('onlyThis', named(kind)), onclick: () => change({ off: { ...state.off, kind: only(kind) }, lonely: true }) }, mark(kind, 13), named(kind)),
        el('span', { class: 'bar', 'aria-hidden': 'true' }, bar), el('span', { class: 'n' }, String(n)));
    })));
}

function review(seen) {
  // The three least sure, without sorting all.
  const least = [];
  for (const fact of facts) {
    if (least.length === 3 && fact.confidence >= least[2].confidence) continue;
    if (!seen.facts.has(fact.edge) || !state.status.has(fact.status)) continue;
    least.push(fact);
    least.sort((x, y) => x.confidence - y.confidence || x.index - y.index).splice(3);
  }
  return least.length > 0 && el('section', {}, el('h3', {}, t('review')), least.map((fact) => el('article', { class: 'fact' },
    el('h4', {}, el('button', { type: 'button', class: 'thing', onclick: () => pickEdge(fact.edge, { reveal: true }) },
      el('bdi', {}, label(fact.subject)), el('span', { class: 'relation' }, named(fact.relation)), el('bdi', {}, label(fact.object)))),
    quote([fact], true), el('p', { class: 'meta' }, sureness(fact.confidence), fact.status !== 'asserted' && named(statusOf.get(fact.status) || { zh: fact.status })))));
}
