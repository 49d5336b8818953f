// The page of questions: it asks this server, and no other.

import { draw, iris, read, table } from "./answers.js";
import { editor } from "./editor.js";

const $ = (id) => document.getElementById(id);
const ROWS = [["JSON", "application/sparql-results+json", "srj"], ["XML", "application/sparql-results+xml", "srx"],
  ["CSV", "text/csv", "csv"], ["TSV", "text/tab-separated-values", "tsv"]];
const TRIPLES = [["Turtle", "text/turtle", "ttl"], ["N-Triples", "application/n-triples", "nt"],
  ["RDF/XML", "application/rdf+xml", "rdf"], ["JSON-LD", "application/ld+json", "jsonld"]];
const SHOWN = "application/sparql-results+json, application/n-triples;q=0.9";
const FIRST = `SELECT ?国家 ?战略 WHERE {
  ?c a kg:Country ; rdfs:label ?国家 ; kg:proposes ?p .
  ?p rdfs:label ?战略 .
  FILTER (LANG(?国家) = "zh" && LANG(?战略) = "zh")
} LIMIT 100`;

let prefixes = {}, answer = null, asked = "", again = null;
const edit = editor({ area: $("query"), colours: $("colours"), choices: $("choices"), run: () => run() });

async function ask(address, options = {}) {
  const token = sessionStorage.getItem("token");
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(address, { ...options, headers });
  $("token-form").hidden = response.status !== 401;
  if (response.ok) return response;
  throw Object.assign(new Error((await response.text()).trim()), { status: response.status });
}

const query = (text, accept) => ask("sparql", { method: "POST", body: text,
  headers: { "Content-Type": "application/sparql-query", Accept: accept } });

async function guarded(work) {
  again = work;
  $("trouble").hidden = true;
  document.body.setAttribute("aria-busy", "true");
  try { await work(); } catch (error) { tell(error); } finally { document.body.removeAttribute("aria-busy"); }
}

function tell(error) {
  $("trouble").textContent = error.message;
  $("trouble").hidden = false;
  const place = /line (\d+), column (\d+)/.exec(error.message);
  if (place && (error.status === 400 || error.status === 403)) edit.blame(+place[1], +place[2]);
}

const run = () => guarded(async () => {
  asked = edit.query;
  const begun = performance.now();
  const response = await query(asked, SHOWN);
  answer = await read(response);
  const what = answer.kind === "triples" ? "个三元组" : "行";
  show(`${answer.rows.length} ${what}，${Math.round(performance.now() - begun)} 毫秒`, response.headers.get("Kg-Note"));
  const formats = answer.kind === "triples" ? TRIPLES : ROWS;
  $("download").replaceChildren(new Option("格式……", ""), ...formats.map(([name, type]) => new Option(name, type)));
  history.replaceState(null, "", `#query=${encodeURIComponent(asked)}`);
});

function show(count, note) {
  $("count").textContent = count;
  $("note").textContent = note ?? "";
  $("note").hidden = !note;
  $("table").replaceChildren(table(answer, prefixes));
  view("table");
}

function view(name) {
  $("as-table").setAttribute("aria-selected", String(name === "table"));
  $("as-graph").setAttribute("aria-selected", String(name === "graph"));
  $("table").hidden = name !== "table";
  $("drawing").toggleAttribute("hidden", name === "table");
  if (name === "graph" && answer) guarded(picture);
}

async function picture() {
  const drawn = answer, values = iris(drawn).map((iri) => `<${iri}>`).join(" ");
  const response = await query(`SELECT ?s ?l { VALUES ?s { ${values} } ?s rdfs:label ?l FILTER (LANG(?l) = "zh") }`, SHOWN);
  const labels = new Map((await read(response)).rows.map(([s, l]) => [s.value, l.value]));
  if (answer === drawn) draw($("drawing"), answer, prefixes, labels);
}

async function save(type) {
  const response = await query(asked, type), [, , suffix] = [...ROWS, ...TRIPLES].find((f) => f[1] === type);
  open_(URL.createObjectURL(await response.blob()), `answer.${suffix}`);
}

function open_(href, download) {
  const link = Object.assign(document.createElement("a"), { href, ...(download ? { download } : { target: "_blank" }) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

const search = (words) => guarded(async () => {
  const said = await (await ask(`search?limit=100&q=${encodeURIComponent(words)}`)).json();
  const role = { label: "名称", alias: "别名", title: "标题", sentence: "原句" };
  const cell = (value) => ({ type: "literal", value });
  answer = { kind: "rows", columns: ["类别", "文字", "IRI", "出处"], rows: said.hits.map((hit) => [
    cell(role[hit.role]), cell(hit.text), { type: "uri", value: hit.node },
    cell(hit.file ? `${hit.file}${hit.place ? ` ${hit.place[0]}–${hit.place[1]}` : ""}` : "")]) };
  show(`${said.hits.length}${said.more ? "+" : ""} 处`);
  $("table").querySelectorAll("tbody tr").forEach((row, n) => underline(row.cells[1], said.hits[n]));
  $("download").replaceChildren(new Option("格式……", ""));
});

function underline(place, hit) {
  const characters = [...hit.text], parts = [];
  let done = 0;
  for (const [start, end] of hit.marks) {
    if (start < done) continue;
    const marked = document.createElement("mark");
    marked.textContent = characters.slice(start, end).join("");
    parts.push(characters.slice(done, start).join(""), marked);
    done = end;
  }
  place.replaceChildren(...parts, characters.slice(done).join(""));
}

const learn = () => guarded(async () => {
  const told = await (await ask("catalogue.json")).json();
  prefixes = told.prefixes;
  edit.teach(told);
  $("questions").replaceChildren(new Option("请选择……", ""), ...told.questions.map((q) => new Option(q.sentence, q.name)));
  $("questions").onchange = (event) => {
    const found = told.questions.find((q) => q.name === event.target.value);
    if (found) { edit.query = found.sparql; run(); }
  };
});

$("run").addEventListener("click", run);
$("as-table").addEventListener("click", () => view("table"));
$("as-graph").addEventListener("click", () => view("graph"));
$("download").addEventListener("change", (event) => {
  const type = event.target.value;
  event.target.value = "";
  if (type) guarded(() => save(type));
});
$("find").addEventListener("submit", (event) => { event.preventDefault(); if ($("words").value.trim()) search($("words").value); });
$("token-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", $("token").value.trim());
  const work = again;
  await learn();
  if (work !== learn) await guarded(work);
});
$("to-graph").addEventListener("click", (event) => {
  if (!sessionStorage.getItem("token")) return; // a link cannot bear a token
  event.preventDefault();
  guarded(async () => open_(URL.createObjectURL(await (await ask("graph.html")).blob())));
});

edit.query = /^#query=/.test(location.hash) ? decodeURIComponent(location.hash.slice(7)) : FIRST;
await learn();
document.documentElement.dataset.ready = "1";
