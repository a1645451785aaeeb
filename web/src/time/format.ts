import { locale } from '../text';
import { type Day, utcMidnight } from './day';

/** Dates and times as people read them, in the page's language. */

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let format = made.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    made.set(key, format);
  }
  return format;
}

/** "9:00" or "9:00 AM", as the language has it. */
export function formatTime(instant: number, zone: string): string {
  return formatter(zone, { timeStyle: 'short' }).format(instant);
}

/** "9:00 – 9:30" of one day. */
export function formatTimeRange(start: number, end: number, zone: string): string {
  const format = formatter(zone, { timeStyle: 'short' });
  return end > start ? `${format.format(start)} – ${format.format(end)}` : format.format(start);
}

/** The full hour, for the axis of the week: "9 AM" or "09:00". */
export function formatHour(hour: number): string {
  const twelve = formatter('UTC', { hour: 'numeric' }).resolvedOptions().hour12 === true;
  const options = twelve ? ({ hour: 'numeric' } as const) : ({ timeStyle: 'short' } as const);
  return formatter('UTC', options).format(Date.UTC(2000, 0, 1, hour));
}

/** "Tuesday 31 March 2026" */
export function formatDayLong(day: Day): string {
  return formatter('UTC', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(utcMidnight(day));
}

/** "Tue 31 Mar" */
export function formatDayShort(day: Day): string {
  return formatter('UTC', { weekday: 'short', day: 'numeric', month: 'short' }).format(
    utcMidnight(day),
  );
}

/** "Tue" */
export function formatWeekday(day: Day): string {
  return formatter('UTC', { weekday: 'short' }).format(utcMidnight(day));
}

/** "Tuesday" */
export function formatWeekdayLong(day: Day): string {
  return formatter('UTC', { weekday: 'long' }).format(utcMidnight(day));
}

/** "March 2026" */
export function formatMonth(day: Day): string {
  return formatter('UTC', { month: 'long', year: 'numeric' }).format(utcMidnight(day));
}

/** "30 March – 5 April 2026", both days included. */
export function formatDayRange(first: Day, last: Day): string {
  return formatter('UTC', { day: 'numeric', month: 'short', year: 'numeric' }).formatRange(
    utcMidnight(first),
    utcMidnight(last),
  );
}

/** The weekday a week begins with where the page's language is spoken: 0 for Sunday. */
export function firstWeekday(): number {
  type WithWeekInfo = Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  const asked = new Intl.Locale(locale) as WithWeekInfo;
  const info = asked.getWeekInfo?.() ?? asked.weekInfo;
  return (info?.firstDay ?? 1) % 7;
}
