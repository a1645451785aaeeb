import { describe, expect, test } from 'vitest';
import type { CalendarEvent } from '../src/api/types';
import { gridPlace, type Span, spanOf } from '../src/calendar/span';

const kZone = 'Europe/Berlin';

function timed(start: string, end?: string): CalendarEvent {
  return {
    id: 'e',
    start: { dateTime: start },
    ...(end === undefined ? {} : { end: { dateTime: end } }),
  } as CalendarEvent;
}

function allDay(start: string, end?: string): CalendarEvent {
  return {
    id: 'e',
    start: { date: start },
    ...(end === undefined ? {} : { end: { date: end } }),
  } as CalendarEvent;
}

function spanIn(event: CalendarEvent, zone = kZone): Span {
  const span = spanOf(event, zone);
  if (span === null) throw new Error('the event has no span');
  return span;
}

describe('Span', () => {
  test('Span.LiesOnTheDayOfTheAskedZone', () => {
    const event = timed('2026-03-31T23:30:00+02:00', '2026-03-31T23:45:00+02:00');
    expect(spanIn(event).firstDay).toBe('2026-03-31');
    expect(spanIn(event, 'Asia/Tokyo').firstDay).toBe('2026-04-01');
  });

  test('Span.DoesNotTouchTheDayThatBeginsAsItEnds', () => {
    const span = spanIn(timed('2026-03-31T22:00:00+02:00', '2026-04-01T00:00:00+02:00'));
    expect([span.firstDay, span.lastDay]).toEqual(['2026-03-31', '2026-03-31']);
  });

  test('Span.TouchesBothDaysAcrossMidnight', () => {
    const span = spanIn(timed('2026-03-31T22:00:00+02:00', '2026-04-01T00:30:00+02:00'));
    expect([span.firstDay, span.lastDay]).toEqual(['2026-03-31', '2026-04-01']);
  });

  test('Span.KeepsTheDatesOfAllDayEventsInEveryZone', () => {
    for (const zone of ['Pacific/Kiritimati', 'UTC', 'Pacific/Pago_Pago']) {
      const span = spanIn(allDay('2026-04-02', '2026-04-04'), zone);
      expect([span.firstDay, span.lastDay]).toEqual(['2026-04-02', '2026-04-03']);
    }
  });

  test('Span.IsOneDayWhenAnAllDayEventHasNoUsableEnd', () => {
    expect(spanIn(allDay('2026-04-02')).lastDay).toBe('2026-04-02');
    expect(spanIn(allDay('2026-04-02', '2026-04-02')).lastDay).toBe('2026-04-02');
  });

  test('Span.IsAMomentWithoutEnd', () => {
    const span = spanIn(timed('2026-04-02T09:00:00+02:00'));
    expect(span.end).toBe(span.start);
    expect(span.lastDay).toBe('2026-04-02');
  });

  test('Span.IsNullWhenTimesCannotBeRead', () => {
    expect(spanOf({ id: 'e' } as CalendarEvent, kZone)).toBeNull();
    expect(spanOf(timed('soon'), kZone)).toBeNull();
    expect(spanOf(allDay('2026-02-30'), kZone)).toBeNull();
  });
});

describe('GridPlace', () => {
  const place = (event: CalendarEvent) => gridPlace(spanIn(event), kZone);

  test('GridPlace.KeepsNineOClockOnBothSidesOfAClockChange', () => {
    expect(place(timed('2026-03-28T08:00:00Z', '2026-03-28T09:00:00Z')).start).toBe(
      '2026-03-28T09:00:00',
    );
    expect(place(timed('2026-03-30T07:00:00Z', '2026-03-30T08:00:00Z')).start).toBe(
      '2026-03-30T09:00:00',
    );
  });

  test('GridPlace.SpansTheGapWhenClocksGoForward', () => {
    expect(place(timed('2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z'))).toEqual({
      allDay: false,
      start: '2026-03-29T01:30:00',
      end: '2026-03-29T03:30:00',
    });
  });

  test('GridPlace.KeepsTheRealLengthWhenClocksGoBackDuringAnEvent', () => {
    // From 02:45 before the change to 02:15 after it: half an hour.
    expect(place(timed('2026-10-25T00:45:00Z', '2026-10-25T01:15:00Z'))).toEqual({
      allDay: false,
      start: '2026-10-25T02:45:00',
      end: '2026-10-25T03:15:00',
    });
  });

  test('GridPlace.GivesAMomentAHeight', () => {
    expect(place(timed('2026-04-02T09:00:00+02:00')).end).toBe('2026-04-02T09:30:00');
  });

  test('GridPlace.KeepsAShortNightAmongTheHours', () => {
    expect(place(timed('2026-04-03T22:30:00+02:00', '2026-04-04T06:15:00+02:00'))).toEqual({
      allDay: false,
      start: '2026-04-03T22:30:00',
      end: '2026-04-04T06:15:00',
    });
  });

  test('GridPlace.MovesEventsOfADayOrMoreToTheAllDayRow', () => {
    expect(place(timed('2026-04-03T12:00:00+02:00', '2026-04-05T12:00:00+02:00'))).toEqual({
      allDay: true,
      start: '2026-04-03',
      end: '2026-04-06',
    });
  });

  test('GridPlace.EndsAllDayEventsOnTheDayAfterTheirLast', () => {
    expect(place(allDay('2026-04-02', '2026-04-04'))).toEqual({
      allDay: true,
      start: '2026-04-02',
      end: '2026-04-04',
    });
  });
});
