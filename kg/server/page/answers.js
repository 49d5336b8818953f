// An answer on the page: rows or triples as a table, and as a drawing.

import { short } from "./editor.js";

const DRAWN = 150, LENGTH = 150, WIDE = 900, HIGH = 420;

/** Return {columns, rows, kind} of a response; a cell is {type, value, language, datatype} or undefined. */
export async function read(response) {
  const text = await response.text();
  if (response.headers.get("content-type").includes("json")) {
    const said = JSON.parse(text);
    if ("boolean" in said) return { kind: "truth", columns: ["答"], rows: [[{ type: "literal", value: said.boolean ? "是" : "否" }]] };
    const columns = said.head.vars;
    const rows = said.results.bindings.map((row) => columns.map((name) => row[name] && {
      ...row[name], language: row[name]["xml:lang"] }));
    return { kind: "rows", columns, rows };
  }
  return { kind: "triples", columns: ["主语", "谓语", "宾语"], rows: [...triples(text)] };
}

const PART = /<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z-]+)|\^\^<([^>]*)>)?/gu;

function* triples(text) {
  for (const line of text.split("\n")) {
    if (!line.trim() || line.startsWith("#")) continue;
    yield [...line.matchAll(PART)].slice(0, 3).map(([, iri, blank, literal, language, datatype]) =>
      iri !== undefined ? { type: "uri", value: unescaped(iri) } :
      blank !== undefined ? { type: "bnode", value: blank } :
      { type: "literal", value: unescaped(literal), language, datatype });
  }
}

function unescaped(text) {
  const plain = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };
  return text.replace(/\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)/gu, (_, code) =>
    /^u|^U/.test(code) && code.length > 1 ? String.fromCodePoint(parseInt(code.slice(1), 16)) : plain[code] ?? code);
}

/** Return the answer as a table. */
export function table({ columns, rows }, prefixes) {
  const node = document.createElement("table");
  const head = node.createTHead().insertRow();
  for (const name of columns) head.append(Object.assign(document.createElement("th"), { textContent: name, scope: "col" }));
  const body = node.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const cell of row) fill(line.insertCell(), cell, prefixes);
  }
  return node;
}

function fill(place, cell, prefixes) {
  if (!cell) return;
  if (cell.type !== "uri") {
    place.append(cell.value ?? JSON.stringify(cell));
    const said = cell.language ?? (cell.datatype && short(cell.datatype, prefixes));
    if (said && said !== "zh") place.append(" ", Object.assign(document.createElement("small"), { textContent: said }));
    return;
  }
  const name = short(cell.value, prefixes);
  if (!name.startsWith("id:")) { place.append(Object.assign(document.createElement("span"), { textContent: name, title: cell.value })); return; }
  place.append(Object.assign(document.createElement("a"), { textContent: name, title: cell.value, href: `id/${name.slice(3)}` }));
}

/** Return the IRIs of an answer, as many as may be drawn. */
export function iris({ rows }) {
  const cells = rows.flat().filter((cell) => cell?.type === "uri" && !/[\s<>"{}|^`\\]/.test(cell.value));
  return [...new Set(cells.map((cell) => cell.value))].slice(0, 2 * DRAWN);
}

/** Draw the answer into an svg: triples as they are, rows as links from their first cell to the others. */
export function draw(svg, answer, prefixes, labels) {
  const nodes = new Map(), edges = [];
  const node = (cell) => {
    const key = `${cell.type} ${cell.value}`;
    if (!nodes.has(key)) nodes.set(key, { name: cell.type === "uri" ? labels.get(cell.value) ?? short(cell.value, prefixes) : cell.value, literal: cell.type === "literal" });
    return nodes.get(key);
  };
  for (const row of answer.rows) {
    if (nodes.size > DRAWN) break;
    if (answer.kind === "triples") edges.push([node(row[0]), node(row[2]), short(row[1].value, prefixes)]);
    else row.forEach((cell, n) => {
      if (cell && n === 0) node(cell);
      else if (cell && row[0]) edges.push([node(row[0]), node(cell), answer.columns[n]]);
    });
  }
  place([...nodes.values()], edges);
  svg.replaceChildren(...edges.map(edge), ...[...nodes.values()].map(dot));
  const all = [...nodes.values()], xs = all.map((n) => n.x), ys = all.map((n) => n.y);
  const middle = (values) => (Math.min(...values, 0) + Math.max(...values, 0)) / 2;
  const reach = (values, least) => Math.max(Math.max(...values, 0) - Math.min(...values, 0) + 180, least);
  const [width, height] = [reach(xs, WIDE), reach(ys, HIGH)];
  svg.setAttribute("viewBox", `${middle(xs) - width / 2} ${middle(ys) - height / 2} ${width} ${height}`);
}

function place(nodes, edges) {
  // Springs along the edges, and everything pushes everything; from a spiral, so always the same.
  nodes.forEach((n, i) => { n.x = 40 * Math.sqrt(i) * Math.cos(i * 2.4); n.y = 40 * Math.sqrt(i) * Math.sin(i * 2.4); });
  for (let heat = 30; heat > 0.5; heat *= 0.97) {
    for (const n of nodes) { n.dx = -n.x * 0.02; n.dy = -n.y * 0.02; }
    for (const a of nodes) for (const b of nodes) {
      const x = a.x - b.x, y = (a.y - b.y) * 1.6, far = x * x + y * y + 1;
      if (a !== b) { a.dx += x * 30000 / far / Math.sqrt(far); a.dy += y * 30000 / far / Math.sqrt(far); }
    }
    for (const [a, b] of edges) {
      const far = Math.hypot(b.x - a.x, b.y - a.y) || 1, pull = 0.1 * (far - LENGTH) / far;
      const x = (b.x - a.x) * pull, y = (b.y - a.y) * pull;
      a.dx += x; a.dy += y; b.dx -= x; b.dy -= y;
    }
    for (const n of nodes) {
      const far = Math.hypot(n.dx, n.dy) || 1, step = Math.min(far, heat) / far;
      n.x += n.dx * step; n.y += n.dy * step;
    }
  }
}

function edge([a, b, name]) {
  const group = make("g", { class: "edge" });
  group.append(make("line", { x1: a.x, y1: a.y, x2: b.x, y2: b.y }));
  const text = make("text", { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 - 4 });
  text.textContent = name;
  group.append(text);
  return group;
}

function dot(node) {
  const group = make("g", { class: node.literal ? "literal" : "thing" }), text = make("text", { x: node.x, y: node.y + 18 });
  text.textContent = node.name.length > 18 ? `${node.name.slice(0, 17)}…` : node.name;
  const title = make("title", {});
  title.textContent = node.name;
  group.append(title, make("circle", { cx: node.x, cy: node.y, r: 5 }), text);
  return group;
}

function make(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
