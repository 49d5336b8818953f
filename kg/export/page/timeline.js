// The dated facts that are seen, in the order of time, under a row of bars to choose from.
import { label } from './model.js';
import { el } from './marks.js';
import { badge, quote, sureness, thingLink } from './evidence.js';
import { CLOCKS, bins, inside, unitOf } from './dates.js';
import { change, pickEdge, state } from './state.js';
import { dateOf } from './survey.js';
import { named, t } from './words.js';

/** What stands in the panel: bars of facts a step of time, then the facts, step by step; `most` of them. */
export function timeline(facts, most) {
  const dated = facts.map((fact, i) => [dateOf(fact), i, fact]).filter(([date]) => date)
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]));
  const all = bins(state.clock);
  const sums = all.map((bin) => dated.filter(([date]) => inside(bin, date)).length);
  const most_ = Math.max(1, ...sums);
  const clock = CLOCKS.length > 1 && el('div', { class: 'clocks', role: 'group', 'aria-label': t('when') }, CLOCKS.map((which) => (
    el('button', { type: 'button', class: 'button', id: `by-${which}`, 'aria-pressed': String(state.clock === which), onclick: () => change({ clock: which, since: '', until: '' }) }, t(`clock-${which}`)))));
  const isOn = (bin) => state.since === bin && state.until === bin;
  const bars = el('ol', { class: `timebars${all.length > 14 ? ' many' : ''}`, 'aria-label': t('timeline') }, all.map((bin, i) => {
    const bar = el('i', { 'aria-hidden': 'true' });
    bar.style.height = `${sums[i] ? 4 + (sums[i] / most_) * 60 : 1}px`;
    return el('li', {}, el('button', { type: 'button', id: `bar-${bin}`, 'aria-pressed': String(isOn(bin)),
      onclick: () => change(isOn(bin) ? { since: '', until: '' } : { since: bin, until: bin }) }, el('small', {}, String(sums[i])), el('span', { class: 'unseen' }, t('facts')), bar, el('span', {}, bin)));
  }));
  if (!dated.length) return [clock, all.length > 1 && bars, el('p', { class: 'note padded' }, t('noDates'))];
  const groups = new Map();
  const length = { year: 4, month: 7, day: 10 }[unitOf(all)];
  for (const [date, , fact] of dated.slice(0, most)) {
    const key = date.slice(0, length);
    groups.set(key, [...(groups.get(key) || []), [date, fact]]);
  }
  return [clock, bars, el('div', { class: 'moments' }, [...groups].map(([step, list]) => el('section', {}, el('h2', {}, step, el('span', { class: 'n' }, String(sums[all.indexOf(step)] ?? list.length))),
    list.map(([date, fact]) => el('article', { class: 'fact' },
      el('h3', {}, el('time', { datetime: date }, date), el('span', { class: 'triple' }, thingLink(fact.subject), el('button', { type: 'button', class: 'relation', 'aria-label': `${label(fact.subject)} ${named(fact.relation)} ${label(fact.object)}`, onclick: () => pickEdge(fact.edge, { reveal: true }) }, named(fact.relation)), thingLink(fact.object)), badge(fact), sureness(fact.confidence)),
      quote([fact], true))))))];
}
