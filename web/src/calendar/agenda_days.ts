import type { CalendarEvent } from '../api/types';
import { addDays, type Day, daysBetween } from '../time/day';
import { type Span, spanOf } from './span';

/** One event on one day of the agenda. */
export interface AgendaEntry {
  event: CalendarEvent;
  span: Span;
  /** Which day of the event this is, from 1, and of how many. */
  dayNumber: number;
  dayCount: number;
}

export interface AgendaDay {
  day: Day;
  entries: AgendaEntry[];
}

/**
 * The days from `from` up to, not including, `to` that hold an event, in order, each with what
 * touches it: all-day events first, then by start. `always` is a day that is kept though empty.
 */
export function agendaDays(
  events: readonly CalendarEvent[],
  from: Day,
  to: Day,
  zone: string,
  always?: Day,
): AgendaDay[] {
  const byDay = new Map<Day, AgendaEntry[]>();
  if (always !== undefined && always >= from && always < to) byDay.set(always, []);
  for (const event of events) {
    const span = spanOf(event, zone);
    if (span === null) continue;
    const dayCount = daysBetween(span.firstDay, span.lastDay) + 1;
    let day = span.firstDay > from ? span.firstDay : from;
    while (day <= span.lastDay && day < to) {
      const entry = { event, span, dayNumber: daysBetween(span.firstDay, day) + 1, dayCount };
      const entries = byDay.get(day);
      if (entries === undefined) byDay.set(day, [entry]);
      else entries.push(entry);
      day = addDays(day, 1);
    }
  }
  return [...byDay.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, entries]) => ({ day, entries: entries.sort(compareEntries) }));
}

/** Whether the event fills this whole day. */
export function fillsDay(entry: AgendaEntry): boolean {
  return (
    entry.span.allDay ||
    (entry.dayCount > 2 && entry.dayNumber > 1 && entry.dayNumber < entry.dayCount)
  );
}

function compareEntries(a: AgendaEntry, b: AgendaEntry): number {
  const byKind = Number(fillsDay(b)) - Number(fillsDay(a));
  if (byKind !== 0) return byKind;
  if (a.span.start !== b.span.start) return a.span.start - b.span.start;
  if (a.span.end !== b.span.end) return b.span.end - a.span.end;
  return (a.event.summary ?? '').localeCompare(b.event.summary ?? '');
}
