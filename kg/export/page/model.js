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

/** How many things the graph holds; a page of a large graph has only the most central of them. */
export const total = raw.total;
/** From how many sentences its facts come. */
export const sentences = raw.sentences;

// Things come in the order of their rank, the most central first.
export const things = raw.things.map(([id, kind, zh, x, y, radius, en, aliases, notations, values, group, front], index) => (
  { id, kind: kinds[kind], zh, en, x, y, homeX: x, homeY: y, front: front || null, radius, aliases, notations, values, group,
    index, edges: [], degree: 0, rank: index }));
export const thingOf = new Map(things.map((thing) => [thing.id, thing]));
for (const thing of things) thing.kind.count += 1;

/** What a large graph begins with: the most central things with some of their neighbours; all things of a small one. */
export const first = new Set(things.filter((thing) => thing.front));
export const isCrowd = first.size > 0;

/** Communities of more than two things, the largest first: { index, things }, the most central first. */
export const groups = [];
for (const thing of things) (groups[thing.group] ||= { index: thing.group, things: [] }).things.push(thing);

export const documents = raw.documents.map((document, index) => ({ ...document, index }));
for (const document of documents) {
  document.fields = document.fields.map(([zh, en, values]) => ({ zh, en, values: values.map((value) => (typeof value === 'number' ? things[value] : value)) }));
}

/** An edge is a relation between two things, with every fact that states it. */
export const edges = raw.edges.map(([s, r, o], index) => {
  const [subject, object] = [things[s], things[o]];
  const edge = { index, subject, relation: relations[r], object, facts: [], bend: 0, loop: 0 };
  subject.edges.push(edge);
  if (object !== subject) object.edges.push(edge);
  return edge;
});
for (const thing of things) thing.degree = thing.edges.length;

const PLACES = ['sentence', 'quotation', 'subject', 'object', 'cue'];
const QUALIFIERS = ['context', 'speaker', 'time', 'value'];
class Fact {
  constructor([line, status, confidence, document, spans, by, qualifiers, landmark], index) {
    const edge = edges[line];
    this.index = index;
    this.edge = edge;
    this.status = status;
    this.confidence = confidence;
    this.document = documents[document];
    this.spans = spans;
    this.extractor = by == null ? null : raw.extractors[by];
    this.said = qualifiers;
    this.landmark = landmark;
    edge.facts.push(this);
  }

  get id() { return idsOf()[this.index]; }

  get subject() { return this.edge.subject; }

  get relation() { return this.edge.relation; }

  get object() { return this.edge.object; }

  /** Where sentence, quotation, subject, object and cue stand, as far as they are known. */
  get places() {
    const places = {};
    PLACES.forEach((place, i) => { if (this.spans[2 * i] >= 0) places[place] = { start: this.spans[2 * i], end: this.spans[2 * i + 1] }; });
    return places;
  }

  /** Where its sentence begins, or its quotation where no sentence is known. */
  get start() { return this.spans[0] >= 0 ? this.spans[0] : this.spans[2]; }

  get end() { return this.spans[0] >= 0 ? this.spans[1] : this.spans[3]; }

  /** Context, speaker, time and value: [what, thing or null, the value itself]. */
  get qualifiers() {
    return this.said.flatMap((it, i) => (it == null ? [] : [[QUALIFIERS[i], typeof it === 'number' ? things[it] : null, it]]));
  }
}
let ids = null;
const idsOf = () => { ids ||= JSON.parse(globalThis.document.getElementById('ids').textContent).split('\n'); return ids; };
export const facts = raw.facts.map((row, index) => new Fact(row, index));

/** The address of an edge within the page. */
export const edgeId = (edge) => `${edge.subject.id}/${edge.relation.id}/${edge.object.id}`;
export function edgeOf(id) {
  const thing = thingOf.get((id || '').split('/')[0]);
  return (thing && thing.edges.find((edge) => edgeId(edge) === id)) || null;
}
let byId = null;
export function factOf(id) {
  byId ||= new Map(facts.map((fact) => [fact.id, fact]));
  return byId.get(id) || null;
}

/** The other end of an edge. */
export const other = (edge, thing) => (edge.subject === thing ? edge.object : edge.subject);

// ---- names and texts

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** A name as it is safe to draw: without the characters that turn or hide others. */
export const plain = (text) => text.replace(CONTROLS, '');
export const label = (thing) => plain(named(thing)) || plain(thing.zh) || thing.id;

// A text is read when it is asked for.
let lines = null;
function textOf(document) {
  if (!document.text) {
    lines ||= globalThis.document.getElementById('texts').textContent.split('\n');
    document.text = JSON.parse(lines[document.index]);
    document.pieces = document.text[0].map(([start, text]) => piece(start, text));
  }
  return document.text;
}

/** What the page holds of a document's text: pieces with start, end and letters. */
export const piecesOf = (document) => textOf(document) && document.pieces;

/** Where a document names things, in the order of the text. */
export function mentionsIn(document) {
  document.mentions ||= textOf(document)[1].map(([start, end, thing]) => ({ document, start, end, thing: things[thing] }));
  return document.mentions;
}

let byThing = null;
/** Where the documents name a thing. */
export function mentionsOf(thing) {
  if (!byThing) {
    byThing = new Map();
    for (const mention of documents.flatMap(mentionsIn)) {
      if (byThing.has(mention.thing)) byThing.get(mention.thing).push(mention);
      else byThing.set(mention.thing, [mention]);
    }
  }
  return byThing.get(thing) || [];
}

function piece(start, text) {
  // Offsets count code points; JavaScript counts halves of the rare ones.
  const letters = /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;
  return { start, end: start + letters.length, text, letters };
}

/** The words of a document from one offset to the other, as far as the page holds them. */
export function cut(document, start, end) {
  let found = '';
  for (const p of piecesOf(document)) {
    if (p.end <= start || p.start >= end) continue;
    const part = p.letters.slice(Math.max(0, start - p.start), end - p.start);
    found += typeof part === 'string' ? part : part.join('');
  }
  return found;
}

// Parallel edges bend away from each other, whichever way they point; most pairs have but one.
const between = new Map();
for (const edge of edges) {
  const [a, b] = [edge.subject.index, edge.object.index];
  const key = Math.min(a, b) * things.length + Math.max(a, b);
  const bundle = between.get(key);
  if (bundle) bundle.push(edge);
  else between.set(key, [edge]);
}
for (const bundle of between.values()) {
  if (bundle.length === 1 && bundle[0].subject !== bundle[0].object) continue;
  bundle.forEach((edge, i) => {
    const bend = i - (bundle.length - 1) / 2;
    edge.bend = edge.subject.index <= edge.object.index ? bend : -bend;
    edge.loop = edge.subject === edge.object ? i + 1 : 0;
  });
}

// ---- time

let days = null;
function day(thing) {
  days ||= things.map(({ values }) => { const value = values.length && values.find(([what]) => what === 'date'); return value ? value[1] : ''; });
  return days[thing.index];
}
/** When what a fact states takes place, as far as the text tells: 2025, 2025-03 or 2025-03-18; empty if it does not. */
export function whenOf(fact) {
  const time = fact.said[2];
  return (typeof time === 'number' && day(things[time])) || day(fact.object) || day(fact.subject);
}
