// The editor: colours under a plain text area, words that complete, a mark where something is wrong.

import { offset, pieces } from "./tokens.js";

const MOST = 12;

/** Return an editor over the elements; the terms come later, by `teach`. */
export function editor({ area, colours, choices, run }) {
  let words = [], shown = [], chosen = 0, wrong = null;

  function paint() {
    colours.replaceChildren();
    let at = 0;
    for (const [kind, text] of pieces(area.value)) {
      colours.append(...piece(kind, text, at));
      at += text.length;
    }
    if (wrong !== null && wrong >= at) colours.append(mark(" "));
    colours.append("\n"); // a last empty line has its height
    area.style.height = `${Math.max(colours.scrollHeight, 100)}px`;
  }

  function piece(kind, text, at) {
    if (wrong === null || wrong < at || wrong >= at + text.length) return [span(kind, text)];
    const inside = wrong - at, one = String.fromCodePoint(text.codePointAt(inside));
    const around = [text.slice(0, inside), text.slice(inside + one.length)];
    return [span(kind, around[0]), mark(one === "\n" ? " \n" : one), span(kind, around[1])];
  }

  function typed() {
    wrong = null;
    paint();
    const before = area.value.slice(0, area.selectionStart).match(/[\p{L}\p{N}_:?-]+$/u)?.[0] ?? "";
    suggest(before);
  }

  function suggest(before) {
    const asked = before.toLowerCase();
    const fits = (word) => word.keys.some((key) => key.startsWith(asked));
    const holds = (word) => word.keys.some((key) => key.includes(asked));
    shown = asked.length < 1 || asked.startsWith("?") ? [] :
      [...new Set([...words.filter(fits), ...words.filter(holds)])].slice(0, MOST);
    if (shown.length === 1 && shown[0].text === before) shown = [];
    chosen = 0;
    offer(before);
  }

  function offer(before) {
    choices.hidden = !shown.length;
    if (!shown.length) return;
    choices.replaceChildren(...shown.map((word, number) => {
      const item = document.createElement("li");
      item.role = "option";
      item.setAttribute("aria-selected", String(number === chosen));
      const label = document.createElement("small");
      label.textContent = word.label;
      item.append(word.text, label);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(number); });
      return item;
    }));
    const place = caret(area.selectionStart - before.length);
    choices.style.left = `${Math.min(place.x, area.clientWidth - 260)}px`;
    choices.style.top = `${place.y}px`;
  }

  function caret(at) {
    // The colours hold the same text at the same places.
    const walker = document.createTreeWalker(colours, NodeFilter.SHOW_TEXT), range = document.createRange();
    let node = walker.nextNode(), left = at;
    while (node && left >= node.length) { left -= node.length; node = walker.nextNode(); }
    if (!node) return { x: 10, y: 30 };
    range.setStart(node, left);
    range.setEnd(node, left);
    const box = range.getBoundingClientRect(), home = area.getBoundingClientRect();
    return box.height ? { x: box.left - home.left, y: box.bottom - home.top } : { x: 10, y: 30 };
  }

  function take(number) {
    const start = area.value.slice(0, area.selectionStart).search(/[\p{L}\p{N}_:?-]+$/u);
    area.setRangeText(shown[number].text, start < 0 ? area.selectionStart : start, area.selectionStart, "end");
    close();
    paint();
    area.focus();
  }

  function close() { shown = []; choices.hidden = true; }

  function key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); close(); run(); return; }
    if (event.ctrlKey && event.key === " ") { event.preventDefault(); typed(); return; }
    if (!shown.length || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen = (chosen + step + shown.length) % shown.length;
      [...choices.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === chosen)));
      choices.children[chosen].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); take(chosen); }
    else if (event.key === "Escape") close();
  }

  area.addEventListener("input", (event) => { if (event.isComposing) paint(); else typed(); });
  area.addEventListener("compositionend", typed);
  area.addEventListener("keydown", key);
  area.addEventListener("blur", close);
  addEventListener("resize", paint);

  return {
    get query() { return area.value; },
    set query(text) { area.value = text; wrong = null; close(); paint(); },
    teach({ prefixes, terms }) {
      words = terms.map((term) => {
        const text = short(term.iri, prefixes);
        return { text, label: `${term.label} · ${term.english}`,
          keys: [text, text.split(":")[1] ?? text, term.label, term.english].map((k) => k.toLowerCase()) };
      });
      words.push({ text: "kg:matches", label: "全文搜索 · full text", keys: ["kg:matches", "matches", "搜索"] });
      for (const prefix of Object.keys(prefixes)) words.push({ text: `${prefix}:`, label: "前缀", keys: [`${prefix}:`] });
    },
    blame(line, column) { wrong = offset(area.value, line, column); paint(); area.setSelectionRange(wrong, wrong); area.focus(); },
    paint,
  };
}

/** Return an IRI with its prefix, if one fits. */
export function short(iri, prefixes) {
  let best = ["", ""];
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (iri.startsWith(start) && start.length > best[1].length) best = [prefix, start];
  }
  const local = iri.slice(best[1].length);
  return best[1] && /^[A-Za-z0-9_.-]+$/.test(local) ? `${best[0]}:${local}` : iri;
}

function span(kind, text) {
  const node = document.createElement("span");
  if (kind) node.className = kind;
  node.textContent = text;
  return node;
}

function mark(text) { const node = span("wrong", text); node.id = "wrong"; return node; }
