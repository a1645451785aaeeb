import { addDays, type Day, startOfWeek } from '../time/day';
import type { View } from './route';

/** Days shown, `to` not included. */
export interface Range {
  from: Day;
  to: Day;
}

const kAgendaDays = 28;
const kNarrowDays = 3;

/** How many days a step forward or back moves. */
export function stepOf(view: View, narrow: boolean): number {
  if (view === 'agenda') return kAgendaDays;
  return narrow ? kNarrowDays : 7;
}

/** The days a view shows around `day`: a whole week, or from that day on. */
export function rangeOf(view: View, day: Day, narrow: boolean, firstWeekday: number): Range {
  const length = stepOf(view, narrow);
  const from = length === 7 ? startOfWeek(day, firstWeekday) : day;
  return { from, to: addDays(from, length) };
}
