// From what is seen and the camera to what is to be drawn: lines, arrows, figures, and labels that do not cover each other.
import { label, other } from './model.js';
import { named } from './words.js';

/** How far beyond the window a scene reaches, in pixels: so far it can be moved without composing it anew. */
export const MARGIN = 180;

export const FONT = 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

const ruler = document.createElement('canvas').getContext('2d');
const widths = new Map();
/** The width of a text in ems. */
export function ems(text) {
  // Chinese characters are one em wide each, in every font that has them.
  if (/^[\u3001-\u3011\u3400-\u9fff]*$/.test(text)) return text.length;
  let width = widths.get(text);
  if (width === undefined) {
    ruler.font = `500 100px ${FONT}`;
    width = ruler.measureText(text).width / 100;
    widths.set(text, width);
  }
  return width;
}

/** A label in balanced lines, cut with … where it would need more than it may. */
function wrap(text, across, most) {
  const whole = ems(text);
  if (whole <= across) return [text];
  const count = Math.min(most, Math.ceil(whole / across));
  const goal = Math.max(Math.min(across, whole / count + 0.6), 3);
  const lines = [''];
  for (const part of text.match(/[\x21-\x2c\x2e-\x7e]{1,14}-?\s?|./gsu) || []) {
    const line = lines[lines.length - 1];
    if (line && ems(line + part) > goal + 0.01) {
      if (lines.length === most) {
        lines[most - 1] = `${Array.from(line).slice(0, -1).join('')}…`;
        return lines;
      }
      lines.push(part);
    } else lines[lines.length - 1] = line + part;
  }
  return lines.map((line) => line.trim());
}

export const project = (camera, thing) => [(thing.x - camera.x) * camera.zoom, (thing.y - camera.y) * camera.zoom];
export const radius = (thing, zoom) => Math.max(2.6, thing.radius * (zoom < 1 ? zoom ** 0.42 : zoom ** 0.35));

/** What emphasis the selection gives: which things and edges stand out, and whether the rest steps back. */
export function emphasis(state, seen, steps, hovered) {
  const strong = { things: new Set(), edges: new Set(), main: null, dims: false };
  const take = (edge) => { strong.edges.add(edge); strong.things.add(edge.subject).add(edge.object); };
  if (state.path.length) {
    state.path.forEach((thing) => strong.things.add(thing));
    (steps || []).forEach(take);
  } else if (state.edge) take(state.edge);
  else if (state.thing) {
    strong.main = state.thing;
    strong.things.add(state.thing);
    for (const edge of state.thing.edges) if (seen.facts.has(edge) && seen.things.has(other(edge, state.thing))) take(edge);
  } else if (state.chosen.size || state.marked.size) {
    const some = state.chosen.size ? state.chosen : state.marked;
    for (const thing of some) if (seen.things.has(thing)) strong.things.add(thing);
    for (const edge of seen.edges) if (state.chosen.size ? some.has(edge.subject) && some.has(edge.object) : state.rowed.has(edge)) strong.edges.add(edge);
  }
  // In a neighbourhood its middle stands out by its place; nothing has to step back for it.
  strong.dims = strong.things.size > 0 && !(state.focus && state.thing === state.focus);
  if (hovered && !strong.dims) {
    strong.things.add(hovered);
    for (const edge of hovered.edges) if (seen.facts.has(edge) && seen.things.has(other(edge, hovered))) take(edge);
  }
  return strong;
}

/** Everything to draw in a window of the given size, in pixels from its middle; where all is seen, no label is cut. */
export function compose(seen, camera, strong, [width, height], isWhole) {
  const view = { camera, strong, seen, halfWidth: width / 2 + MARGIN, halfHeight: height / 2 + MARGIN, window: isWhole ? [width / 2, height / 2] : null };
  const things = [...seen.things].map((thing) => {
    const [x, y] = project(camera, thing);
    return { thing, x, y, r: radius(thing, camera.zoom), away: seen.away.get(thing) || 0, faint: strong.dims && !strong.things.has(thing) };
  });
  const at = new Map(things.map((spot) => [spot.thing, spot]));
  const lines = seen.edges.map((edge) => line(edge, at.get(edge.subject), at.get(edge.object), view)).filter(Boolean);
  const pull = pulls(lines);
  const near = things.filter(({ x, y, r }) => Math.abs(x) < view.halfWidth + r && Math.abs(y) < view.halfHeight + r);
  const room = new Room();
  for (const spot of near) room.take(spot.x - spot.r, spot.y - spot.r, spot.x + spot.r, spot.y + spot.r, spot);
  const labels = thingLabels(near, room, { ...view, pull });
  for (const spot of near) spot.badge = isBadged(spot, room, camera);
  return { things: near, lines, labels, words: edgeLabels(lines, room, view) };
}

/** Whether the number of its neighbours that are not drawn finds room beside a thing; small ones tell it when near. */
function isBadged(spot, room, camera) {
  const { x, y, r, away, faint } = spot;
  if (!away || faint || (r < 9 && camera.zoom < 1.2)) return false;
  const [a, b, c, d] = [x + r * 0.6, y - r - 8, x + r * 0.6 + 8 + 6 * String(away).length, y - r + 3];
  if (!room.isFree(a, b, c, d, spot)) return false;
  room.take(a, b, c, d, spot);
  return true;
}

function line(edge, from, to, view) {
  if (Math.max(from.x, to.x) < -view.halfWidth || Math.min(from.x, to.x) > view.halfWidth
    || Math.max(from.y, to.y) < -view.halfHeight || Math.min(from.y, to.y) > view.halfHeight) return null;
  const strong = view.strong.edges.has(edge);
  const facts = view.seen.facts.get(edge) || [];
  const status = facts.length && !facts.some((fact) => fact.status === 'asserted') ? facts[0].status : '';
  const made = { edge, strong, faint: view.strong.dims && !strong, status, bare: !edge.facts.length };
  if (edge.loop) return { ...made, ...loop(from, edge.loop) };
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [nx, ny] = [-(to.y - from.y) / length, (to.x - from.x) / length];
  const sag = edge.bend * Math.min(44, 18 + length * 0.12);
  const cx = (from.x + to.x) / 2 + nx * sag * 2;
  const cy = (from.y + to.y) / 2 + ny * sag * 2;
  const [x1, y1] = towards(from, cx, cy, from.r + 1);
  const head = Math.min(8, 4 + to.r * 0.35);
  const [x2, y2] = towards(to, cx, cy, to.r + 2);
  return { ...made, x1, y1, cx, cy, x2, y2, length, head, curved: sag !== 0,
    mx: (from.x + to.x) / 2 + nx * sag, my: (from.y + to.y) / 2 + ny * sag, ends: from.r + to.r };
}

function towards(spot, x, y, distance) {
  const length = Math.hypot(x - spot.x, y - spot.y) || 1;
  const share = Math.min(0.48, distance / length);
  return [spot.x + (x - spot.x) * share, spot.y + (y - spot.y) * share];
}

function loop(spot, turn) {
  const out = spot.r + 16 + turn * 8;
  return { x1: spot.x - spot.r * 0.7, y1: spot.y - spot.r, cx: spot.x, cy: spot.y - out * 2, x2: spot.x + spot.r * 0.7,
    y2: spot.y - spot.r, length: 80, head: 6, curved: true, mx: spot.x, my: spot.y - out - spot.r * 0.5, ends: 0 };
}

// ---- labels

/** Which rectangles of the window are taken. */
class Room {
  constructor() { this.cells = new Map(); }

  * keys(a, b, c, d) {
    for (let x = Math.floor(a / 80); x <= Math.floor(c / 80); x += 1) {
      for (let y = Math.floor(b / 40); y <= Math.floor(d / 40); y += 1) yield x * 100003 + y;
    }
  }

  take(a, b, c, d, owner) {
    for (const key of this.keys(a, b, c, d)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push([a, b, c, d, owner]);
    }
  }

  isFree(a, b, c, d, owner) {
    for (const key of this.keys(a, b, c, d)) {
      for (const [e, f, g, h, who] of this.cells.get(key) || []) {
        if (who !== owner && a < g && c > e && b < h && d > f) return false;
      }
    }
    return true;
  }
}

function thingLabels(spots, room, { camera, strong, window, pull }) {
  const weight = (spot) => (spot.thing === strong.main ? 1e6 : 0) + (strong.things.has(spot.thing) ? 1e5 : 0) + spot.thing.degree;
  const labels = [];
  const most = 900;
  const names = new Room(); // what other labels take; the greatest may stand on small figures
  let great = 14;
  for (const spot of [...spots].sort((a, b) => weight(b) - weight(a) || a.thing.rank - b.thing.rank).slice(0, most)) {
    const must = strong.things.has(spot.thing);
    const size = (must && strong.main === spot.thing ? 2 : 0) + 10.8 + Math.min(3.8, Math.sqrt(spot.thing.degree) * 0.85) + (camera.zoom > 1.5 ? 1 : 0);
    const heavy = spot.thing.degree > 4 || spot.thing === strong.main;
    const text = label(spot.thing);
    const shapes = must ? [wrap(text, 10, 4)] : [wrap(text, 9, 2), wrap(text, 6.2, 3)];
    let placed = null;
    for (const lines of shapes) placed ||= stand(spot, lines, size, room, window, pull.get(spot.thing));
    if (!placed && great > 0 && spot.thing.degree > 8) placed = stand(spot, shapes[0], size, names, window, pull.get(spot.thing)) || null;
    great -= 1;
    if (!placed && must && !(strong.dims && strong.things.size > 40)) [placed] = boxes(spot, shapes[0], size, pull.get(spot.thing));
    if (!placed) continue;
    room.take(placed.a, placed.b, placed.c, placed.d, spot);
    names.take(placed.a, placed.b, placed.c, placed.d, spot);
    labels.push({ ...placed, size, heavy, faint: spot.faint, spot });
  }
  return labels;
}

function boxes(spot, lines, size, [below, above, right, left] = [0, 0, 0, 0]) {
  const w = Math.max(...lines.map(ems)) * size * 1.02;
  const h = lines.length * size * 1.22;
  const gap = spot.r + 3;
  const box = (x, y, align) => {
    const from = align === 'center' ? x - w / 2 : align === 'left' ? x : x - w;
    return { lines, x, y, align, a: from - 1, b: y, c: from + w + 1, d: y + h };
  };
  return [[below, box(spot.x, spot.y + gap, 'center')], [0.25 + above, box(spot.x, spot.y - gap - h, 'center')],
    [0.3 + right, box(spot.x + gap + 2, spot.y - h / 2, 'left')], [0.35 + left, box(spot.x - gap - 2, spot.y - h / 2, 'right')]]
    .sort((a, b) => a[0] - b[0]).map(([, made]) => made);
}

/** How much a thing's edges are in the way of a label below, above, right and left of it. */
function pulls(lines) {
  const pull = new Map();
  const add = (thing, x, y) => {
    const length = Math.hypot(x, y) || 1;
    if (!pull.has(thing)) pull.set(thing, [0, 0, 0, 0]);
    const crowd = pull.get(thing);
    crowd[0] += Math.max(0, y / length - 0.3);
    crowd[1] += Math.max(0, -y / length - 0.3);
    crowd[2] += Math.max(0, x / length - 0.75) * 3;
    crowd[3] += Math.max(0, -x / length - 0.75) * 3;
  };
  for (const { edge, x1, y1, x2, y2 } of lines) {
    add(edge.subject, x2 - x1, y2 - y1);
    add(edge.object, x1 - x2, y1 - y2);
  }
  return pull;
}

/** The best of the four places around a thing that is free, and within the window if one is given. */
function stand(spot, lines, size, room, window, pull) {
  const free = boxes(spot, lines, size, pull).filter(({ a, b, c, d }) => room.isFree(a, b, c, d, spot));
  return window ? free.find(({ a, b, c, d }) => a > -window[0] && c < window[0] && b > -window[1] && d < window[1]) : free[0];
}

function edgeLabels(lines, room, { strong, camera }) {
  const found = [];
  if (lines.length > 1500 && !strong.edges.size) return found;
  for (const it of [...lines].sort((a, b) => b.strong - a.strong)) {
    if (it.faint) continue;
    const text = named(it.edge.relation);
    const size = it.strong && strong.dims ? 11.5 : 10.5;
    const w = ems(text) * size + 6;
    if (!it.strong && (camera.zoom < 0.6 || it.length < w + it.ends + 18)) continue;
    for (const share of it.strong ? [0.5, 0.38, 0.62, 0.28, 0.72] : [0.5, 0.4, 0.6]) {
      const [x, y] = along(it, share);
      const [a, b, c, d] = [x - w / 2, y - size * 0.66, x + w / 2, y + size * 0.66];
      if (!room.isFree(a, b, c, d, null)) continue;
      room.take(a, b, c, d, it);
      found.push({ text, x, y, size, strong: it.strong && strong.dims });
      break;
    }
  }
  return found;
}

/** The point of a line at a share of its way. */
export function along({ x1, y1, cx, cy, x2, y2, curved }, share) {
  if (!curved) return [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
  const rest = 1 - share;
  return [rest * rest * x1 + 2 * rest * share * cx + share * share * x2, rest * rest * y1 + 2 * rest * share * cy + share * share * y2];
}
