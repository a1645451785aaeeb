import { describe, expect, test } from 'vitest';
import { inkOn } from '../src/parts/paint';

describe('Paint', () => {
  test('Paint.PutsTheInkThatStandsOutOnAColour', () => {
    expect(inkOn('#fbd75b')).toBe('#15181b');
    expect(inkOn('#FFFFFF')).toBe('#15181b');
    expect(inkOn('#0f766e')).toBe('#ffffff');
    expect(inkOn('#000000')).toBe('#ffffff');
    expect(inkOn('tomato')).toBe('#ffffff');
  });
});
