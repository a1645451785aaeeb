import { describe, expect, test } from 'vitest';
import { rangeOf } from '../src/state/range';
import { addDays, daysBetween, isDay, startOfWeek, weekdayOf } from '../src/time/day';

describe('Day', () => {
  test('Day.AddsAcrossMonthsYearsAndLeapDays', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  test('Day.StaysWithinTheYearsOfTheApi', () => {
    expect(addDays('9999-12-30', 7)).toBe('9999-12-31');
    expect(addDays('0001-01-02', -7)).toBe('0001-01-01');
  });

  test('Day.CountsAcrossAClockChangeAsWholeDays', () => {
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(daysBetween('2026-03-30', '2026-03-28')).toBe(-2);
  });

  test('Day.AcceptsOnlyDatesThatExist', () => {
    expect(isDay('2026-02-28')).toBe(true);
    expect(isDay('2026-02-29')).toBe(false);
    expect(isDay('2026-2-8')).toBe(false);
    expect(isDay('0000-01-01')).toBe(false);
    expect(isDay('')).toBe(false);
  });

  test('Day.BeginsWeeksOnTheWeekdayOfTheLanguage', () => {
    expect(weekdayOf('2026-11-24')).toBe(2);
    expect(startOfWeek('2026-11-24', 1)).toBe('2026-11-23');
    expect(startOfWeek('2026-11-24', 0)).toBe('2026-11-22');
    expect(startOfWeek('2026-11-22', 0)).toBe('2026-11-22');
    expect(startOfWeek('2026-11-22', 1)).toBe('2026-11-16');
    expect(startOfWeek('2026-11-24', 6)).toBe('2026-11-21');
  });
});

describe('Range', () => {
  test('Range.IsAWholeWeekThreeDaysOnAPhoneOrFourWeeks', () => {
    expect(rangeOf('week', '2026-11-26', false, 1)).toEqual({
      from: '2026-11-23',
      to: '2026-11-30',
    });
    expect(rangeOf('week', '2026-11-26', true, 1)).toEqual({
      from: '2026-11-26',
      to: '2026-11-29',
    });
    expect(rangeOf('agenda', '2026-11-26', false, 1)).toEqual({
      from: '2026-11-26',
      to: '2026-12-24',
    });
  });
});
