import { computed, signal } from '@preact/signals';
import { allPages, answerOf, api } from '../api/client';
import { type ApiFailure, asFailure } from '../api/failure';
import type { CalendarEvent } from '../api/types';
import { addDays, daysBetween } from '../time/day';
import { startOfDay } from '../time/zone';
import { calendars, isShown } from './calendars';
import type { Range } from './range';
import { zone } from './settings';
import { shownRange } from './shown';

interface Loaded {
  events: CalendarEvent[];
  complete: boolean;
}

const kPageSize = 1000;
/** So many ids keep an address well below the length a server accepts. */
const kCalendarsAtOnce = 50;
export const kMostEvents = 20_000;
const kMostRanges = 16;

const loaded = signal<ReadonlyMap<string, Loaded>>(new Map());
const running = new Map<string, Promise<void>>();
let generation = 0;

/** Whether the shown range is on its way, and why it could not be had. */
export const isLoading = signal(false);
export const loadFailure = signal<ApiFailure | null>(null);

/** Whether the person has any event at all; null until that is known. */
export const hasAnyEvent = signal<boolean | null>(null);

const current = computed(() => loaded.value.get(keyOf(shownRange.value)));

/** The occurrences of the shown range in the calendars that are switched on. */
export const shownEvents = computed(() =>
  (current.value?.events ?? []).filter(
    (event) => event.calendarId === undefined || isShown(event.calendarId),
  ),
);

/** Whether the shown range is there, and whether it has more than can be shown. */
export const isReady = computed(() => current.value !== undefined);
export const isTruncated = computed(() => current.value?.complete === false);

/** Loads the shown range and has its neighbours ready. Reports, never throws. */
export async function loadShown(): Promise<void> {
  const range = shownRange.value;
  loadFailure.value = null;
  isLoading.value = !isReady.value;
  try {
    await load(range);
    if (isShownRange(range)) {
      isLoading.value = false;
      if (current.value?.events.length) hasAnyEvent.value = true;
      else if (hasAnyEvent.value === null) await lookForAnyEvent();
      const length = daysBetween(range.from, range.to);
      for (const days of [length, -length]) {
        await load({ from: addDays(range.from, days), to: addDays(range.to, days) });
      }
    }
  } catch (thrown) {
    if (isShownRange(range) && !isReady.value) {
      loadFailure.value = asFailure(thrown);
      isLoading.value = false;
    }
  }
}

/** Loads the shown range anew after something changed; what is shown stays until then. */
export async function refresh(): Promise<void> {
  generation += 1;
  running.clear();
  hasAnyEvent.value = null;
  const range = shownRange.value;
  const key = keyOf(range);
  const kept = loaded.value.get(key);
  loaded.value = kept ? new Map([[key, kept]]) : new Map();
  try {
    await load(range, true);
  } catch (thrown) {
    loadFailure.value = asFailure(thrown);
    return;
  }
  await loadShown();
}

/** Forgets everything, for the next person to sign in. */
export function forgetEvents(): void {
  generation += 1;
  running.clear();
  loaded.value = new Map();
  hasAnyEvent.value = null;
  loadFailure.value = null;
  isLoading.value = false;
}

async function load(range: Range, anew = false): Promise<void> {
  const key = keyOf(range);
  if (!anew && loaded.value.has(key)) return;
  let request = running.get(key);
  if (request === undefined) {
    const started = fetchRange(range, key, generation).finally(() => {
      if (running.get(key) === started) running.delete(key);
    });
    request = started;
    running.set(key, started);
  }
  await request;
}

async function fetchRange(range: Range, key: string, ofGeneration: number): Promise<void> {
  const ids = calendars.value.map((calendar) => calendar.id);
  const start = new Date(startOfDay(range.from, zone.value)).toISOString();
  const end = new Date(startOfDay(range.to, zone.value)).toISOString();
  const items: CalendarEvent[] = [];
  let complete = true;
  for (let i = 0; i < ids.length; i += kCalendarsAtOnce) {
    const calendarId = ids.slice(i, i + kCalendarsAtOnce);
    const part = await allPages(kMostEvents, (pageToken) =>
      answerOf(
        api.GET('/events', {
          params: {
            query: {
              calendarId,
              start,
              end,
              singleEvents: true,
              maxResults: kPageSize,
              ...(pageToken ? { pageToken } : {}),
            },
          },
        }),
      ),
    );
    items.push(...part.items);
    complete &&= part.complete;
  }
  if (ofGeneration !== generation) return;
  const events = items.filter((event) => event.status !== 'cancelled');
  const next = new Map(loaded.value);
  next.delete(key);
  next.set(key, { events, complete });
  const shownKey = keyOf(shownRange.value);
  for (const old of next.keys()) {
    if (next.size <= kMostRanges) break;
    if (old !== shownKey) next.delete(old);
  }
  loaded.value = next;
}

/** Asks for one event of any time. That it fails is no reason to say anything. */
async function lookForAnyEvent(): Promise<void> {
  const calendarId = calendars.value.slice(0, kCalendarsAtOnce).map((calendar) => calendar.id);
  if (calendarId.length === 0) return;
  const asked = generation;
  try {
    const answer = await answerOf(
      api.GET('/events', {
        params: {
          query: {
            calendarId,
            start: '1900-01-01T00:00:00Z',
            end: '2200-01-01T00:00:00Z',
            singleEvents: false,
            maxResults: 1,
          },
        },
      }),
    );
    if (asked === generation) hasAnyEvent.value = answer.items.length > 0;
  } catch {
    // The next range that turns out empty asks again.
  }
}

function keyOf(range: Range): string {
  return `${range.from} ${range.to} ${zone.value}`;
}

function isShownRange(range: Range): boolean {
  return keyOf(range) === keyOf(shownRange.value);
}
