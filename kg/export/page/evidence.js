// A fact with its evidence: the sentence, the quotation and both names marked at their own offsets.
import { base, cut, documents, label, plain, statusOf } from './model.js';
import { copy, el, icon, mark } from './marks.js';
import { change, pickThing } from './state.js';
import { named, t } from './words.js';

/** The words of a document from start to end, cut where a range begins or ends; `wear` dresses each piece. */
export function pieces(document, start, end, ranges, wear) {
  const bounds = new Set([start, end]);
  for (const range of ranges) {
    if (range.start > start && range.start < end) bounds.add(range.start);
    if (range.end > start && range.end < end) bounds.add(range.end);
  }
  const sorted = [...bounds].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((from, i) => {
    const to = sorted[i + 1];
    return wear(cut(document, from, to), ranges.filter((range) => range.start <= from && range.end >= to), from, to);
  });
}

/** What stands at the places of a fact, as ranges. */
export const ranges = (fact) => Object.entries(fact.places).map(([what, { start, end }]) => ({ what, start, end }));

/** Dress a piece as its ranges ask: subject and object as marks, the cue underlined, the quotation full black. */
function dress(text, on, from, to) {
  const has = (what) => on.some((range) => range.what === what);
  const role = ['subject', 'object', 'cue'].filter(has);
  const tag = role.includes('subject') || role.includes('object') ? 'mark' : 'span';
  return el(tag, { class: [...role, has('quotation') ? 'quotation' : ''].filter(Boolean).join(' '), 'data-start': from, 'data-end': to,
    title: role.length && role[0] !== 'cue' ? t(role[0]) : null }, text);
}

/** The sentence of facts that share it, with what any of them marks; or only what the first one quotes. */
export function quote(facts, isShort = false) {
  const [fact] = facts;
  const { sentence, quotation } = fact.places;
  const whole = (isShort && quotation) || sentence || quotation;
  return el('blockquote', { dir: 'auto' }, pieces(fact.document, whole.start, whole.end, facts.flatMap(ranges), dress));
}

/** Evidence: a sentence, how sure and how put the facts are that it states, from where, by whom. */
export function evidence(...facts) {
  const [fact] = facts;
  const place = placeOf(facts);
  const marks = facts.map((it) => it.confidence);
  return el('div', { class: `evidence ${fact.status}` }, quote(facts),
    fact.qualifiers.length ? el('dl', { class: 'qualifiers' }, fact.qualifiers.map(([what, thing, text]) => [
      el('dt', {}, t(what)), el('dd', {}, thing ? thingLink(thing) : el('bdi', {}, plain(String(text).replace(base, ''))))])) : null,
    el('p', { class: 'meta' }, badge(fact), sureness(Math.min(...marks), Math.max(...marks)),
      documents.length > 1 && el('bdi', { class: 'from' }, fact.document.title), fact.document.day && el('span', {}, fact.document.day),
      landmark(fact) && el('span', { class: 'landmark' }, landmark(fact)), el('span', {}, t('offsets', place.start, place.end)),
      [...new Set(facts.map((it) => it.extractor && it.extractor.join(' ')))].filter(Boolean).map((by) => el('span', {}, `${t('extractor')} ${by}`))),
    el('p', { class: 'acts' },
      el('button', { type: 'button', class: 'plain', onclick: () => change({ view: 'source', document: fact.document.index, edge: fact.edge, thing: null, path: [] }, { place }) }, t('inContext')),
      el('button', { type: 'button', class: 'plain', onclick: async (event) => {
        const button = event.currentTarget;
        button.textContent = (await copy(citation(facts))) ? t('copied') : t('notCopied');
      } }, t('cite'))));
}

/** Page and paragraph of a fact's quotation, where its file has them. */
export function landmark({ landmark: [page, paragraph] = [] }) {
  return [page && t('page', page), paragraph && t('paragraph', paragraph)].filter(Boolean).join(t('comma'));
}

/** From the first to the last character that any of the facts quotes. */
function placeOf(facts) {
  const all = facts.map(({ places }) => places.quotation || places.sentence);
  return { start: Math.min(...all.map((it) => it.start)), end: Math.max(...all.map((it) => it.end)) };
}

/** The source in the manner of GB/T 7714-2015, then the quotation and where it stands: authors, title with the sign of its
 * kind, publisher and date, page where it has one, address where it is known. */
export function citation(facts) {
  const [{ document, landmark: [page] = [] }] = facts;
  const place = placeOf(facts);
  const who = people(document.authors);
  const writers = who.length > 3 ? `${who.slice(0, 3).join(', ')}, 等` : who.join(', ');
  const where = people(document.publishers).join(', ');
  const address = addressOf(document);
  const kind = signOf(document);
  const sign = address || kind === 'EB' ? `${kind}/OL` : kind;
  const source = [where, document.day].filter(Boolean).join(', ') + (page ? `: ${page}` : '');
  const words = plain(cut(document, place.start, place.end).replace(/\s+/g, ' '));
  return `${writers ? `${writers}. ` : ''}${plain(document.title)}[${sign}]. ${source ? `${source}. ` : ''}${address ? `${address}. ` : ''}`
    + `“${words}”(${plain(document.file)}, ${[landmark(facts[0]), t('offsets', place.start, place.end)].filter(Boolean).join(t('comma'))})`;
}

const addressOf = (document) => document.fields.flatMap(({ values }) => values).find((value) => typeof value === 'string' && /^https?:\/\/\S+$/.test(value)) || '';

/** What kind of document it is: law or standard (S), newspaper (N), journal (J), website (EB), else general (Z). */
function signOf(document) {
  if (/(条例|办法|法|规定|标准)$/.test(document.title)) return 'S';
  const where = document.publishers.join();
  const [sign] = [['N', /报|Daily|Times/], ['J', /学报|期刊|杂志|Journal/], ['EB', /网|平台|\.(cn|com|org)\b/]].find(([, words]) => words.test(where)) || ['Z'];
  return sign;
}

/** What a document says of itself, field by field. */
export const fieldsOf = (document) => el('dl', { class: 'facets fields' }, document.fields.map((field) => [
  el('dt', {}, named(field)), el('dd', {}, field.values.map((value) => (value.kind ? thingLink(value) : el('bdi', {}, plain(String(value))))))]));

export const people = (list) => list.map(plain);

export function badge(fact) {
  const status = statusOf.get(fact.status);
  return status && fact.status !== 'asserted' ? el('span', { class: `badge ${fact.status}` }, named(status)) : null;
}

export function sureness(confidence, upTo = confidence) {
  const bar = el('b');
  bar.style.width = `${Math.round(confidence * 100)}%`;
  const level = confidence < 0.6 ? 'low' : confidence < 0.8 ? 'middling' : 'high';
  return el('span', { class: `sure ${level}`, title: t('conf') }, el('i', { 'aria-hidden': 'true' }, bar), el('span', { class: 'unseen' }, `${t('conf')} `), confidence.toFixed(2), upTo > confidence ? `–${upTo.toFixed(2)}` : '');
}

/** A thing's name that can be pressed. */
export function thingLink(thing, hint = { reveal: true }) {
  return el('button', { type: 'button', class: 'thing', onclick: () => pickThing(thing, hint) }, mark(thing.kind, 13), el('bdi', {}, label(thing)));
}

export const closer = (action, id) => el('button', { type: 'button', class: 'tool close', id, 'aria-label': t('close'), title: `${t('close')} (Esc)`, onclick: action }, icon('close'));
