// The page asks its own graph: Oxigraph in a worker, started when first used, ended when a query runs away.
import { form, prefixed } from './tokens.js';

const held = document.getElementById('asking');
/** Prefixes, questions and terms, and how much of the graph was left out; null in a page without SPARQL. */
export const manual = held && JSON.parse(held.textContent);
export const MOST = 5000;

let worker = null;
let ready = null; // a promise of the worker's readiness
let turn = 0;
const waiting = new Map();

const bytes = (id) => {
  const text = document.getElementById(id).textContent;
  return Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
};

/** Load engine and graph; resolves to { size, ms }, and at once when that is done. */
export function start() {
  ready ||= new Promise((resolve, reject) => {
    const script = document.getElementById('engine-script').textContent;
    const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    worker = new Worker(address);
    worker.onmessage = ({ data }) => {
      const { resolve: done, reject: fail } = waiting.get(data.id) || {};
      waiting.delete(data.id);
      if (data.error) fail?.(new Error(data.error));
      else done?.(data);
    };
    worker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message || 'worker')); stop(); };
    const [engine, quads] = [bytes('engine'), bytes('quads')];
    send({ engine, quads }, [engine.buffer, quads.buffer]).then(resolve, reject);
  });
  ready.catch(() => { ready = null; });
  return ready;
}

function send(message, moved = []) {
  turn += 1;
  const id = turn;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, ...message }, moved);
  });
}

/** Answer a query; fails with an Error whose message tells line and column as the reader wrote them. */
export async function ask(query) {
  await start();
  const { text, shift } = prefixed(query, manual.prefixes);
  try {
    return await send({ query: text, form: form(query), most: MOST });
  } catch (error) {
    // The first line is longer by the prefixes than the reader's own.
    throw new Error(error.message.replace(/\b1:(\d+)/g, (_, column) => `1:${Math.max(1, column - shift)}`));
  }
}

/** End the worker with whatever it is doing; the next question starts another. */
export function stop() {
  worker?.terminate();
  worker = null;
  ready = null;
  for (const { reject } of waiting.values()) reject(new Error('stopped'));
  waiting.clear();
}
