// The dates of facts, in steps fit to be drawn: years where there are many, else months or days.
import { documents, facts, whenOf } from './model.js';

const known = { issued: documents.map((document) => document.day), event: null };
const MOST = 48;

function dates(clock) {
  known.event ||= facts.map(whenOf);
  return known[clock].filter((date) => /^\d{4}/.test(date));
}

const cutting = { year: 4, month: 7, day: 10 };
const made = new Map();

/** The steps from the first date to the last, by a clock: ["2019", "2020" …] or ["2020-01" …]; days only as they occur. */
export function bins(clock) {
  if (!made.has(clock)) made.set(clock, steps(dates(clock)));
  return made.get(clock);
}

function steps(all) {
  if (!all.length) return [];
  const sorted = [...new Set(all)].sort();
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  const years = Number(last.slice(0, 4)) - Number(first.slice(0, 4)) + 1;
  const shortest = Math.min(...sorted.map((date) => date.length));
  if (years > 3 || shortest === 4) return years > MOST ? [...new Set(sorted.map((date) => date.slice(0, 4)))] : Array.from({ length: years }, (_, i) => String(Number(first.slice(0, 4)) + i));
  const unit = shortest === 10 && first.slice(0, 7) === last.slice(0, 7) ? 'day' : 'month';
  return [...new Set(sorted.map((date) => date.slice(0, cutting[unit])))];
}

export const unitOf = (all) => (all.length ? { 4: 'year', 7: 'month', 10: 'day' }[all[0].length] : 'year');

/** Whether a date falls into a step. */
export const inside = (bin, date) => date.startsWith(bin);

/** The clocks by which this graph has dates: of what is stated, and of publication. */
export const CLOCKS = ['event', 'issued'].filter((clock) => dates(clock).length);
