// The whole text of a document with every name marked, scrolled to the place that matters.
import { documents, label, mentionsIn, piecesOf } from './model.js';
import { el } from './marks.js';
import { fieldsOf, people, pieces, ranges } from './evidence.js';
import { change, pickThing, state } from './state.js';
import { named, t } from './words.js';

const panel = document.getElementById('source');
let shownDocument = -1;

export function showSource(hint) {
  const document = documents[state.document] || documents[0];
  if (!document) return;
  const keep = shownDocument === state.document ? panel.scrollTop : 0;
  shownDocument = state.document;
  const marks = [...mentionsIn(document).map((mention) => ({ what: 'name', ...mention })), ...chosen(document)]
    .sort((a, b) => a.start - b.start || b.end - a.end);
  panel.replaceChildren(el('article', { lang: 'zh-CN' }, heading(document),
    piecesOf(document).map((piece, i) => [isGap(document, i) && el('p', { class: 'gap' }, t('gap')), paragraphs(document, piece, marks)])));
  walkable();
  panel.scrollTop = keep;
  const place = hint.place || (hint.moved || hint.entered ? marks.find((range) => range.what === 'quotation' || range.thing === state.thing) : null)
    || (state.edge || state.thing ? nearest(marks, keep > 0) : null);
  const goal = place && panel.querySelector(`[data-start="${place.start}"]`);
  if (goal) panel.scrollTop += goal.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
}

function nearest(marks, isReading) {
  if (isReading) return null;
  return marks.find((range) => range.what === 'quotation') || marks.find((range) => range.thing && range.thing === state.thing);
}

function chosen(document) {
  if (!state.edge) return [];
  return state.edge.facts.filter((fact) => fact.document === document).flatMap(ranges);
}

function heading(document) {
  const choice = documents.length > 1 && el('select', { id: 'which', 'aria-label': t('document'), onchange: (event) => change({ document: Number(event.target.value) }) },
    documents.map((it) => el('option', { value: it.index, selected: it === document }, it.title)));
  return el('header', {}, choice, el('h2', {}, el('bdi', {}, document.title)),
    el('p', { class: 'meta' }, [people(document.authors).join('、'), people(document.publishers).join('、'), document.day, document.file].filter(Boolean)
      .map((part) => el('bdi', {}, part))),
    el('details', { class: 'about' }, el('summary', {}, t('about')), fieldsOf(document)),
    el('p', { class: 'note' }, t('sourceNote')));
}

// Where only quotations are at hand, what is missing between them is said; an empty line is not missed.
function isGap(document, i) {
  const before = i ? piecesOf(document)[i - 1].end : 0;
  return piecesOf(document)[i].start - before > 4;
}

function paragraphs(document, piece, marks) {
  const made = [];
  let from = piece.start;
  let first = 0;
  for (let i = 0; i <= piece.letters.length; i += 1) {
    const sign = piece.letters[i];
    if (sign !== undefined && sign !== '\n' && sign !== '\r') continue;
    const to = piece.start + i;
    if (to > from) {
      while (first < marks.length && marks[first].end <= from && marks[first].what === 'name') first += 1;
      const within = [];
      for (let k = first; k < marks.length && marks[k].start < to; k += 1) if (marks[k].end > from) within.push(marks[k]);
      if (/\S/.test(piece.letters.slice(i - (to - from), i).toString())) made.push(el('p', {}, pieces(document, from, to, within, wear)));
    }
    from = to + 1;
  }
  return made;
}

function wear(text, on, from, to) {
  const classes = new Set(on.map((range) => range.what));
  const mention = on.find((range) => range.what === 'name');
  if (mention && mention.thing === state.thing) classes.add('here');
  if (!classes.size) return text;
  const attributes = { class: [...classes].join(' '), 'data-start': from, 'data-end': to };
  if (!mention) return el('span', attributes, text);
  const node = el('span', { ...attributes, role: 'button', tabindex: '-1', title: `${label(mention.thing)} · ${named(mention.thing.kind)}`,
    onclick: () => pickThing(mention.thing, { stay: true }) }, text);
  node.style.setProperty('--of', mention.thing.kind.colour);
  return node;
}

// One tab stop for all names; the arrow keys walk from name to name.
function walkable() {
  const names = [...panel.querySelectorAll('.name')];
  if (names.length) names[0].tabIndex = 0;
  panel.onkeydown = (event) => {
    const at = names.indexOf(document.activeElement);
    if (at < 0) return;
    const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1 }[event.key];
    if (next !== undefined && names[next]) {
      names[at].tabIndex = -1;
      names[next].tabIndex = 0;
      names[next].focus();
      event.preventDefault();
    } else if (event.key === 'Enter' || event.key === ' ') {
      names[at].click();
      event.preventDefault();
    }
  };
}
