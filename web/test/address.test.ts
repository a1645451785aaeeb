import { describe, expect, test } from 'vitest';
import { codeOfFragment } from '../src/state/fragment';
import { parseRoute } from '../src/state/route';

describe('Address', () => {
  test('Address.HoldsTheCodeOfASignInLink', () => {
    expect(codeOfFragment('#code=ab%2Bc')).toBe('ab+c');
    expect(codeOfFragment('#code=')).toBeNull();
    expect(codeOfFragment('#/week/2026-03-30')).toBeNull();
    expect(codeOfFragment('')).toBeNull();
  });

  test('Address.NamesAViewAndADay', () => {
    expect(parseRoute('#/week/2026-03-30')).toEqual({ view: 'week', day: '2026-03-30' });
    expect(parseRoute('#/agenda')).toEqual({ view: 'agenda' });
    expect(parseRoute('#/month/2026-02-30')).toEqual({});
    expect(parseRoute('')).toEqual({});
  });
});
