import { type Day, utcMidnight } from './day';

/** Instants are milliseconds since 1970-01-01T00:00Z; zones are names of the tz database. */

const kDayMs = 86_400_000;
const kQuarterHourMs = 900_000;
const kMostCachedOffsets = 20_000;

const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

/** Whether this browser knows the zone by name. */
export function isKnownZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The zone that this device is set to. */
export function deviceZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What the zone's clocks are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(instant: number, zone: string): number {
  // Since 1970 every change of offset has come at a full quarter of an hour UTC.
  if (instant < 0) return computeOffset(instant, zone);
  let known = offsets.get(zone);
  if (known === undefined || known.size > kMostCachedOffsets) {
    known = new Map();
    offsets.set(zone, known);
  }
  const slot = Math.floor(instant / kQuarterHourMs);
  let offset = known.get(slot);
  if (offset === undefined) {
    offset = computeOffset(slot * kQuarterHourMs, zone);
    known.set(slot, offset);
  }
  return offset;
}

/** What the zone's clocks show at an instant, as "YYYY-MM-DDTHH:mm:ss". */
export function wallClock(instant: number, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 19);
}

/** The date in the zone at an instant. */
export function dayAt(instant: number, zone: string): Day {
  return wallClock(instant, zone).slice(0, 10);
}

/**
 * The first instant of a date in the zone. Where clocks skip midnight it is the moment they do so;
 * where midnight comes twice it is the first.
 */
export function startOfDay(day: Day, zone: string): number {
  const midnight = utcMidnight(day);
  const before = offsetAt(midnight - kDayMs, zone);
  const after = offsetAt(midnight + kDayMs, zone);
  const fitting = [midnight - before, midnight - after].filter(
    (instant) => instant + offsetAt(instant, zone) === midnight,
  );
  if (fitting.length > 0) return Math.min(...fitting);
  let low = Math.min(midnight - after, midnight - before);
  let high = Math.max(midnight - after, midnight - before);
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (middle + offsetAt(middle, zone) >= midnight) high = middle;
    else low = middle;
  }
  return high;
}

function computeOffset(instant: number, zone: string): number {
  const second = Math.floor(instant / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(second)) {
    parts[type] = Number(value);
  }
  const shown = new Date(0);
  shown.setUTCFullYear(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'] ?? 1);
  shown.setUTCHours(parts['hour'] ?? 0, parts['minute'] ?? 0, parts['second'] ?? 0);
  return shown.getTime() - second;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}
