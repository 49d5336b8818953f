// What of the graph is seen under the present choice, and what each filter would show.
import { edges, facts, first, groups, other, things, whenOf } from './model.js';
import { OPTIONS, state } from './state.js';

const isOn = (thing) => !state.off.kind.has(thing.kind.id);

/** The date of a fact by the present clock: of what it states, or of its document; empty where there is none. */
export const dateOf = (fact) => (state.clock === 'issued' ? fact.document.day : whenOf(fact));

function isInTime(fact) {
  const { since, until } = state;
  if (!since && !until) return true;
  const date = dateOf(fact);
  if (!date) return state.undated;
  return date.slice(0, since.length) >= since && (!until || date.slice(0, until.length) <= until);
}

// Each filter is a bit; a fact passes where none is set.
const [KIND, RELATION, STATUS, DOCUMENT, TIME, SURE] = [1, 2, 4, 8, 16, 32];
function failing(fact) {
  const { off, status, least } = state;
  const { edge } = fact;
  return (off.kind.size && !(isOn(edge.subject) && isOn(edge.object)) ? KIND : 0) | (off.relation.has(edge.relation.id) ? RELATION : 0)
    | (status.has(fact.status) ? 0 : STATUS) | (off.document.size && off.document.has(fact.document.id) ? DOCUMENT : 0)
    | (isInTime(fact) ? 0 : TIME) | (fact.confidence >= least ? 0 : SURE);
}

/** The facts of an edge that pass; a bare edge (inferred, no facts) passes with an empty list. */
function stated(edge) {
  if (!edge.facts.length) {
    const on = !state.off.relation.has(edge.relation.id) && isOn(edge.subject) && isOn(edge.object) && state.least === 0 && !state.since && !state.until;
    return on ? edge.facts : null;
  }
  if (edge.facts.length === 1) return failing(edge.facts[0]) ? null : edge.facts;
  const passing = edge.facts.filter((fact) => !failing(fact));
  return passing.length ? passing : null;
}

/** What is seen now: things, edges, the facts of each edge that passes, how many things stay without an edge,
 * and for each thing that is seen how many of its neighbours are not. */
export function survey() {
  const held = new Map();
  for (const edge of edges) {
    const passing = stated(edge);
    if (passing) held.set(edge, passing);
  }
  const ball = state.focus ? around(state.focus, state.steps, held) : null;
  const members = state.group === null || ball ? null : new Set(groups[state.group].things);
  const extra = new Set([...state.path, ...state.chosen, state.thing, state.focus]);
  const allowed = (thing) => isOn(thing) && !state.hidden.has(thing.id)
    && (state.added.has(thing.id) || extra.has(thing)
      || (ball ? ball.has(thing) : members ? members.has(thing) : state.whole || first.has(thing)));
  const seen = { things: new Set(), edges: [], facts: held, lonely: 0, ball, away: new Map() };
  const shown = new Uint8Array(things.length);
  for (const thing of things) if (allowed(thing)) shown[thing.index] = 1;
  fold(shown, held);
  for (const edge of held.keys()) {
    const [a, b] = [shown[edge.subject.index], shown[edge.object.index]];
    if (a && b) {
      seen.edges.push(edge);
      seen.things.add(edge.subject);
      seen.things.add(edge.object);
    }
  }
  for (const thing of things) {
    if (!shown[thing.index] || seen.things.has(thing)) continue;
    seen.lonely += 1;
    if (state.lonely || extra.has(thing) || state.added.has(thing.id)) seen.things.add(thing);
  }
  for (const thing of seen.things) {
    const away = beyond(thing, seen).length;
    if (away) seen.away.set(thing, away);
  }
  return seen;
}

/** The neighbours of a thing, over facts that pass, that are not seen. */
export function beyond(thing, seen) {
  const found = new Set();
  for (const edge of thing.edges) {
    const next = other(edge, thing);
    if (seen.facts.has(edge) && next !== thing && !seen.things.has(next)) found.add(next);
  }
  return [...found];
}

/** A folded thing hides those neighbours that hang on folded things alone. */
function fold(shown, held) {
  if (!state.folded.size) return;
  const folded = new Set(things.filter((thing) => state.folded.has(thing.id) && shown[thing.index]));
  for (const thing of folded) {
    for (const next of hanging(thing, (it) => shown[it.index], held, folded)) shown[next.index] = 0;
  }
}

function hanging(thing, isShown, held, folded) {
  const found = new Set(thing.edges.filter((edge) => held.has(edge)).map((edge) => other(edge, thing)));
  return [...found].filter((next) => next !== thing && isShown(next) && !folded.has(next)
    && next.edges.every((edge) => !held.has(edge) || other(edge, next) === next || folded.has(other(edge, next)) || !isShown(other(edge, next))));
}

/** The neighbours that folding a thing would hide. */
export const leaves = (thing, seen) => hanging(thing, (it) => seen.things.has(it), seen.facts, new Set([thing]));

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

/** How much each option of each filter would show, all other filters as they are; and how many facts a date has. */
export function counts() {
  const found = { kind: new Map(), relation: new Map(), status: new Map(), document: new Map(), time: new Map() };
  const add = (which, key) => found[which].set(key, (found[which].get(key) || 0) + 1);
  const isCounted = { edge: new Uint8Array(edges.length), thing: new Uint8Array(things.length) };
  const countThing = (thing) => {
    if (isCounted.thing[thing.index]) return;
    isCounted.thing[thing.index] = 1;
    add('kind', thing.kind.id);
  };
  for (const fact of facts) {
    const bits = failing(fact);
    const { edge } = fact;
    if (!(bits & ~KIND)) {
      if (isOn(edge.object)) countThing(edge.subject);
      if (isOn(edge.subject)) countThing(edge.object);
    }
    if (!(bits & ~RELATION) && !isCounted.edge[edge.index]) {
      isCounted.edge[edge.index] = 1;
      add('relation', edge.relation.id);
    }
    if (!(bits & ~STATUS)) add('status', fact.status);
    if (!(bits & ~DOCUMENT)) add('document', fact.document.id);
    if (!(bits & ~TIME)) add('time', dateOf(fact));
  }
  if (state.lonely) things.forEach(countThing);
  return found;
}

// Statuses that no fact of this graph has are no choice.
const used = new Set(facts.map((fact) => fact.status));
OPTIONS.status = OPTIONS.status.filter((status) => used.has(status.id));
