// Searching names, and the shortest way between two things.
import { cut, facts, other, plain, things } from './model.js';
import { spelled } from './pinyin.js';

const fold = (text) => plain(text).normalize('NFKC').toLowerCase().replace(/[\s“”"'《》「」·・]/g, '');

let index = null;
function names() {
  index ||= things.map((thing) => {
    const all = [thing.zh, ...thing.aliases, thing.en, ...thing.notations.map(([code]) => code)].filter(Boolean);
    return { thing, names: all.map((name) => ({ name: plain(name), folded: fold(name) })), sound: spelled(plain(thing.zh)) };
  });
  return index;
}

/** How well a name fits what was typed: 0 not at all, higher is better. */
function fit({ folded }, typed) {
  if (folded === typed) return 100;
  const at = folded.indexOf(typed);
  if (at === 0) return 80 - folded.length * 0.1;
  return at > 0 ? 60 - at * 0.5 - folded.length * 0.1 : 0;
}

function soundFit(sound, typed) {
  if (!/^[a-z]+$/.test(typed) || !sound) return 0;
  const at = sound.initials.indexOf(typed);
  if (at >= 0) return 40 - at;
  return sound.starts.some((start) => sound.full.startsWith(typed, start)) ? 35 : 0;
}

/** The things and facts that fit what was typed, best first, and how many there are. */
export function search(text, limit = 8) {
  const typed = fold(text);
  if (!typed) return { hits: [], total: 0 };
  const found = [];
  for (const { thing, names: all, sound } of names()) {
    let best = 0;
    let by = '';
    for (const name of all) {
      const score = fit(name, typed);
      if (score > best) { best = score; by = name.name; }
    }
    const score = best || soundFit(sound, typed);
    if (score) found.push({ thing, by: best ? by : plain(thing.zh), score: score + Math.min(12, thing.degree) });
  }
  found.sort((a, b) => b.score - a.score || a.thing.rank - b.thing.rank);
  const quoted = typed.length > 1 ? quotes(text.trim(), limit) : [];
  const kept = found.slice(0, Math.max(limit, limit + 4 - quoted.length));
  return { hits: [...kept, ...quoted.slice(0, limit + 4 - kept.length)], total: found.length, rest: found.length - kept.length };
}

function quotes(typed, limit) {
  const hits = [];
  for (const fact of facts) {
    const { sentence } = fact.places;
    if (!sentence || hits.some((hit) => hit.fact.document === fact.document && hit.fact.places.sentence.start === sentence.start)) continue;
    const words = cut(fact.document, sentence.start, sentence.end);
    const at = words.indexOf(typed);
    if (at >= 0) hits.push({ fact, words: plain(words), at: plain(words).indexOf(typed) });
    if (hits.length >= limit) break;
  }
  return hits;
}

/** The edges from one thing to another: few steps, and rather through particular things than through hubs. */
export function way(from, to, held) {
  const cost = new Map([[from, 0]]);
  const came = new Map();
  const open = new Set([from]);
  const done = new Set();
  while (open.size) {
    let here = null;
    for (const thing of open) if (!here || cost.get(thing) < cost.get(here)) here = thing;
    open.delete(here);
    done.add(here);
    if (here === to) break;
    for (const edge of here.edges) {
      const next = other(edge, here);
      if (!held.has(edge) || done.has(next)) continue;
      const price = cost.get(here) + 1 + (next === to ? 0 : 0.3 * Math.log2(1 + next.degree / 4));
      if (price < (cost.get(next) ?? Infinity)) {
        cost.set(next, price);
        came.set(next, edge);
        open.add(next);
      }
    }
  }
  if (from === to || !came.has(to)) return null;
  const steps = [];
  for (let here = to; here !== from; here = other(came.get(here), here)) steps.unshift(came.get(here));
  return steps;
}

/** One order for numbers, another for names: that of a Chinese dictionary. */
const collator = new Intl.Collator('zh');
export const compare = (a, b) => (typeof a === 'number' ? a - b : collator.compare(a, b));
