import type { CalendarEvent } from '../api/types';
import { PlaceIcon, RepeatIcon } from '../parts/icons';
import { paint } from '../parts/paint';
import { calendarOf, calendars, colorOf } from '../state/calendars';
import { now } from '../state/clock';
import { isReady, shownEvents } from '../state/events';
import type { Range } from '../state/range';
import { isNarrow } from '../state/screen';
import { zone } from '../state/settings';
import { today } from '../state/shown';
import { text } from '../text';
import { formatDayLong, formatMonth, formatWeekday, formatWeekdayLong } from '../time/format';
import { type AgendaDay, type AgendaEntry, agendaDays } from './agenda_days';
import { entryTime, nearDay } from './when';

interface Props {
  range: Range;
  onOpen: (event: CalendarEvent) => void;
}

/** The days that hold something, one after the other, each with its events as a list. */
export function Agenda({ range, onOpen }: Props) {
  const days = agendaDays(
    shownEvents.value,
    range.from,
    range.to,
    zone.value,
    isReady.value ? today.value : undefined,
  );
  let month = '';
  return (
    <section class="agenda" aria-label={text.agenda.label}>
      {days.map((day) => {
        const itsMonth = formatMonth(day.day);
        const heading = itsMonth === month ? null : itsMonth;
        month = itsMonth;
        return (
          <div key={day.day}>
            {heading !== null && <h2 class="agenda-month">{heading}</h2>}
            <DayPart day={day} onOpen={onOpen} />
          </div>
        );
      })}
    </section>
  );
}

function DayPart({ day, onOpen }: { day: AgendaDay; onOpen: Props['onOpen'] }) {
  const near = nearDay(day.day, today.value);
  return (
    <section class="agenda-day" data-day={day.day} data-today={day.day === today.value}>
      <h3 class="agenda-date" aria-label={formatDayLong(day.day)}>
        <span class="agenda-number" aria-hidden="true">
          {Number(day.day.slice(8))}
        </span>
        <span class="agenda-weekday" aria-hidden="true">
          {isNarrow.value ? formatWeekday(day.day) : (near ?? formatWeekdayLong(day.day))}
        </span>
      </h3>
      {day.entries.length === 0 ? (
        <p class="agenda-nothing">{text.agenda.nothingToday}</p>
      ) : (
        <ul class="agenda-events">
          {day.entries.map((entry) => (
            <li key={`${entry.event.calendarId ?? ''} ${entry.event.id}`}>
              <EntryPart entry={entry} onOpen={onOpen} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function EntryPart({ entry, onOpen }: { entry: AgendaEntry; onOpen: Props['onOpen'] }) {
  const { event, span, dayNumber, dayCount } = entry;
  const running = !span.allDay && span.start <= now.value && now.value < span.end;
  return (
    <button
      type="button"
      class="agenda-event"
      data-event-id={event.id}
      data-past={span.end <= now.value}
      data-tentative={event.status === 'tentative'}
      ref={(element) => paint(element, colorOf(event.calendarId))}
      onClick={() => onOpen(event)}
    >
      <span class="agenda-time">
        {entryTime(entry, zone.value)}
        {running && <span class="badge">{text.event.now}</span>}
      </span>
      <span class="agenda-what">
        <span class="agenda-title">
          {event.summary || text.event.untitled}
          {event.recurringEventId && <RepeatIcon />}
        </span>
        <span class="agenda-more">
          {dayCount > 1 && <span>{text.event.dayOf(dayNumber, dayCount)}</span>}
          {event.status === 'tentative' && <span>{text.event.tentative}</span>}
          {event.location && (
            <span>
              <PlaceIcon />
              {event.location}
            </span>
          )}
          {calendars.value.length > 1 && <span>{calendarOf(event.calendarId)?.name}</span>}
        </span>
      </span>
    </button>
  );
}
