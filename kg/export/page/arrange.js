// Where things stand: at home, or in rings around the middle of a neighbourhood.
import * as picture from './canvas.js';
import { isCrowd, other, things } from './model.js';
import { state } from './state.js';

/** Whether the picture is that of the first things of a large graph, who have places of their own in it. */
export const isFront = () => isCrowd && !state.whole && !state.focus && state.group === null;

const guests = new Map();
/** Where a thing stands that joins them: in a ring around the one it is linked to, ring after ring. */
function beside(thing, seen) {
  const edge = thing.edges.find((it) => seen.facts.has(it) && other(it, thing).front);
  const host = edge && other(edge, thing);
  const turn = guests.get(host) || 0;
  guests.set(host, turn + 1);
  const [ring, at] = [Math.floor(turn / 12), turn % 12];
  const [x, y] = host ? host.front : [0, 0];
  const angle = ((at + (ring % 2) / 2) / 12) * Math.PI * 2 + 0.3;
  return [Math.round(x + Math.cos(angle) * (120 + ring * 70)), Math.round(y + Math.sin(angle) * (100 + ring * 60))];
}

/** In a neighbourhood things stand in rings around its middle, those of one relation side by side. */
export function arrange(seen) {
  picture.sight.front = isFront();
  if (picture.sight.front) for (const thing of seen.things) if (!thing.front) thing.front = beside(thing, seen);
  const places = new Map(things.map((thing) => [thing, picture.home(thing)]));
  if (state.focus && seen.ball) {
    const under = new Map([...seen.ball.keys()].map((thing) => [thing, []]));
    const done = new Set([state.focus]);
    for (const [thing, depth] of seen.ball) {
      const links = thing.edges.filter((edge) => seen.facts.has(edge)).sort((a, b) => a.relation.id.localeCompare(b.relation.id) || (a.subject === thing) - (b.subject === thing));
      for (const edge of links) {
        const next = edge.subject === thing ? edge.object : edge.subject;
        if (!done.has(next) && seen.ball.get(next) === depth + 1) { done.add(next); under.get(thing).push(next); }
      }
    }
    rings(state.focus, under, places);
  }
  picture.settle(places);
}

function rings(middle, under, places) {
  const leaves = new Map();
  const weigh = (thing) => {
    const sum = under.get(thing).reduce((total, child) => total + weigh(child), 0);
    leaves.set(thing, Math.max(1, sum));
    return leaves.get(thing);
  };
  weigh(middle);
  const counts = [];
  const count = (thing, depth) => { counts[depth] = (counts[depth] || 0) + 1; under.get(thing).forEach((child) => count(child, depth + 1)); };
  count(middle, 0);
  const radii = [0];
  for (let d = 1; d < counts.length; d += 1) radii[d] = Math.max(radii[d - 1] + 150, (counts[d] * 66) / (2 * Math.PI));
  const wide = Math.sqrt(picture.proportion() * 1.15);
  const stand = (thing, depth, from, to) => {
    const angle = (from + to) / 2;
    places.set(thing, [Math.round(Math.cos(angle) * radii[depth] * wide), Math.round(Math.sin(angle) * radii[depth] / wide)]);
    let at = from;
    for (const child of under.get(thing)) {
      const share = ((to - from) * leaves.get(child)) / leaves.get(thing);
      stand(child, depth + 1, at, at + share);
      at += share;
    }
  };
  stand(middle, 0, -Math.PI / 2, Math.PI * 1.5);
}
