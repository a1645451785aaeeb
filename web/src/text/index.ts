import { de } from './de';
import { type Dictionary, en } from './en';

const dictionaries: Record<string, Dictionary> = { en, de };

/** The first language the person asks for that the page speaks, with its region; else English. */
export function chooseLocale(asked: readonly string[]): string {
  return asked.find((tag) => Object.hasOwn(dictionaries, languageOf(tag))) ?? 'en';
}

function languageOf(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? '';
}

/** The language tag for dates and numbers, and what the page says in that language. */
export const locale: string = chooseLocale(globalThis.navigator?.languages ?? []);
export const text: Dictionary = dictionaries[languageOf(locale)] ?? en;
