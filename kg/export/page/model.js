// The graph as it stands in the page: rows of numbers get their names back.
import { named } from './words.js';

const raw = JSON.parse(document.getElementById('matter').textContent);

export const base = raw.base;
export const namespace = raw.namespace;
export const kinds = raw.kinds.map(([id, zh, en, colour, figure, inner], index) => (
  { id, zh, en, colour, figure, inner, index, count: 0 }));
export const relations = raw.relations.map(([id, zh, en, backZh, backEn]) => (
  { id, zh, en, back: { zh: backZh, en: backEn } }));
export const statuses = Object.entries(raw.statuses).map(([id, [zh, en]]) => ({ id, zh, en }));
export const statusOf = new Map(statuses.map((status) => [status.id, status]));
export const codes = new Map(Object.entries(raw.codes).map(([id, [zh, en]]) => [id, { zh, en }]));

export const things = raw.things.map(([id, kind, zh, x, y, radius, en, aliases, notations, values], index) => (
  { id, kind: kinds[kind], zh, en, x, y, homeX: x, homeY: y, radius, aliases, notations, values,
    index, edges: [], mentions: [], degree: 0, rank: 0 }));
export const thingOf = new Map(things.map((thing) => [thing.id, thing]));
for (const thing of things) thing.kind.count += 1;

export const documents = raw.documents.map((document, index) => (
  { ...document, index, pieces: document.text.map(([start, text]) => piece(start, text)) }));
for (const document of documents) {
  document.fields = document.fields.map(([zh, en, values]) => ({ zh, en, values: values.map((value) => (typeof value === 'number' ? things[value] : value)) }));
  document.mentions = document.mentions.map(([start, end, thing]) => ({ start, end, thing: things[thing] }));
  for (const mention of document.mentions) mention.thing.mentions.push({ document, ...mention });
}

const PLACES = ['sentence', 'quotation', 'subject', 'object', 'cue'];
export const facts = raw.facts.map(([id, s, r, o, status, confidence, document, places, by, qualifiers], index) => {
  const fact = { id, index, subject: things[s], relation: relations[r], object: things[o], status, confidence,
    document: documents[document], extractor: by == null ? null : raw.extractors[by], places: {}, qualifiers: [] };
  places.forEach((place, i) => { if (place) fact.places[PLACES[i]] = { start: place[0], end: place[1] }; });
  qualifiers.forEach((it, i) => {
    if (it != null) fact.qualifiers.push([['context', 'speaker', 'time', 'value'][i], typeof it === 'number' ? things[it] : null, it]);
  });
  return fact;
});

/** An edge is a relation between two things, with every fact that states it. */
export const edges = [];
export const edgeOf = new Map();
for (const fact of facts) fact.edge = edgeBetween(fact.subject, fact.relation, fact.object, fact);
for (const [s, r, o] of raw.bare) edgeBetween(things[s], relations[r], things[o], null);

function edgeBetween(subject, relation, object, fact) {
  const id = `${subject.id}/${relation.id}/${object.id}`;
  let edge = edgeOf.get(id);
  if (!edge) {
    edge = { id, index: edges.length, subject, relation, object, facts: [], bend: 0 };
    edges.push(edge);
    edgeOf.set(id, edge);
    subject.edges.push(edge);
    if (object !== subject) object.edges.push(edge);
  }
  if (fact) edge.facts.push(fact);
  return edge;
}

for (const thing of things) thing.degree = thing.edges.length;
[...things].sort((a, b) => b.degree - a.degree || b.mentions.length - a.mentions.length || a.index - b.index)
  .forEach((thing, rank) => { thing.rank = rank; });

/** The other end of an edge. */
export const other = (edge, thing) => (edge.subject === thing ? edge.object : edge.subject);

// ---- names and texts

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** A name as it is safe to draw: without the characters that turn or hide others. */
export const plain = (text) => text.replace(CONTROLS, '');
export const label = (thing) => plain(named(thing)) || plain(thing.zh) || thing.id;

function piece(start, text) {
  // Offsets count code points; JavaScript counts halves of the rare ones.
  const letters = /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;
  return { start, end: start + letters.length, text, letters };
}

/** The words of a document from one offset to the other, as far as the page holds them. */
export function cut(document, start, end) {
  let found = '';
  for (const p of document.pieces) {
    if (p.end <= start || p.start >= end) continue;
    const part = p.letters.slice(Math.max(0, start - p.start), end - p.start);
    found += typeof part === 'string' ? part : part.join('');
  }
  return found;
}

// Parallel edges bend away from each other, whichever way they point.
const between = new Map();
for (const edge of edges) {
  const key = [edge.subject.index, edge.object.index].sort((a, b) => a - b).join('-');
  if (!between.has(key)) between.set(key, []);
  between.get(key).push(edge);
}
for (const bundle of between.values()) {
  bundle.forEach((edge, i) => {
    const bend = i - (bundle.length - 1) / 2;
    edge.bend = edge.subject.index <= edge.object.index ? bend : -bend;
    edge.loop = edge.subject === edge.object ? i + 1 : 0;
  });
}
