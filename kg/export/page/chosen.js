// The card of several chosen things: what they are, what links them, what can be done with them all.
import { label, other } from './model.js';
import { el, mark } from './marks.js';
import { closer, evidence, thingLink } from './evidence.js';
import { change, choose, clear, state } from './state.js';
import { named, t } from './words.js';

const FEW = 40;

export function chosenCard(seen) {
  const all = [...state.chosen];
  const among = seen.edges.filter((edge) => state.chosen.has(edge.subject) && state.chosen.has(edge.object));
  const button = (id, text, action) => el('button', { type: 'button', class: 'button', id: `chosen-${id}`, onclick: action }, text);
  const rest = [...seen.things].filter((thing) => !state.chosen.has(thing));
  return [
    el('div', { class: 'head' }, el('div', { class: 'over' }, el('span', { class: 'kind' }, t('chosen')), closer(() => clear(), 'card-close')),
      el('h2', { tabindex: '-1', id: 'card-title' }, t('nThings', all.length)),
      el('div', { class: 'buttons' },
        state.many && el('p', { class: 'hint' }, t('chooseHint')),
        button('only', t('onlyChosen'), () => change({ hidden: new Set([...state.hidden, ...rest.map((thing) => thing.id)]), chosen: new Set() }, { fit: true })),
        button('hide', t('hide'), () => change({ hidden: new Set([...state.hidden, ...all.map((thing) => thing.id)]), chosen: new Set() })),
        button('grow', t('grow'), () => choose(...all, ...all.flatMap((thing) => thing.edges.filter((edge) => seen.facts.has(edge)).map((edge) => other(edge, thing))).filter((thing) => seen.things.has(thing)))),
        all.length === 2 && button('path', t('pathFrom'), () => change({ path: all, chosen: new Set(), way: 0 }, { fit: true })))),
    el('section', {}, el('ul', { class: 'list' }, all.slice(0, FEW).map((thing) => el('li', {}, mark(thing.kind, 13), el('bdi', { class: 'chosen-name' }, label(thing)), el('span', { class: 'side n' }, named(thing.kind)),
      el('button', { type: 'button', class: 'plain', 'aria-label': t('drop', label(thing)), onclick: () => choose(thing) }, '✕')))), all.length > FEW && el('p', { class: 'note' }, t('unlisted', all.length - FEW))),
    el('section', {}, el('h3', {}, t('among'), el('span', { class: 'n' }, String(among.length))),
      among.length ? among.slice(0, FEW).map((edge) => el('article', { class: 'fact' }, el('h4', { class: 'triple' }, thingLink(edge.subject), el('span', { class: 'relation' }, named(edge.relation)), thingLink(edge.object)),
        seen.facts.get(edge).slice(0, 1).map((fact) => evidence(fact)))) : el('p', { class: 'note' }, t('noneAmong')), among.length > FEW && el('p', { class: 'note' }, t('unlisted', among.length - FEW)))];
}
