import { describe, expect, test } from 'vitest';
import { dayAt, isKnownZone, offsetAt, startOfDay, wallClock } from '../src/time/zone';

const kHour = 3_600_000;
const at = (text: string) => Date.parse(text);

describe('Zone', () => {
  test('Zone.ShowsWallClockOnBothSidesOfAGap', () => {
    expect(wallClock(at('2026-03-29T00:59:59Z'), 'Europe/Berlin')).toBe('2026-03-29T01:59:59');
    expect(wallClock(at('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe('2026-03-29T03:00:00');
  });

  test('Zone.ShowsTheSameWallClockTwiceInAnOverlap', () => {
    expect(wallClock(at('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25T02:30:00');
    expect(wallClock(at('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25T02:30:00');
  });

  test('Zone.KnowsOffsetsOfFractionsOfAnHour', () => {
    expect(offsetAt(at('2026-01-01T00:00:00Z'), 'Asia/Kathmandu')).toBe(5.75 * kHour);
    expect(offsetAt(at('2026-01-01T00:00:00Z'), 'America/St_Johns')).toBe(-3.5 * kHour);
    expect(offsetAt(at('2026-07-01T00:00:00Z'), 'Australia/Lord_Howe')).toBe(10.5 * kHour);
  });

  test('Zone.KnowsLocalMeanTimeOfLongAgo', () => {
    expect(offsetAt(at('1880-01-01T00:00:00Z'), 'Europe/Berlin')).toBe((53 * 60 + 28) * 1000);
  });

  test('Zone.StartsAnOrdinaryDayAtMidnight', () => {
    expect(startOfDay('2026-11-24', 'Europe/Berlin')).toBe(at('2026-11-23T23:00:00Z'));
    expect(startOfDay('2026-11-24', 'UTC')).toBe(at('2026-11-24T00:00:00Z'));
    expect(startOfDay('2026-11-24', 'Pacific/Kiritimati')).toBe(at('2026-11-23T10:00:00Z'));
  });

  test('Zone.MakesDaysOf23And25HoursWhereClocksChange', () => {
    const length = (day: string, next: string) =>
      (startOfDay(next, 'Europe/Berlin') - startOfDay(day, 'Europe/Berlin')) / kHour;
    expect(length('2026-03-29', '2026-03-30')).toBe(23);
    expect(length('2026-10-25', '2026-10-26')).toBe(25);
    expect(length('2026-10-26', '2026-10-27')).toBe(24);
  });

  test('Zone.StartsTheDayWhenClocksSkipMidnight', () => {
    // Brazil's clocks went from 24:00 on 3 November 2018 straight to 01:00.
    const start = startOfDay('2018-11-04', 'America/Sao_Paulo');
    expect(start).toBe(at('2018-11-04T03:00:00Z'));
    expect(wallClock(start, 'America/Sao_Paulo')).toBe('2018-11-04T01:00:00');
    expect(dayAt(start - 1000, 'America/Sao_Paulo')).toBe('2018-11-03');
  });

  test('Zone.StartsTheDayAtTheFirstOfTwoMidnights', () => {
    // Cuba's clocks go back from 01:00 to 00:00 on 1 November 2026.
    expect(startOfDay('2026-11-01', 'America/Havana')).toBe(at('2026-11-01T04:00:00Z'));
  });

  test('Zone.GivesADayThatNeverWasNoLength', () => {
    // Samoa went from 29 to 31 December 2011.
    expect(startOfDay('2011-12-30', 'Pacific/Apia')).toBe(startOfDay('2011-12-31', 'Pacific/Apia'));
  });

  test('Zone.TellsKnownNamesFromOthers', () => {
    expect(isKnownZone('America/Argentina/Buenos_Aires')).toBe(true);
    expect(isKnownZone('Mars/Olympus_Mons')).toBe(false);
    expect(isKnownZone('')).toBe(false);
  });
});
