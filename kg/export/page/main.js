// The page as a whole: header, views, keys, and what happens on a change.
import { documents, edges, facts, label, things } from './model.js';
import { copy, el, icon } from './marks.js';
import * as picture from './canvas.js';
import { showCard } from './card.js';
import { way } from './find.js';
import { showFilters } from './filters.js';
import { listen } from './hands.js';
import { focusSearch, searchBox, searchWords } from './search.js';
import { showSource } from './source.js';
import { change, follow, onChange, pickEdge, pickThing, state, survey, undo } from './state.js';
import { showTable } from './table.js';
import { pageTitle, saveCsv, saveJsonld, savePng, saveSvg, saveTurtle } from './takeaway.js';
import { language, named, setLanguage, t } from './words.js';

const root = document.documentElement;
const VIEWS = ['graph', 'table', 'source'];
let seen = null;
let shown = {};

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

// ---- header and tabs

function header() {
  const isDark = root.dataset.theme === 'dark';
  const viewButton = (view) => el('button', { type: 'button', id: `view-${view}`, 'aria-pressed': String(state.view === view), onclick: () => change({ view }, { entered: true }) }, icon(view), el('span', {}, t(view)));
  document.getElementById('top').replaceChildren(
    el('div', { class: 'brand' }, el('span', { class: 'seal', 'aria-hidden': 'true' }, '政'), el('h1', { title: pageTitle() }, el('bdi', {}, pageTitle()))),
    searchBox,
    el('div', { class: 'views', role: 'group', 'aria-label': t('views') }, VIEWS.map(viewButton)),
    el('div', { class: 'prefs' }, takeMenu(),
      el('button', { type: 'button', id: 'theme', class: 'tool', title: isDark ? t('light') : t('dark'), 'aria-label': isDark ? t('light') : t('dark'), onclick: () => {
        const next = isDark ? 'light' : 'dark';
        setTheme(next);
        keep('theme', next);
        header();
        document.getElementById('theme').focus();
      } }, icon(isDark ? 'sun' : 'moon')),
      el('button', { type: 'button', id: 'language', class: 'tool', title: t('language'), 'aria-label': t('language'), onclick: () => {
        const next = language() === 'zh' ? 'en' : 'zh';
        keep('language', next);
        speak(next);
        document.getElementById('language').focus();
      } }, language() === 'zh' ? 'EN' : '中')));
  const tab = (id, name, isOn, action) => el('button', { type: 'button', id: `tab-${id}`, 'aria-pressed': String(isOn), onclick: action }, icon(name), el('span', {}, t(id)));
  const sheet = document.body.dataset.sheet;
  document.getElementById('tabs').replaceChildren(
    ...VIEWS.map((view) => tab(view, view, state.view === view && !sheet, () => { document.body.dataset.sheet = ''; change({ view }, { entered: true }); })),
    tab('filters', 'filters', sheet === 'filters', () => openSheet('filters')),
    tab('overview', 'search', sheet === 'card' && !state.thing && !state.edge && !state.path.length, () => { change({ thing: null, edge: null, path: [] }); openSheet('card'); }));
}

function openSheet(which) {
  document.body.dataset.sheet = document.body.dataset.sheet === which ? '' : which;
  header();
}

function takeMenu() {
  const item = (id, key, action) => el('button', { type: 'button', role: 'menuitem', id, onclick: async () => { close(); say(await action()); } }, t(key));
  const menu = el('div', { class: 'menu', role: 'menu', hidden: true }, item('take-png', 'takePng', () => t('saved', savePng(seen))), item('take-svg', 'takeSvg', () => t('saved', saveSvg(seen))),
    item('take-csv', 'takeCsv', () => t('saved', saveCsv(seen))), item('take-ttl', 'takeTtl', () => t('saved', saveTurtle(seen))), item('take-jsonld', 'takeJsonld', () => t('saved', saveJsonld(seen))), item('take-link', 'takeLink', async () => ((await copy(location.href)) ? t('copied') : t('notCopied'))));
  const opener = el('button', { type: 'button', id: 'take', class: 'tool wide', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': t('take'), onclick: () => (menu.hidden ? open() : close()) }, icon('take'), el('span', {}, t('take')));
  const open = () => { menu.hidden = false; opener.setAttribute('aria-expanded', 'true'); menu.firstChild.focus(); };
  const close = () => { menu.hidden = true; opener.setAttribute('aria-expanded', 'false'); };
  const holder = el('div', { class: 'holder', onkeydown: (event) => {
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement);
    if (event.key === 'Escape' && !menu.hidden) { close(); opener.focus(); event.stopPropagation(); }
    else if (event.key === 'ArrowDown' && at >= 0) items[(at + 1) % items.length].focus();
    else if (event.key === 'ArrowUp' && at >= 0) items[(at + items.length - 1) % items.length].focus();
    else return;
    event.preventDefault();
  } }, opener, menu);
  document.addEventListener('pointerdown', (event) => { if (!holder.contains(event.target)) close(); });
  return holder;
}

/** Say something to those who hear the page rather than see it; and show it for a moment. */
function say(text) {
  const box = document.getElementById('said');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(say.timer);
  say.timer = setTimeout(() => box.classList.remove('shown'), 2200);
}

// ---- a change

function render(hint) {
  seen = survey();
  const steps = state.path.length === 2 ? way(...state.path, seen.facts) : null;
  if (shown.focus !== state.focus || shown.steps !== state.steps) arrange();
  for (const view of VIEWS) document.getElementById(view).hidden = state.view !== view;
  showFilters(seen);
  showCard(seen, steps);
  picture.show(seen, state, steps);
  if (state.view === 'table') showTable(seen);
  if (state.view === 'source') showSource(hint);
  banner();
  const selected = state.thing || state.edge || state.path[0] || null;
  if (selected !== shown.selected || state.path.length !== shown.pathLength) {
    if (selected) document.body.dataset.sheet = state.path.length === 1 ? '' : 'card';
    else if (document.body.dataset.sheet === 'card') document.body.dataset.sheet = '';
    if (state.thing) say.silent = t('selected', label(state.thing), named(state.thing.kind), state.thing.degree);
    document.getElementById('said').textContent = state.thing ? say.silent : '';
  }
  header();
  picture.resize();
  if (hint.fit || shown.focus !== state.focus || (hint.moved && !selected)) picture.fit();
  if (steps) picture.fit(false, steps.flatMap((edge) => [edge.subject, edge.object]));
  else if ((hint.reveal || hint.moved) && state.thing) picture.reveal([state.thing]);
  else if ((hint.reveal || hint.moved) && state.edge) picture.reveal([state.edge.subject, state.edge.object]);
  shown = { focus: state.focus, steps: state.steps, selected, pathLength: state.path.length };
}

/** Above the picture: which neighbourhood this is, or that there is nothing. */
function banner() {
  let box = document.getElementById('banner');
  if (!box) {
    box = el('div', { id: 'banner' });
    document.getElementById('graph').append(box);
  }
  const button = (id, text, action) => el('button', { type: 'button', class: 'plain', id, onclick: action }, text);
  if (state.focus) {
    box.replaceChildren(el('span', {}, t('focused', label(state.focus), state.steps, seen.things.size)),
      button('wider', t('wider'), () => change({ steps: Math.min(4, state.steps + 1) }, { fit: true })), button('unfocus', t('unfocus'), () => change({ focus: null, steps: 1 }, { fit: true })));
  } else if (state.path.length === 1) {
    box.replaceChildren(el('span', {}, t('pathHint')), button('path-off', t('close'), () => change({ path: [], thing: state.path[0] })));
  } else if (!seen.things.size) box.replaceChildren(el('span', {}, t('nothingShown')));
  else box.replaceChildren();
  box.hidden = !box.childNodes.length;
}

/** In a neighbourhood things stand in rings around its middle, those of one relation side by side. */
function arrange() {
  const places = new Map(things.map((thing) => [thing, picture.home(thing)]));
  if (state.focus && seen.ball) {
    const under = new Map([...seen.ball.keys()].map((thing) => [thing, []]));
    const done = new Set([state.focus]);
    for (const [thing, depth] of seen.ball) {
      const links = thing.edges.filter((edge) => seen.facts.has(edge)).sort((a, b) => a.relation.id.localeCompare(b.relation.id) || (a.subject === thing) - (b.subject === thing));
      for (const edge of links) {
        const next = edge.subject === thing ? edge.object : edge.subject;
        if (!done.has(next) && seen.ball.get(next) === depth + 1) { done.add(next); under.get(thing).push(next); }
      }
    }
    rings(state.focus, under, places);
  }
  picture.settle(places);
}

function rings(middle, under, places) {
  const leaves = new Map();
  const weigh = (thing) => {
    const sum = under.get(thing).reduce((total, child) => total + weigh(child), 0);
    leaves.set(thing, Math.max(1, sum));
    return leaves.get(thing);
  };
  weigh(middle);
  const counts = [];
  const count = (thing, depth) => { counts[depth] = (counts[depth] || 0) + 1; under.get(thing).forEach((child) => count(child, depth + 1)); };
  count(middle, 0);
  const radii = [0];
  for (let d = 1; d < counts.length; d += 1) radii[d] = Math.max(radii[d - 1] + 150, (counts[d] * 66) / (2 * Math.PI));
  const wide = Math.sqrt(picture.proportion() * 1.15);
  const stand = (thing, depth, from, to) => {
    const angle = (from + to) / 2;
    places.set(thing, [Math.round(Math.cos(angle) * radii[depth] * wide), Math.round(Math.sin(angle) * radii[depth] / wide)]);
    let at = from;
    for (const child of under.get(thing)) {
      const share = ((to - from) * leaves.get(child)) / leaves.get(thing);
      stand(child, depth + 1, at, at + share);
      at += share;
    }
  };
  stand(middle, 0, -Math.PI / 2, Math.PI * 1.5);
}

// ---- keys of the whole page

function escape() {
  if (document.body.dataset.sheet === 'filters') openSheet('');
  else if (state.thing || state.edge || state.path.length) change({ thing: null, edge: null, path: [] });
  else if (state.focus) change({ focus: null, steps: 1 }, { fit: true });
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
listen({
  pick: (it) => { if (!it) { if (state.path.length !== 1) change({ thing: null, edge: null, path: [] }); } else if (it.facts) pickEdge(it); else pickThing(it); },
  focus: (thing) => change({ focus: thing, steps: 1, thing, edge: null, path: [] }, { fit: true }),
  open: () => document.getElementById('card-title').focus(),
});
speak(recall('language') || 'zh');
picture.colours();
render({ moved: location.hash.length > 1, entered: true });
window.zhengtu = Object.freeze({ where: picture.where, seen: () => ({ things: seen.things.size, edges: seen.edges.length }) });
root.dataset.ready = `${things.length} ${edges.length} ${facts.length} ${documents.length} `.trim();
