import { Calendar, type CalendarOptions, type EventInput } from '@fullcalendar/core';
import timeGridPlugin from '@fullcalendar/timegrid';
import '../styles/week.css';
import { useEffect, useRef } from 'preact/hooks';
import type { CalendarEvent } from '../api/types';
import { paint } from '../parts/paint';
import { colorOf } from '../state/calendars';
import { shownEvents } from '../state/events';
import type { Range } from '../state/range';
import { zone } from '../state/settings';
import { locale, text } from '../text';
import { formatDayLong, formatHour, formatTime, formatWeekday } from '../time/format';
import { dayAt, wallClock } from '../time/zone';
import { gridPlace, spanOf } from './span';
import { spanInWords } from './when';

interface Props {
  range: Range;
  onOpen: (event: CalendarEvent) => void;
}

/**
 * Days side by side with their hours, drawn by FullCalendar. The grid knows no zones: it is given
 * wall-clock times of the person's zone as if they were UTC, so it needs no zone data of its own.
 */
export default function WeekGrid({ range, onOpen }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const calendar = useRef<Calendar | null>(null);
  const open = useRef(onOpen);
  open.current = onOpen;

  useEffect(() => {
    if (element.current === null) return;
    const made = new Calendar(element.current, {
      ...gridOptions(),
      initialView: 'timeGrid',
      visibleRange: { start: range.from, end: range.to },
      eventClick: ({ event, jsEvent }) => {
        jsEvent.preventDefault();
        open.current(event.extendedProps['source'] as CalendarEvent);
      },
    });
    calendar.current = made;
    made.render();
    return () => {
      calendar.current = null;
      made.destroy();
    };
  }, [zone.value]);

  useEffect(() => {
    calendar.current?.changeView('timeGrid', { start: range.from, end: range.to });
  }, [range.from, range.to, zone.value]);

  useEffect(() => {
    const inputs = shownEvents.value.flatMap((event) => gridInput(event, zone.value));
    calendar.current?.batchRendering(() => {
      calendar.current?.removeAllEventSources();
      calendar.current?.addEventSource(inputs);
    });
  }, [shownEvents.value, zone.value]);

  return <section class="week" aria-label={text.week.label} ref={element} />;
}

function gridInput(event: CalendarEvent, inZone: string): EventInput[] {
  const span = spanOf(event, inZone);
  if (span === null) return [];
  return [
    {
      ...gridPlace(span, inZone),
      id: event.id,
      title: event.summary || text.event.untitled,
      interactive: true,
      classNames: event.status === 'tentative' ? ['is-tentative'] : [],
      extendedProps: {
        source: event,
        color: colorOf(event.calendarId),
        time: span.allDay ? '' : formatTime(span.start, inZone),
        words: spanInWords(span, inZone),
      },
    },
  ];
}

function gridOptions(): CalendarOptions {
  return {
    plugins: [timeGridPlugin],
    locale,
    timeZone: 'UTC',
    now: () => wallClock(Date.now(), zone.value),
    headerToolbar: false,
    height: '100%',
    expandRows: true,
    nowIndicator: true,
    allDayText: text.week.allDay,
    scrollTime: '07:30:00',
    slotDuration: '00:30:00',
    slotEventOverlap: false,
    eventMinHeight: 22,
    eventShortHeight: 36,
    dayMaxEvents: 4,
    moreLinkContent: ({ num }) => text.week.more(num),
    slotLabelInterval: '01:00',
    slotLabelContent: ({ date }) => formatHour(date.getUTCHours()),
    dayHeaderContent: ({ date }) => {
      const day = date.toISOString().slice(0, 10);
      return { domNodes: [dayHeading(day)] };
    },
    eventContent: ({ event }) => ({
      domNodes: eventNodes(event.title, event.allDay, event.extendedProps),
    }),
    eventDidMount: ({ el, event }) => {
      paint(el, event.extendedProps['color'] as string);
      el.setAttribute('role', 'button');
      el.dataset['eventId'] = event.id;
    },
  };
}

function dayHeading(day: string): Node {
  const heading = spanNode('week-day');
  heading.setAttribute('aria-label', formatDayLong(day));
  heading.dataset['today'] = String(day === dayAt(Date.now(), zone.value));
  heading.append(
    spanNode('week-weekday', formatWeekday(day)),
    spanNode('week-number', String(Number(day.slice(8)))),
  );
  return heading;
}

/** The visible parts of an event, and its whole time in words for those who hear it. */
function eventNodes(title: string, allDay: boolean, facts: Record<string, unknown>): Node[] {
  const { location } = facts['source'] as CalendarEvent;
  const heard = spanNode('week-event-words only-read', `, ${facts['words'] as string}`);
  const nodes = [spanNode('week-event-title', title), heard];
  const start = facts['time'] as string;
  if (start === '') return nodes;
  const shown = allDay || !location ? start : `${start} · ${location}`;
  const time = spanNode('week-event-time', shown);
  time.setAttribute('aria-hidden', 'true');
  return allDay ? [time, ...nodes] : [...nodes, time];
}

function spanNode(className: string, content = ''): HTMLElement {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = content;
  return made;
}
