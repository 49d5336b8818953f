// What the reader has chosen, and the link that says so.
import { documents, edgeId, edgeOf, groups, isCrowd, kinds, relations, statuses, thingOf } from './model.js';

export const PLAIN = new Set(['asserted', 'planned', 'required', '']);
const VIEWS = ['graph', 'table', 'source', 'query'];
const LISTS = ['facts', 'things', 'time'];

const fresh = () => ({
  view: 'graph', thing: null, edge: null, focus: null, steps: 1, path: [], way: 0, group: null,
  off: { kind: new Set(), relation: new Set(), document: new Set() },
  status: new Set([...PLAIN]), least: 0, lonely: false, whole: !isCrowd,
  since: '', until: '', clock: documents.length > 1 ? 'issued' : 'event', undated: false,
  hidden: new Set(), added: new Set(), folded: new Set(), chosen: new Set(), many: false,
  query: null, asked: false, marked: new Set(), rowed: new Set(),
  document: 0, listed: 'facts',
});
export const state = fresh();

export const isFiltered = () => state.off.kind.size + state.off.relation.size + state.off.document.size > 0
  || state.least > 0 || state.since !== '' || state.until !== '' || state.status.size !== PLAIN.size || [...PLAIN].some((id) => !state.status.has(id));

// ---- the link

/** The present state as the part of the address after #; the plain state is empty. */
export function link() {
  const words = new URLSearchParams();
  const plain = fresh();
  const say = (key, value) => { if (value) words.set(key, value); };
  if (state.view !== 'graph') say('view', state.view);
  say('thing', state.thing && state.thing.id);
  say('fact', state.edge && edgeId(state.edge));
  say('focus', state.focus && state.focus.id);
  if (state.focus && state.steps > 1) say('steps', String(state.steps));
  say('path', state.path.map((thing) => thing.id).join('~'));
  if (state.path.length === 2 && state.way) say('way', String(state.way));
  if (state.group !== null) say('group', String(state.group));
  say('chosen', [...state.chosen].map((thing) => thing.id).join('~'));
  for (const which of ['kind', 'relation', 'document']) say(`no-${which}`, [...state.off[which]].join('~'));
  const on = [...state.status].filter(Boolean).sort().join('~');
  if (on !== [...PLAIN].filter(Boolean).sort().join('~')) words.set('status', on || '-');
  if (state.least > 0) say('least', state.least.toFixed(2));
  say('since', state.since);
  say('until', state.until);
  if (state.undated) say('undated', '1');
  if (state.clock !== plain.clock) say('clock', state.clock);
  if (state.lonely) say('lonely', '1');
  if (isCrowd && state.whole) say('all', '1');
  say('hide', [...state.hidden].join('~'));
  say('fold', [...state.folded].join('~'));
  say('add', [...state.added].slice(-40).join('~'));
  if (state.document) say('document', String(state.document));
  if (state.listed !== 'facts') say('list', state.listed);
  if (state.asked || state.view === 'query') say('query', state.query);
  if (state.asked) say('asked', '1');
  return words.toString().replace(/%2F/g, '/').replace(/%7E/g, '~');
}

/** Take the state from a link; what it does not name is plain, what is unknown is left out. */
export function follow(hash) {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const many = (key) => (words.get(key) || '').split('~').filter(Boolean);
  const known = (key) => many(key).map((id) => thingOf.get(id)).filter(Boolean);
  const whole = (key, least, most) => Math.min(most, Math.max(least, parseInt(words.get(key), 10) || least));
  const next = fresh();
  if (VIEWS.includes(words.get('view'))) next.view = words.get('view');
  if (LISTS.includes(words.get('list'))) next.listed = words.get('list');
  next.thing = thingOf.get(words.get('thing')) || null;
  next.edge = edgeOf(words.get('fact'));
  next.focus = thingOf.get(words.get('focus')) || null;
  next.steps = whole('steps', 1, 4);
  next.path = known('path').slice(0, 2);
  next.way = whole('way', 0, 9);
  if (groups[words.get('group')]) next.group = Number(words.get('group'));
  next.chosen = new Set(known('chosen'));
  for (const which of ['kind', 'relation', 'document']) next.off[which] = new Set(many(`no-${which}`));
  if (words.has('status')) next.status = new Set(['', ...many('status').filter((id) => id !== '-')]);
  next.least = Math.min(1, Math.max(0, parseFloat(words.get('least')) || 0));
  for (const key of ['since', 'until']) if (/^\d{4}(-\d\d){0,2}$/.test(words.get(key))) next[key] = words.get(key);
  if (['issued', 'event'].includes(words.get('clock'))) next.clock = words.get('clock');
  next.undated = words.has('undated');
  next.lonely = words.has('lonely');
  next.whole = !isCrowd || words.has('all');
  next.hidden = new Set(many('hide'));
  next.folded = new Set(many('fold'));
  next.added = new Set(many('add'));
  next.document = documents[parseInt(words.get('document'), 10)] ? parseInt(words.get('document'), 10) : 0;
  next.query = words.get('query');
  next.asked = words.has('asked') && next.query !== null;
  if (next.query !== null && next.query === state.query) Object.assign(next, { marked: state.marked, rowed: state.rowed });
  Object.assign(state, next);
}

export const OPTIONS = {
  kind: [...kinds].sort((a, b) => b.count - a.count || a.index - b.index), relation: relations, document: documents, status: statuses,
};

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
  if (!hint.quiet) draw(hint);
}

export function undo() {
  if (!depth) return;
  depth -= 1;
  history.back();
}

const NONE = { thing: null, edge: null, path: [], way: 0 };
export const clear = (hint) => change({ ...NONE, chosen: new Set(), many: false }, hint);

export const pickThing = (thing, hint) => {
  if (state.path.length === 1 && thing && thing !== state.path[0]) change({ ...NONE, path: [state.path[0], thing] }, { fit: true });
  else if (state.many && thing) choose(thing);
  else change({ ...NONE, thing, chosen: new Set() }, hint);
};
export const pickEdge = (edge, hint) => change({ ...NONE, edge, chosen: new Set() }, hint);

/** Choose several things, beginning with one: whatever is picked next joins them. */
export const chooseMore = (thing) => change({ ...NONE, chosen: new Set([thing]), many: true });

/** Take things into the selection of several, or one out of it. */
export function choose(...more) {
  const chosen = new Set(state.chosen);
  if (!chosen.size && state.thing) chosen.add(state.thing);
  for (const thing of more) if (more.length > 1 || !chosen.delete(thing)) chosen.add(thing);
  if (chosen.size === 1 && !state.many) change({ ...NONE, chosen: new Set(), thing: [...chosen][0] });
  else change({ ...NONE, chosen });
}
