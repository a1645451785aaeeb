import { signal } from '@preact/signals';
import { type Day, isDay } from '../time/day';

export type View = 'week' | 'agenda';

/** What the address asks to see. Without a view or day, the fitting one and today are shown. */
export interface Route {
  view?: View;
  day?: Day;
}

/** Reads "#/week/2026-03-30". What it does not know it leaves out. */
export function parseRoute(fragment: string): Route {
  const [, view = '', day = ''] = fragment.replace(/^#/, '').split('/');
  return {
    ...(view === 'week' || view === 'agenda' ? { view } : {}),
    ...(isDay(day) ? { day } : {}),
  };
}

export const route = signal<Route>({});

export function watchRoute(): void {
  const read = () => {
    route.value = parseRoute(window.location.hash);
  };
  window.addEventListener('hashchange', read);
  read();
}

/** Goes to a view at a day, or at today, as a step that the browser's back button undoes. */
export function goTo(view: View, day?: Day): void {
  window.location.hash = day === undefined ? `#/${view}` : `#/${view}/${day}`;
}
