import { signal } from '@preact/signals';

/** The present instant, to the minute; what shows "now" or "today" depends on it. */
export const now = signal(Date.now());

export function startClock(): void {
  const tick = () => {
    now.value = Date.now();
    window.setTimeout(tick, 60_000 - (now.value % 60_000));
  };
  tick();
}
