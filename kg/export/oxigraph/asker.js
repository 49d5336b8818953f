// Runs in a worker, joined to Oxigraph's own script: takes the graph once, then answers query after query.
const unzip = async (bytes) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
let store = null;

async function start({ engine, quads }) {
  const begin = performance.now();
  const [module, text] = await Promise.all([unzip(engine), unzip(quads)]);
  await __wbg_init({ module_or_path: module });
  store = new Store();
  store.load(text, { format: 'application/n-quads', no_transaction: true });
  // As in the graph itself: the default graph is the union of all, as a set.
  store.update('INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }');
  const size = store.query('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }')[0].get('n').value;
  return { ready: true, size: Number(size), ms: performance.now() - begin };
}

function answer({ query, form, most }) {
  const begin = performance.now();
  if (form === 'triples') {
    const lines = store.query(query, { results_format: 'application/n-triples' }).split('\n').filter(Boolean);
    const triples = [...new Set(lines)].sort();
    return { triples: triples.slice(0, most), total: triples.length, ms: performance.now() - begin };
  }
  const { head, results, boolean } = JSON.parse(store.query(query, { results_format: 'json' }));
  if (boolean !== undefined) return { truth: boolean, ms: performance.now() - begin };
  const rows = results.bindings.slice(0, most).map((row) => head.vars.map((name) => {
    const term = row[name];
    return term ? [term.type, typeof term.value === 'string' ? term.value : JSON.stringify(term.value), term['xml:lang'] || term.datatype || ''] : null;
  }));
  return { variables: head.vars, rows, total: results.bindings.length, ms: performance.now() - begin };
}

onmessage = async ({ data }) => {
  try {
    postMessage({ id: data.id, ...(data.engine ? await start(data) : answer(data)) });
  } catch (error) {
    postMessage({ id: data.id, error: String((error && error.message) || error) });
  }
};
