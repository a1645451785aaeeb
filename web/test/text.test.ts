import { describe, expect, test } from 'vitest';
import { chooseLocale } from '../src/text';
import { de } from '../src/text/de';
import { en } from '../src/text/en';

function entries(part: object, path = ''): string[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? entries(value, `${path}${key}.`)
      : [`${path}${key} ${typeof value}`],
  );
}

describe('Text', () => {
  test('Text.TakesTheFirstLanguageThatItSpeaksWithItsRegion', () => {
    expect(chooseLocale(['fr-FR', 'de-AT', 'en-US'])).toBe('de-AT');
    expect(chooseLocale(['en-GB', 'de'])).toBe('en-GB');
    expect(chooseLocale(['fr', 'toString'])).toBe('en');
    expect(chooseLocale([])).toBe('en');
  });

  test('Text.SaysEverythingInEachLanguage', () => {
    expect(entries(de)).toEqual(entries(en));
    expect(entries(de).length).toBeGreaterThan(50);
  });
});
