// The picture: what the camera sees of it; it is drawn only when something has changed.
import { edgeId, label, other, things } from './model.js';
import { colour, el, icon } from './marks.js';
import { MARGIN, along, compose, ems, emphasis, project } from './scene.js';
import { drawMap, mapWords, minimap, navigate } from './minimap.js';
import { CanvasPen, paint } from './pens.js';
import { t } from './words.js';

export const canvas = document.getElementById('canvas');
const box = document.getElementById('graph');
const context = canvas.getContext('2d');
export const camera = { x: 0, y: 0, zoom: 1 };
const calm = matchMedia('(prefers-reduced-motion: reduce)');

let ink = null;
/** What is shown and how: the last change, the scene as drawn, the thing under the mouse, whether the reader
 * has set the camera, and how much taller the window is than the picture (places have no scale of their own). */
export const sight = { now: null, scene: null, hovered: null, size: [0, 0], moved: false, stretch: 1, settled: 0, front: false };

let asked = 0;
let stale = true; // whether more than the camera's place has changed since the scene was composed

export const tip = el('div', { id: 'tip', hidden: true });
/** The frame that is drawn around things to choose them. */
export const lasso = el('div', { id: 'lasso', hidden: true });
const tools = el('div', { id: 'tools' });

/** Make the picture. */
export function begin() {
  box.append(minimap, lasso, tip, tools);
  navigate((x, y) => { cancelAnimationFrame(flight); Object.assign(camera, { x, y }); sight.moved = true; request(); });
  new ResizeObserver(resize).observe(box);
  resize();
}

export function words(undo) {
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', t('canvas'));
  mapWords();
  const tool = (name, key, action) => el('button', { type: 'button', class: 'tool', title: t(key), 'aria-label': t(key), onclick: action }, icon(name));
  tools.replaceChildren(tool('plus', 'zoomIn', () => zoomBy(1.4)), tool('minus', 'zoomOut', () => zoomBy(1 / 1.4)),
    tool('fit', 'fit', () => { sight.moved = false; fit(); }), tool('undo', 'undo', undo));
}

export function colours() {
  ink = Object.fromEntries(['ink', 'quiet', 'faded', 'ghost', 'line', 'paper', 'accent', 'denied', 'found'].map((name) => [name, colour(name)]));
  request();
}

/** Show a new selection of the graph. */
export function show(seen, state, steps) {
  const first = !sight.now;
  sight.settled += 1;
  sight.now = { seen, state, steps };
  if (sight.hovered && !seen.things.has(sight.hovered)) sight.hovered = null;
  if (first) {
    shape();
    fit(true);
  }
  request();
}

/** Where a thing stands when nothing is arranged: where the builder placed it, in the shape of the window. */
export function home(thing) {
  const [x, y] = sight.front && thing.front ? thing.front : [thing.homeX, thing.homeY];
  return [x, y * sight.stretch];
}
export const proportion = () => (sight.size[0] ? Math.max(0.62, Math.min(1.5, sight.size[0] / sight.size[1])) : 1);

function span(all, key) {
  let [least, most] = [Infinity, -Infinity];
  for (const thing of all) {
    least = Math.min(least, thing[key]);
    most = Math.max(most, thing[key]);
  }
  return Math.max(60, most - least);
}

function shape() {
  const all = [...sight.now.seen.things];
  if (all.length < 3 || sight.now.state.focus || !sight.size[0]) return;
  sight.stretch = 1;
  const places = all.map(home);
  const [wide, high] = [span(places, 0), span(places, 1)];
  sight.stretch = Math.max(0.6, Math.min(2.2, ((sight.size[1] - 90) / high) / ((sight.size[0] - 130) / wide)));
  for (const thing of things) [thing.x, thing.y] = home(thing);
  sight.settled += 1;
}

export function resize() {
  const next = [box.clientWidth, box.clientHeight];
  if (!next[0] || !next[1] || (next[0] === sight.size[0] && next[1] === sight.size[1] && canvas.width)) return;
  sight.size = next;
  const sharp = Math.min(3, devicePixelRatio || 1);
  canvas.width = Math.round(sight.size[0] * sharp);
  canvas.height = Math.round(sight.size[1] * sharp);
  if (sight.now && !sight.moved) {
    shape();
    fit(true);
  }
  draw();
}

export function request(isSame = false) {
  if (isSame !== true) stale = true;
  if (!asked) asked = requestAnimationFrame(draw);
}

function draw() {
  asked = 0;
  if (!sight.now || !sight.size[0] || !ink) return;
  const sharp = canvas.width / sight.size[0];
  const shift = sight.scene && !stale && sight.scene.zoom === camera.zoom ? [(sight.scene.x - camera.x) * camera.zoom, (sight.scene.y - camera.y) * camera.zoom] : null;
  if (shift && Math.max(...shift.map(Math.abs)) < MARGIN) sight.scene.shift = shift;
  else {
    sight.scene = { ...staged(sight.size), ...camera, shift: [0, 0] };
    stale = false;
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const [dx, dy] = sight.scene.shift.map((pixels) => pixels * sharp);
  if (sight.scene.things.length + sight.scene.lines.length > HEAVY) {
    // Painted once with its margin, then only moved under the window.
    if (!shift || sight.scene.sheet !== sheet) repaint(sharp);
    context.drawImage(sheet, dx - MARGIN * sharp, dy - MARGIN * sharp);
  } else {
    context.setTransform(sharp, 0, 0, sharp, canvas.width / 2 + dx, canvas.height / 2 + dy);
    paint(sight.scene, new CanvasPen(context), ink);
  }
  canvas.dataset.drawn = String(sight.scene.things.length);
  drawMap({ things: sight.now.seen.things, camera, size: sight.size, stamp: sight.settled, ink });
}

const HEAVY = 1200;
const sheet = document.createElement('canvas');

function repaint(sharp) {
  sheet.width = canvas.width + 2 * MARGIN * sharp;
  sheet.height = canvas.height + 2 * MARGIN * sharp;
  const pencil = sheet.getContext('2d');
  pencil.setTransform(sharp, 0, 0, sharp, sheet.width / 2, sheet.height / 2);
  paint(sight.scene, new CanvasPen(pencil), ink);
  sight.scene.sheet = sheet;
}

/** The scene as it is seen, for the screen or for a picture of it. */
export function staged(window = sight.size) {
  const strong = emphasis(sight.now.state, sight.now.seen, sight.now.steps, sight.hovered);
  const made = compose(sight.now.seen, camera, strong, window, !sight.moved);
  const { thing, path, chosen, marked } = sight.now.state;
  for (const spot of made.things) {
    spot.picked = spot.thing === thing || path.includes(spot.thing) || chosen.has(spot.thing);
    spot.marked = marked.has(spot.thing);
  }
  return made;
}

/** Where a thing or an edge is drawn, in pixels of the window; null if it is not. */
export function where(id) {
  const area = canvas.getBoundingClientRect();
  const spot = sight.scene && sight.scene.things.find((it) => it.thing.id === id);
  const drawn = sight.scene && sight.scene.lines.find((it) => edgeId(it.edge) === id);
  const at = spot ? [spot.x, spot.y] : drawn ? along(drawn, 0.5) : null;
  return at && [at[0] + sight.scene.shift[0] + area.left + area.width / 2, at[1] + sight.scene.shift[1] + area.top + area.height / 2];
}
export const inks = () => ink;
export const extent = () => sight.size;

// ---- camera

/** Bring things into view, labels included: all that is seen, or those given. */
export function fit(at = false, only = null, closest = 1.25) {
  if (only) sight.moved = true;
  const all = only || (sight.now ? [...sight.now.seen.things] : []);
  if (!all.length || !sight.size[0]) return;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of all) {
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  const head = only || sight.now.state.focus || sight.now.state.group !== null ? 56 : 0; // where the notice stands
  let zoom = Math.min(closest, (sight.size[0] - 60) / Math.max(60, right - left), (sight.size[1] - 84 - 1.6 * head) / Math.max(60, bottom - top));
  const side = sight.size[0] > 520 ? 54 : 0; // where the buttons stand
  let middle = (left + right) / 2;
  for (let round = 0; round < 5; round += 1) {
    // Labels keep their size on the screen: the nearer to the margin, the more they take of it.
    let [from, to] = [Infinity, -Infinity];
    for (const thing of all) {
      from = Math.min(from, thing.x * zoom - overhang(thing));
      to = Math.max(to, thing.x * zoom + overhang(thing));
    }
    middle = ((from + to) / 2 + side / 2) / zoom;
    const extra = to - from - (right - left) * zoom;
    zoom = Math.min(zoom, Math.max(0.3 * zoom, ((sight.size[0] - 16 - side - extra) / Math.max(60, right - left))));
  }
  glide({ x: middle, y: (top + bottom) / 2 + (10 - head / 2) / zoom, zoom: Math.max(0.02, zoom) }, at);
}

/** Bring a few things into view if they are not, without losing the reader's own zoom. */
export function reveal(few) {
  const inside = few.every((thing) => {
    const [x, y] = project(camera, thing);
    return Math.abs(x) < sight.size[0] / 2 - 50 && Math.abs(y) < sight.size[1] / 2 - 40;
  });
  if (inside && camera.zoom >= 0.5 && sight.size[0] > 520) return;
  const near = few.length > 1 ? few : [...few, ...few[0].edges.filter((edge) => sight.now.seen.facts.has(edge)).map((edge) => other(edge, few[0]))];
  fit(false, near.filter((thing) => sight.now.seen.things.has(thing)), Math.max(0.9, Math.min(1.25, camera.zoom)));
}

const overhang = (thing) => (Math.min(9, ems(label(thing))) * 12.5) / 2 + 4;

let flight = 0;
export const halt = () => cancelAnimationFrame(flight);

function glide(goal, at) {
  cancelAnimationFrame(flight);
  if (at || calm.matches) {
    Object.assign(camera, goal);
    request();
    return;
  }
  const from = { ...camera };
  const begin = performance.now();
  const step = (time) => {
    const share = Math.min(1, (time - begin) / 260);
    const eased = 1 - (1 - share) ** 3;
    for (const key of ['x', 'y', 'zoom']) camera[key] = from[key] + (goal[key] - from[key]) * eased;
    request();
    if (share < 1) flight = requestAnimationFrame(step);
  };
  flight = requestAnimationFrame(step);
}

export function zoomBy(factor, x = 0, y = 0) {
  cancelAnimationFrame(flight);
  sight.moved = true;
  const zoom = Math.min(6, Math.max(0.02, camera.zoom * factor));
  camera.x += x / camera.zoom - x / zoom;
  camera.y += y / camera.zoom - y / zoom;
  camera.zoom = zoom;
  request();
}

/** Let things move to new places. */
export function settle(places) {
  const moving = [...places].filter(([thing, [x, y]]) => thing.x !== x || thing.y !== y);
  for (const [thing, [x, y]] of moving) { thing.x = x; thing.y = y; }
  sight.settled += 1;
  sight.moved = false;
  request();
}

