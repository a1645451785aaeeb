import type { CalendarEvent } from '../api/types';
import { addDays, type Day, isDay } from '../time/day';
import { dayAt, startOfDay, wallClock } from '../time/zone';

/**
 * Where an event lies, seen from one zone. `start` and `end` are instants (end not included);
 * `firstDay` and `lastDay` are the dates it touches, both included.
 */
export interface Span {
  allDay: boolean;
  start: number;
  end: number;
  firstDay: Day;
  lastDay: Day;
}

/** The span of an event, or null when its times cannot be read. */
export function spanOf(event: CalendarEvent, zone: string): Span | null {
  const startDate = event.start?.date;
  if (typeof startDate === 'string') {
    if (!isDay(startDate)) return null;
    const endDate = event.end?.date;
    const end =
      typeof endDate === 'string' && endDate > startDate ? endDate : addDays(startDate, 1);
    return {
      allDay: true,
      start: startOfDay(startDate, zone),
      end: startOfDay(end, zone),
      firstDay: startDate,
      lastDay: addDays(end, -1),
    };
  }
  const start = Date.parse(event.start?.dateTime ?? '');
  if (Number.isNaN(start)) return null;
  const readEnd = Date.parse(event.end?.dateTime ?? '');
  const end = Number.isNaN(readEnd) ? start : Math.max(readEnd, start);
  const firstDay = dayAt(start, zone);
  // An event that ends at midnight does not touch the day that begins then.
  const lastDay = end > start ? dayAt(end - 1, zone) : firstDay;
  return { allDay: false, start, end, firstDay, lastDay };
}

/** What the week grid draws: wall-clock times without an offset. */
export interface GridPlace {
  allDay: boolean;
  start: string;
  end: string;
}

const kDayMs = 86_400_000;
const kLeastShownMs = 30 * 60_000;

/**
 * The place of a span in a grid of wall-clock time. A timed event of a day or more goes to the
 * all-day row. One that would end before it begins, since clocks went back during it, keeps its
 * real length.
 */
export function gridPlace(span: Span, zone: string): GridPlace {
  if (span.allDay || span.end - span.start >= kDayMs) {
    return { allDay: true, start: span.firstDay, end: addDays(span.lastDay, 1) };
  }
  const start = wallClock(span.start, zone);
  let end = wallClock(span.end, zone);
  if (end <= start) {
    const length = Math.max(span.end - span.start, kLeastShownMs);
    end = new Date(Date.parse(`${start}Z`) + length).toISOString().slice(0, 19);
  }
  return { allDay: false, start, end };
}
