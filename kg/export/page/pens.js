// Two ways to put a scene on paper: on a canvas, and as SVG; one order of strokes for both.
import { inside, outline, pathWords, short } from './marks.js';
import { FONT } from './scene.js';

/** Draw what `compose` found; `ink` holds the theme's colours. */
export function paint({ things, lines, labels, words }, pen, ink) {
  const groups = new Map();
  for (const it of lines) {
    const key = `${it.faint ? 0 : it.strong ? 2 : 1}${it.status}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(it);
  }
  for (const key of [...groups.keys()].sort()) {
    const group = groups.get(key);
    const style = lineStyle(group[0], ink, group.length);
    pen.strokes(group, style);
    pen.heads(group, style);
  }
  for (const it of words) {
    pen.words([it.text], it.x, it.y - it.size * 0.61, { size: it.size, weight: it.strong ? 600 : 400, fill: it.strong ? ink.accent : ink.quiet, halo: ink.paper, align: 'center' });
  }
  const sorted = [...things].sort((a, b) => b.faint - a.faint || b.r - a.r);
  if (things.length > CROWD) crowd(sorted, pen, ink);
  else for (const spot of sorted) figure(spot, pen, ink);
  for (const it of [...labels].sort((a, b) => b.faint - a.faint)) {
    pen.words(it.lines, it.x, it.y, { size: it.size, weight: it.heavy ? 600 : 450, fill: it.faint ? ink.faded : ink.ink, halo: it.faint ? null : ink.paper, align: it.align });
  }
}

const CROWD = 1500;

const DASHES = { planned: [7, 4], required: [3, 3], reported: [2, 4], questioned: [1, 4], negated: [6, 3, 1, 3] };

function lineStyle(it, ink, count) {
  const stroke = it.faint ? ink.ghost : it.strong ? ink.accent : it.status === 'negated' ? ink.denied : ink.line;
  const crowd = count > 15000 ? 0.1 : count > 4000 ? 0.25 : count > 1200 ? 0.55 : 1;
  return { stroke, width: it.strong ? 2 : it.faint ? 0.8 : 1.1, dash: DASHES[it.status] || null, alpha: it.strong ? 1 : crowd };
}

/** Thousands of figures: all of one class in one stroke of the pen. */
function crowd(spots, pen, ink) {
  const groups = new Map();
  for (const { thing, x, y, r, faint } of spots) {
    const key = `${faint ? 0 : 1}${thing.kind.index}`;
    if (!groups.has(key)) groups.set(key, { steps: [], fill: thing.kind.colour, alpha: faint ? 0.22 : 1 });
    groups.get(key).steps.push(...outline(thing.kind.figure, x, y, r));
  }
  for (const key of [...groups.keys()].sort()) pen.shape(groups.get(key).steps, groups.get(key));
  for (const spot of spots) if (spot.picked || spot.marked) figure(spot, pen, ink);
}

function figure({ thing, x, y, r, faint, picked, marked, away, badge }, pen, ink) {
  const alpha = faint ? 0.22 : 1;
  if (marked) pen.shape(outline('circle', x, y, r + 4), { fill: ink.found, alpha: 0.55 });
  if (picked) pen.shape(outline('circle', x, y, r + 5), { stroke: ink.accent, width: 2.2, alpha: 1 });
  pen.shape(outline(thing.kind.figure, x, y, r), { fill: thing.kind.colour, stroke: ink.paper, width: 1.4, alpha });
  const inner = r > 4 ? inside(thing.kind, x, y, r) : null;
  if (inner) pen.shape(inner, { fill: ink.paper, alpha });
  // How many of its neighbours are not drawn.
  if (badge) pen.words([`+${away}`], x + r * 0.6, y - r - 8, { size: 10, weight: 600, fill: ink.accent, halo: ink.paper, align: 'left' });
}

/** Draws on a canvas whose origin is the middle of the window. */
export class CanvasPen {
  constructor(context) { this.c = context; }

  strokes(lines, { stroke, width, dash, alpha }) {
    const { c } = this;
    c.globalAlpha = alpha;
    c.strokeStyle = stroke;
    c.lineWidth = width;
    c.setLineDash(dash || []);
    c.beginPath();
    for (const { x1, y1, cx, cy, x2, y2, curved } of lines) {
      c.moveTo(x1, y1);
      if (curved) c.quadraticCurveTo(cx, cy, x2, y2);
      else c.lineTo(x2, y2);
    }
    c.stroke();
    c.setLineDash([]);
  }

  heads(lines, { stroke, alpha }) {
    const { c } = this;
    c.globalAlpha = alpha;
    c.fillStyle = stroke;
    c.beginPath();
    for (const it of lines) {
      const [a, b, d] = head(it);
      c.moveTo(...a);
      c.lineTo(...b);
      c.lineTo(...d);
    }
    c.fill();
  }

  shape(steps, { fill, stroke, width, alpha }) {
    const { c } = this;
    c.globalAlpha = alpha;
    c.beginPath();
    for (const [kind, x, y, r] of steps) {
      if (kind === 'M') c.moveTo(x, y);
      else if (kind === 'L') c.lineTo(x, y);
      else if (kind === 'O') { c.moveTo(x + r, y); c.arc(x, y, r, 0, Math.PI * 2); }
      else c.closePath();
    }
    if (fill) { c.fillStyle = fill; c.fill(); }
    if (stroke) { c.strokeStyle = stroke; c.lineWidth = width; c.lineJoin = 'round'; c.stroke(); }
  }

  words(lines, x, y, { size, weight, fill, halo, align }) {
    const { c } = this;
    c.globalAlpha = 1;
    c.font = `${weight} ${size}px ${FONT}`;
    c.textAlign = align;
    c.textBaseline = 'alphabetic';
    lines.forEach((text, i) => {
      const down = y + size * (0.95 + i * 1.22);
      if (halo) {
        c.lineJoin = 'round';
        c.lineWidth = 3.4;
        c.strokeStyle = halo;
        c.strokeText(text, x, down);
      }
      c.fillStyle = fill;
      c.fillText(text, x, down);
    });
  }
}

function head({ x2, y2, cx, cy, x1, y1, curved, head: size }) {
  const [fx, fy] = curved ? [cx, cy] : [x1, y1];
  const length = Math.hypot(x2 - fx, y2 - fy) || 1;
  const [dx, dy] = [(x2 - fx) / length, (y2 - fy) / length];
  const [bx, by] = [x2 - dx * size, y2 - dy * size];
  return [[x2, y2], [bx - dy * size * 0.42, by + dx * size * 0.42], [bx + dy * size * 0.42, by - dx * size * 0.42]];
}

const safe = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Collects SVG elements; the origin is the middle of the picture. */
export class SvgPen {
  constructor() { this.parts = []; }

  strokes(lines, { stroke, width, dash, alpha }) {
    const d = lines.map(({ x1, y1, cx, cy, x2, y2, curved }) => (
      `M${short(x1)} ${short(y1)}${curved ? `Q${short(cx)} ${short(cy)} ` : 'L'}${short(x2)} ${short(y2)}`)).join('');
    this.parts.push(`<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" opacity="${alpha}"${dash ? ` stroke-dasharray="${dash.join(' ')}"` : ''}/>`);
  }

  heads(lines, { stroke, alpha }) {
    const d = lines.map((it) => `M${head(it).map((p) => p.map(short).join(' ')).join('L')}Z`).join('');
    this.parts.push(`<path d="${d}" fill="${stroke}" opacity="${alpha}"/>`);
  }

  shape(steps, { fill, stroke, width, alpha }) {
    this.parts.push(`<path d="${pathWords(steps)}" fill="${fill || 'none'}"${stroke ? ` stroke="${stroke}" stroke-width="${width}"` : ''} opacity="${alpha}"/>`);
  }

  words(lines, x, y, { size, weight, fill, halo, align }) {
    const anchor = { center: 'middle', left: 'start', right: 'end' }[align];
    const around = halo ? ` stroke="${halo}" stroke-width="3.4" stroke-linejoin="round" paint-order="stroke"` : '';
    lines.forEach((text, i) => this.parts.push(
      `<text x="${short(x)}" y="${short(y + size * (0.95 + i * 1.22))}" font-size="${short(size)}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}"${around}>${safe(text)}</text>`));
  }

  done(width, height, paper, title) {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${short(-width / 2)} ${short(-height / 2)} ${width} ${height}" font-family="${safe(FONT)}"><title>${safe(title)}</title><rect x="${short(-width / 2)}" y="${short(-height / 2)}" width="${width}" height="${height}" fill="${paper}"/>${this.parts.join('')}</svg>`;
  }
}
