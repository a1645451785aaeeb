/**
 * Reads and expands as much of a calendar file as fixtures/spring.ics has: dates, times in a zone,
 * weekly rules by weekday with a count, and moved occurrences. The program's own reader is not
 * used, so that the page can be tested without it.
 */

const kDayMs = 86_400_000;
const kWeekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The events of a file, each as a map from property name to { value, parameters }. */
export function readEvents(content) {
  const events = [];
  let event = null;
  for (const line of content.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    if (line === 'BEGIN:VEVENT') event = {};
    else if (line === 'END:VEVENT') {
      events.push(event);
      event = null;
    } else if (event !== null) {
      const [, name, parameters, value] = /^([A-Z-]+)((?:;[^:]*)?):(.*)$/.exec(line) ?? [];
      if (name) event[name] = { value, parameters };
    }
  }
  return events;
}

/** A property as { date } or { wall, zone }; undefined when the event has none. */
export function timeOf(property) {
  if (property === undefined) return undefined;
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?/.exec(
    property.value,
  );
  if (h === undefined) return { date: `${y}-${m}-${d}` };
  const zone = /TZID=([^;]+)/.exec(property.parameters)?.[1] ?? 'UTC';
  return { wall: Date.UTC(y, m - 1, d, h, min, s), zone };
}

/** The starts of a series as wall-clock milliseconds. */
export function wallStarts(first, rule) {
  if (rule === undefined) return [first];
  const parts = Object.fromEntries(rule.value.split(';').map((part) => part.split('=')));
  const days = parts.BYDAY.split(',');
  const starts = [];
  for (let at = first; starts.length < Number(parts.COUNT); at += kDayMs) {
    if (days.includes(kWeekdays[new Date(at).getUTCDay()])) starts.push(at);
  }
  return starts;
}

/** The instant at which clocks of the zone show `wall`. */
export function instantOf(wall, zone) {
  const guess = wall - offsetAt(wall, zone);
  return wall - offsetAt(guess, zone);
}

/** "2026-03-31T09:00:00+02:00" */
export function rfc3339(instant, zone) {
  const offset = offsetAt(instant, zone);
  const minutes = Math.abs(offset) / 60_000;
  const two = (number) => String(number).padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  return `${new Date(instant + offset).toISOString().slice(0, 19)}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function offsetAt(instant, zone) {
  const text = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName').value;
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text);
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
