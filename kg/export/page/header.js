// The header with views, export and preferences; the tabs that stand for it on a phone.
import { copy, el, icon } from './marks.js';
import { clear, change, state } from './state.js';
import { pageTitle, saveCsv, saveJsonld, savePng, saveSvg, saveTurtle, scope } from './takeaway.js';
import { searchBox } from './search.js';
import { language, t } from './words.js';
import { manual } from './asking.js';
import { rebuild } from './filters.js';

export const VIEWS = ['graph', 'table', 'source', ...(manual ? ['query'] : [])];
const root = document.documentElement;
let act = {};
let isOpen = false;

/** Make the header; `actions` are seen(), theme(name), speak(language). It is made once: what is in focus keeps it. */
export function beginHeader(actions) {
  act = actions;
  document.getElementById('top').append(
    el('div', { class: 'brand' }, el('span', { class: 'seal', 'aria-hidden': 'true' }, '政'), el('h1', {})), searchBox,
    el('div', { class: 'views', role: 'group' }), el('div', { class: 'prefs' }, el('div', { class: 'holder', onkeydown: walk }), el('span', { class: 'two' })));
  document.addEventListener('pointerdown', (event) => { if (isOpen && !event.target.closest('.holder')) openMenu(false); });
}

/** Bring words and marks of the header up to date. */
export function header() {
  const top = document.getElementById('top');
  const isDark = root.dataset.theme === 'dark';
  top.querySelector('h1').replaceChildren(el('bdi', { title: pageTitle() }, pageTitle()));
  const views = top.querySelector('.views');
  views.setAttribute('aria-label', t('views'));
  rebuild(views, VIEWS.map((view) => el('button', { type: 'button', id: `view-${view}`, 'aria-pressed': String(state.view === view), onclick: () => change({ view }, { entered: true }) }, icon(view), el('span', {}, t(view)))));
  rebuild(top.querySelector('.holder'), takeMenu());
  const other = isDark ? 'light' : 'dark';
  rebuild(top.querySelector('.two'),
    el('button', { type: 'button', id: 'theme', class: 'tool', title: t(other), 'aria-label': t(other), onclick: () => { act.theme(other); header(); } }, icon(isDark ? 'sun' : 'moon')),
    el('button', { type: 'button', id: 'language', class: 'tool', title: t('language'), 'aria-label': `${language() === 'zh' ? 'EN' : '中'} – ${t('language')}`, onclick: () => act.speak(language() === 'zh' ? 'en' : 'zh') }, language() === 'zh' ? 'EN' : '中'));
  tabs();
}

function tabs() {
  const tab = (id, name, isOn, action) => el('button', { type: 'button', id: `tab-${id}`, 'aria-pressed': String(isOn), onclick: action }, icon(name), el('span', {}, t(id)));
  const sheet = document.body.dataset.sheet;
  const bar = document.getElementById('tabs');
  bar.setAttribute('aria-label', t('views'));
  rebuild(bar,
    ...VIEWS.map((view) => tab(view, view, state.view === view && !sheet, () => { document.body.dataset.sheet = ''; change({ view }, { entered: true }); })),
    tab('filters', 'filters', sheet === 'filters', () => openSheet('filters')),
    tab('overview', 'search', sheet === 'card' && !state.thing && !state.edge && !state.path.length, () => { clear(); openSheet('card'); }));
}

export function openSheet(which) {
  document.body.dataset.sheet = document.body.dataset.sheet === which ? '' : which;
  header();
}

// ---- what can be taken away

const ITEMS = [
  ['take-png', 'takePng', () => savePng(act.seen())], ['take-svg', 'takeSvg', () => saveSvg(act.seen())],
  ['take-csv', 'takeCsv', () => saveCsv(scope(act.seen()))], ['take-ttl', 'takeTtl', () => saveTurtle(scope(act.seen()))],
  ['take-jsonld', 'takeJsonld', () => saveJsonld(scope(act.seen()))],
];

function takeMenu() {
  const item = (id, key, action) => el('button', { type: 'button', role: 'menuitem', tabindex: '-1', id, onclick: async () => { openMenu(false); say(await action()); } }, t(key));
  return [
    el('button', { type: 'button', id: 'take', class: 'tool wide', 'aria-haspopup': 'menu', 'aria-expanded': String(isOpen), 'aria-label': t('take'), onclick: () => openMenu(!isOpen) }, icon('take'), el('span', {}, t('take'))),
    el('div', { class: 'menu', role: 'menu', 'aria-label': t('take'), hidden: !isOpen },
      ITEMS.map(([id, key, action]) => item(id, key, () => t('saved', action()))),
      item('take-link', 'takeLink', async () => ((await copy(location.href)) ? t('copied') : t('notCopied'))))];
}

function openMenu(on) {
  isOpen = on;
  document.querySelector('.holder .menu').hidden = !on;
  document.getElementById('take').setAttribute('aria-expanded', String(on));
  if (on) document.getElementById('take-png').focus();
}

function walk(event) {
  const items = [...event.currentTarget.querySelectorAll('[role=menuitem]')];
  const at = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape' && isOpen) { openMenu(false); document.getElementById('take').focus(); }
  else if (step && at >= 0) items[(at + step + items.length) % items.length].focus();
  else if (event.key === 'Tab' && isOpen) { openMenu(false); return; }
  else return;
  event.stopPropagation();
  event.preventDefault();
}

/** Say something to those who hear the page rather than see it; and show it for a moment. */
export function say(text) {
  const box = document.getElementById('said');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(say.timer);
  say.timer = setTimeout(() => box.classList.remove('shown'), 2200);
}
