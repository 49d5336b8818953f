// What the reader has chosen, what of the graph is therefore seen, and the link that says so.
import { documents, edges, edgeOf, facts, kinds, other, relations, statuses, thingOf, things } from './model.js';

const PLAIN = new Set(['asserted', 'planned', 'required', '']);
const CROWD = 800;
export const FIRST = 300;
export const isCrowd = things.length > CROWD;

const fresh = () => ({
  view: 'graph', thing: null, edge: null, focus: null, steps: 1, path: [],
  off: { kind: new Set(), relation: new Set(), document: new Set() },
  status: new Set([...PLAIN]), least: 0, lonely: false, whole: !isCrowd,
  hidden: new Set(), added: new Set(), document: 0, listed: 'facts',
});
export const state = fresh();

// ---- what is seen

export const OPTIONS = {
  kind: [...kinds].sort((a, b) => b.count - a.count || a.index - b.index), relation: relations, document: documents,
  status: statuses.filter((status) => facts.some((fact) => fact.status === status.id)),
};

/** Whether a fact passes the filters; one of them may be left out, to count what it holds back. */
function passes(fact, except) {
  const { off, status, least } = state;
  return (except === 'relation' || !off.relation.has(fact.relation.id))
    && (except === 'status' || status.has(fact.status))
    && (except === 'document' || !off.document.has(fact.document.id))
    && fact.confidence >= least
    && (except === 'kind' || (isOn(fact.subject) && isOn(fact.object)));
}

const isOn = (thing) => !state.off.kind.has(thing.kind.id);

/** The facts of an edge that pass; a bare edge (inferred, no facts) passes with an empty list. */
export function stated(edge) {
  if (!edge.facts.length) {
    const on = !state.off.relation.has(edge.relation.id) && isOn(edge.subject) && isOn(edge.object) && state.least === 0;
    return on ? [] : null;
  }
  const passing = edge.facts.filter((fact) => passes(fact));
  return passing.length ? passing : null;
}

/** What is seen now: things, edges, the facts of each edge, and how many things stay without an edge. */
export function survey() {
  const held = new Map();
  for (const edge of edges) {
    const passing = stated(edge);
    if (passing) held.set(edge, passing);
  }
  const ball = state.focus ? around(state.focus, state.steps, held) : null;
  const allowed = (thing) => isOn(thing) && !state.hidden.has(thing.id)
    && (ball ? ball.has(thing) : state.whole || thing.rank < FIRST || state.added.has(thing.id)
      || thing === state.thing || state.path.includes(thing));
  const seen = { things: new Set(), edges: [], facts: held, lonely: 0, ball };
  for (const edge of held.keys()) {
    if (!allowed(edge.subject) || !allowed(edge.object)) continue;
    seen.edges.push(edge);
    seen.things.add(edge.subject);
    seen.things.add(edge.object);
  }
  for (const thing of things) {
    if (seen.things.has(thing) || !allowed(thing)) continue;
    seen.lonely += 1;
    if (state.lonely || thing === state.thing || state.added.has(thing.id) || thing === state.focus) seen.things.add(thing);
  }
  return seen;
}

/** The things within so many steps of one, over the edges that pass. */
export function around(start, steps, held) {
  const ball = new Map([[start, 0]]);
  for (const [thing, depth] of ball) {
    if (depth === steps) continue;
    for (const edge of thing.edges) {
      const next = other(edge, thing);
      if (held.has(edge) && !ball.has(next) && !state.hidden.has(next.id)) ball.set(next, depth + 1);
    }
  }
  return ball;
}

/** How much each option of a filter would show, all other filters as they are. */
export function counts(which) {
  const found = new Map();
  const add = (key, it) => found.set(key, (found.get(key) || new Set()).add(it));
  for (const fact of facts) {
    if (!passes(fact, which)) continue;
    if (which === 'kind') {
      if (isOn(fact.object)) add(fact.subject.kind.id, fact.subject);
      if (isOn(fact.subject)) add(fact.object.kind.id, fact.object);
    } else if (which === 'relation') add(fact.relation.id, fact.edge);
    else if (which === 'status') add(fact.status, fact);
    else add(fact.document.id, fact);
  }
  if (which === 'kind' && state.lonely) for (const thing of things) add(thing.kind.id, thing);
  return new Map([...found].map(([key, set]) => [key, set.size]));
}

export const isFiltered = () => state.off.kind.size + state.off.relation.size + state.off.document.size > 0
  || state.least > 0 || state.status.size !== PLAIN.size || [...PLAIN].some((id) => !state.status.has(id));

// ---- the link

/** The present state as the part of the address after #; the plain state is empty. */
export function link() {
  const words = new URLSearchParams();
  const say = (key, value) => { if (value) words.set(key, value); };
  if (state.view !== 'graph') say('view', state.view);
  say('thing', state.thing && state.thing.id);
  say('fact', state.edge && state.edge.id);
  say('focus', state.focus && state.focus.id);
  if (state.focus && state.steps > 1) say('steps', String(state.steps));
  say('path', state.path.map((thing) => thing.id).join('~'));
  for (const which of ['kind', 'relation', 'document']) say(`no-${which}`, [...state.off[which]].join('~'));
  const on = [...state.status].filter(Boolean).sort().join('~');
  if (on !== [...PLAIN].filter(Boolean).sort().join('~')) words.set('status', on || '-');
  if (state.least > 0) say('least', state.least.toFixed(2));
  if (state.lonely) say('lonely', '1');
  if (isCrowd && state.whole) say('all', '1');
  say('hide', [...state.hidden].join('~'));
  say('add', [...state.added].slice(-40).join('~'));
  if (state.document) say('document', String(state.document));
  if (state.listed !== 'facts') say('list', state.listed);
  return words.toString().replace(/%2F/g, '/').replace(/%7E/g, '~');
}

/** Take the state from a link; what it does not name is plain, what is unknown is left out. */
export function follow(hash) {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const many = (key) => (words.get(key) || '').split('~').filter(Boolean);
  const next = fresh();
  if (['table', 'source'].includes(words.get('view'))) next.view = words.get('view');
  next.thing = thingOf.get(words.get('thing')) || null;
  next.edge = edgeOf.get(words.get('fact')) || null;
  next.focus = thingOf.get(words.get('focus')) || null;
  next.steps = Math.min(4, Math.max(1, parseInt(words.get('steps'), 10) || 1));
  next.path = many('path').map((id) => thingOf.get(id)).filter(Boolean).slice(0, 2);
  for (const which of ['kind', 'relation', 'document']) next.off[which] = new Set(many(`no-${which}`));
  if (words.has('status')) next.status = new Set(['', ...many('status').filter((id) => id !== '-')]);
  next.least = Math.min(1, Math.max(0, parseFloat(words.get('least')) || 0));
  next.lonely = words.has('lonely');
  next.whole = !isCrowd || words.has('all');
  next.hidden = new Set(many('hide'));
  next.added = new Set(many('add'));
  next.document = documents[parseInt(words.get('document'), 10)] ? parseInt(words.get('document'), 10) : 0;
  if (words.get('list') === 'things') next.listed = 'things';
  Object.assign(state, next);
}

// ---- changes

let draw = () => {};
let depth = 0;

/** Tell what is to happen whenever the state has changed. */
export function onChange(action) {
  draw = action;
  addEventListener('popstate', () => { follow(location.hash); draw({ moved: true }); });
}

/** Change the state, keep the step in the browser's history, and draw. */
export function change(patch, hint = {}) {
  Object.assign(state, patch);
  const hash = `#${link()}`;
  if (hash !== (location.hash || '#')) {
    // A slider moves many times; only where it stops is a step.
    try {
      if (hint.passing) history.replaceState(null, '', hash);
      else { history.pushState(null, '', hash); depth += 1; }
    } catch { /* some browsers allow only so many steps in a while */ }
  }
  draw(hint);
}

export function undo() {
  if (!depth) return;
  depth -= 1;
  history.back();
}

export const pickThing = (thing, hint) => {
  if (state.path.length === 1 && thing && thing !== state.path[0]) change({ path: [state.path[0], thing], thing: null, edge: null }, { fit: true });
  else change({ thing, edge: null, path: [] }, hint);
};
export const pickEdge = (edge, hint) => change({ edge, thing: null, path: [] }, hint);
