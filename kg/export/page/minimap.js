// The whole picture in small, with the window on it: seen whenever the window does not hold everything.
import { el } from './marks.js';
import { t } from './words.js';

const WIDE = 168;
const HIGH = 116;
const canvas = el('canvas', { 'aria-hidden': 'true' });
export const minimap = el('div', { id: 'minimap', hidden: true }, canvas);
const context = canvas.getContext('2d');
let frame = null; // from the picture's places to the map's pixels
let drawn = null; // for which selection the dots were last drawn
const dots = document.createElement('canvas');

export const mapWords = () => minimap.setAttribute('title', t('minimap'));

/** Draw the map: dots once for a selection, the window at every move of the camera. */
export function drawMap({ things, camera, size, stamp, ink }) {
  const box = bounds(things);
  const seen = { left: camera.x - size[0] / 2 / camera.zoom, right: camera.x + size[0] / 2 / camera.zoom, top: camera.y - size[1] / 2 / camera.zoom, bottom: camera.y + size[1] / 2 / camera.zoom };
  const isWhole = seen.left <= box.left && seen.right >= box.right && seen.top <= box.top && seen.bottom >= box.bottom;
  minimap.hidden = things.size < 8 || isWhole || size[0] < 320;
  if (minimap.hidden) return;
  const sharp = Math.min(2, devicePixelRatio || 1);
  if (drawn !== stamp) {
    drawn = stamp;
    const scale = Math.min((WIDE - 12) / Math.max(1, box.right - box.left), (HIGH - 12) / Math.max(1, box.bottom - box.top));
    frame = { scale, x: WIDE / 2 - ((box.left + box.right) / 2) * scale, y: HIGH / 2 - ((box.top + box.bottom) / 2) * scale };
    for (const sheet of [canvas, dots]) { sheet.width = WIDE * sharp; sheet.height = HIGH * sharp; }
    dotted(things, sharp);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(dots, 0, 0);
  context.setTransform(sharp, 0, 0, sharp, 0, 0);
  context.strokeStyle = ink.accent;
  context.lineWidth = 1.5;
  const [x, y] = [seen.left * frame.scale + frame.x, seen.top * frame.scale + frame.y];
  const [right, bottom] = [seen.right * frame.scale + frame.x, seen.bottom * frame.scale + frame.y];
  const [a, b, c, d] = [Math.max(1, x), Math.max(1, y), Math.min(WIDE - 1, right), Math.min(HIGH - 1, bottom)];
  context.fillStyle = ink.accent;
  context.globalAlpha = 0.08;
  context.fillRect(a, b, c - a, d - b);
  context.globalAlpha = 1;
  context.strokeRect(a, b, Math.max(4, c - a), Math.max(4, d - b));
}

function dotted(things, sharp) {
  const pencil = dots.getContext('2d');
  pencil.setTransform(sharp, 0, 0, sharp, 0, 0);
  pencil.clearRect(0, 0, WIDE, HIGH);
  const r = things.size > 3000 ? 0.6 : things.size > 500 ? 1 : 1.6;
  const kinds = new Map();
  for (const thing of things) {
    if (!kinds.has(thing.kind)) kinds.set(thing.kind, []);
    kinds.get(thing.kind).push(thing);
  }
  for (const [kind, list] of kinds) {
    pencil.fillStyle = kind.colour;
    for (const thing of list) pencil.fillRect(thing.x * frame.scale + frame.x - r, thing.y * frame.scale + frame.y - r, 2 * r, 2 * r);
  }
}

let kept = [null, null];
function bounds(things) {
  if (kept[0] === things && kept[2] === drawn) return kept[1];
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const { x, y } of things) {
    if (x < box.left) box.left = x;
    if (x > box.right) box.right = x;
    if (y < box.top) box.top = y;
    if (y > box.bottom) box.bottom = y;
  }
  kept = [things, box, drawn];
  return box;
}

/** Listen; the action is told the place of the picture that is to come to the middle. */
export function navigate(go) {
  const at = (event) => {
    const area = canvas.getBoundingClientRect();
    go((event.clientX - area.left - frame.x) / frame.scale, (event.clientY - area.top - frame.y) / frame.scale);
  };
  canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); at(event); });
  canvas.addEventListener('pointermove', (event) => { if (event.buttons) at(event); });
}
