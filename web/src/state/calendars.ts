import { computed, signal } from '@preact/signals';
import { allPages, answerOf, api } from '../api/client';
import type { Calendar } from '../api/types';

const kMostCalendars = 1000;
const kPageSize = 250;
const kStored = 'sw.hiddenCalendars';
const kPalette = ['#0f766e', '#4f5bd5', '#b45309', '#be3455', '#2f7d32', '#7c3aad', '#0369a1'];

export const calendars = signal<Calendar[]>([]);
const hidden = signal<ReadonlySet<string>>(readHidden());

export const shownCalendars = computed(() =>
  calendars.value.filter((calendar) => !hidden.value.has(calendar.id)),
);

export const writableCalendars = computed(() =>
  calendars.value.filter(
    (calendar) =>
      (calendar.accessRole === 'owner' || calendar.accessRole === 'writer') &&
      calendar.provider !== 'ics',
  ),
);

/** Loads the list, the main calendar first. Throws ApiFailure. */
export async function loadCalendars(): Promise<void> {
  const { items } = await allPages(kMostCalendars, (pageToken) =>
    answerOf(
      api.GET('/calendars', {
        params: { query: { maxResults: kPageSize, ...(pageToken ? { pageToken } : {}) } },
      }),
    ),
  );
  calendars.value = items.sort(
    (a, b) =>
      Number(b.primary ?? false) - Number(a.primary ?? false) || a.name.localeCompare(b.name),
  );
}

export function isShown(id: string): boolean {
  return !hidden.value.has(id);
}

/** Switches a calendar on or off; this browser remembers it. */
export function setShown(id: string, shown: boolean): void {
  const next = new Set(hidden.value);
  if (shown) next.delete(id);
  else next.add(id);
  hidden.value = next;
  try {
    window.localStorage.setItem(kStored, JSON.stringify([...next]));
  } catch {
    // Storage may be full or refused; then the choice holds until the page is closed.
  }
}

/** The calendar's own colour, or one of the page's that stays the same for it. */
export function colorOf(id: string | undefined): string {
  const index = calendars.value.findIndex((calendar) => calendar.id === id);
  const own = calendars.value[index]?.backgroundColor;
  return own || (kPalette[Math.max(index, 0) % kPalette.length] ?? '#0f766e');
}

export function calendarOf(id: string | undefined): Calendar | undefined {
  return calendars.value.find((calendar) => calendar.id === id);
}

function readHidden(): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(kStored) ?? '[]');
    return new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []);
  } catch {
    return new Set();
  }
}
