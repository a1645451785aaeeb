import type { CalendarEvent } from '../api/types';
import { text } from '../text';
import { addDays } from '../time/day';
import { formatDayLong, formatDayShort, formatTime, formatTimeRange } from '../time/format';
import type { AgendaEntry } from './agenda_days';
import { type Span, spanOf } from './span';

/** What stands in the time column of the agenda for one day of an event. */
export function entryTime(entry: AgendaEntry, zone: string): string {
  const { span, dayNumber, dayCount } = entry;
  if (span.allDay) return text.event.allDay;
  if (dayCount === 1) return formatTimeRange(span.start, span.end, zone);
  if (dayNumber === 1) return text.event.from(formatTime(span.start, zone));
  if (dayNumber === dayCount) return text.event.until(formatTime(span.end, zone));
  return text.event.allDay;
}

/** The whole time of an event in words, for its dialog and for screen readers. */
export function spanInWords(span: Span, zone: string): string {
  const first = formatDayLong(span.firstDay);
  if (span.allDay) {
    return span.firstDay === span.lastDay
      ? `${first}, ${text.event.allDay}`
      : `${first} – ${formatDayLong(span.lastDay)}`;
  }
  if (span.firstDay === span.lastDay) {
    return `${first}, ${formatTimeRange(span.start, span.end, zone)}`;
  }
  const last = formatDayLong(span.lastDay);
  return `${first}, ${formatTime(span.start, zone)} – ${last}, ${formatTime(span.end, zone)}`;
}

/** The time in the event's own zone where that differs from the shown one, else null. */
export function timeAtHome(event: CalendarEvent, zone: string): string | null {
  const home = event.start?.timeZone;
  const span = spanOf(event, zone);
  if (!home || home === zone || span === null || span.allDay) return null;
  try {
    const there = spanOf(event, home);
    if (there === null) return null;
    const time = formatTimeRange(span.start, span.end, home);
    if (time === formatTimeRange(span.start, span.end, zone) && there.firstDay === span.firstDay) {
      return null;
    }
    const day = there.firstDay === span.firstDay ? '' : `${formatDayShort(there.firstDay)}, `;
    return text.event.inZone(`${day}${time}`, home.replaceAll('_', ' '));
  } catch {
    return null; // A zone that this browser does not know.
  }
}

/** "Today", "Tomorrow", or null for other days. */
export function nearDay(day: string, today: string): string | null {
  if (day === today) return text.agenda.today;
  return day === addDays(today, 1) ? text.agenda.tomorrow : null;
}
