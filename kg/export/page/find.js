// Searching names, and the shortest way between two things.
import { cut, documents, facts, other, piecesOf, plain, things } from './model.js';
import { spelled } from './pinyin.js';

const fold = (text) => plain(text).normalize('NFKC').toLowerCase().replace(/[\s“”"'《》「」·・]/g, '');

let index = null;
/** The names of all things, ready to be searched; how they sound is worked out when letters are typed. */
export function names() {
  index ||= things.map((thing) => {
    const all = [thing.zh, ...thing.aliases, thing.en, ...thing.notations.map(([code]) => code)].filter(Boolean);
    return { thing, names: all.map((name) => ({ name: plain(name), folded: fold(name) })), sound: undefined };
  });
  return index;
}

function soundOf(entry) {
  if (entry.sound === undefined) entry.sound = spelled(plain(entry.thing.zh));
  return entry.sound;
}

/** How well a name fits what was typed: 0 not at all, higher is better. */
function fit({ folded }, typed) {
  if (folded === typed) return 100;
  const at = folded.indexOf(typed);
  if (at === 0) return 80 - folded.length * 0.1;
  return at > 0 ? 60 - at * 0.5 - folded.length * 0.1 : 0;
}

function soundFit(entry, typed) {
  if (!/^[a-z]+$/.test(typed)) return 0;
  const sound = soundOf(entry);
  if (!sound) return 0;
  const at = sound.initials.indexOf(typed);
  if (at >= 0) return 40 - at;
  return sound.starts.some((start) => sound.full.startsWith(typed, start)) ? 35 : 0;
}

/** The things and facts that fit what was typed, best first, and how many there are. */
export function search(text, limit = 8) {
  const typed = fold(text);
  if (!typed) return { hits: [], total: 0 };
  const found = [];
  for (const entry of names()) {
    const { thing, names: all } = entry;
    let best = 0;
    let by = '';
    for (const name of all) {
      const score = fit(name, typed);
      if (score > best) { best = score; by = name.name; }
    }
    const score = best || soundFit(entry, typed);
    if (score) found.push({ thing, by: best ? by : plain(thing.zh), score: score + Math.min(12, thing.degree) });
  }
  found.sort((a, b) => b.score - a.score || a.thing.rank - b.thing.rank);
  const quoted = typed.length > 1 ? quotes(text.trim(), limit) : [];
  const kept = found.slice(0, Math.max(limit, limit + 4 - quoted.length));
  return { hits: [...kept, ...quoted.slice(0, limit + 4 - kept.length)], total: found.length, rest: found.length - kept.length };
}

/** The facts whose sentences hold the words, each sentence once: the texts are searched, then what stands there looked up. */
function quotes(typed, limit) {
  const hits = [];
  for (const document of documents) {
    const sorted = stated(document);
    for (const piece of piecesOf(document)) {
      let next = 0;
      for (let at = piece.text.indexOf(typed); at >= 0 && hits.length < limit; at = piece.text.indexOf(typed, next)) {
        const before = typeof piece.letters === 'string' ? at : Array.from(piece.text.slice(0, at)).length;
        const fact = holder(sorted, piece.start + before);
        next = at + typed.length;
        if (!fact || hits.some((hit) => hit.fact.document === document && hit.fact.start === fact.start)) continue;
        const words = plain(cut(document, fact.start, fact.end));
        hits.push({ fact, words, at: words.indexOf(plain(typed)) });
      }
      if (hits.length >= limit) return hits;
    }
  }
  return hits;
}

let byDocument = null;
function stated(document) {
  if (!byDocument) {
    byDocument = documents.map(() => []);
    for (const fact of facts) byDocument[fact.document.index].push(fact);
    for (const list of byDocument) list.sort((a, b) => a.start - b.start);
  }
  return byDocument[document.index];
}

/** The first fact whose sentence holds the place. */
function holder(sorted, place) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].end <= place) low = middle + 1;
    else high = middle;
  }
  const fact = sorted[low];
  return fact && fact.start <= place ? fact : null;
}

/** The ways from one thing to another, the best first: few steps, and rather through particular things than through hubs.
 * Each next way leaves out one edge of an earlier one (Yen's method, cut short). */
export function ways(from, to, held, most = 3) {
  const first = way(from, to, held, new Set());
  if (!first) return [];
  const found = [first];
  const key = (steps) => steps.map((edge) => edge.index).join('-');
  const known = new Set([key(first)]);
  for (let i = 0; i < found.length && found.length < most; i += 1) {
    const next = found[i].map((edge) => way(from, to, held, new Set([edge, ...(found[i].without || [])]))).filter((steps) => steps && !known.has(key(steps)));
    next.sort((a, b) => a.length - b.length || a.price - b.price);
    for (const steps of next) {
      if (known.has(key(steps)) || found.length >= most) continue;
      known.add(key(steps));
      found.push(steps);
    }
  }
  return found.sort((a, b) => a.length - b.length || a.price - b.price);
}

function way(from, to, held, without) {
  const cost = new Map([[from, 0]]);
  const came = new Map();
  const open = new Heap();
  const done = new Set();
  open.push(0, from);
  while (open.size) {
    const here = open.pop();
    if (done.has(here)) continue;
    done.add(here);
    if (here === to) break;
    for (const edge of here.edges) {
      const next = other(edge, here);
      if (!held.has(edge) || without.has(edge) || done.has(next)) continue;
      const price = cost.get(here) + 1 + (next === to ? 0 : 0.3 * Math.log2(1 + next.degree / 4));
      if (price < (cost.get(next) ?? Infinity)) {
        cost.set(next, price);
        came.set(next, edge);
        open.push(price, next);
      }
    }
  }
  if (from === to || !came.has(to)) return null;
  const steps = [];
  for (let here = to; here !== from; here = other(came.get(here), here)) steps.unshift(came.get(here));
  return Object.assign(steps, { price: cost.get(to), without: [...without] });
}

/** A heap: the cheapest comes out first. */
class Heap {
  constructor() { this.held = []; }

  get size() { return this.held.length; }

  push(price, it) {
    const { held } = this;
    let at = held.push([price, it]) - 1;
    while (at && held[(at - 1) >> 1][0] > price) {
      [held[at], held[(at - 1) >> 1]] = [held[(at - 1) >> 1], held[at]];
      at = (at - 1) >> 1;
    }
  }

  pop() {
    const { held } = this;
    const [[, it]] = held;
    const last = held.pop();
    if (held.length) {
      held[0] = last;
      for (let at = 0; ;) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        let least = at;
        if (left < held.length && held[left][0] < held[least][0]) least = left;
        if (right < held.length && held[right][0] < held[least][0]) least = right;
        if (least === at) break;
        [held[at], held[least]] = [held[least], held[at]];
        at = least;
      }
    }
    return it;
  }
}

/** One order for numbers, another for names: that of a Chinese dictionary. */
const collator = new Intl.Collator('zh');
export const compare = (a, b) => (typeof a === 'number' ? a - b : collator.compare(a, b));
