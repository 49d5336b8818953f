// Mouse, fingers and keys on the picture.
import { label, other } from './model.js';
import { el } from './marks.js';
import { along } from './scene.js';
import { camera, canvas, fit, halt, lasso, request, reveal, sight, tip, zoomBy } from './canvas.js';
import { named, t } from './words.js';

let act = {};
const fingers = new Map();
let drag = null;
let lastTap = { time: 0, thing: null };

/** Listen; `actions` are pick(thing | edge | null), choose(...things), focus(thing), more(thing), expand(thing), open(). */
export function listen(actions) {
  act = actions;
  canvas.addEventListener('pointerdown', down);
  canvas.addEventListener('pointermove', move);
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', (event) => { fingers.delete(event.pointerId); drag = null; });
  canvas.addEventListener('pointerleave', () => hover(null));
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const [x, y] = spot(event);
    zoomBy(Math.exp(-Math.max(-60, Math.min(60, event.deltaY * (event.deltaMode ? 20 : 1))) * 0.006), x, y);
    tip.hidden = true;
  }, { passive: false });
  canvas.addEventListener('keydown', keys);
}

function spot(event) {
  const area = canvas.getBoundingClientRect();
  return [event.clientX - area.left - area.width / 2, event.clientY - area.top - area.height / 2];
}

function down(event) {
  if (event.button > 0) return;
  canvas.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, spot(event));
  halt();
  if (fingers.size > 1) { drag = null; return; }
  const [x, y] = spot(event);
  const thing = thingAt(x, y, event.pointerType === 'touch' ? 12 : 4);
  drag = { x, y, thing: event.pointerType === 'touch' ? null : thing, far: false, touch: event.pointerType === 'touch', frame: event.shiftKey && !thing };
}

function move(event) {
  const [x, y] = spot(event);
  if (!fingers.size) {
    const thing = thingAt(x, y, 4);
    hover(thing, thing ? null : edgeAt(x, y, 5), x, y);
    return;
  }
  const last = fingers.get(event.pointerId);
  if (!last) return;
  if (fingers.size === 2) {
    const still = [...fingers].find(([id]) => id !== event.pointerId)[1];
    const before = Math.hypot(last[0] - still[0], last[1] - still[1]) || 1;
    zoomBy(Math.hypot(x - still[0], y - still[1]) / before, (x + still[0]) / 2, (y + still[1]) / 2);
  } else if (drag) {
    drag.far ||= Math.hypot(x - drag.x, y - drag.y) > (drag.touch ? 9 : 4);
    if (drag.far) {
      tip.hidden = true;
      if (drag.frame) { span(x, y); return; }
      if (drag.thing) carry(drag.thing, (x - last[0]) / camera.zoom, (y - last[1]) / camera.zoom);
      else { camera.x -= (x - last[0]) / camera.zoom; camera.y -= (y - last[1]) / camera.zoom; }
      sight.moved = true;
      request(!drag.thing);
    } else return;
  }
  fingers.set(event.pointerId, [x, y]);
}

/** Draw the frame from where the drag began, and return what is in it. */
function span(x, y) {
  const [left, right, top, bottom] = [Math.min(x, drag.x), Math.max(x, drag.x), Math.min(y, drag.y), Math.max(y, drag.y)];
  lasso.hidden = false;
  Object.assign(lasso.style, { left: `${left + sight.size[0] / 2}px`, top: `${top + sight.size[1] / 2}px`, width: `${right - left}px`, height: `${bottom - top}px` });
  const [dx, dy] = sight.scene.shift;
  return sight.scene.things.filter((it) => it.x + dx > left && it.x + dx < right && it.y + dy > top && it.y + dy < bottom).map((it) => it.thing);
}

function carry(thing, dx, dy) {
  thing.x += dx;
  thing.y += dy;
  if (sight.now.state.focus) return;
  if (sight.front && thing.front) thing.front = [thing.x, thing.y / sight.stretch];
  else { thing.homeX = thing.x; thing.homeY = thing.y / sight.stretch; }
}

function up(event) {
  fingers.delete(event.pointerId);
  if (drag && drag.frame && drag.far) {
    const found = span(...spot(event));
    lasso.hidden = true;
    drag = null;
    if (found.length > 1) act.choose(...found);
    else if (found.length) act.choose(found[0]);
    return;
  }
  if (!drag || drag.far) { drag = null; request(); return; }
  const [x, y] = spot(event);
  const near = drag.touch ? 12 : 4;
  drag = null;
  const thing = thingAt(x, y, near);
  const time = performance.now();
  if (thing && (event.shiftKey || event.ctrlKey || event.metaKey)) act.choose(thing);
  else if (thing && lastTap.thing === thing && time - lastTap.time < 380) act.focus(thing);
  else act.pick(thing || edgeAt(x, y, near) || null);
  lastTap = { time, thing };
}

function hover(thing, edge = null, x = 0, y = 0) {
  canvas.style.cursor = thing || edge ? 'pointer' : 'grab';
  if (thing) tip.replaceChildren(el('b', {}, label(thing)), ` ${named(thing.kind)} · ${t('nFacts', thing.degree)}`);
  else if (edge) tip.replaceChildren(el('b', {}, label(edge.subject)), ` ${named(edge.relation)} `, el('b', {}, label(edge.object)));
  tip.hidden = !(thing || edge);
  if (!tip.hidden) {
    const [w, h] = [tip.offsetWidth, tip.offsetHeight];
    tip.style.left = `${Math.min(sight.size[0] - w - 8, x + sight.size[0] / 2 + 14)}px`;
    tip.style.top = `${Math.min(sight.size[1] - h - 8, y + sight.size[1] / 2 + 16)}px`;
  }
  if (sight.hovered !== thing) { sight.hovered = thing; request(); }
}

function thingAt(atX, atY, slack) {
  if (!sight.scene) return null;
  const [x, y] = [atX - sight.scene.shift[0], atY - sight.scene.shift[1]];
  let best = null;
  let nearest = Infinity;
  for (const it of sight.scene.things) {
    const distance = Math.hypot(it.x - x, it.y - y) - it.r;
    if (distance <= slack && distance < nearest) { best = it.thing; nearest = distance; }
  }
  if (!best) {
    const on = sight.scene.labels.find(({ a, b, c, d }) => x >= a && x <= c && y >= b && y <= d);
    best = on ? on.spot.thing : null;
  }
  return best;
}

function edgeAt(atX, atY, slack) {
  if (!sight.scene) return null;
  const [x, y] = [atX - sight.scene.shift[0], atY - sight.scene.shift[1]];
  let best = null;
  let nearest = slack;
  for (const it of sight.scene.lines) {
    if (!it.curved && toSegment(x, y, [it.x1, it.y1], [it.x2, it.y2]) > slack) continue;
    for (let i = 1; i < 20; i += 1) {
      const [px, py] = along(it, i / 20);
      const distance = Math.hypot(px - x, py - y);
      if (distance < nearest + it.length / 44) {
        const exact = toSegment(x, y, along(it, (i - 1) / 20), along(it, (i + 1) / 20));
        if (exact < nearest) { best = it.edge; nearest = exact; }
      }
    }
  }
  return best;
}

function toSegment(x, y, [ax, ay], [bx, by]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
  const share = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
  return Math.hypot(ax + (bx - ax) * share - x, ay + (by - ay) * share - y);
}

// ---- keys

const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const way = WAYS[event.key];
  if (way && event.shiftKey) {
    camera.x += way[0] * 80 / camera.zoom;
    camera.y += way[1] * 80 / camera.zoom;
    sight.moved = true;
    request();
  } else if (way) step(way);
  else if (event.key === '+' || event.key === '=') zoomBy(1.3);
  else if (event.key === '-') zoomBy(1 / 1.3);
  else if (event.key === '0') { sight.moved = false; fit(); }
  else if (event.key === 'Enter') act.open();
  else if (event.key === 's' && sight.now.state.thing) act.more(sight.now.state.thing);
  else if (event.key === 'e' && sight.now.state.thing) act.expand(sight.now.state.thing);
  else if (event.key === 'f' && sight.now.state.thing) act.focus(sight.now.state.thing);
  else return;
  event.preventDefault();
}

/** Go from the selected thing to the one that lies best in that direction, linked ones first. */
function step([dx, dy]) {
  const { seen, state } = sight.now;
  const here = state.thing || [...state.chosen].pop();
  if (!here) {
    act.pick([...seen.things].sort((a, b) => a.rank - b.rank)[0] || null);
    return;
  }
  const linked = new Set(here.edges.filter((edge) => seen.facts.has(edge)).map((edge) => other(edge, here)));
  let best = null;
  let least = Infinity;
  for (const thing of seen.things) {
    const [x, y] = [thing.x - here.x, thing.y - here.y];
    const ahead = x * dx + y * dy;
    if (thing === here || ahead <= 0) continue;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (aside > ahead * 2) continue;
    const price = (ahead + aside * 2) * (linked.has(thing) ? 0.4 : 1);
    if (price < least) { least = price; best = thing; }
  }
  if (best) { act.pick(best); reveal([best]); }
}
