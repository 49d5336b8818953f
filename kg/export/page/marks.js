// The figures that stand for classes, as outlines; small elements of the page made of them.

const TURN = Math.PI * 2;
const corners = (n, start = -0.25, r = 1) => Array.from({ length: n }, (_, i) => (
  [Math.cos((start + i / n) * TURN) * r, Math.sin((start + i / n) * TURN) * r]));
const star = corners(10).map(([x, y], i) => (i % 2 ? [x * 0.52, y * 0.52] : [x * 1.18, y * 1.18]));

const FIGURES = {
  square: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  page: [[-0.78, -1], [0.3, -1], [0.78, -0.5], [0.78, 1], [-0.78, 1]],
  triangle: [[0, -1.1], [1.08, 0.84], [-1.08, 0.84]],
  wedge: [[0, 1.1], [1.08, -0.84], [-1.08, -0.84]],
  diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  pentagon: corners(5, -0.25, 1.08),
  hexagon: corners(6, 0, 1.06),
  octagon: corners(8, 0.0625, 1.02),
  cross: [[-0.38, -1], [0.38, -1], [0.38, -0.38], [1, -0.38], [1, 0.38], [0.38, 0.38], [0.38, 1], [-0.38, 1],
    [-0.38, 0.38], [-1, 0.38], [-1, -0.38], [-0.38, -0.38]],
  hourglass: [[-0.86, -0.95], [0.86, -0.95], [0.24, 0], [0.86, 0.95], [-0.86, 0.95], [-0.24, 0]],
  star,
};

/** The outline of a figure as path steps: M, L, Z, or O for a circle. */
export function outline(figure, x, y, r) {
  const points = FIGURES[figure];
  if (!points) return [['O', x, y, r]];
  return [...points.map(([a, b], i) => [i ? 'L' : 'M', x + a * r, y + b * r]), ['Z']];
}

/** What stands inside the figure of a subclass, or null. */
export function inside(kind, x, y, r) {
  if (kind.inner === 'dot') return [['O', x, y + r * 0.12, r * 0.3]];
  if (kind.inner !== 'bar') return null;
  const [w, h, top] = [r * 0.42, r * 0.13, y + r * 0.12];
  return [['M', x - w, top - h], ['L', x + w, top - h], ['L', x + w, top + h], ['L', x - w, top + h], ['Z']];
}

export const pathWords = (steps) => steps.map(([kind, x, y, r]) => {
  if (kind === 'Z') return 'Z';
  if (kind !== 'O') return `${kind}${short(x)} ${short(y)}`;
  return `M${short(x - r)} ${short(y)}A${short(r)} ${short(r)} 0 1 0 ${short(x + r)} ${short(y)}`
    + `A${short(r)} ${short(r)} 0 1 0 ${short(x - r)} ${short(y)}Z`;
}).join('');

export const short = (number) => String(Math.round(number * 10) / 10);

// ---- elements

/** An element with attributes, listeners (onclick …) and children; texts stay texts. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(9).filter((child) => child != null && child !== false));
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';
function drawn(size, view, ...paths) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ width: size, height: size, viewBox: view, 'aria-hidden': 'true', focusable: 'false' })) {
    svg.setAttribute(name, value);
  }
  for (const attributes of paths) {
    const path = document.createElementNS(SVG, 'path');
    for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
    svg.append(path);
  }
  return svg;
}

/** The figure of a class as a small picture. */
export function mark(kind, size = 14) {
  const paths = [{ d: pathWords(outline(kind.figure, 0, 0, 5.6)), fill: kind.colour }];
  const inner = inside(kind, 0, 0, 5.6);
  if (inner) paths.push({ d: pathWords(inner), class: 'inner' });
  const svg = drawn(size, '-7 -7 14 14', ...paths);
  svg.setAttribute('class', 'mark');
  return svg;
}

const ICONS = {
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.4 10.4 14 14',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  plus: 'M8 3v10M3 8h10', minus: 'M3 8h10',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  undo: 'M5.5 3 2.5 6l3 3M3 6h6.2a3.7 3.7 0 0 1 0 7.4H6',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6Z',
  sun: 'M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1',
  graph: 'M4 6a1.9 1.9 0 1 0 0-3.8A1.9 1.9 0 1 0 4 6ZM12.2 7.6a1.7 1.7 0 1 0 0-3.4a1.7 1.7 0 1 0 0 3.4ZM7 13.8a1.9 1.9 0 1 0 0-3.8a1.9 1.9 0 1 0 0 3.8ZM5.9 4.4l4.6 1.2M4.8 5.8l1.5 4.4M11.2 7.2 8.2 10.6',
  table: 'M2.5 3.5h11v9h-11ZM2.5 6.7h11M2.5 9.6h11M6.5 6.7v5.8',
  source: 'M4 2h5.5L12.5 5v9H4ZM9.3 2v3.2h3.2M6 8h4.5M6 10.7h4.5',
  query: 'M3.5 4.5 7 8l-3.5 3.5M8.5 11.5h4.5',
  filters: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  take: 'M8 2.5v7.6M5 7.3l3 3 3-3M3 13.3h10',
};

export function icon(name, size = 16) {
  return drawn(size, '0 0 16 16', { d: ICONS[name], fill: 'none', stroke: 'currentColor', 'stroke-width': '1.5', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' });
}

/** A colour of the page's present theme. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Offer a file to save. */
export function save(name, parts, type) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  el('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = el('textarea', { class: 'unseen', readonly: true });
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand('copy');
    box.remove();
    return done;
  }
}
