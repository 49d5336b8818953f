// The page as a whole: header, views, keys, and what happens on a change.
import { documents, edges, facts, groups, label, things } from './model.js';
import { el } from './marks.js';
import { arrange, isFront } from './arrange.js';
import * as picture from './canvas.js';
import { expand, showCard } from './card.js';
import { names, ways } from './find.js';
import { rebuild, showFilters } from './filters.js';
import { listen } from './hands.js';
import { beginHeader, header, openSheet } from './header.js';
import { clearMarks, run, showQuery } from './query.js';
import { focusSearch, searchWords } from './search.js';
import { showSource } from './source.js';
import { change, choose, chooseMore, clear, follow, link, onChange, pickEdge, pickThing, state, undo } from './state.js';
import { survey } from './survey.js';
import { showTable } from './table.js';
import { pageTitle } from './takeaway.js';
import { named, setLanguage, t } from './words.js';

const root = document.documentElement;
let seen = null;
let shown = { focus: null, group: null, steps: 1, selected: null, pathLength: 0 };

// ---- preferences: kept where the browser allows it

function recall(key) {
  try { return localStorage.getItem(`zhengtu-${key}`); } catch { return null; }
}
function keep(key, value) {
  try { localStorage.setItem(`zhengtu-${key}`, value); } catch { /* private windows keep nothing */ }
}

function setTheme(theme) {
  root.dataset.theme = theme;
  picture.colours();
}

function speak(code) {
  setLanguage(code);
  root.lang = code === 'en' ? 'en' : 'zh-CN';
  document.title = `${pageTitle()} · ${t('product')}`;
  document.getElementById('skip').textContent = t('skip');
  document.getElementById('filters').setAttribute('aria-label', t('filters'));
  searchWords();
  picture.words(undo);
  header();
  if (seen) render({});
}

// ---- a change

function render(hint) {
  seen = survey();
  const found = state.path.length === 2 ? ways(...state.path, seen.facts) : null;
  const steps = found && (found[state.way] || found[0] || null);
  if (shown.focus !== state.focus || shown.steps !== state.steps || picture.sight.front !== isFront() || (isFront() && [...seen.things].some((thing) => !thing.front))) arrange(seen);
  for (const view of ['graph', 'table', 'source', 'query']) document.getElementById(view).hidden = state.view !== view;
  showFilters(seen);
  showCard(seen, found);
  picture.show(seen, state, steps);
  if (state.view === 'table') showTable(seen);
  if (state.view === 'source') showSource(hint);
  if (state.view === 'query') showQuery(hint);
  else if (hint.moved && state.asked && !state.marked.size) run();
  banner();
  const selected = state.thing || state.edge || state.path[0] || (state.chosen.size ? state.chosen : null);
  if (selected !== shown.selected || state.path.length !== shown.pathLength) announce(selected);
  header();
  picture.resize();
  if (hint.fit || shown.focus !== state.focus || shown.group !== state.group || (hint.moved && !selected)) picture.fit();
  if (steps) picture.fit(false, steps.flatMap((edge) => [edge.subject, edge.object]));
  else if (hint.fitMarked) picture.fit(false, [...state.marked].filter((thing) => seen.things.has(thing)));
  else if ((hint.reveal || hint.moved) && state.thing) picture.reveal([state.thing]);
  else if ((hint.reveal || hint.moved) && state.edge) picture.reveal([state.edge.subject, state.edge.object]);
  shown = { focus: state.focus, group: state.group, steps: state.steps, selected, pathLength: state.path.length };
}

/** Open the card on a phone; tell those who hear the page what is selected. */
function announce(selected) {
  if (selected) document.body.dataset.sheet = state.path.length === 1 || state.chosen.size ? '' : 'card';
  else if (document.body.dataset.sheet === 'card') document.body.dataset.sheet = '';
  document.getElementById('said').textContent = state.thing ? t('selected', label(state.thing), named(state.thing.kind), state.thing.degree)
    : state.chosen.size ? t('chosenSaid', state.chosen.size) : '';
}

/** Above the picture: which neighbourhood this is, or that there is nothing. */
function banner() {
  let box = document.getElementById('banner');
  if (!box) {
    box = el('div', { id: 'banner' });
    document.getElementById('graph').append(box);
  }
  const parts = notice();
  rebuild(box, parts);
  box.hidden = !parts.length;
}

function notice() {
  const button = (id, text, action) => el('button', { type: 'button', class: 'plain', id, onclick: action }, text);
  const said = (text) => el('span', {}, text);
  if (state.focus) {
    return [said(t('focused', label(state.focus), state.steps, seen.things.size)),
      state.steps > 1 && button('narrower', t('narrower'), () => change({ steps: state.steps - 1 }, { fit: true })),
      state.steps < 4 && button('wider', t('wider'), () => change({ steps: state.steps + 1 }, { fit: true })),
      button('unfocus', t('unfocus'), () => change({ focus: null, steps: 1 }, { fit: true }))];
  }
  if (state.path.length === 1) return [said(t('pathHint')), button('path-off', t('close'), () => change({ path: [], thing: state.path[0] }))];
  if (state.marked.size && state.asked) {
    const away = [...state.marked].filter((thing) => !seen.things.has(thing));
    return [said(t('markedIn', state.marked.size)),
      away.length > 0 && button('show-away', t('showAway', away.length), () => change({ added: new Set([...state.added, ...away.map((thing) => thing.id)]) }, { fitMarked: true })),
      button('back-to-query', t('query'), () => change({ view: 'query' })), button('unmark', t('unmark'), clearMarks)];
  }
  if (state.group !== null) {
    return [said(t('grouped', groups[state.group].things.slice(0, 2).map(label).join(t('comma')), seen.things.size)),
      button('ungroup', t('unfocus'), () => change({ group: null }, { fit: true }))];
  }
  return seen.things.size ? [] : [said(t('nothingShown'))];
}

// ---- keys of the whole page

function escape() {
  if (document.body.dataset.sheet === 'filters') openSheet('');
  else if (state.thing || state.edge || state.path.length || state.chosen.size) clear();
  else if (state.focus) change({ focus: null, steps: 1 }, { fit: true });
  else if (state.group !== null) change({ group: null }, { fit: true });
  else if (state.view !== 'graph') change({ view: 'graph' });
}

document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) && document.activeElement.type !== 'checkbox' && document.activeElement.type !== 'range';
  if (event.key === 'Escape' && !typing) escape();
  else if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); focusSearch(); }
  else if (event.key === 'z' && (event.ctrlKey || event.metaKey) && !typing) { event.preventDefault(); undo(); }
});
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  change({ view: 'table' });
  document.getElementById('list-facts').focus();
});

// ---- begin

onChange((hint) => render(hint));
follow(location.hash);
root.dataset.theme = recall('theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
document.body.dataset.sheet = '';
picture.begin();
beginHeader({ seen: () => seen, theme: (name) => { setTheme(name); keep('theme', name); }, speak: (code) => { keep('language', code); speak(code); } });
listen({
  pick: (it) => { if (!it) { if (state.path.length !== 1) clear(); } else if (it.facts) pickEdge(it); else pickThing(it); },
  focus: (thing) => change({ focus: thing, steps: 1, thing, edge: null, path: [] }, { fit: true }),
  choose,
  more: chooseMore,
  expand: (thing) => expand(thing, seen),
  open: () => document.getElementById('card-title').focus(),
});
speak(recall('language') || 'zh');
picture.colours();
render({ moved: location.hash.length > 1, entered: true });
window.zhengtu = Object.freeze({ where: picture.where, link: () => decodeURIComponent(link()), seen: () => ({ things: seen.things.size, edges: seen.edges.length, marked: state.marked.size }) });
root.dataset.ready = `${things.length} ${edges.length} ${facts.length} ${documents.length} `.trim();
// What searching needs is prepared while the reader looks around.
(globalThis.requestIdleCallback || setTimeout)(() => names());
