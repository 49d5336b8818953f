// The legend that filters: classes, relations, status, documents and confidence, each with what it would show.
import { facts, first, isCrowd, things, total } from './model.js';
import { el, icon, mark } from './marks.js';
import { OPTIONS, PLAIN, change, isFiltered, state } from './state.js';
import { counts } from './survey.js';
import { CLOCKS, bins, inside, unitOf } from './dates.js';
import { named, t } from './words.js';

const panel = document.getElementById('filters');
const folded = new Set();
const MOST = 60;

/** Rebuild a part of the page without losing the reader's place and focus in it. */
export function rebuild(container, ...children) {
  const focus = document.activeElement && container.contains(document.activeElement) ? document.activeElement.id : '';
  // Asking where something is scrolled to costs a layout: not of what is empty, and not in vain.
  const top = container.firstChild ? (container.querySelector('.scroll') || container).scrollTop : 0;
  container.replaceChildren(...children.flat(9).filter(Boolean));
  if (top) (container.querySelector('.scroll') || container).scrollTop = top;
  const again = focus && document.getElementById(focus);
  if (again) again.focus({ preventScroll: true });
}

export function showFilters(seen) {
  const found = counts();
  rebuild(panel, el('div', { class: 'scroll' },
    el('div', { class: 'sheet-head' }, el('h2', {}, t('filters')), el('button', { type: 'button', class: 'tool', id: 'filters-close', 'aria-label': t('close'), onclick: () => { document.body.dataset.sheet = ''; } }, icon('close'))),
    section('kind', found, t('kinds'), (kind) => mark(kind), (kind) => kind.count > 0),
    extras(seen),
    section('relation', found, t('relations'), null, () => true),
    OPTIONS.status.length > 1 && section('status', found, t('statuses'), (status) => dash(status.id), () => true),
    confidence(),
    time(found.time),
    OPTIONS.document.length > 1 && section('document', found, t('documents'), null, () => true)),
  el('div', { class: 'foot' },
    el('span', {}, t('shown', seen.things.size, total, seen.edges.reduce((sum, edge) => sum + seen.facts.get(edge).length, 0), facts.length)),
    el('button', { type: 'button', class: 'plain', id: 'reset', disabled: !isFiltered() && !state.hidden.size, onclick: reset }, t('reset'))));
}

function reset() {
  change({ off: { kind: new Set(), relation: new Set(), document: new Set() }, least: 0, since: '', until: '', hidden: new Set(),
    status: new Set(PLAIN) });
}

function section(which, counted, title, picture, isShown) {
  const options = OPTIONS[which].filter(isShown);
  const found = counted[which];
  const isOn = (id) => (which === 'status' ? state.status.has(id) : !state.off[which].has(id));
  const set = (on) => {
    if (which === 'status') change({ status: new Set(['', ...on]) });
    else change({ off: { ...state.off, [which]: new Set(OPTIONS[which].map((it) => it.id).filter((id) => !on.includes(id))) } });
  };
  const ids = options.map((it) => it.id);
  const on = ids.filter(isOn);
  const sorted = which === 'relation' || which === 'document' ? [...options].sort((a, b) => (found.get(b.id) || 0) - (found.get(a.id) || 0)) : options;
  const rest = sorted.length - MOST;
  const rows = sorted.slice(0, MOST).map((it) => {
    const name = which === 'document' ? it.title : named(it);
    const id = `${which}-${it.id}`;
    const count = found.get(it.id) || 0;
    return el('div', { class: `row${isOn(it.id) ? '' : ' off'}${count ? '' : ' zero'}` },
      el('label', { for: id },
        checkbox(id, isOn(it.id), () => set(isOn(it.id) ? on.filter((x) => x !== it.id) : [...on, it.id])),
        picture && picture(it), el('bdi', { class: 'text', title: name }, name), el('span', { class: 'n' }, which === 'kind' && count < it.count ? `${count}/${it.count}` : String(count))),
      el('button', { type: 'button', class: 'only', id: `${id}-only`, title: t('onlyThis', name), 'aria-label': t('onlyThis', name), onclick: () => set([it.id]) }, t('only')));
  });
  const whole = on.length === ids.length;
  return el('div', { class: 'grouped' },
    el('details', { class: 'group', id: `group-${which}`, open: !folded.has(which), ontoggle: (event) => { if (event.target.open) folded.delete(which); else folded.add(which); } },
      el('summary', {}, el('h2', {}, title)), el('div', { class: 'rows' }, rows, rest > 0 && el('p', { class: 'note' }, t('unlisted', rest)))),
    el('button', { type: 'button', class: 'plain', id: `${which}-all`, 'aria-label': `${title}: ${whole ? t('none') : t('all')}`, onclick: () => set(whole ? [] : ids) }, whole ? t('none') : t('all')));
}

function checkbox(id, on, action) {
  const box = el('input', { type: 'checkbox', id, onchange: action });
  box.checked = on;
  return box;
}

function dash(status) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('width', '20');
  svg.setAttribute('height', '8');
  svg.setAttribute('class', `dash ${status}`);
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', 'M0 4H20');
  svg.append(line);
  return svg;
}

function extras(seen) {
  const parts = [];
  if (total > things.length) parts.push(el('p', { class: 'note' }, t('top', things.length, total)));
  if (isCrowd && !state.focus && state.group === null) {
    parts.push(el('p', { class: 'note' }, state.whole ? t('nThings', things.length) : t('crowd', first.size, things.length)),
      toggle('whole', t('whole'), state.whole, () => change({ whole: !state.whole }, { fit: true })));
  }
  if (seen.lonely) parts.push(toggle('lonely', t('lonely'), state.lonely, () => change({ lonely: !state.lonely }, { fit: true }), seen.lonely));
  if (state.hidden.size) {
    parts.push(el('div', { class: 'row' }, el('label', {}, el('span', { class: 'text' }, t('hidden', state.hidden.size))),
      el('button', { type: 'button', class: 'plain', id: 'unhide', onclick: () => change({ hidden: new Set() }) }, t('unhide'))));
  }
  if (state.folded.size) {
    parts.push(el('div', { class: 'row' }, el('label', {}, el('span', { class: 'text' }, t('folded', state.folded.size))),
      el('button', { type: 'button', class: 'plain', id: 'unfold', onclick: () => change({ folded: new Set() }) }, t('unhide'))));
  }
  if (state.added.size && isCrowd) {
    parts.push(el('div', { class: 'row' }, el('label', {}, el('span', { class: 'text' }, t('added', state.added.size))),
      el('button', { type: 'button', class: 'plain', id: 'unadd', onclick: () => change({ added: new Set() }) }, t('unadd'))));
  }
  return parts.length ? el('div', { class: 'extras' }, parts) : null;
}

const toggle = (id, text, on, action, count) => el('div', { class: 'row' },
  el('label', { for: id }, checkbox(id, on, action), el('span', { class: 'text' }, text), count != null && el('span', { class: 'n' }, String(count))));

function confidence() {
  const bins = Array.from({ length: 20 }, () => 0);
  for (const fact of facts) if (state.status.has(fact.status)) bins[Math.min(19, Math.floor(fact.confidence * 20 + 1e-9))] += 1;
  const most = Math.max(1, ...bins);
  const output = el('output', { for: 'least' }, state.least.toFixed(2));
  const slide = (passing) => (event) => change({ least: Number(event.target.value) }, { passing });
  const range = el('input', { type: 'range', id: 'least', min: '0', max: '1', step: '0.05', 'aria-label': t('confidence'), oninput: slide(true), onchange: slide(false) });
  range.value = String(state.least);
  return el('div', { class: 'group' }, el('h2', {}, el('span', {}, t('confidence')), output),
    el('div', { class: 'bars', 'aria-hidden': 'true' }, bins.map((n, i) => {
      const bar = el('i', { class: i / 20 + 0.001 < state.least ? 'out' : '' });
      bar.style.height = `${n ? 3 + (n / most) * 21 : 1}px`;
      return bar;
    })), range);
}

/** From when to when, by what a fact states or by when it was published; the bars are what the other filters leave. */
function time(found) {
  if (!CLOCKS.some((clock) => bins(clock).length)) return null;
  const all = bins(state.clock);
  const unit = unitOf(all);
  const sums = all.map((bin) => [...found].reduce((sum, [date, n]) => sum + (date && inside(bin, date) ? n : 0), 0));
  const most = Math.max(1, ...sums);
  const select = (key, bound) => {
    const box = el('select', { id: key, 'aria-label': t(key), onchange: (event) => change({ [key]: event.target.value }) },
      el('option', { value: '' }, t(bound)), all.map((bin) => el('option', { value: bin }, bin)));
    if (state[key] && !all.includes(state[key])) box.append(el('option', { value: state[key] }, state[key]));
    box.value = state[key];
    return box;
  };
  const undated = found.get('') || 0;
  const isOut = (bin) => (state.since && bin < state.since) || (state.until && bin > state.until);
  return el('div', { class: 'group', id: 'group-time' }, el('h2', {}, el('span', {}, t('when')),
    CLOCKS.length > 1 && el('button', { type: 'button', class: 'plain', id: 'clock', onclick: () => change({ clock: state.clock === 'event' ? 'issued' : 'event', since: '', until: '' }) }, t(`clock-${state.clock}`))),
  all.length > 1 && el('div', { class: 'bars tall', 'aria-hidden': 'true' }, all.map((bin, i) => {
    const bar = el('i', { class: isOut(bin) ? 'out' : '', title: `${bin}: ${sums[i]}`, onclick: () => change({ since: bin, until: bin }) });
    bar.style.height = `${sums[i] ? 3 + (sums[i] / most) * 21 : 1}px`;
    return bar;
  })),
  el('div', { class: 'span', 'data-unit': unit }, select('since', 'earliest'), el('span', { 'aria-hidden': 'true' }, '–'), select('until', 'latest')),
  undated > 0 && (state.since || state.until) && toggle('undated', t('undated'), state.undated, () => change({ undated: !state.undated }), undated));
}
