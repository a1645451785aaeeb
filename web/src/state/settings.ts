import { computed, signal } from '@preact/signals';
import { answerOf, api } from '../api/client';
import { isKnownZone } from '../time/zone';

/** The zone the settings name; empty until they are loaded. */
export const settingsZone = signal('');

/** The zone that times are shown in. */
export const zone = computed(() => (isKnownZone(settingsZone.value) ? settingsZone.value : 'UTC'));

/** Throws ApiFailure. */
export async function loadSettings(): Promise<void> {
  settingsZone.value = (await answerOf(api.GET('/settings'))).timeZone ?? 'UTC';
}

/** Makes `timeZone` the person's zone. Throws ApiFailure. */
export async function saveZone(timeZone: string): Promise<void> {
  const saved = await answerOf(api.PATCH('/settings', { body: { timeZone } }));
  settingsZone.value = saved.timeZone ?? timeZone;
}
