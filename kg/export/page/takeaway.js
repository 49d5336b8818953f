// What the reader takes away: the picture as PNG or SVG with its legend, the facts as CSV.
import { cut, documents, kinds, plain } from './model.js';
import { inside, outline, save } from './marks.js';
import { extent, inks, staged } from './canvas.js';
import { CanvasPen, SvgPen, paint } from './pens.js';
import { jsonldOf, turtleOf } from './rdf.js';
import { ems } from './scene.js';
import { state } from './state.js';
import { csv } from './csv.js';
import { seenFacts } from './table.js';
import { named, t } from './words.js';

/** What is taken away: the chosen things with what links them, or all that is seen. */
export function scope(seen) {
  if (!state.chosen.size) return seen;
  const edges = seen.edges.filter((edge) => state.chosen.has(edge.subject) && state.chosen.has(edge.object));
  return { ...seen, things: state.chosen, edges };
}

export const pageTitle = () => (documents.length === 1 ? plain(documents[0].title) : `${t('graphOf')} · ${t('articles', documents.length)}`);
const fileName = (suffix) => `${pageTitle().replace(/[\\/:*?"<>|\s]+/g, '_').slice(0, 60)}.${suffix}`;

/** Draw the scene of the window, the title above it and the legend below, with the given pen. */
function poster(seen, pen) {
  const [width, height] = extent();
  const ink = inks();
  const shown = kinds.filter((kind) => [...seen.things].some((thing) => thing.kind === kind));
  const entries = [];
  let [x, row] = [0, 0];
  for (const kind of shown) {
    const wide = 26 + ems(named(kind)) * 12.5 + 14;
    if (x + wide > width - 32 && x) { x = 0; row += 1; }
    entries.push([kind, x, row]);
    x += wide;
  }
  const foot = 46 + (row + 1) * 22;
  const top = 40;
  const lift = (top - foot) / 2; // the middle of the window, seen from the middle of the poster
  const scene = staged([width, height]);
  paint(shifted(scene, lift), pen, ink);
  const [left, upper, lower] = [-width / 2, -(height + top + foot) / 2, (height + top + foot) / 2];
  pen.shape([['M', left, upper], ['L', -left, upper], ['L', -left, upper + top], ['L', left, upper + top], ['Z']], { fill: ink.paper, alpha: 1 });
  pen.shape([['M', left, lower - foot], ['L', -left, lower - foot], ['L', -left, lower], ['L', left, lower], ['Z']], { fill: ink.paper, alpha: 1 });
  pen.words([pageTitle()], left + 16, upper + 14, { size: 16, weight: 600, fill: ink.ink, halo: null, align: 'left' });
  for (const [kind, at, line] of entries) {
    const [cx, cy] = [left + 24 + at, lower - foot + 22 + line * 22];
    pen.shape(outline(kind.figure, cx, cy, 6), { fill: kind.colour, alpha: 1 });
    const inner = inside(kind, cx, cy, 6);
    if (inner) pen.shape(inner, { fill: ink.paper, alpha: 1 });
    pen.words([named(kind)], cx + 12, cy - 7.5, { size: 12.5, weight: 400, fill: ink.ink, halo: null, align: 'left' });
  }
  pen.words([`${t('sizeNote')} · ${t('dashNote')} · ${t('made')}`], left + 16, lower - 24, { size: 11, weight: 400, fill: ink.quiet, halo: null, align: 'left' });
  return [width, height + top + foot];
}

function shifted({ things, lines, labels, words }, dy) {
  const move = (it) => ({ ...it, y: it.y + dy });
  return { things: things.map(move), labels: labels.map(move), words: words.map(move),
    lines: lines.map((it) => ({ ...it, y1: it.y1 + dy, cy: it.cy + dy, y2: it.y2 + dy })) };
}

export function saveSvg(seen) {
  const pen = new SvgPen();
  const [width, height] = poster(seen, pen);
  save(fileName('svg'), [pen.done(width, height, inks().paper, pageTitle())], 'image/svg+xml');
  return fileName('svg');
}

export function savePng(seen) {
  const sheet = document.createElement('canvas');
  const rehearsal = new SvgPen(); // tells the size before anything is drawn
  const [width, height] = poster(seen, rehearsal);
  const sharp = Math.min(3, 8000 / Math.max(width, height));
  sheet.width = Math.round(width * sharp);
  sheet.height = Math.round(height * sharp);
  const context = sheet.getContext('2d');
  context.fillStyle = inks().paper;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.setTransform(sharp, 0, 0, sharp, sheet.width / 2, sheet.height / 2);
  poster(seen, new CanvasPen(context));
  sheet.toBlob((blob) => save(fileName('png'), [blob], 'image/png'));
  return fileName('png');
}

function csvOf(seen) {
  const head = ['subject', 'subjectKind', 'relation', 'object', 'objectKind', 'status', 'conf', 'sentence', 'quotation', 'start', 'end', 'document', 'day', 'extractor'].map((key) => t(key));
  const rows = seenFacts(seen).map((fact) => {
    const place = fact.places.quotation || fact.places.sentence;
    const whole = fact.places.sentence || place;
    return [fact.subject.zh, named(fact.subject.kind), named(fact.relation), fact.object.zh, named(fact.object.kind), fact.status, fact.confidence,
      cut(fact.document, whole.start, whole.end), cut(fact.document, place.start, place.end), place.start, place.end, fact.document.title, fact.document.day,
      fact.extractor ? fact.extractor.join(' ') : ''];
  });
  return csv([head, ...rows]);
}

export function saveTurtle(seen) {
  save(fileName('ttl'), [turtleOf(seen)], 'text/turtle;charset=utf-8');
  return fileName('ttl');
}

export function saveJsonld(seen) {
  save(fileName('jsonld'), [jsonldOf(seen)], 'application/ld+json;charset=utf-8');
  return fileName('jsonld');
}

export function saveCsv(seen) {
  save(fileName('csv'), [csvOf(seen)], 'text/csv;charset=utf-8');
  return fileName('csv');
}
