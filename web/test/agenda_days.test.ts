import { describe, expect, test } from 'vitest';
import type { CalendarEvent } from '../src/api/types';
import { agendaDays, fillsDay } from '../src/calendar/agenda_days';

const kZone = 'Europe/Berlin';

function event(id: string, start: string, end: string): CalendarEvent {
  const side = (text: string) => (text.length === 10 ? { date: text } : { dateTime: text });
  return { id, etag: '"1"', calendarId: 'c', summary: id, start: side(start), end: side(end) };
}

function listing(events: CalendarEvent[], from: string, to: string, always?: string) {
  return agendaDays(events, from, to, kZone, always).map(({ day, entries }) => [
    day,
    ...entries.map(({ event: { id }, dayNumber, dayCount }) => `${id} ${dayNumber}/${dayCount}`),
  ]);
}

describe('AgendaDays', () => {
  test('AgendaDays.PutsAnEventAcrossMidnightOnBothDays', () => {
    const train = event('train', '2026-04-03T22:30:00+02:00', '2026-04-04T06:15:00+02:00');
    expect(listing([train], '2026-04-01', '2026-04-10')).toEqual([
      ['2026-04-03', 'train 1/2'],
      ['2026-04-04', 'train 2/2'],
    ]);
  });

  test('AgendaDays.CutsALongEventToTheRangeAndKeepsItsCount', () => {
    const leave = event('leave', '2026-03-30', '2026-04-04');
    expect(listing([leave], '2026-04-02', '2026-04-03')).toEqual([['2026-04-02', 'leave 4/5']]);
  });

  test('AgendaDays.ListsAllDayFirstThenByStartThenLongerFirst', () => {
    const events = [
      event('late', '2026-04-02T15:00:00+02:00', '2026-04-02T16:00:00+02:00'),
      event('short', '2026-04-02T09:00:00+02:00', '2026-04-02T09:15:00+02:00'),
      event('long', '2026-04-02T09:00:00+02:00', '2026-04-02T11:00:00+02:00'),
      event('fair', '2026-04-02', '2026-04-03'),
    ];
    expect(listing(events, '2026-04-02', '2026-04-03')).toEqual([
      ['2026-04-02', 'fair 1/1', 'long 1/1', 'short 1/1', 'late 1/1'],
    ]);
  });

  test('AgendaDays.KeepsTodayThoughEmptyWhenInRange', () => {
    expect(listing([], '2026-04-01', '2026-04-10', '2026-04-05')).toEqual([['2026-04-05']]);
    expect(listing([], '2026-04-01', '2026-04-05', '2026-04-05')).toEqual([]);
  });

  test('AgendaDays.LeavesOutWhatHasNoReadableTime', () => {
    expect(listing([event('odd', 'never', 'later')], '2026-04-01', '2026-04-10')).toEqual([]);
  });

  test('AgendaDays.CountsTheMiddleOfALongTimedEventAsFilled', () => {
    const trip = event('trip', '2026-04-01T18:00:00+02:00', '2026-04-03T09:00:00+02:00');
    const filled = agendaDays([trip], '2026-04-01', '2026-04-10', kZone).map(({ entries }) =>
      entries.map(fillsDay),
    );
    expect(filled).toEqual([[false], [true], [false]]);
  });
});
