/** A calendar date as "YYYY-MM-DD", years 0001 to 9999: text, so that dates compare and key maps. */
export type Day = string;

const kDayMs = 86_400_000;
const kFirst = '0001-01-01';
const kLast = '9999-12-31';

/** Whether the text is a date that exists ("2026-02-30" is none). */
export function isDay(text: string): text is Day {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < kFirst) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** The instant at which the date begins in UTC, in milliseconds since 1970. */
export function utcMidnight(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** The date `count` days later (earlier when negative), kept within years 0001 to 9999. */
export function addDays(day: Day, count: number): Day {
  const ms = utcMidnight(day) + count * kDayMs;
  const least = utcMidnight(kFirst);
  const most = utcMidnight(kLast);
  return new Date(Math.min(Math.max(ms, least), most)).toISOString().slice(0, 10);
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((utcMidnight(to) - utcMidnight(from)) / kDayMs);
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(day: Day): number {
  return new Date(utcMidnight(day)).getUTCDay();
}

/** The first day of the week that holds `day`, where weeks begin on `firstWeekday` (0 = Sunday). */
export function startOfWeek(day: Day, firstWeekday: number): Day {
  return addDays(day, -((weekdayOf(day) - firstWeekday + 7) % 7));
}
